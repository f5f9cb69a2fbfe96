#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hermit {
namespace {

// The first descriptor for the host's own.
constexpr int first_descriptor = 100;

Error failure(const std::filesystem::path& path, const char* what, int code) {
  return Error{path.string() + ": " + what + ": " + std::strerror(code)};
}

// Writes all of it; returns 0, or what has kept it from that.
int write_or_fail(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

// Gives a file its name; returns 0, or what has kept it from that.
int put_in_place(const char* from, const char* to, Existing existing) {
  if (existing == Existing::keep) {
    if (link(from, to) == 0) return unlink(from) == 0 ? 0 : errno;
    if (errno != EPERM && errno != ENOTSUP && errno != ENOSYS) return errno;
    // A file system without hard links.
    if (access(to, F_OK) == 0) return EEXIST;
  }
  return rename(from, to) == 0 ? 0 : errno;
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

Descriptor high_copy(int descriptor) {
  return Descriptor(fcntl(descriptor, F_DUPFD_CLOEXEC, first_descriptor));
}

Descriptor moved_up(Descriptor descriptor) {
  Descriptor copy = high_copy(descriptor.get());
  return copy ? std::move(copy) : std::move(descriptor);
}

void write_all(int fd, std::string_view bytes) { write_or_fail(fd, bytes); }

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return failure(path, "cannot be read", errno);
  struct stat info{};
  if (fstat(file.get(), &info) == 0 && !S_ISREG(info.st_mode)) {
    return Error{path.string() + ": is not a regular file"};
  }
  std::string text;
  char chunk[16384];
  for (;;) {
    const ssize_t got = read(file.get(), chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(path, "cannot be read", errno);
    if (got == 0) return text;
    text.append(chunk, static_cast<std::size_t>(got));
    if (text.size() > limit) {
      return Error{path.string() + ": is larger than " + std::to_string(limit) + " bytes"};
    }
  }
}

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view text, unsigned mode,
                                   Existing existing) {
  struct stat info{};
  if (stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) {
    const Descriptor there(open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (!there) return failure(path, "cannot be written", errno);
    fcntl(there.get(), F_SETFL, 0);
    if (const int code = write_or_fail(there.get(), text); code != 0) {
      return failure(path, "cannot be written", code);
    }
    return {};
  }
  std::string beside = path.string() + ".XXXXXX";
  const Descriptor file(mkostemp(beside.data(), O_CLOEXEC));
  if (!file) return failure(path, "cannot be written", errno);
  int code = write_or_fail(file.get(), text);
  if (code == 0 && fchmod(file.get(), mode) != 0) code = errno;
  if (code == 0) code = put_in_place(beside.c_str(), path.c_str(), existing);
  if (code == 0) return {};
  unlink(beside.c_str());
  return failure(path, "cannot be written", code);
}

}  // namespace hermit
