#include "cli/shell_copy.hpp"

#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/file.hpp"
#include "protocol/json.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t size_limit = 1 << 20;  // of a receipt
constexpr std::size_t library_limit = std::size_t{1} << 31;
constexpr unsigned public_file = 0644;
constexpr std::string_view receipt_end = ".installed.json";

std::string receipt_name(const std::string& shell) { return shell + std::string(receipt_end); }
std::string library_name(const std::string& shell) { return "libhermit-" + shell + ".so"; }
std::string manifest_name(const std::string& shell) { return shell + ".shell.json"; }

std::vector<Receipt> all_receipts(const fs::path& folder) {
  std::vector<Receipt> receipts;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    std::string file = entry.path().filename().string();
    if (!file.ends_with(receipt_end)) continue;
    file.erase(file.size() - receipt_end.size());
    if (auto receipt = read_receipt(folder, file)) receipts.push_back(std::move(*receipt));
  }
  return receipts;
}

bool names(const Receipt& receipt, const std::string& file) {
  return std::find(receipt.files.begin(), receipt.files.end(), file) != receipt.files.end();
}

Error cannot(const fs::path& path, const char* what, const std::error_code& failed) {
  return Error{path.string() + ": " + what + ": " + failed.message()};
}

// Nothing, or which of the files is there and is not Hermit's.
Result<void> check_free(const Receipt& receipt) {
  const auto receipts = all_receipts(receipt.folder);
  for (const auto& file : receipt.files) {
    std::error_code failed;
    if (!fs::exists(fs::symlink_status(receipt.folder / file, failed))) continue;
    const bool is_ours = std::any_of(receipts.begin(), receipts.end(),
                                     [&](const Receipt& other) { return names(other, file); });
    if (!is_ours) {
      return Error{
          (receipt.folder / file).string() +
          ": is there already and was not put there by Hermit; move it away, or install with --link"};
    }
  }
  return {};
}

// Copies a file, or a folder with all that is in it. Unlike std::filesystem it tells what is wrong with a
// disk.
Result<void> duplicate(const fs::path& from, const fs::path& to) {
  std::error_code failed;
  if (!fs::is_directory(from, failed)) {
    const auto bytes = read_file(from, library_limit);
    return bytes ? write_file_atomically(to, *bytes, public_file) : Result<void>(bytes.error());
  }
  fs::create_directory(to, failed);
  if (failed) return cannot(to, "cannot be made", failed);
  for (const auto& entry : fs::directory_iterator(from, failed)) {
    if (auto done = duplicate(entry.path(), to / entry.path().filename()); !done) return done;
  }
  return failed ? Result<void>(cannot(from, "cannot be read", failed)) : Result<void>();
}

std::string receipt_text(const Receipt& receipt) {
  return Json{{"name", receipt.name}, {"source", receipt.source.string()}, {"files", receipt.files}}.dump(2) +
         "\n";
}

}  // namespace

std::optional<Receipt> read_receipt(const fs::path& folder, const std::string& name) {
  const auto text = read_file(folder / receipt_name(name), size_limit);
  if (!text) return std::nullopt;
  const auto json = parse_json(*text);
  if (!json || !json->is_object()) return std::nullopt;
  Receipt receipt{name, folder, {}, {}};
  if (const auto source = json->find("source"); source != json->end() && source->is_string()) {
    receipt.source = source->get<std::string>();
  }
  const Json files = json->value("files", Json::array());
  for (const auto& file : files) {
    // A name, never a way out of the folder.
    if (file.is_string() && fs::path(file.get<std::string>()).filename() == file.get<std::string>()) {
      receipt.files.push_back(file.get<std::string>());
    }
  }
  return receipt;
}

fs::path library_of(const Receipt& receipt) { return receipt.folder / library_name(receipt.name); }

Result<void> remove_copy(const Receipt& receipt) {
  const auto receipts = all_receipts(receipt.folder);
  const auto is_shared = [&](const std::string& file) {
    return std::any_of(receipts.begin(), receipts.end(), [&](const Receipt& other) {
      return other.name != receipt.name && names(other, file);
    });
  };
  std::error_code failed;
  for (const auto& file : receipt.files) {
    if (is_shared(file) || file.empty() || file == "." || file == "..") continue;
    fs::remove_all(receipt.folder / file, failed);
    if (failed) return cannot(receipt.folder / file, "cannot be removed", failed);
  }
  fs::remove(receipt.folder / receipt_name(receipt.name), failed);
  if (failed) return cannot(receipt.folder / receipt_name(receipt.name), "cannot be removed", failed);
  return {};
}

ShellCopy::ShellCopy(ShellCopy&& other) noexcept
    : shell_(std::move(other.shell_)),
      workshop_(std::exchange(other.workshop_, {})),
      placed_(std::exchange(other.placed_, {})) {}

Result<ShellCopy> ShellCopy::write(const FoundShell& shell, const Manifest& manifest,
                                   const std::string& manifest_text) {
  const auto folder = user_shell_folder();
  if (!folder)
    return Error{"there is no home folder: set HOME or XDG_DATA_HOME, or give --link", Exit::usage};
  Receipt receipt{shell.name, *folder, shell.library, {library_name(shell.name), manifest_name(shell.name)}};
  receipt.files.insert(receipt.files.end(), manifest.files.begin(), manifest.files.end());
  if (auto free = check_free(receipt); !free) return free.error();
  std::error_code failed;
  fs::create_directories(*folder, failed);
  if (failed) return cannot(*folder, "cannot be made", failed);

  ShellCopy copy;
  std::string workshop = (*folder / ".hermit-XXXXXX").string();
  if (mkdtemp(workshop.data()) == nullptr) {
    return cannot(*folder, "cannot be written", std::error_code(errno, std::generic_category()));
  }
  copy.workshop_ = workshop;
  copy.shell_ = {shell.name, library_of(receipt), *folder / manifest_name(shell.name)};
  if (auto done = copy.fill(shell, receipt, manifest_text); !done) return done.error();
  receipt.files.push_back(receipt_name(shell.name));
  for (const auto& file : receipt.files) {
    if (auto done = copy.put_in_place(file); !done) return done.error();
  }
  return copy;
}

Result<void> ShellCopy::fill(const FoundShell& source, const Receipt& receipt,
                             const std::string& manifest_text) {
  const fs::path fresh = workshop_ / "fresh";
  std::error_code failed;
  for (const char* name : {"fresh", "before"}) {
    fs::create_directory(workshop_ / name, failed);
    if (failed) return cannot(workshop_ / name, "cannot be made", failed);
  }
  if (auto done = duplicate(source.library, fresh / library_name(source.name)); !done) return done;
  // The library and its manifest are the first two.
  for (std::size_t i = 2; i < receipt.files.size(); ++i) {
    const fs::path file = source.library.parent_path() / receipt.files[i];
    if (auto done = duplicate(file, fresh / receipt.files[i]); !done) return done;
  }
  for (const auto& [name, text] : {std::pair{manifest_name(source.name), manifest_text},
                                   std::pair{receipt_name(source.name), receipt_text(receipt)}}) {
    if (auto done = write_file_atomically(fresh / name, text, public_file); !done) return done;
  }
  return {};
}

Result<void> ShellCopy::put_in_place(const std::string& file) {
  const fs::path place = workshop_.parent_path() / file;
  std::error_code failed, missing;
  if (fs::exists(fs::symlink_status(place, missing))) fs::rename(place, workshop_ / "before" / file, failed);
  if (!failed) fs::rename(workshop_ / "fresh" / file, place, failed);
  placed_.push_back(file);
  return failed ? Result<void>(cannot(place, "cannot be written", failed)) : Result<void>();
}

ShellCopy::~ShellCopy() {
  if (workshop_.empty()) return;
  std::error_code none;
  for (const auto& file : placed_) {
    const fs::path before = workshop_ / "before" / file;
    fs::remove_all(workshop_.parent_path() / file, none);
    if (fs::exists(before, none)) fs::rename(before, workshop_.parent_path() / file, none);
  }
  fs::remove_all(workshop_, none);
}

void ShellCopy::keep() {
  std::error_code none;
  fs::remove_all(std::exchange(workshop_, {}), none);
}

}  // namespace hermit
