#include "worker/ring.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file.hpp"

namespace hermit::worker {
namespace {

// What can be printed until somebody has to read it. A power of two.
constexpr std::uint64_t ring_size = std::uint64_t{1} << 20;
constexpr std::size_t page = 4096;
constexpr std::size_t mapped_size = page + ring_size + sizeof(CaptureBuffer);

// Records joined beyond this are given out.
constexpr std::size_t joined_size = std::size_t{64} << 10;

Error failed(const char* call) {
  return Error{std::string("the memory shared with a worker: ") + call + ": " + std::strerror(errno)};
}

}  // namespace

Ring::Ring(Descriptor descriptor, void* memory) : descriptor_(std::move(descriptor)), memory_(memory) {}

Ring::Ring(Ring&& other) noexcept
    : descriptor_(std::move(other.descriptor_)), memory_(std::exchange(other.memory_, nullptr)) {}

Ring::~Ring() {
  if (memory_ != nullptr) munmap(memory_, mapped_size);
}

Result<Ring> Ring::make() {
  Descriptor descriptor = moved_up(Descriptor(memfd_create("hermit-output", MFD_CLOEXEC)));
  if (!descriptor) return failed("memfd_create");
  if (ftruncate(descriptor.get(), mapped_size) != 0) return failed("ftruncate");
  return map_from(std::move(descriptor));
}

Result<Ring> Ring::map(Descriptor descriptor) { return map_from(std::move(descriptor)); }

Result<Ring> Ring::map_from(Descriptor descriptor) {
  void* const memory = mmap(nullptr, mapped_size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.get(), 0);
  if (memory == MAP_FAILED) return failed("mmap");
  return Ring(std::move(descriptor), memory);
}

char* Ring::data() const { return static_cast<char*>(memory_) + page; }

// All its bits are 0 when the ring is made, which is the state of one that holds nothing.
CaptureBuffer& Ring::captured() const { return *reinterpret_cast<CaptureBuffer*>(data() + ring_size); }

namespace {

// The space that a record with so much text takes.
constexpr std::uint64_t space(std::uint64_t header, std::uint64_t text) {
  return header + (text + header - 1) / header * header;
}

}  // namespace

bool Ring::put(Record record, std::uint64_t request, std::string_view text, Source source) {
  Positions& at = positions();
  std::uint64_t written = at.written.load(std::memory_order_relaxed);
  const std::uint64_t read = at.read.load(std::memory_order_acquire);
  const std::uint64_t needed = space(sizeof(Header), text.size());
  const std::uint64_t to_the_end = ring_size - written % ring_size;
  const std::uint64_t filler = to_the_end < needed ? to_the_end : 0;
  if (written + filler + needed - read > ring_size) return false;
  if (filler != 0) {
    const Header nothing{static_cast<std::uint32_t>(Record::nothing),
                         static_cast<std::uint32_t>(filler - sizeof(Header)), 0};
    std::memcpy(data() + written % ring_size, &nothing, sizeof nothing);
    written += filler;
  }
  const Header header{static_cast<std::uint32_t>(record), static_cast<std::uint32_t>(text.size()), request};
  char* const place = data() + written % ring_size;
  std::memcpy(place, &header, sizeof header);
  std::memcpy(place + sizeof header, text.data(), text.size());
  // Before it is true: only this thread writes, so that whoever finds both numbers can tell.
  if (source == Source::capture) captured().end = written + needed;
  at.written.store(written + needed, std::memory_order_release);
  return true;
}

bool Ring::has_captured() const {
  const std::uint64_t end = captured().end;
  return end != 0 && positions().written.load(std::memory_order_acquire) >= end;
}

bool Ring::take(const Take& take) {
  Positions& at = positions();
  std::uint64_t read = at.read.load(std::memory_order_relaxed);
  Header open{};
  std::string joined;
  const auto give_out = [&] {
    if (open.record != 0) take(static_cast<Record>(open.record), open.request, joined);
    open.record = 0;
    joined.clear();
  };
  const std::uint64_t written = at.written.load(std::memory_order_acquire);
  if (written - read > ring_size || (written - read) % sizeof(Header) != 0) return false;
  while (read != written) {
    Header header;
    std::memcpy(&header, data() + read % ring_size, sizeof header);
    const std::uint64_t size = space(sizeof header, header.size);
    if (size > written - read || read % ring_size + size > ring_size ||
        header.record > static_cast<std::uint32_t>(Record::result)) {
      return false;
    }
    const std::string_view text(data() + read % ring_size + sizeof header, header.size);
    const bool is_stream = header.record == static_cast<std::uint32_t>(Record::standard_output) ||
                           header.record == static_cast<std::uint32_t>(Record::standard_error);
    if (header.record != open.record || header.request != open.request || !is_stream ||
        joined.size() > joined_size) {
      give_out();
    }
    if (header.record != 0) {
      open = header;
      joined.append(text);
    }
    read += size;
    at.read.store(read, std::memory_order_release);
  }
  give_out();
  return true;
}

}  // namespace hermit::worker
