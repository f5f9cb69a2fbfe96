#include "protocol/message.hpp"

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "protocol/json.hpp"

namespace hermit {
namespace {

// The text of a field; "" when it is missing or no text.
std::string text_field(const Json& object, const char* name) {
  const auto field = object.find(name);
  return field != object.end() && field->is_string() ? field->get<std::string>() : std::string();
}

}  // namespace

Result<Header> parse_header(std::string_view json) {
  const auto object = parse_json(json);
  if (!object) return Error{"its header " + object.error().message};
  if (!object->is_object()) return Error{"its header is no JSON object"};
  Header header;
  header.msg_id = text_field(*object, "msg_id");
  header.msg_type = text_field(*object, "msg_type");
  header.session = text_field(*object, "session");
  if (header.msg_type.empty()) return Error{"its header has no msg_type"};
  const auto subshell = object->find("subshell_id");
  if (subshell != object->end() && subshell->is_string()) header.subshell_id = subshell->get<std::string>();
  return header;
}

std::string parent_msg_id(std::string_view json) {
  const auto object = parse_json(json);
  return object && object->is_object() ? text_field(*object, "msg_id") : std::string();
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
