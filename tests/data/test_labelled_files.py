"""Labelled texts are read from every form in which people have them, with the line of each."""

import gzip
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from regard.data.examples import Examples
from regard.data.labelled import TextLayout, read_conllu, read_labelled_text, split_words
from regard.errors import OptionError

CONLLU = """# newdoc
# text = Can't stop
1-2\tCan't\t_\t_\t_\t_\t_\t_\t_\t_
1\tCa\tcan\tAUX\tMD\tVerbForm=Fin\t3\taux\t_\t_
2\tn't\tnot\tPART\tRB\t_\t3\tadvmod\t_\t_
3\tstop\tstop\tVERB\tVB\t_\t0\troot\t_\t_
3.1\tit\tit\tPRON\t_\t_\t_\t_\t_\t_

# text = #
1\t#\t#\tSYM\t#\t_\t0\troot\t_\t_
"""


def written(folder: Path, name: str, content: str, encoding: str = "utf-8") -> Path:
    data = content.encode(encoding)
    path = folder / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def read(path: Path | list[Path], answer: str | None = "classify", **choices: Any) -> Examples:
    return read_labelled_text(path, answer=answer, layout=TextLayout(**choices))


def content(examples: Examples) -> tuple[list[Any], list[Any] | None, list[int]]:
    answers = None if examples.answers is None else list(examples.answers)
    assert examples.kind == "text"
    return list(examples.items), answers, list(examples.lines)


@pytest.mark.parametrize("name", ["a.tsv", "a.tsv.gz"])
def test_a_tsv_without_header_is_text_and_answer(tmp_path: Path, name: str) -> None:
    found = read(written(tmp_path, name, 'a "day"\tgood\nnight\tbad\n'))
    assert content(found) == (['a "day"', "night"], ["good", "bad"], [1, 2])
    assert found.where(1) == f"{tmp_path / name}:2"


def test_usual_names_in_a_header_are_found_whatever_their_case_and_order(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", 'id,Label,Text,by\n1,good,"two\nlines",ann\n2,bad,"a, b",bob\n')
    found = read(path, groups="by")
    assert content(found) == (["two\nlines", "a, b"], ["good", "bad"], [2, 4])
    assert found.groups == ["ann", "bob"]


def test_columns_are_chosen_by_name_and_number(tmp_path: Path) -> None:
    path = written(tmp_path, "a.tsv", "stars\treview\n4.5\tfine\n")
    assert content(read(path, "regress", x="review", y="stars")) == (["fine"], ["4.5"], [2])
    assert content(read(path, "regress", x="2", y="1", groups=1)) == (["review", "fine"], ["stars", "4.5"], [1, 2])
    assert content(read(path, x="review")) == (["fine"], None, [2])


def test_texts_alone_in_a_table(tmp_path: Path) -> None:
    assert content(read(written(tmp_path, "a.csv", "text\none\n"))) == (["one"], None, [2])
    assert content(read(written(tmp_path, "b.csv", "one\ntwo\n"))) == (["one", "two"], None, [1, 2])
    assert content(read(written(tmp_path, "c.csv", "id,text\n7,one\n"), None)) == (["one"], None, [2])


def test_for_label_the_cells_of_a_table_are_tokens_and_labels(tmp_path: Path) -> None:
    path = written(tmp_path, "a.tsv", "play  jazz\tO B-genre\nstop\tO\n")
    assert content(read(path, "label")) == ([["play", "jazz"], ["stop"]], [["O", "B-genre"], ["O"]], [1, 2])


def test_for_label_a_tsv_with_blank_lines_between_tokens_is_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "a.tsv", "# from the web\nplay\tO\njazz\tB\n\nstop\tO\n\n")
    assert content(read(path, "label")) == ([["play", "jazz"], ["stop"]], [["O", "B"], ["O"]], [2, 5])


def test_json_lines_keep_the_type_of_answers(tmp_path: Path) -> None:
    lines = [{"n": None, "text": "a", "y": y, "by": 3} for y in ("b", 1, 2.5, True)]
    path = written(tmp_path, "a.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    found = read(path, x="text", y="y", groups="by")
    assert content(found) == (["a"] * 4, ["b", 1, 2.5, True], [1, 2, 3, 4])
    assert found.groups == [3, 3, 3, 3]


def test_a_list_in_json_is_several_classes_or_a_label_for_each_token(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", '{"tokens": ["a", "b c"], "labels": ["x", 1]}\n')
    assert content(read(path, "label")) == ([["a", "b c"]], [["x", 1]], [1])
    path = written(tmp_path, "b.jsonl", '{"text": "a", "label": ["x", "y"]}\n{"text": "b", "label": []}\n')
    assert content(read(path)) == (["a", "b"], [["x", "y"], []], [1, 2])
    path = written(tmp_path, "c.jsonl", '{"text": "a b", "tags": "X Y"}\n')
    assert content(read(path, "label")) == ([["a", "b"]], [["X", "Y"]], [1])


def test_json_lines_without_answers(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", '{"id": 1, "text": "a"}\n{"text": "b"}\n')
    assert content(read(path, None)) == (["a", "b"], None, [1, 2])


@pytest.mark.parametrize("name", ["a.txt", "a.train", "a"])
def test_fasttext_is_known_by_its_first_line(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, name, "__label__good a day\n__label__bad\tnight \n")
    assert content(read(path)) == (["a day", "night"], ["good", "bad"], [1, 2])


def test_fasttext_with_several_labels_somewhere_has_lists_everywhere(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "__label__a one\n__label__b __label__c two\n")
    assert content(read(path)) == (["one", "two"], [["a"], ["b", "c"]], [1, 2])


def test_label_first_and_where_its_label_ends(tmp_path: Path) -> None:
    path = written(tmp_path, "a.label", "NUM:date When ?\nDESC Caf\xe9 : what ?\n", "latin-1")
    found = read(path, format="label-first", encoding="latin-1")
    assert content(found) == (["When ?", "Caf\xe9 : what ?"], ["NUM:date", "DESC"], [1, 2])
    coarse = read(path, format="label-first", encoding="latin-1", label_separator=":")
    assert coarse.answers == ["NUM", "DESC"]


@pytest.mark.parametrize("separator", [" ", "  ", "\t"])
@pytest.mark.parametrize("name", ["a.conll", "a.txt", "a.iob"])
def test_columns_of_a_token_a_line(tmp_path: Path, separator: str, name: str) -> None:
    rows = ["-DOCSTART-", "", "", "# VB O", "is NN B", "", "", "7 CD I"]
    path = written(tmp_path, name, "\n".join(row.replace(" ", separator) for row in rows))
    assert content(read(path, "label")) == ([["#", "is"], ["7"]], [["O", "B"], ["I"]], [4, 8])
    assert read(path, "label", y=2).answers == [["VB", "NN"], ["CD"]]
    assert read(path, "label", x="2", y="1").items == [["VB", "NN"], ["CD"]]


def test_comments_before_sentences_of_columns_are_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, "a.conll", "# all of it\n#1 O\n\n# the next one\n# B\nup I\n")
    assert content(read(path, "label")) == ([["#1"], ["#", "up"]], [["O"], ["B", "I"]], [2, 5])


def test_one_column_has_no_labels(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "up\n#\n\ndown\n")
    assert content(read(path, "label")) == ([["up", "#"], ["down"]], None, [1, 4])


def test_conllu_leaves_out_what_is_no_word(tmp_path: Path) -> None:
    path = written(tmp_path, "a.conllu.gz", CONLLU)
    found = read(path, "label")
    assert content(found) == ([["Ca", "n't", "stop"], ["#"]], [["AUX", "PART", "VERB"], ["SYM"]], [4, 10])
    assert read(path, "label", y="DEPREL").answers == [["aux", "advmod", "root"], ["root"]]
    assert read(path, "label", y=6).answers == [["VerbForm=Fin", "_", "_"], ["_"]]
    assert read(path, "label", x="lemma", y="form").items == [["can", "not", "stop"], ["#"]]


def test_a_column_of_conllu_that_says_nothing_is_no_answer(tmp_path: Path) -> None:
    assert read_conllu(written(tmp_path, "a.conllu", CONLLU), y="misc").answers is None


@pytest.mark.parametrize(
    "spans", ['"spans": [{"start": 3, "end": 11, "label": "CITY"}]', '"entities": [[3, 11, "CITY"]]']
)
def test_spans_of_characters_become_labels_of_words(tmp_path: Path, spans: str) -> None:
    path = written(tmp_path, "a.jsonl", f'{{"text": "to New York, now", {spans}, "id": 7}}\n')
    expected = [["to", "New", "York", ",", "now"]], [["O", "B-CITY", "I-CITY", "O", "O"]], [1]
    assert content(read(path, "label")) == expected
    assert content(read(path, None)) == expected


def test_spans_that_touch_begin_anew_and_offsets_count_characters(tmp_path: Path) -> None:
    item = {"q": "我去北京。😀 ok", "m": [[2, 4, "L"], [1, 2, "L"], [5, 6, "E"]]}
    path = written(tmp_path, "a.jsonl", json.dumps(item))
    found = read(path, "label", format="spans", x="q", y="m")
    assert found.items == [["我", "去", "北", "京", "。", "😀", "ok"]]
    assert found.answers == [["O", "B-L", "B-L", "I-L", "O", "B-E", "O"]]


def test_words_keep_their_marks_and_their_places() -> None:
    text = "नमस्ते, e\u0301te\u0301!"
    assert [word.text for word in split_words(text)] == ["नमस्ते", ",", "e\u0301te\u0301", "!"]
    assert all(text[word.start : word.stop] == word.text for word in split_words(text))


def test_two_files_are_texts_and_answers_or_tokens_and_labels(tmp_path: Path) -> None:
    texts, labels = written(tmp_path, "seq.in", "play a\u00a0b \nstop\n"), written(tmp_path, "seq.out", "O B\nO\n")
    assert content(read([texts, labels])) == (["play a\u00a0b ", "stop"], ["O B", "O"], [1, 2])
    assert content(read([texts, labels], "label")) == ([["play", "a\u00a0b"], ["stop"]], [["O", "B"], ["O"]], [1, 2])


def test_texts_alone_a_line_each(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "play it\nstop\n")
    assert content(read(path, None)) == (["play it", "stop"], None, [1, 2])
    assert content(read(path, "label", format="lines")) == ([["play", "it"], ["stop"]], None, [1, 2])


PARTS = """{
  "train": [["a", "x"],
            ["b", "y"]], "odd": {"n": [1]},
  "more": [ ], "test": [{"label": "z", "text": "c"}]
}
"""


@pytest.mark.parametrize("compact", [False, True])
def test_parts_of_a_json_document(tmp_path: Path, compact: bool) -> None:
    document = json.dumps(json.loads(PARTS)) if compact else PARTS
    path = written(tmp_path, "a.json.gz", document)
    lines = [1, 1, 1] if compact else [2, 3, 4]
    assert content(read(path, part="train+more")) == (["a", "b"], ["x", "y"], lines[:2])
    assert content(read(path, part="test+train")) == (["a", "b", "c"], ["x", "y", "z"], lines)


def test_a_json_document_that_is_a_list(tmp_path: Path) -> None:
    path = written(tmp_path, "a.json", '[{"s": "a b", "n": 1.5},\n {"s": "c", "n": 2}]')
    assert content(read(path, "regress", x="s", y="n")) == (["a b", "c"], [1.5, 2], [1, 2])
    path = written(tmp_path, "b.json", '[[["a", "b"], ["X", "Y"]],\n\n["c d", "Z Z"]]')
    assert content(read(path, "label")) == ([["a", "b"], ["c", "d"]], [["X", "Y"], ["Z", "Z"]], [1, 3])


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.tsv", "a\tx\n\nb\t \nc\ty\n", 4),
        ("a.jsonl", '{"text": "a", "label": "x"}\n\n{"text": "", "label": "x"}\n{"text": "c", "label": "y"}\n', 4),
        ("a.txt", "__label__x a\n\n__label__x\n__label__y c\n", 4),
        ("a.json", '[["a", "x"],\n["", "x"],\n["b", " "], ["c", "y"]]', 3),
    ],
)
def test_blank_ones_are_skipped_and_counted_on_request(tmp_path: Path, name: str, text: str, line: int) -> None:
    found = read(written(tmp_path, name, text), blank="skip")
    assert content(found) == (["a", "c"], ["x", "y"], [1, line])
    assert found.skipped == {"blank": 2}


def test_blank_pairs_of_lines_are_skipped_and_counted(tmp_path: Path) -> None:
    files = [written(tmp_path, "in", "a\n\nc\n"), written(tmp_path, "out", "x\ny\nz\n")]
    found = read(files, blank="skip")
    assert content(found) == (["a", "c"], ["x", "z"], [1, 3])
    assert found.skipped == {"blank": 1}


def test_a_pipe_is_read_once_its_format_is_named() -> None:
    end, start = os.pipe()
    writer = threading.Thread(target=lambda: (os.write(start, b"a\tx\n"), os.close(start)))
    writer.start()
    with pytest.raises(OptionError, match="a pipe cannot be looked at first"):
        read(Path(f"/dev/fd/{end}"))
    assert content(read(Path(f"/dev/fd/{end}"), format="table")) == (["a"], ["x"], [1])
    writer.join()
    os.close(end)


def test_large_files_are_held_compactly(tmp_path: Path) -> None:
    path = written(tmp_path, "a.conll", "word NOUN\nof ADP\n\n" * 1_000)
    found = read(path, "label")
    assert found.lines.itemsize == 8  # type: ignore[attr-defined]  # an array
    assert len({id(token) for sentence in found.items for token in sentence}) == 2
