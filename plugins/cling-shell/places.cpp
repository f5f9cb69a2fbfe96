// The library knows its own path; all else follows from it.
#include "places.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>

namespace hermit::cling_shell {

std::string header_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<void*>(&header_folder), &info) == 0) return "";
  std::error_code error;
  const auto library = std::filesystem::canonical(info.dli_fname, error);
  return (library.parent_path() / "cpp/include").string();
}

std::string cache_folder() {
  const char* given = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  std::filesystem::path folder = given != nullptr && *given == '/' ? given
                                 : home != nullptr                 ? std::filesystem::path(home) / ".cache"
                                                                   : std::filesystem::temp_directory_path();
  folder /= "hermit/cpp";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  return folder.string();
}

}  // namespace hermit::cling_shell
