// The most that the multiply-add units give, against which a product can be judged: sums enough to keep all units busy,
// each in its register, and nothing to load.
#pragma once

#include "lanes.h"

namespace {

// At least so many multiplications and additions. The sum of all goes to `out`, or nothing would be computed.
void peak(int64_t operations, float* out) {
    constexpr int SUMS = LANES == 16 ? 24 : 12;
    const int64_t steps = operations / (2 * SUMS * LANES) + 1;
    const Floats factor = all(0.5f), added = all(1.0f);
    Floats sums[SUMS];
    for (int i = 0; i < SUMS; i++) sums[i] = all(float(i));  // were all alike, one would do for all
    for (int64_t step = 0; step < steps; step++)
#pragma GCC unroll 24
        for (int i = 0; i < SUMS; i++) sums[i] = sums[i] * factor + added;
    Floats sum{};
    for (const Floats& each : sums) sum += each;
    store(out, sum);
}

}  // namespace
