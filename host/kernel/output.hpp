// Output: what cells show, on its way to iopub (K10).
//
// Text written to a stream is joined into few messages: the first piece after a pause leaves at once,
// what follows within a few milliseconds leaves together. Order holds among all output of one request.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <thread>

#include "base/mutex.hpp"
#include "kernel/cells.hpp"
#include "kernel/publisher.hpp"
#include "shell/capture.hpp"

namespace hermit {

// Usable on any thread.
class Output {
 public:
  // Both outlive it. With `echo`, text goes to the process's own streams as well.
  Output(const Publisher& publisher, const Cells& cells, bool echo = false);
  // close().
  ~Output();

  // Shows what is written to the descriptors 1 and 2 of the process too, until close(). [main-thread]
  Result<void> start_capture() { return capture_.start(); }

  // Waits while clients are too slow to take output, when `number` is a running cell: of what has no cell,
  // nobody could end the wait. An interrupt does and makes it return HERMIT_INTERRUPTED; what the cell wanted
  // to send is to be sent all the same. `droppable` as in Message.
  hermit_status wait_for_room(hermit_request number, bool droppable = false) const EXCLUDES(mutex_);

  // `stream` is HERMIT_STDOUT or HERMIT_STDERR. HERMIT_INVALID for a request number that was never given;
  // else what wait_for_room() returned.
  hermit_status stream(hermit_request number, std::uint32_t stream, std::string_view text) EXCLUDES(mutex_);

  // Sends a message other than a stream's, after the text that was written before it. Does not wait.
  void publish(hermit_request number, const Owner& owner, std::string_view msg_type, const Json& content)
      EXCLUDES(mutex_);
  void publish(hermit_request number, const Owner& owner, Publication publication) EXCLUDES(mutex_);

  // Has whoever waits look whether its cell still runs, and was not interrupted.
  void wake() { publisher_.port().wake_waiting(); }
  // Says under the parent how much text was dropped; nothing for none.
  void tell(const Dropped& dropped) const;

  // Sends what waits for this request.
  void flush(hermit_request number) EXCLUDES(mutex_);
  // The same at the end of a cell: characters that were never completed are repaired and sent too.
  void finish(hermit_request number) EXCLUDES(mutex_);
  // Sends all that waits, for the end of the kernel. Idempotent.
  void close() EXCLUDES(mutex_);

 private:
  using Clock = std::chrono::steady_clock;

  // The text of one request that waits.
  struct Buffer {
    hermit_request number = HERMIT_NO_REQUEST;
    Bytes parent;
    std::uint32_t stream = 0;               // whose text it is; text of the other stream sends it first
    std::string text;                       // whole characters only
    std::array<std::string, 2> beginnings;  // of characters split over two writes, by stream
    Clock::time_point due;   // when the text has to leave, and the buffer of a finished cell to go
    Clock::time_point sent;  // when text left last
  };

  // Text that was captured, and what of it is no whole character yet.
  struct Captured {
    hermit_request number = HERMIT_NO_REQUEST;  // whose it is
    std::string beginning;
  };

  void copy_out(std::uint32_t stream, std::string_view text) EXCLUDES(mutex_, copy_mutex_);
  void take_captured(std::uint32_t stream, std::string_view bytes) EXCLUDES(mutex_);
  void end_captured(hermit_request number, std::uint32_t stream) REQUIRES(mutex_);
  void add(Buffer& buffer, std::string& beginning, std::uint32_t stream, std::string_view text)
      REQUIRES(mutex_);
  Buffer* buffer(hermit_request& number) REQUIRES(mutex_);
  void append(Buffer& buffer, std::uint32_t stream, std::string_view text) REQUIRES(mutex_);
  void send(Buffer& buffer, std::string_view text) REQUIRES(mutex_);
  void send_waiting(Buffer& buffer) REQUIRES(mutex_);
  void send_rest(hermit_request number) EXCLUDES(mutex_);
  void wait_for_flush(Buffer& buffer) REQUIRES(mutex_);
  void run_flusher() EXCLUDES(mutex_);

  const Publisher& publisher_;
  const Cells& cells_;
  const bool echo_;
  Capture capture_;

  Mutex mutex_;
  std::array<Captured, 2> captured_ GUARDED_BY(mutex_);  // by stream
  Condition changed_;
  std::map<hermit_request, Buffer> buffers_ GUARDED_BY(mutex_);
  bool waiting_ GUARDED_BY(mutex_) = false;  // some buffer has text
  bool stopped_ GUARDED_BY(mutex_) = false;
  Mutex copy_mutex_;     // held while text is copied to the process's own streams
  std::thread flusher_;  // started under the mutex with the first text that waits
};

}  // namespace hermit
