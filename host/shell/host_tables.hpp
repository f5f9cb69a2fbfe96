// HostTables: the host's side of the C ABI, the tables of functions that a shell in this process calls.
#pragma once

#include <string>
#include <string_view>

#include <hermit/hermit.h>

#include "shell/shell.hpp"

namespace hermit {

// One for each shell. Its functions check what they are given, catch what the kernel throws, and pass
// on to the ShellHost. Lives as long as the shell; never moved.
class HostTables {
 public:
  // `host` and `shell_name` outlive it.
  HostTables(ShellHost& host, const std::string& shell_name);
  HostTables(const HostTables&) = delete;
  HostTables& operator=(const HostTables&) = delete;

  const hermit_host* table() const { return &table_; }

  // True when this host has the extension. [any-thread]
  static bool offers(std::string_view id);
  // The ids of all extensions of this host, for an error message.
  static std::string offered();

  ShellHost& host() const { return host_; }
  const std::string& shell_name() const { return shell_name_; }

 private:
  ShellHost& host_;
  const std::string& shell_name_;
  hermit_host table_;
};

}  // namespace hermit
