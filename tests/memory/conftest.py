"""Both engines, behind one door: what a test says of a memory holds whichever keeps it."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from memories import WIDTH, Opened

from regard.memory import Memory

WITHOUT_MILVUS = pytest.mark.skipif(
    find_spec("pymilvus") is None or find_spec("milvus_lite") is None, reason="pymilvus or milvus-lite is not installed"
)


@pytest.fixture(params=["exact", pytest.param("milvus", marks=WITHOUT_MILVUS)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A place for a memory of each engine."""
    return tmp_path / ("memory" if request.param == "exact" else "memory.db")


@pytest.fixture
def opened(where: Path) -> Iterator[Opened]:
    """Opens that memory, of the model `a`, for writing unless it is said otherwise; all are closed at the end."""
    every: list[Memory] = []

    def open_it(writing: bool = True, model: str | None = "a", width: int | None = WIDTH) -> Memory:
        every.append(Memory.open(where, model=model, width=width, writing=writing))
        return every[-1]

    yield open_it
    for memory in every:
        memory.close()
