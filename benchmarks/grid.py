"""GridSearchCV over sounds with one worker and with two: seconds of each, by turns.

    python benchmarks/grid.py [--rounds 3]

120 chirps of half a second to a second, rising or falling, in noise; `attention` and `width` are searched in three
folds, 12 trainings and one more. Both must choose the same, with the same scores.
"""

import argparse
import statistics
import time

import numpy as np
from sklearn.model_selection import GridSearchCV

from regard.estimators import AttentionClassifier

RATE = 8000


def chirps(count: int) -> tuple[list[np.ndarray], list[str]]:
    """Sounds, and whether each rises."""
    random = np.random.Generator(np.random.PCG64(1))
    sounds, names = [], []
    for i in range(count):
        length = int(RATE * random.uniform(0.5, 1.0))
        low, high = sorted(random.uniform(300, 2000, 2))
        tone = np.linspace(low, high + 300, length) if i % 2 else np.linspace(high + 300, low, length)
        sounds.append((np.sin(2 * np.pi * np.cumsum(tone) / RATE) + random.normal(0, 0.5, length)).astype(np.float32))
        names.append("rises" if i % 2 else "falls")
    return sounds, names


def searched(sounds: list[np.ndarray], names: list[str], workers: int) -> tuple[float, dict[str, object], np.ndarray]:
    """Seconds, the choice, and the mean scores."""
    model = AttentionClassifier(input="sound", rate=RATE, layers=1, epochs=4, random_state=1)
    search = GridSearchCV(model, {"attention": ["dot", "additive"], "width": [16, 32]}, cv=3, n_jobs=workers)
    start = time.perf_counter()
    search.fit(sounds, names)
    return time.perf_counter() - start, search.best_params_, search.cv_results_["mean_test_score"]


def main() -> None:
    """Prints a line for each number of workers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    sounds, names = chirps(120)
    found = [[searched(sounds, names, workers) for workers in (1, 2)] for _ in range(asked.rounds)]
    for i, workers in enumerate((1, 2)):
        seconds = [each[i][0] for each in found]
        print(f"n_jobs={workers}: {statistics.median(seconds):.1f} s ({min(seconds):.1f} to {max(seconds):.1f})")
    (_, one, scores), (_, other, again) = found[0]
    print(f"both chose {one}" if one == other and np.array_equal(scores, again) else f"they differ: {one}, {other}")


if __name__ == "__main__":
    main()
