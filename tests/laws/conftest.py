"""Laws run in memory that is poisoned before use, and say at the end how much they covered."""

from collections.abc import Iterator

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


def pytest_runtest_setup(item: pytest.Item) -> None:
    parameters = getattr(item, "callspec", None)
    if parameters is not None and "combination" in parameters.params:
        item.user_properties.append(("combination", str(parameters.params["combination"])))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = terminalreporter.getreports("passed")
    found = [value for report in reports for name, value in report.user_properties if name == "combination"]
    if found:
        line = f"laws of attention: {len(set(found))} combinations of score, mask, kernel and dropout"
        terminalreporter.write_line(f"{line}, {len(found)} laws on them passed")
