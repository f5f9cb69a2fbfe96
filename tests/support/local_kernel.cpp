#include "support/local_kernel.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "base/thread.hpp"
#include "settings/command_line.hpp"
#include "shell/library.hpp"
#include "support/local_transport.hpp"

namespace hermit::tests {
namespace {

template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

// The settings that `hermit start` would make of these arguments.
Settings settings_of(const Start& start, const Manifest& manifest) {
  Settings settings;
  declare_kernel_settings(settings);
  if (auto done = declare_shell_settings(settings, manifest); !done) {
    throw std::runtime_error(done.error().message);
  }
  std::vector<std::string> arguments = {"--history_file=none"};
  arguments.insert(arguments.end(), start.arguments.begin(), start.arguments.end());
  if (auto read = read_arguments(arguments, settings, Unknown::refuse); !read) {
    throw std::runtime_error(read.error().message);
  }
  return settings;
}

}  // namespace

LocalKernel::LocalKernel(const Start& start)
    : listener_([this](std::string_view line) {
        Lock lock(mutex_);
        log_.append(line).append("\n");
      }) {
  if (start.connection || !start.environment.empty()) {
    throw std::logic_error("only a process has a connection file and an environment");
  }
  const auto shell = value_of(find_shell(test_shell(start.shell), {}));
  const Manifest manifest = value_of(read_manifest(shell));
  const Settings settings = settings_of(start, manifest);
  kernel_.emplace(door_, kernel_options(settings, manifest));
  ShellHome home = value_of(shell_home(settings, shell, manifest, false));
  home.options.program = program();
  door_.start(*kernel_);
  lane_ =
      start_user_thread("hermit-main", [this, made = shell_from(std::move(home), manifest)] { run(made); });
}

void LocalKernel::run(const Kernel::MakeShell& make_shell) {
  const auto result = kernel_->run(make_shell);
  door_.close();
  Lock lock(mutex_);
  ending_ = Ending{static_cast<int>(result ? Exit::ok : result.error().exit), 0};
  if (!result) log_ += "hermit: " + result.error().message + "\n";
  ended_.notify_all();
}

LocalKernel::~LocalKernel() {
  kernel_->stop();
  if (!wait(soon())) {
    std::fputs("a kernel in the process of the tests is stuck; the tests end\n", stderr);
    std::abort();
  }
  lane_.join();
}

std::unique_ptr<Transport> LocalKernel::connect(const std::vector<std::string>& topics) {
  auto transport = std::make_unique<LocalTransport>(door_);
  for (const auto& topic : topics) transport->subscribe(topic);
  return transport;
}

std::optional<Ending> LocalKernel::wait(std::chrono::steady_clock::time_point deadline) {
  Lock lock(mutex_);
  while (!ending_ && ended_.wait_until(lock, deadline)) {
  }
  return ending_;
}

std::string LocalKernel::log() const {
  Lock lock(mutex_);
  return log_;
}

}  // namespace hermit::tests
