// Vectors of float32 or bfloat16 where they lie, SPAN numbers at a time: what one- and few-query kernels read and write.
//
// SPAN numbers fill two registers: of float32 the first and the second half, of bfloat16, two to a word, the even
// and the odd ones, which costs a shift and an `and`. All vectors of a call are split the same way, so sums over
// products need no order, and a result is put together as it was taken apart.
#pragma once

#if defined(__AVX512BW__)
#include <immintrin.h>
#endif

#include <utility>

#include "lanes.h"

namespace {

constexpr long SPAN = 2 * LANES;

typedef uint32_t LooseWords __attribute__((vector_size(BYTES), aligned(2), may_alias));

struct Two {
    Floats one, other;
};

// Each kind of numbers says where number c of a vector lies among the floats of its spans.

struct Float32 {
    typedef float Number;
    typedef Two Block;
    static constexpr long place_of(long c) { return c; }
    static void in_order(const float* spread, long size, float* to) { copy(spread, size, to); }
    INLINE Block get(const float* from) { return {load(from), load(from + LANES)}; }
    INLINE Two split(Block block) { return block; }
    INLINE Floats dot(Floats sum, Block a, Block b) { return sum + a.one * b.one + a.other * b.other; }
    INLINE void put(float* to, Two from) { store(to, from.one), store(to + LANES, from.other); }
};

struct Bfloat16 {
    typedef uint16_t Number;
    typedef Words Block;
    static constexpr long place_of(long c) { return c / SPAN * SPAN + c % 2 * LANES + c % SPAN / 2; }
    static void in_order(const float* spread, long size, float* to) {
        long c = 0;
        for (; c + SPAN <= size; c += SPAN, spread += SPAN)
            for (int i = 0; i < LANES; i++) to[c + 2 * i] = spread[i], to[c + 2 * i + 1] = spread[LANES + i];
        for (long i = 0; c + i < size; i++) to[c + i] = spread[place_of(i)];
    }
    INLINE Block get(const uint16_t* from) { return *reinterpret_cast<const LooseWords*>(from); }
    INLINE Two split(Block block) { return {(Floats)(block << 16), (Floats)(block & all(0xFFFF0000u))}; }
    INLINE Floats dot(Floats sum, Block a, Block b) {
#if defined(__AVX512BF16__)
        return (Floats)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
#else
        const Two left = split(a), right = split(b);
        return sum + left.one * right.one + left.other * right.other;
#endif
    }
    INLINE void put(uint16_t* to, Two from) {
        *reinterpret_cast<LooseWords*>(to) = rounded(from.one) | (rounded(from.other) << 16);
    }
};

// The first `count` numbers of a span, then zeros.
#if defined(__AVX512BW__)
INLINE Two some(Float32, const float* from, long count) {
    const uint32_t there = (1u << count) - 1;
    return {(Floats)_mm512_maskz_loadu_ps(__mmask16(there), from),
            (Floats)_mm512_maskz_loadu_ps(__mmask16(there >> LANES), from + LANES)};
}
INLINE Words some(Bfloat16, const uint16_t* from, long count) {
    return (Words)_mm512_maskz_loadu_epi16(__mmask32((1u << count) - 1), from);
}
#else
template <class Type>
INLINE typename Type::Block some(Type, const typename Type::Number* from, long count) {
    typename Type::Number room[SPAN] = {};
    for (long i = 0; i < count; i++) room[i] = from[i];
    return Type::get(room);
}
#endif

template <class Type, bool whole>
INLINE typename Type::Block take(const typename Type::Number* from, long count) {
    if constexpr (whole) return Type::get(from);
    return some(Type{}, from, count);
}

template <class Type, bool whole>
INLINE void give(typename Type::Number* to, Two from, long count) {
    if constexpr (whole) return Type::put(to, from);
    typename Type::Number room[SPAN];
    Type::put(room, from);
    for (long i = 0; i < count; i++) to[i] = room[i];
}

// Calls work(c, spans, whole) for the first number c of a few spans of a vector at a time; the last may be cut short.
template <class Work>
INLINE void each_spans(long size, Work work) {
    long c = 0;
    const auto go = [&](auto spans) {
        for (; c + spans * SPAN <= size; c += spans * SPAN) work(c, spans, std::true_type{});
    };
    go(std::integral_constant<int, 4>{});
    go(std::integral_constant<int, 2>{});
    go(std::integral_constant<int, 1>{});
    if (c < size) work(c, std::integral_constant<int, 1>{}, std::false_type{});
}

// The same, one span at a time: work(c, whole).
template <class Work>
INLINE void each_span(long size, Work work) {
    long c = 0;
    for (; c + SPAN <= size; c += SPAN) work(c, std::true_type{});
    if (c < size) work(c, std::false_type{});
}

// A vector as floats in the order of spans, with zeros up to whole ones.
template <class Type>
INLINE void spread(const typename Type::Number* from, long size, float* to) {
    each_span(size, [&](long c, auto whole) {
        const Two pair = Type::split(take<Type, decltype(whole)::value>(from + c, size - c));
        store(to + c, pair.one), store(to + c + LANES, pair.other);
    });
}

// And back, times a factor.
template <class Type>
INLINE void gather(const float* from, long size, float factor, typename Type::Number* to) {
    each_span(size, [&](long c, auto whole) {
        const Two pair{load(from + c) * all(factor), load(from + c + LANES) * all(factor)};
        give<Type, decltype(whole)::value>(to + c, pair, size - c);
    });
}

struct Add {
    INLINE Floats of(Floats a, Floats b) { return a + b; }
};
struct Top {
    INLINE Floats of(Floats a, Floats b) { return greater(a, b); }
};

// Lane r: the sum of rows[r], or the greatest number. Two registers become one, each of half as many lanes, until one is left.
constexpr int source(int lane, int size, int second) {
    const int half = LANES / 2, at = lane % half;
    return lane / half * LANES + (at / size * 2 + second) * size + at % size;
}

template <int size, int second, int... lane>
INLINE Floats blocks_of(Floats a, Floats b, std::integer_sequence<int, lane...>) {
#if defined(__clang__) || __GNUC__ >= 12
    return __builtin_shufflevector(a, b, source(lane, size, second)...);
#else
    return __builtin_shuffle(a, b, Ints{source(lane, size, second)...});
#endif
}

template <class Join = Add, int size = LANES / 2>
INLINE Floats across(Floats* rows) {
    constexpr std::make_integer_sequence<int, LANES> lanes{};
#pragma GCC unroll 16
    for (int i = 0; i < size; i++)
        rows[i] = Join::of(blocks_of<size, 0>(rows[2 * i], rows[2 * i + 1], lanes),
                           blocks_of<size, 1>(rows[2 * i], rows[2 * i + 1], lanes));
    if constexpr (size > 1) return across<Join, size / 2>(rows);
    return rows[0];
}

}  // namespace
