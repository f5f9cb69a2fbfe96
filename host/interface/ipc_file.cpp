#include "interface/ipc_file.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file.hpp"

namespace hermit {
namespace {

static_assert(IpcFile::longest_path == sizeof(sockaddr_un::sun_path) - 1);

// How many clients may wait to be let in.
constexpr int backlog = 128;

// So much of a path that is too long, in bytes, is shown.
constexpr std::size_t shown_path = 200;

Error failure(const std::string& path, const std::string& problem) {
  return Error{"the socket file " + path.substr(0, shown_path) + " " + problem, Exit::ports};
}

int unix_socket(int flags) { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0); }

int bind_to(int socket, const sockaddr_un& address) {
  return bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

// Removes what is in the way of a new socket file, if it is one that nobody listens at any more.
Result<void> clear(const std::string& path, const sockaddr_un& address) {
  struct stat info{};
  if (lstat(path.c_str(), &info) != 0) return {};  // gone meanwhile
  if (!S_ISSOCK(info.st_mode)) return failure(path, "cannot be made: there is a file of another kind");
  const Descriptor caller(unix_socket(SOCK_NONBLOCK));
  if (connect(caller.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
      errno == EAGAIN) {  // its queue is full
    return failure(path, "is in use: another kernel listens there");
  }
  if (errno == ENOENT) return {};
  if (errno != ECONNREFUSED) return failure(path, std::string("is there already: ") + std::strerror(errno));
  if (unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return failure(path, std::string("of a kernel that has ended cannot be removed: ") + std::strerror(errno));
}

}  // namespace

IpcFile::IpcFile(IpcFile&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      path_(std::exchange(other.path_, {})),
      device_(other.device_),
      inode_(other.inode_) {}

Result<IpcFile> IpcFile::listen(const std::string& path) {
  if (path.size() > longest_path) {
    return failure(path, "cannot be made: its path has " + std::to_string(path.size()) + " bytes, and " +
                             std::to_string(longest_path) + " is the most that a socket may have");
  }
  IpcFile file(unix_socket(0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, longest_path);
  int bound = bind_to(file.socket_, address);
  if (bound != 0 && errno == EADDRINUSE) {
    if (auto cleared = clear(path, address); !cleared) return cleared.error();
    bound = bind_to(file.socket_, address);
  }
  struct stat info{};
  if (bound != 0 || lstat(path.c_str(), &info) != 0) {
    return failure(path, std::string("cannot be made: ") + std::strerror(errno));
  }
  std::error_code ignored;
  file.path_ = std::filesystem::absolute(path, ignored);
  file.device_ = info.st_dev;
  file.inode_ = info.st_ino;
  // The permissions first: from listen() on, others could connect.
  if (chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0 || ::listen(file.socket_, backlog) != 0) {
    return failure(path, std::string("cannot be used: ") + std::strerror(errno));
  }
  // Until just now it looked like one that a dead kernel left behind.
  if (!file.is_there()) return failure(path, "has been replaced by a kernel that started at the same time");
  return file;
}

// True while the path leads to this file, and not to one that another kernel has put there.
bool IpcFile::is_there() const {
  struct stat info{};
  const bool there = !path_.empty() && lstat(path_.c_str(), &info) == 0;
  return there && info.st_dev == device_ && info.st_ino == inode_;
}

IpcFile::~IpcFile() {
  if (is_there()) unlink(path_.c_str());
  if (socket_ >= 0) close(socket_);
}

}  // namespace hermit
