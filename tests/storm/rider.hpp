// Rider: one client of the storm, on a thread of its own: takes the steps of its plan, helps its cells to
// their end, and tells the ledger all that it sends and gets.
//
// It never waits for time to pass. It sends as long as its window is open, and then receives; a cell that
// needs an interrupt gets one whenever the one before has been answered, until it has ended. So something is
// always on its way, and a rider to which nothing comes has found a fault.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "client/zmq_transport.hpp"
#include "protocol/message.hpp"
#include "storm/ledger.hpp"
#include "storm/plan.hpp"
#include "storm/subshell_ids.hpp"

namespace hermit::tests {

// What riders share. All of it outlives them.
struct Shared {
  // A connection to the kernel, subscribed to the topics that begin with `topic`; a client that was there
  // before comes back with its identity, a new one has "". What cannot be done but with frames is left out
  // when it is no ZmqTransport.
  std::function<std::unique_ptr<Transport>(const std::string& topic, const std::string& identity)> connect;
  std::function<void()> signal;  // sends SIGINT to the kernel
  bool tasks = true;             // see Plan
  Ledger& ledger;
  SubshellIds subshells = {};
  std::atomic<bool> over = false;  // the kernel was told to end: nobody waits for anything any more
};

// Used by one thread.
class Rider {
 public:
  // `number` tells the riders of a storm apart.
  Rider(int number, Shared& shared, unsigned seed);

  // Connects, takes so many steps of its plan, and waits until all it has sent is answered. What goes wrong
  // is noted in the ledger.
  void ride(std::size_t steps);

 private:
  using Clock = std::chrono::steady_clock;

  // A request of which something is still to come.
  struct Open {
    Step step;
    std::string helps = {};  // the cell that ends when this one has run
    bool begun = false;
    Clock::time_point since = {};  // when it was first helped with an interrupt
  };

  void connect(const std::string& identity);
  void take(Step step);
  void take_apart(Step step);
  void leave(bool same_identity);
  void pass_by(const Step& step);
  void beat();

  Message compose(Step& step, std::string& id);
  std::string send(Step step);
  std::string send_through(Transport& transport, Step step, bool may_be_lost);
  void send_twice(Step step);
  void forge(Step step);

  void receive();
  void receive_waiting();
  void settle();
  void handle(const Arrival& arrival);
  void learn(const News& news, const Message& message);

  void begin(const std::string& id, Open& open);
  void help();
  bool needs_help();
  void answer_question(const std::string& id, const Message& question);
  void answer(Transport& from, const Message& question, const std::string& content);
  void answer_late();

  const int number_;
  Shared& shared_;
  Ledger& ledger_;
  Plan plan_;
  Dice dice_;  // for what depends on what the others do
  const Session session_{"rider"};
  std::unique_ptr<Transport> transport_;
  ZmqTransport* frames_ = nullptr;       // the same, where frames can be sent
  std::unique_ptr<Transport> stranger_;  // another client, which answers what it was not asked
  std::map<std::string, Open> open_;
  std::map<std::string, Clock::time_point> left_;  // cells that were open when it left, and since when
  std::deque<Message> late_;                       // questions to be answered later
  std::string interrupt_;                          // the one that is on its way; "" for none
  bool leaving_ = false;
  std::size_t beats_ = 0;
};

}  // namespace hermit::tests
