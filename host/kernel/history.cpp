#include "kernel/history.hpp"

#include <utility>

namespace hermit {
namespace {

// The file is for looking up what was typed. A data set that a cell happened to show would only fill it.
constexpr std::size_t longest_output = 1 << 20;

}  // namespace

History::History(std::optional<std::filesystem::path> file, const HistoryLimits& limits)
    : writer_(std::make_shared<HistoryWriter>(std::move(file), limits)) {}

History::~History() { close(); }

void History::close() { writer_->close(); }

HistorySession::HistorySession(History& history) : writer_(history.writer_), key_(writer_->open_session()) {}

HistorySession::~HistorySession() { writer_->end_session(key_); }

void HistorySession::record(std::uint64_t line, std::string source, std::optional<std::string> output) {
  if (output && output->size() > longest_output) output.reset();
  writer_->record(key_, {static_cast<std::int64_t>(line), std::move(source), std::move(output)});
}

Result<Json> HistorySession::query(const Json& content) const {
  auto query = read_history_query(content);
  if (!query) return query.error();
  const auto view = writer_->find(key_, *query);
  return history_reply(*query, view.current, view.entries);
}

}  // namespace hermit
