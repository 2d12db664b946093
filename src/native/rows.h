// Rows of a tensor into rows of floats, or of halves in pairs, and back: widened, narrowed, padded, turned.
#pragma once

#include "call.h"
#include "product.h"

namespace {

INLINE void widen_row(const uint16_t* from, long size, float* to) {
    long c = 0;
    for (; c + LANES <= size; c += LANES) store(to + c, widen(from + c));
    for (; c < size; c++) {
        const uint32_t bits = uint32_t(from[c]) << 16;
        std::memcpy(to + c, &bits, sizeof bits);
    }
}

INLINE void narrow_row(const float* from, long size, uint16_t* to) {
    long c = 0;
    for (; c + LANES <= size; c += LANES) narrow(to + c, load(from + c));
    if (c == size) return;
    float rest[LANES] = {};
    uint16_t narrowed[LANES];
    for (long i = c; i < size; i++) rest[i - c] = from[i];
    narrow(narrowed, load(rest));
    for (long i = c; i < size; i++) to[i] = narrowed[i - c];
}

// Row i of head h of batch row b as floats, with zeros up to a padded size.
INLINE void read_row(const Call& call, const Vectors& from, long b, long h, long i, long size, float* to) {
    if (call.half)
        widen_row(from.of<uint16_t>(b, h, i), size, to);
    else
        copy(from.of<float>(b, h, i), size, to);
    for (long c = size; c < padded(size); c++) to[c] = 0;
}

// As `copy` of floats.
INLINE void copy(const Half* from, long count, Half* to) {
    const auto in = [&](long c) { return load(reinterpret_cast<const Pair*>(from + c)); };
    const auto out = [&](long c, Words two) { store(reinterpret_cast<Pair*>(to + c), two); };
    long c = 0;
    for (; c + 4 * LANES <= count; c += 4 * LANES) {
        const Words one = in(c);
        out(c + 2 * LANES, in(c + 2 * LANES)), out(c, one);
    }
    if (c < count) std::memcpy(to + c, from + c, size_t(count - c) * sizeof(Half));
}

// The same as halves.
INLINE void read_row(const Call&, const Vectors& from, long b, long h, long i, long size, Half* to) {
    copy(from.of<Half>(b, h, i), size, to);
    for (long c = size; c < padded(size); c++) to[c] = 0;
}

INLINE void write_row(const Call& call, const Vectors& to, long b, long h, long i, long size, const float* from) {
    if (call.half)
        narrow_row(from, size, to.of<uint16_t>(b, h, i));
    else
        copy(from, size, to.of<float>(b, h, i));
}

typedef float Four __attribute__((vector_size(16)));
typedef float AnyFour __attribute__((vector_size(16), aligned(4), may_alias));

#if defined(__clang__) || __GNUC__ >= 12
#define PICK(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#else
typedef int32_t FourInts __attribute__((vector_size(16)));
#define PICK(a, b, i, j, k, l) __builtin_shuffle(a, b, FourInts{i, j, k, l})
#endif

// to[c][r] = from[r][c], by squares of 4 × 4; both sizes are multiples of 4.
void transpose(const float* from, long from_row, long rows, long columns, float* to, long to_row) {
    const auto in = [](const float* at) { return Four(*reinterpret_cast<const AnyFour*>(at)); };
    const auto out = [](float* at, Four value) { *reinterpret_cast<AnyFour*>(at) = value; };
    for (long r = 0; r < rows; r += 4)
        for (long c = 0; c < columns; c += 4) {
            const float* at = from + r * from_row + c;
            const Four w = in(at), x = in(at + from_row), y = in(at + 2 * from_row), z = in(at + 3 * from_row);
            const Four wx = PICK(w, x, 0, 4, 1, 5), yz = PICK(y, z, 0, 4, 1, 5);
            const Four wx2 = PICK(w, x, 2, 6, 3, 7), yz2 = PICK(y, z, 2, 6, 3, 7);
            float* there = to + c * to_row + r;
            out(there, PICK(wx, yz, 0, 1, 4, 5));
            out(there + to_row, PICK(wx, yz, 2, 3, 6, 7));
            out(there + 2 * to_row, PICK(wx2, yz2, 0, 1, 4, 5));
            out(there + 3 * to_row, PICK(wx2, yz2, 2, 3, 6, 7));
        }
}

// Whether rows of numbers hold neither NaN nor infinities.
bool finite(Numbers<float> rows, long count, long size) {
    Floats sum{};
    float rest = 0;
    for (long i = 0; i < count; i++) {
        const float* row = rows.at + i * rows.row;
        long c = 0;
        for (; c + LANES <= size; c += LANES) sum += load(row + c) * Floats{};
        for (; c < size; c++) rest += row[c] * 0;
    }
    return total(sum) + rest == 0;
}

// Keys or values first, first + 1, … in rows, where they are, if what products work with is what they are and no pair
// reaches over a row's end; else in `room`.
template <class Number>
INLINE Numbers<Number> keys_down(const Call& call, const Vectors& from, long b, long g, long first, long count, long size,
                                 float* room) {
    Number* copied = reinterpret_cast<Number*>(room);
    if (call.half == is_half<Number> && size % EACH<Number> == 0)
        return {from.of<Number>(b, g, first), from.place, EACH<Number>};
    for (long i = 0; i < count; i++) read_row(call, from, b, g, first + i, size, copied + i * padded(size));
    return {copied, padded(size), EACH<Number>};
}

// Columns of halves, (count, size), as rows for tiles, whose steps lie side by side; zeros up to a number of 8. `room`
// holds as many pairs.
INLINE void turn_halves(const Half* from, long place, long count, long size, float* room, float* to, long to_row) {
    const long pairs = (count + 7) / 8 * 4;
    pair_rows(from, place, count, size, reinterpret_cast<Pair*>(room));
    for (long r = (count + 1) / 2; r < pairs; r++) clear(room + r * padded(size), padded(size));
    transpose(room, padded(size), pairs, padded(size), to, to_row);
}

// The values of a call, in the backward pass its keys, turned once for all queries; an item is a block of them.
void turn(const Call& call, int64_t item, float* room) {
    const bool back = call.to_key.at;  // there, where keys have numbers; the gradient to the output may have none
    const Vectors& from = back ? call.key : call.value;
    const long size = back ? call.d : call.e, first = item % call.blocks() * FOLDED, head = item / call.blocks();
    const long row = call.turned_row(), count = call.k - first < FOLDED ? call.k - first : FOLDED;
    Half* to = call.turned + head * padded(size) * row + first;
    turn_halves(from.of<Half>(head / call.g, head % call.g, first), from.place, count, size, room,
                reinterpret_cast<float*>(to), row / 2);
}

// The same in columns, side by side in what a step of a sum takes: halves are paired in `room`, or turned for tiles.
template <class Number>
INLINE Numbers<Number> keys_across(const Call& call, const Vectors& from, long b, long g, long first, long count,
                                   long size, float* room) {
    if constexpr (is_half<Number> && TILED) {
        const long pairs = (count + 7) / 8 * 4, row = call.turned_row();
        if (call.turned && count % 2 == 0)  // else there may be no number where a partner is to be zero
            return {call.turned + (b * call.g + g) * padded(size) * row + first, row, 2};
        float* turned = room + pairs * padded(size);
        turn_halves(from.of<Half>(b, g, first), from.place, count, size, room, turned, pairs);
        return {reinterpret_cast<Half*>(turned), 2 * pairs, 2};
    } else if constexpr (is_half<Number>) {
        pair_rows(from.of<Half>(b, g, first), from.place, count, size, reinterpret_cast<Pair*>(room));
        return {reinterpret_cast<Half*>(room), 2, 2 * padded(size)};
    } else {
        const Numbers<Number> down = keys_down<Number>(call, from, b, g, first, count, size, room);
        return {down.at, down.step, down.row};
    }
}

}  // namespace
