// Services: what the kernel does for a shell, behind the host's tables of the C ABI.
#pragma once

#include <map>
#include <string>

#include "kernel/bundle.hpp"
#include "kernel/cells.hpp"
#include "kernel/comms.hpp"
#include "kernel/inputs.hpp"
#include "kernel/output.hpp"
#include "shell/shell.hpp"

namespace hermit {

// [any-thread]
class Services final : public ShellHost {
 public:
  // All outlive it. `settings` holds the shell's own settings: text as it is, other types as JSON.
  Services(Cells& cells, Output& output, Comms& comms, Inputs& inputs, std::string shell_name,
           std::map<std::string, std::string, std::less<>> settings)
      : cells_(cells),
        output_(output),
        comms_(comms),
        inputs_(inputs),
        shell_name_(std::move(shell_name)),
        settings_(std::move(settings)) {}

  hermit_status fail(hermit_request request, const hermit_error& error) override;
  hermit_status finish(hermit_request request, hermit_status status) override;
  hermit_status stream(hermit_request request, std::uint32_t stream, std::string_view text) override;
  hermit_status result(hermit_request request, const hermit_bundle& bundle) override;
  hermit_status display(hermit_request request, const hermit_bundle& bundle,
                        std::string_view display_id) override;
  hermit_status update(hermit_request request, const hermit_bundle& bundle,
                       std::string_view display_id) override;
  hermit_status clear(hermit_request request, bool wait) override;
  hermit_status resume_after(hermit_request request, std::uint64_t microseconds) override;
  hermit_status comm_target(std::string_view target, bool add) override;
  hermit_status comm_open(hermit_request request, const hermit_comm_message& message,
                          std::string& comm_id) override;
  hermit_status comm_send(hermit_request request, const hermit_comm_message& message) override;
  hermit_status comm_close(hermit_request request, const hermit_comm_message& message) override;
  hermit_status read_line(hermit_request request, std::string_view prompt, bool password,
                          std::string& line) override;
  std::optional<std::string> setting(std::string_view name) override;
  void shell_lost(const std::vector<hermit_request>& requests) override;

 private:
  hermit_status no_cell(const char* function, hermit_request request) const;
  hermit_status not_open(const char* function, hermit_request request) const;
  hermit_status status_of(const BundleJson& bundle) const;
  hermit_status show(hermit_request request, std::string_view msg_type, const hermit_bundle& bundle,
                     std::string_view display_id);

  Cells& cells_;
  Output& output_;
  Comms& comms_;
  Inputs& inputs_;
  const std::string shell_name_;
  const std::map<std::string, std::string, std::less<>> settings_;
};

}  // namespace hermit
