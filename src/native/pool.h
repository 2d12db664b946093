// Decoding: one query a row, over keys and values that lie anywhere in a pool.
//
//     slots    (rows, room)   where the key and the value of each place lie: hypotheses of a beam share what is written,
//                             and to go on from another one is to copy its row of numbers, not its keys
//
// A row first puts its own new key and value in their place, if there are any. Where keys lie one behind the other, as
// those of a source, `starts` says where the first is. An item is a row; the strip of scores of one head is bent and spent
// before the next one's.
#pragma once

#include "narrow_forward.h"
#include "rows.h"

namespace {

int64_t pool_scratch(const Pool& pool) { return padded(pool.room) + spread_size(pool.e) + spread_size(pool.d); }

// Numbers in the type of the pool.
INLINE void keep(Float32, const float* from, long size, float* to) { copy(from, size, to); }
INLINE void keep(Bfloat16, const float* from, long size, uint16_t* to) { narrow_row(from, size, to); }

// A query in the type of the keys.
INLINE const float* as_keys(Float32, const float* query, long, float*) { return query; }
INLINE const uint16_t* as_keys(Bfloat16, const float* query, long size, float* room) {
    auto* to = reinterpret_cast<uint16_t*>(room);
    keep(Bfloat16{}, query, size, to);
    return to;
}

// Scores of all keys, in units of log 2: beyond the last, what weighs nothing.
template <class Type, class Keys>
INLINE void score_pool(const typename Type::Number* query, const Keys& key, long count, long size, float scale, float* scores) {
    each_register(0, count, [&](long from, Ints at) {
        const auto here = [&](long r) { return key(from + r); };
        const Floats found = products<Type>(query, here, least(LANES, count - from), size) * all(scale);
        store(scores + from, choose(between(at, 0, count), found, all(-INFINITE)));
    });
}

template <class Type>
INLINE void pool_head(const Pool& pool, int64_t row, long h, float* scratch) {
    typedef typename Type::Number Number;
    const long count = pool.counts ? pool.counts[row] : pool.room, g = h / (pool.h / pool.g);
    float *scores = scratch, *mixed = scores + padded(pool.room), *turned = mixed + spread_size(pool.e);
    const int32_t* slots = pool.slots ? pool.slots + row * pool.slot_row : nullptr;
    const int64_t start = slots ? 0 : pool.starts[row];
    const auto slot = [=](long i) { return slots ? int64_t(slots[i]) : start + i; };
    const auto* keys = static_cast<const Number*>(pool.key) + g * pool.d;
    const auto* values = static_cast<const Number*>(pool.value) + g * pool.e;
    const auto* query = as_keys(Type{}, pool.query + row * pool.query_row + h * pool.d, pool.d, turned);
    score_pool<Type>(query, [&](long i) { return keys + slot(i) * pool.key_slot; }, count, pool.d,
                     float(pool.scale) * LOG2_E, scores);
    const float peak = highest(scores, 0, count, LOWEST);
    Floats sum{};
    for (long i = 0; i < count; i += LANES) {
        const Floats weight = exp2(load(scores + i) - all(peak));
        store(scores + i, weight), sum += weight;
    }
    clear(mixed, spread_size(pool.e));
    mix_of<Type>(scores, [&](long i) { return values + slot(i) * pool.value_slot; }, count, pool.e, mixed);
    float* to = pool.output + (row * pool.h + h) * pool.e;
    const Floats divisor = all(count ? total(sum) : 1.0f);
    for (long c = 0; c < spread_size(pool.e); c += LANES) store(mixed + c, load(mixed + c) / divisor);
    Type::in_order(mixed, pool.e, to);
}

template <class Type>
INLINE void pool_heads(const Pool& pool, int64_t row, float* scratch) {
    typedef typename Type::Number Number;
    if (pool.fresh) {
        const float* fresh = pool.fresh + row * pool.fresh_row;
        keep(Type{}, fresh, pool.g * pool.d, static_cast<Number*>(pool.key) + (pool.free + row) * pool.key_slot);
        keep(Type{}, fresh + pool.g * pool.d, pool.g * pool.e, static_cast<Number*>(pool.value) + (pool.free + row) * pool.value_slot);
    }
    for (long h = 0; h < pool.h; h++) pool_head<Type>(pool, row, h, scratch);
}

void pool_row(const Pool& pool, int64_t row, float* scratch) {
    if (pool.half)
        pool_heads<Bfloat16>(pool, row, scratch);
    else
        pool_heads<Float32>(pool, row, scratch);
}

}  // namespace
