"""Holds what the headers of the C ABI promise to whoever compiles them.

Each header stands alone in every language version that a shell may be written in; each extension has one id,
which the golden list sdk/abi/ids.txt holds for good. What the comments have to say is in test_documentation.py,
and what the functions do is tested elsewhere.
"""

import re
import subprocess

import pytest

from headers import COMPILERS, HEADERS, RELEASED, ROOT, STANDARDS, compile_text, ids, read, without_comments

GOLDEN_IDS = ROOT / "sdk" / "abi" / "ids.txt"
DRAFTS = [header for header in HEADERS if header not in RELEASED]

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


def test_ids_are_well_formed_and_named_like_their_macro():
    for header in HEADERS:
        for macro, identifier in ids(read(header)):
            found = re.fullmatch(r"hermit\.((?:draft\.)?[a-z_]+)/([1-9][0-9]*)", identifier)
            assert found, f"{header}: {identifier}"
            name, revision = found.groups()
            suffix = "" if revision == "1" else f"_{revision}"
            assert macro == f"HERMIT_EXT_{name.upper().replace('.', '_')}{suffix}"


def test_a_draft_is_known_by_its_folder_and_by_its_id():
    assert DRAFTS
    for header in HEADERS:
        for _, identifier in ids(read(header)):
            assert identifier.startswith("hermit.draft.") == (header in DRAFTS), identifier


def test_the_first_id_of_a_header_is_named_after_it():
    # A header may define a second one: the host's half of what a shell offers in the first.
    for header in HEADERS:
        for _, identifier in ids(read(header))[:1]:
            name = identifier.removeprefix("hermit.").partition("/")[0].replace(".", "/")
            assert header == f"hermit/ext/{name}.h"


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
    assert sorted(identifier for header in HEADERS for _, identifier in ids(read(header))) == golden


def test_hermit_h_includes_every_released_header_and_no_draft():
    included = re.findall(r'^#include "([^"]+)"$', read("hermit/hermit.h"), flags=re.MULTILINE)
    assert sorted(included) == [header for header in RELEASED if header != "hermit/hermit.h"]


@pytest.mark.parametrize("header", RELEASED)
def test_a_released_header_includes_no_draft(header):
    assert "draft" not in without_comments(read(header))
