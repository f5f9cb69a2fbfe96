// Manifest: all that is fixed about a shell, known without running any of its code (S9). The text is
// described at hermit_shell_entry_type in sdk/include/hermit/shell.h.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.hpp"

namespace hermit {

// A setting that a shell declares.
struct ShellSetting {
  std::string name;  // with the shell's prefix, such as "LuaShell.path"
  std::string type;  // "bool", "integer", "number", "text" or "json"
  nlohmann::json default_value;
  std::string help;
  std::vector<std::string> choices = {};                      // of a text; empty for any
  double minimum = -std::numeric_limits<double>::infinity();  // of a number, included
  double maximum = std::numeric_limits<double>::infinity();   // of a number, included
};

// A file of the system that a shell needs, and who brings it.
struct SystemFile {
  std::string pattern;  // an absolute path, with the wildcards of glob(7)
  std::string package;  // of Debian
};

struct Manifest {
  std::string name;
  std::string display_name;
  std::string version;
  std::string banner;
  std::string line_comment;
  std::string isolation = "none";  // or "process": where it asks to run
  nlohmann::json language_info;
  nlohmann::json help_links;

  bool concurrent_introspection = false;
  bool concurrent_cells = false;
  bool concurrent_comms = false;
  bool tasks = false;
  bool subshells = false;
  bool fork_safe = false;

  std::vector<std::string> required_extensions;
  std::vector<ShellSetting> settings;

  std::vector<std::string> files;  // names of files and folders that it needs beside the library
  std::vector<SystemFile> system_files;
};

// The keys that a manifest may have.
extern const std::vector<std::string> manifest_keys;

// Reads a manifest. The error says which key is missing or wrong, to follow the name of the file.
Result<Manifest> parse_manifest(std::string_view json);

}  // namespace hermit
