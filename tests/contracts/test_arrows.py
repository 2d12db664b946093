"""Imports run downward only: what stands above may use what stands below, not what stands beside it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from source_tree import FILES, MODULES, PACKAGE, module_name, parsed, short

LEVELS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("serve",),
    ("comparing",),
    ("estimators",),
    ("inspect",),
    ("training",),
    ("metrics",),
    ("memory",),
    ("export",),
    ("folder",),
    ("models",),
    ("decoding",),
    ("networks",),
    ("inputs",),
    ("data",),
    ("layers",),
    (
        "binding",
        "conventions",
        "reading",
        "recurring",
    ),  # beside the door: calls again, others' arguments, weights, pieces
    ("attend",),
    ("planning",),
    ("checks", "lowering"),  # the two halves of the door: what it refuses, and what it hands on
    ("kernels",),
    ("mechanisms",),
    ("native",),  # the compiled core, which knows nothing of regard
    ("shapes", "errors"),
)
HEIGHT = {package: -level for level, packages in enumerate(LEVELS) for package in packages}
FOR_ALL = {"regard.__version__"}


def package_of(module: str) -> str:
    """`kernels` for regard.kernels.dense; empty for regard itself; `__main__` for every program."""
    return "__main__" if module.endswith(".__main__") else ".".join(module.split(".")[1:2])


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import, those inside functions too; `from a import b` gives a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: write imports out, from regard.… on"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def upward(importer: str, tree: ast.AST) -> Iterator[str]:
    """A line for each import by that package of something that does not stand below it."""
    for line, name in imports(tree):
        target = package_of(name)
        inside = name.split(".")[0] == "regard" and name not in FOR_ALL
        if not inside or target == importer:
            continue
        if target not in HEIGHT or HEIGHT[target] >= HEIGHT[importer]:
            yield f"line {line}: {importer} imports {name}"


def test_every_package_has_its_place() -> None:
    present = {package_of(module_name(path)) for path in FILES} - {""}
    assert present <= HEIGHT.keys(), "give the new package a place in LEVELS, in the design's order"


@pytest.mark.parametrize("path", FILES, ids=short)
def test_imports_run_downward(path: Path) -> None:
    importer = package_of(module_name(path))
    if path == PACKAGE / "__init__.py":
        return
    assert list(upward(importer, parsed(path))) == []


def test_no_module_hides_behind_a_missing_package_file() -> None:
    assert {module_name(path) for path in FILES} - {"regard.__main__"} == set(MODULES)


@pytest.mark.parametrize(
    ("importer", "code", "wrong"),
    [
        ("data", "from regard.layers.attention import Attention", 0),
        ("data", "from regard import layers, __version__", 0),
        ("layers", "from regard.data.pairs import Pairs", 1),
        ("layers", "def late():\n    if True:\n        import regard.data.pairs", 1),
        ("decoding", "from regard.metrics import bleu", 1),
        ("training", "from regard.decoding import beam\nfrom regard.metrics import bleu", 0),
        ("shapes", "from regard import errors", 1),
        ("kernels", "from regard import attend", 1),
        ("kernels", "import regardless.data", 0),
        ("errors", "import regard.unheard_of", 1),
    ],
)
def test_the_test_itself_sees_upward_imports(importer: str, code: str, wrong: int) -> None:
    assert len(list(upward(importer, ast.parse(code)))) == wrong
