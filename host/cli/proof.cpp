#include "cli/proof.hpp"

#include <stdlib.h>

#include <chrono>
#include <functional>
#include <system_error>

#include "cli/interruption.hpp"
#include "cli/program.hpp"
#include "client/client.hpp"
#include "client/folder_watch.hpp"
#include "client/process.hpp"
#include "client/zmq_transport.hpp"
#include "protocol/connection.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// A library is loaded from a slow disk, with all that it is linked with.
constexpr std::chrono::seconds library_limit{120};
// A C++ shell compiles its headers when it is started for the first time.
constexpr std::chrono::seconds start_limit{240};
constexpr std::chrono::seconds shutdown_limit{20};
// How often it is seen whether the kernel still lives, and the user still waits, while its answer is waited
// for.
constexpr std::chrono::milliseconds glance{200};

// A folder that nobody else can look into, removed with all that is in it.
class PrivateFolder {
 public:
  PrivateFolder() {
    std::error_code failed;
    std::string name = (fs::temp_directory_path(failed) / "hermit-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  ~PrivateFolder() {
    std::error_code none;
    if (!path_.empty()) fs::remove_all(path_, none);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Of what a program wrote to stderr the line that says why it ended.
std::string last_words(const std::string& text) {
  constexpr std::string_view own = "hermit: ";
  std::string words;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    if (line.starts_with(own)) return line.substr(own.size());
    if (!line.empty()) words = line;
    begin = end + 1;
  }
  return words;
}

std::string ending(const Ending& ended, const Process& process) {
  if (const auto words = last_words(process.stderr_text()); !words.empty()) return words;
  return ended.signal != 0 ? "it was ended by signal " + std::to_string(ended.signal)
                           : "it ended with code " + std::to_string(ended.exit_code);
}

// A value of kernel.json's "env": ${NAME} and $NAME stand for variables of ours, $$ for a dollar.
std::string expanded(const std::string& value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool braced = value.compare(i, 2, "${") == 0;
    const std::size_t begin = i + (braced ? 2 : 1);
    std::size_t end = begin;
    while (end < value.size() &&
           (std::isalnum(static_cast<unsigned char>(value[end])) != 0 || value[end] == '_'))
      ++end;
    const bool closed = !braced || (end < value.size() && value[end] == '}');
    const char* variable =
        value[i] == '$' && end > begin && closed ? getenv(value.substr(begin, end - begin).c_str()) : nullptr;
    if (value.compare(i, 2, "$$") == 0) ++i;
    if (variable == nullptr) {
      text += value[i];
      continue;
    }
    text += variable;
    i = braced ? end : end - 1;
  }
  return text;
}

Error interrupted() { return Error{"it was interrupted"}; }

// How the process has ended; nothing when it takes too long, or the user waits no longer.
std::optional<Ending> wait_for_end(Process& process, Clock::time_point deadline) {
  for (;;) {
    const auto ended = process.wait(std::min(deadline, Clock::now() + glance));
    if (ended || Interruption::signal() != 0 || Clock::now() >= deadline) return ended;
  }
}

Result<Process> start(const Kernelspec& spec, const fs::path& connection_file) {
  auto argv = started_argv(spec, connection_file);
  if (argv.empty()) return Error{(spec.folder / "kernel.json").string() + ": has no argv"};
  ProcessOptions options;
  options.program = argv.front();
  options.arguments.assign(argv.begin() + 1, argv.end());
  for (const auto& [name, value] : spec.environment) options.environment[name] = expanded(value);
  return Process::start(options);
}

Result<Connection> wait_for_connection(const fs::path& file, Process& process, Clock::time_point deadline) {
  const FolderWatch watch(file.parent_path());
  std::error_code missing;
  while (!fs::exists(file, missing)) {
    if (const auto ended = process.wait(Clock::now())) return Error{ending(*ended, process)};
    watch.wait(process.descriptor(), std::min(deadline, Clock::now() + glance));
    if (Interruption::signal() != 0) return interrupted();
    if (Clock::now() >= deadline) return Error{"it did not listen in time"};
  }
  return read_connection_file(file);
}

// What a kernel answers when it has no shell to run the cell in; any other error is the language's own.
bool lacks_shell(const Json& ename) {
  return ename == "ShellStartError" || ename == "ShellDied" || ename == "KernelError";
}

// Waits until `done`, which looks for a short while at a time; an error when the kernel ends or takes too
// long.
Result<void> wait_until(const std::function<bool()>& done, Process& process, Clock::time_point deadline) {
  while (!done()) {
    if (const auto ended = process.wait(Clock::now())) return Error{ending(*ended, process)};
    if (Interruption::signal() != 0) return interrupted();
    if (Clock::now() > deadline) return Error{"it did not answer in time"};
  }
  return {};
}

// Waits for an answer; an error too when there is no shell to give it.
Result<void> wait_for(const Answer& answer, Process& process, Clock::time_point deadline) {
  if (auto done = wait_until([&] { return answer.wait(); }, process, deadline); !done) return done;
  if (answer.status() == "aborted" || answer.reply_field("ename") == "KernelShutdown") {
    // It is about to end, and says why when it does.
    const auto ended = wait_for_end(process, deadline);
    return Error{ended ? ending(*ended, process) : "it stops before it has run a cell"};
  }
  const Json why = answer.reply_field("evalue");
  if (!lacks_shell(answer.reply_field("ename"))) return {};
  return Error{why.is_string() ? why.get<std::string>() : "it has no shell"};
}

}  // namespace

Result<std::string> manifest_of_library(const fs::path& library) {
  ProcessOptions options;
  options.program = program_path();
  options.arguments = {"manifest", library.string()};
  auto process = Process::start(options);
  if (!process) return process.error();
  const auto ended = wait_for_end(*process, Clock::now() + library_limit);
  if (ended && ended->exit_code == 0) return process->stdout_text();
  if (!ended && Interruption::signal() != 0) return interrupted();
  if (!ended) return Error{library.string() + ": does not come back when it is loaded", Exit::bad_shell};
  if (ended->signal != 0) {
    return Error{
        library.string() + ": crashes when it is loaded, with signal " + std::to_string(ended->signal),
        Exit::bad_shell};
  }
  return Error{ending(*ended, *process), static_cast<Exit>(ended->exit_code)};
}

Result<void> prove(const Kernelspec& spec) {
  const PrivateFolder folder;
  const fs::path file = folder.path() / "kernel.json";
  const auto deadline = Clock::now() + start_limit;
  auto process = start(spec, file);
  if (!process) return process.error();
  const auto connection = wait_for_connection(file, *process, deadline);
  if (!connection) return connection.error();
  const auto transport = ZmqTransport::connect(*connection);
  if (!transport) return transport.error();
  Client client(**transport, glance);
  const auto is_welcome = [&] { return client.wait_for_welcome(); };
  if (auto done = wait_until(is_welcome, *process, deadline); !done) return done;
  if (auto done = wait_for(client.kernel_info(), *process, deadline); !done) return done;
  ExecuteOptions quietly;
  quietly.silent = true;
  quietly.store_history = false;
  quietly.allow_stdin = false;
  if (auto done = wait_for(client.execute("", quietly), *process, deadline); !done) return done;
  client.shutdown();
  wait_for_end(*process, Clock::now() + shutdown_limit);
  return {};
}

}  // namespace hermit
