// Keeps and cuts source text.
#include "sources.hpp"

#include <fstream>
#include <sstream>

namespace hermit::lua_shell {
namespace {

// Enough for thousands of ordinary cells, little enough for a long session with generated ones.
constexpr size_t most_bytes = size_t{32} << 20;

}  // namespace

std::string Sources::add(const std::string& name, std::string_view code) {
  std::string unique = name;
  const auto first = sources_.find(name);
  if (first != sources_.end() && first->second.code != code) {
    do {
      unique = name + " (" + std::to_string(++first->second.namesakes) + ")";
    } while (sources_.contains(unique));
  }
  if (!sources_.try_emplace(unique, Source{std::string(code)}).second) return unique;
  order_.push_back(unique);
  bytes_ += code.size();
  while (bytes_ > most_bytes && order_.size() > 1) {
    const auto oldest = sources_.find(order_.front());
    bytes_ -= oldest->second.code.size();
    sources_.erase(oldest);
    order_.pop_front();
  }
  return unique;
}

std::string_view Sources::find(std::string_view name) const {
  const auto found = sources_.find(std::string(name));
  return found == sources_.end() ? std::string_view{} : std::string_view{found->second.code};
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
