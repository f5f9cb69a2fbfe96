#include "storm/rider.hpp"

#include <stdexcept>
#include <utility>

#include "protocol/json.hpp"
#include "support/kernel_under_test.hpp"

namespace hermit::tests {
namespace {

constexpr std::initializer_list<Channel> all_channels = {Channel::shell, Channel::control, Channel::stdin_,
                                                         Channel::iopub};

// What a rider that is to stop because the kernel ends looks for while nothing comes.
constexpr auto glance = std::chrono::milliseconds(100);

// A topic that nothing is published under.
constexpr const char* no_topic = "nothing of the storm";

// More subshells than these are not made, since each is a thread.
constexpr std::size_t most_subshells = 12;

// Tells a rider to stop although nothing is wrong.
struct Over {};

Step kernel_info_on(Channel channel) {
  Step step;
  step.type = "kernel_info_request";
  step.channel = channel;
  step.verdict = Verdict::good;
  return step;
}

// The "subshell_id" of a content, one or a list.
std::vector<std::string> ids_in(std::string_view content) {
  const auto object = parse_json_object(content);
  if (!object || !object->contains("subshell_id")) return {};
  const Json& id = (*object)["subshell_id"];
  if (id.is_string()) return {id.get<std::string>()};
  return id.is_array() ? id.get<std::vector<std::string>>() : std::vector<std::string>();
}

}  // namespace

Rider::Rider(int number, Shared& shared, unsigned seed)
    : number_(number), shared_(shared), ledger_(shared.ledger), plan_(seed, shared.tasks), dice_(seed + 1) {}

void Rider::ride(std::size_t steps) {
  try {
    connect("");
    for (; steps > 0; --steps) {
      take(plan_.next());
      while (open_.size() >= plan_.window()) receive();
      receive_waiting();
    }
    while (!open_.empty() || !left_.empty()) receive();
    settle();
    if (stranger_ && stranger_->receive({Channel::shell, Channel::control, Channel::stdin_}, Clock::now())) {
      ledger_.fault("a client got something that sent no request");
    }
  } catch (const Over&) {
  } catch (const std::exception& error) {
    ledger_.fault("rider " + std::to_string(number_) + " gave up: " + error.what());
    ledger_.fault_open(number_, "open when its rider gave up");
  }
}

void Rider::connect(const std::string& identity) {
  transport_ = shared_.connect("", identity);
  frames_ = dynamic_cast<ZmqTransport*>(transport_.get());
  // Whatever comes on iopub tells that the subscription holds.
  const auto deadline = soon();
  for (;;) {
    if (shared_.over) throw Over();
    if (const auto arrival = transport_->receive({Channel::iopub}, Clock::now() + glance))
      return handle(*arrival);
    if (Clock::now() > deadline) throw std::runtime_error("no welcome came");
  }
}

void Rider::take(Step step) {
  using Kind = Step::Kind;
  switch (step.kind) {
    case Kind::send:
      send(std::move(step));
      return;
    case Kind::signal:
      return shared_.signal();
    case Kind::leave:
      return leave(step.same_identity);
    case Kind::pass_by:
      return pass_by(step);
    default:
      if (frames_ != nullptr) return take_apart(std::move(step));
  }
}

// Takes a step that is made of frames.
void Rider::take_apart(Step step) {
  using Kind = Step::Kind;
  switch (step.kind) {
    case Kind::send_twice:
      return send_twice(std::move(step));
    case Kind::forge:
      return forge(std::move(step));
    case Kind::junk:
      return frames_->send_frames(step.channel, step.frames);
    case Kind::junk_beat:
      return frames_->send_heartbeat(step.frames);
    case Kind::subscribe:
      return frames_->subscribe(step.content);
    case Kind::beat:
      return beat();
    default:
      return;
  }
}

void Rider::beat() {
  const std::string text = "beat " + std::to_string(++beats_);
  const auto deadline = soon();
  while (!frames_->beat(text, Clock::now() + glance)) {
    if (shared_.over) throw Over();
    if (Clock::now() > deadline) throw std::runtime_error("the heart does not beat");
  }
}

// Disconnects once the kernel has got all that was sent, so that the witness hears of it. Until then nothing
// else is sent: it might get lost.
void Rider::leave(bool same_identity) {
  leaving_ = true;
  settle();
  leaving_ = false;
  for (const auto& [id, open] : open_) {
    ledger_.leave(id);
    if (open.step.type == "execute_request") left_.emplace(id, Clock::now());
  }
  open_.clear();
  late_.clear();
  interrupt_.clear();
  if (same_identity && frames_ != nullptr) {
    const auto old = std::move(transport_);  // of which the kernel does not know yet that nobody is there
    connect(frames_->identity());
  } else {
    transport_.reset();
    connect("");
  }
  help();
}

// One more client, which is gone before it is answered.
void Rider::pass_by(const Step& step) {
  const auto transport = shared_.connect(no_topic, "");
  const std::string id = send_through(*transport, kernel_info_on(Channel::shell), false);
  const auto deadline = soon();
  for (bool known = false; !known;) {  // then it has a connection, and what it sends may arrive
    if (shared_.over) throw Over();
    if (Clock::now() > deadline) throw std::runtime_error("a client that passed by got no answer");
    const auto arrival = transport->receive({Channel::shell}, Clock::now() + glance);
    if (!arrival) continue;
    handle(*arrival);
    known = true;
  }
  for (std::size_t i = 1 + dice_.number(4); i > 0; --i) send_through(*transport, step, true);
}

// Writes the message of a step, and gives it an id.
Message Rider::compose(Step& step, std::string& id) {
  if (step.type == "create_subshell_request" && step.channel == Channel::control &&
      shared_.subshells.size() >= most_subshells) {
    step.type = "delete_subshell_request";
    step.where = Where::subshell;
    step.verdict = Verdict::any;
  }
  const bool deletes = step.type == "delete_subshell_request" && step.channel == Channel::control;
  std::string subshell;
  if (step.where == Where::subshell) subshell = shared_.subshells.any(dice_);
  if (step.where == Where::unknown_subshell) subshell = "unknown-subshell";
  if (deletes && !subshell.empty()) step.content = dump_json({{"subshell_id", subshell}});

  id = session_.next_id();
  Message message;
  message.header = session_.header(step.type, id);
  if (!deletes && !subshell.empty() && step.channel == Channel::shell) {
    Json header = *parse_json(message.header.view());
    header["subshell_id"] = subshell;
    message.header = dump_json(header);
  }
  message.content = step.content;
  message.metadata = step.metadata;
  for (const auto& frame : step.frames) message.buffers.emplace_back(frame);
  return message;
}

std::string Rider::send(Step step) { return send_through(*transport_, std::move(step), false); }

std::string Rider::send_through(Transport& transport, Step step, bool may_be_lost) {
  std::string id;
  Message message = compose(step, id);
  ledger_.send({id, std::string(message.header.view()), number_, step, may_be_lost});
  const Channel channel = step.channel;
  if (step.owed != Owed::nothing && !may_be_lost) open_.emplace(id, Open{std::move(step)});
  transport.send(channel, std::move(message));
  return id;
}

void Rider::send_twice(Step step) {
  std::string id;
  const auto frames = frames_->frames_of(compose(step, id));
  ledger_.send({id, frames[2], number_, step, false});
  const Channel channel = step.channel;
  if (step.owed != Owed::nothing) open_.emplace(id, Open{std::move(step)});
  for (int i = 0; i < 2; ++i) frames_->send_frames(channel, frames);
}

void Rider::forge(Step step) {
  std::string id;
  auto frames = frames_->frames_of(compose(step, id));
  ledger_.send({id, frames[2], number_, step, false});
  std::string& signature = frames[1];
  switch (dice_.number(4)) {
    case 0:
      signature.clear();
      break;
    case 1:
      signature.pop_back();
      break;
    case 2:
      frames[5] += " ";  // the content, which was signed without it
      break;
    default:
      signature.front() = signature.front() == '0' ? '1' : '0';
      break;
  }
  frames_->send_frames(step.channel, frames);
}

// Receives one message, which has to come.
void Rider::receive() {
  answer_late();
  const auto deadline = soon();
  for (;;) {
    if (shared_.over) throw Over();
    const auto arrival = transport_->receive(all_channels, Clock::now() + glance);
    if (arrival) return handle(*arrival);
    if (Clock::now() > deadline) throw std::runtime_error("nothing comes any more");
  }
}

void Rider::receive_waiting() {
  while (const auto arrival = transport_->receive(all_channels, Clock::now())) handle(*arrival);
}

// Waits until the kernel has received all that was sent before, and until all that it sent before has come.
void Rider::settle() {
  for (const Channel channel : {Channel::shell, Channel::control, Channel::stdin_}) {
    const std::string id = send(kernel_info_on(channel));
    while (open_.contains(id)) receive();
  }
  if (frames_ != nullptr && frames_->dropped() > 0) throw std::runtime_error("something was signed wrongly");
}

void Rider::handle(const Arrival& arrival) {
  const News news = ledger_.hear(number_, arrival);
  if (news.id.empty()) return;
  if (arrival.channel == Channel::stdin_ && news.type == "input_request") {
    answer_question(news.id, arrival.message);
    return help();
  }
  if (arrival.channel == Channel::control) learn(news, arrival.message);
  const auto found = open_.find(news.id);
  if (found == open_.end()) return;
  Open& open = found->second;
  if (news.begun && !open.begun) begin(news.id, open);
  if (!open.helps.empty() && news.type == "execute_reply" && !news.good) {
    // The name was not set; then only an interrupt ends the cell that waits for it.
    if (const auto cell = open_.find(open.helps); cell != open_.end())
      cell->second.step.need = Need::interrupt;
  }
  if (news.complete) {
    if (news.id == interrupt_) interrupt_.clear();
    open_.erase(found);
  }
  help();
}

// Learns from replies which subshells there are.
void Rider::learn(const News& news, const Message& message) {
  if (news.type == "delete_subshell_reply") {
    const auto open = open_.find(news.id);
    if (open == open_.end()) return;
    for (const auto& id : ids_in(open->second.step.content)) shared_.subshells.remove(id);
    return;
  }
  for (const auto& id : ids_in(message.content.view())) shared_.subshells.add(id);
}

// A request has become busy.
void Rider::begin(const std::string& id, Open& open) {
  open.begun = true;
  if (open.step.need != Need::name || leaving_) return;
  Step setter;
  setter.type = "execute_request";
  setter.channel = Channel::control;  // where it is a task, and so runs beside the cell that waits
  setter.content = dump_json({{"code", "set " + open.step.name + " it"}, {"silent", true}});
  const std::string helper = send(std::move(setter));
  open_.at(helper).helps = id;
}

// Sees to it that an interrupt is on its way while a cell needs one.
void Rider::help() {
  if (!needs_help() || !interrupt_.empty() || leaving_) return;
  Step interrupt;
  interrupt.type = "interrupt_request";
  interrupt.channel = Channel::control;
  interrupt.verdict = Verdict::good;
  interrupt_ = send(std::move(interrupt));
}

bool Rider::needs_help() {
  const auto now = Clock::now();
  bool needed = false;
  for (auto& [id, open] : open_) {
    if (!open.begun || open.step.need != Need::interrupt) continue;
    if (open.since == Clock::time_point()) open.since = now;
    if (now - open.since > patience) throw std::runtime_error("interrupts do not end the cell " + id);
    needed = true;
  }
  std::erase_if(left_, [&](const auto& entry) { return ledger_.has_ended(entry.first); });
  for (const auto& [id, since] : left_) {
    if (now - since <= patience) continue;
    ledger_.fault("interrupts do not end a cell whose client left", id);
    throw std::runtime_error("a cell that it left does not end");
  }
  return needed || !left_.empty();
}

void Rider::answer_question(const std::string& id, const Message& question) {
  const auto found = open_.find(id);
  const Asked asked = found == open_.end() ? Asked::answer : found->second.step.asked;
  switch (asked) {
    case Asked::answer_late:
      late_.push_back(question);
      return;
    case Asked::interrupt:
      found->second.step.need = Need::interrupt;
      return;
    case Asked::answer_wrong:
      if (!stranger_) stranger_ = shared_.connect(no_topic, "");
      answer(*stranger_, question, R"({"value": "wrong"})");
      answer(*transport_, question, R"({"value": 5})");
      break;
    case Asked::answer:
      break;
  }
  answer(*transport_, question, R"({"value": "right"})");
}

void Rider::answer(Transport& from, const Message& question, const std::string& content) {
  Message reply;
  reply.header = session_.header("input_reply");
  reply.parent_header = question.header;
  reply.content = content;
  from.send(Channel::stdin_, std::move(reply));
}

void Rider::answer_late() {
  if (late_.empty()) return;
  answer(*transport_, late_.front(), R"({"value": "late"})");
  late_.pop_front();
}

}  // namespace hermit::tests
