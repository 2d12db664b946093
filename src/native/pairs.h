// bfloat16 at the processor's rate: each lane holds two neighbours of a sum, and one operation multiplies and adds both.
//
//     C[r][c] = Σ_k A[r][2k] · B[2k][c] + A[r][2k + 1] · B[2k + 1][c]
//
// Products are exact, sums are float32. A is read as before, two numbers at a time. Of B, lane c of row k holds B[2k][c]
// in its lower half and B[2k + 1][c] in its upper one. Where there is an odd number of k, the last has a zero for a
// partner on both sides: what lies behind the end may not be a number.
//
// Only where a processor has that operation; elsewhere bfloat16 is widened, and products are those of float32.
#pragma once

#include "call.h"
#include "lanes.h"

namespace {

typedef uint16_t Half;
typedef uint32_t Pair;
typedef uint32_t AnyWords __attribute__((vector_size(BYTES), aligned(4), may_alias));
typedef uint32_t AnyPair __attribute__((aligned(2), may_alias));

// What products work with is told by the type of A's numbers: float, or Half, of which each lane of B holds two.
template <class Number>
constexpr long EACH = 1;
template <>
constexpr long EACH<Half> = 2;

template <class Number>
constexpr bool is_half = EACH<Number> == 2;

template <class Number>
struct InLane {
    typedef float type;
};
template <>
struct InLane<Half> {
    typedef Pair type;
};
template <class Number>
using Lane = typename InLane<Number>::type;

// Memory that holds lanes of them.
template <class Number>
INLINE const Lane<Number>* as_lanes(const float* at) {
    return reinterpret_cast<const Lane<Number>*>(at);
}

// How many lanes, or steps of a sum, so many numbers take.
template <class Number>
constexpr long in_lanes(long size) {
    return (size + EACH<Number> - 1) / EACH<Number>;
}

#if defined(__AVX512BF16__)
constexpr bool PAIRED = true;
#else
constexpr bool PAIRED = false;
#endif

INLINE Words load(const Pair* from) { return *reinterpret_cast<const AnyWords*>(from); }
INLINE void store(Pair* to, Words value) { *reinterpret_cast<AnyWords*>(to) = value; }
INLINE Words broadcast(const Half* two) { return all(uint32_t(*reinterpret_cast<const AnyPair*>(two))); }

INLINE Floats add_product(Floats sum, Words left, Words right) {
#if defined(__AVX512BF16__)
    return (Floats)_mm512_dpbf16_ps((__m512)sum, (__m512bh)left, (__m512bh)right);
#else
    const Words upper = all(0xFFFF0000u);
    return sum + (Floats)(left << 16) * (Floats)(right << 16) + (Floats)(left & upper) * (Floats)(right & upper);
#endif
}

// Numbers rounded and joined lane by lane, the first in the lower half.
INLINE Words joined(Floats first, Floats second) {
#if defined(__AVX512BF16__)
    const __m512i by_turns = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8,  //
                                              23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    return (Words)_mm512_permutexvar_epi16(by_turns, (__m512i)_mm512_cvtne2ps_pbh((__m512)second, (__m512)first));
#else
    return rounded(first) | rounded(second) << 16;
#endif
}

// The first `count` halves, or a whole register of them.
INLINE Words some(const Half* from, long count) {
    Half held[LANES] = {};
    if (count < LANES) from = static_cast<const Half*>(std::memcpy(held, from, size_t(count) * sizeof(Half)));
    return __builtin_convertvector(*reinterpret_cast<const AnyHalves*>(from), Words);
}

// Rows of halves as rows of pairs, (⌈count / 2⌉, padded(size)): of numbers one below the other, or of one and zero.
INLINE void pair_rows(const Half* from, long row, long count, long size, Pair* to) {
    for (long r = 0; r < count; r += 2, from += 2 * row, to += padded(size))
        for (long c = 0; c < size; c += LANES) {
            const Words below = r + 1 < count ? some(from + row + c, size - c) : Words{};
            store(to + c, some(from + c, size - c) | below << 16);
        }
}

}  // namespace
