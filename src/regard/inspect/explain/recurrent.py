"""The recurrent translator step by step: match, softmax, c₀, z₁, a word, and again, until the end token."""

from dataclasses import replace
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from regard.attend import Seen, observed
from regard.inputs.text import BEGIN, END
from regard.inspect.explain.calculate import reading
from regard.inspect.explain.cells import gates_of, next_state
from regard.inspect.explain.head import Call, Names
from regard.inspect.explain.steps import Step, apart, table
from regard.inspect.explain.worked import shown
from regard.layers.recurrence import Steps
from regard.models.translator import Translator
from regard.networks.recurrent import Recurrent, RecurrentState

CANDIDATES = 5


class Before(NamedTuple):
    """What a step begins with, in float64: z, the LSTM's inner cell, what was given out before, and the word."""

    shown: Tensor
    inner: Tensor
    given: Tensor
    word: Tensor


class Telling:
    """One translation told: the network, the names of its source, and the target's pieces, whose last is the end."""

    def __init__(self, model: Translator, network: Recurrent, names: list[str], target: list[int]) -> None:
        self.model, self.network, self.names = model, network, names
        self.matched = False
        self.tokens = [BEGIN, *target]
        self.pieces = [*(model.target.token(each) for each in target), "</s>"]

    def steps(self, values: Tensor, lengths: Tensor) -> list[Step]:
        """All of it, from the encoder's states to the end token."""
        network, told = self.network, []
        with torch.no_grad():
            encoded = network.encode(values, lengths)
            state = network.start(encoded)
            told += self._start(state)
            for t, token in enumerate(self.tokens):
                before = self._before(token, state)
                seen: list[Seen] = []
                with observed(seen.append):
                    out, state = network.step(torch.tensor([token], device=values.device), state)
                told += self._word(t, before, state, out, seen)
        return [*told, Step("r.end", (), facts={"text": self.model.target.decode(self.tokens[1:])})]

    def _start(self, state: RecurrentState) -> list[Step]:
        states, last = state.encoded.states[0].double().cpu(), state.encoded.last
        assert last is not None, "a recurrent encoder has a last state"
        facts = {"n": len(self.names), "m": states.shape[1]}
        bridge = self.network.bridge
        first = torch.tanh(_linear(bridge, last[0].double().cpu()))
        tables = (table("h last", last, [""]), table("z₀", first[None], [""]))
        start = Step("r.start", tables, "", "network.start(encoded)", apart(first, state.cell.shown[0]))
        return [Step("r.encoder", (table("H", states, self.names),), facts=facts), start]

    def _before(self, token: int, state: RecurrentState) -> Before:
        scale = self.network.options.width**0.5
        word = self.network.target_table.weight[token].detach().double().cpu() * scale
        shown, inner, given = (each[0].double().cpu() for each in (*state.cell, state.given))
        return Before(shown, inner, given, word)

    def _word(self, t: int, before: Before, after: RecurrentState, out: Tensor, seen: list[Seen]) -> list[Step]:
        """The steps of one word, in the network's order: match, then step; or step, then match."""
        network, early = self.network, self.network.options.order == "bahdanau"
        sub = subscript(t if early else t + 1)
        if early:
            context, read = self._match(before.shown, after, seen, sub)
            stepped, moved = self._moved(before, torch.cat((before.word, context)), after, t)
            parts = [stepped, context, before.word]
            told = [*read, moved]
        else:
            given = torch.cat((before.word, before.given)) if network.luong else before.word
            stepped, moved = self._moved(before, given, after, t)
            context, read = self._match(stepped, after, seen, sub)
            parts = [stepped, context]
            told = [moved, *read]
        given = torch.tanh(_linear(network.mix, torch.cat(parts)))
        told.append(self._chosen(t, given, out, early))
        return [replace(each, at=str(t + 1)) for each in told]

    def _match(self, z: Tensor, state: RecurrentState, seen: list[Seen], sub: str) -> tuple[Tensor, list[Step]]:
        """c, the weighted sum of the encoder's states, and how it came about."""
        reader, states = self.network.reader, state.encoded.states
        if reader.attention == "none":
            last = state.encoded.last
            assert last is not None, "a recurrent encoder has a last state"
            return last[0].double().cpu(), [Step("r.none", (table(f"c{sub}", last, [""]),))]
        asked = (z if reader.attention != "additive" else _linear(reader.query, z))[None, None].to(states.dtype)
        call = Call(asked.to(states.device), state.keys, states, reader.match(), reader.weigh())
        truth = call.truth()._replace(weights=seen[0].weights()[0])
        called = Names([f"z{sub}"], self.names)
        mixed, steps = reading(call, 0, called, truth)
        queried = [Step("r.query", (table(f"W z{sub}", asked[0], [""]), table("U H", state.keys[0], self.names)))]
        told = [self._once(each) for each in steps if each.key != "mask.none"]
        told[-1] = replace(told[-1], key="r.context", tables=(table(f"c{sub}", mixed, [""]),))
        kept = _without_idle_scale(told)
        return mixed[0], [*(queried if reader.attention == "additive" else []), *kept]

    def _once(self, step: Step) -> Step:
        """The step without the match's own numbers, but for the first time."""
        if not step.key.startswith("score") or not self.matched:
            self.matched = True
            return step
        return replace(step, tables=tuple(each for each in step.tables if each.name not in ("W", "w")))

    def _moved(self, before: Before, given: Tensor, after: RecurrentState, t: int) -> tuple[Tensor, Step]:
        """z one step on, by the cell's equations."""
        cell = self.network.cell
        module = cell.layer if isinstance(cell, Steps) else cell.cell
        kind = self.network.options.cell
        stepped, _ = next_state(kind, gates_of(module), given, before.shown, before.inner)
        tables = (table("y", before.word[None], [""]), table(f"z{subscript(t + 1)}", stepped[None], [""]))
        facts = {"before": subscript(t), "after": subscript(t + 1), "cell": kind}
        gap = apart(stepped, after.cell.shown[0])
        return stepped, Step(f"r.step.{self.network.options.order}", tables, "", "network.step(y, z)", gap, facts)

    def _chosen(self, t: int, given: Tensor, out: Tensor, early: bool) -> Step:
        """Probabilities of the next word, the likeliest few, and the one that is written."""
        weight = self.network.output.weight.detach().double().cpu()
        scores = weight @ given
        powers = (scores - scores.max()).exp()
        chances = powers / powers.sum()
        theirs = self.network.output(out)[0].double().cpu().exp()
        top = chances.topk(min(CANDIDATES, len(chances))).indices.tolist()
        names = [self.model.target.token(each) for each in top]
        piece = self.pieces[t]
        token = self.tokens[t + 1] if t + 1 < len(self.tokens) else None
        chance = float(chances[END if token is None else token])
        facts = {"word": piece, "p": shown(chance), "after": subscript(t + 1)}
        chosen = table("p", chances[top][None], [""], names)
        key = "r.word" if early else "r.word.late"
        return Step(key, (chosen,), "", "network.output(…)", apart(chances, theirs), facts)


def _without_idle_scale(steps: list[Step]) -> list[Step]:
    """The steps without a scale that changes nothing; what it was held against belongs to the score then."""
    score, scale, *rest = steps
    if scale.worked:
        return steps
    return [replace(score, against=scale.against, difference=scale.difference), *rest]


def _linear(module: nn.Linear, vector: Tensor) -> Tensor:
    """A linear map in float64."""
    weight, bias = module.weight.detach().double().cpu(), module.bias
    return F.linear(vector, weight, None if bias is None else bias.detach().double().cpu())


def subscript(number: int) -> str:
    """A number as a subscript.

    >>> subscript(10)
    '₁₀'
    """
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))
