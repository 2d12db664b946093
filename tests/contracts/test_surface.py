"""What is public is meant to be: named in `__all__`, importable, documented, and light to import."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from source_tree import FILES, imported, module_name, parsed, public_classes, short

import regard

OPTIONAL = (
    *("babel", "jsonargparse", "matplotlib", "rich", "sacrebleu", "sklearn", "tokenizers", "yaml"),
    *("soundfile", "PIL", "pyarrow", "pandas", "tensorboardX", "fastapi", "uvicorn", "python_multipart"),
    *("ctranslate2", "onnx", "onnxscript", "onnxruntime", "pymilvus"),
)
ARGUMENTS_SECTION = re.compile(r"^\s*(Args|Arguments|Parameters)\s*:?\s*$", re.MULTILINE)
DOORS = [path for path in FILES if path.name == "__init__.py"]


def bound_names(tree: ast.Module) -> set[str]:
    """Public names that the top level of a file binds, imported modules aside."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("path", DOORS, ids=short)
def test_all_is_exactly_what_a_package_makes_public(path: Path) -> None:
    package = imported(module_name(path))
    names = getattr(package, "__all__", None)
    bound = {name for name in bound_names(parsed(path)) if not inspect.ismodule(getattr(package, name))}
    if names is None:
        assert bound == set(), "a package that hands out names lists them in __all__"
        return
    assert len(names) == len(set(names))
    assert [name for name in names if not hasattr(package, name)] == []
    assert bound - set(names) == set()


def documented(thing: object) -> str:
    """The docstring somebody wrote; empty for none, and for the one that Python makes up."""
    text = inspect.getdoc(thing) or ""
    return "" if text.startswith(f"{getattr(thing, '__name__', '')}(") else text


def public_things() -> dict[str, object]:
    """Classes and functions of `regard.__all__`, and the public methods that regard gave these classes."""
    found: dict[str, object] = {}
    for name in regard.__all__:
        thing = getattr(regard, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            found[name] = thing
        if inspect.isclass(thing):
            own = ((f"{name}.{method}", value) for method, value in vars(thing).items() if method[0] != "_")
            found |= {place: value for place, value in own if inspect.isfunction(value)}
    return found


@pytest.mark.parametrize("name", public_things())
def test_every_public_thing_says_what_it_is(name: str) -> None:
    thing = public_things()[name]
    text = documented(thing)
    assert text
    if inspect.isfunction(thing) and ARGUMENTS_SECTION.search(text):
        arguments = set(inspect.signature(thing).parameters) - {"self"}
        assert {one for one in arguments if not re.search(rf"\b{one}\b", text)} == set()


def test_no_parameter_of_an_estimator_is_named_like_a_method() -> None:
    estimators = [one for one in public_classes() if any(hasattr(one, name) for name in ("fit", "predict"))]
    clashes = {
        f"{one.__qualname__}({name}=)"
        for one in estimators
        for name in set(inspect.signature(one).parameters)
        if inspect.isroutine(getattr(one, name, None))
    }
    assert clashes == set()


@pytest.mark.slow
def test_importing_regard_leaves_optional_libraries_alone() -> None:
    program = f"import sys, regard; print([name for name in {OPTIONAL} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_test_itself_sees_what_a_file_binds() -> None:
    code = "import os\nfrom a import b, c as d\n_x = e = 1\nf: int = 2\ndef g(): h = 1\nclass I: pass\n"
    assert bound_names(ast.parse(code)) == {"b", "d", "e", "f", "g", "I"}
