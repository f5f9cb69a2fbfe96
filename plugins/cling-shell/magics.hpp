// Magics: lines of a cell that begin with % or ! and are meant for the shell, not for the compiler.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hermit/values.hpp"

namespace hermit::cling_shell {

struct Session;
struct Lane;

// A cell after its magics have been carried out.
struct Prepared {
  std::string code;  // with an empty line in place of each magic
  bool is_timed = false;
  std::optional<sdk::UserError> failure;
};

// Carries out the magics of a cell, in order. What they print belongs to the lane's request.
Prepared carry_out_magics(Session& session, Lane& lane, std::string_view code);

// The completions of a line that begins with %, one a line: name, "magic" and help between tabs.
std::string magic_matches(std::string_view line);

}  // namespace hermit::cling_shell
