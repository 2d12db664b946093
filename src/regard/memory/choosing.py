"""How a memory is mixed in, chosen: by what answers that are known would have had as their probability.

Each item is answered as if it had not been remembered: entries that came from it are not read. Of all choices on a grid
that cost at most TIE nats and a tenth of the gain more than the best, the one is taken that trusts the memory least
where little is near. A model of classes is asked for answers, not probabilities: of the choices with the most that are
right the one with the least nats is taken, since nats would rather leave both answers half likely.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from regard.memory.entries import Origin
from regard.memory.giving import Model, answers_of
from regard.memory.lessons import Lesson, Lessons
from regard.memory.memory import Memory, weights_of
from regard.memory.mixing import Mixed, Mixing
from regard.models.answerer import Answerer

ANSWERS = 4000
"""Answers that are asked about, or a little more, of items evenly apart."""
OWN = 16
"""Entries of its own that an item may have among the nearest."""
SAME = 1e-6
"""Squared distances below this share of ‖key‖² are none: the same item, read in another batch."""
FLOOR = 1e-6
"""The least probability that counts: an answer that nobody knows costs as much, no more."""
TIE = 0.01
CLASSES = 1000
"""Beyond so many a model of classes is chosen for by nats, too."""
LEAST = 0.001
"""Share of the mean −ln p that must be gained for a memory to be mixed in at all."""
TEMPERATURES = [2.0**power for power in range(-6, 2)]
"""In units of the median distance of the k-th nearest entry."""
SINKS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97)


class Asked(NamedTuple):
    """Known answers (n): p_model (n), squared distances (n, k), ∞ where there are fewer, who votes right (n, k).

    Of classes also p_model of each (n, v), the one that each entry votes for (n, k), and the right one (n).
    """

    own: Tensor
    distances: Tensor
    right: Tensor
    every: Tensor | None = None
    votes: Tensor | None = None
    wanted: Tensor | None = None


class Choice(NamedTuple):
    """The mixing, and the mean −ln p of answers without and with the memory, over so many of them.

    Of classes the share of answers that are right is told, too: without, and with it.
    """

    mixing: Mixing
    without: float
    nats: float
    answers: int
    right: tuple[float, float] | None = None


def choose(model: Model, memory: Memory, lessons: Lessons, k: int = 8) -> Choice:
    """The mixing of k entries that suits these items best; no memory at all (`share` 0) where none of them gains."""
    asked = _asked(model, memory, lessons, k)
    without = _nats(asked.own)
    found = [(_nats(_mixed(asked, mixing)), mixing) for mixing in _grid(asked, k)]
    if asked.every is not None:
        return _by_answers(asked, found, without, k)
    least = min(nats for nats, _ in found)
    if least > (1 - LEAST) * without:
        return Choice(Mixing(k=k, share=0.0), without, without, len(asked.own))
    close = [each for each in found if each[0] <= least + min(TIE, (without - least) / 10)]
    nats, mixing = min(close, key=lambda each: (_far(each[1]), each[1].share))
    return Choice(mixing, without, nats, len(asked.own))


def _by_answers(asked: Asked, found: list[tuple[float, Mixing]], without: float, k: int) -> Choice:
    """The choice with the most right answers; none where the model alone has as many."""
    none = Mixing(k=k, share=0.0)
    alone = _right(asked, none)
    best, nats, mixing = min(
        ((-_right(asked, mixing), nats, mixing) for nats, mixing in found), key=lambda each: each[:2]
    )
    if -best <= alone:
        return Choice(none, without, without, len(asked.own), (alone, alone))
    return Choice(mixing, without, nats, len(asked.own), (alone, -best))


def _right(asked: Asked, mixing: Mixing) -> float:
    """How many of the answers that come out are right, as a share."""
    assert asked.every is not None and asked.votes is not None, "classes"
    share, weights = _shared(asked, mixing)
    mixed = (1 - share)[:, None] * asked.every
    mixed.scatter_add_(1, asked.votes, share[:, None] * weights)
    return float((mixed.argmax(1) == torch.as_tensor(asked.wanted)).float().mean())


def _far(mixing: Mixing) -> float:
    """How near entries must be for the memory to be trusted: the farther, the greater."""
    return math.inf if mixing.sink is None else -mixing.temperature * mixing.sink


def _grid(asked: Asked, k: int) -> Iterator[Mixing]:
    """All that is tried: sinks are quantiles of ln M over these items."""
    last = asked.distances.where(asked.distances.isfinite(), torch.zeros(())).amax(1)
    unit = float(last[last > 0].median()) if bool((last > 0).any()) else 1.0
    for temperature in (unit * factor for factor in TEMPERATURES):
        mass = (-asked.distances / temperature).logsumexp(1)
        there = mass[mass.isfinite()]
        levels = there.quantile(torch.tensor(SINKS)).tolist() if len(there) else []
        for sink in [None, *sorted(set(levels))]:
            yield from (Mixing(k=k, temperature=temperature, share=share, sink=sink) for share in SHARES)


def _mixed(asked: Asked, mixing: Mixing) -> Tensor:
    """p (n) of the known answers."""
    share, weights = _shared(asked, mixing)
    return (1 - share) * asked.own + share * (weights * asked.right).sum(1)


def _shared(asked: Asked, mixing: Mixing) -> tuple[Tensor, Tensor]:
    """λ (n), 0 where nothing is remembered, and the weights (n, k)."""
    weights = weights_of(asked.distances, mixing.temperature).nan_to_num(0.0)
    return mixing.lambda_of(asked.distances) * asked.distances[:, 0].isfinite(), weights


def _nats(p: Tensor) -> float:
    return float(-(p.clamp_min(FLOOR)).log().mean())


def _asked(model: Model, memory: Memory, lessons: Lessons, k: int) -> Asked:
    """What the model and the memory say of items, evenly apart."""
    first = [len(lessons.ids(number)) for number in range(min(len(lessons), 50))]
    step = max(1, round(len(lessons) * sum(first) / len(first) / ANSWERS))
    answers = answers_of(model, memory)
    output = model.network.output
    scored = Mixed(output.own if isinstance(output, Mixed) else output, memory, Mixing(k=k), answers)
    with torch.no_grad():
        every = [*lessons.taught(range(0, len(lessons), step))]
        scores = [scored.own_scores(lesson.keys).cpu().exp() for lesson in every]
        own = torch.cat([_own(lesson, p, scored) for lesson, p in zip(every, scores, strict=True)])
    names = [lessons.origin(lesson.number) for lesson in every for _ in lesson.values]
    wanted = [value for lesson in every for value in lesson.values]
    keys = torch.cat([lesson.keys.cpu().float() for lesson in every])
    read, same = memory.read(keys, k + OWN), SAME * keys.square().sum(1)
    distances, right = torch.full((len(names), k), math.inf), torch.zeros(len(names), k)
    votes = torch.zeros(len(names), k, dtype=torch.long)
    for row, name in enumerate(names):
        near = zip(read.origins[row], (read.distances[row] <= same[row]).tolist(), strict=True)
        others = [place for place, (origin, there) in enumerate(near) if not _own_entry(name, origin, there)][:k]
        distances[row, : len(others)] = read.distances[row, others]
        right[row, : len(others)] = torch.tensor([float(read.values[row][place] == wanted[row]) for place in others])
        votes[row, : len(others)] = torch.tensor([scored.numbers[read.values[row][place]] for place in others])
    if not isinstance(model, Answerer) or len(answers) > CLASSES:
        return Asked(own, distances, right)
    numbers = torch.tensor([scored.numbers.get(value, -1) for value in wanted])
    return Asked(own, distances, right, torch.cat(scores), votes, numbers)


def _own_entry(item: Origin, entry: Origin, there: bool) -> bool:
    """Whether an entry came from the item: from the same line, or from the same words of another file."""
    return entry == item or (there and entry.text == item.text)


def _own(lesson: Lesson, p: Tensor, scored: Mixed) -> Tensor:
    """p_model of the known answers of an item, out of those of all (m, v); 0 of one that the model does not know."""
    numbers = torch.tensor([scored.numbers.get(value, -1) for value in lesson.values])
    return p.gather(1, numbers.clamp_min(0)[:, None])[:, 0] * (numbers >= 0)
