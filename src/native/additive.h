// Additive scores and their slopes, for a tile of queries and keys: shares.h says of what.
//
// Scores lie in lanes of queries, like those of products, and the weight is folded into the exponentials: with
// t = 1/w + A/w · B, w · r is 1/t: a multiply-add, a first guess of the inverse and Newton's step. Several of them share
// the latter two where products of so many t stay finite, 1/t + 1/t' being (t + t') / (t · t'). Slopes lie in lanes of
// numbers, because they are added up over queries and over keys:
//
//     s = 4 · w · g · r · (1 − r)     to query += Σ_k s     to key += Σ_q s     to weight += g · (1 − 2·r)
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

// Folds weights into queries (d, width) that lie across; writes the greatest t behind them.
void fold_weights(const Call& call, const Adding& adding, float* worth, long width, float* across) {
    float& greatest = worth[padded(call.d)];
    greatest = INFINITE;
    if (!adding.products) return;
    greatest = 0;
    for (long c = 0; c < call.d; c++, across += width) {
        Floats most{};
        for (long v = 0; v < width; v += LANES) {
            const Floats folded = load(across + v) * all(std::fabs(worth[c]));
            most = greater(folded, most);
            store(across + v, std::signbit(worth[c]) ? -folded : folded);
        }
        for (int i = 0; i < LANES; i++)
            greatest = std::fmax(greatest, most[i] * adding.shares.greatest[c] + std::fabs(worth[c]));
    }
}

// Sums of 1/t, of so many t at once.
template <int Count>
struct Inverses {
    static constexpr int together = Count;
    struct Fraction {
        Floats over, under;
    };
    template <int Some>
    INLINE Fraction sum(const Floats* t) {
        if constexpr (Some == 1) return {all(1.0f), *t};
        if constexpr (Some == 2) return {t[0] + t[1], t[0] * t[1]};
        if constexpr (Some > 2) {
            const Fraction a = sum<Some / 2>(t), b = sum<Some / 2>(t + Some / 2);
            return {a.over * b.under + b.over * a.under, a.under * b.under};
        }
    }
    INLINE Floats add(Floats before, const Floats* query, const Floats* key, const Floats* worth) {
        Floats t[Count];
#pragma GCC unroll 4
        for (int i = 0; i < Count; i++) t[i] = query[i] * key[i] + worth[i];
        const Fraction found = sum<Count>(t);
        const Floats near = near_inverse(found.under), over = Count > 1 ? found.over * near : near;
        return over * (all(2.0f) - found.under * near) + before;
    }
};

struct RoughInverse {
    static constexpr int together = 1;
    INLINE Floats add(Floats before, const Floats* query, const Floats* key, const Floats* worth) {
        return before + near_inverse(*query * *key + *worth);
    }
};

struct Weighted {
    static constexpr int together = 1;
    INLINE Floats add(Floats before, const Floats* query, const Floats* key, const Floats* worth) {
        return EachSum::share(*query, *key) * *worth + before;
    }
};

// Calls work(Inverses<4>{}) or another of them: as many at once as stay finite.
template <class Work>
INLINE void with_inverses(const Call& call, const Adding& adding, float greatest, Work work) {
    if (!adding.products) return work(Weighted{});
    if (call.half) return work(RoughInverse{});
    if (greatest < 0x1p31f) return work(Inverses<4>{});
    if (greatest < 0x1p62f) return work(Inverses<2>{});
    work(Inverses<1>{});
}

constexpr int TALL = WIDE > 2 ? 4 : 3;

// Numbers c, c + 1, … of Tall keys, so many as Sum takes together, and of Across registers of queries.
template <class Sum, int Tall, int Across>
INLINE void add_some(const float* keys, long row, const float* across, long width, const float* worth,
                     Floats (&sums)[Tall][Across]) {
    constexpr int Count = Sum::together;
    Floats weight[Count];
#pragma GCC unroll 4
    for (int i = 0; i < Count; i++) weight[i] = all(worth[i]);
#pragma GCC unroll 4
    for (int r = 0; r < Tall; r++) {
        Floats key[Count];
#pragma GCC unroll 4
        for (int i = 0; i < Count; i++) key[i] = all(keys[r * row + i]);
#pragma GCC unroll 4
        for (int v = 0; v < Across; v++) {
            Floats query[Count];
#pragma GCC unroll 4
            for (int i = 0; i < Count; i++) query[i] = load(across + i * width + v * LANES);
            sums[r][v] = Sum::add(sums[r][v], query, key, weight);
        }
    }
}

template <class Sum, int Tall, int Across>
INLINE void add_block(const float* keys, long row, const float* across, const float* worth, long size, Tile to) {
    constexpr int Count = Sum::together;
    Floats sums[Tall][Across] = {};
    long c = 0;
    for (; c + Count <= size; c += Count)
        add_some<Sum>(keys + c, row, across + c * to.width, to.width, worth + c, sums);
    if constexpr (Count > 1)
        for (; c < size; c++) add_some<Inverses<1>>(keys + c, row, across + c * to.width, to.width, worth + c, sums);
    for (int r = 0; r < Tall; r++)
        for (int v = 0; v < Across; v++) store(to.at + r * to.width + v * LANES, sums[r][v]);
}

template <class Sum, int Across>
void add_strip(const float* keys, long row, const float* across, const float* worth, long size, Tile to) {
    for (; to.keys >= TALL; to.keys -= TALL, keys += TALL * row, to.at += TALL * to.width)
        add_block<Sum, TALL, Across>(keys, row, across, worth, size, to);
    for (; to.keys > 0; to.keys--, keys += row, to.at += to.width)
        add_block<Sum, 1, Across>(keys, row, across, worth, size, to);
}

// Sums of weighted shares for a tile.
void add_shares(const Call& call, const Adding& adding, const float* across, const float* worth, Tile tile) {
    const long row = padded(call.d);
    const float* keys = adding.shares.keys + tile.key * row;
    with_inverses(call, adding, worth[row], [&](auto sum) {
        using Sum = decltype(sum);
        long v = tile.skipped;
        for (; v + WIDE * LANES <= tile.end(); v += WIDE * LANES)
            add_strip<Sum, WIDE>(keys, row, across + v, worth, call.d, {tile.at + v, tile.key, tile.keys, tile.width});
        for (; v < tile.end(); v += LANES)
            add_strip<Sum, 1>(keys, row, across + v, worth, call.d, {tile.at + v, tile.key, tile.keys, tile.width});
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
