// What the weights say, without ever holding more than a tile of them: the greatest of each query, and what rows and
// columns amount to. Statistics come from a forward pass whose values have no numbers.
//
//     entropy = ln S − (Σ w ln w) / S, S = Σ w      columns[k] = Σ_q w      blocks = the greatest of size × size weights
//
// An item is a head: sums over queries need no second pass. Only weights that are never negative.
#pragma once

#include "scores.h"

namespace {

int64_t read_scratch(const Call& call, const Reading& reading) {
    const int64_t d = padded(call.d), held = held_keys(call);
    return call.tile * (2 * d + held + 2 * reading.top) + (call.half ? KEYS * d : 0) + worth_room(call);
}

// ln x for x > 0: of x = m · 2^n with m around 1, n · ln 2 + 2 · artanh((m − 1) / (m + 1)) by its series.
INLINE Floats logarithm(Floats x) {
    const Ints bits = (Ints)x, n = (bits - all(0x3F330000)) >> 23;  // m from 0.7 to 1.4
    const Floats m = (Floats)(bits - (n << 23)), z = (m - all(1.0f)) * inverse(m + all(1.0f)), square = z * z;
    Floats series = all(2.0f / 9);
    series = series * square + all(2.0f / 7);
    series = series * square + all(2.0f / 5);
    series = series * square + all(2.0f / 3);
    series = series * square + all(2.0f);
    return __builtin_convertvector(n, Floats) * all(0.6931471806f) + series * z;
}

// The greatest weights so far of every query of a tile, falling, and what a weight must exceed to join them. Of equal
// ones the first key stays before; NaN counts as the greatest.
struct Greatest {
    long top;
    float* weights;  // (width, top)
    int32_t* keys;
    float least[MOST];

    void start(long width) {
        clear(weights, width * top);
        for (long i = 0; i < width * top; i++) keys[i] = -1;
        for (long i = 0; i < MOST; i++) least[i] = 0;
    }

    void join(long lane, float weight, int32_t key) {
        float* own = weights + lane * top;
        int32_t* places = keys + lane * top;
        long at = top - 1;
        if (std::isnan(own[at])) return;
        for (; at > 0 && !(weight <= own[at - 1] || std::isnan(own[at - 1])); at--)
            own[at] = own[at - 1], places[at] = places[at - 1];
        own[at] = weight, places[at] = key;
        least[lane] = own[top - 1];
    }

    // A tile of weights. Keys are looked at by eights: soon few of them join.
    void take(Tile tile) {
        for (long first = 0; first < tile.keys; first += 8)
            for (long v = 0; v < tile.width; v += LANES) {
                const long last = first + 8 < tile.keys ? first + 8 : tile.keys;
                Ints joining{};
                for (long i = first; i < last; i++) joining |= ~(load(tile.at + i * tile.width + v) <= load(least + v));
                for (long i = first; any(joining) && i < last; i++) take_row(tile, i, v);
            }
    }

    void take_row(Tile tile, long i, long v) {
        const Floats weight = load(tile.at + i * tile.width + v);
        const Ints joining = ~(weight <= load(least + v));
        if (!any(joining)) return;
        for (long lane = 0; lane < LANES; lane++)
            if (joining[lane]) join(v + lane, weight[lane], int32_t(tile.key + i));
    }
};

// Scores into weights, in place.
void weigh_tile(const Call& call, Lanes& lanes, Tile tile) {
    clear(lanes.divisor, tile.width);
    with_curve(call.kind, [&](auto curve) { bend<decltype(curve), float>(tile, lanes); });
    for (long i = 0; i < tile.keys; i++)
        for (long v = 0; v < tile.width; v += LANES) {
            float* at = tile.at + i * tile.width + v;
            store(at, load(at) * load(lanes.inverse + v));
        }
}

// Adds Σ w and Σ w ln w of each query.
void add_logs(Tile tile, float* sums, float* logs) {
    for (long v = 0; v < tile.width; v += LANES) {
        Floats sum = load(sums + v), log = load(logs + v);
        for (long i = 0; i < tile.keys; i++) {
            const Floats weight = load(tile.at + i * tile.width + v);
            sum += weight;
            log += choose(weight == Floats{}, Floats{}, weight * logarithm(weight));
        }
        store(sums + v, sum);
        store(logs + v, log);
    }
}

// Raises the squares that a tile lies in to its greatest weights.
void add_blocks(const Reading& reading, const Queries& at, Tile tile, long across, float* blocks) {
    for (long key = 0, next; key < tile.keys; key = next) {
        const long square = (tile.key + key) / reading.size;
        next = least(tile.keys, (square + 1) * reading.size - tile.key);
        float most[MOST];
        for (long v = 0; v < tile.width; v += LANES) {
            Floats greatest{};
            for (long i = key; i < next; i++) {
                const Floats weight = load(tile.at + i * tile.width + v);
                greatest = choose(weight <= greatest, greatest, weight);
            }
            store(most + v, greatest);
        }
        for (long lane = 0; lane < at.count; lane++) {
            float& found = blocks[(at.query + lane) / reading.size * across + square];
            found = most[lane] <= found ? found : most[lane];
        }
    }
}

// Where a head's results go.
struct ReadTo {
    float *weights, *entropy, *columns, *blocks;
    int64_t* keys;
};

INLINE ReadTo read_to(const Call& call, const Reading& reading, long head) {
    const long squares = reading.size ? ((call.q + reading.size - 1) / reading.size) * ((call.k + reading.size - 1) / reading.size) : 0;
    return {reading.weights + head * call.q * reading.top, reading.entropy + head * call.q, reading.columns + head * call.k,
            reading.blocks + head * squares, reading.keys + head * call.q * reading.top};
}

void read_tile(const Call& call, const Reading& reading, const Queries& at, const ReadTo& to, float* scratch) {
    const Reach reach = reach_of(call, at.b, at.query, at.count);
    const long d = padded(call.d), width = at.width, across = reading.size ? (call.k + reading.size - 1) / reading.size : 0;
    float *rows = scratch, *query = rows + width * d, *scores = query + width * d;
    float* greatest_weights = scores + held_keys(call) * width;
    int32_t* greatest_keys = reinterpret_cast<int32_t*>(greatest_weights + width * reading.top);
    float* worth = greatest_weights + 2 * width * reading.top;
    const Means means{query, worth + worth_room(call), worth};
    Greatest greatest{reading.top, greatest_weights, greatest_keys, {}};
    Lanes lanes;
    float logs[MOST] = {}, unused[MOST] = {};
    read_queries<float>(call, at, reach, rows, means);
    start_lanes(call, at, reach, lanes);
    recall_rows(call, at, reach, lanes);
    greatest.start(width);
    each_tile(reach, scores, width, 0, [&](Tile tile) {
        score<float>(call, at, reach, lanes, means, tile, unused);
        weigh_tile(call, lanes, tile);
        if (reading.top) return greatest.take(tile);
        add_logs(tile, lanes.sums, logs);
        add_columns(tile, to.columns);
        add_blocks(reading, at, tile, across, to.blocks);
    });
    const long first = at.query * reading.top, count = at.count * reading.top;
    std::copy(greatest.weights, greatest.weights + count, to.weights + first);
    std::copy(greatest.keys, greatest.keys + count, to.keys + first);
    for (long i = 0; !reading.top && i < at.count; i++)
        to.entropy[at.query + i] = lanes.sums[i] == 0 ? 0.0f : std::log(lanes.sums[i]) - logs[i] / lanes.sums[i];
}

void read(const Call& call, const Reading& reading, int64_t item, float* scratch) {
    const ReadTo to = read_to(call, reading, item);
    for (long tile = 0; tile < call.tiles(); tile++)
        read_tile(call, reading, queries_of(call, item / call.h, item % call.h, tile), to, scratch);
}

}  // namespace
