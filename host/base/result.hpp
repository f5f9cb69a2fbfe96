// Result: what a function returns that can fail in a way its caller can act on.
// Bugs throw; everything a user, a file or a network can cause comes back as an Error.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace hermit {

// The exit codes of the program `hermit` (docs/cli.md). An Error carries the one it ends the program with.
enum class Exit : int {
  ok = 0,
  failed = 1,           // anything that has no code of its own
  usage = 2,            // wrong option, unknown setting, badly typed value
  connection_file = 3,  // missing, unreadable, garbled, or with wrong values
  ports = 4,            // a port or socket cannot be bound
  no_shell = 5,         // no shell of that name or path
  bad_shell = 6,        // not a Hermit shell, or one for another ABI
  shell_start = 7,      // the shell was loaded but failed to start
};

// Why something failed: one sentence that names the culprit and what would be right.
struct Error {
  std::string message;
  Exit exit = Exit::failed;
};

// A T, or the Error that prevented it.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  // Only when there is no value.
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}

  explicit operator bool() const { return !failed_; }
  // Only when it failed.
  const Error& error() const {
    assert(failed_);
    return error_;
  }

 private:
  Error error_;
  bool failed_ = false;
};

}  // namespace hermit
