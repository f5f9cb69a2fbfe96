// HistoryQuery: what a history_request asks for, and its answer put together (K13). Where the cells come
// from is not its business. Jupyter messaging: "History".
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "protocol/json.hpp"

namespace hermit {

// A cell that was run. Never changed once it is in the history.
struct HistoryCell {
  std::int64_t line = 0;  // its execution count
  std::string source;
  std::optional<std::string> output;  // its result as text
};

// A cell with the number of the session that it belongs to.
struct HistoryEntry {
  std::int64_t session = 0;
  std::shared_ptr<const HistoryCell> cell;
};

// A history_request.
struct HistoryQuery {
  static constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();

  enum class Access { tail, range, search };

  Access access = Access::tail;
  bool output = false;           // each cell with its result
  bool raw = true;               // as it was typed, not as the language's front end rewrote it
  std::int64_t n = no_limit;     // tail and search: the newest so many
  std::int64_t session = 0;      // range: a session's number; 0 is the asker's, -1 the one before
  std::int64_t start = 0;        // range: the first line
  std::int64_t stop = no_limit;  // range: the line behind the last
  std::string pattern = "*";     // search: a glob
  bool unique = false;           // search: of equal cells only the newest
};

// Reads the content of a history_request. Missing fields and null stand for the defaults. The error says
// which field is wrong.
Result<HistoryQuery> read_history_query(const Json& content);

// The content of a history_reply. `entries` holds at least those that the query selects, of range and
// search only such; of two with the same session and line the later one counts. `current` is the asker's
// session, whose cells count as newer than any other's in a tail.
Json history_reply(const HistoryQuery& query, std::int64_t current, const std::vector<HistoryEntry>& entries);

}  // namespace hermit
