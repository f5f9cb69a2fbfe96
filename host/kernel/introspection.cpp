#include "kernel/introspection.hpp"

#include <optional>

#include "base/log.hpp"
#include "base/text.hpp"
#include "kernel/bundle.hpp"
#include "kernel/run_mode.hpp"
#include "shell/abi_text.hpp"

namespace hermit {
namespace {

struct Question {
  Json content;
  std::string code;
  std::int64_t position = 0;  // of the cursor, in code points, within the code
  std::size_t cursor = 0;     // the same in bytes
};

// Reads code and cursor; answers with an error and returns nothing when there is no code. A cursor that
// is missing or lies outside is moved to the nearest end.
std::optional<Question> read_question(const Asked& asked) {
  Exchange& exchange = asked.exchange;
  auto content = parse_json_object(exchange.request().message.content.view());
  const auto refuse = [&](const std::string& problem) {
    exchange.reply_error({"InvalidRequest", exchange.request().header.msg_type + ": " + problem, {}});
    return std::nullopt;
  };
  if (!content) return refuse("its content " + content.error().message);
  const auto code = content->find("code");
  if (code == content->end() || !code->is_string()) return refuse("\"code\" has to be text");
  Question question;
  question.code = code->get<std::string>();
  if (auto blanked = without_mode_line(question.code, asked.shell.manifest()))
    question.code = std::move(*blanked);
  question.cursor = question.code.size();
  const auto position = content->find("cursor_pos");
  if (position != content->end() && position->is_number_integer()) {
    const bool beyond = position->is_number_unsigned() && *position > question.code.size();
    if (!beyond) question.cursor = byte_offset(question.code, position->get<std::int64_t>());
  }
  question.position = code_points(question.code, question.cursor);
  question.content = std::move(*content);
  return question;
}

// What a shell offers, as it will be sent.
struct Matches {
  const std::string& code;
  std::int64_t start;
  std::int64_t end;
  Json texts = Json::array();
  Json types = Json::array();

  static void range(void* context, std::uint64_t start, std::uint64_t end) {
    auto& self = *static_cast<Matches*>(context);
    self.start = code_points(self.code, start);
    self.end = std::max(self.start, code_points(self.code, end));
  }

  static hermit_status add(void* context, const hermit_match* match) {
    auto& self = *static_cast<Matches*>(context);
    const std::string text(view(match->text));
    self.texts.push_back(text);
    self.types.push_back({{"start", self.start},
                          {"end", self.end},
                          {"text", text},
                          {"type", std::string(view(match->type))},
                          {"signature", std::string(view(match->signature))}});
    return HERMIT_OK;
  }
};

// Answers with an error when the shell failed; a shell that offers nothing of the kind has not.
bool answer_failure(const Asked& asked, hermit_status status) {
  if (status == HERMIT_OK || status == HERMIT_UNSUPPORTED) return false;
  const auto described = asked.cells.failure_of_other(asked.number);
  if (described && status == HERMIT_USER_ERROR) {
    asked.exchange.reply_error(*described);
  } else if (status == HERMIT_INTERRUPTED) {
    asked.exchange.reply_error({"KernelInterrupt", "the request was interrupted", {}});
  } else {
    asked.exchange.reply_error({"ShellError",
                                "the shell \"" + asked.shell.manifest().name +
                                    "\" could not answer (status " + std::to_string(status) + ")",
                                {}});
  }
  return true;
}

constexpr const char* completeness_names[] = {"unknown", "complete", "incomplete", "invalid"};

}  // namespace

void answer_complete(const Asked& asked) {
  Exchange& exchange = asked.exchange;
  const auto question = read_question(asked);
  if (!question) return;
  Matches matches{question->code, question->position, question->position};
  const hermit_match_sink sink{&matches, Matches::range, Matches::add};
  const hermit_status status = asked.shell.complete(asked.number, question->code, question->cursor, sink);
  if (answer_failure(asked, status)) return;
  exchange.reply({{"matches", matches.texts},
                  {"cursor_start", matches.start},
                  {"cursor_end", matches.end},
                  {"metadata", {{"_jupyter_types_experimental", matches.types}}}});
}

void answer_inspect(const Asked& asked) {
  Exchange& exchange = asked.exchange;
  const auto question = read_question(asked);
  if (!question) return;
  const auto level = question->content.find("detail_level");
  const bool all = level != question->content.end() && level->is_number_integer() && *level > 0;

  std::optional<BundleJson> found;
  const hermit_bundle_sink sink{&found, [](void* to, const hermit_bundle* from) {
                                  *static_cast<std::optional<BundleJson>*>(to) = bundle_json(*from);
                                }};
  const hermit_status status =
      asked.shell.inspect(asked.number, question->code, question->cursor, all ? 1 : 0, sink);
  if (answer_failure(asked, status)) return;
  exchange.reply({{"found", found.has_value()},
                  {"data", found ? found->data : Json::object()},
                  {"metadata", found ? found->metadata : Json::object()}});
}

void answer_is_complete(const Asked& asked) {
  Exchange& exchange = asked.exchange;
  const auto question = read_question(asked);
  if (!question) return;
  std::uint32_t completeness = HERMIT_CODE_UNKNOWN;
  std::string indent;
  const hermit_text_sink sink{
      &indent, [](void* to, hermit_text text) { *static_cast<std::string*>(to) = view(text); }};
  const hermit_status status = asked.shell.is_complete(asked.number, question->code, completeness, sink);
  if (answer_failure(asked, status)) return;
  if (status != HERMIT_OK || completeness > HERMIT_CODE_INVALID) completeness = HERMIT_CODE_UNKNOWN;
  Json reply = {{"status", completeness_names[completeness]}};
  if (completeness == HERMIT_CODE_INCOMPLETE) reply["indent"] = indent;
  exchange.reply(std::move(reply));
}

void answer_history(const Asked& asked) {
  Exchange& exchange = asked.exchange;
  const std::string_view content = exchange.request().message.content.view();
  if (const auto checked = parse_json_object(content); !checked) {
    return exchange.reply_error(
        {"InvalidRequest", "history_request: its content " + checked.error().message, {}});
  }
  std::string answer;
  const hermit_text_sink sink{
      &answer, [](void* to, hermit_text text) { *static_cast<std::string*>(to) = view(text); }};
  if (answer_failure(asked, asked.shell.history(asked.number, content, sink))) return;
  auto reply = parse_json_object(answer);
  if (!reply || !reply->contains("history")) {
    log::error("SHELL_MISBEHAVING {}: query put what is no history_reply", asked.shell.manifest().name);
    return exchange.reply_error(
        {"ShellError", "the shell \"" + asked.shell.manifest().name + "\" gave no history", {}});
  }
  exchange.reply(std::move(*reply));
}

}  // namespace hermit
