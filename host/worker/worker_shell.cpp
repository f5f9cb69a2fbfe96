#include "worker/worker_shell.hpp"

#include <atomic>
#include <utility>

#include "base/log.hpp"
#include "shell/abi_text.hpp"
#include "worker/supervisor.hpp"

namespace hermit {
namespace {

using worker::Reader;
using worker::Word;
using worker::Worker;
using worker::Writer;

// Of all workers in this process.
std::atomic<std::uint64_t> last_subshell{0};

void put_matches(Reader& found, const hermit_match_sink& matches) {
  while (found.good() && !found.at_end()) {
    if (found.number() == worker::mark_range) {
      const auto start = found.number();
      matches.range(matches.context, start, found.number());
      continue;
    }
    hermit_match match{};
    match.text = found.lent_text();
    match.type = found.lent_text();
    match.signature = found.lent_text();
    if (found.good()) matches.add(matches.context, &match);
  }
}

// Puts what a sink of the worker's has got into the one it stands for.
void put_text(Reader& found, const hermit_text_sink& text) {
  if (found.at_end() || found.number() != worker::mark_text) return;
  const hermit_text put = found.lent_text();
  if (found.good()) text.put(text.context, put);
}

void put_bundle(Reader& found, const hermit_bundle_sink& bundle) {
  const worker::BundleRead read(found);
  if (found.good()) bundle.put(bundle.context, &read.bundle);
}

void put_error(Reader& found, const hermit_error_sink& error) {
  const worker::ErrorRead read(found);
  if (found.good()) error.put(error.context, &read.error);
}

}  // namespace

WorkerShell::WorkerShell(WorkerOptions options, Manifest manifest, ShellHost& host)
    : manifest_(std::make_shared<const Manifest>(std::move(manifest))),
      host_(host),
      supervisor_(std::make_shared<worker::Supervisor>(std::move(options), host, std::this_thread::get_id())),
      number_(0) {}

WorkerShell::WorkerShell(const WorkerShell& main, std::uint64_t number)
    : manifest_(main.manifest_), host_(main.host_), supervisor_(main.supervisor_), number_(number) {}

WorkerShell::~WorkerShell() {
  if (number_ == 0) return;  // the supervisor has it destroyed
  const Lock lock(making_);
  const auto worker = supervisor_->worker_now();
  if (worker != nullptr && worker == made_in_.lock()) worker->call(Word::destroy, Writer().number(number_));
}

// The worker that lives, with this shell made in it; a subshell is made anew in one that it does not know.
Result<std::shared_ptr<Worker>> WorkerShell::living_worker(const Worker* dead) {
  auto worker = supervisor_->worker(dead);
  if (!worker || number_ == 0) return worker;
  // Cells in threads of this subshell may come here at the same time, and are to find it made once.
  const Lock lock(making_);
  if (*worker == made_in_.lock()) return worker;
  if (auto made = make_in(**worker); !made) return made.error();
  made_in_ = *worker;
  return worker;
}

Result<void> WorkerShell::make_in(Worker& worker) {
  auto returned = worker.call(Word::make_subshell, Writer().number(0).number(number_));
  if (!returned) return Error{"the shell's process " + worker.death().what};
  if (returned->status != HERMIT_OK) return Error{std::string(returned->values.text())};
  return {};
}

Result<std::unique_ptr<Shell>> WorkerShell::make_subshell() {
  if (!manifest_->subshells) return Error{"the shell \"" + manifest_->name + "\" has no subshells"};
  std::unique_ptr<WorkerShell> made(new WorkerShell(*this, ++last_subshell));
  if (auto worker = made->living_worker(); !worker) return worker.error();
  return std::unique_ptr<Shell>(std::move(made));
}

// Calls the shell for a request, which is open in the worker until then, or while it is pending. `take` gets
// what was put into sinks.
hermit_status WorkerShell::call(hermit_request request, Word word, const Writer& values,
                                const TakeFound& take) {
  // A worker that is dead already has not seen the request, which goes to the next.
  const auto now = supervisor_->worker_now();
  bool waits = now == nullptr || !now->is_made();
  for (std::shared_ptr<Worker> dead;; waits = true) {
    const auto worker = living_worker(dead.get());
    if (!worker) {
      const std::string& why = worker.error().message;
      worker::tell(host_, request, "ShellStartError", why, {"ShellStartError: " + why});
      return HERMIT_USER_ERROR;
    }
    Worker& at = **worker;
    if (word == Word::resume && at.requests().was_ended(request))
      return HERMIT_PENDING;  // its death has ended it
    bool sent = false;
    const bool opened = at.requests().open(request);
    if (opened) {
      // Where there was no shell to be asked to end a cell, whoever interrupts has left word. What is no cell
      // ends by itself.
      if (waits && word == Word::execute && supervisor_->take_interrupt(request)) {
        at.requests().forget(request);
        return HERMIT_INTERRUPTED;
      }
      if (auto returned = at.call(word, values, sent)) {
        if (take) take(returned->values);
        return at.requests().settle(request, returned->status);
      }
    }
    at.requests().forget(request);
    // What was to go on has no other worker to go to; its death has not ended it, since it was not pending.
    if (sent || (opened && word == Word::resume)) {
      worker::tell(host_, request, at.death());
      return HERMIT_USER_ERROR;
    }
    at.death();
    dead = *worker;
  }
}

hermit_status WorkerShell::execute(hermit_request request, const hermit_cell& cell) {
  return call(request, Word::execute,
              Writer()
                  .number(number_)
                  .number(request)
                  .text(cell.code)
                  .text(cell.id)
                  .number(cell.execution_count)
                  .number(cell.flags)
                  .number(cell.run_mode));
}

hermit_status WorkerShell::resume(hermit_request request) {
  return call(request, Word::resume, Writer().number(number_).number(request));
}

hermit_status WorkerShell::evaluate(hermit_request request, std::string_view expression,
                                    const hermit_bundle_sink& value, const hermit_error_sink& error) {
  return call(request, Word::evaluate, Writer().number(number_).number(request).text(expression),
              [&](Reader& found) {
                while (found.good() && !found.at_end()) {
                  found.number() == worker::mark_bundle ? put_bundle(found, value) : put_error(found, error);
                }
              });
}

hermit_status WorkerShell::complete(hermit_request request, std::string_view code, std::uint64_t cursor,
                                    const hermit_match_sink& matches) {
  return call(request, Word::complete, Writer().number(number_).number(request).text(code).number(cursor),
              [&](Reader& found) { put_matches(found, matches); });
}

hermit_status WorkerShell::inspect(hermit_request request, std::string_view code, std::uint64_t cursor,
                                   std::uint32_t detail, const hermit_bundle_sink& description) {
  return call(request, Word::inspect,
              Writer().number(number_).number(request).text(code).number(cursor).number(detail),
              [&](Reader& found) {
                if (!found.at_end() && found.number() == worker::mark_bundle) put_bundle(found, description);
              });
}

hermit_status WorkerShell::is_complete(hermit_request request, std::string_view code,
                                       std::uint32_t& completeness, const hermit_text_sink& indent) {
  return call(request, Word::is_complete, Writer().number(number_).number(request).text(code),
              [&](Reader& found) {
                while (found.good() && !found.at_end()) {
                  if (found.number() == worker::mark_number) {
                    completeness = static_cast<std::uint32_t>(found.number());
                  } else {
                    const hermit_text text = found.lent_text();
                    if (found.good()) indent.put(indent.context, text);
                  }
                }
              });
}

bool WorkerShell::keeps_history() const {
  const auto worker = supervisor_->worker();
  return worker && (*worker)->keeps_history();
}

hermit_status WorkerShell::history(hermit_request request, std::string_view content,
                                   const hermit_text_sink& reply) {
  return call(request, Word::history, Writer().number(number_).number(request).text(content),
              [&](Reader& found) { put_text(found, reply); });
}

hermit_status WorkerShell::comm(hermit_request request, CommEvent event, const hermit_comm_message& message) {
  return call(
      request, Word::comm,
      Writer().number(number_).number(request).number(static_cast<std::uint64_t>(event)).message(message));
}

hermit_status WorkerShell::interrupt(hermit_request request) {
  supervisor_->note_interrupt(request);
  const auto worker = supervisor_->worker_now();
  if (worker == nullptr || !worker->is_made()) return HERMIT_OK;
  worker->note_interrupt(request);
  const auto returned = worker->call(Word::interrupt, Writer().number(number_).number(request));
  return returned ? returned->status : HERMIT_OK;
}

void WorkerShell::wait_until_started() { [[maybe_unused]] const auto worker = supervisor_->worker(); }

void WorkerShell::give_up_starting() { supervisor_->give_up_starting(); }

}  // namespace hermit
