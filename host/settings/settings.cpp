#include "settings/settings.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace hermit {
namespace {

std::string with_underscores(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

template <class Number>
std::optional<Number> parse_number(const Setting& setting, std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!setting.range) return number;
  const auto [least, most] = *setting.range;
  // Not a number is in no range.
  const bool is_in = number >= static_cast<Number>(least) && number <= static_cast<Number>(most);
  return is_in ? std::optional(number) : std::nullopt;
}

std::optional<bool> parse_bool(std::string_view text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return std::nullopt;
}

// What a value of this setting looks like, for "has to be …".
std::string expected(const Setting& setting) {
  if (std::holds_alternative<bool>(setting.default_value)) return "true or false";
  const bool is_whole = std::holds_alternative<std::int64_t>(setting.default_value);
  if (is_whole || std::holds_alternative<double>(setting.default_value)) {
    const std::string number = is_whole ? "a whole number" : "a number";
    if (!setting.range) return number;
    return number + " from " + std::to_string(setting.range->first) + " to " +
           std::to_string(setting.range->second);
  }
  std::string list;
  for (const auto& choice : setting.choices) list.append(list.empty() ? "" : " or ").append(choice);
  return list.empty() ? "text" : list;
}

std::optional<Value> parse(const Setting& setting, std::string_view text) {
  if (std::holds_alternative<bool>(setting.default_value)) {
    if (const auto flag = parse_bool(text)) return *flag;
    return std::nullopt;
  }
  if (std::holds_alternative<double>(setting.default_value)) {
    if (const auto number = parse_number<double>(setting, text)) return *number;
    return std::nullopt;
  }
  if (std::holds_alternative<std::int64_t>(setting.default_value)) {
    if (const auto number = parse_number<std::int64_t>(setting, text)) return *number;
    return std::nullopt;
  }
  const auto& choices = setting.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end())
    return std::nullopt;
  return std::string(text);
}

}  // namespace

void Settings::declare(Setting setting) { settings_.push_back(std::move(setting)); }

const Setting* Settings::find(std::string_view name) const {
  const std::string wanted = with_underscores(name);
  for (const auto& setting : settings_) {
    if (setting.name == wanted) return &setting;
    for (const auto& alias : setting.aliases) {
      if (alias == wanted) return &setting;
    }
  }
  return nullptr;
}

std::vector<std::string> Settings::names() const {
  std::vector<std::string> names;
  for (const auto& setting : settings_) {
    names.push_back(setting.name);
    names.insert(names.end(), setting.aliases.begin(), setting.aliases.end());
  }
  return names;
}

Result<void> Settings::set(std::string_view name, std::string_view text, std::string_view origin) {
  const Setting* setting = find(name);
  const std::string place = "--" + std::string(name) + " (" + std::string(origin) + ")";
  if (setting == nullptr) return Error{place + ": there is no such setting", Exit::usage};
  if (!setting->available) return Error{"--" + std::string(name) + " is not available yet", Exit::usage};
  auto value = parse(*setting, text);
  if (!value) {
    return Error{place + " has to be " + expected(*setting) + ", not \"" + std::string(text) + "\"",
                 Exit::usage};
  }
  values_.insert_or_assign(setting->name, std::move(*value));
  return {};
}

bool Settings::is_set(std::string_view name) const {
  const Setting* setting = find(name);
  return setting != nullptr && values_.contains(setting->name);
}

const Value& Settings::value(std::string_view name) const {
  const Setting* setting = find(name);
  if (setting == nullptr)
    throw std::logic_error("no setting was declared with the name " + std::string(name));
  const auto set = values_.find(setting->name);
  return set == values_.end() ? setting->default_value : set->second;
}

}  // namespace hermit
