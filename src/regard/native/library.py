"""The compiled core, loaded once: its functions by ctypes, which releases Python's lock while they run."""

import ctypes
import os
from functools import cache
from pathlib import Path

import torch  # noqa: F401  (first, so that there is one OpenMP runtime, torch's)

from regard.native.call import (
    BACK,
    BEST,
    BLOCK,
    CALL,
    CHOICE,
    MATRIX,
    NORM,
    PART,
    READING,
    SCAN,
    SEARCH,
    SO_FAR,
    STEP,
    WHAT,
    WHERE,
)

PATH = Path(__file__).with_name("_core.so")


class Loaded:
    """The library's functions; each takes a packed call (call.py) and says whether memory was missing.

    paired: whether products of bfloat16 cost half of those of float32, as on AVX-512-bf16.
    tiled: whether they cost an eighth, as on AMX.
    bytes: whether numbers of eight bits are multiplied as such.
    """

    def __init__(self, path: Path) -> None:
        core = ctypes.CDLL(str(path))
        core.regard_isa.restype = ctypes.c_char_p
        structs = "call", "reading", "scan", "best", "affine", "choice", "block", "step", "search"
        sizes = [getattr(core, f"regard_{name}_size") for name in structs]
        for function in sizes:
            function.restype = ctypes.c_int64
        self.sizes: list[int] = [size() for size in sizes]
        isa: bytes | None = core.regard_isa()
        self.isa = None if isa is None else isa.decode()
        self.paired = bool(core.regard_paired())
        self.tiled = bool(core.regard_tiled())
        self.bytes = bool(core.regard_bytes())
        self.prepare, self.forward = core.regard_prepare, core.regard_forward
        self.backward, self.fold = core.regard_backward, core.regard_fold
        self.sum_bias, self.read, self.scan = core.regard_sum_bias, core.regard_read, core.regard_scan
        self.narrow_forward, self.narrow_join = core.regard_narrow_forward, core.regard_narrow_join
        self.narrow_backward = core.regard_narrow_backward
        self.short_forward, self.short_backward = core.regard_short_forward, core.regard_short_backward
        self.best, self.step, self.affine = core.regard_best, core.regard_step, core.regard_affine
        self.words, self.search = core.regard_words, core.regard_search
        wide = self.prepare, self.forward, self.backward, self.fold, self.sum_bias, self.scan
        narrow = self.narrow_forward, self.narrow_join, self.narrow_backward, self.short_forward, self.short_backward
        for function in (*wide, *narrow, self.best, self.step, self.words, self.search):
            function.argtypes = (ctypes.c_char_p,)
            function.restype = ctypes.c_int
        self.read.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
        self.read.restype = ctypes.c_int
        self.affine.argtypes, self.affine.restype = (ctypes.c_char_p, ctypes.c_int64), ctypes.c_int
        self.peak = core.regard_peak
        self.peak.argtypes = (ctypes.c_int64, ctypes.c_int64)
        self.pack = core.regard_pack
        self.pack.argtypes, self.pack.restype = (ctypes.c_char_p,), None


@cache
def found() -> tuple[Loaded | None, str | None]:
    """The library, or why there is none."""
    if not PATH.exists():
        return None, "the native core was not built: installing regard where there is a C++ compiler builds it"
    try:
        loaded = Loaded(PATH)
    except (OSError, AttributeError) as error:
        return None, f"the native core cannot be loaded: {error}"
    call = PART.size + WHERE.size + BACK.size + WHAT.size
    affine = MATRIX.size + NORM.size + CALL.size
    choice = affine + CHOICE.size
    search = STEP.size + choice + SEARCH.size + SO_FAR.size
    others = READING.size, SCAN.size, BEST.size, affine, choice, BLOCK.size, STEP.size, search
    if loaded.sizes != [call, *others]:
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
