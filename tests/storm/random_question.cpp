// The requests of the storm beside cells, and what spoils a request.
#include "protocol/json.hpp"
#include "storm/plan.hpp"

namespace hermit::tests {
namespace {

constexpr const char* codes[] = {"sp", "echo \xF0\x9D\x94\xB8 di", "display", "lines 3 \\", ")", ""};

Json random_cursor(Dice& dice) {
  const Json cursors[] = {0,     1,     2,      5, -1, -1'000'000, 1'000'000, 18446744073709551615ULL,
                          1e300, "end", nullptr};
  return dice.one_of(cursors);
}

Json random_history(Dice& dice) {
  Json content = {{"output", dice.once_in(2)}, {"raw", dice.once_in(2)}};
  switch (dice.number(3)) {
    case 0:
      content.update({{"hist_access_type", "tail"}, {"n", dice.number(20)}});
      break;
    case 1:
      content.update({{"hist_access_type", "range"}, {"session", dice.once_in(2) ? 0 : -1}});
      content.update({{"start", dice.number(50)}, {"stop", dice.number(80)}});
      break;
    default:
      content.update({{"hist_access_type", "search"}, {"pattern", dice.once_in(2) ? "*echo*" : "[e?*"}});
      content.update({{"n", 5}, {"unique", dice.once_in(2)}});
      break;
  }
  return content;
}

// Few ids for all riders, so that they use, close and open again the comms of each other.
Json random_comm(Dice& dice) {
  const Json data[] = {
      Json::object(), {{"n", dice.number(100)}}, Json::array({1, "\xF0\x9D\x94\xB8"}), "text"};
  constexpr const char* targets[] = {"storm", "storm", "storm", "run", "nobody"};
  Json content = {{"comm_id", "comm-" + std::to_string(dice.number(5))}, {"data", dice.one_of(data)}};
  if (!dice.once_in(6)) content["target_name"] = dice.one_of(targets);
  if (dice.once_in(6)) content.erase("data");
  return content;
}

// The target "run" takes the first for an order, any other one sends all of them back.
std::vector<std::string> random_buffers(Dice& dice) {
  constexpr const char* orders[] = {"echo ordered", "nop",           "display ordered",
                                    "fail",         "no such order", "nap 2"};
  std::vector<std::string> buffers;
  if (dice.once_in(2)) buffers.emplace_back(dice.one_of(orders));
  for (std::size_t i = dice.number(3); i > 0; --i)
    buffers.push_back(dice.bytes(dice.once_in(8) ? 70'000 : 50));
  return buffers;
}

Step question(const char* type, const Json& content = Json::object(), Verdict verdict = Verdict::good) {
  Step step;
  step.type = type;
  step.content = dump_json(content);
  step.verdict = verdict;
  return step;
}

Step about_code(Dice& dice) {
  constexpr const char* types[] = {"complete_request", "inspect_request", "is_complete_request"};
  Json content = {{"code", dice.one_of(codes)}};
  if (!dice.once_in(6)) content["cursor_pos"] = random_cursor(dice);
  if (dice.once_in(2)) content["detail_level"] = dice.number(3);
  return question(dice.one_of(types), content);
}

Step about_subshells(Dice& dice) {
  switch (dice.number(5)) {
    case 0:
    case 1:
      return question("create_subshell_request");
    case 2:
      return question("list_subshell_request");
    default: {
      Step step = question("delete_subshell_request", Json::object(), Verdict::any);
      step.where = dice.once_in(8) ? Where::unknown_subshell : Where::subshell;
      if (step.where == Where::unknown_subshell) step.verdict = Verdict::error;
      return step;
    }
  }
}

Step on_control(Dice& dice) {
  Step step;
  switch (dice.number(8)) {
    case 0:
    case 1:
      step = question("interrupt_request");
      break;
    case 2:
      step = question("debug_request", {{"command", "initialize"}}, Verdict::error);
      break;
    default:
      step = about_subshells(dice);
      break;
  }
  step.channel = Channel::control;
  return step;
}

Step about_comms(Dice& dice) {
  constexpr const char* types[] = {"comm_open", "comm_open", "comm_msg", "comm_msg", "comm_close"};
  Step step = question(dice.one_of(types), random_comm(dice), Verdict::any);
  step.owed = Owed::bracket;
  step.frames = random_buffers(dice);
  return step;
}

// An input_reply that nobody waits for is passed over without a word.
Step stray_input_reply() {
  Step step = question("input_reply", {{"value", "stray"}}, Verdict::any);
  step.channel = Channel::stdin_;
  step.owed = Owed::nothing;
  return step;
}

bool needs_code(const std::string& type) {
  return type == "execute_request" || type == "complete_request" || type == "inspect_request" ||
         type == "is_complete_request";
}

// Content that is no object, lacks the code, or has fields of odd types.
void spoil_content(Dice& dice, Step& step) {
  constexpr const char* garbage[] = {"",         "{",      "[]",       "null",
                                     "\"text\"", "-1e999", "\xff\xfe", "{\"code\": {}}"};
  const bool refused = needs_code(step.type) && step.where == Where::main_shell;
  if (step.owed == Owed::answer) step.verdict = refused ? Verdict::error : Verdict::any;
  if (step.type == "delete_subshell_request") step.where = Where::main_shell;  // leaves the content as it is
  if (dice.once_in(2)) {
    step.content = dice.one_of(garbage);
    return;
  }
  auto content = parse_json(step.content);
  if (needs_code(step.type)) {
    const Json odd[] = {nullptr, 7, true, Json::array(), Json::object()};
    (*content)["code"] = dice.one_of(odd);
    if (dice.once_in(2)) content->erase("code");
  } else {
    constexpr const char* fields[] = {
        "hist_access_type", "n",       "session",     "start",   "stop",  "pattern",
        "comm_id",          "restart", "subshell_id", "command", "unique"};
    const Json odd[] = {nullptr, 7, true, Json::array(), "text", 1e300, -3, 18446744073709551615ULL};
    (*content)[dice.one_of(fields)] = dice.one_of(odd);
  }
  step.content = dump_json(*content);
}

}  // namespace

Step random_question(Dice& dice) {
  Step step;
  switch (dice.number(18)) {
    case 0:
    case 1:
    case 2:
    case 3:
      step = about_code(dice);
      break;
    case 4:
    case 5:
      step = question("history_request", random_history(dice));
      break;
    case 6:
      step = question("comm_info_request");
      break;
    case 7:
    case 8:
    case 9:
    case 10:
      step = about_comms(dice);
      break;
    case 11:
      return dice.once_in(4) ? stray_input_reply() : on_control(dice);
    case 12:
    case 13:
      return on_control(dice);
    default: {
      constexpr Channel channels[] = {Channel::shell, Channel::control, Channel::stdin_};
      step = question("kernel_info_request");
      step.channel = dice.one_of(channels);
      return step;
    }
  }
  if (dice.once_in(6)) step.channel = Channel::control;
  return step;
}

void spoil(Dice& dice, Step& step) {
  if (step.owed == Owed::nothing) return;
  step.need = Need::nothing;  // it does not get to run
  step.late_output = false;
  switch (dice.number(3)) {
    case 0: {
      constexpr const char* unknown[] = {"teleport_request", "telepathy", "_request", "execute_reply",
                                         "\xc3\xa4"};
      step.type = dice.one_of(unknown);
      step.owed = step.type.ends_with("_request") ? Owed::answer : Owed::bracket;
      step.verdict = step.owed == Owed::answer ? Verdict::error : Verdict::any;
      break;
    }
    case 1: {
      constexpr const char* misplaced[] = {"interrupt_request",       "shutdown_request",
                                           "debug_request",           "create_subshell_request",
                                           "delete_subshell_request", "list_subshell_request"};
      step.type = dice.one_of(misplaced);
      step.channel = dice.once_in(2) ? Channel::shell : Channel::stdin_;
      step.owed = Owed::answer;
      step.verdict = Verdict::error;
      break;
    }
    default:
      if (step.where != Where::unknown_subshell) spoil_content(dice, step);
      break;
  }
}

}  // namespace hermit::tests
