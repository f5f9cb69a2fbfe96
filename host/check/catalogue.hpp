// Catalogue: all cases there are.
#pragma once

#include <string_view>
#include <vector>

#include "check/case.hpp"

namespace hermit::check {

// In the order in which they are tried and shown.
const std::vector<Group>& catalogue();

// The case of this name; NULL when there is none.
const Case* find_case(std::string_view name);

// The groups, each in a file of its own.
Group loading_cases();
Group manifest_cases();
Group life_cases();
Group execution_cases();
Group text_cases();
Group output_cases();
Group error_cases();
Group interrupt_cases();
Group input_cases();
Group completion_cases();
Group question_cases();
Group comm_cases();
Group pending_cases();
Group thread_cases();
Group ownership_cases();
Group leak_cases();
Group home_cases();
Group wire_cases();

}  // namespace hermit::check
