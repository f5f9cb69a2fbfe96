#include "interface/interface.hpp"

#include <signal.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "base/file.hpp"
#include "base/log.hpp"
#include "interface/children.hpp"
#include "interface/connection_info.hpp"
#include "interface/parent_watch.hpp"
#include "interface/signals.hpp"
#include "interface/zmq_door.hpp"

namespace hermit {
namespace {

IopubLimits iopub_limits(const Settings& settings) {
  IopubLimits limits;
  limits.buffer = static_cast<std::size_t>(settings.integer("iopub_buffer"));
  limits.stall = std::chrono::duration<double>(settings.number("iopub_stall"));
  return limits;
}

}  // namespace

Interface::Interface(const Settings& settings, FoundShell shell, Manifest manifest)
    : settings_(settings), shell_(std::move(shell)), manifest_(std::move(manifest)) {}

Result<void> Interface::start() {
  ConnectionInfo connection(settings_);
  if (auto prepared = connection.prepare(); !prepared) return prepared;
  auto door = ZmqDoor::bind(connection.connection(), iopub_limits(settings_));
  if (!door) return door.error();
  const auto signals = Signals::install();
  if (!signals) return signals.error();
  const Descriptor parent = watch_parent();
  std::vector<int> stop{signals->descriptor()};
  if (parent) stop.push_back(parent.get());
  if (auto published = connection.publish(stop); !published) return published;

  KernelOptions options = kernel_options(settings_, manifest_);
  ShellHome home = shell_home(settings_, shell_, manifest_, settings_.flag("capture"));
  options.capture = settings_.flag("capture") && !home.own_process;
  options.quiet = settings_.flag("quiet");
  options.find_children = [] { return [children = Children()](int signal) { children.signal(signal); }; };
  options.stuck = [&] {
    Children().signal(SIGKILL);
    log::warning("a cell could not be interrupted; the process ends without waiting for it");
    (*door)->close();
    connection.remove();
    _exit(static_cast<int>(Exit::ok));
  };
  Kernel kernel(**door, std::move(options));

  (*door)->watch(signals->descriptor(), [&] {
    while (const int number = signals->next()) number == SIGINT ? kernel.interrupt() : kernel.stop();
    return true;
  });
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
