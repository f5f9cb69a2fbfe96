#include "settings/setting.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace hermit {
namespace {

// 65535 rather than 65535.000000.
std::string number_text(double number) {
  return number == std::floor(number) && std::abs(number) < 1e15
             ? std::to_string(static_cast<std::int64_t>(number))
             : one_line(number);
}

std::string expected_number(std::string kind, const Range& range) {
  const bool has_least = std::isfinite(range.least), has_most = std::isfinite(range.most);
  if (has_least && has_most)
    return kind + " from " + number_text(range.least) + " to " + number_text(range.most);
  if (has_least) return kind + " of at least " + number_text(range.least);
  if (has_most) return kind + " of at most " + number_text(range.most);
  return kind;
}

// Not a number is in no range, and infinity is no value.
bool is_in(const Range& range, double number) {
  return std::isfinite(number) && number >= range.least && number <= range.most;
}

template <class Number>
std::optional<Value> number_from(const Setting& setting, std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!is_in(setting.range, static_cast<double>(number))) return std::nullopt;
  return Value(number);
}

std::optional<Value> choice_from(const Setting& setting, std::string text) {
  const auto& choices = setting.choices;
  if (text.find('\0') != std::string::npos) return std::nullopt;  // most that takes it would stop there
  if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end())
    return std::nullopt;
  return Value(std::move(text));
}

std::optional<Value> shaped(const Setting& setting, Json value) {
  if (setting.shape != nullptr && !setting.shape->fits(value)) return std::nullopt;
  return Value(std::move(value));
}

}  // namespace

std::string option_name(const std::string& name) { return (name.size() == 1 ? "-" : "--") + name; }

std::string option_list(const Setting& setting, const std::string& before, const std::string& after) {
  std::string list;
  for (const auto& alias : setting.aliases) list += before + option_name(alias) + after + ", ";
  return list + before + option_name(setting.name) + after;
}

std::string expected(const Setting& setting) {
  if (std::holds_alternative<bool>(setting.default_value)) return "true or false";
  if (std::holds_alternative<std::int64_t>(setting.default_value))
    return expected_number("a whole number", setting.range);
  if (std::holds_alternative<double>(setting.default_value))
    return expected_number("a number", setting.range);
  if (std::holds_alternative<Json>(setting.default_value))
    return setting.shape == nullptr ? "a JSON value" : setting.shape->what;
  std::string list;
  for (const auto& choice : setting.choices) list.append(list.empty() ? "" : " or ").append(choice);
  return list.empty() ? "text" : list;
}

std::optional<Value> value_from_text(const Setting& setting, std::string_view text) {
  if (std::holds_alternative<bool>(setting.default_value)) {
    if (text == "true" || text == "1") return Value(true);
    if (text == "false" || text == "0") return Value(false);
    return std::nullopt;
  }
  if (std::holds_alternative<std::int64_t>(setting.default_value))
    return number_from<std::int64_t>(setting, text);
  if (std::holds_alternative<double>(setting.default_value)) return number_from<double>(setting, text);
  if (std::holds_alternative<std::string>(setting.default_value))
    return choice_from(setting, std::string(text));
  Json value = Json::parse(text.begin(), text.end(), nullptr, false);
  return value.is_discarded() ? std::nullopt : shaped(setting, std::move(value));
}

std::optional<Value> value_from_json(const Setting& setting, const Json& value) {
  if (std::holds_alternative<bool>(setting.default_value)) {
    return value.is_boolean() ? std::optional<Value>(value.get<bool>()) : std::nullopt;
  }
  if (std::holds_alternative<std::int64_t>(setting.default_value)) {
    // An integer that is too large for its type has a text that says so.
    return value.is_number_integer() ? number_from<std::int64_t>(setting, value.dump()) : std::nullopt;
  }
  if (std::holds_alternative<double>(setting.default_value)) {
    const bool fits = value.is_number() && is_in(setting.range, value.get<double>());
    return fits ? std::optional<Value>(value.get<double>()) : std::nullopt;
  }
  if (std::holds_alternative<std::string>(setting.default_value)) {
    return value.is_string() ? choice_from(setting, value.get<std::string>()) : std::nullopt;
  }
  return shaped(setting, value);
}

Json json_of(const Value& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

std::string text_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return one_line(json_of(value));
}

std::string one_line(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace hermit
