// The program `hermit`: reads which verb is meant and calls it.
#include <algorithm>
#include <exception>
#include <iostream>
#include <optional>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "check/trial.hpp"
#include "cli/completion.hpp"
#include "cli/program.hpp"
#include "cli/verb_list.hpp"
#include "cli/verbs.hpp"
#include "settings/command_line.hpp"
#include "worker/far_end.hpp"

namespace {

using namespace hermit;

// What is wrong with a first argument that is no verb; nothing when it is one, or an option.
std::optional<Error> verb_problem(const std::string& verb, const CLI::App& app) {
  std::vector<std::string> verbs;
  std::string list;
  for (const auto* known : app.get_subcommands(nullptr)) {
    if (known->get_name() == verb) return std::nullopt;
    if (known->get_group().empty()) continue;  // not for users
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
  // Not for users, and not in the help: the processes of a shell, and of a case of check.
  if (argc > 1 && argv[1] == worker::far_end_verb) return report(worker::run_far_end().error());
  if (argc > 1 && argv[1] == check::child_verb) check::run_child(program_path(), {argv + 2, argv + argc});

  CLI::App app("Hermit, a Jupyter kernel host whose language is a plugin.", "hermit");
  app.set_version_flag("--version", "hermit " HERMIT_VERSION);
  app.require_subcommand(1);
  const VerbList verbs = add_verbs(app);
  // Not for users either: the words of a command line that a completion asks for.
  if (argc > 1 && std::string_view(argv[1]) == "complete") return complete({argv + 2, argv + argc}, app);

  if (const auto problem = verb_problem(argc > 1 ? argv[1] : "", app)) return report(*problem);
  try {
    std::vector<std::string> arguments = with_empty_values({argv + 1, argv + argc});
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    app.parse(arguments);
  } catch (const CLI::Success& done) {  // --help and --version
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    return report(Error{error.what(), Exit::usage});
  }
  return verbs.at(app.get_subcommands().front())();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int code = dispatch(argc, argv);
    std::cout.flush();
    // What a verb was asked for is what it prints.
    if (!std::cout && code == 0) return report(Error{"standard output: not all could be written"});
    return code;
  } catch (const std::exception& error) {
    return report(Error{error.what()});
  }
}
