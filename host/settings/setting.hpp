// Setting: one thing that can be set, and what is a value of it (I2). Which settings there are, and what they
// were set to, is known to the registry in settings.hpp.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

namespace hermit {

using Json = nlohmann::json;

using Value = std::variant<bool, std::int64_t, double, std::string, Json>;

// The ends of what a number may be, both included.
struct Range {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
};

// What the JSON value of a setting has to look like.
struct Shape {
  const char* what;  // follows "has to be"
  bool (*fits)(const Json& value);
};

// What can be set. The type of the default is the type of every value.
struct Setting {
  std::string name;                  // long and dotted, such as "Interface.shell_class"
  std::vector<std::string> aliases;  // short names; one of one letter is written with one dash
  Value default_value;
  std::string help = {};                  // sentences, in plain text
  std::vector<std::string> choices = {};  // of a text; empty for any
  Range range = {};                       // of a number
  bool available = true;                  // false: refused when it is set
  const Shape* shape = nullptr;           // of a JSON value; lives as long as the program
  bool is_path = false;                   // of a text: the path of a file
  bool in_config_file = true;             // false: refused in a configuration file
  std::string page = {};                  // where docs/ tells more, such as "isolation.md"
};

// A name as it is written on the command line: "--log_level", "-f". [any-thread]
std::string option_name(const std::string& name);

// All names of a setting so, each between `before` and `after`: "--connection_file, -f,
// --Interface.connection_file". [any-thread]
std::string option_list(const Setting& setting, const std::string& before = "",
                        const std::string& after = "");

// What a value looks like, to follow "has to be": "a whole number from 0 to 65535". [any-thread]
std::string expected(const Setting& setting);

// The value that a text stands for, on the command line or in the environment; nothing when it is none of
// this setting's. [any-thread]
std::optional<Value> value_from_text(const Setting& setting, std::string_view text);

// The value that a JSON value stands for. Types have to be right: "5" is no number, and 5 no text.
// [any-thread]
std::optional<Value> value_from_json(const Setting& setting, const Json& value);

// A value in JSON. [any-thread]
Json json_of(const Value& value);

// A value as it is written on the command line: text as it is, all else as JSON. [any-thread]
std::string text_of(const Value& value);

// JSON on one line; ill-formed UTF-8 in it is replaced by U+FFFD. [any-thread]
std::string one_line(const Json& value);

}  // namespace hermit
