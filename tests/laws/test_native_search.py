"""Beam search in the native core: `Growing`, step by step over the same decoder, judges it to the last bit."""

import pytest
import torch
from tests.laws.test_native_decoder import network, read, types

from regard.decoding.beam import Search, search
from regard.decoding.pooled import AT_ONCE, suits
from regard.decoding.rules import Shortest
from regard.errors import DataError
from regard.kernels.likeliest import MOST
from regard.layers.state import State
from regard.native import why_not
from regard.networks.base import Stepped
from regard.networks.pooled import PooledDecoder

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

LENGTHS, LONGEST = [7, 1, 3, 7, 5], [9, 1, 40, 21, 5]
HOW = (
    Search(1),
    Search(5),
    Search(5, 3, 0.6),
    Search(2, 4),
    Search(4, 4, -0.5),
    Search(3, 2, 0.0),
    Search(12, 12, 2.0),
)


class Apart:
    """The same decoder, one step a call, as any other network is searched."""

    def __init__(self, decoder: PooledDecoder) -> None:
        self.start, self.step, self.output, self.encode = decoder.start, decoder.step, decoder.output, decoder.encode


def apart(decoder: PooledDecoder) -> Stepped:
    return Apart(decoder)


@pytest.mark.parametrize("shape", ["small", "ragged", "grouped", "learned"])
@pytest.mark.parametrize("how", HOW, ids=lambda how: f"beam{how.beam}best{how.n_best}by{how.length_penalty}")
def test_hypotheses_are_those_that_grow_step_by_step(shape: str, how: Search) -> None:
    made = network(shape)
    encoded = read(made, LENGTHS)
    for dtype in types():
        decoder = PooledDecoder(made, dtype)
        assert suits(decoder, LONGEST, how)
        assert search(decoder, encoded, LONGEST, how) == search(apart(decoder), encoded, LONGEST, how)


def test_whatever_else_is_in_the_batch() -> None:
    made = network("grouped")
    decoder, how = PooledDecoder(made), Search(3, 2)
    encoded = read(made, LENGTHS)
    together = search(decoder, encoded, LONGEST, how)
    for row, length in enumerate(LENGTHS):
        one = encoded._replace(states=encoded.states[row : row + 1, :length], lengths=encoded.lengths[row : row + 1])
        alone = search(decoder, one, LONGEST[row : row + 1], how)[0]
        assert [each.tokens for each in alone] == [each.tokens for each in together[row]]
        assert [each.score for each in alone] == pytest.approx([each.score for each in together[row]], abs=1e-5)


def test_targets_of_hundreds_of_tokens_outgrow_the_pool_and_one_call() -> None:
    made = network("small")
    with torch.no_grad():
        made.target_table.weight[3] = -10 * made.target_table.weight[4:].mean(0)  # hardly ever ends
    decoder, longest = PooledDecoder(made), [20 * AT_ONCE, 3]
    encoded = read(made, [4, 2])
    found = search(decoder, encoded, longest, Search(2))
    assert found == search(apart(decoder), encoded, longest, Search(2))
    assert max(len(each.tokens) for row in found for each in row) > 2 * AT_ONCE


def test_who_wants_to_be_told_is_told_before_each_token_and_may_end_it() -> None:
    made = network("small")
    encoded, told = read(made, [4, 2]), []
    found = search(PooledDecoder(made), encoded, [6, 6], Search(2), lambda: told.append(1))
    longest = max(len(each.tokens) + each.ended for row in found for each in row)
    assert longest <= len(told) <= 6

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search(PooledDecoder(made), encoded, [6, 6], Search(2), stop)


def test_what_the_core_cannot_is_searched_step_by_step() -> None:
    made = network("learned", longest=8)
    decoder, encoded = PooledDecoder(made), read(made, [4])
    assert not suits(decoder, [9], Search())
    assert not suits(decoder, [8], Search(MOST))
    ruled = search(decoder, encoded, [8], Search(2, rules=(Shortest(3),)))
    assert all(len(each.tokens) >= 3 for each in ruled[0] if each.ended)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_scores_that_are_no_numbers_are_an_error(number: float) -> None:
    made = network("small")
    decoder, encoded = PooledDecoder(made), read(made, [4, 2])
    broken = encoded._replace(states=torch.full_like(encoded.states, number))
    for way in (decoder, apart(decoder)):
        with pytest.raises(DataError, match="scores must be numbers\n  got  NaN"):
            search(way, broken, [5, 5], Search(2))


def test_states_of_another_search_are_left_alone() -> None:
    made = network("small")
    decoder, encoded = PooledDecoder(made), read(made, LENGTHS)
    state: State = decoder.start(encoded)
    token = torch.full((len(LENGTHS),), 2)
    before, _ = decoder.step(token, state)  # type: ignore[arg-type]
    search(decoder, encoded, LONGEST, Search(4))
    after, _ = decoder.step(token, state)  # type: ignore[arg-type]
    assert torch.equal(before, after)
