// The door: a plain C interface. Chooses the instruction set once, runs the loops over items in parallel, owns the
// scratch of every thread. Compiled without flags for any instruction set.
#include <omp.h>
#include <pthread.h>

#include <atomic>
#include <cstdlib>
#include <cstring>

#include "call.h"

extern const Table regard_table_baseline;
#ifdef WITH_AVX2
extern const Table regard_table_avx2;
#endif
#ifdef WITH_AVX512
extern const Table regard_table_avx512;
#endif

namespace {

// The best that this processor runs, or REGARD_ISA; null if that was not built or does not run here.
const Table* choose_table() {
    const char* wanted = std::getenv("REGARD_ISA");
    const auto asked = [=](const Table& table) {
        return !wanted || !*wanted || !std::strcmp(wanted, "auto") || !std::strcmp(wanted, table.name);
    };
#ifdef WITH_AVX512
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vbmi") &&
        __builtin_cpu_supports("avx512bf16") && asked(regard_table_avx512))
        return &regard_table_avx512;
#endif
#ifdef WITH_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && asked(regard_table_avx2))
        return &regard_table_avx2;
#endif
    return asked(regard_table_baseline) ? &regard_table_baseline : nullptr;
}

const Table* const table = choose_table();

// libgomp hangs in a child of a process that has used its threads: there everything runs on one.
std::atomic<bool> forked{false};
const int watched = pthread_atfork(nullptr, nullptr, [] { forked = true; });

// Memory of one thread that grows and is kept.
struct Scratch {
    float* at = nullptr;
    size_t held = 0;

    float* of(size_t floats) {
        if (floats > held) {
            std::free(at);
            held = (floats + 1023) / 1024 * 1024;
            at = static_cast<float*>(std::aligned_alloc(4096, held * sizeof(float)));
            if (!at) held = 0;
        }
        return at;
    }
    ~Scratch() { std::free(at); }
};
thread_local Scratch scratch;

// work(item, scratch) for every item, on several threads; 0, or 1 if memory is missing.
template <class Work>
int for_each(int64_t first, int64_t last, int64_t threads, int64_t floats, Work work) {
    const int64_t items = last - first;
    const int wide = forked ? 1 : int(threads < items ? threads : items);
    if (wide <= 1) {
        float* own = scratch.of(size_t(floats) + 1);
        if (!own) return 1;
        for (int64_t item = first; item < last; item++) work(item, own);
        return 0;
    }
    std::atomic<int64_t> next{first};
    std::atomic<int> failed{0};
    const int64_t at_once = items / (wide * 16) + 1;
#pragma omp parallel num_threads(wide)
    {
        float* own = scratch.of(size_t(floats) + 1);
        if (!own) failed = 1;
        for (int64_t from = next.fetch_add(at_once); own && from < last; from = next.fetch_add(at_once))
            for (int64_t item = from; item < from + at_once && item < last; item++) work(item, own);
    }
    return failed;
}

}  // namespace

#define DOOR extern "C" __attribute__((visibility("default")))

// The instruction set in use, or null if REGARD_ISA asks for one that does not run here.
DOOR const char* regard_isa() { return table ? table->name : nullptr; }

DOOR int64_t regard_call_size() { return sizeof(Call); }

// Outputs and statistics of the items first, …, last − 1: (b, h, tiles) of them in all.
DOOR int regard_forward(const Call* call) {
    return for_each(call->first, call->last, call->threads, table->forward_scratch(*call),
                    [=](int64_t item, float* own) { table->forward(*call, item, own); });
}

// Gradients to queries, and sums for the others, of some tiles of the items first, …, last − 1: (chunks, b, g) in all.
// Those that often have most to do come first.
DOOR int regard_backward(const Call* call) {
    return for_each(0, call->last - call->first, call->threads, table->backward_scratch(*call),
                    [=](int64_t item, float* own) { table->backward(*call, call->last - 1 - item, own); });
}

// Gradients to a bias that heads share, of its items first, …, last − 1: the tiles of each row and head of its own.
DOOR int regard_sum_bias(const Call* call) {
    return for_each(call->first, call->last, call->threads, table->backward_scratch(*call),
                    [=](int64_t item, float* own) { table->sum_bias(*call, item, own); });
}

// Cells and words of a strip of a mask.
DOOR void regard_pack(const Strip* strip) { table->pack(*strip); }

// The sums into gradients to keys and values, once all tiles of all items are done.
DOOR int regard_fold(const Call* call) {
    const int64_t blocks = (call->k + FOLDED - 1) / FOLDED;
    return for_each(0, call->b * call->g * blocks, call->threads, 0,
                    [=](int64_t item, float*) { table->fold(*call, item); });
}
