// Report: collects the figures of all rounds, and shows them as a table or as JSON.
#pragma once

#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenario.hpp"

namespace hermit::bench {

// The kernel that ratios are taken to.
constexpr const char* floor_name = "floor";

// How many times worse than the floor a kernel is. Taken round by round, since whatever else the machine did
// in a round hit both; then the median and the middle half of all rounds.
struct Ratio {
  double median, low, high;
};

class Report {
 public:
  explicit Report(Effort effort) : effort_(effort) {}

  // Adds a column.
  void expect(const Kernel& kernel) { kernels_.push_back(kernel); }
  // Adds a scenario's metrics to the rows.
  void expect(const Scenario& scenario);
  // Remembers a kernel that has no column.
  void leave_out(const Kernel& kernel, const std::string& reason);

  // Takes the values of one round of one kernel.
  void add(const Kernel& kernel, int round, const Findings& findings);
  // Remembers why a kernel has no figure, or not all of them. The first reason for a place stands.
  void explain(const Kernel& kernel, const std::string& place, const std::string& reason);

  // The ratio of a kernel's figures to the floor's; nothing when there is no such thing.
  std::optional<Ratio> ratio(const Metric& metric, const std::string& kernel) const;
  // Whether a figure is above its aim. Nothing when it has no aim, or the kernel is not judged, or neither
  // figure nor ratio was found.
  std::optional<bool> misses(const Metric& metric, const Kernel& kernel) const;

  // The medians of the rounds, each with its ratio to the floor's and its aim, and the reasons below.
  void print_table(std::ostream& out) const;
  // All of it, every round's value too, for other programs to read.
  void write_json(const std::string& file) const;

 private:
  using Samples = std::map<int, double>;  // by round

  const Samples* samples(const std::string& metric, const std::string& kernel) const;
  std::string cell(const Metric& metric, const Kernel& kernel) const;
  std::vector<std::vector<std::string>> rows() const;
  void print_misses(std::ostream& out) const;

  Effort effort_;
  std::vector<Kernel> kernels_;
  std::vector<Metric> metrics_;
  std::map<std::pair<std::string, std::string>, Samples> samples_;                    // by metric and kernel
  std::vector<std::pair<std::pair<std::string, std::string>, std::string>> reasons_;  // by kernel and place
  std::vector<std::pair<std::string, std::string>> left_out_;                         // kernel and reason
};

}  // namespace hermit::bench
