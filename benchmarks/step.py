"""One training step on sentence-length batches: regard's networks beside peers in a plain loop.

    python benchmarks/step.py [--only TEXT …] [--no-allocator]

One run, interleaved, medians of 7 and the fastest. Three sizes: a transformer of 4 + 4 layers, width 128, on 204 × 20
tokens; one of 3 + 3 layers, width 256, on 256 × 16, beside `nn.Transformer` and Hugging Face's Marian, if that is
installed; a recurrent network with additive attention, width 128, on 64 × 60 to 30 characters, beside a textbook loop.
Vocabulary 8,000. All get bf16 autocast where it says so, Adam, the same dropout and label smoothing; glibc keeps what
is freed for all alike, unless `--no-allocator` leaves it as it is.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from regard.networks.catalogue import build
from regard.training.allocator import keep_freed_memory
from regard.training.config import TranslateConfig
from regard.training.defaults import network_options

REPEATS, VOCABULARY = 7, 8000


class Shape(NamedTuple):
    """A transformer's layers on each side, width, feed-forward width and dropout; four heads."""

    layers: int
    width: int
    feed_forward: int
    dropout: float


SMALL, MEDIUM = Shape(4, 128, 256, 0.3), Shape(3, 256, 1024, 0.1)


class Textbook(nn.Module):
    """nn.Transformer with nn.Embedding, shared tables and F.cross_entropy over all scores at once."""

    def __init__(self, of: Shape) -> None:
        super().__init__()
        self.table = nn.Embedding(VOCABULARY, of.width)
        inner = (of.width, 4, of.layers, of.layers, of.feed_forward, of.dropout)
        self.body = nn.Transformer(*inner, batch_first=True, norm_first=True)

    def loss(self, source: Tensor, target: Tensor) -> Tensor:
        causal = nn.Transformer.generate_square_subsequent_mask(target.shape[1])
        states = self.body(self.table(source), self.table(target), tgt_mask=causal, tgt_is_causal=True)
        return F.cross_entropy((states @ self.table.weight.T).flatten(0, 1), target.flatten(), label_smoothing=0.1)


class Marian(nn.Module):
    """Hugging Face's MarianMTModel of the same shape, as its own forward pass computes the loss; no smoothing."""

    def __init__(self, of: Shape) -> None:
        from transformers import MarianConfig, MarianMTModel

        super().__init__()
        sizes = {
            f"{side}_{name}": value
            for side in ("encoder", "decoder")
            for name, value in (("layers", of.layers), ("attention_heads", 4), ("ffn_dim", of.feed_forward))
        }
        tokens = {"vocab_size": VOCABULARY, "pad_token_id": 0, "eos_token_id": 3, "decoder_start_token_id": 2}
        self.body = MarianMTModel(MarianConfig(d_model=of.width, dropout=of.dropout, **sizes, **tokens))

    def loss(self, source: Tensor, target: Tensor) -> Tensor:
        return self.body(input_ids=source, labels=target).loss  # type: ignore[no-any-return]


class TextbookRecurrent(nn.Module):
    """GRU encoder over packed sequences, GRU cell, additive attention as (b, k, d) tensors in a loop."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(VOCABULARY, 128)
        self.encoder = nn.GRU(128, 64, bidirectional=True, batch_first=True)
        self.cell, self.mix = nn.GRUCell(256, 128), nn.Linear(384, 128)
        self.query, self.key = nn.Linear(128, 128), nn.Linear(128, 128, bias=False)
        self.weight = nn.Linear(128, 1, bias=False)

    def loss(self, source: Tensor, target: Tensor) -> Tensor:
        lengths = torch.full((source.shape[0],), source.shape[1])
        packed = nn.utils.rnn.pack_padded_sequence(self.table(source), lengths, batch_first=True)
        states = nn.utils.rnn.pad_packed_sequence(self.encoder(packed)[0], batch_first=True)[0]
        z, keys, outputs = states[:, -1], self.key(states), []
        for word in self.table(target).unbind(1):
            scores = self.weight(torch.tanh(self.query(z)[:, None] + keys))[..., 0]
            c = (scores.softmax(-1)[..., None] * states).sum(1)
            z = self.cell(torch.cat((word, c), -1), z)
            outputs.append(torch.tanh(self.mix(torch.cat((z, c, word), -1))))
        scores = torch.stack(outputs, 1) @ self.table.weight.T
        return F.cross_entropy(scores.flatten(0, 1), target.flatten(), label_smoothing=0.1)


class Ours(nn.Module):
    """A network of regard's with its own loss; small where nothing is chosen."""

    def __init__(self, **choices: object) -> None:
        super().__init__()
        options = network_options(TranslateConfig(size="small", **choices), pairs=1, shared=True)
        self.network = build(options, VOCABULARY, VOCABULARY)

    def loss(self, source: Tensor, target: Tensor) -> Tensor:
        lengths = torch.full((source.shape[0],), source.shape[1])
        states = self.network.decode(self.network.encode(source, lengths), target)
        return self.network.output.loss(states.flatten(0, 1), target.flatten(), 0.1) / target.numel()


def stepper(model: nn.Module, sizes: tuple[int, int, int], low: bool) -> Callable[[], float]:
    batch, source_length, target_length = sizes
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4, fused=True)
    source = torch.randint(4, VOCABULARY, (batch, source_length))
    target = torch.randint(4, VOCABULARY, (batch, target_length))

    def step() -> float:
        start = time.perf_counter()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=low):
            loss = model.loss(source, target)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return time.perf_counter() - start

    return step


def transformers(of: Shape, batch: tuple[int, int, int]) -> dict[str, Callable[[], Callable[[], float]]]:
    """The contestants of a size, each made when it is asked for."""
    choices = {"width": of.width, "layers": of.layers, "feed_forward": of.feed_forward, "heads": 4}
    peers: dict[str, Callable[[], nn.Module]] = {"textbook": lambda: Textbook(of)}
    if of is MEDIUM and find_spec("transformers"):
        peers["Marian"] = lambda: Marian(of)
    peers["regard"] = lambda: Ours(**choices, dropout=of.dropout)
    return {
        f"{of.layers} + {of.layers} × {of.width}, {name}, {precision}": partial(made, make, batch, precision == "bf16")
        for name, make in peers.items()
        for precision in ("fp32", "bf16")
    }


def made(make: Callable[[], nn.Module], batch: tuple[int, int, int], low: bool) -> Callable[[], float]:
    return stepper(make(), batch, low)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-allocator", action="store_true")
    parser.add_argument("--only", nargs="+", default=[""], metavar="TEXT", help="contestants whose name holds one")
    asked = parser.parse_args()
    if not asked.no_allocator:
        keep_freed_memory()
    torch.manual_seed(0)
    recurrent = {"network": "recurrent", "attention": "additive", "width": 128, "dropout": 0.0}
    small, medium, lines = (204, 20, 20), (256, 16, 16), (64, 60, 30)
    groups = [
        (small, transformers(SMALL, small)),
        (medium, transformers(MEDIUM, medium)),
        (
            lines,
            {
                "additive GRU, textbook, fp32": partial(made, TextbookRecurrent, lines, False),
                "additive GRU, regard, fp32": partial(made, lambda: Ours(**recurrent), lines, False),
                "additive GRU, regard, bf16 output": partial(made, lambda: Ours(**recurrent), lines, True),
            },
        ),
    ]
    print("| step | median, ms | fastest, ms | target tokens/s |\n| --- | ---: | ---: | ---: |")
    for batch, contestants in groups:
        steps = {name: make() for name, make in contestants.items() if any(part in name for part in asked.only)}
        times: dict[str, list[float]] = {name: [] for name in steps}
        for _ in range(REPEATS + 2):
            for name, step in steps.items():
                times[name].append(step())
        for name in steps:
            middle, best = statistics.median(times[name][2:]), min(times[name][2:])
            print(
                f"| {name} | {1000 * middle:.0f} | {1000 * best:.0f} | {batch[0] * batch[2] / middle:,.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
