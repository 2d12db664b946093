"""Rules that say what must come: the beginning of each target, or one of a list of targets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import inf

import torch
from torch import Tensor

from regard.decoding.rules import Rule, Step, apply
from regard.inputs.text import END

Trie = dict[int, "Trie"]
"""Which tokens may come next, and after each of them which."""


@dataclass(frozen=True)
class Prefix:
    """The targets of source i begin with prefixes[i]; `rules` hold from its end on.

    Its tokens keep their log-probabilities, so that a score is that of the whole target.
    """

    prefixes: Sequence[Sequence[int]]
    rules: tuple[Rule, ...] = ()

    def __call__(self, scores: Tensor, step: Step) -> Tensor:
        """The scores after the rules, or, within a prefix, of its next token alone."""
        place = step.tokens.shape[1] - 1
        given = [(i, self.prefixes[number]) for i, number in enumerate(step.numbers.tolist())]
        forced = [(i, prefix[place]) for i, prefix in given if place < len(prefix)]
        ruled = apply(self.rules, scores, step)
        if not forced:
            return ruled
        rows, tokens = (torch.tensor(each, device=scores.device) for each in zip(*forced, strict=True))
        ruled = ruled.clone()
        ruled[rows] = -inf
        ruled[rows, tokens] = scores[rows, tokens]
        return ruled


@dataclass(frozen=True, eq=False)
class OneOf:
    """The target is one of these; where the beam holds them all, scores are those of scoring each.

    Cao et al. 2021, arXiv 2010.00904, section 3.2. Cost: a walk of Python along the trie for each hypothesis.
    """

    targets: Iterable[Sequence[int]]
    trie: Trie = field(init=False)
    room: int = field(init=False)
    """Tokens of the longest of them, its end included."""

    def __post_init__(self) -> None:
        """Builds the trie."""
        trie: Trie = {}
        room = 0
        for target in self.targets:
            room, node = max(room, len(target) + 1), trie
            for token in (*target, END):
                node = node.setdefault(token, {})
        object.__setattr__(self, "trie", trie)
        object.__setattr__(self, "room", room)

    def __call__(self, scores: Tensor, step: Step) -> Tensor:
        """The scores of what goes on one of the targets, −inf for all else."""
        barred = torch.ones_like(scores, dtype=torch.bool)
        for i, (tokens, given) in enumerate(zip(step.tokens.tolist(), step.given.tolist(), strict=True)):
            barred[i, self.following(tokens[given:])] = False
        return scores.masked_fill(barred, -inf)

    def following(self, tokens: Iterable[int]) -> list[int]:
        """What may follow these tokens; nothing where none of the targets begins with them.

        >>> OneOf([[7, 8], [7], [9]]).following([7])
        [8, 3]
        """
        node = self.trie
        for token in tokens:
            node = node.get(token, {})
        return list(node)
