"""The projects that `hermit new` makes build without a warning, pass `hermit check`, install, and run in Jupyter."""

import json
import re
import shutil
import xml.etree.ElementTree

import pytest
import yaml

from author import TEST_TIMEOUT, Author, contents, told

pytestmark = pytest.mark.timeout(TEST_TIMEOUT)

LANGUAGES = ["c", "cpp"]
CLANG = next((name for name in ("clang", "clang-19") if shutil.which(name)), None)
FILES = [".github", ".github/workflows", ".github/workflows/ci.yml", ".gitignore", "CMakeLists.txt", "README.md", "logo.svg",
         "manifest.json", "src"]


def source(language):
    return f"src/shell.{language}"


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


def made(author, name, language):
    author.new(name, "--language", language)
    return author.desk / name


def run_cells(client, name):
    assert client.kernel_info(reply=True, timeout=60)["content"]["language_info"]["name"] == name
    assert told(client, "print hello, crab") == "hello, crab\n"
    assert told(client, "# two numbers\n40\n2") == "42"
    assert told(client, "0\nforty-two") == "NotANumber"
    assert told(client, "0") == "42"


def test_it_has_these_files_and_no_word_that_was_to_be_replaced(language, author):
    project = made(author, "my-lang", language)
    assert contents(project) == sorted([*FILES, source(language)])
    for path in project.rglob("*"):
        if path.is_file():
            assert not re.search(r"@[A-Z_]+@", path.read_text(encoding="utf-8")), path
    assert json.loads((project / "manifest.json").read_text())["name"] == "my-lang"
    xml.etree.ElementTree.parse(project / "logo.svg")
    assert len((project / source(language)).read_text().splitlines()) <= 120, "a screen or two"


def test_it_builds_passes_check_and_runs_in_jupyter(language, author, monkeypatch):
    """The way that the README has, with a prefix of the author's own."""
    project = made(author, "my-lang", language)
    assert "warning" not in author.build(project, CC="gcc", CXX="g++")
    assert "100% tests passed" in author.check(project)
    own = author.desk / "own prefix"
    author.run("cmake", "--install", project / "build", "--prefix", own)
    assert (own / "lib/hermit/shells/my-lang.shell.json").is_file()
    logo = own / "share/jupyter/kernels/hermit-my-lang/logo-svg.svg"
    assert logo.read_text() == (project / "logo.svg").read_text()
    with author.kernel("hermit-my-lang", monkeypatch, JUPYTER_PATH=own / "share/jupyter") as client:
        run_cells(client, "my-lang")


def commands(text):
    return [line.strip() for line in text.splitlines() if line.startswith("  ")]


@pytest.mark.parametrize("on_path", [True, pytest.param(False, marks=pytest.mark.long)])
def test_the_lines_that_it_prints_lead_to_a_kernel(on_path, author, monkeypatch):
    if not on_path:
        author.environment["PATH"] = "/usr/bin:/bin"
    printed = author.run(author.prefix / "bin/hermit", "new", "lang", "--language", "c")
    lines = commands(printed)
    assert len(lines) == 4 and ("CMAKE_PREFIX_PATH" in lines[0]) != on_path
    author.run("bash", "-euc", "\n".join(lines), folder=author.desk / "lang")
    with author.kernel("hermit-lang", monkeypatch) as client:
        run_cells(client, "lang")


def test_the_readme_tells_the_lines_that_are_printed(author):
    lines = commands(author.new("lang"))
    readme = (author.desk / "lang" / "README.md").read_text()
    assert "```sh\n" + "".join(line + "\n" for line in lines) + "```" in readme


def test_a_manifest_of_another_name_is_refused_when_it_is_configured(author):
    project = made(author, "lang", "c")
    manifest = project / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"name": "lang"', '"name": "other"', 1))
    text = author.run("cmake", "-S", project, "-B", project / "build", exit_code=1)
    assert "hermit-other" in text


def test_a_slip_in_the_manifest_ends_the_build(author):
    project = made(author, "lang", "c")
    manifest = project / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"banner"', '"baner"', 1))
    author.run("cmake", "-S", project, "-B", project / "build")
    assert '"banner"' in author.run("cmake", "--build", project / "build", exit_code=2)


def test_a_manifest_that_is_changed_is_built_in(author):
    project = made(author, "lang", "c")
    author.build(project)
    manifest = project / "manifest.json"
    manifest.write_text(manifest.read_text().replace("0.1.0", "0.2.0 ää \\\\ \\\" ; [x]", 1))
    author.run("cmake", "--build", project / "build")
    assert json.loads((project / "build/lang.shell.json").read_text())["version"] == '0.2.0 ää \\ " ; [x]'


@pytest.mark.long
@pytest.mark.skipif(CLANG is None, reason="there is no clang")
def test_clang_builds_it_without_a_warning(language, author):
    project = made(author, "lang", language)
    assert "warning" not in author.build(project, CC=CLANG, CXX=CLANG.replace("clang", "clang++"))
    author.check(project)


@pytest.mark.long
@pytest.mark.parametrize("standard", {"c": ["11", "17"], "cpp": ["17", "20", "23"]}.items(), ids=lambda item: item[0])
def test_every_standard_builds_it_without_a_warning(standard, author):
    language, years = standard
    project = made(author, "lang", language)
    flag = "CMAKE_C_STANDARD" if language == "c" else "CMAKE_CXX_STANDARD"
    for year in years:
        assert "warning" not in author.build(project, f"-D{flag}={year}", "-DCMAKE_BUILD_TYPE=Release")


@pytest.mark.long
@pytest.mark.parametrize("name", ["a", "x86", "b2-c3-d4", "a" * 32])
def test_it_works_under_any_name(name, language, author, monkeypatch):
    project = made(author, name, language)
    author.build(project)
    author.check(project)
    author.run("hermit", "install", project / f"build/libhermit-{name}.so", "--logo", project / "logo.svg")
    with author.kernel(f"hermit-{name}", monkeypatch) as client:
        run_cells(client, name)
    author.run("hermit", "uninstall", name)


@pytest.mark.long
def test_in_hermits_own_prefix_it_may_be_staged_and_moved(prefix, monkeypatch, tmp_path):
    """As a package does it, and as an archive of all that is in the prefix."""
    own, stage, moved = tmp_path / "own", tmp_path / "stage", tmp_path / "moved"
    shutil.copytree(prefix, own)
    author = Author(own, tmp_path)
    project = made(author, "lang", "c")
    author.build(project)
    author.run("cmake", "--install", project / "build", "--prefix", own, DESTDIR=stage)
    assert contents(own / "lib/hermit/shells") == contents(prefix / "lib/hermit/shells")
    shutil.copytree(stage / own.relative_to("/"), own, dirs_exist_ok=True)
    with author.kernel("hermit-lang", monkeypatch, JUPYTER_PATH=own / "share/jupyter") as client:
        run_cells(client, "lang")
    author.run("cmake", "--install", project / "build", "--prefix", own)
    own.rename(moved)
    with author.kernel("hermit-lang", monkeypatch, JUPYTER_PATH=moved / "share/jupyter") as client:
        run_cells(client, "lang")


@pytest.mark.long
def test_with_destdir_another_prefix_is_refused(author):
    project = made(author, "lang", "c")
    author.build(project)
    stage = author.desk / "stage"
    text = author.run("cmake", "--install", project / "build", "--prefix", "/elsewhere", DESTDIR=stage, exit_code=1)
    assert "Hermit's own prefix" in " ".join(text.split())


@pytest.mark.long
def test_what_its_ci_runs_passes(language, author):
    project = made(author, "lang", language)
    workflow = yaml.safe_load((project / ".github/workflows/ci.yml").read_text())
    job = workflow["jobs"]["check"]
    steps = {step["name"]: step["run"] for step in job["steps"] if "run" in step}
    assert job["strategy"]["matrix"]["compiler"] == [{"cc": "gcc", "cxx": "g++"}, {"cc": "clang", "cxx": "clang++"}]
    for name in ("Build", "Check"):
        author.run("bash", "-euc", steps[name], folder=project, CC="gcc", CXX="g++")
