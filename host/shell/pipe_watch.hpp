// PipeWatch: whether something may have been written to a pipe, mostly told without a system call.
//
// A poll request of Linux's asynchronous I/O waits at the pipe. Who writes completes it before the write()
// returns, and what completed lies in a ring that the kernel shares with the process (io_submit(2),
// IOCB_CMD_POLL). Where there is no such thing the answer is always "maybe".
#pragma once

#include <atomic>
#include <cstdint>

namespace hermit {

class PipeWatch {
 public:
  PipeWatch() = default;
  ~PipeWatch();
  PipeWatch(const PipeWatch&) = delete;
  PipeWatch& operator=(const PipeWatch&) = delete;

  // Watches the pipe with this read end, which outlives it. Once. maybe_written() may be called meanwhile.
  void open(int read_end);
  // True from then on until close(), where the kernel has such requests.
  bool is_open() const { return context_ != 0; }
  // Ends it; the destructor does the same. Takes ten milliseconds or more.
  void close();

  // False when nothing has been written by write() since the pipe was last read and watch_on() called. What
  // splice() and its like have written may be told some microseconds late. [any-thread]
  bool maybe_written() const;

  // The rest is for one thread at a time: whoever reads the pipe calls the first before and the second when
  // the bytes are where they belong; `has_read`: there were some.
  void begin_reading() { quiet_ = false; }
  void watch_on(bool has_read);

 private:
  struct Ring;

  bool is_ours() const;
  bool has_event() const;
  void submit();

  int read_end_ = -1;
  unsigned long context_ = 0;
  const Ring* ring_ = nullptr;
  const std::uint64_t* ours_ = nullptr;  // 1 in this process, 0 in one that was forked from it
  bool submitted_ = false;
  bool broken_ = false;             // the kernel does not take such requests
  bool unsure_ = false;             // the request may not wait at the pipe
  std::atomic<bool> quiet_{false};  // an empty ring means that nothing was written
};

}  // namespace hermit
