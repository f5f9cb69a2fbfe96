// Leaks: what grows when the same is done a thousand times.
#include <algorithm>
#include <chrono>

#include "check/catalogue.hpp"
#include "check/process_state.hpp"
#include "check/trial.hpp"

namespace hermit::check {
namespace {

constexpr std::string_view page = "docs/abi.md#conventions";
constexpr Rule owned{"hermit/abi.h", "convention 3", page};

// Rounds before anything is measured, and measured ones; fewer of what takes longer than the time for it.
constexpr int warming = 50;
constexpr int rounds = 1000;
constexpr int fewest_rounds = 20;
constexpr std::chrono::seconds time_for_rounds{15};

// What a round may add, for what a language keeps by nature: the compiled code of a cell, its source. And
// what allocators take and give back at their own time.
constexpr std::size_t bytes_a_round = std::size_t{48} << 10;
constexpr std::size_t bytes_at_all = std::size_t{4} << 20;

// Does it until it was done often enough; returns how often.
template <class Round>
int repeat(int count, Round round) {
  const auto deadline = std::chrono::steady_clock::now() + time_for_rounds;
  int done = 0;
  while (done < count && (done < fewest_rounds || std::chrono::steady_clock::now() < deadline)) {
    round();
    ++done;
  }
  return done;
}

template <class Round>
Verdict grows_little(Round round) {
  repeat(warming, round);
  const std::size_t before = memory_in_use();
  const int done = repeat(rounds, round);
  const std::size_t after = std::max(memory_in_use(), before);
  const std::size_t allowed = bytes_at_all + bytes_a_round * static_cast<std::size_t>(done);
  if (after - before <= allowed) return passed();
  return failed(std::to_string((after - before) >> 10) + " KiB more are in use after " +
                std::to_string(done) + " rounds, " +
                std::to_string((after - before) / static_cast<std::size_t>(done)) + " bytes each");
}

// One cell, of which nothing is remembered.
void run_and_forget(Trial& trial, std::string_view sample) {
  trial.run(trial.sample(sample));
  trial.session().host().forget();
}

Verdict cells_leak_nothing(Trial& trial) {
  return grows_little([&] { run_and_forget(trial, "prints"); });
}

Verdict errors_leak_nothing(Trial& trial) {
  return grows_little([&] { run_and_forget(trial, "fails"); });
}

Verdict values_leak_nothing(Trial& trial) {
  return grows_little([&] { run_and_forget(trial, "value"); });
}

Verdict completions_leak_nothing(Trial& trial) {
  const std::string code = trial.sample("completes");
  return grows_little([&] { trial.session().complete(code, code.size()); });
}

Verdict lives_leak_nothing(Trial& trial) {
  return grows_little([&] {
    const auto session = trial.start(Home::here, false);
    if (session) (*session)->run(trial.sample("prints"));
  });
}

Verdict descriptors_stay(Trial& trial) {
  repeat(warming, [&] { run_and_forget(trial, "prints"); });
  const std::size_t before = descriptor_count();
  const int done = repeat(rounds, [&] { run_and_forget(trial, "prints"); });
  const std::size_t after = descriptor_count();
  if (after <= before) return passed();
  return failed(std::to_string(after - before) + " descriptors more are open after " + std::to_string(done) +
                " cells");
}

Verdict threads_stay(Trial& trial) {
  repeat(warming, [&] { run_and_forget(trial, "prints"); });
  const std::size_t before = thread_count();
  const int done = repeat(rounds / 10, [&] { run_and_forget(trial, "prints"); });
  if (wait_until([&] { return thread_count() <= before; }, std::chrono::seconds(2))) return passed();
  return failed(std::to_string(thread_count() - before) + " threads more run after " + std::to_string(done) +
                " cells");
}

}  // namespace

Group leak_cases() {
  constexpr int level = 6;
  return {"leaks",
          {{.name = "cells-leak-nothing",
            .promise = "A thousand cells take no more memory than fifty.",
            .rule = owned,
            .advice = "free what a cell has taken when it ends; valgrind or LeakSanitizer say what that is",
            .run = cells_leak_nothing,
            .needs = {.samples = {"prints"}},
            .level = level},
           {.name = "errors-leak-nothing",
            .promise = "A thousand cells that fail take no more memory than fifty.",
            .rule = owned,
            .advice = "free what a cell has taken on the way out of an error too",
            .run = errors_leak_nothing,
            .needs = {.samples = {"fails"}},
            .level = level},
           {.name = "values-leak-nothing",
            .promise = "A thousand values that are shown take no more memory than fifty.",
            .rule = owned,
            .advice = "free the text of a value once result has returned",
            .run = values_leak_nothing,
            .needs = {.samples = {"value"}},
            .level = level},
           {.name = "completions-leak-nothing",
            .promise = "A thousand completions take no more memory than fifty.",
            .rule = owned,
            .advice = "free matches once sink->add has returned",
            .run = completions_leak_nothing,
            .needs = {.samples = {"completes"}, .extension = HERMIT_EXT_COMPLETE},
            .level = level},
           {.name = "lives-leak-nothing",
            .promise = "A thousand lives take no more memory than fifty.",
            .rule = {"hermit/shell.h", "destroy", page},
            .advice = "free in destroy all that create has taken",
            .run = lives_leak_nothing,
            .stage = Stage::library,
            .needs = {.samples = {"prints"}},
            .level = level},
           {.name = "descriptors-stay",
            .promise = "Cells leave no descriptors open.",
            .rule = owned,
            .advice = "close what the shell opens for a cell",
            .run = descriptors_stay,
            .needs = {.samples = {"prints"}},
            .level = level},
           {.name = "threads-stay",
            .promise = "Cells leave no threads behind.",
            .rule = owned,
            .advice = "join what the shell starts for a cell",
            .run = threads_stay,
            .needs = {.samples = {"prints"}},
            .level = level}}};
}

}  // namespace hermit::check
