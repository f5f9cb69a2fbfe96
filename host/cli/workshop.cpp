#include "cli/workshop.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace hermit {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view beginning = ".hermit-";
constexpr std::string_view pattern = ".hermit-XXXXXX";

// Locks a folder; none when somebody has locked it and `flags` say not to wait, or it cannot be opened.
Descriptor locked(const fs::path& folder, int flags) {
  Descriptor descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!descriptor || flock(descriptor.get(), LOCK_EX | flags) != 0) return {};
  return descriptor;
}

bool is_named_so(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name.size() == pattern.size() && name.starts_with(beginning);
}

}  // namespace

Result<Workshop> Workshop::make(const fs::path& place) {
  std::string folder = (place / pattern).string();
  if (mkdtemp(folder.data()) == nullptr) {
    return Error{place.string() + ": cannot be written: " + std::generic_category().message(errno)};
  }
  // Whoever holds it now looks whether it was left. A file system without locks is no reason not to install.
  return Workshop(folder, locked(folder, 0));
}

std::optional<Workshop> Workshop::take_over(const fs::path& folder) {
  Descriptor lock = locked(folder, LOCK_NB);
  return lock ? std::optional<Workshop>(Workshop(folder, std::move(lock))) : std::nullopt;
}

std::vector<fs::path> Workshop::left_in(const fs::path& place) {
  std::vector<fs::path> left;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(place, none)) {
    const bool is_one = is_named_so(entry.path()) && fs::is_directory(entry.symlink_status(none));
    if (!is_one) continue;
    const bool is_readable = access(entry.path().c_str(), R_OK | X_OK) == 0;
    if (!is_readable || take_over(entry.path())) left.push_back(entry.path());
  }
  std::sort(left.begin(), left.end());
  return left;
}

Workshop::Workshop(Workshop&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}

Result<void> Workshop::remove() {
  const fs::path folder = std::exchange(path_, {});
  std::error_code failed;
  fs::remove_all(folder, failed);
  if (failed) return Error{folder.string() + ": cannot be removed: " + failed.message()};
  return {};
}

}  // namespace hermit
