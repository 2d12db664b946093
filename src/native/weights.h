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

#include <type_traits>

#include "masks.h"
#include "pairs.h"

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
    INLINE Floats curve(Point p) { return logistic(-p.s); }
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
template <class Curve>
constexpr bool is_searched = std::is_same_v<Curve, Sparse> || std::is_same_v<Curve, SparseSquared>;
INLINE bool searched(Kind kind) { return kind == Kind::sparsemax || kind == Kind::entmax; }
INLINE bool pointwise(Kind kind) { return !exponential(kind) && !searched(kind) && kind != Kind::normalized; }

INLINE double unit(Kind kind) {
    return kind == Kind::softmax || kind == Kind::sigmoid ? 1.4426950408889634 : kind == Kind::entmax ? 0.5 : 1.0;
}

// What the peak and the sum of a row are before its first key: a sink is a key that has been seen already.
INLINE float first_peak(const Call& call, long h) {
    const bool sink = exponential(call.kind) && call.parameter;
    const float peak = sink ? call.parameter[h] * float(unit(call.kind)) : pointwise(call.kind) ? 0.0f : LOWEST;
    return peak < LOWEST ? LOWEST : peak;
}

INLINE float first_sum(const Call& call) {
    return exponential(call.kind) && call.parameter ? 1.0f : call.kind == Kind::normalized ? float(call.eps) : 0.0f;
}

// What a row is divided by, from the sum of its curves and how many keys it reads.
INLINE float divisor_of(const Call& call, float sum, long reads) {
    if (pointwise(call.kind)) return call.per_key ? float(reads) : 1.0f;
    if (searched(call.kind)) return 1.0f;
    return call.kind == Kind::normalized && sum == 0 ? INFINITE : sum;
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
        const auto finish = [&](long i) {
            float* at = tile.at + i * tile.width + v;
            Floats s = load(at) * factor + own;
            if (change.column) s += all(change.column[i]) * unit;
            if (change.pairs) s += load(change.pairs + i * tile.width + v) * unit;
            if (how != Judged::all) s = choose(may_read<how>(reach, tile, v, i), s, all(Curve::absent));
            store(at, s);
            return s;
        };
        long i = 0;
        Floats other = top;  // two by turns: neither waits for the other
        for (; i + 2 <= tile.keys; i += 2) top = greater(top, finish(i)), other = greater(other, finish(i + 1));
        if (i < tile.keys) top = greater(top, finish(i));
        store(highest + v, greater(top, other));
    }
}

// Key i's row of a tile of pairs that lies where the tile's floats were.
INLINE Pair* pairs_at(Tile tile, long i) { return reinterpret_cast<Pair*>(tile.at) + i / 2 * tile.width; }

// Scores into curves, in place, as lanes of what products work with; adds them up for each query.
template <class Curve, class Number>
void bend(Tile tile, Lanes& lanes) {
    for (long v = tile.skipped; v < tile.end(); v += LANES) {
        const Floats peak = load(lanes.peak + v), threshold = load(lanes.threshold + v);
        const auto curve = [&](long i) { return Curve::curve({load(tile.at + i * tile.width + v), peak, threshold}); };
        Floats sum = load(lanes.divisor + v);
        for (long i = 0; i < tile.keys; i += EACH<Number>) {
            const Floats found = curve(i);
            sum += found;
            if constexpr (is_half<Number>) {
                const Floats next = i + 1 < tile.keys ? curve(i + 1) : Floats{};
                sum += next;
                store(pairs_at(tile, i) + v, joined(found, next));
            } else {
                store(tile.at + i * tile.width + v, found);
            }
        }
        store(lanes.divisor + v, sum);
    }
}

// A weight and the gradient to its score.
struct Back {
    Floats weight, slope;
};

// A tile of both as halves, (keys, width), and its slopes also as pairs, (keys / 2, width).
struct Halved {
    Half *weights, *slopes;
    Pair* pairs;

    // Of keys i and i + 1; zeros where there is none.
    ALWAYS void put(Tile tile, long i, long v, Back one, Back next) const {
        const long at = i * tile.width + v;
        narrow(weights + at, one.weight);
        narrow(weights + at + tile.width, next.weight);
        narrow(slopes + at, one.slope);
        narrow(slopes + at + tile.width, next.slope);
        store(pairs + i / 2 * tile.width + v, joined(one.slope, next.slope));
    }
};

// Scores into weights and the gradient to weights, at `slopes`, into that to scores, both in place or, where products
// work with halves, into `halved`. Adds the latter up for each query.
template <class Curve, Judged how, class Number>
void slope_back(Tile tile, float* slopes, const Halved& halved, const Reach& reach, Lanes& lanes) {
    for (long v = tile.skipped; v < tile.end(); v += LANES) {
        const Floats peak = load(lanes.peak + v), threshold = load(lanes.threshold + v);
        const Floats inverse = load(lanes.inverse + v), delta = load(lanes.delta + v);
        const auto back = [&](long i) -> Back {
            const long at = i * tile.width + v;
            const Point point{load(tile.at + at), peak, threshold};
            const Floats curve = Curve::curve(point), weight = curve * inverse;
            const Floats slope = Curve::slope(point, curve, {weight, load(slopes + at), delta, inverse});
            return {weight, how == Judged::all ? slope : where(may_read<how>(reach, tile, v, i), slope)};
        };
        Floats sum = load(lanes.sums + v);
        for (long i = 0; i < tile.keys; i += EACH<Number>) {
            const Back one = back(i);
            sum += one.slope;
            if constexpr (is_half<Number>) {
                const Back next = i + 1 < tile.keys ? back(i + 1) : Back{};
                sum += next.slope;
                halved.put(tile, i, v, one, next);
            } else {
                store(tile.at + i * tile.width + v, one.weight);
                store(slopes + i * tile.width + v, one.slope);
            }
        }
        store(lanes.sums + v, sum);
    }
}

// The same after the fact, where more was done with a tile of floats: with its weights alone, and with both.
INLINE void pair_keys(Tile tile) {
    for (long v = 0; v < tile.width; v += LANES)
        for (long i = 0; i < tile.keys; i += 2) {
            const float* at = tile.at + i * tile.width + v;
            store(pairs_at(tile, i) + v, joined(load(at), i + 1 < tile.keys ? load(at + tile.width) : Floats{}));
        }
}

INLINE void halve(Tile tile, const float* slopes, const Halved& to) {
    const auto back = [&](long i, long v) -> Back {
        const long at = i * tile.width + v;
        return i < tile.keys ? Back{load(tile.at + at), load(slopes + at)} : Back{};
    };
    for (long i = 0; i < tile.keys; i += 2)
        for (long v = 0; v < tile.width; v += LANES) to.put(tile, i, v, back(i, v), back(i + 1, v));
}

}  // namespace
