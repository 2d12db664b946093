"""Readers of pairs of texts: what is in the files, where it stood, and never a silent shift."""

from regard.data.jsonl import read_jsonl
from regard.data.lengths import Limited, limit_lengths
from regard.data.lines import read_lines, read_sources
from regard.data.pairs import Origins, Pairs
from regard.data.parallel import read_parallel
from regard.data.readers import read_pairs
from regard.data.split import default_size, split
from regard.data.tables import read_csv, read_tsv

__all__ = [
    "Limited",
    "Origins",
    "Pairs",
    "default_size",
    "limit_lengths",
    "read_csv",
    "read_jsonl",
    "read_lines",
    "read_pairs",
    "read_parallel",
    "read_sources",
    "read_tsv",
    "split",
]
