// Between the ABI's lent slices and C++ views, and what can be wrong with what a shell gives.
#pragma once

#include <string_view>

#include <hermit/hermit.h>

namespace hermit {

// A view of lent text. NULL with a size is misbehaviour of the shell; it is taken for empty text.
inline std::string_view view(hermit_text text) {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

// Text lent to the other side.
inline hermit_text lend(std::string_view text) { return {text.data(), text.size()}; }

// What is wrong with the form of something that a shell gives (conventions 1 and 5), or NULL.
const char* problem_of(hermit_text text);
const char* problem_of(const hermit_bundle* bundle);
const char* problem_of(const hermit_error* error);
const char* problem_of(const hermit_match* match);
const char* problem_of(const hermit_comm_message* message);

}  // namespace hermit
