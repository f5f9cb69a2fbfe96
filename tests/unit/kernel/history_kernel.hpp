// Recorder: the history of a kernel with one shell, questions to it, and its file as other programs see it.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/history.hpp"

namespace hermit::tests {

// Limits that a disk keeps however busy the machine is. They end a test that hangs.
inline constexpr std::chrono::minutes patience{2};
inline constexpr HistoryLimits patient{
    .write = patience, .number = patience, .look = patience, .close = patience};

// A kernel with one shell.
struct Recorder {
  explicit Recorder(std::optional<std::filesystem::path> file, const HistoryLimits& limits = patient)
      : history(std::move(file), limits), session(history) {}

  void record(std::initializer_list<const char*> sources) {
    for (const char* source : sources) session.record(++line, source, std::nullopt);
  }

  History history;
  HistorySession session;
  std::uint64_t line = 0;
};

// The cells in the answer to a request that is in order.
inline Json ask(const HistorySession& session, const Json& content) {
  auto reply = session.query(content);
  EXPECT_TRUE(reply) << content;
  return reply ? (*reply)["history"] : Json();
}

inline std::vector<std::string> sources(const HistorySession& session, const Json& content) {
  std::vector<std::string> found;
  for (const Json& entry : ask(session, content)) found.push_back(entry[2].get<std::string>());
  return found;
}

inline Json tail(int n) { return {{"hist_access_type", "tail"}, {"n", n}}; }
inline Json range(std::int64_t session) { return {{"hist_access_type", "range"}, {"session", session}}; }
inline Json search(const char* pattern) { return {{"hist_access_type", "search"}, {"pattern", pattern}}; }

// The file, as any other program sees it.
class Database {
 public:
  explicit Database(const std::filesystem::path& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &connection_), SQLITE_OK);
  }
  ~Database() { sqlite3_close(connection_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // The first column of all rows.
  std::vector<std::string> run(const std::string& statement) {
    std::vector<std::string> column;
    char* problem = nullptr;
    sqlite3_exec(
        connection_, statement.c_str(),
        [](void* to, int, char** values, char**) {
          static_cast<std::vector<std::string>*>(to)->emplace_back(values[0] ? values[0] : "NULL");
          return 0;
        },
        &column, &problem);
    EXPECT_EQ(problem, nullptr) << statement << ": " << problem;
    sqlite3_free(problem);
    return column;
  }

 private:
  sqlite3* connection_ = nullptr;
};

inline std::vector<std::string> rows(const std::filesystem::path& path, const std::string& statement) {
  return Database(path).run(statement);
}

}  // namespace hermit::tests
