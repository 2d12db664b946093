"""The user's own tokenizer.json."""

import pytest
from tokenizers import (
    AddedToken,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

from regard.errors import DataError
from regard.inputs.text import BEGIN, END, PAD, UNKNOWN, Text

LINES = ["Hello world, hello there!", "the cat sat on the mat 我们", "<s> literal </s> [CLS]"] * 9


def byte_level(path):
    """Like GPT-2's: no unknown token, one special that ends."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=["<|endoftext|>"], initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(LINES, trainer)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    tokenizer.save(str(path))


def wordpiece(path):
    """Like BERT's: lower case, [CLS] and [SEP] added by a template, truncation and padding switched on."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=200, special_tokens=names, show_progress=False)
    tokenizer.train_from_iterator(LINES, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.enable_truncation(3)
    tokenizer.enable_padding(length=40, pad_id=0, pad_token="[PAD]")
    tokenizer.save(str(path))


def unigram(path):
    """Like T5's, its specials standing among the pieces, where its model finds them in ordinary text."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    names = ["<unk>", "<s>", "</s>", "<pad>"]
    trainer = trainers.UnigramTrainer(vocab_size=80, special_tokens=names, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(LINES, trainer)
    tokenizer.save(str(path))


def word_level(path):
    tokenizer = Tokenizer(models.WordLevel({"hello": 3, "world": 1, "<unk>": 0, "<s>": 2}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.add_tokens([AddedToken("<date>", normalized=False)])
    tokenizer.save(str(path))


@pytest.fixture(params=[byte_level, wordpiece, unigram, word_level])
def path(request, tmp_path):
    request.param(tmp_path / "tokenizer.json")
    return tmp_path / "tokenizer.json"


def test_it_reads_as_the_library_reads_it(path):
    text, theirs = Text.from_file(path), Tokenizer.from_file(str(path))
    theirs.no_truncation()
    theirs.no_padding()
    for line in ["Hello world, hello there!", "the  cat sat <date> on", "mat 我们"]:
        ours = text.encode(line)
        expected = theirs.encode(line, add_special_tokens=False)
        shown = [token if id == UNKNOWN else text.token(id) for id, token in zip(ours, expected.tokens, strict=True)]
        assert shown == expected.tokens
        assert len(text.spans(line)) == len(ours) == len(text.pieces(line))
        if UNKNOWN not in ours:
            assert text.decode(ours) == theirs.decode(expected.ids)
    assert text.size == 4 + len({*theirs.get_vocab()} - SPECIALS)


SPECIALS = {"<unk>", "<s>", "</s>", "<pad>", "[PAD]", "[UNK]", "[CLS]", "[SEP]", "<|endoftext|>"}


@pytest.mark.parametrize("line", ["<s>", "a </s> <pad>", "[CLS] [SEP]", "<|endoftext|>", "[PAD]x<unk>"])
def test_a_special_written_in_a_line_is_no_special(path, line):
    text = Text.from_file(path)
    assert text.encode(line)
    assert not {PAD, BEGIN, END} & set(text.encode(line))


def test_it_is_saved_and_loaded_whole(path, tmp_path):
    text = Text.from_file(path)
    text.save(tmp_path / "text.json")
    path.unlink()
    loaded = Text.load(tmp_path / "text.json")
    assert (loaded.kind, loaded.size) == (text.kind, text.size)
    assert loaded.encode_batch(LINES) == text.encode_batch(LINES)


@pytest.mark.parametrize(
    ("build", "kind"),
    [(byte_level, "bpe"), (wordpiece, "wordpiece"), (unigram, "unigram"), (word_level, "word")],
)
def test_the_kind_is_that_of_its_model(tmp_path, build, kind):
    build(tmp_path / "tokenizer.json")
    assert Text.from_file(tmp_path / "tokenizer.json").kind == kind


def test_ids_are_renumbered_behind_the_specials(tmp_path):
    word_level(tmp_path / "tokenizer.json")
    text = Text.from_file(tmp_path / "tokenizer.json")
    assert [text.token(id) for id in range(text.size)] == [
        "<pad>",
        "<unk>",
        "<s>",
        "</s>",
        "world",
        "hello",
        "<date>",
    ]
    assert text.encode("hello  world <date> you") == [5, 4, 6, UNKNOWN]
    assert text.decode([BEGIN, 5, UNKNOWN, 4, END]) == "hello ⁇ world"
    assert text.spans("hello  world") == [(0, 5), (7, 12)]


def test_byte_pieces_come_back_as_text(tmp_path):
    byte_level(tmp_path / "tokenizer.json")
    text = Text.from_file(tmp_path / "tokenizer.json")
    line = "Hello  wörld, 我们 👍"
    assert text.decode([*text.encode(line), END]) == line


def test_a_line_that_it_cannot_read_is_an_error(tmp_path):
    tokenizer = Tokenizer(models.WordLevel({"a": 0}, unk_token="<unk>"))
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    text = Text.from_file(tmp_path / "tokenizer.json")
    with pytest.raises(DataError, match=r"be able to read every line\n  got  .*\n  try  give the tokenizer"):
        text.encode("b")
    with pytest.raises(DataError, match="be able to read every line"):
        text.spans("b")


@pytest.mark.parametrize(
    ("content", "got"),
    [
        ("", "JSONDecodeError"),
        ("[]", "TypeError"),
        ("{}", "KeyError: 'model'"),
        ('{"model": {"type": "Guess"}}', "KeyError: 'Guess'"),
        ('{"model": {"type": "BPE"}}', "ValueError"),
        ('{"model": {"type": "BPE", "vocab": {"a": -1}, "merges": []}}', "ValueError"),
        ('{"model": {"type": "Unigram", "vocab": [["a", 0.0]], "unk_id": 7}}', "ValueError"),
        ('{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a", "b"]]}}', "ValueError"),
        ("[" * 100_000, "RecursionError"),
    ],
)
def test_what_is_no_tokenizer_is_refused_by_name(tmp_path, content, got):
    path = tmp_path / "tokenizer.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        Text.from_file(path)
    lines = str(caught.value).split("\n")
    assert lines[0].startswith(f"{path}: must be a tokenizer.json")
    assert lines[1].startswith(f"  got  {got}")
    assert lines[2] == "  try  save it with tokenizer.save('tokenizer.json') and pass that file"
    assert len(lines) == 3


def test_what_the_library_says_of_invisible_characters_is_shown_in_one_line(tmp_path):
    (tmp_path / "tokenizer.json").write_text(
        '{"version": "\\u0000\\u2028", "model": {"type": "BPE"}}', encoding="utf-8"
    )
    with pytest.raises(DataError) as caught:
        Text.from_file(tmp_path / "tokenizer.json")
    assert caught.value.got.isprintable() and "version" in caught.value.got


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(DataError, match=r"none\.json: must be (?s:.*)No such file"):
        Text.from_file(tmp_path / "none.json")
