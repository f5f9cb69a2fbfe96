// What Clang's parser would accept at a place in a cell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clang.hpp"

namespace hermit::cling_shell {

class Compiler;

// One thing that could stand at the cursor.
struct Suggestion {
  std::string text;
  std::string kind;       // "function", "class", "property" …; see Jupyter's completion types
  std::string signature;  // parameters, and what is returned
  unsigned priority = 0;  // the lower, the likelier
  const clang::NamedDecl* decl = nullptr;
};

// Parses the cell up to the cursor. Leaves the compiler unfit for anything else: only to be called in a copy
// of the process. `begin` and `depth` say where the statement begins that the cursor is in.
std::vector<Suggestion> suggest(Compiler& compiler, std::string_view code, size_t cursor, size_t begin,
                                unsigned depth);

// The name that ends at, or surrounds, the cursor: its first byte and the one after its last.
std::pair<size_t, size_t> name_at(std::string_view code, size_t cursor);

}  // namespace hermit::cling_shell
