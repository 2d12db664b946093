"""From two files to a translator in a folder: read, learn tokens, train, choose weights, save, score."""

import hashlib
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

import torch

from regard.data.files import quoted
from regard.data.lengths import limit_lengths
from regard.data.pairs import Pairs
from regard.data.ragged import Ragged
from regard.data.readers import read_pairs
from regard.data.split import split
from regard.folder.model import load_translator, save_translator
from regard.inputs.text import Text
from regard.models.translator import Translator
from regard.networks.catalogue import build, check
from regard.training.card import card
from regard.training.checks import check_all_but_folder, check_choices
from regard.training.config import DataChoices, TranslateConfig
from regard.training.data import Corpus
from regard.training.defaults import network_options, training_options
from regard.training.doctor import examined
from regard.training.loop import Job, Loop, Outcome
from regard.training.metric import NAMES, metric_name, metric_of
from regard.training.options import TrainingOptions
from regard.training.pairs import Translating
from regard.training.position import Position
from regard.training.progress import Watcher
from regard.training.record import training_record
from regard.training.resume import clear, goes_on, is_finished
from regard.training.texts import fingerprints, texts
from regard.training.workers import holding


class Split(NamedTuple):
    """The pairs to train on, to validate on, and, if any, to test on."""

    train: Pairs
    valid: Pairs
    test: Pairs | None


class Trained(NamedTuple):
    """A translator, how its training ended, the folder it is in, and the pairs to test it on, if any."""

    model: Translator
    outcome: Outcome
    folder: Path
    test: Pairs | None


def train_translator(config: TranslateConfig, watcher: Watcher, pairs: Split | None = None) -> Trained:
    """Trains as `config` says, tells the watcher, and leaves the model in its folder.

    `pairs` instead of files, for data that is already here. Raises DataError, OptionError, FolderError with what is
    wrong; KeyboardInterrupt is let through once a checkpoint is written.
    """
    check_choices(config)
    folder = Path(config.model)
    pairs = pairs or read(config, watcher)
    request = {**asdict(config), **fingerprints(config), "data_fingerprint": fingerprint(pairs)}
    check(network_options(config, len(pairs.train), shared=False))
    with holding(folder):
        going_on = goes_on(folder, request, asdict(TranslateConfig()), config.overwrite)
        if going_on and is_finished(folder, request):
            watcher.say("This training is finished already; more --epochs, --steps or --max-minutes go on with it.")
            return finished(config, pairs)
        task, options, pairs = prepared(config, pairs, watcher)
        model = task.model
        watcher.say(described(model, options, pairs))
        loop = Loop(Job(task, options, folder, request), watcher)
        if config.overwrite:
            clear(folder)
        outcome = loop.run(going_on)
        save_translator(model, folder, training_record(asdict(config), options, outcome, request["data_fingerprint"]))
        (folder / "card.md").write_text(card(model, options, outcome, (pairs.train, pairs.valid)), encoding="utf-8")
        loop.close()
    return Trained(model, outcome, folder, pairs.test)


def translator_in_memory(config: TranslateConfig, watcher: Watcher, pairs: Split) -> tuple[Translator, dict[str, Any]]:
    """As `train_translator`, but nothing is written: the model, and what its folder would say of the training."""
    check_all_but_folder(config)
    data = fingerprint(pairs)
    task, options, pairs = prepared(config, pairs, watcher)
    watcher.say(described(task.model, options, pairs))
    outcome = Loop(Job(task, options, None, {}), watcher).run()
    return task.model, training_record(asdict(config), options, outcome, data)


def prepared(config: TranslateConfig, pairs: Split, watcher: Watcher) -> tuple[Translating, TrainingOptions, Split]:
    """A translator with fresh weights as a task, the training it will get, and the pairs that are within its limits."""
    source, target = texts(config, pairs.train)
    train, encoded = _limited(config, pairs.train, source, target, watcher)
    valid, held_out = _limited(config, pairs.valid, source, target, watcher)
    pairs = pairs._replace(train=train, valid=valid)
    model, options = assemble(config, pairs, (source, target), int(encoded.target.lengths.sum()))
    if pairs.test is not None:
        model.check_room(model.numbers(pairs.test.sources).lengths, pairs.test.where)
    return Translating(model, (encoded, held_out), pairs.valid, metric_of(options.metric)), options, pairs


def finished(config: TranslateConfig, pairs: Split) -> Trained:
    """The training that the folder holds, as it ended."""
    folder = Path(config.model)
    model, told = load_translator(folder)
    position = Position(step=told.get("steps", 0), seconds=60 * told.get("minutes", 0.0), finished=True)
    metric = metric_name(config.metric, model.target, pairs.valid)
    outcome = Outcome(told.get("chosen", ""), told.get("scores", {}), metric, position, "as before")
    return Trained(model, outcome, folder, pairs.test)


def read(config: TranslateConfig, watcher: Watcher) -> Split:
    """The pairs of the configuration's files; without validation data, a share is cut off and announced."""
    train = pairs_of(config, config.data, config.source, config.target)
    files = " and ".join(dict.fromkeys((train.origins.source, train.origins.target)))
    first = f"{quoted(train.sources[0])} → {quoted(train.targets[0])}"
    told = f"Read {len(train):,} pairs from {files}, the first {first}.{skipped(train, 'training')}"
    valid = test = None
    if config.test or config.test_source or config.test_target:
        test = pairs_of(config, config.test, config.test_source, config.test_target)
    if config.valid or config.valid_source or config.valid_target:
        valid = pairs_of(config, config.valid, config.valid_source, config.valid_target)
    rest = (("validation", valid), ("test", test))
    watcher.say(told + "".join(skipped(part, name) for name, part in rest if part is not None))
    examined({"train": train, "valid": valid, "test": test}, watcher, strict=config.strict)
    if valid is None:
        train, valid = split(train, seed=config.seed)
        watcher.say(
            f"No validation data was given: {len(valid):,} pairs are set aside for it, chosen by seed {config.seed}, "
            "and never trained on."
        )
    return Split(train, valid, test)


def pairs_of(choices: DataChoices, data: list[str], source: str | None, target: str | None) -> Pairs:
    """The pairs of one table or two files, read as chosen."""
    return read_pairs(
        data or None,
        source=source,
        target=target,
        x=choices.x,
        y=choices.y,
        encoding=choices.encoding,
        blank=choices.blank,
    )


def _limited(
    config: TranslateConfig, pairs: Pairs, source: Text, target: Text, watcher: Watcher
) -> tuple[Pairs, Corpus]:
    """The pairs whose texts have at most `config.longest` tokens, encoded; cut, left out or refused as chosen."""
    encoded = Corpus.of(source, target, pairs)
    lengths = [(side.lengths - 1).tolist() for side in (encoded.source, encoded.target)]
    limited = limit_lengths(pairs, *lengths, longest=config.longest, too_long=config.too_long)
    if limited.truncated:
        watcher.say(f"{limited.truncated:,} pairs are cut to {config.longest} tokens a side, as chosen.")
        sources = _cut(source, pairs.sources, encoded.source, config.longest)
        targets = _cut(target, pairs.targets, encoded.target, config.longest)
        cut = replace(limited.pairs, sources=sources, targets=targets)
        return cut, Corpus.of(source, target, cut)
    if left_out := len(pairs) - len(limited.pairs):
        watcher.say(f"{left_out:,} pairs with more than {config.longest} tokens a side are left out, as chosen.")
        return limited.pairs, encoded.take(limited.kept)
    return limited.pairs, encoded


def _cut(text: Text, lines: list[str], numbers: Ragged, longest: int) -> list[str]:
    """The lines, those with more tokens than that, and the end, cut."""
    return [
        text.decode(numbers[index][:longest]) if numbers.lengths[index] > longest + 1 else line
        for index, line in enumerate(lines)
    ]


def assemble(
    config: TranslateConfig, pairs: Split, both: tuple[Text, Text], tokens: int
) -> tuple[Translator, TrainingOptions]:
    """A translator with fresh weights, drawn from the seed, and the training it will get."""
    source, target = both
    network = network_options(config, len(pairs.train), shared=source is target)
    options = training_options(config, len(pairs.train), tokens, metric_name(config.metric, target, pairs.valid))
    torch.manual_seed(config.seed)
    return Translator(source, target, build(network, source.size, target.size)), options


def fingerprint(pairs: Split) -> str:
    """A hash of every text that training sees."""
    digest = hashlib.sha256()
    for part in (pairs.train, pairs.valid):
        for side in (part.sources, part.targets):
            digest.update("\n".join(side).encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def described(model: Translator, options: TrainingOptions, pairs: Split) -> str:
    """The choices in a few lines, for the person who trains."""
    n, size = model.network.options, sum(each.numel() for each in model.network.parameters())
    words = f"{model.source.size:,}" if n.shared else f"{model.source.size:,} and {model.target.size:,}"
    shape = f"width {n.width}, {n.layers} layer{'s' * (n.layers > 1)}, dropout {n.dropout:g}"
    if n.network == "transformer":
        shared = f" over {n.key_heads} of keys" if n.key_heads not in (0, n.heads) else ""
        shape += f", {n.heads} heads{shared}, {n.positions} positions, feed-forward {n.feed_forward}"
    else:
        shape += f", {n.cell}{', two-way' * n.two_way}, {n.order}'s order"
    if n.attention != "none" and n.normalizer != "auto":
        shape += f", weights by {n.normalizer}"
    often = "epoch" if options.validate_epochs == 1 else f"{options.validate_epochs} epochs"
    limit = f", at most {options.max_minutes:g} minutes" * bool(options.max_minutes)
    return (
        f"Tokens: {model.source.kind}, {words}{' shared by both sides' * n.shared}.\n"
        f"Network: {n.network}, {n.attention} attention, {shape}; {size:,} parameters.\n"
        f"Training: {len(pairs.train):,} pairs, at most {options.epochs} epochs{limit}, {options.batch_tokens:,} "
        f"tokens a batch, rate {options.learning_rate:g} ({options.schedule}, warm-up {options.warmup}), "
        f"{options.precision} on {options.device}, seed {options.seed}.\n"
        f"Every {often} the {len(pairs.valid):,} validation pairs are translated; the weights with the best "
        f"{NAMES[options.metric]} are kept."
    )


def skipped(pairs: Pairs, part: str) -> str:
    """A sentence for every reason that pairs were left out for; empty if none were."""
    return "".join(
        f" {count:,} {reason} {part} pairs were left out, as chosen." for reason, count in pairs.skipped.items()
    )
