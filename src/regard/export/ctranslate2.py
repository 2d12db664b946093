"""The transformer of a translator as CTranslate2's own layers: the same weights, number for number.

What it has no layers for is refused: other scores, normalizers and positions, recurrent networks, ensembles, items.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from regard.errors import OptionError, missing, nearest
from regard.export.destination import write_export, write_program
from regard.folder.model import save_sides
from regard.inputs.text import Text
from regard.layers.attention import Attention
from regard.layers.blocks import DecoderBlock, EncoderBlock, FeedForward, Residual
from regard.layers.encodings import LearnedPositions, sinusoids
from regard.models.translator import Translator
from regard.networks.pattern import all_global
from regard.networks.transformer import Transformer

QUANTIZATIONS = (
    *("float32", "float16", "bfloat16", "int16", "int8"),
    *("int8_float32", "int8_float16", "int8_bfloat16"),
)
ABOUT = "A translator in CTranslate2's format: one line out for one line in."


def to_ctranslate2(model: Translator, folder: Path, *, quantization: str = "float32", positions: int = 1024) -> None:
    """Writes the model, its tokenizers, and `translate.py`, which needs neither torch nor regard.

    `positions` is how many tokens a text may have where sinusoids set no limit. Raises OptionError for a model that
    CTranslate2 has no layers for, MissingError without the library.
    """
    check_mappable(model)
    if quantization not in QUANTIZATIONS:
        hint = nearest(quantization, QUANTIZATIONS)
        raise OptionError("regard export: --quantization: no such choice", got=repr(quantization), hint=hint)
    if positions < 2:
        raise OptionError("regard export: --longest is at least 2", got=str(positions), hint="leave it out")
    try:
        from ctranslate2.specs import TransformerSpec
    except ImportError as error:
        raise missing("regard export --to ctranslate2", "ctranslate2", "export") from error
    network, options = model.network, model.network.options
    assert isinstance(network, Transformer) and isinstance(model.source, Text), "checked above"
    spec = TransformerSpec.from_config((options.layers, options.layers), options.heads, pre_norm=options.norm == "pre")
    _fill(spec, network, positions)
    spec.register_source_vocabulary(names_of(model.source))
    spec.register_target_vocabulary(names_of(model.target))
    spec.config.add_source_eos = True
    spec.validate()
    spec.optimize(quantization=quantization)
    spec.save(str(folder))
    save_sides(model, folder)
    write_program(folder, "translate.py", "regard.export.standalone.by_ctranslate2", ABOUT)
    write_export(folder, {"kind": "translate", "to": "ctranslate2", "room": _room(network, positions)})


def check_mappable(model: Translator) -> None:
    """Raises OptionError, naming the choice, for a model that CTranslate2 has no layers for."""
    options = model.network.options
    wrong = {
        f"--input {getattr(model.source, 'kind', 'text')}": not isinstance(model.source, Text),
        f"--network {options.network}": options.network != "transformer",
        f"--members {options.members}": options.members != 1,
        f"--attention {options.attention}": options.attention != "dot",
        f"--normalizer {options.weighing}": options.weighing != "softmax",
        f"--positions {options.positions}": options.positions not in ("sinusoidal", "learned"),
        f"--pattern {options.pattern!r}": not all_global(options.pattern),
        f"--key-heads {options.key_heads}": options.key_heads not in (0, options.heads),
    }
    if named := [name for name, differs in wrong.items() if differs]:
        rule = "regard export: CTranslate2 has layers for the plain transformer from text to text alone"
        raise OptionError(rule, got=f"a model of {', '.join(named)}", hint="--to onnx, which takes more")


def names_of(text: Text) -> list[str]:
    """What CTranslate2 calls each token: how it is displayed; one that looks like another bears its number, too.

    >>> names_of(Text.learn(["a ▁"], kind="character"))
    ['<pad>', '<unk>', '<s>', '</s>', '▁', 'a', '▁<6>']
    """
    names: dict[str, None] = {}
    for id in range(text.size):
        name = text.token(id)
        while name in names:
            name += f"<{id}>"
        names[name] = None
    return [*names]


def _room(network: Transformer, positions: int) -> int:
    return network.options.longest if network.options.positions == "learned" else positions


def _fill(spec: Any, network: Transformer, positions: int) -> None:
    encoder, decoder = spec.encoder, spec.decoder
    encoder.embeddings[0].weight = _array(network.source_table.weight)
    decoder.embeddings.weight = decoder.projection.weight = _array(network.target_table.weight)
    encoder.position_encodings.encodings = _table(network, network.positions, positions)
    decoder.position_encodings.encodings = _table(network, network.target_positions, positions)
    for layer, block in zip(encoder.layer, network.encoder, strict=True):
        assert isinstance(block, EncoderBlock)
        _itself(layer.self_attention, block.attention, block.around_attention)
        _feed_forward(layer.ffn, block.feed_forward, block.around_feed_forward)
    for layer, block in zip(decoder.layer, network.decoder, strict=True):
        assert isinstance(block, DecoderBlock)
        _itself(layer.self_attention, block.itself, block.around_itself)
        _source(layer.attention, block.source, block.around_source)
        _feed_forward(layer.ffn, block.feed_forward, block.around_feed_forward)
    if network.options.norm == "pre":
        _norm(encoder.layer_norm, network.encoder_norm)
        _norm(decoder.layer_norm, network.decoder_norm)


def _table(network: Transformer, encoding: nn.Module | None, positions: int) -> NDArray[np.float32]:
    """What is added at each position; CTranslate2 would compute other sinusoids.

    One more than there is room for: a target that did not end is read to its last token when it is scored.
    """
    if isinstance(encoding, LearnedPositions):
        return np.pad(_array(encoding.table), ((0, 1), (0, 0)))
    return sinusoids(positions + 1, network.options.width).numpy()


def _itself(spec: Any, attention: Attention, around: Residual) -> None:
    """Queries, keys and values by one product."""
    _linear(spec.linear[0], attention.query, attention.key_value)
    _linear(spec.linear[1], attention.output)
    _norm(spec.layer_norm, around.norm)


def _source(spec: Any, attention: Attention, around: Residual) -> None:
    for part, layer in zip(spec.linear, (attention.query, attention.key_value, attention.output), strict=True):
        _linear(part, layer)
    _norm(spec.layer_norm, around.norm)


def _feed_forward(spec: Any, part: FeedForward, around: Residual) -> None:
    _linear(spec.linear_0, part.inner)
    _linear(spec.linear_1, part.outer)
    _norm(spec.layer_norm, around.norm)


def _linear(spec: Any, *layers: nn.Linear) -> None:
    """One layer, or several whose outputs stand one behind the other."""
    spec.weight = np.concatenate([_array(layer.weight) for layer in layers])
    spec.bias = np.concatenate([_array(layer.bias) for layer in layers])


def _norm(spec: Any, layer: nn.Module) -> None:
    spec.gamma, spec.beta = (_array(each) for each in layer.parameters())


def _array(tensor: torch.Tensor) -> NDArray[np.float32]:
    return tensor.detach().float().cpu().numpy()
