// The text of cells that have run, so that tracebacks and inspection can show it.
#pragma once

#include <deque>
#include <string>
#include <string_view>

namespace hermit::lua_shell {

// Guarded by the state's lock.
class Sources {
 public:
  // Keeps the code of a cell under the name of its chunk, such as "cell [3]". When very much has come
  // together, the oldest cells are forgotten.
  void remember(std::string_view name, std::string_view code);

  // The code of a cell; "" when it is not known. Lent until the next call of remember().
  std::string_view find(std::string_view name) const;

 private:
  struct Source {
    std::string name;
    std::string code;
  };

  std::deque<Source> list_;
  size_t bytes_ = 0;
};

// The name of the chunk of a cell, as errors show it.
std::string cell_name(unsigned long long execution_count);

// Line `number` (from 1) of `code`, without its end; "" when there is none.
std::string_view line_of(std::string_view code, int number);

// The text of a file, or "" when it cannot be read or is no source text.
std::string read_file(const std::string& path);

}  // namespace hermit::lua_shell
