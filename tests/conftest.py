"""One thread a process: the suite runs in several, and small tensors gain nothing from more."""

import os

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_sessionstart() -> None:
    """Where a native core is required, tests of one that is missing are no tests to skip."""
    from regard.native import why_not

    if os.environ.get("REGARD_REQUIRE_NATIVE") == "1" and (reason := why_not()) is not None:
        pytest.exit(f"REGARD_REQUIRE_NATIVE=1, but {reason}", returncode=1)
