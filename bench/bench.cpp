// hermit-bench: measures several kernels in one run, taking turns, and compares them with the floor.
//
// The order is: for each scenario, for each round, for each kernel. A disturbance of the machine so hits
// all kernels alike, and a scenario's figures of one round lie within seconds of each other. The kernel that
// comes first changes from round to round.

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <set>
#include <stdexcept>

#include <CLI/CLI.hpp>

#include "failure.hpp"
#include "report.hpp"
#include "scenario.hpp"

namespace {

namespace fs = std::filesystem;
using namespace hermit::bench;
using namespace std::chrono_literals;

struct Options {
  bool quick = false;
  bool smoke = false;
  int rounds = 0;  // 0: as many as the effort says
  std::vector<std::string> only;
  std::vector<std::string> select;
  std::vector<std::string> kernels;
  std::string python;
  std::string json;
};

// Many short rounds rather than few long ones: the kernels' turns then lie close together.
constexpr Effort thorough{.rounds = 31,
                          .batch = 100ms,
                          .settle = 1500ms,
                          .idle = 5000ms,
                          .lines = 100'000,
                          .big = 50'000'000,
                          .executes = 10'000,
                          .subshells = 1000};
constexpr Effort brief{.rounds = 7,
                       .batch = 60ms,
                       .settle = 1500ms,
                       .idle = 2000ms,
                       .lines = 100'000,
                       .big = 50'000'000,
                       .executes = 2'000,
                       .subshells = 200};
// Sees each scenario through, and measures nothing.
constexpr Effort least{.rounds = 1,
                       .batch = 1ms,
                       .settle = 1ms,
                       .idle = 1ms,
                       .lines = 100,
                       .big = 1000,
                       .executes = 10,
                       .subshells = 3};

// A folder for connection files and logs that goes away with this.
class Scratch {
 public:
  Scratch() {
    std::string name = fs::temp_directory_path() / "hermit-bench-XXXXXX";
    if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a folder like " + name);
    folder_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

Options read_options(int argc, char** argv, CLI::App& app) {
  Options options;
  std::set<std::string> names;
  for (const Scenario& scenario : all_scenarios()) names.insert(scenario.name);
  app.add_flag("--quick", options.quick, "Fewer and shorter rounds: for a look, not for a comparison");
  app.add_flag("--smoke", options.smoke,
               "As little as there is: shows that all works, the figures mean nothing")
      ->excludes("--quick");
  app.add_option("--rounds", options.rounds, "How often each kernel takes its turn")
      ->check(CLI::Range(1, 1000));
  app.add_option("--only", options.only, "Run only these scenarios")->check(CLI::IsMember(names));
  app.add_option("--select", options.select,
                 "Measure only these of the known kernels (and those of --kernel)");
  app.add_option("--kernel", options.kernels,
                 "Measure one more kernel, or start a known one by another command: "
                 "NAME[:LANGUAGE[:signal|message]]=COMMAND with {connection_file} in it; "
                 "LANGUAGE is lua (default), python, cpp or echo")
      ->allow_extra_args(false);
  app.add_option("--python", options.python,
                 "Run ipykernel with this Python; default: the project's, else python3 on PATH");
  app.add_option("--json", options.json, "Write all figures to this file, too");
  app.parse(argc, argv);
  return options;
}

fs::path program_folder() { return fs::read_symlink("/proc/self/exe").parent_path(); }

// The folder above this program in which the project's Python environment lies.
fs::path project_root() {
  fs::path folder = program_folder();
  while (folder.has_relative_path() && !fs::exists(folder / ".venv")) folder = folder.parent_path();
  return folder;
}

std::vector<Kernel> chosen_kernels(const Options& options) {
  std::vector<std::string> pythons{project_root() / ".venv/bin/python", "python3"};
  if (!options.python.empty()) pythons = {options.python};
  std::vector<Kernel> kernels = known_kernels(program_folder(), pythons);
  std::set<std::string> wanted(options.select.begin(), options.select.end());
  for (const std::string& name : wanted) {
    const auto has_name = [&](const Kernel& kernel) { return kernel.name == name; };
    if (std::none_of(kernels.begin(), kernels.end(), has_name)) {
      throw std::invalid_argument("'" + name + "' is no known kernel; describe it with --kernel");
    }
  }
  for (const std::string& text : options.kernels) {
    Kernel kernel = parse_kernel(text, kernels);
    wanted.insert(kernel.name);
    const auto known =
        std::find_if(kernels.begin(), kernels.end(), [&](const auto& k) { return k.name == kernel.name; });
    if (known != kernels.end())
      *known = kernel;
    else
      kernels.push_back(kernel);
  }
  if (!options.select.empty()) {
    std::erase_if(kernels, [&](const Kernel& kernel) { return !wanted.contains(kernel.name); });
  }
  return kernels;
}

// Runs scenarios on the kernels that are there.
class Runner {
 public:
  Runner(const std::vector<Kernel>& kernels, Effort effort, const fs::path& folder)
      : report_(effort), effort_(effort) {
    for (const Kernel& kernel : kernels) {
      if (const std::string absence = kernel.absence(); !absence.empty()) {
        std::cerr << "hermit-bench: " << kernel.name << " is left out: " << absence << '\n';
        report_.leave_out(kernel, absence);
      } else {
        report_.expect(kernel);
        subjects_.push_back(std::make_unique<Subject>(kernel, folder));
      }
    }
  }

  void run(const Scenario& scenario) {
    report_.expect(scenario);
    std::set<const Subject*> given_up;
    const int rounds = std::min(effort_.rounds, scenario.most_rounds);
    for (int round = 0; round < rounds; ++round) {
      show(scenario.name + ' ' + std::to_string(round + 1) + '/' + std::to_string(rounds));
      for (std::size_t turn = 0; turn < subjects_.size(); ++turn) {
        Subject& subject = *subjects_[(turn + static_cast<std::size_t>(round)) % subjects_.size()];
        if (!given_up.contains(&subject) && !measure(scenario, subject, round)) given_up.insert(&subject);
      }
      std::erase_if(subjects_, [&](const auto& subject) { return dead_.contains(subject.get()); });
    }
    show("");
  }

  const Report& report() const { return report_; }
  // Whether there is a kernel that has not failed to start.
  bool has_kernels() const { return !subjects_.empty(); }

 private:
  // Tells whoever watches a terminal what is going on.
  static void show(const std::string& text) {
    if (isatty(STDERR_FILENO)) std::cerr << "\r\033[K" << text << std::flush;
  }

  // One turn of one kernel; false when there is no point in another one.
  bool measure(const Scenario& scenario, Subject& subject, int round) {
    Findings findings;
    std::string reason;
    try {
      scenario.run(subject, effort_, findings);
    } catch (const Unsupported& unsupported) {
      reason = unsupported.what();
    } catch (const std::exception& failure) {
      reason = failure.what();
      subject.end_session();  // Whatever it is still doing, the next scenario begins with a new one.
      if (dynamic_cast<const NoStart*>(&failure)) dead_.insert(&subject);
      if (const std::string words = subject.last_words(); !words.empty())
        reason += " (it wrote: " + words + ")";
    }
    report_.add(subject.kernel(), round, findings);
    if (!findings.note().empty())
      report_.explain(subject.kernel(), scenario.name + " (note)", findings.note());
    if (!reason.empty()) report_.explain(subject.kernel(), scenario.name, reason);
    return reason.empty();
  }

  Report report_;
  Effort effort_;
  std::vector<std::unique_ptr<Subject>> subjects_;
  std::set<const Subject*> dead_;  // those that do not start
};

int run(const Options& options) {
  Effort effort = options.smoke ? least : options.quick ? brief : thorough;
  if (options.rounds > 0) effort.rounds = options.rounds;
#ifndef __OPTIMIZE__
  std::cerr << "hermit-bench: built without optimisation; the figures are only good for trying things out\n";
#endif
  const Scratch scratch;
  // The cells that are run here do not belong into anybody's history.
  setenv("XDG_DATA_HOME", scratch.folder().c_str(), 1);
  setenv("IPYTHONDIR", scratch.folder().c_str(), 1);
  Runner runner(chosen_kernels(options), effort, scratch.folder());
  for (const Scenario& scenario : all_scenarios()) {
    const auto& only = options.only;
    if (only.empty() || std::find(only.begin(), only.end(), scenario.name) != only.end())
      runner.run(scenario);
  }
  if (!runner.has_kernels()) std::cerr << "hermit-bench: no kernel could be measured\n";
  runner.report().print_table(std::cout);
  if (!options.json.empty()) runner.report().write_json(options.json);
  return runner.has_kernels() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Measures Jupyter kernels side by side, as ratios to a floor that only signs and sends"};
  try {
    return run(read_options(argc, argv, app));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::invalid_argument& error) {
    std::cerr << "hermit-bench: " << error.what() << '\n';
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "hermit-bench: " << error.what() << '\n';
    return 1;
  }
}
