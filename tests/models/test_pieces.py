"""A text told while it is drawn, and the rules that hold while it is: the same as drawn at once."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from regard.decoding.sampling import Sampling, sample, stream
from regard.errors import DataError, OptionError
from regard.inputs.text import END, Text
from regard.models.generator import Generator
from regard.models.pieces import pieces
from regard.models.rules import Rules
from regard.networks.base import NetworkOptions
from regard.networks.language import build_language

LINES = ["the cat sat on the mat", "cafe\u0301 au lait, e\u0323\u0301", "한글 ẅ 世界 🙂"]
PREFIXES = ["the", "", "caf", "the cat\nsa", "e"]


def generator(kind: str, lines: list[str] = LINES, size: int = 300) -> Generator:
    """A model with weights that nobody trained, over the tokens of the lines."""
    text = Text.learn(lines, kind=kind, size=size)
    torch.manual_seed(2)
    options = NetworkOptions(width=16, heads=2, layers=1, feed_forward=16, dropout=0.0, longest=16)
    network = build_language(options, text.size)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return Generator(text, network.double().eval(), each_line=False)


MARKS = ["e", "\u0301", "\u0323", " ", "ᄒ", "ᅡ", "ᆫ", "a"]


def with_marks() -> Generator:
    """One whose tokens are letters, marks and parts of Korean syllables that compose when they meet."""
    model = generator("character")
    vocabulary = replace(model.text._vocabulary, tokens=tuple(MARKS))
    return Generator(Text(vocabulary), generator("character", ["abcd fgh"]).network, each_line=False)


@pytest.mark.parametrize("kind", ["character", "word", "byte", "bpe", "marks"])
@pytest.mark.parametrize("ends", [0, 1, 2])
def test_the_pieces_join_to_the_text(kind: str, ends: int) -> None:
    model = with_marks() if kind == "marks" else generator(kind)
    how = Sampling(longest=40, ends=ends, seed=5)
    whole = model.generate(PREFIXES, how)
    for number, (prefix, wanted) in enumerate(zip(PREFIXES, whole, strict=True)):
        found = list(pieces(model, prefix, how, number))
        assert "".join(each.text for each in found) == wanted.text
        assert found[-1].drawn.ended == wanted.ended and len(found) == len(wanted.tokens)
        assert found[-1].drawn.score == pytest.approx(wanted.score, abs=1e-4)
        assert len(wanted.text) < 4 or sum(bool(each.text) for each in found) > 1


def test_a_letter_is_told_at_once_where_no_accent_can_follow() -> None:
    model = generator("character", ["abc def"])
    for piece, drawn in zip(
        pieces(model, "a", Sampling(longest=9, ends=0)),
        stream(model.network, [END, *model.numbers("a")], 0, Sampling(longest=9, ends=0)),
        strict=True,
    ):
        token = drawn.tokens[-1]
        letter = "\n" if token == END else model.text.decode([token])
        assert piece.text.lstrip(" ") == letter


def rules_of(model: Generator, **choices: Any) -> Sampling:
    rules = Rules(**choices).of(model.text, 1)
    return Sampling(longest=12, seed=3, rules=rules, temperature=1.5)


def test_rules_hold_whatever_is_drawn_beside() -> None:
    model = generator("character", ["ab ba"])
    prefixes = [[END, *model.numbers(prefix)] for prefix in ("abb", "", "a", "ba", "aa")]
    plain = sample(model.network, prefixes, range(5), Sampling(longest=12, seed=3, temperature=1.5))
    letter = model.text.encode("a")[0]
    for choices in ({"no_repeat": 2}, {"shortest": 6}, {"forbidden": ["a"]}, {"repetition_penalty": 2.0}):
        how = rules_of(model, **choices)
        together = sample(model.network, prefixes, range(5), how)
        assert [each.tokens for each in together] != [each.tokens for each in plain]
        for number, (prefix, found) in enumerate(zip(prefixes, together, strict=True)):
            assert found.tokens == [each.tokens[-1] for each in stream(model.network, prefix, number, how)]
            if "shortest" in choices:
                assert len(found.tokens) > 6 and END not in found.tokens[:6]
            if "forbidden" in choices:
                assert letter not in found.tokens
            if "no_repeat" in choices:
                row = [*prefix, *found.tokens]
                before = {tuple(row[i : i + 2]) for i in range(len(prefix) - 1)}
                new = [tuple(row[i : i + 2]) for i in range(len(prefix) - 1, len(row) - 1) if row[i + 1] != END]
                assert len(set(new)) == len(new) and not before & {*new}
        # the score is the network's own log-probability, whatever the rules make of it
        tokens = torch.tensor([[*prefixes[0], *together[0].tokens]])
        if tokens.shape[1] <= 16:
            scores = model.network.scores(model.network(tokens))[0].detach()
            scores[:, :END] = -torch.inf
            behind = range(len(prefixes[0]), tokens.shape[1])
            total = sum(float(scores[place - 1, tokens[0, place]]) for place in behind)
            assert together[0].score == pytest.approx(total, abs=1e-4)


def test_the_end_may_always_come_though_a_text_begins_with_one() -> None:
    model = generator("character", ["ab ba"])
    for found in sample(model.network, [[END]] * 5, range(5), rules_of(model, no_repeat=1)):
        assert found.ended and len(set(found.tokens)) == len(found.tokens)


def test_what_follows_is_one_of_a_list() -> None:
    model = generator("character", ["ab ba"])
    how = rules_of(model, allowed=["ab", "ba", "aab b"])
    found = model.generate(["a", "", "bb"] * 5, how)
    assert {each.text for each in found} <= {"ab", "ba", "aab b"} and all(each.ended for each in found)
    assert len({each.text for each in found}) > 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ends": 0}, "allowed: each text must end at its line end"),
        ({"longest": 5}, "allowed: each text must have room"),
    ],
    ids=str,
)
def test_a_list_without_room_is_refused(changes: dict[str, Any], expected: str) -> None:
    model = generator("character", ["ab ba"])
    with pytest.raises(DataError, match=expected) as caught:
        model.generate(["a"], replace(rules_of(model, allowed=["aab b"]), **changes))
    assert len(str(caught.value).splitlines()) == 3
    with pytest.raises(OptionError, match="sampling: the rules must leave a token"):
        model.generate(["a"], rules_of(model, allowed=["aa"], no_repeat=1))


def test_numbers_are_what_prefixes_are_drawn_by() -> None:
    model, how = generator("character", ["abcdefg"]), Sampling(longest=12, ends=0)
    one, two, three = model.generate(["a", "b", "a"], how)
    again = model.generate(["a", "a"], how, numbers=[2, 0])
    assert [each.tokens for each in again] == [three.tokens, one.tokens]
    assert model.generate(["b"], how, first=1)[0].tokens == two.tokens and one.tokens != three.tokens


def test_the_coldest_temperature_takes_the_likeliest() -> None:
    model = generator("character", ["abcdefg"])
    greedy, coldest = (
        model.generate(["abc"], Sampling(longest=12, ends=0, temperature=each))[0].tokens for each in (0.0, 1e-320)
    )
    assert greedy == coldest
