// The program `hermit`: reads which verb is meant and calls it.
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <optional>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "cli/install_verbs.hpp"
#include "cli/program.hpp"
#include "cli/verbs.hpp"
#include "worker/far_end.hpp"

namespace {

using namespace hermit;

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

  std::map<const CLI::App*, std::function<int()>> verbs;
  const auto add = [&](const char* name, const char* help, std::function<int()> (*add_options)(CLI::App&)) {
    CLI::App* verb = app.add_subcommand(name, help);
    verbs[verb] = add_options(*verb);
  };
  add("install", "tell Jupyter of a shell", add_install);
  add("uninstall", "remove what install wrote", add_uninstall);
  add("list", "show shells and installed kernelspecs", add_list);
  add("doctor", "say what is wrong with the installation, and what to type", add_doctor);
  std::string library;
  std::string output;
  auto* manifest_verb = app.add_subcommand("manifest", "write the manifest of a shell library");
  manifest_verb->add_option("LIBRARY", library, "the path of the library")->required();
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
  if (const auto verb = verbs.find(app.get_subcommands().front()); verb != verbs.end()) return verb->second();
  if (run_modes_verb->parsed()) return run_modes();
  return manifest(library, output);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return dispatch(argc, argv);
  } catch (const std::exception& error) {
    return report(Error{error.what()});
  }
}
