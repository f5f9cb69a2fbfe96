// WrongValue: what an error says of a value that is none of the setting's.
#pragma once

#include <string>
#include <string_view>

#include "settings/setting.hpp"

namespace hermit {

// To follow "has to be a list of texts, ": "and entry 2 is 7", or "not 7" of what is wrong as a whole.
// [any-thread]
std::string wrong_text(const Setting& setting, std::string_view text);
std::string wrong_json(const Setting& setting, const Json& value);

}  // namespace hermit
