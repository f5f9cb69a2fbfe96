// Turtle: a small Logo. A turtle walks over a sheet and draws where it walks. It knows nothing of notebooks:
// what it needs of the world it has as functions.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace turtle {

// Why a program has failed, and at which line of the code.
struct Failure {
  std::string name, why;
  int line = 0;
};

// A word of a program, a text between quotes, or a bracket.
struct Token {
  std::string text;
  bool is_text = false;
  int line = 1;
};
using Tokens = std::vector<Token>;

// Throws a Failure with this name for code that goes on in another line.
inline constexpr const char* unfinished = "UnfinishedCode";

// Takes code apart; ";" begins a comment. Throws a Failure.
Tokens tokens_of(std::string_view code);

// What can stand between words.
inline constexpr std::string_view separators = " \t\r\n[]\"";

// A line that was drawn.
struct Stroke {
  double from_x, from_y, to_x, to_y;
};

class Turtle {
 public:
  // What the world lends.
  std::function<void(const std::string&)> print = [](const std::string&) {};
  std::function<std::string()> ask = [] { return std::string(); };
  std::function<void(double)> pause = [](double) {};
  std::function<void()> show = [] {};
  std::function<void()> before_each_word = [] {};

  // Runs code on a new sheet, with the turtle in its middle; throws a Failure.
  void run(std::string_view code);

  // What was drawn on the sheet, and the same as a picture.
  const std::vector<Stroke>& strokes() const { return strokes_; }
  std::string svg() const;

  // All words that begin so.
  std::vector<std::string> words(std::string_view begun) const;
  // What a word does; "" for one that is unknown.
  std::string help(const std::string& word) const;

 private:
  // A word that is made by "to".
  struct Procedure {
    std::vector<std::string> parameters;
    Tokens body;
  };
  using Names = std::map<std::string, std::string>;

  // Where a program is: a part of its tokens, and what its words know.
  struct Place {
    const Tokens& tokens;
    std::size_t at, end;
    const Names& names;
    int count;  // of the innermost repeat
  };

  void run(Place place);
  void step(const std::string& word, Place& place);
  void repeat(double times, Place& place);
  void define(Place& place);
  void call(const Procedure& procedure, Place& place);
  std::string value(Place& place);
  double number(Place& place);
  void walk(double distance);

  std::map<std::string, Procedure> procedures_;
  std::vector<Stroke> strokes_;
  double x_ = 0, y_ = 0, heading_ = 0;
  bool is_down_ = true;
  int depth_ = 0;
};

}  // namespace turtle
