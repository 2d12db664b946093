"""Milliseconds a token, and what is carried, of a generator whose attention is linear, and of one with softmax.

As the text grows to 65,536 tokens, one text and 64 at once; and seconds for whole images of 784 and 3,072 pixels, as in
Katharopoulos et al. 2020, arXiv 2006.16236, appendix, table 5, where softmax with its keys kept takes 1.35 and 1.6
times what linear attention takes on a CPU, one image at a time.
"""

import statistics
import time
from typing import Any, NamedTuple

import torch
from torch import Tensor

from regard.networks.base import NetworkOptions
from regard.networks.language.base import Language
from regard.networks.language.catalogue import build_language

WORDS, WIDTH, LAYERS, HEADS = 100, 256, 4, 4
PLACES = {1: (1, 16, 256, 1024, 4096, 16384, 65536), 64: (1, 16, 256, 1024, 4096)}
"""Tokens that a text has when the next is timed, by how many texts grow at once."""
IMAGES = ((1, 784), (1, 3072), (64, 784))
"""Images at once, and pixels of each."""
TIMED = 16
AT_ONCE = 8192
"""Tokens, of all texts together, that are read at once on the way to a place."""


class Step(NamedTuple):
    """The median of a step, and what was carried before it."""

    milliseconds: float
    bytes: int


def network_of(attention: str) -> Language:
    """A generator of fresh weights."""
    torch.manual_seed(0)
    sizes = {"width": WIDTH, "layers": LAYERS, "heads": HEADS, "feed_forward": 4 * WIDTH, "longest": 1 << 17}
    return build_language(NetworkOptions(attention=attention, dropout=0.0, **sizes), WORDS).eval()


def tokens(batch: int, count: int) -> Tensor:
    """Any tokens."""
    return torch.randint(4, WORDS, (batch, count))


@torch.inference_mode()
def steps(attention: str, batch: int) -> dict[int, Step]:
    """The median of `TIMED` tokens from each place on; what lies between is read in pieces."""
    network = network_of(attention)
    state, read, found = None, 0, {}
    for place in PLACES[batch]:
        while read < place:
            piece = min(place - read, AT_ONCE // batch)
            _, state = network.advance(tokens(batch, piece), state)
            read += piece
        times, carried = [], bytes_of(state)
        for _ in range(TIMED):
            start = time.perf_counter()
            states, state = network.advance(tokens(batch, 1), state)
            network.scores(states[:, -1])
            times.append(1000 * (time.perf_counter() - start))
        read += TIMED
        found[place] = Step(statistics.median(times), carried)
    return found


@torch.inference_mode()
def image_seconds(attention: str, batch: int, pixels: int) -> float:
    """Seconds for an image, of a batch that grows pixel by pixel."""
    network, state, start = network_of(attention), None, time.perf_counter()
    for _ in range(pixels):
        states, state = network.advance(tokens(batch, 1), state)
        network.scores(states[:, -1])
    return (time.perf_counter() - start) / batch


def bytes_of(state: Any) -> int:
    """What a state holds that grows or could grow: its tensors; of a room what is used."""
    if isinstance(state, Tensor):
        return state.numel() * state.element_size()
    if hasattr(state, "room"):
        return bytes_of(tuple(state.read()))
    return sum(map(bytes_of, state)) if isinstance(state, tuple) else 0
