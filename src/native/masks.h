// Who may read whom. Most masks let every query read the keys first, first + 1, …, last − 1, and no other: causality,
// lengths, windows, documents. A tile of queries then knows without looking at pairs which keys nobody reads, which
// everybody reads, and compares numbers only between the two:
//
//     queries ↓   · · ▒ ▒ ▒ ▒ ▒ ■ ■ ■ ■ ■ ▒ ▒ ▒ ▒ ▒ · ·    → keys
//                     │         │         │         │
//                     from      every_from  every_to  to
//
// Any other mask comes as a grid of cells (cells.h).
#pragma once

#include <type_traits>

#include "call.h"
#include "lanes.h"

// Bounds that Python found, of query i of row b at b · row + i · place; neither ever falls from query to query.
struct Interval {
    const int32_t *first, *last;
    int64_t row, place;
};

namespace {

INLINE long least(long a, long b) { return a < b ? a : b; }
INLINE long most(long a, long b) { return a > b ? a : b; }

constexpr int MOST = 64;    // queries of a tile
constexpr int KEYS = TILED ? 128 : 96;  // the most keys of a tile

// What a tile of queries may read.
struct Reach {
    int32_t first[MOST], last[MOST];  // of a query that reads nothing, or is not there: 0, 0
    int32_t count[MOST];              // keys that each query reads
    long from, to, every_from, every_to;
    const int32_t* cells;             // where given, they count and the bounds of queries do not

    bool reads(long lane) const { return count[lane] > 0; }
};

// A tile of numbers: `keys` rows from key `key` on, of `width` queries. Words are a grid's, one for each key. Queries
// in `skipped` lanes at its beginning, and in `spared` ones at its end, read nothing of it: no numbers are there.
struct Tile {
    float* at;
    long key, keys, width;
    const uint64_t* words = nullptr;
    long skipped = 0, spared = 0;

    long end() const { return width - spared; }
    long lanes() const { return end() - skipped; }
    Tile with(float* others) const { return {others, key, keys, width, words, skipped, spared}; }
};

// The queries query, …, query + count − 1 of head h of row b, in `width` lanes.
struct Queries {
    long b, h, g, query, count, width;
};

INLINE Queries queries_of(const Call& call, long b, long h, long tile) {
    const long query = tile * call.tile, count = least(call.tile, call.q - query);
    return {b, h, h / call.group(), query, count, padded(count)};
}

INLINE long place_of(const Call& call, const Queries& at) { return (at.b * call.h + at.h) * call.q + at.query; }

constexpr long FAR = 1l << 40;  // further away than any key, and no sum overflows

// The keys that query i of row b reads, if it is not padded; neither bound ever falls from query to query.
INLINE void bounds(const Call& call, long b, long i, long* first, long* last) {
    const long at = most(-FAR, least(FAR, call.starts ? call.starts[b] : call.start)) + i;
    const long keys = call.key_lengths ? least(call.k, call.key_lengths[b]) : call.k;
    *first = most(0, at - call.before);
    *last = most(0, least(keys, at + (call.causal ? 0 : call.after) + 1));
    if (!call.interval) return;
    const long place = b * call.interval->row + i * call.interval->place;
    *first = most(*first, call.interval->first[place]);
    *last = least(*last, call.interval->last[place]);
}

Reach reach_by_bounds(const Call& call, long b, long query, long count) {
    Reach found{{}, {}, {}, call.k, 0, 0, call.k, nullptr};
    for (long i = 0; i < count; i++) {
        long first, last;
        bounds(call, b, query + i, &first, &last);
        if (first >= last || (call.query_lengths && query + i >= call.query_lengths[b])) continue;
        found.first[i] = int32_t(first), found.last[i] = int32_t(last), found.count[i] = int32_t(last - first);
        found.from = least(found.from, first), found.to = most(found.to, last);
        found.every_from = most(found.every_from, first), found.every_to = least(found.every_to, last);
    }
    return found;
}

// How the pairs of a tile are judged: all may read, or comparing with bounds tells, or the bits of words.
enum class Judged { all, by_bounds, by_bits };

INLINE Judged judged(const Reach& reach, const Tile& tile) {
    if (reach.cells) return tile.words ? Judged::by_bits : Judged::all;
    const bool inside = tile.key >= reach.every_from && tile.key + tile.keys <= reach.every_to;
    return inside ? Judged::all : Judged::by_bounds;
}

// The tile without registers of queries that read nothing of it.
Tile narrowed(const Reach& reach, Tile tile) {
    if (judged(reach, tile) != Judged::by_bounds) return tile;
    const auto deaf = [&](long v) { return reach.first[v] >= tile.key + tile.keys || reach.last[v] <= tile.key; };
    long first = 0, end = tile.width;
    while (first < end && deaf(first)) first++;
    while (end > first && deaf(end - 1)) end--;
    tile.skipped = first / LANES * LANES, tile.spared = (tile.width - end) / LANES * LANES;
    return tile;
}

// Bits v, v + 1, … of a word as lanes.
INLINE Ints bits(uint64_t word, long v) {
    Ints one;
    for (int i = 0; i < LANES; i++) one[i] = 1 << i;
    return (all(int32_t(word >> v)) & one) != Ints{};
}

// Whether queries v, v + 1, … of a tile may read its key i.
template <Judged how>
INLINE Ints may_read(const Reach& reach, const Tile& tile, long v, long i) {
    if constexpr (how == Judged::all) return all(-1);
    if constexpr (how == Judged::by_bits) return bits(tile.words[i], v);
    const Ints key = all(int32_t(tile.key + i));
    return (load(reach.first + v) <= key) & (load(reach.last + v) > key);
}

// Calls work(how) with a constant.
template <class Work>
INLINE void with_judged(Judged how, Work work) {
    switch (how) {
        case Judged::all: return work(std::integral_constant<Judged, Judged::all>{});
        case Judged::by_bounds: return work(std::integral_constant<Judged, Judged::by_bounds>{});
        case Judged::by_bits: return work(std::integral_constant<Judged, Judged::by_bits>{});
    }
}

}  // namespace
