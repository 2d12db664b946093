// What is added to the scores of pairs, and the gradients to it, for a tile of scores.
//
//     term[i, j] = bias[i, j] + Σ table[key_at[j] − query_at[i]] + rows[i, bucket[key_at[j] − query_at[i]]]
//
// A table serves all queries; `rows` has numbers of its own for each. Where both places count up by ones, `straight`,
// a table lies the other way round: terms of one key and consecutive queries are neighbours, as in a register.
//
//     term[i, j] = table[k − 1 − j + i]
//
// Slopes of a table are summed for each chunk and head alone; those of rows and bias belong to one tile of queries. A
// bias that heads share gets its own in a further pass, tile of queries by tile of queries: `sum_bias` in backward.h.
#pragma once

#include "cells.h"
#include "rows.h"

// A table of terms by offset, (b or 1, h or 1, size); where it is straight, 16 numbers to spare at its end are counted.
struct Offsets {
    const float* table;
    int64_t row, head, size;           // strides of rows and heads, 0 where they do not differ
    const int64_t *query_at, *key_at;  // null: straight
    float* slopes;                     // (chunks, b, h, size), zeros at first; null: not asked for
};

struct Terms {
    const Offsets* offsets;
    int64_t count;                     // of offsets

    const float* rows;                 // (b, h, q, buckets); null: none
    int64_t buckets, bucket_row;       // stride of a bucket's rows
    const int64_t *bucket, *query_at, *key_at;
    float* row_slopes;                 // as rows, zeros at first

    Vectors bias;                      // (b or 1, h or 1, q, k) in float32, stride 0 where something does not differ
    Vectors bias_slopes;               // the same, zeros at first; null: not asked for
    int64_t shared;                    // 1: it is `sum_bias` that adds them up, not `backward`
};

namespace {

// Calls work(number, offset) for the numbers of key tile.key + i's pairs among `numbers` and their offsets.
template <class Work>
INLINE void each_offset(const Queries& at, const Tile& tile, const int64_t* query_at, const int64_t* key_at, Work work) {
    for (long i = 0; i < tile.keys; i++)
        for (long v = 0; v < at.count; v++) work(i * tile.width + v, v, key_at[tile.key + i] - query_at[at.query + v]);
}

INLINE void add_straight(const float* table, Tile to) {
    for (long i = 0; i < to.keys; i++)
        for (long v = 0; v < to.width; v += LANES) {
            float* at = to.at + i * to.width + v;
            store(at, load(at) + load(table - i + v));
        }
}

// The bias of the pairs of a tile, turned.
void turn_bias(const Vectors& bias, const Queries& at, Tile to) {
    const float* from = bias.of<float>(at.b, at.h, at.query) + to.key;
    const long queries = at.count / 4 * 4, keys = to.keys / 4 * 4;
    transpose(from, bias.place, queries, keys, to.at, to.width);
    for (long v = 0; v < at.count; v++)
        for (long i = v < queries ? keys : 0; i < to.keys; i++) to.at[i * to.width + v] = from[v * bias.place + i];
}

// Terms of the pairs of a tile, instead of what it holds.
void find_terms(const Call& call, const Queries& at, Tile to) {
    const Terms& terms = *call.terms;
    clear(to.at, to.keys * to.width);
    if (terms.bias.at) turn_bias(terms.bias, at, to);
    for (long n = 0; n < terms.count; n++) {
        const Offsets& offsets = terms.offsets[n];
        const float* table = offsets.table + at.b * offsets.row + at.h * offsets.head;
        if (!offsets.query_at)
            add_straight(table + call.k - 1 - to.key + at.query, to);
        else
            each_offset(at, to, offsets.query_at, offsets.key_at,
                        [&](long place, long, long offset) { to.at[place] += table[offset]; });
    }
    if (!terms.rows) return;
    const float* rows = terms.rows + place_of(call, at) * terms.buckets;
    const int64_t* bucket = terms.bucket + at.b * terms.bucket_row;
    each_offset(at, to, terms.query_at, terms.key_at, [&](long place, long v, long offset) {
        to.at[place] += rows[v * terms.buckets + bucket[offset]];
    });
}

// Adds up the slopes along each diagonal of a tile; `table` is where the first query's with the first key go.
//
// Lane v of key i goes to table[v − i]: for a register of the table, that is lane n + i of every key, read where it is.
void add_diagonals(const Tile& slopes, long count, float* table) {
    Ints lane;
    for (int i = 0; i < LANES; i++) lane[i] = i;
    for (long n = 1 - slopes.keys; n < count; n += LANES) {
        Floats sum{};
        const long first = most(0, 1 - n - LANES), last = least(slopes.keys, count - n);
        for (long i = first; i < last; i++) {
            const Ints v = lane + all(int32_t(n + i));
            sum += where((v >= Ints{}) & (v < all(int32_t(count))), load(slopes.at + i * slopes.width + n + i));
        }
        store(table + n, load(table + n) + sum);
    }
}

void add_to_bias(const Vectors& bias, const Queries& at, const Tile& slopes) {
    for (long v = 0; v < at.count; v++) {
        float* to = bias.of<float>(at.b, at.h, at.query + v) + slopes.key;
        for (long i = 0; i < slopes.keys; i++) to[i] += slopes.at[i * slopes.width + v];
    }
}

// Adds the slopes of a tile of scores to those of their terms; `chunk` has sums of its own.
void add_to_terms(const Call& call, const Queries& at, const Tile& slopes, long chunk) {
    const Terms& terms = *call.terms;
    if (terms.bias_slopes.at && !terms.shared) add_to_bias(terms.bias_slopes, at, slopes);
    for (long n = 0; n < terms.count; n++) {
        const Offsets& offsets = terms.offsets[n];
        if (!offsets.slopes) continue;
        float* sums = offsets.slopes + ((chunk * call.b + at.b) * call.h + at.h) * offsets.size;
        if (!offsets.query_at)
            add_diagonals(slopes, at.count, sums + call.k - 1 - slopes.key + at.query);
        else
            each_offset(at, slopes, offsets.query_at, offsets.key_at,
                        [&](long place, long, long offset) { sums[offset] += slopes.at[place]; });
    }
    if (!terms.row_slopes) return;
    float* rows = terms.row_slopes + place_of(call, at) * terms.buckets;
    const int64_t* bucket = terms.bucket + at.b * terms.bucket_row;
    each_offset(at, slopes, terms.query_at, terms.key_at, [&](long place, long v, long offset) {
        rows[v * terms.buckets + bucket[offset]] += slopes.at[place];
    });
}

}  // namespace
