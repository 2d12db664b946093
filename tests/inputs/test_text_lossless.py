"""Text into ids and back: what every kind promises for any line."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.inputs.text import UNKNOWN, Text
from regard.inputs.text.normal import aligned, normalized
from regard.inputs.text.units import words

KINDS = ["word", "spaced", "character", "byte", "bpe", "unigram"]
LINES = {
    "English": 'He said: "don\'t pay $12.50 (or 3,000)!" - well-known, e.g. a_b/c.',
    "German": "Übergrößen kosten 20 % mehr – für Straßenbahnfahrer.",
    "Chinese": "我喜欢吃苹果，但是他不喜欢。2026年11月20日 Python很好用！",
    "Japanese": "東京タワーは高さ333メートルです。カタカナとひらがな、々も「はい」。",
    "Thai": "ผมชอบกินข้าวผัด และน้ำส้ม ๑๒๓",
    "Khmer": "ខ្ញុំចូលចិត្តបាយ។",
    "Burmese": "မြန်မာဘာသာ။",
    "Arabic": "مرحبا بالعالم، كيف حالك؟ ١٢٣",
    "Hebrew": "שָׁלוֹם עולם!",
    "Hindi": "नमस्ते दुनिया, क्या हाल है? १२३",
    "Korean": "안녕하세요 세계! 한국어입니다.",
    "emoji": "ok 👍🏽 👩‍👩‍👧 I ❤️ 🇩🇪! ☺",
    "markers": "a ▁ b▁c _ __ ▁▁",
    "specials": "<s> <pad> </s> <unk> <s>x</s>",
    "controls": "a\u200bb\u00adc \u202eabc",
}
ANY = st.text(st.characters(codec="utf-8"), max_size=60)
TRICKY = st.text(
    st.sampled_from("aé e\u0301\u0323\u0327 \t\u3000▁<s>/我们，。กิ้ำ\u1100\u1161\u11a8가\u09c7\u09be👍🏽\u200d\ufe0f19"),
    max_size=24,
)


@pytest.fixture(scope="module", params=KINDS)
def text(request):
    return Text.learn(list(LINES.values()) * 2, kind=request.param, size=700)


def form(line):
    return " ".join(unicodedata.normalize("NFC", line).split())


@pytest.mark.parametrize("language", LINES)
def test_a_known_line_comes_back_in_any_script(text, language):
    line = LINES[language]
    ids = text.encode(line)
    assert UNKNOWN not in ids
    assert text.decode(ids) == form(line)


@given(line=st.one_of(ANY, TRICKY))
@settings(deadline=None, max_examples=150)
def test_characters_and_bytes_lose_nothing(line):
    if form(line):
        for kind in ("character", "byte", "word", "spaced"):
            text = Text.learn([line], kind=kind)
            assert text.decode(text.encode(line)) == form(line)


@given(line=st.one_of(ANY, TRICKY))
@settings(deadline=None, max_examples=60)
def test_subwords_lose_nothing_of_what_they_learned_from(line):
    if form(line):
        for kind in ("bpe", "unigram"):
            text = Text.learn([line, line], kind=kind, size=50)
            assert UNKNOWN not in text.encode(line)
            assert text.decode(text.encode(line)) == form(line)


@given(line=ANY)
@settings(deadline=None)
def test_bytes_are_never_unknown(line):
    text = Text.learn(["x"], kind="byte")
    assert text.size == 260
    assert text.encode(line) == [4 + byte for byte in form(line).encode()]


@given(line=st.one_of(ANY, TRICKY))
@settings(deadline=None, max_examples=200)
def test_pieces_and_spans_belong_to_the_tokens(text, line):
    ids, pieces, spans = text.encode(line), text.pieces(line), text.spans(line)
    assert len(ids) == len(pieces) == len(spans)
    assert pieces == [text.token(id) for id in ids]
    assert all(0 <= start <= end <= len(line) for start, end in spans)
    assert spans == sorted(spans)
    if text.kind == "byte":
        return
    for id, piece, (start, end) in zip(ids, pieces, spans, strict=True):
        # A token is what stands in the line, unless characters of one composition went to two tokens.
        inside = form(line[start:end])
        if id != UNKNOWN and inside:
            bare = piece.removeprefix("▁") if len(piece) > 1 else piece
            assert bare in inside.replace(" ", "▁") or inside.replace(" ", "▁") in bare


def test_spans_leave_the_space_out_and_cover_composed_letters(text):
    line = "  Übergrößen  u\u0308ber"
    covered = {place for start, end in text.spans(line) for place in range(start, end)}
    assert {place for place, letter in enumerate(line) if not letter.isspace()} <= covered
    if text.kind in ("word", "spaced", "bpe", "unigram"):
        assert text.spans(line)[0][0] == 2


def test_word_spans_are_those_of_the_words():
    text = Text.learn(["Hello, world"], kind="word")
    assert text.spans(" Hello,   world ") == [(1, 6), (6, 7), (10, 15)]


def test_a_byte_has_the_span_of_its_character():
    text = Text.learn(["x"], kind="byte")
    assert text.spans("aé我") == [(0, 1), (1, 2), (1, 2), (2, 3), (2, 3), (2, 3)]
    assert text.pieces("a é") == ["a", "▁", "<0xC3>", "<0xA9>"]


@given(line=st.one_of(ANY, TRICKY))
@settings(deadline=None, max_examples=300)
def test_alignment_and_normal_form_agree(line):
    result, origins = aligned(line)
    assert result == normalized(line) == form(line)
    assert len(origins) == len(result)
    assert origins == sorted(origins)


def test_only_what_composes_shares_a_span():
    assert aligned(" e\u0301я\u1100\u1161  x\u0301я") == (
        "éя가 x\u0301я",
        [(1, 3), (3, 4), (4, 6), (6, 8), (8, 9), (9, 10), (10, 11)],
    )


@given(line=st.one_of(ANY, TRICKY))
@settings(deadline=None)
def test_units_join_to_the_text(line):
    assert "".join(words(form(line))) == form(line)


def test_batches_are_what_single_lines_are(text):
    lines = [*LINES.values(), "", "  "]
    assert text.encode_batch(lines) == [text.encode(line) for line in lines]
    assert text.encode_batch([]) == []
    assert text.encode("") == text.pieces(" ") == text.spans("\t") == []
    assert text.decode([]) == ""
