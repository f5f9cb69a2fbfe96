#include "interface/kernel_options.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "interface/places.hpp"
#include "shell/abi_shell.hpp"
#include "shell/library.hpp"
#include "worker/worker_shell.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

// A week, in seconds: whoever waits for longer means for ever.
constexpr double longest_wait = 7 * 24 * 3600;

// Where the history is kept; nothing stands for memory.
std::optional<fs::path> history_file(const std::string& given) {
  if (given == "none" || given == ":memory:") return std::nullopt;
  if (given.empty()) return user_history_file();
  std::error_code ignored;
  return fs::absolute(given, ignored);  // a cell may change the working folder
}

std::map<std::string, std::string, std::less<>> shell_settings(const Settings& settings,
                                                               const Manifest& manifest) {
  std::map<std::string, std::string, std::less<>> values;
  for (const auto& setting : manifest.settings) {
    values[setting.name] = text_of(settings.value(setting.name));
  }
  return values;
}

Value value_of(const ShellSetting& setting) {
  const Json& value = setting.default_value;
  if (setting.type == "bool") return value.get<bool>();
  if (setting.type == "integer") return value.get<std::int64_t>();
  if (setting.type == "number") return value.get<double>();
  if (setting.type == "json") return value;
  return value.get<std::string>();
}

// A limit of a shell's process.
Setting limit(const char* name, const char* help) {
  return {.name = std::string("Shell.") + name,
          .aliases = {name},
          .default_value = std::int64_t{0},
          .help = help,
          .range = {.least = 0},
          .page = "isolation.md"};
}

void declare_home_settings(Settings& settings) {
  settings.declare(
      {.name = "Shell.isolation",
       .aliases = {"isolation"},
       .default_value = std::string("default"),
       .help = "Where the shell runs: none, in the kernel's process; process, in one of its own, whose "
               "crash the kernel survives; default, what the shell itself asks for.",
       .choices = {"default", "none", "process"},
       .page = "isolation.md"});
  settings.declare(
      {.name = "Shell.interrupt_timeout",
       .aliases = {"interrupt_timeout"},
       .default_value = 5.0,
       .help = "Seconds after which the process of a shell is ended when a cell in it does not obey an "
               "interrupt; 0 for never.",
       .range = {0, longest_wait},
       .page = "isolation.md#an-interrupt"});
  settings.declare(
      limit("memory_limit", "Bytes of address space that the process of a shell may have; 0 for any."));
  settings.declare(
      limit("cpu_limit", "Seconds of processor time that the process of a shell may use; 0 for any."));
  settings.declare(
      limit("process_limit",
            "How many processes and threads the user may have for the process of a shell to start one "
            "more; 0 for any."));
}

// Jupyter messaging: "Kernel info", help_links.
bool is_link(const Json& link) {
  if (!link.is_object() || link.size() != 2) return false;
  const auto text = link.find("text"), url = link.find("url");
  return text != link.end() && text->is_string() && url != link.end() && url->is_string();
}

constexpr Shape links{"a list of objects with the texts \"text\" and \"url\"", [](const Json& value) {
                        return value.is_array() && std::all_of(value.begin(), value.end(), is_link);
                      }};

constexpr Shape texts{"a list of texts", [](const Json& value) {
                        const auto is_text = [](const Json& each) { return each.is_string(); };
                        return value.is_array() && std::all_of(value.begin(), value.end(), is_text);
                      }};

void declare_info_settings(Settings& settings) {
  settings.declare({.name = "Kernel.help_links",
                    .aliases = {"help_links"},
                    .default_value = Json::array(),
                    .help = "What a client's help menu shows, in place of the shell's own links.",
                    .shape = &links});
  settings.declare({.name = "Kernel.supported_features",
                    .aliases = {"supported_features"},
                    .default_value = Json::array(),
                    .help = "Features that clients are told of, besides those that the kernel has by itself.",
                    .shape = &texts});
}

}  // namespace

void declare_kernel_settings(Settings& settings) {
  settings.declare({.name = "Kernel.history_file",
                    .aliases = {"history_file"},
                    .default_value = std::string(),
                    .help =
                        "Where the history is kept, for all kernels that name the same file; \"none\" or "
                        "\":memory:\" for nowhere; \"\" stands for hermit/history.sqlite in the user's data "
                        "folder.",
                    .is_path = true,
                    .page = "history.md"});
  settings.declare({.name = "Kernel.concurrency_mode",
                    .aliases = {"concurrency_mode"},
                    .default_value = std::string("default"),
                    .help =
                        "default: cells and questions run side by side; blocking: everything that needs the "
                        "shell runs one after another.",
                    .choices = {"default", "blocking"},
                    .page = "run-modes.md#one-after-another"});
  declare_info_settings(settings);
  settings.declare(
      {.name = "Shell.timeout",
       .aliases = {"timeout"},
       .default_value = 0.0,
       .help = "Seconds after which a cell that names no timeout of its own is ended; 0 for never.",
       .range = {0, longest_wait},
       .page = "run-modes.md#timeouts"});
  declare_home_settings(settings);
}

Result<void> declare_shell_settings(Settings& settings, const Manifest& manifest) {
  for (const auto& setting : manifest.settings) {
    if (settings.find(setting.name) != nullptr) {
      return Error{"the shell \"" + manifest.name + "\" declares the setting " + setting.name +
                       ", which there is already",
                   Exit::bad_shell};
    }
    settings.declare({.name = setting.name,
                      .aliases = {},
                      .default_value = value_of(setting),
                      .help = setting.help,
                      .choices = setting.choices,
                      .range = {setting.minimum, setting.maximum}});
  }
  return {};
}

KernelOptions kernel_options(const Settings& settings, Manifest manifest) {
  KernelOptions options;
  options.history_file = history_file(settings.text("history_file"));
  options.shell_settings = shell_settings(settings, manifest);
  options.timeout = settings.number("timeout");
  for (const auto& feature : settings.json("supported_features")) {
    options.features.push_back(feature.get<std::string>());
  }
  if (settings.is_set("help_links")) manifest.help_links = settings.json("help_links");
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
  options.interrupt_timeout = std::chrono::duration<double>(settings.number("interrupt_timeout"));
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
