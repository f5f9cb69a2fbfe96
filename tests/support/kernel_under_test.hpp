// KernelUnderTest: the program `hermit` from this build, running a shell that tests drive, and the way to
// talk to it. It keeps away from the files of whoever runs the tests.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/client.hpp"
#include "client/process.hpp"
#include "client/zmq_transport.hpp"
#include "protocol/connection.hpp"
#include "support/folder.hpp"

namespace hermit::tests {

// No wait of a test decides anything; this only makes one that hangs fail. Sanitizers are slow.
inline constexpr std::chrono::seconds patience{60};

// The end of patience, counted from now.
std::chrono::steady_clock::time_point soon();

// The path of a shell library that tests/shells builds.
std::string test_shell(const std::string& name);

// What to start `hermit start` with.
struct Start {
  std::string shell = "echo";  // one of tests/shells
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;
  std::optional<Connection> connection;  // written to the connection file before; else hermit writes it
};

// The options of a Process that runs hermit with these arguments, with HOME and Jupyter's folders in `home`.
ProcessOptions hermit_process(const Folder& home, std::vector<std::string> arguments);

// Waits until a kernel has written its connection file, and reads it; nothing when `process` ends before.
// The folder of the file is there.
std::optional<Connection> wait_for_connection(const std::filesystem::path& file, Process& process);

// Waits until a file is there no more; false when it stays.
bool wait_until_gone(const std::filesystem::path& file);

// A running kernel.
class KernelUnderTest {
 public:
  // Starts it and waits until its sockets listen. Throws what the program said when it ended instead.
  explicit KernelUnderTest(const Start& start = {});

  Process& process() { return *process_; }
  const Connection& connection() const { return connection_; }
  const std::filesystem::path& connection_file() const { return file_; }
  const Folder& folder() const { return folder_; }

  // A transport of its own, connected.
  std::unique_ptr<ZmqTransport> connect(std::string_view topic = "") const;

 private:
  bool start(const Start& start);

  Folder folder_;
  std::filesystem::path file_;
  Connection connection_;
  std::optional<Process> process_;
};

}  // namespace hermit::tests
