"""Matrices as a person types them."""

import torch
from torch import Tensor

from regard.errors import ShapeError


def matrix(text: str, name: str) -> Tensor:
    """Rows parted by semicolons, numbers by spaces or commas: float64. ShapeError for anything else.

    >>> matrix("1 0; 0.5 -1", "x").tolist()
    [[1.0, 0.0], [0.5, -1.0]]
    """
    rule = f"{name}: rows of numbers, parted by semicolons, all of one length"
    rows = [row.replace(",", " ").split() for row in text.strip().strip(";").split(";")]
    try:
        numbers = [[float(each) for each in row] for row in rows]
    except ValueError as error:
        raise ShapeError(rule, got=repr(text)[:80], hint="'1 0; 0 1'") from error
    if not numbers[0] or len({len(row) for row in numbers}) != 1:
        sizes = ", ".join(str(len(row)) for row in numbers)
        raise ShapeError(rule, got=f"rows of {sizes} numbers", hint="'1 0; 0 1'")
    return torch.tensor(numbers, dtype=torch.float64)
