// A mask of any kind, as a grid of cells: a tile of queries by 64 keys each. A cell is read by nobody, by everybody, or
// it has 64 words, one for each key, whose bit number i says whether query i of the tile reads that key.
//
//     queries ↓   · · · ■ ■ ▒ · · ▒ ▒ · ■ · ·    → cells of 64 keys
//
// The grid says everything about who reads whom: causality and lengths are in it. It is made once for a call and serves
// all rows and heads that do not differ; Python finds out which cells are surely empty or full, and looks at the pairs
// of the others, which `pack` then makes words of.
#pragma once

#include "masks.h"

struct Grid {
    const int32_t* cells;   // (b or 1, h or 1, tiles, cells of a row): EMPTY, FULL, or the number of its 64 words
    const uint64_t* words;
    int64_t row, head;      // strides of cells; 0 where rows or heads do not differ
};

// Pairs of some rows, heads and consecutive tiles of queries, for some columns of cells.
struct Strip {
    const uint8_t* allowed;                     // (rows, heads, queries, 64 · columns or less): 1 may read
    int64_t row, head, query;                   // its strides
    int64_t rows, heads, queries, columns;      // how many of each
    const int64_t* column;                      // which columns
    int32_t* cells;                             // of the first row, head and tile
    int64_t cells_row, cells_head;              // strides; tiles lie without gaps
    uint64_t* words;
    int64_t* used;                              // cells that have words so far
    int64_t tile, k;
};

namespace {

constexpr int32_t EMPTY = -1, FULL = -2, UNKNOWN = -3;
constexpr long CELL = 64;

INLINE long cells_of_row(long keys) { return (keys + CELL - 1) / CELL; }

// Calls work(first key, last key, words or null) for every stretch of keys that the queries visit.
template <class Work>
INLINE void each_stretch(const Call& call, const Reach& reach, Work work) {
    if (!reach.cells) {
        if (reach.from < reach.to) work(reach.from, reach.to, nullptr);
        return;
    }
    const long columns = cells_of_row(call.k);
    for (long u = 0, next; u < columns; u = next) {
        const int32_t cell = reach.cells[u];
        next = u + 1;
        if (cell == EMPTY) continue;
        while (next < columns && reach.cells[next] == (cell == FULL ? FULL : cell + (next - u))) next++;
        work(u * CELL, least(call.k, next * CELL), cell == FULL ? nullptr : call.grid->words + cell * CELL);
    }
}

INLINE const int32_t* cells_at(const Call& call, long b, long h, long tile) {
    return call.grid->cells + b * call.grid->row + h * call.grid->head + tile * cells_of_row(call.k);
}

Reach reach_by_cells(const Call& call, long b, long h, long query, long count) {
    Reach found{{}, {}, {}, call.k, 0, 0, call.k, cells_at(call, b, h, query / call.tile)};
    each_stretch(call, found, [&](long first, long last, const uint64_t* words) {
        found.from = least(found.from, first), found.to = last;
        for (long v = 0; v < padded(count); v += LANES) {
            Ints read = load(found.count + v);
            if (words)
                for (long i = 0; i < last - first; i++) read -= bits(words[i], v);
            else
                read += all(int32_t(last - first));
            store(found.count + v, read);
        }
    });
    for (long i = count; i < MOST; i++) found.count[i] = 0;
    return found;
}

// What queries query, …, query + count − 1 of a tile may read.
INLINE Reach reach_of(const Call& call, long b, long h, long query, long count) {
    return call.grid ? reach_by_cells(call, b, h, query, count) : reach_by_bounds(call, b, query, count);
}

// The keys that some of the tiles first, …, last − 1 of a head may read lie from `from` to `to`.
INLINE void reach_of_tiles(const Call& call, long b, long h, long first, long last, long* from, long* to) {
    long unused;
    if (!call.grid) {
        bounds(call, b, first * call.tile, from, &unused);
        bounds(call, b, least(call.q, last * call.tile) - 1, &unused, to);
        *from = least(call.k, *from), *to = most(*from, *to);
        return;
    }
    *from = call.k, *to = 0;
    for (long tile = first; tile < last; tile++) {
        const int32_t* cells = cells_at(call, b, h, tile);
        for (long u = 0; u < cells_of_row(call.k); u++)
            if (cells[u] != EMPTY) *from = least(*from, u * CELL), *to = most(*to, least(call.k, (u + 1) * CELL));
    }
    *from = least(*from, *to);
}

// Words of `keys` keys, with a bit for each of `count` queries; whether they are all zeros, or all ones.
INLINE int32_t pack_cell(const uint8_t* allowed, long query, long count, long keys, uint64_t* words) {
    for (long j = 0; j < CELL; j++) words[j] = 0;
    for (long i = 0; i < count; i++)
        for (long j = 0; j < keys; j++) words[j] |= uint64_t(allowed[i * query + j]) << i;
    uint64_t some = 0, every = ~uint64_t(0) >> (CELL - count);
    const uint64_t whole = every;
    for (long j = 0; j < keys; j++) some |= words[j], every &= words[j];
    return some == 0 ? EMPTY : every == whole ? FULL : UNKNOWN;
}

// Looks at the cells that are UNKNOWN.
void pack(const Strip& strip) {
    const long tiles = (strip.queries + strip.tile - 1) / strip.tile, columns = cells_of_row(strip.k);
    for (long b = 0; b < strip.rows; b++)
        for (long h = 0; h < strip.heads; h++)
            for (long t = 0; t < tiles; t++)
                for (long c = 0; c < strip.columns; c++) {
                    const long u = strip.column[c], query = t * strip.tile;
                    int32_t& cell = strip.cells[b * strip.cells_row + h * strip.cells_head + t * columns + u];
                    if (cell != UNKNOWN) continue;
                    const uint8_t* allowed = strip.allowed + b * strip.row + h * strip.head + query * strip.query;
                    cell = pack_cell(allowed + c * CELL, strip.query, least(strip.tile, strip.queries - query),
                                     least(CELL, strip.k - u * CELL), strip.words + *strip.used * CELL);
                    if (cell == UNKNOWN) cell = int32_t((*strip.used)++);
                }
}

}  // namespace
