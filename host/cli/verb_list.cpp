#include "cli/verb_list.hpp"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "check/runner.hpp"
#include "cli/install_verbs.hpp"
#include "cli/reference.hpp"
#include "cli/verbs.hpp"

namespace hermit {
namespace {

RunVerb add_start(CLI::App&) {
  // Its arguments are settings, to which a shell adds; see start().
  return [] { return start({}); };
}

RunVerb add_new(CLI::App& verb) {
  const auto given = std::make_shared<NewOptions>();
  verb.add_option("NAME", given->name, "the shell's name, such as my-lang")->required();
  verb.add_option("--language", given->language, "what the shell is written in")
      ->check(CLI::IsMember({"c", "cpp"}))
      ->capture_default_str();
  verb.add_option("--dir", given->dir, "the project's folder, new or empty; NAME without it");
  return [given] { return new_shell(*given); };
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

RunVerb add_check(CLI::App& verb) {
  const auto given = std::make_shared<check::Options>();
  verb.add_option("SHELL", given->library, "the path of a shell's library, or the name of a shell");
  verb.add_option("--strictness", given->strictness, "how much is tried, and which warnings count")
      ->check(CLI::Range(1, 10))
      ->capture_default_str();
  verb.add_option("--json", given->json, "the file for the report as JSON; - for standard output");
  verb.add_option("--only", given->only, "the one case to try");
  verb.add_option("--time-limit,--time_limit", given->time_limit, "of each case, in seconds")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  verb.add_flag("--list", given->list, "show the cases, and try none");
  return [given] { return check_shell(*given); };
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
      {"new", "make a project for a new shell", add_new},
      {"manifest", "write the manifest of a shell library", add_manifest},
      {"check", "see whether a shell keeps its promises", add_check},
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
