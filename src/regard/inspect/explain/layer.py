"""A layer of a network watched while it works: what went in, what came out, and what was matched in between."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from regard.attend import Seen, observed
from regard.checks import as_positions
from regard.errors import OptionError, nearest
from regard.inspect.explain.calculate import joined, numbered, reading
from regard.inspect.explain.head import Call, Names, Truth
from regard.inspect.explain.steps import Step, apart, table
from regard.inspect.explain.worked import product
from regard.inspect.named import check_named
from regard.layers.attention import Attention, split
from regard.mechanisms.masks import Dense
from regard.mechanisms.positions import Bias


@dataclass
class Watched:
    """What was seen of one pass through a layer: its inputs and outputs, and the call of `attend`."""

    layer: Attention
    ins: dict[str, Tensor] = field(default_factory=dict)
    outs: dict[str, Tensor] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)


def layers_of(network: nn.Module) -> dict[str, Attention]:
    """The multi-head layers of a network, by the names that observers see; of several with one name the module's."""
    found = [(place, each) for place, each in network.named_modules() if isinstance(each, Attention)]
    names = [each.name for _, each in found]
    return {place if names.count(each.name) > 1 else each.name: each for place, each in found}


def chosen_layer(network: nn.Module, name: str) -> tuple[str, Attention]:
    """The layer of that name, or the first. OptionError for a network without any, and for an unknown name."""
    layers = layers_of(network)
    if not layers:
        hint = "train with --network transformer, or a recurrent translator with --attention additive"
        raise OptionError("explain: the network must have attention", got=type(network).__name__, hint=hint)
    if name and name not in layers:
        raise OptionError("explain: no such layer", got=repr(name), hint=nearest(name, layers))
    name = name or next(iter(layers))
    return name, layers[name]


@contextmanager
def watching(layer: Attention) -> Iterator[Watched]:
    """Within this block the layer is watched; nothing of what it computes changes.

    Raises OptionError for a layer that reads mixtures of positions.
    """
    check_named("explain", layer)
    watched = Watched(layer)

    def hook(name: str) -> Any:
        def keep(_: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            watched.ins.setdefault(name, inputs[0].detach().cpu())
            watched.outs.setdefault(name, output.detach().cpu())

        return keep

    def see(call: Seen) -> None:
        if call.name == layer.name and "query" in watched.ins and "output" not in watched.ins:
            watched.seen.append(call)

    handles = [getattr(layer, part).register_forward_hook(hook(part)) for part in ("query", "key_value", "output")]
    try:
        with torch.no_grad(), observed(see):
            yield watched
    finally:
        for handle in handles:
            handle.remove()


def call_of(watched: Watched) -> tuple[Call, Truth]:
    """The call as mechanisms, on the CPU, and what it gave; the first item of a batch."""
    layer, seen = copy.deepcopy(watched.layer).cpu(), watched.seen[0]
    query = split(watched.outs["query"], layer.heads)[0]
    key, value = (split(each, layer.key_heads)[0] for each in watched.outs["key_value"].chunk(2, -1))
    readable = seen.request.readable
    allowed = readable.dense(query.shape[1], seen.request.key.shape[2], seen.request.query.device)
    mask = None
    if allowed is not None and not bool(allowed.all()):
        all_keys = F.pad(allowed.cpu(), (0, seen.keys - allowed.shape[-1]))
        mask = Dense(all_keys.expand(1, -1, query.shape[1], -1)[0].expand(layer.heads, -1, -1))
    start = readable.start if isinstance(readable.start, int) else int(readable.start[0])
    positions = (*(each for each in as_positions(layer.place()) if not isinstance(each, Bias)), *_given(seen))
    call = Call(query, key, value, layer.match(), layer.weigh(), mask, positions, start)
    mixed = split(watched.ins["output"], layer.heads)[0]
    truth = Truth(call.truth().scores, seen.weights()[0], mixed)
    return call, truth


def _given(seen: Seen) -> tuple[Bias, ...]:
    """What came with the data and was added to scores, as one `Bias`: numbers of pairs, or of a graph's edges."""
    request, (_, heads, queries, keys) = seen.request, seen.request.sizes
    if request.bias is None and request.edge_bias is None:
        return ()
    whole = torch.zeros(heads, queries, seen.keys, dtype=request.query.dtype, device=request.query.device)
    if request.bias is not None:
        whole[..., :keys] += request.bias[0]
    graph = request.readable.graph
    if request.edge_bias is not None and graph is not None:
        whole[:, graph.target, graph.source] += graph.merged(request.edge_bias)
    return (Bias(whole.cpu()),)


def layer_steps(watched: Watched, head: int, names: Names) -> list[Step]:
    """All steps of the layer for one head; the last joins all heads."""
    call, truth = call_of(watched)
    if not 0 <= head < call.heads:
        raise OptionError("explain: no such head", got=str(head + 1), hint=f"1 to {call.heads}")
    outputs, own = [], []
    for each in range(call.heads):
        mixed, steps = reading(call, each, names, truth)
        outputs.append(mixed)
        own.append(steps)
    layer = watched.layer
    weight, bias = (each.detach().double().cpu() for each in (layer.output.weight.T, layer.output.bias))
    last = joined(outputs, weight, bias, names.rows, watched.outs["output"][0])
    return [*_projections(watched, call, head, names), *own[head], last]


def _projections(watched: Watched, call: Call, head: int, names: Names) -> list[Step]:
    """Vectors, queries, keys and values of a head."""
    layer, steps = watched.layer, []
    states, sources = (watched.ins[name][0].double().cpu() for name in ("query", "key_value"))
    same = states.shape == sources.shape and bool((states == sources).all())
    vectors = [table("X", states, names.rows)] + ([] if same else [table("H", sources, names.columns)])
    facts = {"n": len(names.rows), "m": states.shape[1], "k": len(names.columns)}
    steps.append(Step("vectors" if same else "vectors.two", tuple(vectors), facts=facts))
    size, shared = call.query.shape[2], head // (layer.heads // layer.key_heads)
    own, value = shared * size, layer.key_heads * size + shared * size
    return [
        *steps,
        _projected("Q", layer.query, head * size, (states, names.rows), call.query[head]),
        _projected("K", layer.key_value, own, (sources, names.columns), call.key[shared]),
        _projected("V", layer.key_value, value, (sources, names.columns), call.value[shared]),
    ]


def _projected(name: str, linear: nn.Linear, first: int, given: tuple[Tensor, list[str]], truth: Tensor) -> Step:
    """Vectors times a head's part of a matrix, whose first row is told, and its bias."""
    states, rows = given
    part = slice(first, first + truth.shape[1])
    weight, bias = (each[part].detach().double().cpu() for each in (linear.weight, linear.bias))
    new, biased = states @ weight.T + bias, bool(bias.any())
    tables = [table(f"W_{name}", weight.T, numbered(weight.T))] + ([table("b", bias[None], [""])] if biased else [])
    key, called = {"Q": ("query", "query"), "K": ("key", "key_value"), "V": ("value", "key_value")}[name]
    worked, facts = product(states[0], weight[0], float(bias[0])), {"plus": " + b" if biased else ""}
    return Step(key, (*tables, table(name, new, rows)), worked, f"layer.{called}(x)", apart(new, truth), facts)
