// ConfigFile: settings from JSON (I2): a configuration file, or an object that an embedding program hands
// over.
//
//   {"log_level": "info", "Shell.timeout": 30, "LuaShell": {"table_depth": 3}}
//
// A name is any that a setting has; those with a dot may be written as an object in an object.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "settings/settings.hpp"

namespace hermit {

// How many bytes a configuration file may have.
inline constexpr std::size_t config_size_limit = std::size_t{1} << 20;

// How deep its objects and lists may lie in each other.
inline constexpr int config_depth_limit = 32;

// Which names may be unknown.
enum class Unknown {
  refuse,  // an unknown name is an error that gives the nearest known one
  skip,    // it is left for a later reading, when more settings have been declared
};

// Reads a configuration file: one JSON object in UTF-8, no key twice in the same object. The error names the
// file, and the line of what is no JSON.
Result<Json> read_config_file(const std::filesystem::path& file);

// The same from a text; the error begins with what is wrong: "has the key /timeout twice".
Result<Json> parse_config(std::string_view text);

// Sets what `object` says. The errors begin with the origin's place, if it has one, and a JSON pointer. A
// setting that stands in the object twice, under two of its names, is an error. Names that the settings
// tolerate are passed over.
Result<void> read_settings(const Json& object, Settings& settings, const Origin& origin, Unknown unknown);

}  // namespace hermit
