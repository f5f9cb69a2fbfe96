#include "check/session.hpp"

#include <utility>

#include "check/verdict.hpp"
#include "shell/abi_shell.hpp"
#include "shell/abi_text.hpp"
#include "worker/worker_shell.hpp"

namespace hermit::check {
namespace {

void keep_text(void* context, hermit_text text) { *static_cast<std::string*>(context) = view(text); }

void keep_bundle(void* context, const hermit_bundle* bundle) {
  static_cast<std::vector<Shown>*>(context)->emplace_back(*bundle);
}

void keep_range(void* context, std::uint64_t start, std::uint64_t end) {
  auto& completion = *static_cast<Completion*>(context);
  completion.start = start;
  completion.end = end;
}

hermit_status keep_match(void* context, const hermit_match* match) {
  static_cast<Completion*>(context)->matches.push_back(
      {std::string(view(match->text)), std::string(view(match->type))});
  return HERMIT_OK;
}

// A question has a number of its own, as a cell has.
template <class Ask>
hermit_status asked(Recorder& host, Ask ask) {
  const hermit_request request = host.open();
  const hermit_status status = ask(request);
  host.close(request);
  return status;
}

}  // namespace

Recorder::Clock::time_point soon() { return Recorder::Clock::now() + patience; }

std::string Ran::told() const {
  if (status == HERMIT_PENDING) {
    return "the cell was pending and had not ended after " + std::to_string(patience.count()) + " s";
  }
  std::string text = "execute came to " + status_name(status);
  if (!heard.errors.empty()) {
    text += " with the error " + in_quotes(heard.errors.back().name + ": " + heard.errors.back().value);
  }
  return text;
}

Session::Session(const Manifest& manifest)
    : host_(manifest),
      capture_([this](std::uint32_t stream, std::string_view bytes) { host_.captured(stream, bytes); }) {}

Result<std::unique_ptr<Session>> Session::start(Home home, bool captures,
                                                const std::filesystem::path& program,
                                                const std::filesystem::path& library,
                                                const hermit_shell_entry_type& entry) {
  auto manifest = parse_manifest(entry.manifest);
  if (!manifest) return manifest.error();
  std::unique_ptr<Session> session(new Session(*manifest));
  if (home == Home::worker) {
    WorkerOptions options;
    options.program = program;
    options.library = library;
    options.settings = default_settings(*manifest);
    options.capture = captures;
    session->shell_ = std::make_unique<WorkerShell>(std::move(options), std::move(*manifest), session->host_);
    return session;
  }
  if (captures) {
    if (auto started = session->capture_.start(); !started) return started.error();
  }
  auto shell = AbiShell::create(entry, session->host_, library.string());
  if (!shell) return shell.error();
  session->shell_ = std::move(*shell);
  return session;
}

Session::~Session() { end(); }

void Session::end() {
  shell_.reset();
  capture_.stop();
}

Ran Session::run(Shell& shell, std::string_view code, const CellOptions& options) {
  return run(shell, host_.open(), lend(code), options);
}

Ran Session::run(Shell& shell, hermit_request request, hermit_text code, const CellOptions& options) {
  const hermit_status status = begin(shell, request, code, options);
  return go_on(shell, request, status);
}

hermit_status Session::begin(Shell& shell, hermit_request request, hermit_text code,
                             const CellOptions& options) {
  const hermit_cell cell{code, {nullptr, 0}, request, options.flags, options.run_mode};
  return shell.execute(request, cell);
}

Ran Session::go_on(Shell& shell, hermit_request request, hermit_status status) {
  Ran ran;
  ran.request = request;
  ran.status = status;
  const auto deadline = soon();
  while (ran.status == HERMIT_PENDING) {
    const auto step = host_.next_step(request, deadline);
    if (step == Recorder::Step::nothing) break;
    if (step == Recorder::Step::resume) {
      ran.status = shell.resume(request);
    } else {
      ran.status = host_.heard(request).finishes.front();
    }
  }
  capture_.drain(true);
  ran.heard = host_.heard(request);
  host_.close(request);
  return ran;
}

Completion Session::complete(std::string_view code, std::uint64_t cursor) {
  Completion completion;
  completion.start = completion.end = cursor;
  const hermit_match_sink sink{&completion, keep_range, keep_match};
  completion.status =
      asked(host_, [&](auto request) { return shell_->complete(request, code, cursor, sink); });
  return completion;
}

Inspection Session::inspect(std::string_view code, std::uint64_t cursor) {
  Inspection inspection;
  const hermit_bundle_sink sink{&inspection.found, keep_bundle};
  inspection.status =
      asked(host_, [&](auto request) { return shell_->inspect(request, code, cursor, 1, sink); });
  return inspection;
}

Completeness Session::is_complete(std::string_view code) {
  Completeness completeness;
  const hermit_text_sink sink{&completeness.indent, keep_text};
  completeness.status = asked(
      host_, [&](auto request) { return shell_->is_complete(request, code, completeness.answer, sink); });
  return completeness;
}

}  // namespace hermit::check
