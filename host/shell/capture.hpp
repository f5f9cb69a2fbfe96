// Capture: what is written to the descriptors 1 and 2 of the process, by C libraries, child processes and
// whoever else knows nothing of kernels (K10).
//
// Both lead into pipes while it exists. A thread reads them; whoever has to be sure that all that was written
// before a moment has arrived reads them too (drain()).
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>

#include "base/file.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "shell/pipe_watch.hpp"

namespace hermit {

// What was read of a pipe until the sink has taken it. In memory that another process shares, it is not lost
// when this one is killed.
struct CaptureBuffer {
  static constexpr std::size_t capacity = (std::size_t{1} << 17) - 64;

  std::atomic<std::uint32_t> stream;  // whose bytes are read, or about to be; 0 for none
  std::uint32_t expected;             // how many
  std::atomic<std::uint64_t> end;     // the sink's own note of how far it has got with them; 0 at first
  std::uint64_t mark;                 // what `bytes` begin with until they are read; random
  char bytes[capacity];
};

// What a process that has been killed had read of a stream and not passed on; `rest` is what its pipe still
// holds. Any content of the buffer is put up with. The view is valid as long as the buffer.
std::string_view left_in(const CaptureBuffer& buffer, std::uint32_t stream, std::string_view rest);

// At most one in a process. Usable on any thread but where it says otherwise.
class Capture {
 public:
  // Takes what was written to a stream, HERMIT_STDOUT or HERMIT_STDERR: any bytes, in order within a stream.
  // Calls come one at a time, from any thread.
  using Sink = std::function<void(std::uint32_t stream, std::string_view bytes)>;

  // Called on the thread before it reads, and may wait meanwhile: whoever writes waits then when the pipe is
  // full. drain() does not call it.
  using Wait = std::function<void()>;

  // Reads into `buffer`, which outlives it, or into one of its own. Nobody else touches it in this process.
  explicit Capture(Sink sink, Wait wait = nullptr, CaptureBuffer* buffer = nullptr);
  // stop(). Takes some ten milliseconds when cells have printed so much that the pipes are watched.
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  // Begins. The log goes to what was descriptor 2 from now on. The error says which system call failed; then
  // nothing has changed. [main-thread]
  Result<void> start();

  // Gives the sink all that was written until now, what waits in the buffer of C's stdout included. Nothing
  // when it was not started. Costs next to nothing when nothing was written. Who has used splice() or its
  // like in this process within the last 100 µs can be missed, unless `surely`.
  void drain(bool surely = false) EXCLUDES(mutex_);

  // Opens a descriptor again that somebody has closed; what was opened since in its place stays.
  void mend();

  // Puts the descriptors back, after a last drain(). Idempotent. [main-thread]
  void stop() EXCLUDES(mutex_);

  // Where what is written to a stream can be read. A copy of it, given to another process, outlives this one.
  int read_end(std::uint32_t stream) const;

  // What the descriptor of a stream was before; the descriptor itself when it was not started.
  int original(std::uint32_t stream) const;

 private:
  // One of the two.
  struct Stream {
    std::uint32_t number = 0;  // also that of the descriptor
    Descriptor original;       // what it was
    Descriptor read_end;
    Descriptor write_end;  // a second one: the pipe never ends, and can be put back
    PipeWatch watch;
  };

  using Clock = std::chrono::steady_clock;

  static Result<void> open(Stream& stream);
  bool maybe_written() const;
  void read_all() REQUIRES(mutex_);
  void watch_if_it_pays() REQUIRES(mutex_);
  std::size_t read_some(const Stream& stream) REQUIRES(mutex_);
  void run() EXCLUDES(mutex_);

  const Sink sink_;
  const Wait wait_;
  std::array<Stream, 2> streams_;  // fixed from start() to stop()
  Descriptor written_;             // of epoll: the quickest way to ask which read ends have something
  Descriptor stopping_;            // becomes readable at stop()
  std::thread reader_;
  std::atomic<bool> started_{false};
  std::atomic<Clock::time_point> asked_{};  // when the pipes were read, or found empty, last

  Mutex mutex_;  // held while a pipe is read and the sink is called
  std::uint32_t asks_ GUARDED_BY(mutex_) =
      0;  // while the pipes are not watched: for how many prints they were asked
  const std::unique_ptr<CaptureBuffer> own_buffer_;
  CaptureBuffer& buffer_ GUARDED_BY(mutex_);
};

}  // namespace hermit
