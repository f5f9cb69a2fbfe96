// LocalDoor: the way to a kernel from inside its own process. It has no sockets and no keys: messages are
// handed over as they are, and no bytes are copied. LocalLink is one client's end of it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.hpp"
#include "base/result.hpp"
#include "interface/arrivals.hpp"
#include "interface/door.hpp"

namespace hermit {

class LocalLink;

// One thread, the door's, gives what clients send to the kernel, so that a client may send from within a
// call that hands it a message. What the kernel sends is handed to clients on the thread that sends it.
class LocalDoor final : public Door {
 public:
  LocalDoor() = default;
  // Every link has gone by then.
  ~LocalDoor() override;

  // Starts the door's thread, which gives requests to `inbox`, also those that came before. Called once;
  // `inbox` outlives close().
  void start(Inbox& inbox) override { arrivals_.start(inbox); }

  // Ends the door's thread. Requests that it has not given to the kernel are dropped, and nothing is handed
  // to a client from then on. Idempotent. [any-thread but the door's]
  void close() override EXCLUDES(links_mutex_);

  // Port.
  void send(Channel channel, Message message) override EXCLUDES(links_mutex_);
  void drain() override { arrivals_.drain(); }

 private:
  friend class LocalLink;

  // A client, as the door sees it.
  struct Place {
    const std::function<void(Channel, Message)>* take;  // the link's
    std::vector<std::string> topics;                    // what it has subscribed to
  };

  std::string let_in(const LocalLink& link) EXCLUDES(links_mutex_);
  void let_out(const LocalLink& link) EXCLUDES(links_mutex_);
  void subscribe(const LocalLink& link, std::string_view topic) EXCLUDES(links_mutex_);

  Mutex links_mutex_;
  // By the identity that the kernel knows a client by.
  std::map<std::string, Place, std::less<>> links_ GUARDED_BY(links_mutex_);
  std::uint64_t last_identity_ GUARDED_BY(links_mutex_) = 0;

  Arrivals arrivals_;
};

// One client of a LocalDoor, from its connection to its end. It is one to the kernel on all channels: what it
// sends is answered to it, and it is asked for the input of its cells.
class LocalLink {
 public:
  // Takes over a message from the kernel. Called on any thread, one call at a time for all clients of the
  // door; must not wait or throw, and must not make, end or subscribe a link. It may send.
  using Take = std::function<void(Channel channel, Message message)>;

  // Connects. `door` outlives the link. Nothing is heard of iopub before subscribe(). [any-thread]
  LocalLink(LocalDoor& door, Take take);
  // Leaves. From then on `take` is not called. [any-thread but in `take`]
  ~LocalLink();
  LocalLink(const LocalLink&) = delete;
  LocalLink& operator=(const LocalLink&) = delete;

  // Subscribes to the topics of iopub that begin with `topic`. The kernel welcomes it (JEP 65).
  // [any-thread but in `take`]
  void subscribe(std::string_view topic);

  // Sends a request on shell, control or stdin; its idents are filled in here. Does not wait for the kernel.
  // The error says what is wrong with a header that nobody could answer; then nothing was sent.
  // [any-thread]
  Result<void> send(Channel channel, Message message);

 private:
  friend class LocalDoor;

  LocalDoor& door_;
  const Take take_;
  const Bytes identity_;
};

}  // namespace hermit
