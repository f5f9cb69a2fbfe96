#include "kernel/cell.hpp"

#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

namespace hermit {
namespace {

// A flag of the protocol: missing or null means the default, anything that is no boolean is an error.
Result<void> read_flag(const Json& content, const char* name, bool& value) {
  const auto field = content.find(name);
  if (field == content.end() || field->is_null()) return {};
  if (!field->is_boolean()) return Error{std::string("\"") + name + "\" has to be true or false"};
  value = field->get<bool>();
  return {};
}

Error bad_timeout(const std::string& given) {
  return Error{"a timeout has to be a number of seconds, not " + given};
}

Result<void> read_timeout(double seconds, const std::string& given, Cell& cell) {
  constexpr double longest = 1e9;  // thirty years, which the clock can still count
  if (!std::isfinite(seconds) || seconds < 0 || seconds > longest) return bad_timeout(given);
  cell.timeout = std::chrono::duration<double>(seconds);
  return {};
}

// Whether an error may be followed by the cells behind it: what a tag says, and where it says nothing not an
// error that is expected.
void settle_stop_on_error(const std::optional<bool>& said, Cell& cell) {
  if (said) {
    cell.stop_on_error = *said;
  } else if (cell.raises_exception) {
    cell.stop_on_error = false;
  }
}

// One tag of the cell; a tag that means nothing here is somebody else's.
Result<void> read_tag(std::string_view tag, Cell& cell, std::optional<bool>& stop_on_error) {
  constexpr std::string_view timeout = "timeout=";
  constexpr std::string_view stop = "stop-on-error=";
  if (tag == "suppress-error") cell.suppress_error = true;
  if (tag == "raises-exception") cell.raises_exception = true;
  if (tag.starts_with(stop)) {
    const auto value = tag.substr(stop.size());
    if (value != "true" && value != "false") return Error{"the tag stop-on-error= has to be true or false"};
    stop_on_error = value == "true";
  }
  if (tag.starts_with(timeout)) {
    const auto text = tag.substr(timeout.size());
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size()) return bad_timeout(std::string(text));
    return read_timeout(seconds, std::string(text), cell);
  }
  return {};
}

// JupyterLab puts the cell's id into metadata.cellId, and its tags into metadata.tags.
Result<void> read_metadata(const Json& metadata, Cell& cell) {
  const auto id = metadata.find("cellId");
  if (id != metadata.end() && id->is_string()) cell.id = id->get<std::string>();
  const auto timeout = metadata.find("timeout");
  if (timeout != metadata.end() && !timeout->is_null()) {
    if (!timeout->is_number()) return bad_timeout(dump_json(*timeout));
    if (auto done = read_timeout(timeout->get<double>(), dump_json(*timeout), cell); !done) return done;
  }
  const auto tags = metadata.find("tags");
  if (tags == metadata.end() || !tags->is_array()) return {};
  std::optional<bool> stop_on_error;
  for (const auto& tag : *tags) {
    if (!tag.is_string()) continue;
    if (auto done = read_tag(tag.get_ref<const std::string&>(), cell, stop_on_error); !done) return done;
  }
  settle_stop_on_error(stop_on_error, cell);
  return {};
}

Result<void> read_content(Json& content, Cell& cell) {
  const auto code = content.find("code");
  if (code == content.end() || !code->is_string()) return Error{"\"code\" has to be text"};
  cell.code = std::move(code->get_ref<std::string&>());
  for (const auto& [name, flag] : {std::pair<const char*, bool*>{"silent", &cell.silent},
                                   {"store_history", &cell.store_history},
                                   {"allow_stdin", &cell.allow_stdin},
                                   {"stop_on_error", &cell.stop_on_error}}) {
    if (auto done = read_flag(content, name, *flag); !done) return done;
  }
  if (cell.silent) cell.store_history = false;
  const auto expressions = content.find("user_expressions");
  if (expressions == content.end() || expressions->is_null()) return {};
  if (!expressions->is_object()) return Error{"\"user_expressions\" has to be an object"};
  cell.user_expressions = std::move(*expressions);
  return {};
}

}  // namespace

Result<std::shared_ptr<Cell>> read_cell(std::shared_ptr<Exchange> exchange, RunMode mode,
                                        double default_timeout) {
  const Message& message = exchange->request().message;
  auto content = parse_json_object(message.content.view());
  if (!content) return Error{"its content " + content.error().message};
  const auto metadata = parse_json_object(message.metadata.view());
  if (!metadata) return Error{"its metadata " + metadata.error().message};
  auto cell = std::make_shared<Cell>();
  cell->exchange = std::move(exchange);
  cell->mode = mode;
  cell->timeout = std::chrono::duration<double>(default_timeout);
  if (auto done = read_content(*content, *cell); !done) return done.error();
  if (auto done = read_metadata(*metadata, *cell); !done) return done.error();
  return cell;
}

}  // namespace hermit
