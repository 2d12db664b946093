"""The runs that there are: what each measures, and what is promised of it."""

from collections.abc import Callable
from typing import NamedTuple

from benchmarks.attention import cases, core_cases, core_promises, promises
from benchmarks.attention.cases import Case
from benchmarks.attention.promises import Promise


class Suite(NamedTuple):
    """Cases and promises; seconds of rounds of a case after which five suffice."""

    cases: Callable[[], list[Case]]
    promises: tuple[Promise, ...]
    budget: float


SUITES = {
    "attention": Suite(cases.cases, promises.PROMISES, 60.0),
    "native": Suite(core_cases.cases, core_promises.PROMISES, 6.0),
}
