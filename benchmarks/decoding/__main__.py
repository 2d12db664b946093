"""A translator's own writing beside engines with the same weights: `make bench-decoding MODEL=DIR DATA=FOLDER`.

    python -m benchmarks.decoding MODEL --data FOLDER [--lines 1000] [--rounds 5] [--threads 2] [--only TEXT …]
    python -m benchmarks.decoding --growth            a linear generator's time and memory, to 65,536 tokens

MODEL is a plain transformer, normed before its parts; FOLDER holds test_2016_flickr.en.gz and .de.gz. Texts in, texts
out, tokenizers included; batches of 2,048 source tokens, of Hugging Face 64 sentences; greedy and a beam of five. One
process, interleaved, medians and quartiles of rounds; glibc keeps what is freed, for all alike. Lengths: regard allows
2n + 20 tokens, the others 200. Prints Markdown.
"""

import argparse
import gzip
import statistics
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import torch
from benchmarks.decoding.growth import IMAGES, PLACES, image_seconds, steps
from benchmarks.decoding.measure import Engine, from_the_start, latencies, rates, resident_at_most
from benchmarks.decoding.ours import Ours
from benchmarks.decoding.peers import ByCTranslate2, ByHuggingFace
from benchmarks.decoding.recurrent import Recurrent

from regard.metrics.bleu import bleu as bleu_of
from regard.training.allocator import keep_freed_memory

ONE_BY_ONE = 50
"""Sentences whose latency is measured."""


def main() -> None:
    """Measures and prints."""
    asked = parsed()
    torch.set_num_threads(asked.threads)
    keep_freed_memory()
    if asked.growth:
        print_growth()
        return
    makers = {name: make for name, make in known(asked).items() if any(part in name for part in asked.only)}
    lines, references = read(asked.data, asked.lines)
    if asked.peak:
        makers[asked.peak]().translate(lines, 5)
        print(resident_at_most())
        return
    engines = {name: make() for name, make in makers.items()}
    print_table(engines, lines, references, asked)
    seconds = from_the_start(Path(asked.model), lines[0], 5)
    size = sum(path.stat().st_size for path in Path(asked.model).iterdir() if path.is_file())
    print(f"\n`regard predict` of one sentence, from the start of the process: {seconds:.1f} s.")
    print(f"The folder of the model: {size / 1e6:.0f} MB.")


def known(asked: argparse.Namespace) -> dict[str, Callable[[], Engine]]:
    """Who is there, by name."""
    folder, threads = Path(asked.model or "."), asked.threads
    found: dict[str, Callable[[], Engine]] = {
        f"regard, {precision}": lambda precision=precision: Ours(folder, precision)  # type: ignore[misc]
        for precision in ("fp32", "bf16", "int8")
    }
    if find_spec("ctranslate2"):
        for kind in ("float32", "int8"):
            found[f"CTranslate2, {kind}"] = lambda kind=kind: ByCTranslate2(folder, kind, threads)  # type: ignore[misc]
        if threads > 1:
            found[f"CTranslate2, int8, {threads} workers"] = lambda: ByCTranslate2(folder, "int8", threads, threads)
    if find_spec("transformers"):
        found["Hugging Face generate, fp32"] = lambda: ByHuggingFace(folder)
    found["regard, a recurrent network of fresh weights, fp32"] = lambda: Recurrent(folder)
    return found


def print_table(engines: dict[str, Engine], lines: list[str], references: list[str], asked: argparse.Namespace) -> None:
    """A row an engine: greedy, beam of five, one sentence, BLEU, memory."""
    texts = {name: [text for text, _ in engine.translate(lines, 5)] for name, engine in engines.items()}
    bleu = {name: bleu_of(found, references).score for name, found in texts.items()}
    greedy, beam = (rates(engines, lines, width, asked.rounds) for width in (1, 5))
    one = latencies(engines, lines[:ONE_BY_ONE], asked.rounds)
    print("| engine | greedy, tokens/s | beam 5, tokens/s | one sentence, beam 5, ms | BLEU, beam 5 | resident, MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name in engines:
        told = " | ".join(quartiles(found[name], digits) for found, digits in ((greedy, 0), (beam, 0), (one, 1)))
        print(f"| {name} | {told} | {bleu[name]:.2f} | {memory(name) / 1e6:,.0f} |", flush=True)


def quartiles(found: list[float], digits: int) -> str:
    """`middle (low to high)`."""
    low, middle, high = statistics.quantiles(found, n=4) if len(found) > 1 else found * 3
    return f"{middle:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def memory(name: str) -> int:
    """Peak of a process that does nothing else."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.decoding", *sys.argv[1:], "--peak", name]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def print_growth() -> None:
    """A row for each number of texts and length of text, then one for each kind of image."""
    print(
        "| texts at once | tokens before | linear, ms a step | carried, MB | softmax with a cache, ms | carried, MB |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for batch in PLACES:
        each = steps("linear", batch), steps("dot", batch)
        for place in PLACES[batch]:
            told = " | ".join(f"{one[place].milliseconds:.2f} | {one[place].bytes / 1e6:.2f}" for one in each)
            print(f"| {batch} | {place:,} | {told} |", flush=True)
    print("\n| images at once | pixels | linear, s an image | softmax with a cache, s an image | ratio |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for batch, pixels in IMAGES:
        linear, softmax = (image_seconds(attention, batch, pixels) for attention in ("linear", "dot"))
        print(f"| {batch} | {pixels:,} | {linear:.3f} | {softmax:.3f} | {softmax / linear:.2f} |", flush=True)


def read(data: Path, count: int) -> tuple[list[str], list[str]]:
    """Sources and references."""
    sides = []
    for side in ("en", "de"):
        with gzip.open(data / f"test_2016_flickr.{side}.gz", "rt", encoding="utf-8") as file:
            sides.append(file.read().splitlines()[:count])
    return sides[0], sides[1]


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", nargs="+", default=[""], metavar="TEXT", help="engines whose name holds one")
    parser.add_argument("--growth", action="store_true", help="of generators instead; needs no model")
    parser.add_argument("--peak", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
