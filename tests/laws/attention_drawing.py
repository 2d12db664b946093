"""Mechanisms by chance, small and of every kind: tell these functions about a new one, or the laws fail."""

import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from regard.mechanisms import masks, normalizers, positions, scores
from regard.mechanisms.catalogue import FEATURE_MAPS, MASKS, NORMALIZERS, POSITIONS, SCORES
from regard.mechanisms.features import EluPlusOne, FeatureMap, RandomFeatures, Rectified
from regard.mechanisms.masks import Edges, Mask, inside
from regard.mechanisms.normalizers import Normalizer
from regard.mechanisms.positions import Position
from regard.mechanisms.scores import Score


class Sizes(NamedTuple):
    """One letter per axis; `other` is the size of keys, which Bilinear allows to differ from d."""

    b: int
    h: int
    g: int
    q: int
    k: int
    d: int
    other: int
    e: int


class Chance(random.Random):
    """Seeded draws, of tensors too."""

    def numbers(self, *shape: int) -> Tensor:
        """Normal numbers in float64, none so near zero that a direction is lost in rounding."""
        drawn = torch.randn(shape, generator=self._generator(), dtype=torch.float64)
        return drawn + 0.3 * drawn.sign()

    def truths(self, *shape: int) -> Tensor:
        """True twice as often as False."""
        return torch.rand(shape, generator=self._generator()) < 2 / 3

    def whole(self, low: int, high: int, *shape: int) -> Tensor:
        """Whole numbers from low to high, both included."""
        return torch.randint(low, max(high, low) + 1, shape, generator=self._generator())

    def flip(self) -> bool:
        return self.random() < 1 / 2

    def per_head(self, heads: int, plain: float, of: Callable[[Tensor], Tensor]) -> float | Tensor:
        """A plain number, or a tensor for all heads, or with one for each, made `of` normal numbers."""
        shape = self.choice([None, (), (heads,)])
        return plain if shape is None else of(self.numbers(*shape))

    def _generator(self) -> torch.Generator:
        return torch.Generator().manual_seed(self.getrandbits(40))


class Fullest(Chance):
    """Chance in numbers only: of choices it takes the last, in this file the one with most in it, of sizes the most."""

    def randint(self, a: int, b: int) -> int:
        return b

    def choice(self, among: Sequence[Any]) -> Any:
        return among[-1]

    def flip(self) -> bool:
        return True


def drawn_score(name: str, chance: Chance, sizes: Sizes) -> Score:
    """The named score: `dot`, or `features elu`."""
    name, _, feature_map = name.partition(" ")
    axes = chance.choice([(), (sizes.h,)])
    match SCORES[name]:
        case scores.Dot:
            return scores.Dot(chance.choice([0.7, None]))
        case scores.Bilinear:
            return scores.Bilinear(chance.numbers(*axes, sizes.d, sizes.other) / 2)
        case scores.Additive:
            return scores.Additive(chance.numbers(*axes, sizes.d))
        case scores.Cosine:
            return scores.Cosine(chance.per_head(sizes.h, 0.4, lambda x: x.abs() + 0.2))
        case scores.Distance:
            return scores.Distance(chance.per_head(sizes.h, 1.3, lambda x: x.abs() + 0.5))
        case scores.Features:
            feature_map, _, fading = feature_map.partition(" ")
            decay = chance.per_head(sizes.g, 0.7, lambda x: 0.4 + 0.6 * x.sigmoid()) if fading else None
            return scores.Features(drawn_map(feature_map, chance, sizes), decay)
        case unknown:
            raise AssertionError(f"the laws know no parameters for {unknown}")


def drawn_map(name: str, chance: Chance, sizes: Sizes) -> FeatureMap:
    match FEATURE_MAPS[name]:
        case plain if plain in (EluPlusOne, Rectified):
            return plain()
        case kind if kind is RandomFeatures:
            axes = chance.choice([(), (sizes.h,)]) if sizes.g == sizes.h else ()
            return RandomFeatures(chance.numbers(*axes, chance.randint(1, 4), sizes.d) / 2)
        case unknown:
            raise AssertionError(f"the laws know no parameters for {unknown}")


def drawn_normalizer(name: str, chance: Chance, sizes: Sizes) -> Normalizer:
    per_key = chance.flip()
    match NORMALIZERS[name]:
        case normalizers.Softmax | normalizers.Sparsemax as kind:
            return kind()
        case normalizers.SoftmaxWithSink:
            return normalizers.SoftmaxWithSink(chance.per_head(sizes.h, 0.0, lambda x: x))
        case normalizers.ReLU | normalizers.SquaredReLU | normalizers.Plain as kind:
            return kind(per_key)
        case normalizers.Sigmoid:
            return normalizers.Sigmoid(chance.per_head(sizes.h, -0.5, lambda x: x), per_key)
        case normalizers.Normalized:
            return normalizers.Normalized(chance.choice([0.1, 1e-6]))
        case normalizers.TopK:
            return normalizers.TopK(chance.choice([1, 1, 2, 3]))
        case normalizers.Entmax:
            return normalizers.Entmax(chance.per_head(sizes.h, 1.5, lambda x: 1.2 + 0.8 * x.sigmoid()))
        case unknown:
            raise AssertionError(f"the laws know no parameters for {unknown}")


def drawn_mask(name: str, chance: Chance, sizes: Sizes) -> Mask | None:
    """The named mask, alone or joined with others."""
    others = [other for other in MASKS if other != "edges"]
    one, other = (leaf(chance.choice(others), chance, sizes) for _ in range(2))
    match name:
        case "none":
            return None
        case "causal & padding":
            return leaf("causal", chance, sizes) & leaf("padding", chance, sizes)
        case "one & other":
            return one & other
        case "one | other":
            return one | other
        case "~one":
            return ~one
        case "per head":
            return masks.PerHead(tuple(leaf(chance.choice(others), chance, sizes) for _ in range(sizes.h)))
        case "edges & other":
            return leaf("edges", chance, sizes) & other
        case "edges | other":
            return leaf("edges", chance, sizes) | other
        case _:
            return leaf(name, chance, sizes)


def leaf(name: str, chance: Chance, sizes: Sizes) -> Mask:
    """A mask that is joined of none."""
    b, h, _, q, k, *_ = sizes
    match MASKS[name]:
        case masks.Causal:
            return masks.Causal()
        case masks.Window:
            return masks.Window(chance.randint(0, 2), chance.randint(0, 2))
        case masks.Strided:
            return masks.Strided(chance.randint(1, 3))
        case masks.Global:
            return masks.Global(chance.randint(0, 2))
        case masks.Padding:
            holder = chance.choice([torch.Tensor.tolist, torch.Tensor.int, torch.Tensor.long])
            keys, queries = (holder(chance.whole(0, n + 1, b)) for n in (k, q))
            return masks.Padding(*chance.choice([(keys, None), (None, queries), (keys, queries)]))
        case masks.Keys:
            return masks.Keys(chance.truths(*chance.choice([(), (b,)]), k))
        case masks.Documents:
            ids = chance.whole(0, 2, *chance.choice([(), (b,)]), k)
            own = chance.whole(0, 2, *chance.choice([(), (b,)]), q) if chance.flip() else None
            if chance.flip():
                ids, own = ids.sort(-1).values, None if own is None else own.sort(-1).values
            return masks.Documents(ids, own)
        case masks.Blocks:
            size = chance.randint(1, 3)
            return masks.Blocks(chance.truths(*chance.choice([(), (h,)]), -(-q // size), -(-k // size)), size)
        case masks.Dense:
            return masks.Dense(chance.truths(*chance.choice([(), (h,), (b, 1), (b, h)]), q, k))
        case masks.Edges:
            count = chance.randint(0, 2 * q) if q and k else 0
            return masks.Edges(chance.whole(0, k - 1, count), chance.whole(0, q - 1, count))
        case unknown:
            raise AssertionError(f"the laws know no parameters for {unknown}")


def drawn_positions(name: str, chance: Chance, sizes: Sizes, mask: Mask | None) -> tuple[Position, ...]:
    """Positions joined by ` + `, each perhaps ` on a grid`; the mask says how many edges there are."""
    if name == "none":
        return ()
    edges = sum(len(graph.source) for graph in inside(mask) if isinstance(graph, Edges))
    found = []
    for one in name.split(" + "):
        kind = one.removesuffix(" on a grid")
        found.append(drawn_position(kind, chance, sizes, chance.randint(1, 3) if kind != one else None, edges))
    return tuple(found)


def drawn_position(name: str, chance: Chance, sizes: Sizes, grid: int | None, edges: int) -> Position:
    b, h, _, q, k, _, d, _ = sizes
    head = chance.choice([1, h])
    match POSITIONS[name]:
        case positions.Rotary:
            return positions.Rotary(chance.choice([50.0, 10_000.0]), chance.flip(), grid)
        case positions.Alibi:
            return positions.Alibi(chance.choice([None, chance.numbers(h)]), grid)
        case positions.RelativeBias if grid is not None:
            sides = chance.choice([1, 3, 5]), chance.choice([1, 3, 5])
            return positions.RelativeBias(chance.numbers(head, *sides), grid=grid)
        case positions.RelativeBias:
            table = chance.numbers(head, chance.randint(2, 9))
            return positions.RelativeBias(table, far=chance.randint(5, 9), two_way=chance.flip())
        case positions.RelativeKeys:
            return positions.RelativeKeys(chance.numbers(*chance.choice([(), (h,)]), 2 * chance.randint(0, 2) + 1, d))
        case positions.Bias:
            return positions.Bias(chance.numbers(*chance.choice([(), (h,), (b, 1), (b, h)]), q, k))
        case positions.EdgeBias:
            return positions.EdgeBias(chance.numbers(*chance.choice([(), (h,)]), edges))
        case unknown:
            raise AssertionError(f"the laws know no parameters for {unknown}")
