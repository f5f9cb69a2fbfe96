"""The public headers as the tests of the ABI see them, and how they are compiled.

sdk/abi/declarations.py reads them.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "sdk" / "abi"))

from declarations import (  # noqa: E402, F401
    HEADERS, INCLUDE, RELEASED, declarations, ids, lines_of, of_kind, read, structs, without_comments,
)

LAYER = sorted(path.relative_to(INCLUDE).as_posix() for path in (INCLUDE / "hermit").rglob("*.hpp"))

STANDARDS = ["c11", "c17", "c++11", "c++14", "c++17", "c++20"]
COMPILERS = {"gcc": ("gcc", "g++"), "clang": ("clang-19", "clang++-19")}
WARNINGS = ["-Wall", "-Wextra", "-pedantic", "-Wconversion", "-Wshadow", "-Wundef", "-Werror"]


def compile_text(text, compiler, standard, arguments, include=INCLUDE):
    """Compiles a source of one string; returns the compiler's complaints, empty if it has none."""
    is_cpp = standard.startswith("c++")
    program = shutil.which(COMPILERS[compiler][is_cpp])
    assert program, f"{COMPILERS[compiler][is_cpp]} is missing; scripts/setup installs it"
    command = [program, f"-std={standard}", *WARNINGS, f"-I{include}"]
    command += ["-Wold-style-cast"] if is_cpp else []
    command += [*arguments, "-x", "c++" if is_cpp else "c", "-"]
    done = subprocess.run(command, input=text, text=True, capture_output=True, timeout=120)
    return done.stderr or ("" if done.returncode == 0 else f"exit code {done.returncode}")
