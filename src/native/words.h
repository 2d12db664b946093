// The likeliest words of rows of states, whose scores are never all written: affine.h and best.h in one.
//
//     score = norm(x) · Wᵀ,   log p(w) = score(w) − lse,   lse = log Σ over the parts of sum · exp(peak)
//
// An item is a part of the vocabulary, a few panels, and up to 64 rows: scores that fit beside the panels into a core's own
// cache, where each row is looked through as in best.h. What the parts have found is put together at the end. How many
// there are depends on the vocabulary alone, so that the number of threads changes nothing.
#pragma once

#include "affine.h"
#include "best.h"

namespace {

constexpr long TOLD = PARTED * PANEL + LANES;  // from one row of a part to the next: no power of two

int64_t words_scratch(const Choice&) { return TOGETHER * (PANEL + TOLD); }

// Where a part writes of a row: its greatest score and its sum, then scores; how many they are, then their words.
struct Found {
    float *held, *scores;
    int64_t *count, *words;

    Found(const Choice& choice, long part, long row) {
        const long at = part * choice.of.rows + row;
        held = choice.some + at * (2 + choice.count), scores = held + 2;
        count = choice.theirs + at * (1 + choice.count), words = count + 1;
    }
};

// Just below the last of the words that some part has found for a row: no word below is among the best. Whoever comes
// later looks for less; what all have found in the end is the same.
INLINE float floor_known(const Choice& choice, long row) {
    float floor;
    __atomic_load(choice.floors + row, &floor, __ATOMIC_RELAXED);
    return floor;
}
INLINE void make_known(const Choice& choice, long row, float score) {
    float floor = std::nextafter(score, -INFINITE);
    if (floor > floor_known(choice, row)) __atomic_store(choice.floors + row, &floor, __ATOMIC_RELAXED);
}

void words_item(const Choice& choice, int64_t item, float* scratch) {
    const long groups = (choice.of.rows + TOGETHER - 1) / TOGETHER, panels = (choice.of.by.n + PANEL - 1) / PANEL;
    const long part = item / groups, first = part * PARTED, last = least(panels, first + PARTED);
    float* const scores = scratch + TOGETHER * PANEL;
    for (long panel = first; panel < last; panel++) {
        Area area(choice.of, panel * groups + item % groups);
        area.columns = PANEL;
        fill<false>(choice.of, area, scratch, {scores + (panel - first) * PANEL, TOLD});
    }
    const Area area(choice.of, first * groups + item % groups);
    const long before = first * PANEL, size = least(choice.of.by.n, last * PANEL) - before;
    for (long r = 0; r < area.rows; r++) {
        const Found found(choice, part, area.first + r);
        Ranks ranks{found.scores, found.words, choice.count, 0, floor_known(choice, area.first + r)};
        const Held held = gather<float>(scores + r * TOLD, size, least(size, most(0, choice.lowest - before)), ranks);
        found.held[0] = held.peak, found.held[1] = held.sum, *found.count = ranks.held;
        for (long i = 0; i < ranks.held; i++) found.words[i] += before;
        if (ranks.held == ranks.count) make_known(choice, area.first + r, ranks.scores[ranks.count - 1]);
    }
}

// The parts of a row together.
void words_row(const Choice& choice, int64_t row, float*) {
    Held all{-INFINITE, 0};
    Ranks ranks{choice.values + row * choice.count, choice.words + row * choice.count, choice.count};
    for (long part = 0; part < choice.parts; part++) {
        const Found found(choice, part, row);
        all.peak = found.held[0] > all.peak ? found.held[0] : all.peak;
        for (long i = 0; i < *found.count; i++) ranks.enter(found.scores[i], found.words[i]);
    }
    for (long part = 0; part < choice.parts; part++) {
        const float* const held = Found(choice, part, row).held;
        all.sum += held[0] == -INFINITE ? held[1] : held[1] * std::exp(held[0] - all.peak);
    }
    tell(ranks, all.lse(), choice.lowest);
}

}  // namespace
