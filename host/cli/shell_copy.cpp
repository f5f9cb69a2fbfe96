#include "cli/shell_copy.hpp"

#include <algorithm>
#include <system_error>
#include <tuple>
#include <utility>

#include "base/file.hpp"
#include "protocol/json.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t size_limit = 1 << 20;  // of a receipt
constexpr std::size_t library_limit = std::size_t{1} << 31;
constexpr unsigned public_file = 0644;
constexpr unsigned executable_bits = 0111;
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

// Copies files, and folders with all that is in them. Unlike std::filesystem it tells what is wrong with a
// disk.
class Duplicator {
 public:
  Result<void> copy(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    const auto status = fs::status(from, failed);
    if (failed) return cannot(from, "cannot be copied", failed);
    if (fs::is_directory(status)) return copy_folder(from, to);
    const auto bytes = read_file(from, library_limit);
    if (!bytes) return bytes.error();
    const auto executable = static_cast<unsigned>(status.permissions()) & executable_bits;
    return write_file_atomically(to, *bytes, public_file | executable);
  }

 private:
  Result<void> copy_folder(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    const fs::path real = fs::canonical(from, failed);
    if (failed) return cannot(from, "cannot be copied", failed);
    if (std::find(around_.begin(), around_.end(), real) != around_.end()) {
      return Error{from.string() + ": cannot be copied: it is a symbolic link to " + real.string() +
                   ", which it lies in"};
    }
    fs::create_directory(to, failed);
    if (failed) return cannot(to, "cannot be made", failed);
    if (const auto copy = fs::canonical(to, failed).string(); copy.starts_with(real.string() + "/")) {
      return Error{from.string() + ": cannot be copied into itself, to " + copy};
    }
    around_.push_back(real);
    for (const auto& entry : fs::directory_iterator(from, failed)) {
      if (auto done = copy(entry.path(), to / entry.path().filename()); !done) return done;
    }
    around_.pop_back();
    return failed ? Result<void>(cannot(from, "cannot be read", failed)) : Result<void>();
  }

  std::vector<fs::path> around_;  // the folders that are being copied, without links, the outermost first
};

std::string receipt_text(const Receipt& receipt) {
  return Json{{"name", receipt.name}, {"source", receipt.source.string()}, {"files", receipt.files}}.dump(2) +
         "\n";
}

// Has a file of the workshop change places with what is there now, if anything is. Killed in between,
// roll_back() still finds out how far it came: what is in neither place nor "fresh" was never there.
Result<void> put_in_place(const Workshop& workshop, const std::string& file) {
  const fs::path place = workshop.place() / file;
  std::error_code failed, missing;
  if (fs::exists(fs::symlink_status(place, missing)))
    fs::rename(place, workshop.path() / "before" / file, failed);
  if (!failed) fs::rename(workshop.path() / "fresh" / file, place, failed);
  return failed ? Result<void>(cannot(place, "cannot be written", failed)) : Result<void>();
}

// Takes a file back, whether it was put in place or not: to be repeated when it was killed.
Result<void> take_back(const Workshop& workshop, const std::string& file) {
  const fs::path place = workshop.place() / file;
  const fs::path fresh = workshop.path() / "fresh" / file, before = workshop.path() / "before" / file;
  std::error_code failed, missing;
  const auto is_there = [&](const fs::path& path) { return fs::exists(fs::symlink_status(path, missing)); };
  if (!is_there(fresh) && is_there(place)) fs::rename(place, fresh, failed);
  if (!failed && is_there(before)) fs::rename(before, place, failed);
  return failed ? Result<void>(cannot(place, "cannot be put back", failed)) : Result<void>();
}

// Takes back all that the receipt in "fresh" names; without one the copy is complete, or was never begun.
Result<void> roll_back(const Workshop& workshop) {
  for (const auto& receipt : all_receipts(workshop.path() / "fresh")) {
    for (const auto& file : receipt.files) {
      if (auto done = take_back(workshop, file); !done) return done;
    }
    if (auto done = take_back(workshop, receipt_name(receipt.name)); !done) return done;
  }
  return {};
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
    const std::string text = file.is_string() ? file.get<std::string>() : "";
    if (!text.empty() && text != "." && text != ".." && text.find('/') == std::string::npos) {
      receipt.files.push_back(text);
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
    if (is_shared(file)) continue;
    fs::remove_all(receipt.folder / file, failed);
    if (failed) return cannot(receipt.folder / file, "cannot be removed", failed);
  }
  fs::remove(receipt.folder / receipt_name(receipt.name), failed);
  if (failed) return cannot(receipt.folder / receipt_name(receipt.name), "cannot be removed", failed);
  return {};
}

Result<ShellCopy> ShellCopy::write(const FoundShell& shell, const Manifest& manifest,
                                   const std::string& manifest_text) {
  const auto folder = user_shell_folder();
  if (!folder)
    return Error{"there is no home folder: set HOME or XDG_DATA_HOME, or give --link", Exit::usage};
  if (auto ended = end_left_copies(*folder); !ended) return ended.error();
  Receipt receipt{shell.name, *folder, shell.library, {library_name(shell.name), manifest_name(shell.name)}};
  receipt.files.insert(receipt.files.end(), manifest.files.begin(), manifest.files.end());
  if (auto free = check_free(receipt); !free) return free.error();
  std::error_code failed;
  fs::create_directories(*folder, failed);
  if (failed) return cannot(*folder, "cannot be made", failed);

  auto workshop = Workshop::make(*folder);
  if (!workshop) return workshop.error();
  ShellCopy copy({shell.name, library_of(receipt), *folder / manifest_name(shell.name)},
                 std::move(*workshop));
  if (auto done = copy.fill(shell, receipt, manifest_text); !done) return done.error();
  receipt.files.push_back(receipt_name(shell.name));  // the last one: with it the copy is complete
  for (const auto& file : receipt.files) {
    if (auto done = put_in_place(copy.workshop_, file); !done) return done.error();
  }
  return copy;
}

Result<void> ShellCopy::fill(const FoundShell& source, const Receipt& receipt,
                             const std::string& manifest_text) {
  const fs::path fresh = workshop_.path() / "fresh";
  std::error_code failed;
  for (const char* name : {"fresh", "before"}) {
    fs::create_directory(workshop_.path() / name, failed);
    if (failed) return cannot(workshop_.path() / name, "cannot be made", failed);
  }
  Duplicator duplicator;
  if (auto done = duplicator.copy(source.library, fresh / library_name(source.name)); !done) return done;
  // The library and its manifest are the first two.
  for (std::size_t i = 2; i < receipt.files.size(); ++i) {
    const fs::path file = source.library.parent_path() / receipt.files[i];
    if (auto done = duplicator.copy(file, fresh / receipt.files[i]); !done) return done;
  }
  for (const auto& [name, text] : {std::pair{manifest_name(source.name), manifest_text},
                                   std::pair{receipt_name(source.name), receipt_text(receipt)}}) {
    if (auto done = write_file_atomically(fresh / name, text, public_file); !done) return done;
  }
  return {};
}

ShellCopy::~ShellCopy() {
  if (workshop_.path().empty()) return;
  // Nobody is there to hear of what goes wrong. What cannot be put back stays in the workshop, for doctor.
  const bool is_undone = take_back(workshop_, receipt_name(shell_.name)) && roll_back(workshop_);
  if (is_undone) std::ignore = workshop_.remove();
}

void ShellCopy::keep() { std::ignore = workshop_.remove(); }

Result<void> end_left_copies(const fs::path& folder) {
  for (const auto& left : Workshop::left_in(folder)) {
    auto workshop = Workshop::take_over(left);
    if (!workshop) return Error{left.string() + ": may not be read"};
    if (auto done = roll_back(*workshop); !done) return done;
    if (auto done = workshop->remove(); !done) return done;
  }
  return {};
}

}  // namespace hermit
