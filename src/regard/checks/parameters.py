"""The tensors that mechanisms hold must fit the query and the key."""

import math

import torch
from torch import Tensor

from regard.errors import OptionError, ShapeError
from regard.mechanisms.features import RandomFeatures
from regard.mechanisms.legality import Choice
from regard.mechanisms.masks import Blocks, Dense, Documents, Edges, Keys, Mask, PerHead, inside
from regard.mechanisms.masks.algebra import Both, Either, Not
from regard.mechanisms.normalizers import Entmax, Sigmoid, SoftmaxWithSink
from regard.mechanisms.positions import Alibi, Bias, EdgeBias, RelativeBias, RelativeKeys
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Distance, Features, Score

Shape = tuple[int, ...]


def check_parameters(choice: Choice, query: Tensor, key: Tensor) -> None:
    """Every tensor within the choice against the shapes of query (*b, h, q, d) and key (*b, g, k, d′)."""
    heads = query.shape[-3] if query.dim() > 2 else 1
    batch = math.prod(query.shape[:-3])
    sizes = (batch, heads, query.shape[-2], key.shape[-2])
    _check_score(choice, query, key, heads)
    _check_decay(choice.score, key.shape[-3] if key.dim() > 2 else 1)
    match choice.normalizer:
        case SoftmaxWithSink(number) | Sigmoid(number) | Entmax(number):
            _a_head("the normalizer's number", number, heads)
    edges = 0
    if choice.mask is not None:
        _check_masks(choice.mask, sizes)
        edges = sum(leaf.source.numel() for leaf in inside(choice.mask) if isinstance(leaf, Edges))
    for position in choice.positions:
        _check_position(
            position, query.shape[-1] if not isinstance(choice.score, Bilinear) else key.shape[-1], sizes, edges
        )


def _check_score(choice: Choice, query: Tensor, key: Tensor, heads: int) -> None:
    d, other = query.shape[-1], key.shape[-1]
    match choice.score:
        case Additive(weight):
            _one_of("Additive: weight", weight, [(d,), (heads, d)])
        case Bilinear(matrix):
            _one_of("Bilinear: matrix", matrix, [(d, other), (heads, d, other)])
        case Cosine(temperature):
            _a_head("Cosine: temperature", temperature, heads)
        case Distance(width):
            _a_head("Distance: width", width, heads)
        case Features(map=RandomFeatures(directions)):
            f = directions.shape[-2] if directions.dim() > 1 else 1
            own = (key.shape[-3] if key.dim() > 2 else 1) == heads
            _one_of("RandomFeatures: directions", directions, [(f, d), (heads if own else 1, f, d)])


def _check_decay(score: Score, groups: int) -> None:
    """Numbers are looked at, tensors are not: what a layer learns it keeps within its bounds."""
    if not isinstance(score, Features) or score.decay is None:
        return
    if isinstance(score.decay, Tensor):
        _one_of("Features: decay", score.decay, [(), (groups,)])
    elif not 0 < score.decay <= 1:
        rule = "Features: decay is above 0 and at most 1"
        raise OptionError(rule, got=str(score.decay), hint="0.99 forgets about one part in a hundred at each position")


def _check_position(position: object, d: int, sizes: tuple[int, int, int, int], edges: int) -> None:
    b, h, q, k = sizes
    match position:
        case Alibi(slopes) if slopes is not None:
            _one_of("Alibi: slopes", slopes, [(h,)])
        case RelativeBias(table, grid=None):
            _one_of("RelativeBias: table", table, [(h, table.shape[-1]), (1, table.shape[-1])])
        case RelativeBias(table):
            odd = all(size % 2 for size in table.shape[-2:])
            wanted: list[Shape] = [(n, *table.shape[-2:]) for n in (h, 1)] if odd else [(h, 13, 13)]
            _one_of("RelativeBias: a table on a grid, of odd sizes,", table, wanted)
        case RelativeKeys(table):
            r = table.shape[-2] if table.dim() > 1 else 1
            _one_of("RelativeKeys: table", table, [(r, d), (h, r, d)] if r % 2 else [(r + 1, d), (h, r + 1, d)])
        case Bias(bias):
            wide = [(n, m, q, k) for n in (b, 1) for m in (h, 1)]
            _one_of("Bias", bias, [(q, k), (h, q, k), (1, q, k), *wide])
        case EdgeBias(bias):
            _one_of("EdgeBias", bias, [(edges,), (h, edges), (1, edges)])


def _check_masks(mask: Mask, sizes: tuple[int, int, int, int]) -> None:
    b, h, q, k = sizes
    match mask:
        case Both(left, right) | Either(left, right):
            _check_masks(left, sizes)
            _check_masks(right, sizes)
        case Not(inner):
            _check_masks(inner, sizes)
        case PerHead(masks):
            if len(masks) != h:
                raise ShapeError(
                    "PerHead takes one mask for every query head",
                    got=f"{len(masks)} masks, {h} heads",
                    hint=f"{h} masks",
                )
            for one in masks:
                _check_masks(one, sizes)
        case Keys(marked):
            _boolean("Keys: marked", marked)
            _one_of("Keys: marked", marked, [(k,), (b, k)])
        case Documents(ids, queries):
            _whole("Documents: ids", ids)
            _one_of("Documents: ids", ids, [(k,), (b, k)])
            if queries is not None:
                _whole("Documents: queries", queries)
                _one_of("Documents: queries", queries, [(q,), (b, q)])
        case Dense(matrix):
            _boolean("Dense: matrix", matrix)
            _one_of(
                "Dense: matrix", matrix, [(q, k), (h, q, k), (1, q, k), *((n, m, q, k) for n in (b, 1) for m in (h, 1))]
            )
        case Blocks(layout, size):
            _boolean("Blocks: layout", layout)
            if size < 1:
                raise OptionError("Blocks: size is at least 1", got=str(size), hint="64")
            blocks = (-(-q // size), -(-k // size))
            _one_of("Blocks: layout", layout, [blocks, (h, *blocks), (1, *blocks)])
        case Edges(source, target):
            _check_edges(source, target, q, k)


def _check_edges(source: Tensor, target: Tensor, q: int, k: int) -> None:
    for name, tensor in (("source", source), ("target", target)):
        _whole(f"Edges: {name}", tensor)
    if source.dim() != 1 or source.shape != target.shape:
        raise ShapeError(
            "Edges: source and target are two lists of the same length",
            got=f"source {tuple(source.shape)}, target {tuple(target.shape)}",
            hint="edge_index[0], edge_index[1]",
        )
    for name, tensor, end in (("source", source, k), ("target", target, q)):
        if tensor.numel() and not (int(tensor.min()) >= 0 and int(tensor.max()) < end):
            raise ShapeError(
                f"Edges: every {name} is the number of a {'key' if name == 'source' else 'query'}, from 0 below {end}",
                got=f"{int(tensor.min())} to {int(tensor.max())}",
                hint="number the nodes from 0, and check that source and target are not swapped",
            )


def _boolean(what: str, tensor: Tensor) -> None:
    if tensor.dtype != torch.bool:
        raise OptionError(f"{what} is boolean, True may read", got=str(tensor.dtype), hint="tensor != 0, or ~blocked")


def _whole(what: str, tensor: Tensor) -> None:
    if tensor.is_floating_point() or tensor.is_complex() or tensor.dtype == torch.bool:
        raise OptionError(f"{what} are whole numbers", got=str(tensor.dtype), hint="tensor.long()")


def _a_head(what: str, number: object, heads: int) -> None:
    if isinstance(number, Tensor):
        _one_of(what, number, [(), (1,), (heads,)])


def _one_of(what: str, tensor: Tensor, allowed: list[Shape]) -> None:
    if tuple(tensor.shape) not in allowed:
        raise ShapeError(
            f"{what} must fit the query and key",
            got=str(tuple(tensor.shape)),
            hint=" or ".join(map(str, dict.fromkeys(allowed))),
        )
