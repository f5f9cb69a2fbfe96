#include "cli/install_verbs.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/program.hpp"
#include "cli/verbs.hpp"

namespace hermit {
namespace {

constexpr const char* no_check = "do not start the kernel to see that it does";

void add_place(CLI::App& verb, KernelspecPlace& place) {
  const std::vector<CLI::Option*> options = {
      verb.add_flag("--user", place.user, "the user's own data folder (the default)"),
      verb.add_flag("--sys-prefix,--sys_prefix", place.sys_prefix, "the active Python environment"),
      verb.add_option("--prefix", place.prefix, "PREFIX/share/jupyter")};
  for (auto* option : options) option->group("Where Jupyter's kernelspecs are, one of");
}

Result<void> check_place(const KernelspecPlace& place) {
  if (int{place.user} + int{place.sys_prefix} + int{!place.prefix.empty()} <= 1) return {};
  return Error{"--user, --sys-prefix and --prefix exclude each other", Exit::usage};
}

bool is_variable_name(const std::string& name) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  return !name.empty() && name.find_first_not_of(allowed) == std::string::npos &&
         (name.front() < '0' || name.front() > '9');
}

// What the options of install are read into.
struct Installation {
  std::string shell;
  InstallOptions options;
  std::vector<std::string> environment;  // NAME=VALUE
  std::vector<std::string> logos;
  std::vector<std::string> settings;  // those behind "--"
  bool is_unchecked = false;
};

// Takes apart what the parser has left as texts; `extras` are arguments that are none of install's.
Result<void> finish(Installation& given, const std::vector<std::string>& extras) {
  auto& spec = given.options.kernelspec;
  if (auto done = check_place(spec.place); !done) return done;
  for (const auto& variable : given.environment) {
    const auto equals = std::min(variable.find('='), variable.size());
    const auto name = variable.substr(0, equals);
    if (equals == variable.size() || !is_variable_name(name))
      return Error{"--env takes NAME=VALUE, not \"" + variable + "\"", Exit::usage};
    spec.environment[name] = variable.substr(equals + 1);
  }
  spec.logos.assign(given.logos.begin(), given.logos.end());
  std::copy_if(extras.begin(), extras.end(), std::back_inserter(spec.settings),
               [](const std::string& extra) { return extra != "--"; });
  spec.settings.insert(spec.settings.end(), given.settings.begin(), given.settings.end());
  given.options.check = !given.is_unchecked;
  return {};
}

}  // namespace

std::function<int()> add_install(CLI::App& verb) {
  const auto given = std::make_shared<Installation>();
  auto& spec = given->options.kernelspec;
  verb.add_option("SHELL", given->shell, "the name of a shell, or the path of its library")->required();
  // Which there are depends on the shell, so the registry of settings reads them, not this parser.
  verb.allow_extras();
  verb.add_option("SETTINGS", given->settings, "settings that the kernel gets at each start, behind --");
  verb.add_option("--name", spec.name, "the kernelspec's name; hermit-SHELL without it");
  verb.add_option("--display-name,--display_name", spec.display_name, "what Jupyter shows");
  verb.add_option("--env", given->environment, "NAME=VALUE, a variable of the kernel's; may be repeated")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb.add_option("--logo", given->logos, "an SVG, or a PNG of 64 or 32 pixels; may be repeated")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb.add_flag("--link", given->options.link, "leave a library given by its path where it is");
  verb.add_flag("--no-check,--no_check", given->is_unchecked, no_check);
  add_place(verb, spec.place);
  return [given, &verb] {
    if (verb.count("--name") > 0 && given->options.kernelspec.name.empty())
      return report(Error{"--name is empty; leave it out for \"hermit-\" and the shell's name", Exit::usage});
    if (const auto done = finish(*given, verb.remaining()); !done) return report(done.error());
    return install(given->shell, given->options);
  };
}

std::function<int()> add_uninstall(CLI::App& verb) {
  struct Given {
    std::string shell, name;
    KernelspecPlace place;
  };
  const auto given = std::make_shared<Given>();
  verb.add_option("SHELL", given->shell, "the name of the shell");
  verb.add_option("--name", given->name, "the kernelspec's name; hermit-SHELL without it");
  add_place(verb, given->place);
  return [given] {
    if (const auto done = check_place(given->place); !done) return report(done.error());
    if (given->shell.empty() && given->name.empty())
      return report(Error{"uninstall needs the name of a shell, or --name", Exit::usage});
    return uninstall(given->shell, given->name, given->place);
  };
}

std::function<int()> add_list(CLI::App& verb) {
  struct Given {
    KernelspecPlace place;
    bool json = false;
  };
  const auto given = std::make_shared<Given>();
  verb.add_flag("--json", given->json, "print JSON, for programs");
  add_place(verb, given->place);
  return [given] {
    const auto done = check_place(given->place);
    return done ? list(given->place, given->json) : report(done.error());
  };
}

std::function<int()> add_doctor(CLI::App& verb) {
  const auto given = std::make_shared<DoctorOptions>();
  const auto is_unchecked = std::make_shared<bool>(false);
  verb.add_flag("--repair", given->repair, "mend what can be mended safely");
  verb.add_flag("--no-check,--no_check", *is_unchecked, "do not start the kernels");
  verb.add_flag("--json", given->json, "print JSON, for programs");
  add_place(verb, given->place);
  return [given, is_unchecked] {
    given->check = !*is_unchecked;
    const auto done = check_place(given->place);
    return done ? doctor(*given) : report(done.error());
  };
}

}  // namespace hermit
