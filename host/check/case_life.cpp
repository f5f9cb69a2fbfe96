// Life: how a shell is made, asked what it can, and ended, and what it leaves alone meanwhile.
#include <signal.h>

#include <algorithm>
#include <array>
#include <clocale>

#include "check/catalogue.hpp"
#include "check/lent_memory.hpp"
#include "check/process_state.hpp"
#include "check/raw_shell.hpp"
#include "check/trial.hpp"
#include "shell/abi_text.hpp"

namespace hermit::check {
namespace {

constexpr std::string_view conventions = "docs/abi.md#conventions";
constexpr std::string_view extensions = "docs/abi.md#extensions";

// A shell made by hand, with the host that it talks to.
struct ByHand {
  explicit ByHand(const Trial& trial)
      : host(*parse_manifest(trial.entry().manifest)), shell(trial.entry(), host) {}
  Recorder host;
  RawShell shell;
};

Verdict is_created(Trial& trial) {
  ByHand made(trial);
  trial.waits_for("create");
  const hermit_status status = made.shell.create();
  if (status != HERMIT_OK) {
    return failed("create came to " + status_name(status) + ": " +
                  (made.shell.why().empty() ? "it gave no reason" : made.shell.why()));
  }
  if (!made.shell.made()) return failed("create returned HERMIT_OK and has stored no shell");
  Verdict verdict = passed();
  auto& offers = verdict.facts["offers"] = Json::array();
  for (const auto id : shell_extensions) {
    if (made.shell.extension(id) != nullptr) offers.push_back(id);
  }
  trial.waits_for("destroy");
  made.shell.destroy();
  return verdict;
}

// The host looks at each table when the session begins, and logs what it finds.
Verdict extension_tables_are_whole(Trial&) { return passed(); }

Verdict extensions_stay_the_same(Trial& trial) {
  ByHand made(trial);
  made.shell.create();
  for (const auto id : shell_extensions) {
    if (made.shell.extension(id) != made.shell.extension(id))
      return failed("it gave two tables for " + std::string(id));
  }
  return passed();
}

Verdict unknown_extensions_are_null(Trial& trial) {
  ByHand made(trial);
  made.shell.create();
  for (const std::string_view id :
       {"hermit.nothing/1", "hermit.complete/9", "hermit.complete", "nobody.knows/1", ""}) {
    if (made.shell.extension(id) != nullptr) return failed("it gave a table for " + in_quotes(id));
  }
  return passed();
}

Verdict extension_ids_are_lent(Trial& trial) {
  ByHand made(trial);
  made.shell.create();
  for (const auto id : shell_extensions) {
    const void* const table = made.shell.extension(id);
    LentMemory lent(id, LentMemory::End::nothing);
    if (made.shell.extension(lent.text()) != table)
      return failed("it gave another table for " + std::string(id) + " without a NUL behind it");
    lent.take_back();
    if (made.shell.extension(id) != table) return failed("it has forgotten " + std::string(id));
  }
  return passed();
}

Verdict abilities_have_their_extensions(Trial& trial) {
  ByHand made(trial);
  made.shell.create();
  constexpr std::array<std::pair<const char*, std::string_view>, 3> needed{
      {{"tasks", HERMIT_EXT_TASKS},
       {"subshells", HERMIT_EXT_SUBSHELLS},
       {"concurrent_comms", HERMIT_EXT_COMM_HANDLER}}};
  const Json abilities = trial.manifest().value("abilities", Json::object());
  for (const auto& [ability, id] : needed) {
    if (!abilities.value(ability, false) || made.shell.extension(id) != nullptr) continue;
    return failed("it has the ability \"" + std::string(ability) + "\" and does not offer " +
                  std::string(id));
  }
  return passed();
}

// What a host has that offers nothing but what the manifest requires. Of the one case that uses it.
std::vector<std::string> required;
const void* (*full_extension)(const hermit_host* host, hermit_text id) = nullptr;

const void* only_required(const hermit_host* host, hermit_text id) {
  const bool has = std::find(required.begin(), required.end(), view(id)) != required.end();
  return has ? full_extension(host, id) : nullptr;
}

Verdict needs_only_what_it_requires(Trial& trial) {
  ByHand made(trial);
  required = parse_manifest(trial.entry().manifest)->required_extensions;
  full_extension = made.shell.host().extension;
  made.shell.host().extension = only_required;
  const hermit_status status = made.shell.create();
  if (status != HERMIT_OK) return failed("create came to " + status_name(status) + ": " + made.shell.why());
  const Ran ran = made.shell.run(trial.sample("prints"));
  return ran.status == HERMIT_OK ? passed() : failed(ran.told());
}

Verdict lives_again(Trial& trial) {
  trial.session().end();
  for (int life = 2; life <= 3; ++life) {
    const auto session = trial.start();
    if (!session) return failed("its life number " + std::to_string(life) + ": " + session.error().message);
    const Ran ran = (*session)->run(trial.sample("prints"));
    if (ran.status != HERMIT_OK)
      return failed("in its life number " + std::to_string(life) + " " + ran.told());
  }
  return passed();
}

Verdict lives_are_apart(Trial& trial) {
  const Ran set = trial.run(trial.sample("remembers", "set"));
  if (set.status != HERMIT_OK) return failed(set.told());
  ByHand other(trial);
  const hermit_status status = other.shell.create();
  if (status == HERMIT_REFUSED) return passed();
  if (status != HERMIT_OK)
    return failed("a second shell beside the first came to " + status_name(status) + ", not HERMIT_REFUSED");
  const Ran get = other.shell.run(trial.sample("remembers", "get"));
  for (const auto& result : get.heard.results) {
    if (result.part("text/plain") == trial.sample("remembers", "text"))
      return failed("a second shell knows what was remembered in the first");
  }
  return passed();
}

Verdict calls_nothing_after_destroy(Trial& trial) {
  trial.run(trial.sample("prints_late"));
  trial.waits_for("destroy");
  trial.session().end();
  wait_for_late_calls();
  return passed();
}

Verdict ends_with_a_cell_pending(Trial& trial) {
  Session& session = trial.session();
  const std::string code = trial.sample("waits");
  const auto request = session.host().open();
  const bool has_tasks = trial.manifest().value("abilities", Json::object()).value("tasks", false);
  const CellOptions options{.run_mode = has_tasks ? HERMIT_RUN_TASK : HERMIT_RUN_QUEUE};
  const auto status = session.begin(session.shell(), request, lend(code), options);
  if (status != HERMIT_PENDING) return failed("the sample \"waits\" came to " + status_name(status));
  trial.waits_for("destroy");
  session.end();
  wait_for_late_calls();
  return passed();
}

Verdict ends_its_threads(Trial& trial) {
  const std::size_t before = thread_count();
  auto session = trial.start(Home::here, false);
  if (!session) return failed(session.error().message);
  (*session)->run(trial.sample("prints"));
  (*session)->end();
  if (wait_until([&] { return thread_count() <= before; }, std::chrono::seconds(2))) return passed();
  return failed(std::to_string(thread_count() - before) +
                " threads more run after destroy than before create");
}

// Runs a life with a cell, without capture, which is the host's and moves descriptors.
void live(const Trial& trial) {
  const auto session = trial.start(Home::here, false);
  if (session) (*session)->run(trial.sample("prints"));
}

Verdict keeps_signal_handlers(Trial& trial) {
  constexpr std::array<int, 3> signals{SIGINT, SIGTERM, SIGPIPE};
  const auto handler = [](int signal) {
    struct sigaction action{};
    sigaction(signal, nullptr, &action);
    return action.sa_handler;
  };
  std::array<void (*)(int), signals.size()> before{};
  for (std::size_t i = 0; i < signals.size(); ++i) before[i] = handler(signals[i]);
  live(trial);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    if (handler(signals[i]) != before[i])
      return failed("it has changed the handler of SIG" + std::string(sigabbrev_np(signals[i])));
  }
  return passed();
}

Verdict keeps_descriptors(Trial& trial) {
  std::array<std::string, 3> before;
  for (int i = 0; i < 3; ++i) before[static_cast<std::size_t>(i)] = descriptor_target(i);
  live(trial);
  for (int i = 0; i < 3; ++i) {
    if (descriptor_target(i) != before[static_cast<std::size_t>(i)])
      return failed("the descriptor " + std::to_string(i) + " does not lead where it did");
  }
  return passed();
}

Verdict keeps_the_locale(Trial& trial) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  live(trial);
  const std::string now = std::setlocale(LC_ALL, nullptr);
  return now == before ? passed() : failed("it has changed the locale to " + now);
}

std::vector<Case> asked_what_it_can() {
  return {{.name = "is-created",
           .promise = "create makes a shell, or says in a sentence why it cannot.",
           .rule = {"hermit/shell.h", "create", "docs/abi.md#the-one-symbol"},
           .advice = "store the shell in *shell before create returns HERMIT_OK",
           .run = is_created,
           .stage = Stage::library,
           .level = 1,
           .is_gate = true},
          {.name = "extension-tables-are-whole",
           .promise = "No table of an extension has a NULL entry.",
           .rule = {"hermit/abi.h", "convention 9", conventions},
           .advice = "write the function that is missing, or do not offer the extension",
           .run = extension_tables_are_whole,
           .level = 1,
           .is_gate = true},
          {.name = "extensions-stay-the-same",
           .promise = "Asked twice for an extension, the shell gives the same table.",
           .rule = {"hermit/shell.h", "extension", extensions},
           .advice = "return the address of a static table",
           .run = extensions_stay_the_same,
           .stage = Stage::library},
          {.name = "unknown-extensions-are-null",
           .promise = "For an id that it does not know the shell returns NULL.",
           .rule = {"hermit/shell.h", "extension", extensions},
           .advice = "compare the whole id, its size too, and return NULL at the end",
           .run = unknown_extensions_are_null,
           .stage = Stage::library},
          {.name = "extension-ids-are-lent",
           .promise = "An extension's id is read by its size, and only during the call.",
           .rule = {"hermit/abi.h", "convention 1", conventions},
           .advice = "compare with memcmp and the size, not with strcmp",
           .run = extension_ids_are_lent,
           .stage = Stage::library},
          {.name = "abilities-have-extensions",
           .promise = "What an ability needs the shell offers.",
           .rule = {"hermit/shell.h", "abilities", "docs/abi.md#abilities"},
           .advice = "offer the extension, or take the ability out of the manifest",
           .run = abilities_have_their_extensions,
           .stage = Stage::library},
          {.name = "needs-only-what-it-requires",
           .promise = "The shell runs cells in a host that has no more than the manifest requires.",
           .rule = {"hermit/shell.h", "requires", extensions},
           .advice = "ask whether extension returned NULL, or list the id under \"requires\"",
           .run = needs_only_what_it_requires,
           .stage = Stage::library,
           .needs = {.samples = {"prints"}},
           .level = 4}};
}

std::vector<Case> ended() {
  return {{.name = "lives-again",
           .promise = "After destroy a shell can be made again.",
           .rule = {"hermit/shell.h", "create", "docs/abi.md#the-one-symbol"},
           .advice = "keep state in the shell that create makes, and none in static variables",
           .run = lives_again,
           .needs = {.samples = {"prints"}}},
          {.name = "lives-are-apart",
           .promise = "A second shell knows nothing of the first, or is refused with HERMIT_REFUSED.",
           .rule = {"hermit/shell.h", "create", "docs/abi.md#the-one-symbol"},
           .advice = "keep what users define in the shell, or refuse a second create",
           .run = lives_are_apart,
           .needs = {.samples = {"remembers"}},
           .level = 4},
          {.name = "calls-nothing-after-destroy",
           .promise = "When destroy has returned, nothing of the shell's calls the host.",
           .rule = {"hermit/abi.h", "convention 10", conventions},
           .advice = "end and join the shell's threads in destroy",
           .run = calls_nothing_after_destroy,
           .needs = {.samples = {"prints_late"}}},
          {.name = "ends-with-a-cell-pending",
           .promise = "destroy ends a shell while a cell of its is pending.",
           .rule = {"hermit/shell.h", "destroy", conventions},
           .advice = "wake and join what goes on with cells; finish need not be called",
           .run = ends_with_a_cell_pending,
           .needs = {.samples = {"waits"}}},
          {.name = "ends-its-threads",
           .promise = "destroy ends the threads that the shell has started.",
           .rule = {"hermit/abi.h", "convention 10", conventions},
           .advice = "join every thread before destroy returns",
           .run = ends_its_threads,
           .stage = Stage::library,
           .needs = {.samples = {"prints"}}},
          {.name = "keeps-signal-handlers",
           .promise = "The handlers of SIGINT, SIGTERM and SIGPIPE stay as they were.",
           .rule = {"hermit/abi.h", "convention 12", conventions},
           .advice = "leave the signals alone, or tell the language's library to",
           .run = keeps_signal_handlers,
           .stage = Stage::library,
           .needs = {.samples = {"prints"}}},
          {.name = "keeps-descriptors",
           .promise = "The descriptors 0, 1 and 2 lead where they led.",
           .rule = {"hermit/abi.h", "convention 12", conventions},
           .advice = "print with hermit.output/1, or to descriptor 1 as it is",
           .run = keeps_descriptors,
           .stage = Stage::library,
           .needs = {.samples = {"prints"}}},
          {.name = "keeps-the-locale",
           .promise = "The locale of the process stays as it was.",
           .rule = {"hermit/abi.h", "convention 12", conventions},
           .advice = "use newlocale and uselocale on the thread that needs one",
           .run = keeps_the_locale,
           .stage = Stage::library,
           .needs = {.samples = {"prints"}}}};
}

}  // namespace

Group life_cases() {
  auto cases = asked_what_it_can();
  for (auto& end : ended()) cases.push_back(end);
  return {"life", std::move(cases)};
}

}  // namespace hermit::check
