// Kernel: what the benchmark has to know about a kernel in order to start and measure it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hermit::bench {

// The same tasks in the words of one language. An empty text: the language cannot do it.
struct Language {
  std::string name;
  std::string one;    // a sum that costs nothing: 1+1
  std::string spin;   // keeps a processor busy until it is interrupted
  std::string lines;  // prints the lines "line 0" to "line N-1"
  std::string big;    // prints N times the letter x in one go, and a newline
  // Prints the line "first", then the line "second", and goes on for 20 ms.
  std::string progress = {};
  // Makes a target "bench": what its comms get goes back as it came.
  std::string comm_target = {};
};

struct Kernel {
  enum class Interrupt { message, signal };

  std::string name;
  // One of them is {connection_file}, or contains it.
  std::vector<std::string> argv;
  Language language;
  Interrupt interrupt = Interrupt::message;
  // Whether its figures are held against the aims: Hermit's are.
  bool judged = false;
  // Why it was not looked for any further; empty for most.
  std::string missing = {};

  // Why it cannot be measured on this machine; empty when it can.
  std::string absence() const;
};

// The snippet with the number put where it says N.
std::string with_count(std::string_view snippet, std::size_t count);

// Splits a command at spaces; quotes ('' or "") keep words together.
std::vector<std::string> split_command(std::string_view command);

// The kernels that are measured unless others are asked for. `programs` is the folder with this program,
// the floor and hermit. ipykernel is run by the first of `pythons` that has it.
std::vector<Kernel> known_kernels(const std::filesystem::path& programs,
                                  const std::vector<std::string>& pythons);

// Reads NAME[:LANGUAGE[:signal|message]]=COMMAND. Without a language, that of the known kernel with this
// name counts, else Lua. Throws std::invalid_argument that says what would be right.
Kernel parse_kernel(std::string_view text, const std::vector<Kernel>& known);

}  // namespace hermit::bench
