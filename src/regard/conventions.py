"""Arguments of other libraries as arguments of `attend`: `attend(query, key, value, **from_sdpa(mask))`.

Libraries disagree on what True means in a mask, where causality starts when lengths differ, whether a window counts
the query itself, and on the order of axes. Each function here says what it takes it to mean. Where a query may read
nothing, theirs may give NaN or a mean over all keys; here its output is zero.
"""

from typing import TypedDict

import torch
from torch import Tensor

from regard.errors import OptionError
from regard.mechanisms.masks import Causal, Dense, Keys, Mask, PerHead, Window
from regard.mechanisms.positions import Alibi, Bias, Position
from regard.mechanisms.scores import Dot, Score

ENDLESS = 1 << 40
"""More positions than any sequence has."""


class Arguments(TypedDict, total=False):
    """Keyword arguments of `attend`."""

    score: Score
    mask: Mask
    position: Position
    query_start: int


def from_sdpa(attn_mask: Tensor | None = None, *, is_causal: bool = False, scale: float | None = None) -> Arguments:
    """As `torch.nn.functional.scaled_dot_product_attention`: True reads; numbers are added; causal from the top left.

    attn_mask is (q, k) up to (b, h, q, k). Where its q is 1 it serves all queries: marks of keys, of no size q · k.

    >>> import torch, regard
    >>> query, key = torch.randn(1, 1, 2, 4), torch.randn(1, 1, 5, 4)
    >>> theirs = torch.nn.functional.scaled_dot_product_attention(query, key, key, is_causal=True)
    >>> torch.allclose(regard.attend(query, key, key, **from_sdpa(is_causal=True)), theirs)
    True
    """
    if attn_mask is not None and is_causal:
        raise OptionError("from_sdpa: attn_mask or is_causal, not both", got="both", hint="fold one into the other")
    found: Arguments = {"score": Dot(scale)}
    if is_causal:
        found = {**found, "mask": Causal(), "query_start": 0}
    return found if attn_mask is None else {**found, **_matrix("from_sdpa: attn_mask", attn_mask, blocked=False)}


def from_multihead(
    attn_mask: Tensor | None = None, key_padding_mask: Tensor | None = None, *, heads: int | None = None
) -> Arguments:
    """As `torch.nn.MultiheadAttention`: True is *blocked* in both masks; numbers are added.

    attn_mask is (q, k), or (b · heads, q, k) and then needs `heads`; key_padding_mask is (b, k), and if it holds
    numbers, 0 and −∞ only.

    >>> from_multihead(key_padding_mask=torch.tensor([[False, False, True]]))["mask"]
    Keys(marked=tensor([[ True,  True, False]]))
    """
    found: Arguments = {}
    if attn_mask is not None:
        if attn_mask.dim() == 3 and heads is None:
            raise OptionError(
                "from_multihead: an attn_mask (b · heads, q, k) needs heads",
                got=str(tuple(attn_mask.shape)),
                hint="heads=module.num_heads",
            )
        split = attn_mask.reshape(-1, heads or 1, *attn_mask.shape[-2:]) if attn_mask.dim() == 3 else attn_mask
        found = _matrix("from_multihead: attn_mask", split, blocked=True)
    if key_padding_mask is None:
        return found
    added = key_padding_mask.is_floating_point()
    absent = _far_below(key_padding_mask) if added else key_padding_mask != 0
    if added and bool((key_padding_mask.masked_fill(absent, 0) != 0).any()):
        raise OptionError(
            "from_multihead: a key_padding_mask of numbers holds 0 and -inf only",
            got="other numbers",
            hint="add them to attn_mask",
        )
    return _joined(found, Keys(~absent))


def from_flash(
    *,
    causal: bool = False,
    window_size: tuple[int, int] = (-1, -1),
    softmax_scale: float | None = None,
    alibi_slopes: Tensor | None = None,
) -> Arguments:
    """As flash-attention ≥ 2.1: causal at the bottom right; a window counts both sides without the query, −1 is no end.

    Their tensors are (b, n, h, d): `heads_first` turns them. alibi_slopes are (h,), the same for every row.

    >>> from_flash(causal=True, window_size=(128, 0))["mask"]
    Both(left=Causal(), right=Window(before=128, after=0))
    """
    found: Arguments = {"score": Dot(softmax_scale)}
    if causal:
        found["mask"] = Causal()
    if window_size != (-1, -1):
        found = _joined(found, Window(*(ENDLESS if side < 0 else side for side in window_size)))
    if alibi_slopes is not None:
        found["position"] = Alibi(alibi_slopes)
    return found


def from_huggingface(attention_mask: Tensor, *, causal: bool = False, sliding_window: int | None = None) -> Arguments:
    """As transformers: (b, k) with 1 to keep and 0 for padding; or (b, 1 or h, q, k), True to read or numbers to add.

    `causal` puts the last query at the last key. `sliding_window` counts keys, the query's own among them, as causal
    models do.

    >>> from_huggingface(torch.tensor([[1, 1, 0]]), causal=True, sliding_window=2)["mask"]
    Both(left=Both(left=Keys(marked=tensor([[ True,  True, False]])), right=Causal()), right=Window(before=1, after=0))
    """
    if sliding_window is not None and not causal:
        raise OptionError(
            "from_huggingface: sliding_window is known of causal models only, others count it in several ways",
            got=f"sliding_window {sliding_window}, causal False",
            hint="causal=True, or mask=Window(before, after)",
        )
    found: Arguments
    if attention_mask.dim() == 2:
        found = {"mask": masks_of_keys(attention_mask, blocked=False)}
    else:
        found = _matrix("from_huggingface: an attention_mask of four axes", attention_mask, blocked=False)
    if causal:
        found = _joined(found, Causal())
    return found if sliding_window is None else _joined(found, Window(sliding_window - 1, 0))


def from_blocked(blocked: Tensor) -> Dense:
    """A matrix in which True means *may not read*, (q, k) up to (b, h, q, k), as a mask."""
    return Dense(~blocked.bool())


def masks_of_keys(marks: Tensor, *, blocked: bool) -> Keys:
    """(b, k) marks of any type as a mask of keys: what is marked is kept, or blocked."""
    return Keys(marks == 0 if blocked else marks != 0)


def heads_first(tensor: Tensor) -> Tensor:
    """(b, n, h, d) as (b, h, n, d), without a copy; the same function turns it back."""
    return tensor.transpose(-3, -2)


def _matrix(what: str, matrix: Tensor, *, blocked: bool) -> Arguments:
    """Booleans as a mask; numbers as a bias, as a mask where they are −∞ or next to it, as nothing where they are 0."""
    if matrix.dtype == torch.bool:
        return {"mask": _reading(~matrix if blocked else matrix)}
    if not matrix.is_floating_point():
        raise OptionError(
            f"{what} holds booleans or numbers to add", got=str(matrix.dtype), hint="mask != 0, or .float()"
        )
    found: Arguments = {}
    absent = _far_below(matrix)
    if bool(absent.any()):
        found["mask"] = _reading(~absent)
    rest = matrix.masked_fill(absent, 0)
    if matrix.requires_grad or bool((rest != 0).any()):
        found["position"] = Bias(rest)
    return found


def _reading(may_read: Tensor) -> Mask:
    """True reads; one row for all queries is a mask of keys."""
    if may_read.shape[-2] != 1:
        return Dense(may_read)
    heads = may_read[..., 0, :].unbind(-2) if may_read.dim() > 2 else (may_read[0],)
    masks = tuple(Keys(one.reshape(-1) if one.numel() == one.shape[-1] else one) for one in heads)
    return PerHead(masks) if len(masks) > 1 else masks[0]


def _far_below(numbers: Tensor) -> Tensor:
    """Where numbers to add are −∞, or the least of their type and so on."""
    return numbers <= torch.finfo(numbers.dtype).min / 2


def _joined(found: Arguments, mask: Mask) -> Arguments:
    """The arguments with one mask more."""
    return {**found, "mask": found["mask"] & mask if "mask" in found else mask}
