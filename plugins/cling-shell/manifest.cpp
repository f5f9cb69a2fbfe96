// The text of the manifest, and nothing else.
#include "manifest.hpp"

namespace hermit::cling_shell {

const char manifest[] = R"json({
  "name": ")json" SHELL_NAME R"json(",
  "display_name": "C++)json" SHELL_STANDARD R"json( (Hermit)",
  "version": "0.1.0",
  "banner": "C++)json" SHELL_STANDARD R"json( by Clang )json" CLANG_VERSION
                        R"json(, in a Hermit shell. %help lists its magics; hermit:: shows rich output.",
  "language_info": {
    "name": "c++",
    "version": ")json" SHELL_STANDARD R"json(",
    "mimetype": "text/x-c++src",
    "file_extension": ".cpp",
    "pygments_lexer": "cpp",
    "codemirror_mode": "text/x-c++src"
  },
  "help_links": [
    {"text": "C++ reference", "url": "https://en.cppreference.com/w/cpp"},
    {"text": "Clang", "url": "https://clang.llvm.org/docs/"}
  ],
  "line_comment": "//",
  "abilities": {
    "concurrent_introspection": true,
    "concurrent_cells": true,
    "concurrent_comms": true,
    "subshells": true
  },
  "isolation": "process",
  "requires": ["hermit.output/1"],
  "files": ["cpp"],
  "system_files": {
    ")json" CLANG_RESOURCES R"json(/include/stddef.h": "libclang-common-19-dev",
    "/usr/include/c++/*/vector": "libstdc++-12-dev",
    "/usr/include/*/bits/libc-header-start.h": "libc6-dev"
  },
  "settings": [
    {"name": "ClingShell.std", "type": "text", "default": "c++)json" SHELL_STANDARD R"json(",
     "help": "The language standard, such as c++17, c++20, c++23 or gnu++20"},
    {"name": "ClingShell.opt", "type": "integer", "default": 0, "minimum": 0, "maximum": 3,
     "help": "How much code is optimised, 0 to 3; %opt changes it"},
    {"name": "ClingShell.include_path", "type": "text", "default": "",
     "help": "Folders in which headers are looked for, separated by colons"},
    {"name": "ClingShell.flags", "type": "text", "default": "",
     "help": "Further flags for the compiler, separated by spaces"},
    {"name": "ClingShell.pch", "type": "bool", "default": true,
     "help": "Whether the shell's own headers are precompiled, and kept in the user's cache folder"}
  ],
  "check": {
    "prints": {"code": "std::cout << \"hello\" << std::endl;", "stdout": "hello\n"},
    "prints_text": "std::cout << \"$TEXT\" << std::endl;",
    "prints_lines": "for (int i = 1; i <= 1000; ++i) std::cout << i << std::endl;",
    "complains": {"code": "std::cerr << \"hello\" << std::endl;", "stderr": "hello\n"},
    "value": {"code": "6 * 7", "text": "42"},
    "displays": "hermit::display(42);",
    "remembers": {"set": "int kept = 41;", "get": "kept + 1", "text": "42"},
    "fails": {"code": "throw std::runtime_error(\"no\");", "name": "std::runtime_error"},
    "malformed": "int x = = 1;",
    "incomplete": "int f() {",
    "reads": "std::cout << hermit::input(\"line: \") << std::endl;",
    "loops": "for (volatile int i = 0;; i = i + 1) {}",
    "sleeps": "hermit::sleep(3600);",
    "waits": null,
    "prints_late": null,
    "completes": {"code": "std::strin", "match": "string"},
    "inspects": "std::string",
    "evaluates": {"code": "6 * 7", "text": "42"},
    "hears_comms": {"code": "hermit::on_comm(\"check\", [](const hermit::comm_event&) {});", "target": "check"},
    "opens_comm": "hermit::comm opened(\"check\");"
  }
})json";

}  // namespace hermit::cling_shell
