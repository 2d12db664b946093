// Additive scores of one or a few queries, by the formula itself, numbers of d in lanes:
//
//     r = 1 / (1 + e^2(q + k))        score = Σ_d w_d · tanh(q_d + k_d) = Σ w − 2 · Σ w·r
//     gradients, for g to the score:  to q and k 4·w·g·r·(1 − r);  to w g·(1 − 2r)
//
// Definition and names: src/regard/kernels/additive_tiles.py.
#pragma once

#include "narrow.h"

namespace {

// A query and its head's weights as floats in the order of spans, and Σ w.
struct Additive {
    float *query, *weight;
    float whole;
};

INLINE long additive_room(const Call& call) { return call.additive() ? 2 * spread_size(call.d) : 0; }

// A head's weights in the order of spans; their sum.
template <class Type>
float spread_weight(const Call& call, long h, float* to) {
    const float* from = weight_of(call, h);
    float sum = 0;
    clear(to, spread_size(call.d));
    for (long c = 0; c < call.d; c++) to[Type::place_of(c)] = from[c], sum += from[c];
    return sum;
}

template <class Type>
Additive additive_of(const Call& call, const Part& part, const Asker& by, float* room) {
    Additive found{room, room + spread_size(call.d), 0};
    if (!call.additive() || by.first == by.last) return found;
    spread<Type>(call.query.of<typename Type::Number>(part.b, by.h, by.i), call.d, found.query);
    found.whole = spread_weight<Type>(call, by.h, found.weight);
    return found;
}

// r of a span of a query and a key, lane by lane, by one division for two: 1/a = b · 1/(a·b). Beyond 2^±60 a tanh is ±1.
INLINE Two shares(Two query, Two key) {
    const auto power = [](Floats x) { return exp2(greater(all(-60.0f), lesser(all(60.0f), all(2 * LOG2_E) * x))); };
    const Floats one = all(1.0f) + power(query.one + key.one), other = all(1.0f) + power(query.other + key.other);
    const Floats both = all(1.0f) / (one * other);
    return {other * both, one * both};
}

// Scores with keys first, first + 1, …, in lanes.
template <class Type>
Floats additive_scores(const Additive& by, const typename Type::Number* keys, long place, long there, long size) {
    Floats sums[LANES] = {};
    for (long i = 0; i < least(LANES, there); i++, keys += place)
        each_span(size, [&](long c, auto whole) {
            const auto key = take<Type, decltype(whole)::value>(keys + c, size - c);
            sums[i] = Float32::dot(sums[i], Float32::get(by.weight + c), shares(Float32::get(by.query + c), Type::split(key)));
        });
    return all(by.whole) - all(2.0f) * across(sums);
}

// What a query sums up going back: of one span, Σ g·r·(1 − r) and Σ g·r.
struct Returned {
    float *slopes, *shares;
};

// Adds w·g·r·(1 − r) of keys first, …, last − 1 to the sums of each, SPAN floats to a key, and to those of the query.
template <class Type, bool whole>
INLINE void additive_back(const Additive& by, const float* slopes, const typename Type::Number* keys, long place, long first,
                          long last, long size, float* room, Returned to) {
    const Two query = Float32::get(by.query), weight = Float32::get(by.weight);
    Two slopes_sum = Float32::get(to.slopes), shares_sum = Float32::get(to.shares);
    for (long key = first; key < last; key++) {
        const Two r = shares(query, Type::split(take<Type, whole>(keys + key * place, size)));
        const Floats g = all(slopes[key]);
        const Two share{g * r.one, g * r.other}, slope{share.one - share.one * r.one, share.other - share.other * r.other};
        float* at = room + key * SPAN;
        Float32::put(at, {load(at) + weight.one * slope.one, load(at + LANES) + weight.other * slope.other});
        slopes_sum = {slopes_sum.one + slope.one, slopes_sum.other + slope.other};
        shares_sum = {shares_sum.one + share.one, shares_sum.other + share.other};
    }
    Float32::put(to.slopes, slopes_sum), Float32::put(to.shares, shares_sum);
}

}  // namespace
