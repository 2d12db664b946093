"""Two examples that need nothing: the classic one of three vectors, and 机器学习 → machine learning, learned here."""

from dataclasses import replace
from functools import cache

import torch

from regard.errors import OptionError
from regard.inputs.text import Text
from regard.inspect.explain.lesson import Lesson
from regard.inspect.explain.matrices import Choices, Matrices, Note, explained
from regard.inspect.explain.steps import Explained
from regard.models.translator import Translator
from regard.networks.base import NetworkOptions
from regard.networks.recurrent import Recurrent

PAIRS = (("机器", "machine"), ("学习", "learning"), ("机器学习", "machine learning"), ("学习机器", "learning machine"))
SENTENCE, WANTED = "机器学习", "machine learning"
WIDTH, STEPS, RATE = 8, 60, 0.02
MATCHES = ("dot", "bilinear", "additive", "cosine", "distance")


def classic() -> Explained:
    """X = I₃, one matrix (1 0; 0 1; 1 1) for queries, keys and values: true numbers, and where print went wrong."""
    x = torch.eye(3, dtype=torch.float64)
    w = torch.tensor([[1, 0], [0, 1], [1, 1]], dtype=torch.float64)
    told = explained(Matrices(x, w, w, w), Choices(title="title.classic"))
    notes: tuple[Note, ...] = tuple((f"note.print.{name}", {}) for name in ("third", "scores", "softmax", "second"))
    return replace(told, notes=notes)


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


@cache
def translator(match: str = "bilinear", seed: int = 1) -> Explained:
    """机器学习 → machine learning, by a network of width 8 that learns four pairs here: a second, once a process."""
    from regard.inspect.explain.model import explained_model

    model = fresh(match, seed)
    loss = Lesson(model, PAIRS, RATE).learn(STEPS)
    told = explained_model(model, SENTENCE, None, "", 0)
    facts = {"steps": STEPS, "loss": f"{float(loss):.4f}", "width": WIDTH, "seed": seed, "match": match}
    facts["pairs"] = "; ".join(" → ".join(pair) for pair in PAIRS)
    return replace(told, notes=(("note.learned-here", facts),))


@cache
def learning(match: str = "bilinear", seed: int = 1) -> Explained:
    """A step of learning: the wanted word, its loss, the gradient at c₀ and at the match, and what they change."""
    from regard.inspect.explain.learn import steps_of

    told = steps_of(fresh(match, seed), (SENTENCE, WANTED), PAIRS, RATE)
    facts = {"pairs": "; ".join(" → ".join(pair) for pair in PAIRS), "seed": seed, "match": match}
    return replace(told, notes=(("note.fresh", facts),))


def learning_of(model: Translator, source: str, target: str) -> Explained:
    """The same of a recurrent translator at hand, which stays as it is: a copy learns this one pair.

    OptionError for other networks, for the orders luong and late, and for other weights than softmax.
    """
    from regard.inspect.explain.learn import steps_of

    return replace(steps_of(model, (source, target), ((source, target),), RATE), notes=(("note.copy", {}),))
