// One tile of queries, and its scores with tiles of keys: what forward and backward have in common.
#pragma once

#include "cells.h"
#include "additive.h"
#include "dropout.h"
#include "product.h"
#include "rows.h"
#include "terms.h"
#include "threshold.h"
#include "weights.h"

namespace {

// What is made of keys or values before anything else.
int64_t prepare_scratch(const Call& call) {
    return call.turned ? FOLDED / 2 * padded(most(call.d, call.e)) : 4 * padded(call.d);
}

void prepare(const Call& call, int64_t item, float* scratch) {
    call.turned ? turn(call, item, scratch) : prepare_shares(call, item, scratch);
}

INLINE long tiles_before(const Call& call, const Queries& at) {
    return (at.b * call.h + at.h) * call.tiles() + at.query / call.tile;
}

// How many keys a tile of queries holds scores of: those of a tile, or of whole rows where a threshold is searched.
INLINE long held_keys(const Call& call) { return searched(call.kind) ? (call.k / KEYS + 1) * KEYS : KEYS; }

// Their vectors as rows, zeros for a query that reads nothing or is not there, whatever it holds.
template <class Number>
void read_rows(const Call& call, const Vectors& from, const Queries& at, const Reach& reach, long size, Number* to) {
    for (long i = 0; i < at.width; i++, to += padded(size))
        if (reach.reads(i))
            read_row(call, from, at.b, at.h, at.query + i, size, to);
        else
            clear(to, padded(size));
}

// The same in columns: rows, (width, size), and lanes of what products work with, `across` (size, width).
template <class Number>
void read_both(const Call& call, const Vectors& from, const Queries& at, const Reach& reach, long size, float* rows,
               float* across) {
    const long lanes = in_lanes<Number>(padded(size));
    read_rows(call, from, at, reach, size, reinterpret_cast<Number*>(rows));
    transpose(rows, lanes, at.width, lanes, across, at.width);
}

// Writes the columns of `across` (size, width) as rows; `rows` is room for them.
void write_columns(const Call& call, const Vectors& to, const Queries& at, long size, const float* across, float* rows) {
    transpose(across, at.width, padded(size), at.width, rows, padded(size));
    for (long i = 0; i < at.count; i++) write_row(call, to, at.b, at.h, at.query + i, size, rows + i * padded(size));
}

// What is known of queries before the first key: what is added to their scores, their hashes.
void start_lanes(const Call& call, const Queries& at, const Reach& reach, Lanes& lanes) {
    const float bias = call.kind == Kind::sigmoid && call.parameter ? call.parameter[at.h] : 0.0f;
    const float* row = call.row ? call.row + place_of(call, at) : nullptr;
    const float base = bias + (call.additive() ? adding_of(call, at.b, at.h).base : 0.0f);
    for (long i = 0; i < at.width; i++) {
        lanes.shift[i] = reach.reads(i) ? (base + (row ? row[i] : 0.0f)) * float(unit(call.kind)) : 0.0f;
        lanes.threshold[i] = lanes.sums[i] = lanes.delta[i] = lanes.rates[i] = 0.0f;
    }
    if (call.falling) hash_rows(call, at.b, at.h, at.query, lanes);
}

// What forward knew of them: weights of one that reads nothing, or is not there, are zero.
void recall_rows(const Call& call, const Queries& at, const Reach& reach, Lanes& lanes) {
    const float* statistics = call.statistics + place_of(call, at) * 2;
    for (long i = 0; i < at.width; i++) {
        const bool reads = reach.reads(i);
        const float second = reads ? statistics[2 * i + 1] : INFINITE;
        lanes.peak[i] = reads ? statistics[2 * i] : exponential(call.kind) ? INFINITE : 0;
        lanes.threshold[i] = searched(call.kind) ? second : 0;
        lanes.inverse[i] = searched(call.kind) ? 1 : 1 / second;
    }
}

// Adds the numbers of each key of a tile to those of all keys.
void add_columns(Tile tile, float* to) {
    for (long i = 0; i < tile.keys; i++) {
        Floats sum{};
        for (long v = tile.skipped; v < tile.end(); v += LANES) sum += load(tile.at + i * tile.width + v);
        to[tile.key + i] += total(sum);
    }
}

// What scores are made of: queries (d, width) across, room for a tile of keys, and what additive.h wants of weights.
struct Means {
    float *across, *keys, *worth;
};

INLINE long worth_room(const Call& call) { return call.additive() ? padded(call.d) + 16 : 0; }

// Reads queries, as `rows` and across.
template <class Number>
void read_queries(const Call& call, const Queries& at, const Reach& reach, float* rows, const Means& to) {
    if (!call.additive()) return read_both<Number>(call, call.query, at, reach, call.d, rows, to.across);
    const Adding adding = adding_of(call, at.b, at.h);
    read_rows(call, call.query, at, reach, call.d, rows);
    share_queries(call, adding, reach, at.width, rows);
    transpose(rows, padded(call.d), at.width, padded(call.d), to.across, at.width);
    weigh(call, adding, to.worth);
    fold_weights(call, adding, to.worth, at.width, to.across);
}

// What queries and a tile of keys have in common, and what it counts.
template <class Number>
float match(const Call& call, const Queries& at, const Means& means, Tile tile) {
    if (call.additive()) {
        const Adding adding = adding_of(call, at.b, at.h);
        add_shares(call, adding, means.across, means.worth, tile);
        return adding.factor;
    }
    const auto keys = keys_down<Number>(call, call.key, at.b, at.g, tile.key, tile.keys, call.d, means.keys);
    product<Into::fresh>(tile.keys, tile.lanes(), keys, as_lanes<Number>(means.across) + tile.skipped, tile.width,
                         in_lanes<Number>(call.d), {tile.at + tile.skipped, tile.width});
    return float(call.scale);
}

// Scores of the queries with a tile of keys; `highest` as in `finish_scores`. Where scores are kept, backward finds them.
template <class Number>
void score(const Call& call, const Queries& at, const Reach& reach, const Lanes& lanes, const Means& means, Tile tile,
           float* highest) {
    const size_t size = size_t(tile.keys * tile.width) * sizeof(float);
    float* kept = call.scores ? call.scores + tiles_before(call, at) * call.k * call.tile + tile.key * tile.width : nullptr;
    if (kept && call.gradient.at) {
        std::memcpy(tile.at, kept, size);
        return;
    }
    const float factor = match<Number>(call, at, means, tile), once = float(unit(call.kind));
    float pairs[KEYS * MOST];
    if (call.terms) find_terms(call, at, {pairs, tile.key, tile.keys, tile.width});
    const float* column = call.column ? call.column + (at.b * call.h + at.h) * call.k + tile.key : nullptr;
    const Change change{factor * once, once, lanes.shift, column, call.terms ? pairs : nullptr};
    with_curve(call.kind, [&](auto curve) {
        with_judged(judged(reach, tile), [&](auto how) {
            finish_scores<decltype(curve), decltype(how)::value>(tile, reach, change, highest);
        });
    });
    if (kept) std::memcpy(kept, tile.at, size);
}

// How many keys meet a tile of queries at once, where only some queries read them, and of which number they are a
// multiple, so that the product has no rest.
struct Pieces {
    long keys, corner, whole;
};

INLINE Pieces pieces_of(const Call& call) {
    if (TILED && call.half) return {128, 32, 32};
    return {96, 24, ROWS};
}

// Calls work(first, last) for even pieces of some keys, of at most that many, as far as the product has no rest.
template <class Work>
INLINE void each_piece(long first, long last, long at_most, long whole, Work work) {
    const long pieces = most(1, (last - first + at_most - 1) / at_most);
    const long keys = ((last - first + pieces - 1) / pieces + whole - 1) / whole * whole;
    for (long key = first; key < last; key += keys) work(key, least(last, key + keys));
}

// The same for pieces of a stretch, small ones at an end that only some queries read: they leave lanes out there.
template <class Work>
INLINE void each_piece_of(const Reach& reach, long first, long last, long width, Pieces pieces, Work work) {
    const long corner = pieces.corner, whole = pieces.whole;
    const auto cut = [&](long keys) { return keys > 0 && keys <= width ? keys / corner * corner : 0; };
    const long from = first + cut(least(reach.every_from, last) - first);
    const long to = last - cut(last - most(reach.every_to, from));
    each_piece(first, from, corner, whole, work);
    each_piece(from, to, pieces.keys, whole, work);
    each_piece(to, last, corner, whole, work);
}

// Calls work(tile) for one tile of keys after another; scores lie one after another if they are held. How many keys.
template <class Work>
INLINE long each_tile(const Call& call, const Reach& reach, float* scores, long width, bool held, Work work) {
    long visited = 0;
    const bool whole = held || call.terms;  // no lane is left out
    const Pieces pieces = pieces_of(call);
    each_stretch(call, reach, [&](long first, long last, const uint64_t* words) {
        const auto piece = [&](long key, long end) {
            const Tile tile{held ? scores + visited * width : scores, key, end - key, width,
                            words ? words + (key - first) : nullptr};
            work(whole ? tile : narrowed(reach, tile));
            visited += tile.keys;
        };
        if (whole || words)
            each_piece(first, last, pieces.keys, pieces.whole, piece);
        else
            each_piece_of(reach, first, last, width, pieces, piece);
    });
    return visited;
}

}  // namespace
