"""`regard predict MODEL [DATA]` for translators whose sources are no texts: one text for one item."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regard.cli.answers import AnswererChoices, asked_of
from regard.cli.flags import parse
from regard.cli.memory import MemoryChoices, with_memory
from regard.cli.model import WritingChoices
from regard.cli.rules import DrawChoices
from regard.data.asked import name_of
from regard.data.pairs import one_of
from regard.decoding.beam import Search
from regard.errors import OptionError
from regard.folder.model import load_translator
from regard.inputs.text import Text
from regard.models.records import translated
from regard.models.translator import Candidate
from regard.training.devices import device

WRITTEN = ("lines", "jsonl")


@dataclass(kw_only=True)
class PredictItemsConfig(MemoryChoices, DrawChoices, WritingChoices, AnswererChoices):
    """The flags of `regard predict` for such a translator."""

    write: str = "lines"
    """lines: the text alone; jsonl: the item, the text, its score"""
    beam: int = Search.beam
    """hypotheses kept; 1 is greedy"""
    n_best: int = 1
    """texts an item; more than one needs --write jsonl"""
    scores: bool = False
    """put the score and a tab in front of each line"""
    longest: int = 0
    """most tokens of a text; 0 is twice as many as the longest of training, and 20 more"""


def run(words: Sequence[str]) -> int:
    """Reads, translates, writes; a blank line for a blank line."""
    config = parse("predict", PredictItemsConfig, words, ["model", "data"], "Writes one text for every item.")
    _check(config)
    where = device(config.device)
    model, _ = load_translator(Path(config.model))
    assert not isinstance(model.source, Text), "the folder was looked at"
    model.network.to(where)
    model.writing.precision = config.precision
    with_memory(model, config.model, config)
    asked = asked_of(model.source.kind, config)
    found = model.translate(
        asked.examples,
        config.how(config.beam, config.n_best, model.target, config.encoding),
        batch_tokens=config.batch_tokens,
        longest=config.longest or None,
        prefixes=[config.prefix] * len(asked.examples) if config.prefix else None,
        where=asked.examples.where,
    )
    named = [name_of(item, asked.examples.where(index)) for index, item in enumerate(asked.examples.items)]
    answers = dict(zip(asked.places, zip(named, found, strict=True), strict=True))
    for line in range(asked.lines):
        print(_written(*answers.get(line, ("", [])), config))
    if cut := sum(not candidates[0].ended for candidates in found):
        told = f"{cut:,} of {len(found):,}"
        print(f"stopped at the longest length, before their end: {told} (--longest)", file=sys.stderr)
    return 0


def _check(config: PredictItemsConfig) -> None:
    one_of("regard predict: --write", config.write, WRITTEN)
    if config.longest < 0:
        raise OptionError("regard predict: --longest is at least 0", got=str(config.longest), hint="leave it out")
    if config.n_best > 1 and config.write == "lines":
        got = f"--n-best {config.n_best} --write lines"
        raise OptionError("regard predict: several texts do not fit into one line", got=got, hint="--write jsonl")
    config.check_drawing(config.beam, config.n_best)


def _written(name: Any, candidates: list[Candidate], config: PredictItemsConfig) -> str:
    """One line of output; without candidates, for a blank line."""
    if config.write == "lines":
        if not candidates:
            return ""
        return f"{candidates[0].score:.4f}\t" * config.scores + " ".join(candidates[0].text.splitlines())
    if not candidates:
        return json.dumps({"item": name, "prediction": None})
    return json.dumps({"item": name, **translated(candidates, config.n_best)}, ensure_ascii=False)
