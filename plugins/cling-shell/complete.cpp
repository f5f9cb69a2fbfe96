// Has the copy of the process write one match a line, and reads them.
#include "complete.hpp"

#include <algorithm>
#include <set>

#include "compiler.hpp"
#include "lexer.hpp"
#include "look.hpp"
#include "magics.hpp"
#include "session.hpp"
#include "suggest.hpp"
#include "text.hpp"

namespace hermit::cling_shell {
namespace {

// A longer list helps nobody.
constexpr size_t most_matches = 1'000;

std::string lines_of(std::vector<Suggestion> found) {
  std::stable_sort(found.begin(), found.end(), [](const Suggestion& left, const Suggestion& right) {
    return std::pair(left.priority, std::string_view(left.text)) <
           std::pair(right.priority, std::string_view(right.text));
  });
  std::string lines;
  std::set<std::pair<std::string, std::string>> known;
  for (Suggestion& each : found) {
    std::replace(each.signature.begin(), each.signature.end(), '\n', ' ');
    if (known.size() >= most_matches || !known.insert({each.text, each.signature}).second) continue;
    lines += each.text + '\t' + each.kind + '\t' + each.signature + '\n';
  }
  return lines;
}

hermit_status put(std::string_view line, const hermit_match_sink& sink) {
  const size_t first = line.find('\t');
  const size_t second = line.find('\t', first + 1);
  const hermit_match match = {lend(line.substr(0, first)), lend(line.substr(first + 1, second - first - 1)),
                              lend(line.substr(second + 1))};
  return sink.add(sink.context, &match);
}

}  // namespace

hermit_status complete(Session& session, hermit_request request, std::string_view code, size_t cursor,
                       const hermit_match_sink& sink) {
  Lane lane;
  lane.session = &session;
  const Serving serving(session.interrupts, lane, request);
  const Position position = position_of(code, cursor);
  const size_t line_begin = code.substr(0, cursor).rfind('\n') + 1;
  const std::string_view line = code.substr(line_begin, cursor - line_begin);
  auto [begin, end] = name_at(code, cursor);
  std::string answer;
  hermit_status status = HERMIT_OK;
  if (line.starts_with("%")) {
    answer = magic_matches(line);
    begin = line_begin + line.rfind('%') + 1;
  } else {
    const bool is_include =
        line.find("#") != std::string_view::npos && line.find("include") != std::string_view::npos;
    if (!position.is_code && !is_include) return HERMIT_OK;
    if (is_include) begin = line_begin + std::min(line.find_last_of("<\"/") + 1, line.size());
    status = look(
        session, lane,
        [&] { return lines_of(suggest(*session.compiler, code, cursor, position.begin, position.depth)); },
        answer);
  }
  if (status != HERMIT_OK) return status;
  sink.range(sink.context, begin, std::max(end, cursor));
  for (size_t at = 0; at < answer.size();) {
    const size_t stop = answer.find('\n', at);
    status = put(std::string_view(answer).substr(at, stop - at), sink);
    if (status != HERMIT_OK) return status;
    at = stop + 1;
  }
  return HERMIT_OK;
}

}  // namespace hermit::cling_shell
