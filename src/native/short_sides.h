// The sides of the products of short sequences: vectors and scores, read as A or as B of C = A · B (product.h).
//
//                 as they are            float32                   halves
//     A           vectors in rows        the same, where they are  the same
//     A           scores, weights        the same; by columns      narrowed; by columns paired and turned
//     B           vectors in rows        the same                  paired, one below the other
//     B           vectors turned         turned                    turned, two numbers at a time
//
// Sums of halves are over even numbers of steps, of whole tiles where there are any: zeros fill them up.
#pragma once

#include "short.h"

namespace {

template <class Number>
constexpr long DEEP = is_half<Number> ? (TILED ? 32 : 2) : 1;

// How many steps a sum over so many queries or keys takes.
template <class Number>
INLINE long steps_of(long count) {
    return (count + DEEP<Number> - 1) / DEEP<Number> * DEEP<Number> / EACH<Number>;
}

constexpr long MORE = 32;  // rows of room beyond those that there are

// Some vectors of a head: of keys, or of the queries that read, with zeros for one that reads nothing, whatever it holds.
struct Some {
    const Vectors& from;
    long b, h, first, count, size;
    const Readers* by = nullptr;  // null: keys

    bool there(long i) const { return !by || !by->gaps || by->first[i] < by->last[i]; }
};

template <class Number>
struct Sides {
    Numbers<Number> left;
    const Lane<Number>* right = nullptr;
    long row = 0;
};

// Vectors as A, and where `both` as B; `room` for (count + MORE) rows of floats.
template <class Number>
Sides<Number> sides_of(const Call& call, const Some& some, float* room, bool both = true) {
    const long row = padded(some.size), gaps = some.by && some.by->gaps;
    Number* copied = reinterpret_cast<Number*>(room);
    if (!is_half<Number> && !gaps && in_place(call, some.size)) {
        Number* at = some.from.of<Number>(some.b, some.h, some.first);
        return {{at, some.from.place, EACH<Number>}, as_lanes<Number>(reinterpret_cast<float*>(at)), some.from.place};
    }
    for (long i = 0; i < some.count; i++)
        if (some.there(i))
            read_row(call, some.from, some.b, some.h, some.first + i, some.size, copied + i * row);
        else
            clear(copied + i * row, row);
    Sides<Number> found{{copied, row, EACH<Number>}, as_lanes<Number>(room), row};
    if constexpr (is_half<Number>) {
        Pair* pairs = reinterpret_cast<Pair*>(copied + some.count * row);
        const long made = in_lanes<Number>(some.count), steps = steps_of<Number>(some.count);
        if (both) pair_rows(copied, row, some.count, row, pairs), clear(pairs + made * row, (steps - made) * row);
        found.right = pairs;
    }
    return found;
}

// Vectors turned: lanes (steps, width), of one vector each, with zeros behind the last, up to a multiple of 16.
template <class Number>
void turn_rows(Numbers<Number> rows, long count, long size, float* to, long width) {
    const float* from = reinterpret_cast<const float*>(rows.at);
    const long whole = count / 4 * 4, row = in_lanes<Number>(rows.row), steps = in_lanes<Number>(padded(size));
    if (count < padded(count))
        for (long c = 0; c < steps; c++) clear(to + c * width + padded(count) - 16, 16);
    transpose(from, row, whole, steps, to, width);
    for (long r = whole; r < count; r++)
        for (long c = 0; c < steps; c++) to[c * width + r] = from[r * row + c];
}

// Rows of scores as A; `room` for halves of (count, k + MORE).
template <class Number>
Numbers<Number> scores_down(const float* scores, long width, long count, long keys, float* room) {
    if constexpr (!is_half<Number>) return {scores, width, 1};
    const long row = (keys + 31) / 32 * 32;
    Half* to = reinterpret_cast<Half*>(room);
    for (long i = 0; i < count; i++) {
        for (long v = 0; v < padded(keys); v += LANES) narrow(to + i * row + v, load(scores + i * width + v));
        clear(to + i * row + padded(keys), row - padded(keys));
    }
    return {reinterpret_cast<Number*>(to), row, 2};
}

// Their columns as A: room for pairs of (count + MORE, width), twice.
template <class Number>
Numbers<Number> scores_across(const float* scores, long width, long count, long keys, float* room) {
    if constexpr (!is_half<Number>) return {scores, 1, width};
    const long steps = steps_of<Number>(count), lanes = padded(keys);
    for (long i = 0; i < steps; i++)
        for (long v = 0; v < lanes; v += LANES) {
            const auto row = [&](long r) { return r < count ? load(scores + r * width + v) : Floats{}; };
            store(reinterpret_cast<Pair*>(room) + i * lanes + v, joined(row(2 * i), row(2 * i + 1)));
        }
    if (!TILED) return {reinterpret_cast<Number*>(room), 2, 2 * lanes};
    float* turned = room + steps * lanes;
    transpose(room, lanes, steps, lanes, turned, steps);
    return {reinterpret_cast<Number*>(turned), 2 * steps, 2};
}

// Rows of sums over keys, C = weights · rows. A query hears nothing of what it may not read, where 0 · NaN would be NaN.
template <class Number>
void sum_keys(const Call& call, const Readers& by, const float* weights, long width, const Some& some,
              const Sides<Number>& rows, float* room, Rows to) {
    const long columns = padded(some.size);
    if (!by.alike) {
        const auto [floats, right, row] = sides_of<float>(call, some, room);
        const bool apart = !finite(floats, by.keys(), columns);
        for (long i = 0; apart && i < by.queries; i++) {
            const long first = most(by.first[i], by.from) - by.from;
            product<Into::fresh>(1, columns, Numbers<float>{weights + i * width + first, width, 1}, right + first * row, row,
                                 by.last[i] - by.first[i], {to.at + i * to.row, to.row});
        }
        if (apart) return;
    }
    const auto left = scores_down<Number>(weights, width, by.queries, by.keys(), room);
    product<Into::fresh>(by.queries, columns, left, rows.right, rows.row, steps_of<Number>(by.keys()), to);
}

// The sum over queries of the rows of a key, C = weightsᵀ · rows; or C + it. Tiles fill rows up to a multiple of 16.
template <class Number>
void sum_queries(const Readers& by, const float* weights, long width, const Sides<Number>& rows, long size, bool begun,
                 float* room, Rows to) {
    const auto left = scores_across<Number>(weights, width, by.queries, by.keys(), room);
    const long steps = steps_of<Number>(by.queries), keys = is_half<Number> && TILED ? padded(by.keys()) : by.keys();
    if (begun)
        product<Into::sum>(keys, padded(size), left, rows.right, rows.row, steps, to);
    else
        product<Into::fresh>(keys, padded(size), left, rows.right, rows.row, steps, to);
}

// What `sum_keys` and `sum_queries` want of room.
INLINE long sums_room(const Call& call) {
    return (most(call.q, call.k) + MORE) * most(2 * (padded(call.k) + MORE), most(padded(call.d), padded(call.e)));
}

}  // namespace
