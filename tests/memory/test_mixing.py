"""A memory mixed into answers: the formula, by hand, and what may not be mixed."""

import math
from pathlib import Path

import pytest
import torch
from memories import vectors
from torch import nn

from regard.errors import FolderError, OptionError
from regard.memory import Memory, Origin
from regard.memory.mixing import Mixed, Mixing

ONE = torch.zeros(1, 2)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    """At squared distances 1, 4 and 9 from the origin, values b, a, b."""
    made = Memory.open(tmp_path / "m", model="a", width=2, writing=True)
    made.write(torch.tensor([[1.0, 0], [0, 2], [3, 0]]), ["b", "a", "b"], [Origin("x")] * 3)
    return made


def even(classes: int = 2) -> nn.Linear:
    """A model that finds all classes equally likely."""
    made = nn.Linear(2, classes, bias=False)
    nn.init.zeros_(made.weight)
    return made


def test_the_mixture_is_the_formula(memory: Memory) -> None:
    with torch.no_grad():
        p = Mixed(even(), memory, Mixing(k=3, temperature=2.0, share=0.4), ["a", "b"])(ONE).exp()[0].tolist()
    votes = [math.exp(-1 / 2), math.exp(-4 / 2), math.exp(-9 / 2)]
    voted = votes[1] / sum(votes)
    assert p == pytest.approx([0.6 * 0.5 + 0.4 * voted, 0.6 * 0.5 + 0.4 * (1 - voted)])


def test_with_a_sink_the_memory_counts_where_something_is_near(memory: Memory) -> None:
    mixing = Mixing(k=1, temperature=1.0, share=0.9, sink=-1.0)
    mixed = Mixed(even(), memory, mixing, ["a", "b"])
    with torch.no_grad():
        near, far = mixed(torch.tensor([[0.0, 0.0], [90.0, 90.0]])).exp().tolist()
    assert near == pytest.approx([0.55 * 0.5, 0.55 * 0.5 + 0.45])  # M = e^sink: half of the share
    assert far == pytest.approx([0.5, 0.5])


def test_classes_that_only_the_memory_knows_have_what_it_says(memory: Memory) -> None:
    with torch.no_grad():
        p = Mixed(even(1), memory, Mixing(k=2, temperature=3.0, share=0.5), ["a", "b"])(ONE[None]).exp()
    assert p.shape == (1, 1, 2)
    votes = [math.exp(-1 / 3), math.exp(-4 / 3)]
    assert p.flatten().tolist() == pytest.approx([0.5 + 0.5 * votes[1] / sum(votes), 0.5 * votes[0] / sum(votes)])


def test_an_empty_memory_changes_nothing(tmp_path: Path) -> None:
    empty = Memory.open(tmp_path / "m", model="a", width=2, writing=True)
    own, states = nn.Linear(2, 3), vectors(5, width=2)
    with torch.no_grad():
        mixed = Mixed(own, empty, Mixing(share=0.9), ["a", "b", "c"])(states)
        assert torch.equal(mixed, own(states).log_softmax(-1))


def test_a_memory_that_was_not_taught_to_its_end_is_refused(memory: Memory) -> None:
    with pytest.raises(FolderError) as caught:
        Mixing.of(memory)
    assert str(caught.value).splitlines()[1:] == [
        "  got  a memory that was not taught to its end",
        "  try  the same regard remember command again goes on, and settles it",
    ]
    with pytest.raises(FolderError, match="the values must be answers of the model"):
        Mixed(even(1), memory, Mixing(), ["a"])(ONE)


@pytest.mark.parametrize(
    ("wrong", "got"),
    [({"share": 1.5}, "1.5"), ({"k": 0}, "k 0, temperature 1.0"), ({"temperature": 0.0}, "k 8, temperature 0.0")],
)
def test_numbers_that_make_no_sense_are_refused(wrong: dict[str, float], got: str, memory: Memory) -> None:
    with pytest.raises(OptionError) as caught:
        Mixing(**wrong)  # type: ignore[arg-type]
    assert str(caught.value).splitlines()[1] == f"  got  {got}"
    memory.settle({"mixing": wrong})
    with pytest.raises(FolderError, match="the mixing must be one that can be"):
        Mixing.of(memory)
