#include "shell/host_tables.hpp"

#include <array>
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
    return call(self(host).host());
  } catch (const std::exception& error) {
    log::error("HOST_MISBEHAVING {} called by {} failed: {}", function, self(host).shell_name(),
               error.what());
    return HERMIT_FAILED;
  }
}

bool is_lent(hermit_text text) { return text.data != nullptr || text.size == 0; }

// What is wrong with the shape of a bundle, or NULL.
const char* bundle_problem(const hermit_bundle* bundle) {
  if (bundle == nullptr) return "no bundle";
  if (bundle->parts == nullptr && bundle->count > 0) return "a bundle without parts but with a count";
  if (!is_lent(bundle->metadata)) return "metadata of NULL with a size";
  for (std::size_t i = 0; i < bundle->count; ++i) {
    const hermit_mime& part = bundle->parts[i];
    if (!is_lent(part.type) || !is_lent(part.data)) return "text of NULL with a size";
    if (part.type.size == 0) return "a part without a mime type";
    if (part.form > HERMIT_MIME_BINARY) return "a part in a form that is none";
  }
  return nullptr;
}

extern "C" {

hermit_status host_fail(const hermit_host* host, hermit_request request, const hermit_error* error) {
  if (error == nullptr) return misuse(host, "fail", "no error");
  if (!is_lent(error->name) || !is_lent(error->value) ||
      (error->traceback == nullptr && error->traceback_size > 0)) {
    return misuse(host, "fail", "text of NULL with a size");
  }
  for (std::size_t i = 0; i < error->traceback_size; ++i) {
    if (!is_lent(error->traceback[i])) return misuse(host, "fail", "text of NULL with a size");
  }
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
  if (!is_lent(text)) return misuse(host, "stream", "text of NULL with a size");
  return guarded(host, "stream", [&](ShellHost& to) { return to.stream(request, stream, view(text)); });
}

hermit_status output_result(const hermit_host* host, hermit_request request, const hermit_bundle* bundle) {
  if (const char* problem = bundle_problem(bundle)) return misuse(host, "result", problem);
  return guarded(host, "result", [&](ShellHost& to) { return to.result(request, *bundle); });
}

hermit_status output_display(const hermit_host* host, hermit_request request, const hermit_bundle* bundle,
                             hermit_text display_id) {
  if (const char* problem = bundle_problem(bundle)) return misuse(host, "display", problem);
  if (!is_lent(display_id)) return misuse(host, "display", "a display_id of NULL with a size");
  return guarded(host, "display",
                 [&](ShellHost& to) { return to.display(request, *bundle, view(display_id)); });
}

hermit_status output_update(const hermit_host* host, hermit_request request, const hermit_bundle* bundle,
                            hermit_text display_id) {
  if (const char* problem = bundle_problem(bundle)) return misuse(host, "update", problem);
  if (!is_lent(display_id)) return misuse(host, "update", "a display_id of NULL with a size");
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
  if (!is_lent(prompt)) return misuse(host, "read", "a prompt of NULL with a size");
  std::string text;
  const hermit_status status = guarded(
      host, "read", [&](ShellHost& to) { return to.read_line(request, view(prompt), password != 0, text); });
  if (status == HERMIT_OK) line->put(line->context, lend(text));
  return status;
}

hermit_status lane_resume_after(const hermit_host* host, hermit_request request, std::uint64_t microseconds) {
  return guarded(host, "resume_after", [&](ShellHost& to) { return to.resume_after(request, microseconds); });
}

void log_write(const hermit_host* host, std::uint32_t level, hermit_text text) {
  const auto line = [&] { return self(host).shell_name() + ": " + std::string(view(text)); };
  switch (level) {
    case HERMIT_LOG_DEBUG:
      log::write(log::Level::debug, line());
      break;
    case HERMIT_LOG_INFO:
      log::write(log::Level::info, line());
      break;
    case HERMIT_LOG_WARNING:
      log::write(log::Level::warning, line());
      break;
    default:
      log::write(log::Level::error, line());
      break;
  }
}

hermit_status settings_value(const hermit_host* host, hermit_text name, const hermit_text_sink* value) {
  if (value == nullptr || value->put == nullptr) return misuse(host, "value", "no sink for the value");
  std::optional<std::string> text;
  const hermit_status status = guarded(host, "value", [&](ShellHost& to) {
    text = to.setting(view(name));
    return text ? HERMIT_OK : HERMIT_INVALID;
  });
  if (status == HERMIT_OK) value->put(value->context, lend(*text));
  return status;
}

}  // extern "C"

constexpr hermit_host_output output_table{output_stream, output_result, output_display, output_update,
                                          output_clear};
constexpr hermit_host_input input_table{input_read};
constexpr hermit_host_lane lane_table{lane_resume_after};
constexpr hermit_host_log log_table{log_write};
constexpr hermit_host_settings settings_table{settings_value};

constexpr std::array<std::pair<std::string_view, const void*>, 5> extensions{{
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
  (void)host;
  return find_extension(view(id));
}

}  // namespace

HostTables::HostTables(ShellHost& host, const std::string& shell_name)
    : host_(host), shell_name_(shell_name), table_{this, host_extension, host_fail, host_finish} {}

bool HostTables::offers(std::string_view id) { return find_extension(id) != nullptr; }

std::string HostTables::offered() {
  std::string ids;
  for (const auto& [id, table] : extensions) ids.append(ids.empty() ? "" : ", ").append(id);
  return ids;
}

}  // namespace hermit
