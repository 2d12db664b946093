"""Items of any input and the texts that belong to them: what a translator learns from where sources are no texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from regard.data.examples import Examples
from regard.data.files import brief, shown
from regard.data.pairs import Pairs
from regard.data.share import share
from regard.errors import DataError


@dataclass(frozen=True)
class ItemPairs:
    """Sources, which have no answers beside them, and their targets; the same to ask as of `Pairs`."""

    sources: Examples
    targets: list[str]
    skipped: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, examples: Examples) -> "ItemPairs":
        """Examples whose answers are texts. Raises DataError for one that is none, or blank."""
        for index, answer in enumerate(examples.answers or ()):
            if not isinstance(answer, str) or not answer.strip():
                place = f"{shown(examples.origin)}:{examples.lines[index]}" if len(examples.lines) else None
                rule = f"{place or examples.where(index)}: the target must be a text that is not blank"
                raise DataError(rule, got=brief(repr(answer)), hint="write it in quotes, or --y COLUMN for another")
        return cls(replace(examples, answers=None, skipped={}), list(examples.answers or ()), examples.skipped)

    def __len__(self) -> int:
        return len(self.targets)

    def where(self, index: int, side: Literal["source", "target"] = "source") -> str:
        """What errors call a pair: the file that is its source, or the line of both."""
        return self.sources.where(index)

    def take(self, indices: Sequence[int]) -> "ItemPairs":
        """The pairs at these indices, in this order; nothing is counted as skipped."""
        return ItemPairs(self.sources.take(indices), [self.targets[index] for index in indices])


AnyPairs = Pairs | ItemPairs


def item_split(pairs: ItemPairs, seed: int, size: int | None = None) -> tuple[ItemPairs, ItemPairs]:
    """Two parts, (train, valid), of which the second has `size` pairs, or `share`'s own count; groups stay whole."""
    numbered = replace(pairs.sources, items=range(len(pairs)), lines=())
    train, valid = (pairs.take(part.items) for part in share(numbered, seed, size))
    return train, valid
