#include "check/recorder.hpp"

#include <algorithm>
#include <utility>

#include "protocol/json.hpp"
#include "shell/abi_text.hpp"

namespace hermit::check {

Shown::Shown(const hermit_bundle& bundle) : metadata(view(bundle.metadata)) {
  for (std::size_t i = 0; i < bundle.count; ++i) {
    const hermit_mime& part = bundle.parts[i];
    parts.push_back({std::string(view(part.type)), std::string(view(part.data)), part.form});
  }
}

std::optional<std::string> Shown::part(std::string_view type) const {
  for (const auto& part : parts) {
    if (part.type == type) return part.data;
  }
  return std::nullopt;
}

Problem::Problem(const hermit_error& error) : name(view(error.name)), value(view(error.value)) {
  for (std::size_t i = 0; i < error.traceback_size; ++i) traceback.emplace_back(view(error.traceback[i]));
}

std::map<std::string, std::string, std::less<>> default_settings(const Manifest& manifest) {
  std::map<std::string, std::string, std::less<>> values;
  for (const auto& setting : manifest.settings) {
    const auto& value = setting.default_value;
    values[setting.name] = value.is_string() ? value.get<std::string>() : dump_json(value);
  }
  return values;
}

Recorder::Recorder(const Manifest& manifest) : settings_(default_settings(manifest)) {}

hermit_request Recorder::open() {
  Lock lock(mutex_);
  open_.insert(++last_);
  return last_;
}

void Recorder::count_from(hermit_request request) {
  Lock lock(mutex_);
  last_ = request - 1;
}

void Recorder::close(hermit_request request) {
  Lock lock(mutex_);
  open_.erase(request);
  resumes_.erase(request);
}

void Recorder::forget() {
  Lock lock(mutex_);
  heard_.clear();
  strangers_ = Heard();
  first_ = last_ + 1;
}

Heard Recorder::heard(hermit_request request) const {
  Lock lock(mutex_);
  const auto found = heard_.find(request);
  return found == heard_.end() ? Heard() : found->second;
}

Heard Recorder::heard_of_strangers() const {
  Lock lock(mutex_);
  return strangers_;
}

std::set<std::string> Recorder::targets() const {
  Lock lock(mutex_);
  return targets_;
}

void Recorder::answer(hermit_status status, std::string line) {
  Lock lock(mutex_);
  answers_.push_back({status, std::move(line)});
}

Recorder::Step Recorder::next_step(hermit_request request, Clock::time_point deadline) {
  Lock lock(mutex_);
  for (;;) {
    if (!heard_[request].finishes.empty()) return Step::finished;
    const auto resume = resumes_.find(request);
    const auto now = Clock::now();
    if (resume != resumes_.end() && resume->second <= now) {
      resumes_.erase(resume);
      return Step::resume;
    }
    if (now >= deadline) return Step::nothing;
    changed_.wait_until(lock, resume == resumes_.end() ? deadline : std::min(deadline, resume->second));
  }
}

bool Recorder::wait_for(hermit_request request, std::string_view text, Clock::time_point deadline) {
  Lock lock(mutex_);
  while (heard_[request].out.find(text) == std::string::npos) {
    if (!changed_.wait_until(lock, deadline)) return false;
  }
  return true;
}

void Recorder::captured(std::uint32_t stream, std::string_view bytes) {
  hermit_request request = 0;
  {
    Lock lock(mutex_);
    request = last_;
  }
  this->stream(request, stream, bytes);
}

Heard& Recorder::of(hermit_request request) {
  return request >= first_ && request <= last_ ? heard_[request] : strangers_;
}

bool Recorder::is_open(hermit_request request) {
  if (open_.count(request) != 0) return true;
  ++of(request).late;
  return false;
}

hermit_status Recorder::fail(hermit_request request, const hermit_error& error) {
  Lock lock(mutex_);
  if (!is_open(request)) return HERMIT_STALE;
  of(request).errors.emplace_back(error);
  return HERMIT_OK;
}

hermit_status Recorder::finish(hermit_request request, hermit_status status) {
  Lock lock(mutex_);
  if (!is_open(request)) return HERMIT_STALE;
  auto& finishes = of(request).finishes;
  finishes.push_back(status);
  changed_.notify_all();
  return finishes.size() == 1 ? HERMIT_OK : HERMIT_STALE;
}

hermit_status Recorder::stream(hermit_request request, std::uint32_t stream, std::string_view text) {
  Lock lock(mutex_);
  Heard& heard = of(request);
  (stream == HERMIT_STDERR ? heard.err : heard.out) += text;
  changed_.notify_all();
  return HERMIT_OK;
}

hermit_status Recorder::result(hermit_request request, const hermit_bundle& bundle) {
  Lock lock(mutex_);
  if (!is_open(request)) return HERMIT_STALE;
  of(request).results.emplace_back(bundle);
  return HERMIT_OK;
}

hermit_status Recorder::display(hermit_request request, const hermit_bundle& bundle, std::string_view) {
  Lock lock(mutex_);
  of(request).displays.emplace_back(bundle);
  return HERMIT_OK;
}

hermit_status Recorder::update(hermit_request request, const hermit_bundle& bundle, std::string_view id) {
  return display(request, bundle, id);
}

hermit_status Recorder::clear(hermit_request, bool) { return HERMIT_OK; }

hermit_status Recorder::resume_after(hermit_request request, std::uint64_t microseconds) {
  Lock lock(mutex_);
  if (!is_open(request)) return HERMIT_STALE;
  resumes_[request] = Clock::now() + std::chrono::microseconds(microseconds);
  changed_.notify_all();
  return HERMIT_OK;
}

hermit_status Recorder::comm_target(std::string_view target, bool add) {
  Lock lock(mutex_);
  if (add) {
    targets_.emplace(target);
    return HERMIT_OK;
  }
  return targets_.erase(std::string(target)) != 0 ? HERMIT_OK : HERMIT_STALE;
}

hermit_status Recorder::comm_open(hermit_request request, const hermit_comm_message& message,
                                  std::string& comm_id) {
  Lock lock(mutex_);
  comm_id = view(message.comm_id);
  if (comm_id.empty()) comm_id = "comm-" + std::to_string(comms_.size() + 1);
  if (!comms_.insert(comm_id).second) return HERMIT_INVALID;
  of(request).comms.push_back(comm_id);
  return HERMIT_OK;
}

hermit_status Recorder::comm_send(hermit_request, const hermit_comm_message&) { return HERMIT_OK; }

hermit_status Recorder::comm_close(hermit_request, const hermit_comm_message& message) {
  Lock lock(mutex_);
  return comms_.erase(std::string(view(message.comm_id))) != 0 ? HERMIT_OK : HERMIT_STALE;
}

hermit_status Recorder::read_line(hermit_request request, std::string_view, bool, std::string& line) {
  Lock lock(mutex_);
  if (!is_open(request)) return HERMIT_STALE;
  ++of(request).reads;
  if (answers_.empty()) return HERMIT_REFUSED;
  Answer answer = std::move(answers_.front());
  answers_.pop_front();
  line = std::move(answer.line);
  return answer.status;
}

std::optional<std::string> Recorder::setting(std::string_view name) {
  const auto found = settings_.find(name);
  return found == settings_.end() ? std::nullopt : std::optional(found->second);
}

void Recorder::shell_lost(const std::vector<hermit_request>&) {}

}  // namespace hermit::check
