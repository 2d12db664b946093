"""The transformer's encoder with packed matrices: of few sentences, products cost more to call than to compute."""

from functools import partial

import torch
from torch import Tensor

from regard.attend import attend
from regard.kernels.native_call import done, up
from regard.kernels.packed import KINDS, NO_MATRIX, NO_NORM, WHOLE, Packed, made_ready, norm_told
from regard.layers.attention import split
from regard.layers.blocks import EncoderBlock
from regard.mechanisms.masks import Padding
from regard.native import STEP, address, library
from regard.networks.base import Encoded
from regard.networks.transformer import Transformer
from regard.shapes import Lengths

FEW = 64
"""Words that are encoded in one call of the core, in which each looks for itself what it reads."""


class PackedEncoder:
    """What `Transformer.encode_tokens` gives, with matrices of a type, of a transformer that `PooledDecoder` suits."""

    def __init__(self, network: Transformer, dtype: torch.dtype) -> None:
        blocks = [block for block in network.encoder if isinstance(block, EncoderBlock)]
        self.network, self.kind, self.blocks = network, KINDS.index(dtype), [_Block(block, dtype) for block in blocks]

    def __call__(self, tokens: Tensor, lengths: Lengths) -> Encoded:
        """The source tokens (b, k), read."""
        b, k = tokens.shape
        states = self.network.embedded_source(tokens).flatten(0, 1)
        if 0 < b * k <= FEW and self.blocks:
            self._few(states, b, lengths)
        else:
            mask = Padding(keys=lengths, finite=True)
            for block in self.blocks:
                states = block(states, b, mask)
        normed: Tensor = self.network.encoder_norm(states)
        return Encoded(normed.view(b, k, -1), lengths)

    def _few(self, states: Tensor, b: int, lengths: Lengths) -> None:
        """All blocks in one call: new states (b · k, m) in place of the old."""
        options, rows = self.network.options, len(states)
        k, made = rows // b, states.new_empty(rows, up(self.blocks[0].into.n, WHOLE))
        mixed, hidden = torch.empty_like(states), states.new_empty(rows, up(options.feed_forward, WHOLE))
        ready = made_ready(rows, max(options.width, options.feed_forward), self.kind)
        starts = torch.arange(0, rows, k, dtype=torch.int32).repeat_interleave(k)
        counts = lengths.to(torch.int32).repeat_interleave(k)
        blocks = torch.frombuffer(bytearray(b"".join(each.told() for each in self.blocks)), dtype=torch.uint8)
        where = map(address, (blocks, states, made, mixed, hidden, ready, None, starts, counts))
        sizes = len(self.blocks), rows, k, 0, 0, options.width, options.heads, options.key_heads or options.heads
        done(library().step(STEP.pack(*where, *sizes, 0, torch.get_num_threads(), 0)))


class _Block:
    """A block: its matrices packed and joined, its norms as they are."""

    def __init__(self, block: EncoderBlock, dtype: torch.dtype) -> None:
        attention, feed = block.attention, block.feed_forward

        of = partial(Packed.of, dtype=dtype)
        self.into, self.joined = of(attention.query, attention.key_value), of(attention.output)
        self.inner, self.outer = of(feed.inner), of(feed.outer)
        self.heads, self.key_heads, self.name = attention.heads, attention.key_heads, attention.name
        self.norms = block.around_attention.norm, block.around_feed_forward.norm

    def told(self) -> bytes:
        """Itself as the core sees it: a decoder's block that reads no source and keeps nothing."""
        matrices = self.into.told + self.joined.told + 2 * NO_MATRIX + self.inner.told + self.outer.told
        return matrices + norm_told(self.norms[0]) + NO_NORM + norm_told(self.norms[1]) + bytes(16)

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
