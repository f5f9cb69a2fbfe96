// Reference: what docs/cli.md and the manual page say of settings and verbs, written from where they are
// declared.
#pragma once

#include <string>

#include <CLI/App.hpp>

#include "settings/settings.hpp"

namespace hermit {

// The table of settings in docs/cli.md, in Markdown.
std::string settings_table(const Settings& settings);

// The manual page hermit(1), in roff with the man macros.
std::string man_page(const CLI::App& program, const Settings& settings);

// hermit reference: writes what `format` says ("markdown", "man", "bash", "zsh" or "fish") to a file, or to
// standard output for "". Returns the exit code.
int reference(const CLI::App& program, const std::string& format, const std::string& output);

}  // namespace hermit
