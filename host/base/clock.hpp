// Clock: dates as the Jupyter protocol writes them.
#pragma once

#include <string>

namespace hermit {

// The time now in UTC as ISO 8601 with microseconds, such as "2024-05-01T12:00:00.123456Z".
// Jupyter messaging: "General Message Format", header.date. [any-thread]
std::string utc_now();

}  // namespace hermit
