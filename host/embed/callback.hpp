// Callback: a call out of Hermit into the embedding program.
#pragma once

#include <exception>

#include "base/log.hpp"

namespace hermit::embed {

// Set while the thread is in a call of the program's: there it must not wait for the kernel.
inline thread_local bool in_callback = false;

// Calls a function of the program's. What it throws, which it must not, is logged under its `name`.
template <class Call>
void call_program(const char* name, Call call) {
  struct Inside {
    Inside() { in_callback = true; }
    ~Inside() { in_callback = before; }
    const bool before = in_callback;
  } const inside;
  try {
    call();
  } catch (const std::exception& error) {
    log::error("the program's function \"{}\" has thrown: {}", name, error.what());
  } catch (...) {
    log::error("the program's function \"{}\" has thrown", name);
  }
}

}  // namespace hermit::embed
