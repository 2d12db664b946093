"""A model and an item: run once, watched, and told step by step."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from regard.data.examples import Examples
from regard.errors import DataError, OptionError
from regard.folder.answerer import load_answerer
from regard.folder.generator import load_generator
from regard.folder.model import load_translator
from regard.folder.record import read_record
from regard.inputs.store import Store
from regard.inputs.text import BEGIN, END, Text
from regard.inspect.explain.head import Names
from regard.inspect.explain.layer import chosen_layer, layer_steps, watching
from regard.inspect.explain.recurrent import Telling
from regard.inspect.explain.steps import Explained
from regard.layers.attention import Attention
from regard.mechanisms.masks import Mask
from regard.models.answerer import Answerer
from regard.models.generator import Generator
from regard.models.translator import Translator
from regard.networks.recurrent import Recurrent

Model = Translator | Answerer | Generator
BEGINS = "<s>"


def model_of(what: Any) -> Model:
    """The model behind an estimator that has learned, a folder, or itself. OptionError for anything else."""
    if isinstance(what, str | Path):
        kind = read_record(Path(what))["kind"]
        readers: dict[str, Callable[[Path], Any]] = {"translate": load_translator, "generate": load_generator}
        load: Callable[[Path], Any] = readers.get(kind, load_answerer)
        loaded: Model = load(Path(what))[0]
        return loaded
    found = getattr(what, "model_", what)
    if not isinstance(found, Translator | Answerer | Generator):
        hint = "a matrix of vectors, a layer of regard.layers, a model that has learned, or its folder"
        raise OptionError("explain: no such thing to explain", got=type(what).__name__, hint=hint)
    return found


def explained_model(model: Model, item: Any, target: str | None, layer: str, head: int) -> Explained:
    """Every step of one layer and head over an item; of a recurrent translator every step of the translation."""
    if isinstance(item, str) and not item.strip():
        raise DataError("explain: needs an item", got="a blank text", hint="regard.explain(model, 'ein Haus')")
    if isinstance(model, Translator):
        return _translation(model, item, target, layer, head)
    if target is not None:
        got = f"target {target[:40]!r}"
        raise OptionError("explain: only a translator has a target", got=got, hint="leave it out")
    if isinstance(model, Generator):
        numbers = model.numbers(item)
        names = [BEGINS, *(model.text.token(each) for each in numbers)]
        tokens = torch.tensor([[END, *numbers]], device=model.device)
        return _told(model.network, lambda: model.network(tokens), {"": Names(names, names)}, layer, head)
    store = Store(model.given, Examples(model.given.kind, [item], origin="item"))
    names = model.names(item)
    batch = store.batch([0]).to(model.device)
    return _told(model.network, lambda: model.network(batch), {"": Names(names, names)}, layer, head)


def _translation(model: Translator, item: Any, target: str | None, layer: str, head: int) -> Explained:
    source = model.source
    sources = [item] if isinstance(source, Text) else Examples(source.kind, [item], origin="item")
    model.network.eval()
    pieces = model.translate(sources)[0][0].tokens if target is None else model.target.encode(target)
    names = [*source.pieces(item), "</s>"] if isinstance(source, Text) else model._names(item)
    batch = model.stored(sources).batch([0]).to(model.device)
    if isinstance(model.network, Recurrent):
        steps = Telling(model, model.network, names, pieces).steps(batch.values, batch.lengths)
        facts = {"source": str(item), "target": model.target.decode(pieces)}
        return Explained("title.translator", tuple(steps), facts=facts, dtype=_dtype(model.network))
    tokens = [BEGINS, *(model.target.token(each) for each in pieces)]
    written = [*tokens[1:], "</s>"]

    def run() -> None:
        encoded = model.network.encode(*batch)
        model.network.decode(encoded, torch.tensor([[BEGIN, *pieces]], device=model.device))

    named = {"": Names(names, names), "decoder": Names(tokens, tokens), "source": Names(written, names)}
    return _told(model.network, run, named, layer, head)


def explained_layer(layer: Attention, states: Any, names: list[str], head: int, mask: Mask | None = None) -> Explained:
    """Every step of a layer over states (n, m), or (1, n, m)."""
    given = torch.as_tensor(states, dtype=layer.query.weight.dtype, device=layer.query.weight.device)
    given = given[None] if given.dim() == 2 else given
    if given.dim() != 3 or len(given) != 1 or given.shape[2] != layer.query.in_features:
        got, hint = f"shape {tuple(given.shape)}", f"a row of {layer.query.in_features} numbers for each vector"
        raise DataError("explain: a layer reads the vectors of one item, (n, m)", got=got, hint=hint)
    names = names or [str(i + 1) for i in range(given.shape[1])]
    training = layer.training
    layer.eval()
    try:
        return _told(layer, lambda: layer(given, mask=mask), {"": Names(names, names)}, "", head)
    finally:
        layer.train(training)


def _told(network: nn.Module, run: Callable[[], Any], named: dict[str, Names], layer: str, head: int) -> Explained:
    """The steps of the chosen layer; `named` has what its queries and keys are called, by the beginning of its name."""
    name, chosen = chosen_layer(network, layer)
    network.eval()
    with watching(chosen) as watched:
        run()
    names = next((each for start, each in named.items() if start and name.startswith(start)), named[""])
    queries, keys = watched.outs["query"].shape[1], watched.outs["key_value"].shape[1]
    rows = names.rows if len(names.rows) == queries else [str(i + 1) for i in range(queries)]
    columns = names.columns if len(names.columns) == keys else [str(i + 1) for i in range(keys)]
    steps = layer_steps(watched, head, Names(rows, columns))
    facts = {"layer": name, "head": head + 1, "heads": chosen.heads}
    return Explained("title.layer", tuple(steps), facts=facts, dtype=_dtype(network))


def _dtype(network: nn.Module) -> str:
    return str(next(network.parameters()).dtype).removeprefix("torch.")
