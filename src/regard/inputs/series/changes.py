"""Small changes of a series that leave its answer as it is, for training on few series."""

import numpy as np

from regard.data.items import Floats

NOISE = 0.05
"""Standard deviation of the noise that is added to each value, in standard deviations of its channel."""
STRETCH = 0.05
"""Standard deviation of the factor, about 1, of each channel."""
HIDDEN = 0.1
"""The largest share of the steps that are hidden, in one run."""


def changed(values: Floats, columns: int, random: np.random.Generator) -> Floats:
    """Vectors (n, c) whose first `columns` are noisy, stretched, and 0, which is the mean, for a run of steps.

    The others, which tell what was missing, stay. A run is up to a tenth of the steps, and none with one chance in two.
    Paper: Um et al. 2017, arXiv 1706.00527, "jittering" and "scaling"; hidden runs as in Park et al. 2019,
    arXiv 1904.08779.
    """
    new = values.copy()
    new[:, :columns] *= random.normal(1, STRETCH, columns).astype(np.float32)
    new[:, :columns] += random.normal(0, NOISE, (len(values), columns)).astype(np.float32)
    longest = int(len(values) * HIDDEN)
    if longest and random.random() < 0.5:
        length = int(random.integers(1, longest + 1))
        start = int(random.integers(0, len(values) - length + 1))
        new[start : start + length, :columns] = 0
    return new
