// HistoryJournal: what this kernel's shells have run, in memory, and how much of it is on disk (K13).
// It has no file and no thread. What was written stays in memory up to a limit, so that a file that
// breaks later costs nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/history_query.hpp"
#include "kernel/history_store.hpp"

namespace hermit {

// One thread at a time.
class HistoryJournal {
 public:
  // The memory, in bytes, that cells may take which are on disk.
  static constexpr std::size_t written_limit = 16 << 20;

  // Tells sessions apart, also while they have no number. Given by the caller.
  using Key = std::uint64_t;

  // Adds a cell to a session, which begins with its first one.
  void add(Key key, std::shared_ptr<const HistoryCell> cell);
  // Ends a session; false when it never began.
  bool end(Key key);
  void end_all();

  // All sessions, with what is to be written of each. Before that, it forgets the oldest of the cells that
  // had gone to disk by the last time, as far as they are too much.
  std::vector<HistoryWrite> take();
  // They were written and have these numbers.
  void settle(const std::vector<HistoryWrite>& writes, const std::vector<std::int64_t>& numbers);
  // The file that gave the numbers is gone: nothing is written and no session has a number.
  void forget_file();

  // True when a session has no number yet.
  bool is_unnumbered() const;

  // All cells, and the number of the asker's session.
  struct View {
    std::int64_t current = 0;
    std::vector<HistoryEntry> entries;
  };
  // Sessions without a number get the next ones for the time being, in the order in which they began; the
  // last number in the file is `last`.
  View view(Key asker, std::int64_t last) const;

 private:
  struct Session {
    std::uint64_t position = 0;  // in the order in which sessions began
    std::int64_t number = 0;     // 0 while it has none
    std::string started;
    std::string ended;  // empty while it goes on
    bool is_end_written = false;
    std::int64_t recorded = 0;
    std::size_t written = 0;  // the first so many of `cells` are on disk
    std::deque<std::shared_ptr<const HistoryCell>> cells;
  };

  void trim();

  std::map<Key, Session> sessions_;
  std::uint64_t begun_ = 0;
  std::size_t written_size_ = 0;  // of the cells that are on disk, in bytes
};

}  // namespace hermit
