// Puts a look at the flag of interrupts into the loops of a cell, as if the user had written it there.
//
// What it throws then finds each object's destructor, which what is put in after optimisation (checks.hpp)
// does not in the function of the loop itself. But it keeps loops from being made fast, so only code that is
// not optimised has it.
#pragma once

#include "clang.hpp"

namespace hermit::cling_shell {

// Adds the looks to all that a declaration holds. To be called when it has been parsed, before templates are
// instantiated and before code is generated.
void add_polls(clang::Sema& sema, clang::Decl* decl);

}  // namespace hermit::cling_shell
