// Ownership: what is lent for a call cannot be read after it. The memory is taken away, so that a shell which
// has kept a pointer ends with a signal and a backtrace.
#include "check/catalogue.hpp"
#include "check/lent_memory.hpp"
#include "check/raw_shell.hpp"
#include "check/trial.hpp"
#include "shell/abi_text.hpp"

namespace hermit::check {
namespace {

constexpr Rule lent{"hermit/abi.h", "convention 2", "docs/abi.md#conventions"};

// The bytes of a struct.
template <class Type>
std::string_view bytes_of(const Type& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

Verdict keeps_no_code(Trial& trial) {
  Session& session = trial.session();
  LentMemory set(trial.sample("remembers", "set"));
  session.run(session.shell(), session.host().open(), set.text());
  set.take_back();
  const Ran get = trial.run(trial.sample("remembers", "get"));
  if (get.status != HERMIT_OK) return failed("after the code of an earlier cell was gone " + get.told());
  const auto text = get.heard.results.empty() ? std::nullopt : get.heard.results.front().part("text/plain");
  return text == trial.sample("remembers", "text") ? passed() : failed("what it defined went with the code");
}

Verdict keeps_no_cell(Trial& trial) {
  Session& session = trial.session();
  const std::string code = trial.sample("prints");
  const hermit_cell cell{lend(code), {nullptr, 0}, 1, HERMIT_CELL_STORE_HISTORY, HERMIT_RUN_QUEUE};
  LentMemory memory(bytes_of(cell));
  const hermit_request request = session.host().open();
  const hermit_status status = session.shell().execute(request, memory.as<hermit_cell>());
  memory.take_back();
  session.go_on(session.shell(), request, status);
  const Ran after = trial.run(code);
  return after.status == HERMIT_OK ? passed() : failed("the cell after it: " + after.told());
}

Verdict keeps_no_host_info(Trial& trial) {
  Recorder host(*parse_manifest(trial.entry().manifest));
  RawShell shell(trial.entry(), host);
  LentMemory name("hermit check", LentMemory::End::nothing);
  LentMemory version(HERMIT_VERSION, LentMemory::End::nothing);
  const hermit_host_info info{sizeof info, HERMIT_ABI_MAJOR, HERMIT_ABI_MINOR,
                              0,           name.text(),      version.text()};
  LentMemory memory(bytes_of(info));
  const hermit_status status = shell.create(memory.as<hermit_host_info>());
  if (status != HERMIT_OK) return failed("create came to " + status_name(status) + ": " + shell.why());
  memory.take_back();
  name.take_back();
  version.take_back();
  const Ran ran = shell.run(trial.sample("prints"));
  return ran.status == HERMIT_OK ? passed() : failed(ran.told());
}

Verdict keeps_no_sinks(Trial& trial) {
  Session& session = trial.session();
  const std::string code = trial.sample("prints");
  for (int round = 0; round < 2; ++round) {
    session.complete(code, code.size());
    session.inspect(code, code.size());
    session.is_complete(code);
    trial.run(code);
  }
  // The host's stand-ins for sinks have noticed.
  return passed();
}

Verdict keeps_no_questions(Trial& trial) {
  Session& session = trial.session();
  const std::string code = trial.sample("prints");
  // Both live until the end: what is mapped anew could lie where the first was.
  LentMemory first(code);
  LentMemory second(code);
  for (LentMemory* const asked : {&first, &second}) {
    session.complete(view(asked->text()), code.size());
    session.inspect(view(asked->text()), code.size());
    session.is_complete(view(asked->text()));
    asked->take_back();
  }
  const Ran ran = trial.run(code);
  return ran.status == HERMIT_OK ? passed() : failed(ran.told());
}

}  // namespace

Group ownership_cases() {
  return {"ownership",
          {{.name = "keeps-no-code",
            .promise = "The code of a cell is not read after execute has returned.",
            .rule = lent,
            .advice = "copy what is needed later: for tracebacks, for functions that are compiled late",
            .run = keeps_no_code,
            .needs = {.samples = {"remembers"}}},
           {.name = "keeps-no-cell",
            .promise = "The struct of a cell is not read after execute has returned.",
            .rule = lent,
            .advice = "copy its fields, not the pointer to it",
            .run = keeps_no_cell,
            .needs = {.samples = {"prints"}}},
           {.name = "keeps-no-host-info",
            .promise = "What create is told of the host is not read after create has returned.",
            .rule = {"hermit/host.h", "hermit_host_info", "docs/abi.md#conventions"},
            .advice = "copy the host's name and version; only the host table may be kept",
            .run = keeps_no_host_info,
            .stage = Stage::library,
            .needs = {.samples = {"prints"}}},
           {.name = "keeps-no-sinks",
            .promise = "A sink is not called after the call that it was passed to.",
            .rule = {"hermit/abi.h", "convention 4", "docs/abi.md#conventions"},
            .advice = "call a sink before the function returns, on the same thread, and forget it",
            .run = keeps_no_sinks,
            .needs = {.samples = {"prints"}}},
           {.name = "keeps-no-questions",
            .promise = "The code of a completion or an inspection is not read after the call.",
            .rule = lent,
            .advice = "copy what a cache of the shell's keeps",
            .run = keeps_no_questions,
            .needs = {.samples = {"prints"}}}}};
}

}  // namespace hermit::check
