"""Laws run in memory that is poisoned before use, and say at the end how much they covered."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import torch


@pytest.fixture(autouse=True)
def poisoned_memory() -> Iterator[None]:
    """Memory that nobody has written yet holds NaN, so that reading it cannot go unnoticed."""
    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(True)
    torch.utils.deterministic.fill_uninitialized_memory = True
    yield
    torch.use_deterministic_algorithms(before)


@pytest.fixture
def covers(record_property: Callable[[str, object], None]) -> Callable[[object, list[str]], None]:
    """Notes that a law was tried on a combination, and by which kernels."""

    def cover(combination: object, kernels: list[str]) -> None:
        for kernel in kernels:
            record_property("covered", f"{combination} by {kernel}")

    return cover


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for report in terminalreporter.getreports("passed") if report.when == "call"]
    covered = {value for report in reports for name, value in report.user_properties if name == "covered"}
    if covered:
        names, kernels = zip(*(value.rsplit(" by ", 1) for value in covered), strict=True)
        each = ", ".join(f"{kernel} {count}" for kernel, count in Counter(kernels).most_common())
        line = f"laws of attention: {len(set(names))} combinations of score, normalizer, mask, position and dropout"
        terminalreporter.write_line(f"{line}; by kernel: {each}")
