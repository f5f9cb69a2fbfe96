#include "cli/verb_list.hpp"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/install_verbs.hpp"
#include "cli/reference.hpp"
#include "cli/verbs.hpp"

namespace hermit {
namespace {

RunVerb add_start(CLI::App&) {
  // Its arguments are settings, to which a shell adds; see start().
  return [] { return start({}); };
}

RunVerb add_manifest(CLI::App& verb) {
  struct Given {
    std::string library;
    std::string output;
  };
  const auto given = std::make_shared<Given>();
  verb.add_option("LIBRARY", given->library, "the path of the library")->required();
  verb.add_option("--output,-o", given->output, "the file to write; standard output without it");
  return [given] { return manifest(given->library, given->output); };
}

RunVerb add_run_modes(CLI::App&) {
  return [] { return run_modes(); };
}

RunVerb add_reference(CLI::App& verb) {
  struct Given {
    std::string format;
    std::string output;
  };
  const auto given = std::make_shared<Given>();
  constexpr const char* formats =
      "what to write: the table of settings in docs/cli.md, the manual page, or the completion of a shell";
  verb.add_option("--format", given->format, formats)
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
      {"doctor", "say what is wrong with the installation, and what to type", add_doctor},
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
