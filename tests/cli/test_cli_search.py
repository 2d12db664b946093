"""The search behind `predict`, beside slow ones written here: step by step without a cache, and through all targets."""

from itertools import product
from typing import Any, NamedTuple

import pytest
import torch
from slow_search import LINES, every_target, ranked, step_by_step, translator, whole

from regard.decoding.beam import Search, search
from regard.errors import DataError, OptionError
from regard.inputs.text import END
from regard.models.numbers import numbers_of
from regard.models.translator import Translator
from regard.networks.base import Encoded, Network

__all__ = ["translator"]


def test_a_beam_of_one_takes_the_best_next_token_each_time(translator: Translator) -> None:
    found = translator.translate(LINES, Search(beam=1), longest=12)
    for line, (candidate,) in zip(LINES, found, strict=True):
        tokens, score, ended = step_by_step(translator, line, 12)
        assert (candidate.tokens, candidate.ended) == (tokens, ended)
        assert candidate.score == pytest.approx(score, abs=1e-4)


def test_a_wide_beam_finds_what_looking_at_every_target_finds(translator: Translator) -> None:
    every = [every_target(translator, line, 4) for line in LINES[:3]]
    for penalty, n_best in product((0.0, 1.0, 4.0), (1, 8)):
        found = translator.translate(LINES[:3], Search(60, n_best, penalty), longest=4)
        for candidates, targets in zip(found, every, strict=True):
            best = ranked(targets, penalty)[:n_best]
            assert [each.score for each in candidates] == pytest.approx([score for score, _ in best], abs=1e-4)
            assert [each.tokens for each in candidates] == [tokens for _, tokens in best]
            assert all(each.ended for each in candidates)


class Told(Network):
    """A network that says the same wherever it is used: one row of probabilities for each position."""

    def __init__(self, *rows: dict[int, float]) -> None:
        super().__init__()
        self.rows = torch.full((len(rows), 6), 1e-9)
        for place, row in enumerate(rows):
            for token, probability in row.items():
                self.rows[place, token] = probability

    def start(self, encoded: Encoded) -> "Place":  # type: ignore[override]
        return Place(len(encoded.lengths), 0)

    def step(self, token: torch.Tensor, state: "Place") -> tuple[torch.Tensor, "Place"]:  # type: ignore[override]
        return self.rows[min(state.position, len(self.rows) - 1)].expand(state.count, -1), state.after()

    def output(self, states: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        return states.log()


class Place(NamedTuple):
    """How many rows, and how far they have come."""

    count: int
    position: int

    def after(self) -> "Place":
        return self._replace(position=self.position + 1)

    def select(self, rows: torch.Tensor, *, same_source: bool = False) -> "Place":
        return self._replace(count=len(rows))


def told(network: Network, how: Search, longest: int) -> list[list[int]]:
    """The targets that a search finds for one source."""
    (found,) = search(network, Encoded(torch.zeros(1, 1, 1), torch.ones(1)), [longest], how)
    return [each.tokens for each in found]


def test_a_target_that_grows_better_is_waited_for() -> None:
    a = END + 1
    network = Told({END: 0.6, a: 0.3}, {a: 0.98}, {a: 0.98}, {END: 0.98})
    assert told(network, Search(beam=4, length_penalty=1.0), 6) == [[a, a, a]]  # ln 0.28 / 4 > ln 0.6
    assert told(network, Search(beam=4, length_penalty=0.0), 6) == [[]]
    assert told(network, Search(beam=1, length_penalty=1.0), 6) == [[]]


def test_the_best_of_several_is_the_best_alone(translator: Translator) -> None:
    for longest in (1, 2, 5, 12):
        alone = translator.translate(LINES, Search(beam=4), longest=longest)
        several = translator.translate(LINES, Search(beam=4, n_best=4), longest=longest)
        assert [row[0].tokens for row in several] == [row[0].tokens for row in alone]


def test_scores_are_those_of_the_target_read_at_once(translator: Translator) -> None:
    for line, (candidate,) in zip(LINES, translator.translate(LINES, Search(beam=3), longest=12), strict=True):
        scores = whole(translator, line, candidate.tokens)
        written = [*candidate.tokens, END] if candidate.ended else candidate.tokens
        total = sum(float(scores[place, token]) for place, token in enumerate(written))
        assert candidate.score == pytest.approx(total / len(written), abs=1e-4)


@pytest.mark.parametrize("beam", [1, 4])
def test_neither_company_nor_padding_changes_a_translation(translator: Translator, beam: int) -> None:
    how, lines = Search(beam=beam), [*LINES, "", *(line * 2 for line in LINES)]
    alone = [translator.translate([line], how, longest=12)[0][0] for line in lines]
    for tokens in (1, 7, 30, 10_000):
        together = translator.translate(lines, how, batch_tokens=tokens, longest=12)
        assert [row[0].tokens for row in together] == [each.tokens for each in alone]
        assert [row[0].score for row in together] == pytest.approx([each.score for each in alone], abs=1e-4)
    tokens, lengths = numbers_of(translator.source, LINES).padded(range(len(LINES)))
    rubbish = torch.randint(0, translator.source.size, (len(LINES), 9))
    wider = torch.cat((tokens, rubbish), 1)
    encoded = translator.network.encode(wider, lengths)
    padded = [row[0].tokens for row in search(translator.network, encoded, [12] * len(LINES), how)]
    assert padded == [each.tokens for each in alone[: len(LINES)]]


@pytest.mark.parametrize("translator", ["post-norm"], indirect=True)
def test_a_target_never_outgrows_the_positions_that_were_learned(translator: Translator) -> None:
    with torch.no_grad():
        translator.network.output.weight[END] -= 100 * translator.network.output.weight[END].sign()
    (candidate,) = translator.translate(["ab" * 19], Search(beam=2))[0]
    assert len(candidate.tokens) == 40 and not candidate.ended
    with pytest.raises(DataError, match="line 2: the source may have at most 39 tokens"):
        translator.translate(["ab", "ab" * 20])
    with pytest.raises(DataError, match="at most 39 tokens"):
        translator.read("ab" * 20, "b")


@pytest.mark.parametrize("translator", ["transformer", "gru, additive"], indirect=True)
@pytest.mark.parametrize("beam", [1, 3])
def test_a_model_that_diverged_is_refused(translator: Translator, beam: int) -> None:
    with torch.no_grad():
        translator.network.output.weight.fill_(torch.nan)
    with pytest.raises(DataError) as caught:
        translator.translate(["ab"], Search(beam=beam))
    assert "search: the network's scores must be numbers" in str(caught.value)
    assert "smaller --learning-rate" in str(caught.value)


@pytest.mark.parametrize("wrong", [{"beam": 0}, {"n_best": 0}, {"length_penalty": float("nan")}])
def test_a_search_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="search: the"):
        Search(**wrong)
