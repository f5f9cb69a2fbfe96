#include "interface/connection_info.hpp"

#include <system_error>
#include <utility>

#include "base/file.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "interface/places.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

// Only the owner may read the key.
constexpr unsigned connection_file_mode = 0600;

}  // namespace

// Keeps a connection that came from elsewhere. `from` is how an error calls its origin.
Result<void> ConnectionInfo::take(Result<Connection> connection, std::string_view from) {
  if (!connection) return connection.error();
  for (const char* name : {"ip", "transport", "hb", "shell", "iopub", "stdin", "control"}) {
    if (!settings_.is_set(name)) continue;
    return Error{"--" + std::string(name) + " cannot be given together with " + std::string(from) +
                     ", which says where to listen",
                 Exit::usage};
  }
  connection_ = std::move(*connection);
  return {};
}

Result<void> ConnectionInfo::load_file(const fs::path& path) {
  if (connection_) return Error{"connection info has been loaded already; " + path.string() + " is too late"};
  if (auto taken = take(read_connection_file(path), "the connection file " + path.string()); !taken)
    return taken;
  path_ = path;
  return {};
}

Result<void> ConnectionInfo::load_text(std::string_view json) {
  if (connection_) return Error{"connection info has been loaded already; a second one is too late"};
  return take(parse_connection(json, "connection info"), "connection info that is loaded");
}

Result<void> ConnectionInfo::prepare() {
  if (connection_) return {};
  const std::string& given = settings_.text("connection_file");
  std::error_code ignored;
  if (!given.empty() && fs::exists(fs::symlink_status(given, ignored))) {
    path_ = given;
    return take(read_connection_file(given), "the connection file " + given + ", which exists");
  }
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
  path_ = given.empty() ? runtime_folder() / ("kernel-" + random_uuid() + ".json") : fs::path(given);
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

Result<void> ConnectionInfo::publish() {
  published_ = true;
  if (!wants_file_) return {};
  std::error_code ignored;
  if (settings_.text("connection_file").empty()) fs::create_directories(path_.parent_path(), ignored);
  // A cell may change the folder that a relative path counts from.
  path_ = fs::absolute(path_);
  if (auto done = write_file_atomically(path_, *text(), connection_file_mode); !done) {
    return Error{"connection file " + done.error().message, Exit::connection_file};
  }
  wrote_ = true;
  log::info("connection file {}", path_.string());
  return {};
}

Result<std::string> ConnectionInfo::text() const {
  if (!published_) return Error{"there is no connection info before the kernel listens"};
  return connection_text(*connection_);
}

void ConnectionInfo::remove() const {
  std::error_code ignored;
  if (wrote_) fs::remove(path_, ignored);
}

}  // namespace hermit
