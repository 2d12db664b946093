"""Missing values of a series: filled by what was known last, so that nothing is read from the future."""

import numpy as np

from regard.inputs.matrices import Doubles


def filled(values: Doubles, otherwise: Doubles) -> Doubles:
    """Series (n, c) whose NaN are the last value before them in their channel; before the first, `otherwise` (c,).

    >>> filled(np.array([[np.nan, 1], [2, np.nan], [np.nan, np.nan]]), np.array([7.0, 8.0])).tolist()
    [[7.0, 1.0], [2.0, 1.0], [2.0, 1.0]]
    """
    known = ~np.isnan(values)
    if known.all():
        return values
    rows = np.arange(len(values))[:, None]
    last = np.maximum.accumulate(np.where(known, rows, -1))
    return np.where(last < 0, otherwise, np.take_along_axis(values, last.clip(min=0), 0))
