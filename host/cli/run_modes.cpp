// hermit run-modes: the whole table of run modes (K3), as run_mode() has it.
#include <algorithm>
#include <iostream>

#include "cli/verbs.hpp"
#include "kernel/run_mode.hpp"

namespace hermit {
namespace {

// A request of some kind, and what a row of the table calls it.
struct Kind {
  std::string name;
  RequestType type;
  CellWish wish;
};

std::vector<Kind> kinds() {
  std::vector<Kind> all;
  for (const auto& [name, type] : request_types) {
    all.push_back({std::string(name), type, {}});
    if (type != RequestType::execute) continue;
    all.push_back({"  silent", type, {true, std::nullopt}});
    for (const RunMode mode : {RunMode::queue, RunMode::task, RunMode::thread}) {
      all.push_back({"  that asks for " + std::string(run_mode_name(mode)), type, {false, mode}});
    }
  }
  all.push_back({"any other", RequestType::unknown, {}});
  return all;
}

void print_row(std::string_view name, const std::vector<std::string_view>& columns) {
  std::string line(name);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    line.resize(std::max(line.size() + 1, 27 + 12 * i), ' ');
    line += columns[i];
  }
  std::cout << line << '\n';
}

}  // namespace

int run_modes() {
  constexpr Channel channels[] = {Channel::shell, Channel::control, Channel::stdin_};
  for (const auto& [setting, mode] : {std::pair("default", ConcurrencyMode::concurrent),
                                      std::pair("blocking", ConcurrencyMode::blocking)}) {
    if (mode == ConcurrencyMode::blocking) std::cout << '\n';
    std::cout << "concurrency_mode=" << setting << '\n';
    print_row("request", {"shell", "control", "stdin"});
    for (const auto& kind : kinds()) {
      std::vector<std::string_view> columns;
      for (const Channel channel : channels) {
        const auto found = run_mode(channel, kind.type, mode, kind.wish);
        columns.push_back(found ? run_mode_name(*found) : "refused");
      }
      print_row(kind.name, columns);
    }
  }
  return 0;
}

}  // namespace hermit
