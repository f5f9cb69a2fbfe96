"""The whole of jupyter_kernel_test against the kernels of all languages, with a sample for each of its tests that has a
meaning there. A floor: it knows nothing of interrupts, input, several clients or shutdown, for which see the other files
here.
"""

import unittest

import jupyter_kernel_test
import pytest
from jupyter_client.kernelspec import KernelSpecManager

from conftest import install_once


@pytest.fixture(scope="module", autouse=True)
def installed(hermit, build_folder, own_folders):
    """The tests below start the kernels by their names."""
    if (build_folder / "lib/hermit/shells/libhermit-cpp.so").is_file():
        install_once(hermit, "cpp")


class Kernel:
    """What the languages have in common."""

    # No shell has a pager: code_page_something stays empty, and that one test is skipped.
    code_history_pattern = "1 ? 1"
    supported_history_operations = ("tail", "range", "search")
    support_iopub_welcome = True

    @classmethod
    def setUpClass(cls):
        # Without LLVM the C++ shell is not built, and not tested.
        if cls.kernel_name not in KernelSpecManager().find_kernel_specs():
            raise unittest.SkipTest(f"{cls.kernel_name} is not built")
        super().setUpClass()


class TestLua(Kernel, jupyter_kernel_test.KernelTests):
    kernel_name = "hermit-lua"
    language_name = "lua"
    file_extension = ".lua"

    code_hello_world = "print('hello, world')"
    code_stderr = "io.stderr:write('oops\\n')"

    completion_samples = [
        {"text": "tonum", "matches": ["tonumber"]},
        {"text": "local x = coroutine.isy"},
        {"text": "string.gs"},
        {"text": "repea", "matches": ["repeat"]},
        {"text": "no_such_name_", "matches": []},
    ]

    complete_code_samples = [
        "1 + 1",
        "print('hello')",
        "for i = 1, 10 do print(i) end",
        "x = [[\nseveral lines\n]]",
        "local function f() return 1 end",
        "-- a comment",
        "",
    ]
    incomplete_code_samples = [
        "for i = 1, 10 do",
        "function f(a, b)",
        "x = {",
        "print(",
        "x = [[ unfinished",
        "--[[ unfinished",
        "if a then b() else",
        "x = 1 +",
        "repeat",
    ]
    invalid_code_samples = ["end", "x = = 1", "for do", "1 1", "local 5 = x", ")", "x = 'unfinished\n"]

    code_generate_error = "error('as told')"
    code_execute_result = [
        {"code": "1 + 1", "result": "2"},
        {"code": "10 // 4", "result": "2"},
        {"code": "('ab'):rep(2)"},
        {"code": "2 ^ 0.5 > 1", "result": "true"},
        {"code": "x = 5\nx * 2", "result": "10"},
    ]
    code_display_data = [
        {"code": "hermit.display(hermit.html('<b>bold</b>'))", "mime": "text/html"},
        {"code": "hermit.display(hermit.svg('<svg/>'))", "mime": "image/svg+xml"},
        {"code": "hermit.display(hermit.markdown('*text*'))", "mime": "text/markdown"},
        {"code": "hermit.display(hermit.latex('$x$'))", "mime": "text/latex"},
        {"code": "hermit.display(hermit.png('\\x89PNG'))", "mime": "image/png"},
        {"code": "hermit.display(hermit.json({a = {1, 2}}))", "mime": "application/json"},
        {"code": "hermit.display(5)", "mime": "text/plain"},
    ]

    code_inspect_sample = "print"
    code_clear_output = "hermit.clear()"


class TestCpp(Kernel, jupyter_kernel_test.KernelTests):
    kernel_name = "hermit-cpp"
    language_name = "c++"
    file_extension = ".cpp"

    code_hello_world = 'std::cout << "hello, world" << std::endl;'
    code_stderr = 'std::cerr << "oops" << std::endl;'

    completion_samples = [
        {"text": "std::vect", "matches": ["vector"]},
        {"text": "std::string s; s.siz", "matches": ["size"]},
        {"text": "no_such_name_", "matches": []},
    ]
    complete_code_samples = ["1 + 1", "int x = 1;", "struct A { int b; };", "// a comment", ""]
    incomplete_code_samples = ["int f() {", "f(1,", "/* open", "for (int i = 0; i < 3; ++i)"]
    invalid_code_samples = ["}", ")", "f(1]"]

    code_generate_error = 'throw std::runtime_error("as told");'
    code_execute_result = [
        {"code": "1 + 1", "result": "2"},
        {"code": 'std::string("ab") + "c"', "result": '"abc"'},
        {"code": "std::vector<int>{1, 2}", "result": "{1, 2}"},
        {"code": "int x = 5;\nx * 2", "result": "10"},
    ]
    code_display_data = [
        {"code": 'hermit::display(hermit::html("<b>bold</b>"));', "mime": "text/html"},
        {"code": 'hermit::display(hermit::svg("<svg/>"));', "mime": "image/svg+xml"},
        {"code": 'hermit::display(hermit::latex("$x$"));', "mime": "text/latex"},
        {"code": 'hermit::display(hermit::png("\\x89PNG"));', "mime": "image/png"},
        {"code": "hermit::display(5);", "mime": "text/plain"},
    ]
    code_inspect_sample = "std::sort"
    code_clear_output = "hermit::clear();"


class TestLuaWelcome(Kernel, jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "hermit-lua"


class TestCppWelcome(Kernel, jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "hermit-cpp"
