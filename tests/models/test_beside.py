"""Parts side by side: all are done, the answers are those of one after the other, errors come through, threads stay."""

import threading
from collections.abc import Iterator

import pytest
import torch

from regard.models.beside import side_by_side

CPU = torch.device("cpu")


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
def test_parts_run_beside_each_other_on_one_thread_each_and_the_number_of_threads_stays() -> None:
    meeting, seen = threading.Barrier(2, timeout=30), []

    def work(part: int) -> None:
        if part < 2:
            meeting.wait()  # only two at once come past
        seen.append((part, torch.get_num_threads()))

    side_by_side(work, range(5), CPU)
    assert sorted(seen) == [(part, 1) for part in range(5)]
    assert torch.get_num_threads() == 2
    inside: list[int] = []
    thread = threading.Thread(target=lambda: inside.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert inside == [2]


@pytest.mark.usefixtures("two_threads")
def test_the_first_error_is_raised_and_what_had_not_begun_is_left() -> None:
    begun = []

    def work(part: int) -> None:
        begun.append(part)
        raise ValueError(part)

    with pytest.raises(ValueError, match="0"):
        side_by_side(work, range(100), CPU)
    assert len(begun) < 100
    assert torch.get_num_threads() == 2


def test_one_thread_or_one_part_needs_no_other() -> None:
    here: list[str] = []
    side_by_side(lambda _: here.append(threading.current_thread().name), [1], CPU)
    side_by_side(lambda _: here.append(threading.current_thread().name), [1, 2], torch.device("meta"))
    assert here == [threading.current_thread().name] * 3
