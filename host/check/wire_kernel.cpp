#include "check/wire_kernel.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "check/session.hpp"
#include "client/folder_watch.hpp"
#include "protocol/connection.hpp"

namespace hermit::check {
namespace {

namespace fs = std::filesystem;

std::string cache_folder() {
  const char* const named = std::getenv("XDG_CACHE_HOME");
  const char* const home = std::getenv("HOME");
  if (named != nullptr && *named == '/') return named;
  return home == nullptr ? "" : std::string(home) + "/.cache";
}

}  // namespace

Result<std::unique_ptr<WireKernel>> WireKernel::start(const fs::path& program, const fs::path& library) {
  std::error_code none;
  std::string folder = (fs::temp_directory_path(none) / "hermit-check-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr)
    return Error{"no folder can be made: " + std::string(std::strerror(errno))};
  std::unique_ptr<WireKernel> kernel(new WireKernel(folder));
  if (auto started = kernel->start_process(program, library); !started) return started.error();
  if (auto connected = kernel->connect(); !connected) return connected.error();
  return kernel;
}

WireKernel::~WireKernel() {
  client_.reset();
  transport_.reset();
  process_.reset();
  std::error_code none;
  fs::remove_all(folder_, none);
}

Result<void> WireKernel::start_process(const fs::path& program, const fs::path& library) {
  ProcessOptions options;
  options.program = program;
  options.arguments = {"start",          "-f",           (folder_ / "kernel.json").string(), "--shell_class",
                       library.string(), "--config=none"};
  // Nothing of the user's is read or written but caches, which a shell may need to start soon.
  options.environment["XDG_CACHE_HOME"] = cache_folder();
  options.environment["HOME"] = folder_.string();
  options.unset = {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "JUPYTER_DATA_DIR",
                   "JUPYTER_RUNTIME_DIR"};
  auto process = Process::start(options);
  if (!process) return process.error();
  process_.emplace(std::move(*process));
  return {};
}

Result<void> WireKernel::connect() {
  const fs::path file = folder_ / "kernel.json";
  // The file is there in one piece, once all sockets are bound.
  const FolderWatch watch(folder_);
  while (!fs::exists(file) && process_->running() && watch.wait(process_->descriptor(), soon())) {
  }
  if (!fs::exists(file)) return Error{"the kernel did not start: " + log()};
  const auto connection = read_connection_file(file);
  if (!connection) return connection.error();
  auto transport = ZmqTransport::connect(*connection);
  if (!transport) return transport.error();
  transport_ = std::move(*transport);
  client_ = std::make_unique<Client>(*transport_, patience);
  return client_->wait_for_welcome() ? Result<void>() : Error{"the kernel welcomed no client: " + log()};
}

std::optional<Ending> WireKernel::wait() { return process_->wait(soon()); }

}  // namespace hermit::check
