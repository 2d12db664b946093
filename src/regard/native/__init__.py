"""The native core: attention's products in C++ (src/native), for the processor that this runs on."""

from regard.native.call import (
    BACK,
    BEST,
    BLOCK,
    CALL,
    FORWARD,
    MATRIX,
    NORM,
    PART,
    READING,
    SCAN,
    STEP,
    STRIP,
    WHERE,
    What,
    address,
    packed,
    vectors,
)
from regard.native.library import library, why_not

__all__ = [
    "BACK",
    "BEST",
    "BLOCK",
    "CALL",
    "FORWARD",
    "MATRIX",
    "NORM",
    "PART",
    "READING",
    "SCAN",
    "STEP",
    "STRIP",
    "WHERE",
    "What",
    "address",
    "library",
    "packed",
    "vectors",
    "why_not",
]
