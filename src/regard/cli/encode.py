"""`regard encode MODEL DATA --out FILE`: the representation, for use anywhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regard.cli.answers import AnswererChoices, asked_of, kind_of_model, load
from regard.cli.flags import parse
from regard.errors import OptionError


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
    examples = asked_of(model, config).examples
    if config.each:
        found = model.encode(examples, config.batch_tokens)
        np.savez(config.out, **{f"{index:08}": each for index, each in enumerate(found)})  # type: ignore[arg-type]
    else:
        np.save(config.out, model.pooled(examples, config.batch_tokens))
    width = model.network.options.width
    print(f"{len(examples):,} items, vectors of {width} numbers, in {config.out}")
    return 0
