#include "kernel/history_query.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "base/text.hpp"

namespace hermit {
namespace {

// What IPython answers to a tail that does not say how much: all of it may be very long.
constexpr std::int64_t default_tail = 10;

// The longest that SQLite's GLOB takes without being told otherwise.
constexpr std::size_t longest_pattern = 50'000;

// A wrong value as an error message shows it.
std::string shown(const Json& value) {
  constexpr std::size_t enough = 60;
  const std::string text = dump_json(value);
  if (text.size() <= enough) return text;
  return text.substr(0, whole_characters(std::string_view(text).substr(0, enough))) + "…";
}

// Reads fields one after another and remembers the first that is wrong.
class Fields {
 public:
  explicit Fields(const Json& content) : content_(content) {}

  bool flag(const char* name, bool otherwise) {
    const Json* field = find(name);
    if (field == nullptr) return otherwise;
    if (field->is_boolean()) return field->get<bool>();
    return complain(name, "true or false", *field), otherwise;
  }

  std::string text(const char* name, const char* otherwise) {
    const Json* field = find(name);
    if (field == nullptr) return otherwise;
    if (field->is_string()) return field->get<std::string>();
    return complain(name, "text", *field), otherwise;
  }

  std::int64_t number(const char* name, std::int64_t otherwise) {
    const Json* field = find(name);
    if (field == nullptr) return otherwise;
    if (!field->is_number_integer()) return complain(name, "a whole number", *field), otherwise;
    const bool huge = field->is_number_unsigned() && field->get<std::uint64_t>() > HistoryQuery::no_limit;
    return huge ? HistoryQuery::no_limit : field->get<std::int64_t>();
  }

  std::int64_t count(const char* name, std::int64_t otherwise) {
    const std::int64_t value = number(name, otherwise);
    if (value < 0) complain(name, "0 or more", value);
    return value;
  }

  void complain(const char* name, const char* right, const Json& value) {
    if (problem_.empty()) {
      problem_ = "\"" + std::string(name) + "\" has to be " + right + ", not " + shown(value);
    }
  }

  const std::string& problem() const { return problem_; }

 private:
  const Json* find(const char* name) const {
    const auto field = content_.find(name);
    return field == content_.end() || field->is_null() ? nullptr : &*field;
  }

  const Json& content_;
  std::string problem_;
};

}  // namespace

Result<HistoryQuery> read_history_query(const Json& content) {
  using Access = HistoryQuery::Access;
  HistoryQuery query;
  Fields fields(content);
  const std::string access = fields.text("hist_access_type", "tail");
  query.output = fields.flag("output", false);
  query.raw = fields.flag("raw", true);
  if (access == "tail") {
    query.n = fields.count("n", default_tail);
  } else if (access == "range") {
    query.access = Access::range;
    query.session = fields.number("session", 0);
    query.start = fields.number("start", 0);
    query.stop = fields.number("stop", HistoryQuery::no_limit);
  } else if (access == "search") {
    query.access = Access::search;
    query.n = fields.count("n", HistoryQuery::no_limit);
    query.pattern = fields.text("pattern", "*");
    query.unique = fields.flag("unique", false);
    if (query.pattern.size() > longest_pattern) {
      fields.complain("pattern", "at most 50000 bytes long", query.pattern);
    }
  } else {
    fields.complain("hist_access_type", "\"tail\", \"range\" or \"search\"", access);
  }
  if (!fields.problem().empty()) return Error{fields.problem()};
  return query;
}

Json history_reply(const HistoryQuery& query, std::int64_t current,
                   const std::vector<HistoryEntry>& entries) {
  const bool current_last = query.access == HistoryQuery::Access::tail;
  std::map<std::tuple<bool, std::int64_t, std::int64_t>, const HistoryCell*> sorted;
  for (const HistoryEntry& entry : entries) {
    const bool newest = current_last && entry.session == current;
    sorted.insert_or_assign({newest, entry.session, entry.cell->line}, entry.cell.get());
  }
  Json list = Json::array();
  std::set<std::string_view> seen;
  // From the newest, so that of equal ones the last stands and `n` keeps the last.
  for (auto at = sorted.rbegin(); at != sorted.rend(); ++at) {
    if (static_cast<std::int64_t>(list.size()) >= query.n) break;
    const auto& [key, cell] = *at;
    if (query.unique && !seen.insert(cell->source).second) continue;
    Json what = cell->source;
    if (query.output) what = {cell->source, cell->output ? Json(*cell->output) : Json()};
    list.push_back({std::get<1>(key), cell->line, std::move(what)});
  }
  std::reverse(list.begin(), list.end());
  return Json{{"history", std::move(list)}};
}

}  // namespace hermit
