#include "interface/zmq_door.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <utility>

#include "base/log.hpp"
#include "base/thread.hpp"
#include "interface/zmq_frames.hpp"
#include "protocol/wire.hpp"

namespace hermit {
namespace {

// How long close() waits for clients to take what was sent to them.
constexpr auto linger = std::chrono::milliseconds(500);

// Messages taken from one socket before the others have their turn.
constexpr int receive_burst = 64;

// How often a question is sent again to a client that is not there to be asked yet, and for how long.
constexpr auto question_retry = std::chrono::milliseconds(10);
constexpr auto question_patience = std::chrono::seconds(30);

// The largest frame that is accepted. More than any notebook sends, and less than what would make the
// kernel run out of memory because somebody without a key said so.
constexpr std::int64_t frame_limit = std::int64_t{2} << 30;

Bytes receive_frame(zmq::socket_t& socket, bool& more) {
  auto part = std::make_shared<zmq::message_t>();
  more = socket.recv(*part, zmq::recv_flags::dontwait) && part->more();
  const std::string_view view(static_cast<const char*>(part->data()), part->size());
  return Bytes(std::move(part), view);
}

void send_frames(zmq::socket_t& socket, const std::vector<Bytes>& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const bool last = i + 1 == frames.size();
    zmq::message_t part = to_part(frames[i]);
    const auto flags = zmq::send_flags::dontwait | (last ? zmq::send_flags::none : zmq::send_flags::sndmore);
    if (!socket.send(part, flags)) {
      log::error("a message could not be handed to ZeroMQ and is lost");
      return;
    }
  }
}

// Binds one socket, on a free port for 0, and writes the port back.
Result<void> bind_one(zmq::socket_t& socket, const char* name, const Connection& connection,
                      std::uint16_t& port) {
  const std::string address =
      port == 0 ? connection.transport + "://" + connection.ip + ":*" : connection.endpoint(port);
  try {
    socket.set(zmq::sockopt::linger, static_cast<int>(linger.count()));
    socket.set(zmq::sockopt::maxmsgsize, frame_limit);
    if (connection.ip.find(':') != std::string::npos) socket.set(zmq::sockopt::ipv6, true);
    socket.bind(address);
    const std::string bound = socket.get(zmq::sockopt::last_endpoint);
    port = static_cast<std::uint16_t>(std::stoul(bound.substr(bound.rfind(':') + 1)));
  } catch (const zmq::error_t& error) {
    const std::string why = error.num() == EADDRINUSE ? "the port is taken by another program" : error.what();
    return Error{"the " + std::string(name) + " channel cannot listen at " + address + ": " + why,
                 Exit::ports};
  }
  return {};
}

void set_up_router(zmq::socket_t& socket) {
  socket.set(zmq::sockopt::router_handover, true);  // a client that reconnects gets its identity back
  // At a high-water mark libzmq would drop replies without a word.
  socket.set(zmq::sockopt::sndhwm, 0);
  socket.set(zmq::sockopt::rcvhwm, 0);
}

}  // namespace

ZmqDoor::ZmqDoor(Signer signer, const IopubLimits& limits)
    : signer_(std::move(signer)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      queue_(limits, [this] { wake(); }),
      context_(1),
      shell_(context_, zmq::socket_type::router),
      control_(context_, zmq::socket_type::router),
      stdin_(context_, zmq::socket_type::router),
      iopub_(context_, zmq::socket_type::xpub),
      heartbeat_(context_, zmq::socket_type::router) {}

Result<std::unique_ptr<ZmqDoor>> ZmqDoor::bind(Connection& connection, const IopubLimits& limits) {
  auto signer = Signer::make(connection.key, connection.signature_scheme);
  if (!signer) return signer.error();
  std::unique_ptr<ZmqDoor> door(new ZmqDoor(std::move(*signer), limits));
  if (auto bound = door->bind_all(connection); !bound) return bound.error();
  return door;
}

Result<void> ZmqDoor::bind_all(Connection& connection) {
  for (auto* router : {&shell_, &control_, &stdin_}) set_up_router(*router);
  stdin_.set(zmq::sockopt::router_mandatory, true);  // says when nobody is there to be asked
  heartbeat_.set(zmq::sockopt::router_handover, true);
  IopubQueue::set_up(iopub_);
  struct Place {
    zmq::socket_t& socket;
    const char* name;
    std::uint16_t& port;
  };
  Ports& ports = connection.ports;
  const std::array<Place, 5> places{{{shell_, "shell", ports.shell},
                                     {iopub_, "iopub", ports.iopub},
                                     {stdin_, "stdin", ports.stdin_},
                                     {control_, "control", ports.control},
                                     {heartbeat_, "heartbeat", ports.heartbeat}}};
  for (const bool fixed : {true, false}) {  // a port chosen at random must not be one that was asked for
    for (const auto& [socket, name, port] : places) {
      const bool is_bound = !socket.get(zmq::sockopt::last_endpoint).empty();
      if (is_bound || (port != 0) != fixed) continue;
      if (auto bound = bind_one(socket, name, connection, port); !bound) return bound;
    }
  }
  return {};
}

ZmqDoor::~ZmqDoor() { close(); }

zmq::socket_t& ZmqDoor::socket(Channel channel) {
  switch (channel) {
    case Channel::shell:
      return shell_;
    case Channel::control:
      return control_;
    case Channel::stdin_:
      return stdin_;
    case Channel::iopub:
      break;
  }
  return iopub_;
}

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
  for (auto* socket : {&shell_, &control_, &stdin_, &iopub_, &heartbeat_}) socket->close();
  context_.close();  // waits for what lingers
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
  std::vector<zmq::pollitem_t> items = {{shell_.handle(), 0, ZMQ_POLLIN, 0},
                                        {control_.handle(), 0, ZMQ_POLLIN, 0},
                                        {stdin_.handle(), 0, ZMQ_POLLIN, 0},
                                        {iopub_.handle(), 0, ZMQ_POLLIN, 0},
                                        {heartbeat_.handle(), 0, ZMQ_POLLIN, 0},
                                        {nullptr, wake_.get(), ZMQ_POLLIN, 0},
                                        {nullptr, -1, ZMQ_POLLIN, 0}};
  const std::size_t own_items = items.size();
  for (const auto& watch : watches_) items.push_back({nullptr, watch.fd, ZMQ_POLLIN, 0});

  while (wait(items)) {
    try {
      if (items[4].revents != 0) echo_heartbeats();
      if (items[1].revents != 0) receive_some(Channel::control);
      if (items[0].revents != 0) receive_some(Channel::shell);
      if (items[2].revents != 0) receive_some(Channel::stdin_);
      if (items[3].revents != 0) receive_subscriptions();
    } catch (const zmq::error_t& error) {
      log::error("receiving failed: {}", error.what());
    }
    for (std::size_t i = own_items; i < items.size(); ++i) {
      if (items[i].revents == 0 || watches_[i - own_items].ready()) continue;
      items[i].fd = -1;  // which poll passes over
    }
    if (!undelivered_.empty()) retry_questions();
    send_waiting();
  }
  send_waiting();
  queue_.finish(iopub_, linger);
}

// Waits until there is something to do; false when the door is closing.
bool ZmqDoor::wait(std::vector<zmq::pollitem_t>& items) {
  auto timeout = undelivered_.empty() ? std::chrono::milliseconds(-1) : question_retry;
  // A socket that can be written again says so by this descriptor, but not always: hence the timer.
  items[6].fd = queue_.empty() ? -1 : iopub_.get(zmq::sockopt::fd);
  if (!queue_.empty()) timeout = IopubQueue::retry;
  {
    Lock lock(mutex_);
    if (closing_) return false;
    sleeping_ = outgoing_.empty() && drains_done_ == drains_wanted_;
    if (!sleeping_) timeout = std::chrono::milliseconds(0);
  }
  for (auto& item : items) item.revents = 0;
  try {
    zmq::poll(items, timeout);
  } catch (const zmq::error_t& error) {
    if (error.num() != EINTR) log::error("polling failed: {}", error.what());
    for (auto& item : items) item.revents = 0;
  }
  Lock lock(mutex_);
  sleeping_ = false;
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = read(wake_.get(), &count, sizeof count);
  return true;
}

void ZmqDoor::receive_some(Channel channel) {
  for (int i = 0; i < receive_burst && receive_one(channel); ++i) {
  }
}

// Takes one message off a socket; false when there was none.
bool ZmqDoor::receive_one(Channel channel) {
  std::vector<Bytes> frames;
  frames.reserve(8);
  zmq::socket_t& from = socket(channel);
  zmq::message_t first;
  try {
    if (!from.recv(first, zmq::recv_flags::dontwait)) return false;
    bool more = first.more();
    auto owner = std::make_shared<zmq::message_t>(std::move(first));
    const std::string_view identity(static_cast<const char*>(owner->data()), owner->size());
    frames.emplace_back(std::move(owner), identity);
    while (more) frames.push_back(receive_frame(from, more));
  } catch (const zmq::error_t& error) {
    log::error("receiving on {} failed: {}", channel_name(channel), error.what());
    return false;
  }
  auto read = read_frames(std::move(frames), signer_);
  if (!read) {
    log::warning("a message on {} was dropped: {}", channel_name(channel), read.error().message);
    return true;
  }
  if (signer_.signs() && !replays_.admit(read->signature.view())) {
    log::warning("a message on {} was dropped: its signature has been used before", channel_name(channel));
    return true;
  }
  auto header = parse_header(read->message.header.view());
  if (!header) {
    log::warning("a message on {} was dropped: {}", channel_name(channel), header.error().message);
    return true;
  }
  Request request{std::move(read->message), std::move(*header), RequestType::unknown, 0};
  request.type = request_type(request.header.msg_type);
  inbox_->receive(channel, std::move(request));
  return true;
}

void ZmqDoor::receive_subscriptions() {
  zmq::message_t part;
  while (iopub_.recv(part, zmq::recv_flags::dontwait)) {
    const std::string_view text(static_cast<const char*>(part.data()), part.size());
    // 1 and the topic is a subscription, 0 and the topic the end of one; anything else is a message that
    // a subscriber sent up, which means nothing here.
    if (text.empty() || part.more()) continue;
    const std::string topic(text.substr(1));
    if (text.front() == 0) iopub_.set(zmq::sockopt::unsubscribe, topic);
    if (text.front() != 1) continue;
    iopub_.set(zmq::sockopt::subscribe, topic);  // for whoever sent this
    inbox_->subscribed(topic);
  }
}

void ZmqDoor::echo_heartbeats() {
  for (int i = 0; i < receive_burst; ++i) {
    zmq::message_t part;
    if (!heartbeat_.recv(part, zmq::recv_flags::dontwait)) return;
    for (;;) {
      const bool more = part.more();
      if (!heartbeat_.send(
              part, zmq::send_flags::dontwait | (more ? zmq::send_flags::sndmore : zmq::send_flags::none)) ||
          !more) {
        break;
      }
      if (!heartbeat_.recv(part, zmq::recv_flags::dontwait)) break;
    }
  }
}

// Sends on stdin; false when the client is not connected there.
bool ZmqDoor::send_question(const std::vector<Bytes>& frames) {
  try {
    send_frames(stdin_, frames);
    return true;
  } catch (const zmq::error_t& error) {
    if (error.num() == EHOSTUNREACH) return false;
    throw;
  }
}

void ZmqDoor::retry_questions() {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(undelivered_, [&](const Question& question) {
    if (send_question(question.frames)) return true;
    if (now < question.give_up) return false;
    log::warning("a client could not be asked for input: it has no connection on stdin");
    return true;
  });
}

void ZmqDoor::send_waiting() {
  std::deque<Outgoing> outgoing;
  bool drain = false;
  {
    Lock lock(mutex_);
    outgoing.swap(outgoing_);
    drain = drains_done_ != drains_wanted_;
  }
  for (auto& [channel, entry] : outgoing) {
    if (channel == Channel::iopub) {
      queue_.push(std::move(entry));
    } else {
      publish();  // what was published before a reply leaves before it
      send_on(channel, std::move(entry.frames));
    }
  }
  publish();
  if (drain) answer_drain();
}

// Sends on any channel but iopub.
void ZmqDoor::send_on(Channel channel, std::vector<Bytes> frames) {
  try {
    if (channel != Channel::stdin_) {
      send_frames(socket(channel), frames);
    } else if (!send_question(frames)) {
      undelivered_.push_back({std::move(frames), std::chrono::steady_clock::now() + question_patience});
    }
  } catch (const zmq::error_t& error) {
    log::error("sending on {} failed: {}", channel_name(channel), error.what());
  }
}

// Sends what clients take of the queue.
void ZmqDoor::publish() {
  try {
    for (const auto& dropped : queue_.flush(iopub_)) inbox_->dropped(dropped);
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
