#include "interface/interface_settings.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "interface/iopub_queue.hpp"
#include "interface/kernel_options.hpp"

namespace hermit {
namespace {

// A client that takes nothing for a week has been forgotten.
constexpr std::int64_t longest_stall = 7 * 24 * 3600;

// Seconds. Jupyter's servers wait a minute for a kernel.
constexpr double registration_patience = 30;

void declare_iopub_settings(Settings& settings) {
  const IopubLimits limits;
  settings.declare(Setting{"ZmqInterface.iopub_buffer",
                           {"iopub_buffer"},
                           static_cast<std::int64_t>(limits.buffer),
                           "Bytes of output that wait for clients, until cells that print wait too.",
                           {},
                           {{std::int64_t{1} << 20, std::int64_t{1} << 40}}});
  settings.declare(
      Setting{"ZmqInterface.iopub_stall",
              {"iopub_stall"},
              limits.stall.count(),
              "Seconds that cells wait for clients that take nothing, until printed text is dropped.",
              {},
              {{0, longest_stall}}});
}

}  // namespace

void declare_settings(Settings& settings) {
  const std::pair<std::int64_t, std::int64_t> port{0, 65535};
  const auto text = [](std::string name, std::vector<std::string> aliases, std::string value,
                       std::string help, std::vector<std::string> choices = {}) {
    return Setting{std::move(name), std::move(aliases), std::move(value), std::move(help),
                   std::move(choices)};
  };
  settings.declare(
      text("Interface.shell_class", {"shell_class"}, "lua",
           "The shell that runs code: a name that `hermit list` shows, or the path of a library."));
  settings.declare(
      text("Interface.connection_file", {"connection_file", "f"}, "",
           "Where to listen and with which key. Read when it exists, else written. Default: a new "
           "file in Jupyter's runtime folder."));
  settings.declare(
      text("Interface.name", {"name", "n"}, "hermit", "The kernel's name in the connection file."));
  settings.declare(text("Interface.log_level", {"log_level"}, "warning", "What is logged, on standard error.",
                        {"debug", "info", "warning", "error", "off"}));
  settings.declare(
      text("Interface.interface_class", {"interface_class"}, "zmq",
           "The kind of door: zmq, sockets; callable, calls inside a program that embeds Hermit.",
           {"zmq", "callable"}));
  settings.declare(
      text("Interface.kernel_class", {"kernel_class"}, "default", "The kind of kernel.", {"default"}));
  settings.declare(
      text("ZmqInterface.ip", {"ip"}, "127.0.0.1",
           "Where to listen when no connection file says so: with the transport tcp an address, * for "
           "all; with ipc the path that socket files begin with."));
  settings.declare(
      text("ZmqInterface.transport", {"transport"}, "tcp", "The transport of the sockets.", {"tcp", "ipc"}));
  settings.declare(
      Setting{"ZmqInterface.curve",
              {"curve"},
              false,
              "Connections are encrypted, with keys in the connection file that Hermit writes."});
  settings.declare(Setting{"ZmqInterface.registration_timeout",
                           {"registration_timeout"},
                           registration_patience,
                           "Seconds that a launcher may take to acknowledge the kernel's registration.",
                           {},
                           {{0, longest_stall}}});
  for (const auto& [channel, what] : {std::pair<const char*, const char*>{"hb", "heartbeat"},
                                      {"shell", "shell"},
                                      {"iopub", "iopub"},
                                      {"stdin", "stdin"},
                                      {"control", "control"}}) {
    settings.declare(Setting{std::string("ZmqInterface.") + channel + "_port",
                             {channel, std::string(channel) + "_port"},
                             std::int64_t{0},
                             std::string("The port of the ") + what + " channel; 0 for any free one.",
                             {},
                             port});
  }
  declare_iopub_settings(settings);
  declare_kernel_settings(settings);
  for (const char* name :
       {"Interface.host", "Interface.host_options", "Interface.backend", "Interface.backend_options",
        "Interface.config", "Kernel.help_links", "Kernel.supported_features"}) {
    const std::string alias = std::string(name).substr(std::string(name).find('.') + 1);
    settings.declare(Setting{name, {alias}, std::string(), "", {}, {}, false});
  }
  settings.declare(
      text("Interface.launcher", {"launcher"}, "",
           "The name under which a program that embeds Hermit has registered how its kernels are made."));
  settings.declare(Setting{
      "Interface.own_process",
      {"own_process"},
      true,
      "The process is the kernel's own: SIGINT and SIGTERM are for it, it ends with its parent, what cells "
      "have started ends with it, and it ends even when a cell does not. False when embedded."});
  settings.declare(
      Setting{"Interface.quiet",
              {"quiet"},
              true,
              "Text that cells print goes to clients only; --no-quiet copies it to the streams of "
              "this process."});
  settings.declare(Setting{"Interface.capture",
                           {"capture"},
                           true,
                           "What C libraries, child processes and the like write to the standard streams is "
                           "output of the cell."});
}

log::Level log_level(const Settings& settings) {
  const std::string& name = settings.text("log_level");
  if (name == "debug") return log::Level::debug;
  if (name == "info") return log::Level::info;
  if (name == "error") return log::Level::error;
  return name == "off" ? log::Level::off : log::Level::warning;
}

}  // namespace hermit
