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
  const int decimals =
      whole ? 0 : std::clamp(2 - static_cast<int>(std::floor(std::log10(std::abs(value)))), 0, 4);
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  std::string digits = text;
  const std::ptrdiff_t first = value < 0 ? 1 : 0;  // behind the sign
  for (auto at = static_cast<std::ptrdiff_t>(std::min(digits.find('.'), digits.size())) - 3; at > first;
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

std::vector<double> values_of(const std::map<int, double>& samples) {
  std::vector<double> values;
  for (const auto& [round, value] : samples) values.push_back(value);
  return values;
}

std::string in_words(const Aim& aim) {
  switch (aim.of) {
    case Aim::Of::ratio:
      return "×" + in_digits(aim.most);
    case Aim::Of::value:
      return in_digits(aim.most);
    case Aim::Of::nothing:
      break;
  }
  return "";
}

// What a figure above its aim is marked with.
constexpr const char* miss_mark = " ✗";

}  // namespace

void Report::expect(const Scenario& scenario) {
  metrics_.insert(metrics_.end(), scenario.metrics.begin(), scenario.metrics.end());
}

void Report::leave_out(const Kernel& kernel, const std::string& reason) {
  left_out_.emplace_back(kernel.name, reason);
}

void Report::add(const Kernel& kernel, int round, const Findings& findings) {
  for (const auto& [metric, value] : findings.values()) samples_[{metric, kernel.name}][round] = value;
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

std::optional<Ratio> Report::ratio(const Metric& metric, const std::string& kernel) const {
  const Samples* mine = samples(metric.id, kernel);
  const Samples* floor = samples(metric.id, floor_name);
  if (!metric.has_ratio || !mine || !floor || kernel == floor_name) return std::nullopt;
  std::vector<double> ratios;
  for (const auto& [round, value] : *mine) {
    const auto other = floor->find(round);
    if (other == floor->end() || other->second == 0 || value == 0) continue;
    ratios.push_back(metric.more_is_better ? other->second / value : value / other->second);
  }
  if (ratios.empty()) return std::nullopt;
  return Ratio{quantile(ratios, 0.5), quantile(ratios, 0.25), quantile(ratios, 0.75)};
}

std::optional<bool> Report::misses(const Metric& metric, const Kernel& kernel) const {
  if (!kernel.judged || metric.aim.of == Aim::Of::nothing) return std::nullopt;
  if (metric.aim.of == Aim::Of::ratio) {
    const auto times = ratio(metric, kernel.name);
    return times ? std::optional(times->median > metric.aim.most) : std::nullopt;
  }
  const Samples* values = samples(metric.id, kernel.name);
  return values ? std::optional(median(values_of(*values)) > metric.aim.most) : std::nullopt;
}

std::string Report::cell(const Metric& metric, const Kernel& kernel) const {
  const Samples* values = samples(metric.id, kernel.name);
  if (!values) return "-";
  std::string text = in_digits(median(values_of(*values)));
  if (const auto times = ratio(metric, kernel.name)) {
    text +=
        " (×" + in_digits(times->median) + ", " + in_digits(times->low) + "–" + in_digits(times->high) + ")";
  }
  return misses(metric, kernel).value_or(false) ? text + miss_mark : text;
}

std::vector<std::vector<std::string>> Report::rows() const {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> head{"median of rounds (×N: so many times the floor)", "aim"};
  for (const Kernel& kernel : kernels_) head.push_back(kernel.name);
  rows.push_back(head);
  for (const Metric& metric : metrics_) {
    std::vector<std::string> row{metric.title + (metric.unit.empty() ? "" : ", " + metric.unit) +
                                     (metric.more_is_better && metric.has_ratio ? " (more is better)" : ""),
                                 in_words(metric.aim)};
    for (const Kernel& kernel : kernels_) row.push_back(cell(metric, kernel));
    rows.push_back(row);
  }
  return rows;
}

void Report::print_misses(std::ostream& out) const {
  std::size_t judged = 0, missed = 0;
  for (const Metric& metric : metrics_) {
    for (const Kernel& kernel : kernels_) {
      const auto misses_it = misses(metric, kernel);
      if (!misses_it) continue;
      ++judged;
      if (!*misses_it) continue;
      ++missed;
      out << "misses its aim: " << kernel.name << ", " << metric.title << ": " << cell(metric, kernel)
          << ", aim " << in_words(metric.aim) << '\n';
    }
  }
  out << "aims: " << judged - missed << " of " << judged << " met\n";
}

void Report::print_table(std::ostream& out) const {
  const auto rows = this->rows();
  std::vector<std::size_t> widths(rows.front().size(), 3);  // A Markdown rule has three dashes at least.
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  const auto print = [&](const std::vector<std::string>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) out << "| " << padded(row[i], widths[i]) << ' ';
    out << "|\n";
  };
  out << processor() << ", " << std::thread::hardware_concurrency() << " processors, " << system_name()
      << ", " << effort_.rounds << " rounds\n"
      << in_digits(static_cast<double>(effort_.lines)) << " lines, a text of "
      << in_digits(static_cast<double>(effort_.big)) << " bytes, "
      << in_digits(static_cast<double>(effort_.subshells)) << " subshells, memory over "
      << in_digits(static_cast<double>(effort_.executes)) << " executes\n\n";
  print(rows[0]);
  for (const std::size_t columns : widths) out << "| " << std::string(columns, '-') << ' ';
  out << "|\n";
  for (std::size_t i = 1; i < rows.size(); ++i) print(rows[i]);
  out << '\n';
  print_misses(out);
  for (const auto& [kernel, reason] : left_out_) out << "left out: " << kernel << ": " << reason << '\n';
  for (const auto& [key, reason] : reasons_) out << key.first << ", " << key.second << ": " << reason << '\n';
}

namespace {

nlohmann::json json_of(const Effort& effort) {
  return {{"rounds", effort.rounds},
          {"lines", effort.lines},
          {"big", effort.big},
          {"executes", effort.executes},
          {"subshells", effort.subshells}};
}

nlohmann::json json_of(const Aim& aim) {
  if (aim.of == Aim::Of::nothing) return nullptr;
  return {{aim.of == Aim::Of::ratio ? "ratio" : "value", aim.most}};
}

}  // namespace

void Report::write_json(const std::string& file) const {
  using nlohmann::json;
  json kernels = json::array(), metrics = json::array(), reasons = json::array(), left_out = json::array();
  for (const Kernel& kernel : kernels_) kernels.push_back({{"name", kernel.name}, {"argv", kernel.argv}});
  for (const Metric& metric : metrics_) {
    json values = json::object();
    for (const Kernel& kernel : kernels_) {
      const Samples* found = samples(metric.id, kernel.name);
      if (!found) continue;
      const auto rounds = values_of(*found);
      json& value = values[kernel.name] = {{"median", median(rounds)}, {"rounds", rounds}};
      if (const auto times = ratio(metric, kernel.name))
        value["ratio"] = {{"median", times->median}, {"low", times->low}, {"high", times->high}};
      if (const auto misses_it = misses(metric, kernel)) value["misses_aim"] = *misses_it;
    }
    metrics.push_back({{"id", metric.id},
                       {"title", metric.title},
                       {"unit", metric.unit},
                       {"more_is_better", metric.more_is_better},
                       {"aim", json_of(metric.aim)},
                       {"kernels", values}});
  }
  for (const auto& [kernel, reason] : left_out_) left_out.push_back({{"kernel", kernel}, {"reason", reason}});
  for (const auto& [key, reason] : reasons_) {
    reasons.push_back({{"kernel", key.first}, {"place", key.second}, {"reason", reason}});
  }
  const json all = {{"processor", processor()}, {"processors", std::thread::hardware_concurrency()},
                    {"system", system_name()},  {"effort", json_of(effort_)},
                    {"floor", floor_name},      {"kernels", kernels},
                    {"metrics", metrics},       {"left_out", left_out},
                    {"reasons", reasons}};
  std::ofstream out(file);
  out << all.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
  if (!out) throw std::runtime_error("cannot write " + file);
}

}  // namespace hermit::bench
