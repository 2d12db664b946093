// What additive scores are made of. With r = 1 / (1 + e^2(q + k)), of which tanh(q + k) is 1 − 2·r,
//
//     score = Σ_c w_c · tanh(q_c + k_c) = Σ w − 2 · Σ_c w_c · r_c
//
// The exponential of a sum is a product of exponentials, which are taken once for every query and every key instead of
// for every pair: A = e^2(q − m), B = e^2(k + m). The middle m, of each number's queries and negative keys, brings both
// near to zero. Where it does not bring them near enough, or something is not finite, `EachSum` takes the place of
// `Products`: an exponential for every pair, right for every input.
#pragma once

#include "rows.h"

namespace {

constexpr float REACH = 15;     // |q − m| and |k + m| within it: A · B ≤ e^60, and still finite over a small weight
constexpr float SMALL = 1e-11f; // of the largest weight: what is smaller counts as much

struct Products {
    INLINE Floats below(Floats query, Floats key) { return query * key + all(1.0f); }
    INLINE Floats share(Floats query, Floats key) { return inverse(below(query, key)); }
};

// For bfloat16: the first guess will do, whose error is a hundredth of a place.
struct RoughProducts : Products {
    INLINE Floats share(Floats query, Floats key) { return near_inverse(below(query, key)); }
};

struct EachSum {
    INLINE Floats share(Floats query, Floats key) { return logistic((query + key) * all(2 * LOG2_E)); }
};

// Keys (k, d) of one key head as `Products` or `EachSum` want them; for `Products` the middle (d) and the greatest of the
// keys (d), for `EachSum` a middle of NaN.
struct Shares {
    float *keys, *middle, *greatest;

    bool products(const Call& call) const { return call.d > 0 && middle[0] == middle[0]; }
};

INLINE Shares shares_of(const Call& call, long b, long g) {
    float* at = call.shares + (b * call.g + g) * (call.k + 2) * padded(call.d);
    return {at, at + call.k * padded(call.d), at + (call.k + 1) * padded(call.d)};
}

// Calls work(Products{}) or another of them.
template <class Work>
INLINE void with_shares(const Call& call, bool products, Work work) {
    if (!products) return work(EachSum{});
    if (call.half) return work(RoughProducts{});
    work(Products{});
}

INLINE const float* weight_of(const Call& call, long h) { return call.weight + (call.weights > 1 ? h * padded(call.d) : 0); }

INLINE float largest(const float* weight, long size) {
    float found = 0;
    for (long c = 0; c < size; c++) found = std::fabs(weight[c]) > found ? std::fabs(weight[c]) : found;
    return found;
}

// e^2x; what is lost of the exponent, which would count as often as that is large, is made up for.
INLINE Floats exponential_of(Floats x) {
    constexpr float LOW = 3.851926e-8f, LN_2 = 0.69314718f;  // log₂ e² = 2 · LOG2_E + LOW
    const Floats high = x * all(2 * LOG2_E), low = (x * all(2 * LOG2_E) - high) + x * all(LOW), found = exp2(high);
    return found + found * low * all(LN_2);
}

// The least and the greatest of each number, and 0, or NaN once one of them was not finite.
struct Range {
    float *low, *high, *odd;

    void take(const float* row, long size, float sign) const {
        for (long c = 0; c < size; c += LANES) {
            const Floats x = load(row + c) * all(sign);
            store(low + c, lesser(x, load(low + c)));
            store(high + c, greater(x, load(high + c)));
            store(odd + c, load(odd + c) + x * Floats{});
        }
    }
};



// The range of all queries of a key head and of its negative keys.
Range range_of(const Call& call, long b, long g, const float* keys, float* scratch) {
    const long d = padded(call.d);
    const Range found{scratch, scratch + d, scratch + 2 * d};
    float* row = scratch + 3 * d;
    for (long c = 0; c < d; c++) found.low[c] = INFINITE, found.high[c] = -INFINITE, found.odd[c] = 0;
    for (long i = 0; i < call.k; i++) found.take(keys + i * d, d, -1.0f);
    for (long h = g * call.group(); h < (g + 1) * call.group(); h++)
        for (long i = 0; i < call.q; i++) {
            read_row(call, call.query, b, h, i, call.d, row);
            found.take(row, d, 1.0f);
        }
    return found;
}

bool within_reach(const Call& call, long g, const Range& range, float* middle) {
    bool within = true;
    for (long c = 0; c < padded(call.d); c++) {
        middle[c] = std::nearbyint((range.low[c] + range.high[c]) / 2);  // whole: taking it off loses little
        within &= range.high[c] - range.low[c] <= 2 * REACH - 1 && range.odd[c] == 0;
    }
    for (long h = g * call.group(); h < (g + 1) * call.group(); h++)
        for (long c = 0; c < call.d; c++) within &= std::isfinite(weight_of(call, h)[c]);
    return within;
}

// The keys of item (b, g); `scratch` holds 4 rows.
void prepare_shares(const Call& call, int64_t item, float* scratch) {
    const long g = item % call.g, b = item / call.g, d = padded(call.d);
    const Shares to = shares_of(call, b, g);
    if (call.d == 0) return;
    for (long i = 0; i < call.k; i++) read_row(call, call.key, b, g, i, call.d, to.keys + i * d);
    if (!within_reach(call, g, range_of(call, b, g, to.keys, scratch), to.middle)) {
        to.middle[0] = std::numeric_limits<float>::quiet_NaN();
        return;
    }
    clear(to.greatest, d);
    for (long i = 0; i < call.k; i++)
        for (long c = 0; c < d; c += LANES) {
            float* at = to.keys + i * d + c;
            const Floats key = exponential_of(load(at) + load(to.middle + c));
            store(at, key);
            store(to.greatest + c, greater(key, load(to.greatest + c)));
        }
}

}  // namespace
