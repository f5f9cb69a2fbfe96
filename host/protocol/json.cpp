#include "protocol/json.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

#include "protocol/json_sax.hpp"

namespace hermit {
namespace {

// Builds the tree as nlohmann's own parser does, but gives up at the depth limit.
class DepthLimitedParser : public JsonSax {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  explicit DepthLimitedParser(Json& root) : builder_(root, false) {}

  bool null() { return builder_.null(); }
  bool boolean(bool value) { return builder_.boolean(value); }
  bool number_integer(number_integer_t value) { return builder_.number_integer(value); }
  bool number_unsigned(number_unsigned_t value) { return builder_.number_unsigned(value); }
  bool number_float(number_float_t value, const string_t& text) { return builder_.number_float(value, text); }
  bool string(string_t& value) { return builder_.string(value); }
  bool binary(binary_t& value) { return builder_.binary(value); }
  bool start_object(std::size_t size) { return enter() && builder_.start_object(size); }
  bool key(string_t& value) { return builder_.key(value); }
  bool end_object() { return leave(), builder_.end_object(); }
  bool start_array(std::size_t size) { return enter() && builder_.start_array(size); }
  bool end_array() { return leave(), builder_.end_array(); }

 private:
  nlohmann::detail::json_sax_dom_parser<Json> builder_;
};

// The UTF-16 unit of the escape \uXXXX at the beginning of the text, or 0.
unsigned escaped_unit(std::string_view text) {
  if (!text.starts_with("\\u") || text.size() < 6) return 0;
  unsigned unit = 0;
  const auto read = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  return read.ptr == text.data() + 6 ? unit : 0;
}

}  // namespace

std::optional<std::string> without_lone_surrogates(std::string_view json) {
  std::optional<std::string> mended;
  for (std::size_t at = json.find('\\'); at != std::string_view::npos; at = json.find('\\', at)) {
    const unsigned unit = escaped_unit(json.substr(at));
    const bool is_high = (unit & 0xFC00) == 0xD800;
    const bool is_pair = is_high && (escaped_unit(json.substr(at + 6)) & 0xFC00) == 0xDC00;
    if (!is_pair && (unit & 0xF800) == 0xD800) {
      if (!mended) mended.emplace(json);
      mended->replace(at, 6, "\\ufffd");
    }
    at += is_pair ? 12 : unit != 0 ? 6 : 2;
  }
  return mended;
}

Result<Json> parse_json(std::string_view text) {
  Json value;
  DepthLimitedParser parser(value);
  if (Json::sax_parse(text.begin(), text.end(), &parser)) return value;
  if (const auto mended = without_lone_surrogates(text)) return parse_json(*mended);
  return Error{parser.problem()};
}

Result<Json> parse_json_object(std::string_view text) {
  if (text.empty()) return Json::object();
  auto value = parse_json(text);
  if (value && !value->is_object()) return Error{"is not a JSON object"};
  return value;
}

Result<void> check_json_object(std::string_view text) {
  JsonChecker checker;
  if (Json::sax_parse(text.begin(), text.end(), &checker)) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (text[first] != '{') return Error{"is not a JSON object"};
    return {};
  }
  if (const auto mended = without_lone_surrogates(text)) return check_json_object(*mended);
  return Error{checker.problem()};
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

namespace {

constexpr bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// How many characters from `begin` on need no escape. Eight are looked at at once: in each byte of a word the
// high bit tells whether it was below another value, found by subtraction (exact for the lowest such byte,
// which is all that is asked for).
std::size_t plain_end(std::string_view text, std::size_t begin) {
  constexpr std::uint64_t ones = 0x0101010101010101, high_bits = 0x80 * ones;
  const auto zero_bytes = [](std::uint64_t word) { return (word - ones) & ~word & high_bits; };
  std::size_t at = begin;
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    const std::uint64_t control = (word - 0x20 * ones) & ~word & high_bits;
    if ((control | zero_bytes(word ^ ('"' * ones)) | zero_bytes(word ^ ('\\' * ones))) != 0) break;
  }
  while (at < text.size() && !needs_escape(text[at])) ++at;
  return at;
}

}  // namespace

void append_json_string(std::string& json, std::string_view text) {
  json.reserve(json.size() + text.size() + text.size() / 8 + 2);
  json += '"';
  for (std::size_t plain = 0;;) {  // where the characters begin that are not appended yet
    const std::size_t i = plain_end(text, plain);
    json.append(text, plain, i - plain);
    if (i == text.size()) break;
    plain = i + 1;
    const auto byte = static_cast<unsigned char>(text[i]);
    constexpr char digits[] = "0123456789abcdef";
    switch (byte) {
      case '"':
        json += "\\\"";
        break;
      case '\\':
        json += "\\\\";
        break;
      case '\b':
        json += "\\b";
        break;
      case '\f':
        json += "\\f";
        break;
      case '\n':
        json += "\\n";
        break;
      case '\r':
        json += "\\r";
        break;
      case '\t':
        json += "\\t";
        break;
      default:
        json += "\\u00";
        json += digits[byte >> 4];
        json += digits[byte & 0x0f];
    }
  }
  json += '"';
}

}  // namespace hermit
