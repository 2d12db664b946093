"""Small pictures in characters, as the chapters print them: bars, tables, and weights as a map."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from regard.inspect.columns import pad

WIDTH = 40


def bars(numbers: Mapping[str, float], *, log: bool = False) -> None:
    """Prints a bar for each number, the greatest as long as 40 letters; `log` counts powers of ten from the least.

    >>> bars({"one": 1.0, "two": 2.0})
    one  ████████████████████                      1
    two  ████████████████████████████████████████  2
    """
    sizes = {name: math.log10(number) if log else number for name, number in numbers.items()}
    least = min(sizes.values()) - 1 if log else 0.0
    reach = max(max(sizes.values()) - least, 1e-12)
    wide = max(map(_columns, numbers))
    for name, number in numbers.items():
        bar = "█" * round(WIDTH * (sizes[name] - least) / reach)
        print(f"{pad(name, wide, 'right')}  {bar:{WIDTH}}  {written(number)}")


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Prints a table: the first column to the left, numbers to the right.

    >>> table(["n", "pairs"], [["ten", 100], ["many", 10_000]])
    n      pairs
    ten      100
    many  10,000
    """
    cells = [list(heads), *([written(each) for each in row] for row in rows)]
    sizes = [max(map(_columns, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        places = [
            pad(cell, size, "left" if i else "right") for i, (cell, size) in enumerate(zip(row, sizes, strict=True))
        ]
        print("  ".join(places).rstrip())


def grid(rows: Sequence[str], columns: Sequence[str], weights: Any) -> None:
    """Prints weights (rows, columns) as a map with their numbers. Needs rich.

    >>> grid(["I", "you"], ["I", "you"], [[1.0, 0.0], [0.25, 0.75]])
           I  you     sum
      I █1.0  .00    1.00
    you ░.25 ▓.75    1.00
    """
    from regard.inspect.alignment import Alignment, terminal

    drawn = str(terminal(Alignment(list(columns), list(rows), weights), numbers=True))
    print(drawn[: drawn.index("\n\nweight")])


def written(value: Any) -> str:
    """A number as people read it: three digits that count, thousands parted; texts as they are.

    >>> written(1234567), written(0.000012345), written(0.5), written("x")
    ('1,234,567', '1.23e-05', '0.5', 'x')
    """
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)


def _columns(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)
