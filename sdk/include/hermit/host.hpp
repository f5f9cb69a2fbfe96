// Host: the host as a shell in C++ uses it. Its services are found once; a call of one that this host lacks
// returns HERMIT_UNSUPPORTED, and every call HERMIT_STALE when there is no host any more. Header-only, C++17;
// part of hermit/shell.hpp.
#ifndef HERMIT_HOST_HPP
#define HERMIT_HOST_HPP

#include <chrono>
#include <string>
#include <string_view>

#include "hermit/values.hpp"

namespace hermit::sdk {

// What the functions do and return stands with the functions of the C headers that have the same names, in
// hermit/host.h and hermit/ext/. A copy is as good as the original; valid until the destructor of the main
// shell returns. [any-thread]
class Host {
 public:
  // No host at all.
  Host() = default;
  explicit Host(const hermit_host *host)
      : host_(host),
        output_(find<hermit_host_output>(HERMIT_EXT_OUTPUT)),
        input_(find<hermit_host_input>(HERMIT_EXT_INPUT)),
        settings_(find<hermit_host_settings>(HERMIT_EXT_SETTINGS)),
        log_(find<hermit_host_log>(HERMIT_EXT_LOG)),
        lane_(find<hermit_host_lane>(HERMIT_EXT_LANE)),
        comm_(find<hermit_host_comm>(HERMIT_EXT_COMM)) {}

  // Nothing that is called here reaches the host from now on: for what outlives the shell, or is ended with
  // it and may still print. While no other thread uses this object.
  void leave() { *this = Host(); }

  // Throws a Refusal when the host lacks an extension, for the constructor of a shell that needs it.
  void require(std::string_view id) const {
    if (find<void>(id) != nullptr) return;
    throw Refusal{"the host lacks " + std::string(id) + ", which this shell needs", HERMIT_UNSUPPORTED};
  }

  // Output; see hermit/ext/output.h.
  hermit_status print(hermit_request request, std::string_view text) const {
    return stream(request, HERMIT_STDOUT, text);
  }
  hermit_status stream(hermit_request request, std::uint32_t stream, std::string_view text) const {
    return output_ == nullptr ? missing() : output_->stream(host_, request, stream, lend(text));
  }
  hermit_status result(hermit_request request, const Bundle &value) const {
    if (output_ == nullptr) return missing();
    return with_bundle(value,
                       [&](const hermit_bundle *lent) { return output_->result(host_, request, lent); });
  }
  hermit_status display(hermit_request request, const Bundle &value, std::string_view display_id = {}) const {
    if (output_ == nullptr) return missing();
    return with_bundle(value, [&](const hermit_bundle *lent) {
      return output_->display(host_, request, lent, lend(display_id));
    });
  }
  hermit_status update(hermit_request request, const Bundle &value, std::string_view display_id) const {
    if (output_ == nullptr) return missing();
    return with_bundle(value, [&](const hermit_bundle *lent) {
      return output_->update(host_, request, lent, lend(display_id));
    });
  }
  hermit_status clear(hermit_request request, bool wait) const {
    return output_ == nullptr ? missing() : output_->clear(host_, request, wait ? 1 : 0);
  }

  // How a request ends; see hermit/host.h.
  hermit_status fail(hermit_request request, const UserError &error) const {
    if (host_ == nullptr) return missing();
    return with_error(error, [&](const hermit_error *lent) { return host_->fail(host_, request, lent); });
  }
  hermit_status finish(hermit_request request, hermit_status status) const {
    return host_ == nullptr ? missing() : host_->finish(host_, request, status);
  }

  // Has the shell's resume() called; see hermit/ext/tasks.h.
  bool has_lane() const { return lane_ != nullptr; }
  hermit_status resume_after(hermit_request request, std::chrono::microseconds time) const {
    if (lane_ == nullptr) return missing();
    return lane_->resume_after(host_, request, static_cast<std::uint64_t>(time.count()));
  }

  // Asks the user for a line, which is appended to `line`; see hermit/ext/input.h.
  hermit_status read(hermit_request request, std::string_view prompt, bool password,
                     std::string &line) const {
    if (input_ == nullptr) return missing();
    const hermit_text_sink sink = append_to(line);
    return input_->read(host_, request, lend(prompt), password ? 1 : 0, &sink);
  }

  // Comms; see hermit/ext/comm.h. The id of one that is opened is appended to `comm_id`, unless that is NULL.
  hermit_status add_target(std::string_view target) const {
    return comm_ == nullptr ? missing() : comm_->add_target(host_, lend(target));
  }
  hermit_status remove_target(std::string_view target) const {
    return comm_ == nullptr ? missing() : comm_->remove_target(host_, lend(target));
  }
  hermit_status open_comm(hermit_request request, const CommMessage &message,
                          std::string *comm_id = nullptr) const {
    if (comm_ == nullptr) return missing();
    return with_message(message, [&](const hermit_comm_message *lent) {
      if (comm_id == nullptr) return comm_->open(host_, request, lent, nullptr);
      const hermit_text_sink sink = append_to(*comm_id);
      return comm_->open(host_, request, lent, &sink);
    });
  }
  hermit_status send_comm(hermit_request request, const CommMessage &message) const {
    if (comm_ == nullptr) return missing();
    return with_message(message,
                        [&](const hermit_comm_message *lent) { return comm_->send(host_, request, lent); });
  }
  hermit_status close_comm(hermit_request request, const CommMessage &message) const {
    if (comm_ == nullptr) return missing();
    return with_message(message,
                        [&](const hermit_comm_message *lent) { return comm_->close(host_, request, lent); });
  }

  // The value of a setting: the text of one of the type "text", JSON for the others; "" when there is none.
  std::string setting(std::string_view name) const {
    std::string value;
    const hermit_text_sink sink = append_to(value);
    if (settings_ != nullptr) settings_->value(host_, lend(name), &sink);
    return value;
  }

  // A line for whoever runs the host; `level` is one of HERMIT_LOG_….
  void log(std::uint32_t level, std::string_view text) const {
    if (log_ != nullptr) log_->write(host_, level, lend(text));
  }

  // For extensions that this class knows nothing of: the table of one, or NULL.
  template <class Table>
  const Table *find(std::string_view id) const {
    return host_ == nullptr ? nullptr : static_cast<const Table *>(host_->extension(host_, lend(id)));
  }
  const hermit_host *table() const { return host_; }

 private:
  hermit_status missing() const { return host_ == nullptr ? HERMIT_STALE : HERMIT_UNSUPPORTED; }

  const hermit_host *host_ = nullptr;
  const hermit_host_output *output_ = nullptr;
  const hermit_host_input *input_ = nullptr;
  const hermit_host_settings *settings_ = nullptr;
  const hermit_host_log *log_ = nullptr;
  const hermit_host_lane *lane_ = nullptr;
  const hermit_host_comm *comm_ = nullptr;
};

}  // namespace hermit::sdk

#endif
