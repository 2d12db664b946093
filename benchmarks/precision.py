"""Whether a translator that is trained in bf16 ends where one in fp32 does: dates as people write them into ISO dates.

    python -m benchmarks.precision [--seeds 1 2 3] [--steps 400] [--locales en de]

One small transformer (2 + 2 layers, width 64) for each seed and precision, in turn; the seed decides weights, batches
and dropout, the lines are always the same. Of each: the loss a character on validation lines, and the share of them
that are right to the last character. At the end, whether the means lie within the seeds' spread.
"""

import argparse
import statistics
import time
from collections.abc import Sequence

from regard.data.dates import lines
from regard.data.pairs import Pairs
from regard.training.config import TranslateConfig
from regard.training.progress import Silent, Validation
from regard.training.translate import translator_in_memory
from regard.training.translations import Split

PRECISIONS = ("fp32", "bf16")
TRAIN, VALID = 20_000, 300


class Kept(Silent):
    """Keeps the last validation."""

    last: Validation

    def validation(self, validation: Validation) -> None:
        self.last = validation


def dates(locales: Sequence[str]) -> Split:
    """The lines to train on and to validate on, none in both."""
    train = lines(TRAIN, seed=1, locales=tuple(locales), dates=(1, 1))
    unseen = {line.source for line in train}
    valid = lines(VALID, seed=2, locales=tuple(locales), dates=(1, 1), unseen=unseen)
    one, other = (Pairs.of([x.source for x in part], [x.target for x in part]) for part in (train, valid))
    return Split(one, other, None)


def trained(data: Split, precision: str, seed: int, steps: int) -> Validation:
    """How one training ended."""
    config = TranslateConfig(
        tokens="character",
        joint=False,
        metric="exact",
        width=64,
        layers=2,
        heads=4,
        feed_forward=128,
        dropout=0.1,
        learning_rate=0.004,
        batch_tokens=1000,
        warmup=steps // 8,
        epochs=1000,
        validate_epochs=1000,
        average=1,
        steps=steps,
        seed=seed,
        precision=precision,
        device="cpu",
    )
    watcher = Kept()
    translator_in_memory(config, watcher, data)
    return watcher.last


def verdict(found: dict[str, list[float]]) -> str:
    """How far apart the means are, and how far each precision's seeds are from its mean."""
    means = [statistics.mean(found[each]) for each in PRECISIONS]
    spread = max(statistics.stdev(found[each]) for each in PRECISIONS)
    apart = abs(means[0] - means[1])
    return f"the means are {apart:.4f} apart, the larger standard deviation is {spread:.4f}: " + (
        "within the seeds' spread" if apart <= spread else "further apart than the seeds' spread"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--locales", nargs="+", default=["en", "de"])
    asked = parser.parse_args()
    data = dates(asked.locales)
    losses: dict[str, list[float]] = {each: [] for each in PRECISIONS}
    exact: dict[str, list[float]] = {each: [] for each in PRECISIONS}
    print("| precision | seed | validation loss | exact, % | processor seconds |\n| --- | ---: | ---: | ---: | ---: |")
    for seed in asked.seeds:
        for precision in PRECISIONS:
            begin = time.process_time()
            found = trained(data, precision, seed, asked.steps)
            losses[precision].append(found.valid_loss)
            exact[precision].append(found.score)
            row = (
                precision,
                seed,
                f"{found.valid_loss:.4f}",
                f"{found.score:.1f}",
                f"{time.process_time() - begin:.0f}",
            )
            print(f"| {' | '.join(map(str, row))} |", flush=True)
    if len(asked.seeds) > 1:
        for name, table in (("validation loss", losses), ("exact, %", exact)):
            each = ", ".join(
                f"{key} {statistics.mean(table[key]):.4f} ± {statistics.stdev(table[key]):.4f}" for key in PRECISIONS
            )
            print(f"{name}: {each}; {verdict(table)}.")


if __name__ == "__main__":
    main()
