"""The list of mutants fits the tree. That the specs catch them takes long: see `run` beside this file."""

import mutant_list


def test_each_mutant_applies_once_and_its_spec_exists():
    problems = mutant_list.problems()
    assert not problems, "\n".join(problems)
