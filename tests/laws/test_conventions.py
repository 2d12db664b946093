"""Arguments in other libraries' conventions give what those libraries give, or what their documentation says."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import regard
from regard.conventions import (
    Arguments,
    from_blocked,
    from_flash,
    from_huggingface,
    from_multihead,
    from_sdpa,
    heads_first,
    masks_of_keys,
)

B, H, Q, K, D = 2, 4, 3, 5, 8
FAR = torch.finfo(torch.float64).min


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def vectors(queries: int = Q, keys: int = K) -> tuple[Tensor, Tensor, Tensor]:
    return drawn(B, H, queries, D), drawn(B, H, keys, D, seed=1), drawn(B, H, keys, 6, seed=2)


def readable(*shape: int) -> Tensor:
    """A boolean matrix in which every query reads something."""
    allowed = drawn(*shape, seed=3) > 0
    allowed[..., 0] = True
    return allowed


def near(found: Tensor, expected: Tensor) -> None:
    assert found.shape == expected.shape
    assert (found - expected).abs().max() < 1e-9


SHAPES = [(Q, K), (H, Q, K), (B, 1, Q, K), (1, H, Q, K), (B, H, Q, K), (1, K), (B, 1, 1, K), (1, 1, 1, K), (1, H, 1, K)]


@pytest.mark.parametrize("shape", [*SHAPES, (B, H, 1, K), (H, 1, K)])
def test_a_boolean_mask_of_sdpa_reads_what_sdpa_reads(shape: tuple[int, ...]) -> None:
    mask = readable(*shape)
    near(regard.attend(*vectors(), **from_sdpa(mask)), F.scaled_dot_product_attention(*vectors(), attn_mask=mask))


@pytest.mark.parametrize("shape", SHAPES[:5])
@pytest.mark.parametrize("absent", [float("-inf"), FAR], ids=["minus infinity", "least number"])
def test_numbers_of_sdpa_are_added(shape: tuple[int, ...], absent: float) -> None:
    mask = drawn(*shape, seed=4).masked_fill(~readable(*shape), absent)
    near(regard.attend(*vectors(), **from_sdpa(mask)), F.scaled_dot_product_attention(*vectors(), attn_mask=mask))


@pytest.mark.parametrize("shape", [(1, K), (B, 1, 1, K), (1, 1, 1, K), (1, H, 1, K)])
def test_zero_and_far_below_for_all_queries_are_a_mask_of_keys_and_no_bias(shape: tuple[int, ...]) -> None:
    mask = torch.zeros(shape, dtype=torch.float64).masked_fill(~readable(*shape), FAR)
    found = from_sdpa(mask)
    assert "position" not in found and isinstance(found["mask"], regard.Keys | regard.masks.PerHead)
    near(regard.attend(*vectors(), **found), F.scaled_dot_product_attention(*vectors(), attn_mask=mask))


def test_numbers_that_hide_nothing_are_no_mask_and_zeros_are_nothing() -> None:
    assert set(from_sdpa(drawn(Q, K))) == {"score", "position"}
    assert set(from_sdpa(torch.zeros(Q, K))) == {"score"}


def test_a_bias_of_sdpa_learns() -> None:
    mask = drawn(H, Q, K, seed=4).masked_fill(~readable(H, Q, K), float("-inf")).requires_grad_()
    theirs = mask.detach().clone().requires_grad_()
    regard.attend(*vectors(), **from_sdpa(mask)).square().sum().backward()
    F.scaled_dot_product_attention(*vectors(), attn_mask=theirs).square().sum().backward()
    assert mask.grad is not None and theirs.grad is not None and mask.grad.any()
    near(mask.grad, theirs.grad)
    zeros = torch.zeros(Q, K, dtype=torch.float64, requires_grad=True)
    assert "position" in from_sdpa(zeros), "zeros that learn are not left out"


@pytest.mark.parametrize(("queries", "keys"), [(3, 5), (5, 3), (4, 4)])
@pytest.mark.parametrize("scale", [None, 0.7])
def test_causality_of_sdpa_begins_at_the_top_left(queries: int, keys: int, scale: float | None) -> None:
    given = vectors(queries, keys)
    theirs = F.scaled_dot_product_attention(*given, is_causal=True, scale=scale)
    near(regard.attend(*given, **from_sdpa(is_causal=True, scale=scale)), theirs)


def test_a_query_that_may_read_nothing_gives_zero() -> None:
    mask = readable(Q, K)
    mask[1] = False
    found = regard.attend(*vectors(), **from_sdpa(mask))
    assert not found[:, :, 1].any() and found[:, :, 0].any()


def multihead(module: nn.MultiheadAttention, states: Tensor, sources: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The module's own projections, split into heads."""
    assert module.in_proj_weight is not None and module.in_proj_bias is not None
    weights, biases = module.in_proj_weight.chunk(3), module.in_proj_bias.chunk(3)
    split = [
        F.linear(inputs, weight, bias).unflatten(-1, (H, -1)).transpose(1, 2)  # type: ignore[no-untyped-call]
        for inputs, weight, bias in zip((states, sources, sources), weights, biases, strict=True)
    ]
    return split[0], split[1], split[2]


BLOCKED = ~readable(Q, K)
NUMBERS = drawn(Q, K, seed=5).masked_fill(BLOCKED, float("-inf"))
PER_HEAD = ~readable(B * H, Q, K)
PADDED = torch.tensor([[False, False, True, False, True], [False, False, False, False, True]])


@pytest.mark.parametrize("padded", [None, PADDED, torch.zeros(B, K).double().masked_fill(PADDED, float("-inf"))])
@pytest.mark.parametrize(
    "blocked",
    [None, BLOCKED, NUMBERS, PER_HEAD, drawn(B * H, Q, K, seed=6).masked_fill(PER_HEAD, float("-inf"))],
    ids=["no mask", "booleans", "numbers", "booleans a head", "numbers a head"],
)
def test_the_masks_of_multihead_attention_block(blocked: Tensor | None, padded: Tensor | None) -> None:
    torch.manual_seed(1)
    module = nn.MultiheadAttention(H * D, H, batch_first=True).double()
    nn.init.normal_(module.in_proj_bias)
    states, sources = drawn(B, Q, H * D), drawn(B, K, H * D, seed=1)
    if padded is not None and blocked is not None and padded.dtype != blocked.dtype:
        padded = PADDED if blocked.dtype == torch.bool else torch.zeros(B, K).double().masked_fill(PADDED, -torch.inf)
    arguments: dict[str, Any] = {"attn_mask": blocked, "key_padding_mask": padded}
    theirs, weights = module(states, sources, sources, **arguments, average_attn_weights=False)
    query, key, value = multihead(module, states, sources)
    found = from_multihead(blocked, padded, heads=H)
    near(regard.weights(query, key, **found).weights, weights)
    near(module.out_proj(regard.attend(query, key, value, **found).transpose(1, 2).flatten(2)), theirs)


def attended(allowed: Callable[[int, int, int], bool], added: Callable[[int, int, int], float], scale: float) -> Tensor:
    """Softmax attention by loops: allowed(b, i, j), added(h, i, j)."""
    query, key, value = vectors()
    out = torch.zeros(B, H, Q, 6, dtype=torch.float64)
    for b in range(B):
        for h in range(H):
            for i in range(Q):
                keys = [j for j in range(K) if allowed(b, i, j)]
                if keys:
                    scores = torch.stack([scale * query[b, h, i] @ key[b, h, j] + added(h, i, j) for j in keys])
                    out[b, h, i] = scores.softmax(0) @ value[b, h, keys]
    return out


def nothing(h: int, i: int, j: int) -> float:
    return 0.0


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("window", [(-1, -1), (1, 0), (0, 0), (2, 1), (-1, 0), (1, -1), (-1, 1)])
def test_flash_aligns_at_the_bottom_right_and_its_window_leaves_the_query_out(
    causal: bool, window: tuple[int, int]
) -> None:
    def allowed(b: int, i: int, j: int) -> bool:
        here, (left, right) = i + K - Q, window
        return (not causal or j <= here) and (left == -1 or j >= here - left) and (right == -1 or j <= here + right)

    expected = attended(allowed, nothing, 0.3)
    found = from_flash(causal=causal, window_size=window, softmax_scale=0.3)
    near(regard.attend(*vectors(), **found), expected)


def test_flash_scales_like_everybody_unless_told() -> None:
    near(regard.attend(*vectors(), **from_flash()), F.scaled_dot_product_attention(*vectors()))


@pytest.mark.parametrize("causal", [False, True])
def test_slopes_of_flash_fall_with_the_distance_from_where_the_query_stands(causal: bool) -> None:
    slopes = torch.tensor([0.5, 0.25, 0.1, 0.9], dtype=torch.float64)
    expected = attended(
        lambda b, i, j: not causal or j <= i + K - Q, lambda h, i, j: -float(slopes[h]) * abs(i + K - Q - j), D**-0.5
    )
    near(regard.attend(*vectors(), **from_flash(causal=causal, alibi_slopes=slopes)), expected)


def test_tensors_of_flash_are_turned_and_turned_back() -> None:
    theirs = drawn(B, Q, H, D)
    assert torch.equal(heads_first(theirs)[1, 2, 0], theirs[1, 0, 2])
    assert torch.equal(heads_first(heads_first(theirs)), theirs)


KEPT = torch.tensor([[0, 1, 1, 1, 1], [1, 1, 1, 0, 0]])


@pytest.mark.parametrize("kind", [torch.int64, torch.bool, torch.float32])
@pytest.mark.parametrize("window", [None, 1, 2])
@pytest.mark.parametrize("causal", [False, True])
def test_transformers_keep_ones_and_count_the_query_in_its_window(
    causal: bool, window: int | None, kind: torch.dtype
) -> None:
    if window is not None and not causal:
        return

    def allowed(b: int, i: int, j: int) -> bool:
        here = i + K - Q
        return bool(KEPT[b, j]) and (not causal or j <= here) and (window is None or j in range(here - window + 1, K))

    found = from_huggingface(KEPT.to(kind), causal=causal, sliding_window=window)
    near(regard.attend(*vectors(), **found), attended(allowed, nothing, D**-0.5))


@pytest.mark.parametrize("kind", [torch.float64, torch.float32, torch.bfloat16])
def test_four_axes_of_transformers_are_added_and_their_least_number_hides(kind: torch.dtype) -> None:
    allowed = readable(B, 1, Q, K)
    added = torch.zeros(B, 1, Q, K, dtype=kind).masked_fill(~allowed, torch.finfo(kind).min)
    expected = F.scaled_dot_product_attention(*vectors(), attn_mask=allowed)
    near(regard.attend(*vectors(), **from_huggingface(added)), expected)
    near(regard.attend(*vectors(), **from_huggingface(allowed)), expected)


def test_ten_thousand_below_is_a_number_like_any_other() -> None:
    added = torch.zeros(B, 1, Q, K, dtype=torch.float64).masked_fill(~readable(B, 1, Q, K), -10_000.0)
    found = from_huggingface(added)
    assert "mask" not in found
    near(regard.attend(*vectors(), **found), F.scaled_dot_product_attention(*vectors(), attn_mask=added))


def test_the_other_polarity_and_marks_of_any_type() -> None:
    assert torch.equal(from_blocked(BLOCKED).matrix, ~BLOCKED)
    assert masks_of_keys(torch.tensor([2.0, 0.0]), blocked=False).marked.tolist() == [True, False]
    assert masks_of_keys(torch.tensor([1, 0]), blocked=True).marked.tolist() == [False, True]


REFUSED: list[tuple[Callable[[], Arguments], str]] = [
    (
        lambda: from_sdpa(readable(Q, K), is_causal=True),
        "from_sdpa: attn_mask or is_causal, not both\n  got  both\n  try  fold one into the other",
    ),
    (
        lambda: from_sdpa(torch.ones(Q, K, dtype=torch.int64)),
        "from_sdpa: attn_mask holds booleans or numbers to add\n  got  torch.int64\n  try  mask != 0, or .float()",
    ),
    (
        lambda: from_multihead(PER_HEAD),
        "from_multihead: an attn_mask (b · heads, q, k) needs heads\n  got  (8, 3, 5)\n  try  heads=module.num_heads",
    ),
    (
        lambda: from_multihead(key_padding_mask=torch.tensor([[0.0, 1.0]])),
        "from_multihead: a key_padding_mask of numbers holds 0 and -inf only\n"
        "  got  other numbers\n  try  add them to attn_mask",
    ),
    (
        lambda: from_huggingface(KEPT[:, None, None]),
        "from_huggingface: an attention_mask of four axes holds booleans or numbers to add\n"
        "  got  torch.int64\n  try  mask != 0, or .float()",
    ),
    (
        lambda: from_huggingface(KEPT, sliding_window=3),
        "from_huggingface: sliding_window is known of causal models only, others count it in several ways\n"
        "  got  sliding_window 3, causal False\n  try  causal=True, or mask=Window(before, after)",
    ),
]


@pytest.mark.parametrize(("call", "text"), REFUSED)
def test_what_has_no_one_meaning_is_refused(call: Callable[[], Arguments], text: str) -> None:
    with pytest.raises(regard.OptionError) as caught:
        call()
    assert str(caught.value) == text
