// Short sequences, as the words of a sentence: all scores of a head lie in the nearest cache at once, so that nothing is
// cut into tiles, and no sum is begun before all of it is known. Queries are rows:
//
//                 keys →                                            numbers of e →
//           d  ┌──────────┐                                keys ┌──────────────────┐
//           ↓  │    Kᵀ    │                                 ↓   │        V         │
//              └──────────┘                                     └──────────────────┘
//      ┌─────┐ ┌──────────┐                      ┌──────────┐   ┌──────────────────┐
//      │  Q  │·│    S     │  queries             │    P     │ · │        O         │  queries
//      └─────┘ └──────────┘     ↓                └──────────┘   └──────────────────┘     ↓
//
// Only Kᵀ is made, once for all queries and all heads that share a key head. Everything else is read and written where it
// is: queries are as many as there are, whatever the lanes; keys as many as are read, by their lengths; only scores are
// padded, to a multiple of 16. bfloat16 is brought to what products want on the way (short_sides.h).
//
// An item is a row of the batch and a key head, with all queries of all heads that share it. If forward keeps weights,
// backward has no scores to compute again: it multiplies four times.
#pragma once

#include "dropout.h"
#include "rows.h"
#include "spans.h"

namespace {

constexpr long SHORT = 64;  // queries and keys at most

// Who of one row of the batch reads what: queries 0, …, queries − 1 the keys from, …, to − 1, all `alike`, or each its own
// first, …, last − 1 of them. Queries behind those read nothing; where there are `gaps`, some before do not either.
struct Readers {
    long queries = 0, from = 0, to = 0;
    bool alike = true, gaps = false;
    int32_t first[SHORT] = {}, last[SHORT] = {};

    long keys() const { return to - from; }
};

// Whether every query reads all keys, as far as lengths let it.
INLINE bool unmasked(const Call& call) {
    return !call.causal && !call.interval && call.before >= 2 * FAR && call.after >= 2 * FAR;
}

Readers readers_of(const Call& call, long b) {
    Readers found;
    const long queries = call.query_lengths ? most(0, least(call.q, call.query_lengths[b])) : call.q;
    if (unmasked(call)) {
        found.to = call.key_lengths ? most(0, least(call.k, call.key_lengths[b])) : call.k;
        found.queries = found.to > 0 ? queries : 0;
        return found;
    }
    found.from = call.k;
    for (long i = 0; i < queries; i++) {
        long first, last;
        bounds(call, b, i, &first, &last);
        if (first >= last) continue;
        found.gaps |= i > found.queries;
        found.first[i] = int32_t(first), found.last[i] = int32_t(last), found.queries = i + 1;
        found.from = least(found.from, first), found.to = most(found.to, last);
    }
    found.from = least(found.from, found.to);
    found.alike = false;
    return found;
}

// Asks for the vectors of a head, to be read or, with `write`, to be written, unless they are a stream: a processor foresees
// rows without gaps between them, but none that are apart, and nothing beyond a page. That is half of the time.
template <int write = 0>
INLINE void fetch_head(const Call& call, const Vectors& of, long b, long h, long count, long size) {
    constexpr long PAGE = 4096;
    const long each = call.half ? 2 : 4;
    if (of.place == size && count * size * each > PAGE) return;
    const char* at = static_cast<const char*>(of.at) + (b * of.row + h * of.head) * each;
    for (long i = 0; i < count; i++, at += of.place * each)
        for (long c = 0; c < size * each; c += 64) __builtin_prefetch(at + c, write, 2);
}

// The same of the item after one, if there is one: of its key head, or of the first of its query heads.
INLINE void fetch_next(const Call& call, long item, const Vectors& of, long heads, long count, long size) {
    if (++item < call.b * call.g) fetch_head(call, of, item / call.g, item % call.g * (heads / call.g), count, size);
}

// Whether vectors are rows of whole registers of floats where they are.
INLINE bool in_place(const Call& call, long size) { return !call.half && size == padded(size); }

// Where rows of results are to be: where they belong, or in `room`, from where `write_rows` brings them there.
Rows rows_for(const Call& call, const Vectors& to, long b, long h, long first, long size, float* room) {
    if (in_place(call, size)) return {to.of<float>(b, h, first), to.place};
    return {room, padded(size)};
}

void write_rows(const Call& call, const Vectors& to, long b, long h, long first, long count, long size, Rows rows) {
    if (in_place(call, size)) return;
    for (long i = 0; i < count; i++) write_row(call, to, b, h, first + i, size, rows.at + i * rows.row);
}

// Zeros where rows first, …, last − 1 belong.
void clear_rows(const Call& call, const Vectors& to, long b, long h, long first, long last, long size) {
    for (long i = first; i < last; i++)
        if (call.half)
            clear(to.of<uint16_t>(b, h, i), size);
        else
            clear(to.of<float>(b, h, i), size);
}

// Calls work(N) with how many registers a row of scores takes.
template <class Work>
INLINE void with_registers(long width, Work work) {
    constexpr int each = 16 / LANES;
    switch (width / 16) {
        case 1: return work(std::integral_constant<int, each>{});
        case 2: return work(std::integral_constant<int, 2 * each>{});
        case 3: return work(std::integral_constant<int, 3 * each>{});
        case 4: return work(std::integral_constant<int, 4 * each>{});
    }
}

// Which lanes of a row of scores query i reads.
template <int N, bool alike>
struct Inside {
    const Readers& by;
    Ints lane[N], shared[N];

    explicit Inside(const Readers& by) : by(by) {
        for (int v = 0; v < N; v++) {
            for (int i = 0; i < LANES; i++) lane[v][i] = v * LANES + i;
            shared[v] = lane[v] < all(int32_t(by.keys()));
        }
    }
    ALWAYS Ints of(long i, int v) const {
        if constexpr (alike) return shared[v];
        const int32_t from = int32_t(by.from);
        return (lane[v] >= all(by.first[i] - from)) & (lane[v] < all(by.last[i] - from));
    }
};

// Where forward keeps the weights of a head, (q, padded(k)); of a weight that dropout lets fall, its negative.
INLINE float* kept_of(const Call& call, long b, long h) {
    return call.scores ? call.scores + (b * call.h + h) * call.q * padded(call.k) : nullptr;
}

}  // namespace
