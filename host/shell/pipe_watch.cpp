#include "shell/pipe_watch.hpp"

#include <linux/aio_abi.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

namespace hermit {

// The head of the ring as Linux lays it out since 2.6; libaio reads it as well.
struct PipeWatch::Ring {
  static constexpr unsigned expected_magic = 0xa10a10a1;

  unsigned id;
  unsigned nr;
  unsigned head;  // moved by io_getevents()
  unsigned tail;  // moved by what completes
  unsigned magic;
};

void PipeWatch::close() {
  quiet_ = false;
  ring_ = nullptr;
  if (is_ours() && context_ != 0) syscall(SYS_io_destroy, context_);
  context_ = 0;
}

PipeWatch::~PipeWatch() {
  close();
  if (ours_ != nullptr) munmap(const_cast<std::uint64_t*>(ours_), sizeof *ours_);
}

void PipeWatch::open(int read_end) {
  read_end_ = read_end;
  // A forked process has no such context, and must not look at the ring of another.
  void* const page = mmap(nullptr, sizeof *ours_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return;
  ours_ = static_cast<std::uint64_t*>(page);
  if (madvise(page, static_cast<std::size_t>(sysconf(_SC_PAGESIZE)), MADV_WIPEONFORK) != 0) return;
  *static_cast<std::uint64_t*>(page) = 1;
  aio_context_t context = 0;
  if (syscall(SYS_io_setup, 1, &context) != 0) return;
  context_ = context;
  const auto* const ring = reinterpret_cast<const Ring*>(context);
  if (ring->magic != Ring::expected_magic) return;
  ring_ = ring;
  submit();
}

bool PipeWatch::is_ours() const { return ours_ != nullptr && *ours_ == 1; }

bool PipeWatch::maybe_written() const { return !quiet_ || !is_ours() || has_event(); }

bool PipeWatch::has_event() const {
  return __atomic_load_n(&ring_->tail, __ATOMIC_ACQUIRE) != __atomic_load_n(&ring_->head, __ATOMIC_RELAXED);
}

void PipeWatch::watch_on(bool has_read) {
  if (ring_ == nullptr || broken_ || !is_ours()) return;
  if (submitted_ && !has_event()) {
    // What was read had completed nothing: the kernel may be about to look at the request on a thread of its
    // own.
    if (has_read) unsure_ = true;
    quiet_ = !unsure_;
    return;
  }
  timespec at_once{0, 0};
  io_event event;
  if (submitted_ && syscall(SYS_io_getevents, context_, 1, 1, &event, &at_once) != 1) return;
  submit();
}

void PipeWatch::submit() {
  iocb request{};
  request.aio_lio_opcode = IOCB_CMD_POLL;
  request.aio_fildes = static_cast<std::uint32_t>(read_end_);
  request.aio_buf = POLLIN;
  iocb* const requests[] = {&request};
  submitted_ = syscall(SYS_io_submit, context_, 1, requests) == 1;
  broken_ = !submitted_;
  // Who wrote while it was submitted may have found it locked.
  pollfd item{read_end_, POLLIN, 0};
  unsure_ = !submitted_ || poll(&item, 1, 0) != 0;
  quiet_ = !unsure_;
}

}  // namespace hermit
