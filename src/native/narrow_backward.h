// One or a few queries, backward, from the scores that forward kept: strips again, and each item writes the gradients to
// its keys and values itself, once, as sums over its queries.
#pragma once

#include "narrow.h"
#include "narrow_additive.h"

namespace {

constexpr long NEAR = 16;  // keys whose gradients are written together: no more than lie in the nearest cache at any stride

// What a query of an item works with: strips (k), vectors in the order of spans.
struct Strips {
    float *weights, *slopes, *query, *gradient, *to_query, *shares, *worth;
};

INLINE long strips_size(const Call& call) {
    return 2 * padded(call.k) + (call.additive() ? 4 : 2) * spread_size(call.d) + spread_size(call.e);
}

int64_t narrow_backward_scratch(const Call& call) { return askers(call) * strips_size(call); }

Strips strips_of(const Call& call, long r, float* scratch) {
    float* at = scratch + r * strips_size(call);
    const auto take = [&](long floats) { return (at += floats) - floats; };
    const long k = padded(call.k), d = spread_size(call.d), e = spread_size(call.e);
    float *weights = take(k), *slopes = take(k), *query = take(d), *gradient = take(e), *to_query = take(d);
    return {weights, slopes, query, gradient, to_query, at, at + d};
}

template <class Type>
void read_asker(const Call& call, const Part& part, const Asker& by, const Strips& at) {
    spread<Type>(call.query.of<typename Type::Number>(part.b, by.h, by.i), call.d, at.query);
    spread<Type>(call.gradient.of<typename Type::Number>(part.b, by.h, by.i), call.e, at.gradient);
    clear(at.to_query, spread_size(call.d));
    if (!call.additive()) return;
    clear(at.shares, spread_size(call.d));
    spread_weight<Type>(call, by.h, at.worth);
}

// Gradients to the weights of keys first, …, last − 1: ⟨value, gradient⟩.
template <class Type>
void pull_few(const Call& call, const Part& part, const Asker& by, long first, long last, float* pulls) {
    const auto* gradient = call.gradient.of<typename Type::Number>(part.b, by.h, by.i);
    const auto* values = call.value.of<typename Type::Number>(part.b, part.g, 0);
    each_register(first, last, [&](long key, Ints) {
        store(pulls + key, products_with<Type>(gradient, values + key * call.value.place, call.value.place, last - key, call.e));
    });
}

// Scores and gradients to weights into weights, as dropout leaves them, and gradients to scores; both in place. Also
// what was added to the whole row gets: a row's number or a bias, and a sink.
template <class Curve>
void slope_strip(const Call& call, const Part& part, const Asker& by, const Strips& at) {
    const float* scores = call.scores + by.place * padded(call.k);
    const float *statistics = call.statistics + 2 * by.place, peak = statistics[0];
    const float threshold = searched(call.kind) ? statistics[1] : 0;
    const Floats inverse = all(searched(call.kind) ? 1.0f : 1 / statistics[1]);
    const Words hash = all(call.falling ? hash_of(call, part.b, by.h, by.i) : 0u);
    const auto point = [&](long key) { return Point{load(scores + key), all(peak), all(threshold)}; };
    Floats pulls{}, rates{}, sum{};
    each_register(by.first, by.last, [&](long key, Ints keys) {
        Floats pull = where(between(keys, by.first, by.last), load(at.slopes + key));
        if (call.falling) pull = dropped(call, hash, (Words)keys * all(APART), pull);
        const Floats curve = Curve::curve(point(key));
        Floats rate = curve * inverse;
        if constexpr (is_searched<Curve>) rate = Curve::rate(Curve::above(point(key)));
        pulls += is_searched<Curve> ? where(rate > Floats{}, rate * pull) : rate * pull;
        rates += rate;
        store(at.weights + key, curve);
        store(at.slopes + key, pull);
    });
    const float counted = is_searched<Curve> ? total(rates) : 1, delta = total(pulls) / (counted == 0 ? 1 : counted);
    each_register(by.first, by.last, [&](long key, Ints keys) {
        const Floats curve = load(at.weights + key), weight = curve * inverse;
        const Floats slope = Curve::slope(point(key), curve, {weight, load(at.slopes + key), all(delta), inverse});
        const Floats found = where(between(keys, by.first, by.last), slope);
        sum += found;
        store(at.weights + key, call.falling ? dropped(call, hash, (Words)keys * all(APART), weight) : weight);
        store(at.slopes + key, found);
    });
    if (call.row_slopes) call.row_slopes[by.place] = total(sum);
    if (call.sink_slopes) {
        const Floats share = exp2(all(call.parameter[by.h] * float(unit(call.kind)) - peak));
        call.sink_slopes[by.place] = by.reads ? -delta * share[0] * inverse[0] : 0;
    }
}

// Writes sums over queries, for keys first, …, last − 1, a span of some at a time: add(r, from, to, c, whole, room) adds
// those of query r.
template <class Type, class Add>
void write_few(const Call& call, const Part& part, const Vectors& to, long first, long last, long size, float factor, Add add) {
    float room[NEAR * SPAN];
    for (long from = first; from < last; from += NEAR) {
        const long keys = least(NEAR, last - from);
        each_span(size, [&](long c, auto whole) {
            clear(room, keys * SPAN);
            for (long r = 0; r < askers(call); r++) add(r, from, from + keys, c, whole, room - from * SPAN);
            for (long i = 0; i < keys; i++) {
                const Two sums = Float32::get(room + i * SPAN);
                give<Type, decltype(whole)::value>(to.of<typename Type::Number>(part.b, part.g, from + i) + c,
                                                  {sums.one * all(factor), sums.other * all(factor)}, size - c);
            }
        });
    }
}

// Adds weight · vector to the sums of every key.
INLINE void add_spans(const float* weights, const float* vector, long first, long last, float* room) {
    const Floats one = load(vector), other = load(vector + LANES);
    for (long key = first; key < last; key++) {
        float* to = room + key * SPAN;
        store(to, load(to) + all(weights[key]) * one);
        store(to + LANES, load(to + LANES) + all(weights[key]) * other);
    }
}

// Gradients to keys and values first, …, last − 1, and what they give to the queries.
template <class Type>
void return_few(const Call& call, const Part& part, long from, long to, float* scratch) {
    const auto* keys = call.key.of<typename Type::Number>(part.b, part.g, 0);
    const long place = call.key.place;
    const auto own = [&](long r, long from, long to, auto work) {
        const Asker by = asker_of(call, part, r);
        const long first = most(from, by.first), last = least(to, by.last);
        if (first < last) work(strips_of(call, r, scratch), first, last);
    };
    write_few<Type>(call, part, call.to_value, from, to, call.e, 1, [&](long r, long from, long to, long c, auto, float* room) {
        own(r, from, to, [&](const Strips& at, long first, long last) { add_spans(at.weights, at.gradient + c, first, last, room); });
    });
    if (call.additive())
        return write_few<Type>(call, part, call.to_key, from, to, call.d, 4, [&](long r, long from, long to, long c, auto whole, float* room) {
            own(r, from, to, [&](const Strips& at, long first, long last) {
                additive_back<Type, decltype(whole)::value>({at.query + c, at.worth + c, 0}, at.slopes, keys + c, place, first, last,
                                                            call.d - c, room, {at.to_query + c, at.shares + c});
            });
        });
    write_few<Type>(call, part, call.to_key, from, to, call.d, float(call.scale), [&](long r, long from, long to, long c, auto, float* room) {
        own(r, from, to, [&](const Strips& at, long first, long last) { add_spans(at.slopes, at.query + c, first, last, room); });
    });
    for (long r = 0; r < askers(call); r++)
        own(r, from, to, [&](const Strips& at, long first, long last) {
            mix<Type>(at.slopes + first, keys + first * place, place, last - first, call.d, at.to_query);
        });
}

// After the last key: the gradient to a query, and its share of those to columns of scores and additive weights, which
// the first query of a head begins.
template <class Type>
void finish_back(const Call& call, const Part& part, const Asker& by, const Strips& at) {
    auto* to = call.to_query.of<typename Type::Number>(part.b, by.h, by.i);
    if (call.additive() && by.reads)
        for (long c = 0; c < spread_size(call.d); c++) at.to_query[c] *= 4 * at.worth[c];
    if (by.reads)
        gather<Type>(at.to_query, call.d, float(call.scale), to);
    else
        clear(to, call.d);
    if (call.column_slopes) {
        float* column = call.column_slopes + (part.b * call.h + by.h) * call.k;
        if (by.i == 0) clear(column, call.k);
        for (long key = by.first; key < by.last; key++) column[key] += at.slopes[key];
    }
    if (call.weight_slopes) {
        float* weight = call.weight_slopes + (part.b * call.h + by.h) * padded(call.d);
        if (by.i == 0) clear(weight, call.d);
        for (long c = 0; by.reads && c < call.d; c++) weight[c] += at.shares[Type::place_of(c)];
    }
}

template <class Type>
void narrow_backward_part(const Call& call, const Part& part, float* scratch) {
    const auto each_asker = [&](auto work) {
        for (long r = 0; r < askers(call); r++) work(asker_of(call, part, r), strips_of(call, r, scratch));
    };
    each_asker([&](const Asker& by, const Strips& at) {
        if (by.reads) read_asker<Type>(call, part, by, at);
    });
    each_few(part, [&](long from, long to) {
        each_asker([&](const Asker& by, const Strips& at) {
            pull_few<Type>(call, part, by, most(from, by.first), least(to, by.last), at.slopes);
        });
    });
    each_asker([&](const Asker& by, const Strips& at) {
        with_curve(call.kind, [&](auto curve) { slope_strip<decltype(curve)>(call, part, by, at); });
    });
    each_few(part, [&](long from, long to) { return_few<Type>(call, part, from, to, scratch); });
    each_asker([&](const Asker& by, const Strips& at) { finish_back<Type>(call, part, by, at); });
}

// An item is a row of the batch and a key head.
void narrow_backward(const Call& call, int64_t item, float* scratch) {
    const Part part{item / call.g, item % call.g, 0, 0, call.k};
    if (call.half)
        narrow_backward_part<Bfloat16>(call, part, scratch);
    else
        narrow_backward_part<Float32>(call, part, scratch);
}

}  // namespace
