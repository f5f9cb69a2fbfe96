// VerbList: the verbs of the program and their options, as the command-line parser knows them. What the verbs
// do is in a file of each verb's own; the settings of `start` are in the registry.
#pragma once

#include <functional>
#include <map>

#include <CLI/App.hpp>

namespace hermit {

// Calls a verb with what its options were given; returns the exit code.
using RunVerb = std::function<int()>;

// What calls each verb, by its entry in the parser.
using VerbList = std::map<const CLI::App*, RunVerb>;

// Adds all verbs to the parser. What it returns owns what the options are read into, and so outlives the
// parsing.
VerbList add_verbs(CLI::App& program);

}  // namespace hermit
