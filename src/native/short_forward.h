// Short sequences, forward: S = Q · Kᵀ, its rows into weights, O = P · V.
#pragma once

#include "short_sides.h"

namespace {

int64_t short_forward_scratch(const Call& call) {
    const int64_t d = padded(call.d), e = padded(call.e), k = padded(call.k);
    return d * k + (call.k + MORE) * (d + e) + (call.q + MORE) * (d + e + 2 * k) + sums_room(call);
}

// What a head's rows of scores are bent with.
struct Bending {
    const Call& call;
    long b, h, width;
    float *weights, *fallen;  // rows of both; without dropout one is the other
};

// The peaks of some rows of scores, or lanes of them, and the sums of their powers: a register at a time.
template <int N, bool alike>
void bend_rows(const Bending& to, const Readers& by, const Inside<N, alike>& inside, long first, long count) {
    const Floats factor = all(float(to.call.scale * unit(Kind::softmax)));
    Floats found[LANES] = {};
    float peaks[LANES], inverses[LANES];
    for (long i = 0; i < count; i++) {
        float* row = to.weights + (first + i) * to.width;
        Floats top = all(LOWEST);
#pragma GCC unroll 16
        for (int v = 0; v < N; v++) {
            const Floats s = choose(inside.of(first + i, v), load(row + v * LANES) * factor, all(-INFINITE));
            top = greater(s, top);
            store(row + v * LANES, s);
        }
        found[i] = top;
    }
    store(peaks, across<Top>(found));
    for (long i = 0; i < count; i++) {
        float* row = to.weights + (first + i) * to.width;
        Floats sum{};
#pragma GCC unroll 16
        for (int v = 0; v < N; v++) {
            const Floats power = exp2(load(row + v * LANES) - all(peaks[i]));
            sum += power;
            store(row + v * LANES, power);
        }
        found[i] = sum;
    }
    const Floats sums = across(found);
    store(inverses, alike ? all(1.0f) / sums : where(load(by.last + first) > load(by.first + first), all(1.0f) / sums));
    for (long i = 0; i < count; i++) {
        float* row = to.weights + (first + i) * to.width;
#pragma GCC unroll 16
        for (int v = 0; v < N; v++) store(row + v * LANES, load(row + v * LANES) * all(inverses[i]));
    }
}

// What dropout leaves of weights; those that fall are kept as their negatives.
template <int N>
void drop_rows(const Bending& to, const Readers& by) {
    const uint64_t head = head_hash(to.call, to.b, to.h);
    Ints lane;
    for (int i = 0; i < LANES; i++) lane[i] = int32_t(by.from) + i;
    for (long i = 0; i < by.queries; i++) {
        const Words row = all(query_hash(head, i));
        float *weights = to.weights + i * to.width, *fallen = to.fallen + i * to.width;
#pragma GCC unroll 16
        for (int v = 0; v < N; v++) {
            const Floats weight = load(weights + v * LANES);
            const Ints stays = stay(to.call, row, (Words)(lane + all(v * LANES)) * all(APART));
            store(fallen + v * LANES, where(stays, weight * all(float(to.call.kept))));
            store(weights + v * LANES, choose(stays, weight, -weight));
        }
    }
}

// Scores into weights.
void bend_head(const Bending& to, const Readers& by) {
    with_registers(padded(by.keys()), [&](auto registers) {
        constexpr int N = decltype(registers)::value;
        const auto bend = [&](auto alike) {
            const Inside<N, decltype(alike)::value> inside(by);
            for (long i = 0; i < by.queries; i += LANES) bend_rows(to, by, inside, i, least(LANES, by.queries - i));
        };
        by.alike ? bend(std::true_type{}) : bend(std::false_type{});
        if (to.call.falling) drop_rows<N>(to, by);
    });
}

template <class Number>
void short_forward_in(const Call& call, int64_t item, float* scratch) {
    const long b = item / call.g, g = item % call.g, width = padded(call.k), d = padded(call.d), e = padded(call.e);
    const Readers by = readers_of(call, b);
    const auto take = [&](long floats) { return (scratch += floats) - floats; };
    float *turned = take(d * width), *room = take((call.k + MORE) * d), *value_room = take((call.k + MORE) * e);
    float *query_room = take((call.q + MORE) * d), *mixed_room = take(call.q * e);
    float *weights = take(call.q * width), *fallen = take(call.q * width);
    const auto keys = sides_of<Number>(call, {call.key, b, g, by.from, by.keys(), call.d}, room, false);
    turn_rows(keys.left, by.keys(), call.d, turned, width);
    const Some some{call.value, b, g, by.from, by.keys(), call.e};
    const auto values = sides_of<Number>(call, some, value_room);
    for (long h = g * call.group(); h < (g + 1) * call.group(); h++) {
        float* own = call.scores ? kept_of(call, b, h) : weights;
        const Bending bending{call, b, h, width, own, call.falling ? fallen : own};
        const auto queries = sides_of<Number>(call, {call.query, b, h, 0, by.queries, call.d, &by}, query_room, false);
        fetch_head<1>(call, call.output, b, h, by.queries, call.e);
        product<Into::fresh>(by.queries, padded(by.keys()), queries.left, as_lanes<Number>(turned), width,
                             in_lanes<Number>(padded(call.d)), {own, width});
        fetch_next(call, item, call.key, call.g, call.k, call.d);
        fetch_next(call, item, call.value, call.g, call.k, call.e);
        bend_head(bending, by);
        fetch_next(call, item, call.query, call.h, call.q, call.d);
        const Rows mixed = rows_for(call, call.output, b, h, 0, call.e, mixed_room);
        sum_keys(call, by, bending.fallen, width, some, values, scratch, mixed);
        write_rows(call, call.output, b, h, 0, by.queries, call.e, mixed);
        clear_rows(call, call.output, b, h, by.queries, call.q, call.e);
    }
}

void short_forward(const Call& call, int64_t item, float* scratch) {
    with_number(call, [&](auto number) { short_forward_in<decltype(number)>(call, item, scratch); });
}

}  // namespace
