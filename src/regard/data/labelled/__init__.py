"""Readers of texts with answers: a class, several, a number, or a label for every token."""

from regard.data.labelled.columns import read_columns
from regard.data.labelled.conllu import read_conllu
from regard.data.labelled.door import FORMATS, read_labelled_text
from regard.data.labelled.fasttext import read_fasttext
from regard.data.labelled.jsonl import read_labelled_jsonl
from regard.data.labelled.label_first import read_label_first
from regard.data.labelled.layout import TextLayout
from regard.data.labelled.lines import read_labelled_lines, read_texts
from regard.data.labelled.spans import read_spans
from regard.data.labelled.tables import read_labelled_table
from regard.data.labelled.whole_json import read_labelled_json
from regard.data.labelled.words import Word, split_words

__all__ = [
    "FORMATS",
    "TextLayout",
    "Word",
    "read_columns",
    "read_conllu",
    "read_fasttext",
    "read_label_first",
    "read_labelled_json",
    "read_labelled_jsonl",
    "read_labelled_lines",
    "read_labelled_table",
    "read_labelled_text",
    "read_spans",
    "read_texts",
    "split_words",
]
