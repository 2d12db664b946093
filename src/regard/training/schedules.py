"""How the learning rate moves: a factor in [0, 1] on its peak."""

import math

from regard.checks import unknown

SCHEDULES = ("inverse-sqrt", "linear", "cosine", "constant", "plateau")
WAITED = 3
"""Validations without a better score after which the rate of a plateau falls by half."""


def factor(schedule: str, step: int, warmup: int, done: float, falls: int = 0) -> float:
    """The factor at a step, counted from 1; `done` is the share of the whole training that lies behind, 0 to 1.

    All rise linearly over the warm-up. Then `inverse-sqrt` falls with 1/√step (Vaswani et al. 2017, section 5.3),
    `linear` and `cosine` fall to zero at the end, `constant` stays, `plateau` has fallen by half `falls` times.

    >>> factor("inverse-sqrt", 8000, 2000, 0.5)
    0.5
    """
    rise = min(1.0, step / warmup) if warmup else 1.0
    match schedule:
        case "inverse-sqrt":
            return min(rise, math.sqrt(max(warmup, 1) / step))
        case "linear":
            return min(rise, 1 - done)
        case "cosine":
            return min(rise, (1 + math.cos(math.pi * min(done, 1))) / 2)
        case "constant":
            return rise
        case "plateau":
            return rise * 0.5**falls
        case _:
            raise unknown("schedule", schedule, list(SCHEDULES))
