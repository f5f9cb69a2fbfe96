// ZmqDoor: the ZeroMQ side of a kernel (I7). One thread, the I/O thread, owns every socket; it moves
// bytes, checks signatures, answers the heartbeat, runs no user code and never waits for a client.
#pragma once

#include <poll.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <zmq.hpp>

#include "base/file.hpp"
#include "base/limited_log.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "interface/door.hpp"
#include "interface/iopub_queue.hpp"
#include "interface/zmq_questions.hpp"
#include "interface/zmq_sockets.hpp"
#include "protocol/connection.hpp"
#include "protocol/port.hpp"
#include "protocol/signature.hpp"

namespace hermit {

class ZmqDoor final : public Door {
 public:
  // Binds the five sockets; a port of 0 in `connection` is chosen here and written back. The error names
  // the channel and the address.
  static Result<std::unique_ptr<ZmqDoor>> bind(Connection& connection, const IopubLimits& limits = {});
  ~ZmqDoor() override;

  // Calls `ready` on the I/O thread whenever `fd` can be read, until it returns false. Before start()
  // only; `fd` stays open until close() returns.
  void watch(int fd, std::function<bool()> ready);

  // Starts the I/O thread, which gives what arrives to `inbox`. It outlives close().
  void start(Inbox& inbox) override;

  // Sends what was handed in, closes the sockets and ends the I/O thread. Clients that do not take their
  // messages within half a second lose them. Idempotent. [any-thread but the I/O thread]
  void close() override;

  // Port.
  void send(Channel channel, Message message) override EXCLUDES(mutex_);
  void drain() override EXCLUDES(mutex_);
  bool has_room(bool droppable) const override { return queue_.has_room(droppable); }
  bool wait_for_room(bool droppable, const std::function<bool()>& given_up) override;
  void wake_waiting() override { queue_.wake_waiting(); }
  Dropped take_dropped(const Bytes& parent) override { return queue_.take_dropped(parent); }

 private:
  struct Outgoing {
    Channel channel;
    IopubQueue::Entry entry;  // on other channels its frames only
  };
  // One of the sockets. Its descriptor speaks once of what has come, and any call for the socket may swallow
  // that: `look` says that there may be something although the descriptor is quiet.
  struct Source {
    zmq::socket_t* socket = nullptr;
    bool look = true;
  };
  struct Watch {
    int fd;
    std::function<bool()> ready;
  };

  ZmqDoor(Signer signer, const IopubLimits& limits);
  Source& source(Channel channel) { return sources_[static_cast<std::size_t>(channel)]; }
  void wake();
  void run();
  bool wait(std::vector<pollfd>& descriptors) EXCLUDES(mutex_);
  void receive_all();
  void receive_some(Channel channel);
  bool receive_one(Channel channel);
  void refuse(Channel channel, const std::string& why, const std::string& details = {});
  void receive_subscriptions();
  void echo_heartbeats();
  bool send_waiting() EXCLUDES(mutex_);
  void send_on(Channel channel, std::vector<Bytes> frames);
  void publish();
  void answer_drain() EXCLUDES(mutex_);
  void ask_again();

  const Signer signer_;
  ReplayGuard replays_;            // I/O thread
  LimitedLog refusals_;            // anybody who can connect causes them
  Descriptor wake_;                // an eventfd that ends the I/O thread's poll
  IopubQueue queue_;               // before the sockets
  ZmqSockets sockets_;             // I/O thread, once that runs
  Questions questions_;            // I/O thread
  std::array<Source, 5> sources_;  // by channel, and the heartbeat; I/O thread
  std::vector<Outgoing> sending_;  // what was outgoing_; I/O thread
  std::vector<Watch> watches_;
  Inbox* inbox_ = nullptr;
  std::thread thread_;

  Mutex mutex_;
  Condition drained_;
  std::vector<Outgoing> outgoing_ GUARDED_BY(mutex_);
  std::uint64_t drains_wanted_ GUARDED_BY(mutex_) = 0;
  std::uint64_t drains_done_ GUARDED_BY(mutex_) = 0;
  bool sleeping_ GUARDED_BY(mutex_) = false;  // the I/O thread polls, or is about to
  bool closing_ GUARDED_BY(mutex_) = false;
  bool closed_ GUARDED_BY(mutex_) = false;
  Mutex close_mutex_;  // one close() at a time
};

}  // namespace hermit
