// The program `hermit`: reads which verb is meant and calls it.
#include <exception>
#include <iostream>
#include <optional>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "cli/program.hpp"
#include "cli/verbs.hpp"
#include "worker/far_end.hpp"

namespace {

using namespace hermit;

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

// What is wrong with a first argument that is no verb; nothing when it is one, or an option.
std::optional<Error> verb_problem(const std::string& verb, const CLI::App& app) {
  std::vector<std::string> verbs;
  std::string list;
  for (const auto* known : app.get_subcommands(nullptr)) {
    if (known->get_name() == verb) return std::nullopt;
    verbs.push_back(known->get_name());
    list += (list.empty() ? "" : ", ") + known->get_name();
  }
  for (const std::string_view option : {"--help", "-h", "--version"}) {
    if (verb == option) return std::nullopt;
  }
  const bool is_option = verb.starts_with("-");
  std::string message = std::string("there is no ") + (is_option ? "option" : "verb") + " \"" + verb + "\"";
  if (verb.empty()) message = "a verb is missing";
  if (const auto near = nearest(verb, verbs); !near.empty()) message += "; did you mean \"" + near + "\"?";
  return Error{message + "; there are: " + list, Exit::usage};
}

// Calls the verb that the arguments name; returns its exit code.
int dispatch(int argc, char** argv) {
  // `start` reads its settings itself, since a shell adds to them.
  if (argc > 1 && std::string_view(argv[1]) == "start") return start({argv + 2, argv + argc});
  // Not for users, and not in the help: the process of a shell.
  if (argc > 1 && argv[1] == worker::far_end_verb) return report(worker::run_far_end().error());

  CLI::App app("Hermit, a Jupyter kernel host whose language is a plugin.", "hermit");
  app.set_version_flag("--version", "hermit " HERMIT_VERSION);
  app.require_subcommand(1);
  app.add_subcommand("start", "run a kernel; see hermit start --help");

  std::string shell;
  KernelspecOptions options;
  auto* install_verb = app.add_subcommand("install", "tell Jupyter of a shell");
  install_verb->add_option("SHELL", shell, "the name of a shell, or the path of its library")->required();
  install_verb->add_option("--name", options.name, "the kernelspec's name; hermit-SHELL without it");
  install_verb->add_option("--display-name,--display_name", options.display_name, "what Jupyter shows");
  auto* uninstall_verb = app.add_subcommand("uninstall", "remove what install wrote");
  uninstall_verb->add_option("SHELL", shell, "the name of the shell");
  uninstall_verb->add_option("--name", options.name, "the kernelspec's name; hermit-SHELL without it");
  auto* list_verb = app.add_subcommand("list", "show shells and installed kernelspecs");
  for (auto* verb : {install_verb, uninstall_verb, list_verb}) add_place(*verb, options.place);

  std::string output;
  auto* manifest_verb = app.add_subcommand("manifest", "write the manifest of a shell library");
  manifest_verb->add_option("LIBRARY", shell, "the path of the library")->required();
  manifest_verb->add_option("--output,-o", output, "the file to write; standard output without it");

  auto* run_modes_verb = app.add_subcommand("run-modes", "show how each request is run");

  if (const auto problem = verb_problem(argc > 1 ? argv[1] : "", app)) return report(*problem);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {  // --help and --version
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    return report(Error{error.what(), Exit::usage});
  }
  if (is_ambiguous(options.place))
    return report(Error{"--user, --sys-prefix and --prefix exclude each other", Exit::usage});
  if (install_verb->parsed()) return install(shell, options);
  if (uninstall_verb->parsed()) {
    if (shell.empty() && options.name.empty()) {
      return report(Error{"uninstall needs the name of a shell, or --name", Exit::usage});
    }
    return uninstall(shell, options);
  }
  if (list_verb->parsed()) return list(options.place);
  if (run_modes_verb->parsed()) return run_modes();
  return manifest(shell, output);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return dispatch(argc, argv);
  } catch (const std::exception& error) {
    return report(Error{error.what()});
  }
}
