// ShellCopy: a shell's library in the user's own folder of shells, with what it needs beside it, and a
// receipt that tells later which files Hermit put there. Files without a receipt are the user's.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
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
  // Copies the library, `manifest_text` as its manifest and the files that `manifest` names. A copy that
  // Hermit made earlier is replaced; any other file of such a name is an error, and so is whatever prevents a
  // file from being written.
  static Result<ShellCopy> write(const FoundShell& shell, const Manifest& manifest,
                                 const std::string& manifest_text);
  ShellCopy(ShellCopy&& other) noexcept;
  ShellCopy& operator=(ShellCopy&&) = delete;
  ~ShellCopy();

  const FoundShell& shell() const { return shell_; }
  void keep();

 private:
  ShellCopy() = default;
  Result<void> fill(const FoundShell& source, const Receipt& receipt, const std::string& manifest_text);
  Result<void> put_in_place(const std::string& file);

  FoundShell shell_;
  std::filesystem::path workshop_;  // beside it; holds the copies, and then what was there before
  std::vector<std::string> placed_;
};

}  // namespace hermit
