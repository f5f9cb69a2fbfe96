#include "protocol/json.hpp"

#include <array>

namespace hermit {
namespace {

// Builds the tree as nlohmann's own parser does, but gives up at the depth limit.
class DepthLimitedParser {
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
  bool end_object() { return --depth_, builder_.end_object(); }
  bool start_array(std::size_t size) { return enter() && builder_.start_array(size); }
  bool end_array() { return --depth_, builder_.end_array(); }
  bool parse_error(std::size_t position, const std::string& last_token, const Json::exception& error) {
    (void)last_token;
    (void)error;
    problem_ = "is not JSON at byte " + std::to_string(position);
    return false;
  }

  const std::string& problem() const { return problem_; }

 private:
  bool enter() {
    if (++depth_ <= json_depth_limit) return true;
    problem_ = "is nested deeper than " + std::to_string(json_depth_limit) + " levels";
    return false;
  }

  nlohmann::detail::json_sax_dom_parser<Json> builder_;
  std::size_t depth_ = 0;
  std::string problem_;
};

}  // namespace

Result<Json> parse_json(std::string_view text) {
  Json value;
  DepthLimitedParser parser(value);
  if (Json::sax_parse(text.begin(), text.end(), &parser)) return value;
  return Error{parser.problem()};
}

Result<Json> parse_json_object(std::string_view text) {
  if (text.empty()) return Json::object();
  auto value = parse_json(text);
  if (value && !value->is_object()) return Error{"is not a JSON object"};
  return value;
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void append_json_string(std::string& json, std::string_view text) {
  json.reserve(json.size() + text.size() + text.size() / 8 + 2);
  json += '"';
  std::size_t plain = 0;  // where the characters begin that need no escape and are not appended yet
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    json.append(text, plain, i - plain);
    plain = i + 1;
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
  json.append(text, plain, text.size() - plain);
  json += '"';
}

}  // namespace hermit
