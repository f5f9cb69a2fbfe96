#include "interface/kernel_options.hpp"

#include <system_error>
#include <utility>
#include <variant>

#include "interface/places.hpp"
#include "protocol/json.hpp"
#include "shell/abi_shell.hpp"
#include "shell/library.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

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

Value value_of(const ShellSetting& setting) {
  const Json& value = setting.default_value;
  if (setting.type == "bool") return value.get<bool>();
  if (setting.type == "integer") return value.get<std::int64_t>();
  if (setting.type == "number") return value.get<double>();
  return value.get<std::string>();
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
}

void declare_shell_settings(Settings& settings, const Manifest& manifest) {
  for (const auto& setting : manifest.settings) {
    settings.declare(Setting{setting.name, {}, value_of(setting), setting.help});
  }
}

KernelOptions kernel_options(const Settings& settings, Manifest manifest) {
  KernelOptions options;
  options.history_file = history_file(settings.text("history_file"));
  for (const auto& setting : manifest.settings) {
    options.shell_settings[setting.name] = shell_setting(settings.value(setting.name));
  }
  options.timeout = std::get<double>(settings.value("timeout"));
  if (settings.text("concurrency_mode") == "blocking") options.concurrency = ConcurrencyMode::blocking;
  options.manifest = std::move(manifest);
  return options;
}

Kernel::MakeShell shell_from(const FoundShell& shell) {
  return [library = shell.library](ShellHost& host) -> Result<std::unique_ptr<Shell>> {
    const auto entry = load_library(library);
    if (!entry) return entry.error();
    return AbiShell::create(**entry, host, library.string());
  };
}

}  // namespace hermit
