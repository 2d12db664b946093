"""Validation data is cut off the same way everywhere, and long pairs go nowhere unseen."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from regard.data import Pairs, default_size, limit_lengths, split
from regard.errors import DataError, OptionError


def numbered(count: int) -> Pairs:
    return Pairs.of([f"Satz {index}" for index in range(count)], [f"sentence {index}" for index in range(count)])


def test_the_split_is_the_same_on_every_machine() -> None:
    assert split(numbered(40), 4)[1].sources == ["Satz 19", "Satz 21", "Satz 22", "Satz 34"]
    assert split(numbered(40), 4, seed=1)[1].sources == ["Satz 2", "Satz 10", "Satz 23", "Satz 24"]


def test_the_split_does_not_depend_on_the_order_of_the_lines() -> None:
    pairs = numbered(200)
    turned = pairs.take(range(199, -1, -1))
    assert set(split(pairs, seed=3)[1].sources) == set(split(turned, seed=3)[1].sources)


def test_both_parts_keep_order_places_and_partners() -> None:
    train, valid = split(numbered(2_000), 0.1)
    assert (len(train), len(valid)) == (1_800, 200)
    for part in (train, valid):
        numbers = [int(source.split()[1]) for source in part.sources]
        assert numbers == sorted(numbers)
        assert part.targets == [f"sentence {number}" for number in numbers]
        assert [part.where(index) for index in range(len(part))] == [f"pairs:{number + 1}" for number in numbers]


@given(some.lists(some.integers(0, 30), min_size=60, max_size=300), some.integers(0, 5))
def test_every_pair_is_in_one_part_and_no_source_in_both(numbers: list[int], seed: int) -> None:
    sources = [*(f"s{number}" for number in numbers), "rare"]
    pairs = Pairs.of(sources, [f"t{index}" for index in range(len(sources))])
    train, valid = split(pairs, 20, seed)
    assert sorted(train.targets + valid.targets) == sorted(pairs.targets)
    assert not set(train.sources) & set(valid.sources)
    assert 0 < len(valid) <= 20


def test_the_default_size_follows_the_number_of_pairs() -> None:
    known = {
        10: 1,
        99: 9,
        999: 99,
        1_000: 100,
        2_000: 100,
        2_100: 105,
        19_999: 999,
        20_000: 1_000,
        10**6: 1_000,
    }
    assert {pairs: default_size(pairs) for pairs in known} == known
    assert len(split(numbered(999))[1]) == 99


@pytest.mark.parametrize("size", [0, 100, -1, 1.0, 0.0, 1.5, float("nan")])
def test_a_size_that_leaves_one_part_empty_is_refused(size: float) -> None:
    with pytest.raises(OptionError) as caught:
        split(numbered(100), size)
    assert str(caught.value).splitlines() == [
        "split: size must leave pairs on both sides",
        f"  got  {size} of 100",
        "  try  a share such as 0.05, or a count from 1 to 99",
    ]


def test_too_few_pairs_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        split(numbered(9))
    text = "split: needs at least 10 pairs\n  got  9 pairs in pairs\n  try  give more pairs, or validation data"
    assert str(caught.value).startswith(text)


def test_a_single_source_cannot_be_split() -> None:
    with pytest.raises(DataError) as caught:
        split(Pairs.of(["same"] * 50, [str(index) for index in range(50)]))
    assert "rare enough to be set apart\n  got  1 sources in 50 pairs\n  try  give validation" in str(caught.value)


PAIRS = Pairs.of(["a", "b", "c", "d"], ["A", "B", "C", "D"], "train")
LENGTHS = [3, 9, 3, 3], [3, 3, 3, 12]


def test_pairs_within_the_limit_pass_unchanged() -> None:
    for way in ("error", "skip", "truncate"):
        limited = limit_lengths(PAIRS, *LENGTHS, longest=12, too_long=way)
        assert limited.pairs is PAIRS and list(limited.kept) == [0, 1, 2, 3] and limited.truncated == 0


def test_the_first_long_pair_is_named_and_all_are_counted() -> None:
    with pytest.raises(DataError) as caught:
        limit_lengths(PAIRS, *LENGTHS, longest=8)
    assert str(caught.value).splitlines() == [
        "train:2: the source may have at most 8 tokens",
        "  got  9 tokens; 2 of 4 pairs are too long",
        "  try  --too-long skip or truncate, or --longest 12",
    ]
    with pytest.raises(DataError, match=r"train:4: the target may have at most 9 tokens\n  got  12 tokens; 1 of 4"):
        limit_lengths(PAIRS, *LENGTHS, longest=9)


def test_long_pairs_are_skipped_and_counted_beside_what_was_skipped_before() -> None:
    pairs = Pairs(PAIRS.sources, PAIRS.targets, PAIRS.origins, {"blank": 5})
    limited = limit_lengths(pairs, *LENGTHS, longest=8, too_long="skip")
    assert limited.pairs.sources == ["a", "c"] and limited.kept == [0, 2]
    assert limited.pairs.skipped == {"blank": 5, "too long": 2}
    assert limited.pairs.where(1) == "train:3"


def test_long_pairs_are_kept_for_truncation_and_counted() -> None:
    limited = limit_lengths(PAIRS, *LENGTHS, longest=8, too_long="truncate")
    assert limited.pairs is PAIRS and limited.truncated == 2


def test_limits_that_cannot_be_met_are_refused() -> None:
    with pytest.raises(DataError, match=r"must leave pairs\n  got  all 4 pairs longer\n  try  raise --longest above 2"):
        limit_lengths(PAIRS, *LENGTHS, longest=2, too_long="skip")
    with pytest.raises(OptionError, match=r"longest: must be at least one token\n  got  0\n  try  say, 512"):
        limit_lengths(PAIRS, *LENGTHS, longest=0)
    with pytest.raises(OptionError, match=r"too_long: no such choice\n  got  'split'\n  try  one of error, skip"):
        limit_lengths(PAIRS, *LENGTHS, longest=2, too_long="split")
