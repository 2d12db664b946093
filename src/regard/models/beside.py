"""Parts of a long task side by side: for what is many small calls, of which each leaves most of a processor idle."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

Part = TypeVar("Part")


def side_by_side(work: Callable[[Part], object], parts: Sequence[Part], device: torch.device) -> None:
    """Calls `work` for each part, on a CPU as many at once as torch has threads, each with one of them.

    What a part comes to must not depend on the others. The first error ends what has not begun, and is raised.
    """
    threads = torch.get_num_threads()
    at_once = min(threads, len(parts)) if device.type == "cpu" else 1
    if at_once < 2:
        for part in parts:
            work(part)
        return
    pool = ThreadPoolExecutor(at_once, initializer=torch.set_num_threads, initargs=(1,))
    try:
        for _ in pool.map(work, parts):
            pass
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(threads)  # the workers' number would be that of every thread to come
