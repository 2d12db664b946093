// One tile of queries, and its scores with tiles of keys: what forward and backward have in common.
#pragma once

#include "cells.h"
#include "dropout.h"
#include "product.h"
#include "rows.h"
#include "terms.h"
#include "threshold.h"
#include "weights.h"

namespace {

// How many keys a tile of queries holds scores of: those of a tile, or of whole rows where a threshold is searched.
INLINE long held_keys(const Call& call) { return searched(call.kind) ? (call.k / KEYS + 1) * KEYS : KEYS; }

// Their vectors as rows, zeros for a query that reads nothing or is not there, whatever it holds.
void read_rows(const Call& call, const Vectors& from, const Queries& at, const Reach& reach, long size, float* to) {
    for (long i = 0; i < at.width; i++, to += padded(size))
        if (reach.reads(i))
            read_row(call, from, at.b, at.h, at.query + i, size, to);
        else
            clear(to, padded(size));
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
    for (long i = 0; i < at.width; i++) {
        lanes.shift[i] = reach.reads(i) ? (bias + (row ? row[i] : 0.0f)) * float(unit(call.kind)) : 0.0f;
        lanes.threshold[i] = lanes.sums[i] = lanes.delta[i] = lanes.rates[i] = 0.0f;
    }
    if (call.falling) hash_rows(call, at.b, at.h, at.query, lanes);
}

// Scores of the queries, `across` (d, width), with a tile of keys; `highest` as in `finish_scores`.
void score(const Call& call, const Queries& at, const Reach& reach, const Lanes& lanes, const float* across, Tile tile,
           float* room, float* highest) {
    const Numbers keys = some_keys(call, call.key, at.b, at.g, tile.key, tile.keys, call.d, room);
    product<Into::fresh>(tile.keys, tile.lanes(), keys, across + tile.skipped, tile.width, call.d,
                         {tile.at + tile.skipped, tile.width});
    float pairs[KEYS * MOST];
    if (call.terms) find_terms(call, at, {pairs, tile.key, tile.keys, tile.width});
    const float* column = call.column ? call.column + (at.b * call.h + at.h) * call.k + tile.key : nullptr;
    const Change change{float(call.scale * unit(call.kind)), float(unit(call.kind)), lanes.shift, column,
                        call.terms ? pairs : nullptr};
    with_curve(call.kind, [&](auto curve) {
        with_judged(judged(reach, tile), [&](auto how) {
            finish_scores<decltype(curve), decltype(how)::value>(tile, reach, change, highest);
        });
    });
}

// Calls work(first, last) for even pieces of some keys, of at most that many, as far as the micro-kernel has no rest.
template <class Work>
INLINE void each_piece(long first, long last, long at_most, Work work) {
    const long pieces = most(1, (last - first + at_most - 1) / at_most);
    const long keys = ((last - first + pieces - 1) / pieces + ROWS - 1) / ROWS * ROWS;
    for (long key = first; key < last; key += keys) work(key, least(last, key + keys));
}

// The same for pieces of a stretch, small ones at an end that only some queries read: they leave lanes out there.
template <class Work>
INLINE void each_piece_of(const Reach& reach, long first, long last, long width, Work work) {
    const auto cut = [&](long keys) { return keys > 0 && keys <= width ? keys / CORNER * CORNER : 0; };
    const long from = first + cut(least(reach.every_from, last) - first);
    const long to = last - cut(last - most(reach.every_to, from));
    each_piece(first, from, CORNER, work);
    each_piece(from, to, KEYS, work);
    each_piece(to, last, CORNER, work);
}

// Calls work(tile) for one tile of keys after another; scores lie one after another if they are held. How many keys.
template <class Work>
INLINE long each_tile(const Call& call, const Reach& reach, float* scores, long width, bool held, Work work) {
    long visited = 0;
    const bool whole = held || call.terms;  // no lane is left out
    each_stretch(call, reach, [&](long first, long last, const uint64_t* words) {
        const auto piece = [&](long key, long end) {
            const Tile tile{held ? scores + visited * width : scores, key, end - key, width,
                            words ? words + (key - first) : nullptr};
            work(whole ? tile : narrowed(reach, tile));
            visited += tile.keys;
        };
        if (whole || words)
            each_piece(first, last, KEYS, piece);
        else
            each_piece_of(reach, first, last, width, piece);
    });
    return visited;
}

}  // namespace
