// What backward knows of a tile of queries before the first key, and what it tells of them after the last.
#pragma once

#include "scores.h"

namespace {

// ⟨output, gradient⟩ of one query; `room` holds two rows.
float inner(const Call& call, const Queries& at, long i, float* room) {
    const long e = padded(call.e);
    read_row(call, call.output, at.b, at.h, at.query + i, call.e, room);
    read_row(call, call.gradient, at.b, at.h, at.query + i, call.e, room + e);
    Floats sum{};
    for (long c = 0; c < e; c += LANES) sum += load(room + c) * load(room + e + c);
    return total(sum);
}

// Statistics, and δ = ⟨output, gradient⟩.
void recall(const Call& call, const Queries& at, const Reach& reach, float* room, Lanes& lanes) {
    start_lanes(call, at, reach, lanes);
    recall_rows(call, at, reach, lanes);
    for (long i = 0; i < at.width && !searched(call.kind); i++)
        if (reach.reads(i)) lanes.delta[i] = inner(call, at, i, room);
}

// For each query, the gradients to what was added to its scores and to a sink.
//
// With softmax both follow from the sink's share p of the row: weights sum to 1 − p, so that slopes have summed to
// δ − δ' · (1 − p), where δ is exact and δ' came from an output that may have been rounded. A sink's gradient is −p · δ.
void write_slopes(const Call& call, const Queries& at, Lanes& lanes) {
    const long place = place_of(call, at);
    if (exponential(call.kind)) {
        const Floats sink = all(call.parameter ? call.parameter[at.h] * float(unit(call.kind)) : -INFINITE);
        for (long v = 0; v < at.width; v += LANES) {
            const Floats share = exp2(sink - load(lanes.peak + v)) * load(lanes.inverse + v);
            const Floats delta = load(lanes.sums + v) + load(lanes.delta + v) * (all(1.0f) - share);
            store(lanes.sums + v, share * delta);
        }
    }
    if (call.row_slopes) std::memcpy(call.row_slopes + place, lanes.sums, at.count * sizeof(float));
    if (!call.sink_slopes) return;
    for (long i = 0; i < at.count; i++) call.sink_slopes[place + i] = -lanes.sums[i];
}

}  // namespace
