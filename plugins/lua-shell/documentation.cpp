// Finds comments with the lexer, so that what looks like one inside a string is left alone.
#include "documentation.hpp"

#include <algorithm>
#include <vector>

#include "lexer.hpp"

namespace hermit::lua_shell {
namespace {

struct Comment {
  int first_line = 0;
  int last_line = 0;
  std::string_view text;
};

// The comments that have lines of their own, in order.
std::vector<Comment> comments_of(std::string_view code) {
  std::vector<Comment> comments;
  Lexer lexer(code);
  int line = 1;
  size_t counted = 0;
  int last_code_line = 0;
  const auto line_at = [&](size_t offset) {
    line += static_cast<int>(std::count(code.begin() + static_cast<std::ptrdiff_t>(counted),
                                        code.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
    counted = offset;
    return line;
  };
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    const int first = line_at(token.begin);
    const int last = line_at(token.end);
    if (token.kind != TokenKind::comment) {
      last_code_line = last;
    } else if (first != last_code_line) {
      comments.push_back({first, last, token.text});
    }
  }
  return comments;
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// The words of a comment: without the dashes, or the brackets of a long one.
std::string_view words_of(std::string_view comment) {
  comment.remove_prefix(2);
  const size_t bracket = comment.starts_with('[') ? comment.find('[', 1) : std::string_view::npos;
  const bool is_long = bracket != std::string_view::npos &&
                       comment.substr(1, bracket - 1).find_first_not_of('=') == std::string_view::npos;
  if (is_long) return trimmed(comment.substr(bracket + 1, comment.size() - 2 * (bracket + 1)));
  comment.remove_prefix(std::min(comment.find_first_not_of('-'), comment.size()));
  return trimmed(comment);
}

}  // namespace

std::string comment_above(std::string_view code, int line) {
  std::string text;
  const std::vector<Comment> comments = comments_of(code);
  for (auto comment = comments.rbegin(); comment != comments.rend(); ++comment) {
    if (comment->first_line >= line) continue;
    if (comment->last_line != line - 1) break;
    line = comment->first_line;
    text.insert(0, std::string(words_of(comment->text)) + (text.empty() ? "" : "\n"));
  }
  return text;
}

std::string_view lines_of(std::string_view code, int first, int last) {
  size_t begin = 0;
  for (int line = 1; line < first; ++line) {
    const size_t end = code.find('\n', begin);
    if (end == std::string_view::npos) return {};
    begin = end + 1;
  }
  size_t end = begin;
  for (int line = first; line <= last; ++line) {
    end = code.find('\n', line == first ? begin : end + 1);
    if (end == std::string_view::npos) return code.substr(begin);
  }
  return code.substr(begin, end - begin);
}

}  // namespace hermit::lua_shell
