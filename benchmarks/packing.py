"""What padding wastes, and whether a training step is faster where texts lie end to end instead.

    python -m benchmarks.packing [SOURCE TARGET] [--sizes small medium] [--precisions bf16 fp32] [--rounds 5]

SOURCE and TARGET are parallel files; without them, lengths are drawn: 5,000 pairs with a long tail. First the share of
padding in the batches of one epoch, of the default size and others. Then a step of a translator of the default shape
on the three batches nearest to the mean share, padded and packed in turn: processor time of one thread for a target
token (a shared machine's clock tells little), medians and the fastest. Tokens are drawn, vocabulary 8,000.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from benchmarks.training.batches import of_lengths
from benchmarks.training.shapes import VOCABULARY

from regard.data.batches import Indices, token_batches
from regard.data.readers import read_pairs
from regard.networks.catalogue import build
from regard.training.allocator import keep_freed_memory
from regard.training.config import TranslateConfig
from regard.training.data import Corpus
from regard.training.defaults import batch_tokens_for, network_options
from regard.training.texts import texts

BATCHES = 3
Lengths = tuple[np.ndarray, np.ndarray]


def lengths_of(files: list[str]) -> Lengths:
    """Tokens of each source and target, the end included, as the default tokenizers cut them."""
    if not files:
        draw = np.random.default_rng(0)
        source = np.exp(draw.normal(3, 0.8, 5000))
        both = source, source * np.exp(draw.normal(0, 0.25, 5000))
        return tuple(each.clip(1, 400).astype(np.int64) for each in both)  # type: ignore[return-value]
    pairs = read_pairs(None, source=files[0], target=files[1])
    corpus = Corpus.of(*texts(TranslateConfig(source=files[0], target=files[1]), pairs), pairs)
    return corpus.lengths


def padding(batches: list[Indices], *lengths: np.ndarray) -> float:
    """The share of padding among all tokens of these batches, whose items have so many on each side."""
    real = sum(int(side[batch].sum()) for side in lengths for batch in batches)
    padded = sum(len(batch) * int(side[batch].max()) for side in lengths for batch in batches if len(batch))
    return 1 - real / max(padded, 1)


def shares(lengths: Lengths, usual: int) -> None:
    """Prints the shares of padding."""
    print("| batch, tokens | of sources | of targets | of both |\n| ---: | ---: | ---: | ---: |")
    for tokens in sorted({1024, 2048, 8192, usual}):
        batches = token_batches(*lengths, tokens, 1, 1)
        each = [padding(batches, side) for side in lengths] + [padding(batches, *lengths)]
        print(f"| {tokens:,}{' (default)' * (tokens == usual)} | {' | '.join(f'{100 * x:.1f} %' for x in each)} |")


def stepper(corpus: Corpus, batches: list[Indices], size: str, low: bool) -> Callable[[bool], float]:
    """One round of updates, packed or not: processor microseconds a target token."""
    torch.manual_seed(0)
    network = build(network_options(TranslateConfig(size=size), pairs=1, shared=True), VOCABULARY, VOCABULARY)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-4, fused=True)

    def step(packing: bool) -> float:
        begin, count = time.process_time(), 0
        for indices in batches:
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=low):
                if packing:
                    rows = corpus.packed(indices)
                    loss, answers = network.output.loss(*rows.states(network), 0.1), rows.answers
                else:
                    batch = corpus.batch(indices)
                    states = network.decode(network.encode(*batch.source), batch.target_in)
                    loss, answers = (
                        network.output.loss(states[batch.real], batch.target_out[batch.real], 0.1),
                        batch.answers,
                    )
            optimizer.zero_grad()
            (loss / answers).backward()
            optimizer.step()
            count += answers
        return 1e6 * (time.process_time() - begin) / count

    return step


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="SOURCE TARGET")
    parser.add_argument("--sizes", nargs="+", default=["small"])
    parser.add_argument("--precisions", nargs="+", default=["bf16", "fp32"])
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    keep_freed_memory()
    lengths = lengths_of(asked.files)
    usual = batch_tokens_for(int(lengths[1].sum()))
    shares(lengths, usual)
    corpus, every = of_lengths(*lengths, np.random.default_rng(1)), token_batches(*lengths, usual, 1, 1)
    mean = padding(every, *lengths)
    chosen = sorted(every, key=lambda batch: abs(padding([batch], *lengths) - mean))[:BATCHES]
    print(f"\nThree batches of {usual:,} tokens, {100 * padding(chosen, *lengths):.1f} % of them padding:\n")
    print("| network | padded, µs a token (fastest) | packed | packed / padded |\n| --- | ---: | ---: | ---: |")
    for size in asked.sizes:
        for precision in asked.precisions:
            step, times = stepper(corpus, chosen, size, precision == "bf16"), {False: [0.0], True: [0.0]}
            for _ in range(asked.rounds + 1):
                for packing, found in times.items():
                    found.append(step(packing))
            padded, packed = (found[2:] for found in times.values())
            cells = [f"{statistics.median(each):.0f} ({min(each):.0f})" for each in (padded, packed)]
            ratio = statistics.median(one / other for one, other in zip(packed, padded, strict=True))
            print(f"| {size}, {precision} | {' | '.join(cells)} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
