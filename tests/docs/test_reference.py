"""The reference pages say what the program says: options, exit codes, messages, extensions, run modes, tags."""

import re
import subprocess
import sys
from functools import cache

import pytest

from pages import ROOT, page_named, rows

CLI = page_named("docs/cli.md")
SHELL_REFERENCE = page_named("docs/shell-reference.md")
PROTOCOL = page_named("docs/protocol.md")
ABI = page_named("docs/abi.md")
RUN_MODES = page_named("docs/run-modes.md")
THREADS = page_named("docs/threads.md")
CHECK = page_named("docs/check.md")
LUA = page_named("plugins/lua-shell/README.md")

VERBS = ["start", "install", "uninstall", "list", "doctor", "new", "manifest", "check", "run-modes", "reference"]
# How far a row of the protocol page is; "later" names the row of the feature map that brings it.
STATE = r"done|refused|left out|later \([A-Z]\d+\)"


def output_of(*command):
    done = subprocess.run(command, text=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    return done.returncode, done.stdout + done.stderr


def options_in(text):
    return set(re.findall(r"(?<![\w-])--?[A-Za-z][\w.-]*", text))


def code_words(cell):
    return re.findall(r"`([^`]+)`", cell)


def test_the_settings_of_start_are_those_of_its_help(hermit):
    _, help_text = output_of(hermit, "start", "--help")
    offered = [options_in(line) for line in help_text.splitlines() if line.startswith("  --")]
    listed = [options_in(row[0]) for row in rows(CLI.section("Settings of start"))]
    assert listed == offered


def unavailable_settings():
    paragraph = CLI.section("Settings that are not available yet").strip().split("\n\n")[0]
    return code_words(paragraph)


def test_the_table_of_settings_is_that_of_the_program(hermit):
    code, table = output_of(hermit, "reference", "--format=markdown")
    page = CLI.path.read_text(encoding="utf-8")
    assert code == 0
    written = re.search(r"<!-- begin: hermit reference --format=markdown -->\n(.*?)<!-- end -->", page, re.DOTALL)
    assert written.group(1) == table, "write what hermit reference --format=markdown says between the two comments"


def test_the_shell_reference_is_made_from_the_headers_as_they_are():
    code, page = output_of(ROOT / "sdk/abi/reference")
    assert code == 0
    written = SHELL_REFERENCE.path.read_text(encoding="utf-8")
    assert written == page, "write it anew: sdk/abi/reference > docs/shell-reference.md"


def test_the_shell_reference_has_every_declaration_and_every_word_of_its_comment():
    sys.path.insert(0, str(ROOT / "sdk/abi"))
    from declarations import HEADERS, declarations, lines_of

    def words(text):
        return re.sub(r"[\s\\]+", " ", text)

    page = words(SHELL_REFERENCE.path.read_text(encoding="utf-8"))
    for header in HEADERS:
        for each in declarations(header):
            place = f"{each.owner}.{each.name}" if each.kind == "function" else each.name
            assert place in page, f"{header}: {place} is missing"
            for line in lines_of(each.comment):
                said = re.sub(r"^(When:|Owner:|Returns) ", "", words(line))
                assert said in page, f"{header}: of {place} is missing: {said}"


def test_no_setting_that_is_not_available_is_left_out(hermit):
    _, offered = output_of(hermit, "start", "--help-all")
    for option in unavailable_settings():
        assert option not in options_in(offered), f"docs/cli.md says that {option} is not available"
    source = "".join((ROOT / "host/interface" / name).read_text(encoding="utf-8")
                     for name in ("interface_settings.cpp", "kernel_options.cpp"))
    function = re.search(r"declare_unavailable_settings\(.*?^\}", source, re.MULTILINE | re.DOTALL).group(0)
    hidden = ["--" + name for name in re.findall(r'"(\w+)"', function)]
    assert sorted(unavailable_settings()) == sorted(hidden)


def test_settings_called_not_available_are_refused(hermit):
    for option in unavailable_settings():
        code, text = output_of(hermit, "start", f"{option}=1")
        assert (code, text.strip()) == (2, f"hermit: {option} (on the command line) is not available yet")


def test_the_verbs_are_those_of_the_help(hermit):
    _, help_text = output_of(hermit, "--help")
    offered = re.findall(r"^  ([a-z-]+) {2,}", help_text.split("Subcommands:")[1], flags=re.MULTILINE)
    listed = [code_words(row[0])[0].split()[1] for row in rows(CLI.section("Verbs"))]
    assert listed == offered == VERBS


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in ("start", "run-modes")])  # those have none
def test_the_options_of_a_verb_are_those_of_its_help(verb, hermit):
    _, help_text = output_of(hermit, verb, "--help")
    listed = set()
    for row in rows(CLI.section(f"hermit {verb}")):
        listed |= options_in(row[0])
    assert listed == options_in(help_text.split("Options:", 1)[1]) - {"-h", "--help"}


def test_the_exit_codes_are_those_of_the_code():
    source = (ROOT / "host/base/result.hpp").read_text(encoding="utf-8")
    enum = re.search(r"enum class Exit : int \{(.*?)\};", source, flags=re.DOTALL).group(1)
    codes = [(int(number), name) for name, number in re.findall(r"(\w+) = (\d+)", enum)]
    listed = [(int(row[0]), code_words(row[1])[0]) for row in rows(CLI.section("Exit codes"))]
    assert listed == codes


def test_every_request_type_has_its_place_in_the_protocol_page():
    source = (ROOT / "host/protocol/names.hpp").read_text(encoding="utf-8")
    for name in re.findall(r'\{"(\w+)", RequestType::', source):
        assert f"`{name}`" in PROTOCOL.prose, f"docs/protocol.md does not mention {name}"


def test_the_protocol_page_names_the_version_of_the_code():
    source = (ROOT / "host/protocol/names.hpp").read_text(encoding="utf-8")
    version = re.search(r'protocol_version = "([^"]+)"', source).group(1)
    assert f"version {version}" in PROTOCOL.prose


@cache
def known_tests():
    """The C++ tests as Suite.Test, the Python tests as file::test with their file in tests/."""
    names = set()
    for path in (ROOT / "tests").rglob("*_*.*"):
        if path.suffix == ".cpp":
            found = re.findall(r"^TEST(?:_[FP])?\((\w+), (\w+)\)", path.read_text(encoding="utf-8"), re.MULTILINE)
            names |= {f"{suite}.{test}" for suite, test in found}
        elif path.suffix == ".py":
            found = re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
            names |= {f"{path.relative_to(ROOT / 'tests').as_posix()}::{test}" for test in found}
    return names


def protocol_rows():
    """Each row of the tables with a state: what, how, state, proofs."""
    return [row for row in rows(PROTOCOL.prose) if len(row) == 4]


def test_each_row_of_the_protocol_page_has_a_state():
    wrong = [row for row in protocol_rows() if not re.fullmatch(STATE, row[2])]
    assert wrong == []
    assert len(protocol_rows()) > 150


def test_what_is_done_or_refused_has_a_proof_and_every_proof_is_a_test():
    for what, _, state, proofs in protocol_rows():
        named = code_words(proofs)
        assert named or state not in ("done", "refused"), f"docs/protocol.md: nothing proves {what}"
        missing = [name for name in named if name not in known_tests()]
        assert missing == [], f"docs/protocol.md: {what}: there is no such test"
        assert re.sub(r"`[^`]*`", "", proofs).strip() == "", f"docs/protocol.md: {what}: {proofs}"


def test_the_fields_that_the_kernel_reads_and_writes_are_in_the_protocol_page():
    listed = {name for word in code_words(PROTOCOL.prose) for name in re.findall(r"\w+", word)}
    for path in sorted((ROOT / "host/kernel").glob("*.cpp")):
        fields = re.findall(r'(?:\{|\w\[|find\()"([a-z_]+)"(?:, |\]|\))', path.read_text(encoding="utf-8"))
        missing = sorted(set(fields) - listed)
        assert missing == [], f"docs/protocol.md does not mention what {path.name} has"


def test_the_extensions_are_those_of_the_golden_list():
    golden = (ROOT / "sdk/abi/ids.txt").read_text(encoding="utf-8").split()
    drafts = {id for id in golden if id.startswith("hermit.draft.")}
    section = ABI.section("Extensions")
    assert sorted(code_words(row[0])[0] for row in rows(section)) == [id for id in golden if id not in drafts]
    assert drafts <= set(code_words(section)), "drafts are named below the table"


def test_the_abilities_are_those_of_the_code():
    source = (ROOT / "host/shell/manifest.hpp").read_text(encoding="utf-8")
    listed = [code_words(row[0])[0] for row in rows(ABI.section("Abilities"))]
    assert sorted(listed) == sorted(re.findall(r"bool (\w+) = false;", source))


def test_the_tags_of_a_cell_are_those_of_the_code():
    source = (ROOT / "host/kernel/cell.cpp").read_text(encoding="utf-8")
    function = re.search(r"Result<void> read_tag\(.*?^\}", source, re.MULTILINE | re.DOTALL).group(0)
    known = set(re.findall(r'"([a-z-]+)=?"', function)) - {"true", "false"}
    tables = rows(RUN_MODES.section("Errors")) + rows(RUN_MODES.section("Timeouts"))
    listed = {word.partition("=")[0] for row in tables for word in code_words(" ".join(row[:2]))}
    assert known <= listed, f"docs/run-modes.md does not have the tags {sorted(known - listed)}"


def test_the_run_modes_are_those_of_the_code():
    source = (ROOT / "host/kernel/run_mode.cpp").read_text(encoding="utf-8")
    function = re.search(r"mode_named\(.*?^\}", source, re.MULTILINE | re.DOTALL).group(0)
    listed = [code_words(row[0])[0] for row in rows(RUN_MODES.section("The modes"))]
    assert sorted(listed) == sorted(re.findall(r"RunMode::(\w+)", function))


def test_the_table_of_run_modes_is_that_of_the_program(hermit):
    code, table = output_of(hermit, "run-modes")
    page = (ROOT / "docs/run-modes.md").read_text(encoding="utf-8")
    assert code == 0
    assert re.search(r"^```text run-modes\n(.*?)^```", page, re.MULTILINE | re.DOTALL).group(1) == table


def test_every_thread_of_the_host_has_its_row():
    names = set()
    for path in (ROOT / "host").rglob("*.[ch]pp"):
        names |= set(re.findall(r'"(hermit-[a-z]+)"', path.read_text(encoding="utf-8")))
    listed = {word for row in rows(THREADS.section("Who runs where")) for word in code_words(row[1])}
    assert names <= listed, f"docs/threads.md does not have {sorted(names - listed)}"


def test_the_lua_page_tells_of_every_file():
    stems = {path.stem for path in (ROOT / "plugins/lua-shell").iterdir() if path.suffix in (".cpp", ".hpp")}
    named = {word for row in rows(LUA.section("How it is built")) for word in code_words(row[0])}
    assert named == stems


def test_the_abi_page_names_the_version_of_the_headers():
    header = (ROOT / "sdk/include/hermit/abi.h").read_text(encoding="utf-8")
    version = ".".join(re.findall(r"#define HERMIT_ABI_(?:MAJOR|MINOR) (\d+)", header))
    assert f"version {version}" in ABI.prose


def test_the_samples_of_the_check_page_are_those_of_the_code():
    source = (ROOT / "host/check/samples.cpp").read_text(encoding="utf-8")
    kinds = re.findall(r'\{"(\w+)", \{((?:"\w+"(?:, )?)+)\}\}', source)
    known = [(name, re.findall(r'"(\w+)"', fields)) for name, fields in kinds]
    assert [(code_words(row[0])[0], code_words(row[1])) for row in rows(CHECK.section("Samples"))] == known
