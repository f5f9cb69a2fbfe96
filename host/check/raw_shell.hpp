// RawShell: a shell made by hand, through the C functions of its table, for what no host would do.
#pragma once

#include <string>

#include <hermit/hermit.h>

#include "check/recorder.hpp"
#include "check/session.hpp"
#include "shell/host_tables.hpp"

namespace hermit::check {

// Every extension that a shell may offer.
extern const std::vector<std::string_view> shell_extensions;

// Belongs to one thread.
class RawShell {
 public:
  // Tells the shell nothing yet. `entry` and `recorder` outlive this.
  RawShell(const hermit_shell_entry_type& entry, Recorder& recorder);
  // destroy().
  ~RawShell();
  RawShell(const RawShell&) = delete;
  RawShell& operator=(const RawShell&) = delete;

  // The host that create() gives to the shell; may be changed before.
  hermit_host& host() { return host_; }

  // Calls the shell's create(), and returns what it returned; true in made() when there is a shell then.
  hermit_status create();
  hermit_status create(const hermit_host_info& info);
  bool made() const { return shell_ != nullptr; }
  // Why there is none, as the shell says.
  const std::string& why() const { return why_; }

  const void* extension(hermit_text id) const { return entry_.shell->extension(shell_, id); }
  const void* extension(std::string_view id) const { return extension(hermit_text{id.data(), id.size()}); }
  hermit_status execute(hermit_request request, const hermit_cell& cell) const {
    return entry_.shell->execute(shell_, request, &cell);
  }
  // Runs a cell that does not go on after its return.
  Ran run(std::string_view code) const;

  // After it the shell's calls reach the recorder no more.
  void destroy();

 private:
  const hermit_shell_entry_type& entry_;
  Recorder& recorder_;
  HostTables& tables_;
  hermit_host host_;
  hermit_shell* shell_ = nullptr;
  std::string why_;
};

}  // namespace hermit::check
