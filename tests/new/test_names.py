"""The names that `hermit new` takes, and what it says of others."""

import re

import pytest

from author import contents

GOOD = ["a", "my-lang", "x86", "b2-c3-d4", "a" * 32]
# A name, and what the one line says would be right.
BAD = [
    ("", "such as"),
    ("My-Lang", '"my-lang" is one'),
    ("my lang", '"my-lang" is one'),
    ("my_lang", '"my-lang" is one'),
    ("my.lang", '"my-lang" is one'),
    ("my--lang", '"my-lang" is one'),
    ("lang-", '"lang" is one'),
    ("-lang", '"lang" is one'),
    ("3d-lang", '"d-lang" is one'),
    ("c++", '"c" is one'),
    ("../lang", '"lang" is one'),
    ("lang;rm", '"lang-rm" is one'),
    ("42", "such as"),
    (".", "such as"),
    ("..", "such as"),
    ("żółw", "such as"),
    ("язык", "such as"),
    ("la\tng", '"la-ng" is one'),
    ("la\nng", '"la-ng" is one'),
    ("Lua", '"my-lua" is one'),
    ("a" * 33, "32 characters"),
]
TAKEN = [
    ("lua", '"my-lua"'),
    ("cpp", '"my-cpp"'),
    ("cpp23", '"my-cpp23"'),
    ("hermit", "such as"),
    ("sdk", "such as"),
    ("hermit-logo", 'leave it out: "logo"'),
    ("hermit-3", "leave it out"),
    ("hermit-lua", 'leave it out: "my-lua"'),
]


@pytest.mark.parametrize("name", GOOD)
def test_a_good_name_makes_a_project_of_that_name(name, author):
    assert f"made {author.desk / name};" in author.new(name)
    assert contents(author.desk / name)


@pytest.mark.parametrize("name, advice", BAD + TAKEN, ids=lambda value: ascii(value))
def test_another_name_is_refused_in_one_line_that_says_what_is_right(name, advice, author):
    line = author.new("--", name, exit_code=2)
    shown = re.sub(r"[\t\n]", "?", name)
    assert line.startswith(f'hermit: "{shown}" ')
    assert line.count("\n") == 1 and advice in line
    assert contents(author.desk) == []


def test_the_name_is_needed(author):
    assert "NAME" in author.new(exit_code=2)


def test_another_language_is_refused_with_those_there_are(author):
    line = author.new("lang", "--language", "rust", exit_code=2)
    assert "{c,cpp}" in line and "rust" in line
    assert contents(author.desk) == []
