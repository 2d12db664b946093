// The native core: attention on a CPU at the speed of its multiply-add units. Start reading here.
//
// One call computes   output = weights · V,   weights = normalizer(scale · Q · Kᵀ + terms)   for all rows of a batch and
// all heads, without ever holding more scores than a tile of them (a strip of rows for sparsemax and entmax). Additive
// scores may take the place of products.
//
// Queries lie in lanes. A tile is up to 64 queries, turned so that number c of all of them fills registers side by side:
//
//                        queries →                                           queries →
//              c  ┌──────────────────┐                            keys ┌──────────────────┐
//              ↓  │        Qᵀ        │   d × 64                    ↓   │        Pᵀ        │  96 × 64
//                 └──────────────────┘                                 └──────────────────┘
//          ┌────┐ ┌──────────────────┐                  ┌────────────┐ ┌──────────────────┐
//    keys  │ K  │·│  Sᵀ = K · Qᵀ     │   96 × 64     e  │     Vᵀ     │·│  Oᵀ += Vᵀ · Pᵀ   │  e × 64
//     ↓    └────┘ └──────────────────┘               ↓  └────────────┘ └──────────────────┘
//
// So the largest score and the sum of a row are found lane by lane, without shuffling; keys and values are read number by
// number, where they are, and never copied; only Q and O, 64 rows each, are turned. Both products, and all five of the
// backward pass, are one micro-kernel: product.h, which is where the time goes.
//
// One query or a few would leave most lanes empty: there keys lie in lanes (narrow.h). So they do where queries and keys are
// few enough for all scores of a head to be at hand at once, the words of a sentence (short.h).
//
// In the order of reading:
//
//     lanes.h      a register of floats, whatever its width; 2^x        call.h       what Python asks for
//     product.h    C = A · B                                            pairs.h      bfloat16, two numbers a lane
//     tiles.h      … and 16 × 16 at a time (AMX)
//     masks.h      which keys a query reads: an interval                cells.h      … or any: bits of tiles
//     rows.h       tensors to rows of floats and back                   weights.h    normalizers: curves and their slopes
//     threshold.h  sparsemax and entmax: the search for τ               dropout.h    which weights fall
//     shares.h     what additive scores are made of                     additive.h   those scores, and their slopes
//     terms.h      what is added to the scores of pairs
//     scores.h     a tile of queries and a tile of keys meet            forward.h, recall.h, backward.h
//     spans.h      vectors where they lie, numbers in lanes             narrow.h, narrow_….h   a few queries: strips of scores
//     short.h, short_….h   sentences: all scores of a head at once
//     read.h       the greatest weights, entropies, sums                 scan.h       causal linear attention, chunk by chunk
//     pool.h       decoding: one query over keys anywhere        affine.h     … states times a packed matrix
//     bytes.h      … of eight bits                               best.h       … the likeliest words
//     words.h      … the likeliest, never all             decoder.h    a step of all blocks
//     search.h     beam search, token after token
//     peak.h       what could be had                                    entry.cpp    the door: instruction sets, threads, memory
//
// This file is compiled once for each instruction set, with -DISA=baseline, avx2, … and the flags of that set; everything
// in the headers is local to it, and the table at its end is all that others see.
#include "backward.h"
#include "best.h"
#include "forward.h"
#include "affine.h"
#include "narrow_backward.h"
#include "narrow_forward.h"
#include "pool.h"
#include "read.h"
#include "scan.h"
#include "short_backward.h"
#include "short_forward.h"
#include "words.h"
#include "peak.h"

#define JOINED(a, b) a##b
#define JOIN(a, b) JOINED(a, b)
#define QUOTED(a) #a
#define QUOTE(a) QUOTED(a)

extern const Table JOIN(regard_table_, ISA);
const Table JOIN(regard_table_, ISA) = {
    QUOTE(ISA),
    prepare_scratch, prepare,
    forward_scratch, forward,
    backward_scratch, backward, fold, sum_bias,
    narrow_forward_scratch, narrow_forward, narrow_join, narrow_backward_scratch, narrow_backward,
    short_forward_scratch, short_forward, short_backward_scratch, short_backward,
    read_scratch, read,
    scan_scratch, scan_sums, scan_segment,
    pool_scratch, pool_row, best_row, affine_scratch, affine_ready, affine_item,
    words_scratch, words_item, words_row,
    pack,
    peak, PAIRED, TILED, BYTES_TOO,
};
