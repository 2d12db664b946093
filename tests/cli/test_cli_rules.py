"""Rules about what is written, beside a slow look at every target: what is left is what the search finds."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from slow_search import LINES, every_target, ranked, translator, whole

from regard.decoding.beam import Search
from regard.decoding.drawing import Draws
from regard.decoding.sampling import Sampling
from regard.errors import DataError, OptionError
from regard.inputs.text import END, UNKNOWN, Text
from regard.models.rules import Rules
from regard.models.translator import Translator
from regard.networks.base import NetworkOptions

__all__ = ["translator"]

Good = Callable[[list[int], str], bool]
SOME = ["transformer", "gru, additive"]
some = pytest.mark.parametrize("translator", SOME, indirect=True)
one = pytest.mark.parametrize("translator", ["gru, additive"], indirect=True)
LONGEST = 4
WIDE = Search(60, 8, 1.0)


def ruled(translator: Translator, rules: Rules, how: Search = WIDE) -> Search:
    return replace(how, rules=rules.of(translator.target))


LOOKED_AT: dict[tuple[NetworkOptions, str, int], list[tuple[float, list[int]]]] = {}


def every(translator: Translator, line: str, longest: int = LONGEST) -> list[tuple[float, list[int]]]:
    """`every_target`, once for each network and line."""
    key = (translator.network.options, line, longest)
    if key not in LOOKED_AT:
        LOOKED_AT[key] = every_target(translator, line, longest)
    return LOOKED_AT[key]


def check(translator: Translator, rules: Rules, good: Good, prefix: str = "") -> None:
    """The search under the rules finds the best of what is good, and says the score that it has without rules."""
    lines = LINES[:2]
    found = translator.translate(lines, ruled(translator, rules), longest=LONGEST, prefixes=[prefix] * len(lines))
    for line, candidates in zip(lines, found, strict=True):
        wanted = ranked(
            [(p, each) for p, each in every(translator, line) if good(each, translator.target.decode(each))], 1.0
        )[:8]
        assert len(wanted) > 1
        ended = [each for each in candidates if each.ended]
        assert [each.tokens for each in ended] == [tokens for _, tokens in wanted]
        assert [each.score for each in ended] == pytest.approx([score for score, _ in wanted], abs=1e-4)


def repeats(tokens: list[int], size: int) -> bool:
    grams = [tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]
    return len(set(grams)) < len(grams)


def spells(translator: Translator, tokens: list[int], text: str) -> bool:
    """Whether the tokens hold those of the text, one behind the other."""
    wanted = translator.target.encode(text)
    return any(tokens[i : i + len(wanted)] == wanted for i in range(len(tokens)))


@some
@pytest.mark.parametrize("size", [1, 2])
def test_no_n_gram_comes_twice(translator: Translator, size: int) -> None:
    check(translator, Rules(no_repeat=size), lambda tokens, _: not repeats(tokens, size))


@some
def test_no_target_is_shorter_than_was_asked(translator: Translator) -> None:
    check(translator, Rules(shortest=2), lambda tokens, _: len(tokens) >= 2)


@some
def test_what_is_forbidden_is_never_written(translator: Translator) -> None:
    def good(tokens: list[int], _: str) -> bool:
        return not any(spells(translator, tokens, text) for text in ("b", "aa", "zz"))

    check(translator, Rules(forbidden=["b", "aa", "zz"]), good)


@some
def test_a_target_begins_with_its_prefix(translator: Translator) -> None:
    check(translator, Rules(), lambda tokens, _: tokens[:2] == translator.target.encode("ab"), prefix="ab")


@some
def test_one_of_a_list_is_what_scoring_each_of_them_finds(translator: Translator) -> None:
    allowed = ["a", "ab", "bba", "b b", "aab"]
    listed = list(map(translator.target.encode, allowed))
    check(translator, Rules(allowed=allowed), lambda tokens, _: tokens in listed)
    for beam in (1, 2):
        found = translator.translate(LINES, ruled(translator, Rules(allowed=allowed), Search(beam)))
        assert all(each.ended and each.text in allowed for (each,) in found)
    long = ["ab" * 30]  # longer than any target of so short a source may otherwise be
    assert translator.translate(["b"], ruled(translator, Rules(allowed=long), Search(1)))[0][0].text == long[0]


@some
def test_rules_go_together(translator: Translator) -> None:
    allowed = ["a", "ab", "abb", "aba", "bab", "b", "ba", "b a"]
    rules = Rules(shortest=2, no_repeat=2, forbidden=["bb"], allowed=allowed)

    listed = list(map(translator.target.encode, allowed))

    def good(tokens: list[int], _: str = "") -> bool:
        return len(tokens) >= 2 and not repeats(tokens, 2) and not spells(translator, tokens, "bb")

    check(translator, replace(rules, allowed=()), good)
    check(translator, rules, lambda tokens, _: good(tokens) and tokens in listed)
    check(translator, rules, lambda tokens, text: good(tokens) and tokens in listed and text.startswith("ab"), "ab")


@some
def test_what_was_written_is_penalised(translator: Translator) -> None:
    def penalised(line: str, target: list[int]) -> float:
        scores, total = whole(translator, line, target), 0.0
        for place, token in enumerate((*target, END)):
            seen = token != END and token in target[:place]
            total += float(scores[place, token]) * (3.0 if seen else 1.0)
        return total

    found = translator.translate(LINES[:2], ruled(translator, Rules(repetition_penalty=3.0)), longest=LONGEST)
    for line, candidates in zip(LINES[:2], found, strict=True):
        totals = [(penalised(line, tokens), tokens) for _, tokens in every(translator, line)]
        wanted = ranked(totals, 1.0)[:8]
        assert [each.tokens for each in candidates] == [tokens for _, tokens in wanted]
        assert [each.score for each in candidates] == pytest.approx([score for score, _ in wanted], abs=1e-4)


ALL = Rules(repetition_penalty=1.5, no_repeat=3, shortest=3, forbidden=["ba"])


@pytest.mark.parametrize(("translator", "beam"), [("transformer", 4), ("lstm, late", 1)], indirect=["translator"])
def test_neither_company_nor_batches_change_what_rules_leave(translator: Translator, beam: int) -> None:
    how = replace(ruled(translator, ALL, Search(beam, coverage_penalty=0.3)), unknown=True)
    lines, prefixes = [*LINES, "", *(line * 2 for line in LINES)], ["a", "", "ab", "", "b a", "", "", "", "", "a", ""]
    alone = [
        translator.translate([line], how, longest=12, prefixes=[prefix])[0][0]
        for line, prefix in zip(lines, prefixes, strict=True)
    ]
    for tokens in (30, 10_000):
        together = translator.translate(lines, how, batch_tokens=tokens, longest=12, prefixes=prefixes)
        assert [row[0].tokens for row in together] == [each.tokens for each in alone]
        assert [row[0].score for row in together] == pytest.approx([each.score for each in alone], abs=1e-4)
    assert all(candidate.text.startswith(prefix) for candidate, prefix in zip(alone, prefixes, strict=True) if prefix)


@some
def test_coverage_is_paid_for_by_what_was_not_read(translator: Translator) -> None:
    how = Search(60, 8, 1.0, coverage_penalty=0.7)
    for line, candidates in zip(LINES[:2], translator.translate(LINES[:2], how, longest=LONGEST), strict=True):
        scored = []
        for total, target in every(translator, line):
            read = translator.read(line, target).weights.sum(0).clamp(max=1)
            scored.append((total / (len(target) + 1) + 0.7 * float(read.log().sum()), target))
        wanted = sorted(scored, key=lambda each: -each[0])[:8]
        assert [each.score for each in candidates] == pytest.approx([score for score, _ in wanted], abs=1e-3)
        assert [each.tokens for each in candidates] == [tokens for _, tokens in wanted]


@some
def test_a_target_that_was_stopped_pays_for_what_it_has_not_read_until_then(translator: Translator) -> None:
    found = translator.translate(LINES[:1], Search(60, 9, 1.0, coverage_penalty=0.7), longest=2)[0]
    stopped = [each for each in found if not each.ended]
    assert len(stopped) > 2
    for each in stopped:
        scores = whole(translator, LINES[0], each.tokens)
        total = sum(float(scores[place, token]) for place, token in enumerate(each.tokens))
        read = translator.read(LINES[0], each.tokens).weights[:-1].sum(0).clamp(max=1)
        assert each.score == pytest.approx(total / 2 + 0.7 * float(read.log().sum()), abs=1e-3)


@pytest.mark.parametrize("translator", ["last state"], indirect=True)
def test_coverage_without_attention_is_refused(translator: Translator) -> None:
    with pytest.raises(OptionError, match=r"coverage: the model must have attention\n  got  .*\n  try  "):
        translator.translate(["ab"], Search(coverage_penalty=0.5))


@one
def test_the_unknown_word_is_written_where_it_is_chosen_alone(translator: Translator) -> None:
    with torch.no_grad():
        translator.network.output.weight[UNKNOWN] = translator.network.output.weight[END + 1] * 1.5
    allowed = {UNKNOWN in each.tokens for each in translator.translate(LINES[0:1], Search(9, 9, unknown=True))[0]}
    assert True in allowed
    for how in (Search(9, 9), Draws(Sampling(), 9)):
        assert not any(UNKNOWN in each.tokens for each in translator.translate(LINES[0:1], how)[0])


@some
def test_draws_follow_the_probabilities_of_all_targets(translator: Translator) -> None:
    count, line = 3000, "ab"
    how = Draws(Sampling(), count)
    drawn = translator.translate([line], how, longest=3)[0]
    totals = {tuple(tokens): total for total, tokens in every(translator, line, 3)}
    for tokens, total in sorted(totals.items(), key=lambda each: -each[1])[:3]:
        steps = [whole(translator, line, list(tokens[:i]))[-1].exp().sum() for i in range(len(tokens) + 1)]
        p = float(torch.tensor(total).exp() / torch.stack(steps).prod())  # the unknown word is never drawn
        share = sum(each.ended and tuple(each.tokens) == tokens for each in drawn) / count
        assert share == pytest.approx(p, abs=4 * (p * (1 - p) / count) ** 0.5 + 1e-3)
    for each in drawn[:20]:
        scores = whole(translator, line, each.tokens)
        written = [*each.tokens, END] if each.ended else each.tokens
        total = sum(float(scores[place, token]) for place, token in enumerate(written))
        assert each.score == pytest.approx(total / len(written), abs=1e-4)


@some
def test_draws_depend_on_seed_and_number_alone(translator: Translator) -> None:
    how = Draws(Sampling(temperature=1.3, top_k=3, top_p=0.95, seed=4, rules=ALL.of(translator.target)), 3)
    together = translator.translate(LINES, how, longest=9)
    for number, line in enumerate(LINES):
        alone = translator.translate([line], replace(how, first=number), longest=9)[0]
        assert [each.tokens for each in alone] == [each.tokens for each in together[number]]
    parted = translator.translate(LINES, how, longest=9, batch_tokens=5)
    assert [[each.tokens for each in row] for row in parted] == [[each.tokens for each in row] for row in together]
    other = translator.translate(LINES, replace(how, sampling=replace(how.sampling, seed=5)), longest=9)
    assert [[each.tokens for each in row] for row in other] != [[each.tokens for each in row] for row in together]
    assert not any(repeats(each.tokens, 3) for row in together for each in row)
    greedy = translator.translate(LINES, Draws(Sampling(temperature=0)), longest=9)
    best = translator.translate(LINES, Search(1), longest=9)
    assert [row[0].tokens for row in greedy] == [row[0].tokens for row in best]
    forced = translator.translate(LINES, replace(how, sampling=Sampling()), longest=9, prefixes=["ba"] * len(LINES))
    assert all(each.text.startswith("ba") for row in forced for each in row)


@one
def test_rules_that_leave_nothing_are_refused(translator: Translator) -> None:
    rules = Rules(allowed=["aa"], no_repeat=1)
    for how in (ruled(translator, rules), Draws(Sampling(rules=rules.of(translator.target)))):
        with pytest.raises(OptionError, match=r"the rules must leave a token to go on with\n  got  .*\n  try  "):
            translator.translate(["ab"], how)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"repetition_penalty": 0.5}, "repetition-penalty: must be at least 1"),
        ({"repetition_penalty": float("nan")}, "repetition-penalty: must be at least 1"),
        ({"no_repeat": -1}, "no-repeat: n-grams have at least 1 token"),
        ({"shortest": -1}, "shortest: a length is at least 0"),
        ({"forbidden": ["a", " "]}, "forbidden: a text must not be blank\n  got  a blank one, number 2"),
        ({"allowed": ["a", ""]}, "allowed: a text must not be blank"),
        ({"allowed": ["a", "bat"]}, "allowed: each text must hold only what the model has met in training\n  got  't'"),
    ],
    ids=str,
)
def test_rules_that_make_no_sense_are_refused(wrong: dict[str, Any], expected: str) -> None:
    text = Text.learn(["ab ba"], kind="character")
    with pytest.raises((OptionError, DataError), match=expected) as caught:
        Rules(**wrong).of(text)
    assert len(str(caught.value).splitlines()) == 3


@one
@pytest.mark.parametrize(
    ("how", "choices", "expected"),
    [
        (Search(), {"prefixes": ["", "ax"]}, "line 2: the prefix must hold only what the model has met in training"),
        (Search(), {"prefixes": ["a"]}, "prefixes: there must be one for each source"),
        (Search(), {"prefixes": ["", "aab"], "longest": 3}, "line 2: the target must have room behind its prefix"),
        (Rules(allowed=["aab"]), {"longest": 3}, "allowed: each text must have room in the longest"),
    ],
    ids=str,
)
def test_targets_without_room_are_refused(
    translator: Translator, how: Any, choices: dict[str, Any], expected: str
) -> None:
    how = ruled(translator, how) if isinstance(how, Rules) else how
    with pytest.raises(DataError, match=expected) as caught:
        translator.translate(["a", "b"], how, **choices)
    assert len(str(caught.value).splitlines()) == 3


def test_a_forbidden_word_is_forbidden_behind_a_bracket_too() -> None:
    text = Text.learn(["(dog dog) the dog , dogs"], kind="word")
    (rule,) = Rules(forbidden=["dog"]).of(text)
    assert {text.decode(each) for each in rule.sequences} == {"dog"}  # type: ignore[attr-defined]
    assert len(rule.sequences) == 2  # type: ignore[attr-defined]
