"""Who may read whom, asked one pair at a time."""

from typing import NamedTuple

from torch import Tensor

from regard.mechanisms.masks import (
    Blocks,
    Both,
    Causal,
    Dense,
    Documents,
    Edges,
    Either,
    Global,
    Keys,
    Mask,
    Not,
    Padding,
    PerHead,
    Strided,
    Window,
)


class Pair(NamedTuple):
    """One query and one key of a row, by their numbers; the row's first query stands at `start`."""

    row: int
    head: int
    query: int
    key: int
    start: int

    @property
    def standing(self) -> int:
        """The position of the query. That of the key is its number."""
        return self.start + self.query


def may_read(mask: Mask | None, row: int, head: int, query: int, key: int, start: int) -> bool:
    """Whether query number `query` of a row and head may read key number `key`."""
    pair = Pair(row, head, query, key, start)
    match mask:
        case None:
            return True
        case Both(left, right):
            return may_read(left, *pair) and may_read(right, *pair)
        case Either(left, right):
            return may_read(left, *pair) or may_read(right, *pair)
        case Not(inner):
            return not may_read(inner, *pair)
        case PerHead(masks):
            return may_read(masks[head], *pair)
        case Causal() | Window() | Strided() | Global():
            return _by_position(mask, pair.standing, key)
        case _:
            return _as_given(mask, pair)


def _by_position(mask: Causal | Window | Strided | Global, i: int, j: int) -> bool:
    """Whether a query at position i may read a key at position j."""
    match mask:
        case Causal():
            return j <= i
        case Window(before, after):
            return i - before <= j <= i + after
        case Strided(every):
            return abs(j - i) % every == 0
        case Global(count):
            return j < count or 0 <= i < count


def _as_given(mask: Mask, pair: Pair) -> bool:
    """Masks that came with the data."""
    row, _, query, key, _ = pair
    match mask:
        case Padding(keys, queries):
            there = keys is None or key < int(keys[row])
            return there and (queries is None or query < int(queries[row]))
        case Keys(marked):
            return bool((marked if marked.dim() == 1 else marked[row])[key])
        case Documents(ids, None):
            own = _of_row(ids, row)
            return 0 <= pair.standing < len(own) and own[pair.standing] == own[key]
        case Documents(ids, Tensor() as queries):
            return _of_row(queries, row)[query] == _of_row(ids, row)[key]
        case Blocks(layout, size):
            return bool(entry(layout, pair._replace(query=query // size, key=key // size)))
        case Dense(matrix):
            return bool(entry(matrix, pair))
        case Edges():
            return bool(edges(mask, pair))
        case _:
            raise AssertionError(f"the reference knows no {mask}")


def _of_row(numbers: Tensor, row: int) -> list[int]:
    """The numbers, (n,) or (b, n), of a row of the batch."""
    found: list[int] = (numbers if numbers.dim() == 1 else numbers[row]).tolist()
    return found


def entry(matrix: Tensor, pair: Pair) -> Tensor:
    """The pair's entry of (q, k), (h, q, k) or (b, h, q, k); an axis of one row or head is for all."""
    row, head, query, key, _ = pair
    four = matrix.reshape((1,) * (4 - matrix.dim()) + tuple(matrix.shape))
    return four[row if four.shape[0] > 1 else 0, head if four.shape[1] > 1 else 0, query, key]


def edges(graph: Edges, pair: Pair) -> list[int]:
    """The numbers of all edges from this key to this query."""
    ends = list(zip(graph.source.tolist(), graph.target.tolist(), strict=True))
    return [number for number, end in enumerate(ends) if end == (pair.key, pair.query)]
