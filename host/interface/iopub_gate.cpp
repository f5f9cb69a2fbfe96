#include "interface/iopub_gate.hpp"

#include <utility>

namespace hermit {

void IopubGate::open(Port& door) {
  Lock lock(mutex_);
  if (closed_) return;
  for (auto& message : held_) door.send(Channel::iopub, std::move(message));
  held_.clear();
  door_ = &door;  // whoever comes before waits for the mutex, and so comes after what was held
}

void IopubGate::close() {
  std::vector<Message> dropped;
  Lock lock(mutex_);
  closed_ = true;
  dropped.swap(held_);
}

void IopubGate::send(Channel channel, Message message) {
  if (Port* const door = door_) return door->send(channel, std::move(message));
  Lock lock(mutex_);
  if (Port* const door = door_) return door->send(channel, std::move(message));
  if (!closed_ && channel == Channel::iopub) held_.push_back(std::move(message));
}

void IopubGate::drain() {
  if (Port* const door = door_) door->drain();
}

bool IopubGate::has_room(bool droppable) const {
  const Port* const door = door_;
  return door == nullptr || door->has_room(droppable);
}

bool IopubGate::wait_for_room(bool droppable, const std::function<bool()>& given_up) {
  Port* const door = door_;
  return door == nullptr || door->wait_for_room(droppable, given_up);
}

void IopubGate::wake_waiting() {
  if (Port* const door = door_) door->wake_waiting();
}

Dropped IopubGate::take_dropped(const Bytes& parent) {
  Port* const door = door_;
  return door == nullptr ? Dropped{} : door->take_dropped(parent);
}

}  // namespace hermit
