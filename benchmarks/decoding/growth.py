"""Milliseconds a token of a generator whose attention is linear, and of one with softmax, as the text grows."""

import statistics
import time

import torch

from regard.networks.base import NetworkOptions
from regard.networks.language.catalogue import build_language

WORDS, WIDTH, LAYERS, HEADS = 100, 256, 4, 4
PLACES = (1, 16, 256, 1024, 4096, 16384)
"""Tokens that a text has when the next is timed."""
TIMED = 16


@torch.inference_mode()
def milliseconds(attention: str) -> dict[int, float]:
    """The median of `TIMED` tokens from each place on; what lies between is read at once."""
    torch.manual_seed(0)
    sizes = {"width": WIDTH, "layers": LAYERS, "heads": HEADS, "feed_forward": 4 * WIDTH, "longest": 4 * PLACES[-1]}
    network = build_language(NetworkOptions(attention=attention, dropout=0.0, **sizes), WORDS).eval()
    state, read, found = None, 0, {}
    for place in PLACES:
        if place > read:
            _, state = network.advance(torch.randint(4, WORDS, (1, place - read)), state)
            read = place
        times = []
        for _ in range(TIMED):
            start = time.perf_counter()
            states, state = network.advance(torch.randint(4, WORDS, (1, 1)), state)
            network.scores(states[:, -1])
            times.append(1000 * (time.perf_counter() - start))
        read += TIMED
        found[place] = statistics.median(times)
    return found
