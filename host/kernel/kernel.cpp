#include "kernel/kernel.hpp"

#include <pthread.h>

#include <chrono>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "kernel/introspection.hpp"
#include "kernel/kernel_info.hpp"
#include "kernel/route.hpp"

namespace hermit {
namespace {

using namespace std::chrono_literals;

// How long a stopped kernel waits for its main lane: half of the second that a shutdown may take.
constexpr auto grace = 500ms;

}  // namespace

Kernel::Kernel(Port& port, KernelOptions options)
    : options_(std::move(options)),
      kernel_info_(kernel_info_content(options_.manifest)),
      publisher_(port),
      output_(publisher_, cells_),
      inputs_(publisher_),
      history_(options_.history_file),
      session_(history_),
      main_("hermit-main"),
      executor_(main_, cells_, output_, session_, publisher_),
      services_(cells_, output_, inputs_, executor_, options_.shell_settings),
      introspection_("hermit-intro"),
      control_("hermit-control") {
  publisher_.status(Bytes::constant("{}"), "starting");
  control_.start();
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
  const Place place = route(channel, request.type);
  if (place == Place::input) return inputs_.answer(request);

  const auto exchange = std::make_shared<Exchange>(publisher_, channel, std::move(request));
  switch (place) {
    case Place::door:
      return answer_at_door(*exchange);
    case Place::refused:
      return refuse(*exchange, channel);
    case Place::main:
      return main_.post([this, exchange] { answer_on_main(exchange); });
    case Place::control:
      return control_.post([this, exchange] { answer_on_control(*exchange); });
    case Place::introspection: {
      Lane& lane = options_.manifest.concurrent_introspection ? introspection_ : main_;
      return lane.post([this, exchange] { answer_introspection(*exchange); });
    }
    case Place::input:
      break;
  }
}

void Kernel::subscribed(std::string_view topic) {
  std::string content = R"({"subscription":)";
  append_json_string(content, repaired_utf8(topic));
  content += '}';
  publisher_.publish(Bytes::constant("{}"), "iopub_welcome", topic, std::move(content));
}

void Kernel::answer_at_door(Exchange& exchange) {
  exchange.begin();
  if (exchange.request().type == RequestType::kernel_info) return exchange.reply_encoded(kernel_info_);
  exchange.reply({{"comms", Json::object()}});  // comm_info: no comm is open
}

void Kernel::answer_on_main(const std::shared_ptr<Exchange>& exchange) {
  if (exchange->request().type == RequestType::execute) return executor_.submit(exchange);
  exchange->begin();
  if (exchange->request().type == RequestType::comm_open) close_unknown_comm(*exchange);
}

// Jupyter messaging: "Opening a Comm": a target that is not known is closed at once.
void Kernel::close_unknown_comm(Exchange& exchange) {
  const auto content = parse_json_object(exchange.request().message.content.view());
  const Json id = content ? content->value("comm_id", Json()) : Json();
  if (!id.is_string()) {
    log::warning("a comm_open without a text \"comm_id\" was ignored");
    return;
  }
  exchange.publish("comm_close", {{"comm_id", id}, {"data", Json::object()}});
}

void Kernel::answer_on_control(Exchange& exchange) {
  exchange.begin();
  if (exchange.request().type == RequestType::interrupt) {
    interrupt_cells();
    return exchange.reply(Json::object());
  }
  const auto content = parse_json_object(exchange.request().message.content.view());
  const Json restart = content ? content->value("restart", Json(false)) : Json(false);
  exchange.reply({{"restart", restart.is_boolean() && restart.get<bool>()}});
  stop();
}

void Kernel::answer_introspection(Exchange& exchange) {
  exchange.begin();
  Shell* shell = nullptr;
  {
    Lock lock(shell_mutex_);
    shell = shell_.get();
  }
  switch (exchange.request().type) {
    case RequestType::complete:
      return answer_complete(exchange, *shell);
    case RequestType::inspect:
      return answer_inspect(exchange, *shell);
    case RequestType::is_complete:
      return answer_is_complete(exchange, *shell);
    default:
      break;
  }
  const auto content = parse_json_object(exchange.request().message.content.view());
  auto answer = content ? session_.query(*content) : Result<Json>(content.error());
  if (!answer)
    return exchange.reply_error({"InvalidRequest", "history_request: " + answer.error().message, {}});
  exchange.reply(std::move(*answer));
}

void Kernel::refuse(Exchange& exchange, Channel channel) {
  const Request& request = exchange.request();
  exchange.begin();
  if (request.type == RequestType::unknown) {
    log::warning("a message of the unknown type \"{}\" was refused", request.header.msg_type);
    return exchange.reply_error(
        {"UnknownRequest",
         "the Jupyter protocol has no message type \"" + request.header.msg_type + "\"",
         {}});
  }
  const bool on_control = route(Channel::control, request.type) != Place::refused;
  const bool on_shell = route(Channel::shell, request.type) != Place::refused;
  std::string why =
      request.header.msg_type + " is not answered on the channel " + std::string(channel_name(channel));
  if (on_control || on_shell) {
    why += std::string("; send it on ") + (on_shell ? "shell" : "control");
  } else {
    why = request.header.msg_type + " is not available: it is not in the supported_features of kernel_info";
  }
  exchange.reply_error({"RequestRefused", why, {}});
}

void Kernel::interrupt() {
  control_.post([this] { interrupt_cells(); });
}

void Kernel::interrupt_cells() {
  Lock lock(shell_mutex_);
  for (const auto& cell : cells_.running()) {
    cell->interrupted = true;
    inputs_.wake();
    if (shell_ && shell_->interrupt(cell->number) == HERMIT_UNSUPPORTED) {
      log::warning("the shell \"{}\" has no interrupt", options_.manifest.name);
    }
  }
}

Result<void> Kernel::run(const MakeShell& make_shell) {
  auto made = make_shell(services_);
  if (!made) {
    stop();
    end_shell();
    return made.error();
  }
  executor_.set_shell(made->get());
  {
    Lock lock(shell_mutex_);
    shell_ = std::move(*made);
  }
  introspection_.start();
  main_.run();
  end_shell();
  return {};
}

// The shell goes, and what is left of its cells is answered. On the main lane's thread.
void Kernel::end_shell() {
  introspection_.join();
  executor_.stop();
  executor_.set_shell(nullptr);
  std::unique_ptr<Shell> shell;
  {
    Lock lock(shell_mutex_);
    shell = std::move(shell_);
  }
  shell.reset();
  answer_running("the kernel was shut down before the cell had finished");
  {
    Lock lock(mutex_);
    ended_ = true;
  }
  ended_changed_.notify_all();
}

// Answers the cells that nothing else will answer any more.
void Kernel::answer_running(const std::string& why) {
  for (const auto& cell : cells_.running()) {
    if (!cells_.close(*cell)) continue;
    output_.finish(cell->number);
    cell->exchange->reply_error({"KernelShutdown", why, {}});
    cell->exchange->end();  // others may hold on to it for longer than the door is open
  }
}

void Kernel::stop() {
  {
    Lock lock(mutex_);
    if (std::exchange(stopping_, true)) return;
    watch_ = std::thread([this] { watch_the_end(); });
  }
  interrupt();
  executor_.stop();
  main_.stop();
}

// Sees to it that a stopped kernel ends, whatever its cells do.
void Kernel::watch_the_end() {
  pthread_setname_np(pthread_self(), "hermit-watch");
  const auto deadline = std::chrono::steady_clock::now() + grace;
  Lock lock(mutex_);
  while (!ended_) {
    if (ended_changed_.wait_until(lock, deadline) || ended_) continue;
    lock.unlock();
    answer_running("the kernel was shut down, and the cell could not be ended");
    history_.close();
    if (options_.stuck) options_.stuck();
    return;
  }
}

}  // namespace hermit
