"""Linear attention piece by piece: what was read is a state of constant size, and the next piece goes on from it."""

from torch import Tensor

from regard.errors import OptionError, ShapeError
from regard.kernels import recurrent
from regard.kernels.linear_state import LinearState
from regard.mechanisms.features import EluPlusOne
from regard.mechanisms.legality import Choice
from regard.mechanisms.masks import Causal, Padding
from regard.mechanisms.normalizers import Normalized, Normalizer, Plain
from regard.mechanisms.positions import Position
from regard.mechanisms.scores import Bilinear, Cosine, Dot, Features, Score
from regard.planning import no_autocast, requested

PRODUCTS = (Features, Dot, Bilinear, Cosine)
"""Scores that are one product of a query and a key."""


def can_recur(score: Score, normalizer: Normalizer, position: tuple[Position, ...] = ()) -> bool:
    """Whether `recur` knows these choices: weights that are the scores themselves, products to which nothing is added.

    >>> from regard.mechanisms.normalizers import Softmax
    >>> can_recur(Features(EluPlusOne()), Normalized()), can_recur(Dot(), Softmax())
    (True, False)
    """
    return isinstance(normalizer, Plain | Normalized) and isinstance(score, PRODUCTS) and not position


def recur(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    state: LinearState | None = None,
    *,
    score: Score = Features(EluPlusOne()),  # noqa: B008  (frozen)
    normalizer: Plain | Normalized = Normalized(),  # noqa: B008
    lengths: Tensor | None = None,
) -> tuple[Tensor, LinearState]:
    """What `attend` gives causally, for positions that follow those already read, and the state after them.

        memory ← memory + Σ key ⊗ value        output = query · memory, divided as the normalizer says

    Args:
        query: (b, h, n, d), key (b, g, n, d), value (b, g, n, e): the next n positions, one or many.
        state: what was read before; None is nothing.
        score: any that is a dot product: `Features`, `Dot`, `Bilinear`, `Cosine`.
        lengths: (b,), how many of the n positions of each row exist.

    Pieces one after the other give what the whole would, in f·e numbers a head, whatever was read.
    Cost a position and head: 4·f·e operations. Paper: Katharopoulos et al. 2020, arXiv 2006.16236, section 3.4.

    >>> import regard, torch
    >>> query, key, value = (torch.randn(1, 2, 9, 4, dtype=torch.float64) for _ in range(3))
    >>> choices = {"score": Features(EluPlusOne()), "normalizer": Normalized()}
    >>> whole = regard.attend(query, key, value, mask=Causal(), **choices)
    >>> first, state = recur(query[:, :, :5], key[:, :, :5], value[:, :, :5])
    >>> second, state = recur(query[:, :, 5:], key[:, :, 5:], value[:, :, 5:], state)
    >>> torch.allclose(torch.cat((first, second), 2), whole)
    True
    """
    if query.dim() != 4 or query.shape[2] != key.shape[2]:
        raise ShapeError(
            "recur: query and key are the same n positions, with four axes",
            got=f"query {tuple(query.shape)}, key {tuple(key.shape)}",
            hint="(b, h, n, d) and (b, g, n, d); a single step has n = 1",
        )
    with no_autocast(query):
        mask = Causal() if lengths is None else Causal() & Padding(keys=lengths, queries=lengths)
        request = requested(query, key, value, Choice(score, normalizer, mask, ()), 0)
        if (reason := recurrent.refuses_state(request)) is not None:
            raise OptionError(
                "recur: the choice must be a sum that can be carried", got=reason, hint="Features(EluPlusOne())"
            )
        b, g, _, f = request.key.shape
        before = state or LinearState.empty(b, g, f, value.shape[-1], dtype=query.dtype, device=query.device)
        if before.memory.shape != (b, g, f, value.shape[-1]):
            raise ShapeError(
                "recur: the state must belong to the same layer and batch",
                got=f"a memory {tuple(before.memory.shape)} for {(b, g, f, value.shape[-1])}",
                hint="state.select(rows) after rows were left out",
            )
        return recurrent.advance(request, before)
