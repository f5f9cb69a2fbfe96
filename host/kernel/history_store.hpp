// HistoryStore: the history on disk, a file of SQLite's with the tables that IPython's tools read (K13).
// The only place that knows SQLite. It has no thread and keeps nothing in memory; history.hpp does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "kernel/history_query.hpp"

struct sqlite3;

namespace hermit {

// What is to be written of one session.
struct HistoryWrite {
  std::uint64_t key = 0;      // the writer's own name for the session
  std::int64_t number = 0;    // its number in the file; 0 when it has no row yet
  std::string started;        // when; together with the number it tells the session from any other
  std::string ended;          // when; empty while it goes on
  std::int64_t recorded = 0;  // how many cells it has by now
  std::vector<std::shared_ptr<const HistoryCell>> cells;  // that are not written yet
};

// An open file. One thread at a time.
class HistoryStore {
 public:
  // Called again and again while somebody else has the file locked; waits a little and returns true, or
  // returns false to give up.
  using Patience = std::function<bool()>;

  // Opens the file for writing, makes it and its folders when they are missing, readable by nobody but
  // the user. The errors here and below say what is wrong with which file.
  static Result<HistoryStore> open(const std::filesystem::path& path, Patience patience);
  // Opens a file that exists, for reading.
  static Result<HistoryStore> open_existing(const std::filesystem::path& path, Patience patience);
  // Lets a moment pass, as SQLite's own handlers of a locked file do: for a Patience.
  static void pause();

  // True when the file is no longer the one at its path: removed, renamed, replaced.
  bool has_moved() const;

  // True when every session with a number has its row, so that this is the file that gave the numbers.
  Result<bool> knows(const std::vector<HistoryWrite>& writes);

  // Writes all or nothing. Returns the sessions' numbers in the same order.
  Result<std::vector<std::int64_t>> write(const std::vector<HistoryWrite>& writes);

  // From now on find() sees the file as it is now. Returns the highest number of a session, 0 when there
  // is none.
  Result<std::int64_t> look();

  // What the query selects, where its `session` is a session's number, after look(). Up to `n` each of
  // the session `current` and of the others.
  Result<std::vector<HistoryEntry>> find(const HistoryQuery& query, std::int64_t current);

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };

  HistoryStore(const std::filesystem::path& path, Patience patience);

  static Result<HistoryStore> connect(const std::filesystem::path& path, Patience patience);
  Error failure() const;
  bool execute(const char* statement);
  bool write_session(const HistoryWrite& session, std::int64_t number);

  std::filesystem::path path_;
  std::unique_ptr<Patience> patience_;  // SQLite holds a pointer to it
  std::unique_ptr<sqlite3, Close> connection_;
  bool is_empty_ = false;  // look() found no tables
};

// Whether `text` matches a glob as search has it: * for anything, ? for one character, [abc] for one of
// these. [any-thread]
bool history_matches(const std::string& pattern, const std::string& text);

}  // namespace hermit
