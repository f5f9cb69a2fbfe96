#include "check/runner.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "base/file.hpp"
#include "base/mutex.hpp"
#include "base/thread.hpp"
#include "check/catalogue.hpp"
#include "check/samples.hpp"
#include "check/trial.hpp"
#include "client/process.hpp"
#include "worker/backtrace.hpp"
#include "worker/child.hpp"

namespace hermit::check {
namespace {

using Clock = std::chrono::steady_clock;

// How long a process that has hung may take to say where.
constexpr std::chrono::seconds last_words{3};

// A report is a few lines; a shell that writes there is cut off.
constexpr std::size_t longest_report = 1 << 20;

// How many cases are tried at the same time at most. Each may use several threads.
constexpr unsigned most_at_once = 4;

std::string read_report(const Descriptor& file) {
  std::string text(longest_report, '\0');
  const ssize_t got = pread(file.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

// What a process has told: its verdict, or what it waited for and where it crashed.
struct Told {
  std::optional<Verdict> verdict;
  std::string waited_for;
  std::string crash;
};

Told read_told(std::string_view text) {
  Told told;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    if (line.starts_with(step_mark)) {
      told.waited_for = line.substr(step_mark.size());
    } else if (line.starts_with(verdict_mark)) {
      if (auto verdict = read_verdict(line.substr(verdict_mark.size()))) told.verdict = std::move(*verdict);
    } else {
      told.crash = text;
      break;
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return told;
}

// Where a process was, without the host's own frames below the shell's.
std::vector<std::string> frames_of(const worker::CrashReport& report) {
  std::vector<std::string> frames;
  for (const auto& frame : report.frames) {
    if (frame.ends_with("  in hermit") && !frames.empty()) break;
    frames.push_back(frame);
  }
  return frames;
}

Verdict crash(const Ending& ending, const Told& told) {
  Verdict verdict;
  verdict.outcome = Outcome::crashed;
  const auto report = worker::read_crash_report(told.crash);
  verdict.text = ending.signal != 0 ? "the process was ended by " + worker::signal_text(ending.signal)
                                    : "the process ended with exit code " + std::to_string(ending.exit_code);
  if (!report.address.empty()) verdict.text += " at address " + report.address;
  if (!told.waited_for.empty()) verdict.text += ", waiting for " + told.waited_for;
  verdict.frames = frames_of(report);
  return verdict;
}

Verdict hung(const Told& told, int limit) {
  auto verdict = failed("it did not end within " + std::to_string(limit) + " s: it waited for " +
                        (told.waited_for.empty() ? "the library to be loaded" : told.waited_for));
  verdict.frames = frames_of(worker::read_crash_report(told.crash));
  return verdict;
}

// Tries one case in a process of its own.
Verdict try_case(const Case& tried, const std::filesystem::path& program, const FoundShell& shell,
                 const Options& options) {
  // Inherited by the process, and on purpose not closed on exec.
  const Descriptor report(memfd_create("report", 0));
  ProcessOptions start;
  start.program = program;
  start.arguments = {std::string(child_verb), std::to_string(report.get()), shell.library.string(),
                     std::string(tried.name)};
  auto process = Process::start(start);
  if (!process) return failed(process.error().message);
  auto ending = process->wait(Clock::now() + std::chrono::seconds(options.time_limit));
  const bool in_time = ending.has_value();
  if (!in_time) {
    // Its handler writes where it is.
    process->signal(SIGABRT);
    if (!process->wait(Clock::now() + last_words)) kill(-process->pid(), SIGKILL);
    ending = process->wait(Clock::time_point::max());
  }
  const Told told = read_told(read_report(report));
  if (!in_time) return hung(told, options.time_limit);
  if (told.verdict && ending->exit_code == 0) return *told.verdict;
  return crash(*ending, told);
}

// What is known of a shell once the gates are passed.
struct Known {
  Json manifest = Json::object();
  Json offers = Json::array();

  void add(const Json& facts) {
    if (facts.contains("manifest")) manifest = facts["manifest"];
    if (facts.contains("offers")) offers = facts["offers"];
  }
};

// The verdict on a case that cannot be tried; nothing when it can.
std::optional<Verdict> why_not(const Case& tried, const Known& known, int strictness) {
  const Needs& needs = tried.needs;
  if (!needs.ability.empty()) {
    const auto abilities = known.manifest.value("abilities", Json::object());
    if (!abilities.value(std::string(needs.ability), false))
      return skipped("the shell does not have the ability \"" + std::string(needs.ability) + "\"");
  }
  const auto is_wanted = [&](const Json& id) { return id.get<std::string>() == needs.extension; };
  if (!needs.extension.empty() && std::none_of(known.offers.begin(), known.offers.end(), is_wanted))
    return skipped("the shell does not offer " + std::string(needs.extension));
  const Samples samples(known.manifest);
  for (const auto name : needs.samples) {
    if (samples.has(name)) continue;
    if (samples.is_declined(name))
      return skipped("the manifest says that the language has nothing for the sample \"" + std::string(name) +
                     "\"");
    const std::string text = "the manifest's \"check\" has no sample \"" + std::string(name) + "\"";
    return strictness < samples_wanted_from ? skipped(text) : warning(text, samples_needed_from);
  }
  return std::nullopt;
}

// The cases of one run, tried by several threads, the gates first and alone.
class Run {
 public:
  Run(const Options& options, const std::filesystem::path& program, Report& report)
      : options_(options), program_(program), report_(report) {}

  // Returns false when a gate has failed.
  bool pass_gates() {
    for (const auto& group : catalogue()) {
      for (const auto& tried : group.cases) {
        if (!tried.is_gate) continue;
        const auto no = why_not(tried, known_, options_.strictness);
        const Verdict verdict = no ? *no : try_now(tried);
        known_.add(verdict.facts);
        gates_.emplace_back(&tried, verdict);
        if (report_.counts(verdict)) return false;
      }
    }
    return true;
  }

  // The gate that has failed last.
  std::string_view closed_gate() const { return gates_.back().first->name; }

  void add(std::string_view group, const Case& tried) { report_.cases.push_back({group, &tried, {}, 0}); }

  void try_all(bool open, const std::function<void(const Tried&)>& shown) {
    std::vector<std::thread> threads;
    const unsigned count = std::clamp(std::thread::hardware_concurrency(), 1u, most_at_once);
    for (unsigned i = 0; i < count; ++i) threads.push_back(start_user_thread("check", [&] { work(open); }));
    for (std::size_t i = 0; i < report_.cases.size(); ++i) {
      {
        Lock lock(mutex_);
        while (done_.count(i) == 0) changed_.wait(lock);
      }
      shown(report_.cases[i]);
    }
    for (auto& thread : threads) thread.join();
  }

 private:
  Verdict try_now(const Case& tried) const { return try_case(tried, program_, report_.shell, options_); }

  Verdict judge(const Case& tried, bool open) const {
    for (const auto& [gate, verdict] : gates_) {
      if (gate == &tried) return verdict;
    }
    if (!open && !gates_.empty())
      return skipped("the case " + std::string(closed_gate()) + " has to pass before it");
    if (const auto verdict = why_not(tried, known_, options_.strictness)) return *verdict;
    return try_now(tried);
  }

  void work(bool open) EXCLUDES(mutex_) {
    for (;;) {
      std::size_t mine = 0;
      {
        Lock lock(mutex_);
        if (next_ == report_.cases.size()) return;
        mine = next_++;
      }
      const auto begun = Clock::now();
      Tried& tried = report_.cases[mine];
      tried.verdict = judge(*tried.tried, open);
      tried.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
      Lock lock(mutex_);
      done_.insert(mine);
      changed_.notify_all();
    }
  }

  const Options& options_;
  const std::filesystem::path& program_;
  Report& report_;
  Known known_;
  std::vector<std::pair<const Case*, Verdict>> gates_;

  Mutex mutex_;
  Condition changed_;
  std::size_t next_ GUARDED_BY(mutex_) = 0;
  std::set<std::size_t> done_ GUARDED_BY(mutex_);
};

}  // namespace

bool Report::counts(const Verdict& verdict) const {
  return verdict.outcome == Outcome::failed || verdict.outcome == Outcome::crashed ||
         (verdict.outcome == Outcome::warning && strictness >= verdict.counts_from);
}

std::size_t Report::count(Outcome outcome) const {
  return static_cast<std::size_t>(std::count_if(
      cases.begin(), cases.end(), [&](const Tried& tried) { return tried.verdict.outcome == outcome; }));
}

bool Report::good() const {
  return std::none_of(cases.begin(), cases.end(),
                      [this](const Tried& tried) { return counts(tried.verdict); });
}

Report run(const Options& options, const std::filesystem::path& program, const FoundShell& shell,
           const std::function<void(const Tried&)>& shown) {
  Report report;
  report.shell = shell;
  report.strictness = options.strictness;
  Run run(options, program, report);
  for (const auto& group : catalogue()) {
    for (const auto& tried : group.cases) {
      const bool wanted =
          options.only.empty() ? tried.level <= options.strictness : tried.name == options.only;
      if (wanted) run.add(group.name, tried);
    }
  }
  const bool open = run.pass_gates();
  run.try_all(open, shown);
  return report;
}

}  // namespace hermit::check
