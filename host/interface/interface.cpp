#include "interface/interface.hpp"

#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

#include "base/log.hpp"
#include "interface/children.hpp"
#include "interface/parent_watch.hpp"
#include "interface/zmq_door.hpp"

namespace hermit {
namespace {

IopubLimits iopub_limits(const Settings& settings) {
  IopubLimits limits;
  limits.buffer = static_cast<std::size_t>(settings.integer("iopub_buffer"));
  limits.stall = std::chrono::duration<double>(settings.number("iopub_stall"));
  return limits;
}

bool is_callable(const Settings& settings) { return settings.text("interface_class") == "callable"; }

std::unique_ptr<Door> callable_door(const InterfaceParts& parts) {
  if (!is_callable(parts.settings) || !parts.send) return nullptr;
  return std::make_unique<CallableDoor>(parts.send);
}

// The one of the process. Never destroyed: a thread may still ask while the process exits.
struct Running {
  Mutex mutex;
  std::weak_ptr<Interface> instance GUARDED_BY(mutex);
};
Running& running() {
  static auto& one = *new Running;
  return one;
}

}  // namespace

std::shared_ptr<Interface> Interface::make(InterfaceParts parts) {
  return std::make_shared<Interface>(Private(), std::move(parts));
}

Interface::Interface(Private, InterfaceParts parts)
    : parts_(std::move(parts)),
      owns_process_(parts_.settings.flag("own_process")),
      publisher_(gate_),
      connection_(parts_.settings),
      door_(callable_door(parts_)),
      callable_(static_cast<CallableDoor*>(door_.get())) {}

Interface::~Interface() = default;

std::shared_ptr<Interface> Interface::instance() {
  Lock lock(running().mutex);
  return running().instance.lock();
}

Result<void> Interface::become_instance() {
  Lock lock(running().mutex);
  if (running().instance.lock() != nullptr) {
    return Error{"an interface runs already in this process; there can be another once it has ended"};
  }
  running().instance = weak_from_this();
  return {};
}

Result<void> Interface::start() {
  if (auto begun = begin(Pumped::no); !begun) return begun;
  serve();
  end();
  return {};
}

Result<void> Interface::begin(Pumped pumped) {
  if (is_stopped()) return {};
  if (auto alone = become_instance(); !alone) return alone;
  auto begun = open_door();
  if (begun) begun = run_kernel(pumped);
  if (!begun) end();
  return begun;
}

Result<void> Interface::open_door() {
  if (!is_callable(parts_.settings)) return open_sockets();
  if (callable_ != nullptr) return {};
  return Error{
      "the interface class \"callable\" is for a program that embeds Hermit and gives it a function \"send\"",
      Exit::usage};
}

Result<void> Interface::open_sockets() {
  if (auto prepared = connection_.prepare(); !prepared) return prepared;
  auto door = ZmqDoor::bind(connection_.connection(), iopub_limits(parts_.settings));
  if (!door) return door.error();
  if (owns_process_) {
    if (auto watched = watch_process(**door); !watched) return watched;
  }
  if (auto published = connection_.publish(what_stops()); !published) return published;
  {
    Lock lock(mutex_);
    connection_text_ = *connection_.text();
  }
  door_ = std::move(*door);
  return {};
}

// The descriptors that can be read when the start is not to go on.
std::vector<int> Interface::what_stops() {
  std::vector<int> descriptors;
  if (signals_) descriptors.push_back(signals_->descriptor());
  if (parent_) descriptors.push_back(parent_.get());
  Lock lock(mutex_);
  halt_ = Descriptor(eventfd(stopped_ ? 1 : 0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (halt_) descriptors.push_back(halt_.get());
  return descriptors;
}

// Signals and the end of the parent process reach the kernel through the door's thread.
Result<void> Interface::watch_process(ZmqDoor& door) {
  auto signals = Signals::install();
  if (!signals) return signals.error();
  signals_.emplace(std::move(*signals));
  door.watch(signals_->descriptor(), [this] {
    while (const int number = signals_->next()) number == SIGINT ? kernel_->interrupt() : stop();
    return true;
  });
  parent_ = watch_parent();
  if (!parent_) return {};
  door.watch(parent_.get(), [this] {
    log::info("the parent process has ended");
    stop();
    return false;
  });
  return {};
}

KernelOptions Interface::options_of_kernel(bool captures) {
  KernelOptions options = kernel_options(parts_.settings, parts_.manifest);
  options.capture = captures;
  options.quiet = parts_.settings.flag("quiet");
  options.stopping = [this] { stopping_.happen(); };
  if (owns_process_) {
    options.find_children = [] { return [children = Children()](int signal) { children.signal(signal); }; };
    options.stuck = [this] { die_stuck(); };
  }
  return options;
}

// A cell cannot be ended, and all clients have their answers.
void Interface::die_stuck() {
  Children().signal(SIGKILL);
  log::warning("a cell could not be interrupted; the process ends without waiting for it");
  door_->close();
  connection_.remove();
  _exit(static_cast<int>(Exit::ok));
}

Result<void> Interface::run_kernel(Pumped pumped) {
  const bool captures = parts_.settings.flag("capture");
  auto home = shell_home(parts_.settings, parts_.shell, parts_.manifest, captures);
  if (!home) return home.error();
  home->options.program = parts_.program;
  kernel_ = std::make_unique<Kernel>(gate_, options_of_kernel(captures && !home->own_process));
  if (pumped == Pumped::yes) {
    const auto descriptor = kernel_->descriptor();
    if (!descriptor) return descriptor.error();
    descriptor_ = *descriptor;
  }
  {
    Lock lock(mutex_);
    if (stopped_) return {};
    running_ = kernel_.get();
    gate_.open(*door_);
  }
  door_->start(*kernel_);
  started_.happen();
  auto begun = kernel_->begin(shell_from(std::move(*home), parts_.manifest));
  begun_ = static_cast<bool>(begun);
  return begun;
}

bool Interface::is_stopped() const {
  Lock lock(mutex_);
  return stopped_;
}

void Interface::end() {
  if (std::exchange(begun_, false)) kernel_->end();
  if (owns_process_) Children().signal(SIGKILL);  // those that did not end when they were asked to
  gate_.close();
  if (door_ != nullptr) door_->close();
  connection_.remove();
  {
    Lock lock(mutex_);
    stopped_ = true;
    running_ = nullptr;
    connection_text_.reset();
    halt_ = Descriptor();
  }
  stopping_.happen();
  kernel_.reset();
  descriptor_ = -1;
  Lock lock(running().mutex);
  if (running().instance.lock().get() == this) running().instance.reset();
}

void Interface::stop() {
  stopping_.happen();  // without the mutex: who follows may call stop() too
  Lock lock(mutex_);
  stopped_ = true;
  if (halt_) eventfd_write(halt_.get(), 1);
  if (running_ != nullptr) {
    running_->stop();
  } else {
    gate_.close();
  }
}

Result<void> Interface::handle(std::string_view json, std::vector<Bytes> buffers) {
  if (callable_ == nullptr) return Error{"messages come through sockets here, not through calls"};
  return callable_->handle(json, std::move(buffers));
}

void Interface::publish(Publication publication) const {
  const std::string topic(publication.msg_type);
  publisher_.publish(Bytes::constant("{}"), topic, std::move(publication));
}

Result<std::string> Interface::connection_text() const {
  Lock lock(mutex_);
  if (!connection_text_) return Error{"nobody can connect: there are no sockets, or they are not bound"};
  return *connection_text_;
}

}  // namespace hermit
