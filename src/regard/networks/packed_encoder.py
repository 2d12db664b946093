"""The transformer's encoder with packed matrices: of few sentences, products cost more to call than to compute."""

from functools import partial

import torch
from torch import Tensor

from regard.attend import attend
from regard.kernels.packed import Packed
from regard.layers.attention import split
from regard.layers.blocks import EncoderBlock
from regard.mechanisms.masks import Padding
from regard.networks.base import Encoded
from regard.networks.transformer import Transformer
from regard.shapes import Lengths


class PackedEncoder:
    """What `Transformer.encode_tokens` gives, with matrices of a type, of a transformer that `PooledDecoder` suits."""

    def __init__(self, network: Transformer, dtype: torch.dtype) -> None:
        blocks = [block for block in network.encoder if isinstance(block, EncoderBlock)]
        self.network, self.blocks = network, [_Block(block, dtype) for block in blocks]

    def __call__(self, tokens: Tensor, lengths: Lengths) -> Encoded:
        """The source tokens (b, k), read."""
        b, k = tokens.shape
        states = self.network.embedded_source(tokens).flatten(0, 1)
        mask = Padding(keys=lengths, finite=True)
        for block in self.blocks:
            states = block(states, b, mask)
        normed: Tensor = self.network.encoder_norm(states)
        return Encoded(normed.view(b, k, -1), lengths)


class _Block:
    """A block: its matrices packed and joined, its norms as they are."""

    def __init__(self, block: EncoderBlock, dtype: torch.dtype) -> None:
        attention, feed = block.attention, block.feed_forward

        of = partial(Packed.of, dtype=dtype)
        self.into, self.joined = of(attention.query, attention.key_value), of(attention.output)
        self.inner, self.outer = of(feed.inner), of(feed.outer)
        self.heads, self.key_heads, self.name = attention.heads, attention.key_heads, attention.name
        self.norms = block.around_attention.norm, block.around_feed_forward.norm

    def __call__(self, states: Tensor, b: int, mask: Padding) -> Tensor:
        """New states (b · k, m) in place of the old."""
        width = states.shape[1]
        made: Tensor = self.into(states, self.norms[0]).unflatten(0, (b, -1))  # type: ignore[no-untyped-call]
        key, value = made[..., width:].chunk(2, -1)
        query, key, value = (
            split(made[..., :width], self.heads),
            split(key, self.key_heads),
            split(value, self.key_heads),
        )
        mixed = attend(query, key, value, mask=mask, name=self.name)
        self.joined(mixed.transpose(1, 2).flatten(2).flatten(0, 1), onto=states)
        return self.outer(self.inner(states, self.norms[1], relu=True), onto=states)
