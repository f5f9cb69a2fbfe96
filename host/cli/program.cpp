#include "cli/program.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>
#include <system_error>

namespace hermit {

namespace fs = std::filesystem;

fs::path program_path() {
  std::error_code failed;
  return fs::read_symlink("/proc/self/exe", failed);
}

fs::path kernelspec_data() { return program_path().parent_path().parent_path() / "share/hermit/kernelspecs"; }

fs::path template_data() { return program_path().parent_path().parent_path() / "share/hermit/templates"; }

bool is_executable(const fs::path& file) {
  std::error_code failed;
  return fs::is_regular_file(file, failed) && access(file.c_str(), X_OK) == 0;
}

std::optional<fs::path> program_on_path(const std::string& name) {
  const char* listed = std::getenv("PATH");
  std::string_view rest = listed == nullptr ? "" : listed;
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    fs::path file = fs::path(rest.substr(0, colon)) / name;
    if (is_executable(file)) return file;
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
  }
  return std::nullopt;
}

int report(const Error& error) {
  std::cerr << "hermit: " << error.message << '\n';
  return static_cast<int>(error.exit);
}

}  // namespace hermit
