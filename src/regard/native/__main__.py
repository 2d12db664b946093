"""`python -m regard.native`: what was built, what this processor uses of it, and how fast it is here."""

import ctypes
import statistics
import sys
import textwrap
import time
from collections.abc import Callable
from functools import partial

import torch

from regard import __version__
from regard.attend import attend
from regard.native import library, why_not
from regard.native.library import PATH

SECONDS = 2.0
"""How long the check of speed goes on; one more round may begin within."""
ROUNDS = 50
HEADS, LENGTH, SIZE = 8, 1024, 64

HOW = """\
Without it everything works, slower: the kernels sdpa and tiled take its place. To get it, install a C++ compiler
(GCC 11 or Clang 15, or later; on Debian: apt install g++) and, in a clone of regard,

    REGARD_REQUIRE_NATIVE=1 pip install .

which ends in the compiler's own words if it fails."""


def main() -> int:
    """Prints; the exit code: 0, or 1 if there is no native core or it cannot be used."""
    print(f"The native core of regard {__version__}")
    if PATH.exists():
        print(f"  library    {PATH}, {PATH.stat().st_size / 1e3:.0f} kB")
        for name, value in built():
            print(textwrap.fill(value, 110, initial_indent=f"  {name:11}", subsequent_indent=" " * 13))
    if (reason := why_not()) is not None:
        print(f"  not used   {reason}\n\n{HOW}")
        return 1
    print(f"  in use     {library().isa}; threads, as torch: {torch.get_num_threads()}")
    print(f"\n{speed()}")
    return 0


def built() -> list[tuple[str, str]]:
    """What the build wrote down about itself: the compiler, its flags, and those of every instruction set."""
    try:
        told = ctypes.CDLL(str(PATH)).regard_built
    except (OSError, AttributeError):
        return []
    told.restype = ctypes.c_char_p
    lines = told().decode().splitlines()
    return [(name, value) for name, _, value in (line.partition("=") for line in lines)]


def speed() -> str:
    """Native attention beside torch's and beside the peak of the multiply-add units, by turns; the medians."""
    query, key, value = torch.randn(3, 1, HEADS, LENGTH, SIZE).unbind()

    def run(kernel: str) -> torch.Tensor:
        return attend(query, key, value, kernel=kernel)

    with torch.no_grad():
        apart = (run("native") - run("sdpa")).abs().max().item()
        operations, threads = 4 * HEADS * LENGTH**2 * SIZE, torch.get_num_threads()
        peak = partial(library().peak, operations, threads)
        native, torchs, least = by_turns(lambda: run("native"), lambda: run("sdpa"), peak)
    rate = operations / native / 1e9
    return (
        f"Attention, forward, float32: {HEADS} heads, {LENGTH} queries and keys of size {SIZE}\n"
        f"  native     {native * 1e3:7.2f} ms, {rate:.0f} billion operations a second, {least / native:.0%} of peak\n"
        f"  peak       {least * 1e3:7.2f} ms, as many multiplications and additions in registers\n"
        f"  torch      {torchs * 1e3:7.2f} ms, its scaled_dot_product_attention\n"
        f"  so         {torchs / native:.2f} × as fast; results differ by at most {apart:.0e}"
    )


def by_turns(*runs: Callable[[], object]) -> list[float]:
    """The median seconds of each, measured in turn."""
    taken: list[list[float]] = [[] for _ in runs]
    until = time.perf_counter() + SECONDS
    while len(taken[0]) < ROUNDS and (not taken[0] or time.perf_counter() < until):
        for run, seconds in zip(runs, taken, strict=True):
            start = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - start)
    return [statistics.median(seconds) for seconds in taken]


if __name__ == "__main__":
    sys.exit(main())
