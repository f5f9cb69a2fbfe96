#include "protocol/message.hpp"

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "protocol/json.hpp"

namespace hermit {
namespace {

// Picks the text members of the outermost object and checks all of the JSON, without building anything: every
// message comes through here, and nothing else of a header is of interest.
class HeaderReader {
 public:
  using Number = Json::number_float_t;

  explicit HeaderReader(Header& header) : header_(header) {}

  bool null() { return value(); }
  bool boolean(bool) { return value(); }
  bool number_integer(Json::number_integer_t) { return value(); }
  bool number_unsigned(Json::number_unsigned_t) { return value(); }
  bool number_float(Number, const std::string&) { return value(); }
  bool binary(Json::binary_t&) { return value(); }
  bool string(std::string& text) {
    if (depth_ == 1 && member_ == "msg_id") header_.msg_id = std::move(text);
    if (depth_ == 1 && member_ == "msg_type") header_.msg_type = std::move(text);
    if (depth_ == 1 && member_ == "session") header_.session = std::move(text);
    if (depth_ == 1 && member_ == "subshell_id") header_.subshell_id = std::move(text);
    return value();
  }
  bool key(std::string& name) {
    if (depth_ == 1) member_.swap(name);
    return true;
  }
  bool start_object(std::size_t) { return enter(); }
  bool end_object() { return --depth_, true; }
  bool start_array(std::size_t) { return depth_ == 0 ? value() : enter(); }
  bool end_array() { return --depth_, true; }
  bool parse_error(std::size_t position, const std::string&, const Json::exception&) {
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
  bool value() {
    if (depth_ == 0) problem_ = "is no JSON object";
    return depth_ > 0;
  }

  Header& header_;
  std::string member_;
  std::size_t depth_ = 0;
  std::string problem_;
};

}  // namespace

Result<Header> parse_header(std::string_view json) {
  Header header;
  HeaderReader reader(header);
  if (!Json::sax_parse(json.begin(), json.end(), &reader)) return Error{"its header " + reader.problem()};
  if (header.msg_type.empty()) return Error{"its header has no msg_type"};
  return header;
}

std::string parent_msg_id(std::string_view json) {
  Header header;
  HeaderReader reader(header);
  return Json::sax_parse(json.begin(), json.end(), &reader) ? header.msg_id : std::string();
}

Session::Session(std::string username) : id_(random_uuid()), username_(std::move(username)) {}

std::string Session::next_id() const {
  return id_ + "_" + std::to_string(count_.fetch_add(1, std::memory_order_relaxed));
}

Bytes Session::header(std::string_view msg_type) const { return header(msg_type, next_id()); }

Bytes Session::header(std::string_view msg_type, std::string_view msg_id) const {
  std::string json;
  json.reserve(256);
  json.append(R"({"msg_id":")").append(msg_id);
  json.append(R"(","session":")").append(id_);
  json.append(R"(","username":)");
  append_json_string(json, username_);
  json.append(R"(,"date":")").append(utc_now());
  json.append(R"(","msg_type":)");
  append_json_string(json, msg_type);
  json.append(R"(,"version":")").append(protocol_version).append(R"("})");
  return Bytes(std::move(json));
}

}  // namespace hermit
