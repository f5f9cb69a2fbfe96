// The shell for Turtle: what Hermit calls to run the cells of a notebook.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include <hermit/shell.hpp>

#include "hermit_manifest.h"
#include "turtle.hpp"

using namespace hermit::sdk;

class TurtleShell : public Shell {
 public:
  explicit TurtleShell(const Host& given) : Shell(given) {
    turtle_.print = [this](const std::string& line) { host().print(request_, line + "\n"); };
    turtle_.show = [this] { host().display(request_, sheet()); };
    turtle_.ask = [this] { return ask(); };
    turtle_.pause = [this](double seconds) { pause(seconds); };
    turtle_.before_each_word = [this] {
      if (interrupted_ == request_) throw Interrupted{};
    };
  }

  Outcome execute(const Cell& cell) override {
    request_ = cell.request;
    try {
      turtle_.run(cell.code);
    } catch (const turtle::Failure& failure) {
      const std::string place = "line " + std::to_string(failure.line);
      throw UserError{failure.name, failure.why, {place + ": " + failure.name + ": " + failure.why}};
    }
    if (turtle_.strokes().empty()) return {};
    return sheet();
  }

  void interrupt(hermit_request request) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    interrupted_ = request;
    woken_.notify_all();
  }

  Completion complete(const Question& question) override {
    const std::size_t start = word_start(question);
    Completion found{start, question.cursor, {}};
    for (const auto& word : turtle_.words(question.code.substr(start, question.cursor - start)))
      found.matches.push_back({word, "word", ""});
    return found;
  }

  std::optional<Bundle> inspect(const Question& question, bool /*everything*/) override {
    const std::string_view rest = question.code.substr(word_start(question));
    const std::string help =
        turtle_.help(std::string(rest.substr(0, rest.find_first_of(turtle::separators))));
    if (help.empty()) return std::nullopt;
    return Bundle::plain(help);
  }

  // A "[" or a "to" may end in another line, and so may a text.
  Completeness is_complete(hermit_request, std::string_view code) override {
    try {
      int open = 0;
      for (const auto& token : turtle::tokens_of(code)) {
        if (token.is_text) continue;
        if (token.text == "[" || token.text == "to") ++open;
        if (token.text == "]" || token.text == "end") --open;
      }
      if (open < 0) return {HERMIT_CODE_INVALID, ""};
      if (open == 0) return {HERMIT_CODE_COMPLETE, ""};
    } catch (const turtle::Failure&) {
    }
    return {HERMIT_CODE_INCOMPLETE, "  "};
  }

 private:
  // What was drawn, as a picture and in words.
  Bundle sheet() const {
    const std::size_t count = turtle_.strokes().size();
    return Bundle::plain("a drawing of " + std::to_string(count) + (count == 1 ? " line" : " lines"))
        .add("image/svg+xml", turtle_.svg());
  }

  std::string ask() {
    std::string line;
    const hermit_status status = host().read(request_, "? ", false, line);
    if (status == HERMIT_INTERRUPTED) throw Interrupted{};
    if (status != HERMIT_OK) throw turtle::Failure{"NoInput", "there is nobody to ask"};
    return line;
  }

  void pause(double seconds) {
    std::unique_lock<std::mutex> lock(mutex_);
    const std::chrono::duration<double> time(seconds);
    if (woken_.wait_for(lock, time, [this] { return interrupted_ == request_; })) throw Interrupted{};
  }

  static std::size_t word_start(const Question& question) {
    const auto before = question.code.substr(0, question.cursor).find_last_of(turtle::separators);
    return before == std::string_view::npos ? 0 : before + 1;
  }

  turtle::Turtle turtle_;
  hermit_request request_ = HERMIT_NO_REQUEST;  // of the cell that runs
  std::mutex mutex_;
  std::condition_variable woken_;
  std::atomic<hermit_request> interrupted_{HERMIT_NO_REQUEST};  // changed with the lock held
};

HERMIT_SHELL(TurtleShell, hermit_manifest)
