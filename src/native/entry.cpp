// The door: a plain C interface. Chooses the instruction set once, runs the loops over items in parallel, owns the
// scratch of every thread. Compiled without flags for any instruction set.
#include <omp.h>
#include <pthread.h>
#ifdef WITH_AMX
#include <cpuid.h>
#endif
#if defined(WITH_AMX) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <atomic>
#include <cstdlib>
#include <cstring>

#include "call.h"
#include "decoder.h"
#include "search.h"

extern const Table regard_table_baseline;
#ifdef WITH_AVX2
extern const Table regard_table_avx2;
#endif
#ifdef WITH_AVX512
extern const Table regard_table_avx512;
#endif
#ifdef WITH_AMX
extern const Table regard_table_amx;
#endif

namespace {

#ifdef WITH_AVX512
bool runs_avx512() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bf16") &&
           __builtin_cpu_supports("avx512vnni");
}
#endif

#ifdef WITH_AMX
// Whether the processor has tiles, and the system lets this process use them: Linux wants to be asked, once for all threads.
bool runs_amx() {
#ifdef __linux__
    constexpr unsigned BF16 = 1u << 22, TILE = 1u << 24, INT8 = 1u << 25;
    constexpr long ARCH_REQ_XCOMP_PERM = 0x1023, TILE_DATA = 18;
    unsigned a, b, c, d;
    return runs_avx512() && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & BF16) && (d & TILE) && (d & INT8) &&
           syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, TILE_DATA) == 0;
#else
    return false;
#endif
}
#endif

// The best that this processor runs, or REGARD_ISA; null if that was not built or does not run here.
const Table* choose_table() {
    const char* wanted = std::getenv("REGARD_ISA");
    const auto asked = [=](const Table& table) {
        return !wanted || !*wanted || !std::strcmp(wanted, "auto") || !std::strcmp(wanted, table.name);
    };
#ifdef WITH_AMX
    if (asked(regard_table_amx) && runs_amx()) return &regard_table_amx;
#endif
#ifdef WITH_AVX512
    if (asked(regard_table_avx512) && runs_avx512()) return &regard_table_avx512;
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

#if defined(__has_feature)
#define HAS_FEATURE(name) __has_feature(name)
#else
#define HAS_FEATURE(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || HAS_FEATURE(address_sanitizer)
constexpr bool WATCHED = true;  // `make sanitize`: memory of exactly the size asked for, full of NaN, for every call
#else
constexpr bool WATCHED = false;
#endif

// Memory of one thread that grows and is kept.
struct Scratch {
    void* at = nullptr;
    size_t held = 0;

    float* of(size_t floats) {
        if (floats > held || WATCHED) {
            std::free(at);
            const bool found = posix_memalign(&at, 4096, floats * sizeof(float)) == 0;
            held = found ? floats : 0;
            if (!found) at = nullptr;
            if (found && WATCHED) std::memset(at, 0xFF, floats * sizeof(float));
        }
        return static_cast<float*>(at);
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
        float* own = scratch.of(size_t(floats > 0 ? floats : 1));
        if (!own) return 1;
        for (int64_t item = first; item < last; item++) work(item, own);
        return 0;
    }
    std::atomic<int64_t> next{first};
    std::atomic<int> failed{0};
    const int64_t at_once = items / (wide * 16) + 1;
#pragma omp parallel num_threads(wide)
    {
        float* own = scratch.of(size_t(floats > 0 ? floats : 1));
        if (!own) failed = 1;
        for (int64_t from = next.fetch_add(at_once); own && from < last; from = next.fetch_add(at_once))
            for (int64_t item = from; item < from + at_once && item < last; item++) work(item, own);
    }
    return failed;
}

// for_each as a value, for loops of which some are short: with no more threads than have ENOUGH to do.
struct Workers {
    int64_t threads;

    template <class Work>
    int operator()(int64_t items, int64_t floats, int64_t cost, Work work) const {
        const int64_t busy = cost / ENOUGH;
        return for_each(0, items, busy < threads ? busy : threads, floats, work);
    }
};

}  // namespace

#define DOOR extern "C" __attribute__((visibility("default")))

// The instruction set in use, or null if REGARD_ISA asks for one that does not run here.
DOOR const char* regard_isa() { return table ? table->name : nullptr; }

// Whether bfloat16 costs half of float32.
DOOR int regard_paired() { return table && table->paired; }

DOOR int64_t regard_call_size() { return sizeof(Call); }

// Whether bfloat16 is multiplied by tiles, which want `turned`.
DOOR int regard_tiled() { return table && table->tiled; }

// Whether numbers of eight bits are multiplied as such.
DOOR int regard_bytes() { return table && table->bytes; }

// What is made of keys or values before anything else.
DOOR int regard_prepare(const Call* call) {
    return for_each(0, call->prepared(), call->threads, table->prepare_scratch(*call),
                    [=](int64_t item, float* own) { table->prepare(*call, item, own); });
}

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
    return for_each(0, call->b * call->g * call->blocks(), call->threads, 0,
                    [=](int64_t item, float*) { table->fold(*call, item); });
}

DOOR int64_t regard_reading_size() { return sizeof(Reading); }

// What the weights of all heads say, once `regard_forward` has left statistics.
DOOR int regard_read(const Call* call, const Reading* reading) {
    return for_each(call->first, call->last, call->threads, table->read_scratch(*call, *reading),
                    [=](int64_t item, float* own) { table->read(*call, *reading, item, own); });
}

DOOR int64_t regard_scan_size() { return sizeof(Scan); }

// Causal sums of the items first, …, last − 1.
DOOR int regard_scan(const Scan* scan) {
    const int64_t floats = table->scan_scratch(*scan);
    const int missing = scan->segments < 2 ? 0 : for_each(scan->first, scan->last, scan->threads, floats,
        [=](int64_t item, float* own) { table->scan_sums(*scan, item, own); });
    return missing ? missing : for_each(scan->first, scan->last, scan->threads, floats,
        [=](int64_t item, float* own) { table->scan_segment(*scan, item, own); });
}

DOOR int64_t regard_best_size() { return sizeof(Best); }

// The words of all rows.
DOOR int regard_best(const Best* best) {
    return for_each(0, best->rows, best->threads, 0, [=](int64_t row, float* own) { table->best_row(*best, row, own); });
}

DOOR int64_t regard_affine_size() { return sizeof(Affine); }

DOOR int regard_affine(const Affine* affine, int64_t threads) {
    return Decoder<Workers>{*table, {threads}}.multiply(*affine);
}

DOOR int64_t regard_choice_size() { return sizeof(Choice); }

// The words of all rows, by the matrix that scores them.
DOOR int regard_words(const Choice* choice) { return Decoder<Workers>{*table, {choice->threads}}.choose(*choice); }

DOOR int64_t regard_step_size() { return sizeof(Step); }

DOOR int64_t regard_block_size() { return sizeof(Block); }

// States after one more token of each row.
DOOR int regard_step(const Step* step) { return Decoder<Workers>{*table, {step->threads}}.step(*step); }

DOOR int64_t regard_search_size() { return sizeof(Search); }

// The search until all sources are done, or for as many steps as are asked for; 0, or 1 if memory is missing, 2 if a score is
// no number.
DOOR int regard_search(Search* search) {
    return Searching<Workers>{*search, {*table, {search->step.threads}}, {}, {}, {}}.go();
}

// At least so many multiplications and additions as fast as the multiply-add units go, on so many threads.
DOOR int regard_peak(int64_t operations, int64_t threads) {
    const int64_t parts = 16 * threads;
    return for_each(0, parts, threads, padded(1), [=](int64_t, float* own) { table->peak(operations / parts, own); });
}

// Few queries: outputs and statistics of the items first, …, last − 1: (b, g, chunks) of them in all.
DOOR int regard_narrow_forward(const Call* call) {
    return for_each(call->first, call->last, call->threads, table->narrow_forward_scratch(*call),
                    [=](int64_t item, float* own) { table->narrow_forward(*call, item, own); });
}

// Once all items are done, where they are parts: the outputs and statistics of all (b, h, q) from them.
DOOR int regard_narrow_join(const Call* call) {
    return for_each(0, call->b * call->h * call->q, call->threads, padded(call->e) * 2,
                    [=](int64_t place, float* own) { table->narrow_join(*call, place, own); });
}

// All gradients of the items first, …, last − 1: (b, g) in all.
DOOR int regard_narrow_backward(const Call* call) {
    return for_each(call->first, call->last, call->threads, table->narrow_backward_scratch(*call),
                    [=](int64_t item, float* own) { table->narrow_backward(*call, item, own); });
}

// Short sequences: outputs, and weights if they are kept, of the items first, …, last − 1: (b, g) in all.
DOOR int regard_short_forward(const Call* call) {
    return for_each(call->first, call->last, call->threads, table->short_forward_scratch(*call),
                    [=](int64_t item, float* own) { table->short_forward(*call, item, own); });
}

// All gradients of the same items.
DOOR int regard_short_backward(const Call* call) {
    return for_each(call->first, call->last, call->threads, table->short_backward_scratch(*call),
                    [=](int64_t item, float* own) { table->short_backward(*call, item, own); });
}
