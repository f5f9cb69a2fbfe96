// What goes between a shell and its host, as C++ values: the C++ layer's words for what hermit/abi.h, shell.h
// and the extensions hand over as pointers and sizes. Header-only, C++17; part of hermit/shell.hpp.
#ifndef HERMIT_VALUES_HPP
#define HERMIT_VALUES_HPP

#include <algorithm>
#include <array>
#include <cstddef>
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

// How data of a mime type is taken unless a shell says otherwise: as JSON, as text, or else as bytes.
inline Form form_of(std::string_view type) {
  // Types under application/ that are text although their names do not say so.
  constexpr std::array<std::string_view, 6> application_text = {
      "application/javascript", "application/ecmascript", "application/xml",
      "application/sql",        "application/yaml",       "application/x-latex"};
  const std::string_view name = type.substr(0, type.find(';'));
  const auto ends_with = [name](std::string_view end) {
    return name.size() >= end.size() && name.substr(name.size() - end.size()) == end;
  };
  if (name == "application/json" || ends_with("+json")) return Form::json;
  const bool is_text =
      name.substr(0, 5) == "text/" || ends_with("+xml") ||
      std::find(application_text.begin(), application_text.end(), name) != application_text.end();
  return is_text ? Form::text : Form::binary;
}

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
  // Adds a representation, in the form that its type has as a rule.
  Bundle &add(std::string type, std::string data) {
    const Form form = form_of(type);
    return add(std::move(type), std::move(data), form);
  }
  Bundle &add(std::string type, std::string data, Form form) {
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

// An interrupt has ended what was running. Thrown by whatever runs code or answers a question.
struct Interrupted {};

// The shell cannot be made: `why` is one sentence. Thrown by the constructor of a shell, and by
// make_subshell().
struct Refusal {
  std::string why;
  hermit_status status = HERMIT_FAILED;  // or HERMIT_REFUSED, or HERMIT_UNSUPPORTED for want of something
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

// What errors call a cell: "cell [3]", "cell [sub1:3]" in a first subshell, which counts from 1 too, or
// "silent cell". `subshell` is 0 for the main shell.
inline std::string cell_name(const Cell &cell, unsigned subshell = 0) {
  if (cell.silent) return "silent cell";
  const std::string number = std::to_string(cell.execution_count) + "]";
  return subshell == 0 ? "cell [" + number : "cell [sub" + std::to_string(subshell) + ":" + number;
}

// What became of code that was run: nothing to show, a value to show, an error, or a status of the ABI.
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

// What a client has done with a comm.
enum class CommEvent { opened, received, closed };

// What goes over a comm, either way. All is lent for the call.
struct CommMessage {
  std::string_view comm_id;
  std::string_view target = {};
  std::string_view data = {};      // JSON; empty for {}
  std::string_view metadata = {};  // JSON; empty for {}
  std::vector<std::string_view> buffers = {};
};

// Calls `use` with what `make` makes of each item, side by side and lent for that call, and returns what it
// returns. As many as most calls have need no memory of their own.
template <class Lent, class Item, class Make, class Use>
auto with_each(const std::vector<Item> &items, Make make, Use use) {
  std::array<Lent, 4> few{};
  std::vector<Lent> many;
  Lent *lent = few.data();
  if (items.size() > few.size()) {
    many.resize(items.size());
    lent = many.data();
  }
  std::transform(items.begin(), items.end(), lent, make);
  return use(static_cast<const Lent *>(lent));
}

// The same with a value, in the form of the ABI.
template <class Use>
auto with_bundle(const Bundle &bundle, Use use) {
  const auto form = [](const Part &part) {
    return hermit_mime{lend(part.type), lend(part.data), static_cast<std::uint32_t>(part.form), 0};
  };
  return with_each<hermit_mime>(bundle.parts, form, [&](const hermit_mime *parts) {
    const hermit_bundle lent = {parts, bundle.parts.size(), lend(bundle.metadata)};
    return use(&lent);
  });
}

// The same with an error.
template <class Use>
auto with_error(const UserError &error, Use use) {
  const auto form = [](const std::string &line) { return lend(line); };
  return with_each<hermit_text>(error.traceback, form, [&](const hermit_text *lines) {
    const hermit_error lent = {lend(error.name), lend(error.value), lines, error.traceback.size()};
    return use(&lent);
  });
}

// The same with what goes over a comm.
template <class Use>
auto with_message(const CommMessage &message, Use use) {
  return with_each<hermit_text>(message.buffers, lend, [&](const hermit_text *buffers) {
    const hermit_comm_message lent = {
        lend(message.comm_id), lend(message.target), lend(message.data), lend(message.metadata), buffers,
        message.buffers.size()};
    return use(&lent);
  });
}

// The other way round; what the result refers to is lent as long as `message` is.
inline CommMessage received(const hermit_comm_message &message) {
  CommMessage given{
      view(message.comm_id), view(message.target), view(message.data), view(message.metadata), {}};
  given.buffers.reserve(message.buffer_count);
  for (std::size_t i = 0; i < message.buffer_count; ++i) given.buffers.push_back(view(message.buffers[i]));
  return given;
}

// Appends what is put into it to a string, which outlives it.
inline hermit_text_sink append_to(std::string &text) {
  return {&text, [](void *to, hermit_text piece) { static_cast<std::string *>(to)->append(view(piece)); }};
}

}  // namespace hermit::sdk

#endif
