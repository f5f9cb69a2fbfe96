"""Every function of the ABI crosses to a shell in a process of its own, and back.

CROSSINGS has a row for each function of the tables in sdk/include/hermit: the word by which it crosses
(host/worker/words.hpp), or, in parentheses, why it does not. A function that is added to a header has no row,
and fails the test until somebody has thought of it.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEADERS = ROOT / "sdk" / "include" / "hermit"
WORKER = ROOT / "host" / "worker"

CROSSINGS = {
    # What the host calls.
    "hermit_shell_table.create": "create",
    "hermit_shell_table.destroy": "destroy",
    "hermit_shell_table.execute": "execute",
    "hermit_shell_table.extension": "(the worker has the tables)",
    "hermit_shell_comm_handler.opened": "comm",
    "hermit_shell_comm_handler.received": "comm",
    "hermit_shell_comm_handler.closed": "comm",
    "hermit_shell_complete.complete": "complete",
    "hermit_shell_evaluate.evaluate": "evaluate",
    "hermit_shell_history.query": "history",
    "hermit_shell_inspect.inspect": "inspect",
    "hermit_shell_interrupt.interrupt": "interrupt",
    "hermit_shell_is_complete.is_complete": "is_complete",
    "hermit_shell_subshells.create": "make_subshell",
    "hermit_shell_tasks.resume": "resume",
    # What the shell calls.
    "hermit_host.extension": "(the worker has the tables)",
    "hermit_host.fail": "fail",
    "hermit_host.finish": "finish",
    "hermit_host_comm.add_target": "comm_target",
    "hermit_host_comm.remove_target": "comm_target",
    "hermit_host_comm.open": "comm_open",
    "hermit_host_comm.send": "comm_send",
    "hermit_host_comm.close": "comm_close",
    "hermit_host_embedding.context": "(such a shell runs in the program's process)",
    "hermit_host_input.read": "read_line",
    "hermit_host_lane.resume_after": "resume_after",
    "hermit_host_log.write": "(the worker has a log)",
    "hermit_host_output.stream": "stream",
    "hermit_host_output.result": "result",
    "hermit_host_output.display": "display",
    "hermit_host_output.update": "update",
    "hermit_host_output.clear": "clear",
    "hermit_host_settings.value": "(sent with create)",
    # No host offers or calls these yet.
    "hermit_host_draft_debug_events.send": "(a draft)",
    "hermit_shell_draft_debug.answer": "(a draft)",
    "hermit_shell_draft_values.get": "(a draft)",
    "hermit_shell_draft_values.put": "(a draft)",
}


def functions_of_the_abi():
    found = set()
    for header in sorted(HEADERS.rglob("*.h")):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(encoding="utf-8"), flags=re.DOTALL)
        for name, body in re.findall(r"struct (hermit_\w+) \{(.*?)\n\}", text, flags=re.DOTALL):
            if name.endswith("_sink"):  # a sink is called by the side that was given it
                continue
            found |= {f"{name}.{function}" for function in re.findall(r"\(HERMIT_ABI \*(\w+)\)", body)}
    return found


def words():
    text = (WORKER / "words.hpp").read_text(encoding="utf-8")
    body = re.search(r"enum class Word[^{]*\{(.*?)\};", text, flags=re.DOTALL).group(1)
    return set(re.findall(r"^  (\w+)(?: = \d+)?,", body, flags=re.MULTILINE))


def files_that_say(word):
    return [
        path.name
        for path in sorted(WORKER.glob("*.cpp"))
        if re.search(rf"\bWord::{word}\b", path.read_text(encoding="utf-8"))
    ]


def test_every_function_of_the_abi_has_its_crossing():
    assert functions_of_the_abi() == set(CROSSINGS)


def test_every_crossing_is_a_word_that_both_ends_know():
    for function, word in CROSSINGS.items():
        if word.startswith("("):
            continue
        assert word in words(), f"{function} crosses by {word}, which is no word"
        # By default a question goes on as it came; see FarEnd::answer().
        assert len(files_that_say(word)) >= 2, f"{function}: only one end says {word}"


def test_no_word_is_left_over():
    for word in words():
        assert files_that_say(word), f"nobody says {word}"
