// The shell for @NAME@: what Hermit calls to run the cells of a notebook.
//
// It begins with an adding machine for a language. Put your own interpreter in its place:
//
//   print WORDS     prints them
//   NUMBER          is added to the total, which is the value of the cell
//   # WORDS         is a comment
#include <sstream>
#include <string>

#include <hermit/shell.hpp>

#include "hermit_manifest.h"

using namespace hermit::sdk;

class @CLASS@ : public Shell {
 public:
  using Shell::Shell;

  // Runs a cell: what its last line comes to is what the cell comes to.
  Outcome execute(const Cell &cell) override {
    Outcome outcome;
    std::istringstream lines{std::string(cell.code)};
    for (std::string line; std::getline(lines, line);) outcome = run(line, cell.request);
    return outcome;
  }

 private:
  // An error is thrown, so that it ends the cell; what a cell prints goes to the host with its request.
  Outcome run(const std::string &line, hermit_request request) {
    const std::string print = "print ";
    if (line.find_first_not_of(" \t\r") == std::string::npos || line.front() == '#') return {};
    if (line.compare(0, print.size(), print) == 0) {
      host().print(request, line.substr(print.size()) + "\n");
      return {};
    }
    total_ += number(line);
    std::ostringstream digits;
    digits << total_;
    return Bundle::plain(digits.str());
  }

  static double number(const std::string &line) {
    std::istringstream words(line);
    double read = 0;
    if (words >> read && (words >> std::ws).eof()) return read;
    const std::string why = "\"" + line + "\" is no number";
    throw UserError{"NotANumber", why, {"NotANumber: " + why}};
  }

  double total_ = 0;
};

HERMIT_SHELL(@CLASS@, hermit_manifest)
