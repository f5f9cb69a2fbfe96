// Scenario: one thing that is done to a kernel and the figures that come of it.
//
// To add one, write a file in scenarios/ that defines a function returning a Scenario, declare it below, and
// name it in all_scenarios() (scenario.cpp). The runner in bench.cpp takes care of the rounds, of failures
// and of the kernels' lives.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client.hpp"
#include "kernel.hpp"
#include "process.hpp"
#include "quantile.hpp"

namespace hermit::bench {

// What a figure of Hermit's shall not exceed; nothing for those that are only documented.
struct Aim {
  enum class Of { nothing, ratio, value };

  Of of = Of::nothing;
  double most = 0;

  static Aim ratio(double most) { return {Of::ratio, most}; }
  static Aim value(double most) { return {Of::value, most}; }
};

// What a figure of a scenario is called. Less is better for all, but for those that say otherwise.
struct Metric {
  std::string id;         // as in the JSON file, such as "kernel_info_p50"
  std::string title;      // as in the table
  std::string unit = "";  // "ms", "µs", "MiB", "1/s" or "" for a count
  bool more_is_better = false;
  bool has_ratio = true;  // whether dividing it by the floor's means something
  Aim aim = {};
};

// How much is done in a round.
struct Effort {
  int rounds = 0;
  std::chrono::milliseconds batch{};   // how long a scenario of round trips goes on
  std::chrono::milliseconds settle{};  // before a kernel that has nothing to do is looked at
  std::chrono::milliseconds idle{};    // watched for wake-ups
  std::size_t lines = 0;               // printed one by one
  std::size_t big = 0;                 // bytes printed at once
  std::size_t executes = 0;            // while memory is watched
  std::size_t subshells = 0;           // alive at the same time
};

// Beyond this a kernel is taken to hang. No figure is anywhere near.
constexpr std::chrono::seconds hang_limit{20};

// A kernel that runs, and a client connected to it.
struct Session {
  // Starts `kernel`; its connection file and log go to `folder`. Throws Failure.
  Session(const Kernel& kernel, const std::filesystem::path& folder);

  Connection connection;
  Process process;
  Client client;
};

// A kernel while it is measured.
class Subject {
 public:
  Subject(Kernel kernel, std::filesystem::path folder)
      : kernel_(std::move(kernel)), folder_(std::move(folder)) {}

  const Kernel& kernel() const { return kernel_; }
  // The session that warm scenarios share; started, and its iopub subscribed, when there is none.
  Session& session();
  // Starts a session of its own for the caller.
  std::unique_ptr<Session> fresh_session() const;
  // Ends the shared session, whatever state its kernel is in.
  void end_session() { session_.reset(); }
  // The last line of what the kernel wrote to its terminal; empty when it wrote none.
  std::string last_words() const;

 private:
  Kernel kernel_;
  std::filesystem::path folder_;
  std::unique_ptr<Session> session_;
};

// What one run of a scenario found: a value for each metric that could be measured. What has been put in
// before an exception counts.
class Findings {
 public:
  void add(const std::string& metric, double value) { values_[metric] = value; }
  // A sentence that the reader of the table should know.
  void note(std::string text) { note_ = std::move(text); }
  const std::map<std::string, double>& values() const { return values_; }
  const std::string& note() const { return note_; }

 private:
  std::map<std::string, double> values_;
  std::string note_;
};

struct Scenario {
  std::string name;  // for --only
  std::vector<Metric> metrics;
  int most_rounds;  // for those that take long and vary little
  // Measures once. Throws Unsupported or Failure.
  std::function<void(Subject&, const Effort&, Findings&)> run;
};

// For scenarios of which every round is worth its time.
constexpr int any_rounds = 1000;

Scenario start_scenario();
Scenario kernel_info_scenario();
Scenario in_flight_scenario();
Scenario execute_in_flight_scenario();
Scenario execute_scenario();
Scenario spin_scenario();
Scenario lines_scenario();
Scenario big_scenario();
Scenario progress_scenario();
Scenario slow_reader_scenario();
Scenario comm_scenario();
Scenario subshells_scenario();
Scenario memory_scenario();
Scenario idle_scenario();

// All of them, in the order in which they run.
std::vector<Scenario> all_scenarios();

// Units that figures are given in.
inline double milliseconds(Client::Duration time) { return static_cast<double>(time.count()) / 1e6; }
inline double microseconds(Client::Duration time) { return static_cast<double>(time.count()) / 1e3; }
inline double mebibytes(std::int64_t bytes) { return static_cast<double>(bytes) / (1024.0 * 1024.0); }
inline double kibibytes(std::int64_t bytes) { return static_cast<double>(bytes) / 1024.0; }

// A snippet of a kernel's language; throws Unsupported when the language has none for this.
const std::string& snippet(const Subject& subject, std::string Language::* which);

}  // namespace hermit::bench
