"""The same weights in other engines: CTranslate2, and M2M100 of Hugging Face, which is normed before its parts, too.

pip install ctranslate2            (regard's extra `export`)
pip install transformers           (for the second)
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from regard.export.ctranslate2 import names_of, to_ctranslate2
from regard.folder.model import load_translator
from regard.inputs.text import BEGIN, END, Text
from regard.layers.encodings import sinusoids
from regard.models.translator import Translator
from regard.networks.transformer import Transformer

LONGEST = 200
TOKENS = 2048
"""Source tokens translated together, as regard has them."""


class ByCTranslate2:
    """CTranslate2 with a type of its own; `workers` batches side by side."""

    def __init__(self, folder: Path, kind: str, threads: int, workers: int = 1) -> None:
        import ctranslate2

        self.model, _ = load_translator(folder)
        self.made = TemporaryDirectory()
        to_ctranslate2(self.model, Path(self.made.name), quantization="int8" if kind == "int8" else "float32")
        self.engine: Any = ctranslate2.Translator(
            self.made.name, compute_type=kind, inter_threads=workers, intra_threads=threads // workers
        )
        self.ids = {name: id for id, name in enumerate(names_of(self.model.target))}
        self.names = names_of(_text(self.model))

    def translate(self, lines: list[str], beam: int) -> list[tuple[str, int]]:
        """See `Ours`."""
        tokens = [[self.names[id] for id in _text(self.model).encode(line)] for line in lines]
        how = {
            "beam_size": beam,
            "max_batch_size": TOKENS,
            "batch_type": "tokens",
            "max_decoding_length": LONGEST,
            "disable_unk": True,
        }
        found = self.engine.translate_batch(tokens, **how)
        ids = [[self.ids[name] for name in each.hypotheses[0]] for each in found]
        return [(self.model.target.decode(each), len(each) + 1) for each in ids]


class ByHuggingFace:
    """`generate` of M2M100 with its cache; sentences sorted by length, 64 at a time."""

    def __init__(self, folder: Path) -> None:
        from transformers import GenerationConfig, M2M100Config, M2M100ForConditionalGeneration

        self.model, _ = load_translator(folder)
        network = self.model.network
        assert isinstance(network, Transformer), "a transformer is measured"
        o, words = network.options, network.source_table.num_embeddings
        sizes = {f"{side}_{name}": value for side in ("encoder", "decoder") for name, value in _sizes(o).items()}
        tokens = {"bos_token_id": BEGIN, "eos_token_id": END, "pad_token_id": 0, "decoder_start_token_id": BEGIN}
        config = M2M100Config(
            vocab_size=words,
            d_model=o.width,
            activation_function="relu",
            scale_embedding=True,
            dropout=0.0,
            **sizes,
            **tokens,
        )
        self.engine: Any = M2M100ForConditionalGeneration(config).eval()
        self.engine.generation_config = GenerationConfig(**tokens)
        _fill(self.engine, network)

    @torch.inference_mode()
    def translate(self, lines: list[str], beam: int) -> list[tuple[str, int]]:
        """See `Ours`."""
        order = sorted(range(len(lines)), key=lambda index: len(lines[index]))
        found: list[tuple[str, int]] = [("", 0)] * len(lines)
        for places in _batched(order, 64):
            ids = [[*_text(self.model).encode(lines[place]), END] for place in places]
            longest = max(map(len, ids))
            padded = torch.tensor([[*each, *[0] * (longest - len(each))] for each in ids])
            how = {"num_beams": beam, "max_new_tokens": LONGEST, "use_cache": True, "do_sample": False}
            written = self.engine.generate(padded, attention_mask=(padded != 0).long(), **how).tolist()
            for place, row in zip(places, written, strict=True):
                text = [id for id in row[1:] if id not in (0, END)]
                found[place] = self.model.target.decode(text), len(text) + 1
        return found


def _text(model: Translator) -> Text:
    assert isinstance(model.source, Text), "a translator of texts is measured"
    return model.source


def _batched(order: list[int], size: int) -> list[list[int]]:
    return [order[first : first + size] for first in range(0, len(order), size)]


def _sizes(o: Any) -> dict[str, int]:
    return {"layers": o.layers, "attention_heads": o.heads, "ffn_dim": o.feed_forward}


def _fill(engine: Any, network: Transformer) -> None:
    """The weights, number for number; its positions begin behind two that are never used."""
    inner, width = engine.model, network.options.width
    table = sinusoids(1024, width)
    with torch.no_grad():
        for side, layers, final in (
            (inner.encoder, network.encoder, network.encoder_norm),
            (inner.decoder, network.decoder, network.decoder_norm),
        ):
            side.embed_positions.weights[2 : 2 + len(table)] = table[: len(side.embed_positions.weights) - 2]
            side.layer_norm.load_state_dict(final.state_dict())
            for theirs, ours in zip(side.layers, layers, strict=True):
                _fill_layer(theirs, ours)
        inner.shared.weight.copy_(network.source_table.weight)
    engine.tie_weights()


def _fill_layer(theirs: Any, ours: Any) -> None:
    itself = ours.attention if hasattr(ours, "attention") else ours.itself
    first = ours.around_attention if hasattr(ours, "attention") else ours.around_itself
    _fill_attention(theirs.self_attn, itself)
    theirs.self_attn_layer_norm.load_state_dict(first.norm.state_dict())
    if hasattr(ours, "source"):
        _fill_attention(theirs.encoder_attn, ours.source)
        theirs.encoder_attn_layer_norm.load_state_dict(ours.around_source.norm.state_dict())
    theirs.fc1.load_state_dict(ours.feed_forward.inner.state_dict())
    theirs.fc2.load_state_dict(ours.feed_forward.outer.state_dict())
    theirs.final_layer_norm.load_state_dict(ours.around_feed_forward.norm.state_dict())


def _fill_attention(theirs: Any, ours: Any) -> None:
    key, value = (part.chunk(2) for part in (ours.key_value.weight, ours.key_value.bias))
    theirs.q_proj.load_state_dict(ours.query.state_dict())
    theirs.k_proj.load_state_dict({"weight": key[0], "bias": value[0]})
    theirs.v_proj.load_state_dict({"weight": key[1], "bias": value[1]})
    theirs.out_proj.load_state_dict(ours.output.state_dict())
