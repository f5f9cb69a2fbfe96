// Ledger: the book of the storm: what was sent, what came for it, and whether that is what the kernel owes
// (K2): busy, one reply of the right type to the right client, idle, with the request as parent, and nothing
// else.
//
// It hears every request twice: from the rider that sent it, and from the witness, which hears iopub from the
// beginning to the end and so knows too what became of a client that was away.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.hpp"
#include "client/transport.hpp"
#include "storm/plan.hpp"

namespace hermit::tests {

// A request, as it was sent.
struct Sent {
  std::string id;      // its msg_id
  std::string header;  // all of it, which comes back as the parent
  int rider = 0;
  Step step;
  bool may_be_lost = false;  // its client went without waiting, so the kernel may never have got it
};

// What a message from the kernel means to the rider that received it.
struct News {
  std::string id;         // of the request; "" for a rider when it is another's, or when there is none
  std::string type;       // of the message
  bool begun = false;     // the request is busy
  bool complete = false;  // all that is owed for it has come
  bool good = false;      // it is a reply that tells of success
};

// Used by all riders and the witness. [any-thread]
class Ledger {
 public:
  // Who hears the whole of iopub and sends nothing.
  static constexpr int witness = -1;

  // `mortal`: the shell may die, and what should succeed may fail.
  explicit Ledger(bool mortal = false) : mortal_(mortal) {}

  // Notes a message before it is sent.
  void send(Sent sent);
  // The rider is about to disconnect: what is still owed to it may get lost, but not what the witness hears.
  void leave(const std::string& id);

  // The kernel is about to be told to end: from now on it may refuse what it would else have done.
  void expect_end();

  // Notes a message from the kernel.
  News hear(int by, const Arrival& arrival);

  // Whether the witness has heard the request's idle.
  bool has_ended(const std::string& id) const;
  // Waits until it has heard that of every request but those that may be lost; false when nothing that was
  // sent has been heard of for `patience`.
  bool wait_for_all(std::chrono::seconds patience);
  // Waits until so many messages were sent, or a fault was found.
  void wait_until_sent(std::size_t count);
  // Notes as a fault whatever has not come. Nobody listens any more.
  void close();
  // Notes a fault that the caller has found. `id` is that of a request, whose history is added, or "".
  void fault(const std::string& what, const std::string& id = {});
  // Notes as faults all requests of a rider for which something is still owed.
  void fault_open(int rider, const std::string& what);

  // The first faults, in words, each with the history of its request.
  std::vector<std::string> faults() const;
  // How many messages were sent, and how many replies of each kind came.
  std::string summary() const;
  std::size_t sent() const;
  // How many replies said so, and messages of comms: "execute_reply aborted", "run_mode task", "comm_msg".
  std::size_t count(const std::string& what) const;

 private:
  // One message that came. The texts are shared by all entries.
  struct Event {
    int by;
    Channel channel;
    const std::string* type;
    const std::string* detail;
  };
  // What one listener has heard of a request on iopub.
  struct Hearing {
    unsigned busy = 0, idle = 0;
  };
  struct Entry {
    Sent sent;
    unsigned replies = 0;
    bool left = false;
    std::array<Hearing, 2> hearings;  // the rider's, the witness's
    std::vector<Event> events;
  };

  void hear_reply(Entry& entry, int by, const Arrival& arrival, News& news) REQUIRES(mutex_);
  void hear_comm(Entry& entry, const Arrival& arrival) REQUIRES(mutex_);
  void hear_iopub(Entry& entry, int by, const Arrival& arrival, News& news) REQUIRES(mutex_);
  void note(Entry& entry, int by, const Arrival& arrival, const std::string& detail) REQUIRES(mutex_);
  void add_fault(const std::string& what, const Entry* entry) REQUIRES(mutex_);
  std::string history(const Entry& entry) const REQUIRES(mutex_);
  bool is_owed(const Entry& entry, const Hearing& hearing) const REQUIRES(mutex_);

  const bool mortal_;
  mutable Mutex mutex_;
  Condition changed_;
  std::map<std::string, Entry, std::less<>> entries_ GUARDED_BY(mutex_);
  std::set<std::string> texts_ GUARDED_BY(mutex_);
  std::map<std::string, std::size_t> counts_ GUARDED_BY(mutex_);
  std::vector<std::string> faults_ GUARDED_BY(mutex_);
  bool ending_ GUARDED_BY(mutex_) = false;
  std::size_t unheard_ GUARDED_BY(mutex_) = 0;  // requests whose idle the witness waits for
  std::size_t heard_ GUARDED_BY(mutex_) = 0;    // messages that the witness has heard
};

}  // namespace hermit::tests
