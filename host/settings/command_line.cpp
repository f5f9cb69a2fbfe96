#include "settings/command_line.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/text.hpp"

namespace hermit {
namespace {

// The first that was asked for counts, in this order.
constexpr std::array<std::pair<Wish, const char*>, 5> wishes{
    {{Wish::help, "--help,-h"},
     {Wish::help_all, "--help_all"},
     {Wish::version, "--version"},
     {Wish::show_config, "--show_config"},
     {Wish::show_config_json, "--show_config_json"}}};

// The option's names in CLI11's spelling: "-f,--connection_file,--Interface.connection_file".
std::string option_names(const Setting& setting) {
  std::string names = option_name(setting.name);
  std::string denied = "!--no_" + setting.name;
  for (const auto& alias : setting.aliases) {
    names += "," + option_name(alias);
    if (alias.size() > 1) denied += ",!--no_" + alias;
  }
  return std::holds_alternative<bool>(setting.default_value) ? names + "," + denied : names;
}

// The argument with "_" for "-" in its name; values stay as they are.
std::string normalized(std::string argument) {
  if (!argument.starts_with("--")) return argument;
  const auto end =
      argument.begin() + static_cast<std::ptrdiff_t>(std::min(argument.find('='), argument.size()));
  std::replace(argument.begin() + 2, end, '-', '_');
  return argument;
}

// The flag that an argument stands behind as if it were its value; "" for none.
std::string flag_before(const std::string& argument, const std::vector<std::string>& arguments,
                        const Settings& settings) {
  const auto found = std::find(arguments.begin(), arguments.end(), argument);
  if (argument.starts_with("-") || found == arguments.begin() || found == arguments.end()) return "";
  std::string name = normalized(*(found - 1));
  name.erase(0, std::min(name.find_first_not_of('-'), name.size()));
  const Setting* setting = settings.find(name);
  const bool is_flag = setting != nullptr && std::holds_alternative<bool>(setting->default_value);
  return is_flag ? *(found - 1) : "";
}

Error unknown_argument(const std::string& argument, const std::vector<std::string>& arguments,
                       const Settings& settings) {
  if (argument.empty()) {
    return Error{"an argument is empty; what is on or off has no \"=\" with nothing behind it", Exit::usage};
  }
  std::string message = "unknown argument \"" + argument + "\"";
  if (const auto flag = flag_before(argument, arguments, settings); !flag.empty()) {
    message += "; " + flag + " is true or false, and takes that behind an \"=\": " + flag + "=false";
  }
  if (argument.starts_with("-")) {
    std::string name = normalized(argument.substr(0, argument.find('=')));
    name.erase(0, name.find_first_not_of('-'));
    std::vector<std::string> known = settings.names();
    for (const auto& [wish, names] : wishes) known.push_back(std::string(names).substr(2));
    if (const auto near = nearest(name, known); !near.empty()) {
      message += "; did you mean " + option_name(near) + "?";
    }
  }
  return Error{message, Exit::usage};
}

// A setting, and what CLI11 has read for it.
struct Given {
  const Setting* setting;
  CLI::Option* option;
  std::string value;
};

// Adds an option for each setting. CLI11 keeps references into what it returns.
std::deque<Given> add_options(CLI::App& app, const Settings& settings) {
  std::deque<Given> all;
  for (const auto& setting : settings.all()) {
    Given& given = all.emplace_back(Given{&setting, nullptr, {}});
    // Taken as text, so that the registry judges it, and the last one counts.
    const auto keep = [&given](const std::string& text) { given.value = text; };
    given.option = std::holds_alternative<bool>(setting.default_value)
                       ? app.add_flag(option_names(setting), given.value, setting.help)
                       : app.add_option_function<std::string>(option_names(setting), keep, setting.help);
    given.option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  return all;
}

}  // namespace

std::vector<std::string> with_empty_values(const std::vector<std::string>& arguments) {
  std::vector<std::string> split;
  for (const auto& argument : arguments) {
    const bool is_empty = argument.starts_with("--") && argument.find('=') == argument.size() - 1;
    split.push_back(is_empty ? argument.substr(0, argument.size() - 1) : argument);
    if (is_empty) split.emplace_back();
  }
  return split;
}

Result<Wish> read_arguments(const std::vector<std::string>& arguments, Settings& settings, Unknown unknown) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  const std::deque<Given> all = add_options(app, settings);
  std::vector<std::pair<Wish, CLI::Option*>> asked;
  for (const auto& [wish, names] : wishes) asked.emplace_back(wish, app.add_flag(names));
  std::vector<std::string> reversed;  // as CLI11 wants them
  for (const auto& argument : with_empty_values(arguments))
    reversed.insert(reversed.begin(), normalized(argument));
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return Error{error.what(), Exit::usage};
  }
  const auto found =
      std::find_if(asked.begin(), asked.end(), [](const auto& each) { return each.second->count() > 0; });
  const Wish wish = found == asked.end() ? Wish::none : found->first;
  if (wish == Wish::help || wish == Wish::version) return wish;
  if (const auto left = app.remaining(); unknown == Unknown::refuse && !left.empty()) {
    // As it was typed.
    const auto typed = std::find_if(arguments.begin(), arguments.end(), [&](const auto& argument) {
      return normalized(argument) == left.front();
    });
    return unknown_argument(typed == arguments.end() ? left.front() : *typed, arguments, settings);
  }
  for (const auto& given : all) {
    if (given.option->count() == 0) continue;
    const auto& aliases = given.setting->aliases;
    const std::string& name = aliases.empty() ? given.setting->name : aliases.front();
    const Origin origin{Source::command_line, option_name(name)};
    if (auto done = settings.set(name, given.value, origin); !done) return done.error();
  }
  return wish;
}

}  // namespace hermit
