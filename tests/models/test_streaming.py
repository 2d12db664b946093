"""A text told while it is drawn is the text drawn at once; of its letters none is told that may still change."""

import torch

from regard.decoding.sampling import Sampling, sample, streamed
from regard.inputs.text import END, Text
from regard.models.generator import Continuation, Generator
from regard.models.streaming import settled, stream
from regard.networks.base import NetworkOptions
from regard.networks.language import build_language

SMALL = NetworkOptions(width=8, layers=1, heads=2, feed_forward=8, dropout=0.0, longest=8)


def fresh(kind: str, lines: list[str], network: str = "transformer") -> Generator:
    torch.manual_seed(3)
    text = Text.learn(lines, kind=kind)
    attention = "dot" if network == "transformer" else "none"
    options = NetworkOptions(**{**vars(SMALL), "network": network, "attention": attention})
    return Generator(text, build_language(options, text.size).eval(), each_line=False)


def test_tokens_come_one_by_one_as_sample_draws_them_all() -> None:
    for network in ("transformer", "recurrent"):
        model = fresh("character", ["abcdefg"], network)
        how = Sampling(seed=5, longest=30, ends=2)
        prefix = [END, *model.numbers("abcabcabc")]
        (expected,) = sample(model.network, [prefix], [4], how)
        lengths, drawn = [], None
        for drawn in streamed(model.network, prefix, 4, how):
            lengths.append(len(drawn.tokens))
        assert lengths == list(range(1, len(expected.tokens) + 1)) and drawn == expected


def test_pieces_joined_are_the_continuation() -> None:
    cases = [("character", ["cafe\u0301 e\u0301e\u0300 a b"]), ("byte", ["日本語 é"]), ("word", ["one two, three."])]
    for kind, lines in cases:
        model = fresh(kind, lines)
        for seed in range(3):
            how = Sampling(seed=seed, longest=24, ends=0)
            *pieces, last = stream(model, "a", how, number=2)
            assert isinstance(last, Continuation) and last == model.generate(["a"], how, numbers=[2])[0]
            assert "".join(piece.text for piece in pieces) == last.text  # type: ignore[union-attr]
            assert len(pieces) == len(last.tokens) == 24


def test_numbers_are_what_prefixes_are_drawn_by() -> None:
    model, how = fresh("character", ["abcdefg"]), Sampling(longest=12, ends=0)
    one, two, three = model.generate(["a", "b", "a"], how)
    again = model.generate(["a", "a"], how, numbers=[2, 0])
    assert [each.tokens for each in again] == [three.tokens, one.tokens]
    assert model.generate(["b"], how, first=1)[0].tokens == two.tokens and one.tokens != three.tokens


def test_the_coldest_temperature_takes_the_likeliest() -> None:
    model = fresh("character", ["abcdefg"])
    greedy, coldest = (
        model.generate(["abc"], Sampling(longest=12, ends=0, temperature=each))[0].tokens for each in (0.0, 1e-320)
    )
    assert greedy == coldest


def test_a_letter_waits_for_its_accents() -> None:
    assert [settled(text) for text in ("", "a", "ab", "ab\u0301\u0323", "\u0301")] == ["", "", "a", "a", ""]
