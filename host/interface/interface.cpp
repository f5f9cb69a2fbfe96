#include "interface/interface.hpp"

#include <signal.h>
#include <unistd.h>

#include <utility>

#include "base/file.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "interface/children.hpp"
#include "interface/parent_watch.hpp"
#include "interface/places.hpp"
#include "interface/signals.hpp"
#include "interface/zmq_door.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

// Only the owner may read the key.
constexpr unsigned connection_file_mode = 0600;

// Removes a file at the end of a scope.
class RemoveAtEnd {
 public:
  explicit RemoveAtEnd(fs::path path) : path_(std::move(path)) {}
  ~RemoveAtEnd() { remove(); }
  void remove() const {
    std::error_code ignored;
    if (!path_.empty()) fs::remove(path_, ignored);
  }

 private:
  const fs::path path_;
};

// A client that takes nothing for a week has been forgotten.
constexpr std::int64_t longest_stall = 7 * 24 * 3600;

void declare_iopub_settings(Settings& settings) {
  const IopubLimits limits;
  settings.declare(Setting{"ZmqInterface.iopub_buffer",
                           {"iopub_buffer"},
                           static_cast<std::int64_t>(limits.buffer),
                           "Bytes of output that wait for clients, until cells that print wait too.",
                           {},
                           {{std::int64_t{1} << 20, std::int64_t{1} << 40}}});
  settings.declare(
      Setting{"ZmqInterface.iopub_stall",
              {"iopub_stall"},
              limits.stall.count(),
              "Seconds that cells wait for clients that take nothing, until printed text is dropped.",
              {},
              {{0, longest_stall}}});
}

IopubLimits iopub_limits(const Settings& settings) {
  IopubLimits limits;
  limits.buffer = static_cast<std::size_t>(settings.integer("iopub_buffer"));
  limits.stall = std::chrono::duration<double>(std::get<double>(settings.value("iopub_stall")));
  return limits;
}

}  // namespace

void declare_settings(Settings& settings) {
  const std::pair<std::int64_t, std::int64_t> port{0, 65535};
  const auto text = [](std::string name, std::vector<std::string> aliases, std::string value,
                       std::string help, std::vector<std::string> choices = {}) {
    return Setting{std::move(name), std::move(aliases), std::move(value), std::move(help),
                   std::move(choices)};
  };
  settings.declare(
      text("Interface.shell_class", {"shell_class"}, "lua",
           "The shell that runs code: a name that `hermit list` shows, or the path of a library."));
  settings.declare(
      text("Interface.connection_file", {"connection_file", "f"}, "",
           "Where to listen and with which key. Read when it exists, else written. Default: a new "
           "file in Jupyter's runtime folder."));
  settings.declare(
      text("Interface.name", {"name", "n"}, "hermit", "The kernel's name in the connection file."));
  settings.declare(text("Interface.log_level", {"log_level"}, "warning", "What is logged, on standard error.",
                        {"debug", "info", "warning", "error", "off"}));
  settings.declare(
      text("Interface.interface_class", {"interface_class"}, "zmq", "The kind of door.", {"zmq"}));
  settings.declare(
      text("Interface.kernel_class", {"kernel_class"}, "default", "The kind of kernel.", {"default"}));
  settings.declare(text("ZmqInterface.ip", {"ip"}, "127.0.0.1",
                        "The address to listen at when no connection file says so; * for all."));
  settings.declare(
      text("ZmqInterface.transport", {"transport"}, "tcp", "The transport of the sockets.", {"tcp"}));
  for (const auto& [channel, what] : {std::pair<const char*, const char*>{"hb", "heartbeat"},
                                      {"shell", "shell"},
                                      {"iopub", "iopub"},
                                      {"stdin", "stdin"},
                                      {"control", "control"}}) {
    settings.declare(Setting{std::string("ZmqInterface.") + channel + "_port",
                             {channel, std::string(channel) + "_port"},
                             std::int64_t{0},
                             std::string("The port of the ") + what + " channel; 0 for any free one.",
                             {},
                             port});
  }
  declare_iopub_settings(settings);
  declare_kernel_settings(settings);
  for (const char* name :
       {"Interface.launcher", "Interface.host", "Interface.host_options", "Interface.backend",
        "Interface.backend_options", "Interface.config", "Kernel.help_links", "Kernel.supported_features"}) {
    const std::string alias = std::string(name).substr(std::string(name).find('.') + 1);
    settings.declare(Setting{name, {alias}, std::string(), "", {}, {}, false});
  }
  settings.declare(
      Setting{"Interface.quiet",
              {"quiet"},
              true,
              "Text that cells print goes to clients only; --no-quiet copies it to the streams of "
              "this process."});
  settings.declare(Setting{"Interface.capture",
                           {"capture"},
                           true,
                           "What C libraries, child processes and the like write to the standard streams is "
                           "output of the cell."});
}

Interface::Interface(const Settings& settings, FoundShell shell, Manifest manifest)
    : settings_(settings), shell_(std::move(shell)), manifest_(std::move(manifest)) {}

fs::path Interface::connection_path() const {
  const std::string& given = settings_.text("connection_file");
  return given.empty() ? runtime_folder() / ("kernel-" + random_uuid() + ".json") : fs::path(given);
}

// What the settings and, when there is one, the connection file say.
Result<Connection> Interface::connection() {
  const std::string& given = settings_.text("connection_file");
  std::error_code ignored;
  if (!given.empty() && fs::exists(fs::symlink_status(given, ignored))) {
    for (const char* name : {"ip", "transport", "hb", "shell", "iopub", "stdin", "control"}) {
      if (!settings_.is_set(name)) continue;
      return Error{"--" + std::string(name) + " cannot be given together with the connection file " + given +
                       ", which exists and says where to listen",
                   Exit::usage};
    }
    return read_connection_file(given);
  }
  if (!given.empty() && fs::path(given).has_parent_path() &&
      !fs::is_directory(fs::path(given).parent_path(), ignored)) {
    return Error{"connection file " + given + ": does not exist, and cannot be written: there is no folder " +
                     fs::path(given).parent_path().string(),
                 Exit::connection_file};
  }
  writes_connection_file_ = true;
  Connection connection;
  connection.ip = settings_.text("ip");
  connection.key = random_uuid();
  connection.kernel_name = settings_.text("name");
  const auto port = [&](const char* name) { return static_cast<std::uint16_t>(settings_.integer(name)); };
  connection.ports = {port("shell_port"), port("iopub_port"), port("stdin_port"), port("control_port"),
                      port("hb_port")};
  if (auto distinct = check_distinct(connection.ports); !distinct) {
    return Error{"on the command line: " + distinct.error().message, Exit::usage};
  }
  return connection;
}

Result<void> Interface::start() {
  auto connection = this->connection();
  if (!connection) return connection.error();
  auto door = ZmqDoor::bind(*connection, iopub_limits(settings_));
  if (!door) return door.error();

  fs::path written;
  if (writes_connection_file_) {
    written = connection_path();
    std::error_code ignored;
    if (settings_.text("connection_file").empty()) fs::create_directories(written.parent_path(), ignored);
    if (auto done = write_file_atomically(written, connection_text(*connection), connection_file_mode);
        !done) {
      return Error{"connection file " + done.error().message, Exit::connection_file};
    }
    log::info("connection file {}", written.string());
  }
  const RemoveAtEnd remove_connection_file(written);

  KernelOptions options = kernel_options(settings_, manifest_);
  ShellHome home = shell_home(settings_, shell_, manifest_, settings_.flag("capture"));
  options.capture = settings_.flag("capture") && !home.own_process;
  options.quiet = settings_.flag("quiet");
  options.signal_children = signal_children;
  options.stuck = [&] {
    signal_children(SIGKILL);
    log::warning("a cell could not be interrupted; the process ends without waiting for it");
    (*door)->close();
    remove_connection_file.remove();
    _exit(static_cast<int>(Exit::ok));
  };
  Kernel kernel(**door, std::move(options));

  const auto signals = Signals::install();
  if (!signals) return signals.error();
  (*door)->watch(signals->descriptor(), [&] {
    while (const int number = signals->next()) number == SIGINT ? kernel.interrupt() : kernel.stop();
    return true;
  });
  const Descriptor parent = watch_parent();
  if (parent) {
    (*door)->watch(parent.get(), [&] {
      log::info("the parent process has ended");
      kernel.stop();
      return false;
    });
  }
  (*door)->start(kernel);
  auto result = kernel.run(shell_from(std::move(home), manifest_));
  signal_children(SIGKILL);  // those that did not end when they were asked to
  (*door)->close();
  return result;
}

}  // namespace hermit
