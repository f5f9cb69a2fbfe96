// CallableDoor: a door that is two calls (I12): messages for clients go to a function of the embedding
// program's, and messages from clients come through handle(). It has no sockets and no keys.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/mutex.hpp"
#include "base/result.hpp"
#include "interface/arrivals.hpp"
#include "interface/door.hpp"

namespace hermit {

// Two threads: one gives what clients send to the kernel, and one hands out what the kernel sends. So neither
// waits for the other, and the program may do in its function what takes long, such as asking the user.
//
// A client is known by the session in the headers of its messages: only the client that sent a cell may
// answer the cell's questions.
class CallableDoor final : public Door {
 public:
  // Takes a message for a client, in the form of message_json(); the references end with the call. Calls come
  // one at a time, in the order of sending, on a thread of the door's, from start() to close(). With
  // `expects_reply` the message is a question to the user: the user's line may be returned, or come later as
  // an input_reply. It may call handle(), but not close(). What it throws is logged.
  using Send = std::function<std::optional<std::string>(
      const std::string& json, const std::vector<Bytes>& buffers, bool expects_reply)>;

  explicit CallableDoor(Send send) : send_(std::move(send)) {}
  ~CallableDoor() override { close(); }

  // Takes a message from a client, as read_message_json() reads it. The error says what is wrong with it, so
  // that nobody could answer it, or that the door is closed; then the kernel never sees it.
  // [any-thread]
  Result<void> handle(std::string_view json, std::vector<Bytes> buffers);

  // Door. close() returns when the last message was handed out.
  void start(Inbox& inbox) override;
  void close() override EXCLUDES(mutex_);
  void send(Channel channel, Message message) override EXCLUDES(mutex_);
  void drain() override { arrivals_.drain(); }
  bool has_room(bool droppable) const override EXCLUDES(mutex_);
  bool wait_for_room(bool droppable, const std::function<bool()>& given_up) override EXCLUDES(mutex_);
  void wake_waiting() override EXCLUDES(mutex_);

 private:
  struct Outgoing {
    std::string json;
    std::vector<Bytes> buffers;
    std::size_t size = 0;  // of all that, in bytes
    bool expects_reply = false;
    Message question;  // when it expects a reply: its header, and who is asked
  };

  void hand_out() EXCLUDES(mutex_);
  void hand_out(const Outgoing& outgoing);
  void answer(const Message& question, std::string_view line);
  Result<void> arrive(Channel channel, Message message);

  const Send send_;
  Arrivals arrivals_;

  mutable Mutex mutex_;
  Condition changed_;  // something goes out, or has gone, or it closes
  std::deque<Outgoing> outgoing_ GUARDED_BY(mutex_);
  std::size_t waiting_ GUARDED_BY(mutex_) = 0;  // bytes that have not been handed out
  bool closed_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
  Mutex close_mutex_;  // one close() at a time
};

}  // namespace hermit
