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

IopubLimits iopub_limits(const Settings& settings) {
  IopubLimits limits;
  limits.buffer = static_cast<std::size_t>(settings.integer("iopub_buffer"));
  limits.stall = std::chrono::duration<double>(std::get<double>(settings.value("iopub_stall")));
  return limits;
}

}  // namespace

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
  options.find_children = [] { return [children = Children()](int signal) { children.signal(signal); }; };
  options.stuck = [&] {
    Children().signal(SIGKILL);
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
  Children().signal(SIGKILL);  // those that did not end when they were asked to
  (*door)->close();
  return result;
}

}  // namespace hermit
