// Kernel: the known kernels, and the snippets of each language.
#include "kernel.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "process.hpp"

namespace hermit::bench {
namespace {

namespace fs = std::filesystem;

const std::vector<Language>& languages() {
  static const std::vector<Language> all = {
      // The floor and the echo shell understand the same words.
      {"echo", "1+1", "spin", "lines N", "big N", "echo first\necho second\nsleep 20", "target bench"},
      {"lua", "1+1", "while true do end", "for i = 0, N - 1 do print('line ' .. i) end",
       "print(string.rep('x', N))",
       "print('first') print('second') local t = os.clock() while os.clock() - t < 0.02 do end",
       "hermit.comm.target('bench', function(comm) comm:on_message(function(message) "
       "comm:send(message.data, {buffers = message.buffers}) end) end)"},
      {"python", "1+1", "while True: pass", "for i in range(N): print(f'line {i}')", "print('x' * N)",
       "import time; print('first'); print('second'); time.sleep(0.02)",
       "get_ipython().kernel.comm_manager.register_target('bench', lambda comm, _: comm.on_msg("
       "lambda m: comm.send(m['content']['data'], buffers=m['buffers'])))"},
      {"cpp", "1+1", "for (volatile int i = 0;; i = 0) {}",
       "#include <iostream>\nfor (int i = 0; i < N; ++i) std::cout << \"line \" << i << "
       "'\\n';\nstd::cout.flush();",
       "#include <iostream>\n#include <string>\nstd::cout << std::string(N, 'x') << std::endl;",
       "#include <chrono>\n#include <iostream>\n#include <thread>\nstd::cout << \"first\" << std::endl;\n"
       "std::cout << \"second\" << std::endl;\nstd::this_thread::sleep_for(std::chrono::milliseconds(20));"},
  };
  return all;
}

const Language& language(std::string_view name) {
  for (const Language& one : languages()) {
    if (one.name == name) return one;
  }
  std::string names;
  for (const Language& one : languages()) names += (names.empty() ? "" : ", ") + one.name;
  throw std::invalid_argument("no snippets for the language '" + std::string(name) +
                              "'; there are: " + names);
}

// The program a command would run, or an empty path.
fs::path find_program(const std::string& word) {
  if (word.find('/') != std::string::npos)
    return access(word.c_str(), X_OK) == 0 ? fs::path(word) : fs::path();
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const fs::path candidate = fs::path(folder) / word;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

bool has_ipykernel(const std::string& python) {
  if (find_program(python).empty()) return false;
  constexpr const char* look =
      "import importlib.util, sys; sys.exit(importlib.util.find_spec('ipykernel') is None)";
  Process process({python, "-c", look}, "/dev/null");
  constexpr std::chrono::seconds patience{20};
  return process.wait(patience) && process.succeeded();
}

Kernel ipykernel(const std::vector<std::string>& pythons) {
  // Its kernelspec does not ask for interrupts by message, so clients send it a signal.
  Kernel kernel{.name = "ipykernel",
                .argv = {},
                .language = language("python"),
                .interrupt = Kernel::Interrupt::signal};
  std::string tried;
  for (const std::string& python : pythons) {
    if (has_ipykernel(python)) {
      kernel.argv = {python, "-m", "ipykernel_launcher", "-f", "{connection_file}"};
      return kernel;
    }
    tried += (tried.empty() ? "" : ", ") + python;
  }
  kernel.missing = "no Python that was looked at has it (" + tried + "); --python names another";
  return kernel;
}

}  // namespace

std::string Kernel::absence() const {
  if (!missing.empty()) return missing;
  if (find_program(argv.front()).empty()) return argv.front() + " is not there";
  for (const std::string& word : argv) {
    const std::size_t at = word.find("--shell_class=/");
    if (at != 0) continue;
    const std::string file = word.substr(word.find('/'));
    if (!fs::exists(file)) return file + " is not there";
  }
  return {};
}

std::string with_count(std::string_view snippet, std::size_t count) {
  std::string text(snippet);
  // No snippet has a capital N but the one that stands for the number.
  text.replace(text.find('N'), 1, std::to_string(count));
  return text;
}

std::vector<std::string> split_command(std::string_view command) {
  std::vector<std::string> words;
  char quote = 0;
  bool inside = false;
  for (const char c : command) {
    if (quote == 0 && c == ' ') {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else {
      words.back() += c;
    }
  }
  return words;
}

std::vector<Kernel> known_kernels(const fs::path& programs, const std::vector<std::string>& pythons) {
  const std::string hermit = programs / "hermit";
  const std::string echo = programs.parent_path() / "tests/shells/libhermit-echo.so";
  const std::string file = "{connection_file}";
  return {
      {.name = "floor", .argv = {programs / "hermit-floor", "-f", file}, .language = language("echo")},
      {.name = "hermit-echo",
       .argv = {hermit, "start", "-f", file, "--shell_class=" + echo},
       .language = language("echo"),
       .judged = true},
      {.name = "hermit-worker",
       .argv = {hermit, "start", "-f", file, "--shell_class=" + echo, "--isolation=process"},
       .language = language("echo"),
       .judged = true},
      {.name = "hermit-lua",
       .argv = {hermit, "start", "-f", file, "--shell_class=lua"},
       .language = language("lua"),
       .judged = true},
      ipykernel(pythons),
  };
}

Kernel parse_kernel(std::string_view text, const std::vector<Kernel>& known) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    throw std::invalid_argument("'" + std::string(text) +
                                "' is not of the form NAME[:LANGUAGE[:signal]]=COMMAND");
  }
  std::vector<std::string> parts;
  std::istringstream left{std::string(text.substr(0, equals))};
  for (std::string part; std::getline(left, part, ':');) parts.push_back(part);
  if (parts.empty() || parts[0].empty() || parts[0].find('/') != std::string::npos) {
    throw std::invalid_argument("'" + std::string(text) + "' does not begin with a name");
  }
  Kernel kernel{
      .name = parts[0], .argv = split_command(text.substr(equals + 1)), .language = language("lua")};
  for (const Kernel& one : known) {
    if (one.name != kernel.name) continue;
    kernel.language = one.language;
    kernel.interrupt = one.interrupt;
    kernel.judged = one.judged;
  }
  if (parts.size() > 1) kernel.language = language(parts[1]);
  if (parts.size() > 2 && parts[2] != "signal" && parts[2] != "message") {
    throw std::invalid_argument("'" + parts[2] + "' is no way to interrupt; there are: message, signal");
  }
  if (parts.size() > 2)
    kernel.interrupt = parts[2] == "signal" ? Kernel::Interrupt::signal : Kernel::Interrupt::message;
  const bool has_file = std::any_of(kernel.argv.begin(), kernel.argv.end(), [](const std::string& word) {
    return word.find("{connection_file}") != std::string::npos;
  });
  if (!has_file)
    throw std::invalid_argument("the command of '" + kernel.name + "' names no {connection_file}");
  return kernel;
}

}  // namespace hermit::bench
