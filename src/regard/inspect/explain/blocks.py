"""Tables as blocks of lines, side by side where there is room."""

from itertools import zip_longest

from regard.inspect.columns import pad
from regard.inspect.explain.steps import Table
from regard.inspect.explain.telling import says
from regard.inspect.explain.worked import shown
from regard.inspect.labels import shortened, visible

MOST_ROWS, LABEL, GAP = 12, 12, "   "
HIDDEN = "×"


def block(table: Table, width: int, digits: int, lang: str) -> list[str]:
    """The lines of a table, no wider than that; rows and columns that have no room are counted below."""
    from rich.cells import cell_len

    labels = [_label(each) for each in table.rows[:MOST_ROWS]]
    heads = [_label(each) for each in table.columns]
    rows = [_cells(table, row, digits) for row in range(len(labels))]
    first = max(map(cell_len, (table.name, *labels)))
    sizes = [max(map(cell_len, column)) for column in zip(heads, *rows, strict=True)]
    count, used = 0, first
    while count < len(sizes) and used + 2 + sizes[count] <= width:
        used += 2 + sizes[count]
        count += 1
    count = max(count, 1)
    lines = [
        pad(label, first, "right")
        + "".join(f"  {pad(cell, size)}" for cell, size in zip(row[:count], sizes, strict=False))
        for label, row in zip([table.name, *labels], [heads, *rows], strict=True)
    ]
    left = [("columns", len(heads) - count), ("rows", len(table.rows) - len(labels))]
    more = [says(lang, key, count=each) for key, each in left if each]
    return [*lines, f"… {'; '.join(more)}"] if more else lines


def beside(blocks: list[list[str]], width: int) -> list[str]:
    """The blocks in rows: as many side by side as have room.

    >>> beside([["a", "b"], ["c"], ["longer"]], 9)
    ['a   c', 'b', 'longer']
    """
    from rich.cells import cell_len

    rows: list[list[list[str]]] = []
    used = width
    for each in blocks:
        size = max(map(cell_len, each))
        if rows and used + len(GAP) + size <= width:
            rows[-1].append(each)
            used += len(GAP) + size
        else:
            rows.append([each])
            used = size
    return [line for row in rows for line in _joined(row)]


def _joined(row: list[list[str]]) -> list[str]:
    from rich.cells import cell_len

    sizes = [max(map(cell_len, each)) for each in row]
    lines = zip_longest(*row, fillvalue="")
    return [
        GAP.join(pad(part, size, "right") for part, size in zip(line, sizes, strict=True)).rstrip() for line in lines
    ]


def _label(text: str) -> str:
    return shortened(visible(text), LABEL) if text else ""


def _cells(table: Table, row: int, digits: int) -> list[str]:
    barred = table.hidden[row] if table.hidden is not None else [False] * table.values.shape[1]
    numbers = table.values[row].tolist()
    return [HIDDEN if bar else shown(each, digits) for each, bar in zip(numbers, barred, strict=True)]
