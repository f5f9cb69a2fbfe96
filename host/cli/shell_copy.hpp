// ShellCopy: a shell's library in the user's own folder of shells, with what it needs beside it, and a
// receipt that tells later which files Hermit put there. Files without a receipt are the user's.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/workshop.hpp"
#include "shell/finder.hpp"
#include "shell/manifest.hpp"

namespace hermit {

// What lies in a folder of shells because Hermit copied it there, as NAME.installed.json says.
struct Receipt {
  std::string name;  // of the shell
  std::filesystem::path folder;
  std::filesystem::path source;    // the library that was copied
  std::vector<std::string> files;  // names in the folder, without the receipt's own
};

std::optional<Receipt> read_receipt(const std::filesystem::path& folder, const std::string& name);

// The name of the copy in its folder: libhermit-NAME.so.
std::filesystem::path library_of(const Receipt& receipt);

// Removes what a receipt names, but for what another receipt of the folder names too, and the receipt.
Result<void> remove_copy(const Receipt& receipt);

// A copy as it has just been made. Unless it is told to stay, its destructor takes it away again and brings
// back what was there before.
class ShellCopy {
 public:
  // Copies the library, `manifest_text` as its manifest and the files that `manifest` names, which stay
  // executable if they are. Symbolic links are followed, unless they lead back to where they lie. A copy that
  // Hermit made earlier is replaced; any other file of such a name is an error, and so is whatever prevents a
  // file from being written.
  static Result<ShellCopy> write(const FoundShell& shell, const Manifest& manifest,
                                 const std::string& manifest_text);
  ShellCopy(ShellCopy&& other) noexcept = default;
  ShellCopy& operator=(ShellCopy&&) = delete;
  ~ShellCopy();

  const FoundShell& shell() const { return shell_; }
  void keep();

 private:
  ShellCopy(FoundShell shell, Workshop workshop) : shell_(std::move(shell)), workshop_(std::move(workshop)) {}
  Result<void> fill(const FoundShell& source, const Receipt& receipt, const std::string& manifest_text);

  FoundShell shell_;
  Workshop workshop_;  // beside it; holds the copies in "fresh", and in "before" what was there
};

// Ends what killed processes have left in a folder of shells: a copy that was not complete yet is taken away
// again, and what was there before comes back. The error names what cannot be put back.
Result<void> end_left_copies(const std::filesystem::path& folder);

}  // namespace hermit
