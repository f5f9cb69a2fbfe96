"""The C++ layer on the C ABI compiles alone, in each C++ it promises, and with what its first page shows."""

import pytest

from headers import COMPILERS, INCLUDE, compile_text

STANDARDS = ["c++17", "c++20", "c++23"]
HEADERS = sorted(path.name for path in (INCLUDE / "hermit").glob("*.hpp"))

SMALLEST_SHELL = """
#include <hermit/shell.hpp>

class MyShell : public hermit::sdk::Shell {
 public:
  using Shell::Shell;
  hermit::sdk::Outcome execute(const hermit::sdk::Cell& cell) override {
    return hermit::sdk::Bundle::plain(std::string(cell.code));
  }
};

HERMIT_SHELL(MyShell, "{}")
"""

WRONG_SHELL = SMALLEST_SHELL.replace("const hermit::sdk::Cell& cell", "int cell")


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("header", HEADERS)
def test_each_header_compiles_alone_and_twice(header, standard, compiler):
    text = f"#include <hermit/{header}>\n" * 2
    assert compile_text(text, compiler, standard, ["-fsyntax-only"]) == ""


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("standard", STANDARDS)
def test_the_smallest_shell_compiles(standard, compiler):
    assert compile_text(SMALLEST_SHELL, compiler, standard, ["-fsyntax-only"]) == ""


def test_a_function_that_overrides_nothing_is_an_error():
    assert "override" in compile_text(WRONG_SHELL, "gcc", "c++17", ["-fsyntax-only"])
