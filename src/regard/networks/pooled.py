"""The transformer's decoder, made ready for many steps: the numbers of `Transformer.step`, in a fraction of the time.

What hypotheses have in common is kept once: keys and values go into a pool as they come and stay where they are, and
a sequence is a row of numbers of places, which is all that is copied when a beam goes on from another hypothesis. Those
of the source are shared by all that read it. A step is one call of the native core (src/native/decoder.h).
The pool: Kwon et al. 2023, arXiv 2309.06180, with pages of one place.
"""

from functools import partial
from struct import pack
from typing import NamedTuple

import torch
from torch import Tensor, nn

from regard.errors import OptionError
from regard.kernels.likeliest import MOST
from regard.kernels.native_call import TYPES, done, up
from regard.kernels.packed import KINDS, WHOLE, Packed, made_ready, norm_told
from regard.layers.blocks import DecoderBlock
from regard.layers.linked import Linked
from regard.layers.output import Output
from regard.native import STEP, address, library, why_not
from regard.networks.base import Encoded, Network, Stepped
from regard.networks.packed_encoder import PackedEncoder
from regard.networks.transformer import Transformer
from regard.shapes import Lengths, OneState

FIRST = 16
"""Steps that a pool has room for at first."""
PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16, "int8": torch.int8}
"""Types of a decoder's matrices."""


def ready_to_step(network: Network, precision: str) -> Stepped:
    """A network made ready for many steps; in fp32 one that does not suit is taken as it is.

    Raises OptionError for another precision where the network does not suit, and for int8 where nothing multiplies it.
    """
    suits = PooledDecoder.suits(network)
    if suits and (precision != "int8" or library().bytes):
        assert isinstance(network, Transformer)
        return PooledDecoder(network, PRECISIONS[precision])
    if precision == "fp32":
        return network
    rule = f"--precision {precision}: is for the plain transformer of a width in sixteens, in the native core on a CPU"
    other = "another model, one with a memory, or an installation or a device without the core"
    got = "a processor without AVX512-VNNI" if suits else other
    raise OptionError(rule, got=got, hint="--precision bf16" if suits else "--precision fp32")


class Source(NamedTuple):
    """What was read: keys and values of each block, (places, 2 · g · d); where those of each row begin, how many."""

    kept: tuple[Tensor, ...]
    starts: Tensor
    counts: Tensor
    room: int


class PooledState(NamedTuple):
    """What the decoder carries: a pool, each sequence's places in it (r, t), the source, how far it has come."""

    pool: "Pool"
    slots: Tensor
    source: Source
    position: int

    def select(self, rows: Tensor, *, same_source: bool = False) -> "PooledState":
        """The given rows, in that order; see `State`."""
        slots, source = self.slots.index_select(0, rows), self.source
        if not same_source:
            starts, counts = source.starts.index_select(0, rows), source.counts.index_select(0, rows)
            source = source._replace(starts=starts, counts=counts)
        return self._replace(slots=slots, source=source)


class PooledDecoder:
    """Steps of a transformer whose matrices are of a type, float32, bfloat16 or int8; states and sums stay float32.

    Offers what a search asks of a network: `start`, `step` and `output`. It holds copies of weights: make another where
    they change.
    """

    def __init__(self, network: Transformer, dtype: torch.dtype = torch.float32) -> None:
        blocks = [block for block in network.decoder if isinstance(block, DecoderBlock)]
        self.network, self.kind, self.blocks = network, KINDS.index(dtype), [_Block(block, dtype) for block in blocks]
        self.dtype = torch.float32 if dtype == torch.float32 else torch.bfloat16
        self.output = _Output(network, dtype)
        self.encoder = PackedEncoder(network, dtype) if network.source is None else None

    def encode(
        self, values: Tensor, lengths: Lengths, cells: Tensor | None = None, links: Linked | None = None
    ) -> Encoded:
        """The sources, as `Network.encode` reads them; items in bf16 where matrices are of a lower type."""
        if self.encoder is not None:
            return self.encoder(values, lengths)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.kind > 0):
            encoded = self.network.encode(values, lengths, cells, links)
        return encoded._replace(states=encoded.states.float())

    @staticmethod
    def suits(network: Network) -> bool:
        """Whether a network can be stepped so: a transformer of dot products and softmax, normed before its parts, that
        adds its positions and scores words by its table alone, where there is the native core."""
        if not isinstance(network, Transformer) or network.target_table.weight.device.type != "cpu" or why_not():
            return False
        options = network.options
        plain = (
            type(network.output) is Output
            and options.score == "dot"
            and options.weighing == "softmax"
            and options.position is None
        )
        return plain and options.norm == "pre" and options.width % WHOLE == 0 and len(network.decoder) > 0

    def start(self, encoded: Encoded) -> PooledState:
        """The state before the first token: the source's keys and values, computed once."""
        b, k, _ = encoded.states.shape
        flat = encoded.states.float().flatten(0, 1)
        kept = tuple(block.told(flat).to(self.dtype).contiguous() for block in self.blocks)
        source = Source(kept, torch.arange(b, dtype=torch.int32) * k, encoded.lengths.to(torch.int32), k)
        return PooledState(Pool(self, 0), torch.empty(b, 0, dtype=torch.int32), source, 0)

    def step(self, token: Tensor, state: PooledState) -> tuple[OneState, PooledState]:
        """The state (b, m) after one more token (b)."""
        rows, options, source = len(token), self.network.options, state.source
        pool, slots, free = state.pool.take(rows, state.slots)
        new = torch.arange(free, free + rows, dtype=torch.int32)[:, None]
        slots = torch.cat((slots, new), 1)
        states = self.network.embedded_target(token[:, None], state.position)[:, 0].contiguous()
        where = (pool.told(source.kept), states, *pool.rooms, slots, source.starts, source.counts)
        sizes = len(self.blocks), rows, slots.shape[1], source.room, free, options.width
        heads = options.heads, options.key_heads or options.heads
        how = TYPES.index(self.dtype), torch.get_num_threads()
        done(library().step(STEP.pack(*map(address, where), *sizes, *heads, *how)))
        return states, PooledState(pool, slots, source, state.position + 1)


class Pool:
    """Keys and values (s, 2 · g · d) of every block, one behind the other as they come, and room to compute in.

    What is written stays as it is: states that share a pool do not disturb each other.
    """

    def __init__(self, decoder: PooledDecoder, places: int) -> None:
        self.decoder, self.used = decoder, 0
        self.stores = [torch.empty(places, block.told.n, dtype=decoder.dtype) for block in decoder.blocks]
        self.rooms: tuple[Tensor, ...] = ()
        self._rows, self._told = 0, torch.empty(0)
        self._kept: tuple[Tensor, ...] | None = None

    def take(self, rows: int, slots: Tensor) -> tuple["Pool", Tensor, int]:
        """A pool with room for as many places more, the places of `slots` in it, and the first that is free.

        Where room is missing, what none of these sequences reads any more is left behind.
        """
        pool = self
        if self.used + rows > len(self.stores[0]):
            kept, slots = slots.unique(return_inverse=True)  # type: ignore[no-untyped-call]
            slots = slots.to(torch.int32)
            pool = Pool(self.decoder, max(2 * len(kept), FIRST * rows) + rows)
            pool.used = len(kept)
            for old, new in zip(self.stores, pool.stores, strict=True):
                new[: len(kept)] = old[kept]
        if rows > pool._rows:
            pool._make_room(rows)
        pool.used += rows
        return pool, slots, pool.used - rows

    def _make_room(self, rows: int) -> None:
        """Room for the products of so many rows."""
        width, hidden = self.decoder.network.options.width, self.decoder.network.options.feed_forward
        sizes = up(self.decoder.blocks[0].into.n, WHOLE), width, up(hidden, WHOLE)
        ready = made_ready(rows, max(width, hidden), self.decoder.kind)
        self._rows, self.rooms = rows, (*(torch.empty(rows, size) for size in sizes), ready)

    def told(self, kept: tuple[Tensor, ...]) -> Tensor:
        """The blocks with this pool and this source, as the core sees them."""
        if self._kept is not kept:
            each = zip(self.decoder.blocks, self.stores, kept, strict=True)
            packed = b"".join(block.packed(store, source) for block, store, source in each)
            self._kept, self._told = kept, torch.frombuffer(bytearray(packed), dtype=torch.uint8)
        return self._told


class _Block:
    """A block of the decoder: its matrices packed and joined, its norms as they are."""

    def __init__(self, block: DecoderBlock, dtype: torch.dtype) -> None:
        itself, source, feed = block.itself, block.source, block.feed_forward

        of = partial(Packed.of, dtype=dtype)
        self.into, self.told = of(itself.query, itself.key_value), of(source.key_value)
        self.matrices = (
            *(self.into, of(itself.output), of(source.query), of(source.output)),
            *(of(feed.inner), of(feed.outer)),
        )
        self.norms = [each.norm for each in (block.around_itself, block.around_source, block.around_feed_forward)]

    def packed(self, store: Tensor, kept: Tensor) -> bytes:
        """Itself, and where keys and values are, as the core sees it."""
        matrices = b"".join(each.told for each in self.matrices)
        norms = b"".join(map(norm_told, self.norms))
        return matrices + norms + pack("2q", address(store), address(kept))


class _Output(Output):
    """Scores of all words by a packed table, of states as they leave the last block."""

    def __init__(self, network: Transformer, dtype: torch.dtype) -> None:
        nn.Module.__init__(self)
        self._table, self._norm = Packed(network.output.weight, None, dtype), network.decoder_norm

    def scores(self, states: Tensor) -> Tensor:
        """As `Output` has them."""
        return self._table(states, self._norm)  # type: ignore[arg-type]

    def likeliest(self, states: Tensor, count: int, lowest: int = 0) -> tuple[Tensor, Tensor]:
        """As `Output` finds them, but scores are never written."""
        if count > MOST:
            return super().likeliest(states, count, lowest)
        return self._table.likeliest(states, count, lowest, self._norm)  # type: ignore[arg-type]
