"""Drawing sequences from a language model, token by token, many at once; a temperature of zero is greedy.

    p(w) ∝ exp(log p(w) / temperature), over the `top_k` likeliest w, and of these the fewest that reach `top_p`

Papers: top-k as in Fan et al. 2018, arXiv 1805.04833; top-p, the nucleus, as in Holtzman et al. 2019, arXiv 1904.09751.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite

import numpy as np
import torch
from torch import Tensor

from regard.decoding.rules import Rule, Step, apply, barred_by_all
from regard.errors import DataError, OptionError
from regard.inputs.text import END
from regard.layers.state import State
from regard.networks.language import Language


@dataclass(frozen=True)
class Sampling:
    """How to draw: temperature (0 takes the likeliest), the `top_k` likeliest (0 is all), the share `top_p`, a seed.

    `longest` is the most tokens that are drawn, `ends` how many line ends end a sequence (0: none does); `rules` are
    about the next token.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 1
    longest: int = 500
    ends: int = 1
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        """Raises OptionError for a number that makes no sense."""
        for name, least, most in (
            ("temperature", 0, inf),
            ("top_k", 0, inf),
            ("seed", 0, 2**63),
            ("longest", 1, inf),
            ("ends", 0, inf),
        ):
            value = getattr(self, name)
            if not (isfinite(value) and least <= value <= most):
                rule = f"sampling: {name.replace('_', '-')} must be at least {least}"
                raise OptionError(rule, got=str(value), hint="leave it out to have the default")
        if not 0 < self.top_p <= 1:
            got = str(self.top_p)
            raise OptionError("sampling: top-p must be above 0 and at most 1", got=got, hint="0.95, or 1 for all")


@dataclass
class Drawn:
    """One sequence: the tokens after its prefix, their log-probability, and whether it ended by itself."""

    tokens: list[int] = field(default_factory=list)
    score: float = 0.0
    ended: bool = False


@dataclass
class Row:
    """One sequence that is being drawn: what it begins with, what its random numbers begin with, and its most tokens.

    `number` is what rules call what it belongs to.
    """

    prefix: Sequence[int]
    seeds: Sequence[int]
    longest: int
    number: int = 0
    drawn: Drawn = field(default_factory=Drawn)

    def __post_init__(self) -> None:
        """Its own random numbers."""
        self.random = np.random.Generator(np.random.PCG64(list(self.seeds)))

    def takes(self, token: int, score: float, how: Sampling) -> bool:
        """Adds a token that was drawn; whether there is more to draw."""
        self.drawn.tokens.append(token)
        self.drawn.score += score
        self.drawn.ended = bool(how.ends) and self.drawn.tokens.count(END) >= how.ends
        return not self.drawn.ended and len(self.drawn.tokens) < self.longest


def sample(network: Language, prefixes: Sequence[Sequence[int]], numbers: Sequence[int], how: Sampling) -> list[Drawn]:
    """One continuation of each prefix, which has at least one token; drawn from (seed, number), whatever else is drawn.

    Shorter prefixes go ahead while longer ones are still read, so that all rows are equally far. The network reads at
    most a window, `options.longest` tokens; when it is full it begins anew with the last half.
    Raises DataError where the network scores nothing but NaN, OptionError where rules leave no token.
    Cost: one step of all rows a token.
    """
    rows = [
        Row(prefix, (how.seed, number), how.longest, number) for prefix, number in zip(prefixes, numbers, strict=True)
    ]
    for _ in _drawn(network, rows, how):
        pass
    return [row.drawn for row in rows]


def stream(network: Language, prefix: Sequence[int], number: int, how: Sampling) -> Iterator[Drawn]:
    """What `sample` draws for one prefix, after each token: one `Drawn`, which grows until the iterator ends.

    Between two tokens anything else may be computed; closing the iterator drops what it holds.
    """
    row = Row(prefix, (how.seed, number), how.longest, number)
    for _ in _drawn(network, [row], how):
        if row.drawn.tokens:
            yield row.drawn


@torch.inference_mode()
def _drawn(network: Language, rows: list[Row], how: Sampling) -> Iterator[None]:
    """Draws the rows to their ends, and stops after each token for who wants to look at them."""
    device = next(network.parameters()).device
    shortest = min((len(row.prefix) for row in rows), default=0)
    tokens = torch.tensor([row.prefix[:shortest] for row in rows], device=device)
    state: State | None = None
    begun = read = 0
    while rows:
        start = window_start(tokens.shape[1], network.options.longest)
        if state is None or start > begun:
            state, begun, read = None, start, start
        states, state = network.advance(tokens[:, read:], state)
        read = tokens.shape[1]
        following, going = next_tokens(network.scores(states[:, -1]), rows, tokens, how)
        tokens = torch.cat((tokens, torch.tensor(following, device=device)[:, None]), 1)
        if len(going) < len(rows):
            kept = torch.tensor(going, device=device, dtype=torch.long)
            rows, tokens, state = [rows[i] for i in going], tokens[kept], state.select(kept)
        yield


def window_start(length: int, window: int) -> int:
    """From where the network reads `length` tokens: all while they fit, then at least the last half of a window.

    >>> [window_start(length, 8) for length in (8, 9, 12, 13)]
    [0, 4, 4, 8]
    """
    half = max(1, window // 2)
    return half * max(0, -(-(length - window) // half))


def next_tokens(scores: Tensor, rows: list[Row], tokens: Tensor, how: Sampling) -> tuple[list[int], list[int]]:
    """What follows tokens (b, q): a row's prefix while there is one, else what is drawn; and which rows go on."""
    scores[:, :END] = -torch.inf  # padding, the unknown token and the beginning are never written
    if not bool(scores.isfinite().any(1).all()):
        raise DataError(
            "sampling: the network's scores must be numbers",
            got="NaN or infinity for every token",
            hint="its training has diverged: train again with a smaller --learning-rate",
        )
    length = tokens.shape[1]
    drawing = [length >= len(row.prefix) for row in rows]
    chances = [row.random.random() if draws else 0.0 for row, draws in zip(rows, drawing, strict=True)]
    ruled = _ruled(scores, rows, tokens, drawing, how) if how.rules else scores
    picked = pick(ruled, torch.tensor(chances, dtype=torch.float64, device=scores.device), how)
    told = scores.gather(1, picked[:, None])[:, 0].tolist()
    following, going = [], []
    for i, (row, token, score) in enumerate(zip(rows, picked.tolist(), told, strict=True)):
        following.append(token if drawing[i] else row.prefix[length])
        if not drawing[i] or row.takes(token, score, how):
            going.append(i)
    return following, going


def _ruled(scores: Tensor, rows: list[Row], tokens: Tensor, drawing: list[bool], how: Sampling) -> Tensor:
    """The scores of the rows after the rules; of those that still read their prefix as they were."""
    given = torch.tensor([len(row.prefix) for row in rows], device=scores.device)
    numbers = torch.tensor([row.number for row in rows], device=scores.device)
    ruled = apply(how.rules, scores, Step(tokens, given, numbers))
    ruled = torch.where(torch.tensor(drawing, device=scores.device)[:, None], ruled, scores)
    if not bool(ruled.isfinite().any(1).all()):
        raise barred_by_all("sampling")
    return ruled


def pick(scores: Tensor, chances: Tensor, how: Sampling) -> Tensor:
    """A token (b) for each row of log-probabilities (b, v), by a number (b) from 0 to 1 that is drawn evenly.

    >>> scores = torch.tensor([[0.5, 0.3, 0.2]]).log()
    >>> [int(pick(scores, torch.tensor([chance]), Sampling())) for chance in (0.4, 0.6, 0.9)]
    [0, 1, 2]
    >>> int(pick(scores, torch.tensor([0.9]), Sampling(top_p=0.7)))
    1
    """
    if how.temperature == 0:
        return scores.argmax(-1)
    ranked, order = scores.double().sort(dim=-1, descending=True, stable=True)
    p = ((ranked - ranked[:, :1]) / how.temperature).softmax(-1)  # the likeliest stays a number, however cold it is
    if how.top_k:
        p[:, how.top_k :] = 0
    p = p / p.sum(-1, keepdim=True)
    reached = p.cumsum(-1)
    inside = (reached - p < how.top_p) & (p > 0)
    totals = (p * inside).sum(-1)
    place = (reached <= (chances * totals)[:, None]).sum(-1)
    picked: Tensor = order.gather(1, torch.minimum(place, inside.sum(-1) - 1)[:, None])[:, 0]
    return picked
