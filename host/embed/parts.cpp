#include "embed/parts.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "base/mutex.hpp"
#include "embed/callback.hpp"
#include "interface/interface_settings.hpp"
#include "interface/kernel_options.hpp"
#include "protocol/json.hpp"
#include "settings/config_file.hpp"
#include "shell/abi_text.hpp"
#include "shell/library.hpp"

namespace hermit::embed {
namespace {

namespace fs = std::filesystem;

// The options of the first release; those after them may be missing in an older program.
constexpr std::size_t least_size = offsetof(hermit_options, log) + sizeof(hermit_options::log);

// What is otherwise than in a process that is the kernel's.
constexpr std::pair<const char*, const char*> embedded_defaults[] = {
    {"own_process", "false"}, {"capture", "false"}, {"history_file", "none"}};

struct Launchers {
  Mutex mutex;
  std::map<std::string, std::pair<hermit_launcher, void*>> by_name GUARDED_BY(mutex);
};
// Never destroyed: a program may start a kernel while it exits.
Launchers& launchers() {
  static auto& all = *new Launchers;
  return all;
}

Error unknown_launcher(const std::string& name) {
  std::string known;
  Lock lock(launchers().mutex);
  for (const auto& [other, launcher] : launchers().by_name) known += (known.empty() ? "" : ", ") + other;
  return Error{"there is no launcher \"" + name + "\"; " +
                   (known.empty() ? "none was registered" : "registered are: " + known),
               Exit::usage};
}

// Has the launcher that the settings name complete the options.
Result<void> complete(const std::string& name, hermit_options& options) {
  std::pair<hermit_launcher, void*> launcher{};
  {
    Lock lock(launchers().mutex);
    if (const auto found = launchers().by_name.find(name); found != launchers().by_name.end()) {
      launcher = found->second;
    }
  }
  if (launcher.first == nullptr) return unknown_launcher(name);
  hermit_status status = HERMIT_FAILED;
  call_program("launcher", [&] { status = launcher.first(launcher.second, &options); });
  if (status == HERMIT_OK) return {};
  return Error{"the launcher \"" + name + "\" has failed"};
}

// The prefix that this library is installed in, or the program that it is linked into.
fs::path prefix() {
  Dl_info info{};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): dladdr takes functions as pointers.
  if (dladdr(reinterpret_cast<const void*>(&prefix), &info) == 0 || info.dli_fname == nullptr) return {};
  std::error_code ignored;
  return fs::weakly_canonical(info.dli_fname, ignored).parent_path().parent_path();
}

fs::path program() { return prefix() / "bin/hermit"; }

// The shell and its manifest.
Result<void> find_shell_of(const hermit_options& options, InterfaceParts& parts) {
  if (options.shell == nullptr) {
    const auto found = find_shell(parts.settings.text("shell_class"), shell_folders(program()));
    if (!found) return found.error();
    auto manifest = read_manifest(*found);
    if (!manifest) return manifest.error();
    parts.manifest = std::move(*manifest);
    parts.shell = *found;
    return {};
  }
  const std::string name = "the shell that the program passes in";
  if (auto checked = check_entry(*options.shell, name); !checked) return checked;
  auto manifest = parse_manifest(options.shell->manifest);
  if (!manifest) return Error{name + ": " + manifest.error().message, manifest.error().exit};
  parts.manifest = std::move(*manifest);
  parts.shell = LentShell{options.shell, options.shell_context};
  return {};
}

void keep_line(void* context, hermit_text text) {
  static_cast<std::optional<std::string>*>(context)->emplace(view(text));
}

// The program's function as the door calls it.
CallableDoor::Send send_of(const hermit_options& options) {
  if (options.send == nullptr) return nullptr;
  return [send = options.send, context = options.context](const std::string& json,
                                                          const std::vector<Bytes>& buffers, bool expects) {
    std::vector<hermit_text> lent;
    lent.reserve(buffers.size());
    for (const Bytes& buffer : buffers) lent.push_back({buffer.data(), buffer.size()});
    std::optional<std::string> line;
    const hermit_text_sink reply = {&line, keep_line};
    call_program("send", [&] {
      send(context, {json.data(), json.size()}, lent.data(), lent.size(), expects ? &reply : nullptr);
    });
    return line;
  };
}

// The door that goes with the callbacks, unless the settings say which.
Result<void> choose_door(const hermit_options& options, Settings& settings) {
  const char* fitting = options.send == nullptr ? "zmq" : "callable";
  if (!settings.is_set("interface_class")) return settings.set("interface_class", fitting);
  if (settings.text("interface_class") == fitting) return {};
  return Error{options.send == nullptr
                   ? "the interface class \"callable\" takes a function \"send\", and there is none"
                   : "a function \"send\" is for the interface class \"callable\", not for \"" +
                         settings.text("interface_class") + "\"",
               Exit::usage};
}

Result<void> check_fields(const hermit_options& options) {
  if (options.lane != HERMIT_LANE_THREAD && options.lane != HERMIT_LANE_PUMPED) {
    return Error{"the option \"lane\" is " + std::to_string(options.lane) +
                     "; it is HERMIT_LANE_THREAD (0) or HERMIT_LANE_PUMPED (1)",
                 Exit::usage};
  }
  for (const auto& [name, text] : {std::pair<const char*, hermit_text>{"settings", options.settings},
                                   {"connection", options.connection}}) {
    if (const char* problem = problem_of(text)) {
      return Error{std::string("the option \"") + name + "\" is " + problem, Exit::usage};
    }
  }
  return {};
}

Result<Json> settings_of(const hermit_options& options) {
  if (options.settings.size == 0) return Json::object();
  auto settings = parse_config(view(options.settings));
  if (!settings) return Error{"the option \"settings\" " + settings.error().message, Exit::usage};
  return settings;
}

}  // namespace

void register_launcher(std::string name, hermit_launcher launcher, void* context) {
  Lock lock(launchers().mutex);
  if (launcher == nullptr) {
    launchers().by_name.erase(name);
  } else {
    launchers().by_name[std::move(name)] = {launcher, context};
  }
}

Result<hermit_options> options_of(const hermit_options* given) {
  if (given == nullptr) return Error{"there are no options", Exit::usage};
  if (given->size < least_size) {
    return Error{"the options have the size " + std::to_string(given->size) + "; sizeof(hermit_options) is " +
                     std::to_string(sizeof(hermit_options)),
                 Exit::usage};
  }
  hermit_options options{};
  std::memcpy(&options, given, std::min<std::size_t>(given->size, sizeof options));
  if (auto checked = check_fields(options); !checked) return checked.error();
  const auto settings = settings_of(options);
  if (!settings) return settings.error();
  const auto launcher = settings->find("launcher");
  if (launcher == settings->end()) return options;
  if (!launcher->is_string()) return Error{"the setting \"launcher\" is to be a name", Exit::usage};
  if (auto completed = complete(launcher->get<std::string>(), options); !completed) return completed.error();
  if (auto checked = check_fields(options); !checked) return checked.error();
  return options;
}

Result<InterfaceParts> parts_of(const hermit_options& options) {
  const auto settings = settings_of(options);
  if (!settings) return settings.error();
  InterfaceParts parts;
  declare_settings(parts.settings);
  for (const auto& [name, value] : embedded_defaults) {
    if (auto set = parts.settings.set(name, value, Origin{Source::standard}); !set) return set.error();
  }
  if (auto read = read_settings(*settings, parts.settings, Origin{}, Unknown::skip); !read)
    return read.error();
  if (parts.settings.is_set("config")) {
    return Error{
        "the setting \"config\" is for the program hermit; here a configuration file is for the program to "
        "read, and to hand over as \"settings\"",
        Exit::usage};
  }
  if (auto done = start_log(parts.settings); !done) return done.error();
  if (auto found = find_shell_of(options, parts); !found) return found.error();
  if (auto done = declare_shell_settings(parts.settings, parts.manifest); !done) return done.error();
  if (auto read = read_settings(*settings, parts.settings, Origin{}, Unknown::refuse); !read)
    return read.error();
  if (auto chosen = choose_door(options, parts.settings); !chosen) return chosen.error();
  parts.program = program();
  parts.send = send_of(options);
  return parts;
}

}  // namespace hermit::embed
