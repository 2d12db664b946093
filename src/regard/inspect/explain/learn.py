"""The step of learning: from the wanted word back to c₀, and through the weights to the numbers of the match."""

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

from regard.attend import observed
from regard.errors import DataError, OptionError
from regard.inputs.text import BEGIN, Text
from regard.inspect.explain.lesson import Lesson, Pairs
from regard.inspect.explain.steps import Explained, Step, apart, table
from regard.inspect.explain.worked import product, shown
from regard.mechanisms.normalizers import Softmax
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


def steps_of(model: Translator, pair: tuple[str, str], pairs: Pairs, rate: float) -> Explained:
    """The first word of a pair: how wrong it is, which way is better, and where learning the pairs leads.

    The model that is given does not change. OptionError for a network whose first match does not begin with z₀, or
    whose weights are no softmax.
    """
    model = _copied(model)
    assert isinstance(model.source, Text), "checked when it was copied"
    names = [*model.source.pieces(pair[0]), "</s>"]
    first = _first(model, pair)
    context = first.network.reader(first.state.cell.shown, first.encoded, first.state.keys)
    loss = -_chance(first, context)
    own = [each for name, each in first.network.reader.match.named_parameters() if name in ("matrix", "weight")]
    slope, *at_match = torch.autograd.grad(loss, (context, *own))
    word = model.target.token(first.wanted)
    steps = [_wanted(first, context, loss, word), _at_context(first, context, slope[0])]
    steps += _at_match(first, names, slope[0], at_match)
    steps.append(_after(Lesson(model, pairs, rate), pair, names, word))
    return Explained("title.learning", tuple(steps), facts={"source": pair[0], "target": pair[1]})


def _copied(model: Translator) -> Translator:
    """The model in float64, on the CPU, apart from the one that is given."""
    network = model.network
    if not isinstance(network, Recurrent) or not isinstance(model.source, Text):
        got, hint = type(network).__name__, "a recurrent translator of texts, or regard explain --learn alone"
        raise OptionError("explain: learning is shown of a recurrent translator of texts", got=got, hint=hint)
    options = network.options
    match = "none" if options.attention == "none" else type(network.reader.weigh()).__name__
    if options.order != "bahdanau" or match != Softmax.__name__:
        got = f"order {options.order}, attention {options.attention}, normalizer {match}"
        hint = "a model trained with --order bahdanau, attention and softmax"
        raise OptionError("explain: learning is shown from z₀ on, through softmax", got=got, hint=hint)
    return Translator(model.source, model.target, copy.deepcopy(network).cpu().double().eval())


def _first(model: Translator, pair: tuple[str, str]) -> First:
    network = model.network
    assert isinstance(network, Recurrent), "checked when it was copied"
    pieces = model.target.encode(pair[1])
    if not pieces or not pair[0].strip():
        hint = "a sentence, and --target with its translation"
        raise DataError("explain: learning needs a source and a wanted target", got="a blank one", hint=hint)
    encoded = network.encode(*model.stored([pair[0]]).batch([0]))
    return First(network, encoded, network.start(encoded), pieces[0])


def _chance(first: First, context: Tensor) -> Tensor:
    """ln p of the wanted word, from c₀ on: the same parts that the network's own step is made of."""
    network, state = first.network, first.state
    word = network.target_table(torch.tensor([BEGIN])) * network.options.width**0.5
    cell = network.cell(torch.cat((word, context), -1), state.cell)
    given = torch.tanh(network.mix(torch.cat((cell.shown, context, word), -1)))
    scores = network.output.scores(given)[0]
    return scores[first.wanted] - scores.logsumexp(0)


def _wanted(first: First, context: Tensor, loss: Tensor, word: str) -> Step:
    with torch.no_grad():
        own = first.network.output(first.network.step(torch.tensor([BEGIN]), first.state)[0])[0, first.wanted]
    chance, amount = shown(float((-loss).exp().detach())), shown(float(loss.detach()))
    facts = {"word": word, "p": chance, "loss": amount}
    worked = f"−ln {chance} = {amount}"
    return Step("l.wanted", (table("c₀", context, [""]),), worked, "network.step(…)", apart(-loss, own), facts)


def _at_context(first: First, context: Tensor, slope: Tensor) -> Step:
    """∂L/∂c₀, held against what happens when each number of c₀ is moved a little."""
    measured = differences(lambda moved: -_chance(first, moved[None]), context[0].detach())
    tables = (table("∂L/∂c₀", torch.stack((slope, measured)), ["∂", "Δ"]),)
    gap, facts = apart(slope, measured), {"small": SMALL}
    return Step("l.context", tables, "", "(L(c₀ + ε) − L(c₀ − ε)) / 2ε", gap, facts)


def differences(loss: Callable[[Tensor], Tensor], at: Tensor) -> Tensor:
    """The slope of a function of a vector, measured: two values of it for each number."""
    moved = torch.eye(len(at), dtype=at.dtype) * SMALL
    with torch.no_grad():
        return torch.stack([(loss(at + each) - loss(at - each)) / (2 * SMALL) for each in moved])


@torch.no_grad()
def _at_match(first: First, names: list[str], slope: Tensor, at_match: list[Tensor]) -> list[Step]:
    """By the chain rule from ∂L/∂c₀: at each weight, at each score, and at what the match has learned, if anything."""
    z, states, reader = first.state.cell.shown[0], first.encoded.states[0], first.network.reader
    weights = weights_of(first)
    at_weights = states @ slope
    at_scores = weights * (at_weights - (weights * at_weights).sum())
    rows = table("∂L/∂a, ∂L/∂s", torch.stack((weights, at_weights, at_scores)), ["a", "∂L/∂a", "∂L/∂s"], names)
    through = Step("l.scores", (rows,), product(states[0], slope))
    if reader.attention == "bilinear":
        own = torch.outer(z, at_scores @ states)
        matrix = table("∂L/∂W", own, [str(i + 1) for i in range(len(own))])
        return [through, Step("l.matrix", (matrix,), "", "autograd: W.grad", apart(own, at_match[0][0]))]
    if reader.attention == "additive":
        own = at_scores @ torch.tanh(reader.query(z) + first.state.keys[0])
        vector = table("∂L/∂w", own[None], [""])
        return [through, Step("l.weight", (vector,), "", "autograd: w.grad", apart(own, at_match[0][0]))]
    return [through]


def weights_of(first: First) -> Tensor:
    """The weights that the first word is read with, as the network reads."""
    seen: list[Tensor] = []
    with torch.no_grad(), observed(lambda call: seen.append(call.weights())):
        first.network.reader(first.state.cell.shown, first.encoded, first.state.keys)
    return seen[0][0, 0, 0]


def _after(lesson: Lesson, pair: tuple[str, str], names: list[str], word: str) -> Step:
    """Weights of the first word, its chance and its loss before learning and after 1, 10 and 100 steps."""
    told: list[Tensor] = []
    done = 0
    for count in (0, *AFTER):
        lesson.learn(count - done)
        done = count
        first = _first(lesson.model, pair)
        with torch.no_grad():
            context = first.network.reader(first.state.cell.shown, first.encoded, first.state.keys)
            chance = _chance(first, context)
        told.append(torch.cat((weights_of(first), torch.stack((chance.exp(), -chance)))))
    whole = table("A", torch.stack(told).detach(), ["0", *map(str, AFTER)], [*names, "p", "L"])
    facts: dict[str, Any] = {"rate": lesson.rate, "word": word, "pairs": len(lesson.labels)}
    return Step("l.after", (whole,), facts=facts)
