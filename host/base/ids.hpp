// Ids: names that nobody else has.
#pragma once

#include <cstddef>
#include <string>

namespace hermit {

// A random UUID (version 4), such as "1b4e28ba-2fa1-41d2-883f-0016d3cca427". Unguessable: also used
// for keys. Throws std::system_error when the system has no random numbers. [any-thread]
std::string random_uuid();

}  // namespace hermit
