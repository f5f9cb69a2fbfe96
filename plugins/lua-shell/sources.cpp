// Keeps and cuts source text.
#include "sources.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace hermit::lua_shell {
namespace {

// Enough for thousands of ordinary cells, little enough for a long session with generated ones.
constexpr size_t most_bytes = size_t{32} << 20;

}  // namespace

void Sources::remember(std::string_view name, std::string_view code) {
  const auto same =
      std::find_if(list_.begin(), list_.end(), [&](const Source& it) { return it.name == name; });
  if (same != list_.end()) {
    bytes_ -= same->code.size();
    list_.erase(same);
  }
  bytes_ += code.size();
  list_.push_back({std::string(name), std::string(code)});
  while (bytes_ > most_bytes && list_.size() > 1) {
    bytes_ -= list_.front().code.size();
    list_.pop_front();
  }
}

std::string_view Sources::find(std::string_view name) const {
  // From the end: the cells asked about are mostly recent.
  const auto found =
      std::find_if(list_.rbegin(), list_.rend(), [&](const Source& it) { return it.name == name; });
  return found == list_.rend() ? std::string_view{} : std::string_view{found->code};
}

std::string cell_name(unsigned long long execution_count) {
  return "cell [" + std::to_string(execution_count) + "]";
}

std::string_view line_of(std::string_view code, int number) {
  for (; number > 1; --number) {
    const size_t end = code.find('\n');
    if (end == std::string_view::npos) return {};
    code.remove_prefix(end + 1);
  }
  if (number < 1) return {};
  code = code.substr(0, code.find('\n'));
  if (!code.empty() && code.back() == '\r') code.remove_suffix(1);
  return code;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  return text.str();
}

}  // namespace hermit::lua_shell
