"""`SeriesInput`: an item is an array (steps, channels), or (steps,) of one channel, in which NaN is a missing value."""

import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regard.data.pairs import one_of
from regard.errors import DataError
from regard.inputs.base import Encoded
from regard.inputs.learning import first_of, item_name, refuse_transposed
from regard.inputs.matrices import Axes, Doubles, matrix, plain_array, same_columns
from regard.inputs.scaling import Scaling
from regard.inputs.series.changes import changed
from regard.inputs.series.gaps import filled

AXES = Axes("step", "channel", single=True)
OTHER = {"steps-first": "channels-first", "channels-first": "steps-first"}
FEW = 2_000
"""Training series below which they are changed a little, unless `augment` says otherwise."""


class TransposedWarning(UserWarning):
    """Series that look as if steps and channels had changed places."""


@dataclass(frozen=True, kw_only=True)
class SeriesOptions:
    """How series are read.

    Attributes:
        standardize: `training` brings each channel to mean 0 and standard deviation 1 over the training series,
            `item` over each series alone (its level and size are lost), `none` leaves it as it is.
        layout: which axis of an array comes first: `steps-first` or, as aeon and sktime have it, `channels-first`.
        differences: whether each channel's change since the step before (0 at the first) is read beside it.
        augment: whether training sees series changed a little (changes.py); None is for fewer than 2,000 of them.
    """

    standardize: str = "training"
    layout: str = "steps-first"
    differences: bool = False
    augment: bool | None = None

    def __post_init__(self) -> None:
        """Raises OptionError for a choice that does not exist."""
        one_of("standardize", self.standardize, ("training", "item", "none"))
        one_of("layout", self.layout, tuple(OTHER))


class SeriesInput:
    """Columns of a step: the channels, their differences if wanted, then what was missing if training had gaps.

    A missing value is filled by the last one known in its channel, and before any by the channel's training mean. If
    any training series lacks a value, there is one more column for each channel, 1 where it was missing, else 0.
    """

    kind: ClassVar[str] = "series"

    def __init__(self, options: SeriesOptions, mean: Doubles, scaling: Scaling, gaps: bool) -> None:
        self.options, self.mean, self.scaling, self.gaps = options, mean, scaling, gaps
        self._measured = len(mean) * (1 + options.differences)
        if len(scaling.mean) != self._measured:
            raise ValueError("there must be a scale for every channel and difference")
        self.features = self._measured + len(mean) * gaps

    @classmethod
    def learn(cls, items: Sequence[Any], options: SeriesOptions) -> "SeriesInput":
        """Fitted to arrays (steps, channels). Warns TransposedWarning where they look as if they lay the other way.

        Raises DataError for the first item that cannot be read, and for a channel without a single value.

        >>> series = SeriesInput.learn([[[1.0], [float("nan")], [3.0]]], SeriesOptions(standardize="none"))
        >>> series.encode([[float("nan")], [5.0], [float("nan")]], "item").values.tolist()
        [[2.0, 1.0], [5.0, 0.0], [5.0, 1.0]]
        """
        if options.augment is None:
            options = replace(options, augment=len(items) < FEW)
        channels = _oriented(first_of(items, cls.kind), item_name(0), options).shape[1]
        shapes = [tuple(getattr(item, "shape", ())) for item in items]
        turned = options.layout == "channels-first"
        refuse_transposed([shape[::-1] if turned else shape for shape in shapes], _advice(options))
        seen = _seen(items, channels, options)
        _warn_if_transposed(seen, channels, options)
        mean, gaps = seen.mean, seen.gaps
        found = cls(options, mean, Scaling.nothing(channels * (1 + options.differences)), gaps)
        if options.standardize == "training":
            every = (found._columns(_read(item, item_name(i), channels, options)) for i, item in enumerate(items))
            found = cls(options, mean, Scaling.learn(every), gaps)
        return found

    def encode(self, item: Any, where: str) -> Encoded:
        """Vectors (steps, features) of float32. Raises DataError unless the item is numbers (steps, channels)."""
        values = _read(item, where, len(self.mean), self.options)
        columns = self._columns(values)
        scaling = Scaling.learn([columns]) if self.options.standardize == "item" else self.scaling
        scaled = scaling.apply(columns, where)
        return Encoded(np.hstack((scaled, np.isnan(values).astype(np.float32))) if self.gaps else scaled)

    def augmented(self, encoded: Encoded, random: np.random.Generator) -> Encoded:
        """Noisy, stretched and partly hidden (`changed`), or as it is where the options say so."""
        if not self.options.augment:
            return encoded
        return replace(encoded, values=changed(encoded.values, self._measured, random))

    def names(self, item: Any) -> list[str]:
        """`step 1`, `step 2`, …"""
        return [f"step {number}" for number in range(1, len(_oriented(item, "item", self.options)) + 1)]

    def shown(self, item: Any) -> dict[str, NDArray[Any]]:
        """`values` (steps, channels) as they were given, NaN where one is missing, and `spans` (n, 2) in steps."""
        values = _read(item, "item", len(self.mean), self.options)
        first = np.arange(len(values))
        return {"values": values.astype(np.float32), "spans": np.stack((first, first + 1), 1)}

    def to_json(self) -> dict[str, Any]:
        """Everything learned and chosen, in JSON's types."""
        scaling = self.scaling.to_json()
        return {"options": asdict(self.options), "mean": self.mean.tolist(), "scaling": scaling, "gaps": self.gaps}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "SeriesInput":
        """What `to_json` gave; KeyError, TypeError or ValueError where the record cannot be that."""
        mean = Scaling.from_json({"mean": record["mean"], "factor": record["mean"]}).mean
        options, scaling = SeriesOptions(**record["options"]), Scaling.from_json(record["scaling"])
        return cls(options, mean, scaling, bool(record["gaps"]))

    def _columns(self, values: Doubles) -> Doubles:
        """Channels and, if wanted, differences, without gaps."""
        whole = filled(values, self.mean)
        return np.hstack((whole, np.diff(whole, axis=0, prepend=whole[:1]))) if self.options.differences else whole


class _Seen(NamedTuple):
    """The mean (c,) of the values that are there, whether any is missing, and the most steps."""

    mean: Doubles
    gaps: bool
    longest: int


def _oriented(item: Any, where: str, options: SeriesOptions) -> Doubles:
    """The item with its steps first."""
    found = plain_array(item, where, AXES)
    turn = options.layout == "channels-first" and found.ndim == 2
    return matrix(found.T if turn else found, where, AXES, missing=True)


def _read(item: Any, where: str, channels: int, options: SeriesOptions) -> Doubles:
    """The item with its steps first and that many channels."""
    found = _oriented(item, where, options)
    same_columns(found, channels, where, AXES, _advice(options))
    return found


def _seen(items: Sequence[Any], channels: int, options: SeriesOptions) -> _Seen:
    """What is in all items. Raises DataError for a channel without any value."""
    total, count, gaps, longest = np.zeros(channels), np.zeros(channels), False, 0
    for index, item in enumerate(items):
        values = _read(item, item_name(index), channels, options)
        missing = np.isnan(values)
        gaps, longest = gaps or bool(missing.any()), max(longest, len(values))
        total += np.where(missing, 0, values).sum(0)
        count += (~missing).sum(0)
    if not count.all():
        got = f"none in channel {int(count.argmin()) + 1}, counted from 1"
        hint = "leave that channel out, or check what filled it"
        raise DataError("data: every channel needs a value somewhere in training", got=got, hint=hint)
    return _Seen(total / count, gaps, longest)


def _advice(options: SeriesOptions) -> str:
    """How to tell that the axes are the other way round."""
    return f'layout="{OTHER[options.layout]}"'


def _warn_if_transposed(seen: _Seen, channels: int, options: SeriesOptions) -> None:
    """Warns if even the longest series has fewer than half as many steps as there are channels."""
    if 1 < seen.longest < channels / 2:
        warnings.warn(
            f"series look transposed: at most {seen.longest:,} steps, of {channels:,} channels each; "
            f"if these are {seen.longest:,} channels, say {_advice(options)}",
            TransposedWarning,
            stacklevel=3,
        )
