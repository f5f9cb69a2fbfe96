#include "kernel/history_journal.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"

namespace hermit {
namespace {

// The time as Python reads it from the file, also before 3.11: "2024-05-01 12:00:00.123456+00:00".
std::string timestamp() {
  std::string text = utc_now();
  text[text.find('T')] = ' ';
  text.replace(text.size() - 1, 1, "+00:00");
  return text;
}

// What a cell takes, with a share of what holds it.
std::size_t size_of(const HistoryCell& cell) {
  return sizeof cell + 64 + cell.source.size() + (cell.output ? cell.output->size() : 0);
}

}  // namespace

void HistoryJournal::add(Key key, std::shared_ptr<const HistoryCell> cell) {
  Session& session = sessions_[key];
  if (session.position == 0) {
    session.position = ++begun_;
    session.started = timestamp();
  }
  ++session.recorded;
  session.cells.push_back(std::move(cell));
}

bool HistoryJournal::end(Key key) {
  const auto found = sessions_.find(key);
  if (found == sessions_.end()) return false;
  if (found->second.ended.empty()) found->second.ended = timestamp();
  return true;
}

void HistoryJournal::end_all() {
  for (const auto& [key, session] : sessions_) end(key);
}

std::vector<HistoryWrite> HistoryJournal::take() {
  trim();
  std::vector<HistoryWrite> writes;
  writes.reserve(sessions_.size());
  for (const auto& [key, session] : sessions_) {
    const auto first = session.cells.begin() + static_cast<std::ptrdiff_t>(session.written);
    writes.push_back({key,
                      session.number,
                      session.started,
                      session.is_end_written ? std::string() : session.ended,
                      session.recorded,
                      {first, session.cells.end()}});
  }
  return writes;
}

// Only at the beginning of a take: who looked at the file just before the last settle() has to find here
// what that brought to it.
void HistoryJournal::trim() {
  for (auto at = sessions_.begin(); at != sessions_.end() && written_size_ > written_limit;) {
    Session& session = at->second;
    while (session.written > 0 && written_size_ > written_limit) {
      written_size_ -= size_of(*session.cells.front());
      session.cells.pop_front();
      --session.written;
    }
    at = session.is_end_written && session.cells.empty() ? sessions_.erase(at) : std::next(at);
  }
}

void HistoryJournal::settle(const std::vector<HistoryWrite>& writes,
                            const std::vector<std::int64_t>& numbers) {
  for (std::size_t i = 0; i < writes.size(); ++i) {
    Session& session = sessions_[writes[i].key];
    session.number = numbers[i];
    session.written += writes[i].cells.size();
    for (const auto& cell : writes[i].cells) written_size_ += size_of(*cell);
    if (!writes[i].ended.empty()) session.is_end_written = true;
  }
}

void HistoryJournal::forget_file() {
  for (auto& [key, session] : sessions_) {
    session.number = 0;
    session.written = 0;
    session.is_end_written = false;
  }
  written_size_ = 0;
}

bool HistoryJournal::is_unnumbered() const {
  return std::any_of(sessions_.begin(), sessions_.end(),
                     [](const auto& entry) { return entry.second.number == 0; });
}

HistoryJournal::View HistoryJournal::view(Key asker, std::int64_t last) const {
  std::vector<std::pair<std::uint64_t, Key>> unnumbered;
  for (const auto& [key, session] : sessions_) {
    last = std::max(last, session.number);
    if (session.number == 0) unnumbered.emplace_back(session.position, key);
  }
  std::sort(unnumbered.begin(), unnumbered.end());
  std::map<Key, std::int64_t> provisional;
  for (const auto& [position, key] : unnumbered) provisional[key] = ++last;

  View view;
  view.current = last + 1;
  for (const auto& [key, session] : sessions_) {
    const std::int64_t number = session.number != 0 ? session.number : provisional[key];
    if (key == asker) view.current = number;
    for (const auto& cell : session.cells) view.entries.push_back({number, cell});
  }
  return view;
}

}  // namespace hermit
