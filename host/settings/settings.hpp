// Settings: the one typed registry of what can be set (I2). It knows names, types, limits and where a
// value came from; the command line is read in command_line.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace hermit {

using Value = std::variant<bool, std::int64_t, double, std::string>;

// What can be set. The type of the default is the type of every value.
struct Setting {
  std::string name;                  // long and dotted, such as "Interface.shell_class"
  std::vector<std::string> aliases;  // short names; one of one letter is written with one dash
  Value default_value;
  std::string help;
  std::vector<std::string> choices = {};                            // of a text; empty for any
  std::optional<std::pair<std::int64_t, std::int64_t>> range = {};  // of a number, both ends included
  bool available = true;                                            // false: refused when it is set
};

// One thread, until everything has been set; read only after that.
class Settings {
 public:
  // Adds a setting. Its names must be new.
  void declare(Setting setting);

  // The setting with this long name or alias ("-" and "_" are the same), or NULL.
  const Setting* find(std::string_view name) const;
  const std::vector<Setting>& all() const { return settings_; }
  // Every name and alias, for finding the nearest to a wrong one.
  std::vector<std::string> names() const;

  // Sets a value from text. `origin` says where the text stands, such as "on the command line". The
  // error names the setting, the origin and what would be right.
  Result<void> set(std::string_view name, std::string_view text, std::string_view origin);

  // True when a value was set, be it the default's.
  bool is_set(std::string_view name) const;

  // The value that was set, else the default. The setting must have been declared with this type.
  const Value& value(std::string_view name) const;
  const std::string& text(std::string_view name) const { return std::get<std::string>(value(name)); }
  std::int64_t integer(std::string_view name) const { return std::get<std::int64_t>(value(name)); }
  bool flag(std::string_view name) const { return std::get<bool>(value(name)); }

 private:
  std::vector<Setting> settings_;
  std::map<std::string, Value, std::less<>> values_;  // by long name
};

}  // namespace hermit
