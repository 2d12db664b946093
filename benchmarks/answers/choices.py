"""Rows of one data set with another network or another pattern each, beside what is left to the data there.

Steps of vowels are 7 to 29: a window of four on each side, every fourth, the four best, eight mixtures are far fewer.
Left to the data, a block of convolution comes before attention that reads everybody.
"""

from dataclasses import replace

from benchmarks.answers.rows import ROWS, Row

CHOICES = {
    "vowels-local": ["--pattern", "local:4"],
    "vowels-longformer": ["--pattern", "longformer:4:2"],
    "vowels-strided": ["--pattern", "strided:4 local:4"],
    "vowels-top-k": ["--pattern", "top-k:4"],
    "vowels-linformer": ["--pattern", "linformer:8", "--longest", "32"],
    "vowels-mixed": ["--pattern", "local:4 global"],
    "vowels-attention-alone": ["--convolutions", "0", "--positions", "sinusoidal"],
    "vowels-conformer": ["--network", "conformer"],
    "vowels-recurrence-attention": ["--network", "recurrent", "--attention", "dot"],
    "vowels-recurrence": ["--network", "recurrent"],
    "vowels-convolution": ["--network", "convolutional"],
}


def _chosen(name: str) -> Row:
    row = ROWS[name.partition("-")[0]]
    return replace(row, train=[*row.train, *CHOICES[name]], asked="vowels, every choice left to the data")


EVERY = ROWS | {name: _chosen(name) for name in CHOICES}
"""All rows, of the data and of these choices."""
