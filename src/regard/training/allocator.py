"""Memory that is freed stays with the process: a training step asks for the same large blocks again and again.

glibc gives blocks above 32 MB back to the system and faults every page in anew at the next step
(docs/benchmarks.md, "The allocator"). Elsewhere than on glibc nothing is done.
"""

import ctypes
import sys

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4


def keep_freed_memory() -> bool:
    """Tells glibc to keep what is freed; whether that worked. Costs memory up to the largest that was in use."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    settings = ((M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, 2**31 - 1), (M_TOP_PAD, 2**27))
    done = [mallopt(ctypes.c_int(name), ctypes.c_int(value)) for name, value in settings]
    return all(done)
