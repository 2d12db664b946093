"""Accuracy, F1 over classes and confusion, by hand and against scikit-learn."""

import math
import random

import numpy as np
import pytest

from regard.data.spans import marked
from regard.errors import OptionError
from regard.metrics import answers as by_kind
from regard.metrics.classification import accuracy, confusion, macro_f1, micro_f1, per_class, recall_of
from regard.metrics.likelihood import bits_per, nats_per, perplexity
from regard.metrics.table import as_table
from regard.metrics.tags import new_word_accuracy, tag_accuracy

ANSWERS = ["a", "a", "a", "b", "b", "c"]
GUESSES = ["a", "a", "b", "b", "c", "d"]


def drawn(seed: int, names: str = "abcde", count: int = 200) -> list[str]:
    return random.Random(seed).choices(names, range(1, len(names) + 1), k=count)


def test_accuracy_and_f1_by_hand() -> None:
    # F1 of a 2·2/(2+3) = 0.8, b 2·1/(2+2) = 0.5, c 0, d 0
    assert accuracy(ANSWERS, GUESSES) == pytest.approx(50)
    assert macro_f1(ANSWERS, GUESSES) == pytest.approx(100 * (0.8 + 0.5) / 4)
    assert micro_f1(ANSWERS, GUESSES) == pytest.approx(50)


def test_a_table_has_a_line_a_class_the_commonest_first() -> None:
    rows = per_class(ANSWERS, GUESSES)
    assert [row.name for row in rows] == ["a", "b", "c", "d"]
    assert rows[0][1:] == pytest.approx((100, 200 / 3, 80, 3))
    assert rows[3][1:] == (0, 0, 0, 0)
    assert as_table(rows).splitlines()[1] == "a      100.0    66.7   80.0        3"


def test_all_agrees_with_scikit_learn() -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    for seed in range(5):
        wanted, guessed = drawn(seed), drawn(seed + 100, "bcdefg")
        assert accuracy(wanted, guessed) == pytest.approx(100 * sklearn.accuracy_score(wanted, guessed))
        assert macro_f1(wanted, guessed) == pytest.approx(100 * sklearn.f1_score(wanted, guessed, average="macro"))
        assert confusion(wanted, guessed).counts.tolist() == sklearn.confusion_matrix(wanted, guessed).tolist()
        theirs = np.array(sklearn.precision_recall_fscore_support(wanted, guessed, zero_division=0))
        ours = np.array([row[1:] for row in sorted(per_class(wanted, guessed))]).T
        assert ours[:3] == pytest.approx(100 * theirs[:3]) and ours[3] == pytest.approx(theirs[3])


def test_several_classes_agree_with_scikit_learn() -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    draw = np.random.default_rng(0)
    wanted, guessed = draw.random((2, 150, 6)) < 0.3
    ours = [[[int(place) for place in np.flatnonzero(row)] for row in rows] for rows in (wanted, guessed)]
    assert accuracy(*ours) == pytest.approx(100 * sklearn.accuracy_score(wanted, guessed))
    assert micro_f1(*ours) == pytest.approx(100 * sklearn.f1_score(wanted, guessed, average="micro"))
    assert macro_f1(*ours) == pytest.approx(100 * sklearn.f1_score(wanted, guessed, average="macro"))


def test_the_order_of_several_classes_is_nothing_and_none_may_hold() -> None:
    assert accuracy([["a", "b"], []], [{"b", "a"}, []]) == 100
    assert micro_f1([[], ["a"]], [["a"], []]) == 0


def test_recall_of_what_is_out_of_scope() -> None:
    metric = recall_of("oos")
    assert metric(["oos", "oos", "oos", "x"], ["oos", "x", "oos", "oos"]) == pytest.approx(200 / 3)
    assert metric.name == "recall of oos"


def test_confusion_has_answers_in_rows() -> None:
    found = confusion(ANSWERS, GUESSES)
    assert found.classes == ["a", "b", "c", "d"]
    assert found.counts.tolist() == [[2, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]


def test_the_interval_of_macro_f1_is_that_of_the_same_items_drawn_again() -> None:
    wanted, guessed = drawn(1, count=80), drawn(2, count=80)
    score = macro_f1.score(wanted, guessed, samples=300)
    draw = np.random.default_rng(7)
    again = []
    for _ in range(300):
        some = draw.integers(80, size=80)
        again.append(macro_f1([wanted[i] for i in some], [guessed[i] for i in some]))
    assert (score.low, score.high) == pytest.approx(np.quantile(again, [0.025, 0.975]), abs=2.5)
    assert score.low < score.value < score.high


def test_accuracy_of_labels_counts_vectors_and_leaves_out_those_without_answer() -> None:
    wanted = [["a", None, "b"], ["a"]]
    assert tag_accuracy(wanted, [["a", "x", "a"], ["a"]]) == pytest.approx(200 / 3)
    assert tag_accuracy([["a", None]], [["a", "b"]]) == 100


def test_accuracy_on_new_words_counts_only_these() -> None:
    metric = new_word_accuracy([["old", "new"], ["newer"]], {"old"})
    assert metric([["a", "b"], ["c"]], [["x", "b"], ["x"]]) == 50


def test_likelihood_in_nats_bits_and_perplexity() -> None:
    nats, tokens = [2 * math.log(8), math.log(8)], [2, 1]
    assert nats_per("character")(tokens, nats) == pytest.approx(math.log(8))
    assert bits_per("character")(tokens, nats) == pytest.approx(3)
    assert perplexity()(tokens, nats) == pytest.approx(8)
    assert not perplexity().rises and bits_per("dimension").name == "bits per dimension"


@pytest.mark.parametrize(
    ("kind", "answers", "names"),
    [
        ("classify", ["a", "b"], ["accuracy", "macro F1"]),
        ("classify", [["a"], ["a", "b"]], ["accuracy", "macro F1", "micro F1"]),
        ("label", [["NOUN"], ["VERB"]], ["accuracy"]),
        ("label", [["O", "B-x", None]], ["span F1 (BIO)", "span precision (BIO)", "span recall (BIO)", "accuracy"]),
        ("label", [["S-x"]], ["span F1 (BIOES)", "span precision (BIOES)", "span recall (BIOES)", "accuracy"]),
        ("regress", [1.0, 2.0], ["R²", "MAE", "RMSE"]),
    ],
)
def test_each_kind_of_answer_has_its_measures_and_a_main_one(kind: str, answers: list, names: list[str]) -> None:
    found = by_kind.scores(kind, answers, answers, samples=20)
    assert [score.name for score in found] == names
    assert by_kind.metric_name(kind, answers) == names[0]
    assert by_kind.main_score(kind, answers, answers) == found[0].value == (1 if kind == "regress" else 100)
    assert all(score.low <= score.value <= score.high for score in found)


def test_one_graph_is_sampled_by_its_nodes() -> None:
    score = by_kind.scores("label", [["a", "b"] * 50], [["a", "b", "b", "b"] * 25])[0]
    assert score.value == 75 and 60 < score.low < 75 < score.high < 90
    (_, compared), *_ = by_kind.paired("label", [["a", "b"] * 50], [["a"] * 100], [["a", "b"] * 50])
    assert compared.difference == 50 and compared.low > 30


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(OptionError, match=r"no such kind of answer\n  got  'clasify'\n  try  'classify'\? or one of"):
        by_kind.metric_name("clasify", [])


def test_scores_print_with_their_interval_and_unit() -> None:
    assert str(accuracy.score(["a"] * 4, ["a"] * 4)) == "accuracy 100.0 % (95 % 100.0 to 100.0)"
    assert str(perplexity().score([1], [0.0])) == "perplexity per token 1.0000 (95 % 1.0000 to 1.0000)"
    assert marked("O") and not marked(7)
