"""Malformed inputs, as data: files, what to ask of them, and what the error must say.

Each case is run through `read_pairs` by test_malformed.py, in a folder of its own as the working directory,
and may be run through the command line too: `arguments` are the reader's, `data` being the positional ones.
"""

import gzip
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from regard.errors import DataError, OptionError, RegardError


class Case(NamedTuple):
    """`write` fills a folder; the error's first line begins with `place`; its text holds the fragments."""

    name: str
    write: Callable[[Path], None]
    arguments: Mapping[str, Any]
    place: str
    fragments: tuple[str, ...]
    error: type[RegardError] = DataError


def files(contents: Mapping[str, str | bytes]) -> Callable[[Path], None]:
    """A function that writes files: text as UTF-8, bytes as they are."""

    def write(folder: Path) -> None:
        for name, content in contents.items():
            (folder / name).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)

    return write


def parallel(source: str | bytes, target: str | bytes = "a\nb\nc\n", suffix: str = "") -> Callable[[Path], None]:
    return files({f"train.de{suffix}": source, f"train.en{suffix}": target})


def folder_and_file(folder: Path) -> None:
    (folder / "corpus").mkdir()
    files({"corpus/train.de": "a\n", "corpus/train.en": "a\n", "train.en": "a\n"})(folder)


def linked(folder: Path) -> None:
    parallel("a\nb\nc\n")(folder)
    (folder / "train.fr").symlink_to("train.de")


PAIR = {"data": ["train.de", "train.en"]}
PACKED = {"data": ["train.de.gz", "train.en.gz"]}
TSV, CSV, JSONL = ({"data": [f"train.{suffix}"]} for suffix in ("tsv", "csv", "jsonl"))
GOOD = "eins\nzwei\ndrei\n"
CHINESE = "我的船是小的。\n你好，世界！\n再见！\n"
TRADITIONAL = "我的船是小的。\n你好，世界！\n再見！\n"
JAPANESE = "私の船は小さい。\nこんにちは、世界！\nさようなら。\n"
EUROPEAN = "Ein schöner Tag\nGrüße aus Köln\nWir können auch länger bleiben\n"
SOUND = gzip.compress((GOOD * 2000).encode(), mtime=0)
JSON_LINE = '{"source": "eins", "target": "one"}\n'

# fmt: off
OPENING = [
    Case("a misspelt name", parallel(GOOD), {"data": ["train.ed", "train.en"]}, "train.ed:", ("no such file",
         "got  the name 'train.ed'", "train.de")),
    Case("an unlike name", parallel(GOOD), {"data": ["zzz.tsv"]}, "zzz.tsv:",
         ("in that folder are: train.de",)),
    Case("an absent folder", parallel(GOOD), {"data": ["dta/train.de", "train.en"]}, "dta/train.de:",
         ("no folder dta either",)),
    Case("a file used as a folder", parallel(GOOD), {"data": ["train.en/train.de", "train.en"]},
         "train.en/train.de:", ("no such file",)),
    Case("a name that is too long", parallel(GOOD), {"data": ["a" * 300, "train.en"]}, "aaa", ("too long",)),
    Case("a folder as source", folder_and_file, {"data": ["corpus", "train.en"]}, "corpus:",
         ("must be a file", "got  a folder", "train.de train.en")),
    Case("a folder alone", folder_and_file, {"data": ["corpus"]}, "corpus:", ("must be a file",)),
    Case("an empty file", parallel(""), PAIR, "train.de:", ("got  an empty file",)),
    Case("an empty target", parallel(GOOD, ""), PAIR, "train.en:", ("got  an empty file",)),
    Case("an empty gzipped file", parallel(gzip.compress(b""), SOUND, ".gz"), PACKED, "train.de.gz:",
         ("got  an empty file",)),
    Case("a byte order mark and nothing else", parallel("\ufeff"), PAIR, "train.de:",
         ("got  an empty file",)),
    Case("line breaks in a name", files({"two\nlines.tsv": "one\n"}), {"data": ["two\nlines.tsv"]},
         r"'two\nlines.tsv':1:", ("at least 2 columns",)),
]

BYTES = [
    Case("a NUL byte", parallel("eins\nzw\0ei\ndrei\n"), PAIR, "train.de:2:", ("must not hold NUL",
         "got  a NUL byte", "tr -d '\\000'")),
    Case("gb18030", parallel(CHINESE.encode("gb18030")), PAIR, "train.de:1:", ("text must be utf-8",
         "got  byte ce", "--encoding gb18030 reads '我的船是小的。'")),
    Case("gb18030 after English lines", parallel(GOOD.encode() + CHINESE.encode("gb18030")), PAIR,
         "train.de:4:", ("--encoding gb18030 reads '我的船是小的。'",)),
    Case("big5", parallel(TRADITIONAL.encode("big5")), PAIR, "train.de:1:", ("--encoding big5 reads '我的",)),
    Case("shift_jis", parallel(JAPANESE.encode("shift_jis")), PAIR, "train.de:1:",
         ("--encoding shift_jis reads '私の",)),
    Case("latin-1", parallel(EUROPEAN.encode("latin-1")), PAIR, "train.de:1:",
         ("--encoding latin-1 reads 'Ein schöner Tag'",)),
    Case("utf-16", parallel(GOOD.encode("utf-16")), PAIR, "train.de:1:", ("--encoding utf-16 reads 'eins'",)),
    Case("utf-16 without its mark", parallel(GOOD.encode("utf-16-be")), PAIR, "train.de:1:",
         ("must not hold NUL", "--encoding utf-16-be reads 'eins'")),
    Case("utf-8 read as utf-16", parallel(EUROPEAN), {**PAIR, "encoding": "utf-16"}, "train.de:1:",
         ("must be utf-16", "BOM", "--encoding utf-8 reads 'Ein schöner Tag'")),
    Case("one bad byte in sound utf-8", parallel(b"eins\n" + "schöne Grüße".encode() + b"\xff\n\n"), PAIR,
         "train.de:2:", ("got  byte ff (invalid start byte)", "mend this line, or --encoding utf-16|gb")),
    Case("a character cut off by the end", parallel("eins\nzwei\n船".encode()[:-1]), PAIR, "train.de:3:",
         ("got  byte e8 88 (unexpected end of data)",)),
    Case("a bad byte far down", parallel(b"eins\n" * 200_000 + b"\xff\n"), PAIR, "train.de:200001:",
         ("invalid start byte",)),
    Case("gzip without .gz", parallel(SOUND), PAIR, "train.de:1:", ("it is gzip data", ".gz")),
    Case("an office document", files({"train.tsv": b"PK\x03\x04\x14\0\x06\0\x08\0"}), TSV, "train.tsv:1:",
         ("office document", "export it as .tsv")),
    Case("an encoding that does not exist", parallel(GOOD), {**PAIR, "encoding": "gb1803"}, "encoding:",
         ("got  'gb1803'", "'gb18030'? or one of"), OptionError),
    Case("an encoding that is none", parallel(GOOD), {**PAIR, "encoding": "base64"}, "encoding:",
         ("got  'base64'",), OptionError),
    Case("an encoding of text in text", parallel(GOOD), {**PAIR, "encoding": "unicode_escape"}, "encoding:",
         ("one of utf-8",), OptionError),
    Case("a cut-off .gz", parallel(SOUND[:-20], SOUND, ".gz"), PACKED, "train.de.gz:", ("sound gzip data",
         "got  damaged gzip data", "gzip -t")),
    Case("a .gz with a wrong checksum", parallel(SOUND[:-8] + b"12345678", SOUND, ".gz"), PACKED,
         "train.de.gz:", ("damaged gzip data: CRC check failed",)),
    Case("a .gz with broken blocks", parallel(SOUND[:12] + b"\xff" * 20 + SOUND[32:], SOUND, ".gz"), PACKED,
         "train.de.gz:1:", ("damaged gzip data",)),
    Case("a .gz that is plain text", parallel(GOOD, SOUND, ".gz"), PACKED, "train.de.gz:1:",
         ("got  a file that is not gzipped", "take .gz off its name")),
]

LINES = [
    Case("an over-long line", parallel("eins\n" + "z" * 100_001 + "\ndrei\n"), PAIR, "train.de:2:",
         ("at most 100,000 characters", "got  100,001, starting 'zzz", "break it into sentences")),
    Case("a gzip bomb", parallel(gzip.compress(b"a" * 30_000_000, mtime=0), SOUND, ".gz"), PACKED,
         "train.de.gz:1:", ("at least", "starting 'aaa")),
    Case("carriage returns alone", parallel("eins\rzwei\rdrei\r"), PAIR, "train.de:1:",
         ("lines must end with a line feed", "got  carriage returns", r"tr '\r' '\n'")),
    Case("a target line too many", parallel(GOOD, "a\nb\nc\nd\n"), PAIR, "train.de, train.en:",
         ("equally many lines", "got  3 lines in train.de, 4 in train.en", "tail -n 3")),
    Case("a source line too many", parallel(GOOD + "vier\n"), PAIR, "train.de, train.en:",
         ("got  4 lines in train.de, 3 in train.en",)),
    Case("a source line too many, and it is blank", parallel(GOOD + "\n"), {**PAIR, "blank": "skip"},
         "train.de, train.en:", ("4 lines in train.de, 3 in train.en",)),
    Case("a blank source", parallel("eins\n\ndrei\n"), PAIR, "train.de:2:", ("the source must not be blank",
         "got  1 of 3 pairs", "--blank skip")),
    Case("a blank target", parallel(GOOD, "a\nb\n \t\u3000\n"), PAIR, "train.en:3:",
         ("the target must not be blank",)),
    Case("two blank pairs", parallel("\neins\n\n", "\na\n\n"), PAIR, "train.de:1:",
         ("source and target must not be blank", "got  2 of 3 pairs")),
    Case("nothing but blank pairs", parallel("\n\n", "\n\n"), {**PAIR, "blank": "skip"}, "train.de:",
         ("must hold pairs", "got  2 blank ones")),
    Case("another way with blanks", parallel(GOOD), {**PAIR, "blank": "maybe"}, "blank:", ("got  'maybe'",
         "one of error, skip"), OptionError),
]

TABLES = [
    Case("a tsv of one column", files({"train.tsv": "eins one\n"}), TSV, "train.tsv:1:",
         ("at least 2 columns", "got  1 column: 'eins one'", "by tabs in .tsv")),
    Case("a stray tab", files({"train.tsv": "eins\tone\nzw\tei\ttwo\n"}), TSV, "train.tsv:2:",
         ("must have 2 columns as the lines before", "got  3 columns: 'zw | ei | two'", "stray or missing")),
    Case("a missing tab", files({"train.tsv": "eins\tone\nzwei two\n"}), TSV, "train.tsv:2:",
         ("got  1 column",)),
    Case("a column number too high", files({"train.tsv": "eins\tone\n"}), {**TSV, "x": "1", "y": "5"},
         "train.tsv:1:", ("at least 5 columns", "--x and --y")),
    Case("column 0", files({"train.tsv": "eins\tone\n"}), {**TSV, "x": "0", "y": "1"}, "x, y:",
         ("counted from 1", "1 is the first column"), OptionError),
    Case("a column name that is not there", files({"train.tsv": "source\ttarget\neins\tone\n"}),
         {**TSV, "x": "sorce", "y": "target"}, "train.tsv:1:", ("lacks a column", "got  column 'sorce'",
         "'source'? or one of source, target")),
    Case("a column name twice", files({"train.tsv": "de\tde\ten\neins\tone\n"}),
         {**TSV, "x": "de", "y": "en"}, "train.tsv:1:",
         ("name a column once", "got  column 'de' 2 times", "rename all but one")),
    Case("a header alone", files({"train.tsv": "de\ten\n"}), {**TSV, "x": "de", "y": "en"}, "train.tsv:",
         ("must hold pairs", "got  none")),
    Case("a blank cell", files({"train.tsv": "eins\tone\nzwei\t \n"}), TSV, "train.tsv:2:",
         ("the target must not be blank",)),
    Case("a blank line in a table", files({"train.tsv": "eins\tone\n\nzwei\ttwo\n"}), TSV, "train.tsv:2:",
         ("source and target must not be blank", "1 of 3 pairs")),
    Case("x without y", files({"train.tsv": "eins\tone\n"}), {**TSV, "x": "1"}, "x, y:", ("got  only x = '1'",
         "--x COLUMN --y COLUMN"), OptionError),
    Case("y without x", files({"train.jsonl": JSON_LINE}), {**JSONL, "y": "target"}, "x, y:",
         ("got  only y = 'target'",), OptionError),
    Case("one column for both", files({"train.tsv": "eins\tone\n"}), {**TSV, "x": "2", "y": "2"}, "x, y:",
         ("two different columns", "got  both '2'"), OptionError),
    Case("an open quote in a csv", files({"train.csv": 'a,b\n"c,d\ne,f\n'}), CSV, "train.csv:2:",
         ("must be sound CSV", "got  unexpected end of data", "close every quote")),
    Case("text after a quote in a csv", files({"train.csv": 'a,b\n"c"d,e\n'}), CSV, "train.csv:2:",
         ("must be sound CSV", "expected after")),
    Case("a ragged csv", files({"train.csv": 'a,"two\nlines"\nc,d,e\n'}), CSV, "train.csv:3:",
         ("2 columns",)),
]

JSON_LINES = [
    Case("broken JSON", files({"train.jsonl": JSON_LINE + '{"source": "eins" "target"}\n'}), JSONL,
         "train.jsonl:2:", ("must be JSON", "got  Expecting ',' delimiter at column 19",
         "one object a line")),
    Case("a JSON list", files({"train.jsonl": '["eins", "one"]\n'}), JSONL, "train.jsonl:1:",
         ("must be a JSON object", 'got  \'["eins", "one"]\'')),
    Case("a missing key", files({"train.jsonl": JSON_LINE + '{"source": "eins", "tarket": "one"}\n'}), JSONL,
         "train.jsonl:2:", ("lacks a key", "no key 'target'", "'tarket'? or one of source, tarket")),
    Case("an object without keys", files({"train.jsonl": JSON_LINE + "{}\n"}), JSONL, "train.jsonl:2:",
         ("an object without keys", "fill it in")),
    Case("no usual keys", files({"train.jsonl": '{"de": "eins", "en": "one"}\n'}), JSONL, "train.jsonl:1:",
         ("no keys source and target", "got  keys de, en", "--x KEY --y KEY")),
    Case("a number as text", files({"train.jsonl": '{"source": "eins", "target": 1}\n'}), JSONL,
         "train.jsonl:1:", ("must be a string", "got  'target' is 1", "in quotes")),
    Case("a list as text", files({"train.jsonl": '{"source": ["eins"], "target": "one"}\n'}), JSONL,
         "train.jsonl:1:", ("got  'source' is a list",)),
    Case("an object as text", files({"train.jsonl": '{"source": {}, "target": "one"}\n'}), JSONL,
         "train.jsonl:1:", ("got  'source' is an object",)),
    Case("deep nesting", files({"train.jsonl": '{"source": ' + "[" * 90_000 + "\n"}), JSONL, "train.jsonl:1:",
         ("got  brackets nested too deep",)),
    Case("NaN", files({"train.jsonl": '{"source": "a", "target": "b", "n": NaN}\n'}), JSONL, "train.jsonl:1:",
         ("got  NaN, which JSON does not have",)),
    Case("a huge number", files({"train.jsonl": '{"source": "a", "n": ' + "9" * 5000 + "}\n"}), JSONL,
         "train.jsonl:1:", ("got  a number of 5,000 digits",)),
    Case("a key twice", files({"train.jsonl": '{"source": "a", "target": "b", "source": "c"}\n'}), JSONL,
         "train.jsonl:1:", ("got  key 'source' twice",)),
    Case("half a character", files({"train.jsonl": r'{"source": "a\ud83d", "target": "b"}' + "\n"}), JSONL,
         "train.jsonl:1:", ("half a character", r"'source' is 'a\ud83d'", "only as a pair")),
    Case("NUL in JSON", files({"train.jsonl": r'{"source": "a\u0000", "target": "b"}' + "\n"}), JSONL,
         "train.jsonl:1:", ("must not hold NUL", r"remove \u0000")),
    Case("a blank JSON line", files({"train.jsonl": JSON_LINE + "\n" + JSON_LINE}), JSONL, "train.jsonl:2:",
         ("source and target must not be blank",)),
]

ARGUMENTS = [
    Case("no data", files({}), {}, "data:", ("got  no files", "two parallel files"), OptionError),
    Case("no files in data", files({}), {"data": []}, "data:", ("got  no files",), OptionError),
    Case("both ways at once", parallel(GOOD), {**PAIR, "source": "train.de"}, "data:", ("got  both",
         "one of the two ways"), OptionError),
    Case("a source alone", parallel(GOOD), {"source": "train.de"}, "source, target:", ("got  only the source",
         "--target FILE"), OptionError),
    Case("a target alone", parallel(GOOD), {"target": "train.en"}, "source, target:", ("got  only the target",
         "--source FILE"), OptionError),
    Case("half of a parallel pair", parallel(GOOD), {"data": ["train.de"]}, "train.de:",
         (".tsv, .csv or .jsonl", "got  the suffix '.de'", "name both")),
    Case("one file without a suffix", files({"train": "a\tb\n"}), {"data": ["train"]}, "train:",
         ("got  no suffix",)),
    Case("the same file twice", parallel(GOOD), {"data": ["train.de", "train.de"]}, "data:",
         ("must be two files", "train.de train.de, the same"), OptionError),
    Case("the same file by a link", linked, {"source": "train.de", "target": "train.fr"}, "data:",
         ("the same", "the other language"), OptionError),
    Case("two tables", files({"a.tsv": "a\tb\n", "b.tsv": "a\tb\n"}), {"data": ["a.tsv", "b.tsv"]}, "data:",
         ("it comes alone", "got  a.tsv b.tsv", "read a.tsv alone", "--valid"), OptionError),
    Case("three files", parallel(GOOD), {"data": ["train.de", "train.en", "train.fr"]}, "data:",
         ("one or two files", "got  train.de train.en train.fr"), OptionError),
    Case("columns of parallel files", parallel(GOOD), {**PAIR, "x": "1", "y": "2"}, "x, y:",
         ("choose columns of a table", "got  parallel files train.de train.en"), OptionError),
]

# fmt: on
CASES = [*OPENING, *BYTES, *LINES, *TABLES, *JSON_LINES, *ARGUMENTS]
