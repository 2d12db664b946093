// The likeliest words of a row of scores, with their log-probabilities: one pass for the greatest, one for the sum, one
// that compares whole registers with the last of the best so far, so that the row is never sorted and never copied.
//
//     log p(w) = score(w) − lse,   lse = m + log Σ exp(score − m),   m the greatest score
//
// Of equal scores the word that comes first is first. Words before `lowest` count in the sum but are never taken. A score
// that is no number makes every probability of its row none.
#pragma once

#include <algorithm>

#include "narrow.h"
#include "rows.h"

namespace {

INLINE Floats get(const float* from) { return load(from); }
INLINE Floats get(const uint16_t* from) { return widen(from); }
INLINE float get_one(const float* from) { return *from; }
INLINE float get_one(const uint16_t* from) {
    float found;
    widen_row(from, 1, &found);
    return found;
}

// Some words in their order: a word enters where it is greater than the last, and than a floor.
struct Ranks {
    float* scores;
    int64_t *words, count, held = 0;
    float floor = -INFINITE;

    ALWAYS float least() const { return held < count ? floor : scores[count - 1]; }

    ALWAYS void enter(float score, int64_t word) {
        if (!(score > least())) return;
        int64_t at = held < count ? held++ : count - 1;
        for (; at > 0 && score > scores[at - 1]; at--) scores[at] = scores[at - 1], words[at] = words[at - 1];
        scores[at] = score, words[at] = word;
    }
};

// Scores become log-probabilities; where there are too few, what follows has none.
INLINE void tell(const Ranks& ranks, float lse, int64_t lowest) {
    for (long i = 0; i < ranks.held; i++) ranks.scores[i] -= lse;
    for (long i = ranks.held; i < ranks.count; i++) ranks.scores[i] = lse == lse ? -INFINITE : lse, ranks.words[i] = lowest;
}

constexpr int SIDES = 4;                   // registers of the greatest: each lane speaks for its part of the words
constexpr long BLOCK = 2 * SIDES * LANES;  // words that are compared at once

template <class Number>
INLINE void raise(const Number* scores, Floats* tops) {
#pragma GCC unroll 4
    for (int i = 0; i < SIDES; i++)
        tops[i] = greater(greater(get(scores + 2 * i * LANES), get(scores + (2 * i + 1) * LANES)), tops[i]);
}

// What lies below that many of the parts' greatest, and so below as many words; what is lowest of all if they are more.
float floor_of(const Floats* tops, int64_t count) {
    if (count > SIDES * LANES) return -INFINITE;
    float found[SIDES * LANES];
    std::memcpy(found, tops, sizeof found);
    std::nth_element(found, found + count - 1, found + SIDES * LANES, [](float a, float b) { return a > b; });
    return std::nextafter(found[count - 1], -INFINITE);
}

// The greatest score of a row, and those of its parts among the words that may be taken.
template <class Number>
float peak_of(const Number* scores, long size, long lowest, Floats* tops) {
    for (int i = 0; i < SIDES; i++) tops[i] = all(-INFINITE);
    long c = lowest;
    for (; c + BLOCK <= size; c += BLOCK) raise(scores + c, tops);
    float peak = -INFINITE;
    const auto joins = [&](float score) { peak = score > peak ? score : peak; };
    for (int i = 0; i < SIDES * LANES; i++) joins(tops[i / LANES][i % LANES]);
    for (; c < size; c++) joins(get_one(scores + c));
    for (c = 0; c < lowest; c++) joins(get_one(scores + c));
    return peak;
}

// Σ exp(score − peak)
template <class Number>
float sum_of(const Number* scores, long size, float peak) {
    const auto power = [=](Floats score) { return exp2((score - all(peak)) * all(LOG2_E)); };
    Floats sums[2] = {};
    long c = 0;
    for (; c + 2 * LANES <= size; c += 2 * LANES)
        sums[0] += power(get(scores + c)), sums[1] += power(get(scores + c + LANES));
    float sum = total(sums[0] + sums[1]);
    for (; c < size; c++) sum += power(all(get_one(scores + c)))[0];
    return sum;
}

// Whether a block holds a word for the ranks.
template <class Number>
INLINE bool enters(const Number* block, const Ranks& ranks) {
    Floats tops[SIDES];
    for (Floats& each : tops) each = all(-INFINITE);
    raise(block, tops);
    return any(greater(greater(tops[0], tops[1]), greater(tops[2], tops[3])) > all(ranks.least()));
}

// What a row holds: its greatest score, the sum beside it, and into the ranks its greatest words from `lowest` on.
struct Held {
    float peak, sum;

    // NaN where there is nothing to be likely.
    ALWAYS float lse() const { return peak == -INFINITE ? std::nanf("") : peak + std::log(sum); }
};

template <class Number>
Held gather(const Number* scores, long size, long lowest, Ranks& ranks) {
    Floats tops[SIDES];
    const float peak = peak_of(scores, size, lowest, tops);
    if (ranks.floor == -INFINITE) ranks.floor = floor_of(tops, ranks.count);
    for (long c = lowest; c < size; c += BLOCK) {
        const long end = least(size, c + BLOCK);
        if (end - c == BLOCK && !enters(scores + c, ranks)) continue;
        for (long i = c; i < end; i++) ranks.enter(get_one(scores + i), i);
    }
    return {peak, sum_of(scores, size, peak == -INFINITE ? 0 : peak)};
}

template <class Number>
void best_of(const Best& best, int64_t row) {
    Ranks ranks{best.values + row * best.count, best.words + row * best.count, best.count};
    const Held held = gather(static_cast<const Number*>(best.scores) + row * best.row, best.size, best.lowest, ranks);
    tell(ranks, held.lse(), best.lowest);
}

void best_row(const Best& best, int64_t row, float*) {
    if (best.half)
        best_of<uint16_t>(best, row);
    else
        best_of<float>(best, row);
}

}  // namespace
