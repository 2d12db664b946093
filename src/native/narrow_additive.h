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

INLINE long additive_room(const Call& call) { return call.additive ? 2 * spread_size(call.d) : 0; }

// A head's weights in the order of spans; their sum.
template <class Type>
float spread_weight(const Call& call, long h, float* to) {
    const float* from = call.weight + (call.weights > 1 ? h * call.d : 0);
    float sum = 0;
    clear(to, spread_size(call.d));
    for (long c = 0; c < call.d; c++) to[Type::place_of(c)] = from[c], sum += from[c];
    return sum;
}

template <class Type>
Additive additive_of(const Call& call, const Part& part, const Asker& by, float* room) {
    Additive found{room, room + spread_size(call.d), 0};
    if (!call.additive || by.first == by.last) return found;
    spread<Type>(call.query.of<typename Type::Number>(part.b, by.h, by.i), call.d, found.query);
    found.whole = spread_weight<Type>(call, by.h, found.weight);
    return found;
}

// r of a query and a key, lane by lane.
INLINE Floats share(Floats query, Floats key) { return logistic(all(-2.8853900817779268f) * (query + key)); }

// Scores with keys first, first + 1, …, in lanes.
template <class Type>
Floats additive_scores(const Additive& by, const typename Type::Number* keys, long place, long there, long size) {
    Floats sums[LANES] = {};
    each_span(size, [&](long c, auto whole) {
        const Floats one = load(by.query + c), other = load(by.query + c + LANES);
        const Floats worth = load(by.weight + c), others = load(by.weight + c + LANES);
        for (long r = 0; r < least(LANES, there); r++) {
            const Pair key = Type::split(take<Type, decltype(whole)::value>(keys + r * place + c, size - c));
            sums[r] += worth * share(one, key.one) + others * share(other, key.other);
        }
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
    const Floats one = load(by.query), other = load(by.query + LANES);
    const Floats worth = load(by.weight), others = load(by.weight + LANES);
    Floats sums[4] = {load(to.slopes), load(to.slopes + LANES), load(to.shares), load(to.shares + LANES)};
    for (long key = first; key < last; key++) {
        const Pair found = Type::split(take<Type, whole>(keys + key * place, size));
        const Floats g = all(slopes[key]), r = share(one, found.one), s = share(other, found.other);
        const Floats gr = g * r, gs = g * s, slope = gr - gr * r, slope_other = gs - gs * s;
        sums[0] += slope, sums[1] += slope_other, sums[2] += gr, sums[3] += gs;
        float* at = room + key * SPAN;
        store(at, load(at) + worth * slope), store(at + LANES, load(at + LANES) + others * slope_other);
    }
    store(to.slopes, sums[0]), store(to.slopes + LANES, sums[1]);
    store(to.shares, sums[2]), store(to.shares + LANES, sums[3]);
}

}  // namespace
