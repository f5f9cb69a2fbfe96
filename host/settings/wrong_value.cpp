#include "settings/wrong_value.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/excerpt.hpp"

namespace hermit {
namespace {

using Limits = std::numeric_limits<std::int64_t>;

// The first number that is too large for an integer, and too small with a minus.
constexpr double beyond_integers = 9223372036854775808.0;

// Whether nothing but the type says how large a whole number may be; else the setting's own limits have been
// told.
bool is_open_integer(const Setting& setting) {
  const bool is_limited = std::isfinite(setting.range.least) && std::isfinite(setting.range.most);
  return std::holds_alternative<std::int64_t>(setting.default_value) && !is_limited;
}

std::string out_of_range(const std::string& number) {
  return "and " + excerpt(number) + " is out of range: whole numbers are from " +
         std::to_string(Limits::min()) + " to " + std::to_string(Limits::max());
}

// JSON has no integers above 64 bits, and more than ours below.
bool is_beyond(const Json& number) {
  if (number.is_number_unsigned())
    return number.get<std::uint64_t>() > static_cast<std::uint64_t>(Limits::max());
  return number.is_number_float() && std::abs(number.get<double>()) >= beyond_integers;
}

std::string described(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  return value.is_string() ? "\"" + excerpt(value.get_ref<const std::string&>()) + "\"" : one_line(value);
}

// The first entry of a list that does not fit; "" when it is not for an entry.
std::string wrong_entry(const Setting& setting, const Json& list) {
  if (setting.shape == nullptr || !list.is_array()) return "";
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (setting.shape->fits(Json::array({list[i]}))) continue;
    return "and entry " + std::to_string(i + 1) + " is " + excerpt(one_line(list[i]));
  }
  return "";
}

}  // namespace

std::string wrong_text(const Setting& setting, std::string_view text) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = read.ptr == text.data() + text.size();
  if (is_open_integer(setting) && is_number && read.ec == std::errc::result_out_of_range)
    return out_of_range(std::string(text));
  if (std::holds_alternative<Json>(setting.default_value)) {
    const Json value = Json::parse(text.begin(), text.end(), nullptr, false);
    if (const auto entry = value.is_discarded() ? "" : wrong_entry(setting, value); !entry.empty())
      return entry;
  }
  return "not \"" + excerpt(text) + "\"";
}

std::string wrong_json(const Setting& setting, const Json& value) {
  const bool is_text = std::holds_alternative<std::string>(setting.default_value);
  if (is_text && value.is_string() && value.get_ref<const std::string&>().find('\0') != std::string::npos)
    return "and has a NUL in it";
  if (is_open_integer(setting) && is_beyond(value)) return out_of_range(value.dump());
  const std::string entry = wrong_entry(setting, value);
  return entry.empty() ? "not " + described(value) : entry;
}

}  // namespace hermit
