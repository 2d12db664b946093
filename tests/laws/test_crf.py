"""A conditional random field equals what trying all label sequences gives: its loss, its best, its probabilities."""

from itertools import pairwise, product

import pytest
import torch
from torch import Tensor

import regard
from regard.layers.crf import Crf
from regard.layers.tagging import legal_transitions

LENGTHS = torch.tensor([4, 1, 0, 3])


def drawn(labels: int, *, whole: bool = False, legal: Tensor | None = None, strict: bool = False) -> tuple[Crf, Tensor]:
    """A field and scores for four rows; whole numbers make ties."""
    generator = torch.Generator().manual_seed(labels)
    crf = Crf(labels, legal, strict=strict).double()
    with torch.no_grad():
        for each in crf.parameters():
            each.copy_(torch.randn(each.shape, generator=generator, dtype=torch.float64))
    scores = 2 * torch.randn(4, 4, labels, generator=generator, dtype=torch.float64)
    if whole:
        with torch.no_grad():
            for each in crf.parameters():
                each.round_()
        scores.round_()
    return crf, scores


def worth(crf: Crf, scores: Tensor, path: tuple[int, ...]) -> float:
    """Of one path over the scores (n, y) of a row, term by term."""
    terms = [scores[t, label] for t, label in enumerate(path)]
    terms += [crf.transitions[a, b] for a, b in pairwise(path)]
    return torch.stack([*terms, crf.start[path[0]], crf.end[path[-1]]]).sum().item()


def paths(crf: Crf, scores: Tensor, length: int) -> dict[tuple[int, ...], float]:
    every = product(range(scores.shape[1]), repeat=length)
    return {path: worth(crf, scores, path) for path in every}


@pytest.mark.parametrize("labels", [1, 2, 3])
def test_the_loss_is_that_of_one_sequence_among_all(labels: int) -> None:
    crf, scores = drawn(labels)
    given = torch.randint(labels, (4, 4), generator=torch.Generator().manual_seed(7))
    losses = crf.losses(scores, given, LENGTHS)
    for row, length in enumerate(LENGTHS.tolist()):
        if length:
            every = paths(crf, scores[row], length)
            total = torch.tensor(list(every.values()), dtype=torch.float64).logsumexp(0)
            assert losses[row].item() == pytest.approx(total.item() - every[tuple(given[row, :length].tolist())])
    assert losses[2] == 0
    torch.testing.assert_close(crf.loss(scores, given, LENGTHS), losses.sum())


@pytest.mark.parametrize("labels", [1, 2, 3])
@pytest.mark.parametrize("whole", [False, True])
def test_the_best_is_the_best_of_all_and_ties_go_to_the_lower_label_from_the_end(labels: int, whole: bool) -> None:
    crf, scores = drawn(labels, whole=whole)
    for row, length in enumerate(LENGTHS.tolist()):
        best: list[int] = []
        if length:
            every = paths(crf, scores[row], length)
            best = list(min(every, key=lambda path: (-every[path], path[::-1])))
        assert crf.decode(scores, LENGTHS)[row] == best
    assert Crf(3).decode(torch.zeros(1, 4, 3), torch.tensor([3])) == [[0, 0, 0]]


@pytest.mark.parametrize("labels", [1, 2, 3])
def test_marginals_are_the_shares_of_all_sequences_with_a_label_at_a_place(labels: int) -> None:
    crf, scores = drawn(labels)
    found = crf.marginals(scores, LENGTHS)
    for row, length in enumerate(LENGTHS.tolist()):
        wanted = torch.zeros(4, labels, dtype=torch.float64)
        if length:
            every = paths(crf, scores[row], length)
            shares = torch.tensor(list(every.values()), dtype=torch.float64).softmax(0)
            for path, share in zip(every, shares, strict=True):
                for t, label in enumerate(path):
                    wanted[t, label] += share
        torch.testing.assert_close(found[row], wanted)


def test_the_slope_of_the_scores_is_what_is_expected_less_what_is_given() -> None:
    crf, scores = drawn(3)
    given = torch.tensor([[0, 1, 2, 0], [2, -1, -1, -1], [-1] * 4, [1, 1, 0, -100]])
    scores.requires_grad_()
    slope = torch.autograd.grad(crf.loss(scores, given, LENGTHS), scores)[0]
    there = torch.arange(4) < LENGTHS[:, None]
    hits = torch.nn.functional.one_hot(given.clamp(min=0), 3) * there[..., None]
    torch.testing.assert_close(slope, crf.marginals(scores, LENGTHS) - hits)


@pytest.mark.parametrize("faint", [0.0, torch.inf], ids=["by products", "term by term"])
def test_gradients_equal_finite_differences(monkeypatch: pytest.MonkeyPatch, faint: float) -> None:
    monkeypatch.setattr("regard.layers.crf.FAINT", faint)
    crf, scores = drawn(3)
    given = torch.randint(3, (4, 4), generator=torch.Generator().manual_seed(8))
    names = list(crf._parameters)
    leaves = [crf._parameters.pop(name) for name in names]

    def run(scores: Tensor, *parameters: Tensor) -> Tensor:
        crf.__dict__.update(zip(names, parameters, strict=True))
        return crf.losses(scores, given, LENGTHS)

    assert torch.autograd.gradcheck(run, (scores.requires_grad_(), *leaves))


def test_a_sum_too_faint_for_a_product_is_taken_term_by_term() -> None:
    crf = Crf(2)
    with torch.no_grad():
        crf.transitions.copy_(torch.tensor([[0.0, -500.0], [0.0, 0.0]]))
    scores = torch.tensor([[[0.0, -200.0], [-300.0, 0.0]]], requires_grad=True)
    loss = crf.loss(scores, torch.tensor([[0, 0]]), torch.tensor([2]))
    assert loss.item() == pytest.approx(100.0)
    assert torch.autograd.grad(loss, scores)[0].tolist() == [[[-1.0, 1.0], [-1.0, 1.0]]]


def test_nothing_beyond_a_length_and_no_other_row_matters() -> None:
    crf, scores = drawn(3)
    given = torch.randint(3, (4, 4), generator=torch.Generator().manual_seed(9))
    beyond = torch.arange(4) >= LENGTHS[:, None]
    noisy = scores.masked_fill(beyond[..., None], torch.nan).requires_grad_()
    wild = given.masked_fill(beyond, -100)
    loss = crf.losses(noisy, wild, LENGTHS)
    assert torch.equal(loss, crf.losses(scores, given, LENGTHS))
    leaves = [noisy, *crf.parameters()]
    assert all(slope.isfinite().all() for slope in torch.autograd.grad(loss.sum(), leaves))
    assert torch.equal(crf.marginals(noisy, LENGTHS), crf.marginals(scores, LENGTHS))
    assert crf.decode(noisy, LENGTHS) == crf.decode(scores, LENGTHS)
    for row, length in enumerate(LENGTHS.tolist()):
        alone = scores[row : row + 1, :length], LENGTHS[row : row + 1]
        torch.testing.assert_close(crf.losses(alone[0], given[row : row + 1, :length], alone[1])[0], loss[row])
        torch.testing.assert_close(crf.marginals(*alone)[0], crf.marginals(scores, LENGTHS)[row, :length])
        assert crf.decode(*alone) == [crf.decode(scores, LENGTHS)[row]]


def test_scores_of_half_precision_are_summed_in_full() -> None:
    crf, scores = drawn(3)
    crf = crf.float()
    given = torch.randint(3, (4, 4), generator=torch.Generator().manual_seed(9))
    half = scores.bfloat16()
    with torch.autocast("cpu", torch.bfloat16):
        loss = crf.losses(half, given, LENGTHS)
    assert loss.dtype == torch.float32
    torch.testing.assert_close(loss, crf.losses(half.float(), given, LENGTHS))


NAMES = ["O", "B-X", "I-X"]


def test_what_may_not_follow_is_never_said() -> None:
    crf, scores = drawn(3, legal=legal_transitions(NAMES))
    scores[..., 2] += 9
    everything = {path: worth(crf, scores[0], path) for path in product(range(3), repeat=4)}
    legal = {path: each for path, each in everything.items() if not illegal(path)}
    assert illegal(max(everything, key=lambda path: everything[path]))
    assert crf.decode(scores, LENGTHS)[0] == list(max(legal, key=lambda path: legal[path]))
    shares = torch.tensor(list(legal.values()), dtype=torch.float64).softmax(0)
    inside = sum(share for path, share in zip(legal, shares, strict=True) if path[1] == 2)
    found = crf.marginals(scores, LENGTHS)
    assert found[0, 1, 2].item() == pytest.approx(float(inside))
    assert found[:, 0, 2].abs().max() < 1e-9


def illegal(path: tuple[int, ...]) -> bool:
    """Whether an I-X comes first or after O."""
    return any(label == 2 and before == 0 for before, label in zip((0, *path), path, strict=False))


@pytest.mark.parametrize("strict", [False, True])
def test_training_counts_legal_sequences_only_where_it_is_strict(strict: bool) -> None:
    crf, scores = drawn(3, legal=legal_transitions(NAMES), strict=strict)
    every = {path: worth(crf, scores[0], path) for path in product(range(3), repeat=4)}
    counted = torch.tensor(
        [each for path, each in every.items() if not (strict and illegal(path))], dtype=torch.float64
    )
    loss = crf.losses(scores, torch.tensor([[0, 1, 2, 2]] * 4), LENGTHS)
    assert loss[0].item() == pytest.approx(counted.logsumexp(0).item() - every[0, 1, 2, 2])
    costly = crf.losses(scores, torch.tensor([[0, 2, 2, 2]] * 4), LENGTHS)[0]
    assert (costly > 9000) == strict and costly.isfinite()


def test_what_is_legal_is_no_parameter() -> None:
    crf = Crf(3, legal_transitions(NAMES))
    assert set(crf.state_dict()) == {"start", "transitions", "end"}
    assert {name: tuple(each.shape) for name, each in crf.named_parameters()} == {
        "start": (3,), "transitions": (3, 3), "end": (3,),
    }  # fmt: skip


def test_it_learns_that_labels_take_turns() -> None:
    torch.manual_seed(0)
    crf, lengths = Crf(2), torch.tensor([6, 5, 4])
    given = torch.arange(6).remainder(2).expand(3, 6)
    optimizer = torch.optim.Adam(crf.parameters(), lr=0.3)
    for _ in range(60):
        optimizer.zero_grad()
        crf.loss(torch.zeros(3, 6, 2), given, lengths).backward()
        optimizer.step()
    assert crf.decode(torch.zeros(3, 6, 2), lengths) == [[0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 0], [0, 1, 0, 1]]


@pytest.mark.parametrize(("labels", "shape", "got"), [
    (0, None, "0 labels"), (2, (2, 2), "2 labels, legal (2, 2)"), (3, (4,), "3 labels, legal (4,)"),
])  # fmt: skip
def test_fields_that_cannot_be_are_refused(labels: int, shape: tuple[int, ...] | None, got: str) -> None:
    with pytest.raises(regard.OptionError) as caught:
        Crf(labels, None if shape is None else torch.ones(shape, dtype=torch.bool))
    assert str(caught.value) == (
        "Crf: at least one label, and legal is (labels + 1, labels + 1)\n"
        f"  got  {got}\n"
        "  try  legal_transitions(names), one name for each label"
    )
