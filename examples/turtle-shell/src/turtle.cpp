#include "turtle.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <sstream>

namespace turtle {
namespace {

constexpr int deepest = 200;  // how deep words and brackets may stand in each other
constexpr double degree = 3.14159265358979323846 / 180;

const std::map<std::string, std::string>& own_words() {
  static const std::map<std::string, std::string> words{
      {"forward", "forward N: walks N steps"},
      {"back", "back N: walks N steps backwards"},
      {"left", "left N: turns by N degrees"},
      {"right", "right N: turns by N degrees"},
      {"penup", "penup: from now on draws nothing"},
      {"pendown", "pendown: from now on draws"},
      {"repeat", "repeat N [ ... ]: does that N times; repcount is the number of the turn"},
      {"forever", "forever [ ... ]: does that for ever"},
      {"repcount", "repcount: the number of the turn of the innermost repeat"},
      {"to", "to NAME :A :B ... end: makes a word of what stands there"},
      {"end", "end: ends what \"to\" began"},
      {"print", "print VALUE: prints a number, a text or a :NAME as a line"},
      {"show", "show: shows the sheet as it is now"},
      {"ask", "ask: a line that the user enters"},
      {"pause", "pause N: waits for N seconds"}};
  return words;
}

// The index behind the bracket that ends what begins behind `open`.
std::size_t behind_block(const Tokens& tokens, std::size_t open, std::size_t end) {
  int depth = 0;
  for (std::size_t i = open; i < end; ++i) {
    if (tokens[i].is_text) continue;
    if (tokens[i].text == "[") ++depth;
    if (tokens[i].text == "]" && --depth == 0) return i + 1;
  }
  throw Failure{unfinished, "a \"[\" has no \"]\"", tokens[open].line};
}

bool is_separator(char c) { return separators.find(c) != separators.npos; }

}  // namespace

Tokens tokens_of(std::string_view code) {
  Tokens tokens;
  int line = 1;
  for (std::size_t at = 0; at < code.size();) {
    const char c = code[at];
    std::size_t end = at + 1;
    if (c == ';') {
      end = std::min(code.find('\n', at), code.size());
    } else if (c == '"') {
      end = code.find('"', at + 1);
      if (end == code.npos) throw Failure{unfinished, "a text has no quote at its end", line};
      tokens.push_back({std::string(code.substr(at + 1, end - at - 1)), true, line});
      ++end;
    } else if (c == '[' || c == ']') {
      tokens.push_back({std::string(1, c), false, line});
    } else if (!is_separator(c)) {
      while (end < code.size() && !is_separator(code[end])) ++end;
      tokens.push_back({std::string(code.substr(at, end - at)), false, line});
    }
    line += static_cast<int>(
        std::count(code.begin() + static_cast<long>(at), code.begin() + static_cast<long>(end), '\n'));
    at = end;
  }
  return tokens;
}

void Turtle::run(std::string_view code) {
  strokes_.clear();
  x_ = y_ = heading_ = 0;
  is_down_ = true;
  depth_ = 0;
  const Tokens tokens = tokens_of(code);
  run(Place{tokens, 0, tokens.size(), {}, 0});
}

void Turtle::run(Place place) {
  if (++depth_ > deepest)
    throw Failure{"TooDeep", "it goes more than " + std::to_string(deepest) + " words deep"};
  while (place.at < place.end) {
    before_each_word();
    const Token& token = place.tokens[place.at++];
    try {
      if (token.is_text) throw Failure{"UnknownWord", "a text does nothing by itself; print shows it"};
      step(token.text, place);
    } catch (Failure& failure) {
      if (failure.line == 0) failure.line = token.line;
      throw;
    }
  }
  --depth_;
}

void Turtle::step(const std::string& word, Place& place) {
  if (word == "forward") return walk(number(place));
  if (word == "back") return walk(-number(place));
  if (word == "left") return void(heading_ -= number(place));
  if (word == "right") return void(heading_ += number(place));
  if (word == "penup") return void(is_down_ = false);
  if (word == "pendown") return void(is_down_ = true);
  if (word == "repeat") return repeat(number(place), place);
  if (word == "forever") return repeat(std::numeric_limits<double>::infinity(), place);
  if (word == "to") return define(place);
  if (word == "print") return print(value(place));
  if (word == "show") return show();
  if (word == "pause") return pause(number(place));
  const auto procedure = procedures_.find(word);
  if (procedure == procedures_.end()) throw Failure{"UnknownWord", "there is no word \"" + word + "\""};
  call(Procedure(procedure->second), place);  // a copy: it may define itself anew
}

void Turtle::repeat(double times, Place& place) {
  if (place.at == place.end || place.tokens[place.at].text != "[")
    throw Failure{"SyntaxError", "what is repeated stands in brackets"};
  const std::size_t behind = behind_block(place.tokens, place.at, place.end);
  int count = 0;
  for (double turn = 0; turn < times; ++turn) {
    before_each_word();
    run(Place{place.tokens, place.at + 1, behind - 1, place.names, ++count});
  }
  place.at = behind;
}

void Turtle::define(Place& place) {
  const auto begin = place.tokens.begin() + static_cast<long>(place.at);
  const auto last = place.tokens.begin() + static_cast<long>(place.end);
  const auto end =
      std::find_if(begin, last, [](const Token& token) { return !token.is_text && token.text == "end"; });
  if (end == last) throw Failure{unfinished, "a \"to\" has no \"end\""};
  if (begin == end || own_words().count(begin->text) != 0)
    throw Failure{"SyntaxError", "behind \"to\" stands the name of the new word"};
  Procedure made;
  auto token = begin + 1;
  for (; token != end && token->text.front() == ':'; ++token) made.parameters.push_back(token->text);
  made.body.assign(token, end);
  procedures_[begin->text] = made;
  place.at += static_cast<std::size_t>(end - begin) + 1;
}

void Turtle::call(const Procedure& procedure, Place& place) {
  Names names;
  for (const auto& parameter : procedure.parameters) names[parameter] = value(place);
  run(Place{procedure.body, 0, procedure.body.size(), names, 0});
}

std::string Turtle::value(Place& place) {
  if (place.at == place.end) throw Failure{"SyntaxError", "a value is missing"};
  const Token& token = place.tokens[place.at++];
  if (token.is_text) return token.text;
  if (token.text == "ask") return ask();
  if (token.text == "repcount") return std::to_string(place.count);
  if (token.text.front() != ':') return token.text;
  const auto name = place.names.find(token.text);
  if (name == place.names.end()) throw Failure{"UnknownName", "there is no " + token.text + " here"};
  return name->second;
}

double Turtle::number(Place& place) {
  const std::string text = value(place);
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(number))
    throw Failure{"NotANumber", "\"" + text + "\" is no number"};
  return number;
}

void Turtle::walk(double distance) {
  const Stroke stroke{x_, y_, x_ + distance * std::sin(heading_ * degree),
                      y_ - distance * std::cos(heading_ * degree)};
  if (is_down_) strokes_.push_back(stroke);
  x_ = stroke.to_x;
  y_ = stroke.to_y;
}

std::string Turtle::svg() const {
  constexpr double margin = 5;
  double left = 0, right = 0, top = 0, bottom = 0;
  for (const Stroke& stroke : strokes_) {
    left = std::min({left, stroke.from_x, stroke.to_x});
    right = std::max({right, stroke.from_x, stroke.to_x});
    top = std::min({top, stroke.from_y, stroke.to_y});
    bottom = std::max({bottom, stroke.from_y, stroke.to_y});
  }
  std::ostringstream svg;
  svg << "<svg xmlns='http://www.w3.org/2000/svg' width='" << right - left + 2 * margin << "' height='"
      << bottom - top + 2 * margin << "' viewBox='" << left - margin << ' ' << top - margin << ' '
      << right - left + 2 * margin << ' ' << bottom - top + 2 * margin << "' stroke='currentColor'>";
  for (const Stroke& stroke : strokes_) {
    svg << "<line x1='" << stroke.from_x << "' y1='" << stroke.from_y << "' x2='" << stroke.to_x << "' y2='"
        << stroke.to_y << "'/>";
  }
  svg << "</svg>";
  return svg.str();
}

std::vector<std::string> Turtle::words(std::string_view begun) const {
  std::vector<std::string> found;
  const auto add = [&](const std::string& word) {
    if (word.compare(0, begun.size(), begun) == 0) found.push_back(word);
  };
  for (const auto& [word, help] : own_words()) add(word);
  for (const auto& [word, procedure] : procedures_) add(word);
  return found;
}

std::string Turtle::help(const std::string& word) const {
  if (const auto own = own_words().find(word); own != own_words().end()) return own->second;
  const auto made = procedures_.find(word);
  if (made == procedures_.end()) return "";
  std::string text = "to " + word;
  for (const auto& parameter : made->second.parameters) text += " " + parameter;
  for (const auto& token : made->second.body)
    text += token.is_text ? " \"" + token.text + "\"" : " " + token.text;
  return text + " end";
}

}  // namespace turtle
