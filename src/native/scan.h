// Causal sums over products, for linear attention: mixed[i] = Σ over j ≤ i of ⟨query[i], key[j]⟩ · value[j].
//
// Within a chunk of positions all pairs; what lies behind it is in a memory M = Σ key ⊗ value:
//
//     mixed = hidden(Q · Kᵀ) · V + Q · M        M += Kᵀ · V
//
// Three such sums, of which two run from the end, are the gradients: src/regard/kernels/scan.py says how. A head of the
// output meets all heads that share its group, one after the other. Where there are fewer heads than work for all
// threads, positions fall into segments, whose own memories are summed up first. Equal labels lie side by side, and parts
// of other labels are not read: a chunk's first run may go on with the memory, its last run is what the memory holds next.
#pragma once

#include "masks.h"
#include "rows.h"

namespace {

constexpr long CHUNK = 32;

// Positions first, …, first + count − 1.
struct Span {
    long first, count;
};

struct ScanRoom {
    float *memory, *query, *key, *across, *value, *scores, *mixed;
};

int64_t scan_scratch(const Scan& scan) {
    const int64_t f = padded(scan.f), e = padded(scan.e);
    return f * e + CHUNK * (3 * f + 2 * e + CHUNK);
}

ScanRoom scan_room(const Scan& scan, float* scratch) {
    const long f = padded(scan.f), e = padded(scan.e);
    float* memory = scratch;
    float* query = memory + f * e;
    float *key = query + CHUNK * f, *across = key + CHUNK * f, *value = across + CHUNK * f;
    float *scores = value + CHUNK * e, *mixed = scores + CHUNK * CHUNK;
    return {memory, query, key, across, value, scores, mixed};
}

void copy_rows(const Vectors& from, long b, long h, Span span, long size, float* to) {
    for (long i = 0; i < span.count; i++, to += padded(size)) {
        copy(from.of<float>(b, h, span.first + i), size, to);
        clear(to + size, padded(size) - size);
    }
}

// Of a chunk: where the run of position i begins and ends, counted from the chunk's first.
INLINE Span run_of(const int64_t* labels, Span span, long i) {
    if (!labels) return {0, span.count};
    const int64_t* own = labels + span.first;
    long from = i, to = i + 1;
    while (from > 0 && own[from - 1] == own[i]) from--;
    while (to < span.count && own[to] == own[i]) to++;
    return {from, to - from};
}

// Zeros where a position may not read.
void hide(const Scan& scan, const int64_t* labels, Span span, float* scores) {
    for (long i = 0; i < span.count; i++, scores += CHUNK) {
        const Span run = run_of(labels, span, i);
        const long from = scan.reverse ? most(run.first, i + scan.strict) : run.first;
        const long to = scan.reverse ? run.first + run.count : least(run.first + run.count, i + 1 - scan.strict);
        clear(scores, from);
        clear(scores + most(from, to), CHUNK - most(from, to));
    }
}

// The heads of one row that are worked on together.
struct Group {
    long b, query, queries, key, keys;
    const int64_t* labels;
};

INLINE Group group_of(const Scan& scan, long item) {
    const long groups = least(scan.h, scan.g), b = item / groups, group = item % groups;
    const long queries = scan.h / groups, keys = scan.g / groups;
    return {b, group * queries, queries, group * keys, keys, scan.labels ? scan.labels + b * scan.label_row : nullptr};
}

// Reads keys and values of a chunk, as rows, and keys across.
void read_keys(const Scan& scan, const Group& group, long head, Span span, const ScanRoom& room) {
    const long f = padded(scan.f);
    copy_rows(scan.key, group.b, head, span, scan.f, room.key);
    copy_rows(scan.value, group.b, head, span, scan.e, room.value);
    clear(room.key + span.count * f, (CHUNK - span.count) * f);
    transpose(room.key, f, CHUNK, f, room.across, CHUNK);
}

// M += Kᵀ · V, over some positions of a chunk that has been read.
void remember(const Scan& scan, Span part, const ScanRoom& room) {
    const long f = padded(scan.f), e = padded(scan.e);
    product<Into::sum>(scan.f, e, {room.key + part.first * f, 1, f}, room.value + part.first * e, e, part.count,
                       {room.memory, e});
}

// One chunk; `going` of its positions read the memory, `staying` are in it afterwards.
void scan_chunk(const Scan& scan, const Group& group, Span span, Span going, Span staying, const ScanRoom& room) {
    const long f = padded(scan.f), e = padded(scan.e);
    for (long k = 0; k < group.keys; k++) {
        read_keys(scan, group, group.key + k, span, room);
        for (long h = 0; h < group.queries; h++) {
            copy_rows(scan.query, group.b, group.query + h, span, scan.f, room.query);
            if (k == 0) {
                clear(room.mixed, span.count * e);
                product<Into::fresh>(going.count, e, {room.query + going.first * f, f, 1}, room.memory, e, scan.f,
                                     {room.mixed + going.first * e, e});
            }
            product<Into::fresh>(span.count, CHUNK, {room.query, f, 1}, room.across, CHUNK, scan.f, {room.scores, CHUNK});
            hide(scan, group.labels, span, room.scores);
            product<Into::sum>(span.count, e, {room.scores, CHUNK, 1}, room.value, e, span.count, {room.mixed, e});
            for (long i = 0; k == group.keys - 1 && i < span.count; i++)
                copy(room.mixed + i * e, scan.e, scan.mixed.of<float>(group.b, group.query + h, span.first + i));
        }
        if (k == 0 && staying.count < span.count) clear(room.memory, f * e);
        remember(scan, staying, room);
    }
}

INLINE long segment_size(const Scan& scan) { return (scan.n + CHUNK * scan.segments - 1) / (CHUNK * scan.segments) * CHUNK; }

// Calls work(span) for the chunks of a segment, in the order in which they are read.
template <class Work>
INLINE void each_chunk(const Scan& scan, long segment, Work work) {
    const long size = segment_size(scan), from = least(scan.n, segment * size), to = least(scan.n, from + size);
    const long chunks = (to - from + CHUNK - 1) / CHUNK;
    for (long i = 0; i < chunks; i++) {
        const long first = from + (scan.reverse ? chunks - 1 - i : i) * CHUNK;
        work(Span{first, least(CHUNK, to - first)});
    }
}

// The memory of one segment alone; items are (b, groups, segments). Only without labels.
void scan_sums(const Scan& scan, int64_t item, float* scratch) {
    const Group group = group_of(scan, item / scan.segments);
    const long size = padded(scan.f) * padded(scan.e);
    ScanRoom room = scan_room(scan, scratch);
    room.memory = scan.sums + item * size;
    clear(room.memory, size);
    each_chunk(scan, item % scan.segments, [&](Span span) {
        for (long k = 0; k < group.keys; k++) {
            read_keys(scan, group, group.key + k, span, room);
            remember(scan, {0, span.count}, room);
        }
    });
}

void scan_segment(const Scan& scan, int64_t item, float* scratch) {
    const Group group = group_of(scan, item / scan.segments);
    const long segment = item % scan.segments, size = padded(scan.f) * padded(scan.e);
    const ScanRoom room = scan_room(scan, scratch);
    clear(room.memory, size);
    for (long other = 0; other < scan.segments; other++)
        if (scan.reverse ? other > segment : other < segment)
            for (long i = 0; i < size; i += LANES)
                store(room.memory + i, load(room.memory + i) + load(scan.sums + (item - segment + other) * size + i));
    int64_t held = 0;  // the label of what is in memory
    bool any = false;
    each_chunk(scan, segment, [&](Span span) {
        const long first = scan.reverse ? span.count - 1 : 0, last = span.count - 1 - first;
        Span going = run_of(group.labels, span, first);
        const Span staying = run_of(group.labels, span, last);
        if (group.labels && any && group.labels[span.first + first] != held) {
            going.count = 0;
            clear(room.memory, size);
        }
        scan_chunk(scan, group, span, going, staying, room);
        any = true;
        if (group.labels) held = group.labels[span.first + last];
    });
}

}  // namespace
