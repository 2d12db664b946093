// Backward: weights are computed again from the statistics, tile by tile. With G the gradient to the output,
//
//     Pᵀ = weights of K · Qᵀ        Gᵀ-to-weights = V · Gᵀ        Sᵀ-slope = the normalizer's slope of the two
//     to V += Pᵀ · G                to K += slopeᵀ · Q · scale    to Qᵀ += Kᵀ · slopeᵀ · scale
//
// A tile of queries has its own gradient to itself; that of keys and values is a sum over queries. The tiles of all
// queries that share a key head fall into `chunks`, each with sums of its own, which `fold` adds up in a fixed order: the
// same bits whatever the number of threads. Paper: Dao et al. 2022, arXiv 2205.14135, algorithm 4.
#pragma once

#include "recall.h"

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

// Where the only chunk of a call adds up gradients to keys and values that no memory was given for: in scratch.
struct NearSums {
    long key, value;

    long size() const { return key + value; }
};

INLINE NearSums near_sums(const Call& call) {
    return {call.key_sums ? 0 : call.k * padded(call.d), call.value_sums ? 0 : call.k * padded(call.e)};
}

int64_t backward_scratch(const Call& call) {
    const int64_t d = padded(call.d), e = padded(call.e), widest = d > e ? d : e;
    const int64_t halved = call.half && PAIRED ? KEYS * call.tile : 0;
    return call.tile * (widest + 3 * d + 2 * e + 2 * held_keys(call)) + (call.half ? KEYS * (d + e) : 0) +
           worth_room(call) + halved / 2 * 3 + LANES + near_sums(call).size();
}

// What a tile of queries works with: vectors as rows (width, size) and across (size, width), in lanes.
struct Room {
    float *rows, *query_rows, *query, *to_query, *gradient_rows, *gradient, *scores, *slopes, *worth, *keys, *values;
    Halved halved;

    Means means() const { return {query, keys, worth}; }
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
    float *worth = take(worth_room(call)), *keys = take(call.half ? KEYS * d : 0), *values = take(call.half ? KEYS * e : 0);
    Half* halves = reinterpret_cast<Half*>(scratch);
    const Halved halved{halves, halves + KEYS * tile, reinterpret_cast<Pair*>(halves + 2 * KEYS * tile)};
    return {rows, query_rows, query, to_query, gradient_rows, gradient, scores, slopes, worth, keys, values, halved};
}

// Vectors of queries that lie in `rows` as the rows of a product which sums over queries, at `to`: paired, if halves.
template <class Number>
void pair_queries(const float* rows, long width, long size, float* to) {
    if constexpr (is_half<Number>)
        pair_rows(reinterpret_cast<const Half*>(rows), padded(size), width, padded(size), reinterpret_cast<Pair*>(to));
}

// Where a chunk of one row and key head adds up its gradients to keys, values, columns of scores and weights; its number.
struct Sums {
    float *key, *value, *column, *weight;
    long chunk;
    bool alone;  // one tile of queries is all there is: what it finds is the sum, and nothing was cleared for it
};

// Adds a product to the sums of some keys, or makes it their first.
template <class Number>
void sum_up(const Sums& sums, Tile tile, long columns, Numbers<Number> a, const Lane<Number>* b, long steps, float* to) {
    const Rows rows{to + tile.key * columns, columns};
    if (sums.alone)
        product<Into::fresh>(tile.keys, columns, a, b, columns, steps, rows);
    else
        product<Into::sum>(tile.keys, columns, a, b, columns, steps, rows);
}

// Scores, and the gradients to their weights.
template <class Number>
void meet(const Call& call, const Queries& at, const Reach& reach, const Room& room, const Lanes& lanes, Tile tile,
          float* slopes) {
    float unused[MOST] = {};
    score<Number>(call, at, reach, lanes, room.means(), tile, unused);
    const auto values = keys_down<Number>(call, call.value, at.b, at.g, tile.key, tile.keys, call.e, room.values);
    product<Into::fresh>(tile.keys, tile.lanes(), values, as_lanes<Number>(room.gradient) + tile.skipped, tile.width,
                         in_lanes<Number>(call.e), {slopes + tile.skipped, tile.width});
    if (call.falling) drop(call, lanes, tile.with(slopes));
}

// Scores and gradients to weights into weights and slopes.
template <class Number>
void slope_tile(const Call& call, const Reach& reach, const Room& room, Lanes& lanes, Tile tile, float* slopes) {
    with_curve(call.kind, [&](auto curve) {
        with_judged(judged(reach, tile), [&](auto how) {
            slope_back<decltype(curve), decltype(how)::value, Number>(tile, slopes, room.halved, reach, lanes);
        });
    });
}

// The same, and what is summed up of it; sums of slopes and dropout want them as floats first.
template <class Number>
void bend_back(const Call& call, const Queries& at, const Reach& reach, const Room& room, Lanes& lanes, Tile tile,
               float* slopes, const Sums& to) {
    const bool as_floats = call.falling || to.column || call.terms;
    (as_floats ? slope_tile<float> : slope_tile<Number>)(call, reach, room, lanes, tile, slopes);
    const Tile found = tile.with(slopes);
    if (call.falling) drop(call, lanes, tile);
    if (to.column) add_columns(found, to.column);
    if (call.terms) add_to_terms(call, at, found, to.chunk);
    if (as_floats && is_half<Number>) halve(tile, slopes, room.halved);
}

// Weights and slopes of a tile as products read them: rows of keys, summed over queries; and lanes of queries.
template <class Number>
struct Pulls {
    Numbers<Number> weights, slopes;
    const Lane<Number>* across;
};

template <class Number>
Pulls<Number> pulls_of(const Room& room, Tile tile, const float* slopes) {
    const long first = tile.skipped, width = tile.width;
    if constexpr (is_half<Number>)
        return {{room.halved.weights + first, width, 2}, {room.halved.slopes + first, width, 2}, room.halved.pairs + first};
    else
        return {{tile.at + first, width, 1}, {slopes + first, width, 1}, slopes + first};
}

// The gradients of a tile of scores to queries, keys and values; without sums, to the bias alone.
template <class Number>
void part(const Call& call, const Queries& at, const Reach& reach, const Room& room, Lanes& lanes, Tile tile,
          float* slopes, const Sums* sums) {
    const long d = padded(call.d), e = padded(call.e), width = tile.width;
    if (!sums) {
        slope_tile<float>(call, reach, room, lanes, tile, slopes);
        return add_to_bias(call.terms->bias_slopes, at, tile.with(slopes));
    }
    const Sums& to = *sums;
    bend_back<Number>(call, at, reach, room, lanes, tile, slopes, to);
    const long first = tile.skipped, queries = least(at.count, tile.end()) - first;
    const long steps = in_lanes<Number>(queries), before = in_lanes<Number>(first);
    const Pulls<Number> found = pulls_of<Number>(room, tile, slopes);
    sum_up<Number>(to, tile, e, found.weights, as_lanes<Number>(room.gradient_rows) + before * e, steps, to.value);
    if (call.additive()) {
        const AddingSlopes adding{room.to_query + first * d, to.key + tile.key * d, to.weight};
        const Tile pulls{slopes + first, tile.key, tile.keys, width};
        return slope_shares(call, adding_of(call, at.b, at.h), room.query_rows + first * d, queries, pulls, adding);
    }
    const auto keys = keys_across<Number>(call, call.key, at.b, at.g, tile.key, tile.keys, call.d, room.keys);
    sum_up<Number>(to, tile, d, found.slopes, as_lanes<Number>(room.query_rows) + before * d, steps, to.key);
    product<Into::sum>(call.d, tile.lanes(), keys, found.across, width, in_lanes<Number>(tile.keys),
                       {room.to_query + first, width});
}

// The sums of gradients to queries, as rows of numbers or across, into gradients.
void write_queries(const Call& call, const Queries& at, const Room& room) {
    const long d = padded(call.d);
    float* sums = room.to_query;
    if (!call.additive()) {
        for (long i = 0; i < d * at.width; i += LANES) store(sums + i, load(sums + i) * all(float(call.scale)));
        return write_columns(call, call.to_query, at, call.d, sums, room.rows);
    }
    const float* weight = weight_of(call, at.h);
    for (long i = 0; i < at.count; i++, sums += d) {
        for (long c = 0; c < d; c += LANES) store(sums + c, load(sums + c) * load(weight + c) * all(4.0f));
        write_row(call, call.to_query, at.b, at.h, at.query + i, call.d, sums);
    }
}

template <class Number>
void work_back(const Call& call, const Queries& at, const Room& room, const Sums* to) {
    const Reach reach = reach_of(call, at.b, at.h, at.query, at.count);
    const long d = padded(call.d), width = at.width;
    const bool whole = searched(call.kind);
    Lanes lanes;
    float *query = is_half<Number> ? room.rows : room.query_rows, *gradient = is_half<Number> ? room.rows : room.gradient_rows;
    read_queries<Number>(call, at, reach, query, room.means());
    pair_queries<Number>(query, width, call.d, room.query_rows);
    read_both<Number>(call, call.gradient, at, reach, call.e, gradient, room.gradient);
    pair_queries<Number>(gradient, width, call.e, room.gradient_rows);
    recall(call, at, reach, room.rows, lanes);
    clear(room.to_query, d * width);
    const auto slopes_of = [&](Tile tile) { return room.slopes + (tile.at - room.scores); };
    if (whole) {
        each_tile(call, reach, room.scores, width, whole, [&](Tile tile) {
            meet<Number>(call, at, reach, room, lanes, tile, slopes_of(tile));
            with_search(call.kind, [&](auto curve) { add_rates<decltype(curve)>(tile, slopes_of(tile), lanes); });
        });
        for (long i = 0; i < width; i++) lanes.delta[i] /= lanes.rates[i] == 0 ? 1 : lanes.rates[i];
    }
    each_tile(call, reach, room.scores, width, whole, [&](Tile tile) {
        if (!whole) meet<Number>(call, at, reach, room, lanes, tile, slopes_of(tile));
        part<Number>(call, at, reach, room, lanes, tile, slopes_of(tile), to);
    });
    if (!to) return;
    write_queries(call, at, room);
    write_slopes(call, at, lanes);
}

// One row of the sums of all chunks, times a factor, as a gradient; `sums` are those of the first chunk.
void fold_row(const Call& call, const Share* shares, float* sums, const Vectors& to, long key, long size, float factor) {
    const long row = padded(size), chunk = call.b * call.g * call.k * row;
    float* at = sums + key * row;
    for (long c = 0; c < row; c += LANES) {
        Floats found{};
        for (long i = 0; i < call.chunks; i++)
            if (shares[i].from <= key && key < shares[i].to) found += load(at + i * chunk + c);
        store(at + c, found * all(factor));
    }
    if (call.half || at != to.of<float>(shares->b, shares->g, key)) write_row(call, to, shares->b, shares->g, key, size, at);
}

// Gradients to keys first, …, last − 1 of a row and key head, and to their values.
void fold_keys(const Call& call, const Share* shares, float* key_sums, float* value_sums, long first, long last) {
    for (long key = first; key < last; key++) {
        fold_row(call, shares, key_sums, call.to_key, key, call.d, float(call.scale));
        fold_row(call, shares, value_sums, call.to_value, key, call.e, 1.0f);
    }
}

// Whether a share has one tile, and that visits all of its keys, for sums that need not be cleared.
bool read_by_one_tile(const Call& call, const Share& share) {
    if (share.last - share.first != 1 || call.grid || call.additive()) return false;
    const Queries at = queries_of(call, share.b, share.g * call.group() + share.first / call.tiles(), share.first % call.tiles());
    const Reach reach = reach_of(call, at.b, at.h, at.query, at.count);
    return reach.from <= share.from && share.to <= reach.to;
}

// The tiles first_tile, …, last_tile − 1 of a chunk; the first call of each item clears its sums, and the last makes
// gradients of them while they are near, if there is no other chunk.
void backward(const Call& call, int64_t item, float* scratch) {
    const long g = item % call.g, b = item / call.g % call.b, chunk = item / call.g / call.b;
    const Share share = share_of(call, b, g, chunk);
    const NearSums near = near_sums(call);
    const Room room = room_in(scratch + near.size(), call);
    const long d = padded(call.d), e = padded(call.e), keys = share.to - share.from, group = call.group();
    const Sums sums{near.key ? scratch : call.key_sums + item * call.k * d,
                    near.value ? scratch + near.key : call.value_sums + item * call.k * e,
                    call.column_slopes ? call.column_slopes + item * group * call.k : nullptr,
                    call.weight_slopes ? call.weight_slopes + item * group * d : nullptr, chunk,
                    read_by_one_tile(call, share)};
    if (call.first_tile == 0) {
        if (!sums.alone) {
            clear(sums.key + share.from * d, keys * d);
            clear(sums.value + share.from * e, keys * e);
        }
        if (sums.column) clear(sums.column, group * call.k);
        if (sums.weight) clear(sums.weight, group * d);
    }
    const long last = least(share.last, share.first + call.last_tile);
    for (long at = share.first + call.first_tile; at < last; at++) {
        const long head = at / call.tiles();
        const Queries queries = queries_of(call, b, g * group + head, at % call.tiles());
        Sums own = sums;
        if (own.column) own.column += head * call.k;
        if (own.weight) own.weight += head * d;
        with_number(call, [&](auto number) { work_back<decltype(number)>(call, queries, room, &own); });
    }
    if (call.chunks == 1 && last == share.last) fold_keys(call, &share, sums.key, sums.value, 0, call.k);
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
            with_number(call, [&](auto number) {
                work_back<decltype(number)>(call, queries_of(call, b, h, item % tiles), room, nullptr);
            });
}

void fold(const Call& call, int64_t item) {
    const long blocks = (call.k + FOLDED - 1) / FOLDED, block = item % blocks, head = item / blocks;
    Share shares[MOST_CHUNKS];
    for (long i = 0; i < call.chunks; i++) shares[i] = share_of(call, head / call.g, head % call.g, i);
    fold_keys(call, shares, call.key_sums + head * call.k * padded(call.d), call.value_sums + head * call.k * padded(call.e),
              block * FOLDED, least(call.k, (block + 1) * FOLDED));
}

}  // namespace
