// IopubQueue: what is to be published, in front of the XPUB socket (K10, N7). It is bounded in bytes: while
// it is full, cells that print wait; when nobody takes anything for a long time, text of streams is dropped.
// It knows messages by their size and kind only. docs/output.md tells the policy to users.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "base/bytes.hpp"
#include "base/mutex.hpp"
#include "interface/zmq_frames.hpp"
#include "protocol/port.hpp"

namespace hermit {

// The numbers of the policy.
struct IopubLimits {
  std::size_t buffer = std::size_t{64} << 20;                      // bytes from which on the queue is full
  std::chrono::duration<double> stall = std::chrono::seconds(30);  // without progress, until text is dropped
};

class IopubQueue {
 public:
  // A message in the queue.
  struct Entry {
    std::vector<Bytes> frames;
    std::size_t size = 0;     // what it counts for
    bool droppable = false;   // a stream's
    Bytes parent = {};        // of one that is droppable: its parent header
    std::size_t content = 0;  // and the bytes of its content
    std::size_t sent = 0;     // how many of the frames ZeroMQ has
  };

  // `wake` ends the I/O thread's poll; called on any thread, until the context of the socket has ended.
  IopubQueue(const IopubLimits& limits, const std::function<void()>& wake);

  // Sets up the XPUB socket. Before it is bound.
  static void set_up(zmq::socket_t& socket);

  // Describes a message that is about to be sent.
  static Entry entry_of(const Message& message);
  // Counts a message that push() will get; false when it is dropped instead. [any-thread]
  bool admit(const Entry& entry) EXCLUDES(mutex_);

  // See Port. [any-thread]
  bool has_room(bool droppable) const { return !full_ || (droppable && stalled_); }
  bool wait_for_room(bool droppable, const std::function<bool()>& given_up) EXCLUDES(mutex_);
  void wake_waiting() EXCLUDES(mutex_);
  Dropped take_dropped(const Bytes& parent) EXCLUDES(mutex_);

  // From now on nobody waits. [any-thread]
  void stop_waiting() EXCLUDES(mutex_);

  // The rest is the I/O thread's.

  // Takes a message that was admitted; flush() sends it.
  void push(Entry entry) { entries_.push_back(std::move(entry)); }
  bool empty() const { return entries_.empty(); }
  // Hands to the socket what that takes. Returns what is to be told about dropped text, now that clients take
  // messages again.
  std::vector<Dropped> flush(zmq::socket_t& socket) EXCLUDES(mutex_);
  // How long to wait for the socket before flush() is to be tried again, while the queue is not empty.
  static constexpr std::chrono::milliseconds retry{10};
  // Gives clients so much time to take what is left, and the socket the rest of it to linger. Nothing comes
  // after that.
  void finish(zmq::socket_t& socket, std::chrono::milliseconds limit);

 private:
  using Clock = std::chrono::steady_clock;

  bool send(zmq::socket_t& socket, Entry& entry);
  std::vector<Dropped> note_progress(std::size_t sent) EXCLUDES(mutex_);
  void look_for_stall() EXCLUDES(mutex_);
  void drop_text() REQUIRES(mutex_);
  void count_dropped(const Entry& entry) REQUIRES(mutex_);
  std::vector<Dropped> take_all_dropped() REQUIRES(mutex_);

  const IopubLimits limits_;
  const std::shared_ptr<Lent> lent_;
  std::deque<Entry> entries_;  // I/O thread

  Mutex mutex_;
  Condition changed_;
  std::size_t bytes_ GUARDED_BY(mutex_) = 0;   // admitted, and not with ZeroMQ yet
  std::size_t excess_ GUARDED_BY(mutex_) = 0;  // of those, what was admitted while it was full
  bool ending_ GUARDED_BY(mutex_) = false;
  Clock::time_point progress_ GUARDED_BY(mutex_){};  // when ZeroMQ took something, or it became full
  std::map<std::string, Dropped, std::less<>> dropped_ GUARDED_BY(mutex_);  // by parent; not told yet
  // Written with the mutex held.
  std::atomic<bool> full_{false};
  std::atomic<bool> stalled_{false};  // text is dropped
};

}  // namespace hermit
