// History: the cells that were run, in this kernel and in those before it (K13). Here is what the kernel's
// other parts use; history_writer keeps it, history_store is the file. Jupyter messaging: "History".
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "kernel/history_writer.hpp"
#include "protocol/json.hpp"

namespace hermit {

// The history of a kernel.
class History {
 public:
  // `file` is where it is kept between kernels, shared with any others; without one it stays in memory.
  // Nothing is opened or made before a cell is recorded.
  explicit History(std::optional<std::filesystem::path> file, const HistoryLimits& limits = {});
  // Closes.
  ~History();
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  // Ends the sessions and writes what is pending, within the limit or not at all. Cells that are recorded
  // later stay in memory. Idempotent. [any-thread]
  void close();

 private:
  friend class HistorySession;

  const std::shared_ptr<HistoryWriter> writer_;
};

// The history of one shell or subshell: a session, which begins with the first cell. Usable on any thread.
class HistorySession {
 public:
  explicit HistorySession(History& history);
  // Ends the session.
  ~HistorySession();
  HistorySession(const HistorySession&) = delete;
  HistorySession& operator=(const HistorySession&) = delete;

  // Remembers the cell with number `line`, which is its execution count. Returns at once; the file has it
  // within a second. An output above a megabyte is not kept.
  void record(std::uint64_t line, std::string source, std::optional<std::string> output);

  // Answers the content of a history_request with that of its reply, in which everything recorded so far
  // counts. The error says what is wrong with the request.
  Result<Json> query(const Json& content) const;

 private:
  const std::shared_ptr<HistoryWriter> writer_;
  const HistoryWriter::Key key_;
};

}  // namespace hermit
