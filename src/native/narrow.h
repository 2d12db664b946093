// One query or a few: too few to fill lanes, so keys lie in lanes instead, and a row of scores is a strip.
//
//     scores       a register of keys at a time: numbers of d in lanes, summed across (spans.h)
//     weights      the strip bent by the same curves as a tile is (weights.h)
//     output       Σ weight · value, numbers of e in lanes: every key and value is read once, where it lies
//
// An item is a part of the keys of one row of the batch and one key head, with all queries of all heads that share it.
// Parts are cut by shapes alone; each leaves its sums in `partial`, and narrow_join joins them in their order.
#pragma once

#include "dropout.h"
#include "spans.h"
#include "threshold.h"

namespace {

constexpr long AT_ONCE = 64;  // keys that several queries meet while they are near: a whole number of registers

// Keys from, …, to − 1 of row b and key head g.
struct Part {
    long b, g, number, from, to;

    ALWAYS long room() const { return padded(to - from); }
};

Part part_of(const Call& call, int64_t item) {
    const long shared = item / call.chunks, number = item % call.chunks;
    const long each = padded((call.k + call.chunks - 1) / call.chunks);
    return {shared / call.g, shared % call.g, number, least(call.k, number * each), least(call.k, (number + 1) * each)};
}

// One query of an item: its head, its place among all (b, h, q), how many keys it reads, and which of them are here.
struct Asker {
    long h, i, place, reads, first, last;
};

INLINE long askers(const Call& call) { return call.group() * call.q; }

INLINE Asker asker_of(const Call& call, const Part& part, long r) {
    const long h = part.g * call.group() + r / call.q, i = r % call.q, place = (part.b * call.h + h) * call.q + i;
    long first, last;
    bounds(call, part.b, i, &first, &last);
    if (first >= last || (call.query_lengths && i >= call.query_lengths[part.b])) return {h, i, place, 0, part.from, part.from};
    const long here = most(first, part.from);
    return {h, i, place, last - first, here, most(here, least(last, part.to))};
}

// Floats of a vector in whole spans, whatever their size; and what a part leaves of a query: a vector, then numbers.
INLINE long spread_size(long size) { return (size + 31) / 32 * 32; }
INLINE long partial_size(long size) { return spread_size(size) + 16; }
INLINE float* partial_of(const Call& call, long number, long place, long size) {
    return call.partial + (number * call.b * call.h * call.q + place) * partial_size(size);
}

// Calls work(key, at) for the registers of a strip that hold keys first, …, last − 1, `at` the numbers of the keys.
template <class Work>
INLINE void each_register(long first, long last, Work work) {
    if (first >= last) return;
    Ints lane;
    for (int i = 0; i < LANES; i++) lane[i] = i;
    for (long key = first / LANES * LANES; key < last; key += LANES) work(key, lane + all(int32_t(key)));
}

INLINE Ints between(Ints at, long first, long last) { return (at >= all(int32_t(first))) & (at < all(int32_t(last))); }

// Calls work(first, last) for the keys of a part, a few at a time.
template <class Work>
INLINE void each_few(const Part& part, Work work) {
    for (long key = part.from; key < part.to; key += AT_ONCE) work(key, least(part.to, key + AT_ONCE));
}

INLINE float shift_of(const Call& call, const Asker& by) {
    const float bias = call.kind == Kind::sigmoid && call.parameter ? call.parameter[by.h] : 0.0f;
    return (bias + (call.row ? call.row[by.place] : 0.0f)) * float(unit(call.kind));
}

// Adds products of one vector with keys or values 0, 1, …, there − 1, where they are, a few spans of each.
template <class Type, int Spans, bool whole, class Keys>
INLINE void add_products(Floats* sums, const typename Type::Number* vector, const Keys& key, long c, long there, long size) {
    typename Type::Block own[Spans];
#pragma GCC unroll 4
    for (int s = 0; s < Spans; s++) own[s] = take<Type, whole>(vector + c + s * SPAN, size - c);
#pragma GCC unroll 16
    for (long r = 0; r < LANES; r++)
#pragma GCC unroll 4
        for (int s = 0; s < Spans; s++)
            sums[r] = Type::dot(sums[r], own[s], take<Type, whole>(key(least(r, there - 1)) + c + s * SPAN, size - c));
}

// key(r) says where key r is.
template <class Type, class Keys>
INLINE Floats products(const typename Type::Number* vector, const Keys& key, long there, long size) {
    Floats sums[LANES] = {};
    each_spans(size, [&](long c, auto spans, auto whole) {
        add_products<Type, decltype(spans)::value, decltype(whole)::value>(sums, vector, key, c, there, size);
    });
    return across(sums);
}

// The same, without asking for each whether it is there where all are.
template <class Type>
Floats products_with(const typename Type::Number* vector, const typename Type::Number* keys, long place, long there,
                     long size) {
    const auto key = [=](long r) { return keys + r * place; };
    if (there >= LANES) return products<Type>(vector, key, LANES, size);
    return products<Type>(vector, key, there, size);
}

// Adds Σ weight · vector of keys 0, …, keys − 1 to a vector in the order of spans: a few spans of all keys, then the next.
template <class Type, int Spans, bool whole, class Values>
INLINE void mix_spans(const float* weights, const Values& value, long c, long keys, long size, float* to) {
    Floats sums[2 * Spans];
#pragma GCC unroll 8
    for (int v = 0; v < 2 * Spans; v++) sums[v] = load(to + v * LANES);
    for (long i = 0; i < keys; i++) {
        const Floats weight = all(weights[i]);
        const auto* from = value(i) + c;
#pragma GCC unroll 4
        for (int s = 0; s < Spans; s++) {
            const Two pair = Type::split(take<Type, whole>(from + s * SPAN, size - c));
            sums[2 * s] += weight * pair.one, sums[2 * s + 1] += weight * pair.other;
        }
    }
#pragma GCC unroll 8
    for (int v = 0; v < 2 * Spans; v++) store(to + v * LANES, sums[v]);
}

// value(i) says where value i is.
template <class Type, class Values>
INLINE void mix_of(const float* weights, const Values& value, long keys, long size, float* to) {
    each_spans(size, [&](long c, auto spans, auto whole) {
        mix_spans<Type, decltype(spans)::value, decltype(whole)::value>(weights, value, c, keys, size, to + c);
    });
}

template <class Type>
void mix(const float* weights, const typename Type::Number* from, long place, long keys, long size, float* to) {
    mix_of<Type>(weights, [=](long i) { return from + i * place; }, keys, size, to);
}

}  // namespace
