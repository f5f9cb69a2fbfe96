#include "interface/iopub_queue.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace hermit {
namespace {

// How many messages ZeroMQ holds for a subscriber. Only small ones come to that number: see lent_limit.
constexpr int high_water_mark = 256;

// How many bytes of large frames ZeroMQ holds. Enough to keep a connection busy; what is not with ZeroMQ can
// still be dropped.
constexpr std::size_t lent_limit = std::size_t{4} << 20;

// What a message costs beside its bytes: the frames' owners, the queue's nodes.
constexpr std::size_t message_cost = 512;

}  // namespace

IopubQueue::IopubQueue(const IopubLimits& limits, const std::function<void()>& wake)
    : limits_(limits), lent_(std::make_shared<Lent>(std::min(lent_limit, limits.buffer), wake)) {}

void IopubQueue::set_up(zmq::socket_t& socket) {
  socket.set(zmq::sockopt::sndhwm, high_water_mark);
  socket.set(zmq::sockopt::xpub_nodrop, true);   // send() says when a subscriber has no room
  socket.set(zmq::sockopt::xpub_verbose, true);  // every subscriber gets its welcome
  socket.set(zmq::sockopt::xpub_manual, true);   // and nothing before it: the door says when it subscribes
}

IopubQueue::Entry IopubQueue::entry_of(const Message& message) {
  Entry entry;
  entry.size = message_cost + message.header.size() + message.parent_header.size() + message.metadata.size() +
               message.content.size();
  for (const auto& part : message.buffers) entry.size += part.size();
  entry.droppable = message.droppable;
  if (!entry.droppable) return entry;
  entry.parent = message.parent_header;
  entry.content = message.content.size();
  return entry;
}

bool IopubQueue::admit(const Entry& entry) {
  Lock lock(mutex_);
  // Text that comes although it is full is that of interrupted cells, and of threads that outlive theirs: of
  // that, too, there must be an end.
  const bool too_much = full_ && excess_ >= limits_.buffer;
  if (entry.droppable && (stalled_ || too_much)) {
    count_dropped(entry);
    return false;
  }
  bytes_ += entry.size;
  if (full_) {
    excess_ += entry.size;
  } else if (bytes_ >= limits_.buffer) {
    full_ = true;
    progress_ = Clock::now();
    lock.unlock();
    log::debug("output waits for clients that have not taken it; cells that print wait too");
  }
  return true;
}

bool IopubQueue::wait_for_room(bool droppable, const std::function<bool()>& given_up) {
  Lock lock(mutex_);
  while (!has_room(droppable) && !ending_) {
    if (given_up()) return false;
    changed_.wait(lock);
  }
  return true;
}

void IopubQueue::wake_waiting() {
  {
    Lock lock(mutex_);
  }  // whoever has asked given_up() but does not wait yet holds it
  changed_.notify_all();
}

void IopubQueue::stop_waiting() {
  {
    Lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
}

Dropped IopubQueue::take_dropped(const Bytes& parent) {
  Lock lock(mutex_);
  const auto found = dropped_.find(parent.view());
  if (found == dropped_.end()) return {};
  Dropped dropped = std::move(found->second);
  dropped_.erase(found);
  return dropped;
}

// False when the socket has no room; then the same again.
bool IopubQueue::send(zmq::socket_t& socket, Entry& entry) {
  for (; entry.sent < entry.frames.size(); ++entry.sent) {
    zmq::message_t part = to_part(entry.frames[entry.sent], lent_);
    const bool last = entry.sent + 1 == entry.frames.size();
    const auto flags = zmq::send_flags::dontwait | (last ? zmq::send_flags::none : zmq::send_flags::sndmore);
    if (!socket.send(part, flags)) return false;
  }
  return true;
}

std::vector<Dropped> IopubQueue::flush(zmq::socket_t& socket) {
  if (entries_.empty()) return {};
  std::size_t sent = 0;
  while (!entries_.empty() && !lent_->is_full() && send(socket, entries_.front())) {
    sent += entries_.front().size;
    entries_.pop_front();
  }
  if (sent != 0) return note_progress(sent);
  look_for_stall();
  return {};
}

void IopubQueue::finish(zmq::socket_t& socket, std::chrono::milliseconds limit) {
  const auto end = Clock::now() + limit;
  const auto left = [end] {
    const auto time = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    return std::max(time, std::chrono::milliseconds(0));
  };
  while (!empty() && left().count() > 0) {
    zmq::pollitem_t item{nullptr, socket.get(zmq::sockopt::fd), ZMQ_POLLIN, 0};
    zmq::poll(&item, 1, std::min(left(), retry));
    // Asked for this, the socket looks who has room.
    [[maybe_unused]] const int events = socket.get(zmq::sockopt::events);
    flush(socket);
  }
  socket.set(zmq::sockopt::linger, static_cast<int>(left().count()));
}

std::vector<Dropped> IopubQueue::note_progress(std::size_t sent) {
  std::vector<Dropped> dropped;
  {
    Lock lock(mutex_);
    bytes_ -= sent;
    progress_ = Clock::now();
    const bool was_stalled = stalled_.exchange(false);
    // Not at every message: whoever waits is to have something to do when it is woken.
    const bool emptied = full_ && bytes_ <= limits_.buffer - limits_.buffer / 4;
    if (emptied) {
      full_ = false;
      excess_ = 0;
    }
    if (was_stalled || !full_) dropped = take_all_dropped();
    if (!emptied) return dropped;
  }
  changed_.notify_all();
  return dropped;
}

void IopubQueue::look_for_stall() {
  {
    Lock lock(mutex_);
    if (!full_ || stalled_ || Clock::now() - progress_ < limits_.stall) return;
    stalled_ = true;
    drop_text();
    if (bytes_ < limits_.buffer) {
      full_ = false;
      excess_ = 0;
    }
  }
  log::warning("clients have not taken output for {} s: text of cells is dropped until they do",
               limits_.stall.count());
  changed_.notify_all();
}

void IopubQueue::drop_text() {
  std::deque<Entry> kept;
  for (auto& entry : entries_) {
    if (!entry.droppable || entry.sent != 0) {
      kept.push_back(std::move(entry));
    } else {
      count_dropped(entry);
      bytes_ -= entry.size;
    }
  }
  entries_.swap(kept);
}

void IopubQueue::count_dropped(const Entry& entry) {
  Dropped& dropped = dropped_[std::string(entry.parent.view())];
  dropped.parent = entry.parent;
  ++dropped.messages;
  dropped.bytes += entry.content;
}

std::vector<Dropped> IopubQueue::take_all_dropped() {
  std::vector<Dropped> all;
  for (auto& [parent, dropped] : dropped_) all.push_back(std::move(dropped));
  dropped_.clear();
  return all;
}

}  // namespace hermit
