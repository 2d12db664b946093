"""Each choice must be one of its objects, and all together must have a meaning (mechanisms/legality.py)."""

from typing import get_args

from torch import Tensor

from regard.errors import OptionError
from regard.mechanisms.legality import Choice, refused
from regard.mechanisms.masks import Mask, Padding, Strided, Window, inside, parts
from regard.mechanisms.normalizers import Entmax, Normalizer, TopK
from regard.mechanisms.positions import Position
from regard.mechanisms.scores import Cosine, Distance, Score

SCORES, NORMALIZERS, POSITIONS = get_args(Score), get_args(Normalizer), get_args(Position)
NUMBERS = ((Cosine, "temperature", 0), (Distance, "width", 0), (Entmax, "alpha", 1))
"""Numbers that must be above a bound, as far as that can be seen without looking at tensors."""


def as_positions(position: Position | tuple[Position, ...] | None) -> tuple[Position, ...]:
    """No position, one, or several, as a tuple."""
    if position is None:
        return ()
    return position if isinstance(position, tuple) else (position,)


def check_choices(choice: Choice) -> None:
    """Objects of their kinds (names belong to layers and the command line), in a legal combination."""
    _instance("score", choice.score, SCORES)
    _instance("normalizer", choice.normalizer, NORMALIZERS)
    for position in choice.positions:
        _instance("position", position, POSITIONS)
    if isinstance(choice.normalizer, TopK) and choice.normalizer.count < 1:
        raise OptionError("TopK: count is at least 1", got=repr(choice.normalizer), hint="TopK(16)")
    if choice.mask is not None:
        _check_mask(choice.mask)
    for kind, name, bound in NUMBERS:
        for one in (choice.score, choice.normalizer):
            if isinstance(one, kind):
                _above(f"{kind.__name__}: {name}", getattr(one, name), bound)
    if (rule := refused(choice)) is not None:
        raise OptionError(f"attend: {rule.reason}", got=_named(choice), hint=rule.hint)


def _check_mask(mask: object) -> None:
    if not isinstance(mask, Mask):
        tensor = isinstance(mask, Tensor)
        raise OptionError(
            "attend: mask must be made of mask objects",
            got=_said(mask),
            hint="Dense(tensor), where True may read"
            if tensor
            else "Causal(), Padding(keys=lengths), joined with & | ~",
        )
    for leaf in inside(mask):
        if not isinstance(leaf, Mask):
            raise OptionError("attend: only masks join with & | ~", got=_said(leaf), hint="Dense(tensor) for a matrix")
        match leaf:
            case Window(before, after) if before < 0 or after < 0:
                raise OptionError("Window: before and after count positions", got=repr(leaf), hint="Window(2, 0)")
            case Strided(every) if every < 1:
                raise OptionError("Strided: every is at least 1", got=repr(leaf), hint="Strided(4)")
            case Padding() if leaf not in parts(mask) and leaf.queries is not None and leaf.finite:
                raise OptionError(
                    "Padding: finite is a promise about the whole call",
                    got="Padding(finite=True) within | or ~",
                    hint="join it with &",
                )


def _said(thing: object) -> str:
    return f"a tensor {tuple(thing.shape)} of {thing.dtype}" if isinstance(thing, Tensor) else repr(thing)


def _above(what: str, number: object, bound: float) -> None:
    if not isinstance(number, Tensor) and not (isinstance(number, int | float) and number > bound):
        raise OptionError(f"{what} must be above {bound}", got=str(number), hint=f"{bound + 0.5}")


def _named(choice: Choice) -> str:
    mask = [type(leaf).__name__ for leaf in inside(choice.mask)]
    names = [type(one).__name__ for one in (choice.score, choice.normalizer, *choice.positions)]
    return " with ".join(names + mask)


def check_dropout(dropout: float, seed: object) -> None:
    """Dropout is a chance below one, and comes with the seed that decides which weights fall."""
    if not 0 <= dropout < 1:
        raise OptionError("attend: dropout must be at least 0 and below 1", got=str(dropout), hint="0.1")
    if dropout and seed is None:
        raise OptionError(
            "attend: dropout needs a seed, which decides what falls",
            got="seed None",
            hint="seed=torch.randint(2**62, ()), drawn anew each step",
        )


def _instance(what: str, choice: object, kinds: tuple[type, ...]) -> None:
    if not isinstance(choice, kinds):
        names = ", ".join(kind.__name__ for kind in kinds)
        raise OptionError(f"attend: {what} must be one of its objects", got=repr(choice), hint=f"one of {names}")
