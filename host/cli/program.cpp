#include "cli/program.hpp"

#include <iostream>
#include <system_error>

namespace hermit {

std::filesystem::path program_path() {
  std::error_code failed;
  return std::filesystem::read_symlink("/proc/self/exe", failed);
}

std::filesystem::path kernelspec_data() {
  return program_path().parent_path().parent_path() / "share/hermit/kernelspecs";
}

int report(const Error& error) {
  std::cerr << "hermit: " << error.message << '\n';
  return static_cast<int>(error.exit);
}

}  // namespace hermit
