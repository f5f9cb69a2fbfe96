// Report: medians, ratios, and what there is to say about gaps.
#include "report.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <ostream>
#include <stdexcept>
#include <thread>

#include <nlohmann/json.hpp>

namespace hermit::bench {
namespace {

// Three digits that mean something, and counts as they are: 0.0123, 1.23, 12.3, 123, 12,345, 7.
std::string in_digits(double value) {
  char text[64];
  const bool whole = value == std::round(value);
  const int decimals = whole ? 0 : std::clamp(2 - static_cast<int>(std::floor(std::log10(value))), 0, 4);
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  std::string digits = text;
  for (auto at = static_cast<std::ptrdiff_t>(std::min(digits.find('.'), digits.size())) - 3; at > 0;
       at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

// Columns on the terminal that a UTF-8 text takes: one a code point, as nothing wide is printed here.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t columns) {
  return text + std::string(columns > width(text) ? columns - width(text) : 0, ' ');
}

std::string processor() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("model name")) return line.substr(std::min(line.find(": ") + 2, line.size()));
  }
  return "unknown processor";
}

std::string system_name() {
  utsname name{};
  uname(&name);
  return std::string(name.sysname) + " " + name.release + " " + name.machine;
}

}  // namespace

void Report::expect(const Scenario& scenario) {
  metrics_.insert(metrics_.end(), scenario.metrics.begin(), scenario.metrics.end());
}

void Report::add(const Kernel& kernel, const Findings& findings) {
  for (const auto& [metric, value] : findings.values()) samples_[{metric, kernel.name}].push_back(value);
}

void Report::explain(const Kernel& kernel, const std::string& place, const std::string& reason) {
  const auto key = std::make_pair(kernel.name, place);
  const bool known =
      std::any_of(reasons_.begin(), reasons_.end(), [&](const auto& one) { return one.first == key; });
  if (!known) reasons_.emplace_back(key, reason);
}

const Report::Samples* Report::samples(const std::string& metric, const std::string& kernel) const {
  const auto found = samples_.find({metric, kernel});
  return found == samples_.end() ? nullptr : &found->second;
}

double Report::ratio(const Metric& metric, const std::string& kernel) const {
  const Samples* mine = samples(metric.id, kernel);
  const Samples* floor = samples(metric.id, floor_name);
  if (!metric.has_ratio || !mine || !floor || kernel == floor_name || median(*floor) == 0) return 0;
  const double times = median(*mine) / median(*floor);
  return metric.more_is_better ? 1 / times : times;
}

std::string Report::cell(const Metric& metric, const std::string& kernel) const {
  const Samples* values = samples(metric.id, kernel);
  if (!values) return "-";
  const double times = ratio(metric, kernel);
  return in_digits(median(*values)) + (times == 0 ? "" : " (×" + in_digits(times) + ")");
}

void Report::print_table(std::ostream& out) const {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> head{"median of rounds (×N: so many times the floor)"};
  for (const Kernel& kernel : kernels_) head.push_back(kernel.name);
  rows.push_back(head);
  for (const Metric& metric : metrics_) {
    std::vector<std::string> row{metric.title + (metric.unit.empty() ? "" : ", " + metric.unit) +
                                 (metric.more_is_better && metric.has_ratio ? " (more is better)" : "")};
    for (const Kernel& kernel : kernels_) row.push_back(cell(metric, kernel.name));
    rows.push_back(row);
  }
  std::vector<std::size_t> widths(head.size(), 3);  // A Markdown rule has three dashes at least.
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  const auto print = [&](const std::vector<std::string>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) out << "| " << padded(row[i], widths[i]) << ' ';
    out << "|\n";
  };
  out << processor() << ", " << std::thread::hardware_concurrency() << " processors, " << system_name()
      << ", " << effort_.rounds << " rounds\n\n";
  print(rows[0]);
  for (const std::size_t columns : widths) out << "| " << std::string(columns, '-') << ' ';
  out << "|\n";
  for (std::size_t i = 1; i < rows.size(); ++i) print(rows[i]);
  if (!reasons_.empty()) out << '\n';
  for (const auto& [key, reason] : reasons_) out << key.first << ", " << key.second << ": " << reason << '\n';
}

void Report::write_json(const std::string& file) const {
  using nlohmann::json;
  json kernels = json::array(), metrics = json::array(), reasons = json::array();
  for (const Kernel& kernel : kernels_) kernels.push_back({{"name", kernel.name}, {"argv", kernel.argv}});
  for (const Metric& metric : metrics_) {
    json values = json::object();
    for (const Kernel& kernel : kernels_) {
      const Samples* found = samples(metric.id, kernel.name);
      if (!found) continue;
      json& value = values[kernel.name] = {{"median", median(*found)}, {"rounds", *found}};
      if (const double times = ratio(metric, kernel.name); times != 0) value["ratio"] = times;
    }
    metrics.push_back({{"id", metric.id},
                       {"title", metric.title},
                       {"unit", metric.unit},
                       {"more_is_better", metric.more_is_better},
                       {"kernels", values}});
  }
  for (const auto& [key, reason] : reasons_) {
    reasons.push_back({{"kernel", key.first}, {"place", key.second}, {"reason", reason}});
  }
  const json all = {{"processor", processor()}, {"processors", std::thread::hardware_concurrency()},
                    {"system", system_name()},  {"rounds", effort_.rounds},
                    {"floor", floor_name},      {"kernels", kernels},
                    {"metrics", metrics},       {"reasons", reasons}};
  std::ofstream out(file);
  out << all.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
  if (!out) throw std::runtime_error("cannot write " + file);
}

}  // namespace hermit::bench
