"""The sources of examples/calc-shell as an example: they use every extension there is, need nothing but C, and are built
by somebody who has an installed Hermit and nothing else of it. And what no host calls yet: the drafts.
"""

import ctypes
import re
import shutil
import subprocess
import sys

import pytest
from example_shells import PATIENCE, ROOT, TEST_PATIENCE

sys.path.insert(0, str(ROOT / "tests" / "abi"))
from headers import COMPILERS, HEADERS, ids, read, structs, without_comments  # noqa: E402

pytestmark = pytest.mark.timeout(TEST_PATIENCE)

SHELL = ROOT / "examples" / "calc-shell"
SOURCES = sorted((SHELL / "src").glob("*.c"))
TEXT = "\n".join(without_comments(path.read_text(encoding="utf-8")) for path in sorted(SHELL.rglob("*.[ch]")))
LONGEST_FILE = 400

# What makes no sense for a calculator: nobody sets breakpoints in a cell of three lines.
LEFT_OUT = ["hermit/ext/draft/debug.h"]

EXTENSIONS = [header for header in HEADERS if "/ext/" in header and header not in LEFT_OUT]


def test_what_is_left_out_exists():
    assert set(LEFT_OUT) <= set(HEADERS)


@pytest.mark.parametrize("header", EXTENSIONS)
def test_it_uses_the_extension(header):
    macros = [macro for macro, _ in ids(read(header))]
    assert macros and [macro for macro in macros if macro not in TEXT] == []
    for name, body in structs(read(header)):
        for function in re.findall(r"\(HERMIT_ABI \*(\w+)\)", body):
            if name.startswith("hermit_host_"):
                assert f"->{function}(" in TEXT, f"it never calls {function} of {name}"
        if name.startswith("hermit_shell_"):
            assert re.search(rf"const {name} \w+ = \{{", TEXT), f"it has no {name}"


def test_it_includes_the_c_headers_of_the_sdk_and_no_library():
    own = {path.name for path in SHELL.rglob("*.h")}
    standard = {"fnmatch.h", "locale.h", "math.h", "pthread.h", "stdalign.h", "stdatomic.h", "stdbool.h", "stdint.h",
                "stdio.h", "stdlib.h", "string.h", "time.h"}
    included = set(re.findall(r"^#include [<\"]([^>\"]+)[>\"]", TEXT, re.MULTILINE))
    assert {name for name in included if not name.startswith("hermit/")} <= own | standard
    assert {name for name in included if name.startswith("hermit/")} <= set(HEADERS)


def test_each_file_says_what_it_is_for_and_is_short():
    for path in sorted(SHELL.rglob("*.[ch]")):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("/*\n") or path.with_suffix(".h").is_file(), path.name
        assert text.count("\n") <= LONGEST_FILE, path.name


@pytest.mark.parametrize("compiler", COMPILERS)
def test_it_compiles_without_a_warning(compiler):
    program = shutil.which(COMPILERS[compiler][0])
    assert program, f"{COMPILERS[compiler][0]} is missing; scripts/setup installs it"
    command = [program, "-std=c11", "-Wall", "-Wextra", "-pedantic", "-Wshadow", "-Werror", "-fsyntax-only",
               f"-I{ROOT}/sdk/include", f"-I{SHELL}/include", *SOURCES]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (0, "")


def call(*words):
    """Runs a command of an author's, who has the tools of the system on their path; gives what it has printed."""
    done = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=PATIENCE)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_built_with_an_installed_hermit(installed, tmp_path, keeps_its_promises):
    shutil.copytree(SHELL, tmp_path / "sources")
    call("cmake", "-S", tmp_path / "sources", "-B", tmp_path / "build", "-D", f"CMAKE_PREFIX_PATH={installed}")
    call("cmake", "--build", tmp_path / "build")
    assert (tmp_path / "build" / "calc.shell.json").is_file()
    keeps_its_promises(tmp_path / "build" / "libhermit-calc.so")


PROGRAM = r"""
#include <stdio.h>
#include <string.h>
#include <calc_program.h>
#include <hermit/embed.h>

static double twice(void *context, double number) { return *(double *)context * number; }

static void take(void *context, hermit_text json, const hermit_text *buffers, size_t count, const hermit_text_sink *reply) {
  (void)context, (void)buffers, (void)count, (void)reply;
  printf("%.*s\n", (int)json.size, json.data);
  fflush(stdout);
}

static hermit_text text(const char *words) { return (hermit_text){words, strlen(words)}; }

int main(void) {
  double factor = 2;
  calc_program program = {&factor, twice};
  hermit_options options;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.settings = text("{\"CalcShell.digits\": 3}");
  options.shell = &hermit_shell_entry;
  options.shell_context = &program;
  options.send = take;
  hermit_kernel *kernel = NULL;
  if (hermit_start(&options, &kernel, NULL) != HERMIT_OK) return 1;
  hermit_handle_msg(kernel, text("{\"channel\": \"shell\", \"header\": {\"msg_id\": \"1\", \"msg_type\": \"execute_request\","
                                 "\"session\": \"s\"}, \"content\": {\"code\": \"program(20) + 2 + 1 / 3\"}}"), NULL, 0, NULL);
  while (getchar() != EOF) continue;
  hermit_end(kernel);
  return 0;
}
"""


def test_a_program_that_embeds_it_gives_it_a_function(installed_library, tmp_path):
    (tmp_path / "program.c").write_text(PROGRAM, encoding="utf-8")
    call("gcc", "-std=c11", "-pthread", f"-I{installed_library}/include", f"-I{SHELL}/include", tmp_path / "program.c",
         *SOURCES, f"-L{installed_library}/lib", "-lhermit", "-lm", f"-Wl,-rpath,{installed_library}/lib",
         "-o", tmp_path / "program")
    with subprocess.Popen([tmp_path / "program"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        shown = next(line for line in program.stdout if "execute_result" in line)
        assert '"text/plain":"42.3"' in shown.replace(" ", "")
        program.stdin.close()
        assert program.stdout.read() is not None
    assert program.returncode == 0


# The ABI as ctypes has it: as much as a host needs that has no service, and exchanges a value.


class Text(ctypes.Structure):
    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_size_t)]


class Mime(ctypes.Structure):
    _fields_ = [("type", Text), ("data", Text), ("form", ctypes.c_uint32), ("reserved", ctypes.c_uint32)]


class Bundle(ctypes.Structure):
    _fields_ = [("parts", ctypes.POINTER(Mime)), ("count", ctypes.c_size_t), ("metadata", Text)]


Extension = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, Text)
Put = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(Bundle))


class Host(ctypes.Structure):
    _fields_ = [("context", ctypes.c_void_p), ("extension", Extension), ("fail", ctypes.c_void_p), ("finish", ctypes.c_void_p)]


class Sink(ctypes.Structure):
    _fields_ = [("context", ctypes.c_void_p), ("put", Put)]


class ShellTable(ctypes.Structure):
    _fields_ = [
        ("create", ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.POINTER(Host), ctypes.POINTER(ctypes.c_void_p),
                                    ctypes.c_void_p)),
        ("destroy", ctypes.CFUNCTYPE(None, ctypes.c_void_p)),
        ("execute", ctypes.c_void_p),
        ("extension", Extension),
    ]


class Entry(ctypes.Structure):
    _fields_ = [("numbers", ctypes.c_uint32 * 4), ("manifest", ctypes.c_char_p), ("shell", ctypes.POINTER(ShellTable))]


class Values(ctypes.Structure):
    _fields_ = [
        ("get", ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_uint64, Text, ctypes.POINTER(Sink))),
        ("put", ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_uint64, Text, ctypes.POINTER(Bundle))),
    ]


def text(words):
    data = words.encode()
    return Text(data, len(data))


@pytest.fixture
def values(build_folder):
    """get and put of hermit.draft.values/1 of a shell that has been made by a host without any service."""
    library = ctypes.CDLL(str(build_folder / "examples" / "calc-shell" / "libhermit-calc.so"))
    table = Entry.in_dll(library, "hermit_shell_entry").shell.contents
    host = Host(None, Extension(lambda *_: None), None, None)
    shell = ctypes.c_void_p()
    assert table.create(None, ctypes.byref(host), ctypes.byref(shell), None) == 0
    offered = Values.from_address(table.extension(shell, text("hermit.draft.values/1")))

    def get(name):
        parts = {}

        def take(_, bundle):
            for part in bundle.contents.parts[: bundle.contents.count]:
                parts[part.type.data[: part.type.size]] = part.data.data[: part.data.size]

        return offered.get(shell, 1, text(name), ctypes.byref(Sink(None, Put(take)))), parts

    def put(name, **parts):
        mimes = (Mime * len(parts))(*(Mime(text(kind.replace("_", "/")), text(data), 0, 0) for kind, data in parts.items()))
        return offered.put(shell, 1, text(name), ctypes.byref(Bundle(mimes, len(mimes), text(""))))

    yield get, put
    table.destroy(shell)


def test_values_are_handed_to_other_shells_and_taken(values):
    get, put = values
    assert put("x", text_plain="seven", application_json="7.5") == 0
    assert get("x") == (0, {b"text/plain": b"7.5", b"application/json": b"7.5"})
    assert put("word", application_json='"\\ud83d\\ude00\\n\\u00e4"') == 0
    assert get("word")[1][b"application/json"] == '"\U0001f600\\u000aä"'.encode()
    assert put("word", application_json="[1]", text_plain="plain") == 0
    assert get("word")[1][b"text/plain"] == b'"plain"'


def test_what_cannot_be_exchanged_is_refused(values):
    get, put = values
    assert get("nobody") == (-4, {})
    assert put("x", application_json="[1, 2]") == -1
    for name in ("pi", "1x", "x y", ""):
        assert put(name, application_json="1") == -2
