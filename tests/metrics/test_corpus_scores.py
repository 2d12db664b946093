"""BLEU, chrF and exact match against numbers worked out by hand and against sacrebleu's own corpus scores."""

import math
import random
import sys

import numpy as np
import pytest
import sacrebleu

from regard.errors import DataError, MissingError, OptionError
from regard.metrics import (
    bleu,
    bleu_counts,
    bleu_of_counts,
    chrf,
    chrf_counts,
    chrf_of_counts,
    default_tokenize,
    exact_match,
)

REFERENCES = [
    "A man in a red shirt is standing on a ladder.",
    "Two dogs run over the green grass!",
    "Zwei Männer, die am Herd stehen",
    "",
    "a b",
]
HYPOTHESES = [
    "A man in a red shirt stands on a ladder.",
    "Two dogs are running over green grass!",
    "Zwei Männer stehen am Herd",
    "something",
    "a b",
]


def noisy(lines: list[str], seed: int) -> list[str]:
    """The lines with words left out and swapped at random."""
    generator = random.Random(seed)

    def spoil(line: str) -> str:
        words = [word for word in line.split() if generator.random() > 0.2]
        generator.shuffle(words[2:4])
        return " ".join(words)

    return [spoil(line) for line in lines]


def test_bleu_of_one_line_is_what_paper_and_pencil_give() -> None:
    # 5 of 5 words, 3 of 4 pairs, 2 of 3 triples, 1 of 2 quadruples are right; 5 words where 6 are wanted
    score = bleu(["the cat sat on mat"], ["the cat sat on the mat"]).score
    assert score == pytest.approx(100 * math.exp(1 - 6 / 5) * (1 * 3 / 4 * 2 / 3 * 1 / 2) ** 0.25)


def test_bleu_counts_of_one_line_are_what_one_counts() -> None:
    counts = bleu_counts(["the cat sat on mat"], ["the cat sat on the mat"])
    assert counts.tolist() == [[5, 6, 5, 3, 2, 1, 5, 4, 3, 2]]


def test_chrf_of_one_line_is_what_paper_and_pencil_give() -> None:
    # ab | abc: precision 1, 1 and recall 2/3, 1/2 for n = 1, 2; the hypothesis has no longer n-grams
    precision, recall = 1, (2 / 3 + 1 / 2) / 2
    assert chrf(["ab"], ["abc"]).score == pytest.approx(100 * 5 * precision * recall / (4 * precision + recall))
    assert chrf_counts(["ab"], ["abc"]).tolist() == [[2, 3, 2, 1, 2, 1, 0, 1, 0] + [0] * 9]


@pytest.mark.parametrize("seed", range(4))
def test_added_up_line_counts_give_sacrebleus_corpus_scores(seed: int) -> None:
    hypotheses, references = [*HYPOTHESES, *noisy(REFERENCES, seed)], REFERENCES * 2
    of_bleu = bleu_of_counts(bleu_counts(hypotheses, references).sum(0, keepdims=True))
    of_chrf = chrf_of_counts(chrf_counts(hypotheses, references).sum(0, keepdims=True))
    assert of_bleu[0] == pytest.approx(sacrebleu.corpus_bleu(hypotheses, [references]).score)
    assert of_chrf[0] == pytest.approx(sacrebleu.corpus_chrf(hypotheses, [references]).score)


@pytest.mark.parametrize(("hypothesis", "reference"), [("", ""), ("", "a"), ("a", ""), ("x", "y"), ("中", "中")])
def test_lines_without_n_grams_score_as_in_sacrebleu(hypothesis: str, reference: str) -> None:
    expected = sacrebleu.corpus_chrf([hypothesis], [[reference]]).score
    assert chrf_of_counts(chrf_counts([hypothesis], [reference]))[0] == pytest.approx(expected)
    assert chrf([hypothesis], [reference]).score == expected


def test_a_score_prints_itself_with_interval_and_signature() -> None:
    assert str(bleu(REFERENCES[:2], REFERENCES[:2])) == (
        "BLEU 100.0 (95 % 100.0 to 100.0)  "
        f"nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:{sacrebleu.__version__}"
    )
    assert str(chrf(REFERENCES[:2], REFERENCES[:2])) == (
        "chrF2 100.0 (95 % 100.0 to 100.0)  "
        f"nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:{sacrebleu.__version__}"
    )


def test_the_interval_holds_the_score() -> None:
    hypotheses, references = noisy(REFERENCES * 40, 5), REFERENCES * 40
    for result in (bleu(hypotheses, references), chrf(hypotheses, references)):
        assert result.interval.low < result.score < result.interval.high
        assert result.interval.high - result.interval.low < 20


def test_chinese_is_scored_by_character_without_being_asked() -> None:
    result = bleu(["一只狗在草地上跑。"], ["一只狗在草地上跑步。"])
    assert "|tok:zh|" in result.signature
    assert result.score > 50


def test_a_tokenizer_can_be_chosen() -> None:
    assert "|tok:char|" in bleu(HYPOTHESES, REFERENCES, tokenize="char").signature


@pytest.mark.parametrize(
    ("line", "tokenizer"),
    [
        ("Freitag, 20. November 2026", "13a"),
        ("2026-11-20", "13a"),
        ("", "13a"),
        ("Привет, мир", "13a"),
        ("대한민국의 날씨", "13a"),
        ("2026年11月20日星期五", "zh"),
        ("我在北京用 Python 写了一个小程序。", "zh"),
        ("He wrote 北京 on the board", "13a"),
        ("私は昨日、新しい本を買いました。", "char"),
        ("コンピュータ", "char"),
        ("วันศุกร์ที่ 20 พฤศจิกายน", "char"),
    ],
)
def test_the_script_decides_the_tokenizer(line: str, tokenizer: str) -> None:
    assert default_tokenize([line]) == tokenizer


def test_exact_match_is_the_share_of_equal_lines() -> None:
    result = exact_match(["a", "b ", "c", "D"], ["a", "b", "c", "d"])
    assert (result.score, result.hits, result.total) == (50.0, 2, 4)
    assert str(result) == "exact match 50.0 % (95 % 15.0 to 85.0)  2 of 4"


@pytest.mark.parametrize("score", [bleu, chrf, exact_match])
def test_lines_that_do_not_pair_up_are_an_error(score) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError) as caught:
        score(["a", "b"], ["a"])
    assert "every hypothesis needs its reference\n  got  2 hypotheses, 1 references\n  try  " in str(caught.value)
    with pytest.raises(DataError, match="needs at least one line\n  got  no lines at all\n  try  check"):
        score([], [])
    with pytest.raises(DataError, match="must be a list of lines\n  got  one string of 5 characters\n  try  hyp"):
        score("a\nb\nc", ["a"])


def test_an_unknown_tokenizer_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(OptionError, match=r"no tokenizer is called '13'\n  got  tokenize='13'\n  try  '13a'\? or"):
        bleu(["a"], ["a"], tokenize="13")


def test_without_sacrebleu_the_error_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sacrebleu.metrics.bleu", None)
    monkeypatch.setitem(sys.modules, "sacrebleu.metrics.chrf", None)
    for score in (bleu, chrf):
        with pytest.raises(MissingError, match=r"pip install '\.\[metrics\]'"):
            score(["a"], ["a"])


def test_scores_of_a_table_of_sums_come_one_a_row() -> None:
    counts = bleu_counts(HYPOTHESES, REFERENCES)
    assert bleu_of_counts(np.stack([counts.sum(0), 2 * counts.sum(0)])).shape == (2,)
