"""Small files, small functions, few arguments: printed (pytest -s), and held to."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from source_tree import FILES, parsed, short

MOST_FILE_LINES = 300
MOST_BODY_LINES = 60
MOST_BODY_LINES_OF_NINE_IN_TEN = 25
MOST_ARGUMENTS = 8

EXCEPTIONS: dict[str, str] = {
    "attend.py::attend": "the one door: every independent choice is a keyword of its own",
    "attend.py::plan": "the door's own choices",
    "binding.py::bind": "the door's own choices",
    "reading.py::weights": "the door's own choices, and which part of the weights",
    "layers/attention.py::Attention.__init__": "as at the door, every independent choice is a keyword of its own",
    "kernels/reference/judge.py::attend": "the judge takes each choice by name, as the door does",
}
"""`file.py` or `file.py::function` → the reason why it may be larger."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Measured(NamedTuple):
    place: str
    lines: int
    arguments: int


def body_lines(function: Function) -> int:
    """From the first statement after the docstring to the end."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def argument_count(function: Function, *, method: bool) -> int:
    given = function.args
    static = any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in function.decorator_list)
    itself = 1 if method and not static else 0
    return len(given.posonlyargs) + len(given.args) + len(given.kwonlyargs) - itself


def functions(node: ast.AST, place: str) -> Iterator[Measured]:
    """Every function, method and function within a function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            named = f"{place}{child.name}"
            count = argument_count(child, method=isinstance(node, ast.ClassDef))
            yield Measured(named, body_lines(child), count)
            yield from functions(child, f"{named}.")
        else:
            yield from functions(child, f"{place}{child.name}." if isinstance(child, ast.ClassDef) else place)


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


FILE_LINES = {short(path): line_count(path) for path in FILES}
FUNCTIONS = [one for path in FILES for one in functions(parsed(path), f"{short(path)}::")]


def constructor_of_an_estimator(place: str) -> bool:
    """scikit-learn wants every choice as an argument of the constructor."""
    return place.startswith("estimators/") and place.endswith(".__init__")


def beyond_budget() -> dict[str, str]:
    files = {place: f"{lines} lines" for place, lines in FILE_LINES.items() if lines > MOST_FILE_LINES}
    long = {one.place: f"{one.lines} lines" for one in FUNCTIONS if one.lines > MOST_BODY_LINES}
    many = {
        one.place: f"{one.arguments} arguments"
        for one in FUNCTIONS
        if one.arguments > MOST_ARGUMENTS and not constructor_of_an_estimator(one.place)
    }
    return files | long | many


def test_files_and_functions_keep_their_budgets() -> None:
    sizes = [lines for lines in FILE_LINES.values() if lines > 1]
    longest = sorted(FUNCTIONS, key=lambda one: one.lines)
    print(f"\n{len(sizes)} files, median {statistics.median(sizes):.0f} lines, longest {max(sizes)}")
    print(f"{len(FUNCTIONS)} functions, body p90 {tenth_longest():.0f} lines; the longest:")
    print("\n".join(f"{one.lines:5} lines {one.arguments:3} arguments  {one.place}" for one in longest[-5:]))
    assert {place: size for place, size in beyond_budget().items() if place not in EXCEPTIONS} == {}


def tenth_longest() -> float:
    return statistics.quantiles((one.lines for one in FUNCTIONS), n=10)[-1]


def test_nine_in_ten_functions_are_short() -> None:
    assert tenth_longest() <= MOST_BODY_LINES_OF_NINE_IN_TEN


def test_every_exception_has_a_reason_and_is_still_needed() -> None:
    assert all(len(reason.split()) >= 4 for reason in EXCEPTIONS.values())
    assert set(EXCEPTIONS) <= set(beyond_budget())


@pytest.mark.parametrize(
    ("code", "lines", "arguments"),
    [
        ('def f(a, *, b=1, **c):\n    """Says\n    much."""\n    a += 1\n\n    return a\n', 3, 2),
        ("class C:\n    def f(self, a, /): return a\n", 1, 1),
        ("class C:\n    @staticmethod\n    def f(a): return a\n", 1, 1),
        ('def f():\n    """Says all."""\n', 0, 0),
    ],
)
def test_the_test_itself_counts_right(code: str, lines: int, arguments: int) -> None:
    assert [one[1:] for one in functions(ast.parse(code), "")] == [(lines, arguments)]
