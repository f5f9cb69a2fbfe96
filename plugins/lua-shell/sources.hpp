// The text of cells that have run, so that tracebacks and inspection can show it.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hermit::lua_shell {

// Guarded by the state's lock.
class Sources {
 public:
  // Keeps the code of a cell and returns the name of its chunk: `name`, such as "cell [3]", with a number
  // added when other code has that name. When very much has come together, the oldest cells are forgotten.
  std::string add(const std::string& name, std::string_view code);

  // The code of a chunk; "" when it is not known. Lent until the next call of add().
  std::string_view find(std::string_view name) const;

 private:
  struct Source {
    std::string code;
    unsigned namesakes = 1;  // how many have been given this name, with numbers
  };

  std::unordered_map<std::string, Source> sources_;  // by name
  std::deque<std::string> order_;                    // their names, the oldest first
  size_t bytes_ = 0;
};

// Line `number` (from 1) of `code`, without its end; "" when there is none.
std::string_view line_of(std::string_view code, int number);

// The text of a file, or "" when it cannot be read or is no source text.
std::string read_file(const std::string& path);

}  // namespace hermit::lua_shell
