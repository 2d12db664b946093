// Additive scores and their slopes, for a tile of queries and keys: shares.h says of what.
//
// Scores lie in lanes of queries, like those of products, and the weight is folded into the exponentials: w · r is
// 1 / (1/w + A/w · B), a multiply-add, a first guess of the inverse and Newton's step, which takes in the sum: four
// operations. Slopes lie in lanes of numbers, because they are added up over queries and over keys:
//
//     t = 4 · w · g · r · (1 − r)     to query += Σ_k t     to key += Σ_q t     to weight += g · (1 − 2·r)
#pragma once

#include "shares.h"
#include "weights.h"

namespace {

// How a head's scores follow from its sums: base + factor · Σ; and the weights as the sums want them, in `worth`.
struct Adding {
    Shares shares;
    const float* weight;
    bool products;
    float base, factor;
};

INLINE Adding adding_of(const Call& call, long b, long h) {
    const Shares shares = shares_of(call, b, h / call.group());
    const float* weight = weight_of(call, h);
    const bool products = shares.products(call);
    float base = 0;
    for (long c = 0; c < call.d; c++) base += weight[c];
    return {shares, weight, products, base, products ? -2 * largest(weight, call.d) : -2.0f};
}

// For `Products` the largest weight over each; for `EachSum` the weight.
void weigh(const Call& call, const Adding& adding, float* worth) {
    const float most = adding.factor / -2;
    for (long c = 0; c < call.d; c++) {
        const float w = adding.weight[c];
        worth[c] = !adding.products ? w : std::fabs(w) <= SMALL * most ? std::copysign(1 / SMALL, w) : most / w;
    }
}

// Queries (width, d) as shares want them, in place; one that reads nothing is at the middle.
void share_queries(const Call& call, const Adding& adding, const Reach& reach, long width, float* rows) {
    if (!adding.products) return;
    const float* middle = adding.shares.middle;
    for (long i = 0; i < width; i++, rows += padded(call.d))
        for (long c = 0; c < padded(call.d); c += LANES)
            store(rows + c, reach.reads(i) ? exponential_of(load(rows + c) - load(middle + c)) : all(1.0f));
}

// Folds weights into queries (d, width) that lie across.
void fold_weights(const Call& call, const Adding& adding, const float* worth, long width, float* across) {
    if (!adding.products) return;
    for (long c = 0; c < call.d; c++)
        for (long v = 0; v < width; v += LANES) store(across + c * width + v, load(across + c * width + v) * all(worth[c]));
}

constexpr int TALL = WIDE > 2 ? 4 : 3;

template <class Share, int Tall, int Across>
INLINE void add_block(const float* keys, long row, const float* across, const float* worth, long size, Tile to) {
    Floats sums[Tall][Across] = {};
    for (long c = 0; c < size; c++, across += to.width) {
        const Floats weight = all(worth[c]);
#pragma GCC unroll 4
        for (int r = 0; r < Tall; r++) {
            const Floats key = all(keys[r * row + c]);
#pragma GCC unroll 4
            for (int v = 0; v < Across; v++)
                sums[r][v] = Share::add(sums[r][v], load(across + v * LANES), key, weight);
        }
    }
    for (int r = 0; r < Tall; r++)
        for (int v = 0; v < Across; v++) store(to.at + r * to.width + v * LANES, sums[r][v]);
}

template <class Share, int Across>
void add_strip(const float* keys, long row, const float* across, const float* worth, long size, Tile to) {
    for (; to.keys >= TALL; to.keys -= TALL, keys += TALL * row, to.at += TALL * to.width)
        add_block<Share, TALL, Across>(keys, row, across, worth, size, to);
    for (; to.keys > 0; to.keys--, keys += row, to.at += to.width)
        add_block<Share, 1, Across>(keys, row, across, worth, size, to);
}

// EachSum of shares for a tile.
void add_shares(const Call& call, const Adding& adding, const float* across, const float* worth, Tile tile) {
    const long row = padded(call.d);
    const float* keys = adding.shares.keys + tile.key * row;
    with_shares(call, adding.products, [&](auto share) {
        using Share = decltype(share);
        long v = 0;
        for (; v + WIDE * LANES <= tile.width; v += WIDE * LANES)
            add_strip<Share, WIDE>(keys, row, across + v, worth, call.d, {tile.at + v, tile.key, tile.keys, tile.width});
        for (; v < tile.width; v += LANES)
            add_strip<Share, 1>(keys, row, across + v, worth, call.d, {tile.at + v, tile.key, tile.keys, tile.width});
    });
}

// Where the gradients to queries (width, d), keys (k, d) and weights (d) are added up.
struct AddingSlopes {
    float *query, *key, *weight;
};

// One register of the numbers of all keys of a tile, and of their gradients. Gathered, because rows lie powers of two
// apart, which a cache holds few of.
struct Column {
    float key[KEYS * LANES], slope[KEYS * LANES];
};

// `Few` queries meet all keys of the tile.
template <class Share, int Few>
INLINE void slope_block(const float* queries, long row, Tile slopes, Column& column, AddingSlopes to) {
    Floats query[Few], to_query[Few], to_weight{};
#pragma GCC unroll 8
    for (int i = 0; i < Few; i++) query[i] = load(queries + i * row), to_query[i] = load(to.query + i * row);
    for (long j = 0; j < slopes.keys; j++) {
        const Floats key = load(column.key + j * LANES);
        Floats to_key = load(column.slope + j * LANES);
#pragma GCC unroll 8
        for (int i = 0; i < Few; i++) {
            const Floats share = Share::share(query[i], key);
            const Floats once = all(slopes.at[j * slopes.width + i]) * share, bent = once - once * share;
            to_query[i] += bent;
            to_key += bent;
            to_weight += once;
        }
        store(column.slope + j * LANES, to_key);
    }
#pragma GCC unroll 8
    for (int i = 0; i < Few; i++) store(to.query + i * row, to_query[i]);
    store(to.weight, load(to.weight) + to_weight);
}

constexpr int FEW = WIDE > 2 ? 8 : 3;  // queries and their slopes stay in registers

// One register of numbers: `count` queries meet all keys of the tile.
template <class Share>
void slope_column(const float* queries, long row, long count, Tile slopes, Column& column, AddingSlopes to) {
    const auto go = [&](auto few) {
        constexpr int Few = decltype(few)::value;
        for (; count >= Few; count -= Few, queries += Few * row, to.query += Few * row, slopes.at += Few)
            slope_block<Share, Few>(queries, row, slopes, column, to);
    };
    go(std::integral_constant<int, FEW>{});
    go(std::integral_constant<int, 1>{});
}

// Adds the slopes of a tile of scores to those of its queries, keys and weights; 4 · w is still missing from queries.
void slope_shares(const Call& call, const Adding& adding, const float* queries, long count, Tile slopes, AddingSlopes to) {
    const long row = padded(call.d);
    const float* keys = adding.shares.keys + slopes.key * row;
    for (long c = 0; c < row; c += LANES) {
        const Floats worth = load(adding.weight + c) * all(4.0f);
        Column column;
        for (long j = 0; j < slopes.keys; j++) {
            store(column.key + j * LANES, load(keys + j * row + c));
            store(column.slope + j * LANES, Floats{});
        }
        with_shares(call, adding.products, [&](auto share) {
            const AddingSlopes sums{to.query + c, nullptr, to.weight + c};
            slope_column<decltype(share)>(queries + c, row, count, slopes, column, sums);
        });
        for (long j = 0; j < slopes.keys; j++) {
            float* at = to.key + j * row + c;
            store(at, load(at) + load(column.slope + j * LANES) * worth);
        }
    }
}

}  // namespace
