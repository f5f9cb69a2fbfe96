// Comms: lasting connections between a shell and something in its clients (K11).
// Jupyter messaging: "Custom Messages".
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <hermit/hermit.h>

#include "base/mutex.hpp"
#include "kernel/cells.hpp"
#include "kernel/exchange.hpp"
#include "kernel/output.hpp"
#include "shell/shell.hpp"

namespace hermit {

// Which comms are open, and their messages in both directions. Usable on any thread but where it says
// otherwise.
class Comms {
 public:
  // Both outlive it.
  Comms(Cells& cells, Output& output) : cells_(cells), output_(output) {}

  // For Services; see hermit_host_comm.
  hermit_status add_target(std::string_view target) EXCLUDES(mutex_);
  hermit_status remove_target(std::string_view target) EXCLUDES(mutex_);
  hermit_status open(const Owner& owner, hermit_request request, const hermit_comm_message& message,
                     std::string& comm_id) EXCLUDES(mutex_);
  hermit_status send(const Owner& owner, hermit_request request, const hermit_comm_message& message)
      EXCLUDES(mutex_);
  hermit_status close(const Owner& owner, hermit_request request, const hermit_comm_message& message)
      EXCLUDES(mutex_);

  // Tells clients that all comms are closed, and forgets the targets: the shell that had them is gone.
  void close_all(const Owner& owner) EXCLUDES(mutex_);

  // Gives a comm_open, comm_msg or comm_close to the shell. [comm-thread]
  void receive(Exchange& exchange, Shell& shell) EXCLUDES(mutex_);
  // Answers a comm_info_request.
  void answer_info(Exchange& exchange) const EXCLUDES(mutex_);

 private:
  // A client's message, as the shell gets it.
  struct Arrived;

  void receive_open(Exchange& exchange, Shell& shell, const Arrived& arrived) EXCLUDES(mutex_);
  bool tell(Exchange& exchange, Shell& shell, CommEvent event, const Arrived& arrived);
  hermit_status publish(const Owner& owner, hermit_request request, std::string_view msg_type,
                        std::string_view comm_id, const hermit_comm_message& message);
  bool is_open(const std::string& comm_id) const EXCLUDES(mutex_);

  Cells& cells_;
  Output& output_;

  Mutex order_mutex_;  // held while a message of the shell's is sent, so that none follows a comm_close;
                       // before mutex_
  mutable Mutex mutex_;
  std::set<std::string, std::less<>> targets_ GUARDED_BY(mutex_);
  std::map<std::string, std::string, std::less<>> open_ GUARDED_BY(mutex_);  // ids, with their targets
};

}  // namespace hermit
