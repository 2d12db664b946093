"""What must hold at the door, said in three lines where it does not."""

from typing import get_args

from torch import Tensor

from regard.errors import OptionError, RegardError, ShapeError, nearest, shapes
from regard.mechanisms.masks import Mask, parts
from regard.mechanisms.normalizers import Softmax
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Score


def check_choices(score: object, normalizer: object, mask: object) -> None:
    """Each choice must be an object of its kind: names belong to layers and the command line."""
    _instance("score", score, get_args(Score))
    _instance("normalizer", normalizer, (Softmax,))
    for part in parts(mask):  # type: ignore[arg-type]
        _check_mask(part)


def _check_mask(part: object) -> None:
    if isinstance(part, Tensor):
        raise OptionError(
            "attend: mask must be made of mask objects",
            got=f"a tensor {tuple(part.shape)} of {part.dtype}",
            hint="Causal(), Padding(keys=lengths), or both joined with &",
        )
    _instance("mask", part, get_args(Mask))


def check_shapes(query: Tensor, key: Tensor, value: Tensor, score: Score) -> None:
    """query (*b, h, q, d), key (*b, g, k, d), value (*b, g, k, e), in one floating type on one device."""
    rule, hint = _broken(query, key, value, score)
    if rule:
        raise ShapeError(f"attend: {rule}", got=shapes(query=query, key=key, value=value), hint=hint)
    if len({query.dtype, key.dtype, value.dtype}) > 1 or not query.is_floating_point():
        kinds = ", ".join(str(each.dtype) for each in (query, key, value))
        raise ShapeError(
            "attend: query, key and value must have one floating type",
            got=kinds,
            hint="cast them: query.to(value.dtype)",
        )
    if len({query.device, key.device, value.device}) > 1:
        raise ShapeError(
            "attend: query, key and value must be on one device",
            got=", ".join(str(each.device) for each in (query, key, value)),
            hint="move them: key.to(query.device)",
        )
    _check_parameters(score, query, key)


def _broken(query: Tensor, key: Tensor, value: Tensor, score: Score) -> tuple[str, str]:
    axes = query.dim()
    if axes < 2 or key.dim() != axes or value.dim() != axes:
        return "query, key and value must have the same number of axes", "(*b, h, q, d), (h, q, d) or (q, d)"
    if not isinstance(score, Bilinear) and query.shape[-1] != key.shape[-1]:
        hint = f"project key to {query.shape[-1]}, or check that the two arguments are not swapped"
        return "query and key must agree on their last axis, d", hint
    if key.shape[-2] != value.shape[-2]:
        return "key and value must have the same number of positions, k", "one value for every key"
    if axes > 3 and not query.shape[:-3] == key.shape[:-3] == value.shape[:-3]:
        return "query, key and value must have the same batch axes, b", "expand the smaller one"
    if axes > 2:
        heads, shared = query.shape[-3], key.shape[-3]
        if value.shape[-3] != shared:
            return "key and value must have the same heads, g", "one value head for every key head"
        if shared == 0 or heads % shared:
            return (
                "the query's heads h must be a multiple of the key's heads g",
                "h = 8 with g = 8, 4, 2 or 1, say",
            )
    return "", ""


def _check_parameters(score: Score, query: Tensor, key: Tensor) -> None:
    heads = query.shape[-3] if query.dim() > 2 else 1
    d, other = query.shape[-1], key.shape[-1]
    match score:
        case Additive(weight):
            _one_of("Additive: weight", weight, [(d,), (heads, d)])
        case Bilinear(matrix):
            _one_of("Bilinear: matrix", matrix, [(d, other), (heads, d, other)])
        case Cosine(temperature) if isinstance(temperature, Tensor):
            _one_of("Cosine: temperature", temperature, [(), (1,), (heads,)])
        case Cosine(temperature) if not temperature > 0:
            raise OptionError(
                "Cosine: temperature must be positive", got=str(temperature), hint="1.0, or 0.1 for sharper"
            )


def _one_of(what: str, tensor: Tensor, allowed: list[tuple[int, ...]]) -> None:
    if tuple(tensor.shape) not in allowed:
        raise ShapeError(
            f"{what} must fit the query and key",
            got=str(tuple(tensor.shape)),
            hint=" or ".join(map(str, allowed)),
        )


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


def unknown(what: str, name: str, names: list[str]) -> RegardError:
    """The error for a name that is not in a catalogue."""
    return OptionError(f"{what}: no such name", got=repr(name), hint=nearest(name, names))


def _instance(what: str, choice: object, kinds: tuple[type, ...]) -> None:
    if not isinstance(choice, kinds):
        names = ", ".join(kind.__name__ for kind in kinds)
        raise OptionError(f"attend: {what} must be one of its objects", got=repr(choice), hint=f"one of {names}")
