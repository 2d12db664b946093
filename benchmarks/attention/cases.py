"""What is measured: every case, and who takes part in it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

TYPES = ("float32", "bfloat16")
PASSES = (False, True)
SPARSE = ("regard", "eager", "entmax", "entmax k=100")
DENSE = ("regard", "eager", "x-transformers")
NO_MEMORY = {"FlexAttention": "its compiler works in the same process"}


@dataclass(frozen=True)
class Case:
    """One computation. `kind` says which; `group` is the table it stands in; the first contestant is ours.

    n queries and keys of `size` numbers, values likewise; `train` is forward and backward, `backward` the latter alone.
    """

    group: str
    kind: str
    n: int
    contestants: tuple[str, ...]
    batch: int = 1
    heads: int = 8
    size: int = 64
    dtype: str = "float32"
    train: bool = False
    backward: bool = False
    edges: int = 0
    time: bool = True
    memory: bool = False

    @property
    def name(self) -> str:
        """What `--only` looks into: unique, readable."""
        passes = "train" if self.train else "backward" if self.backward else "forward"
        return f"{self.group}: {self.kind} n={self.n} {self.dtype} {passes}"

    @property
    def window(self) -> int:
        """How many keys a query of a windowed case reads, its own included."""
        return max(1, min(256, self.n // 4))

    @property
    def document(self) -> int:
        """Length of every document."""
        return max(1, min(512, self.n // 4))

    @property
    def block(self) -> tuple[int, int]:
        """Side of a block of pairs, and how many blocks every query reads."""
        side = max(1, min(64, self.n // 8))
        return side, max(1, self.n // side // 8)

    @property
    def queries(self) -> int:
        """One where a sequence is decoded, else n."""
        return 1 if self.kind == "decoding" else self.n

    @property
    def reads(self) -> float:
        """How many keys a query reads on average."""
        match self.kind:
            case "causal":
                return (self.n + 1) / 2
            case "window":
                return self.window - self.window * (self.window - 1) / (2 * self.n)
            case "documents":
                return self.document
            case "blocks":
                return math.prod(self.block)
            case "lengths":
                return 0.75 * self.n
            case _:
                return self.n

    @property
    def operations(self) -> float | None:
        """Multiplications and additions of the products, scores computed twice in training; None if that is not all."""
        if self.kind in ("additive", "graph", "linear", "top", "normalized"):
            return None
        products = 7 if self.train else 5 if self.backward else 2
        return products * 2 * self.batch * self.heads * self.queries * self.reads * self.size

    @property
    def top(self) -> int:
        """How many weights of a row are read back."""
        return min(16, self.n)

    @property
    def scale(self) -> float:
        """What scores are multiplied by."""
        return 1 / math.sqrt(self.size)

    def smaller(self, n: int) -> "Case":
        """The same at a size that only shows that it runs."""
        return replace(self, n=min(self.n, n), batch=min(self.batch, 4), edges=min(self.edges, 8 * n))


def cases() -> list[Case]:
    """All of them, from short to long."""
    return [*_door(), *_short(), *_long(), *_structured(), *_additive(), *_normalizers(), *_others()]


def _door() -> Iterator[Case]:
    who = ("regard", "bare kernel", "torch SDPA")
    for kind in ("dense", "causal"):
        yield Case("door", kind, 4, who, heads=1, size=8)


def _short() -> Iterator[Case]:
    who = ("regard", "torch SDPA", "eager", "x-transformers", "regard sdpa", "regard dense", "regard tiled")
    sizes = ((16, 256), (30, 136), (64, 64))
    for kind, (n, batch), dtype, train in product(("dense", "causal"), sizes, TYPES, PASSES):
        yield Case("short", kind, n, who, batch=batch, heads=4, size=32, dtype=dtype, train=train)


def _long() -> Iterator[Case]:
    who = ("regard", "torch SDPA", "eager", "x-transformers", "FlexAttention", "regard tiled")
    for kind, (n, batch), dtype, train in product(("dense", "causal"), ((512, 4), (2048, 1), (8192, 1)), TYPES, PASSES):
        yield Case("long", kind, n, who, batch=batch, dtype=dtype, train=train, memory=n == 8192 and train)
    for dtype, train in product(TYPES, PASSES):
        yield Case("long", "causal", 65536, who[:3], heads=1, dtype=dtype, train=train, memory=train)


def _structured() -> Iterator[Case]:
    who = ("regard", "torch SDPA", "SDPA in slices", "SDPA in batched slices", "FlexAttention", "regard tiled")
    for kind, dtype, train in product(("window", "documents"), TYPES, PASSES):
        yield Case("structured", kind, 8192, who, dtype=dtype, train=train, memory=train)


def _additive() -> Iterator[Case]:
    who = ("regard", "eager")
    for train in PASSES:
        yield Case("additive", "additive", 512, who, batch=4, heads=1, size=128, train=train, memory=True)
    yield Case("additive", "additive", 16384, who, heads=1, size=128, train=True, time=False, memory=True)


def _normalizers() -> Iterator[Case]:
    for (kind, who), train in product((("sparsemax", SPARSE), ("entmax", SPARSE)), PASSES):
        yield Case("normalizers", kind, 8192, who, heads=2, train=train, memory=train)
    for kind, train in product(("relu", "sigmoid"), PASSES):
        yield Case("normalizers", kind, 8192, DENSE, heads=2, train=train, memory=train)
    rest = ("dense", "sink", "relu", "squared relu", "sigmoid", "plain", "normalized", "sparsemax", "entmax")
    for kind in rest:
        yield Case("normalizers", kind, 65536, ("regard",), heads=1, train=True, time=False, memory=True)


def _others() -> Iterator[Case]:
    who: tuple[str, ...] = ("regard", "PyTorch Geometric", "eager")
    for train in PASSES:
        yield Case("graph", "graph", 100_000, who, size=16, edges=1_000_000, train=train, memory=train)
    yield Case("weights", "top", 16384, ("regard", "regard attend", "eager"), heads=1, memory=True)
    who = ("regard", "fast-transformers", "published loop", "eager", "eager in pairs")
    for n, train in product((4096, 16384, 65536), PASSES):
        yield Case("linear", "linear", n, who, train=train, memory=train)
