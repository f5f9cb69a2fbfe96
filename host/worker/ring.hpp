// Ring: memory that the host shares with a worker, in which the worker leaves its output. Writing takes no
// system call, the order of all threads is kept, and what was written stays readable when the worker is
// killed. Behind it lies what the worker has captured and not yet written into it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"
#include "shell/capture.hpp"

namespace hermit::worker {

// What a record holds. The numbers of the streams are those of hermit.output.
enum class Record : std::uint32_t { nothing = 0, standard_output = 1, standard_error = 2, result = 3 };

// The memory, mapped at both ends.
class Ring {
 public:
  // Makes one: see descriptor(). The error names the system call.
  static Result<Ring> make();
  // Maps the one that the other end has made.
  static Result<Ring> map(Descriptor descriptor);
  Ring(Ring&& other) noexcept;
  Ring& operator=(Ring&&) = delete;
  ~Ring();

  int descriptor() const { return descriptor_.get(); }

  // The worker's, for its Capture; the host's once the worker is dead. Valid as long as the ring.
  CaptureBuffer& captured() const;

  // The largest text of a record.
  static constexpr std::size_t largest = std::size_t{128} << 10;

  // Whether text comes from the shell itself, or is what captured() holds.
  enum class Source { shell, capture };

  // Adds a record; false when there is no room for it now. The worker's end, one thread at a time.
  bool put(Record record, std::uint64_t request, std::string_view text, Source source = Source::shell);

  // Whether what captured() holds has been put, so that it was seen already. The host's end.
  bool has_captured() const;

  // Gives out all records that are there, oldest first; neighbours of one stream and request come as one.
  // What it is given is a copy, since the worker's memory is the worker's. False when there is rubbish in the
  // ring. The host's end, one thread at a time.
  using Take = std::function<void(Record record, std::uint64_t request, std::string_view text)>;
  bool take(const Take& take);

 private:
  // At the beginning of the memory. Counts of bytes since the beginning, of which the remainder is the place.
  struct Positions {
    alignas(64) std::atomic<std::uint64_t> written;
    alignas(64) std::atomic<std::uint64_t> read;
  };
  struct Header {
    std::uint32_t record;
    std::uint32_t size;  // of the text; what follows begins at a multiple of the header's size
    std::uint64_t request;
  };

  Ring(Descriptor descriptor, void* memory);
  static Result<Ring> map_from(Descriptor descriptor);

  Positions& positions() const { return *static_cast<Positions*>(memory_); }
  char* data() const;

  Descriptor descriptor_;
  void* memory_ = nullptr;
};

}  // namespace hermit::worker
