// Completion, also while a cell runs. Has the copy of the process write one match a line, and reads them.
#include <algorithm>
#include <set>
#include <unordered_map>

#include "compiler.hpp"
#include "lexer.hpp"
#include "look.hpp"
#include "magics.hpp"
#include "shell.hpp"
#include "suggest.hpp"

namespace hermit::cling_shell {
namespace {

// A longer list helps nobody.
constexpr size_t most_matches = 1'000;
// More overloads than these are counted, not listed.
constexpr size_t most_signatures = 12;
// Stands for the end of a line within a match, on the way from the copy of the process.
constexpr char between_signatures = '\v';

std::string lines_of(std::vector<Suggestion> found) {
  std::stable_sort(found.begin(), found.end(), [](const Suggestion& left, const Suggestion& right) {
    return std::pair(left.priority, std::string_view(left.text)) <
           std::pair(right.priority, std::string_view(right.text));
  });
  // Overloads are one match, with a signature each.
  std::vector<std::pair<Suggestion, std::set<std::string>>> matches;
  std::unordered_map<std::string, size_t> places;
  for (Suggestion& each : found) {
    std::replace(each.signature.begin(), each.signature.end(), '\n', ' ');
    const auto [place, is_new] = places.emplace(each.text, matches.size());
    if (is_new && matches.size() >= most_matches) break;
    if (is_new)
      matches.emplace_back(Suggestion{each.text, each.kind, "", 0, nullptr}, std::set<std::string>{});
    auto& [match, signatures] = matches[place->second];
    if (each.signature.empty() || !signatures.insert(each.signature).second) continue;
    if (signatures.size() <= most_signatures)
      match.signature += (match.signature.empty() ? "" : std::string(1, between_signatures)) + each.signature;
  }
  std::string lines;
  for (const auto& [match, signatures] : matches) {
    lines += match.text + '\t' + match.kind + '\t' + match.signature;
    if (signatures.size() > most_signatures)
      lines +=
          between_signatures + ("… and " + std::to_string(signatures.size() - most_signatures) + " more");
    lines += '\n';
  }
  return lines;
}

sdk::Match match_of(std::string_view line) {
  const size_t first = line.find('\t');
  const size_t second = line.find('\t', first + 1);
  std::string signature(line.substr(second + 1));
  std::replace(signature.begin(), signature.end(), between_signatures, '\n');
  return {std::string(line.substr(0, first)), std::string(line.substr(first + 1, second - first - 1)),
          std::move(signature)};
}

}  // namespace

sdk::Completion CppShell::complete(const sdk::Question& question) {
  Session& session = *session_;
  const auto& [request, code, cursor] = question;
  Lane lane;
  lane.session = &session;
  const sdk::Serving serving(session.interrupts, lane, request);
  const Position position = position_of(code, cursor);
  const size_t line_begin = code.substr(0, cursor).rfind('\n') + 1;
  const std::string_view line = code.substr(line_begin, cursor - line_begin);
  auto [begin, end] = name_at(code, cursor);
  std::string answer;
  if (line.starts_with("%")) {
    answer = magic_matches(line);
    begin = line_begin + line.rfind('%') + 1;
  } else {
    const bool is_include =
        line.find("#") != std::string_view::npos && line.find("include") != std::string_view::npos;
    if (!position.is_code && !is_include) return {};
    if (is_include) begin = line_begin + std::min(line.find_last_of("<\"/") + 1, line.size());
    answer = look(session, lane, [&] {
      return lines_of(suggest(*session.compiler, code, cursor, position.begin, position.depth));
    });
  }
  sdk::Completion found{begin, std::max(end, cursor), {}};
  for (size_t at = 0; at < answer.size();) {
    const size_t stop = answer.find('\n', at);
    found.matches.push_back(match_of(std::string_view(answer).substr(at, stop - at)));
    at = stop + 1;
  }
  return found;
}

}  // namespace hermit::cling_shell
