#include "shell/host_tables.hpp"

#include <array>
#include <deque>
#include <exception>
#include <utility>

#include "base/log.hpp"
#include "shell/abi_text.hpp"

namespace hermit {
namespace {

const HostTables& self(const hermit_host* host) { return *static_cast<const HostTables*>(host->context); }

hermit_status misuse(const hermit_host* host, const char* function, const char* problem) {
  log::error("SHELL_MISBEHAVING {}: it called {} with {}", self(host).shell_name(), function, problem);
  return HERMIT_INVALID;
}

// Calls into the kernel; nothing it throws reaches the shell.
template <class Call>
hermit_status guarded(const hermit_host* host, const char* function, Call call) {
  try {
    const HostTables::Visit visit(self(host), function);
    return visit.host() == nullptr ? HERMIT_STALE : call(*visit.host());
  } catch (const std::exception& error) {
    log::error("HOST_MISBEHAVING {} called by {} failed: {}", function, self(host).shell_name(),
               error.what());
    return HERMIT_FAILED;
  }
}

extern "C" {

hermit_status host_fail(const hermit_host* host, hermit_request request, const hermit_error* error) {
  if (const char* problem = problem_of(error)) return misuse(host, "fail", problem);
  if (error->name.size == 0) misuse(host, "fail", "an error without a name");  // and goes on without
  return guarded(host, "fail", [&](ShellHost& to) { return to.fail(request, *error); });
}

hermit_status host_finish(const hermit_host* host, hermit_request request, hermit_status status) {
  if (status < HERMIT_FAILED || status > HERMIT_INTERRUPTED || status == HERMIT_PENDING) {
    misuse(host, "finish", "a status that ends no cell");
    status = HERMIT_FAILED;
  }
  return guarded(host, "finish", [&](ShellHost& to) { return to.finish(request, status); });
}

hermit_status output_stream(const hermit_host* host, hermit_request request, std::uint32_t stream,
                            hermit_text text) {
  if (stream != HERMIT_STDOUT && stream != HERMIT_STDERR)
    return misuse(host, "stream", "a stream that is none");
  if (const char* problem = problem_of(text)) return misuse(host, "stream", problem);
  return guarded(host, "stream", [&](ShellHost& to) { return to.stream(request, stream, view(text)); });
}

hermit_status output_result(const hermit_host* host, hermit_request request, const hermit_bundle* bundle) {
  if (const char* problem = problem_of(bundle)) return misuse(host, "result", problem);
  return guarded(host, "result", [&](ShellHost& to) { return to.result(request, *bundle); });
}

hermit_status output_display(const hermit_host* host, hermit_request request, const hermit_bundle* bundle,
                             hermit_text display_id) {
  if (const char* problem = problem_of(bundle)) return misuse(host, "display", problem);
  if (problem_of(display_id) != nullptr) return misuse(host, "display", "a display_id of NULL with a size");
  return guarded(host, "display",
                 [&](ShellHost& to) { return to.display(request, *bundle, view(display_id)); });
}

hermit_status output_update(const hermit_host* host, hermit_request request, const hermit_bundle* bundle,
                            hermit_text display_id) {
  if (const char* problem = problem_of(bundle)) return misuse(host, "update", problem);
  if (problem_of(display_id) != nullptr) return misuse(host, "update", "a display_id of NULL with a size");
  if (display_id.size == 0) return misuse(host, "update", "an empty display_id");
  return guarded(host, "update",
                 [&](ShellHost& to) { return to.update(request, *bundle, view(display_id)); });
}

hermit_status output_clear(const hermit_host* host, hermit_request request, std::uint32_t wait) {
  return guarded(host, "clear", [&](ShellHost& to) { return to.clear(request, wait != 0); });
}

hermit_status input_read(const hermit_host* host, hermit_request request, hermit_text prompt,
                         std::uint32_t password, const hermit_text_sink* line) {
  if (line == nullptr || line->put == nullptr) return misuse(host, "read", "no sink for the line");
  if (problem_of(prompt) != nullptr) return misuse(host, "read", "a prompt of NULL with a size");
  std::string text;
  const hermit_status status = guarded(
      host, "read", [&](ShellHost& to) { return to.read_line(request, view(prompt), password != 0, text); });
  if (status == HERMIT_OK) line->put(line->context, lend(text));
  return status;
}

hermit_status comm_target(const hermit_host* host, const char* function, hermit_text target, bool add) {
  if (const char* problem = problem_of(target)) return misuse(host, function, problem);
  if (target.size == 0) return misuse(host, function, "an empty target");
  return guarded(host, function, [&](ShellHost& to) { return to.comm_target(view(target), add); });
}

hermit_status comm_add_target(const hermit_host* host, hermit_text target) {
  return comm_target(host, "add_target", target, true);
}

hermit_status comm_remove_target(const hermit_host* host, hermit_text target) {
  return comm_target(host, "remove_target", target, false);
}

hermit_status comm_open(const hermit_host* host, hermit_request request, const hermit_comm_message* message,
                        const hermit_text_sink* comm_id) {
  if (const char* problem = problem_of(message)) return misuse(host, "open", problem);
  if (message->target.size == 0) return misuse(host, "open", "an empty target");
  if (comm_id != nullptr && comm_id->put == nullptr) return misuse(host, "open", "no sink for the id");
  std::string id;
  const hermit_status status =
      guarded(host, "open", [&](ShellHost& to) { return to.comm_open(request, *message, id); });
  if (status == HERMIT_OK && comm_id != nullptr) comm_id->put(comm_id->context, lend(id));
  return status;
}

hermit_status comm_send(const hermit_host* host, hermit_request request, const hermit_comm_message* message) {
  if (const char* problem = problem_of(message)) return misuse(host, "send", problem);
  return guarded(host, "send", [&](ShellHost& to) { return to.comm_send(request, *message); });
}

hermit_status comm_close(const hermit_host* host, hermit_request request,
                         const hermit_comm_message* message) {
  if (const char* problem = problem_of(message)) return misuse(host, "close", problem);
  return guarded(host, "close", [&](ShellHost& to) { return to.comm_close(request, *message); });
}

hermit_status lane_resume_after(const hermit_host* host, hermit_request request, std::uint64_t microseconds) {
  return guarded(host, "resume_after", [&](ShellHost& to) { return to.resume_after(request, microseconds); });
}

void write_line(const std::string& shell, std::uint32_t level, std::string_view text) {
  const std::string line = shell + ": " + std::string(text);
  switch (level) {
    case HERMIT_LOG_DEBUG:
      return log::write(log::Level::debug, line);
    case HERMIT_LOG_INFO:
      return log::write(log::Level::info, line);
    case HERMIT_LOG_WARNING:
      return log::write(log::Level::warning, line);
    default:
      return log::write(log::Level::error, line);
  }
}

void log_write(const hermit_host* host, std::uint32_t level, hermit_text text) {
  const HostTables::Visit visit(self(host), "write");
  if (visit.host() == nullptr) return;
  try {
    if (problem_of(text) != nullptr) misuse(host, "write", "text of NULL with a size");
    if (level < HERMIT_LOG_DEBUG || level > HERMIT_LOG_ERROR) misuse(host, "write", "a level that is none");
    write_line(self(host).shell_name(), level, view(text));
  } catch (const std::exception&) {
    // There is no memory for a line of the log, and nobody to tell it.
  }
}

hermit_status settings_value(const hermit_host* host, hermit_text name, const hermit_text_sink* value) {
  if (value == nullptr || value->put == nullptr) return misuse(host, "value", "no sink for the value");
  if (problem_of(name) != nullptr) return misuse(host, "value", "a name of NULL with a size");
  std::optional<std::string> text;
  const hermit_status status = guarded(host, "value", [&](ShellHost& to) {
    text = to.setting(view(name));
    return text ? HERMIT_OK : HERMIT_INVALID;
  });
  if (status == HERMIT_OK) value->put(value->context, lend(*text));
  return status;
}

void* embedding_context(const hermit_host* host) { return self(host).context(); }

}  // extern "C"

constexpr hermit_host_embedding embedding_table{embedding_context};
constexpr hermit_host_output output_table{output_stream, output_result, output_display, output_update,
                                          output_clear};
constexpr hermit_host_input input_table{input_read};
constexpr hermit_host_comm comm_table{comm_add_target, comm_remove_target, comm_open, comm_send, comm_close};
constexpr hermit_host_lane lane_table{lane_resume_after};
constexpr hermit_host_log log_table{log_write};
constexpr hermit_host_settings settings_table{settings_value};

constexpr std::array<std::pair<std::string_view, const void*>, 6> extensions{{
    {HERMIT_EXT_COMM, &comm_table},
    {HERMIT_EXT_OUTPUT, &output_table},
    {HERMIT_EXT_INPUT, &input_table},
    {HERMIT_EXT_LANE, &lane_table},
    {HERMIT_EXT_LOG, &log_table},
    {HERMIT_EXT_SETTINGS, &settings_table},
}};

const void* find_extension(std::string_view id) {
  for (const auto& [name, table] : extensions) {
    if (name == id) return table;
  }
  return nullptr;
}

extern "C" const void* host_extension(const hermit_host* host, hermit_text id) {
  const HostTables::Visit visit(self(host), "extension");
  if (visit.host() == nullptr) return nullptr;
  if (problem_of(id) != nullptr) misuse(host, "extension", "an id of NULL with a size");
  if (view(id) == HERMIT_EXT_EMBEDDING && self(host).context() != nullptr) return &embedding_table;
  return find_extension(view(id));
}

}  // namespace

HostTables& HostTables::make(ShellHost& host, std::string shell_name, void* context) {
  // Kept reachable, so that a leak checker sees that they are meant to stay.
  static Mutex mutex;
  static auto& made = *new std::deque<HostTables>;
  Lock lock(mutex);
  return made.emplace_back(Private(), host, std::move(shell_name), context);
}

HostTables::HostTables(Private, ShellHost& host, std::string shell_name, void* context)
    : host_(host),
      shell_name_(std::move(shell_name)),
      context_(context),
      table_{this, host_extension, host_fail, host_finish} {}

void HostTables::close() {
  std::uint32_t visitors = visitors_.fetch_or(closed) | closed;
  for (; visitors != closed; visitors = visitors_.load()) visitors_.wait(visitors);
}

HostTables::Visit::Visit(const HostTables& tables, const char* function) : tables_(tables) {
  if ((tables.visitors_.fetch_add(1) & closed) == 0) {
    host_ = &tables.host_;
  } else if (tables.late_calls_.fetch_add(1) < reported_late_calls) {
    log::error("SHELL_MISBEHAVING {}: it called {} after destroy() had returned", tables.shell_name_,
               function);
  }
}

HostTables::Visit::~Visit() {
  if ((tables_.visitors_.fetch_sub(1) & closed) != 0) tables_.visitors_.notify_all();
}

bool HostTables::offers(std::string_view id) { return find_extension(id) != nullptr; }

std::string HostTables::offered() {
  std::string ids;
  for (const auto& [id, table] : extensions) ids.append(ids.empty() ? "" : ", ").append(id);
  return ids;
}

}  // namespace hermit
