// FolderWatch: waiting for files that come and go, such as the connection file of a kernel that starts.
#pragma once

#include <chrono>
#include <filesystem>

#include "base/file.hpp"

namespace hermit {

// Watches one folder from its construction on. Used by one thread.
class FolderWatch {
 public:
  explicit FolderWatch(const std::filesystem::path& folder);

  // Waits until a file has come into the folder or gone from it since the last call, or until the descriptor
  // `other` can be read (-1 for none); false when neither has happened by `deadline`.
  bool wait(int other, std::chrono::steady_clock::time_point deadline) const;

 private:
  Descriptor events_;
};

}  // namespace hermit
