// JsonSax: what the readers of JSON in this room have in common: the limit to the depth, the words for what
// is wrong, and mending what JavaScript and Python write although it is no text. Not for other rooms.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/json.hpp"

namespace hermit {

// The base of a handler of nlohmann's SAX interface.
class JsonSax {
 public:
  bool parse_error(std::size_t position, const std::string&, const Json::exception&) {
    problem_ = "is not JSON at byte " + std::to_string(position);
    return false;
  }

  // Why the reading ended, when it failed.
  const std::string& problem() const { return problem_; }

 protected:
  // To be called at the beginning and the end of each object and array.
  bool enter() {
    if (++depth_ <= json_depth_limit) return true;
    return refuse("is nested deeper than " + std::to_string(json_depth_limit) + " levels");
  }
  void leave() { --depth_; }

  bool refuse(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  std::size_t depth() const { return depth_; }

 private:
  std::size_t depth_ = 0;
  std::string problem_;
};

// Reads everything and keeps nothing.
class JsonChecker : public JsonSax {
 public:
  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(Json::number_integer_t) { return true; }
  bool number_unsigned(Json::number_unsigned_t) { return true; }
  bool number_float(Json::number_float_t, const Json::string_t&) { return true; }
  bool string(Json::string_t&) { return true; }
  bool binary(Json::binary_t&) { return true; }
  bool start_object(std::size_t) { return enter(); }
  bool key(Json::string_t&) { return true; }
  bool end_object() { return leave(), true; }
  bool start_array(std::size_t) { return enter(); }
  bool end_array() { return leave(), true; }
};

// The text with \ufffd for each escape of half a surrogate pair, such as "\ud800" alone; nothing when there
// is none. A browser cuts an emoji in two and sends such halves. Each place stays where it is.
std::optional<std::string> without_lone_surrogates(std::string_view json);

}  // namespace hermit
