// Short sequences, backward, from the weights that forward kept. With G the gradient to the output,
//
//     pull = G · Vᵀ        slope = P · (pull − Σ P · pull) · scale        to Q = slope · K
//                          to K = slopeᵀ · Q                              to V = Pᵀ · G
//
// where dropout takes from pull, and from the P that V is given by, what it took from the weights.
#pragma once

#include "short_sides.h"

namespace {

int64_t short_backward_scratch(const Call& call) {
    const int64_t d = padded(call.d), e = padded(call.e), k = padded(call.k);
    return e * k + 2 * (call.k + call.q + 2 * MORE) * (d + e) + call.q * 2 * k + sums_room(call);
}

// Rows of weights, and of what comes back to them, which becomes slopes; also what dropout left of the former.
struct Pulled {
    const Call& call;
    long width;
    const float* weights;
    float *slopes, *fallen;
};

template <int N, bool alike>
void slope_rows(const Pulled& to, const Inside<N, alike>& inside, long first, long count) {
    const bool falling = to.call.falling;
    const Floats scale = all(float(to.call.scale)), stayed = all(float(to.call.kept));
    Floats found[LANES] = {};
    float deltas[LANES];
    for (long i = 0; i < count; i++) {
        const long at = (first + i) * to.width;
        Floats sum{};
#pragma GCC unroll 16
        for (int v = 0; v < N; v++) {
            const Floats weight = load(to.weights + at + v * LANES);
            Floats pull = where(inside.of(first + i, v), load(to.slopes + at + v * LANES));
            if (falling) {
                const Ints fell = weight < Floats{};
                pull = choose(fell, Floats{}, pull * stayed);
                store(to.fallen + at + v * LANES, choose(fell, Floats{}, weight * stayed));
            }
            sum += (falling ? greater(-weight, weight) : weight) * pull;
            store(to.slopes + at + v * LANES, pull);
        }
        found[i] = sum;
    }
    store(deltas, across(found));
    for (long i = 0; i < count; i++) {
        const long at = (first + i) * to.width;
        const Floats delta = all(deltas[i]);
#pragma GCC unroll 16
        for (int v = 0; v < N; v++) {
            Floats weight = load(to.weights + at + v * LANES);
            if (falling) weight = greater(-weight, weight);
            const Floats slope = weight * (load(to.slopes + at + v * LANES) - delta) * scale;
            store(to.slopes + at + v * LANES, alike ? slope : where(inside.of(first + i, v), slope));
        }
    }
}

// What comes back to weights into slopes.
void slope_head(const Pulled& to, const Readers& by) {
    with_registers(padded(by.keys()), [&](auto registers) {
        constexpr int N = decltype(registers)::value;
        const auto slope = [&](auto alike) {
            const Inside<N, decltype(alike)::value> inside(by);
            for (long i = 0; i < by.queries; i += LANES) slope_rows(to, inside, i, least(LANES, by.queries - i));
        };
        by.alike ? slope(std::true_type{}) : slope(std::false_type{});
    });
}

template <class Number>
void short_backward_in(const Call& call, int64_t item, float* scratch) {
    const long b = item / call.g, g = item % call.g, width = padded(call.k), d = padded(call.d), e = padded(call.e);
    const long q = call.q + MORE, k = call.k + MORE;
    const Readers by = readers_of(call, b);
    const auto take = [&](long floats) { return (scratch += floats) - floats; };
    float *turned = take(e * width), *slopes = take(call.q * width), *fallen = take(call.q * width);
    float *key_room = take(k * d), *value_room = take(k * e), *query_room = take(q * d), *gradient_room = take(q * e);
    float *to_key_room = take(k * d), *to_value_room = take(k * e), *to_query_room = take(call.q * d);
    const Some some{call.key, b, g, by.from, by.keys(), call.d};
    const auto keys = sides_of<Number>(call, some, key_room);
    const auto values = sides_of<Number>(call, {call.value, b, g, by.from, by.keys(), call.e}, value_room, false);
    turn_rows(values.left, by.keys(), call.e, turned, width);
    const Rows to_key = rows_for(call, call.to_key, b, g, by.from, call.d, to_key_room);
    const Rows to_value = rows_for(call, call.to_value, b, g, by.from, call.e, to_value_room);
    fetch_head<1>(call, call.to_value, b, g, by.to, call.e);
    for (long h = g * call.group(); h < (g + 1) * call.group(); h++) {
        const bool begun = h > g * call.group();
        const Pulled pulled{call, width, kept_of(call, b, h), slopes, fallen};
        const auto queries = sides_of<Number>(call, {call.query, b, h, 0, by.queries, call.d, &by}, query_room);
        const auto gradients = sides_of<Number>(call, {call.gradient, b, h, 0, by.queries, call.e, &by}, gradient_room);
        product<Into::fresh>(by.queries, padded(by.keys()), gradients.left, as_lanes<Number>(turned), width,
                             in_lanes<Number>(padded(call.e)), {slopes, width});
        fetch_head<1>(call, call.to_key, b, g, by.to, call.d);
        fetch_next(call, item, call.gradient, call.h, call.q, call.e);
        slope_head(pulled, by);
        fetch_next(call, item, call.value, call.g, call.k, call.e);
        sum_queries(by, call.falling ? fallen : pulled.weights, width, gradients, call.e, begun, scratch, to_value);
        fetch_head<1>(call, call.to_query, b, h, by.queries, call.d);
        fetch_next(call, item, call.query, call.h, call.q, call.d);
        sum_queries(by, slopes, width, queries, call.d, begun, scratch, to_key);
        fetch_next(call, item, call.key, call.g, call.k, call.d);
        const Rows to_query = rows_for(call, call.to_query, b, h, 0, call.d, to_query_room);
        sum_keys(call, by, slopes, width, some, keys, scratch, to_query);
        write_rows(call, call.to_query, b, h, 0, by.queries, call.d, to_query);
        clear_rows(call, call.to_query, b, h, by.queries, call.q, call.d);
    }
    write_rows(call, call.to_key, b, g, by.from, by.keys(), call.d, to_key);
    write_rows(call, call.to_value, b, g, by.from, by.keys(), call.e, to_value);
    for (const auto& [first, last] : {std::pair<long, long>{0, by.from}, {by.to, call.k}}) {
        clear_rows(call, call.to_key, b, g, first, last, call.d);
        clear_rows(call, call.to_value, b, g, first, last, call.e);
    }
}

void short_backward(const Call& call, int64_t item, float* scratch) {
    with_number(call, [&](auto number) { short_backward_in<decltype(number)>(call, item, scratch); });
}

}  // namespace
