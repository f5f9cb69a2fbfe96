"""Holds what the headers of the C ABI promise to whoever compiles them.

Each header stands alone in every language version that a shell may be written in; each function says on
which thread it is called; each extension has one id, which the golden list sdk/abi/ids.txt holds for good.
What the functions do is tested elsewhere.
"""

import re
import shutil
import subprocess
from collections import namedtuple
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "sdk" / "include"
HEADERS = sorted(path.relative_to(INCLUDE).as_posix() for path in (INCLUDE / "hermit").rglob("*.h"))
GOLDEN_IDS = ROOT / "sdk" / "abi" / "ids.txt"

STANDARDS = ["c11", "c17", "c++11", "c++14", "c++17", "c++20"]
COMPILERS = {"gcc": ("gcc", "g++"), "clang": ("clang-19", "clang++-19")}

TAG = re.compile(
    r"\[(main-thread|shell-thread|introspection-thread|comm-thread|control-thread|any-thread)( & executing)?\]$"
)

# The least that a shell library consists of, in the words that C and C++ share.
SMALLEST_SHELL = """
#include "hermit/shell.h"

static hermit_status create(const hermit_host_info *info, const hermit_host *host, hermit_shell **shell,
                            const hermit_text_sink *why) {
  (void)info; (void)host; (void)shell; (void)why;
  return HERMIT_FAILED;
}
static void destroy(hermit_shell *shell) { (void)shell; }
static hermit_status execute(hermit_shell *shell, hermit_request request, const hermit_cell *cell) {
  (void)shell; (void)request; (void)cell;
  return HERMIT_OK;
}
static const void *extension(hermit_shell *shell, hermit_text id) {
  (void)shell; (void)id;
  return 0;
}
static const hermit_shell_table table = {create, destroy, execute, extension};

HERMIT_SHELL_EXPORT("{}", &table)
"""

Function = namedtuple("Function", "struct name comment")


def compile_text(text, compiler, standard, arguments):
    """Compiles a source of one string; returns the compiler's complaints, empty if it has none."""
    is_cpp = standard.startswith("c++")
    program = shutil.which(COMPILERS[compiler][is_cpp])
    if program is None:
        assert compiler != "gcc", "gcc is needed to build Hermit, and is missing"
        pytest.skip(f"{COMPILERS[compiler][is_cpp]} is not installed")
    command = [program, f"-std={standard}", "-Wall", "-Wextra", "-pedantic", "-Werror", f"-I{INCLUDE}"]
    command += [*arguments, "-x", "c++" if is_cpp else "c", "-"]
    done = subprocess.run(command, input=text, text=True, capture_output=True, timeout=120)
    return done.stderr or ("" if done.returncode == 0 else f"exit code {done.returncode}")


def without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)


def structs(text):
    """Yields the name and the body of each struct that is defined in a header."""
    definition = re.compile(r"^(?:typedef )?struct (\w+) \{\n(.*?)^\}", re.DOTALL | re.MULTILINE)
    for found in definition.finditer(text):
        yield found.group(1), found.group(2)


def functions(text):
    """Lists the function pointers among the fields, each with the comment on the lines above it."""
    found = []
    for struct, body in structs(text):
        comment = ""
        for token in re.finditer(r"/\*.*?\*/|[^;/]+;", body, flags=re.DOTALL):
            word = token.group()
            if word.startswith("/*"):
                line = body[body.rfind("\n", 0, token.start()) + 1 : token.start()]
                comment = word if not line.strip() else ""
                continue
            name = re.search(r"\(\s*HERMIT_ABI\s*\*\s*(\w+)\s*\)", word)
            if name:
                found.append(Function(struct, name.group(1), comment))
            comment = ""
    return found


def words_of(comment):
    """A comment without its stars, on one line."""
    lines = (re.sub(r"^\s*\*? ?", "", line) for line in comment[2:-2].splitlines())
    return " ".join(" ".join(lines).split())


def ids(text):
    return re.findall(r'^#define (HERMIT_EXT_\w+) "([^"]*)"$', text, flags=re.MULTILINE)


def read(header):
    return (INCLUDE / header).read_text(encoding="utf-8")


def released_headers():
    """All headers but the drafts, whose ids may change."""
    return [header for header in HEADERS if "/draft/" not in header]


@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("header", HEADERS)
def test_a_header_compiles_alone(header, compiler, standard):
    # Twice, so that a missing include guard shows.
    text = f'#include "{header}"\n#include "{header}"\nextern int something;\n'
    assert compile_text(text, compiler, standard, ["-fsyntax-only"]) == ""


@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_shell_exports_its_entry_and_nothing_else(compiler, standard, tmp_path):
    library = tmp_path / "smallest.so"
    arguments = ["-shared", "-fPIC", "-fvisibility=hidden", "-o", str(library)]
    assert compile_text(SMALLEST_SHELL, compiler, standard, arguments) == ""
    symbols = subprocess.run(
        ["nm", "--dynamic", "--defined-only", "--format=posix", str(library)],
        text=True, capture_output=True, check=True, timeout=120,
    ).stdout
    names = {line.split()[0] for line in symbols.splitlines()}
    assert names - {"_init", "_fini"} == {"hermit_shell_entry"}


def test_the_compiler_would_notice_a_fault():
    assert compile_text("int twice(int a, int b) { return a; }\n", "gcc", "c11", ["-fsyntax-only"]) != ""


@pytest.mark.parametrize("header", HEADERS)
def test_no_function_of_a_header_is_overlooked(header):
    text = without_comments(read(header))
    pointers = re.findall(r"\(\s*HERMIT_ABI\s*\*", text)
    assert len(functions(read(header))) == len(pointers)


@pytest.mark.parametrize("header", HEADERS)
def test_each_function_says_on_which_thread_it_is_called(header):
    # A sink is called on the thread of the function that it was passed to (convention 4 of abi.h).
    tagless = [
        f"{function.struct}.{function.name}"
        for function in functions(read(header))
        if not function.struct.endswith("_sink") and not TAG.search(words_of(function.comment or "/**/"))
    ]
    assert tagless == []


@pytest.mark.parametrize("header", HEADERS)
def test_each_function_of_a_table_says_what_it_returns(header):
    silent = []
    for function in functions(read(header)):
        returns_nothing = re.search(rf"\bvoid\s*\(\s*HERMIT_ABI\s*\*\s*{function.name}\b", read(header))
        if function.struct.endswith("_sink") or returns_nothing:
            continue
        if not re.search(r"\breturns\b", function.comment, flags=re.IGNORECASE):
            silent.append(f"{function.struct}.{function.name}")
    assert silent == []


def test_ids_are_well_formed_and_named_like_their_macro():
    for header in released_headers():
        for macro, identifier in ids(read(header)):
            found = re.fullmatch(r"hermit\.([a-z_]+)/([1-9][0-9]*)", identifier)
            assert found, f"{header}: {identifier}"
            name, revision = found.groups()
            suffix = "" if revision == "1" else f"_{revision}"
            assert macro == f"HERMIT_EXT_{name.upper()}{suffix}"


def test_the_first_id_of_a_header_is_named_after_it():
    # A header may define a second one: the host's half of what a shell offers in the first.
    for header in released_headers():
        for _, identifier in ids(read(header))[:1]:
            assert header == "hermit/ext/" + identifier[len("hermit."):].partition("/")[0] + ".h"


def test_each_extension_header_defines_an_id():
    extensions = [header for header in HEADERS if header.startswith("hermit/ext/")]
    assert extensions
    assert [header for header in extensions if not ids(read(header))] == []


def test_ids_are_unique():
    every = [identifier for header in HEADERS for _, identifier in ids(read(header))]
    assert sorted(every) == sorted(set(every))


def test_ids_are_those_of_the_golden_list():
    golden = GOLDEN_IDS.read_text(encoding="utf-8").splitlines()
    assert golden == sorted(set(golden)), "the golden list is sorted and names no id twice"
    present = [identifier for header in released_headers() for _, identifier in ids(read(header))]
    assert sorted(present) == golden


def test_hermit_h_includes_every_released_header():
    included = re.findall(r'^#include "([^"]+)"$', read("hermit/hermit.h"), flags=re.MULTILINE)
    assert sorted(included) == [header for header in released_headers() if header != "hermit/hermit.h"]
