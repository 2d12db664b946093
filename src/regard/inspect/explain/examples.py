"""Two examples that need nothing: the classic one of three vectors, and 机器学习 → machine learning, learned here."""

from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from regard.errors import OptionError
from regard.inputs.text import BEGIN, END, Text
from regard.inspect.explain.matrices import Choices, Matrices, Note, explained
from regard.inspect.explain.steps import Explained
from regard.models.translator import Translator
from regard.networks.base import NetworkOptions
from regard.networks.recurrent import Recurrent

PAIRS = (("机器", "machine"), ("学习", "learning"), ("机器学习", "machine learning"), ("学习机器", "learning machine"))
SENTENCE, WANTED = "机器学习", "machine learning"
WIDTH, STEPS, RATE = 8, 60, 0.02
MATCHES = ("dot", "bilinear", "additive", "cosine", "distance")


class Lesson(NamedTuple):
    """The four pairs as numbers: sources (4, k), their lengths, targets (4, q) behind their beginning, and labels."""

    sources: Tensor
    lengths: Tensor
    targets: Tensor
    labels: Tensor


def classic() -> Explained:
    """X = I₃, one matrix (1 0; 0 1; 1 1) for queries, keys and values: true numbers, and where print went wrong."""
    x = torch.eye(3, dtype=torch.float64)
    w = torch.tensor([[1, 0], [0, 1], [1, 1]], dtype=torch.float64)
    told = explained(Matrices(x, w, w, w), Choices(title="title.classic"))
    notes: tuple[Note, ...] = tuple((f"note.print.{name}", {}) for name in ("third", "scores", "softmax", "second"))
    return Explained(told.title, told.steps, notes, told.facts, told.dtype)


def fresh(match: str = "bilinear", seed: int = 1) -> Translator:
    """A recurrent translator of width 8, in float64, that has not learned anything yet."""
    if match not in MATCHES:
        hint = f"one of {', '.join(MATCHES)}"
        raise OptionError("explain: the match of the translator: no such name", got=repr(match), hint=hint)
    source = Text.learn([pair[0] for pair in PAIRS], kind="word")
    target = Text.learn([pair[1] for pair in PAIRS], kind="word")
    options = NetworkOptions(
        network="recurrent", attention=match, width=WIDTH, layers=1, heads=1, feed_forward=WIDTH, dropout=0.0,
        cell="rnn", shared=False,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Recurrent(options, source.size, target.size).double()
    return Translator(source, target, network.eval())


def lesson_of(model: Translator) -> Lesson:
    """The pairs as the network reads them."""
    assert isinstance(model.source, Text), "the example reads text"
    batch = model.stored([pair[0] for pair in PAIRS]).batch(range(len(PAIRS)))
    targets = [model.target.encode(pair[1]) for pair in PAIRS]
    longest = max(map(len, targets)) + 1
    labels = torch.tensor([(row + [END] * longest)[: len(row) + 1] + [0] * (longest - len(row) - 1) for row in targets])
    shifted = torch.cat((torch.full((len(PAIRS), 1), BEGIN), labels[:, :-1]), 1)
    return Lesson(batch.values, batch.lengths, shifted, labels)


def loss_of(model: Translator, lesson: Lesson) -> Tensor:
    """Mean of −ln p over the words of all four targets and their ends."""
    network = model.network
    states = network.decode(network.encode(lesson.sources, lesson.lengths), lesson.targets)
    there = lesson.labels > 0
    chances: Tensor = network.output(states[there])
    return -chances.gather(1, lesson.labels[there][:, None]).mean()


def learn(model: Translator, steps: int) -> Tensor:
    """So many steps of Adam on the four pairs; the loss before the last of them."""
    lesson, loss = lesson_of(model), torch.zeros(())
    optimizer = torch.optim.Adam(model.network.parameters(), RATE)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_of(model, lesson)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return loss.detach()


@cache
def translator(match: str = "bilinear", seed: int = 1) -> Explained:
    """机器学习 → machine learning, by a network of width 8 that learns four pairs here: a second, once a process."""
    from regard.inspect.explain.model import explained_model

    model = fresh(match, seed)
    loss = learn(model, STEPS)
    told = explained_model(model, SENTENCE, None, "", 0)
    facts = {"steps": STEPS, "loss": f"{float(loss):.4f}", "width": WIDTH, "seed": seed, "match": match}
    facts["pairs"] = "; ".join(" → ".join(pair) for pair in PAIRS)
    return Explained(told.title, told.steps, (("note.learned-here", facts),), told.facts, told.dtype)


@cache
def learning(seed: int = 1) -> Explained:
    """A step of learning: the wanted word, its loss, the gradient at c₀ and at the match's W, and what they change."""
    from regard.inspect.explain.learn import steps_of

    return steps_of(fresh("bilinear", seed), seed)
