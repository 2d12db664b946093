"""One training step on sentence-length batches: regard's networks beside a textbook loop on torch's own modules.

One run, interleaved, medians of 7 and the fastest; 204 × 20 tokens, vocabulary 8,000, width 128, 4 + 4 layers for the
transformer; 64 × 60 to 30 characters, width 128, for the recurrent one with additive attention. Both sides get bf16
autocast where it says so, Adam, the same dropout rate and label smoothing. `--no-allocator` leaves glibc's allocator as
it is, for both sides.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from regard.networks.catalogue import build
from regard.training.allocator import keep_freed_memory
from regard.training.config import TranslateConfig
from regard.training.defaults import network_options

REPEATS, VOCABULARY = 7, 8000


class Textbook(nn.Module):
    """nn.Transformer with nn.Embedding, shared tables and F.cross_entropy over all scores at once."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(VOCABULARY, 128)
        self.body = nn.Transformer(128, 4, 4, 4, 256, 0.3, batch_first=True, norm_first=True)

    def loss(self, source: Tensor, target: Tensor) -> Tensor:
        causal = nn.Transformer.generate_square_subsequent_mask(target.shape[1])
        states = self.body(self.table(source), self.table(target), tgt_mask=causal, tgt_is_causal=True)
        return F.cross_entropy((states @ self.table.weight.T).flatten(0, 1), target.flatten(), label_smoothing=0.1)


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-allocator", action="store_true")
    if not parser.parse_args().no_allocator:
        keep_freed_memory()
    torch.manual_seed(0)
    recurrent = {"network": "recurrent", "attention": "additive", "width": 128, "dropout": 0.0}
    sentences, lines = (204, 20, 20), (64, 60, 30)
    steps = {
        "transformer, textbook, fp32": (stepper(Textbook(), sentences, False), 204 * 20),
        "transformer, textbook, bf16": (stepper(Textbook(), sentences, True), 204 * 20),
        "transformer, regard, fp32": (stepper(Ours(), sentences, False), 204 * 20),
        "transformer, regard, bf16": (stepper(Ours(), sentences, True), 204 * 20),
        "additive GRU, textbook, fp32": (stepper(TextbookRecurrent(), lines, False), 64 * 30),
        "additive GRU, regard, fp32": (stepper(Ours(**recurrent), lines, False), 64 * 30),
        "additive GRU, regard, bf16 output": (stepper(Ours(**recurrent), lines, True), 64 * 30),
    }
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(REPEATS + 2):
        for name, (step, _tokens) in steps.items():
            times[name].append(step())
    print("| step | median, ms | fastest, ms | target tokens/s |\n| --- | ---: | ---: | ---: |")
    for name, (_step, tokens) in steps.items():
        middle, best = statistics.median(times[name][2:]), min(times[name][2:])
        print(f"| {name} | {1000 * middle:.0f} | {1000 * best:.0f} | {tokens / middle:,.0f} |")


if __name__ == "__main__":
    main()
