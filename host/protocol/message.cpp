#include "protocol/message.hpp"

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "protocol/json_sax.hpp"

namespace hermit {
namespace {

// Picks the text members of the outermost object and checks all of the JSON, without building anything: every
// message comes through here, and nothing else of a header is of interest.
class HeaderReader : public JsonSax {
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
    if (depth() == 1 && member_ == "msg_id") header_.msg_id = std::move(text);
    if (depth() == 1 && member_ == "msg_type") header_.msg_type = std::move(text);
    if (depth() == 1 && member_ == "session") header_.session = std::move(text);
    if (depth() == 1 && member_ == "subshell_id") header_.subshell_id = std::move(text);
    return value();
  }
  bool key(std::string& name) {
    if (depth() == 1) member_.swap(name);
    return true;
  }
  bool start_object(std::size_t) { return enter(); }
  bool end_object() { return leave(), true; }
  bool start_array(std::size_t) { return depth() == 0 ? value() : enter(); }
  bool end_array() { return leave(), true; }

 private:
  bool value() { return depth() > 0 || refuse("is no JSON object"); }

  Header& header_;
  std::string member_;
};

}  // namespace

Result<Header> parse_header(std::string_view json) {
  Header header;
  HeaderReader reader(header);
  if (!Json::sax_parse(json.begin(), json.end(), &reader)) {
    if (const auto mended = without_lone_surrogates(json)) return parse_header(*mended);
    return Error{"its header " + reader.problem()};
  }
  if (header.msg_type.empty()) return Error{"its header has no msg_type"};
  return header;
}

std::string parent_msg_id(std::string_view json) {
  Header header;
  HeaderReader reader(header);
  if (Json::sax_parse(json.begin(), json.end(), &reader)) return header.msg_id;
  const auto mended = without_lone_surrogates(json);
  return mended ? parent_msg_id(*mended) : std::string();
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
