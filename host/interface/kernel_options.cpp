#include "interface/kernel_options.hpp"

#include <limits>
#include <system_error>
#include <utility>
#include <variant>

#include "interface/places.hpp"
#include "protocol/json.hpp"
#include "shell/abi_shell.hpp"
#include "shell/library.hpp"
#include "worker/worker_shell.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

// A week, in seconds: whoever waits for longer means for ever.
constexpr std::int64_t longest_wait = 7 * 24 * 3600;

// Where the history is kept; nothing stands for memory.
std::optional<fs::path> history_file(const std::string& given) {
  if (given == "none" || given == ":memory:") return std::nullopt;
  if (given.empty()) return user_history_file();
  std::error_code ignored;
  return fs::absolute(given, ignored);  // a cell may change the working folder
}

// A setting as a shell gets it: text as it is, other types as JSON.
std::string shell_setting(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return std::visit([](const auto& held) { return dump_json(Json(held)); }, value);
}

std::map<std::string, std::string, std::less<>> shell_settings(const Settings& settings,
                                                               const Manifest& manifest) {
  std::map<std::string, std::string, std::less<>> values;
  for (const auto& setting : manifest.settings) {
    values[setting.name] = shell_setting(settings.value(setting.name));
  }
  return values;
}

Value value_of(const ShellSetting& setting) {
  const Json& value = setting.default_value;
  if (setting.type == "bool") return value.get<bool>();
  if (setting.type == "integer") return value.get<std::int64_t>();
  if (setting.type == "number") return value.get<double>();
  return value.get<std::string>();
}

// A limit of a shell's process.
Setting limit(const char* name, const char* alias, const char* help) {
  return Setting{name, {alias}, std::int64_t{0}, help, {}, {{0, std::numeric_limits<std::int64_t>::max()}}};
}

void declare_home_settings(Settings& settings) {
  settings.declare(
      Setting{"Shell.isolation",
              {"isolation"},
              std::string("default"),
              "Where the shell runs: none, in this process; process, in one of its own, whose crash "
              "the kernel survives; default, what the shell itself asks for.",
              {"default", "none", "process"}});
  settings.declare(
      Setting{"Shell.interrupt_timeout",
              {"interrupt_timeout"},
              5.0,
              "Seconds after which the process of a shell is ended when a cell in it does not obey an "
              "interrupt; 0 for never.",
              {},
              {{0, longest_wait}}});
  settings.declare(limit("Shell.memory_limit", "memory_limit",
                         "Bytes of address space that the process of a shell may have; 0 for any."));
  settings.declare(limit("Shell.cpu_limit", "cpu_limit",
                         "Seconds of processor time that the process of a shell may use; 0 for any."));
  settings.declare(
      limit("Shell.process_limit", "process_limit",
            "Processes and threads that the user may have for the process of a shell to start one "
            "more; 0 for any."));
}

}  // namespace

void declare_kernel_settings(Settings& settings) {
  settings.declare(
      Setting{"Kernel.history_file",
              {"history_file"},
              std::string(),
              "Where the history is kept, for all kernels that name the same file; \"none\" for nowhere. "
              "Default: hermit/history.sqlite in the user's data folder."});
  settings.declare(Setting{"Kernel.concurrency_mode",
                           {"concurrency_mode"},
                           std::string("default"),
                           "default: cells and questions run side by side; blocking: one after another.",
                           {"default", "blocking"}});
  settings.declare(
      Setting{"Shell.timeout",
              {"timeout"},
              0.0,
              "Seconds after which a cell that names no timeout of its own is ended; 0 for never."});
  declare_home_settings(settings);
}

void declare_shell_settings(Settings& settings, const Manifest& manifest) {
  for (const auto& setting : manifest.settings) {
    settings.declare(Setting{setting.name, {}, value_of(setting), setting.help});
  }
}

KernelOptions kernel_options(const Settings& settings, Manifest manifest) {
  KernelOptions options;
  options.history_file = history_file(settings.text("history_file"));
  options.shell_settings = shell_settings(settings, manifest);
  options.timeout = std::get<double>(settings.value("timeout"));
  if (settings.text("concurrency_mode") == "blocking") options.concurrency = ConcurrencyMode::blocking;
  options.manifest = std::move(manifest);
  return options;
}

Result<ShellHome> shell_home(const Settings& settings, const ShellSource& shell, const Manifest& manifest,
                             bool capture) {
  ShellHome home;
  const std::string& isolation = settings.text("isolation");
  if (const auto* lent = std::get_if<LentShell>(&shell)) {
    if (isolation == "process") {
      return Error{
          "isolation=process is for a shell from a library: one that the program passes in runs there",
          Exit::usage};
    }
    home.lent = *lent;
    return home;
  }
  home.own_process = (isolation == "default" ? manifest.isolation : isolation) == "process";
  WorkerOptions& options = home.options;
  options.library = std::get<FoundShell>(shell).library;
  options.settings = shell_settings(settings, manifest);
  const auto limit = [&](const char* name) { return static_cast<std::uint64_t>(settings.integer(name)); };
  options.limits = {limit("memory_limit"), limit("cpu_limit"), limit("process_limit")};
  options.interrupt_timeout =
      std::chrono::duration<double>(std::get<double>(settings.value("interrupt_timeout")));
  options.capture = capture;
  return home;
}

Kernel::MakeShell shell_from(ShellHome home, Manifest manifest) {
  if (home.own_process) {
    return [options = std::move(home.options),
            manifest = std::move(manifest)](ShellHost& host) -> Result<std::unique_ptr<Shell>> {
      return std::unique_ptr<Shell>(std::make_unique<WorkerShell>(options, manifest, host));
    };
  }
  if (home.lent) {
    return [lent = *home.lent](ShellHost& host) -> Result<std::unique_ptr<Shell>> {
      return AbiShell::create(*lent.entry, host, "the shell that the program passes in", lent.context);
    };
  }
  return [library = home.options.library](ShellHost& host) -> Result<std::unique_ptr<Shell>> {
    const auto entry = load_library(library);
    if (!entry) return entry.error();
    return AbiShell::create(**entry, host, library.string());
  };
}

}  // namespace hermit
