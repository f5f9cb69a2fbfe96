// Folder: a temporary folder that is gone at the end of a scope, and files in it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace hermit::tests {

class Folder {
 public:
  // Makes a new folder in the system's place for temporary files.
  Folder();
  // Removes it and all that is in it.
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // Writes a file and returns its path.
  std::filesystem::path write(const std::string& name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

}  // namespace hermit::tests
