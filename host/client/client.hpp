// Client: speaks to a kernel as a notebook does (I16): sends requests, and sorts what comes back by the
// request that it belongs to. Where the kernel is, and how to get there, is its Transport's business.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/answer.hpp"
#include "client/transport.hpp"
#include "protocol/json.hpp"

namespace hermit {

// The fields of an execute_request beside the code. Jupyter messaging: "Execute".
struct ExecuteOptions {
  bool silent = false;
  bool store_history = true;
  bool allow_stdin = true;
  bool stop_on_error = true;
  Json user_expressions = Json::object();
  Json metadata = Json::object();  // of the message, such as {"cellId": …}
  Channel channel = Channel::shell;
};

// Used by one thread. Nothing is received but while one of its functions, or one of an Answer's, waits.
class Client {
 public:
  // `transport` outlives it. No wait is longer than `limit`.
  explicit Client(Transport& transport, std::chrono::milliseconds limit = std::chrono::seconds(120));
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Waits until the kernel has welcomed the subscription to iopub (JEP 65): from then on nothing that it
  // says is missed. False when no welcome comes.
  bool wait_for_welcome();

  // Send a request; the answer is waited for by whoever looks at it.
  Answer execute(std::string_view code, const ExecuteOptions& options = {});
  Answer complete(std::string_view code, const Json& cursor_pos);
  Answer inspect(std::string_view code, const Json& cursor_pos, int detail_level = 0);
  Answer is_complete(std::string_view code);
  Answer history(const Json& content);
  Answer kernel_info(Channel channel = Channel::shell);
  Answer comm_info();
  Answer interrupt();
  Answer shutdown(bool restart = false);

  // Sends any request, with a header and an id made here.
  Answer request(Channel channel, std::string_view msg_type, const Json& content = Json::object());
  // Sends a message as it is. Its header tells which answers belong to it, and whether it gets a reply: one
  // whose type ends in "_request" does.
  Answer request(Channel channel, Message message);
  // A message for request(), with a header and an id made here.
  Message message(std::string_view msg_type, const Json& content = Json::object()) const;

  // Answers a question that wait_for_input() gave.
  void reply_to_input(const Received& question, std::string_view line);

  // Receives until `done` holds; false when it does not within the limit.
  bool receive_until(const std::function<bool()>& done);
  // Receives what has come already, and returns.
  void receive_waiting();

  // How many waits have ended without what they waited for.
  std::size_t timeouts() const { return timeouts_; }

  // What belongs to no request of ours: the welcome, the kernel's start, other clients' cells. Only the
  // last of them are kept.
  const std::vector<Received>& others() const { return others_; }

 private:
  bool receive_one(Transport::Deadline deadline);
  void sort(Received received);

  Transport& transport_;
  const std::chrono::milliseconds limit_;
  const Session session_{"client"};
  std::map<std::string, std::weak_ptr<Answer::State>, std::less<>> answers_;  // by the request's msg_id
  std::vector<Received> others_;
  std::size_t timeouts_ = 0;
};

}  // namespace hermit
