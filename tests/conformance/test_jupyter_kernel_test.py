"""The whole of jupyter_kernel_test against hermit-lua, with a sample for each of its tests that has a
meaning for Lua. A floor: it knows nothing of interrupts, input, several clients or shutdown, for which
see the other files here.
"""

import jupyter_kernel_test


class TestLua(jupyter_kernel_test.KernelTests):
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

    # Lua has no pager: code_page_something stays empty, and that one test is skipped.

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

    code_history_pattern = "1 ? 1"
    supported_history_operations = ("tail", "range", "search")

    code_inspect_sample = "print"
    code_clear_output = "hermit.clear()"


class TestIopubWelcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "hermit-lua"
    support_iopub_welcome = True
