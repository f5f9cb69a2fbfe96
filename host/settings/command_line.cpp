#include "settings/command_line.hpp"

#include <algorithm>
#include <deque>

#include <CLI/CLI.hpp>

#include "base/text.hpp"

namespace hermit {
namespace {

constexpr std::string_view origin = "on the command line";

// The option's names in CLI11's spelling: "-f,--connection_file,--Interface.connection_file".
std::string option_names(const Setting& setting) {
  std::string names;
  for (const auto& alias : setting.aliases) names += (alias.size() == 1 ? "-" : "--") + alias + ",";
  names += "--" + setting.name;
  if (!std::holds_alternative<bool>(setting.default_value)) return names;
  std::string flags = names;
  for (const auto& alias : setting.aliases) {
    if (alias.size() > 1) flags += ",!--no_" + alias;
  }
  return flags;
}

// The argument with "_" for "-" in its name; values stay as they are.
std::string normalized(std::string argument) {
  if (!argument.starts_with("--")) return argument;
  const auto end =
      argument.begin() + static_cast<std::ptrdiff_t>(std::min(argument.find('='), argument.size()));
  std::replace(argument.begin() + 2, end, '-', '_');
  return argument;
}

Error unknown_argument(const std::string& argument, const Settings& settings) {
  std::string message = "unknown argument \"" + argument + "\"";
  if (argument.starts_with("-")) {
    std::string name = argument.substr(0, argument.find('='));
    name.erase(0, name.find_first_not_of('-'));
    if (const auto near = nearest(name, settings.names()); !near.empty()) {
      message += std::string("; did you mean ") + (near.size() == 1 ? "-" : "--") + near + "?";
    }
  }
  return Error{message, Exit::usage};
}

}  // namespace

Result<void> read_arguments(const std::vector<std::string>& arguments, Settings& settings, Unknown unknown) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  struct Given {
    const Setting* setting;
    CLI::Option* option;
    std::string value;
  };
  std::deque<Given> all;  // CLI11 keeps references into it
  for (const auto& setting : settings.all()) {
    Given& given = all.emplace_back(Given{&setting, nullptr, {}});
    // Taken as text, so that the registry judges it, and the last one counts.
    const auto keep = [&given](const std::string& text) { given.value = text; };
    given.option = std::holds_alternative<bool>(setting.default_value)
                       ? app.add_flag(option_names(setting), given.value, setting.help)
                       : app.add_option_function<std::string>(option_names(setting), keep, setting.help);
    given.option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  std::vector<std::string> reversed;  // as CLI11 wants them
  for (const auto& argument : arguments) reversed.insert(reversed.begin(), normalized(argument));
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return Error{error.what(), Exit::usage};
  }
  if (const auto left = app.remaining(); unknown == Unknown::refuse && !left.empty()) {
    return unknown_argument(left.front(), settings);
  }
  for (const auto& given : all) {
    if (given.option->count() == 0) continue;
    const auto& aliases = given.setting->aliases;
    const std::string& name = aliases.empty() ? given.setting->name : aliases.front();
    if (auto done = settings.set(name, given.value, origin); !done) return done;
  }
  return {};
}

std::string settings_help(const Settings& settings) {
  std::string help;
  for (const auto& setting : settings.all()) {
    if (!setting.available) continue;
    help += "  ";
    for (const auto& alias : setting.aliases) help += (alias.size() == 1 ? "-" : "--") + alias + ", ";
    help += "--" + setting.name + "\n      " + setting.help + "\n";
  }
  return help;
}

}  // namespace hermit
