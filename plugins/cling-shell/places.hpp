// Where the shell finds its own files.
#pragma once

#include <string>

namespace hermit::cling_shell {

// The folder of the headers that cells include. It lies beside the library, and goes where that goes.
std::string header_folder();

// The user's folder for what can be made again, such as precompiled headers; made if need be.
std::string cache_folder();

}  // namespace hermit::cling_shell
