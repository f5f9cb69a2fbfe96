#include "cli/reference.hpp"

#include <iostream>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/file.hpp"
#include "base/result.hpp"
#include "cli/completion.hpp"
#include "cli/program.hpp"
#include "interface/interface_settings.hpp"
#include "settings/environment.hpp"

namespace hermit {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

std::string default_text(const Setting& setting) { return one_line(json_of(setting.default_value)); }

// Where docs/cli.md tells more; a place in that page itself is named without it.
std::string more(const Setting& setting) {
  constexpr std::string_view own_page = "cli.md";
  if (setting.page.empty()) return "";
  return " [More](" +
         (setting.page.starts_with(own_page) ? setting.page.substr(own_page.size()) : setting.page) + ").";
}

// Text for roff: hyphens that can be copied, and nothing that is a command.
std::string roff(std::string_view text) {
  std::string escaped = replaced(std::string(text), "\\", "\\e");
  escaped = replaced(std::move(escaped), "-", "\\-");
  escaped = replaced(std::move(escaped), "`", "\"");
  return escaped.starts_with(".") || escaped.starts_with("'") ? "\\&" + escaped : escaped;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }

std::string entry(const std::string& tag, std::string_view text) {
  return ".TP\n" + tag + "\n" + roff(text) + "\n";
}

std::string verb_options(const CLI::App& verb) {
  std::string page;
  for (const auto* option : verb.get_options()) {
    if (option->get_name() == "--help") continue;
    const std::string names = replaced(option->get_name(option->get_positional(), true), ",", ", ");
    page += ".RS\n" + entry(bold(names), option->get_description()) + ".RE\n";
  }
  return page;
}

std::string verbs_section(const CLI::App& program) {
  std::string page = ".SH VERBS\n";
  for (const auto* verb : program.get_subcommands(nullptr)) {
    if (verb->get_group().empty()) continue;
    page += entry(bold(verb->get_name()), verb->get_description() + ".") + verb_options(*verb);
  }
  return page;
}

std::string settings_section(const Settings& settings) {
  std::string page =
      ".SH SETTINGS\n"
      "Of \\fBhermit start\\fR. A value follows its name after \"=\" or as the next argument. What is true "
      "or false\n"
      "needs none: the name alone sets it, and with \\fBno\\-\\fR before it turns it off. In names \"\\-\" "
      "and \"_\" are\n"
      "the same. \\fB\\-\\-help\\-all\\fR shows those of the shell too.\n";
  for (const auto& setting : settings.all()) {
    if (!setting.available) continue;
    page +=
        entry(replaced(option_list(setting, "\\fB", "\\fR"), "-", "\\-"),
              setting.help + " Value: " + expected(setting) + ". Default: " + default_text(setting) + ".");
  }
  return page;
}

constexpr const char* other_settings =
    ".SH CONFIGURATION\n"
    "A setting may also stand in a JSON file, \\fBhermit/config.json\\fR in \\fB$XDG_CONFIG_HOME\\fR or "
    "\\fB~/.config\\fR,\n"
    "or the one that \\fB\\-\\-config\\fR names: {\"log_level\": \"info\", \"LuaShell\": {\"table_depth\": "
    "3}}; or in the\n"
    "environment: \\fBHERMIT_\\fR and any of its long names in capitals, \"_\" for \".\". The command line "
    "counts before\n"
    "the environment, and that before the file. \\fB\\-\\-show\\-config\\fR tells which value comes from "
    "where.\n";

std::string exit_section() {
  const std::pair<Exit, const char*> codes[] = {
      {Exit::ok, "The kernel was shut down, or the verb did what it was told."},
      {Exit::failed, "Anything that has no code of its own."},
      {Exit::usage, "A wrong option, an unknown setting, a badly typed value."},
      {Exit::connection_file,
       "The connection file cannot be read or written, is garbled, or has wrong values."},
      {Exit::ports, "A port or a socket file cannot be bound."},
      {Exit::no_shell, "There is no shell or kernelspec of that name or path."},
      {Exit::bad_shell, "The library is no Hermit shell, or one for another ABI, or its manifest is wrong."},
      {Exit::shell_start, "The shell was loaded but did not start."},
  };
  std::string page = ".SH EXIT STATUS\n";
  for (const auto& [code, when] : codes) page += entry(std::to_string(static_cast<int>(code)), when);
  return page;
}

}  // namespace

std::string settings_table(const Settings& settings) {
  std::string table = "| setting | value; default | what it is |\n| --- | --- | --- |\n";
  for (const auto& setting : settings.all()) {
    if (!setting.available) continue;
    table += "| " + option_list(setting, "`", "`") + " | " + expected(setting) + "; `" +
             default_text(setting) + "` | " + replaced(setting.help, "*", "\\*") + more(setting) + " |\n";
  }
  return table;
}

std::string man_page(const CLI::App& program, const Settings& settings) {
  return ".TH HERMIT 1 \"\" \"Hermit " HERMIT_VERSION
         "\" \"User Commands\"\n"
         ".SH NAME\nhermit \\- a Jupyter kernel host whose language is a plugin\n"
         ".SH SYNOPSIS\n.B hermit start\n[\\fISETTING\\fR...]\n.br\n.B hermit\n\\fIVERB\\fR "
         "[\\fIOPTION\\fR...]\n"
         ".SH DESCRIPTION\nHermit runs kernels for Jupyter. The language is a library, a shell, that it "
         "loads.\n"
         "Errors are one line on standard error.\n" +
         verbs_section(program) + settings_section(settings) + other_settings + exit_section() +
         ".SH SEE ALSO\n\\fBjupyter\\fR(1)\n";
}

int reference(const CLI::App& program, const std::string& format, const std::string& output) {
  Settings settings;
  declare_settings(settings);
  const std::string text = format == "markdown" ? settings_table(settings)
                           : format == "man"    ? man_page(program, settings)
                                                : completion_script(format);
  if (output.empty()) {
    std::cout << text;
    return 0;
  }
  const auto done = write_file_atomically(output, text, 0644);
  return done ? 0 : report(done.error());
}

}  // namespace hermit
