"""ListOps: lists of digits within lists, and the one digit that they come to (Nangia & Bowman 2018, arXiv 1804.06028).

The grammar is that of the Long Range Arena (Tay et al. 2021, arXiv 2011.04006): a place holds an operator with
probability ¼, else a digit; an operator has 2 to `arguments` arguments, each a place of its own; below `depth`
operators there are digits alone. Expressions of another length than is asked for are drawn again.

>>> value("[MAX 2 9 [MIN 4 7 ] 0 ]".split()), value("[MED 1 2 9 ]".split()), value("[SM 8 7 ]".split())
(9, 2, 5)
"""

from collections.abc import Callable, Sequence
from random import Random
from statistics import median

OPERATORS: dict[str, Callable[[Sequence[int]], int]] = {
    "[MIN": min,
    "[MAX": max,
    "[MED": lambda digits: int(median(digits)),
    "[SM": lambda digits: sum(digits) % 10,
}
"""Least, greatest, median (of an even number the mean of the middle two, cut to a digit), and sum modulo 10."""
END = "]"
OPERATOR_SHARE = 0.25
FEWEST = 4
"""Tokens of the shortest expression: an operator, two digits, an end."""


class Overlong(Exception):
    """An expression that has more tokens than it may."""


def expression(random: Random, lengths: tuple[int, int], depth: int, arguments: int) -> list[str]:
    """Tokens of an expression that begins with an operator and has as many as asked for, both bounds included.

    Brackets and digits are tokens, as published. Only `random()` is drawn from, which every Python has alike.
    """
    shortest, longest = lengths
    while True:
        tokens: list[str] = []
        try:
            _operator(random, tokens, (depth - 1, arguments, longest))
        except Overlong:
            continue
        if len(tokens) >= shortest:
            return tokens


def value(tokens: Sequence[str]) -> int:
    """The digit that an expression comes to."""
    lists: list[list[int]] = [[]]
    opened: list[str] = []
    for token in tokens:
        if token in OPERATORS:
            opened.append(token)
            lists.append([])
        elif token == END:
            digits = lists.pop()
            lists[-1].append(OPERATORS[opened.pop()](digits))
        else:
            lists[-1].append(int(token))
    return lists[0][0]


def _operator(random: Random, tokens: list[str], limits: tuple[int, int, int]) -> None:
    """Adds an operator and its arguments; `limits` are operators below it, arguments and tokens, at the most."""
    below, arguments, longest = limits
    tokens.append([*OPERATORS][int(4 * random.random())])
    for _ in range(2 + int((arguments - 1) * random.random())):
        if below and random.random() < OPERATOR_SHARE:
            _operator(random, tokens, (below - 1, arguments, longest))
        else:
            tokens.append(str(int(10 * random.random())))
        if len(tokens) > longest:
            raise Overlong
    tokens.append(END)
    if len(tokens) > longest:
        raise Overlong
