"""Words whose vectors, and a layer whose weights, are drawn from a seed: the calculation before anything is learned."""

from dataclasses import replace

import torch

from regard.errors import DataError, OptionError
from regard.inspect.explain.door import mask_of
from regard.inspect.explain.model import explained_layer
from regard.inspect.explain.steps import Explained
from regard.layers.attention import Attention


def drawn(text: str, sizes: tuple[int, int, int], choices: tuple[str, str, str], head: int) -> Explained:
    """The steps of a fresh layer over the words of a text, equal words with equal vectors.

    `sizes` are width, heads and seed; `choices` the names of score, normalizer and mask. A text without spaces is read
    character by character.
    """
    (width, heads, seed), (score, normalizer, mask) = sizes, choices
    words = text.split() if len(text.split()) > 1 or text.isascii() else list(text.strip())
    if not words:
        raise DataError("explain: needs words", got="a blank text", hint="--text 'the cat sat'")
    if width < 1 or heads < 1:
        got = f"width {width}, heads {heads}"
        raise OptionError("explain: width and heads are at least 1", got=got, hint="--width 8 --heads 2")
    kinds = list(dict.fromkeys(words))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        table = torch.randn(len(kinds), width)
        layer = Attention(width, heads, score=score, normalizer=normalizer or None)
    states = table[[kinds.index(word) for word in words]]
    told = explained_layer(layer, states, words, head, mask_of(mask, len(words)))
    return replace(told, notes=(("note.fresh-words", {"seed": seed}),))
