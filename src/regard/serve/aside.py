"""Large bodies are read beside the loop, one at a time: who sends one makes nobody wait but those who do the same.

And what they took is given back beside it, once their requests are over.
"""

import asyncio
import ctypes
import gc
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

LARGE = 1 << 16
"""Bytes of a body from which on reading it takes longer than others should wait."""
HUGE = 1 << 20
"""Bytes of a body whose objects are worth looking for."""
READER = ThreadPoolExecutor(1, "regard serve: reads")
Found = TypeVar("Found")


async def aside(size: int, call: Callable[[], Found]) -> Found:
    """What the call gives, or raises; for a body of so many bytes."""
    if size < LARGE:
        return call()
    return await asyncio.get_running_loop().run_in_executor(READER, call)


def keep_what_is_there() -> None:
    """What there is when a server begins is never garbage: who looks for some need not look at it again."""
    gc.collect()
    gc.freeze()


def given_back(size: int) -> None:
    """After a request of so many bytes: JSON's objects are many times their size, and an error holds what it met until
    garbage is collected; then glibc gives freed memory to the system."""
    if size >= HUGE:
        READER.submit(_give_back)


def _give_back() -> None:
    gc.collect()
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not in every C library
        if trim is not None:
            trim(0)
