// Interface: a kernel behind its door, from settings to the end (I1). Here the parts are wired together.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/moment.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "interface/callable_door.hpp"
#include "interface/connection_info.hpp"
#include "interface/door.hpp"
#include "interface/iopub_gate.hpp"
#include "interface/kernel_options.hpp"
#include "interface/signals.hpp"
#include "settings/settings.hpp"

namespace hermit {

class ZmqDoor;

// What an interface is made from.
struct InterfaceParts {
  Settings settings;              // complete
  Manifest manifest;              // of the shell
  ShellSource shell;              // what shell_class names, or what the embedding program passes in
  std::filesystem::path program;  // `hermit`, which a shell in a process of its own is run by
  CallableDoor::Send send;        // for the interface class "callable"
};

// The one of the process. It owns the settings, the door, the connection and the kernel, and with that all
// lanes. The process itself, its signals and its end, is the interface's only with the setting own_process.
class Interface : public std::enable_shared_from_this<Interface> {
  struct Private {};

 public:
  static std::shared_ptr<Interface> make(InterfaceParts parts);
  Interface(Private, InterfaceParts parts);
  ~Interface();

  // The one that runs, from the start of start() or begin() to the end; NULL when there is none. [any-thread]
  static std::shared_ptr<Interface> instance();
  // Whether there is one. [any-thread]
  static bool initialized() { return instance() != nullptr; }

  // Serves clients on the calling thread, the main lane's, until a shutdown_request or stop(), and with
  // own_process a signal or the end of the parent process. To be called once; after a stop() it does nothing.
  // The error says why it could not start; that another interface runs in this process is one. Afterwards no
  // thread, no socket and no file is left of it.
  Result<void> start();

  // The same in steps, all on one thread. begin() returns when the shell runs, and when it fails all is over.
  // serve() returns when the kernel was stopped. A thread that has a loop of its own calls run_due() in its
  // place: that runs what is due, begins nothing after `until`, and returns false when the kernel was
  // stopped; with Pumped::yes there is a descriptor() for it. end() ends the rest.
  enum class Pumped { no, yes };
  Result<void> begin(Pumped pumped);
  void serve() {
    if (begun_) kernel_->serve();
  }
  bool run_due(Lane::Clock::time_point until) { return begun_ && kernel_->run_due(until); }
  void end() EXCLUDES(mutex_);
  // Can be read when run_due() has something to do. It is the interface's, and closed by end().
  int descriptor() const { return descriptor_; }

  // Has start() return. Cells that run are interrupted. Idempotent; before start() it keeps that from doing
  // anything. [any-thread]
  void stop() EXCLUDES(mutex_);

  // When clients' requests are taken, and when stop() was called or the kernel was stopped otherwise.
  // [any-thread]
  Moment& started() { return started_; }
  Moment& stopping() { return stopping_; }

  // Takes a message from a client; see CallableDoor::handle(). The error says too that there is no such door.
  // [any-thread]
  Result<void> handle(std::string_view json, std::vector<Bytes> buffers);

  // Says something on iopub that belongs to no request. Content and metadata are JSON objects. Before
  // `started` it is held, and sent in order then; when it is stopped earlier, it is dropped. [any-thread]
  void publish(Publication publication) const;

  // Where to listen, in place of the settings, as the text of a connection file; see ConnectionInfo. Before
  // start() or begin().
  Result<void> load_connection(std::string_view json) { return connection_.load_text(json); }
  // What clients need to connect, in the form of a connection file: with the key, so never to be logged. The
  // error says that the sockets are not bound, or that there are none. [any-thread]
  Result<std::string> connection_text() const EXCLUDES(mutex_);

 private:
  Result<void> become_instance();
  bool is_stopped() const EXCLUDES(mutex_);
  Result<void> open_door() EXCLUDES(mutex_);
  Result<void> open_sockets() EXCLUDES(mutex_);
  KernelOptions options_of_kernel(bool captures);
  Result<void> watch_process(ZmqDoor& door);
  std::vector<int> what_stops() EXCLUDES(mutex_);
  Result<void> run_kernel(Pumped pumped) EXCLUDES(mutex_);
  void die_stuck();

  InterfaceParts parts_;
  const bool owns_process_;
  Moment started_;
  Moment stopping_;
  mutable IopubGate gate_;     // before what sends through it
  const Publisher publisher_;  // of the program's own messages
  ConnectionInfo connection_;
  std::optional<Signals> signals_;  // these two outlive the door, which watches them
  Descriptor parent_;
  std::unique_ptr<Door> door_;    // a ZmqDoor comes with begin()
  CallableDoor* const callable_;  // the door, if it is one
  std::unique_ptr<Kernel> kernel_;
  bool begun_ = false;  // the kernel has a shell
  int descriptor_ = -1;

  mutable Mutex mutex_;
  bool stopped_ GUARDED_BY(mutex_) = false;
  Kernel* running_ GUARDED_BY(mutex_) = nullptr;  // the kernel, while it may be stopped
  std::optional<std::string> connection_text_ GUARDED_BY(mutex_);
  Descriptor halt_ GUARDED_BY(mutex_);  // an eventfd that stop() speaks through while it waits for a launcher
};

}  // namespace hermit
