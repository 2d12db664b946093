"""A hash of examples: whether a training that goes on has the data that it began with."""

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from regard.data.examples import Examples


def fingerprint(*parts: Examples | None) -> str:
    """Of what is read and answered in each part, in order; of a file, its name and size stand for what it holds."""
    digest = blake2b(digest_size=16)
    for part in parts:
        for each in () if part is None else (*part.items, "answers", *(part.answers or ())):
            for piece in _pieces(each):
                digest.update(piece)
                digest.update(b"\0")
    return digest.hexdigest()


def _pieces(thing: Any) -> Iterator[bytes]:
    if isinstance(thing, Path):
        yield thing.name.encode("utf-8", "surrogateescape")
        yield str(thing.stat().st_size).encode()
    elif isinstance(thing, np.ndarray) and thing.dtype != object:
        yield str((thing.shape, thing.dtype.str)).encode()
        yield np.ascontiguousarray(thing).tobytes()
    elif isinstance(thing, tuple | list):
        for each in thing:
            yield from _pieces(each)
    elif hasattr(thing, "__dataclass_fields__"):
        for name in thing.__dataclass_fields__:
            yield from _pieces(getattr(thing, name))
    else:
        yield repr(thing).encode("utf-8", "surrogatepass")
