// Exports: the symbols that a library defines for others, read from what the loader has made of it.
#pragma once

#include <string>
#include <vector>

namespace hermit::check {

// Those of a library that dlopen() gave. Without weak and unique ones: what a C++ compiler makes of templates
// has to be shared. [any-thread]
std::vector<std::string> strong_exports(void* library);

}  // namespace hermit::check
