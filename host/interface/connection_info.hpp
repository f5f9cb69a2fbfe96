// ConnectionInfo: where a kernel listens and with which key (I8): as a connection file says, as the program
// that embeds Hermit says, or chosen here. It also keeps the connection file that Hermit writes, until the
// end.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/result.hpp"
#include "protocol/connection.hpp"
#include "settings/settings.hpp"

namespace hermit {

// For one thread at a time. In this order: load() at most once, prepare(), the sockets are bound, publish().
class ConnectionInfo {
 public:
  // `settings` outlives it.
  explicit ConnectionInfo(const Settings& settings) : settings_(settings) {}
  // Removes the connection file that publish() wrote.
  ~ConnectionInfo() { remove(); }
  ConnectionInfo(const ConnectionInfo&) = delete;
  ConnectionInfo& operator=(const ConnectionInfo&) = delete;

  // Takes what a connection file would say: the path of one, or its text. It counts more than settings for
  // all kernels; one that the command line or a program gives besides, of where to listen, is an error, and
  // so is a connection without keys where encryption is asked for. An error, too, when something has been
  // loaded or prepared before, which then stays.
  Result<void> load_file(const std::filesystem::path& path);
  Result<void> load_text(std::string_view json);

  // Makes up what is missing: unless something was loaded, the connection is what the settings say, or the
  // file that they name, if that exists. The error says what is wrong with the file or the settings.
  Result<void> prepare();

  // Where to listen: for binding the sockets, which replaces a port of 0 by the one that was chosen. After
  // prepare().
  Connection& connection() { return *connection_; }

  // Tells clients: writes the connection file, unless they have one, and registers the kernel when the file
  // was a registration file. That waits for the launcher, for as long as the setting registration_timeout
  // says, and ends early with an error when one of the descriptors in `stop` can be read. After the sockets
  // are bound.
  Result<void> publish(const std::vector<int>& stop = {});

  // What clients need, in the form of a connection file; with the key, so never to be logged. The error says
  // that nobody has chosen the ports yet.
  Result<std::string> text() const;

  // The connection file: the one that was read or written; empty when there is none.
  const std::filesystem::path& path() const { return path_; }

  // Removes the connection file that publish() wrote, now instead of at the end. [any-thread]
  void remove() const;

 private:
  Result<void> take(Result<Connection> connection, const std::string& origin);
  Result<void> write();
  void use_new_file();
  Result<Connection> from_settings();

  const Settings& settings_;
  std::optional<Connection> connection_;
  std::filesystem::path path_;
  bool wants_file_ = false;            // nobody else tells clients
  std::error_code unmade_;             // why there is no runtime folder
  bool is_in_runtime_folder_ = false;  // that file, under a name of our own
  bool published_ = false;
  std::string written_;  // what the file says that publish() wrote; empty when it wrote none
};

}  // namespace hermit
