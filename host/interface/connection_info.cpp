#include "interface/connection_info.hpp"

#include <chrono>
#include <system_error>
#include <utility>
#include <variant>

#include "base/file.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "interface/places.hpp"
#include "interface/registration.hpp"
#include "interface/zmq_curve.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

// Only the owner may read the key.
constexpr unsigned connection_file_mode = 0600;

// A cell may change the folder that a relative path counts from.
fs::path whole_path(const fs::path& path) {
  std::error_code failed;
  const fs::path whole = fs::absolute(path, failed);
  return failed ? path : whole;
}

// Where the socket files of ipc lie: at `given`, or beside the connection file, as jupyter_client has them. A
// name with an @ is none of a file.
std::string socket_path(const std::string& given, fs::path connection_file) {
  if (given.starts_with('@')) return given;
  return given.empty() ? connection_file.replace_extension().string() + "-ipc" : whole_path(given).string();
}

// The same connection for a client on this machine: no client can connect to "every interface".
Connection for_clients(Connection connection) {
  for (const char* every : {"*", "0.0.0.0", "::", "[::]"}) {
    if (connection.transport == "tcp" && connection.ip == every) connection.ip = "127.0.0.1";
  }
  return connection;
}

}  // namespace

// Keeps a connection that came from elsewhere. `origin` is how an error calls that.
Result<void> ConnectionInfo::take(Result<Connection> connection, const std::string& origin) {
  if (!connection) return connection.error();
  for (const char* name : {"ip", "transport", "hb", "shell", "iopub", "stdin", "control"}) {
    // A configuration file and the environment are for all kernels, also for those that get a file.
    const Source source = settings_.origin(name).source;
    if (source != Source::command_line && source != Source::program) continue;
    return Error{"--" + std::string(name) + " cannot be given together with the " + origin +
                     ", which exists and says where to listen",
                 Exit::usage};
  }
  if (settings_.flag("curve") && !connection->curve) {
    return Error{"--curve asks for a kernel that is encrypted, and the " + origin + " has no keys for that",
                 Exit::connection_file};
  }
  if (connection->curve) {
    if (auto good = check_curve(*connection->curve); !good) {
      return Error{origin + ": " + good.error().message, good.error().exit};
    }
  }
  connection_ = std::move(*connection);
  if (!connection_->registration) return {};
  // Clients other than the launcher find the kernel by a file of its own (JEP 66).
  use_new_file();
  wants_file_ = true;
  return {};
}

// A name of our own in Jupyter's runtime folder, which is made if need be.
void ConnectionInfo::use_new_file() {
  path_ = runtime_folder() / ("kernel-" + random_uuid() + ".json");
  is_in_runtime_folder_ = true;
  fs::create_directories(path_.parent_path(), unmade_);
}

Result<void> ConnectionInfo::load_file(const fs::path& path) {
  if (connection_) return Error{"connection info has been loaded already; " + path.string() + " is too late"};
  path_ = path;
  return take(read_connection_file(path), "connection file " + path.string());
}

Result<void> ConnectionInfo::load_text(std::string_view json) {
  if (connection_) return Error{"connection info has been loaded already; a second one is too late"};
  return take(parse_connection(json, "connection info"), "connection info");
}

Result<void> ConnectionInfo::prepare() {
  if (connection_) return {};
  const std::string& given = settings_.text("connection_file");
  std::error_code ignored;
  if (!given.empty() && fs::exists(fs::symlink_status(given, ignored))) return load_file(given);
  auto made = from_settings();
  if (!made) return made.error();
  connection_ = std::move(*made);
  wants_file_ = true;
  return {};
}

// What the settings say, when no connection file does.
Result<Connection> ConnectionInfo::from_settings() {
  const std::string& given = settings_.text("connection_file");
  std::error_code ignored;
  if (!given.empty() && fs::path(given).has_parent_path() &&
      !fs::is_directory(fs::path(given).parent_path(), ignored)) {
    return Error{"connection file " + given + ": does not exist, and cannot be written: there is no folder " +
                     fs::path(given).parent_path().string(),
                 Exit::connection_file};
  }
  if (given.empty()) {
    use_new_file();
  } else {
    path_ = whole_path(given);
  }
  Connection connection;
  connection.transport = settings_.text("transport");
  connection.ip = settings_.text("ip");
  if (connection.transport == "ipc") {
    connection.ip = socket_path(settings_.is_set("ip") ? connection.ip : "", path_);
  }
  if (settings_.flag("curve")) {
    if (auto there = check_curve_is_there(); !there) return there.error();
    connection.curve = new_curve_keys();
  }
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

Result<void> ConnectionInfo::publish(const std::vector<int>& stop) {
  published_ = true;
  if (wants_file_) {
    if (auto written = write(); !written) return written;
  }
  if (!connection_->registration) return {};
  const std::chrono::duration<double> limit(settings_.number("registration_timeout"));
  return register_kernel(*connection_, limit, stop);
}

Result<void> ConnectionInfo::write() {
  // One that is there now was not a moment ago: it is that of a kernel which was started at the same time.
  std::string text = *this->text();
  auto done = write_file_atomically(path_, text, connection_file_mode, Existing::keep);
  if (done) written_ = std::move(text);
  if (done) {
    log::info("connection file {}", path_.string());
  } else if (connection_->registration) {
    log::warning("clients cannot find this kernel by a file, only its launcher: {}", done.error().message);
  } else {
    const std::string why = unmade_ ? path_.parent_path().string() + " cannot be made: " + unmade_.message()
                                    : "connection file " + done.error().message;
    return Error{is_in_runtime_folder_ ? "Jupyter's runtime folder cannot be used: " + why +
                                             "; JUPYTER_RUNTIME_DIR names another"
                                       : why,
                 Exit::connection_file};
  }
  return {};
}

Result<std::string> ConnectionInfo::text() const {
  if (!published_) return Error{"there is no connection info before the kernel listens"};
  return connection_text(for_clients(*connection_));
}

void ConnectionInfo::remove() const {
  if (written_.empty()) return;
  // Somebody may have put another in its place. The key tells them apart; a number of a file does not.
  const auto there = read_file(path_, written_.size());
  std::error_code ignored;
  if (there && *there == written_) fs::remove(path_, ignored);
}

}  // namespace hermit
