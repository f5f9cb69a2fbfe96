// The host as the Lua shell uses it: its services, found once, and calls on them that are safe to make
// whether or not the host has the service.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hermit/hermit.h"

namespace hermit::lua_shell {

// One representation of a value; see hermit_mime.
struct Part {
  std::string type;
  std::string data;
  uint32_t form = HERMIT_MIME_TEXT;
};

// A value in all its representations; `metadata` is a JSON object or empty.
struct Bundle {
  std::vector<Part> parts;
  std::string metadata;
};

// An error of the user's code as a notebook shows it.
struct Report {
  std::string name;
  std::string value;
  std::vector<std::string> traceback;
};

// What can be done with a comm.
enum class CommAction { open, send, close };

// Calls `use` with the bundle in the form of the ABI, lent for that call.
template <typename Use>
auto with_bundle(const Bundle& bundle, Use use) {
  std::vector<hermit_mime> parts;
  parts.reserve(bundle.parts.size());
  for (const Part& part : bundle.parts) {
    parts.push_back(
        {{part.type.data(), part.type.size()}, {part.data.data(), part.data.size()}, part.form, 0});
  }
  const hermit_bundle lent = {parts.data(), parts.size(), {bundle.metadata.data(), bundle.metadata.size()}};
  return use(&lent);
}

// Calls `use` with the report in the form of the ABI, lent for that call.
template <typename Use>
auto with_report(const Report& report, Use use) {
  std::vector<hermit_text> lines;
  lines.reserve(report.traceback.size());
  for (const std::string& line : report.traceback) lines.push_back({line.data(), line.size()});
  const hermit_error lent = {{report.name.data(), report.name.size()},
                             {report.value.data(), report.value.size()},
                             lines.data(),
                             lines.size()};
  return use(&lent);
}

// All functions: [any-thread]. Those that show something return what the host returns.
class Host {
 public:
  // `host` has to outlive this.
  explicit Host(const hermit_host* host);

  // Whether the host has what the manifest requires.
  bool is_sufficient() const { return output_ != nullptr; }

  // From now on nothing reaches the host any more. To be called when the shell is being destroyed.
  void leave() { left_ = true; }

  hermit_status stream(hermit_request request, uint32_t stream, std::string_view text) const;
  hermit_status result(hermit_request request, const Bundle& bundle) const;
  hermit_status display(hermit_request request, const Bundle& bundle, std::string_view id) const;
  hermit_status update(hermit_request request, const Bundle& bundle, std::string_view id) const;
  hermit_status clear(hermit_request request, bool wait) const;
  hermit_status fail(hermit_request request, const Report& report) const;

  // Opens, sends over or closes a comm.
  hermit_status comm(hermit_request request, CommAction action, const hermit_comm_message& message) const;

  // Whether clients may open comms to a target. Returns HERMIT_STALE when they could not anyway.
  hermit_status listen(std::string_view target, bool may_open) const;

  // Asks the user for a line and appends it to `line`.
  hermit_status read(hermit_request request, std::string_view prompt, bool password, std::string& line) const;

  // Whether resume_after() can be called.
  bool has_lane() const { return lane_ != nullptr; }

  // Has the host resume a cell. See hermit_host_lane.
  hermit_status resume_after(hermit_request request, std::chrono::microseconds delay) const;

  // The value of a setting as JSON text, or "" when the host has none.
  std::string setting(std::string_view name) const;

  // What the program that the host is embedded in has given to this shell, or NULL.
  void* program_context() const;

  void log(uint32_t level, std::string_view text) const;

 private:
  template <typename Table>
  const Table* find(std::string_view id) const;

  const hermit_host* host_;
  const hermit_host_output* output_;
  const hermit_host_input* input_;
  const hermit_host_settings* settings_;
  const hermit_host_log* log_;
  const hermit_host_lane* lane_;
  const hermit_host_comm* comm_;
  bool left_ = false;
};

}  // namespace hermit::lua_shell
