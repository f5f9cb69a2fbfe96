// Log: lines for whoever runs the host. They go to standard error or a file, never to standard output, or to
// a program that asks for them; they never carry keys. Libraries log; only cli/ prints.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include <fmt/format.h>

#include "base/result.hpp"

namespace hermit::log {

enum class Level { debug, info, warning, error, off };

// Sets the lowest level that is written; `warning` before this is called. [any-thread]
void set_level(Level level);

// The lowest level that is written. [any-thread]
Level level();

// True when lines of this level are written: ask before preparing an expensive one. [any-thread]
bool enabled(Level level);

// How a line looks.
enum class Format {
  text,  // [hermit 12:34:56.789 warning] what happened
  json,  // {"level":"warning","message":"what happened","pid":1234,"time":"2026-01-31T12:34:56.789Z"}
};

// Sets how lines look; `text` before this is called. Listeners get them so too. [any-thread]
void set_format(Format format);

// Has lines written to the end of a file in place of standard error. It is made, for its owner alone, if
// there is none; several processes may write to one, as each line is one write. The error names the file and
// says why it cannot be written. [any-thread]
Result<void> open_file(const std::filesystem::path& file);

// Where lines go and how they look, for another process of ours to do the same.
struct Style {
  Level level = Level::warning;
  Format format = Format::text;
  std::filesystem::path file;  // absolute; empty for standard error
};

// What was set last. [any-thread]
Style style();

// Sets all at once; a file that cannot be written is an error, and lines then go to standard error.
// [any-thread]
Result<void> set_style(const Style& style);

// Has lines written to another descriptor than that of standard error, unless they go to a file; it stays the
// caller's. [any-thread]
void set_descriptor(int descriptor);

// Writes one line. [any-thread]
void write(Level level, std::string_view line);

// Gets each line that is written while this exists, in place of standard error: for a program that shows
// or keeps them in its own way. When there are several, each gets every line.
class Listener {
 public:
  // What a line is given to: formatted, without the newline, gone when the call returns. Called on the thread
  // that logs, one at a time; what it logs goes to standard error. Must not wait for other threads that log.
  using Take = std::function<void(std::string_view line)>;

  explicit Listener(Take take);
  // From then on no call begins, and none is under way. [any-thread but in a call]
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

 private:
  const Take take_;
};

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::debug)) write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::info)) write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::warning)) write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::error)) write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace hermit::log
