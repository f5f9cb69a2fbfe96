"""The whole of jupyter_kernel_test against hermit-cpp."""

import jupyter_kernel_test
import pytest


@pytest.fixture(scope="module", autouse=True)
def installed(cpp_kernels):
    """The tests below start the kernel by its name."""


class TestCpp(jupyter_kernel_test.KernelTests):
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
    code_history_pattern = "1 ? 1"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "std::sort"
    code_clear_output = "hermit::clear();"


class TestIopubWelcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "hermit-cpp"
    support_iopub_welcome = True
