// Sparsemax and entmax with α = 1.5: weight = max(x − τ, 0)^p, p = 1/(α − 1), x = (α − 1) · (s − the row's peak), where τ
// makes the row sum to one. All scores of a row are held, and τ is searched from −1, where the largest weight alone is
// one, by Newton's steps on N = (Σ z^p)^(1/p), z = max(x − τ, 0), which is convex and falls in τ: steps from below never
// pass the root.
//
//     sparsemax   τ += (Σ z − 1) / Σ [z > 0]            entmax   τ += (√Σz² − 1) · √Σz² / Σ z
//
// Paper: Peters et al. 2019, arXiv 1905.05702; the steps are those of src/regard/kernels/normalize/search.py.
#pragma once

#include "weights.h"

namespace {

INLINE Floats root(Floats x) {
    for (int i = 0; i < LANES; i++) x[i] = __builtin_sqrtf(x[i]);
    return x;
}

INLINE bool any(Ints lanes) {
    int32_t found = 0;
    for (int i = 0; i < LANES; i++) found |= lanes[i];
    return found != 0;
}

// Σ curve and Σ rate of a register of queries.
template <class Curve>
INLINE void moments(Tile tile, long v, Point at, Floats* sum, Floats* rate) {
    for (long i = 0; i < tile.keys; i++) {
        at.s = load(tile.at + i * tile.width + v);
        *sum += Curve::curve(at);
        *rate += Curve::rate(Curve::above(at));
    }
}

constexpr int MOST_STEPS = 100;  // a dozen is usual

// One step from Σ curve and Σ rate at τ, in the lanes that are `going`; those that have further to go.
template <class Curve>
INLINE Ints newton(Floats sum, Floats rate, Ints going, Floats* threshold) {
    const Floats one = all(1.0f), near = all(16 * std::numeric_limits<float>::epsilon());
    const Floats norm = std::is_same_v<Curve, SparseSquared> ? root(sum) : sum;
    const Floats slope = std::is_same_v<Curve, SparseSquared> ? rate / norm : rate;
    *threshold = choose(going, *threshold + (norm - one) / slope, *threshold);
    return going & (norm - one > near);
}

// τ of every query, from its peak and all of its scores.
template <class Curve>
void search(Tile row, Lanes& lanes) {
    for (long v = 0; v < row.width; v += LANES) {
        Floats threshold = all(-1.0f);
        Ints going = all(-1);
        for (int n = 0; n < MOST_STEPS && any(going); n++) {
            Floats sum{}, rate{};
            moments<Curve>(row, v, {Floats{}, load(lanes.peak + v), threshold}, &sum, &rate);
            going = newton<Curve>(sum, rate, going, &threshold);
        }
        store(lanes.threshold + v, threshold);
    }
}

// Adds r·g to δ and r to `rates` of every query, for a tile of scores and the gradients to their weights.
template <class Curve>
void add_rates(Tile tile, const float* slopes, Lanes& lanes) {
    for (long v = 0; v < tile.width; v += LANES) {
        Point at{Floats{}, load(lanes.peak + v), load(lanes.threshold + v)};
        Floats pull = load(lanes.delta + v), rates = load(lanes.rates + v);
        for (long i = 0; i < tile.keys; i++) {
            at.s = load(tile.at + i * tile.width + v);
            const Floats rate = Curve::rate(Curve::above(at));
            pull += where(rate > Floats{}, rate * load(slopes + i * tile.width + v));
            rates += rate;
        }
        store(lanes.delta + v, pull);
        store(lanes.rates + v, rates);
    }
}

template <class Work>
INLINE void with_search(Kind kind, Work work) {
    if (kind == Kind::sparsemax) work(Sparse{});
    if (kind == Kind::entmax) work(SparseSquared{});
}

}  // namespace
