// Dropout by the documented hash of src/regard/kernels/hashing.py, so that every kernel drops the same weights:
//
//     row[b, h, q] = mix64(mix64(mix64(mix64(seed) + b) + h) + q)   mod 2³²
//     bits[k]      = mix32(row + k · 0x9E3779B9)                     mod 2³²
//     keep         = bits ≥ falling, and what is kept is multiplied by 1 / (1 − p)
#pragma once

#include "weights.h"

namespace {

INLINE uint64_t mix64(uint64_t x) {
    x += 0x9E3779B97F4A7C15;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return x ^ (x >> 31);
}

INLINE Words mix32(Words x) {
    x = (x ^ (x >> 16)) * all(0x7FEB352Du);
    return (x ^ (x >> 15)) * all(0x846CA68Bu);
}

INLINE uint64_t head_hash(const Call& call, long b, long h) {
    return mix64(mix64(mix64(uint64_t(call.seed)) + uint64_t(b)) + uint64_t(h));
}

INLINE uint32_t query_hash(uint64_t head, long query) { return uint32_t(mix64(head + uint64_t(query))); }

INLINE uint32_t hash_of(const Call& call, long b, long h, long query) { return query_hash(head_hash(call, b, h), query); }

constexpr uint32_t APART = 0x9E3779B9u;  // what keys are multiplied with

// Which weights of pairs stay, from the hashes of their rows and their keys · APART; and what dropout leaves of numbers.
INLINE Ints stay(const Call& call, Words row, Words key) { return mix32(row + key) >= all(uint32_t(call.falling)); }

INLINE Floats dropped(const Call& call, Words row, Words key, Floats value) {
    return choose(stay(call, row, key), value * all(float(call.kept)), Floats{});
}

// The hashes of queries query, query + 1, … of head h of row b.
void hash_rows(const Call& call, long b, long h, long query, Lanes& lanes) {
    for (long i = 0; i < MOST; i++) lanes.hash[i] = hash_of(call, b, h, query + i);
}

// What dropout leaves of a tile of weights, or of gradients to them, in place.
void drop(const Call& call, const Lanes& lanes, Tile tile) {
    for (long v = tile.skipped; v < tile.end(); v += LANES) {
        const Words row = (Words)load(reinterpret_cast<const int32_t*>(lanes.hash) + v);
        for (long i = 0; i < tile.keys; i++) {
            float* at = tile.at + i * tile.width + v;
            store(at, dropped(call, row, all(uint32_t(tile.key + i) * APART), load(at)));
        }
    }
}

}  // namespace
