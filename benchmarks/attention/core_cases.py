"""What is measured of the native core, beside torch as it is, torch on oneDNN's road and eager products."""

from collections.abc import Iterator
from itertools import product

from benchmarks.attention.cases import PASSES, TYPES, Case

PLAIN = {"float32": ("torch SDPA", "torch SDPA on oneDNN", "eager", "eager on oneDNN", "peak")}
BOTH = ("torch SDPA", "eager")
SLICES = ("SDPA in slices", "SDPA in batched slices")
SPARSE = ("native", "native softmax", "eager", "entmax k=100")


def cases() -> list[Case]:
    """All of them, in the order of their tables."""
    return [*_dot(), *_lengths(), *_words(), *_additive(), *_masks(), *_normalizers(), *_decoding(), *_rest()]


def _dot() -> Iterator[Case]:
    """8,192 positions have two heads, or a run would take hours."""
    sizes = ((512, 4, 8), (2048, 1, 8), (8192, 1, 2))
    for dtype, size, train, kind in product(TYPES, (64, 128), PASSES, ("dense", "causal")):
        for n, batch, heads in sizes:
            who = ("native", *PLAIN.get(dtype, BOTH))
            group = f"{dtype}, size {size}"
            yield Case(group, kind, n, who, batch=batch, heads=heads, size=size, dtype=dtype, train=train)


def _lengths() -> Iterator[Case]:
    for dtype, (n, batch), train in product(TYPES, ((512, 8), (2048, 4)), PASSES):
        yield Case("lengths", "lengths", n, ("native", *BOTH), batch=batch, dtype=dtype, train=train)


def _words() -> Iterator[Case]:
    rivals = {"float32": PLAIN["float32"][:-1], "bfloat16": BOTH}
    for dtype, batch, n, train in product(TYPES, (64, 256), (16, 32, 64), PASSES):
        for kind in ("dense", "dropout") if train else ("dense",):
            group, who = f"words of {4 * batch} heads, {dtype}", ("native", *rivals[dtype])
            yield Case(group, kind, n, who, batch=batch, heads=4, dtype=dtype, train=train)


def _additive() -> Iterator[Case]:
    for train in PASSES:
        yield Case(
            "additive", "additive", 512, ("native", "eager"), batch=4, heads=1, size=128, train=train, memory=True
        )


def _masks() -> Iterator[Case]:
    for dtype, train in product(TYPES, PASSES):
        who = ("native", "torch SDPA", *SLICES, *(() if train else ("FlexAttention",)))
        yield Case("window", "window", 8192, who, dtype=dtype, train=train)
    for kind, dtype in product(("documents", "blocks"), TYPES):
        yield Case("pairs", kind, 8192, ("native", "native softmax"), heads=2, dtype=dtype)


def _normalizers() -> Iterator[Case]:
    for kind, backward in product(("relu", "sigmoid", "sparsemax", "entmax"), PASSES):
        sparse = kind in ("sparsemax", "entmax") and not backward
        who = SPARSE if sparse else ("native", "native softmax", "eager")
        yield Case("normalizers", kind, 2048, who, backward=backward)


def _decoding() -> Iterator[Case]:
    for dtype, n in product(TYPES, (64, 128, 256, 512, 1024, 2048, 4096)):
        yield Case("decoding", "decoding", n, ("native bound", "native", *BOTH), batch=32, dtype=dtype)


def _rest() -> Iterator[Case]:
    yield Case("call", "dense", 1, ("native", "native bound", "binding", "torch SDPA"), heads=1, size=16)
    who = ("regard", "published loop", "causal softmax by SDPA", "causal softmax by SDPA on oneDNN")
    yield Case("linear", "linear", 16384, who, train=True)
