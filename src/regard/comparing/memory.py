"""How much memory this process has taken: what a training needed at its peak, beyond what was there before it."""

import sys
from contextlib import suppress
from pathlib import Path

import torch

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class Peak:
    """The peak from now on, of this process and, where one is used, of its device; in bytes.

    Where the system cannot tell a peak anew (all but Linux), it is that of the whole process.
    """

    def __init__(self) -> None:
        self.before = 0
        if STATUS.is_file():
            with suppress(OSError):  # where it may not be told anew, it is that of the whole process
                CLEAR.write_text("5", encoding="ascii")
            self.before = _resident("VmRSS")
        if torch.cuda.is_available():
            torch.cuda.reset_peak_memory_stats()

    def taken(self) -> int:
        """Bytes above those at the beginning, the device's among them."""
        device = torch.cuda.max_memory_allocated() if torch.cuda.is_available() else 0
        return max(0, _highest() - self.before) + device


def _highest() -> int:
    if STATUS.is_file():
        return _resident("VmHWM")
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _resident(name: str) -> int:
    told = STATUS.read_text(encoding="ascii", errors="replace")
    return 1024 * int(told.split(f"{name}:")[1].split()[0])
