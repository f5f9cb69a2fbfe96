// hermit manifest: a shell's manifest out of its library, for the file beside it (S9).
#include <iostream>

#include <hermit/shell.h>

#include "base/file.hpp"
#include "cli/program.hpp"
#include "cli/verbs.hpp"
#include "protocol/json.hpp"
#include "shell/library.hpp"

namespace hermit {

int manifest(const std::string& library, const std::string& output) {
  const auto shell = find_shell(library, shell_folders(program_path()));
  if (!shell) return report(shell.error());
  const auto entry = load_library(shell->library);
  if (!entry) return report(entry.error());
  const char* text = (*entry)->manifest;
  if (const auto checked = parse_manifest(text); !checked) {
    return report(Error{shell->library.string() + ": " + checked.error().message, checked.error().exit});
  }
  auto json = parse_json(text);
  (*json)["abi"] = std::to_string((*entry)->abi_major) + "." + std::to_string((*entry)->abi_minor);
  const std::string written = json->dump(2) + "\n";
  if (output.empty()) {
    std::cout << written;
    return 0;
  }
  const auto done = write_file_atomically(output, written, 0644);
  return done ? 0 : report(done.error());
}

}  // namespace hermit
