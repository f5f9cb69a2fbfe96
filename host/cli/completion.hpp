// Completion: what may follow on a command line of `hermit`, for bash, zsh and fish. Their scripts ask the
// program itself (`hermit complete`), so that they know every shell that is installed and never become old.
#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace hermit {

// What a word may become, with a few words on what that is.
struct Candidate {
  std::string text;  // the whole word; with "=" at its end when a value has to follow
  std::string help;
};

// Stands for the names of files, which the scripts complete.
inline constexpr const char* file_candidates = ":files";

// What the last of `words` may become. `words` are those behind "hermit" up to the cursor.
std::vector<Candidate> candidates(const std::vector<std::string>& words, const CLI::App& program);

// hermit complete: prints them, one on a line, a tab before the help. Returns the exit code.
int complete(const std::vector<std::string>& words, const CLI::App& program);

// The script for "bash", "zsh" or "fish".
std::string completion_script(const std::string& shell);

}  // namespace hermit
