"""Ctrl-C and SIGTERM wait for the end of an update, so that what is saved is never half of one."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupt:
    """Whether somebody asked to stop."""

    asked = False


@contextmanager
def deferred() -> Iterator[Interrupt]:
    """Within this block the first signal only sets a mark, to be checked between updates; the second stops at once.

    Off the main thread, where Python delivers no signals, nothing is done.
    """
    interrupt = Interrupt()

    def mark(number: int, frame: FrameType | None) -> None:
        if interrupt.asked:
            raise KeyboardInterrupt
        interrupt.asked = True

    if threading.current_thread() is not threading.main_thread():
        yield interrupt
        return
    before = {each: signal.signal(each, mark) for each in SIGNALS}
    try:
        yield interrupt
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
