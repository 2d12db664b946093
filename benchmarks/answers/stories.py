"""Questions about stories: memory networks on the bAbI tasks, trained on each task alone.

    python -m benchmarks.answers.stories --data FOLDER [--tasks 1 2 3] [--seeds 1 2 3] [--runs runs/stories.jsonl]

FOLDER holds qa1_…_train.txt.gz and qa1_…_test.txt.gz of each task. Every training is that of `regard train classify
--network memory --label-smoothing 0 --seed N`; its validation items, a tenth, are the same for all seeds. Of the seeds
the one counts that has the fewest errors on them, of equal ones the likelier answers there. What was trained is kept in
the file of runs, a line each, and not trained again. Prints Markdown: errors in percent, beside those that Sukhbaatar
et al. 2015 published (arXiv 1503.08895; three hops, position encoding, linear start, random noise; each task alone).
"""

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from regard.data.choices import ReadingChoices
from regard.data.door import read_examples
from regard.data.examples import Examples
from regard.data.share import share
from regard.models.answerer import Answerer
from regard.training.answer import Parts, train_in_memory
from regard.training.answer_config import AnswerConfig
from regard.training.progress import Silent

PUBLISHED = {1: 0.1, 2: 8.2, 3: 41.8, 4: 4.4, 5: 13.7, 6: 7.9, 7: 20.3, 8: 11.7, 9: 13.6, 10: 9.7}
Run = dict[str, Any]


def main() -> None:
    """Trains what is lacking, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tasks", nargs="*", type=int, default=[*PUBLISHED], choices=[*PUBLISHED])
    parser.add_argument("--seeds", nargs="*", type=int, default=[1, 2, 3])
    parser.add_argument("--runs", type=Path, default=Path("runs/stories.jsonl"))
    asked = parser.parse_args()
    asked.runs.parent.mkdir(parents=True, exist_ok=True)
    known = [json.loads(line) for line in asked.runs.read_text().splitlines()] if asked.runs.exists() else []
    for seed in asked.seeds:
        for task in asked.tasks:
            if not any((run["task"], run["seed"]) == (task, seed) for run in known):
                known.append(trained(asked.data, task, seed))
                with asked.runs.open("a") as file:
                    file.write(json.dumps(known[-1]) + "\n")
    print(table([run for run in known if run["task"] in asked.tasks and run["seed"] in asked.seeds]))


def trained(folder: Path, task: int, seed: int) -> Run:
    """One training: errors in percent, nats an answer, seconds of a processor."""
    before = time.process_time()
    whole, test = (read(folder, task, part) for part in ("train", "test"))
    train, valid = share(whole, seed=1)
    config = AnswerConfig(network="memory", label_smoothing=0.0, seed=seed)
    model, told = train_in_memory("classify", config, Silent(), Parts(train, valid))
    return {
        "task": task,
        "seed": seed,
        "valid": errors(model, valid),
        "nats": nats(model, valid),
        "test": errors(model, test),
        "train": errors(model, train),
        "chosen": told["chosen"],
        "seconds": time.process_time() - before,
    }


def read(folder: Path, task: int, part: str) -> Examples:
    """The questions of a task."""
    [path] = folder.glob(f"qa{task}_*_{part}.txt*")
    return read_examples([path], answer="classify", choices=ReadingChoices()).train


def errors(model: Answerer, examples: Examples) -> float:
    """Wrong answers in percent."""
    assert examples.answers is not None
    found = model.predict(examples)
    return 100 * float(np.mean([a != b for a, b in zip(found, examples.answers, strict=True)]))


def nats(model: Answerer, examples: Examples) -> float:
    """The mean of −log p of the right answers."""
    assert examples.answers is not None
    numbers = [model.targets.classes.index(answer) for answer in examples.answers]
    chances = np.stack(model.probabilities(examples))
    return float(-np.log(np.maximum(chances[np.arange(len(numbers)), numbers], 1e-12)).mean())


def table(runs: list[Run]) -> str:
    """Markdown, a row a task."""
    lines = [
        "| task | published | by validation | test errors of all seeds | mean ± spread |",
        "| ---: | ---: | ---: | --- | ---: |",
    ]
    best = []
    for task in sorted({run["task"] for run in runs}):
        own = sorted((run for run in runs if run["task"] == task), key=lambda run: run["seed"])
        best.append(min(own, key=lambda run: (run["valid"], run["nats"]))["test"])
        tests = [run["test"] for run in own]
        spread = f"{statistics.mean(tests):.1f} ± {statistics.stdev(tests) if len(tests) > 1 else 0.0:.1f}"
        each = ", ".join(f"{test:.1f}" for test in tests)
        lines.append(f"| {task} | {PUBLISHED[task]:.1f} | {best[-1]:.1f} | {each} | {spread} |")
    published = statistics.mean(PUBLISHED[task] for task in {run["task"] for run in runs})
    lines.append(f"| mean | {published:.2f} | {statistics.mean(best):.2f} | | |")
    minutes = sum(run["seconds"] for run in runs) / 60
    return "\n".join([*lines, "", f"{len(runs)} trainings, {minutes:.1f} minutes of one processor."])


if __name__ == "__main__":
    main()
