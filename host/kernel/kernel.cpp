#include "kernel/kernel.hpp"

#include <signal.h>

#include <chrono>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "base/thread.hpp"
#include "kernel/introspection.hpp"
#include "kernel/kernel_info.hpp"

namespace hermit {
namespace {

using namespace std::chrono_literals;

// How long a stopped kernel waits for its shells: half of the second that a shutdown may take.
constexpr auto grace = 500ms;

// A second interrupt within this time means that the first was not enough (K8).
constexpr auto insistence = 2s;

// The number of a request that runs no cell, for as long as the shell works on it.
class OpenRequest {
 public:
  explicit OpenRequest(Cells& cells) : cells_(cells), number_(cells.open_other()) {}
  ~OpenRequest() { cells_.close_other(number_); }
  OpenRequest(const OpenRequest&) = delete;
  OpenRequest& operator=(const OpenRequest&) = delete;

  hermit_request number() const { return number_; }

 private:
  Cells& cells_;
  const hermit_request number_;
};

}  // namespace

Kernel::Kernel(Port& port, KernelOptions options)
    : options_(std::move(options)),
      kernel_info_(kernel_info_content(options_.manifest, options_.features)),
      publisher_(port),
      output_(publisher_, cells_, !options_.quiet),
      comms_(cells_, output_),
      inputs_(publisher_),
      services_(cells_, output_, comms_, inputs_, options_.manifest.name, options_.shell_settings),
      history_(options_.history_file),
      control_("hermit-control"),
      introspection_("hermit-intro"),
      comm_lane_("hermit-comm"),
      parts_{cells_,
             output_,
             inputs_,
             publisher_,
             history_,
             control_,
             interrupter_,
             options_.manifest.name,
             options_.find_children,
             options_.timeout},
      main_(std::make_shared<Subshell>("", parts_)),
      subshells_(parts_),
      interrupter_(control_, inputs_, output_) {
  publisher_.status(Bytes::constant("{}"), "starting");
  control_.start_quiet();
}

Kernel::~Kernel() {
  stop();
  {
    Lock lock(mutex_);
    ended_ = true;
  }
  ended_changed_.notify_all();
  if (watch_.joinable()) watch_.join();
  control_.join();
}

void Kernel::receive(Channel channel, Request request) {
  request.arrival = publisher_.count_arrival();
  if (channel == Channel::stdin_ && request.type == RequestType::input_reply) return inputs_.answer(request);
  dispatch(std::make_shared<Exchange>(publisher_, channel, std::move(request)));
}

void Kernel::subscribed(std::string_view topic) {
  std::string content = R"({"subscription":)";
  append_json_string(content, repaired_utf8(topic));
  content += '}';
  publisher_.publish(Bytes::constant("{}"), "iopub_welcome", topic, std::move(content));
}

void Kernel::dropped(const Dropped& dropped) { output_.tell(dropped); }

// The shell a request is for; NULL for a subshell that does not exist.
std::shared_ptr<Subshell> Kernel::addressee(const Exchange& exchange) const {
  const auto& id = exchange.request().header.subshell_id;
  return id && exchange.channel() == Channel::shell ? subshells_.find(*id) : main_;
}

// Takes a request to where it is answered. [the door's thread]
void Kernel::dispatch(const std::shared_ptr<Exchange>& exchange) {
  const Request& request = exchange->request();
  const auto to = addressee(*exchange);
  if (to == nullptr) {
    exchange->begin();
    return exchange->reply_error(
        {"SubshellError", "there is no subshell with the id \"" + *request.header.subshell_id + "\"", {}});
  }
  CellWish wish;
  if (request.type == RequestType::execute) wish = read_wish(request.message, options_.manifest);
  const auto mode = run_mode(exchange->channel(), request.type, options_.concurrency, wish);
  if (!mode) return refuse(*exchange);
  switch (request.type) {
    case RequestType::kernel_info:
    case RequestType::comm_info:
      return answer_at_door(*exchange);
    case RequestType::execute:
      return to->executor.submit(exchange, possible_mode(*mode, options_.manifest));
    case RequestType::comm_open:
    case RequestType::comm_msg:
    case RequestType::comm_close:
      return give_comm(exchange);
    case RequestType::complete:
    case RequestType::is_complete:
    case RequestType::inspect:
    case RequestType::history: {
      const auto answer = [this, exchange, to] { answer_introspection(*exchange, to->history); };
      if (options_.concurrency == ConcurrencyMode::blocking)
        return main_->executor.submit_answer(exchange, RunMode::queue, answer);
      Lane& lane = options_.manifest.concurrent_introspection ? introspection_ : main_->lane;
      return lane.post(answer);
    }
    default:
      return control_.post([this, exchange] { answer_on_control(exchange); });
  }
}

void Kernel::answer_at_door(Exchange& exchange) {
  if (exchange.request().type == RequestType::comm_info) return comms_.answer_info(exchange);
  exchange.begin();
  exchange.reply_encoded(kernel_info_);
}

// Comms belong to the main shell.
void Kernel::give_comm(const std::shared_ptr<Exchange>& exchange) {
  const auto receive = [this, exchange] { comms_.receive(*exchange, *main_->executor.shell()); };
  if (options_.concurrency == ConcurrencyMode::blocking) {
    main_->executor.submit_answer(exchange, RunMode::queue, receive);
  } else if (options_.manifest.concurrent_comms) {
    comm_lane_.post(receive);
  } else {
    main_->executor.submit_answer(exchange, RunMode::task, receive);
  }
}

void Kernel::answer_on_control(const std::shared_ptr<Exchange>& exchange) {
  exchange->begin();
  switch (exchange->request().type) {
    case RequestType::interrupt:
      return interrupt([exchange](const std::string& problem) {
        if (problem.empty()) return exchange->reply(Json::object());
        exchange->reply_error({"InterruptError", problem, {}});
      });
    case RequestType::shutdown: {
      const auto content = parse_json_object(exchange->request().message.content.view());
      const Json restart = content ? content->value("restart", Json(false)) : Json(false);
      exchange->reply({{"restart", restart.is_boolean() && restart.get<bool>()}});
      exchange->end();  // before the door may close
      return stop();
    }
    case RequestType::create_subshell:
      if (options_.manifest.subshells) return subshells_.create(exchange, main_->executor);
      break;
    case RequestType::delete_subshell:
      if (options_.manifest.subshells) return subshells_.remove(exchange);
      break;
    case RequestType::list_subshell:
      if (options_.manifest.subshells) return exchange->reply({{"subshell_id", subshells_.ids()}});
      break;
    default:
      break;
  }
  exchange->reply_error({"RequestRefused",
                         exchange->request().header.msg_type +
                             " is not available: see supported_features and debugger in kernel_info",
                         {}});
}

void Kernel::answer_introspection(Exchange& exchange, const HistorySession& history) {
  exchange.begin();
  // Subshells share their names with the main shell, which outlives them: it answers for all.
  Shell& shell = *main_->executor.shell();
  const OpenRequest request(cells_);
  const Asked asked{exchange, shell, cells_, request.number()};
  switch (exchange.request().type) {
    case RequestType::complete:
      return answer_complete(asked);
    case RequestType::inspect:
      return answer_inspect(asked);
    case RequestType::is_complete:
      return answer_is_complete(asked);
    default:
      break;
  }
  if (shell.keeps_history()) return answer_history(asked);
  const auto content = parse_json_object(exchange.request().message.content.view());
  auto answer = content ? history.query(*content) : Result<Json>(content.error());
  if (!answer) {
    return exchange.reply_error({"InvalidRequest", "history_request: " + answer.error().message, {}});
  }
  exchange.reply(std::move(*answer));
}

void Kernel::refuse(Exchange& exchange) {
  const Request& request = exchange.request();
  exchange.begin();
  if (request.type == RequestType::unknown) {
    log::warning("a message of the unknown type \"{}\" was refused", request.header.msg_type);
    return exchange.reply_error(
        {"UnknownRequest",
         "this kernel does not know the message type \"" + request.header.msg_type + "\"",
         {}});
  }
  std::string where;
  for (const Channel channel : {Channel::shell, Channel::control, Channel::stdin_}) {
    if (!run_mode(channel, request.type, options_.concurrency)) continue;
    where += (where.empty() ? "" : " or ") + std::string(channel_name(channel));
  }
  exchange.reply_error({"RequestRefused",
                        request.header.msg_type + " is not answered on the channel " +
                            std::string(channel_name(exchange.channel())) + "; send it on " + where,
                        {}});
}

void Kernel::interrupt() {
  control_.post([this] { interrupt(nullptr); });
}

// Interrupts what a user can see running (K8), and calls `done` on the control lane.
void Kernel::interrupt(const Interrupter::Done& done) {
  const auto now = Lane::Clock::now();
  const bool silent_too = now - last_interrupt_ < insistence;
  last_interrupt_ = now;
  const auto cells = running_cells(silent_too);
  SendSignal to_children;
  if (options_.find_children && !cells.empty()) to_children = options_.find_children();
  // Once the cells have been asked, so that none goes on as if its program had ended by itself; what the next
  // cell starts is not among the children any more.
  interrupter_.interrupt(cells, running_others(), [to_children, done](const std::string& problem) {
    if (to_children) to_children(SIGINT);
    if (done) done(problem);
  });
}

std::vector<std::shared_ptr<Cell>> Kernel::running_cells(bool silent_too) const {
  auto cells = cells_.running();
  if (!silent_too) std::erase_if(cells, [](const auto& cell) { return cell->silent; });
  return cells;
}

// Completions, messages of comms and the like: all are the main shell's.
std::vector<Interrupter::Target> Kernel::running_others() const {
  std::vector<Interrupter::Target> others;
  for (const auto number : cells_.others()) others.push_back({&main_->executor, number});
  return others;
}

Result<void> Kernel::run(const MakeShell& make_shell) {
  if (auto begun = begin(make_shell); !begun) return begun;
  serve();
  end();
  return {};
}

Result<void> Kernel::begin(const MakeShell& make_shell) {
  if (options_.capture) {
    if (const auto captured = output_.start_capture(); !captured)
      log::warning("{}", captured.error().message);
  }
  auto made = make_shell(services_);
  if (!made) {
    stop();
    end();
    return made.error();
  }
  main_->executor.set_shell(std::move(*made));
  control_.post([this] { subshells_.create_early(main_->executor); });
  introspection_.start_quiet();
  if (options_.manifest.concurrent_comms) comm_lane_.start();
  return {};
}

// The shells go, and what is left of their cells is answered.
void Kernel::end() {
  introspection_.join();
  comm_lane_.join();
  main_->executor.stop();
  subshells_.stop_all();
  subshells_.end_all();
  main_->executor.end_shell();
  output_.close();
  control_.join();  // what it answers has to be answered before the door closes
  {
    Lock lock(mutex_);
    ended_ = true;
  }
  ended_changed_.notify_all();
}

void Kernel::stop() {
  {
    Lock lock(mutex_);
    if (std::exchange(stopping_, true)) return;
    watch_ = start_quiet_thread("hermit-watch", [this] { watch_the_end(); });
  }
  if (options_.stopping) options_.stopping();
  main_->executor.stop();
  subshells_.stop_all();
  // It stays until the lane has stopped.
  if (Shell* const shell = main_->executor.shell()) shell->give_up_starting();
  control_.post([this] {
    if (options_.find_children) options_.find_children()(SIGTERM);
    interrupter_.interrupt(running_cells(true), running_others());
  });
  main_->lane.stop();
}

// Sees to it that a stopped kernel ends, whatever its cells do.
void Kernel::watch_the_end() {
  const auto deadline = Lane::Clock::now() + grace;
  Lock lock(mutex_);
  while (!ended_) {
    if (ended_changed_.wait_until(lock, deadline) || ended_) continue;
    lock.unlock();
    answer_unfinished(parts_, nullptr, "the kernel was shut down, and the cell could not be ended");
    subshells_.answer_unfinished("the kernel was shut down, and the subshell could not be ended");
    history_.close();
    if (options_.stuck) options_.stuck();
    return;
  }
}

}  // namespace hermit
