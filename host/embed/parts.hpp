// What an interface is made from, out of the options of a program that embeds Hermit.
#pragma once

#include <string>

#include <hermit/embed.h>

#include "base/result.hpp"
#include "interface/interface.hpp"

namespace hermit::embed {

// The options as a program of any version gives them, with the fields that it does not know empty, completed
// by the launcher that the settings name. The error says which option is wrong. [any-thread]
Result<hermit_options> options_of(const hermit_options* given);

// Finds what the options stand for. The door calls the callbacks of the options. The error names the setting,
// or what is wrong with the shell. [any-thread]
Result<InterfaceParts> parts_of(const hermit_options& options);

// See hermit_register_launcher().
void register_launcher(std::string name, hermit_launcher launcher, void* context);

}  // namespace hermit::embed
