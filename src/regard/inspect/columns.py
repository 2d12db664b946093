"""Text in columns of a terminal, where a Chinese character takes two and an accent none."""

from collections.abc import Iterable, Iterator

from regard.inspect.labels import clusters, isolated


def pad(label: str, width: int, side: str = "left") -> str:
    """The label with blanks on one side, to fill so many columns; right-to-left letters are isolated.

    >>> pad("年", 4), pad("a", 4, "right")
    ('  年', 'a   ')
    """
    from rich.cells import cell_len

    blanks = " " * (width - cell_len(label))
    return blanks + isolated(label) if side == "left" else isolated(label) + blanks


def fits(labels: Iterable[str], width: int) -> bool:
    """Whether no label takes more columns."""
    from rich.cells import cell_len

    return all(cell_len(label) <= width for label in labels)


def clipped(label: str, width: int, ellipsis: str) -> str:
    """The label, or as much of it as leaves room for the ellipsis."""
    return label if fits([label], width) else _cut(label, width - 1)[0] + ellipsis


def standing(labels: list[str], width: int) -> Iterator[str]:
    """The labels written downward, side by side in columns of that width, all ending on the last line.

    >>> print(*standing(["ab", "c"], 2), sep="\\n")
    a
    b c
    """
    letters = [clusters(label) for label in labels]
    height = max(map(len, letters))
    for line in zip(*([""] * (height - len(label)) + label for label in letters), strict=True):
        yield "".join(pad(letter, width, "right") for letter in line).rstrip()


def folded(entries: Iterable[str], width: int) -> Iterator[str]:
    """Lines of at most so many columns that hold all entries, two blanks apart; long ones are cut and go on.

    >>> list(folded(["1 one", "2 two", "3 threeandmore"], 12))
    ['1 one  2 two', '3 threeandmo', 're']
    """
    line = ""
    for entry in entries:
        if line and not fits([f"{line}  {entry}"], width):
            yield line
            line = ""
        line = f"{line}  {entry}" if line else entry
        while not fits([line], width):
            head, line = _cut(line, width)
            yield head
    if line:
        yield line


def _cut(line: str, width: int) -> tuple[str, str]:
    letters = clusters(line)
    count = max(1, len(letters) - 1)
    while count > 1 and not fits(["".join(letters[:count])], width):
        count -= 1
    return "".join(letters[:count]), "".join(letters[count:])
