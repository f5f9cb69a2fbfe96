// Settings: the one typed registry of what can be set (I2): the settings, their values, and where each value
// came from. The places that values come from have files of their own: config_file, environment,
// command_line.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "settings/setting.hpp"

namespace hermit {

// Where a value comes from. Of two values the one from the later source counts, whichever was set first; of
// two from the same source the last one.
enum class Source { standard, config_file, environment, command_line, program };

// Where one value stands.
struct Origin {
  Source source = Source::program;  // an embedding program, which needs no place
  // As its user writes it: "--log_level", "HERMIT_LOG_LEVEL", or "/home/me/hermit.json:
  // /Interface/log_level".
  std::string place = {};
};

// Names a source in words: "default", "config file", "environment", "command line", "program".
std::string_view source_name(Source source);

// One thread, until everything has been set; read only after that.
class Settings {
 public:
  // Adds a setting. Its names must be new.
  void declare(Setting setting);

  // Says which long names are the settings of others, such as those of shells that do not run now. Where
  // several kernels are set together, in a configuration file and in the environment, they are no error.
  // `names` is asked at most once, when there is such a name.
  void tolerate(std::function<std::vector<std::string>()> names) { ask_others_ = std::move(names); }
  // The names that tolerate() has told of.
  const std::vector<std::string>& others();

  // The setting with this long name or alias ("-" and "_" are the same), or NULL.
  const Setting* find(std::string_view name) const;
  const std::vector<Setting>& all() const { return settings_; }
  // Every name and alias, for finding the nearest to a wrong one.
  std::vector<std::string> names() const;

  // Sets a value from text, or from JSON: for a program that embeds the kernel, any name and no place will
  // do. The value is checked even when one from a later source is kept. The error is one line that names the
  // setting, its place and what would be right, for an unknown name the nearest one.
  Result<void> set(std::string_view name, std::string_view text, const Origin& origin = {});
  Result<void> set_json(std::string_view name, const Json& value, const Origin& origin = {});

  // True when a value was set, be it the default's.
  bool is_set(std::string_view name) const;

  // The value that was set, else the default. The setting must have been declared with this type.
  const Value& value(std::string_view name) const;
  const std::string& text(std::string_view name) const { return std::get<std::string>(value(name)); }
  std::int64_t integer(std::string_view name) const { return std::get<std::int64_t>(value(name)); }
  double number(std::string_view name) const { return std::get<double>(value(name)); }
  bool flag(std::string_view name) const { return std::get<bool>(value(name)); }
  const Json& json(std::string_view name) const { return std::get<Json>(value(name)); }

  // Where the value came from. The setting must have been declared.
  Origin origin(std::string_view name) const;

 private:
  struct Set {
    Value value;
    Origin origin;
  };

  Result<const Setting*> settable(std::string_view name, const Origin& origin) const;
  Result<void> keep(const Setting& setting, std::optional<Value> value, const std::string& given,
                    const std::string& subject, const Origin& origin);

  std::vector<Setting> settings_;
  std::map<std::string, Set, std::less<>> values_;  // by long name
  std::function<std::vector<std::string>()> ask_others_;
  std::optional<std::vector<std::string>> others_;
};

// For the error of an unknown name: "; did you mean x?" with the nearest of `names`, and `before` before it;
// nothing when none is near. [any-thread]
std::string did_you_mean(std::string_view name, const std::vector<std::string>& names,
                         std::string_view before = {});

// What an error begins with: the setting and its place. [any-thread]
std::string subject(std::string_view name, const Origin& origin);

}  // namespace hermit
