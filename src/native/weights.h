// Scores into weights and gradients back, for a tile of keys by queries that lie in lanes. Every normalizer is a curve,
// divided for each row:
//
//                  weight · divisor             divisor
//     Softmax      2^(s − peak)                 Σ 2^(s − peak), with a sink + 2^(sink − peak)
//     ReLU         max(s, 0)                    1, or the number of readable keys
//     SquaredReLU  max(s, 0)²                   the same
//     Sigmoid      1 / (1 + 2^(−s))             the same
//     Plain        s                            the same
//     Normalized   s                            Σ s + eps
//     Sparsemax    max(s − peak − τ, 0)         1
//     Entmax 1.5   max(s − peak − τ, 0)²        1
//
// where scores have been multiplied by `unit` before: log₂ e for powers of two, α − 1 for entmax. With w the weights, g
// the gradient to them and δ = Σ g·w, which is ⟨output, gradient to it⟩, the gradient to the scores is in `slope`; for
// sparsemax and entmax δ = Σ r·g / Σ r, where r = w^(2 − α) if w > 0, else 0.
//
// Statistics of a row are the peak, and τ or the divisor: weights follow from them for any key alone. Of a row that may
// read nothing the latter is infinite.
#pragma once

#include "lanes.h"
#include "masks.h"

namespace {

// What a tile knows of its queries, lane by lane.
struct Lanes {
    float peak[MOST], threshold[MOST], divisor[MOST], inverse[MOST];
    float shift[MOST];    // added to every score
    float rescale[MOST];  // what sums are multiplied with when the peak rises
    float delta[MOST], rates[MOST], sums[MOST];
    uint32_t hash[MOST];
};

// A score with its query's numbers, and what comes back to its weight.
struct Point {
    Floats s, peak, threshold;
};
struct Pull {
    Floats weight, g, delta, inverse;
};

INLINE Floats positive(Floats x) { return greater(Floats{}, x); }
INLINE Floats where(Ints when, Floats value) { return choose(when, value, Floats{}); }

struct Exponential {
    static constexpr float absent = -INFINITE;
    INLINE Floats curve(Point p) { return exp2(p.s - p.peak); }
    INLINE Floats slope(Point, Floats, Pull to) { return to.weight * (to.g - to.delta); }
};

struct Rectified {
    static constexpr float absent = 0;
    INLINE Floats curve(Point p) { return positive(p.s); }
    INLINE Floats slope(Point p, Floats, Pull to) { return where(p.s > Floats{}, to.g * to.inverse); }
};

struct Squared {
    static constexpr float absent = 0;
    INLINE Floats curve(Point p) { return positive(p.s) * positive(p.s); }
    INLINE Floats slope(Point p, Floats, Pull to) { return where(p.s > Floats{}, (p.s + p.s) * to.g * to.inverse); }
};

struct Logistic {
    static constexpr float absent = -INFINITE;
    INLINE Floats curve(Point p) {
        const Floats found = all(1.0f) / (all(1.0f) + exp2(lesser(all(126.0f), -p.s)));
        return choose(p.s < all(-126.0f), Floats{}, found);
    }
    INLINE Floats slope(Point, Floats curve, Pull to) { return to.weight * (all(1.0f) - curve) * to.g; }
};

struct Linear {
    static constexpr float absent = 0;
    INLINE Floats curve(Point p) { return p.s; }
    INLINE Floats slope(Point, Floats, Pull to) { return to.g * to.inverse; }
};

struct Shared {
    static constexpr float absent = 0;
    INLINE Floats curve(Point p) { return p.s; }
    INLINE Floats slope(Point, Floats, Pull to) { return (to.g - to.delta) * to.inverse; }
};

struct Sparse {
    static constexpr float absent = -INFINITE;
    INLINE Floats above(Point p) { return positive(p.s - p.peak - p.threshold); }
    INLINE Floats curve(Point p) { return above(p); }
    INLINE Floats rate(Floats z) { return where(z > Floats{}, all(1.0f)); }
    INLINE Floats slope(Point p, Floats, Pull to) { return where(above(p) > Floats{}, to.g - to.delta); }
};

struct SparseSquared {
    static constexpr float absent = -INFINITE;
    INLINE Floats above(Point p) { return positive(p.s - p.peak - p.threshold); }
    INLINE Floats curve(Point p) { return above(p) * above(p); }
    INLINE Floats rate(Floats z) { return z; }
    INLINE Floats slope(Point p, Floats, Pull to) { return where(above(p) > Floats{}, above(p) * (to.g - to.delta)); }
};

INLINE bool exponential(Kind kind) { return kind == Kind::softmax; }
INLINE bool searched(Kind kind) { return kind == Kind::sparsemax || kind == Kind::entmax; }
INLINE bool pointwise(Kind kind) { return !exponential(kind) && !searched(kind) && kind != Kind::normalized; }

INLINE double unit(Kind kind) {
    return kind == Kind::softmax || kind == Kind::sigmoid ? 1.4426950408889634 : kind == Kind::entmax ? 0.5 : 1.0;
}

// Calls work(Exponential{}) or another of them.
template <class Work>
INLINE void with_curve(Kind kind, Work work) {
    switch (kind) {
        case Kind::softmax: return work(Exponential{});
        case Kind::relu: return work(Rectified{});
        case Kind::squared_relu: return work(Squared{});
        case Kind::sigmoid: return work(Logistic{});
        case Kind::plain: return work(Linear{});
        case Kind::normalized: return work(Shared{});
        case Kind::sparsemax: return work(Sparse{});
        case Kind::entmax: return work(SparseSquared{});
    }
}

// What products become scores by: s · factor + shift of the query + unit · (term of the key + term of the pair).
struct Change {
    float factor, unit;
    const float* shift;
    const float *column, *pairs;  // of the tile; null: none
};

// Products into scores, in place; `absent` where nobody may read. Raises `highest` to the greatest of each query.
template <class Curve, Judged how>
void finish_scores(Tile tile, const Reach& reach, Change change, float* highest) {
    const Floats factor = all(change.factor), unit = all(change.unit);
    for (long v = tile.skipped; v < tile.end(); v += LANES) {
        const Floats own = load(change.shift + v);
        Floats top = load(highest + v);
        for (long i = 0; i < tile.keys; i++) {
            float* at = tile.at + i * tile.width + v;
            Floats s = load(at) * factor + own;
            if (change.column) s += all(change.column[i]) * unit;
            if (change.pairs) s += load(change.pairs + i * tile.width + v) * unit;
            if (how != Judged::all) s = choose(may_read<how>(reach, tile, v, i), s, all(Curve::absent));
            top = greater(top, s);
            store(at, s);
        }
        store(highest + v, top);
    }
}

// Scores into curves, in place; adds them up for each query.
template <class Curve>
void bend(Tile tile, Lanes& lanes) {
    for (long v = tile.skipped; v < tile.end(); v += LANES) {
        const Floats peak = load(lanes.peak + v), threshold = load(lanes.threshold + v);
        Floats sum = load(lanes.divisor + v);
        for (long i = 0; i < tile.keys; i++) {
            float* at = tile.at + i * tile.width + v;
            const Floats found = Curve::curve({load(at), peak, threshold});
            sum += found;
            store(at, found);
        }
        store(lanes.divisor + v, sum);
    }
}

// Scores into weights and the gradient to weights, at `slopes`, into that to scores, both in place. Adds the latter up
// for each query.
template <class Curve, Judged how>
void slope_back(Tile tile, float* slopes, const Reach& reach, Lanes& lanes) {
    for (long v = tile.skipped; v < tile.end(); v += LANES) {
        const Floats peak = load(lanes.peak + v), threshold = load(lanes.threshold + v);
        const Floats inverse = load(lanes.inverse + v), delta = load(lanes.delta + v);
        Floats sum = load(lanes.sums + v);
        for (long i = 0; i < tile.keys; i++) {
            const long at = i * tile.width + v;
            const Point point{load(tile.at + at), peak, threshold};
            const Floats curve = Curve::curve(point), weight = curve * inverse;
            Floats slope = Curve::slope(point, curve, {weight, load(slopes + at), delta, inverse});
            if (how != Judged::all) slope = where(may_read<how>(reach, tile, v, i), slope);
            sum += slope;
            store(tile.at + at, weight);
            store(slopes + at, slope);
        }
        store(lanes.sums + v, sum);
    }
}

}  // namespace
