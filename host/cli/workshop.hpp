// Workshop: a hidden folder beside the place where something is to be installed. What is new is filled there
// and changes places with what was there before. One that nobody works in any more is left of a program that
// was killed.
#pragma once

#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"

namespace hermit {

// One folder ".hermit-XXXXXX", locked for as long as this process lives or until it is removed.
class Workshop {
 public:
  // Makes one in `place`. The error says why there can be none.
  static Result<Workshop> make(const std::filesystem::path& place);

  // Takes over one whose owner has ended; nothing for any other.
  static std::optional<Workshop> take_over(const std::filesystem::path& folder);

  // Those in `place` whose owner has ended, or that this process may not look into.
  static std::vector<std::filesystem::path> left_in(const std::filesystem::path& place);

  Workshop(Workshop&& other) noexcept;
  Workshop& operator=(Workshop&&) = delete;
  // Leaves the folder where it is.
  ~Workshop() = default;

  // Empty once it was removed, or moved from.
  const std::filesystem::path& path() const { return path_; }
  // Where it was made.
  std::filesystem::path place() const { return path_.parent_path(); }
  // Removes the folder with all that is in it.
  Result<void> remove();

 private:
  Workshop(std::filesystem::path path, Descriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  Descriptor lock_;  // of the folder; the system ends the lock with the process
};

}  // namespace hermit
