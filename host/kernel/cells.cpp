#include "kernel/cells.hpp"

#include <utility>

namespace hermit {

void Cells::open(const std::shared_ptr<Cell>& cell) {
  Lock lock(mutex_);
  cell->number = give_number(cell->exchange->parent());
  last_cell_ = cell->number;
  last_parent_ = parents_.back();
  running_.emplace(cell->number, cell);
}

hermit_request Cells::open_other(const Bytes& parent) {
  Lock lock(mutex_);
  return others_.try_emplace(give_number(parent)).first->first;
}

std::optional<Failure> Cells::close_other(hermit_request number) {
  Lock lock(mutex_);
  const auto other = others_.extract(number);
  return other.empty() ? std::nullopt : std::move(other.mapped());
}

std::optional<Failure> Cells::failure_of_other(hermit_request number) const {
  Lock lock(mutex_);
  const auto found = others_.find(number);
  return found == others_.end() ? std::nullopt : found->second;
}

std::vector<hermit_request> Cells::others() const {
  Lock lock(mutex_);
  std::vector<hermit_request> numbers;
  for (const auto& [number, failure] : others_) numbers.push_back(number);
  return numbers;
}

hermit_request Cells::give_number(const Bytes& parent) {
  // A copy: a header as it came keeps the whole buffer alive that ZeroMQ received it in, and as long as the
  // number is remembered.
  parents_.emplace_back(std::string(parent.view()));
  if (parents_.size() > remembered) parents_.pop_front();
  return ++last_;
}

bool Cells::close(const Cell& cell) {
  Lock lock(mutex_);
  return running_.erase(cell.number) == 1;
}

std::shared_ptr<Cell> Cells::find(hermit_request number) const {
  Lock lock(mutex_);
  const auto found = running_.find(number);
  return found == running_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<Cell>> Cells::running() const {
  Lock lock(mutex_);
  std::vector<std::shared_ptr<Cell>> cells;
  for (const auto& [number, cell] : running_) cells.push_back(cell);
  return cells;
}

std::optional<Owner> Cells::owner(hermit_request number) const {
  Lock lock(mutex_);
  if (number > last_) return std::nullopt;
  const hermit_request oldest = last_ - parents_.size() + 1;
  const bool forgotten = number < oldest;
  if (forgotten && last_cell_ == HERMIT_NO_REQUEST) return std::nullopt;
  if (forgotten) number = last_cell_;
  Bytes parent = forgotten ? last_parent_ : parents_[number - oldest];
  if (parent.empty()) return std::nullopt;
  const auto found = running_.find(number);
  return Owner{std::move(parent), found == running_.end() ? nullptr : found->second};
}

hermit_request Cells::latest() const {
  Lock lock(mutex_);
  return running_.empty() ? last_cell_ : running_.rbegin()->first;
}

bool Cells::was_given(hermit_request number) const {
  Lock lock(mutex_);
  return number <= last_;
}

bool Cells::set_failure(hermit_request number, Failure failure) {
  Lock lock(mutex_);
  if (const auto other = others_.find(number); other != others_.end()) {
    other->second = std::move(failure);
    return true;
  }
  const auto found = running_.find(number);
  if (found == running_.end() || found->second->outcome_fixed) return false;
  found->second->failure = std::move(failure);
  return true;
}

bool Cells::set_result(hermit_request number, std::string text) {
  Lock lock(mutex_);
  const auto found = running_.find(number);
  if (found == running_.end() || found->second->outcome_fixed) return false;
  found->second->result = std::move(text);
  return true;
}

bool Cells::fix_outcome(hermit_request number) {
  Lock lock(mutex_);
  const auto found = running_.find(number);
  return found != running_.end() && !std::exchange(found->second->outcome_fixed, true);
}

Lane::Timer Cells::set_resume_timer(const Cell& cell, Lane::Timer timer) {
  Lock lock(mutex_);
  const auto found = running_.find(cell.number);
  if (found == running_.end()) return timer;
  Lane::Timer& kept = found->second->resume_timer;
  if (timer != 0 && timer < kept) return timer;
  return std::exchange(kept, timer);
}

bool Cells::defer(const Cell& cell, Lane::Task task) {
  Lock lock(mutex_);
  const auto found = running_.find(cell.number);
  if (found == running_.end() || cell.mode != RunMode::thread || found->second->returned) return false;
  found->second->deferred = std::move(task);
  return true;
}

Lane::Task Cells::mark_returned(const Cell& cell) {
  Lock lock(mutex_);
  const auto found = running_.find(cell.number);
  if (found == running_.end()) return nullptr;
  found->second->returned = true;
  return std::exchange(found->second->deferred, nullptr);
}

std::optional<Failure> Cells::failure(const Cell& cell) const {
  Lock lock(mutex_);
  return cell.failure;
}

std::optional<std::string> Cells::result(const Cell& cell) const {
  Lock lock(mutex_);
  return cell.result;
}

}  // namespace hermit
