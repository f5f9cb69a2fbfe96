"""The list of mutants: reads mutants.toml, and says what is wrong with it as the tree is now."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutants.toml")

# So many are the least that says anything about the specs.
FEWEST = 40


@dataclass(frozen=True)
class Mutant:
    """One line of the host, what takes its place, and the spec that notices. mutants.toml tells of the fields."""

    name: str
    file: str
    line: str
    becomes: str
    breaks: str
    spec: str
    after: str = ""
    hangs: bool = False

    def applied_to(self, text):
        """The text of the file with the fault in it. Raises a ValueError when the line cannot be told."""
        lines = text.split("\n")
        first = 0
        if self.after:
            first = self.only(lines, self.after, "after") + 1
            found = [i for i in range(first, len(lines)) if lines[i].strip() == self.line]
            if not found:
                raise ValueError(f"{self.name}: {self.file} has no line after `{self.after}` that is `{self.line}`")
            at = found[0]
        else:
            at = self.only(lines, self.line, "line")
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines[at] = indent + self.becomes if self.becomes else ""
        return "\n".join(lines)

    def only(self, lines, wanted, field):
        found = [i for i, line in enumerate(lines) if line.strip() == wanted]
        if len(found) != 1:
            raise ValueError(f"{self.name}: {self.file} has {len(found)} lines that are its {field} `{wanted}`")
        return found[0]


def read_list():
    """All mutants, in the order of the file."""
    return [Mutant(**entry) for entry in tomllib.loads(LIST.read_text(encoding="utf-8"))["mutant"]]


def known_specs():
    """The names of all specs, as `Suite.Test`."""
    texts = (path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests" / "spec").glob("*_spec.cpp")))
    return {f"{suite}.{test}" for text in texts for suite, test in re.findall(r"^TEST_P\((\w+), (\w+)\)", text, re.M)}


def problem_of(mutant, specs):
    """What is wrong with one mutant; nothing when it can be tried."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", mutant.name):
        return f"{mutant.name}: a name is in kebab-case"
    if not mutant.breaks.endswith(".") or ". " in mutant.breaks:
        return f"{mutant.name}: `breaks` is one sentence"
    if mutant.line == mutant.becomes:
        return f"{mutant.name}: its line stays as it is"
    if mutant.spec not in specs:
        return f"{mutant.name}: there is no spec {mutant.spec}"
    path = ROOT / mutant.file
    if not mutant.file.startswith("host/") or not path.is_file():
        return f"{mutant.name}: there is no file {mutant.file} of the host"
    try:
        mutant.applied_to(path.read_text(encoding="utf-8"))
    except ValueError as error:
        return str(error)
    return None


def problems():
    """What is wrong with the list, a line for each."""
    mutants = read_list()
    specs = known_specs()
    found = [problem for mutant in mutants if (problem := problem_of(mutant, specs))]
    names = [mutant.name for mutant in mutants]
    found += [f"{name}: there are two of this name" for name in sorted(set(names)) if names.count(name) > 1]
    faults = [(mutant.file, mutant.after, mutant.line, mutant.becomes) for mutant in mutants]
    found += [f"{mutant.name}: another has the same fault" for mutant, fault in zip(mutants, faults)
              if faults.index(fault) != mutants.index(mutant)]
    if len(mutants) < FEWEST:
        found.append(f"there are only {len(mutants)} mutants, and at least {FEWEST} are wanted")
    return found
