"""Edit distance against the plain table, and error rates by hand."""

from hypothesis import given
from hypothesis import strategies as some

from regard.metrics.edit import (
    character_error_rate,
    edit_distance,
    phone_error_rate,
    word_error_rate,
    wrong_sequences,
)


def table(one: str, other: str) -> int:
    """The textbook's table, cell by cell."""
    row = list(range(len(other) + 1))
    for place, token in enumerate(one, 1):
        before, row[0] = row[0], place
        for column, match in enumerate(other, 1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (token != match))
    return row[-1]


@given(some.text("abc", max_size=90), some.text("abcd", max_size=90))
def test_distance_is_the_tables(one: str, other: str) -> None:
    assert edit_distance(one, other) == edit_distance(other, one) == table(one, other)


def test_distances_by_hand() -> None:
    assert edit_distance("", "abc") == 3 and edit_distance("abc", "") == 3 and edit_distance("", "") == 0
    assert edit_distance("kitten", "sitting") == 3
    assert edit_distance([1, 2, 3], [2, 3, 4]) == 2
    assert edit_distance(["t͡ʃ", "a"], ["t͡s", "a"]) == 1


def test_word_errors_are_summed_over_the_corpus_and_not_averaged() -> None:
    # one edit in 2 words and one in 8: 2 of 10, not the mean of 1/2 and 1/8
    assert word_error_rate(["a b", "a b c d e f g h"], ["a x", "a b c d e f g"]) == 20
    assert word_error_rate(["a"], ["a b c"]) == 200
    assert word_error_rate([["New York"]], [["New", "York"]]) == 200


def test_character_errors_count_blanks() -> None:
    assert character_error_rate(["a bc"], ["abc"]) == 25


def test_phone_errors_take_texts_and_lists() -> None:
    assert phone_error_rate(["h ə l oʊ"], [["h", "ɛ", "l", "oʊ"]]) == 25


def test_wrong_sequences_are_those_with_any_error() -> None:
    assert wrong_sequences(["a b", "c d", "e", "f"], ["a b", "c x", "e", "f g"]) == 50
    assert not wrong_sequences.rises and not word_error_rate.rises


def test_an_empty_reference_costs_what_was_put_in() -> None:
    assert word_error_rate(["", "a b"], ["x", "a b"]) == 50
