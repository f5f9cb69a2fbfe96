#include "settings/environment.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <vector>

namespace hermit {
namespace {

constexpr std::string_view prefix = "HERMIT_";

// Begins as settings do, and is none: docs/cli.md, "How a shell is found".
constexpr std::string_view shell_path = "HERMIT_SHELL_PATH";

std::vector<std::string> variable_names(const std::vector<std::string>& names) {
  std::vector<std::string> variables;
  for (const auto& name : names) {
    if (name.size() > 1) variables.push_back(variable_name(name));
  }
  return variables;
}

// The name of the setting that a variable stands for.
std::optional<std::string> setting_of(std::string_view variable, const Settings& settings) {
  for (const auto& name : settings.names()) {
    if (name.size() > 1 && variable_name(name) == variable) return name;
  }
  return std::nullopt;
}

Result<void> check_unknown(const std::string& variable, Settings& settings) {
  const auto others = variable_names(settings.others());
  if (std::find(others.begin(), others.end(), variable) != others.end()) return {};
  // All begin alike, which makes none of them alike.
  auto known = variable_names(settings.names());
  known.insert(known.end(), others.begin(), others.end());
  for (auto& name : known) name.erase(0, prefix.size());
  const std::string hint = did_you_mean(std::string_view(variable).substr(prefix.size()), known, prefix);
  if (hint.empty()) return {};
  const Origin origin{Source::environment, variable};
  return Error{subject(variable, origin) + ": there is no such setting" + hint, Exit::usage};
}

}  // namespace

std::string variable_name(std::string_view name) {
  std::string variable(prefix);
  for (const char c : name) {
    const bool separates = c == '.' || c == '-';
    variable += separates ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return variable;
}

Result<void> read_environment(const char* const* variables, Settings& settings, Unknown unknown) {
  std::map<const Setting*, std::string> set_by;
  for (; variables != nullptr && *variables != nullptr; ++variables) {
    const std::string_view entry = *variables;
    const auto equals = entry.find('=');
    if (!entry.starts_with(prefix) || equals == std::string_view::npos || equals + 1 == entry.size())
      continue;
    const std::string variable(entry.substr(0, equals));
    if (variable == shell_path) continue;
    const auto name = setting_of(variable, settings);
    if (!name) {
      if (unknown == Unknown::skip) continue;
      if (auto done = check_unknown(variable, settings); !done) return done;
      continue;
    }
    const Origin origin{Source::environment, variable};
    const auto [first, is_first] = set_by.emplace(settings.find(*name), variable);
    if (!is_first) {
      return Error{subject(variable, origin) + " sets what " + first->second +
                       " has set; only one of them may be there",
                   Exit::usage};
    }
    if (auto done = settings.set(*name, entry.substr(equals + 1), origin); !done) return done;
  }
  return {};
}

}  // namespace hermit
