// bfloat16 by tiles (AMX): one operation multiplies 16 rows of 16 pairs with 16 pairs for each of 16 lanes, 8,192
// multiply-adds in 16 cycles. What a product reads of B, pairs in lanes, is what a tile wants; of A it wants rows whose
// steps lie side by side, which rows of keys and values are, and their columns are made (rows.h: `keys_across`).
//
// Blocks of 2 × 2 tiles of C stay in tiles while k runs, for two loads of A and two of B. What is left over at the ends,
// fewer than 16 rows or steps, is left to registers.
#pragma once

#include <type_traits>

#include "call.h"
#include "pairs.h"

namespace {

#if defined(__AMX_BF16__)

constexpr long SIDE = 16;

// Tiles are a thread's own, of a shape that it asks for: eight of 16 rows of 64 bytes, as long as this lives.
class Tiles {
    struct {
        uint8_t palette = 1, start = 0, reserved[14] = {};
        uint16_t bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
        uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
    } wanted;

   public:
    Tiles() { _tile_loadconfig(&wanted); }
    ~Tiles() { _tile_release(); }
    Tiles(const Tiles&) = delete;
};

// Sums that are added to next come from afar: operations on tiles do not wait for several lines at once.
template <int Tall, int Across>
INLINE void fetch(const float* c, long c_row) {
#pragma GCC unroll 32
    for (int r = 0; r < Tall; r++, c += c_row) {
        __builtin_prefetch(c);
        if constexpr (Across == 2) __builtin_prefetch(c + SIDE);
    }
}

// C[16 · Down][16 · Across] = AB, or with `Sum` C + AB, after `depth` steps, a multiple of 16. C is in tiles 0 to 3, A in
// 4 and 5, B in 6 and 7: their numbers are part of the operations.
template <int Down, int Across, bool Sum>
INLINE void tile_block(const Half* a, long a_row, const Pair* b, long b_row, long depth, float* c, long c_row,
                       const float* next) {
    constexpr bool two = Across == 2, low = Down == 2, last = two && low;
    const long c_bytes = c_row * long(sizeof(float)), a_bytes = a_row * long(sizeof(Half)), b_bytes = b_row * long(sizeof(Pair));
    float* const below = c + SIDE * c_row;
    if constexpr (Sum) {
        _tile_loadd(0, c, c_bytes);
        if constexpr (two) _tile_loadd(1, c + SIDE, c_bytes);
        if constexpr (low) _tile_loadd(2, below, c_bytes);
        if constexpr (last) _tile_loadd(3, below + SIDE, c_bytes);
    } else {
        _tile_zero(0);
        if constexpr (two) _tile_zero(1);
        if constexpr (low) _tile_zero(2);
        if constexpr (last) _tile_zero(3);
    }
    if constexpr (Sum) fetch<Down * SIDE, Across>(next, c_row);
    for (long k = 0; k < depth; k += SIDE, a += 2 * SIDE, b += SIDE * b_row) {
        _tile_loadd(6, b, b_bytes);
        _tile_loadd(4, a, a_bytes);
        _tile_dpbf16ps(0, 4, 6);
        if constexpr (two) _tile_loadd(7, b + SIDE, b_bytes);
        if constexpr (two) _tile_dpbf16ps(1, 4, 7);
        if constexpr (low) _tile_loadd(5, a + SIDE * a_row, a_bytes);
        if constexpr (low) _tile_dpbf16ps(2, 5, 6);
        if constexpr (last) _tile_dpbf16ps(3, 5, 7);
    }
    _tile_stored(0, c, c_bytes);
    if constexpr (two) _tile_stored(1, c + SIDE, c_bytes);
    if constexpr (low) _tile_stored(2, below, c_bytes);
    if constexpr (last) _tile_stored(3, below + SIDE, c_bytes);
}

// The same for `rows` rows, a multiple of 16, after 16 or 32 steps: all of B stays in tiles, 4 to 7, for half of the loads.
template <int Steps, int Across, bool Sum>
INLINE void tile_strip(long rows, const Half* a, long a_row, const Pair* b, long b_row, float* c, long c_row) {
    constexpr bool two = Across == 2, more = Steps == 2, last = two && more;
    const long c_bytes = c_row * long(sizeof(float)), a_bytes = a_row * long(sizeof(Half)), b_bytes = b_row * long(sizeof(Pair));
    const Pair* const below = b + SIDE * b_row;
    _tile_loadd(4, b, b_bytes);
    if constexpr (two) _tile_loadd(5, b + SIDE, b_bytes);
    if constexpr (more) _tile_loadd(6, below, b_bytes);
    if constexpr (last) _tile_loadd(7, below + SIDE, b_bytes);
    for (long r = 0; r < rows; r += SIDE, a += SIDE * a_row, c += SIDE * c_row) {
        if constexpr (Sum) _tile_loadd(0, c, c_bytes);
        if constexpr (Sum && two) _tile_loadd(1, c + SIDE, c_bytes);
        if constexpr (Sum) fetch<SIDE, Across>(c + SIDE * c_row, c_row);
        if constexpr (!Sum) _tile_zero(0);
        if constexpr (!Sum && two) _tile_zero(1);
        _tile_loadd(2, a, a_bytes);
        _tile_dpbf16ps(0, 2, 4);
        if constexpr (two) _tile_dpbf16ps(1, 2, 5);
        if constexpr (more) _tile_loadd(3, a + 2 * SIDE, a_bytes);
        if constexpr (more) _tile_dpbf16ps(0, 3, 6);
        if constexpr (last) _tile_dpbf16ps(1, 3, 7);
        _tile_stored(0, c, c_bytes);
        if constexpr (two) _tile_stored(1, c + SIDE, c_bytes);
    }
}

// C of `rows` rows and `columns` columns, both multiples of 16.
template <bool Sum>
void tile_product(long rows, long columns, const Half* a, long a_row, const Pair* b, long b_row, long depth, float* c,
                  long c_row) {
    asm volatile("" ::: "memory");  // operations on tiles are not known to read what was written before
    const auto low = [&](auto steps) {
        constexpr int Steps = decltype(steps)::value;
        long v = 0;
        for (; v + 2 * SIDE <= columns; v += 2 * SIDE) tile_strip<Steps, 2, Sum>(rows, a, a_row, b + v, b_row, c + v, c_row);
        if (v < columns) tile_strip<Steps, 1, Sum>(rows, a, a_row, b + v, b_row, c + v, c_row);
    };
    const auto go = [&](auto down, long r) {
        constexpr int Down = decltype(down)::value;
        long v = 0;
        for (; v + 2 * SIDE <= columns; v += 2 * SIDE) {
            float* const at = c + r * c_row + v;
            const float* next = v + 4 * SIDE <= columns ? at + 2 * SIDE : c + (r + Down * SIDE) * c_row;
            tile_block<Down, 2, Sum>(a + r * a_row, a_row, b + v, b_row, depth, at, c_row, next);
        }
        if (v < columns) tile_block<Down, 1, Sum>(a + r * a_row, a_row, b + v, b_row, depth, c + r * c_row + v, c_row, c);
    };
    long r = depth > 2 * SIDE ? 0 : rows;
    if (depth == SIDE) low(std::integral_constant<int, 1>{});
    if (depth == 2 * SIDE) low(std::integral_constant<int, 2>{});
    for (; r + 2 * SIDE <= rows; r += 2 * SIDE) go(std::integral_constant<int, 2>{}, r);
    if (r < rows) go(std::integral_constant<int, 1>{}, r);
    asm volatile("" ::: "memory");
}

#else

struct Tiles {};

#endif

// Calls work(Number{}) with the numbers that products of this call are to work with.
template <class Work>
INLINE void with_number(const Call& call, Work work) {
    if constexpr (PAIRED)
        if (call.half && !call.additive()) {
            [[maybe_unused]] const Tiles tiles;
            return work(Half{});
        }
    (void)call;
    work(float{});
}

}  // namespace
