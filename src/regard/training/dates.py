"""What `regard demo` trains and measures: dates as people write them, with attention and without it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import torch

from regard.data.dates import LOCALES, Line, lines, pair_lines
from regard.data.pairs import Pairs
from regard.decoding.beam import Search
from regard.inputs.text import Text
from regard.metrics.alignment_share import AlignmentShare, alignment_share
from regard.metrics.exact import ExactMatch, exact_match
from regard.models.assembly import translating
from regard.models.translator import Translator
from regard.training.config import TranslateConfig
from regard.training.progress import Watcher
from regard.training.translate import Trained, train_translator
from regard.training.translations import Split

TRAINED_ON = (1, 4)
MEASURED_ON = (1, 2, 3, 4, 6)


@dataclass(frozen=True)
class Plan:
    """How much of everything: seconds for each network, lines to learn from, lines to measure on."""

    seconds: float = 78.0
    training_lines: int = 60_000
    test_lines: int = 300
    read_lines: int = 60
    attention: str = "additive"
    pair: str = ""
    seed: int = 1
    locales: tuple[str, ...] = LOCALES
    batch_tokens: int = 2500


@dataclass(frozen=True)
class Dates:
    """The lines to train and to validate on, and by number of dates the lines to measure on, none seen before."""

    split: Split
    tests: dict[int, list[Line]] = field(default_factory=dict)


def make(plan: Plan) -> Dates:
    """The data of a demo, drawn from its seed."""
    train = _lines(plan, plan.training_lines, TRAINED_ON, plan.seed, set())
    seen = {line.source for line in train}
    valid = _lines(plan, 200, TRAINED_ON, plan.seed + 1000, seen)
    tests = {n: _lines(plan, plan.test_lines, (n, n), plan.seed + 2000 + n, seen) for n in MEASURED_ON}
    return Dates(Split(_pairs(train, "training lines"), _pairs(valid, "validation lines"), None), tests)


def config(plan: Plan, attention: str, folder: Path) -> TranslateConfig:
    """The training of one network: the same for all kinds of attention, `none` included."""
    return TranslateConfig(
        model=str(folder),
        overwrite=True,
        tokens="character",
        joint=False,
        network="recurrent",
        attention=attention,
        width=128,
        layers=1,
        dropout=0.0,
        label_smoothing=0.0,
        batch_tokens=plan.batch_tokens,
        learning_rate=0.005,
        warmup=40,
        schedule="linear",
        short_first=0.5,
        epochs=1000,
        max_minutes=plan.seconds / 60,
        validate_epochs=1000,
        average=1,
        patience=0,
        metric="exact",
        seed=plan.seed,
        precision="fp32",
        device="cpu",
    )


def train(plan: Plan, attention: str, dates: Dates, folder: Path, watcher: Watcher) -> Trained:
    """One network, trained for the plan's seconds."""
    return train_translator(config(plan, attention, folder), watcher, dates.split)


def exact_by_length(model: Translator, dates: Dates) -> dict[int, ExactMatch]:
    """Exact match of whole lines, by how many dates they hold; greedy."""
    found = {}
    for number, group in dates.tests.items():
        predictions = model.translate([line.source for line in group], Search(beam=1), batch_tokens=16_000)
        found[number] = exact_match([each[0].text for each in predictions], [line.target for line in group])
    return found


@dataclass(frozen=True)
class Reads:
    """How often a year, month or day is read from where it stands: trained, untrained, and from shuffled sources."""

    trained: AlignmentShare
    untrained: AlignmentShare
    shuffled: AlignmentShare


def reads(model: Translator, plan: Plan, dates: Dates) -> Reads:
    """The share of output characters whose largest weight lies inside the gold span, and two controls."""
    per_length = plan.read_lines // 3
    group = [line for number in (1, 2, 4) for line in dates.tests[number][:per_length]]
    torch.manual_seed(plan.seed)
    fresh = translating(model.source, model.target, model.network.options, None)
    untrained = Translator(model.source, model.target, fresh)
    random = Random(plan.seed)
    shuffled = ["".join(random.sample(line.source, len(line.source))) for line in group]
    sources = [line.source for line in group]
    return Reads(share(model, group, sources), share(untrained, group, sources), share(model, group, shuffled))


def share(model: Translator, group: Sequence[Line], sources: Sequence[str]) -> AlignmentShare:
    """Hits and total over lines; `sources` are what the model is given in place of the lines' own."""
    hits = total = 0
    for line, source in zip(group, sources, strict=True):
        weights = model.read(source, line.target).weights
        assert isinstance(model.source, Text), "dates are texts"
        spans = [*spans_of(model.source, line.source, weights.shape[1] - 1), (0, 0)]
        gold = [(index, *span) for index, span in line.characters()]
        found = alignment_share(weights, spans, gold)
        hits, total = hits + found.hits, total + found.total
    return AlignmentShare(hits, total)


def spans_of(text: Text, line: str, count: int) -> list[tuple[int, int]]:
    """Character spans of the line's tokens; a shuffled line has as many, wherever its spaces went."""
    spans = [(start, end) for start, end in text.spans(line)]
    return (spans + [(0, 0)] * count)[:count]


def _lines(plan: Plan, count: int, dates: tuple[int, int], seed: int, seen: set[str]) -> list[Line]:
    if plan.pair:
        return pair_lines(count, seed=seed, pair=plan.pair, dates=dates, unseen=seen)
    return lines(count, seed=seed, dates=dates, locales=plan.locales, unseen=seen)


def _pairs(group: Sequence[Line], name: str) -> Pairs:
    return Pairs.of((line.source for line in group), (line.target for line in group), name)
