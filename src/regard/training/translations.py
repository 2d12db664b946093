"""The pairs of a translation: read, split, held to a length, and known again."""

import hashlib
from dataclasses import replace
from typing import NamedTuple

from regard.data.files import quoted
from regard.data.fingerprint import fingerprint as of_items
from regard.data.item_pairs import AnyPairs, ItemPairs, item_split
from regard.data.lengths import limit_lengths
from regard.data.pairs import Pairs
from regard.data.ragged import Ragged
from regard.data.readers import read_pairs
from regard.data.split import split
from regard.inputs.base import Input
from regard.inputs.text import Text
from regard.models.numbers import Numbered
from regard.training.config import DataChoices, TranslateConfig
from regard.training.data import Corpus
from regard.training.doctor import examined
from regard.training.items import item_pairs_of, source_kind
from regard.training.progress import Watcher


class Split(NamedTuple):
    """The pairs to train on, to validate on, and, if any, to test on."""

    train: AnyPairs
    valid: AnyPairs
    test: AnyPairs | None


def read(config: TranslateConfig, watcher: Watcher) -> Split:
    """The pairs of the configuration's files; without validation data, a share is cut off and announced."""
    kind = source_kind(config, config.data)

    def part(data: list[str], source: str | None, target: str | None) -> AnyPairs | None:
        if not (data or source or target):
            return None
        return pairs_of(config, data, source, target) if kind == "text" else item_pairs_of(config, data, kind)

    train = part(config.data, config.source, config.target) or pairs_of(config, [], None, None)
    valid = part(config.valid, config.valid_source, config.valid_target)
    test = part(config.test, config.test_source, config.test_target)
    rest = (("validation", valid), ("test", test))
    watcher.say(begun(train) + "".join(skipped(each, name) for name, each in rest if each is not None))
    examined({"train": train, "valid": valid, "test": test}, watcher, strict=config.strict)
    if valid is None:
        train, valid = (
            item_split(train, config.seed) if isinstance(train, ItemPairs) else split(train, seed=config.seed)
        )
        watcher.say(
            f"No validation data was given: {len(valid):,} pairs are set aside for it, chosen by seed {config.seed}, "
            "and never trained on."
        )
    return Split(train, valid, test)


def begun(train: AnyPairs) -> str:
    """What was read, in a sentence, and what was left out."""
    if isinstance(train, Pairs):
        files = " and ".join(dict.fromkeys((train.origins.source, train.origins.target)))
        first, what = quoted(train.sources[0]), "pairs"
    else:
        files, first, what = train.sources.origin, train.where(0), f"pairs of {train.sources.kind} and text"
    told = f"Read {len(train):,} {what} from {files}, the first {first} → {quoted(train.targets[0])}."
    return told + skipped(train, "training")


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


def limited(
    config: TranslateConfig, pairs: AnyPairs, both: tuple[Text | Input, Text], watcher: Watcher
) -> tuple[AnyPairs, Corpus]:
    """The pairs whose texts have at most `config.longest` tokens, encoded; cut, left out or refused as chosen."""
    encoded = Corpus.of(*both, pairs)
    lengths = [(side.lengths - 1).tolist() for side in (encoded.source, encoded.target)]
    lengths[0] = [0] * len(pairs) if isinstance(pairs, ItemPairs) else lengths[0]
    kept = limit_lengths(pairs, *lengths, longest=config.longest, too_long=config.too_long)
    if kept.truncated:
        watcher.say(f"{kept.truncated:,} pairs are cut to {config.longest} tokens a side, as chosen.")
        cut = replace(pairs, targets=_cut(both[1], pairs.targets, encoded.target, config.longest))
        if isinstance(cut, Pairs) and isinstance(both[0], Text) and isinstance(encoded.source, Numbered):
            cut = replace(cut, sources=_cut(both[0], cut.sources, encoded.source.numbers, config.longest))
        return cut, Corpus.of(*both, cut)
    if left_out := len(pairs) - len(kept.pairs):
        watcher.say(f"{left_out:,} pairs with more than {config.longest} tokens a side are left out, as chosen.")
        return kept.pairs, encoded.take(kept.kept)
    return kept.pairs, encoded


def _cut(text: Text, lines: list[str], numbers: Ragged, longest: int) -> list[str]:
    """The lines, those with more tokens than that, and the end, cut."""
    return [
        text.decode(numbers[index][:longest]) if numbers.lengths[index] > longest + 1 else line
        for index, line in enumerate(lines)
    ]


def fingerprint(pairs: Split) -> str:
    """A hash of every text that training sees."""
    digest = hashlib.sha256()
    for part in (pairs.train, pairs.valid):
        if isinstance(part, ItemPairs):
            digest.update(of_items(replace(part.sources, answers=part.targets)).encode())
            continue
        for side in (part.sources, part.targets):
            digest.update("\n".join(side).encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def skipped(pairs: AnyPairs, part: str) -> str:
    """A sentence for every reason that pairs were left out for; empty if none were."""
    return "".join(
        f" {count:,} {reason} {part} pairs were left out, as chosen." for reason, count in pairs.skipped.items()
    )
