// Bundle: a value's representations, from the C ABI to the JSON of display messages.
#pragma once

#include <string>

#include <hermit/abi.h>

#include "protocol/json.hpp"

namespace hermit {

// A bundle as display_data, execute_result and inspect_reply carry it.
struct BundleJson {
  Json data = Json::object();
  Json metadata = Json::object();
  std::string problem;  // what is wrong with a part that was left out, "" when nothing is
};

// Text is repaired, binary data encoded in base64; a part that is no JSON although it says so is left
// out. `bundle` has passed the checks of host_tables. [any-thread]
BundleJson bundle_json(const hermit_bundle& bundle);

// A user's error from the C ABI, copied, with a name even when the shell gave none.
struct Failure;
Failure failure_from(const hermit_error& error);

}  // namespace hermit
