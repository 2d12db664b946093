"""Every malformed file of labelled texts is refused in three lines that name the place and the next step."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from regard.data.labelled import TextLayout, read_labelled_text
from regard.errors import DataError, OptionError, RegardError


class Case(NamedTuple):
    """A file, what to ask of it, how the error's first line begins and what its text must hold."""

    name: str
    file: str
    content: str | bytes
    place: str
    fragments: tuple[str, ...]
    answer: str | None = "classify"
    layout: dict[str, Any] = {}  # noqa: RUF012  # read only
    error: type[RegardError] = DataError
    other: str | None = None


LABELLED = '{"text": "a", "label": "b"}\n'
SPAN = '{"text": "to New York", "spans": [%s]}\n'


def word(number: str, form: str = "a", rest: str = "a\tNOUN\tNN\t_\t0\troot\t_\t_") -> str:
    return f"{number}\t{form}\t{rest}\n"


# fmt: off
TABLES = [
    Case("a misspelt column", "a.csv", "text,label\na,b\n", "a.csv:1: the header lacks a column",
         ("got  column 'txt'", "'text'? or one of text, label"), layout={"x": "txt", "y": "label"}),
    Case("a misspelt group", "a.csv", "text,label,by\na,b,c\n", "a.csv:1:", ("column 'bye'", "text, label, by"),
         layout={"groups": "bye"}),
    Case("a header without a usual answer", "a.csv", "id,text,mood\n1,a,b\n", "a.csv:1:",
         ("leave no choice", "columns id, text, mood", "--x TEXT --y ANSWER", "--x alone")),
    Case("a header without a usual text", "a.tsv", "review\tlabel\na\tb\n", "a.tsv:1:", ("columns review, label",)),
    Case("a header with two usual texts", "a.tsv", "question\tsentence\tlabel\na\tb\tc\n", "a.tsv:1:",
         ("leave no choice",)),
    Case("a stray tab", "a.tsv", "a\tb\na\tb\tc\n", "a.tsv:2: must have 2 columns", ("got  3 columns",)),
    Case("y alone", "a.tsv", "a\tb\n", "x, y: name both", ("got  only y = '2'",), layout={"y": 2}, error=OptionError),
    Case("one column for both", "a.tsv", "a\tb\n", "x, y: must be two", ("both '1'",), layout={"x": "1", "y": 1},
         error=OptionError),
    Case("column 0", "a.tsv", "a\tb\n", "x, y: columns are counted from 1", ("'0'",), layout={"x": 0},
         error=OptionError),
    Case("a blank answer", "a.tsv", "a\tb\nc\t \n", "a.tsv:2: text and answer must not be blank",
         ("got  1 of 2 items", "--blank skip")),
    Case("nothing but blanks", "a.tsv", "\t\n\t\n", "a.tsv: must hold items", ("got  2 blank ones",),
         layout={"blank": "skip"}),
    Case("a header alone", "a.csv", "text,label\n", "a.csv: must hold items", ("got  none",)),
    Case("fewer labels than tokens", "a.tsv", "a b\tX Y\na b c\tX Y\n", "a.tsv:2: there must be as many answers",
         ("tokens 3, answers 2", "first token is 'a'", "spaces part tokens"), "label"),
    Case("an open quote", "a.csv", 'a,b\n"c,d\n', "a.csv:2:", ("must be sound CSV",)),
]

JSON_LINES = [
    Case("broken JSON", "a.jsonl", LABELLED + '{"text": "a"\n', "a.jsonl:2: must be JSON", ("at column 13", '"label"')),
    Case("a JSON list on a line", "a.jsonl", "[1]\n", "a.jsonl:1: must be a JSON object", ("'[1]'",)),
    Case("a missing answer", "a.jsonl", LABELLED + '{"text": "a", "lable": "b"}\n', "a.jsonl:2:",
         ("lacks a key", "no key 'label'", "'lable'? or one of")),
    Case("null as answer", "a.jsonl", '{"text": "a", "label": null}\n', "a.jsonl:1: an answer or group must be",
         ("'label' is null",)),
    Case("an object as answer", "a.jsonl", '{"text": "a", "label": {}}\n', "a.jsonl:1:", ("'label' is an object",)),
    Case("nested lists of classes", "a.jsonl", '{"text": "a", "label": [["b"]]}\n', "a.jsonl:1:", ("a list", "flat")),
    Case("NaN as answer", "a.jsonl", '{"text": "a", "label": NaN}\n', "a.jsonl:1: must be JSON", ("got  NaN",)),
    Case("a number beyond all", "a.jsonl", '{"text": "a", "label": 1e999}\n', "a.jsonl:1: must be JSON",
         ("'1e999'", "too large")),
    Case("a number as text", "a.jsonl", '{"text": 7, "label": "b"}\n', "a.jsonl:1: a text must be a string", ("is 7",)),
    Case("a blank token", "a.jsonl", '{"tokens": ["a", " "], "tags": ["X", "Y"]}\n', "a.jsonl:1: a token must not be",
         ("'tokens' holds a blank one",), "label"),
    Case("fewer tags than tokens", "a.jsonl", '{"tokens": ["a", "b"], "tags": ["X"]}\n', "a.jsonl:1: there must be as",
         ("tokens 2, answers 1",), "label"),
    Case("one number for two tokens", "a.jsonl", '{"text": "a b", "score": 3}\n', "a.jsonl:1: there must be as many",
         ("tokens 2, answers 1",), "label"),
    Case("lists and no lists", "a.jsonl", LABELLED + '{"text": "a", "label": ["b"]}\n', "a.jsonl:2: answers must",
         ("got  a list, and none at a.jsonl:1",)),
    Case("an answer that comes late", "a.jsonl", '{"text": "a"}\n' + LABELLED, "a.jsonl:2: objects must all have",
         ("a key 'label', which the first lacks", "--x text alone")),
    Case("no usual keys", "a.jsonl", '{"source": "a", "to": "b"}\n', "a.jsonl:1:", ("columns source, to",)),
    Case("a missing group", "a.jsonl", LABELLED, "a.jsonl:1: an object lacks", ("'by'",), layout={"groups": "by"}),
    Case("half a character", "a.jsonl", r'{"text": "\ud83d", "label": "b"}', "a.jsonl:1:", ("half a character",)),
]

LABELS_FIRST = [
    Case("a fastText line without label", "a.txt", "__label__a b\nc\n", "a.txt:2: a line must begin with a label",
         ("got  'c'", "__label__NAME")),
    Case("a fastText label without name", "a.txt", "__label__ b\n", "a.txt:1: a label must have a name", ("alone",)),
    Case("a fastText label twice", "a.txt", "__label__a __label__a b\n", "a.txt:1:", ("each label once",)),
    Case("a fastText label within the text", "a.txt", "__label__a b __label__c\n", "a.txt:1: labels must come before",
         ("'__label__c' within",)),
    Case("a fastText label alone", "a.txt", "__label__a b\n__label__a\n", "a.txt:2: text and answer must not be", ()),
    Case("fastText for label", "a.txt", "__label__a b\n", "format: fasttext has one answer", ("classify",), "label",
         error=OptionError),
    Case("labels that nobody named", "a.txt", "NUM:date When ?\n", "a.txt: the place of the answers must be known",
         ("first line 'NUM:date When ?'", "--format label-first")),
    Case("a number that nobody named", "a.label", "1 a\n", "a.label: the place of the answers", (), "regress"),
    Case("a line that begins with a space", "a.txt", "A b\n c\n", "a.txt:2: a line must begin with", ("' c'",),
         layout={"format": "label-first"}),
    Case("a label that is nothing but its end", "a.txt", ":x b\n", "a.txt:1: a line must begin with its label", (),
         layout={"format": "label-first", "label_separator": ":"}),
    Case("a separator of nothing", "a.txt", "a b\n", "label_separator: must stand in labels", ("':' in NUM:date",),
         layout={"format": "label-first", "label_separator": ""}, error=OptionError),
    Case("latin-1", "a.txt", "NUM:date Caf\xe9 ?\n".encode("latin-1"), "a.txt:1: text must be utf-8",
         ("--encoding latin-1",)),
]

COLUMNS = [
    Case("a column too few", "a.conll", "a O\n\nb\n", "a.conll:3: must have 2 columns as the first token",
         ("got  1 column: 'b'", "--format lines"), "label"),
    Case("a column too many", "a.conll", "a\tO\nb c\tO\td\n", "a.conll:2:", ("got  3 columns",), "label"),
    Case("a comment within a sentence", "a.conll", "a O\n# one two three\n", "a.conll:2:", ("got  4",), "label"),
    Case("an empty token", "a.conll", "a\tO\n\tO\n", "a.conll:2: a column must not be empty", ("write _",), "label"),
    Case("sentences instead of columns", "a.txt", "one two three\nfour five\n", "a.txt:2:", ("format lines",), "label"),
    Case("nothing but comments", "a.conll", "# a\n-DOCSTART- O\n\n", "a.conll: must hold items", ("none",), "label"),
    Case("a column beyond the last", "a.conll", "a O\n", "a.conll:1: must have at least 5", ("got  2",), "label",
         {"y": 5}),
    Case("tokens as labels", "a.conll", "a O\n", "a.conll: tokens and labels must be two columns", ("column 2 of 2",),
         "label", {"x": 2}),
    Case("a column by name", "a.conll", "a O\n", "x, y: columns of a CoNLL file have numbers", ("'ner'",), "label",
         {"y": "ner"}, OptionError),
    Case("columns to classify", "a.conll", "a O\n", "format: columns has an answer for every token", ("classify",),
         error=OptionError),
]

CONLLU = [
    Case("nine columns", "a.conllu", word("1") + "2\ta\n", "a.conllu:2: must have the 10 columns of CoNLL-U",
         ("got  2 columns", "tabs"), "label"),
    Case("spaces instead of tabs", "a.conllu", word("1").replace("\t", " "), "a.conllu:1:", ("1 column:",), "label"),
    Case("sentences that run together", "a.conllu", word("1") + word("2") + "# next\n" + word("1"),
         "a.conllu:4: the next ID must be 3", ("got  '1'", "blank line"), "label"),
    Case("a word that is missing", "a.conllu", word("1") + word("3"), "a.conllu:2: the next ID must be 2", (), "label"),
    Case("an ID that is none", "a.conllu", word("1") + word("1-x"), "a.conllu:2:", ("got  '1-x'",), "label"),
    Case("an empty form", "a.conllu", word("1", ""), "a.conllu:1: a column must not be empty", ("nothing in form",),
         "label"),
    Case("a column that CoNLL-U lacks", "a.conllu", word("1"), "x, y: must be columns of CoNLL-U",
         ("got  'upso'", "'upos'? or one of id, form"), "label", {"y": "upso"}, OptionError),
    Case("column 11", "a.conllu", word("1"), "x, y: must be columns of CoNLL-U", ("got  11",), "label", {"y": 11},
         OptionError),
    Case("words as labels", "a.conllu", word("1"), "x, y: must be two different", ("both form",), "label",
         {"x": "form", "y": 2}, OptionError),
]

SPANS = [
    Case("a span that begins within a word", "a.jsonl", SPAN % '[4, 11, "C"]', "a.jsonl:1: a span must begin and end",
         ("got  'ew York' (4 to 11, C)",), "label"),
    Case("a span with a space behind it", "a.jsonl", SPAN % '[3, 7, "C"]', "a.jsonl:1: a span must begin and end",
         ("'New '",), "label"),
    Case("spans that overlap", "a.jsonl", SPAN % '[3, 11, "C"], [7, 11, "D"]', "a.jsonl:1: spans must not overlap",
         ("'York' (7 to 11, D)",), "label"),
    Case("a span behind the text", "a.jsonl", SPAN % '[3, 12, "C"]', "a.jsonl:1: a span must lie in its text",
         ("3 to 12 (C) in a text of 11", "not bytes"), "label"),
    Case("a span of nothing", "a.jsonl", SPAN % '[3, 3, "C"]', "a.jsonl:1: a span must lie in its text", (), "label"),
    Case("a span that lacks its label", "a.jsonl", SPAN % '{"start": 3, "end": 6}', "a.jsonl:1: a span must have start",
         ("'start': 3",), "label"),
    Case("a span from true to 2", "a.jsonl", SPAN % '[true, 2, "C"]', "a.jsonl:1: a span must have start", (), "label"),
    Case("spans that are no list", "a.jsonl", SPAN.replace("[%s]", "7"), "a.jsonl:1: spans must be a list", ("is 7",),
         "label", {"format": "spans"}),
    Case("spans that are missing", "a.jsonl", SPAN % "" + '{"text": "a"}\n', "a.jsonl:2: an object lacks a key",
         ("no key 'spans'",), "label"),
]

LINES = [
    Case("fewer labels than tokens on a line", "seq.in", "a b\nc d\n", "seq.in:2, seq.out:2: there must be as many",
         ("tokens 2, answers 1",), "label", other="X Y\nX\n"),
    Case("a line too many", "seq.in", "a\nb\n", "seq.in, seq.out: parallel files must have equally many lines",
         ("2 lines in seq.in, 1 in seq.out",), other="X\n"),
    Case("a blank label", "seq.in", "a\nb\n", "seq.out:2: the target must not be blank", ("--blank skip",),
         other="X\n\n"),
    Case("a blank text", "a.txt", "a\n\n", "a.txt:2: text and answer must not be blank", (), None),
    Case("a table and its answers", "a.tsv", "a\tb\n", "data: a file with texts and answers comes alone",
         ("read a.tsv alone", "--valid"), error=OptionError, other="X\n"),
]

DOCUMENTS = [
    Case("no part", "a.json", '{"train": [], "test": []}', "a.json: a part must be chosen", ("parts train, test",
         "--part train")),
    Case("a part that is not there", "a.json", '{"train": [["a", "b"]]}', "a.json: there is no such part",
         ("'tran'", "'train'? or one of train"), layout={"part": "train+tran"}),
    Case("a part of a list", "a.json", "[]", "a.json:1: a part is of an object", ("leave --part out",),
         layout={"part": "train"}),
    Case("a part that is no list", "a.json", '{\n"train": 7}', "a.json:2: '[' must come next", ("got  '7}'",),
         layout={"part": "train"}),
    Case("a part twice", "a.json", '{"a": [],\n"a": []}', "a.json:2:", ("got  'a' twice",), layout={"part": "a"}),
    Case("an entry of three", "a.json", '[["a", "b"],\n["a", "b", "c"]]', "a.json:2: an entry must be [text, answer]",
         ("a list of 3",)),
    Case("an entry that is a number", "a.json", "[7]", "a.json:1: an entry must be", ("got  7",)),
    Case("a broken entry", "a.json", '[["a", "b"],\n["a" "b"]]', "a.json:2: must be JSON", ("at column 6 of '[\"a\"",)),
    Case("a missing comma", "a.json", '[["a", "b"]\n["a", "b"]]', "a.json:2: ',' must come next", ()),
    Case("a document cut off", "a.json", '[["a", "b"]', "a.json:1: ',' must come next", ("the end of the file",)),
    Case("something behind it", "a.json", '[["a", "b"]]\n]', "a.json:2: a JSON document is one value", ("']' behind",)),
    Case("a document of another kind", "a.json", '"a"', "a.json:1: '[' must come next", ()),
    Case("brackets without end", "a.json", "[" * 90_000, "a.json:1: must be JSON", ("nested too deep",)),
    Case("a key that is not wanted", "a.json", '[["a", "b"]]', "a.json:1: an object lacks a key", ("no key 'q'",),
         layout={"x": "q", "y": "label"}),
]

CHOICES = [
    Case("a format that does not exist", "a.tsv", "a\tb\n", "format: no such choice", ("'conllu'? or one of auto",),
         layout={"format": "conlu"}, error=OptionError),
    Case("an answer that does not exist", "a.tsv", "a\tb\n", "answer: no such choice", ("'label'? or",), "lable",
         error=OptionError),
    Case("another way with blanks", "a.tsv", "a\tb\n", "blank: no such choice", ("one of error, skip",),
         layout={"blank": "keep"}, error=OptionError),
    Case("a part of a table", "a.tsv", "a\tb\n", "part: means nothing for the format table", ("--format json",),
         layout={"part": "x"}, error=OptionError),
    Case("groups of columns", "a.conll", "a O\n", "groups: means nothing for the format columns", ("table|json",),
         "label", {"groups": 3}, OptionError),
    Case("an absent file", "b.tsv", "a\tb\n", "a.tsv: there is no such file", ("b.tsv",), layout={"asked": "a.tsv"}),
    Case("an empty file", "a.txt", "", "a.txt: must hold text", ("an empty file",)),
    Case("a NUL", "a.conllu", "1\0\n", "a.conllu:1: text must not hold NUL", (), "label"),
    Case("an over-long line", "a.txt", "a" * 100_001, "a.txt:1: a line may have at most", (), "label"),
]
# fmt: on
CASES = [*TABLES, *JSON_LINES, *LABELS_FIRST, *COLUMNS, *CONLLU, *SPANS, *LINES, *DOCUMENTS, *CHOICES]


def three_short_lines(error: RegardError) -> str:
    lines = str(error).split("\n")
    assert len(lines) == 3 and lines[1].startswith("  got  ") and lines[2].startswith("  try  ")
    assert all(line.isprintable() and 0 < len(line) < 400 for line in lines)
    return str(error)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_is_refused_with_place_and_next_step(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(case.file).write_bytes(case.content if isinstance(case.content, bytes) else case.content.encode())
    files = [case.layout.get("asked", case.file)]
    if case.other is not None:
        Path("seq.out").write_text(case.other, encoding="utf-8")
        files.append("seq.out")
    layout = TextLayout(**{name: value for name, value in case.layout.items() if name != "asked"})
    with pytest.raises(RegardError) as caught:
        read_labelled_text(files, answer=case.answer, layout=layout)
    assert type(caught.value) is case.error
    text = three_short_lines(caught.value)
    assert text.startswith(case.place)
    assert [fragment for fragment in case.fragments if fragment not in text] == []


def test_no_case_twice() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("files", [[], ["a", "b", "c"], ["a", "a"]])
def test_one_file_or_two_different_ones(files: list[str]) -> None:
    with pytest.raises(OptionError, match="data: ") as caught:
        read_labelled_text(files, answer="classify")
    three_short_lines(caught.value)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="must be a file\n  got  a folder"):
        read_labelled_text(tmp_path, answer="classify")


def test_a_document_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regard.data.labelled.whole_json.MOST_CHARACTERS", 50)
    path = tmp_path / "a.json"
    path.write_text(json.dumps([["a text", "label"]] * 4, indent=1), encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.json:\d+: a JSON document may have at most 50 characters") as caught:
        read_labelled_text(path, answer="classify")
    three_short_lines(caught.value)


# fmt: off
PIECES = [
    "\n", "\n\n", "\t", " ", '"', "{", "}", "[", "]", ",", ":", "#", "# ", "1", "1-2", "text", '"text"', '"label"', "_",
    "-DOCSTART-", "__label__", "__label__a", "a", "é", "\u2028", "spans", "[0,1,2]", "null", "1e400", "\\ud83d", "\0",
]
# fmt: on


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=some.lists(some.sampled_from(PIECES), max_size=40).map("".join),
    answer=some.sampled_from(["label", "classify", None]),
)
def test_hostile_content_is_read_or_refused_in_three_lines(tmp_path: Path, content: str, answer: str | None) -> None:
    for name in ("a.tsv", "a.csv", "a.jsonl", "a.json", "a.conllu", "a.conll", "a.txt"):
        (tmp_path / name).write_text(content, encoding="utf-8")
        try:
            found = read_labelled_text(tmp_path / name, answer=answer)
        except RegardError as error:
            three_short_lines(error)
        else:
            assert len(found) == len(found.lines) > 0
            assert all(found.items)
