// Everything that one call of the core is told. Python fills it (src/regard/native/call.py): the order of the fields is
// the same there, and each takes eight bytes. Sizes: b rows, h query heads, g key heads, q queries, k keys, d numbers of
// a query or key, e of a value.
#pragma once

#include <cstdint>

// Never a function of its own: the linker might keep the copy of another instruction set.
#define ALWAYS inline __attribute__((always_inline))

// Vectors of numbers without gaps, in any layout else: strides from row to row, head to head, place to place.
struct Vectors {
    void* at;
    int64_t row, head, place;

    template <class Number>
    ALWAYS Number* of(int64_t b, int64_t h, int64_t i) const {
        return static_cast<Number*>(at) + b * row + h * head + i * place;
    }
};

constexpr int64_t FOLDED = 256;  // keys that one item of `fold` or of `prepare` looks after

enum Kind : int64_t { softmax, relu, squared_relu, sigmoid, plain, normalized, sparsemax, entmax };

struct Call {
    // The part to compute: items; in the backward pass also which tiles of each.
    int64_t first, last, first_tile, last_tile;

    // Where things are. Null: there is none.
    Vectors query, key, value, output;                    // output: (b, h, q, e)
    float* statistics;                                    // (b, h, q, 2): weights.h says what; null if forward alone
    const float* parameter;                               // (h,), a sink or a bias
    const float *row, *column;                            // added to scores: (b, h, q), (b, h, k)
    const int64_t *starts, *key_lengths, *query_lengths;  // (b,)
    const struct Interval* interval;                      // masks.h
    const struct Grid* grid;                              // cells.h; where given, nothing else is asked who reads whom
    const struct Terms* terms;                            // terms.h
    const float* weight;                                  // additive scores: (weights, padded(d))
    float* shares;                                        // (b, g, k + 2, padded(d)): shares.h
    float* scores;                                        // kept for backward; wide: (b, h, tiles, k, tile); narrow: (b, h, q, padded(k));
                                                          // short: weights instead, as narrow
    float* partial;                                       // narrow: what parts leave, (chunks, b, h, q, …)
    uint16_t* turned;                                     // values, backward keys, (b, g, padded(size), turned_row()): rows.h

    // Where gradients are and go; forward: null.
    Vectors gradient, to_query, to_key, to_value;
    float *key_sums, *value_sums;                         // (chunks, b, g, k, padded(d)), (…, padded(e)); null: one chunk, in scratch
    float *row_slopes, *sink_slopes;                      // (b, h, q)
    float* column_slopes;                                 // (chunks, b, h, k)
    float* weight_slopes;                                 // wide: (chunks, b, h, padded(d)), Σ g · r; narrow: (b, h, d)

    // What is to be done.
    int64_t b, h, g, q, k, d, e;
    int64_t half;                                         // 1: vectors are bfloat16; 0: float32
    int64_t tile;                                         // queries that are worked on together: 16, 32, 48 or 64
    int64_t chunks;                                       // backward: parts that the queries of a key head fall into;
                                                          // narrow: parts that the keys fall into, forward
    int64_t threads;
    Kind kind;
    int64_t per_key;                                      // 1: divide by the number of readable keys
    double scale, eps;
    int64_t causal, start, before, after;                 // query i stands at start + i, sees so many places around
    int64_t seed, falling;                                // dropout.h; falling 0: none
    double kept;                                          // 1 / (1 − the chance to fall)
    int64_t weights;                                      // additive scores: 1, or h; dot scores: 0

    ALWAYS int64_t tiles() const { return (q + tile - 1) / tile; }
    ALWAYS int64_t group() const { return h / g; }
    ALWAYS bool additive() const { return weights > 0; }
    ALWAYS int64_t turned_row() const { return ((k + 31) / 32 | 1) * 32; }  // odd in lines of the cache: no two rows meet there
    ALWAYS int64_t blocks() const { return (k + FOLDED - 1) / FOLDED; }
    ALWAYS int64_t prepared() const { return turned ? b * g * blocks() : additive() ? b * g : 0; }  // items of `prepare`
};

// A size in whole registers, whatever their width.
ALWAYS int64_t padded(int64_t size) { return (size + 15) / 16 * 16; }

constexpr int64_t MOST_CHUNKS = 16;

// What may be read off the weights of a call: read.h. The greatest, or with `top` 0 what they amount to.
struct Reading {
    int64_t top, size;                // greatest weights of a query; side of a block
    float* weights;                   // (b, h, q, top)
    int64_t* keys;
    float *entropy, *columns;         // (b, h, q), (b, h, k)
    float* blocks;                    // (b, h, ⌈q/size⌉, ⌈k/size⌉)
};

// Another thing that may be asked for: scan.h. Vectors are float32.
struct Scan {
    int64_t first, last;                 // items: (b, the lesser of h and g, segments)
    Vectors query, key, value, mixed;    // (b, h, n, f), (b, g, n, f), (b, g, n, e), (b, h, n, e)
    const int64_t* labels;               // (b, n), or null
    float* sums;                         // (items, padded(f), padded(e)), for more than one segment
    int64_t label_row;                   // from the labels of one row to the next; 0: all have the same
    int64_t h, g, n, f, e;
    int64_t segments, reverse, strict, threads;
};

// One query a row over a pool of keys and values, for decoding: pool.h. Queries and outputs are float32.
struct Pool {
    const float* query;                  // (rows, h, d)
    float* output;                       // (rows, h, e)
    void *key, *value;                   // (slots, g, d), (slots, g, e)
    const int32_t *slots, *starts;       // (rows, room), `slot_row` apart, or null and (rows,)
    const int32_t* counts;               // (rows,): keys that a row reads; null: `room`
    const float* fresh;                  // (rows, g · d + g · e): a key and a value of each row, put in place first; or null
    int64_t query_row, fresh_row, key_slot, value_slot;  // from one to the next
    int64_t free, room, h, g, d, e, half;                // free: the place of the first fresh key
    double scale;
    int64_t slot_row;
};

// Rows of states times a packed matrix: affine.h. All but the matrix is float32.
struct Matrix {
    const void* weight;                  // (⌈n / 64⌉, ⌈k / each⌉, 64, each): 1 float32, 2 of bfloat16, 4 of eight bits
    const float *bias, *scales;          // (⌈n / 64⌉ · 64), or null; scales and `higher`: of eight bits
    const int32_t* higher;
    int64_t k, n, type;                  // 0 float32, 1 bfloat16, 2 eight bits
};
struct Norm {
    const float *gain, *shift;           // (k,), or null: none
    double eps;
};
struct Affine {
    Matrix by;
    Norm norm;
    const float* x;                      // (rows, k)
    void* ready;                         // room for rows, in sixteens, in the type of the matrix: affine.h; null: x as it lies
    float* y;                            // (rows, padded(n))
    int64_t x_row, y_row, rows, onto, relu;

    ALWAYS int64_t items() const { return (by.n + 63) / 64 * ((rows + 63) / 64); }
};

// A step of a transformer's decoder, a token a row: decoder.h. Blocks normed before their parts.
struct Block {
    Matrix into, joined, asked, answered, inner, outer;
    Norm itself, source, feed;
    void* store;                         // (slots, 2 · g · d): keys and values that were written
    const void* kept;                    // (places, 2 · g · d): those of the source
};
struct Step {
    const Block* blocks;
    float *x, *made, *mixed, *hidden;    // (rows, width), in and out; room for each product
    void* ready;
    const int32_t *slots, *starts, *counts;  // (rows, room) of what was written, or null; (rows,) of the source
    int64_t depth, rows, room, source_room, free, width, h, g, half, threads;
    int64_t slot_row;                        // from the slots of one row to those of the next
};

// The likeliest words of rows of scores: best.h.
struct Best {
    const void* scores;                  // (rows, size)
    float* values;                       // (rows, count)
    int64_t* words;
    int64_t row, rows, size, lowest, count, half, threads;
};
// … of rows of states, by the table that scores them: words.h.
constexpr int64_t PARTED = 16;           // panels of a part
struct Choice {
    Affine of;                           // its y is not written
    float* values;                       // (rows, count)
    int64_t* words;
    float* some;                         // room for what the parts find: (parts, rows, 2 + count), (parts, rows, 1 + count)
    int64_t* theirs;
    float* floors;                       // (rows,), −∞ at first
    int64_t lowest, count, parts, threads;  // parts: ⌈n / 64 / 16⌉

    ALWAYS int64_t items() const { return parts * ((of.rows + 63) / 64); }
};

// Beam search with such steps, many tokens in one call: search.h. A row is a hypothesis, `beam` of them a source.
struct Search {
    Step step;                               // its rows, room, free and slots are told below
    Choice choice;                           // its rows, too
    const float *table, *positions;          // (v, width), (most, width), or null: what a row's x is made of
    double scale;                            // of the table
    int32_t *slots[2], *tokens[2];           // (rows, row): places, and what is written; the ones at work and room for the next
    int32_t *starts, *counts;                // (rows,) of the source
    float* scores;                           // (sources, beam)
    int64_t *sources, *limits, *held;        // numbers of those at work; longest targets and how many are finished, of all
    double* finished;                        // scores (sources, keep), best first
    int64_t* lengths;                        // (sources, keep) of the finished; −1 − length of what did not end
    int32_t* written;                        // (sources, keep, row)
    int64_t row, beam, n_best, keep, end;    // row: from one line of tokens to the next
    double length_penalty;
    int64_t at_work, position, free, now, steps;  // both ways: sources, tokens before, the next place, slots[now], steps to take
};
struct Strip;  // cells.h

// What a file compiled for one instruction set has to offer. An item is computed by one thread with its own scratch.
struct Table {
    const char* name;
    int64_t (*prepare_scratch)(const Call&);  // floats
    void (*prepare)(const Call&, int64_t item, float* scratch);
    int64_t (*forward_scratch)(const Call&);
    void (*forward)(const Call&, int64_t item, float* scratch);
    int64_t (*backward_scratch)(const Call&);
    void (*backward)(const Call&, int64_t item, float* scratch);
    void (*fold)(const Call&, int64_t item);
    void (*sum_bias)(const Call&, int64_t item, float* scratch);
    int64_t (*narrow_forward_scratch)(const Call&);
    void (*narrow_forward)(const Call&, int64_t item, float* scratch);
    void (*narrow_join)(const Call&, int64_t place, float* scratch);
    int64_t (*narrow_backward_scratch)(const Call&);
    void (*narrow_backward)(const Call&, int64_t item, float* scratch);
    int64_t (*short_forward_scratch)(const Call&);
    void (*short_forward)(const Call&, int64_t item, float* scratch);
    int64_t (*short_backward_scratch)(const Call&);
    void (*short_backward)(const Call&, int64_t item, float* scratch);
    int64_t (*read_scratch)(const Call&, const Reading&);
    void (*read)(const Call&, const Reading&, int64_t item, float* scratch);
    int64_t (*scan_scratch)(const Scan&);
    void (*scan_sums)(const Scan&, int64_t item, float* scratch);
    void (*scan_segment)(const Scan&, int64_t item, float* scratch);
    int64_t (*pool_scratch)(const Pool&);
    void (*pool_row)(const Pool&, int64_t row, float* scratch);
    void (*best_row)(const Best&, int64_t row, float* scratch);
    int64_t (*affine_scratch)(const Affine&);
    void (*affine_ready)(const Affine&, int64_t row, float* scratch);
    void (*affine_item)(const Affine&, int64_t item, float* scratch);
    int64_t (*words_scratch)(const Choice&);
    void (*words_item)(const Choice&, int64_t item, float* scratch);
    void (*words_row)(const Choice&, int64_t row, float* scratch);
    void (*pack)(const Strip&);
    void (*peak)(int64_t operations, float* out);
    bool paired;  // multiplies bfloat16 as such, two numbers a lane (pairs.h); else as float32
    bool tiled;   // … and by tiles (tiles.h)
    bool bytes;   // multiplies numbers of eight bits (bytes.h)
};
