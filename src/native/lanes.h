// A register of floats, whatever its width: vector types of GCC and Clang, so that one source serves every processor.
//
// Compiled once for each instruction set. Everything lies in an anonymous namespace: with external linkage the linker
// might keep the AVX-512 copy of a template for processors that do not know it.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#ifdef __AVX2__
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

namespace {

#if defined(__AVX512F__)
constexpr int BYTES = 64, ROWS = 6, WIDE = 4;  // 6 rows of 4 registers: 24 sums, 4 factors, 32 registers in all
#elif defined(__AVX2__) || defined(__aarch64__)
constexpr int BYTES = 32, ROWS = 6, WIDE = 2;
#else
constexpr int BYTES = 16, ROWS = 4, WIDE = 2;
#endif
constexpr int LANES = BYTES / 4;
#if defined(__AMX_BF16__)
constexpr bool TILED = true;  // products of bfloat16 are made by tiles: tiles.h
#else
constexpr bool TILED = false;
#endif

typedef float Floats __attribute__((vector_size(BYTES)));
typedef int32_t Ints __attribute__((vector_size(BYTES)));
typedef uint32_t Words __attribute__((vector_size(BYTES)));
typedef uint16_t Halves __attribute__((vector_size(BYTES / 2)));
typedef float AnyFloats __attribute__((vector_size(BYTES), aligned(4), may_alias));
typedef int32_t AnyInts __attribute__((vector_size(BYTES), aligned(4), may_alias));
typedef uint16_t AnyHalves __attribute__((vector_size(BYTES / 2), aligned(2), may_alias));

constexpr float LOWEST = std::numeric_limits<float>::lowest(), INFINITE = std::numeric_limits<float>::infinity();
constexpr float LOG2_E = 1.4426950408889634f;

INLINE Floats load(const float* from) { return *reinterpret_cast<const AnyFloats*>(from); }
INLINE Ints load(const int32_t* from) { return *reinterpret_cast<const AnyInts*>(from); }
INLINE void store(float* to, Floats value) { *reinterpret_cast<AnyFloats*>(to) = value; }
INLINE void store(int32_t* to, Ints value) { *reinterpret_cast<AnyInts*>(to) = value; }
INLINE Floats all(float value) { return value - Floats{}; }
INLINE Ints all(int32_t value) { return value - Ints{}; }
INLINE Words all(uint32_t value) { return value - Words{}; }
INLINE Floats choose(Ints when, Floats yes, Floats no) { return when ? yes : no; }

// Of two numbers; b where one is NaN.
INLINE Floats greater(Floats a, Floats b) { return a > b ? a : b; }
INLINE Floats lesser(Floats a, Floats b) { return a < b ? a : b; }

INLINE float total(Floats value) {
    float found = 0;
    for (int i = 0; i < LANES; i++) found += value[i];
    return found;
}

// Zeros; there may be none, and then no memory either.
template <class Number>
INLINE void clear(Number* at, long count) {
    if (count > 0) std::memset(at, 0, size_t(count) * sizeof(Number));
}

// Numbers to another place. They are often few: calling `memcpy` would cost more than the copy.
INLINE void copy(const float* from, long count, float* to) {
    long c = 0;
    for (; c + 4 * LANES <= count; c += 4 * LANES) {
        const Floats one = load(from + c), two = load(from + c + LANES), three = load(from + c + 2 * LANES);
        store(to + c + 3 * LANES, load(from + c + 3 * LANES));
        store(to + c, one), store(to + c + LANES, two), store(to + c + 2 * LANES, three);
    }
    for (; c + LANES <= count; c += LANES) store(to + c, load(from + c));
    if (c < count) std::memcpy(to + c, from + c, size_t(count - c) * sizeof(float));
}

#if defined(__AVX512DQ__)
constexpr __mmask16 ALL = 0xFFFF;  // without a mask GCC 12 warns of its own header
constexpr int NEAREST = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
#endif

// 2^x to the last place or two, for x ≤ 127; 0 far below −126. NaN stays NaN.
//
// x = n + f with a whole n and |f| ≤ ½; 2^f by its series, whose next term is below the last place. AVX-512 finds f and
// multiplies by 2^n; else adding 1.5 · 2²³ + 127 leaves n + 127, the exponent of 2^n, in the lowest bits.
INLINE Floats exp2(Floats x) {
#if defined(__AVX512DQ__)
    const Floats n = (Floats)_mm512_maskz_roundscale_ps(ALL, (__m512)x, NEAREST);
    const Floats f = (Floats)_mm512_maskz_reduce_ps(ALL, (__m512)x, NEAREST);
#else
    const Floats magic = all(12582912.0f + 127.0f);
    const Floats within = greater(all(-127.0f), x);
    const Floats shifted = within + magic;
    const Floats f = within - (shifted - magic);
#endif
    Floats series = all(1.540353e-4f);
    series = series * f + all(1.3333558e-3f);
    series = series * f + all(9.6181291e-3f);
    series = series * f + all(5.5504109e-2f);
    series = series * f + all(2.4022651e-1f);
    series = series * f + all(6.9314718e-1f);
    series = series * f + all(1.0f);
#if defined(__AVX512DQ__)
    return (Floats)_mm512_maskz_scalef_ps(ALL, (__m512)series, (__m512)n);
#else
    return series * (Floats)((Ints)shifted << 23);
#endif
}

// 1 / (1 + 2^x): 1 and 0 at the infinities.
INLINE Floats logistic(Floats x) {
    const Floats found = all(1.0f) / (all(1.0f) + exp2(lesser(all(126.0f), x)));
    return choose(x > all(126.0f), Floats{}, found);
}

// 1 / t to a dozen places or more, for Newton's step q · (2 − t · q); t finite and not 0.
INLINE Floats near_inverse(Floats t) {
#if defined(__AVX512F__)
    return (Floats)_mm512_maskz_rcp14_ps(0xFFFF, (__m512)t);
#elif defined(__AVX2__)
    return (Floats)_mm256_rcp_ps((__m256)t);
#else
    return all(1.0f) / t;
#endif
}

INLINE Floats inverse(Floats t) {
    const Floats near = near_inverse(t);
    return near * (all(2.0f) - t * near);
}

// bfloat16 is the upper half of a float32; the other way it is rounded to the nearest, to even of two.
INLINE Floats widen(const uint16_t* from) {
    const Halves halves = *reinterpret_cast<const AnyHalves*>(from);
    return (Floats)(__builtin_convertvector(halves, Words) << 16);
}

INLINE Words rounded(Floats value) {
    const Words bits = (Words)value;
    const Words found = (bits + all(0x7FFFu) + ((bits >> 16) & all(1u))) >> 16;
    return value == value ? found : all(0x7FC0u);
}

INLINE void narrow(uint16_t* to, Floats value) {
#if defined(__AVX512BF16__)
    *reinterpret_cast<AnyHalves*>(to) = (Halves)_mm512_cvtneps_pbh((__m512)value);
#else
    *reinterpret_cast<AnyHalves*>(to) = __builtin_convertvector(rounded(value), Halves);
#endif
}

}  // namespace
