// Report: collects the figures of all rounds, and shows them as a table or as JSON.
#pragma once

#include <iosfwd>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scenario.hpp"

namespace hermit::bench {

// The kernel that ratios are taken to.
constexpr const char* floor_name = "floor";

class Report {
 public:
  // `kernels` become the columns, in this order.
  explicit Report(std::vector<Kernel> kernels, Effort effort)
      : kernels_(std::move(kernels)), effort_(effort) {}

  // Takes the values of one round of one kernel.
  void add(const Kernel& kernel, const Findings& findings);
  // Remembers why a kernel has no figure, or not all of them. The first reason for a place stands.
  void explain(const Kernel& kernel, const std::string& place, const std::string& reason);
  // Adds a scenario's metrics to the rows.
  void expect(const Scenario& scenario);

  // The medians of the rounds, each with its ratio to the floor's, and the reasons below.
  void print_table(std::ostream& out) const;
  // All of it, every round's value too, for other programs to read.
  void write_json(const std::string& file) const;

 private:
  using Samples = std::vector<double>;

  const Samples* samples(const std::string& metric, const std::string& kernel) const;
  // How many times worse than the floor's the median is; 0 when there is no such thing.
  double ratio(const Metric& metric, const std::string& kernel) const;
  std::string cell(const Metric& metric, const std::string& kernel) const;

  std::vector<Kernel> kernels_;
  Effort effort_;
  std::vector<Metric> metrics_;
  std::map<std::pair<std::string, std::string>, Samples> samples_;                    // by metric and kernel
  std::vector<std::pair<std::pair<std::string, std::string>, std::string>> reasons_;  // by kernel and place
};

}  // namespace hermit::bench
