#include "interface/interface_settings.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "interface/iopub_queue.hpp"
#include "interface/kernel_options.hpp"

namespace hermit {
namespace {

// Seconds. Jupyter's servers wait a minute for a kernel.
constexpr double registration_patience = 30;

// A client that takes nothing for a week has been forgotten.
constexpr double longest_stall = 7 * 24 * 3600;

// Less holds no message worth the name, more is in no machine; in bytes.
constexpr double smallest_buffer = std::uint64_t{1} << 20, largest_buffer = std::uint64_t{1} << 40;

void declare_door_settings(Settings& settings) {
  settings.declare(
      {.name = "ZmqInterface.ip",
       .aliases = {"ip"},
       .default_value = std::string("127.0.0.1"),
       .help = "Where to listen when no connection file says so: with the transport tcp an address, * for "
               "every interface; with ipc the path that socket files begin with.",
       .page = "connections.md#addresses-of-tcp"});
  settings.declare({.name = "ZmqInterface.transport",
                    .aliases = {"transport"},
                    .default_value = std::string("tcp"),
                    .help = "The transport of the sockets.",
                    .choices = {"tcp", "ipc"},
                    .page = "connections.md#ipc"});
  settings.declare({.name = "ZmqInterface.curve",
                    .aliases = {"curve"},
                    .default_value = false,
                    .help = "Connections are encrypted, with keys in the connection file that Hermit writes.",
                    .page = "connections.md#encryption"});
  settings.declare({.name = "ZmqInterface.registration_timeout",
                    .aliases = {"registration_timeout"},
                    .default_value = registration_patience,
                    .help = "Seconds that a launcher may take to acknowledge the kernel's registration.",
                    .range = {0, longest_stall},
                    .page = "connections.md#registration"});
  for (const auto& [channel, what] : {std::pair<const char*, const char*>{"hb", "heartbeat"},
                                      {"shell", "shell"},
                                      {"iopub", "iopub"},
                                      {"stdin", "stdin"},
                                      {"control", "control"}}) {
    settings.declare({.name = std::string("ZmqInterface.") + channel + "_port",
                      .aliases = {channel, std::string(channel) + "_port"},
                      .default_value = std::int64_t{0},
                      .help = std::string("The port of the ") + what + " channel; 0 for any free one.",
                      .range = {0, 65535}});
  }
}

void declare_iopub_settings(Settings& settings) {
  const IopubLimits limits;
  settings.declare(
      {.name = "ZmqInterface.iopub_buffer",
       .aliases = {"iopub_buffer"},
       .default_value = static_cast<std::int64_t>(limits.buffer),
       .help = "How many bytes of output wait for clients that read slowly, until cells that print wait "
               "too.",
       .range = {smallest_buffer, largest_buffer},
       .page = "output.md#a-client-that-reads-slowly"});
  settings.declare(
      {.name = "ZmqInterface.iopub_stall",
       .aliases = {"iopub_stall"},
       .default_value = limits.stall.count(),
       .help = "For how many seconds cells wait for clients that take nothing, until printed text is "
               "dropped.",
       .range = {0, longest_stall},
       .page = "output.md#a-client-that-reads-slowly"});
}

void declare_class_settings(Settings& settings) {
  settings.declare(
      {.name = "Interface.interface_class",
       .aliases = {"interface_class"},
       .default_value = std::string("zmq"),
       .help = "The kind of door: zmq, sockets; callable, calls inside a program that embeds Hermit, "
               "which `hermit start` is not.",
       .choices = {"zmq", "callable"}});
  settings.declare({.name = "Interface.kernel_class",
                    .aliases = {"kernel_class"},
                    .default_value = std::string("default"),
                    .help = "The kind of kernel.",
                    .choices = {"default"}});
}

void declare_log_settings(Settings& settings) {
  settings.declare({.name = "Interface.log_level",
                    .aliases = {"log_level"},
                    .default_value = std::string("warning"),
                    .help = "What is logged.",
                    .choices = {"debug", "info", "warning", "error", "off"},
                    .page = "cli.md#the-log"});
  settings.declare({.name = "Interface.log_file",
                    .aliases = {"log_file"},
                    .default_value = std::string(),
                    .help = "A file to whose end the log is written; \"\" stands for standard error.",
                    .is_path = true,
                    .page = "cli.md#the-log"});
  settings.declare({.name = "Interface.log_format",
                    .aliases = {"log_format"},
                    .default_value = std::string("text"),
                    .help = "text: a line for people; json: a JSON object on each line.",
                    .choices = {"text", "json"},
                    .page = "cli.md#the-log"});
}

void declare_embedding_settings(Settings& settings) {
  settings.declare(
      {.name = "Interface.launcher",
       .aliases = {"launcher"},
       .default_value = std::string(),
       .help = "The name under which a program that embeds Hermit has registered how its kernels are made.",
       .page = "embedding.md#launchers"});
  settings.declare(
      {.name = "Interface.own_process",
       .aliases = {"own_process"},
       .default_value = true,
       .help = "The process is the kernel's own: SIGINT and SIGTERM are for it, it ends with its parent, "
               "what cells have started ends with it, and it ends even when a cell does not. False when "
               "embedded.",
       .page = "embedding.md"});
}

void declare_output_settings(Settings& settings) {
  settings.declare(
      {.name = "Interface.quiet",
       .aliases = {"quiet"},
       .default_value = true,
       .help = "Text that cells print goes to clients only; --no-quiet also copies it to the standard "
               "streams of this process."});
  settings.declare(
      {.name = "Interface.capture",
       .aliases = {"capture"},
       .default_value = true,
       .help = "What C libraries, child processes and the like write to the standard streams is output "
               "of the cell; --no-capture leaves the streams alone.",
       .page = "output.md"});
}

void declare_unavailable_settings(Settings& settings) {
  for (const char* name : {"host", "host_options", "backend", "backend_options"}) {
    settings.declare({.name = std::string("Interface.") + name,
                      .aliases = {name},
                      .default_value = std::string(),
                      .available = false});
  }
}

log::Level level_named(const std::string& name) {
  if (name == "debug") return log::Level::debug;
  if (name == "info") return log::Level::info;
  if (name == "error") return log::Level::error;
  return name == "off" ? log::Level::off : log::Level::warning;
}

}  // namespace

void declare_settings(Settings& settings) {
  settings.declare(
      {.name = "Interface.shell_class",
       .aliases = {"shell_class"},
       .default_value = std::string("lua"),
       .help = "The shell that runs code: a name that `hermit list` shows, or the path of a library.",
       .page = "cli.md#how-a-shell-is-found"});
  settings.declare({.name = "Interface.connection_file",
                    .aliases = {"connection_file", "f"},
                    .default_value = std::string(),
                    .help =
                        "Where to listen and with which key. The file is read when it exists, and written "
                        "otherwise; \"\" stands for a new file in Jupyter's runtime folder.",
                    .is_path = true,
                    .page = "cli.md#connection-file"});
  settings.declare(
      {.name = "Interface.config",
       .aliases = {"config"},
       .default_value = std::string(),
       .help = "A configuration file in JSON, or \"none\"; \"\" stands for hermit/config.json in the user's "
               "configuration folder, if it is there.",
       .is_path = true,
       .in_config_file = false,
       .page = "cli.md#configuration-file"});
  settings.declare({.name = "Interface.name",
                    .aliases = {"name", "n"},
                    .default_value = std::string("hermit"),
                    .help = "The kernel's name in a connection file that Hermit writes."});
  declare_log_settings(settings);
  declare_class_settings(settings);
  declare_door_settings(settings);
  declare_iopub_settings(settings);
  declare_kernel_settings(settings);
  declare_embedding_settings(settings);
  declare_output_settings(settings);
  declare_unavailable_settings(settings);
}

Result<void> start_log(const Settings& settings) {
  log::set_level(level_named(settings.text("log_level")));
  log::set_format(settings.text("log_format") == "json" ? log::Format::json : log::Format::text);
  const std::string& file = settings.text("log_file");
  if (file.empty()) return {};
  const auto done = log::open_file(file);
  if (done) return {};
  return Error{subject("log_file", settings.origin("log_file")) + ": " + done.error().message};
}

}  // namespace hermit
