// One or a few queries, forward: a strip of scores for each, its normalizer, the sum of its values.
#pragma once

#include "narrow.h"
#include "narrow_additive.h"

namespace {

// What a query knows of its part of the keys, beside the sum of their values.
struct Totals {
    float peak, threshold, divisor;
};

int64_t narrow_forward_scratch(const Call& call) {
    return askers(call) * (padded(call.k) + partial_size(call.e)) + additive_room(call);
}

// Scores of keys first, …, last − 1, and `absent` beside them to whole registers, from the part's first key on.
template <class Type>
void score_few(const Call& call, const Part& part, const Asker& by, long first, long last, const Additive& additive,
               float* scores) {
    const auto* query = call.query.of<typename Type::Number>(part.b, by.h, by.i);
    const auto* keys = call.key.of<typename Type::Number>(part.b, part.g, 0);
    const float* column = call.column ? call.column + (part.b * call.h + by.h) * call.k : nullptr;
    float absent = 0;
    with_curve(call.kind, [&](auto curve) { absent = decltype(curve)::absent; });
    const float in_units = float(unit(call.kind)), factor = float(call.scale * unit(call.kind)), shift = shift_of(call, by);
    each_register(first, last, [&](long key, Ints at) {
        const auto* from = keys + key * call.key.place;
        Floats found = call.additive() ? additive_scores<Type>(additive, from, call.key.place, last - key, call.d)
                                     : products_with<Type>(query, from, call.key.place, last - key, call.d);
        found = found * all(call.additive() ? in_units : factor) + all(shift);
        if (column)
            for (long i = 0; i < least(LANES, last - key); i++) found[i] += column[key + i] * in_units;
        store(scores + key - part.from, choose(between(at, by.first, by.last), found, all(absent)));
    });
}

// Before the first key. What a row begins with counts once, in the first part.
Totals start_totals(const Call& call, const Part& part, const Asker& by) {
    return {first_peak(call, by.h), 0, part.number == 0 ? first_sum(call) : 0.0f};
}

float highest(const float* scores, long first, long last, float peak) {
    Floats top = all(peak);
    for (long at = first; at < last; at += LANES) top = greater(top, load(scores + at));
    for (int i = 0; i < LANES; i++) peak = peak > top[i] ? peak : top[i];
    return peak;
}

template <class Curve>
float threshold_of(const float* scores, long first, long last, float peak) {
    Floats threshold = all(-1.0f);
    Ints going = all(-1);
    for (int n = 0; n < MOST_STEPS && any(going); n++) {
        Floats sums{}, rates{};
        for (long at = first; at < last; at += LANES) {
            const Point point{load(scores + at), all(peak), threshold};
            sums += Curve::curve(point);
            rates += Curve::rate(Curve::above(point));
        }
        going = newton<Curve>(all(total(sums)), all(total(rates)), going, &threshold);
    }
    return threshold[0];
}

// Scores into curves, and what dropout leaves of them, at `weights`.
template <class Curve>
void bend_strip(const Call& call, const Part& part, const Asker& by, const float* scores, Totals& totals, float* weights) {
    if (by.first == by.last) return;
    const long first = by.first / LANES * LANES - part.from, last = by.last - part.from;
    if (exponential(call.kind) || searched(call.kind)) {
        const float before = totals.peak;
        totals.peak = highest(scores, first, last, before);
        totals.divisor *= exp2(all(before - totals.peak))[0];
    }
    if constexpr (is_searched<Curve>)
        totals.threshold = threshold_of<Curve>(scores, first, last, totals.peak);
    const Words hash = all(call.falling ? hash_of(call, part.b, by.h, by.i) : 0u);
    Floats sum{};
    each_register(by.first, by.last, [&](long key, Ints at) {
        const Floats found = Curve::curve({load(scores + key - part.from), all(totals.peak), all(totals.threshold)});
        sum += found;
        store(weights + key - part.from, call.falling ? dropped(call, hash, (Words)at * all(APART), found) : found);
    });
    totals.divisor += total(sum);
}

// After the last key: statistics, and the output from the sum of the values.
template <class Type>
void finish(const Call& call, const Part& part, const Asker& by, Totals totals, const float* mixed) {
    const float divisor = divisor_of(call, totals.divisor, by.reads);
    if (call.statistics) {
        call.statistics[2 * by.place] = by.reads ? totals.peak : 0.0f;
        call.statistics[2 * by.place + 1] = !by.reads ? INFINITE : searched(call.kind) ? totals.threshold : divisor;
    }
    auto* to = call.output.of<typename Type::Number>(part.b, by.h, by.i);
    if (by.reads)
        gather<Type>(mixed, call.e, 1 / divisor, to);
    else
        clear(to, call.e);
}

template <class Type>
void narrow_forward_part(const Call& call, const Part& part, float* scratch) {
    const long all_askers = askers(call), room = part.room();
    float* weights = scratch;
    float* partials = weights + all_askers * room;
    float* additive_at = partials + all_askers * partial_size(call.e);
    const auto each_asker = [&](auto work) {
        for (long r = 0; r < all_askers; r++) {
            const Asker by = asker_of(call, part, r);
            float* own = weights + r * room;
            work(by, call.scores ? call.scores + by.place * padded(call.k) + part.from : own, own,
                 call.chunks > 1 ? partial_of(call, part.number, by.place, call.e) : partials + r * partial_size(call.e));
        }
    };
    each_few(part, [&](long from, long to) {
        each_asker([&](const Asker& by, float* scores, float*, float*) {
            const Additive additive = additive_of<Type>(call, part, by, additive_at);
            score_few<Type>(call, part, by, most(from, by.first), least(to, by.last), additive, scores);
        });
    });
    each_asker([&](const Asker& by, const float* scores, float* own, float* mixed) {
        Totals totals = start_totals(call, part, by);
        with_curve(call.kind, [&](auto curve) { bend_strip<decltype(curve)>(call, part, by, scores, totals, own); });
        clear(mixed, spread_size(call.e));
        std::memcpy(mixed + spread_size(call.e), &totals, sizeof totals);
    });
    const auto* values = call.value.of<typename Type::Number>(part.b, part.g, 0);
    each_few(part, [&](long from, long to) {
        each_asker([&](const Asker& by, const float*, const float* own, float* mixed) {
            const long first = most(from, by.first), last = least(to, by.last);
            mix<Type>(own + first - part.from, values + first * call.value.place, call.value.place, last - first, call.e, mixed);
        });
    });
    if (call.chunks > 1) return;
    each_asker([&](const Asker& by, const float*, const float*, const float* mixed) {
        Totals totals;
        std::memcpy(&totals, mixed + spread_size(call.e), sizeof totals);
        finish<Type>(call, part, by, totals, mixed);
    });
}

void narrow_forward(const Call& call, int64_t item, float* scratch) {
    const Part part = part_of(call, item);
    if (call.half)
        narrow_forward_part<Bfloat16>(call, part, scratch);
    else
        narrow_forward_part<Float32>(call, part, scratch);
}

// What the parts of a query left, joined: sums are multiplied by 2^(own peak − the greatest).
template <class Type>
void join_parts(const Call& call, int64_t place, float* mixed) {
    const long size = spread_size(call.e), i = place % call.q, h = place / call.q % call.h, b = place / call.q / call.h;
    const auto totals_of = [&](long number) {
        Totals found;
        std::memcpy(&found, partial_of(call, number, place, call.e) + size, sizeof found);
        return found;
    };
    Totals whole = totals_of(0);
    for (long n = 1; n < call.chunks; n++) whole.peak = std::fmax(whole.peak, totals_of(n).peak);
    clear(mixed, size);
    whole.divisor = 0;
    for (long n = 0; n < call.chunks; n++) {
        const Totals own = totals_of(n);
        const Floats factor = exp2(all(own.peak - whole.peak));
        const float* from = partial_of(call, n, place, call.e);
        whole.divisor += own.divisor * factor[0];
        for (long c = 0; c < size; c += LANES) store(mixed + c, load(mixed + c) + load(from + c) * factor);
    }
    const Part all_keys{b, h / call.group(), 0, 0, call.k};
    finish<Type>(call, all_keys, asker_of(call, all_keys, h % call.group() * call.q + i), whole, mixed);
}

void narrow_join(const Call& call, int64_t place, float* scratch) {
    if (call.half)
        join_parts<Bfloat16>(call, place, scratch);
    else
        join_parts<Float32>(call, place, scratch);
}

}  // namespace
