// AbiShell: a shell in this process, called through the C ABI.
//
// It is where the two sides meet: no exception passes through it, a status the ABI does not have
// becomes HERMIT_FAILED, and whatever breaks the rules is logged with the shell's name.
#pragma once

#include <memory>
#include <string>

#include <hermit/hermit.h>

#include "base/result.hpp"
#include "shell/host_tables.hpp"
#include "shell/shell.hpp"

namespace hermit {

class AbiShell final : public Shell {
 public:
  // Makes a shell from an entry that check_entry() has checked. `host` outlives it. `origin` is the
  // file, or another name for error messages. `context` is what an embedding program gives it; see
  // hermit/ext/embedding.h. [main-thread]
  static Result<std::unique_ptr<Shell>> create(const hermit_shell_entry_type& entry, ShellHost& host,
                                               std::string origin, void* context = nullptr);
  ~AbiShell() override;

  // Whether this host has all that a shell requires; the error names what it lacks, to follow the file's
  // name.
  static Result<void> check_requirements(const Manifest& manifest);

  const Manifest& manifest() const override { return common_->manifest; }
  hermit_status execute(hermit_request request, const hermit_cell& cell) override;
  hermit_status resume(hermit_request request) override;
  Result<std::unique_ptr<Shell>> make_subshell() override;
  hermit_status evaluate(hermit_request request, std::string_view expression, const hermit_bundle_sink& value,
                         const hermit_error_sink& error) override;
  hermit_status complete(hermit_request request, std::string_view code, std::uint64_t cursor,
                         const hermit_match_sink& matches) override;
  hermit_status inspect(hermit_request request, std::string_view code, std::uint64_t cursor,
                        std::uint32_t detail, const hermit_bundle_sink& description) override;
  hermit_status is_complete(hermit_request request, std::string_view code, std::uint32_t& completeness,
                            const hermit_text_sink& indent) override;
  bool keeps_history() const override { return history_ != nullptr; }
  hermit_status history(hermit_request request, std::string_view content,
                        const hermit_text_sink& reply) override;
  hermit_status comm(hermit_request request, CommEvent event, const hermit_comm_message& message) override;
  hermit_status interrupt(hermit_request request) override;

 private:
  // What a shell and its subshells have in common.
  struct Common {
    Common(Manifest of, ShellHost& kernel, void* context)
        : manifest(std::move(of)), host(HostTables::make(kernel, manifest.name, context)) {}
    ~Common() { host.close(); }
    const Manifest manifest;
    HostTables& host;
  };

  AbiShell(const hermit_shell_table& table, std::shared_ptr<Common> common, hermit_shell* shell);

  void find_extensions();
  template <class Table>
  void find_extension(const char* id, const Table*& table);

  // What a call may answer: that it was done or could not be; or also what became of the user's code; or also
  // that this is still open.
  enum class Answer { done, outcome, perhaps_pending };
  static bool may_be(Answer answer, hermit_status status);
  template <class Call>
  static hermit_status guarded(const Common& common, const char* function, Answer answer, Call call);

  const hermit_shell_table& table_;
  const std::shared_ptr<Common> common_;
  hermit_shell* const shell_;

  const hermit_shell_comm_handler* comm_handler_ = nullptr;
  const hermit_shell_complete* complete_ = nullptr;
  const hermit_shell_evaluate* evaluate_ = nullptr;
  const hermit_shell_history* history_ = nullptr;
  const hermit_shell_inspect* inspect_ = nullptr;
  const hermit_shell_interrupt* interrupt_ = nullptr;
  const hermit_shell_is_complete* is_complete_ = nullptr;
  const hermit_shell_subshells* subshells_ = nullptr;
  const hermit_shell_tasks* tasks_ = nullptr;
};

}  // namespace hermit
