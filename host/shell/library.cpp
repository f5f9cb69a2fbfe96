#include "shell/library.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>

#include <boost/dll/shared_library.hpp>

#include "base/file.hpp"
#include "shell/elf_file.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

// A manifest holds a page of text; more is not one.
constexpr std::size_t manifest_size_limit = 1 << 20;

Error bad_shell(const std::string& origin, const std::string& problem) {
  return Error{origin + ": " + problem, Exit::bad_shell};
}

std::string version(std::uint32_t major, std::uint32_t minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

// That of the first release: later ones add fields behind these.
constexpr std::size_t smallest_entry =
    offsetof(hermit_shell_entry_type, shell) + sizeof(hermit_shell_entry_type::shell);

// From 1.0 on a shell that is newer than the host is welcome too: tables do not change, and what it cannot do
// without stands in its manifest.
bool has_this_abi(const hermit_shell_entry_type& entry) {
  return entry.abi_major == HERMIT_ABI_MAJOR && (HERMIT_ABI_MAJOR > 0 || entry.abi_minor == HERMIT_ABI_MINOR);
}

// The dynamic linker's own message out of what Boost wraps around it, without the file's name, which our
// line begins with.
std::string reason(const std::exception& error, const fs::path& path) {
  std::string text = error.what();
  constexpr std::string_view before = "dlerror system message: ";
  if (const auto begin = text.find(before); begin != std::string::npos) {
    text.erase(0, begin + before.size());
    text.erase(std::min(text.rfind("): "), text.size()));
  }
  if (const std::string file = path.string() + ": "; text.starts_with(file)) text.erase(0, file.size());
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

Result<void> check_entry(const hermit_shell_entry_type& entry, const std::string& origin) {
  if (!has_this_abi(entry)) {
    return bad_shell(origin, "was built for version " + version(entry.abi_major, entry.abi_minor) +
                                 " of the shell ABI; this host has version " +
                                 version(HERMIT_ABI_MAJOR, HERMIT_ABI_MINOR));
  }
  if (entry.size < smallest_entry) {
    return bad_shell(origin, "its entry has " + std::to_string(entry.size) + " bytes; this host expects " +
                                 std::to_string(smallest_entry));
  }
  if (entry.reserved != 0) {
    return bad_shell(origin, "its entry has " + std::to_string(entry.reserved) +
                                 " in the field \"reserved\"; this host expects 0");
  }
  if (entry.manifest == nullptr || entry.shell == nullptr) {
    return bad_shell(origin, "its entry has no manifest or no table of functions");
  }
  const hermit_shell_table& table = *entry.shell;
  if (table.create == nullptr || table.destroy == nullptr || table.execute == nullptr ||
      table.extension == nullptr) {
    return bad_shell(origin, "its table lacks one of the functions create, destroy, execute and extension");
  }
  return {};
}

Result<const hermit_shell_entry_type*> load_library(const fs::path& path) {
  if (auto whole = check_whole(path); !whole) return bad_shell(path.string(), whole.error().message);
  // RTLD_LOCAL is the default: two shells with symbols of one name do not meet.
  boost::dll::fs::error_code failed;
  auto library = std::make_unique<boost::dll::shared_library>();
  try {
    library->load(boost::dll::fs::path(path.string()), boost::dll::load_mode::rtld_now);
  } catch (const std::exception& error) {
    return bad_shell(path.string(), "cannot be loaded as a shared library: " + reason(error, path));
  }
  if (!library->has(HERMIT_SHELL_ENTRY)) {
    return bad_shell(path.string(), "is no Hermit shell: it does not export \"" HERMIT_SHELL_ENTRY "\"");
  }
  const auto& entry = library->get<const hermit_shell_entry_type>(HERMIT_SHELL_ENTRY);
  // Never unloaded, see the header; and never destroyed with the process's other globals.
  static auto& loaded = *new std::deque<std::unique_ptr<boost::dll::shared_library>>();
  static std::mutex mutex;
  {
    const std::lock_guard guard(mutex);
    loaded.push_back(std::move(library));
  }

  if (auto checked = check_entry(entry, path.string()); !checked) return checked.error();
  return &entry;
}

Result<std::string> manifest_text(const FoundShell& shell) {
  std::error_code none;
  if (fs::exists(shell.manifest, none)) {
    auto text = read_file(shell.manifest, manifest_size_limit);
    if (!text) return Error{text.error().message, Exit::bad_shell};
    return text;
  }
  const auto entry = load_library(shell.library);
  if (!entry) return entry.error();
  return std::string((*entry)->manifest);
}

Result<Manifest> read_manifest(const FoundShell& shell) {
  const auto text = manifest_text(shell);
  if (!text) return text.error();
  auto manifest = parse_manifest(*text);
  if (!manifest)
    return Error{shell.library.string() + ": " + manifest.error().message, manifest.error().exit};
  return manifest;
}

}  // namespace hermit
