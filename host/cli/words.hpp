// Words: texts for people and for their terminals.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hermit {

// `word` as a POSIX shell reads it back: as it is when nothing in it is special, else in quotes.
std::string shell_word(std::string_view word);

// The words of a command as one line to type.
std::string command_line(const std::vector<std::string>& words);

}  // namespace hermit
