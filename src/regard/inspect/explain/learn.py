"""The step of learning: from the wanted word back to c₀, and through the weights to the matrix of the match."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from regard.attend import observed
from regard.inputs.text import BEGIN, Text
from regard.inspect.explain.examples import PAIRS, RATE, SENTENCE, WANTED, learn
from regard.inspect.explain.steps import Explained, Step, apart, table
from regard.inspect.explain.worked import product, shown
from regard.models.translator import Translator
from regard.networks.base import Encoded
from regard.networks.recurrent import Recurrent, RecurrentState

AFTER = (1, 10, 100)
SMALL = 1e-5
"""How far a number is moved to see the loss change."""


class First(NamedTuple):
    """What the first word is written from: the source as it was read, z₀, and the number of the wanted word."""

    network: Recurrent
    encoded: Encoded
    state: RecurrentState
    wanted: int


def steps_of(model: Translator, seed: int) -> Explained:
    """The first word of the example: how wrong it is, which way is better, and where that leads."""
    first = _first(model)
    context = first.network.reader(first.state.cell.shown, first.encoded, first.state.keys)
    context.retain_grad()
    loss = -_chance(first, context)
    matrix = first.network.reader.match.matrix
    slope, at_matrix = torch.autograd.grad(loss, (context, matrix))
    names = [*_pieces(model), "</s>"]
    found = (slope[0], at_matrix[0])
    steps = [_wanted(first, context, loss), _at_context(first, context, slope[0]), *_at_match(first, names, found)]
    facts = {"pairs": "; ".join(" → ".join(pair) for pair in PAIRS), "seed": seed}
    steps.append(_after(model, names))
    return Explained("title.learning", tuple(steps), (("note.fresh", facts),), {"source": SENTENCE, "target": WANTED})


def _pieces(model: Translator) -> list[str]:
    assert isinstance(model.source, Text), "the example reads text"
    return model.source.pieces(SENTENCE)


def _first(model: Translator) -> First:
    network = model.network
    assert isinstance(network, Recurrent), "the example is recurrent"
    batch = model.stored([SENTENCE]).batch([0])
    encoded = network.encode(*batch)
    return First(network, encoded, network.start(encoded), model.target.encode(WANTED)[0])


def _chance(first: First, context: Tensor) -> Tensor:
    """ln p of the wanted word, from c₀ on: the same parts that the network's own step is made of."""
    network, state = first.network, first.state
    word = network.target_table(torch.tensor([BEGIN])) * network.options.width**0.5
    cell = network.cell(torch.cat((word, context), -1), state.cell)
    given = torch.tanh(network.mix(torch.cat((cell.shown, context, word), -1)))
    scores = network.output.scores(given)[0]
    return scores[first.wanted] - scores.logsumexp(0)


def _wanted(first: First, context: Tensor, loss: Tensor) -> Step:
    with torch.no_grad():
        own = first.network.output(first.network.step(torch.tensor([BEGIN]), first.state)[0])[0, first.wanted]
    chance = float((-loss).exp().detach())
    facts = {"word": WANTED.split()[0], "p": shown(chance), "loss": shown(float(loss.detach()))}
    tables = (table("c₀", context, [""]),)
    return Step(
        "l.wanted", tables, f"−ln {shown(chance)} = {facts['loss']}", "network.step(…)", apart(-loss, own), facts
    )


def _at_context(first: First, context: Tensor, slope: Tensor) -> Step:
    """∂L/∂c₀, held against what happens when each number of c₀ is moved a little."""
    measured = differences(lambda moved: -_chance(first, moved[None]), context[0].detach())
    tables = (table("∂L/∂c₀", torch.stack((slope, measured)), ["∂", "Δ"]),)
    return Step("l.context", tables, "", "(L(c₀ + ε) − L(c₀ − ε)) / 2ε", apart(slope, measured), {"small": SMALL})


def differences(loss: Callable[[Tensor], Tensor], at: Tensor) -> Tensor:
    """The slope of a function of a vector, measured: two values of it for each number."""
    moved = torch.eye(len(at), dtype=at.dtype) * SMALL
    with torch.no_grad():
        return torch.stack([(loss(at + each) - loss(at - each)) / (2 * SMALL) for each in moved])


def _at_match(first: First, names: list[str], found: tuple[Tensor, Tensor]) -> list[Step]:
    """By the chain rule from ∂L/∂c₀: at each weight, at each score, at W."""
    slope, at_matrix = found
    with torch.no_grad():
        z, states = first.state.cell.shown[0].detach(), first.encoded.states[0].detach()
        weights = weights_of(first)
        at_weights = states @ slope
        at_scores = weights * (at_weights - (weights * at_weights).sum())
        at_own = torch.outer(z, at_scores @ states)
    rows = table("∂L/∂a, ∂L/∂s", torch.stack((weights, at_weights, at_scores)), ["a", "∂L/∂a", "∂L/∂s"], names)
    through = Step("l.scores", (rows,), product(states[0], slope))
    numbers = [str(i + 1) for i in range(len(at_own))]
    matrix = table("∂L/∂W", at_own, numbers)
    return [through, Step("l.matrix", (matrix,), "", "autograd: W.grad", apart(at_own, at_matrix))]


def weights_of(first: First) -> Tensor:
    """The weights that the first word is read with, as the network reads."""
    seen: list[Tensor] = []
    with torch.no_grad(), observed(lambda call: seen.append(call.weights())):
        first.network.reader(first.state.cell.shown, first.encoded, first.state.keys)
    return seen[0][0, 0, 0]


def _after(model: Translator, names: list[str]) -> Step:
    """Weights of the first word, its probability and its loss before learning and after 1, 10 and 100 steps."""
    rows, told, done = ["0", *map(str, AFTER)], [], 0
    for count in (0, *AFTER):
        learn(model, count - done)
        done = count
        first = _first(model)
        with torch.no_grad():
            context = first.network.reader(first.state.cell.shown, first.encoded, first.state.keys)
            chance = _chance(first, context)
        told.append(torch.cat((weights_of(first), torch.stack((chance.exp(), -chance)))))
    whole = table("A", torch.stack(told).detach(), rows, [*names, "p", "L"])
    return Step("l.after", (whole,), facts={"rate": RATE, "word": WANTED.split()[0]})
