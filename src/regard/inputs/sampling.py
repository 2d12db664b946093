"""Which items an input learns from, where all of them would take too long."""

import numpy as np

MOST_LEARNED_FROM = 1_000


def spread(count: int, most: int = MOST_LEARNED_FROM) -> list[int]:
    """At most so many of the indices below `count`, evenly spread.

    >>> spread(9, 3)
    [0, 4, 8]
    """
    return [int(index) for index in np.linspace(0, count - 1, min(count, most)).round()]
