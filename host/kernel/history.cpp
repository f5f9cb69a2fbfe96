#include "kernel/history.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <limits>
#include <set>

namespace hermit {
namespace {

// The one session there is while nothing is kept on disk.
constexpr std::int64_t this_session = 1;

constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();

std::int64_t number_or(const Json& content, const char* key, std::int64_t otherwise) {
  const auto field = content.find(key);
  return field != content.end() && field->is_number_integer() ? field->get<std::int64_t>() : otherwise;
}

bool flag_or(const Json& content, const char* key, bool otherwise) {
  const auto field = content.find(key);
  return field != content.end() && field->is_boolean() ? field->get<bool>() : otherwise;
}

}  // namespace

void History::record(std::uint64_t line, std::string source, std::optional<std::string> output) {
  Lock lock(mutex_);
  entries_.push_back({line, std::move(source), std::move(output)});
}

Result<Json> History::query(const Json& content) const {
  const std::string access = content.value("hist_access_type", Json("tail")).dump();
  Lock lock(mutex_);
  std::vector<const Entry*> found;
  if (access == "\"tail\"") {
    found = tail(number_or(content, "n", no_limit));
  } else if (access == "\"range\"") {
    found = range(number_or(content, "session", 0), number_or(content, "start", 0),
                  number_or(content, "stop", no_limit));
  } else if (access == "\"search\"") {
    const auto pattern = content.find("pattern");
    const bool given = pattern != content.end() && pattern->is_string();
    found = search(given ? pattern->get<std::string>() : "*", flag_or(content, "unique", false),
                   number_or(content, "n", no_limit));
  } else {
    return Error{"hist_access_type has to be \"tail\", \"range\" or \"search\", not " + access};
  }

  const bool output = flag_or(content, "output", false);
  Json list = Json::array();
  for (const Entry* entry : found) {
    Json what = entry->source;
    if (output) what = {entry->source, entry->output ? Json(*entry->output) : Json()};
    list.push_back({this_session, entry->line, std::move(what)});
  }
  return Json{{"history", std::move(list)}};
}

std::vector<const History::Entry*> History::tail(std::int64_t n) const {
  const auto size = static_cast<std::int64_t>(entries_.size());
  std::vector<const Entry*> found;
  for (std::int64_t i = size - std::clamp<std::int64_t>(n, 0, size); i < size; ++i) {
    found.push_back(&entries_[static_cast<std::size_t>(i)]);
  }
  return found;
}

std::vector<const History::Entry*> History::range(std::int64_t session, std::int64_t start,
                                                  std::int64_t stop) const {
  std::vector<const Entry*> found;
  if (session != 0 && session != this_session) return found;  // 0 is the session that runs
  for (const Entry& entry : entries_) {
    const auto line = static_cast<std::int64_t>(entry.line);
    if (line >= start && line < stop) found.push_back(&entry);
  }
  return found;
}

std::vector<const History::Entry*> History::search(const std::string& pattern, bool unique,
                                                   std::int64_t n) const {
  std::vector<const Entry*> found;
  std::set<std::string_view> seen;
  // From the newest, so that of equal ones the last stands and `n` keeps the last.
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (static_cast<std::int64_t>(found.size()) >= n) break;
    if (fnmatch(pattern.c_str(), entry->source.c_str(), FNM_NOESCAPE) != 0) continue;
    if (unique && !seen.insert(entry->source).second) continue;
    found.push_back(&*entry);
  }
  std::reverse(found.begin(), found.end());
  return found;
}

}  // namespace hermit
