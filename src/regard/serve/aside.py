"""Large bodies are read beside the loop, one at a time: who sends one makes nobody wait but those who do the same."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

LARGE = 1 << 16
"""Bytes of a body from which on reading it takes longer than others should wait."""
READER = ThreadPoolExecutor(1, "regard serve: reads")
Found = TypeVar("Found")


async def aside(size: int, call: Callable[[], Found]) -> Found:
    """What the call gives, or raises; for a body of so many bytes."""
    if size < LARGE:
        return call()
    return await asyncio.get_running_loop().run_in_executor(READER, call)
