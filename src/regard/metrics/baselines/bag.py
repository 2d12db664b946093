"""A bag of vectors: an item without the order of its vectors, then a linear model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from regard.errors import DataError
from regard.metrics.baselines.linear import Counted, Features, Linear, fit
from regard.metrics.sparse import Floats

Vectors = Sequence[NDArray[Any]]


@dataclass(frozen=True)
class Moments:
    """Mean and standard deviation of each feature over the vectors of an item, scaled to the training's spread."""

    middle: Floats
    spread: Floats

    @classmethod
    def learn(cls, vectors: Vectors) -> tuple["Moments", Floats]:
        """From training items; and their features."""
        raw = _moments(vectors, vectors[0].shape[-1])
        spread = raw.std(0)
        learned = cls(raw.mean(0), np.where(spread > 0, spread, 1.0))
        return learned, (raw - learned.middle) / learned.spread

    def features(self, vectors: Vectors) -> Floats:
        """(items, 2·d)."""
        scaled: Floats = (_moments(vectors, len(self.middle) // 2) - self.middle) / self.spread
        return scaled


@dataclass(frozen=True)
class Weighted:
    """How often every token of the training comes, the rarer the heavier (tf-idf), rows of length 1.

    weight = count · (1 + ln((1 + items) / (1 + items with the token))), as scikit-learn's TfidfVectorizer.
    """

    tokens: NDArray[np.int64]
    rarity: Floats

    @classmethod
    def learn(cls, vectors: Vectors) -> tuple["Weighted", Counted]:
        """From training items; and their features."""
        tokens, items_with = np.unique(
            np.concatenate([np.unique(_first_column(one)) for one in vectors]), return_counts=True
        )
        learned = cls(tokens, 1 + np.log((1 + len(vectors)) / (1 + items_with)))
        return learned, learned.features(vectors)

    def features(self, vectors: Vectors) -> Counted:
        """(items, tokens), sparse; tokens that training has not are left out."""
        columns, values = [], []
        for one in vectors:
            seen, counts = np.unique(_first_column(one), return_counts=True)
            places = np.searchsorted(self.tokens, seen).clip(max=max(len(self.tokens) - 1, 0))
            known = self.tokens[places] == seen
            weights = counts[known] * self.rarity[places[known]]
            columns.append(places[known])
            values.append(weights / max(float(np.sqrt((weights**2).sum())), 1e-12))
        starts = np.cumsum([0, *map(len, columns)])[:-1]
        return Counted(np.concatenate(columns).astype(np.int64), np.concatenate(values), starts, len(self.tokens))


@dataclass(frozen=True)
class BagOfVectors:
    """The bag, and the linear model that reads it."""

    name: ClassVar[str] = "bag of vectors"
    bag: Moments | Weighted
    linear: Linear

    def predict(self, vectors: Vectors) -> list[Any]:
        """An answer for every item."""
        return self.linear.predict(self.bag.features(vectors)) if len(vectors) else []


def bag_of_vectors(
    vectors: Vectors,
    answers: Sequence[Any],
    *,
    kind: Literal["classify", "regress"] = "classify",
    strength: float | None = None,
) -> BagOfVectors:
    """A linear model of what is in each item, whatever its order: logistic regression of classes, ridge of numbers.

    `vectors`: of each item (n, d) floats, of which mean and standard deviation are taken, NaN left out; or token
    numbers (n,) or (n, c), whose first column is counted. `strength` as in `linear.fit`: the smaller, the nearer to
    no weights; by default 1, and 10 for tokens. Seconds for 13,000 sentences or 60,000 images. DataError without
    items, or where they are not all of one size.
    """
    if len(vectors) != len(answers) or not len(answers):
        got = f"{len(vectors):,} items, {len(answers):,} answers"
        raise DataError(
            "bag of vectors: every item needs one answer", got=got, hint="give items and answers of training"
        )
    features: Features
    bag: Moments | Weighted
    if np.issubdtype(vectors[0].dtype, np.integer):
        bag, features = Weighted.learn(vectors)
    else:
        bag, features = Moments.learn(vectors)
    strength = strength or (10.0 if isinstance(bag, Weighted) else 1.0)
    return BagOfVectors(bag, fit(features, answers, kind=kind, strength=strength))


def _first_column(numbers: NDArray[Any]) -> NDArray[Any]:
    return numbers if numbers.ndim == 1 else numbers[:, 0]


def _moments(vectors: Vectors, size: int) -> Floats:
    """Mean and standard deviation (items, 2·d), of what is there: 0 where nothing is."""
    rows = np.zeros((len(vectors), 2 * size))
    for place, one in enumerate(vectors):
        if one.ndim != 2 or one.shape[1] != size:
            got = f"item {place + 1} of shape {one.shape}"
            hint = "give arrays (n, d) with one d"
            raise DataError(f"bag of vectors: every item must be (n, {size})", got=got, hint=hint)
        values = one.astype(np.float64)
        there = np.isfinite(values)
        count = np.maximum(there.sum(0), 1)
        mean = np.where(there, values, 0).sum(0) / count
        rows[place, :size] = mean
        rows[place, size:] = np.sqrt((np.where(there, values - mean, 0) ** 2).sum(0) / count)
    return rows
