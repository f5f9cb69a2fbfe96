// WireKernel: a whole kernel with the shell under check, started as Jupyter would, and a client that talks to
// it over its sockets.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "client/client.hpp"
#include "client/process.hpp"
#include "client/zmq_transport.hpp"

namespace hermit::check {

// Used by one thread.
class WireKernel {
 public:
  // Starts `program` with the shell, in a folder of its own, and waits until it can be talked to. The error
  // has what the kernel said.
  static Result<std::unique_ptr<WireKernel>> start(const std::filesystem::path& program,
                                                   const std::filesystem::path& library);
  // Ends it, if it still runs, and removes the folder.
  ~WireKernel();
  WireKernel(const WireKernel&) = delete;
  WireKernel& operator=(const WireKernel&) = delete;

  Client& client() { return *client_; }
  // How it ended; nothing when it did not in time.
  std::optional<Ending> wait();
  // What it has logged.
  std::string log() const { return process_->stderr_text(); }

 private:
  explicit WireKernel(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Result<void> start_process(const std::filesystem::path& program, const std::filesystem::path& library);
  Result<void> connect();

  const std::filesystem::path folder_;
  std::optional<Process> process_;
  std::unique_ptr<ZmqTransport> transport_;
  std::unique_ptr<Client> client_;
};

}  // namespace hermit::check
