// InstallVerbs: the options of install, uninstall, list and doctor, as the command-line parser knows them.
#pragma once

#include <functional>

#include <CLI/App.hpp>

namespace hermit {

// Each adds the options of a verb to the parser, and returns what calls the verb with them: it gives the exit
// code, and owns what the options are read into.
std::function<int()> add_install(CLI::App& verb);
std::function<int()> add_uninstall(CLI::App& verb);
std::function<int()> add_list(CLI::App& verb);
std::function<int()> add_doctor(CLI::App& verb);

}  // namespace hermit
