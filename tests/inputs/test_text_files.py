"""A tokenizer as a file: saved, loaded, damaged."""

import json

import pytest

from regard.errors import FolderError
from regard.inputs.text import Text

KINDS = ["word", "spaced", "character", "byte", "bpe", "unigram"]
LINES = ["the <x> cat, the ▁ hat", "我们喜欢\u2028 \x00 \x7f\x85«é»", "the cats 19"] * 3


@pytest.fixture(scope="module", params=KINDS)
def text(request):
    return Text.learn(LINES, kind=request.param, size=60, protected=["<x>", "th"])


def test_a_loaded_tokenizer_is_the_saved_one(text, tmp_path):
    path = tmp_path / "text.json"
    text.save(path)
    loaded = Text.load(path)
    assert (loaded.kind, loaded.size) == (text.kind, text.size)
    lines = [*LINES, "the unseen <x> 猫 <s>"]
    assert loaded.encode_batch(lines) == text.encode_batch(lines)
    assert [loaded.token(id) for id in range(text.size)] == [text.token(id) for id in range(text.size)]
    assert loaded.decode(range(text.size)) == text.decode(range(text.size))
    loaded.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()


def test_the_file_is_plain_json_in_utf_8(tmp_path):
    Text.learn(LINES, kind="bpe").save(tmp_path / "text.json")
    content = (tmp_path / "text.json").read_text(encoding="utf-8")
    assert "喜" in content
    assert json.loads(content)["kind"] == "bpe"


def test_a_file_of_version_1_is_read(tmp_path):
    path = tmp_path / "old.json"
    path.write_text(
        '{"format": "regard text", "version": 1, "kind": "bpe", "protected": ["<x>"],'
        ' "tokens": [" ", "a", "b", "ab", " ab"], "merges": [["a", "b"], [" ", "ab"]],'
        ' "scores": [], "tokenizer": ""}',
        encoding="utf-8",
    )
    assert Text.load(path).encode("ab<x>b c") == [9, 4, 7, 5, 1]


def refused(path, got):
    with pytest.raises(FolderError) as caught:
        Text.load(path)
    lines = str(caught.value).split("\n")
    assert lines[0] == f"{path}: must be a text tokenizer as Text.save writes it"
    assert lines[1].startswith("  got  ") and got in lines[1]
    assert lines[2] == "  try  restore the file from a copy, or train the model again"
    assert len(lines) == 3


CHANGES = [
    ("format", "other", 'no key "format"'),
    ("version", 2, "format version 2, but this regard reads version 1"),
    ("version", None, "format version None"),
    ("kind", "sentence", "\"kind\" is 'sentence', none of word"),
    ("kind", ["bpe"], '"kind" is not a string'),
    ("kind", "unigram", '"merges" has'),
    ("kind", "byte", '"tokens" has'),
    ("protected", "<x>", '"protected" is not a list of strings'),
    ("protected", ["<x>", "<x>"], "the token '<x>' stands there twice"),
    ("protected", ["<s>"], "the token '<s>' stands there twice"),
    ("protected", [""], "a token is empty"),
    ("tokens", {"a": 1}, '"tokens" is not a list of strings'),
    ("tokens", [1, 2], '"tokens" is not a list of strings'),
    ("tokens", ["a", "b", "a"], "the token 'a' stands there twice"),
    ("tokens", ["a", "\ud800"], '"tokens" is not a list of strings'),
    ("tokens", ["a"], "out of range of the tokens"),
    ("merges", [["a"]], '"merges" is not a list of pairs of strings'),
    ("merges", [["a", 4]], '"merges" is not a list of pairs of strings'),
    ("merges", [["a", "zzz"]], "the merge of 'a' and 'zzz' is out of range"),
    ("merges", None, '"merges" is not a list'),
    ("scores", [1.0], '"scores" has 1 entries, wrong for bpe'),
    ("scores", ["high"], '"scores" is not a list of finite numbers'),
    ("scores", [float("nan")], '"scores" is not a list of finite numbers'),
    ("scores", [True], '"scores" is not a list of finite numbers'),
    ("tokenizer", {}, '"tokenizer" is not a string'),
    ("tokenizer", "{}", '"tokens" must be empty beside a "tokenizer"'),
]


@pytest.mark.parametrize(("name", "value", "got"), CHANGES)
def test_a_changed_entry_is_refused(tmp_path, name, value, got):
    path = tmp_path / "text.json"
    Text.learn(LINES, kind="bpe", size=60).save(path)
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, name: value}), encoding="utf-8")
    refused(path, got)


@pytest.mark.parametrize("name", ["kind", "protected", "tokens", "merges", "scores", "tokenizer"])
def test_a_missing_entry_is_refused(tmp_path, name):
    path = tmp_path / "text.json"
    Text.learn(LINES, kind="bpe", size=60).save(path)
    data = json.loads(path.read_text(encoding="utf-8"))
    del data[name]
    path.write_text(json.dumps(data), encoding="utf-8")
    refused(path, f'the key "{name}" is missing')


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (b"", "Expecting value: line 1 column 1"),
        (b"[]", 'no key "format"'),
        (b'{"format": "regard text", "version": 1, "kind": ', "Expecting value"),
        (b"\xff\xfe{}", "codec can't decode byte"),
        (b"[" * 200_000, "recursion"),
        (b"9" * 5000, "digits"),
    ],
)
def test_what_is_no_tokenizer_at_all_is_refused(tmp_path, content, got):
    path = tmp_path / "text.json"
    path.write_bytes(content)
    refused(path, got)


def test_a_missing_file_is_named(tmp_path):
    refused(tmp_path / "none.json", "No such file")


def test_a_file_cut_short_anywhere_is_refused(text, tmp_path):
    path = tmp_path / "text.json"
    text.save(path)
    content = path.read_bytes()
    for length in range(0, len(content) - 2, 1 + len(content) // 40):
        path.write_bytes(content[:length])
        refused(path, "")


def test_a_broken_tokenizer_of_the_user_is_refused(tmp_path):
    path = tmp_path / "text.json"
    data = {"format": "regard text", "version": 1, "kind": "bpe", "protected": [], "tokens": [], "merges": []}
    path.write_text(json.dumps({**data, "scores": [], "tokenizer": '{"model": 1}'}), encoding="utf-8")
    refused(path, "")
