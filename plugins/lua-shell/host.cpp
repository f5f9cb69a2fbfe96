// Finds the host's services and calls them.
#include "host.hpp"

#include "text.hpp"

namespace hermit::lua_shell {
namespace {

void append(void* context, hermit_text text) { *static_cast<std::string*>(context) += view(text); }

}  // namespace

template <typename Table>
const Table* Host::find(std::string_view id) const {
  return static_cast<const Table*>(host_->extension(host_, lend(id)));
}

Host::Host(const hermit_host* host)
    : host_(host),
      output_(find<hermit_host_output>(HERMIT_EXT_OUTPUT)),
      input_(find<hermit_host_input>(HERMIT_EXT_INPUT)),
      settings_(find<hermit_host_settings>(HERMIT_EXT_SETTINGS)),
      log_(find<hermit_host_log>(HERMIT_EXT_LOG)),
      lane_(find<hermit_host_lane>(HERMIT_EXT_LANE)),
      comm_(find<hermit_host_comm>(HERMIT_EXT_COMM)) {}

void* Host::program_context() const {
  const auto* embedding = find<hermit_host_embedding>(HERMIT_EXT_EMBEDDING);
  return embedding == nullptr ? nullptr : embedding->context(host_);
}

hermit_status Host::stream(hermit_request request, uint32_t stream, std::string_view text) const {
  return left_ ? HERMIT_STALE : output_->stream(host_, request, stream, lend(text));
}

hermit_status Host::result(hermit_request request, const Bundle& bundle) const {
  if (left_) return HERMIT_STALE;
  return with_bundle(bundle,
                     [&](const hermit_bundle* lent) { return output_->result(host_, request, lent); });
}

hermit_status Host::display(hermit_request request, const Bundle& bundle, std::string_view id) const {
  if (left_) return HERMIT_STALE;
  return with_bundle(
      bundle, [&](const hermit_bundle* lent) { return output_->display(host_, request, lent, lend(id)); });
}

hermit_status Host::update(hermit_request request, const Bundle& bundle, std::string_view id) const {
  if (left_) return HERMIT_STALE;
  return with_bundle(
      bundle, [&](const hermit_bundle* lent) { return output_->update(host_, request, lent, lend(id)); });
}

hermit_status Host::clear(hermit_request request, bool wait) const {
  return left_ ? HERMIT_STALE : output_->clear(host_, request, wait ? 1 : 0);
}

hermit_status Host::fail(hermit_request request, const Report& report) const {
  if (left_) return HERMIT_STALE;
  return with_report(report, [&](const hermit_error* lent) { return host_->fail(host_, request, lent); });
}

hermit_status Host::comm(hermit_request request, CommAction action,
                         const hermit_comm_message& message) const {
  if (left_) return HERMIT_STALE;
  if (comm_ == nullptr) return HERMIT_UNSUPPORTED;
  switch (action) {
    case CommAction::open:
      return comm_->open(host_, request, &message, nullptr);
    case CommAction::send:
      return comm_->send(host_, request, &message);
    case CommAction::close:
      break;
  }
  return comm_->close(host_, request, &message);
}

hermit_status Host::listen(std::string_view target, bool may_open) const {
  if (left_) return HERMIT_STALE;
  if (comm_ == nullptr) return HERMIT_UNSUPPORTED;
  return may_open ? comm_->add_target(host_, lend(target)) : comm_->remove_target(host_, lend(target));
}

hermit_status Host::read(hermit_request request, std::string_view prompt, bool password,
                         std::string& line) const {
  if (left_) return HERMIT_STALE;
  if (input_ == nullptr) return HERMIT_UNSUPPORTED;
  const hermit_text_sink sink = {&line, append};
  return input_->read(host_, request, lend(prompt), password ? 1 : 0, &sink);
}

hermit_status Host::resume_after(hermit_request request, std::chrono::microseconds delay) const {
  if (left_) return HERMIT_STALE;
  return lane_->resume_after(host_, request, static_cast<uint64_t>(delay.count()));
}

std::string Host::setting(std::string_view name) const {
  std::string value;
  const hermit_text_sink sink = {&value, append};
  if (settings_ != nullptr) settings_->value(host_, lend(name), &sink);
  return value;
}

void Host::log(uint32_t level, std::string_view text) const {
  if (log_ != nullptr && !left_) log_->write(host_, level, lend(text));
}

}  // namespace hermit::lua_shell
