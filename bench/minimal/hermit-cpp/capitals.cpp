// Shows each cell in capitals.
#include <cctype>
#include <string>

#include <hermit/shell.hpp>

using namespace hermit::sdk;

class Capitals : public Shell {
 public:
  using Shell::Shell;

  Outcome execute(const Cell &cell) override {
    if (cell.code.empty()) throw UserError{"EmptyCell", "the cell has no code", {}};
    std::string capitals(cell.code);
    for (char &letter : capitals) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    return Bundle::plain(capitals);
  }
};

HERMIT_SHELL(Capitals, R"({
  "name": "capitals", "display_name": "Capitals", "version": "1.0",
  "language_info": {"name": "capitals", "version": "1.0", "mimetype": "text/plain", "file_extension": ".txt"},
  "requires": ["hermit.output/1"]
})")
