"""How a weight is painted and written, in the terminal and on paper."""

import math

import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
Floats = NDArray[np.float64]

# Both in even steps of lightness, so that they read in grey and to colour-blind eyes, too. On a screen light
# is much (viridis, CC0); on paper ink is.
ON_SCREEN: tuple[Colour, ...] = (
    *((68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141)),
    *((39, 173, 129), (92, 200, 99), (170, 220, 50), (253, 231, 37)),
)
ON_PAPER: tuple[Colour, ...] = (
    *((255, 255, 255), (214, 228, 243), (158, 196, 227), (93, 154, 204)),
    *((40, 108, 174), (8, 58, 122), (5, 25, 66)),
)
ON_DARK: tuple[Colour, ...] = (
    *((24, 27, 31), (31, 49, 70), (40, 76, 114), (52, 106, 157)),
    *((84, 143, 193), (143, 189, 234), (232, 242, 252)),
)
"""Ink on a dark page: light is much, in the hues of paper."""
SIGNED_ON_PAPER: tuple[Colour, ...] = (
    *((127, 59, 8), (194, 110, 24), (240, 178, 104), (255, 255, 255)),
    *((138, 186, 224), (40, 108, 174), (8, 48, 107)),
)
SIGNED_ON_DARK: tuple[Colour, ...] = (
    *((255, 214, 165), (224, 140, 50), (120, 72, 24), (24, 27, 31)),
    *((34, 74, 116), (90, 156, 214), (200, 228, 255)),
)
"""From -1, orange, over 0 to 1, blue: apart for every kind of colour blindness."""
NOT_A_NUMBER: Colour = (150, 150, 150)
FAINT: Colour = (190, 190, 190)


def colour(weight: float, scale: tuple[Colour, ...]) -> Colour:
    """The colour of a weight; below 0 and above 1 the ends of the scale, grey for NaN."""
    if math.isnan(weight):
        return NOT_A_NUMBER
    place = min(max(weight, 0.0), 1.0) * (len(scale) - 1)
    below = min(int(place), len(scale) - 2)
    share = place - below
    red, green, blue = (
        round((1 - share) * low + share * high) for low, high in zip(scale[below], scale[below + 1], strict=True)
    )
    return red, green, blue


def ink(paper: Colour) -> Colour:
    """Black or white, whichever is read more easily on that colour."""
    red, green, blue = paper
    return (0, 0, 0) if 0.299 * red + 0.587 * green + 0.114 * blue > 127 else (255, 255, 255)


def beyond(weights: Floats) -> str:
    """A line that says which weights the scale does not reach; empty where it reaches all."""
    known = weights[~np.isnan(weights)]
    if not known.size or (known.min() >= 0 and known.max() <= 1 + 1e-6):
        return ""
    return f"weights go from {known.min():.3g} to {known.max():.3g}; beyond 0 and 1 the shade stays the same"


def number(weight: float) -> str:
    """A weight in three characters where it lies between 0 and 1.

    >>> number(0.974), number(1.0), number(0.0), number(float("nan")), number(-0.25), number(12.5)
    ('.97', '1.0', '.00', 'NaN', '-.25', '12.5')
    """
    if not math.isfinite(weight):
        return "NaN" if math.isnan(weight) else f"{weight:.0f}"
    if abs(round(weight, 2)) >= 1:
        return f"{weight:.1f}"
    return f"{weight:.2f}".replace("0.", ".", 1).replace("-.00", ".00")


def total(row: Floats) -> str:
    """The sum of a row, to two digits."""
    return f"{row.sum():.2f}".replace("nan", "NaN")
