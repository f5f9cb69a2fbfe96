"""Completion, asked for as bash, zsh and fish do, and the manual page as man reads it."""

import os
import re
import subprocess

import pytest

from talk import TIMEOUT


@pytest.fixture
def candidates(hermit):
    """What the last of some words may become, without the help."""

    def ask(*words):
        done = subprocess.run([hermit, "complete", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              timeout=TIMEOUT, check=True)
        return [line.partition("\t")[0] for line in done.stdout.splitlines()]

    return ask


def test_verbs_and_their_options_are_completed(candidates):
    assert set(candidates("")) >= {"start", "install", "list", "--version"}
    assert candidates("un") == ["uninstall"]
    assert "complete" not in candidates("")
    assert "--display-name=" in candidates("install", "--d")
    assert candidates("install", "lu") == ["lua", ":files"]
    assert candidates("reference", "--format=m") == ["--format=markdown", "--format=man"]
    assert candidates("reference", "--format", "z") == ["zsh"]
    assert candidates("nonsense", "") == []


def test_settings_are_completed_in_the_spelling_that_was_begun(candidates):
    assert candidates("start", "--log_l") == ["--log_level="]
    assert candidates("start", "--log-l") == ["--log-level="]
    assert candidates("start", "--Interface.log_l") == ["--Interface.log_level="]
    assert candidates("start", "--no-q") == ["--no-quiet"]
    assert candidates("start", "--show") == ["--show-config", "--show-config-json"]
    assert not [name for name in candidates("start", "--") if "backend" in name]


def test_values_are_completed(candidates):
    assert candidates("start", "--log_level=de") == ["--log_level=debug"]
    assert candidates("start", "--log-level", "de") == ["debug"]
    assert candidates("start", "--shell_class=lu") == ["--shell_class=lua", ":files"]
    assert candidates("start", "--quiet=") == ["--quiet=true", "--quiet=false"]
    assert candidates("start", "-f", "") == candidates("start", "--config=") == [":files"]
    assert candidates("start", "--ip=") == candidates("start", "--nonsense=") == []


def test_the_settings_of_the_shell_that_is_named_are_completed(candidates, test_shells):
    assert "--LuaShell.path=" in candidates("start", "--Lua")
    echo = f"--shell_class={test_shells / 'libhermit-echo.so'}"
    assert candidates("start", echo, "--EchoShell.n") == ["--EchoShell.number="]
    assert candidates("start", echo, "--LuaShell") == []
    assert candidates("start", "--shell_class=nonsense", "--log_l") == ["--log_level="]


def run(command, script, **options):
    return subprocess.run([*command, script], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=TIMEOUT, **options)


BASH = """
source "$SCRIPT"
COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
COMP_LINE=$LINE COMP_POINT=${#LINE}
compopt() { :; }
_hermit "$HERMIT"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def test_bash_completes(hermit, build_folder, tmp_path):
    script = build_folder / "share/bash-completion/completions/hermit"
    (tmp_path / "lunar.so").touch()

    def ask(line):
        done = run(["bash", "-c"], BASH, cwd=tmp_path,
                   env={"SCRIPT": str(script), "LINE": line, "HERMIT": str(hermit), "PATH": "/usr/bin:/bin"})
        assert done.stderr == ""
        return done.stdout.split()

    assert ask("hermit unin") == ["uninstall"]
    assert ask("hermit start --log_level=de") == ["debug"]  # what stands behind "=" is replaced
    assert ask("hermit start --log_level de") == ["debug"]
    assert ask("hermit start --shell_class=lu") == ["lua", "lunar.so"]
    assert ask("hermit install ") [:1] != []


FISH = """
source $SCRIPT
complete --do-complete $LINE
"""


def test_fish_completes(hermit, build_folder, tmp_path):
    script = build_folder / "share/fish/vendor_completions.d/hermit.fish"
    (tmp_path / "lunar.so").touch()

    def ask(line):
        done = run(["fish", "--no-config", "-c"], FISH, cwd=tmp_path,
                   env={"SCRIPT": str(script), "LINE": line, "HOME": str(tmp_path),
                        "PATH": f"{hermit.parent}:/usr/bin:/bin"})
        assert done.stderr == ""
        return [line.partition("\t")[0] for line in done.stdout.splitlines()]

    assert ask("hermit unin") == ["uninstall"]
    assert ask("hermit start --log_level=de") == ["--log_level=debug"]
    assert ask("hermit start --log_level de") == ["debug"]
    assert ask("hermit start --shell_class=lu") == ["--shell_class=lua", "--shell_class=lunar.so"]


# A terminal is what zsh's completion needs, and zpty gives it one; a key tells the line as it is then.
ZSH = r"""
zmodload zsh/zpty
zpty -b shell "zsh -f -i"
zpty -w shell "autoload -Uz compinit && compinit -u -D; source $SCRIPT"
zpty -w shell "show() { print -r -- \"<\$BUFFER>\" > $OUT }; zle -N show; bindkey '^T' show; print -r -- read''y"
zpty -r -m shell out '*ready*'
zpty -n -w shell "$LINE"$'\t\x14'
read -r line < $OUT
print -r -- "$line"
"""


@pytest.mark.parametrize(
    "line, completed",
    [
        ("hermit unin", "hermit uninstall "),
        ("hermit start --log_level=de", "hermit start --log_level=debug "),
        ("hermit start --log_lev", "hermit start --log_level="),
        ("hermit start --shell_class=lun", "hermit start --shell_class=lunar.so "),
    ],
)
def test_zsh_completes(hermit, build_folder, tmp_path, line, completed):
    script = build_folder / "share/zsh/site-functions/_hermit"
    (tmp_path / "lunar.so").touch()
    os.mkfifo(tmp_path / "line")
    done = run(["zsh", "-f", "-c"], ZSH, cwd=tmp_path,
               env={"SCRIPT": str(script), "LINE": line, "OUT": str(tmp_path / "line"), "HOME": str(tmp_path),
                    "TERM": "dumb", "PATH": f"{hermit.parent}:/usr/bin:/bin"})
    assert done.stdout == f"<{completed}>\n"


def test_the_manual_page_is_one(build_folder):
    page = build_folder / "share/man/man1/hermit.1"
    done = run(["groff", "-man", "-Tutf8", "-ww"], page)
    assert done.returncode == 0 and done.stderr == ""
    text = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)
    for word in ("hermit start", "uninstall", "--shell_class", "--Interface.shell_class", "HERMIT_", "EXIT STATUS"):
        assert word in text.replace("‐", "-").replace("−", "-"), word
