// ZmqKernel: the program `hermit` from this build as a child process, reached over ZeroMQ; and the parts of
// that for tests of what only a process or only a socket has.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/zmq_transport.hpp"
#include "support/kernel_under_test.hpp"

namespace hermit::tests {

// The options of a Process that runs hermit with these arguments, with HOME and Jupyter's folders in `home`.
ProcessOptions hermit_process(const Folder& home, std::vector<std::string> arguments);

// Waits until a kernel has written its connection file, and reads it; nothing when `process` ends before.
// The folder of the file is there.
std::optional<Connection> wait_for_connection(const std::filesystem::path& file, Process& process);

// Waits until a file is there no more; false when it stays.
bool wait_until_gone(const std::filesystem::path& file);

class ZmqKernel final : public KernelUnderTest {
 public:
  // Starts it and waits until its sockets listen. Throws what the program said when it ended instead.
  explicit ZmqKernel(const Start& start = {});

  // KernelUnderTest. What connect() returns is a ZmqTransport.
  std::unique_ptr<Transport> connect(const std::vector<std::string>& topics = {""}) override;
  std::optional<Ending> wait(std::chrono::steady_clock::time_point deadline) override;
  std::string log() const override { return process_->stderr_text(); }

  Process& process() { return *process_; }
  const Connection& connection() const { return connection_; }
  const std::filesystem::path& connection_file() const { return file_; }

 private:
  bool start(const Start& start);

  Folder folder_;
  std::filesystem::path file_;
  Connection connection_;
  std::optional<Process> process_;
};

}  // namespace hermit::tests
