// The cells of the storm: execute requests in the language of the echo shell (tests/shells/echo.c).
#include "protocol/json.hpp"
#include "storm/plan.hpp"

namespace hermit::tests {
namespace {

// Lines that end by themselves and at once.
constexpr const char* quick_lines[] = {"nop",
                                       "1+1",
                                       "",
                                       "# nothing",
                                       "echo text",
                                       "err text",
                                       "write half",
                                       "raw ff fe c3 a4",
                                       "lines 20",
                                       "big 3000",
                                       "value shown",
                                       "bundle",
                                       "display seen",
                                       "display seen shared",
                                       "update shared again",
                                       "clear 0",
                                       "clear 1",
                                       "count",
                                       "flags",
                                       "id",
                                       "mode",
                                       "thread",
                                       "blocked",
                                       "get shared",
                                       "set shared value",
                                       "settings EchoShell.subshell_error"};

// Lines that take a moment: on the lane, beside other tasks, or on a thread of the shell's.
constexpr const char* slow_lines[] = {"sleep 1", "sleep 3", "nap 0",     "nap 2",    "nap 5",
                                      "yield",   "yield",   "pending 0", "pending 2"};

constexpr const char* failing_lines[] = {"fail",
                                         "fail OddError \xF0\x9D\x94\xB8",
                                         "no such command",
                                         "status 2",
                                         "status -5",
                                         "status 1234",
                                         "big nonsense"};

// Lines about comms, of this shell's own making and of those that riders have opened.
constexpr const char* comm_lines[] = {"target storm",
                                      "target storm",
                                      "target run",
                                      "untarget storm",
                                      "open storm",
                                      "open storm comm-1 {\"of\": \"cell\"}",
                                      "open nobody comm-of-cell",
                                      "send comm-1 {\"n\": [1, 2]}",
                                      "send comm-of-cell",
                                      "send comm-2 no JSON",
                                      "meta comm-2 {\"m\": 1}",
                                      "buffer comm-3 1",
                                      "buffer comm-1 70000",
                                      "close comm-1",
                                      "close comm-of-cell {\"last\": true}"};

// How a cell says how it wants to be run: its first line, with "" for not at all.
constexpr const char* first_lines[] = {"", "", "", "# task\n", "##thread\n", "# thread\n", "## queue\n"};

constexpr const char* tags[] = {"task",
                                "thread",
                                "queue",
                                "suppress-error",
                                "raises-exception",
                                "stop-on-error=true",
                                "other",
                                "stop-on-error=false"};

// Ends the code with something that cannot go on alone.
void add_hard_line(Dice& dice, bool tasks, Step& step, std::string& code, Json& metadata) {
  switch (dice.number(tasks ? 8 : 6)) {
    case 0:
      code += "spin";
      step.need = Need::interrupt;
      break;
    case 1:
      code += dice.once_in(2) ? "spin" : "sleep 1000000";
      metadata["tags"].push_back("timeout=0.01");
      break;
    case 2:
      code += "nap 1000000";
      metadata["timeout"] = 0.005;
      break;
    case 6:
    case 7:
      step.name = "name-" + std::to_string(dice.number(1'000'000'000));
      code += "await " + step.name;
      step.need = Need::name;
      break;
    default: {
      constexpr Asked ways[] = {Asked::answer,       Asked::answer,       Asked::answer,   Asked::answer_late,
                                Asked::answer_wrong, Asked::answer_wrong, Asked::interrupt};
      step.asked = dice.one_of(ways);
      code += dice.once_in(4) ? "password more?" : "input more?";
      if (dice.once_in(3)) code += "\ninput again?";
      break;
    }
  }
}

Json random_expressions(Dice& dice) {
  Json expressions = Json::object();
  const Json odd[] = {"shared", "no such name", "", 7, nullptr, Json::array()};
  for (std::size_t i = dice.number(4); i > 0; --i) expressions["e" + std::to_string(i)] = dice.one_of(odd);
  return expressions;
}

}  // namespace

Step random_cell(Dice& dice, bool tasks) {
  Step step;
  step.type = "execute_request";
  Json metadata = Json::object();
  if (dice.once_in(5)) metadata["cellId"] = "cell";
  if (dice.once_in(5)) metadata["tags"] = Json::array({dice.one_of(tags)});
  if (dice.once_in(40)) metadata["timeout"] = "soon";  // an error

  std::string code = dice.one_of(first_lines);
  for (std::size_t i = dice.number(4); i > 0; --i) code.append(dice.one_of(quick_lines)).append("\n");
  if (dice.once_in(6)) code.append(dice.one_of(slow_lines)).append("\n");
  for (std::size_t i = dice.once_in(6) ? 3 : 0; i > 0; --i) code.append(dice.one_of(comm_lines)).append("\n");
  const std::size_t last = dice.number(20);
  if (last < 2) {
    code += dice.one_of(failing_lines);
  } else if (last < 4) {
    add_hard_line(dice, tasks, step, code, metadata);
  } else if (last == 4) {
    code += "late afterthought";
    step.late_output = true;
  }

  // Missing fields have defaults; a cell has most of them all the same.
  Json content = {{"code", code}};
  if (!dice.once_in(4)) content["silent"] = dice.once_in(5);
  if (!dice.once_in(4)) content["store_history"] = dice.once_in(2);
  if (!dice.once_in(4)) content["allow_stdin"] = !dice.once_in(8);
  if (!dice.once_in(8)) content["stop_on_error"] = dice.once_in(3);
  if (dice.once_in(6)) content["user_expressions"] = random_expressions(dice);
  if (dice.once_in(8)) step.channel = Channel::control;
  step.content = dump_json(content);
  step.metadata = dump_json(metadata);
  return step;
}

}  // namespace hermit::tests
