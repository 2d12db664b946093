"""Drawn requests of every kind, and what the Python door answers to them: computed beforehand, one by one."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from benchmarks.serving.client import Reply

from regard import (
    AttentionClassifier,
    AttentionGenerator,
    AttentionLabeler,
    AttentionRegressor,
    AttentionTranslator,
)
from regard.folder.record import read_record

ROUNDING = 1e-5
"""By which a number may differ for its batch, absolutely or of its size."""
WORDS = {
    "translate": ["der", "die", "Hund", "Katze", "schläft", "läuft", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    "classify": ["a", "the", "good", "bad", "great", "poor", "film", "book", "never", "so"],
    "label": ["New", "York", "sleeps", "runs", "Paris", "in", "the"],
    "regress": ["more", "and", "less", "much"],
    "generate": list("abc"),
}
LONGEST = 12
"""Most words of a drawn text."""


class Question(NamedTuple):
    """A request, and what must be answered."""

    kind: str
    path: str
    fields: dict[str, Any]
    answer: Any

    def right(self, reply: Reply) -> bool:
        """Whether that is what came."""
        if reply.status != 200:
            return False
        if self.kind == "generate":
            return [each["prediction"] for each in reply.json["predictions"]] == self.answer
        if self.kind != "stream":
            return same(_bare(reply.json), self.answer)
        events = reply.events
        told = "".join(data["text"] for name, data in events if name == "token")
        name, done = events[-1]
        return name == "done" and told == done["prediction"] == self.answer


Drawn = Iterator[tuple[str, str, dict[str, Any], Any]]
Draw = Callable[[Any, Callable[[], list[str]], random.Random], Drawn]


def questions(folders: Sequence[Path], seed: int, count: int) -> list[Question]:
    """So many of each thing that each model can be asked, a model to a folder."""
    found = []
    for folder in folders:
        kind = read_record(folder)["kind"]
        chosen = random.Random(f"{seed} {folder.name}")
        made, draw = DRAWS[kind]
        model = made.load(folder)
        for _ in range(count):
            items = [_text(kind, chosen) for _ in range(chosen.choice((1, 1, 2, 4, 8)))]
            for name, path, fields, answer in draw(model, items, chosen):
                found.append(Question(name, path, {"model": folder.name, **fields}, answer))
    return found


def same(found: Any, wanted: Any) -> bool:
    """Equal, numbers but for rounding."""
    if isinstance(wanted, dict):
        return (
            isinstance(found, dict) and found.keys() == wanted.keys() and all(same(found[k], wanted[k]) for k in wanted)
        )
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(wanted, float):
        return isinstance(found, float | int) and abs(found - wanted) <= ROUNDING * max(1.0, abs(wanted))
    return type(found) is type(wanted) and bool(found == wanted)


def _bare(answer: dict[str, Any]) -> Any:
    """The list of answers, which stands beside the model's name."""
    (each,) = (value for name, value in answer.items() if name != "model")
    return each


def _text(kind: str, chosen: random.Random) -> str:
    separator = "" if kind == "generate" else " "
    return separator.join(chosen.choices(WORDS[kind], k=chosen.randint(1, LONGEST)))


def _translate(model: AttentionTranslator, items: list[str], chosen: random.Random) -> Drawn:
    beam = chosen.choice((1, 2, 5))
    n_best = chosen.randint(1, beam)
    model.beam = beam
    records = []
    for each in model.candidates(items, n_best):
        every = [{"prediction": one.text, "score": one.score, "ended": one.ended} for one in each]
        records.append(every[0] if n_best == 1 else {"candidates": every})
    yield "translate", "/predict", {"items": items, "choices": {"beam": beam, "n_best": n_best}}, records
    model.beam = 5
    own = chosen.random() < 0.5
    targets = None if own else [_text("classify", chosen) for _ in items[:2]]
    read = [model.read(item, None if own else targets[place]) for place, item in enumerate(items[:2])]  # type: ignore[index]
    answer = [
        {
            "prediction": text,
            "source": list(one.source),
            "target": list(one.target),
            "weights": np.asarray(one.weights, np.float64).tolist(),
        }
        for one, text in zip(read, model.predict(items[:2]) if targets is None else targets, strict=True)
    ]
    yield "attend", "/attend", {"items": items[:2], **({} if own else {"targets": targets})}, answer


def _classify(model: AttentionClassifier, items: list[str], chosen: random.Random) -> Drawn:
    sure = model.predict_proba(items).max(1)
    answer = [
        {"prediction": str(name), "probability": float(each)}
        for name, each in zip(model.predict(items), sure, strict=True)
    ]
    yield "classify", "/predict", {"items": items}, answer
    yield from _encode(model, items, items, chosen)


def _label(model: AttentionLabeler, items: list[str], chosen: random.Random) -> Drawn:
    words = [item.split() for item in items]
    yield "label", "/predict", {"items": words}, [{"prediction": list(each)} for each in model.predict(words)]
    yield from _encode(model, words, words, chosen)


def _regress(model: AttentionRegressor, items: list[str], chosen: random.Random) -> Drawn:
    yield "regress", "/predict", {"items": items}, [{"prediction": float(each)} for each in model.predict(items)]
    yield from _encode(model, items, items, chosen)


def _encode(model: Any, items: Any, sent: Any, chosen: random.Random) -> Drawn:
    each = chosen.random() < 0.5
    found = [one.tolist() for one in model.encode(items)] if each else model.transform(items).tolist()
    yield "encode", "/encode", {"items": sent, "each": each}, found


def _generate(model: AttentionGenerator, items: list[str], chosen: random.Random) -> Drawn:
    how = {
        "temperature": chosen.choice((0.0, 0.7, 1.2)),
        "top_k": chosen.choice((0, 2)),
        "longest": chosen.randint(1, 60),
    }
    seed = chosen.randrange(1 << 30)
    choices = {**how, "seed": seed, "lines": 0}
    answer = model.generate(items, **how, lines=0, random_state=seed)
    yield "generate", "/predict", {"items": items, "choices": choices}, answer
    (text,) = model.generate(items[:1], **how, lines=0, random_state=seed)
    yield "stream", "/generate", {"item": items[0], "choices": choices}, text


DRAWS: dict[str, tuple[Any, Draw]] = {
    "translate": (AttentionTranslator, _translate),  # type: ignore[dict-item]
    "classify": (AttentionClassifier, _classify),
    "label": (AttentionLabeler, _label),
    "regress": (AttentionRegressor, _regress),
    "generate": (AttentionGenerator, _generate),
}
