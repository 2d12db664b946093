"""One number with its sum written out, the way it stands on a blackboard."""

from collections.abc import Sequence

from torch import Tensor

TERMS = 4
WHOLE = 1e-9
"""A number is printed as whole if it is as near as this to one."""


def shown(number: float, digits: int = 3) -> str:
    """A number as it is printed: so many digits behind the point, none where it is whole.

    >>> shown(2.0), shown(-0.70710678), shown(1e-6), shown(float("nan"))
    ('2', '-0.707', '0.000', 'NaN')
    """
    if number != number:
        return "NaN"
    if abs(number) < 1e9 and abs(number - round(number)) < WHOLE:
        return str(round(number))
    text = f"{number:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def product(left: Tensor, right: Tensor, plus: float = 0.0) -> str:
    """A dot product of two vectors, term by term, and what is added to it; of long ones the first four terms.

    >>> import torch
    >>> product(torch.tensor([1.0, 2.0]), torch.tensor([0.5, -3.0]))
    '1·0.500 + 2·(-3) = -5.500'
    """
    terms = [f"{factor(a)}·{factor(b)}" for a, b in zip(left.tolist(), right.tolist(), strict=True)]
    more = [f"… ({len(terms) - TERMS})"] if len(terms) > TERMS else []
    last = [factor(plus)] if plus else []
    return f"{' + '.join([*terms[:TERMS], *more, *last])} = {shown(float((left * right).sum()) + plus)}"


def sums(*numbers: float) -> str:
    """A sum.

    >>> sums(1.0, -0.25)
    '1 + (-0.250) = 0.750'
    """
    return f"{' + '.join(map(factor, numbers))} = {shown(sum(numbers))}"


def over(part: float, whole: Sequence[float]) -> str:
    """A part divided by a sum.

    >>> over(1.0, [1.0, 3.0])
    '1 / (1 + 3) = 0.250'
    """
    terms = [*map(factor, whole[:TERMS]), *([f"… ({len(whole) - TERMS})"] if len(whole) > TERMS else [])]
    total = sum(whole)
    return f"{shown(part)} / ({' + '.join(terms)}) = {shown(part / total if total else 0.0)}"


def factor(number: float) -> str:
    """A number within a sum or a product: negative ones in brackets."""
    text = shown(number)
    return f"({text})" if text.startswith("-") else text
