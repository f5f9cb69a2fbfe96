// HistoryWriter: keeps a kernel's history in memory and brings it to the file on a thread of its own, a
// little later and many cells at once (K13). When the file cannot be written, the history goes on in
// memory, and the next cell is another reason to try.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include "base/mutex.hpp"
#include "base/result.hpp"
#include "kernel/history_journal.hpp"
#include "kernel/history_store.hpp"

namespace hermit {

// How long things may take.
struct HistoryLimits {
  // From a cell to its being written: half of the second it may take, the rest is for a slow disk.
  std::chrono::milliseconds delay{500};
  // How long a write, a query that needs a session's number, and a look into the file wait for others.
  std::chrono::milliseconds write{1000};
  std::chrono::milliseconds number{1000};
  std::chrono::milliseconds look{250};
  // What the history may take of the second that a shutdown has.
  std::chrono::milliseconds close{300};
};

// Usable on any thread. Its own thread keeps it alive: it may have to outlast whoever closes it.
class HistoryWriter : public std::enable_shared_from_this<HistoryWriter> {
 public:
  using Key = HistoryJournal::Key;

  // Nothing is opened, made or started before the first cell. Without a file all stays in memory.
  HistoryWriter(std::optional<std::filesystem::path> file, const HistoryLimits& limits);

  // A session; it begins with its first cell.
  Key open_session() EXCLUDES(mutex_);
  void record(Key session, HistoryCell cell) EXCLUDES(mutex_);
  void end_session(Key session) EXCLUDES(mutex_);

  // All cells that a query selects, and perhaps more, with the number of the asker's session; of two with
  // the same session and line the later one counts. The query's `session` is made a session's number.
  HistoryJournal::View find(Key asker, HistoryQuery& query) EXCLUDES(mutex_);

  // Ends all sessions, writes what is pending and ends the thread. Returns within a limit, come what may;
  // then the rest is lost and the log says so. Idempotent.
  void close() EXCLUDES(mutex_);

 private:
  using Time = std::chrono::steady_clock::time_point;

  void schedule(Time when) EXCLUDES(mutex_);
  void run() EXCLUDES(mutex_);
  Result<void> write() EXCLUDES(mutex_);
  bool wait_for_file() EXCLUDES(mutex_);
  void wait_for_numbers() EXCLUDES(mutex_);
  std::optional<HistoryStore> look(std::int64_t& last);
  void complain(const Error& error);

  const std::optional<std::filesystem::path> file_;
  const HistoryLimits limits_;
  std::atomic<bool> complained_{false};

  Mutex mutex_;
  Condition changed_;  // for the thread
  Condition settled_;  // for those who wait for it
  HistoryJournal journal_ GUARDED_BY(mutex_);
  Key sessions_ GUARDED_BY(mutex_) = 0;
  std::optional<Time> due_ GUARDED_BY(mutex_);  // when something is to be written
  bool writing_ GUARDED_BY(mutex_) = false;
  std::optional<Time> closing_ GUARDED_BY(mutex_);  // by when all has to be done
  bool done_ GUARDED_BY(mutex_) = false;            // nothing is written any more
  std::thread thread_ GUARDED_BY(mutex_);

  // The thread's own.
  std::optional<HistoryStore> store_;
  Time give_up_;  // on a file that somebody else has locked
};

}  // namespace hermit
