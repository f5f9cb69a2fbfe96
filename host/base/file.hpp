// File: descriptors that close themselves, and whole files read and written.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace hermit {

// Owns a file descriptor. Movable; not shared between threads.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// A copy that child processes do not get, with a high number: programs that a user runs count on low ones.
// None when there can be no more.
Descriptor high_copy(int descriptor);

// The same descriptor with a high number; as it was when there can be no more.
Descriptor moved_up(Descriptor descriptor);

// The whole of a file. The error says why it cannot be read. Files above `limit` bytes are refused.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit);

// Writes all of it to a descriptor; what its reader does not take any more is lost. [signal-safe]
void write_all(int fd, std::string_view bytes);

enum class Existing {
  replace,
  keep,  // a file that is there already is an error
};

// Writes a file so that nobody ever sees half of it: into a new file beside it with the permissions
// `mode`, which then takes the place of `path`. What is there and no regular file, such as a device or a pipe
// with a reader, is written to as it is. Directories are not made.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view text, unsigned mode,
                                   Existing existing = Existing::replace);

}  // namespace hermit
