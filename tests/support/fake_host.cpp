// Records calls under one mutex.
#include "fake_host.hpp"

#include <algorithm>

namespace hermit::test {

std::string copy(hermit_text text) {
  return text.size == 0 ? std::string() : std::string(text.data, text.size);
}

hermit_text lend(std::string_view text) { return {text.data(), text.size()}; }

RecordedBundle copy(const hermit_bundle& bundle) {
  RecordedBundle result;
  for (size_t index = 0; index < bundle.count; ++index) {
    const hermit_mime& part = bundle.parts[index];
    result.parts[copy(part.type)] = {copy(part.data), part.form};
  }
  result.metadata = copy(bundle.metadata);
  return result;
}

RecordedError copy(const hermit_error& error) {
  RecordedError result{copy(error.name), copy(error.value), {}};
  for (size_t index = 0; index < error.traceback_size; ++index) {
    result.traceback.push_back(copy(error.traceback[index]));
  }
  return result;
}

std::string RecordedError::plain_traceback() const {
  std::string text;
  for (const std::string& line : traceback) {
    for (size_t at = 0; at < line.size(); ++at) {
      if (line[at] == '\x1b') {
        at = line.find('m', at);
      } else {
        text += line[at];
      }
    }
    text += '\n';
  }
  return text;
}

FakeHost::FakeHost() : host_{this, extension, fail, finish} {}

Record FakeHost::record(hermit_request request) {
  const std::lock_guard<std::mutex> guard(mutex_);
  return records_[request];
}

std::vector<std::string> FakeHost::log() {
  const std::lock_guard<std::mutex> guard(mutex_);
  return log_;
}

void FakeHost::wait_for_output(hermit_request request, std::string_view text) {
  std::unique_lock<std::mutex> guard(mutex_);
  changed_.wait(guard, [&] { return records_[request].out.find(text) != std::string::npos; });
}

void FakeHost::wait_for_prompt(hermit_request request) {
  std::unique_lock<std::mutex> guard(mutex_);
  changed_.wait(guard, [&] { return !records_[request].prompts.empty(); });
}

void FakeHost::answer(std::string line) {
  const std::lock_guard<std::mutex> guard(mutex_);
  answers_.push_back(std::move(line));
  changed_.notify_all();
}

void FakeHost::refuse_input() {
  const std::lock_guard<std::mutex> guard(mutex_);
  refuses_input_ = true;
}

void FakeHost::interrupt_input() {
  const std::lock_guard<std::mutex> guard(mutex_);
  interrupts_input_ = true;
  changed_.notify_all();
}

void FakeHost::hold_streams(bool hold) {
  const std::lock_guard<std::mutex> guard(mutex_);
  holds_streams_ = hold;
  changed_.notify_all();
}

void FakeHost::set_stream_status(hermit_status status) {
  const std::lock_guard<std::mutex> guard(mutex_);
  stream_status_ = status;
}

const void* FakeHost::extension(const hermit_host* host, hermit_text id) {
  const FakeHost& fake = self(host);
  const std::string name = copy(id);
  if (std::find(fake.hidden_.begin(), fake.hidden_.end(), name) != fake.hidden_.end()) return nullptr;
  if (name == HERMIT_EXT_OUTPUT) return &fake.output_;
  if (name == HERMIT_EXT_INPUT) return &fake.input_;
  if (name == HERMIT_EXT_SETTINGS) return &fake.settings_table_;
  if (name == HERMIT_EXT_LOG) return &fake.log_table_;
  if (name == HERMIT_EXT_LANE) return &fake.lane_;
  if (name == HERMIT_EXT_COMM) return &fake.comm_;
  return nullptr;
}

std::set<std::string> FakeHost::targets() {
  const std::lock_guard<std::mutex> guard(mutex_);
  return targets_;
}

hermit_status FakeHost::add_target(const hermit_host* host, hermit_text target) {
  const std::lock_guard<std::mutex> guard(self(host).mutex_);
  self(host).targets_.insert(copy(target));
  return HERMIT_OK;
}

hermit_status FakeHost::remove_target(const hermit_host* host, hermit_text target) {
  const std::lock_guard<std::mutex> guard(self(host).mutex_);
  return self(host).targets_.erase(copy(target)) == 0 ? HERMIT_STALE : HERMIT_OK;
}

// Takes down what the shell sends. [mutex_ is held]
hermit_status FakeHost::note(const char* action, hermit_request request, const hermit_comm_message& message) {
  RecordedComm comm{
      action, copy(message.comm_id), copy(message.target), copy(message.data), copy(message.metadata), {}};
  for (size_t index = 0; index < message.buffer_count; ++index)
    comm.buffers.push_back(copy(message.buffers[index]));
  records_[request].comms.push_back(std::move(comm));
  return HERMIT_OK;
}

hermit_status FakeHost::open_comm(const hermit_host* host, hermit_request request,
                                  const hermit_comm_message* message, const hermit_text_sink*) {
  FakeHost& fake = self(host);
  const std::lock_guard<std::mutex> guard(fake.mutex_);
  if (message->target.size == 0 || !fake.comms_.insert(copy(message->comm_id)).second) return HERMIT_INVALID;
  return fake.note("open", request, *message);
}

hermit_status FakeHost::send_comm(const hermit_host* host, hermit_request request,
                                  const hermit_comm_message* message) {
  FakeHost& fake = self(host);
  const std::lock_guard<std::mutex> guard(fake.mutex_);
  if (!fake.comms_.contains(copy(message->comm_id))) return HERMIT_STALE;
  return fake.note("send", request, *message);
}

hermit_status FakeHost::close_comm(const hermit_host* host, hermit_request request,
                                   const hermit_comm_message* message) {
  FakeHost& fake = self(host);
  const std::lock_guard<std::mutex> guard(fake.mutex_);
  if (fake.comms_.erase(copy(message->comm_id)) == 0) return HERMIT_STALE;
  return fake.note("close", request, *message);
}

void FakeHost::comm_is_open(const std::string& id, bool is_open) {
  const std::lock_guard<std::mutex> guard(mutex_);
  is_open ? void(comms_.insert(id)) : void(comms_.erase(id));
}

hermit_status FakeHost::fail(const hermit_host* host, hermit_request request, const hermit_error* error) {
  FakeHost& fake = self(host);
  const std::lock_guard<std::mutex> guard(fake.mutex_);
  fake.records_[request].errors.push_back(copy(*error));
  return HERMIT_OK;
}

hermit_status FakeHost::finish(const hermit_host*, hermit_request, hermit_status) { return HERMIT_OK; }

hermit_status FakeHost::stream(const hermit_host* host, hermit_request request, uint32_t stream,
                               hermit_text text) {
  FakeHost& fake = self(host);
  std::unique_lock<std::mutex> guard(fake.mutex_);
  Record& record = fake.records_[request];
  (stream == HERMIT_STDOUT ? record.out : record.err) += copy(text);
  ++record.stream_calls;
  fake.changed_.notify_all();
  fake.changed_.wait(guard, [&] { return !fake.holds_streams_; });
  return fake.stream_status_;
}

hermit_status FakeHost::result(const hermit_host* host, hermit_request request, const hermit_bundle* bundle) {
  FakeHost& fake = self(host);
  const std::lock_guard<std::mutex> guard(fake.mutex_);
  fake.records_[request].results.push_back(copy(*bundle));
  return HERMIT_OK;
}

hermit_status FakeHost::display(const hermit_host* host, hermit_request request, const hermit_bundle* bundle,
                                hermit_text id) {
  FakeHost& fake = self(host);
  const std::lock_guard<std::mutex> guard(fake.mutex_);
  fake.records_[request].displays.push_back(copy(*bundle));
  fake.records_[request].displays.back().display_id = copy(id);
  return HERMIT_OK;
}

hermit_status FakeHost::update(const hermit_host* host, hermit_request request, const hermit_bundle* bundle,
                               hermit_text id) {
  FakeHost& fake = self(host);
  const std::lock_guard<std::mutex> guard(fake.mutex_);
  fake.records_[request].updates.push_back(copy(*bundle));
  fake.records_[request].updates.back().display_id = copy(id);
  return HERMIT_OK;
}

hermit_status FakeHost::clear(const hermit_host* host, hermit_request request, uint32_t wait) {
  FakeHost& fake = self(host);
  const std::lock_guard<std::mutex> guard(fake.mutex_);
  fake.records_[request].clears.push_back(wait);
  return HERMIT_OK;
}

hermit_status FakeHost::read(const hermit_host* host, hermit_request request, hermit_text prompt,
                             uint32_t password, const hermit_text_sink* line) {
  FakeHost& fake = self(host);
  std::unique_lock<std::mutex> guard(fake.mutex_);
  if (fake.refuses_input_) return HERMIT_REFUSED;
  fake.records_[request].prompts.push_back(copy(prompt));
  fake.records_[request].passwords.push_back(password);
  fake.changed_.notify_all();
  fake.changed_.wait(guard, [&] { return !fake.answers_.empty() || fake.interrupts_input_; });
  if (fake.interrupts_input_) {
    fake.interrupts_input_ = false;
    return HERMIT_INTERRUPTED;
  }
  const std::string answer = fake.answers_.front();
  fake.answers_.pop_front();
  line->put(line->context, lend(answer));
  return HERMIT_OK;
}

hermit_status FakeHost::value(const hermit_host* host, hermit_text name, const hermit_text_sink* value) {
  const FakeHost& fake = self(host);
  const auto found = fake.settings_.find(std::string_view(name.data, name.size));
  if (found == fake.settings_.end()) return HERMIT_INVALID;
  value->put(value->context, lend(found->second));
  return HERMIT_OK;
}

hermit_request FakeHost::take_first() {
  const auto first = std::min_element(to_resume_.begin(), to_resume_.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second.due, a.second.order) < std::pair(b.second.due, b.second.order);
  });
  const hermit_request request = first->first;
  now_ = std::max(now_, first->second.due);
  to_resume_.erase(first);
  return request;
}

hermit_request FakeHost::next_to_resume() {
  std::unique_lock<std::mutex> guard(mutex_);
  changed_.wait(guard, [&] { return !to_resume_.empty(); });
  return take_first();
}

hermit_request FakeHost::next_that_is_due() {
  std::unique_lock<std::mutex> guard(mutex_);
  for (;;) {
    auto next = std::chrono::steady_clock::now() + std::chrono::hours(1);
    for (const auto& [request, resumption] : to_resume_) {
      if (resumption.time <= std::chrono::steady_clock::now()) return take_first();
      next = std::min(next, resumption.time);
    }
    changed_.wait_until(guard, next);
  }
}

bool FakeHost::has_to_resume() {
  const std::lock_guard<std::mutex> guard(mutex_);
  return !to_resume_.empty();
}

uint64_t FakeHost::delay_of(hermit_request request) {
  const std::lock_guard<std::mutex> guard(mutex_);
  return to_resume_.at(request).due - now_;
}

hermit_status FakeHost::resume_after(const hermit_host* host, hermit_request request, uint64_t microseconds) {
  FakeHost& fake = self(host);
  const std::lock_guard<std::mutex> guard(fake.mutex_);
  fake.to_resume_[request] = {fake.now_ + microseconds, ++fake.calls_,
                              std::chrono::steady_clock::now() + std::chrono::microseconds(microseconds)};
  fake.changed_.notify_all();
  return HERMIT_OK;
}

void FakeHost::write_log(const hermit_host* host, uint32_t, hermit_text text) {
  FakeHost& fake = self(host);
  const std::lock_guard<std::mutex> guard(fake.mutex_);
  fake.log_.push_back(copy(text));
}

}  // namespace hermit::test
