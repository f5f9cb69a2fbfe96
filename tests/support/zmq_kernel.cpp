#include "support/zmq_kernel.hpp"

#include <stdexcept>
#include <utility>

#include "client/folder_watch.hpp"

namespace hermit::tests {
namespace {

namespace fs = std::filesystem;

// How often a kernel is started anew because another program took one of its ports first.
constexpr int port_attempts = 5;

}  // namespace

ProcessOptions hermit_process(const Folder& home, std::vector<std::string> arguments) {
  ProcessOptions options;
  options.program = HERMIT_PROGRAM;
  options.arguments = std::move(arguments);
  options.environment["HOME"] = home.path().string();
  options.unset = {"XDG_DATA_HOME",       "XDG_RUNTIME_DIR", "JUPYTER_DATA_DIR",
                   "JUPYTER_RUNTIME_DIR", "JUPYTER_PATH",    "HERMIT_SHELL_PATH"};
  return options;
}

std::optional<Connection> wait_for_connection(const fs::path& file, Process& process) {
  const FolderWatch watch(file.parent_path());
  while (!fs::exists(file)) {
    if (!process.running()) return std::nullopt;
    if (!watch.wait(process.descriptor(), soon()))
      throw std::runtime_error(file.string() + " was never written");
  }
  auto connection = read_connection_file(file);
  if (!connection) throw std::runtime_error(connection.error().message);
  return std::move(*connection);
}

bool wait_until_gone(const fs::path& file) {
  const FolderWatch watch(file.parent_path());
  while (fs::exists(file)) {
    if (!watch.wait(-1, soon())) return false;
  }
  return true;
}

ZmqKernel::ZmqKernel(const Start& start) : file_(folder_.path() / "kernel.json") {
  for (int attempt = 1; !this->start(start); ++attempt) {
    const auto ended = process_->wait(soon());
    const bool port_taken = ended && ended->exit_code == static_cast<int>(Exit::ports);
    if (start.connection || !port_taken || attempt == port_attempts) {
      throw std::runtime_error("hermit did not start: " + process_->stderr_text());
    }
  }
}

// True when it runs and listens.
bool ZmqKernel::start(const Start& start) {
  if (start.connection) folder_.write("kernel.json", connection_text(*start.connection));
  auto options =
      hermit_process(folder_, {"start", "-f", file_.string(), "--shell_class", test_shell(start.shell)});
  options.arguments.insert(options.arguments.end(), start.arguments.begin(), start.arguments.end());
  for (const auto& [name, value] : start.environment) options.environment[name] = value;

  process_.reset();
  auto process = Process::start(options);
  if (!process) throw std::runtime_error(process.error().message);
  process_.emplace(std::move(*process));
  if (start.connection) {
    connection_ = *start.connection;
    return true;
  }
  auto connection = wait_for_connection(file_, *process_);
  if (!connection) return false;
  connection_ = std::move(*connection);
  return true;
}

std::unique_ptr<Transport> ZmqKernel::connect(const std::vector<std::string>& topics) {
  auto transport = ZmqTransport::connect(connection_, topics.front());
  if (!transport) throw std::runtime_error(transport.error().message);
  for (std::size_t i = 1; i < topics.size(); ++i) (*transport)->subscribe(topics[i]);
  return std::move(*transport);
}

std::optional<Ending> ZmqKernel::wait(std::chrono::steady_clock::time_point deadline) {
  return process_->wait(deadline);
}

}  // namespace hermit::tests
