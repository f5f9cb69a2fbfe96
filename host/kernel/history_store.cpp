#include "kernel/history_store.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "base/file.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

// The history may hold what was pasted into a cell, passwords for instance.
constexpr mode_t file_mode = 0600;
constexpr mode_t folder_mode = 0700;

// IPython's own tables, so that its tools can read the file.
constexpr const char* tables =
    "CREATE TABLE IF NOT EXISTS sessions (session integer primary key autoincrement, start timestamp,"
    " end timestamp, num_cmds integer, remark text);"
    "CREATE TABLE IF NOT EXISTS history (session integer, line integer, source text, source_raw text,"
    " PRIMARY KEY (session, line));"
    "CREATE TABLE IF NOT EXISTS output_history (session integer, line integer, output text,"
    " PRIMARY KEY (session, line));";

Error cannot(const char* what, const fs::path& path) {
  return Error{path.string() + " cannot be " + what + ": " + std::strerror(errno)};
}

Result<void> make_folder(const fs::path& path) {
  if (mkdir(path.c_str(), folder_mode) == 0 || errno == EEXIST) return {};
  if (errno != ENOENT || !path.has_relative_path()) return cannot("made", path);
  if (auto above = make_folder(path.parent_path()); !above) return above;
  if (mkdir(path.c_str(), folder_mode) == 0 || errno == EEXIST) return {};
  return cannot("made", path);
}

Result<void> make_file(const fs::path& path) {
  if (auto folder = make_folder(path.parent_path()); !folder) return folder;
  // Never opened when it exists: closing a descriptor would take SQLite's locks off the file.
  const Descriptor made(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file_mode));
  if (!made && errno != EEXIST) return cannot("made", path);
  return {};
}

// A statement of SQL. What fails is told by the connection.
class Statement {
 public:
  Statement(sqlite3* connection, const std::string& text) {
    sqlite3_prepare_v2(connection, text.c_str(), static_cast<int>(text.size()), &handle_, nullptr);
  }
  ~Statement() { sqlite3_finalize(handle_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Values for ?1, ?2 and so on. A text has to stay until the statement has run.
  template <class... Values>
  bool bind(const Values&... values) {
    int index = 0;
    return handle_ != nullptr && (bind_at(++index, values) && ...);
  }
  // True when there is a row.
  bool next() { return handle_ != nullptr && (state_ = sqlite3_step(handle_)) == SQLITE_ROW; }
  // True when there are no more rows and nothing failed.
  bool is_done() const { return state_ == SQLITE_DONE; }
  // Runs a statement without rows to its end and makes it ready for other values.
  bool run() {
    while (next()) {
    }
    if (handle_ != nullptr) sqlite3_reset(handle_);
    return is_done();
  }

  std::int64_t number(int column) const { return sqlite3_column_int64(handle_, column); }
  std::optional<std::string> text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
    if (data == nullptr) return std::nullopt;
    return std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column)));
  }

 private:
  bool bind_at(int index, std::int64_t value) {
    return sqlite3_bind_int64(handle_, index, value) == SQLITE_OK;
  }
  bool bind_at(int index, std::string_view text) {
    return sqlite3_bind_text64(handle_, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8) ==
           SQLITE_OK;
  }

  sqlite3_stmt* handle_ = nullptr;
  int state_ = SQLITE_ERROR;
};

// The text of the statement that finds cells, but for which of them.
std::string selection(const HistoryQuery& query) {
  std::string text = "SELECT session, line, ";
  text += query.raw ? "source_raw" : "source";
  text += query.output ? ", output" : ", NULL";
  // With max() the other columns are those of the row that has the maximum.
  if (query.unique) text += ", max((session << 32) + line)";
  text += " FROM history";
  if (query.output) text += " LEFT JOIN output_history USING (session, line)";
  return text;
}

void collect(Statement& rows, std::vector<HistoryEntry>& entries) {
  while (rows.next()) {
    HistoryCell cell{rows.number(1), rows.text(2).value_or(""), rows.text(3)};
    entries.push_back({rows.number(0), std::make_shared<const HistoryCell>(std::move(cell))});
  }
}

}  // namespace

void HistoryStore::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

HistoryStore::HistoryStore(const fs::path& path, Patience patience)
    : path_(path), patience_(std::make_unique<Patience>(std::move(patience))) {}

Result<HistoryStore> HistoryStore::connect(const fs::path& path, Patience patience) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) return cannot("opened", path);
  if (!S_ISREG(info.st_mode)) return Error{path.string() + " is not a regular file"};

  HistoryStore store(path, std::move(patience));
  sqlite3* connection = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(), &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  store.connection_.reset(connection);
  if (opened != SQLITE_OK) return store.failure();
  // The log stays beside the file until it is long enough: moving it into the file waits for the disk, and
  // so would the end of every kernel.
  sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_busy_handler(
      connection, [](void* patience, int) { return (*static_cast<Patience*>(patience))() ? 1 : 0; },
      store.patience_.get());
  return store;
}

void HistoryStore::pause() {
  constexpr int milliseconds = 5;
  sqlite3_sleep(milliseconds);
}

Result<HistoryStore> HistoryStore::open_existing(const fs::path& path, Patience patience) {
  return connect(path, std::move(patience));
}

Result<HistoryStore> HistoryStore::open(const fs::path& path, Patience patience) {
  if (auto made = make_file(path); !made) return made.error();
  auto store = connect(path, std::move(patience));
  if (!store) return store;
  // With a write-ahead log readers and the writer do not wait for each other, and only now and then a
  // write waits for the disk. File systems that cannot do it keep what they have.
  const bool ready = store->execute("PRAGMA synchronous = NORMAL") &&
                     store->execute("PRAGMA journal_mode = WAL") && store->execute("BEGIN IMMEDIATE") &&
                     store->execute(tables) && store->execute("COMMIT");
  if (!ready) return store->failure();
  return store;
}

// To be asked before anything else is done with the connection.
Error HistoryStore::failure() const {
  return Error{path_.string() + ": " + sqlite3_errmsg(connection_.get())};
}

bool HistoryStore::execute(const char* statement) {
  for (;;) {
    const int done = sqlite3_exec(connection_.get(), statement, nullptr, nullptr, nullptr);
    if (done == SQLITE_OK) return true;
    // For some locks SQLite does not ask the busy handler: when two turn on the write-ahead log at once.
    if ((done & 0xff) != SQLITE_BUSY || !(*patience_)()) return false;
  }
}

bool HistoryStore::has_moved() const {
  int moved = 0;
  sqlite3_file_control(connection_.get(), nullptr, SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

Result<bool> HistoryStore::knows(const std::vector<HistoryWrite>& writes) {
  for (const HistoryWrite& session : writes) {
    if (session.number == 0) continue;
    Statement row(connection_.get(), "SELECT 1 FROM sessions WHERE session = ?1 AND start = ?2");
    if (!row.bind(session.number, session.started)) return failure();
    if (row.next()) continue;
    if (!row.is_done()) return failure();
    return false;
  }
  return true;
}

Result<std::vector<std::int64_t>> HistoryStore::write(const std::vector<HistoryWrite>& writes) {
  const auto give_up = [&] {
    const Error error = failure();
    sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    return error;
  };
  if (!execute("BEGIN IMMEDIATE")) return failure();
  std::vector<std::int64_t> numbers;
  for (const HistoryWrite& session : writes) {
    numbers.push_back(session.number);
    if (session.number == 0) {
      Statement row(connection_.get(), "INSERT INTO sessions (start, remark) VALUES (?1, '')");
      if (!row.bind(session.started) || !row.run()) return give_up();
      numbers.back() = sqlite3_last_insert_rowid(connection_.get());
    }
    if (!write_session(session, numbers.back())) return give_up();
  }
  if (!execute("COMMIT")) return give_up();
  return numbers;
}

bool HistoryStore::write_session(const HistoryWrite& session, std::int64_t number) {
  if (session.cells.empty() && session.ended.empty()) return true;
  Statement source(connection_.get(), "INSERT OR REPLACE INTO history VALUES (?1, ?2, ?3, ?3)");
  Statement output(connection_.get(), "INSERT OR REPLACE INTO output_history VALUES (?1, ?2, ?3)");
  for (const auto& cell : session.cells) {
    if (!source.bind(number, cell->line, cell->source) || !source.run()) return false;
    if (!cell->output) continue;
    if (!output.bind(number, cell->line, *cell->output) || !output.run()) return false;
  }
  if (session.ended.empty()) return true;
  Statement end(connection_.get(), "UPDATE sessions SET end = ?2, num_cmds = ?3 WHERE session = ?1");
  return end.bind(number, session.ended, session.recorded) && end.run();
}

Result<std::int64_t> HistoryStore::look() {
  if (!execute("BEGIN")) return failure();
  // Another kernel may have made the file a moment ago and not come to its tables yet.
  Statement found(connection_.get(),
                  "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND"
                  " name IN ('sessions', 'history', 'output_history')");
  if (!found.next()) return failure();
  is_empty_ = found.number(0) < 3;
  if (is_empty_) return 0;
  Statement last(connection_.get(), "SELECT max(session) FROM sessions");
  if (!last.next()) return failure();
  return last.number(0);
}

Result<std::vector<HistoryEntry>> HistoryStore::find(const HistoryQuery& query, std::int64_t current) {
  std::vector<HistoryEntry> entries;
  if (is_empty_) return entries;
  const auto select = [&](const std::string& condition, const auto&... values) {
    Statement rows(connection_.get(), selection(query) + condition);
    if (!rows.bind(values...)) return false;
    collect(rows, entries);
    return rows.is_done();
  };
  const std::string newest_first = " ORDER BY session DESC, line DESC LIMIT ?2";
  bool found = false;
  switch (query.access) {
    case HistoryQuery::Access::tail:
      found = select(" WHERE session = ?1" + newest_first, current, query.n) &&
              select(" WHERE session <> ?1" + newest_first, current, query.n);
      break;
    case HistoryQuery::Access::range:
      found =
          select(" WHERE session = ?1 AND line >= ?2 AND line < ?3", query.session, query.start, query.stop);
      break;
    case HistoryQuery::Access::search:
      found =
          select(" WHERE source_raw GLOB ?1" + std::string(query.unique ? " GROUP BY 3" : "") + newest_first,
                 query.pattern, query.n);
      break;
  }
  if (!found) return failure();
  return entries;
}

bool history_matches(const std::string& pattern, const std::string& text) {
  return sqlite3_strglob(pattern.c_str(), text.c_str()) == 0;
}

}  // namespace hermit
