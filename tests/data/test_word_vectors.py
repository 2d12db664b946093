"""Word vectors: read as word2vec, fastText and GloVe write them, and used for words that training never saw."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from test_malformed import three_lines

from regard.data.word_vectors import read_word_vectors
from regard.errors import DataError
from regard.estimators import AttentionClassifier


def written(folder: Path, content: str | bytes, name: str = "words.vec") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("header", ["", "3 2\n"])
def test_first_and_wanted_words_are_read_and_their_mean_length_is_one(tmp_path: Path, header: str) -> None:
    content = f"{header}the 3 4\n. . 0 5\nrare -5 0\n"
    found = read_word_vectors(written(tmp_path, content), wanted={"rare"}, first=1)
    assert found.words == ["the", "rare"] and np.allclose(found.rows, [[0.6, 0.8], [-1, 0]])
    packed = written(tmp_path, gzip.compress(content.encode()), "words.vec.gz")
    assert read_word_vectors(packed, wanted=()).words == ["the", ". .", "rare"]


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        ("", "words.vec", "nothing"),
        ("word\n", "words.vec:1", "0 numbers a word"),
        ("1 0\nword\n", "words.vec:1", "0 numbers a word"),
        ("3 2\na 1 2\n", "words.vec", "1 words, where the header says 3"),
        ("a 1 2\nb 1\n", "words.vec:2", "1 numbers after 'b'"),
        ("a 1 2\nb 1 two\n", "words.vec:2", "two"),
        (f"a 1 2\nb 1 {'x' * 5_000}\n", "words.vec:2", "'xxx"),
        (f"3 {'2' * 5_000}\na 1 2\n", "words.vec:1", "not finite"),
        ("a 1 2\nb 1 nan\n", "words.vec:2", "not finite"),
        ("a 1 2\n\nb 1 2\n", "words.vec:2", "0 numbers after ''"),
        ("a 0 0\n", "words.vec", "1 zeros"),
        ("a 1e30 1\n", "words.vec", "numbers up to 1e+30"),
        ("a 1e50 1\n", "words.vec:1", "not finite"),
        (b"2 2\na \x00\xff\x10\x90", "words.vec:2", "byte 0xff at column 4"),
    ],
)
def test_broken_files_are_refused_by_line(tmp_path: Path, content: str | bytes, place: str, said: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(DataError) as raised:
        read_word_vectors(path, wanted=())
    assert len(three_lines(raised.value)) < 1_000
    assert str(raised.value).startswith(f"{path.with_name(place)}:") and said in str(raised.value)


def test_words_that_training_never_saw_are_known_by_their_vectors(tmp_path: Path) -> None:
    known = {"red": "colour", "green": "colour", "two": "number", "nine": "number"}
    unseen = {"OCHRE": "colour", "umber": "colour", "fifty": "number", "Zwölf": "number"}
    rows = [f"{word.lower()} {'1 0' if kind == 'colour' else '0 1'} 0.5" for word, kind in (known | unseen).items()]
    path = written(tmp_path, "\n".join(rows) + "\n")
    model = AttentionClassifier(
        word_vectors=str(path), width=16, layers=1, heads=2, epochs=20, learning_rate=0.01, random_state=1
    )
    model.fit([*known] * 10, [*known.values()] * 10)
    assert model.predict([*unseen]).tolist() == [*unseen.values()]
    model.save(tmp_path / "model")
    again = AttentionClassifier.load(tmp_path / "model")
    np.testing.assert_array_equal(again.predict_proba([*unseen]), model.predict_proba([*unseen]))
