// Forward: a tile of queries meets one tile of keys after another.
//
//     Sᵀ = K · Qᵀ        scores, in lanes of queries: the largest and the sum of a row are lane by lane
//     Pᵀ = curve(Sᵀ)     in place
//     Oᵀ = Oᵀ · rescale + Vᵀ · Pᵀ
//
// Softmax takes off the largest score so far, its peak, or one that is near; when that rises, what has been summed up is
// multiplied by 2^(old − new). Paper: Milakov and Gimelshein 2018, arXiv 1805.02867, algorithm 3. Where a threshold is searched, all
// scores of the tile come first.
#pragma once

#include "scores.h"

namespace {

int64_t forward_scratch(const Call& call) {
    const int64_t d = padded(call.d), e = padded(call.e), widest = d > e ? d : e;
    return call.tile * (widest + d + e + held_keys(call)) + (call.half ? KEYS * widest : 0) + worth_room(call);
}

void start_sums(const Call& call, const Queries& at, Lanes& lanes) {
    for (long i = 0; i < at.width; i++) lanes.peak[i] = first_peak(call, at.h), lanes.divisor[i] = first_sum(call);
}

// Raises the peak to `highest` where that is so far above that powers might grow large, and says in `rescale` what sums
// until now are to be multiplied with; whether there is anything to multiply with. Peaks are seldom raised after the first
// tiles, and any number near the greatest serves as one.
bool raise_peak(const float* highest, long width, Lanes& lanes) {
    constexpr float NEAR = 8;  // powers up to 2^8
    const auto above = [&](long v) { return load(highest + v) > load(lanes.peak + v) + all(NEAR); };
    Ints raised{};
    for (long v = 0; v < width; v += LANES) raised |= above(v);
    if (!any(raised)) return false;
    for (long v = 0; v < width; v += LANES) {
        const Floats peak = choose(above(v), load(highest + v), load(lanes.peak + v));
        const Floats factor = exp2(load(lanes.peak + v) - peak);
        store(lanes.rescale + v, factor);
        store(lanes.divisor + v, load(lanes.divisor + v) * factor);
        store(lanes.peak + v, peak);
    }
    return true;
}

// After the last key: what rows are divided by; writes statistics.
void finish_sums(const Call& call, const Queries& at, const Reach& reach, Lanes& lanes) {
    float* statistics = call.statistics ? call.statistics + place_of(call, at) * 2 : nullptr;
    for (long i = 0; i < at.width; i++) {
        const float divisor = divisor_of(call, lanes.divisor[i], reach.count[i]);
        const float second = searched(call.kind) ? lanes.threshold[i] : divisor;
        lanes.inverse[i] = 1 / divisor;
        if (i >= at.count || !statistics) continue;
        statistics[2 * i] = reach.reads(i) ? lanes.peak[i] : 0.0f;
        statistics[2 * i + 1] = reach.reads(i) ? second : INFINITE;
    }
}

void divide(const Queries& at, const Reach& reach, const Lanes& lanes, long size, float* mixed) {
    for (long v = 0; v < at.width; v += LANES) {
        const Floats inverse = load(lanes.inverse + v);
        const Ints reads = load(reach.count + v) > Ints{};
        for (long c = 0; c < size; c++) {
            float* to = mixed + c * at.width + v;
            store(to, where(reads, load(to) * inverse));
        }
    }
}

// Scores into weights but for the divisor, as lanes of what products work with.
template <class Number>
void bend_tile(const Call& call, Tile tile, Lanes& lanes) {
    with_curve(call.kind, [&](auto curve) {
        using Curve = decltype(curve);
        if (call.falling)
            bend<Curve, float>(tile, lanes);
        else
            bend<Curve, Number>(tile, lanes);
    });
    if (call.falling) drop(call, lanes, tile);
    if (call.falling && is_half<Number>) pair_keys(tile);
}

// As `mix`, number by number: a query hears nothing of what it may not read, where 0 · NaN would be NaN.
template <Judged how>
void mix_apart(const Tile& weights, const Reach& reach, Numbers<float> values, long size, const float* rescale, float* mixed) {
    const long width = weights.width;
    for (long v = weights.skipped; v < weights.end(); v += LANES)
        for (long c = 0; c < size; c++) {
            float* to = mixed + c * width + v;
            Floats sum = rescale ? load(to) * load(rescale + v) : load(to);
            for (long i = 0; i < weights.keys; i++) {
                const Floats part = load(weights.at + i * width + v) * all(values.at[i * values.row + c]);
                sum += where(may_read<how>(reach, weights, v, i), part);
            }
            store(to, sum);
        }
}

// Scores into weights, and Oᵀ = Oᵀ · rescale + Vᵀ · Pᵀ, without the factor if that is null.
template <class Number>
void mix(const Call& call, const Queries& at, const Reach& reach, Tile tile, Lanes& lanes, const float* rescale, float* room,
         float* mixed) {
    const long width = tile.width, e = call.e;
    const Judged how = judged(reach, tile);
    if (how != Judged::all) {
        const auto values = keys_down<float>(call, call.value, at.b, at.g, tile.key, tile.keys, e, room);
        if (!finite(values, tile.keys, e)) {
            bend_tile<float>(call, tile, lanes);
            return with_judged(how, [&](auto known) {
                mix_apart<decltype(known)::value>(tile, reach, values, e, rescale, mixed);
            });
        }
    }
    bend_tile<Number>(call, tile, lanes);
    const auto values = keys_across<Number>(call, call.value, at.b, at.g, tile.key, tile.keys, e, room);
    const Lane<Number>* weights = as_lanes<Number>(tile.at) + tile.skipped;
    const Rows to{mixed + tile.skipped, width};
    const long steps = in_lanes<Number>(tile.keys);
    if (rescale)
        product<Into::scaled>(e, tile.lanes(), values, weights, width, steps, to, rescale + tile.skipped);
    else
        product<Into::sum>(e, tile.lanes(), values, weights, width, steps, to);
}

template <class Number>
void forward_in(const Call& call, int64_t item, float* scratch) {
    const long tiles = call.tiles(), b = item / (call.h * tiles), h = item / tiles % call.h;
    const Queries at = queries_of(call, b, h, tiles - 1 - item % tiles);  // the last, which often read most, come first
    const Reach reach = reach_of(call, b, h, at.query, at.count);
    const long d = padded(call.d), e = padded(call.e), width = at.width;
    const bool whole = searched(call.kind);
    float* rows = scratch;
    float* query = rows + width * most(d, e);
    float* mixed = query + d * width;
    float* scores = mixed + e * width;
    float* worth = scores + held_keys(call) * width;
    float* room = worth + worth_room(call);
    const Means means{query, room, worth};

    Lanes lanes;
    read_queries<Number>(call, at, reach, rows, means);
    start_lanes(call, at, reach, lanes);
    start_sums(call, at, lanes);
    clear(mixed, e * width);
    if (whole) {
        const long visited = each_tile(call, reach, scores, width, whole, [&](Tile tile) {
            score<Number>(call, at, reach, lanes, means, tile, lanes.peak);
        });
        with_search(call.kind, [&](auto curve) { search<decltype(curve)>({scores, 0, visited, width}, lanes); });
    }
    each_tile(call, reach, scores, width, whole, [&](Tile tile) {
        bool raised = false;
        if (!whole) {
            float highest[MOST];
            std::memcpy(highest, lanes.peak, width * sizeof(float));
            score<Number>(call, at, reach, lanes, means, tile, highest);
            raised = exponential(call.kind) && raise_peak(highest, width, lanes);
        }
        const bool rescaled = raised && tile.key > reach.from;
        mix<Number>(call, at, reach, tile, lanes, rescaled ? lanes.rescale : nullptr, room, mixed);
    });
    finish_sums(call, at, reach, lanes);
    divide(at, reach, lanes, call.e, mixed);
    write_columns(call, call.output, at, call.e, mixed, rows);
}

void forward(const Call& call, int64_t item, float* scratch) {
    with_number(call, [&](auto number) { forward_in<decltype(number)>(call, item, scratch); });
}

}  // namespace
