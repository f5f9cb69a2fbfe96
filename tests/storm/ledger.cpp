#include "storm/ledger.hpp"

#include <utility>

#include "protocol/json.hpp"

namespace hermit::tests {
namespace {

// More than these are not told: one fault of the kernel's shows in many requests.
constexpr std::size_t told_faults = 5;

// What is shown of a request's content.
constexpr std::size_t shown_content = 400;

const char* listener_name(int by) { return by == Ledger::witness ? "witness" : "rider"; }

Json object_of(std::string_view text) {
  auto object = parse_json_object(text);
  return object ? std::move(*object) : Json::object();
}

std::string text_of(const Json& object, const char* name) {
  const auto field = object.find(name);
  return field != object.end() && field->is_string() ? field->get<std::string>() : "";
}

// What of a message on iopub tells it from others of its type.
std::string iopub_detail(const std::string& type, const Json& content) {
  if (type == "status") return text_of(content, "execution_state");
  if (type == "stream") return text_of(content, "text").substr(0, 40);
  if (type == "error") return text_of(content, "ename");
  return {};
}

std::string reply_type(const std::string& type) {
  return type.substr(0, type.size() - std::string_view("_request").size()) + "_reply";
}

bool is_status(const std::string& status) {
  // Those of is_complete_reply stand beside the three of all replies.
  for (const char* known : {"ok", "error", "aborted", "complete", "incomplete", "invalid", "unknown"}) {
    if (status == known) return true;
  }
  return false;
}

}  // namespace

void Ledger::send(Sent sent) {
  Lock lock(mutex_);
  if (sent.step.owed != Owed::nothing && !sent.may_be_lost) ++unheard_;
  Entry entry;
  entry.left = sent.may_be_lost;
  entry.sent = std::move(sent);
  std::string id = entry.sent.id;
  entries_.emplace(std::move(id), std::move(entry));
  changed_.notify_all();
}

void Ledger::leave(const std::string& id) {
  Lock lock(mutex_);
  entries_.at(id).left = true;
}

void Ledger::expect_end() {
  Lock lock(mutex_);
  ending_ = true;
}

// Whether something has still to come for a request, as far as one listener knows.
bool Ledger::is_owed(const Entry& entry, const Hearing& hearing) const {
  if (entry.sent.step.owed == Owed::nothing) return false;
  return hearing.idle == 0 || (entry.sent.step.owed == Owed::answer && entry.replies == 0);
}

News Ledger::hear(int by, const Arrival& arrival) {
  News news;
  if (const auto header = parse_header(arrival.message.header.view())) news.type = header->msg_type;
  const std::string id = parent_msg_id(arrival.message.parent_header.view());

  Lock lock(mutex_);
  if (by == witness) {
    ++heard_;
    changed_.notify_all();
  }
  if (id.empty()) {
    const bool of_the_kernel = news.type == "iopub_welcome" || news.type == "status";
    if (arrival.channel != Channel::iopub || !of_the_kernel) {
      add_fault("a " + news.type + " on " + std::string(channel_name(arrival.channel)) + " has no parent",
                nullptr);
    }
    return news;
  }
  const auto found = entries_.find(id);
  if (found == entries_.end()) {
    add_fault("a " + news.type + " has the parent " + id + ", which nobody sent", nullptr);
    return news;
  }
  Entry& entry = found->second;
  const bool own = entry.sent.rider == by;
  if (arrival.channel == Channel::iopub && by != witness && !own) return news;
  if (own || by == witness) news.id = id;
  if (arrival.channel == Channel::iopub) {
    hear_iopub(entry, by, arrival, news);
  } else {
    hear_reply(entry, by, arrival, news);
  }
  const Hearing& hearing = entry.hearings[by == witness ? 1 : 0];
  news.begun = hearing.busy > 0;
  news.complete = !is_owed(entry, hearing);
  if (arrival.message.parent_header.view() != entry.sent.header) {
    add_fault("the parent of a " + news.type + " is not the request's header", &entry);
  }
  if (entry.sent.step.owed == Owed::nothing)
    add_fault("a " + news.type + " came for what is not answered", &entry);
  return news;
}

// A reply, or a question on stdin.
void Ledger::hear_reply(Entry& entry, int by, const Arrival& arrival, News& news) {
  const Json content = object_of(arrival.message.content.view());
  const std::string status = text_of(content, "status");
  const std::string ename = text_of(content, "ename");
  note(entry, by, arrival,
       status.empty() ? text_of(content, "prompt") : status + (ename.empty() ? "" : " " + ename));
  if (entry.sent.rider != by) add_fault("a " + news.type + " went to the wrong client", &entry);
  if (arrival.channel == Channel::stdin_ && news.type == "input_request") {
    if (entry.sent.step.type != "execute_request")
      add_fault("something asks for input that is no cell", &entry);
    return;
  }
  if (++entry.replies > 1) add_fault("there is more than one reply", &entry);
  const Step& step = entry.sent.step;
  if (step.owed != Owed::answer) return add_fault("there is a reply to what has none", &entry);
  news.good = status != "error" && status != "aborted";
  if (news.type != reply_type(step.type)) add_fault("the reply is a " + news.type, &entry);
  if (arrival.channel != step.channel) add_fault("the reply came on the wrong channel", &entry);
  if (!is_status(status)) add_fault("the reply has no status", &entry);
  const bool may_fail = ending_ || mortal_;
  if (step.verdict == Verdict::good && !news.good && !may_fail)
    add_fault("the reply should tell of success", &entry);
  if (step.verdict == Verdict::error && status != "error" && !may_fail)
    add_fault("the reply should be an error", &entry);
  ++counts_[news.type + " " + status + (ename.empty() ? "" : " " + ename)];
  const std::string mode = text_of(object_of(arrival.message.metadata.view()), "run_mode");
  if (!mode.empty()) ++counts_["run_mode " + mode];
}

// What a client sends over a comm comes back as it was, if it comes back.
void Ledger::hear_comm(Entry& entry, const Arrival& arrival) {
  const Step& step = entry.sent.step;
  if (step.type != "comm_open" && step.type != "comm_msg") return;
  const Json sent = object_of(step.content);
  const Json data = object_of(arrival.message.content.view()).value("data", Json());
  if (data != (sent.contains("data") ? sent["data"] : Json::object()))
    add_fault("a comm_msg came back with other data", &entry);
  bool same = arrival.message.buffers.size() == step.frames.size();
  for (std::size_t i = 0; same && i < step.frames.size(); ++i)
    same = arrival.message.buffers[i].view() == step.frames[i];
  if (!same) add_fault("a comm_msg came back with other buffers", &entry);
}

void Ledger::hear_iopub(Entry& entry, int by, const Arrival& arrival, News& news) {
  const Json content = object_of(arrival.message.content.view());
  note(entry, by, arrival, iopub_detail(news.type, content));
  Hearing& hearing = entry.hearings[by == witness ? 1 : 0];
  const bool whole = by == witness || !entry.left;  // nothing can have been missed
  const bool late = entry.sent.step.late_output && news.type == "stream";
  // Of all comms that the shell had: a process of its own has died, or ends with the kernel.
  const bool by_death = (mortal_ || ending_) && news.type == "comm_close";
  if (hearing.idle > 0 && !late && !by_death) add_fault("a " + news.type + " came after idle", &entry);
  if (by == witness && news.type.starts_with("comm_")) ++counts_[news.type];
  if (news.type == "comm_msg") hear_comm(entry, arrival);
  const std::string state = news.type == "status" ? text_of(content, "execution_state") : "";
  if (state == "busy") {
    if (++hearing.busy > 1) add_fault("busy came twice", &entry);
    return;
  }
  if (whole && hearing.busy == 0) add_fault("a " + news.type + " came before busy", &entry);
  if (state == "idle") {
    const bool first = ++hearing.idle == 1;
    if (first && by == witness && !entry.sent.may_be_lost && entry.sent.step.owed != Owed::nothing)
      --unheard_;
  } else if (news.type == "status") {
    add_fault("a status is neither busy nor idle", &entry);
  }
  if (text_of(content, "text").find("got: wrong") != std::string::npos) {
    add_fault("a question was answered by somebody else", &entry);
  }
}

void Ledger::note(Entry& entry, int by, const Arrival& arrival, const std::string& detail) {
  std::string type;
  if (const auto header = parse_header(arrival.message.header.view())) type = header->msg_type;
  const auto shared = [&](const std::string& text) { return &*texts_.insert(text).first; };
  entry.events.push_back({by, arrival.channel, shared(type), shared(detail)});
}

bool Ledger::has_ended(const std::string& id) const {
  Lock lock(mutex_);
  const auto found = entries_.find(id);
  return found != entries_.end() && found->second.hearings[1].idle > 0;
}

bool Ledger::wait_for_all(std::chrono::seconds patience) {
  Lock lock(mutex_);
  while (unheard_ > 0) {
    const std::size_t before = heard_;
    if (!changed_.wait_until(lock, std::chrono::steady_clock::now() + patience) && heard_ == before)
      return false;
  }
  return true;
}

void Ledger::wait_until_sent(std::size_t count) {
  Lock lock(mutex_);
  while (entries_.size() < count && faults_.empty()) changed_.wait(lock);
}

void Ledger::close() {
  Lock lock(mutex_);
  for (const auto& [id, entry] : entries_) {
    const auto& [rider, all] = entry.hearings;
    if (entry.sent.step.owed == Owed::nothing) continue;
    if (entry.sent.may_be_lost && all.busy == 0 && all.idle == 0) continue;
    if (all.busy != 1) add_fault("busy did not come", &entry);
    if (all.idle != 1) add_fault("idle did not come", &entry);
    if (!entry.left && is_owed(entry, rider)) add_fault("its rider did not get all of the answer", &entry);
  }
}

void Ledger::fault(const std::string& what, const std::string& id) {
  Lock lock(mutex_);
  const auto found = entries_.find(id);
  add_fault(what, found == entries_.end() ? nullptr : &found->second);
}

void Ledger::fault_open(int rider, const std::string& what) {
  Lock lock(mutex_);
  for (const auto& [id, entry] : entries_) {
    if (entry.sent.rider == rider && !entry.left && is_owed(entry, entry.hearings[0]))
      add_fault(what, &entry);
  }
}

void Ledger::add_fault(const std::string& what, const Entry* entry) {
  if (faults_.size() < told_faults) faults_.push_back(what + (entry == nullptr ? "" : history(*entry)));
  changed_.notify_all();
}

std::string Ledger::history(const Entry& entry) const {
  const Step& step = entry.sent.step;
  std::string text = "\n  " + step.type + " of rider " + std::to_string(entry.sent.rider) + " on " +
                     std::string(channel_name(step.channel)) + (entry.left ? ", which has left since" : "") +
                     "\n    header " + entry.sent.header + "\n    metadata " + step.metadata +
                     "\n    content " + step.content.substr(0, shown_content);
  for (const Event& event : entry.events) {
    text += "\n    " + std::string(listener_name(event.by)) + " on " +
            std::string(channel_name(event.channel)) + ": " + *event.type + " " + *event.detail;
  }
  return text + (entry.events.empty() ? "\n    nothing came" : "");
}

std::vector<std::string> Ledger::faults() const {
  Lock lock(mutex_);
  return faults_;
}

std::size_t Ledger::sent() const {
  Lock lock(mutex_);
  return entries_.size();
}

std::size_t Ledger::count(const std::string& what) const {
  Lock lock(mutex_);
  const auto found = counts_.find(what);
  return found == counts_.end() ? 0 : found->second;
}

std::string Ledger::summary() const {
  Lock lock(mutex_);
  std::string text = std::to_string(entries_.size()) + " messages";
  for (const auto& [what, count] : counts_) text += "\n  " + what + ": " + std::to_string(count);
  return text;
}

}  // namespace hermit::tests
