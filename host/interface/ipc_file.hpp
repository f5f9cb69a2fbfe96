// IpcFile: the socket file that one channel of the transport ipc listens at (I7, I8). It is made here and not
// by libzmq, which would take a file away from the kernel that listens there, and let every user of the
// machine connect.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace hermit {

// Movable. The file is removed at the end, unless another kernel has replaced it.
class IpcFile {
 public:
  // The longest path that a socket file can have, in bytes: sun_path has 108 with the zero at the end.
  static constexpr std::size_t longest_path = 107;

  // Makes the file, for its owner only, and listens there. A file that a dead kernel left behind is replaced.
  // The error names the path, and says whether it is too long, in use by a living process, or what is in the
  // way.
  static Result<IpcFile> listen(const std::string& path);

  IpcFile(IpcFile&& other) noexcept;
  IpcFile& operator=(IpcFile&&) = delete;
  ~IpcFile();

  // The listening socket, for whoever accepts connections.
  int descriptor() const { return socket_; }
  // From now on whoever accepts connections closes it.
  void release() { socket_ = -1; }

 private:
  explicit IpcFile(int socket) : socket_(socket) {}
  bool is_there() const;

  int socket_;
  std::filesystem::path path_;  // absolute: a cell may change the current folder
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace hermit
