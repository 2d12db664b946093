"""Multi-head attention as a layer: it owns the parameters, `attend` does the reading."""

import torch
from torch import Tensor, nn

from regard.attend import attend, is_observed
from regard.checks import as_positions
from regard.errors import OptionError
from regard.kernels.linear_state import LinearState
from regard.layers.match import Match, drawn_seed
from regard.layers.placing import Placing
from regard.layers.state import Grown, KeyValue
from regard.layers.weighing import Weighing
from regard.mechanisms.masks import Causal, Mask, Window, parts
from regard.mechanisms.normalizers import Normalized, Normalizer, Plain
from regard.mechanisms.positions import Bias, EdgeBias, Position
from regard.mechanisms.scores import Score
from regard.recurring import can_recur, recur
from regard.shapes import Mixed, States

Carried = KeyValue | Grown | LinearState
"""What those to come will read of those before them."""


class Attention(nn.Module):
    """heads × size vectors are projected from the states, matched, averaged and joined again to the model's width.

        output = join(attend(split(states · Wq), split(sources · Wk), split(sources · Wv))) · Wo

    Every choice is a name, whose parameters the layer then owns, or an object that `attend` takes.

    Args:
        width: m, of the states that come in and go out; a multiple of `heads`.
        heads: how many independent readings.
        score: `dot`, `bilinear`, `additive`, `cosine`, `distance`, `features` (also `features-relu` and
            `features-random`), an object, or a `Match`, which holds more choices and is then the layer's own.
        normalizer: `softmax`, `softmax-with-sink`, `relu`, `squared-relu`, `sigmoid`, `plain`, `normalized`,
            `sparsemax`, `entmax`, `top-k`, or an object; unless given, `normalized` for features, else
            `softmax`.
        position: `rotary`, `alibi`, `relative-bias`, `relative-keys`, an object or a tuple of objects.
        key_heads: heads of keys and values, of which `heads` is a multiple; as many as `heads` unless given.
        mask: who may read whom in every call, beside what the call says: `Window(64, 64)`.
        dropout: chance of a weight to fall in training.
        name: what observers see its calls called.

    Paper: Vaswani et al. 2017, arXiv 1706.03762, section 3.2.2; key heads as in Ainslie et al. 2023, arXiv 2305.13245.

    >>> import torch
    >>> layer = Attention(width=16, heads=4, score="bilinear", position="rotary", normalizer="entmax")
    >>> layer(torch.randn(2, 5, 16)).shape
    torch.Size([2, 5, 16])
    """

    def __init__(
        self,
        width: int,
        heads: int,
        *,
        score: str | Score | Match = "dot",
        normalizer: str | Normalizer | None = None,
        position: str | Position | tuple[Position, ...] | None = None,
        key_heads: int | None = None,
        mask: Mask | None = None,
        dropout: float = 0.0,
        name: str = "attention",
    ) -> None:
        super().__init__()
        shared = heads if key_heads is None else key_heads
        if heads < 1 or width % heads or shared < 1 or heads % shared:
            raise OptionError(
                "Attention: width must be a multiple of heads, and heads of key_heads",
                got=f"width {width}, heads {heads}" + ("" if key_heads is None else f", key_heads {key_heads}"),
                hint="heads=4",
            )
        size = width // heads
        self.heads, self.key_heads, self.mask, self.dropout, self.name = heads, shared, mask, dropout, name
        self.match = score if isinstance(score, Match) else Match(score, size, heads)
        self.weigh = Weighing(normalizer or self.match.normalizer, heads)
        self.place = Placing(position, size, heads)
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * shared * size)
        self.output = nn.Linear(width, width)

    def forward(
        self,
        states: States,
        sources: States | None = None,
        *,
        mask: Mask | None = None,
        bias: Bias | EdgeBias | None = None,
    ) -> States:
        """New states (b, q, m): each the states' own reading of the sources (b, k, m), or of themselves."""
        return self.read(states, self.remember(states if sources is None else sources), mask=mask, bias=bias)

    def remember(self, sources: States) -> KeyValue:
        """The keys and values of the sources, to be read now or step by step."""
        key, value = self.key_value(sources).chunk(2, -1)
        return KeyValue(split(key, self.key_heads), split(value, self.key_heads))

    def read(
        self,
        states: States,
        memory: KeyValue,
        *,
        mask: Mask | None = None,
        query_start: int | Tensor | None = None,
        bias: Bias | EdgeBias | None = None,
    ) -> States:
        """New states (b, q, m), read from keys and values at hand; `query_start` as for `attend`.

        `bias` joins the layer's own positions in this call: what is added to scores and comes with the data.
        """
        seed = drawn_seed(self, self.dropout)
        mixed = attend(
            split(self.query(states), self.heads),
            memory.key,
            memory.value,
            score=self.match(),
            normalizer=self.weigh(),
            mask=self._joined_to_own(mask),
            position=(*as_positions(self.place()), *as_positions(bias)),
            query_start=query_start,
            dropout=self.dropout if seed is not None else 0.0,
            seed=seed,
            name=self.name,
        )
        return self._joined(mixed)

    def go_on(self, states: States, past: Carried | None = None) -> tuple[States, Carried]:
        """The reading of each position, of itself and of all before it (b, q, m), and what those to come will read.

        Carried is a state of constant size where scores are sums that allow it (`recurring.can_recur`), else all keys
        and values; a past of keys stays one. Where the layer's own mask is a window, no more than it holds are carried
        on, unless gradients are wanted.
        """
        new = self.remember(states)
        score, normalizer, position = self.match(), self.weigh(), as_positions(self.place())
        if isinstance(past, LinearState) or (
            past is None and self.mask is None and can_recur(score, normalizer, position) and not is_observed()
        ):
            assert isinstance(normalizer, Plain | Normalized)
            query = split(self.query(states), self.heads)
            mixed, state = recur(query, new.key, new.value, past, score=score, normalizer=normalizer)
            return self._joined(mixed), state
        present = _begun(new) if past is None else past.extended(new)
        memory = present if isinstance(present, KeyValue) else present.read()
        return self.read(states, memory, mask=Causal()), self._kept(present)

    def _joined_to_own(self, mask: Mask | None) -> Mask | None:
        if mask is None or self.mask is None:
            return self.mask if mask is None else mask
        return mask & self.mask

    def _kept(self, present: KeyValue | Grown) -> KeyValue | Grown:
        """What those to come can still read of it."""
        before = [each.before for each in parts(self.mask) if isinstance(each, Window)]
        return present.within(min(before)) if before and isinstance(present, Grown) else present

    def _joined(self, mixed: Mixed) -> States:
        joined: Tensor = self.output(mixed.transpose(1, 2).flatten(2))
        return joined


def _begun(new: KeyValue) -> KeyValue | Grown:
    """The first of a past: with room for more, where nothing is to be differentiated."""
    return new if torch.is_grad_enabled() else Grown.of(new)


def split(states: Tensor, heads: int) -> Tensor:
    """(b, n, h · d) to (b, h, n, d)."""
    parts: Tensor = states.unflatten(-1, (heads, -1))  # type: ignore[no-untyped-call]
    return parts.transpose(1, 2)
