"""Whatever the documentation shows runs: the python blocks of both READMEs and docs, and every doctest."""

import doctest
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from source_tree import MODULES, REPOSITORY, imported

PAGES = [*sorted(REPOSITORY.glob("README*.md")), *sorted((REPOSITORY / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^(?P<fence>`{3,})python[^\n]*\n(?P<code>.*?)^(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE)
NOT_RUN = re.compile(r"<!-- not run\b[^>]*-->\s*\Z")


class Block(NamedTuple):
    line: int
    code: str


def blocks(text: str) -> list[Block]:
    """The python blocks of a page and the lines where their code starts, without `<!-- not run -->` ones."""
    return [
        Block(text.count("\n", 0, found.start("code")) + 1, found["code"])
        for found in BLOCK.finditer(text)
        if not NOT_RUN.search(text[: found.start()])
    ]


def as_program(page: str, found: list[Block]) -> str:
    """One program of all blocks of a page, in order; its tracebacks name the page and the line."""
    lines = ["names = {'__name__': '__main__'}"]
    for block in found:
        code = "\n" * (block.line - 1) + block.code
        lines.append(f"exec(compile({code!r}, {page!r}, 'exec'), names)")
    return "\n".join(lines)


def run(page: str, found: list[Block], folder: Path) -> subprocess.CompletedProcess[str]:
    program = folder / "program.py"
    program.write_text(as_program(page, found), encoding="utf-8")
    work = folder / "work"
    work.mkdir()
    return subprocess.run([sys.executable, "-X", "utf8", program], capture_output=True, text=True, cwd=work)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_the_code_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    found = blocks(page.read_text(encoding="utf-8"))
    if found:
        done = run(page.name, found, tmp_path)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    assert doctest.testmod(imported(name)).failed == 0


PAGE = """
```python
x = 1
```

<!-- not run: needs a network -->
```python
raise SystemExit("this was to be left out")
```

```bash
exit 1
```

```python
assert x == 2, "as the page says"
```
"""


def test_the_test_itself_finds_the_line_of_a_mistake(tmp_path: Path) -> None:
    found = blocks(PAGE)
    assert [block.line for block in found] == [3, 16]
    done = run("page.md", found, tmp_path)
    assert done.returncode == 1
    assert 'File "page.md", line 16' in done.stderr and "as the page says" in done.stderr
