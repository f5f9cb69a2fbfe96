#include "kernel/services.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "kernel/bundle.hpp"
#include "kernel/executor.hpp"

namespace hermit {
namespace {

// The owner of what belongs to no request of a client's.
Owner nobody() { return {Bytes::constant("{}"), nullptr}; }

}  // namespace

// The answer to output for a request that has no cell: nothing for a completion or the like, else misuse.
hermit_status Services::no_cell(const char* function, hermit_request request) const {
  if (cells_.was_given(request)) return HERMIT_OK;
  log::error("SHELL_MISBEHAVING {}: it called {} for the request {}, which was never given", shell_name_,
             function, request);
  return HERMIT_INVALID;
}

// The answer to what only an open request may be asked for.
hermit_status Services::not_open(const char* function, hermit_request request) const {
  return no_cell(function, request) == HERMIT_OK ? HERMIT_STALE : HERMIT_INVALID;
}

// Reports what bundle_json left out.
hermit_status Services::status_of(const BundleJson& bundle) const {
  if (bundle.problem.empty()) return HERMIT_OK;
  log::error("SHELL_MISBEHAVING {}: a mime bundle is not what it says: {}", shell_name_, bundle.problem);
  return HERMIT_INVALID;
}

hermit_status Services::fail(hermit_request request, const hermit_error& error) {
  if (cells_.set_failure(request, failure_from(error))) return HERMIT_OK;
  return not_open("fail", request);
}

hermit_status Services::finish(hermit_request request, hermit_status status) {
  const auto cell = cells_.find(request);
  if (cell != nullptr) return cell->executor->finish(cell, status);
  return not_open("finish", request);
}

hermit_status Services::stream(hermit_request request, std::uint32_t stream, std::string_view text) {
  const hermit_status status = output_.stream(request, stream, text);
  return status == HERMIT_INVALID ? no_cell("stream", request) : status;
}

hermit_status Services::result(hermit_request request, const hermit_bundle& bundle) {
  const auto cell = cells_.find(request);
  if (cell == nullptr) return not_open("result", request);
  if (cell->silent) return HERMIT_OK;
  BundleJson json = bundle_json(bundle);
  const auto text = json.data.find("text/plain");
  const bool has_text = text != json.data.end() && text->is_string();
  if (!cells_.set_result(request, has_text ? text->get<std::string>() : std::string())) return HERMIT_STALE;
  output_.publish(request, Owner{cell->exchange->parent(), cell}, "execute_result",
                  {{"execution_count", cell->execution_count},
                   {"data", std::move(json.data)},
                   {"metadata", std::move(json.metadata)}});
  return status_of(json);
}

hermit_status Services::show(hermit_request request, std::string_view msg_type, const hermit_bundle& bundle,
                             std::string_view display_id) {
  const auto owner = cells_.owner(request);
  if (!owner) return no_cell("display", request);
  const BundleJson json = bundle_json(bundle);
  Json transient = Json::object();
  if (!display_id.empty()) transient["display_id"] = display_id;
  const hermit_status waited = output_.wait_for_room(request);
  output_.publish(request, *owner, msg_type,
                  {{"data", json.data}, {"metadata", json.metadata}, {"transient", transient}});
  return waited == HERMIT_OK ? status_of(json) : waited;
}

hermit_status Services::display(hermit_request request, const hermit_bundle& bundle,
                                std::string_view display_id) {
  return show(request, "display_data", bundle, display_id);
}

hermit_status Services::update(hermit_request request, const hermit_bundle& bundle,
                               std::string_view display_id) {
  return show(request, "update_display_data", bundle, display_id);
}

hermit_status Services::clear(hermit_request request, bool wait) {
  const auto owner = cells_.owner(request);
  if (!owner) return no_cell("clear", request);
  output_.publish(request, *owner, "clear_output", {{"wait", wait}});
  return HERMIT_OK;
}

hermit_status Services::comm_target(std::string_view target, bool add) {
  return add ? comms_.add_target(target) : comms_.remove_target(target);
}

hermit_status Services::comm_open(hermit_request request, const hermit_comm_message& message,
                                  std::string& comm_id) {
  if (!cells_.was_given(request)) return no_cell("open", request);
  return comms_.open(cells_.owner(request).value_or(nobody()), request, message, comm_id);
}

hermit_status Services::comm_send(hermit_request request, const hermit_comm_message& message) {
  if (!cells_.was_given(request)) return no_cell("send", request);
  return comms_.send(cells_.owner(request).value_or(nobody()), request, message);
}

hermit_status Services::comm_close(hermit_request request, const hermit_comm_message& message) {
  if (!cells_.was_given(request)) return no_cell("close", request);
  return comms_.close(cells_.owner(request).value_or(nobody()), request, message);
}

hermit_status Services::read_line(hermit_request request, std::string_view prompt, bool password,
                                  std::string& line) {
  const auto cell = cells_.find(request);
  if (cell == nullptr) return not_open("read", request);
  output_.flush(request);
  return inputs_.read(*cell, prompt, password, line);
}

hermit_status Services::resume_after(hermit_request request, std::uint64_t microseconds) {
  // Years from now is never; the clock must not overflow.
  constexpr std::uint64_t longest = std::uint64_t{1} << 50;
  const auto cell = cells_.find(request);
  if (cell == nullptr) return not_open("resume_after", request);
  return cell->executor->resume_after(cell, std::chrono::microseconds(std::min(microseconds, longest)));
}

void Services::shell_lost(const std::vector<hermit_request>& requests) {
  for (const auto request : requests) {
    if (const auto cell = cells_.find(request)) cell->interrupted = true;
  }
  inputs_.wake();
  output_.wake();
  comms_.close_all(cells_.owner(HERMIT_NO_REQUEST).value_or(nobody()));
}

std::optional<std::string> Services::setting(std::string_view name) {
  const auto found = settings_.find(name);
  return found == settings_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace hermit
