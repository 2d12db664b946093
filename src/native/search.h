// Beam search over a transformer's decoder: token after token in one call, with nothing but the core's own data at hand.
//
//     grow      of each source the 2 · beam best of its hypotheses' next words; those that end are finished, the first
//               `beam` others are the new hypotheses
//     settle    sources leave that can get no better
//
// The rules, and their reasons, are those of src/regard/decoding/growing.py, which judges this file: the same sums in the
// same order, so the same hypotheses to the last bit.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "decoder.h"

constexpr int DIVERGED = 2;  // scores that are no numbers

struct Candidate {
    float total;
    int64_t row;
    int32_t word;
};

template <class Run>
struct Searching {
    Search& s;
    const Decoder<Run> decoder;
    std::vector<Candidate> best;
    std::vector<int64_t> parents;
    std::vector<float> scores;

    // 0 where all sources are done or as many steps are taken as were asked for.
    int go() {
        for (; s.steps > 0 && s.at_work > 0; s.steps--) {
            if (const int missing = step()) return missing;
            parents.clear(), scores.clear();
            for (int64_t i = 0; i < s.at_work; i++)
                if (!grow(i)) return DIVERGED;
            pass_on();
            if (!settle()) return DIVERGED;
        }
        return 0;
    }

   private:
    int64_t rows() const { return s.at_work * s.beam; }
    int32_t* tokens(int64_t row) const { return s.tokens[s.now] + row * s.row; }

    // The likeliest words after the last token of each row.
    int step() const {
        Step step = s.step;
        Choice choice = s.choice;
        step.rows = choice.of.rows = rows(), step.room = s.position + 1, step.free = s.free;
        step.slots = s.slots[s.now], step.slot_row = s.row, step.starts = s.starts, step.counts = s.counts;
        for (int64_t r = 0; r < step.rows; r++) {
            embed(tokens(r)[s.position], step.x + r * step.width);
            s.slots[s.now][r * s.row + s.position] = int32_t(s.free + r);
            choice.floors[r] = -std::numeric_limits<float>::infinity();
        }
        const int missing = decoder.step(step);
        s.free += step.rows;
        return missing ? missing : decoder.choose(choice);
    }

    void embed(int64_t token, float* x) const {
        const int64_t width = s.step.width;
        const float *word = s.table + token * width, *here = s.positions ? s.positions + s.position * width : nullptr;
        for (int64_t c = 0; c < width; c++) x[c] = word[c] * float(s.scale) + (here ? here[c] : 0.0f);
    }

    // The new hypotheses of one source; false where a score is no number.
    bool grow(int64_t i) {
        if (!look(i)) return false;
        for (int64_t j = 0; j < s.beam; j++) {
            const Candidate& each = best[j];
            const int64_t row = i * s.beam + each.row;
            if (each.word == s.end && std::isfinite(each.total))
                keep(s.sources[i], tokens(row) + 1, s.position, penalised(each.total, s.position + 1), true);
        }
        int64_t found = 0;
        for (const Candidate& each : best)
            if (each.word != s.end && found < s.beam) take(i * s.beam + each.row, each.total, each.word), found++;
        for (; found < s.beam; found++) take(i * s.beam, -INFINITY, 0);
        return true;
    }

    // The best next words of a source's hypotheses, as many as are looked at of each; of equals the first.
    bool look(int64_t i) {
        const int64_t count = s.choice.count;
        best.assign(count, {-INFINITY, 0, int32_t(s.end)});
        for (int64_t j = 0; j < s.beam; j++) {
            const int64_t row = i * s.beam + j;
            const float* values = s.choice.values + row * count;
            if (std::isnan(values[0])) return false;
            for (int64_t c = 0; c < count; c++) {
                const float total = s.scores[row] + values[c];
                if (!(total > best[count - 1].total)) break;  // nor are those behind it
                int64_t at = count - 1;
                for (; at > 0 && total > best[at - 1].total; at--) best[at] = best[at - 1];
                best[at] = {total, j, int32_t(s.choice.words[row * count + c])};
            }
        }
        return true;
    }

    void take(int64_t parent, float total, int32_t word) {
        parents.push_back(parent), scores.push_back(total);
        s.tokens[1 - s.now][(int64_t(parents.size()) - 1) * s.row + s.position + 1] = word;
    }

    // Each row goes on from its parent.
    void pass_on() {
        for (int64_t r = 0; r < rows(); r++) {
            std::memcpy(s.tokens[1 - s.now] + r * s.row, tokens(parents[r]), size_t(s.position + 1) * sizeof(int32_t));
            std::memcpy(s.slots[1 - s.now] + r * s.row, s.slots[s.now] + parents[r] * s.row, size_t(s.position + 1) * sizeof(int32_t));
        }
        std::copy(scores.begin(), scores.end(), s.scores);
        s.now = 1 - s.now, s.position++;
    }

    // Sources that need no more steps leave, and those behind them close up.
    bool settle() {
        int64_t going = 0;
        for (int64_t i = 0; i < s.at_work; i++) {
            const float first = s.scores[i * s.beam];
            if (!std::isfinite(first) && !s.held[s.sources[i]]) return false;
            if (!settled(i)) move(i, going++);
        }
        s.at_work = going;
        return true;
    }

    bool settled(int64_t i) {
        const int64_t source = s.sources[i], longest = s.limits[source], held = s.held[source];
        const double first = s.scores[i * s.beam];
        if (!std::isfinite(first)) return true;
        if (s.position >= longest) {
            for (int64_t r = i * s.beam; r < (i + 1) * s.beam; r++)
                if (s.held[source] < s.n_best && std::isfinite(s.scores[r]))
                    keep(source, tokens(r) + 1, s.position, penalised(s.scores[r], s.position), false);
            return true;
        }
        if (held < s.n_best) return false;
        const double hope = std::max(penalised(first, s.position + 1), penalised(first, longest + 1));
        return s.finished[source * s.keep + s.n_best - 1] >= hope || held >= s.beam;
    }

    void move(int64_t from, int64_t to) const {
        if (from == to) return;
        s.sources[to] = s.sources[from];
        for (int64_t j = 0; j < s.beam; j++) {
            const int64_t a = from * s.beam + j, b = to * s.beam + j;
            s.scores[b] = s.scores[a], s.starts[b] = s.starts[a], s.counts[b] = s.counts[a];
            std::memcpy(tokens(b), tokens(a), size_t(s.position + 1) * sizeof(int32_t));
            std::memcpy(s.slots[s.now] + b * s.row, s.slots[s.now] + a * s.row, size_t(s.position) * sizeof(int32_t));
        }
    }

    double penalised(double total, int64_t length) const {
        return total / std::pow(double(length > 1 ? length : 1), s.length_penalty);
    }

    // Among the finished of a source, best first; those that did not end come last, and of equals the first.
    void keep(int64_t source, const int32_t* line, int64_t length, double score, bool ended) const {
        double* const scores = s.finished + source * s.keep;
        int64_t* const lengths = s.lengths + source * s.keep;
        int32_t* const written = s.written + source * s.keep * s.row;
        const auto better = [&](int64_t at) { return ended != (lengths[at] >= 0) ? ended : score > scores[at]; };
        int64_t at = s.held[source];
        if (at == s.keep && !better(at - 1)) return;
        if (at == s.keep) at--;
        else s.held[source]++;
        for (; at > 0 && better(at - 1); at--) {
            scores[at] = scores[at - 1], lengths[at] = lengths[at - 1];
            std::memcpy(written + at * s.row, written + (at - 1) * s.row, size_t(s.row) * sizeof(int32_t));
        }
        scores[at] = score, lengths[at] = ended ? length : -1 - length;
        std::memcpy(written + at * s.row, line, size_t(length) * sizeof(int32_t));
    }
};
