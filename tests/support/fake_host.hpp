// A host for tests of a shell library: it offers every service, records what the shell does with them, and
// answers as the test has told it to.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hermit/hermit.h"

namespace hermit::test {

struct RecordedPart {
  std::string data;
  uint32_t form = 0;
};

struct RecordedBundle {
  std::map<std::string, RecordedPart> parts;
  std::string metadata;
  std::string display_id;
};

struct RecordedError {
  std::string name;
  std::string value;
  std::vector<std::string> traceback;

  // The lines of the traceback joined, without colours.
  std::string plain_traceback() const;
};

// A message of a comm that the shell has sent.
struct RecordedComm {
  std::string action;  // "open", "send" or "close"
  std::string id;
  std::string target;
  std::string data;
  std::string metadata;
  std::vector<std::string> buffers;
};

// All that happened for one request.
struct Record {
  std::string out;
  std::string err;
  size_t stream_calls = 0;
  std::vector<RecordedBundle> results;
  std::vector<RecordedBundle> displays;
  std::vector<RecordedBundle> updates;
  std::vector<uint32_t> clears;
  std::vector<RecordedError> errors;
  std::vector<std::string> prompts;
  std::vector<uint32_t> passwords;
  std::vector<RecordedComm> comms;
};

RecordedBundle copy(const hermit_bundle& bundle);
RecordedError copy(const hermit_error& error);
std::string copy(hermit_text text);
hermit_text lend(std::string_view text);

class FakeHost {
 public:
  FakeHost();
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  const hermit_host* table() const { return &host_; }

  // What happened for a request so far.
  Record record(hermit_request request);
  std::vector<std::string> log();

  // Waits until the shell has written `text` to stdout for the request, or asked for input.
  void wait_for_output(hermit_request request, std::string_view text);
  void wait_for_prompt(hermit_request request);

  // The next answers to input requests. Without one, input waits for one or for interrupt_input().
  void answer(std::string line);
  void refuse_input();
  void interrupt_input();

  // Makes the stream calls wait until called again with false.
  void hold_streams(bool hold);

  // The requests that the shell wants to be resumed, in the order in which they come due: each once, the
  // later call taking the place of an earlier one. Waits until there is one; the first does not wait for its
  // time, the second does.
  hermit_request next_to_resume();
  hermit_request next_that_is_due();
  bool has_to_resume();
  // How long the shell wanted to wait before the request that comes next.
  uint64_t delay_of(hermit_request request);

  // The targets that clients can open comms to.
  std::set<std::string> targets();
  // Says that a comm was opened or closed by its client.
  void comm_is_open(const std::string& id, bool is_open);

  // What stream calls return from now on.
  void set_stream_status(hermit_status status);

  // To be called before the shell is created.
  void set_setting(std::string name, std::string json) { settings_[std::move(name)] = std::move(json); }
  void hide(std::string extension) { hidden_.push_back(std::move(extension)); }

 private:
  static FakeHost& self(const hermit_host* host) { return *static_cast<FakeHost*>(host->context); }
  static const void* extension(const hermit_host*, hermit_text id);
  static hermit_status fail(const hermit_host*, hermit_request, const hermit_error*);
  static hermit_status finish(const hermit_host*, hermit_request, hermit_status);
  static hermit_status stream(const hermit_host*, hermit_request, uint32_t, hermit_text);
  static hermit_status result(const hermit_host*, hermit_request, const hermit_bundle*);
  static hermit_status display(const hermit_host*, hermit_request, const hermit_bundle*, hermit_text);
  static hermit_status update(const hermit_host*, hermit_request, const hermit_bundle*, hermit_text);
  static hermit_status clear(const hermit_host*, hermit_request, uint32_t);
  static hermit_status read(const hermit_host*, hermit_request, hermit_text, uint32_t,
                            const hermit_text_sink*);
  static hermit_status value(const hermit_host*, hermit_text, const hermit_text_sink*);
  static hermit_status resume_after(const hermit_host*, hermit_request, uint64_t);
  static hermit_status add_target(const hermit_host*, hermit_text);
  static hermit_status remove_target(const hermit_host*, hermit_text);
  static hermit_status open_comm(const hermit_host*, hermit_request, const hermit_comm_message*,
                                 const hermit_text_sink*);
  static hermit_status send_comm(const hermit_host*, hermit_request, const hermit_comm_message*);
  static hermit_status close_comm(const hermit_host*, hermit_request, const hermit_comm_message*);
  hermit_status note(const char* action, hermit_request request, const hermit_comm_message& message);
  static void write_log(const hermit_host*, uint32_t, hermit_text);

  hermit_host host_;
  hermit_host_output output_{stream, result, display, update, clear};
  hermit_host_input input_{read};
  hermit_host_settings settings_table_{value};
  hermit_host_log log_table_{write_log};
  hermit_host_lane lane_{resume_after};
  hermit_host_comm comm_{add_target, remove_target, open_comm, send_comm, close_comm};

  std::map<std::string, std::string, std::less<>> settings_;
  std::vector<std::string> hidden_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<hermit_request, Record> records_;
  std::vector<std::string> log_;
  std::set<std::string> targets_;
  std::set<std::string> comms_;  // the ids of those that are open
  struct Resumption {
    uint64_t due = 0;    // in microseconds of now_
    uint64_t order = 0;  // among those due at the same time
    std::chrono::steady_clock::time_point time;
  };
  hermit_request take_first();

  std::map<hermit_request, Resumption> to_resume_;
  uint64_t now_ = 0;    // in microseconds; goes on when a request is taken
  uint64_t calls_ = 0;  // of resume_after
  std::deque<std::string> answers_;
  bool refuses_input_ = false;
  bool interrupts_input_ = false;
  bool holds_streams_ = false;
  hermit_status stream_status_ = HERMIT_OK;
};

}  // namespace hermit::test
