"""The compiled core, loaded once: its functions by ctypes, which releases Python's lock while they run."""

import ctypes
import os
from functools import cache
from pathlib import Path

import torch  # noqa: F401  (first, so that there is one OpenMP runtime, torch's)

from regard.native.call import BACK, PART, WHAT, WHERE

PATH = Path(__file__).with_name("_core.so")


class Loaded:
    """The library's functions; each takes a packed call (call.py) and says whether memory was missing."""

    def __init__(self, path: Path) -> None:
        core = ctypes.CDLL(str(path))
        core.regard_isa.restype = ctypes.c_char_p
        core.regard_call_size.restype = ctypes.c_int64
        self.call_size: int = core.regard_call_size()
        isa: bytes | None = core.regard_isa()
        self.isa = None if isa is None else isa.decode()
        self.forward, self.backward, self.fold = core.regard_forward, core.regard_backward, core.regard_fold
        self.sum_bias = core.regard_sum_bias
        for function in (self.forward, self.backward, self.fold, self.sum_bias):
            function.argtypes = (ctypes.c_char_p,)
            function.restype = ctypes.c_int
        self.pack = core.regard_pack
        self.pack.argtypes, self.pack.restype = (ctypes.c_char_p,), None


@cache
def found() -> tuple[Loaded | None, str | None]:
    """The library, or why there is none."""
    if not PATH.exists():
        return None, "the native core was not built: installing regard where there is a C++ compiler builds it"
    try:
        loaded = Loaded(PATH)
    except OSError as error:
        return None, f"the native core cannot be loaded: {error}"
    if loaded.call_size != sum(each.size for each in (PART, WHERE, BACK, WHAT)):
        return None, "the native core was built from other sources than these: install regard again"
    if loaded.isa is None:
        return None, f"this processor or this build has no instruction set REGARD_ISA={os.environ['REGARD_ISA']}"
    return loaded, None


def why_not() -> str | None:
    """Why the native core cannot be used here, or None."""
    return found()[1]


def library() -> Loaded:
    """The functions. Only where `why_not()` is None."""
    loaded = found()[0]
    assert loaded is not None
    return loaded
