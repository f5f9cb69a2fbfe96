// One function a magic, and a table of them.
#include "magics.hpp"

#include <dlfcn.h>
#include <llvm/Support/Unicode.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>

#include "compiler.hpp"
#include "errors.hpp"
#include "lane.hpp"
#include "lexer.hpp"
#include "linker.hpp"
#include "session.hpp"

namespace hermit::cling_shell {
namespace {

using Words = std::vector<std::string>;

struct Call {
  Session& session;
  Lane& lane;
  Words words;       // after the name
  std::string rest;  // the same, as it was written
  Prepared& prepared;

  void print(const std::string& text) const { session.host.stream(lane.request, HERMIT_STDOUT, text); }
  void fail(const std::string& why) const { prepared.failure = report_text("MagicError", why); }
};

struct Magic {
  std::string_view name;
  std::string_view arguments;
  std::string_view help;
  void (*run)(const Call& call);
};

Words words_of(const std::string& text) {
  Words words;
  std::string word;
  for (const char byte : text + " ") {
    if (byte != ' ' && byte != '\t') {
      word += byte;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

// Runs a command and returns what it prints; its exit status goes to `status`.
std::string output_of(const std::string& command, int& status) {
  std::string text;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) {
    status = -1;
    return text;
  }
  char bytes[4096];
  while (const size_t count = std::fread(bytes, 1, sizeof bytes, pipe)) text.append(bytes, count);
  const int ended = pclose(pipe);
  status = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
  return text;
}

// Loads a library by its name (m), its file (libm.so.6) or its path. Returns why it could not, or "".
std::string load_library(const std::string& name, const Words& folders) {
  Words tries;
  if (name.find('/') != std::string::npos) {
    tries = {name};
  } else {
    for (const std::string& folder : folders) tries.push_back(folder + "/lib" + name + ".so");
    tries.insert(tries.end(), {"lib" + name + ".so", name});
  }
  std::string why;
  for (const std::string& each : tries) {
    if (dlopen(each.c_str(), RTLD_NOW | RTLD_GLOBAL) != nullptr) return "";
    const char* error = dlerror();
    // The last reason would be that of the wildest guess.
    if (why.empty() || std::filesystem::exists(each)) why = error == nullptr ? "" : error;
  }
  return why;
}

void run_lib(const Call& call) {
  if (call.words.empty()) return call.fail("%lib needs the name of a library, such as %lib m");
  for (const std::string& name : call.words) {
    const std::string why = load_library(name, {});
    if (!why.empty()) return call.fail("%lib cannot load " + name + ": " + why);
  }
}

bool add_path(const Call& call, const std::string& path) {
  const std::lock_guard guard(call.session.compiling);
  if (call.session.compiler->add_include_path(path)) return true;
  call.fail("there is no folder " + path);
  return false;
}

void run_include_path(const Call& call) {
  if (call.words.empty()) return call.fail("%include_path needs a folder");
  for (const std::string& path : call.words) {
    if (!add_path(call, path)) return;
  }
}

// Takes over what a compiler would be told. `flags` are as pkg-config prints them.
void take_flags(const Call& call, const Words& flags) {
  Words folders;
  for (const std::string& flag : flags) {
    const std::string kind = flag.substr(0, 2);
    const std::string value = flag.size() > 2 ? flag.substr(2) : "";
    if (kind == "-L") folders.push_back(value);
    if (kind == "-I" && !add_path(call, value)) return;
    if (kind == "-D") {
      std::string definition = value;
      if (const size_t equal = definition.find('='); equal != std::string::npos) definition[equal] = ' ';
      const std::lock_guard guard(call.session.compiling);
      call.session.compiler->compile("%pkg", "#define " + definition, "");
    }
    if (kind != "-l") continue;
    const std::string why = load_library(value, folders);
    if (!why.empty()) return call.fail("the library " + value + " cannot be loaded: " + why);
  }
}

bool is_package_name(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](char byte) {
    return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '.' || byte == '-' || byte == '_' ||
           byte == '+';
  });
}

void run_pkg(const Call& call) {
  if (call.words.empty()) return call.fail("%pkg needs the name of a package that pkg-config knows");
  for (const std::string& name : call.words) {
    if (!is_package_name(name) || name[0] == '-')
      return call.fail("'" + name + "' is not the name of a package");
    int status = 0;
    const std::string flags = output_of("pkg-config --cflags --libs " + name + " 2>&1", status);
    if (status != 0) return call.fail(flags.empty() ? "pkg-config cannot be run" : flags);
    std::string line = flags;
    std::replace(line.begin(), line.end(), '\n', ' ');
    take_flags(call, words_of(line));
    if (call.prepared.failure) return;
  }
}

// How many letters have to be changed, put in or left out to make one word of the other.
size_t distance(std::string_view left, std::string_view right) {
  std::vector<size_t> row(right.size() + 1);
  for (size_t at = 0; at <= right.size(); ++at) row[at] = at;
  for (size_t line = 1; line <= left.size(); ++line) {
    size_t corner = row[0];
    row[0] = line;
    for (size_t at = 1; at <= right.size(); ++at) {
      const size_t changed = corner + (left[line - 1] == right[at - 1] ? 0 : 1);
      corner = row[at];
      row[at] = std::min({row[at] + 1, row[at - 1] + 1, changed});
    }
  }
  return row.back();
}

std::string nearest(std::string_view name, const std::vector<std::string_view>& names) {
  const auto near = [&](std::string_view left, std::string_view right) {
    return distance(name, left) < distance(name, right);
  };
  return std::string(*std::min_element(names.begin(), names.end(), near));
}

// The shell's own headers are written for C++17 and later.
const std::vector<std::string_view> standards = {"c++17",   "c++20",   "c++23",   "c++26",
                                                 "gnu++17", "gnu++20", "gnu++23", "gnu++26"};

void run_std(const Call& call) {
  if (call.words.empty()) return call.print("This session speaks " + call.session.standard + ".\n");
  const std::string& wanted = call.words[0];
  if (wanted == call.session.standard) return call.print("This session speaks " + wanted + " already.\n");
  if (std::find(standards.begin(), standards.end(), wanted) == standards.end())
    return call.fail("%std knows no " + wanted + "; did you mean " + nearest(wanted, standards) + "?");
  const std::string why = call.session.restart(wanted);
  if (!why.empty()) return call.fail(why);
  call.print("The session begins anew and speaks " + wanted + "; what cells had declared is forgotten.\n");
}

void run_opt(const Call& call) {
  const std::lock_guard guard(call.session.compiling);
  if (call.words.empty())
    return call.print("Cells are compiled with -O" + std::to_string(call.session.optimisation) + ".\n");
  const std::string& level = call.words[0];
  if (level.size() != 1 || level[0] < '0' || level[0] > '3')
    return call.fail("%opt takes a level from 0 to 3");
  call.session.optimisation = level[0] - '0';
  call.session.compiler->set_optimisation(call.session.optimisation);
}

void run_time(const Call& call) {
  call.prepared.is_timed = true;
  call.prepared.code += call.rest;
}

void run_reset(const Call& call) {
  const std::string why = call.session.restart();
  if (!why.empty()) call.fail(why);
}

void run_who(const Call& call) {
  const std::lock_guard guard(call.session.compiling);
  std::string text;
  for (const auto& [name, type] : call.session.compiler->declared()) text += name + ": " + type + "\n";
  call.print(text.empty() ? "Nothing has been declared yet.\n" : text);
}

void run_help(const Call& call);

constexpr std::array magics = {
    Magic{"help", "", "Lists the magics.", run_help},
    Magic{"include_path", "FOLDER …", "Looks for headers there, too.", run_include_path},
    Magic{"lib", "NAME …", "Loads shared libraries: a name as after -l, a file or a path.", run_lib},
    Magic{"opt", "LEVEL", "Compiles cells with -O0 to -O3 from now on.", run_opt},
    Magic{"pkg", "NAME …", "Takes headers and libraries as pkg-config says.", run_pkg},
    Magic{"reset", "", "Forgets everything that cells have declared.", run_reset},
    Magic{"std", "STANDARD",
          "Begins the session anew with c++17, c++20, c++23 …; alone it says which is spoken.", run_std},
    Magic{"time", "CODE", "Says how long the cell took; %%time in a line of its own does, too.", run_time},
    Magic{"who", "", "Lists what cells have declared.", run_who},
};

void run_help(const Call& call) {
  std::string text;
  for (const Magic& each : magics) {
    std::string head = "%" + std::string(each.name) + " " + std::string(each.arguments);
    // Columns, not bytes: an ellipsis has three of these.
    const int columns = llvm::sys::unicode::columnWidthUTF8(head);
    head.append(static_cast<size_t>(std::max(24 - columns, 0)), ' ');
    text += head + std::string(each.help) + "\n";
  }
  call.print(text + "!COMMAND                Runs a command of the system's.\n");
}

void run_command(Session& session, Lane& lane, const std::string& command, Prepared& prepared) {
  // The descriptors are the cell's, so what the command prints is shown as it comes.
  std::fflush(nullptr);
  const int ended = std::system(command.c_str());
  const int status = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
  if (status != 0)
    prepared.failure = report_text("CommandError", command + " ended with status " + std::to_string(status));
  (void)session;
  (void)lane;
}

void run_line(Session& session, Lane& lane, std::string line, Prepared& prepared) {
  line = line.substr(line.find_first_not_of(" \t"));
  if (line[0] == '!') return run_command(session, lane, line.substr(1), prepared);
  line = line.substr(std::min(line.find_first_not_of('%'), line.size()));
  const size_t space = std::min(line.find_first_of(" \t"), line.size());
  const std::string name = line.substr(0, space);
  const size_t rest = std::min(line.find_first_not_of(" \t", space), line.size());
  const auto* found =
      std::find_if(magics.begin(), magics.end(), [&](const Magic& each) { return each.name == name; });
  if (found == magics.end()) {
    std::vector<std::string_view> names;
    for (const Magic& each : magics) names.push_back(each.name);
    prepared.failure = report_text("MagicError", "there is no magic %" + name + "; did you mean %" +
                                                     nearest(name, names) + "? %help lists them");
    return;
  }
  found->run({session, lane, words_of(line.substr(rest)), line.substr(rest), prepared});
}

}  // namespace

Prepared carry_out_magics(Session& session, Lane& lane, std::string_view code) {
  Prepared prepared;
  if (code.find_first_of("%!") == std::string_view::npos) {
    prepared.code = code;
    return prepared;
  }
  size_t at = 0;
  for (const size_t begin : statement_lines(code)) {
    const size_t end = std::min(code.find('\n', begin), code.size());
    prepared.code += code.substr(at, begin - at);
    run_line(session, lane, std::string(code.substr(begin, end - begin)), prepared);
    if (prepared.failure) return prepared;
    at = end;
  }
  prepared.code += code.substr(at);
  return prepared;
}

std::string magic_matches(std::string_view line) {
  line = line.substr(std::min(line.find_first_not_of('%'), line.size()));
  std::string lines;
  for (const Magic& each : magics) {
    if (each.name.starts_with(line))
      lines += std::string(each.name) + "\tmagic\t" + std::string(each.help) + "\n";
  }
  return lines;
}

}  // namespace hermit::cling_shell
