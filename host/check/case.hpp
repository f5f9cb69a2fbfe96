// Case: one promise of the ABI, and how it is tried on a shell. The catalogue of them all is in
// catalogue.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "check/verdict.hpp"

namespace hermit::check {

class Trial;

// Where a promise stands.
struct Rule {
  std::string_view header;  // below sdk/include, such as "hermit/abi.h"
  std::string_view place;   // in it: "convention 2", or a word that the header declares
  std::string_view page;    // and explained: "docs/abi.md#conventions"
};

// What there has to be for a case to be tried; else it is skipped.
struct Needs {
  std::vector<std::string_view> samples = {};  // all of these
  std::string_view ability = "";               // of the manifest
  std::string_view extension = "";             // of the shell
};

// What is made ready before a case begins.
enum class Stage {
  file,     // nothing: no code of the library has run
  library,  // it is loaded
  session,  // a shell was made, in this process
  worker    // the same in a process of its own
};

struct Case {
  std::string_view name;     // in kebab-case, never used for another promise
  std::string_view promise;  // what every shell does, in a sentence
  Rule rule;
  std::string_view advice;  // what to change when it does not, an imperative
  Verdict (*run)(Trial& trial);
  Stage stage = Stage::session;
  Needs needs = {};
  int level = 3;         // the least strictness at which it is tried, 1 to 10
  bool is_gate = false;  // when it fails, none of those behind it can be tried
};

// Cases of one kind, in the order in which they are tried.
struct Group {
  std::string_view name;
  std::vector<Case> cases;
};

}  // namespace hermit::check
