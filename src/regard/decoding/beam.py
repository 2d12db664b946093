"""Beam search over any network, batched; a beam of one is greedy. What grows is in growing.py."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite

import torch
from torch import Tensor, nn

from regard.decoding.coverage import Covered, Watched
from regard.decoding.growing import Beam, Growing, Hypothesis
from regard.decoding.pooled import search_pooled, suits
from regard.decoding.rules import Rule, Step, apply, barred_by_all
from regard.errors import OptionError, RegardError
from regard.inputs.text import BEGIN, END, UNKNOWN
from regard.layers.output import Output
from regard.layers.state import State
from regard.networks.base import Encoded, Stepped
from regard.networks.pooled import PooledDecoder


@dataclass(frozen=True)
class Search(Beam):
    """How to search: as wide as a `Beam` says, and what is chosen beyond.

    `coverage_penalty` is β of decoding/coverage.py; `unknown` lets the unknown word be written; `rules` are about the
    next token.
    """

    coverage_penalty: float = 0.0
    unknown: bool = False
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        """Raises OptionError for a search that cannot be."""
        super().__post_init__()
        if not (isfinite(self.coverage_penalty) and self.coverage_penalty >= 0):
            got = str(self.coverage_penalty)
            raise OptionError("search: the coverage penalty is at least 0", got=got, hint="0.2, or 0 for none")

    @property
    def plain(self) -> bool:
        """Whether words are chosen by their log-probabilities alone."""
        return not (self.coverage_penalty or self.unknown or self.rules)

    def nothing_left(self) -> RegardError:
        """The error of a source without a next token: of the rules, if there are any."""
        return barred_by_all("search") if self.rules else super().nothing_left()


@torch.inference_mode()
def search(
    network: Stepped,
    encoded: Encoded,
    longest: list[int],
    how: Search,
    told: Callable[[], object] | None = None,
) -> list[list[Hypothesis]]:
    """For every source its n best targets, best first; those that did not end come last.

    Targets have at most `longest[row]` tokens; one that long counts as not ended. `told` is called before each token;
    what it raises ends the search. Raises DataError where the network scores NaN.

    Cost: one decoder step of rows × beam sequences a token. Of a decoder in the native core, all of it is there.
    """
    if isinstance(network, PooledDecoder) and how.plain and suits(network, longest, how):
        return search_pooled(network, encoded, longest, how, told)
    return _search(network, encoded, longest, how, told or nothing)


def nothing() -> None:
    """Who need not be told."""


def _search(
    network: Stepped, encoded: Encoded, longest: list[int], how: Search, told: Callable[[], object]
) -> list[list[Hypothesis]]:
    device, growing = encoded.states.device, Growing(longest, how)
    stepped = Watched(network) if how.coverage_penalty else network
    state: State = stepped.start(encoded)
    if how.beam > 1:
        state = state.select(torch.arange(len(longest), device=device).repeat_interleave(how.beam))
    while len(growing.rows):
        told()
        last = torch.from_numpy(growing.last).to(device)
        states, state = stepped.step(last, state)  # type: ignore[arg-type]
        values, words = _following(stepped.output, states, growing, how)
        parents, whole = growing.take(values.cpu().numpy(), words.cpu().numpy(), _unread(state, how))
        if not whole or how.beam > 1:
            state = state.select(torch.from_numpy(parents).to(device), same_source=whole)
    return growing.found()


def _following(output: nn.Module, states: Tensor, growing: Growing, how: Search) -> tuple[Tensor, Tensor]:
    """Log-probabilities (r, c) of the words (r, c) that may follow each sequence: as many as a source could take."""
    if isinstance(output, Output) and how.plain:
        return output.likeliest(states, how.looked_at, END)
    words = _words(output(states), growing, how)
    values, places = words.topk(min(how.looked_at, words.shape[1]), dim=1)
    return values, places


def _words(words: Tensor, growing: Growing, how: Search) -> Tensor:
    """The log-probabilities of next words without what is never written, and after the rules."""
    words[:, : UNKNOWN if how.unknown else END] = -inf  # what is never written, and the unknown word unless it may be
    if how.unknown:
        words[:, BEGIN] = -inf
    if not how.rules:
        return words
    tokens, rows = (torch.from_numpy(each).to(words.device) for each in (growing.tokens, growing.rows))
    numbers = rows.repeat_interleave(how.beam)
    return apply(how.rules, words, Step(tokens, torch.ones_like(numbers), numbers))


def _unread(state: State, how: Search) -> list[float] | None:
    """What each sequence pays for the source that it has not read."""
    if not how.coverage_penalty:
        return None
    assert isinstance(state, Covered), "a network that is watched"
    return [how.coverage_penalty * each for each in state.penalties()]
