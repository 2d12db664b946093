// Backward: weights are computed again from the statistics, tile by tile. With G the gradient to the output,
//
//     Pᵀ = weights of K · Qᵀ        Gᵀ-to-weights = V · Gᵀ        Sᵀ-slope = the normalizer's slope of the two
//     to V += Pᵀ · G                to K += slopeᵀ · Q · scale    to Qᵀ += Kᵀ · slopeᵀ · scale
//
// A tile of queries has its own gradient to itself; that of keys and values is a sum over queries. The tiles of all
// queries that share a key head fall into `chunks`, each with sums of its own, which `fold` adds up in a fixed order: the
// same bits whatever the number of threads. Paper: Dao et al. 2022, arXiv 2205.14135, algorithm 4.
#pragma once

#include "scores.h"

namespace {

// Tiles of queries first, …, last − 1 of one row and key head, counted over its query heads, and keys they may read.
struct Share {
    long b, g, first, last, from, to;
};

Share share_of(const Call& call, long b, long g, long chunk) {
    const long tiles = call.tiles(), all = tiles * call.group(), each = (all + call.chunks - 1) / call.chunks;
    Share found{b, g, least(all, chunk * each), least(all, (chunk + 1) * each), 0, 0};
    if (found.first == found.last) return found;
    found.from = call.k;
    for (long at = found.first, next; at < found.last; at = next) {
        next = least(found.last, (at / tiles + 1) * tiles);
        long from, to;
        reach_of_tiles(call, b, g * call.group() + at / tiles, at % tiles, (next - 1) % tiles + 1, &from, &to);
        found.from = least(found.from, from), found.to = most(found.to, to);
    }
    found.from = least(found.from, found.to);
    return found;
}

int64_t backward_scratch(const Call& call) {
    const int64_t d = padded(call.d), e = padded(call.e), widest = d > e ? d : e;
    return call.tile * (widest + 3 * d + 2 * e + 2 * held_keys(call)) + (call.half ? KEYS * (d + e) : 0) + LANES;
}

// What a tile of queries works with: vectors as rows (width, size) and across (size, width).
struct Room {
    float *rows, *query_rows, *query, *to_query, *gradient_rows, *gradient, *scores, *slopes, *keys, *values;
};

Room room_in(float* scratch, const Call& call) {
    const long d = padded(call.d), e = padded(call.e), tile = call.tile;
    const auto take = [&](long floats) {
        float* at = scratch;
        scratch += floats;
        return at;
    };
    float* rows = take(tile * most(d, e));
    float *query_rows = take(tile * d), *query = take(tile * d), *to_query = take(tile * d);
    float *gradient_rows = take(tile * e), *gradient = take(tile * e);
    float *scores = take(tile * held_keys(call)), *slopes = take(tile * held_keys(call));
    return {rows, query_rows, query, to_query, gradient_rows, gradient, scores, slopes, scratch, scratch + KEYS * d};
}

// Statistics, and δ = ⟨output, gradient⟩; a query that reads nothing or is not there has weights of zero.
void recall(const Call& call, const Queries& at, const Reach& reach, const Room& room, Lanes& lanes) {
    const float* statistics = call.statistics + place_of(call, at) * 2;
    const long e = padded(call.e);
    start_lanes(call, at, reach, lanes);
    read_rows(call, call.output, at, reach, call.e, room.rows);
    for (long i = 0; i < at.width; i++) {
        const bool reads = reach.reads(i);
        const float second = reads ? statistics[2 * i + 1] : INFINITE;
        lanes.peak[i] = reads ? statistics[2 * i] : exponential(call.kind) ? INFINITE : 0;
        lanes.threshold[i] = searched(call.kind) ? second : 0;
        lanes.inverse[i] = searched(call.kind) ? 1 : 1 / second;
        if (searched(call.kind)) continue;
        Floats sum{};
        for (long c = 0; c < e; c += LANES) sum += load(room.rows + i * e + c) * load(room.gradient_rows + i * e + c);
        lanes.delta[i] = total(sum);
    }
}

// For each query, the gradients to what was added to its scores and to a sink: the sink's share, times −δ.
void write_slopes(const Call& call, const Queries& at, const Lanes& lanes) {
    const long place = place_of(call, at);
    if (call.row_slopes) std::memcpy(call.row_slopes + place, lanes.sums, at.count * sizeof(float));
    if (!call.sink_slopes) return;
    float share[MOST];
    for (long v = 0; v < at.width; v += LANES)
        store(share + v, exp2(all(call.parameter[at.h] * float(unit(call.kind))) - load(lanes.peak + v)) * load(lanes.inverse + v));
    for (long i = 0; i < at.count; i++) call.sink_slopes[place + i] = -lanes.delta[i] * share[i];
}

void add_columns(Tile slopes, float* to) {
    for (long i = 0; i < slopes.keys; i++) {
        Floats sum{};
        for (long v = slopes.skipped; v < slopes.end(); v += LANES) sum += load(slopes.at + i * slopes.width + v);
        to[slopes.key + i] += total(sum);
    }
}

// Where a chunk of one row and key head adds up its gradients to keys, values and columns of scores; its number.
struct Sums {
    float *key, *value, *column;
    long chunk;
};

// Scores, and the gradients to their weights.
void meet(const Call& call, const Queries& at, const Reach& reach, const Room& room, const Lanes& lanes, Tile tile,
          float* slopes) {
    float unused[MOST] = {};
    score(call, at, reach, lanes, room.query, tile, room.keys, unused);
    const Numbers values = some_keys(call, call.value, at.b, at.g, tile.key, tile.keys, call.e, room.values);
    product<Into::fresh>(tile.keys, tile.lanes(), values, room.gradient + tile.skipped, tile.width, call.e,
                         {slopes + tile.skipped, tile.width});
    if (call.falling) drop(call, lanes, tile.with(slopes));
}

// The gradients of a tile of scores to queries, keys and values; without sums, to the bias alone.
void part(const Call& call, const Queries& at, const Reach& reach, const Room& room, Lanes& lanes, Tile tile,
          float* slopes, const Sums* sums) {
    const long d = padded(call.d), e = padded(call.e), width = tile.width;
    with_curve(call.kind, [&](auto curve) {
        with_judged(judged(reach, tile), [&](auto how) {
            slope_back<decltype(curve), decltype(how)::value>(tile, slopes, reach, lanes);
        });
    });
    const Tile found = tile.with(slopes);
    if (!sums) return add_to_bias(call.terms->bias_slopes, at, found);
    const Sums& to = *sums;
    if (call.falling) drop(call, lanes, tile);
    const long first = tile.skipped, queries = least(at.count, tile.end()) - first;
    const Numbers weights{tile.at + first, width, 1}, pulls{slopes + first, width, 1};
    const Numbers keys = some_keys(call, call.key, at.b, at.g, tile.key, tile.keys, call.d, room.keys);
    product<Into::sum>(tile.keys, e, weights, room.gradient_rows + first * e, e, queries, {to.value + tile.key * e, e});
    product<Into::sum>(tile.keys, d, pulls, room.query_rows + first * d, d, queries, {to.key + tile.key * d, d});
    product<Into::sum>(call.d, tile.lanes(), turned(keys), slopes + first, width, tile.keys, {room.to_query + first, width});
    if (to.column) add_columns(found, to.column);
    if (call.terms) add_to_terms(call, at, found, to.chunk);
}

void work_back(const Call& call, const Queries& at, const Room& room, const Sums* to) {
    const Reach reach = reach_of(call, at.b, at.h, at.query, at.count);
    const long d = padded(call.d), e = padded(call.e), width = at.width;
    const bool whole = searched(call.kind);
    Lanes lanes;
    read_rows(call, call.query, at, reach, call.d, room.query_rows);
    read_rows(call, call.gradient, at, reach, call.e, room.gradient_rows);
    transpose(room.query_rows, d, width, d, room.query, width);
    transpose(room.gradient_rows, e, width, e, room.gradient, width);
    recall(call, at, reach, room, lanes);
    clear(room.to_query, d * width);
    const auto slopes_of = [&](Tile tile) { return room.slopes + (tile.at - room.scores); };
    if (whole) {
        each_tile(call, reach, room.scores, width, whole, [&](Tile tile) {
            meet(call, at, reach, room, lanes, tile, slopes_of(tile));
            with_search(call.kind, [&](auto curve) { add_rates<decltype(curve)>(tile, slopes_of(tile), lanes); });
        });
        for (long i = 0; i < width; i++) lanes.delta[i] /= lanes.rates[i] == 0 ? 1 : lanes.rates[i];
    }
    each_tile(call, reach, room.scores, width, whole, [&](Tile tile) {
        if (!whole) meet(call, at, reach, room, lanes, tile, slopes_of(tile));
        part(call, at, reach, room, lanes, tile, slopes_of(tile), to);
    });
    if (!to) return;
    for (long i = 0; i < d * width; i += LANES) store(room.to_query + i, load(room.to_query + i) * all(float(call.scale)));
    write_columns(call, call.to_query, at, call.d, room.to_query, room.rows);
    write_slopes(call, at, lanes);
}

// The tiles first_tile, …, last_tile − 1 of a chunk; the first call of each item clears its sums.
void backward(const Call& call, int64_t item, float* scratch) {
    const long g = item % call.g, b = item / call.g % call.b, chunk = item / call.g / call.b;
    const Share share = share_of(call, b, g, chunk);
    const Room room = room_in(scratch, call);
    const long d = padded(call.d), e = padded(call.e), keys = share.to - share.from, group = call.group();
    const Sums sums{call.key_sums + item * call.k * d, call.value_sums + item * call.k * e,
                    call.column_slopes ? call.column_slopes + item * group * call.k : nullptr, chunk};
    if (call.first_tile == 0) {
        clear(sums.key + share.from * d, keys * d);
        clear(sums.value + share.from * e, keys * e);
        if (sums.column) clear(sums.column, group * call.k);
    }
    const long last = least(share.last, share.first + call.last_tile);
    for (long at = share.first + call.first_tile; at < last; at++) {
        const long head = at / call.tiles();
        float* column = sums.column ? sums.column + head * call.k : nullptr;
        const Sums own{sums.key, sums.value, column, chunk};
        work_back(call, queries_of(call, b, g * group + head, at % call.tiles()), room, &own);
    }
}

// Gradients to a bias that heads share, perhaps rows too, from one tile of queries of all of them; `item` counts such
// tiles.
void sum_bias(const Call& call, int64_t item, float* scratch) {
    const Vectors& bias = call.terms->bias_slopes;
    const long tiles = call.tiles(), heads = bias.head ? call.h : 1;
    const long own_h = item / tiles % heads, own_b = item / tiles / heads;
    const Room room = room_in(scratch, call);
    for (long b = own_b; b < (bias.row ? own_b + 1 : call.b); b++)
        for (long h = own_h; h < (bias.head ? own_h + 1 : call.h); h++)
            work_back(call, queries_of(call, b, h, item % tiles), room, nullptr);
}

// One row of the sums of all chunks, times a factor, as a gradient.
void fold_row(const Call& call, const Share* shares, float* sums, const Vectors& to, long key, long size, float factor) {
    const Share& own = shares[0];
    const long row = padded(size), place = ((own.b * call.g + own.g) * call.k + key) * row;
    const long chunk = call.b * call.g * call.k * row;
    for (long c = 0; c < row; c += LANES) {
        Floats found{};
        for (long i = 0; i < call.chunks; i++)
            if (shares[i].from <= key && key < shares[i].to) found += load(sums + i * chunk + place + c);
        store(sums + place + c, found * all(factor));
    }
    if (sums != to.at) write_row(call, to, own.b, own.g, key, size, sums + place);
}

void fold(const Call& call, int64_t item) {
    const long blocks = (call.k + FOLDED - 1) / FOLDED, block = item % blocks;
    const long g = item / blocks % call.g, b = item / blocks / call.g;
    Share shares[MOST_CHUNKS];
    for (long i = 0; i < call.chunks; i++) shares[i] = share_of(call, b, g, i);
    for (long key = block * FOLDED; key < least(call.k, (block + 1) * FOLDED); key++) {
        fold_row(call, shares, call.key_sums, call.to_key, key, call.d, float(call.scale));
        fold_row(call, shares, call.value_sums, call.to_value, key, call.e, 1.0f);
    }
}

}  // namespace
