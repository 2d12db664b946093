"""`regard evaluate MODEL DATA --scores FILE`: how likely the targets are that stand there, a line for each."""

from pathlib import Path

from regard.data.item_pairs import AnyPairs
from regard.folder.atomic import write_bytes
from regard.metrics.generated import likelihoods
from regard.models.given import surprise
from regard.models.nats import Surprise
from regard.models.translator import Translator


def score_given(model: Translator, pairs: AnyPairs, path: str) -> None:
    """Writes how likely each target is, and prints how likely all are."""
    found = surprise(model, pairs.sources, pairs.targets, pairs.where)
    write_scores(path, found)
    print(f"{len(pairs):,} pairs, each target told from its source; {path} has a line for each")
    for line in likelihoods(found):
        print(line)


def write_scores(path: str, found: Surprise) -> None:
    """A line for each text. Raises FolderError where the file cannot be written."""
    write_bytes(Path(path), "".join(f"{line}\n" for line in found.lines()).encode())
