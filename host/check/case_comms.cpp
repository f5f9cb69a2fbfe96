// Comms: what a shell does with the connections that clients open to it.
#include "check/catalogue.hpp"
#include "check/lent_memory.hpp"
#include "check/trial.hpp"
#include "shell/abi_text.hpp"

namespace hermit::check {
namespace {

constexpr std::string_view page = "docs/abi.md#comms";
constexpr Rule handler{"hermit/ext/comm.h", "hermit_shell_comm_handler", page};

constexpr std::string_view comm_id = "a-comm-of-the-client";

// A message of a client's, over the comm that all of them use.
hermit_comm_message message_to(std::string_view target, std::string_view data) {
  hermit_comm_message message{};
  message.comm_id = lend(comm_id);
  message.target = lend(target);
  message.data = lend(data);
  return message;
}

hermit_status told(Trial& trial, CommEvent event, const hermit_comm_message& message) {
  Session& session = trial.session();
  const hermit_request request = session.host().open();
  const hermit_status status = session.shell().comm(request, event, message);
  session.host().close(request);
  return status;
}

// Has the sample register its target; says what is wrong, if anything.
Verdict listening(Trial& trial) {
  const Ran ran = trial.run(trial.sample("hears_comms"));
  if (ran.status != HERMIT_OK) return failed(ran.told());
  const std::string target = trial.sample("hears_comms", "target");
  if (trial.session().host().targets().count(target) != 0) return passed();
  return failed("the sample \"hears_comms\" did not register the target " + in_quotes(target));
}

Verdict all_ok(Trial& trial, std::string_view data) {
  const std::string target = trial.sample("hears_comms", "target");
  for (const auto& [event, name] :
       {std::pair(CommEvent::opened, "opened"), std::pair(CommEvent::received, "received"),
        std::pair(CommEvent::closed, "closed")}) {
    const hermit_status status = told(trial, event, message_to(target, data));
    if (status != HERMIT_OK)
      return failed(std::string(name) + " came to " + status_name(status) + " for the data " +
                    in_quotes(data));
  }
  return passed();
}

Verdict hears_comms(Trial& trial) {
  const Verdict listens = listening(trial);
  return listens.outcome == Outcome::passed ? all_ok(trial, R"({"answer": 42})") : listens;
}

Verdict hears_any_data(Trial& trial) {
  const Verdict listens = listening(trial);
  if (listens.outcome != Outcome::passed) return listens;
  for (const std::string_view data :
       {"", "{}", "null", "[]", "\"text\"", "{\"deep\": {\"er\": [1, {\"😀\": null}]}}"}) {
    const Verdict heard = all_ok(trial, data);
    if (heard.outcome != Outcome::passed) return heard;
  }
  return passed();
}

Verdict hears_buffers(Trial& trial) {
  const Verdict listens = listening(trial);
  if (listens.outcome != Outcome::passed) return listens;
  const std::string target = trial.sample("hears_comms", "target");
  const std::string bytes("\0\xff\xfe any bytes \0", 15);
  const hermit_text buffers[] = {lend(bytes), {nullptr, 0}};
  auto message = message_to(target, "{}");
  message.buffers = buffers;
  message.buffer_count = 2;
  for (const auto event : {CommEvent::opened, CommEvent::received, CommEvent::closed}) {
    const hermit_status status = told(trial, event, message);
    if (status != HERMIT_OK) return failed("with buffers it came to " + status_name(status));
  }
  return passed();
}

Verdict copies_messages(Trial& trial) {
  const Verdict listens = listening(trial);
  if (listens.outcome != Outcome::passed) return listens;
  const std::string target = trial.sample("hears_comms", "target");
  for (const auto event : {CommEvent::opened, CommEvent::received, CommEvent::received, CommEvent::closed}) {
    LentMemory id(comm_id, LentMemory::End::nothing);
    LentMemory data(R"({"answer": 42})", LentMemory::End::nothing);
    LentMemory name(target, LentMemory::End::nothing);
    hermit_comm_message message{};
    message.comm_id = id.text();
    message.target = name.text();
    message.data = data.text();
    told(trial, event, message);
    id.take_back();
    data.take_back();
    name.take_back();
    trial.run(trial.sample("prints"));
  }
  return passed();
}

Verdict opens_comms(Trial& trial) {
  const Ran ran = trial.run(trial.sample("opens_comm"));
  if (ran.status != HERMIT_OK) return failed(ran.told());
  return ran.heard.comms.empty() ? failed("the sample \"opens_comm\" opened none with its request")
                                 : passed();
}

}  // namespace

Group comm_cases() {
  const Needs needs{.samples = {"hears_comms"}, .extension = HERMIT_EXT_COMM_HANDLER};
  return {
      "comms",
      {{.name = "hears-comms",
        .promise = "A shell takes what a client opens, sends and closes over a target of the shell's.",
        .rule = handler,
        .advice = "return HERMIT_OK from opened, received and closed for a target that you have registered",
        .run = hears_comms,
        .needs = needs},
       {.name = "hears-any-data",
        .promise = "The data of a message may be any JSON value, or empty.",
        .rule = {"hermit/ext/comm.h", "hermit_comm_message", page},
        .advice = "treat empty data as {}, and expect values that are no objects",
        .run = hears_any_data,
        .needs = needs,
        .level = 4},
       {.name = "hears-buffers",
        .promise = "A message may have buffers of any bytes, empty ones too.",
        .rule = {"hermit/ext/comm.h", "buffers", page},
        .advice = "read buffers by their size, and expect some that nobody has announced",
        .run = hears_buffers,
        .needs = needs,
        .level = 4},
       {.name = "copies-messages",
        .promise = "Messages are read by their sizes, and not after the call.",
        .rule = {"hermit/abi.h", "convention 2", "docs/abi.md#conventions"},
        .advice = "copy the id of a comm, and the data, that are needed later",
        .run = copies_messages,
        .needs = {.samples = {"hears_comms", "prints"}, .extension = HERMIT_EXT_COMM_HANDLER}},
       {.name = "opens-comms",
        .promise = "A comm that a cell opens is opened with the request of the cell.",
        .rule = {"hermit/ext/comm.h", "open", page},
        .advice = "call open of hermit.comm/1 with the request that execute was given",
        .run = opens_comms,
        .needs = {.samples = {"opens_comm"}}}}};
}

}  // namespace hermit::check
