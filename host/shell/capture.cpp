#include "shell/capture.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdio_ext.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>
#include <system_error>
#include <utility>

#include <hermit/ext/output.h>

#include "base/log.hpp"
#include "base/thread.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
extern "C" void __sanitizer_set_report_fd(void* descriptor);
#endif

namespace hermit {
namespace {

// What a writer can put into a pipe before it has to wait for a reader; where the system allows less, its
// default of 64 KiB stays.
constexpr std::size_t pipe_size = std::size_t{1} << 20;

// For so long the watches are believed when they say that nothing was written. They tell late of what
// splice() and its like have written; a process that does so needs longer than this to begin and end.
constexpr auto trust = std::chrono::microseconds(100);

// So many prints ask the pipes themselves, each for a third of a microsecond, before watches are set up. That
// takes as long as a few hundred, and to take them down a hundred times as long: a kernel that prints little
// ends sooner without.
constexpr std::uint32_t asks_before_watching = 1000;

Error failed(const char* call) {
  return Error{std::string("the standard streams cannot be captured: ") + call + ": " + std::strerror(errno)};
}

// Nobody writes to it on purpose: it is closed, or is what SQLite puts in the place of a closed one when it
// comes by, /dev/null for reading.
bool is_vacant(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0) return true;
  struct stat file;
  return (flags & O_ACCMODE) == O_RDONLY && fstat(descriptor, &file) == 0 && S_ISCHR(file.st_mode) &&
         file.st_rdev == makedev(1, 3);
}

}  // namespace

std::string_view left_in(const CaptureBuffer& buffer, std::uint32_t stream, std::string_view rest) {
  const std::size_t size = buffer.expected;
  if (buffer.stream != stream || size == 0 || size > CaptureBuffer::capacity) return {};
  const bool marked = std::memcmp(buffer.bytes, &buffer.mark, std::min(size, sizeof buffer.mark)) == 0;
  if (marked && rest.size() >= size) return {};  // they are still in the pipe
  return {buffer.bytes, size};
}

Capture::Capture(Sink sink, Wait wait, CaptureBuffer* buffer)
    : sink_(std::move(sink)),
      wait_(std::move(wait)),
      own_buffer_(buffer == nullptr ? std::make_unique<CaptureBuffer>() : nullptr),
      buffer_(buffer == nullptr ? *own_buffer_ : *buffer) {
  std::random_device random;
  buffer_.mark = std::uint64_t{random()} << 32 | random();
  streams_[0].number = HERMIT_STDOUT;
  streams_[1].number = HERMIT_STDERR;
}

Capture::~Capture() {
  stop();
  if (!streams_[0].watch.is_open()) return;
  // Each waits until all processors have noticed (RCU): at the same time, unless there can be no more
  // threads.
  std::thread other;
  try {
    other = start_quiet_thread("hermit-unwatch", [this] { streams_[0].watch.close(); });
  } catch (const std::system_error&) {
    streams_[0].watch.close();
  }
  streams_[1].watch.close();
  if (other.joinable()) other.join();
}

Result<void> Capture::open(Stream& stream) {
  stream.original = high_copy(static_cast<int>(stream.number));
  if (!stream.original) stream.original = Descriptor(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return failed("pipe2");
  const Descriptor low_read(ends[0]);
  const Descriptor low_write(ends[1]);
  stream.read_end = high_copy(ends[0]);
  stream.write_end = high_copy(ends[1]);
  if (!stream.original || !stream.read_end || !stream.write_end) return failed("fcntl");
  // Only our end does not wait: the two ends of a pipe have flags of their own.
  if (fcntl(stream.read_end.get(), F_SETFL, O_NONBLOCK) != 0) return failed("fcntl");
  fcntl(stream.write_end.get(), F_SETPIPE_SZ, static_cast<int>(pipe_size));
  return {};
}

Result<void> Capture::start() {
  std::fflush(nullptr);
  for (auto& stream : streams_) {
    if (auto done = open(stream); !done) return done;
  }
  stopping_ = Descriptor(eventfd(0, EFD_CLOEXEC));
  if (!stopping_) return failed("eventfd");
  written_ = Descriptor(epoll_create1(EPOLL_CLOEXEC));
  for (std::uint32_t i = 0; i < streams_.size(); ++i) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = i;
    if (epoll_ctl(written_.get(), EPOLL_CTL_ADD, streams_[i].read_end.get(), &event) != 0) {
      return failed("epoll_ctl");
    }
  }
  log::set_descriptor(original(HERMIT_STDERR));
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // A report ends the process before anybody has read the pipe.
  __sanitizer_set_report_fd(reinterpret_cast<void*>(static_cast<std::intptr_t>(original(HERMIT_STDERR))));
#endif
  for (const auto& stream : streams_) dup2(stream.write_end.get(), static_cast<int>(stream.number));
  // C's stdout would keep text to itself now that it is no terminal.
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  started_ = true;
  reader_ = start_quiet_thread("hermit-capture", [this] { run(); });
  return {};
}

int Capture::original(std::uint32_t stream) const {
  const Stream& of = streams_[stream == HERMIT_STDERR ? 1 : 0];
  return of.original ? of.original.get() : static_cast<int>(stream);
}

int Capture::read_end(std::uint32_t stream) const {
  return streams_[stream == HERMIT_STDERR ? 1 : 0].read_end.get();
}

void Capture::drain(bool surely) {
  if (!started_) return;
  if (__fpending(stdout) != 0) std::fflush(stdout);
  if (!surely && !maybe_written()) return;
  Lock lock(mutex_);
  read_all();
  if (!surely) watch_if_it_pays();
}

void Capture::watch_if_it_pays() {
  if (asks_ == asks_before_watching || ++asks_ < asks_before_watching) return;
  for (auto& stream : streams_) stream.watch.open(stream.read_end.get());
}

bool Capture::maybe_written() const {
  for (const auto& stream : streams_) {
    if (stream.watch.maybe_written()) return true;
  }
  return Clock::now() - asked_.load() >= trust;
}

void Capture::mend() {
  if (!started_) return;
  for (const auto& stream : streams_) {
    const int descriptor = static_cast<int>(stream.number);
    if (is_vacant(descriptor)) dup2(stream.write_end.get(), descriptor);
  }
}

// Reads what is in the pipes, but not for ever while somebody writes on.
void Capture::read_all() {
  asked_ = Clock::now();
  for (auto& stream : streams_) stream.watch.begin_reading();
  std::array<bool, 2> has_read{};
  epoll_event events[2];
  const int count = epoll_wait(written_.get(), events, 2, 0);
  for (int i = 0; i < count; ++i) {
    const std::uint32_t index = events[i].data.u32;
    const Stream& stream = streams_[index];
    for (std::size_t total = 0; total <= pipe_size;) {
      const std::size_t size = read_some(stream);
      has_read[index] |= size > 0;
      if (size < CaptureBuffer::capacity) break;
      total += size;
    }
  }
  for (std::size_t i = 0; i < streams_.size(); ++i) streams_[i].watch.watch_on(has_read[i]);
}

// Reads once, if there is something to read. How much, is written down before, so that whoever finds the
// buffer after a sudden end knows what is in it.
std::size_t Capture::read_some(const Stream& stream) {
  int available = 0;
  if (ioctl(stream.read_end.get(), FIONREAD, &available) != 0 || available <= 0) return 0;
  const std::size_t wanted = std::min(static_cast<std::size_t>(available), CaptureBuffer::capacity);
  std::memcpy(buffer_.bytes, &buffer_.mark, std::min(wanted, sizeof buffer_.mark));
  buffer_.expected = static_cast<std::uint32_t>(wanted);
  buffer_.end = 0;
  buffer_.stream = stream.number;
  const ssize_t size = read(stream.read_end.get(), buffer_.bytes, wanted);
  if (size > 0) sink_(stream.number, std::string_view(buffer_.bytes, static_cast<std::size_t>(size)));
  buffer_.stream = 0;
  return size > 0 ? static_cast<std::size_t>(size) : 0;
}

// Reads what nobody drains. Sleeps while nothing is written.
void Capture::run() {
  pollfd items[3] = {{streams_[0].read_end.get(), POLLIN, 0},
                     {streams_[1].read_end.get(), POLLIN, 0},
                     {stopping_.get(), POLLIN, 0}};
  for (;;) {
    if (poll(items, 3, -1) < 0 && errno != EINTR) {
      return log::error("HOST_MISBEHAVING the standard streams cannot be read: {}", std::strerror(errno));
    }
    if (items[2].revents != 0) return;
    if (wait_) wait_();
    Lock lock(mutex_);
    read_all();
  }
}

void Capture::stop() {
  if (!started_) return;
  std::fflush(stdout);
  for (const auto& stream : streams_) dup2(stream.original.get(), static_cast<int>(stream.number));
  eventfd_write(stopping_.get(), 1);
  reader_.join();
  {
    Lock lock(mutex_);
    read_all();
  }
  started_ = false;
  log::set_descriptor(static_cast<int>(HERMIT_STDERR));
}

}  // namespace hermit
