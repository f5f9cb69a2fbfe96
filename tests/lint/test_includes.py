"""Who may include whom: the table in docs/tour.md against the #include lines of the sources.

The table is the fenced block called `include-table`. A line is a room, a colon, and the rooms it may include;
or `library`, the name of a foreign library, a colon, and the files below host/ that may include its headers.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOST = ROOT / "host"
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.MULTILINE)

# How the headers of a foreign library are called, by the library's name in the table.
LIBRARIES = {
    "spdlog": r"^spdlog/",
    "fmt": r"^fmt/",
    "utfcpp": r"^utf8",
    "CLI11": r"^CLI/",
    "nlohmann_json": r"^nlohmann/",
    "OpenSSL": r"^openssl/",
    "Boost.DLL": r"^boost/",
    "libzmq": r"^zmq",
    "SQLite": r"^sqlite3",
    "Lua": r"^(lua|lauxlib|lualib)",
}
# The languages themselves are for plugins alone.
PLUGIN_LIBRARIES = {"Lua"}


def sources(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in {".c", ".h", ".cpp", ".hpp"})


def includes(path):
    return [(kind == '"', name) for kind, name in INCLUDE.findall(path.read_text(encoding="utf-8"))]


def read_table():
    tour = ROOT / "docs" / "tour.md"
    block = re.search(r"^```include-table\n(.*?)^```", tour.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert block, f"{tour} has no fenced block called include-table"
    rooms, libraries = {}, {}
    for line in block.group(1).splitlines():
        if not line.strip():
            continue
        name, colon, listed = line.partition(":")
        assert colon, f"a line of the include-table has no colon: {line!r}"
        if name.startswith("library "):
            libraries[name.removeprefix("library ").strip()] = set(listed.split())
        else:
            rooms[name.strip()] = set(listed.split())
    return rooms, libraries


@pytest.fixture(scope="module")
def table():
    return read_table()[0]


@pytest.fixture(scope="module")
def libraries():
    return read_table()[1]


def test_the_table_names_every_room(table):
    rooms = {path.name for path in HOST.iterdir() if path.is_dir()}
    assert rooms <= set(table), f"rooms without a line: {sorted(rooms - set(table))}"


def test_the_table_has_no_circles(table):
    def reach(room, seen):
        assert room not in seen, f"a circle: {' → '.join([*seen, room])}"
        for other in table.get(room, ()):
            if other != "sdk":
                reach(other, [*seen, room])

    for room in table:
        reach(room, [])


def test_rooms_include_only_what_the_table_allows(table):
    wrong = []
    for path in sources(HOST):
        room = path.relative_to(HOST).parts[0]
        allowed = table[room] | {room}
        for _, name in includes(path):
            other = name.split("/")[0]
            if other == "hermit" and "sdk" not in allowed:
                wrong.append(f"{path.relative_to(ROOT)} includes {name} of the sdk")
            elif other in table and other not in allowed:
                wrong.append(f"{path.relative_to(ROOT)} includes {name}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", ["sdk", "plugins"])
def test_what_a_plugin_author_gets_includes_nothing_of_the_host(folder):
    wrong = []
    for path in sources(ROOT / folder):
        for _, name in includes(path):
            if (HOST / name).is_file() and not (path.parent / name).is_file() and not (ROOT / folder).joinpath(name).is_file():
                wrong.append(f"{path.relative_to(ROOT)} includes {name}")
    assert not wrong, "\n".join(wrong)


def test_each_foreign_library_has_its_place(libraries):
    wrong = []
    for path in sources(HOST):
        relative = str(path.relative_to(HOST))
        for _, name in includes(path):
            for library, pattern in LIBRARIES.items():
                if re.search(pattern, name) and relative not in libraries.get(library, ()):
                    wrong.append(f"host/{relative} includes {name} of {library}")
    assert not wrong, "\n".join(wrong)


def test_the_places_of_foreign_libraries_are_true(libraries):
    assert set(libraries) <= set(LIBRARIES), "a library whose headers this test does not know"
    wrong = []
    for library, places in libraries.items():
        for place in sorted(places):
            path = HOST / place
            if not path.is_file():
                wrong.append(f"{library}: there is no host/{place}")
            elif not any(re.search(LIBRARIES[library], name) for _, name in includes(path)):
                wrong.append(f"{library}: host/{place} does not include it")
    assert not wrong, "\n".join(wrong)


def test_plugins_keep_to_their_languages():
    wrong = []
    for path in [*sources(ROOT / "plugins"), *sources(ROOT / "sdk")]:
        for _, name in includes(path):
            for library in set(LIBRARIES) - PLUGIN_LIBRARIES:
                if re.search(LIBRARIES[library], name):
                    wrong.append(f"{path.relative_to(ROOT)} includes {name} of {library}")
    assert not wrong, "\n".join(wrong)


def test_a_file_includes_its_own_header_first():
    wrong = []
    for path in sources(HOST):
        own = path.with_suffix(".hpp")
        found = includes(path)
        if path.suffix == ".cpp" and own.is_file() and found and found[0][1] != str(own.relative_to(HOST)):
            wrong.append(f"{path.relative_to(ROOT)} begins with {found[0][1]}")
    assert not wrong, "\n".join(wrong)


def test_included_files_of_ours_exist():
    wrong = []
    for path in sources(HOST):
        for ours, name in includes(path):
            if ours and not (HOST / name).is_file() and not (path.parent / name).is_file():
                wrong.append(f"{path.relative_to(ROOT)} includes {name}")
    assert not wrong, "\n".join(wrong)
