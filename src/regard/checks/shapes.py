"""Query, key and value must fit together."""

from torch import Tensor

from regard.errors import ShapeError, shapes
from regard.mechanisms.scores import Bilinear, Score


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
