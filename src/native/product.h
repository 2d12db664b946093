// One micro-kernel for every product: rows of C, whose columns fill registers, are sums over k of A's numbers, one at a
// time, times B's registers.
//
//     C[r][c] = Σ_k A[r][k] · B[k][c]          A is read number by number, through any strides: nothing is packed;
//                                              B and C lie row by row, each row a whole number of registers
//
// All sums of a block stay in registers while k runs, and each step takes as many multiply-adds as there are sums for
// Rows + Across loads: that is where a processor's peak is. Of bfloat16 each step takes two numbers of the sum: pairs.h.
#pragma once

#include <type_traits>

#include "tiles.h"

namespace {

enum class Into { fresh, sum, scaled };  // C = AB, C = C + AB, C = C · factor[c] + AB

// What is read of A: its first number, and how far it is to the next row and to the next step.
template <class Number>
struct Numbers {
    const Number* at;
    long row, step;
};

struct Rows {
    float* at;
    long row;
};

INLINE Floats broadcast(const float* one) { return all(*one); }
INLINE Floats add_product(Floats sum, Floats left, Floats right) { return sum + left * right; }

// Keys and values come from afar, in strides that no processor foresees, and are asked for ahead: where a step is the next
// number of a row, the rows of the next block; where it is the next row, that of AHEAD steps further.
constexpr long AHEAD = 16;

template <int Tall>
INLINE void fetch_below(Numbers<float> a, long depth) {
    if (a.step != 1) return;
    for (int r = Tall; r < 2 * Tall; r++)
        for (long k = 0; k < depth; k += 16) __builtin_prefetch(a.at + r * a.row + k);
}

// The end of B tells when all steps are done: a counter would be one number too many for the registers of addresses, and
// fetching it back takes the place of a multiply-add.
template <int Tall, int Across, Into into, class Number>
INLINE void block(Numbers<Number> a, const Lane<Number>* b, long b_row, long depth, Rows c, const float* factor) {
    Floats sums[Tall][Across];
#pragma GCC unroll 12
    for (int r = 0; r < Tall; r++)
#pragma GCC unroll 8
        for (int v = 0; v < Across; v++) {
            const float* before = c.at + r * c.row + v * LANES;
            if constexpr (into == Into::fresh) sums[r][v] = Floats{};
            if constexpr (into == Into::sum) sums[r][v] = load(before), __builtin_prefetch(before + Tall * c.row, 1);
            if constexpr (into == Into::scaled) sums[r][v] = load(before) * load(factor + v * LANES);
        }
    if constexpr (into == Into::fresh && !is_half<Number>) fetch_below<Tall>(a, depth);
    const long ahead = AHEAD * a.step + (Tall - 1) * a.row;
    for (const Lane<Number>* const end = b + depth * b_row; b != end; a.at += a.step, b += b_row) {
        if constexpr (into != Into::fresh && !is_half<Number>) __builtin_prefetch(a.at + ahead);
        decltype(load(b)) right[Across];
#pragma GCC unroll 8
        for (int v = 0; v < Across; v++) right[v] = load(b + v * LANES);
#pragma GCC unroll 12
        for (int r = 0; r < Tall; r++) {
            const auto left = broadcast(a.at + r * a.row);
#pragma GCC unroll 8
            for (int v = 0; v < Across; v++) sums[r][v] = add_product(sums[r][v], left, right[v]);
        }
    }
#pragma GCC unroll 12
    for (int r = 0; r < Tall; r++)
#pragma GCC unroll 8
        for (int v = 0; v < Across; v++) store(c.at + r * c.row + v * LANES, sums[r][v]);
}

// C of `rows` rows and Across registers: tall blocks first, the rest in lower ones.
template <int Across, Into into, class Number>
void strip(long rows, Numbers<Number> a, const Lane<Number>* b, long b_row, long depth, Rows c, const float* factor) {
    constexpr int Tall = ROWS * WIDE / Across > 12 ? 12 : ROWS * WIDE / Across;
    long r = 0;
    const auto go = [&](auto height) {
        constexpr int Height = decltype(height)::value;
        for (; r + Height <= rows; r += Height)
            block<Height, Across, into>(Numbers<Number>{a.at + r * a.row, a.row, a.step}, b, b_row, depth,
                                        {c.at + r * c.row, c.row}, factor);
    };
    go(std::integral_constant<int, Tall>{});
    if constexpr (Tall > 4) go(std::integral_constant<int, 4>{});
    if constexpr (Tall > 2) go(std::integral_constant<int, 2>{});
    go(std::integral_constant<int, 1>{});
}

// C of `rows` rows and `columns` columns, a whole number of registers, after `depth` steps.
template <Into into, class Number>
void by_registers(long rows, long columns, Numbers<Number> a, const Lane<Number>* b, long b_row, long depth, Rows c,
             const float* factor) {
    long v = 0;
    const auto go = [&](auto width) {
        constexpr int Across = decltype(width)::value;
        for (; v + Across * LANES <= columns; v += Across * LANES)
            strip<Across, into>(rows, a, b + v, b_row, depth, {c.at + v, c.row}, factor ? factor + v : nullptr);
    };
    go(std::integral_constant<int, WIDE>{});
    if constexpr (WIDE > 3) go(std::integral_constant<int, 3>{});
    if constexpr (WIDE > 2) go(std::integral_constant<int, 2>{});
    go(std::integral_constant<int, 1>{});
}

#if defined(__AMX_BF16__)
// The same: what fills tiles by those, the rest by registers.
template <Into into>
void by_tiles(long rows, long columns, Numbers<Half> a, const Pair* b, long b_row, long depth, Rows c, const float* factor) {
    const long tall = a.step == EACH<Half> ? rows / SIDE * SIDE : 0, deep = depth / SIDE * SIDE;
    if (tall == 0 || deep == 0) return by_registers<into>(rows, columns, a, b, b_row, depth, c, factor);
    if constexpr (into == Into::scaled)
        for (long r = 0; r < tall; r++)
            for (long v = 0; v < columns; v += LANES)
                store(c.at + r * c.row + v, load(c.at + r * c.row + v) * load(factor + v));
    tile_product<into != Into::fresh>(tall, columns, a.at, a.row, b, b_row, deep, c.at, c.row);
    if (deep < depth)
        by_registers<Into::sum>(tall, columns, Numbers<Half>{a.at + deep * a.step, a.row, a.step}, b + deep * b_row, b_row,
                                depth - deep, c, nullptr);
    if (tall < rows)
        by_registers<into>(rows - tall, columns, Numbers<Half>{a.at + tall * a.row, a.row, a.step}, b, b_row, depth,
                           {c.at + tall * c.row, c.row}, factor);
}
#endif

template <Into into, class Number = float>
INLINE void product(long rows, long columns, Numbers<Number> a, const Lane<Number>* b, long b_row, long depth, Rows c,
                    const float* factor = nullptr) {
#if defined(__AMX_BF16__)
    if constexpr (is_half<Number>) return by_tiles<into>(rows, columns, a, b, b_row, depth, c, factor);
#endif
    by_registers<into>(rows, columns, a, b, b_row, depth, c, factor);
}

}  // namespace
