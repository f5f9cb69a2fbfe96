#include "cli/verb_list.hpp"

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/program.hpp"
#include "cli/reference.hpp"
#include "cli/verbs.hpp"

namespace hermit {
namespace {

// What options are read into.
struct Given {
  std::string shell;  // a name, or the path of a library
  KernelspecOptions kernelspec;
  std::string output;
  std::string format;
};

void add_place(CLI::App& verb, KernelspecPlace& place) {
  const std::vector<CLI::Option*> options = {
      verb.add_flag("--user", place.user, "the user's own data folder (the default)"),
      verb.add_flag("--sys-prefix,--sys_prefix", place.sys_prefix, "the active Python environment"),
      verb.add_option("--prefix", place.prefix, "PREFIX/share/jupyter")};
  for (auto* option : options) option->group("Where Jupyter's kernelspecs are, one of");
}

bool is_ambiguous(const KernelspecPlace& place) {
  return int{place.user} + int{place.sys_prefix} + int{!place.prefix.empty()} > 1;
}

// A verb that works on the kernelspecs of one place.
RunVerb at_one_place(const std::shared_ptr<Given>& given, RunVerb run) {
  return [given, run = std::move(run)] {
    if (is_ambiguous(given->kernelspec.place)) {
      return report(Error{"--user, --sys-prefix and --prefix exclude each other", Exit::usage});
    }
    return run();
  };
}

RunVerb add_start(CLI::App&) {
  // Its arguments are settings, to which a shell adds; see start().
  return [] { return start({}); };
}

RunVerb add_install(CLI::App& verb) {
  const auto given = std::make_shared<Given>();
  verb.add_option("SHELL", given->shell, "the name of a shell, or the path of its library")->required();
  verb.add_option("--name", given->kernelspec.name, "the kernelspec's name; hermit-SHELL without it");
  verb.add_option("--display-name,--display_name", given->kernelspec.display_name, "what Jupyter shows");
  add_place(verb, given->kernelspec.place);
  return at_one_place(given, [given] { return install(given->shell, given->kernelspec); });
}

RunVerb add_uninstall(CLI::App& verb) {
  const auto given = std::make_shared<Given>();
  verb.add_option("SHELL", given->shell, "the name of the shell");
  verb.add_option("--name", given->kernelspec.name, "the kernelspec's name; hermit-SHELL without it");
  add_place(verb, given->kernelspec.place);
  return at_one_place(given, [given] {
    if (given->shell.empty() && given->kernelspec.name.empty()) {
      return report(Error{"uninstall needs the name of a shell, or --name", Exit::usage});
    }
    return uninstall(given->shell, given->kernelspec);
  });
}

RunVerb add_list(CLI::App& verb) {
  const auto given = std::make_shared<Given>();
  add_place(verb, given->kernelspec.place);
  return at_one_place(given, [given] { return list(given->kernelspec.place); });
}

RunVerb add_manifest(CLI::App& verb) {
  const auto given = std::make_shared<Given>();
  verb.add_option("LIBRARY", given->shell, "the path of the library")->required();
  verb.add_option("--output,-o", given->output, "the file to write; standard output without it");
  return [given] { return manifest(given->shell, given->output); };
}

RunVerb add_run_modes(CLI::App&) {
  return [] { return run_modes(); };
}

RunVerb add_reference(CLI::App& verb) {
  const auto given = std::make_shared<Given>();
  verb.add_option("--format", given->format,
                  "what to write: the table of settings in docs/cli.md, the manual page, or "
                  "the completion of a shell")
      ->check(CLI::IsMember({"markdown", "man", "bash", "zsh", "fish"}))
      ->required();
  verb.add_option("--output,-o", given->output, "the file to write; standard output without it");
  return [given, program = verb.get_parent()] { return reference(*program, given->format, given->output); };
}

}  // namespace

VerbList add_verbs(CLI::App& program) {
  struct Entry {
    const char* name;
    const char* help;
    RunVerb (*add_options)(CLI::App& verb);
  };
  // In the order of --help and of docs/cli.md.
  constexpr Entry entries[] = {
      {"start", "run a kernel; see hermit start --help", add_start},
      {"install", "tell Jupyter of a shell", add_install},
      {"uninstall", "remove what install wrote", add_uninstall},
      {"list", "show shells and installed kernelspecs", add_list},
      {"manifest", "write the manifest of a shell library", add_manifest},
      {"run-modes", "show how each request is run", add_run_modes},
      {"reference", "write the manual page, completions and the like", add_reference},
  };
  VerbList verbs;
  for (const auto& entry : entries) {
    CLI::App* verb = program.add_subcommand(entry.name, entry.help);
    verbs.emplace(verb, entry.add_options(*verb));
  }
  return verbs;
}

}  // namespace hermit
