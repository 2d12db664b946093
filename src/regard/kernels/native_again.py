"""The same forward call of the native core again and again, over other vectors: all but where they lie is packed."""

from struct import Struct, pack

import torch
from torch import Tensor

from regard.kernels import native, native_narrow, native_short
from regard.kernels.native_call import Held, Made, Plan, done, items_at_once, what
from regard.kernels.native_masks import Masked
from regard.kernels.request import Request
from regard.native import FORWARD, WHERE, What, library
from regard.shapes import Key, Mixed, Query, Value

_FIRST = Struct("4q 16q")
"""Which items, and the four vectors: what comes before the rest of `WHERE`."""
_VECTORS = 16 * 8
_KEYS = WHERE.size - _VECTORS + len(FORWARD) + 8 * What._fields.index("k")
"""Where the rest says how many keys there are."""


class Again:
    """Output for query, key and value of the shapes and the type of a request that the native core takes."""

    def __init__(self, request: Request) -> None:
        (b, h, q, _), (_, g, _, e) = request.sizes, request.value.shape
        narrow, short = (way.takes(request, Masked()) for way in (native_narrow, native_short))
        plan = native_narrow.plan_of(1) if narrow else native_short.PLAN if short else Plan.of(request)
        held = Held.of(request)
        self._others = held[3:]
        self._rest = (
            held.packed(Made(request.query, None, None), (None, None, None))[_VECTORS:] + FORWARD + what(request, plan)
        )
        self._shape, self._strides = (b, h, q, e), (h * q * e, q * e, e)
        self._items = b * g if narrow or short else b * h * plan.tiles
        self._most = native_narrow.most_keys(request) if narrow else 0
        core = library()
        self._run = core.narrow_forward if narrow else core.short_forward if short else core.forward

    @staticmethod
    def suits(request: Request) -> bool:
        """Whether the core can be handed the request in one part."""
        b, h, _, k = request.sizes
        if native_narrow.takes(request, Masked()):
            return k <= native_narrow.most_keys(request)
        if native_short.takes(request, Masked()):
            return b * request.key.shape[1] <= native_short.at_once(request)
        plan = Plan.of(request)
        return b * h * plan.tiles <= items_at_once(2 * native.pairs_of(request, plan))

    def grown(self, keys: int) -> "Again | None":
        """The same for another number of keys, which all queries read; None where that is no longer so simple."""
        if keys > self._most:
            return None
        other = object.__new__(Again)
        other.__dict__.update(self.__dict__)
        other._rest = self._rest[:_KEYS] + pack("q", keys) + self._rest[_KEYS + 8 :]
        return other

    def __call__(self, query: Query, key: Key, value: Value) -> Mixed:
        row, head, place, step = query.stride()
        key_row, key_head, key_place, key_step = key.stride()
        value_row, value_head, value_place, value_step = value.stride()
        if not step == key_step == value_step == 1:
            return self(*(each.clone(memory_format=torch.contiguous_format) for each in (query, key, value)))
        mixed: Tensor = query.new_empty(self._shape)
        where = _FIRST.pack(
            *(0, self._items, 0, 0),
            *(query.data_ptr(), row, head, place),
            *(key.data_ptr(), key_row, key_head, key_place),
            *(value.data_ptr(), value_row, value_head, value_place),
            *(mixed.data_ptr(), *self._strides),
        )
        done(self._run(where + self._rest))
        return mixed
