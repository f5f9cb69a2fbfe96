#include "kernel/services.hpp"

#include "base/log.hpp"
#include "kernel/bundle.hpp"

namespace hermit {
namespace {

hermit_status unknown_request(const char* function, hermit_request request) {
  log::error("SHELL_MISBEHAVING {} was called for the request {}, which was never given", function, request);
  return HERMIT_INVALID;
}

// Reports what bundle_json left out.
hermit_status status_of(const BundleJson& bundle) {
  if (bundle.problem.empty()) return HERMIT_OK;
  log::error("SHELL_MISBEHAVING a mime bundle is not what it says: {}", bundle.problem);
  return HERMIT_INVALID;
}

}  // namespace

hermit_status Services::fail(hermit_request request, const hermit_error& error) {
  return cells_.set_failure(request, failure_from(error)) ? HERMIT_OK : HERMIT_STALE;
}

hermit_status Services::finish(hermit_request request, hermit_status status) {
  return executor_.finish(request, status);
}

hermit_status Services::stream(hermit_request request, std::uint32_t stream, std::string_view text) {
  return output_.stream(request, stream, text) ? HERMIT_OK : unknown_request("stream", request);
}

hermit_status Services::result(hermit_request request, const hermit_bundle& bundle) {
  const auto cell = cells_.find(request);
  if (cell == nullptr) return HERMIT_STALE;
  if (cell->silent) return HERMIT_OK;
  BundleJson json = bundle_json(bundle);
  const auto text = json.data.find("text/plain");
  const bool has_text = text != json.data.end() && text->is_string();
  if (!cells_.set_result(request, has_text ? text->get<std::string>() : std::string())) return HERMIT_STALE;
  output_.publish(
      request, Owner{cell->exchange->parent(), cell}, "execute_result",
      {{"execution_count", cell->execution_count}, {"data", json.data}, {"metadata", json.metadata}});
  return status_of(json);
}

hermit_status Services::show(hermit_request request, std::string_view msg_type, const hermit_bundle& bundle,
                             std::string_view display_id) {
  const auto owner = cells_.owner(request);
  if (!owner) return unknown_request("display", request);
  const BundleJson json = bundle_json(bundle);
  Json transient = Json::object();
  if (!display_id.empty()) transient["display_id"] = display_id;
  output_.publish(request, *owner, msg_type,
                  {{"data", json.data}, {"metadata", json.metadata}, {"transient", transient}});
  return status_of(json);
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
  if (!owner) return unknown_request("clear", request);
  output_.publish(request, *owner, "clear_output", {{"wait", wait}});
  return HERMIT_OK;
}

hermit_status Services::read_line(hermit_request request, std::string_view prompt, bool password,
                                  std::string& line) {
  const auto cell = cells_.find(request);
  if (cell == nullptr) return HERMIT_STALE;
  output_.flush(request);
  return inputs_.read(*cell, prompt, password, line);
}

std::optional<std::string> Services::setting(std::string_view name) {
  const auto found = settings_.find(name);
  return found == settings_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace hermit
