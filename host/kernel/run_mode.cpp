#include "kernel/run_mode.hpp"

#include "protocol/json.hpp"
#include "protocol/json_scan.hpp"

namespace hermit {
namespace {

// A first line that says how to run the cell is a comment of two words; longer ones are code.
constexpr std::size_t first_line_limit = 80;

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::optional<RunMode> mode_named(std::string_view name) {
  for (const RunMode mode : {RunMode::task, RunMode::thread, RunMode::queue}) {
    if (run_mode_name(mode) == name) return mode;
  }
  return std::nullopt;
}

// Of any language.
constexpr std::string_view common_leader = "##";

std::optional<RunMode> mode_behind(std::string_view leader, std::string_view line) {
  line = trimmed(line);
  if (leader.empty() || !line.starts_with(leader)) return std::nullopt;
  return mode_named(trimmed(line.substr(leader.size())));
}

std::optional<RunMode> mode_of_line(std::string_view line, std::string_view comment) {
  const auto mode = mode_behind(comment, line);
  return mode ? mode : mode_behind(common_leader, line);
}

std::optional<RunMode> mode_of_tags(std::string_view metadata) {
  const auto text = scan_member(metadata, "tags");
  if (!text || text->size() > metadata.size()) return std::nullopt;
  const auto tags = parse_json(*text);
  if (!tags || !tags->is_array()) return std::nullopt;
  for (const auto& tag : *tags) {
    if (!tag.is_string()) continue;
    if (const auto mode = mode_named(tag.get<std::string>())) return mode;
  }
  return std::nullopt;
}

std::optional<RunMode> shell_request_mode(Channel channel, RequestType type, const CellWish& wish) {
  switch (type) {
    case RequestType::execute:
      if (wish.mode) return wish.mode;
      return channel == Channel::control || wish.silent ? RunMode::task : RunMode::queue;
    case RequestType::complete:
    case RequestType::is_complete:
    case RequestType::inspect:
    case RequestType::history:
      return RunMode::introspect;
    case RequestType::comm_info:
    case RequestType::comm_open:
    case RequestType::comm_msg:
    case RequestType::comm_close:
      return RunMode::blocking;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<RunMode> run_mode(Channel channel, RequestType type, ConcurrencyMode concurrency,
                                const CellWish& wish) {
  if (type == RequestType::kernel_info) return RunMode::blocking;
  if (channel == Channel::iopub || channel == Channel::stdin_) {
    const bool answer = channel == Channel::stdin_ && type == RequestType::input_reply;
    return answer ? std::optional(RunMode::blocking) : std::nullopt;
  }
  switch (type) {
    case RequestType::interrupt:
    case RequestType::shutdown:
    case RequestType::debug:
    case RequestType::create_subshell:
    case RequestType::delete_subshell:
    case RequestType::list_subshell:
      return channel == Channel::control ? std::optional(RunMode::blocking) : std::nullopt;
    default:
      break;
  }
  const auto mode = shell_request_mode(channel, type, wish);
  return mode && concurrency == ConcurrencyMode::blocking ? std::optional(RunMode::blocking) : mode;
}

RunMode possible_mode(RunMode mode, const Manifest& manifest) {
  if (mode == RunMode::task && !manifest.tasks) return RunMode::queue;
  if (mode == RunMode::thread && !manifest.concurrent_cells) return RunMode::queue;
  return mode;
}

CellWish read_wish(const Message& message, const Manifest& manifest) {
  CellWish wish;
  const std::string_view content = message.content.view();
  wish.silent = scan_member(content, "silent") == "true";
  if (const auto code = scan_member(content, "code")) {
    if (const auto line = scan_first_line(*code, first_line_limit)) {
      wish.mode = mode_of_line(*line, manifest.line_comment);
    }
  }
  if (!wish.mode) wish.mode = mode_of_tags(message.metadata.view());
  return wish;
}

std::optional<std::string> without_mode_line(std::string_view code, const Manifest& manifest) {
  const std::string_view line = code.substr(0, code.find('\n'));
  const std::string_view comment = manifest.line_comment;
  const bool is_comment = !comment.empty() && trimmed(line).starts_with(comment);
  if (line.size() > first_line_limit || is_comment || !mode_behind(common_leader, line)) return std::nullopt;
  return std::string(line.size(), ' ').append(code.substr(line.size()));
}

std::string_view run_mode_name(RunMode mode) {
  switch (mode) {
    case RunMode::queue:
      return "queue";
    case RunMode::task:
      return "task";
    case RunMode::thread:
      return "thread";
    case RunMode::blocking:
      return "blocking";
    case RunMode::introspect:
      return "introspect";
  }
  return "?";
}

}  // namespace hermit
