"""What is learned: words, pieces, protected symbols, sizes; and that it is always the same."""

import os
import re
import subprocess
import sys

import pytest

from regard.errors import DataError, MissingError, OptionError
from regard.inputs.text import BEGIN, END, PAD, UNKNOWN, Text, default_kind, single, spelled

KINDS = ["word", "spaced", "character", "byte", "bpe", "unigram"]
SUBWORDS = ["bpe", "unigram"]
CHINESE = [
    "我喜欢吃苹果，你呢？",
    "我喜欢吃香蕉。",
    "他不喜欢吃苹果。",
    "你喜欢苹果吗？",
    "我们（都）喜欢苹果！",
]


def test_words_keep_their_space_and_punctuation_stands_alone():
    text = Text.learn(["Hello, world"], kind="word")
    assert text.pieces("Hello, world") == ["▁Hello", ",", "▁world"]
    assert [text.token(id) for id in range(4)] == ["<pad>", "<unk>", "<s>", "</s>"]
    assert (PAD, UNKNOWN, BEGIN, END) == (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("我爱Python编程，真的。", "我 爱 Python 编 程 ， 真 的 。"),
        ("東京タワーへ", "東 京 タ ワ ー へ"),
        ("ข้าว น้ำ", "ข้ า ว ▁น้ ำ"),
        ("ຂ້ອຍ ខ្ញុំ မြန်", "ຂ້ ອ ຍ ▁ខ្ ញុំ ▁မြ န်"),
        ("नमस्ते दुनिया।", "▁नमस्ते ▁दुनिया ।"),
        ("مرحبا، عالم", "▁مرحبا ، ▁عالم"),
        ("안녕 세계!", "▁안녕 ▁세계 !"),
        ("I ❤️ 👍🏽👩‍👧 2026-11-20", "▁I ▁❤️ ▁👍🏽 👩‍👧 ▁2026 - 11 - 20"),
        ("don't (stop)", "▁don ' t ▁( stop )"),
    ],
)
def test_words_of_any_script(line, pieces):
    assert Text.learn([line], kind="word").pieces(line) == pieces.split(" ")


def test_a_word_is_the_same_word_at_the_start_of_a_line():
    text = Text.learn(["cats like cats", "我爱我"], kind="word")
    first, _, last = text.encode("cats like cats")
    assert first == last
    first, _, last = text.encode("我爱我")
    assert first == last


def test_what_spaces_part_is_one_token_whatever_it_is():
    text = Text.learn(["˧˩ t͡ʃ aː 我们 ˧˩!"], kind="spaced")
    assert text.pieces("˧˩ aː 我们 ˧˩! ˧˩") == ["▁˧˩", "▁aː", "▁我们", "▁˧˩!", "▁˧˩"]


@pytest.mark.parametrize("kind", SUBWORDS)
def test_chinese_pieces_grow_across_characters_and_punctuation_stands_alone(kind):
    text = Text.learn(CHINESE * 20, kind=kind, size=60)
    pieces = text.pieces("我喜欢苹果，你呢？")
    assert {"，", "？"} <= set(pieces)
    assert any(len(piece) > 1 for piece in pieces)
    assert "▁" not in "".join(pieces)
    learned = [text.token(id) for id in range(4, text.size)]
    assert not [token for token in learned if len(token) > 1 and set(token) & set("，。？！（）")]


@pytest.mark.parametrize("kind", SUBWORDS)
def test_digits_are_split(kind):
    text = Text.learn(["in 1999 and 1999"] * 9, kind=kind)
    assert [piece.strip("▁") for piece in text.pieces("1999")][-4:] == ["1", "9", "9", "9"]
    assert not [text.token(id) for id in range(4, text.size) if "99" in text.token(id)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_size_tells_the_truth(kind):
    text = Text.learn(["a small text", "a small test"], kind=kind, size=8000)
    assert text.size < 300
    assert text.token(text.size - 1)
    with pytest.raises(OptionError, match=r"must be in the vocabulary\n  got  \d+\n  try  0 to"):
        text.token(text.size)
    with pytest.raises(OptionError, match="in the vocabulary"):
        text.decode([4, -1])


@pytest.mark.parametrize("kind", ["word", "spaced", "character"])
def test_the_most_frequent_are_kept(kind):
    text = Text.learn(["a a a b b c"], kind=kind, size=6)
    assert text.size == 6
    assert (UNKNOWN in text.encode("c")) and UNKNOWN not in text.encode("a")


@pytest.mark.parametrize("kind", SUBWORDS)
def test_subwords_keep_every_character_whatever_the_size(kind):
    lines = ["abcdefghij klmnop", "一二三四五六七"] * 3
    text = Text.learn(lines, kind=kind, size=5)
    assert text.size > 5
    assert not any(UNKNOWN in text.encode(line) for line in lines)


@pytest.mark.parametrize("kind", ["word", "character", "bpe", "unigram"])
def test_what_is_rarer_than_the_minimum_count_is_unknown(kind):
    text = Text.learn(["cat cat cat dog zzz"], kind=kind, minimum_count=2)
    assert UNKNOWN not in text.encode("cat")
    assert UNKNOWN in text.encode("dog")


@pytest.mark.parametrize(
    ("kind", "line", "decoded"),
    [
        ("word", "a fox ran", "a ⁇ ran"),
        ("word", "fox a", "⁇ a"),
        ("spaced", "a t͡ʃ ran", "a ⁇ ran"),
        ("character", "a 我", "a ⁇"),
        ("bpe", "a 我们 ran", "a ⁇ ran"),
        ("unigram", "a 我们 ran", "a ⁇ ran"),
    ],
)
def test_unknown_is_shown_in_its_place(kind, line, decoded):
    text = Text.learn(["a ran"] * 5, kind=kind)
    ids = text.encode(line)
    assert UNKNOWN in ids
    assert "<unk>" in text.pieces(line)
    assert text.decode(ids) == decoded


@pytest.mark.parametrize("kind", KINDS)
def test_specials_are_dropped_from_what_is_decoded(kind):
    text = Text.learn(["a b"] * 3, kind=kind)
    assert text.decode([BEGIN, *text.encode("a b"), END, PAD, PAD]) == "a b"


LITERALS = ["<s>", "</s>", "<pad>", "<unk>", "a <s> b", "<s>a</s>", "▁<s>", "<s ><s>"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("literal", LITERALS)
def test_a_special_written_in_a_line_is_ordinary_text(kind, literal):
    text = Text.learn(LITERALS * 50, kind=kind)
    ids = text.encode(literal)
    assert not {PAD, UNKNOWN, BEGIN, END} & set(ids)
    assert text.decode(ids) == literal


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("literal", ["<s>", "</s>", "<pad>"])
def test_an_unseen_special_written_in_a_line_is_no_special(kind, literal):
    text = Text.learn(["pad s b"] * 5, kind=kind)
    assert not {PAD, BEGIN, END} & set(text.encode(literal))


@pytest.mark.parametrize("kind", KINDS)
def test_protected_symbols_are_never_split(kind):
    protected = ["<date>", "@@", "@", "@@@x", "__de__", "New York", "日期"]
    lines = ["__de__ to <date> be", "to<date>be", "@@@@@x@", "New  York be", "to 日期", "<date><date>"]
    text = Text.learn(lines, kind=kind, protected=protected)
    for line in lines:
        assert text.decode(text.encode(line)) == line.replace("  ", " ")
        assert len(text.spans(line)) == len(text.encode(line))
    ids = {symbol: text.encode(symbol) for symbol in protected}
    assert [ids[symbol] for symbol in protected] == [[4 + place] for place in range(len(protected))]
    assert text.pieces("@@@@@x@")[0] == "@@"
    assert text.spans("to  <date>")[-1] == (4, 10)


@pytest.mark.parametrize("kind", KINDS)
def test_the_longest_protected_symbol_wins_and_the_first_of_overlapping_ones(kind):
    text = Text.learn(["x y"] * 3, kind=kind, protected=["ab", "abc", "bcd", "@@"])
    assert text.pieces("abc") == ["abc"]
    assert text.pieces("abcd")[0] == "abc"
    assert text.pieces("@@@@") == ["@@", "@@"]
    assert text.pieces("bcd") == ["bcd"]


@pytest.mark.parametrize("kind", SUBWORDS)
def test_pieces_are_not_learned_across_protected_symbols(kind):
    text = Text.learn(["un<x>likely unlikely"] * 9, kind=kind, protected=["<x>"])
    assert "<x>" in text.pieces("un<x>likely")
    assert sum("<x>" in text.token(id) for id in range(text.size)) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_of_nothing_but_protected_symbols_is_learned(kind):
    text = Text.learn(["<a> <a>"], kind=kind, protected=["<a>"])
    assert text.decode(text.encode("<a> <a>")) == "<a> <a>"


@pytest.mark.parametrize("kind", SUBWORDS)
def test_an_endless_word_is_learned(kind):
    text = Text.learn(["天地人" * 900], kind=kind, size=40)
    assert text.decode(text.encode("天地人" * 900)) == "天地人" * 900


PROGRAM = """
import sys
from pathlib import Path
from regard.inputs.text import Text
lines = [f"{a}{b} {b}{a}s, und {a}{a}{b} {n}。我们{b}喜欢" for n, (a, b) in enumerate(
    (a, b) for a in ("ab", "ba", "cab", "wx", "xw", "ywx", "Zug") for b in ("est", "tse", "ung", "vhg"))]
for kind, size in (("word", 30), ("character", 20), ("bpe", 90), ("unigram", 70)):
    Text.learn(lines * 3, kind=kind, size=size, protected=["<x>"]).save(Path(sys.argv[1]) / kind)
"""


@pytest.mark.slow
def test_the_same_lines_give_the_same_file_in_every_process(tmp_path):
    for seed, threads in (("1", "false"), ("2", "true")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TOKENIZERS_PARALLELISM": threads}
        (tmp_path / seed).mkdir()
        command = [sys.executable, "-c", PROGRAM, str(tmp_path / seed)]
        subprocess.run(command, check=True, env=environment)
    for kind in ("word", "character", "bpe", "unigram"):
        assert len({(tmp_path / seed / kind).read_bytes() for seed in "12"}) == 1, kind


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_after_use_neither_warns_nor_hangs():
    program = (
        "import os\nfrom regard.inputs.text import Text\n"
        "text = Text.learn(['a b c'] * 99, kind='bpe')\nids = text.encode_batch(['a b'] * 99)\n"
        "child = os.fork()\nassert text.encode_batch(['a b'] * 99) == ids\n"
        "assert os.environ['TOKENIZERS_PARALLELISM'] == 'false'\n"
        "if child == 0: os._exit(0)\n"
        "raise SystemExit(os.waitpid(child, 0)[1])"
    )
    environment = {name: value for name, value in os.environ.items() if name != "TOKENIZERS_PARALLELISM"}
    command = [sys.executable, "-W", "ignore", "-c", program]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "bqe"}, "unknown kind of text\n  got  'bqe'\n  try  'bpe'? or one of word"),
        ({"size": 4}, "one token more\n  got  size=4\n  try  size=5 or more"),
        ({"size": 6, "protected": ["<x>", "<y>"]}, "got  size=6\n  try  size=7 or more"),
        ({"minimum_count": 0}, "counts occurrences\n  got  minimum_count=0\n  try  1 or more"),
        (
            {"protected": [" "]},
            "protected symbol holds text and is none of <pad> <unk> <s> </s>\n  got  ''\n  try  leave it out",
        ),
        ({"protected": ["<s>"]}, "none of <pad> <unk> <s> </s>\n  got  '<s>'\n  try  leave it out"),
        ({"protected": "<x>"}, "protected is a list of strings\n  got  one string\n  try  put it in a list"),
        ({"lines": "abc"}, "lines is a list of strings\n  got  one string\n  try  put it in a list"),
    ],
)
def test_a_wrong_choice_is_refused(arguments, message):
    with pytest.raises(OptionError, match=re.escape(message)):
        Text.learn(**{"lines": ["a b"], **arguments})


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_to_learn_from_is_an_error(kind):
    with pytest.raises(DataError, match="one line must hold text\n  got  none that does\n  try  check"):
        Text.learn(["", " \t"], kind=kind)


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_character_is_refused(kind):
    text = Text.learn(["a b"], kind=kind)
    for read in (text.encode, text.spans):
        with pytest.raises(DataError, match=r"UTF-8 can write\n  got  a lone surrogate, .* at character 1 of"):
            read("a\ud800")


def test_without_the_library_subwords_are_refused_and_the_rest_works(monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    for kind in SUBWORDS:
        with pytest.raises(MissingError, match=r"BPE and unigram text: .* tokenizers(?s:.*)'\.\[text\]'"):
            Text.learn(["a b"], kind=kind)
    for kind in ("word", "character", "byte"):
        assert Text.learn(["a b"], kind=kind).decode(Text.learn(["a b"], kind=kind).encode("a b")) == "a b"


def test_the_default_follows_the_data():
    lines = ["A man is walking his dog."] * 50
    assert default_kind(lines, 29_000) == ("bpe", 8000)
    assert default_kind(lines, 500) == ("bpe", 1000)
    assert default_kind(lines, 1_000_000) == ("bpe", 16_000)
    assert default_kind(lines, 299)[0] == "character"
    assert default_kind(["walked"] * 50, 100_000)[0] == "character"
    assert default_kind(["我就是不能说不。"] * 50, 27_155) == ("bpe", 7750)
    assert default_kind([], 0)[0] == "character"
    sizes = [default_kind(lines, count)[1] for count in range(300, 200_000, 97)]
    assert sizes == sorted(sizes)


def test_signs_of_a_small_inventory_are_known():
    phones = ["t ə m a t͡ʃ", "aː b", "˧˩ t ə b"]
    assert spelled(phones * 20)
    assert not spelled(phones)  # nothing is met often enough to be an inventory
    assert not spelled(["t͡ʃ", "aː"] * 50)  # one sign a line is a label, not a spelling
    assert not spelled(["a man is walking his dog"] * 50)
    assert not spelled([])
    signs = [chr(0x4E00 + n) for n in range(600)]
    assert not spelled([" ".join(signs)] * 20)  # so many signs are words


def test_words_are_told_from_lines_of_words():
    assert single(["walked", "went", "New York"]) and not single(["a man", "two men", "went"])
    assert not single(["我就是不能说不。" * 4]) and not single([])
