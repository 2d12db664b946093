// Products of whole numbers of eight bits: four neighbours of a sum in each lane, two or four times as many a step as of
// bfloat16, and half the memory.
//
//     C[r][c] = Σ_k A[r][k] · B[k][c]      A from 0 to 255, B from −128 to 127; sums are 32 bits, and exact
//
// B lies in panels as of pairs.h, with four in a lane instead of two. Only where a processor has that operation.
#pragma once

#include "tiles.h"

namespace {

typedef uint8_t Byte;
typedef uint8_t EightBits __attribute__((vector_size(LANES)));
typedef uint8_t AnyEightBits __attribute__((vector_size(LANES), aligned(1), may_alias));

INLINE void store(Byte* to, EightBits value) { *reinterpret_cast<AnyEightBits*>(to) = value; }

#if defined(__AVX512VNNI__)
constexpr bool BYTES_TOO = true;

INLINE Ints add_bytes(Ints sum, Ints left, Ints right) {
    return (Ints)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)left, (__m512i)right);
}
#else
constexpr bool BYTES_TOO = false;

INLINE Ints add_bytes(Ints sum, Ints left, Ints right) {
    for (int i = 0; i < LANES; i++)
        for (int part = 0; part < 32; part += 8)
            sum[i] += int32_t(uint32_t(left[i]) >> part & 255) * int8_t(uint32_t(right[i]) >> part & 255);
    return sum;
}
#endif

typedef int32_t AnyInt __attribute__((aligned(1), may_alias));

// Rows of C, Across registers wide, after `depth` steps of four.
template <int Tall, int Across>
INLINE void byte_block(const Byte* a, long a_row, const int32_t* b, long b_row, long depth, int32_t* c, long c_row) {
    Ints sums[Tall][Across] = {};
    for (const int32_t* const end = b + depth * b_row; b != end; b += b_row, a += 4) {
        Ints right[Across];
#pragma GCC unroll 4
        for (int v = 0; v < Across; v++) right[v] = load(b + v * LANES);
#pragma GCC unroll 6
        for (int r = 0; r < Tall; r++) {
            const Ints left = all(*reinterpret_cast<const AnyInt*>(a + r * a_row));
#pragma GCC unroll 4
            for (int v = 0; v < Across; v++) sums[r][v] = add_bytes(sums[r][v], left, right[v]);
        }
    }
#pragma GCC unroll 6
    for (int r = 0; r < Tall; r++)
#pragma GCC unroll 4
        for (int v = 0; v < Across; v++) store(c + r * c_row + v * LANES, sums[r][v]);
}

template <int Across>
void byte_strip(long rows, const Byte* a, long a_row, const int32_t* b, long b_row, long depth, int32_t* c, long c_row) {
    long r = 0;
    for (; r + ROWS <= rows; r += ROWS) byte_block<ROWS, Across>(a + r * a_row, a_row, b, b_row, depth, c + r * c_row, c_row);
    for (; r + 2 <= rows; r += 2) byte_block<2, Across>(a + r * a_row, a_row, b, b_row, depth, c + r * c_row, c_row);
    for (; r < rows; r++) byte_block<1, Across>(a + r * a_row, a_row, b, b_row, depth, c + r * c_row, c_row);
}

// C of `rows` rows and `columns` columns, a whole number of registers.
INLINE void bytes_by_registers(long rows, long columns, const Byte* a, long a_row, const int32_t* b, long b_row, long depth,
                               int32_t* c, long c_row) {
    long v = 0;
    for (; v + WIDE * LANES <= columns; v += WIDE * LANES) byte_strip<WIDE>(rows, a, a_row, b + v, b_row, depth, c + v, c_row);
    for (; v < columns; v += LANES) byte_strip<1>(rows, a, a_row, b + v, b_row, depth, c + v, c_row);
}

#if defined(__AMX_INT8__)

// Lines that are wanted next are asked for while tiles are multiplied: where rows are few, a matrix is read from afar, and
// what waits for it is most of the time.
template <int Across>
INLINE void fetch(const int32_t* b, long b_row) {
    for (long k = 0; k < SIDE; k++, b += b_row)
#pragma GCC unroll 4
        for (int v = 0; v < Across; v++) __builtin_prefetch(b + v * SIDE, 0, 2);
}

// C[16][64], after `depth` steps of four, a multiple of 16: tiles as in tiles.h. `next` is what is read after B.
INLINE void byte_tiles_across(const Byte* a, long a_row, const int32_t* b, long b_row, long depth, int32_t* c, long c_row,
                              const int32_t* next) {
    const long b_bytes = b_row * 4, c_bytes = c_row * 4;
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (long k = 0; k < depth; k += SIDE, a += 4 * SIDE, b += SIDE * b_row, next += SIDE * b_row) {
        fetch<4>(next, b_row);
        _tile_loadd(4, a, a_row);
        _tile_loadd(5, b, b_bytes);
        _tile_dpbusd(0, 4, 5);
        _tile_loadd(6, b + SIDE, b_bytes);
        _tile_dpbusd(1, 4, 6);
        _tile_loadd(7, b + 2 * SIDE, b_bytes);
        _tile_dpbusd(2, 4, 7);
        _tile_loadd(5, b + 3 * SIDE, b_bytes);
        _tile_dpbusd(3, 4, 5);
    }
    _tile_stored(0, c, c_bytes);
    _tile_stored(1, c + SIDE, c_bytes);
    _tile_stored(2, c + 2 * SIDE, c_bytes);
    _tile_stored(3, c + 3 * SIDE, c_bytes);
}

// C[16 · Down][32]. The lines of `next` are asked for, unless it is null.
template <int Down>
INLINE void byte_tiles(const Byte* a, long a_row, const int32_t* b, long b_row, long depth, int32_t* c, long c_row,
                       const int32_t* next) {
    constexpr bool low = Down == 2;
    const long b_bytes = b_row * 4, c_bytes = c_row * 4;
    _tile_zero(0);
    _tile_zero(1);
    if constexpr (low) _tile_zero(2);
    if constexpr (low) _tile_zero(3);
    for (long k = 0; k < depth; k += SIDE, a += 4 * SIDE, b += SIDE * b_row) {
        if (next) fetch<2>(next + k * b_row, b_row);
        _tile_loadd(6, b, b_bytes);
        _tile_loadd(4, a, a_row);
        _tile_dpbusd(0, 4, 6);
        _tile_loadd(7, b + SIDE, b_bytes);
        _tile_dpbusd(1, 4, 7);
        if constexpr (low) _tile_loadd(5, a + SIDE * a_row, a_row);
        if constexpr (low) _tile_dpbusd(2, 5, 6);
        if constexpr (low) _tile_dpbusd(3, 5, 7);
    }
    _tile_stored(0, c, c_bytes);
    _tile_stored(1, c + SIDE, c_bytes);
    if constexpr (low) _tile_stored(2, c + SIDE * c_row, c_bytes);
    if constexpr (low) _tile_stored(3, c + SIDE * c_row + SIDE, c_bytes);
}

// The columns v, …, v + 31 of all rows.
INLINE void byte_columns(long tall, const Byte* a, long a_row, const int32_t* b, long b_row, long depth, int32_t* c, long c_row) {
    long r = 0;
    const int32_t* next = b + depth * b_row;
    for (; r + 2 * SIDE <= tall; r += 2 * SIDE, next = nullptr)
        byte_tiles<2>(a + r * a_row, a_row, b, b_row, depth, c + r * c_row, c_row, next);
    if (r < tall) byte_tiles<1>(a + r * a_row, a_row, b, b_row, depth, c + r * c_row, c_row, next);
}

// What fills blocks of tiles by those, the rest by registers. Rows go up to the next multiple of 16, in A and in C: those
// beyond the last are read and written, and have no meaning.
INLINE void byte_product(long rows, long columns, const Byte* a, long a_row, const int32_t* b, long b_row, long depth,
                         int32_t* c, long c_row) {
    const long tall = depth % SIDE ? 0 : (rows + SIDE - 1) / SIDE * SIDE, wide = tall ? columns / (2 * SIDE) * (2 * SIDE) : 0;
    long v = 0;
    asm volatile("" ::: "memory");  // operations on tiles are not known to read what was written before
    for (; tall == SIDE && v + 4 * SIDE <= wide; v += 4 * SIDE)
        byte_tiles_across(a, a_row, b + v, b_row, depth, c + v, c_row, b + depth * b_row + v);
    for (; v < wide; v += 2 * SIDE) byte_columns(tall, a, a_row, b + v, b_row, depth, c + v, c_row);
    asm volatile("" ::: "memory");
    bytes_by_registers(rows, columns - wide, a, a_row, b + wide, b_row, depth, c + wide, c_row);
}

#else

INLINE void byte_product(long rows, long columns, const Byte* a, long a_row, const int32_t* b, long b_row, long depth,
                         int32_t* c, long c_row) {
    bytes_by_registers(rows, columns, a, a_row, b, b_row, depth, c, c_row);
}

#endif

}  // namespace
