"""Every refusal at the door of `attend` is provoked, and its three lines are read."""

import ast
from pathlib import Path

import pytest
from refusals import DOOR, Refused
from refusals_of_mechanisms import OPTIONS, SHAPES

import regard
from regard import checks, lowering, reading

CASES = {**DOOR, **SHAPES, **OPTIONS}
"""Illegal combinations have a law of their own (test_attention_reference.py)."""
BY_A_LAW = "attend: {rule.reason}"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_error_says_the_rule_what_came_and_what_to_try(case: Refused) -> None:
    with pytest.raises(case.kind) as caught:
        case.call()
    assert str(caught.value) == f"{case.rule}\n  got  {case.got}\n  try  {case.hint}"
    assert isinstance(caught.value, regard.RegardError) and isinstance(caught.value, ValueError)


def test_every_raise_of_the_door_is_among_the_cases() -> None:
    files = [Path(reading.__file__), *(path for package in (checks, lowering) for path in package_files(package))]
    written = {(path, line) for path in files for line in raises(path)}
    provoked = set()
    for case in CASES.values():
        with pytest.raises(case.kind) as caught:
            case.call()
        provoked |= {(Path(entry.path), entry.lineno + 1) for entry in caught.traceback}
    assert {f"{path.name}:{line}" for path, line in written - provoked} == set()


def package_files(package: object) -> list[Path]:
    return sorted(Path(package.__file__).parent.glob("*.py"))


def raises(path: Path) -> list[int]:
    """The lines that raise, but for the one that all illegal combinations share."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    found = [node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Raise)]
    return [line for line in found if BY_A_LAW not in lines[line - 1]]
