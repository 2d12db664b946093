// Who may read whom: every query reads the keys first, first + 1, …, last − 1, and no other.
//
// Causality, lengths and windows all come to that. A tile of queries then knows without looking at pairs which keys
// nobody reads, which everybody reads, and compares numbers only between the two:
//
//     queries ↓   · · ▒ ▒ ▒ ▒ ▒ ■ ■ ■ ■ ■ ▒ ▒ ▒ ▒ ▒ · ·    → keys
//                     │         │         │         │
//                     from      every_from  every_to  to
#pragma once

#include "call.h"
#include "lanes.h"

namespace {

INLINE long least(long a, long b) { return a < b ? a : b; }
INLINE long most(long a, long b) { return a > b ? a : b; }

constexpr int MOST = 64;   // queries of a tile
constexpr int KEYS = 96;   // keys of a tile

struct Reach {
    int32_t first[MOST], last[MOST];  // of a query that reads nothing, or is not there: 0, 0
    long from, to, every_from, every_to;

    bool reads(long lane) const { return first[lane] < last[lane]; }
    bool partly(long key, long keys) const { return key < every_from || key + keys > every_to; }
};

// The keys that query i of row b reads, if it is not padded; neither bound ever falls from query to query.
INLINE void bounds(const Call& call, long b, long i, long* first, long* last) {
    constexpr long FAR = 1l << 40;  // further away than any key, and no sum overflows
    const long at = most(-FAR, least(FAR, call.starts ? call.starts[b] : call.start)) + i;
    const long keys = call.key_lengths ? least(call.k, call.key_lengths[b]) : call.k;
    *first = most(0, at - call.before);
    *last = most(0, least(keys, at + (call.causal ? 0 : call.after) + 1));
}

Reach reach_of(const Call& call, long b, long query, long count) {
    Reach found{{}, {}, call.k, 0, 0, call.k};
    for (long i = 0; i < count; i++) {
        long first, last;
        bounds(call, b, query + i, &first, &last);
        if (first >= last || (call.query_lengths && query + i >= call.query_lengths[b])) continue;
        found.first[i] = int32_t(first), found.last[i] = int32_t(last);
        found.from = least(found.from, first), found.to = most(found.to, last);
        found.every_from = most(found.every_from, first), found.every_to = least(found.every_to, last);
    }
    return found;
}

}  // namespace
