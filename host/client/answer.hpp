// Answer: all that a kernel says because of one request: its reply, what it shows on iopub, its questions.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/transport.hpp"
#include "protocol/json.hpp"

namespace hermit {

class Client;

// A message from the kernel, read.
struct Received {
  Channel channel = Channel::iopub;
  std::string type;    // msg_type
  std::string parent;  // the msg_id of the request that it belongs to; "" for none
  Json content;        // null when it is no JSON
  Message message;     // as it came

  // A field of the content; null when it has none of that name.
  Json field(const std::string& name) const;
};

// A request that was sent, and what has come back. Copies are the same answer. Functions that need more
// than has come wait for it, at most as long as the client waits for an answer; what has not come by then
// is missing from what they return. Belongs to the client's thread and does not outlive the client; what
// comes while a copy exists is added to it, also after the end of the request.
class Answer {
 public:
  // The msg_id of the request.
  const std::string& msg_id() const { return state_->msg_id; }
  // The request's header as it was sent.
  std::string_view request_header() const { return state_->header.view(); }

  // Waits for the reply, if the request has one, and for "idle"; false when they do not come.
  bool wait() const;
  // Waits until `done` holds of what has come; false when it does not.
  bool wait_until(const std::function<bool(const Answer&)>& done) const;

  // The reply, after wait(); NULL when there was none.
  const Received* reply() const;
  // A field of the reply's content; null when there is none.
  Json reply_field(const std::string& name) const;
  // The reply's status; "" when there is none.
  std::string status() const;

  // What came on iopub, in order, after wait().
  const std::vector<Received>& messages() const;
  // Those of one type.
  std::vector<Received> messages(std::string_view type) const;
  // The types of all. Neighbours that are text of the same stream count as one: into how many messages text
  // is cut, is a matter of time.
  std::vector<std::string> types() const;

  // The text of one stream, joined.
  std::string stdout_text() const { return stream_text("stdout"); }
  std::string stderr_text() const { return stream_text("stderr"); }
  // The text/plain of the cell's value; "" when it has none.
  std::string result_text() const;

  // Waits until a message of this type has come on iopub, such as "execute_input" when a cell has begun.
  bool wait_for(std::string_view type) const;
  // Waits until stdout contains `text`, whether the cell goes on or not.
  bool wait_for_stdout(std::string_view text) const;
  // Waits for the question number `index`, counted from 0; NULL when it does not come.
  const Received* wait_for_input(std::size_t index = 0) const;

  // What has come so far, without waiting.
  const std::vector<Received>& replies_so_far() const { return state_->replies; }
  const std::vector<Received>& messages_so_far() const { return state_->iopub; }
  const std::vector<Received>& inputs_so_far() const { return state_->inputs; }
  std::string stdout_so_far() const;
  bool complete_so_far() const;

 private:
  friend class Client;

  struct State {
    std::string msg_id;
    Bytes header;
    bool has_reply = true;  // the protocol has a reply to it
    bool idle = false;
    std::vector<Received> replies;  // one, from a kernel without errors
    std::vector<Received> iopub;
    std::vector<Received> inputs;
  };

  Answer(Client& client, std::shared_ptr<State> state) : client_(&client), state_(std::move(state)) {}
  std::string stream_text(std::string_view name) const;

  Client* client_;
  std::shared_ptr<State> state_;
};

}  // namespace hermit
