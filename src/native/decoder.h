// A step of a transformer's decoder, for a few rows or a few hundred: one call from Python for all its products.
//
//     x += joined(read(into(norm(x)))) + answered(read(asked(norm(x)))) + outer(relu(inner(norm(x))))   block by block
//
// `into` gives query, key and value side by side; the key and the value go into the pool and stay there (pool.h). Every
// line below is a loop over items, shared by the threads. `Run` runs it: run(items, floats of scratch, cost, work).
//
// The few words of a sentence are encoded by the same steps, all at once: without slots a row reads the keys and values
// that were made with it, from `starts` on; blocks without a source leave that part out.
#pragma once

#include <cmath>

#include "call.h"

// Multiplications of eight bits for which a second thread is worth waking: some fifteen microseconds.
constexpr int64_t ENOUGH = 4 << 20;

template <class Run>
struct Decoder {
    const Table& table;
    Run run;

    int multiply(const Affine& affine) const {
        const int missing = make_ready(affine);
        return missing ? missing : run(affine.items(), table.affine_scratch(affine), cost(affine), [&](int64_t item, float* own) {
            table.affine_item(affine, item, own);
        });
    }

    int choose(const Choice& choice) const {
        const Affine& by = choice.of;
        int missing = make_ready(by);
        if (!missing) missing = run(choice.items(), table.words_scratch(choice), cost(by), [&](int64_t item, float* own) {
            table.words_item(choice, item, own);
        });
        return missing ? missing : run(by.rows, 0, by.rows * choice.parts * choice.count * 16, [&](int64_t row, float* own) {
            table.words_row(choice, row, own);
        });
    }

    int step(const Step& step) const {
        int missing = 0;
        for (int64_t i = 0; i < step.depth && !missing; i++) missing = block(step, step.blocks[i]);
        return missing;
    }

   private:
    // What costs as much in multiplications of eight bits.
    static int64_t cost(const Affine& affine) {
        return affine.rows * affine.by.k * affine.by.n * (affine.by.type == 0 ? 8 : affine.by.type == 1 ? 2 : 1);
    }

    int make_ready(const Affine& affine) const {
        return !affine.ready ? 0 : run(affine.rows, 0, affine.rows * affine.by.k * 32, [&](int64_t row, float* own) {
            table.affine_ready(affine, row, own);
        });
    }

    int read(const Pool& pool, int64_t rows) const {
        return run(rows, table.pool_scratch(pool), rows * pool.room * pool.h * (pool.d + pool.e) * 8, [&](int64_t row, float* own) {
            table.pool_row(pool, row, own);
        });
    }

    int block(const Step& s, const Block& by) const {
        int missing = apply(s, by.into, by.itself, s.x, s.made);
        if (!missing) missing = read(own(s, by), s.rows);
        if (!missing) missing = apply(s, by.joined, {}, s.mixed, s.x, true);
        if (by.asked.weight) {
            if (!missing) missing = apply(s, by.asked, by.source, s.x, s.made);
            if (!missing) missing = read(others(s, by), s.rows);
            if (!missing) missing = apply(s, by.answered, {}, s.mixed, s.x, true);
        }
        if (!missing) missing = apply(s, by.inner, by.feed, s.x, s.hidden, false, true);
        if (!missing) missing = apply(s, by.outer, {}, s.hidden, s.x, true);
        return missing;
    }

    // y = norm(x) · Wᵀ + b, or onto y.
    int apply(const Step& s, const Matrix& by, const Norm& norm, const float* x, float* y, bool onto = false, bool relu = false) const {
        void* const ready = by.type || norm.gain ? s.ready : nullptr;
        return multiply({by, norm, x, ready, y, padded(by.k), padded(by.n), s.rows, onto, relu});
    }

    Pool own(const Step& s, const Block& by) const {
        const int64_t d = s.width / s.h, kept = s.g * d, row = padded(s.width + 2 * kept);
        float* const key = s.made + s.width;
        if (!s.slots)
            return {s.made, s.mixed, key, key + kept, nullptr, s.starts, s.counts, nullptr, row, 0, row, row,
                    0, s.room, s.h, s.g, d, d, 0, scale(d), 0};
        return {s.made, s.mixed, by.store, behind(s, by.store), s.slots, nullptr, nullptr, key, row, row, 2 * kept, 2 * kept,
                s.free, s.room, s.h, s.g, d, d, s.half, scale(d), s.slot_row};
    }

    Pool others(const Step& s, const Block& by) const {
        const int64_t d = s.width / s.h, kept = s.g * d;
        void* const at = const_cast<void*>(by.kept);
        return {s.made, s.mixed, at, behind(s, at), nullptr, s.starts, s.counts, nullptr,
                s.width, 0, 2 * kept, 2 * kept, 0, s.source_room, s.h, s.g, d, d, s.half, scale(d), 0};
    }

    // Where values are: behind the keys of the same place.
    static void* behind(const Step& s, void* keys) {
        return static_cast<char*>(keys) + s.g * (s.width / s.h) * (s.half ? 2 : 4);
    }

    static double scale(int64_t d) { return 1 / std::sqrt(double(d)); }
};
