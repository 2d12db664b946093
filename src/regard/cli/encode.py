"""`regard encode MODEL DATA --out FILE`: the representation, for use anywhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regard.cli.answers import AnswererChoices, asked_of, kind_of_model, load
from regard.cli.flags import parse
from regard.data.asked import Asked
from regard.data.files import shown
from regard.errors import DataError, OptionError


@dataclass(kw_only=True)
class EncodeConfig(AnswererChoices):
    """The flags of `regard encode`."""

    out: str = ""
    """file to write: .npy, one vector an item (items, m); with --each, .npz, the vectors of each item (n, m)"""
    each: bool = False
    """every vector of an item in its context, instead of one for the whole"""


def run(words: Sequence[str]) -> int:
    """Reads, encodes, writes."""
    if kind_of_model("encode", words) == "translate" and words and not words[0].startswith("-"):
        hint = "a model of regard train label, classify or regress"
        raise OptionError("regard encode: needs a model that labels, classifies or regresses", got=words[0], hint=hint)
    about = "Writes the new representation of items: one vector each, or one for every vector."
    config = parse("encode", EncodeConfig, words, ["model", "data"], about)
    suffix = ".npz" if config.each else ".npy"
    if Path(config.out).suffix != suffix:
        rule = f"regard encode: --out must end in {suffix}" + ", one array for each item" * config.each
        raise OptionError(rule, got=config.out or "no --out", hint=f"--out vectors{suffix}")
    model = load(config)
    asked = asked_of(model.given.kind, config, words=model.targets.per_vector)
    _check_blank(asked, config)
    examples = asked.examples
    if config.each:
        found = model.encode(examples, config.batch_tokens)
        np.savez(config.out, **{f"{index:08}": each for index, each in enumerate(found)})  # type: ignore[arg-type]
    else:
        np.save(config.out, model.pooled(examples, config.batch_tokens))
    width = model.network.options.width
    print(f"{len(examples):,} items, vectors of {width} numbers, in {config.out}")
    return 0


def _check_blank(asked: Asked, config: EncodeConfig) -> None:
    """Blank lines would have no vector, and vector 17 would not be line 17's: refused, or left out as chosen."""
    left_out = asked.lines - len(asked.places)
    if left_out and config.blank == "error":
        first = next(line for line, place in enumerate([*asked.places, asked.lines]) if line != place) + 1
        got, hint = (
            f"{left_out:,} blank of {asked.lines:,} lines",
            "delete them, or --blank skip, which leaves them out",
        )
        raise DataError(f"{shown(asked.examples.origin)}:{first}: a line must hold an item", got=got, hint=hint)
