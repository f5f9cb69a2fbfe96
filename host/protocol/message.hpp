// Message: one message of the Jupyter protocol, as it travels between a door and the kernel.
// Jupyter messaging: "General Message Format".
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "protocol/names.hpp"

namespace hermit {

// The parts of a message, each as the JSON text it came in or goes out as.
struct Message {
  std::vector<Bytes> idents;  // who it is from or for; on iopub the one topic
  Bytes header;
  Bytes parent_header = Bytes::constant("{}");
  Bytes metadata = Bytes::constant("{}");
  Bytes content = Bytes::constant("{}");
  std::vector<Bytes> buffers;
  bool droppable = false;  // a door may drop it rather than keep it for clients that do not take it
};

// What the kernel reads of a header. Other fields stay in Message::header and travel back verbatim.
struct Header {
  std::string msg_id;
  std::string msg_type;
  std::string session;
  std::optional<std::string> subshell_id;
};

// Reads a header. Without a msg_type nobody could answer it, so that is an error; other fields may be
// missing.
Result<Header> parse_header(std::string_view json);

// The msg_id in a parent header; "" when there is none or the text is no header.
std::string parent_msg_id(std::string_view json);

// A message that arrived, with what was read of it.
struct Request {
  Message message;
  Header header;
  RequestType type = RequestType::unknown;
  std::uint64_t arrival = 0;  // numbers the requests of a kernel in the order they were received
};

// Writes the headers of one sender. Jupyter messaging: header.session is the sender's for its life.
class Session {
 public:
  // `username` stands in its headers.
  explicit Session(std::string username);

  const std::string& id() const { return id_; }

  // A header with a msg_id of its own and the date now. [any-thread]
  Bytes header(std::string_view msg_type) const;
  // The same for a msg_id that next_id() gave. [any-thread]
  Bytes header(std::string_view msg_type, std::string_view msg_id) const;
  // A msg_id that no other message has. [any-thread]
  std::string next_id() const;

 private:
  std::string id_;
  std::string username_;
  mutable std::atomic<std::uint64_t> count_{0};
};

}  // namespace hermit
