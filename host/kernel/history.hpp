// History: the cells that were run, in memory (K13). Jupyter messaging: "History".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.hpp"
#include "base/result.hpp"
#include "protocol/json.hpp"

namespace hermit {

// Usable on any thread.
class History {
 public:
  // Remembers the cell with number `line`, which is its execution count.
  void record(std::uint64_t line, std::string source, std::optional<std::string> output) EXCLUDES(mutex_);

  // Answers the content of a history_request with that of its reply. The error says what is wrong with
  // the request.
  Result<Json> query(const Json& content) const EXCLUDES(mutex_);

 private:
  struct Entry {
    std::uint64_t line;
    std::string source;
    std::optional<std::string> output;
  };

  std::vector<const Entry*> tail(std::int64_t n) const REQUIRES(mutex_);
  std::vector<const Entry*> range(std::int64_t session, std::int64_t start, std::int64_t stop) const
      REQUIRES(mutex_);
  std::vector<const Entry*> search(const std::string& pattern, bool unique, std::int64_t n) const
      REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::vector<Entry> entries_ GUARDED_BY(mutex_);
};

}  // namespace hermit
