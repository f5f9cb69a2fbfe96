// What goes between a shell and its host, as C++ values: the C++ layer's words for what hermit/abi.h, shell.h
// and the extensions hand over as pointers and sizes. Header-only, C++17; part of hermit/shell.hpp.
#ifndef HERMIT_VALUES_HPP
#define HERMIT_VALUES_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hermit/hermit.h"

namespace hermit::sdk {

// Lent text of the ABI as a view, and the other way round. What is lent is valid as long as what it is lent
// from.
inline std::string_view view(hermit_text text) { return {text.size == 0 ? "" : text.data, text.size}; }
inline hermit_text lend(std::string_view text) { return {text.data(), text.size()}; }

// How the data of a part is to be taken.
enum class Form : std::uint32_t {
  text = HERMIT_MIME_TEXT,      // UTF-8
  json = HERMIT_MIME_JSON,      // JSON text, which clients get as that value
  binary = HERMIT_MIME_BINARY,  // any bytes
};

// One representation of a value.
struct Part {
  std::string type;  // such as "text/plain" or "image/png"
  std::string data;
  Form form = Form::text;
};

// A value in all its representations, of which a client shows the best it can.
struct Bundle {
  std::vector<Part> parts;
  std::string metadata;  // a JSON object, or empty

  // A value that is text.
  static Bundle plain(std::string text) { return Bundle{{{"text/plain", std::move(text), Form::text}}, {}}; }
  Bundle &add(std::string type, std::string data, Form form = Form::text) {
    parts.push_back({std::move(type), std::move(data), form});
    return *this;
  }
};

// The user's code has failed. Thrown by, or returned from, whatever runs code.
struct UserError {
  std::string name;                         // such as "SyntaxError"
  std::string value;                        // the message
  std::vector<std::string> traceback = {};  // lines, may have ANSI colours
};

// An interrupt has ended what was running. Thrown by whatever runs code.
struct Interrupted {};

// The shell cannot be made: `why` is one sentence. Thrown by the constructor of a shell.
struct Refusal {
  std::string why;
  bool host_lacks_something = false;
};

// Code to run. The text is lent for the call.
struct Cell {
  hermit_request request = HERMIT_NO_REQUEST;
  std::string_view code;
  std::string_view id;                // the notebook's; empty when the client sent none
  std::uint64_t execution_count = 0;  // the number shown beside it
  bool silent = false;                // nobody wants to see its value
  bool store_history = false;
  bool allow_stdin = false;
  std::uint32_t run_mode = HERMIT_RUN_QUEUE;  // HERMIT_RUN_…
};

// What became of a cell: nothing to show, a value to show, an error, or a status of the ABI.
class Outcome {
 public:
  Outcome() = default;
  Outcome(Bundle value) : value_(std::move(value)) {}
  Outcome(UserError error) : status_(HERMIT_USER_ERROR), error_(std::move(error)) {}
  Outcome(hermit_status status) : status_(status) {}

  // The cell goes on: Host::finish() will end it, or resume() after Host::resume_after().
  static Outcome pending() { return Outcome(hermit_status{HERMIT_PENDING}); }
  static Outcome interrupted() { return Outcome(hermit_status{HERMIT_INTERRUPTED}); }
  // An interrupt has ended it, described in the language's own way.
  static Outcome interrupted(UserError error) {
    Outcome outcome(std::move(error));
    outcome.status_ = HERMIT_INTERRUPTED;
    return outcome;
  }

  hermit_status status() const { return status_; }
  const std::optional<Bundle> &value() const { return value_; }
  const std::optional<UserError> &error() const { return error_; }

 private:
  hermit_status status_ = HERMIT_OK;
  std::optional<Bundle> value_;
  std::optional<UserError> error_;
};

// Code with a cursor. The text is lent for the call.
struct Question {
  hermit_request request = HERMIT_NO_REQUEST;
  std::string_view code;
  std::size_t cursor = 0;  // in bytes, on a UTF-8 boundary
};

// One way to go on.
struct Match {
  std::string text;
  std::string type = {};       // such as "function"; may be empty
  std::string signature = {};  // such as "(a, b)"; may be empty
};

// The matches, and the bytes of the code that each of them replaces.
struct Completion {
  std::size_t start = 0;
  std::size_t end = 0;  // not included
  std::vector<Match> matches;
};

// Whether code is whole.
struct Completeness {
  std::uint32_t code = HERMIT_CODE_UNKNOWN;  // HERMIT_CODE_…
  std::string indent = {};                   // of the next line, when it is incomplete
};

// What a client sends over a comm. All is lent for the call.
struct CommMessage {
  std::string_view comm_id;
  std::string_view target;
  std::string_view data;      // JSON
  std::string_view metadata;  // JSON
  std::vector<std::string_view> buffers;
};

// Calls `use` with the value in the form of the ABI, lent for that call, and returns what it returns.
template <class Use>
auto with_bundle(const Bundle &bundle, Use use) {
  std::vector<hermit_mime> parts;
  parts.reserve(bundle.parts.size());
  for (const Part &part : bundle.parts) {
    parts.push_back({lend(part.type), lend(part.data), static_cast<std::uint32_t>(part.form), 0});
  }
  const hermit_bundle lent = {parts.data(), parts.size(), lend(bundle.metadata)};
  return use(&lent);
}

// The same with an error.
template <class Use>
auto with_error(const UserError &error, Use use) {
  std::vector<hermit_text> lines;
  lines.reserve(error.traceback.size());
  for (const std::string &line : error.traceback) lines.push_back(lend(line));
  const hermit_error lent = {lend(error.name), lend(error.value), lines.data(), lines.size()};
  return use(&lent);
}

// Appends what is put into it to a string, which outlives it.
inline hermit_text_sink append_to(std::string &text) {
  return {&text, [](void *to, hermit_text piece) { static_cast<std::string *>(to)->append(view(piece)); }};
}

}  // namespace hermit::sdk

#endif
