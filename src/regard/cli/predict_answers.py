"""`regard predict MODEL [DATA]` for labels, classes and numbers: one line for one item."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from regard.cli.answers import AnswererChoices, asked_of, load
from regard.cli.flags import parse
from regard.cli.memory import MemoryChoices, with_memory
from regard.cli.unsure import UnsureChoices
from regard.data.asked import Asked, name_of
from regard.errors import OptionError, nearest
from regard.models.answerer import Answerer
from regard.models.records import answered

WRITTEN = ("lines", "jsonl", "conll", "csv")


@dataclass(kw_only=True)
class PredictAnswersConfig(MemoryChoices, UnsureChoices, AnswererChoices):
    """The flags of `regard predict` for such a model."""

    write: str = "lines"
    """lines: the answer alone, labels parted by spaces; jsonl; csv; conll: a word and its label a line"""
    scores: bool = False
    """with lines, the probability and a tab in front; in jsonl and csv it is always there"""


def run(words: Sequence[str]) -> int:
    """Reads, answers, writes."""
    about = "Writes one answer for every item: a class, numbers, or the labels of its vectors."
    config = parse("predict", PredictAnswersConfig, words, ["model", "data"], about)
    model = load(config)
    with_memory(model, config.model, config)
    _check(config, model)
    asked = asked_of(model.given.kind, config, words=model.targets.per_vector)
    answers = dict(zip(asked.places, _answered(model, asked, config), strict=True))
    if config.write == "csv":
        print("item,prediction,probability")
    for line in range(asked.lines):
        print(_written(line, answers.get(line), config))
    return 0


def _check(config: PredictAnswersConfig, model: Answerer) -> None:
    if config.write not in WRITTEN:
        hint = nearest(config.write, WRITTEN)
        raise OptionError("regard predict: --write: no such choice", got=repr(config.write), hint=hint)
    words = model.targets.per_vector and model.given.kind == "text"
    if config.write == "conll" and not words:
        raise OptionError("regard predict: conll is for labels of words", got="another model", hint="--write jsonl")
    config.check_unsure(model)
    if config.scores and (not model.targets.classes or model.targets.per_vector):
        rule = "regard predict: a probability belongs to one class of the whole"
        raise OptionError(rule, got=f"a model that answers {model.targets.kind}", hint="--write jsonl has all there is")


def _answered(model: Answerer, asked: Asked, config: PredictAnswersConfig) -> Iterator[dict[str, Any]]:
    """For each item its name, its prediction, and, of one class, the probability."""
    examples = asked.examples
    found = answered(model, examples, config.batch_tokens, config.unknown_below, config.unknown)
    for index, (item, record) in enumerate(zip(examples.items, found, strict=True)):
        yield {"item": name_of(item, examples.where(index)), **record}


def _written(line: int, record: dict[str, Any] | None, config: PredictAnswersConfig) -> str:
    """One line of output; empty for a blank one of input."""
    if record is None:
        return "" if config.write != "jsonl" else json.dumps({"item": "", "prediction": None})
    if config.write == "jsonl":
        return json.dumps(record, ensure_ascii=False)
    if config.write == "conll":
        return "\n".join(f"{word}\t{label}" for word, label in zip(*record.values(), strict=True)) + "\n"
    if config.write == "csv":
        row = io.StringIO()
        name = record["item"] if isinstance(record["item"], str) else " ".join(record["item"])
        csv.writer(row).writerow([name, _text(record["prediction"]), record.get("probability", "")])
        return row.getvalue().rstrip("\r\n")
    before = f"{record['probability']:.4f}\t" if config.scores and "probability" in record else ""
    return before + _text(record["prediction"])


def _text(prediction: Any) -> str:
    """`B-city I-city O`, `sport`, `3.14`."""
    if isinstance(prediction, list):
        return " ".join(map(_text, prediction))
    return f"{prediction:.6g}" if isinstance(prediction, float) else " ".join(str(prediction).splitlines())
