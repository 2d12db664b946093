"""Spans in every scheme, what is written wrongly, and their F1."""

import pytest

from regard.data.spans import broken, scheme_of, spans
from regard.metrics.span_f1 import per_kind, span_f1, span_precision, span_recall


def found(labels: str, scheme: str, strict: bool = True) -> list[tuple[str, int, int]]:
    return [tuple(span) for span in spans(labels.split(), scheme, strict=strict)]


@pytest.mark.parametrize(
    ("labels", "scheme", "strict", "lenient"),
    [
        ("B-x I-x O B-y", "BIO", [("x", 0, 2), ("y", 3, 4)], None),
        ("B-x B-x I-x", "BIO", [("x", 0, 1), ("x", 1, 3)], None),
        ("O I-x I-x O", "BIO", [], [("x", 1, 3)]),
        ("B-x I-y I-y", "BIO", [("x", 0, 1)], [("x", 0, 1), ("y", 1, 3)]),
        ("I-x", "BIO", [], [("x", 0, 1)]),
        ("B I O B", "BIO", [("", 0, 2), ("", 3, 4)], None),
        ("B-a-b I-a-b", "BIO", [("a-b", 0, 2)], None),
        ("I-x I-x B-x I-y", "IOB1", [("x", 0, 2), ("x", 2, 3), ("y", 3, 4)], None),
        ("B-x I-x E-x S-y O", "BIOES", [("x", 0, 3), ("y", 3, 4)], None),
        ("B-x I-x O", "BIOES", [], [("x", 0, 2)]),
        ("B-x B-x E-x", "BIOES", [("x", 1, 3)], [("x", 0, 1), ("x", 1, 3)]),
        ("E-x S-y I-y", "BIOES", [("y", 1, 2)], [("x", 0, 1), ("y", 1, 2), ("y", 2, 3)]),
        ("B-x E-y", "BIOES", [], [("x", 0, 1), ("y", 1, 2)]),
        ("B-x E-x E-x", "BIOES", [("x", 0, 2)], [("x", 0, 2), ("x", 2, 3)]),
        ("B-x I-x L-x U-y", "BILOU", [("x", 0, 3), ("y", 3, 4)], None),
        ("", "BIO", [], None),
    ],
)
def test_spans_by_hand(labels: str, scheme: str, strict: list, lenient: list | None) -> None:
    assert found(labels, scheme) == strict
    assert found(labels, scheme, strict=False) == (strict if lenient is None else lenient)


@pytest.mark.parametrize(
    ("sequences", "scheme"),
    [
        (["O B-x I-x"], "BIO"),
        (["O I-x B-x"], "IOB1"),
        (["I-x I-x O", "O"], "IOB1"),
        (["O I-x", "B-x"], "BIO"),
        (["B-x I-x B-x O B-y"], "BIO"),
        (["B-x E-x"], "BIOES"),
        (["S-x O"], "BIOES"),
        (["B-x L-x U-y"], "BILOU"),
        (["B-x L-x S-y"], None),
        (["B I E S"], "BIOES"),
        (["B I O"], "BIO"),
        (["S O S"], None),
        (["I O"], None),
        (["O O"], None),
        (["NOUN VERB"], None),
        (["B-x I-x", "X"], None),
        ([], None),
    ],
)
def test_the_scheme_is_found(sequences: list[str], scheme: str | None) -> None:
    assert scheme_of(line.split() for line in sequences) == scheme


def test_labels_that_are_no_strings_mark_no_spans() -> None:
    assert scheme_of([[1, 2], [3]]) is None


@pytest.mark.parametrize(
    ("labels", "scheme", "places"),
    [
        ("O I-x I-x", "BIO", [1]),
        ("B-x I-y I-y", "BIO", [1]),
        ("B-x I-x O", "BIO", []),
        ("B-x O E-x", "BIOES", [0, 2]),
        ("B-x I-x", "BIOES", [1]),
        ("S-x I-x", "BIOES", [1]),
        ("B-x L-x U-x", "BILOU", []),
        ("B-x I-x", "BILOU", [1]),
        ("O I-x B-y", "IOB1", []),
    ],
)
def test_what_a_scheme_does_not_allow_is_found(labels: str, scheme: str, places: list[int]) -> None:
    assert broken(labels.split(), scheme) == places


WANTED = [["B-x", "I-x", "O", "B-y"], ["O", "B-x"]]
GUESSED = [["B-x", "I-x", "O", "B-x"], ["O", "I-x"]]


def test_f1_by_hand() -> None:
    # strict: 1 right of 2 guessed and 3 wanted; as conlleval, I-x after O is a span and right
    assert span_f1()(WANTED, GUESSED) == pytest.approx(100 * 2 / 5)
    assert span_precision()(WANTED, GUESSED) == pytest.approx(50)
    assert span_recall()(WANTED, GUESSED) == pytest.approx(100 / 3)
    assert span_f1(strict=False)(WANTED, GUESSED) == pytest.approx(100 * 4 / 6)
    assert span_f1("BIO", strict=False).name == "span F1 (BIO, conlleval)"


def test_a_table_of_kinds() -> None:
    x, y = per_kind(WANTED, GUESSED)
    assert x == ("x", 50, 50, 50, 2) and y == ("y", 0, 0, 0, 1)


def test_seqevals_own_example() -> None:
    # README of seqeval: F1 0.50, precision and recall of PER 1, of MISC 0
    wanted = [["O", "O", "O", "B-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]]
    guessed = [["O", "O", "B-MISC", "I-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]]
    assert span_f1()(wanted, guessed) == 50
    assert {row.name: row.f1 for row in per_kind(wanted, guessed)} == {"MISC": 0, "PER": 100}


def test_words_without_an_answer_do_not_count() -> None:
    assert span_f1()([["B-x", None, "O"]], [["B-x", "B-y", "O"]]) == 100


def test_no_spans_at_all_score_zero() -> None:
    assert span_f1("BIO")([["O", "O"]], [["O", "O"]]) == 0


def test_the_interval_is_over_sentences() -> None:
    score = span_f1().score(WANTED * 50, GUESSED * 50, samples=200)
    assert score.low < 40 < score.high
