// HostTables: the host's side of the C ABI, the tables of functions that a shell in this process calls.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include <hermit/hermit.h>

#include "base/mutex.hpp"
#include "shell/shell.hpp"

namespace hermit {

// One for each shell. Its functions check what they are given, catch what the kernel throws, and pass
// on to the ShellHost. Usable on any thread.
class HostTables {
  struct Private {};

 public:
  // Makes tables that are valid until the process ends: a shell may call them when it no longer should.
  // `host` lives until close().
  // `context` is the embedding program's; with NULL the shell has no hermit.embedding.
  static HostTables& make(ShellHost& host, std::string shell_name, void* context = nullptr);
  HostTables(Private, ShellHost& host, std::string shell_name, void* context);
  HostTables(const HostTables&) = delete;
  HostTables& operator=(const HostTables&) = delete;

  const hermit_host* table() const { return &table_; }
  const std::string& shell_name() const { return shell_name_; }
  void* context() const { return context_; }

  // From now on calls answer HERMIT_STALE and are logged (convention 10); waits for those that are under way.
  void close();

  // True when this host has the extension.
  static bool offers(std::string_view id);
  // The ids of all extensions of this host, for an error message.
  static std::string offered();

  // A call by the shell. close() waits for its end.
  class Visit {
   public:
    // `function` is what was called, for the log.
    Visit(const HostTables& tables, const char* function);
    ~Visit();
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    // NULL when the tables are closed.
    ShellHost* host() const { return host_; }

   private:
    const HostTables& tables_;
    ShellHost* host_ = nullptr;
  };

 private:
  // A bit in visitors_ above all counts.
  static constexpr std::uint32_t closed = std::uint32_t{1} << 31;
  // A thread that was left behind may call on and on.
  static constexpr std::uint32_t reported_late_calls = 64;

  ShellHost& host_;
  const std::string shell_name_;
  void* const context_;
  hermit_host table_;
  mutable std::atomic<std::uint32_t> visitors_{0};
  mutable std::atomic<std::uint32_t> late_calls_{0};
};

}  // namespace hermit
