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

// C[16 · Down][16 · Across] = AB, or with `Sum` C + AB, after `depth` steps, a multiple of 16. C is in tiles 0 to 3, A in
// 4 and 5, B in 6 and 7: their numbers are part of the operations.
template <int Down, int Across, bool Sum>
INLINE void tile_block(const Half* a, long a_row, const Pair* b, long b_row, long depth, float* c, long c_row) {
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

// C of `rows` rows and `columns` columns, both multiples of 16.
template <bool Sum>
void tile_product(long rows, long columns, const Half* a, long a_row, const Pair* b, long b_row, long depth, float* c,
                  long c_row) {
    asm volatile("" ::: "memory");  // operations on tiles are not known to read what was written before
    const auto go = [&](auto down, long r) {
        constexpr int Down = decltype(down)::value;
        long v = 0;
        for (; v + 2 * SIDE <= columns; v += 2 * SIDE)
            tile_block<Down, 2, Sum>(a + r * a_row, a_row, b + v, b_row, depth, c + r * c_row + v, c_row);
        if (v < columns) tile_block<Down, 1, Sum>(a + r * a_row, a_row, b + v, b_row, depth, c + r * c_row + v, c_row);
    };
    long r = 0;
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
