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
  // Makes a shell from an entry that load_library() has checked. `host` outlives it. `origin` is the
  // file, or another name for error messages. [main-thread]
  static Result<std::unique_ptr<Shell>> create(const hermit_shell_entry_type& entry, ShellHost& host,
                                               std::string origin);
  ~AbiShell() override;

  const Manifest& manifest() const override { return manifest_; }
  hermit_status execute(hermit_request request, const hermit_cell& cell) override;
  hermit_status evaluate(hermit_request request, std::string_view expression, const hermit_bundle_sink& value,
                         const hermit_error_sink& error) override;
  hermit_status complete(std::string_view code, std::uint64_t cursor,
                         const hermit_match_sink& matches) override;
  hermit_status inspect(std::string_view code, std::uint64_t cursor, std::uint32_t detail,
                        const hermit_bundle_sink& description) override;
  hermit_status is_complete(std::string_view code, std::uint32_t& completeness,
                            const hermit_text_sink& indent) override;
  hermit_status interrupt(hermit_request request) override;

 private:
  AbiShell(const hermit_shell_entry_type& entry, ShellHost& host, Manifest manifest);

  Result<void> start(const std::string& origin);
  template <class Call>
  hermit_status guarded(const char* function, hermit_status highest, Call call);

  const hermit_shell_table& table_;
  const Manifest manifest_;
  HostTables host_;
  hermit_shell* shell_ = nullptr;

  const hermit_shell_complete* complete_ = nullptr;
  const hermit_shell_evaluate* evaluate_ = nullptr;
  const hermit_shell_inspect* inspect_ = nullptr;
  const hermit_shell_interrupt* interrupt_ = nullptr;
  const hermit_shell_is_complete* is_complete_ = nullptr;
};

}  // namespace hermit
