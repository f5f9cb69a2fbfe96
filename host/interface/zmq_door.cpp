#include "interface/zmq_door.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "base/log.hpp"
#include "base/thread.hpp"
#include "interface/zmq_frames.hpp"
#include "protocol/wire.hpp"

namespace hermit {
namespace {

// Messages taken from one socket before the others have their turn.
constexpr int receive_burst = 64;

// How often the I/O thread looks for more to send, that came while it sent, before it looks at what else
// there is.
constexpr int send_burst = 16;

int milliseconds_until(std::chrono::steady_clock::time_point then) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(then - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

}  // namespace

ZmqDoor::ZmqDoor(Signer signer, const IopubLimits& limits)
    : signer_(std::move(signer)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      queue_(limits, [this] { wake(); }),
      questions_(sockets_.stdin_) {
  for (const Channel channel : {Channel::shell, Channel::iopub, Channel::stdin_, Channel::control}) {
    source(channel).socket = &sockets_.of(channel);
  }
  sources_.back().socket = &sockets_.heartbeat;
}

Result<std::unique_ptr<ZmqDoor>> ZmqDoor::bind(Connection& connection, const IopubLimits& limits) {
  auto signer = Signer::make(connection.key, connection.signature_scheme);
  if (!signer) return signer.error();
  std::unique_ptr<ZmqDoor> door(new ZmqDoor(std::move(*signer), limits));
  if (auto bound = door->sockets_.bind(connection); !bound) return bound.error();
  return door;
}

ZmqDoor::~ZmqDoor() { close(); }

void ZmqDoor::watch(int fd, std::function<bool()> ready) { watches_.push_back({fd, std::move(ready)}); }

void ZmqDoor::start(Inbox& inbox) {
  inbox_ = &inbox;
  thread_ = start_quiet_thread("hermit-io", [this] { run(); });
}

void ZmqDoor::close() {
  Lock one(close_mutex_);
  {
    Lock lock(mutex_);
    closing_ = true;
    sleeping_ = false;
  }
  queue_.stop_waiting();
  wake();
  if (thread_.joinable()) thread_.join();
  {
    Lock lock(mutex_);
    closed_ = true;
  }
  drained_.notify_all();
  sockets_.close();
}

void ZmqDoor::wake() {
  const std::uint64_t one = 1;
  // Can only fail when the counter is full, and then the thread wakes all the same.
  [[maybe_unused]] const auto written = write(wake_.get(), &one, sizeof one);
}

void ZmqDoor::send(Channel channel, Message message) {
  IopubQueue::Entry entry;
  if (channel == Channel::iopub) {
    entry = IopubQueue::entry_of(message);
    if (!queue_.admit(entry)) return;
  }
  entry.frames = write_frames(std::move(message), signer_);
  bool asleep = false;
  {
    Lock lock(mutex_);
    if (closed_) return;
    outgoing_.push_back({channel, std::move(entry)});
    asleep = std::exchange(sleeping_, false);
  }
  if (asleep) wake();
}

bool ZmqDoor::wait_for_room(bool droppable, const std::function<bool()>& given_up) {
  return queue_.wait_for_room(droppable, given_up);
}

void ZmqDoor::drain() {
  Lock lock(mutex_);
  const std::uint64_t wanted = ++drains_wanted_;
  if (std::exchange(sleeping_, false)) wake();
  while (drains_done_ < wanted && !closing_ && !closed_) drained_.wait(lock);
}

void ZmqDoor::run() {
  std::vector<pollfd> descriptors;
  for (const Source& source : sources_) {
    descriptors.push_back({source.socket->get(zmq::sockopt::fd), POLLIN, 0});
  }
  descriptors.push_back({wake_.get(), POLLIN, 0});
  const std::size_t own = descriptors.size();
  for (const auto& watch : watches_) descriptors.push_back({watch.fd, POLLIN, 0});

  while (wait(descriptors)) {
    for (std::size_t i = own; i < descriptors.size(); ++i) {
      if (descriptors[i].revents == 0 || watches_[i - own].ready()) continue;
      descriptors[i].fd = -1;  // which poll passes over
    }
    receive_all();
    for (int i = 0; i < send_burst && send_waiting(); ++i) {
    }
    receive_all();  // what came while it sent: the sockets' descriptors may not tell of that
  }
  refusals_.tell(LimitedLog::Clock::time_point::max());
  send_waiting();
  queue_.finish(sockets_.iopub, ZmqSockets::linger);
}

// Waits until there is something to do; false when the door is closing. Not zmq::poll: that asks each socket
// before it sleeps and after, with two system calls each.
bool ZmqDoor::wait(std::vector<pollfd>& descriptors) {
  int timeout = questions_.empty() ? -1 : static_cast<int>(Questions::interval.count());
  // A socket that can be written again says so by its descriptor, but not always.
  if (!queue_.empty()) timeout = static_cast<int>(IopubQueue::retry.count());
  if (const auto next = refusals_.tell(); next && timeout < 0) timeout = milliseconds_until(*next);
  for (const Source& source : sources_) {
    if (source.look) timeout = 0;
  }
  {
    Lock lock(mutex_);
    if (closing_) return false;
    sleeping_ = outgoing_.empty() && drains_done_ == drains_wanted_;
    if (!sleeping_) timeout = 0;
  }
  if (::poll(descriptors.data(), descriptors.size(), timeout) < 0) {
    if (errno != EINTR) log::error("polling failed: {}", std::strerror(errno));
    for (auto& descriptor : descriptors) descriptor.revents = 0;
  }
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (descriptors[i].revents != 0) sources_[i].look = true;
  }
  std::uint64_t count = 0;
  const bool woken = descriptors[sources_.size()].revents != 0;
  if (woken && read(wake_.get(), &count, sizeof count) < 0 && errno != EAGAIN) {
    log::error("the door's eventfd cannot be read: {}", std::strerror(errno));
  }
  Lock lock(mutex_);
  sleeping_ = false;
  return true;
}

// Takes what has come on all sockets, the most urgent first.
void ZmqDoor::receive_all() {
  try {
    if (sources_.back().look) echo_heartbeats();
    for (const Channel channel : {Channel::control, Channel::shell, Channel::stdin_}) {
      if (source(channel).look) receive_some(channel);
    }
    if (source(Channel::iopub).look) receive_subscriptions();
  } catch (const zmq::error_t& error) {
    log::error("receiving failed: {}", error.what());
  }
}

void ZmqDoor::receive_some(Channel channel) {
  for (int i = 0; i < receive_burst && receive_one(channel); ++i) {
  }
}

// Takes one message off a socket; false when there was none.
bool ZmqDoor::receive_one(Channel channel) {
  std::vector<Bytes> frames;
  try {
    frames = receive_frames(sockets_.of(channel));
  } catch (const zmq::error_t& error) {
    log::error("receiving on {} failed: {}", channel_name(channel), error.what());
    return false;
  }
  if (frames.empty()) {
    source(channel).look = false;
    return false;
  }
  auto read = read_frames(std::move(frames), signer_);
  if (!read) return refuse(channel, read.error().message), true;
  if (signer_.signs() && !replays_.admit(read->signature.view())) {
    return refuse(channel, "its signature has been used before"), true;
  }
  auto header = parse_header(read->message.header.view());
  if (!header) return refuse(channel, "its header is wrong", header.error().message), true;
  Request request{std::move(read->message), std::move(*header), RequestType::unknown, 0};
  request.type = request_type(request.header.msg_type);
  inbox_->receive(channel, std::move(request));
  return true;
}

// Nobody can be answered.
void ZmqDoor::refuse(Channel channel, const std::string& why, const std::string& details) {
  refusals_.warn("a message on " + std::string(channel_name(channel)) + " was dropped: " + why, details);
}

void ZmqDoor::receive_subscriptions() {
  zmq::socket_t& iopub = sockets_.iopub;
  zmq::message_t part;
  while (iopub.recv(part, zmq::recv_flags::dontwait)) {
    const std::string_view text(static_cast<const char*>(part.data()), part.size());
    // 1 and the topic is a subscription, 0 and the topic the end of one; anything else is a message that
    // a subscriber sent up, which means nothing here.
    if (text.empty() || part.more()) continue;
    const std::string topic(text.substr(1));
    if (text.front() == 0) iopub.set(zmq::sockopt::unsubscribe, topic);
    if (text.front() != 1) continue;
    iopub.set(zmq::sockopt::subscribe, topic);  // for whoever sent this
    inbox_->subscribed(topic);
  }
  source(Channel::iopub).look = false;
}

void ZmqDoor::echo_heartbeats() {
  zmq::socket_t& heartbeat = sockets_.heartbeat;
  for (int i = 0; i < receive_burst; ++i) {
    zmq::message_t part;
    if (!heartbeat.recv(part, zmq::recv_flags::dontwait)) {
      sources_.back().look = false;
      return;
    }
    for (;;) {
      const bool more = part.more();
      if (!heartbeat.send(
              part, zmq::send_flags::dontwait | (more ? zmq::send_flags::sndmore : zmq::send_flags::none)) ||
          !more) {
        break;
      }
      if (!heartbeat.recv(part, zmq::recv_flags::dontwait)) break;
    }
  }
}

// False when there was nothing to send.
bool ZmqDoor::send_waiting() {
  bool drain = false;
  sending_.clear();
  {
    Lock lock(mutex_);
    sending_.swap(outgoing_);
    drain = drains_done_ != drains_wanted_;
  }
  for (auto& [channel, entry] : sending_) {
    if (channel == Channel::iopub) {
      queue_.push(std::move(entry));
    } else {
      publish();  // what was published before a reply leaves before it
      send_on(channel, std::move(entry.frames));
    }
  }
  publish();
  if (!questions_.empty()) ask_again();
  if (drain) answer_drain();
  return !sending_.empty();
}

// Sends on any channel but iopub.
void ZmqDoor::send_on(Channel channel, std::vector<Bytes> frames) {
  source(channel).look = true;
  try {
    if (channel == Channel::stdin_) {
      questions_.ask(std::move(frames));
    } else {
      send_frames(sockets_.of(channel), frames);
    }
  } catch (const zmq::error_t& error) {
    log::error("sending on {} failed: {}", channel_name(channel), error.what());
  }
}

void ZmqDoor::ask_again() {
  source(Channel::stdin_).look = true;
  try {
    questions_.retry();
  } catch (const zmq::error_t& error) {
    log::error("asking for input failed: {}", error.what());
  }
}

// Sends what clients take of the queue.
void ZmqDoor::publish() {
  if (queue_.empty()) return;
  source(Channel::iopub).look = true;
  try {
    for (const auto& dropped : queue_.flush(sockets_.iopub)) inbox_->dropped(dropped);
  } catch (const zmq::error_t& error) {
    log::error("sending on iopub failed: {}", error.what());
  }
}

// Reads the shell socket empty for those who wait in drain().
void ZmqDoor::answer_drain() {
  std::uint64_t wanted = 0;
  {
    Lock lock(mutex_);
    wanted = drains_wanted_;
  }
  while (receive_one(Channel::shell)) {
  }
  {
    Lock lock(mutex_);
    drains_done_ = wanted;
  }
  drained_.notify_all();
}

}  // namespace hermit
