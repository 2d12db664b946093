// Rows of states times a matrix that was packed once:   y = x · Wᵀ + b,   or onto y, of x as it is or normed.
//
// What a library does at every call for a matrix that it has not seen is done once here: W lies in panels of 64 columns,
// each (k, 64), of bfloat16 (k / 2, 64) pairs, as the products of attention read their second factor (pairs.h, tiles.h).
// So a step of a decoder, a few rows times many matrices, costs little more than to read them.
//
//     norm(x) = (x − mean) / √(variance + eps) · gain + shift
//
// First each row of x is made ready: normed, rounded where W is; then an item is a panel and up to 64 rows. The room for
// rows that are ready goes up to the next multiple of 16, so that tiles are whole.
//
// Of eight bits, W is scaled column by column and x row by row, each so that its greatest number becomes 127. Numbers of x
// are stored 128 higher, so that none is below zero, and what that adds to a sum is taken off again:
//
//     y = scale(r) · scale(c) · (Σ_k (x + 128) · W − 128 · Σ_k W) + b
#pragma once

#include "bytes.h"
#include "product.h"
#include "spans.h"

namespace {

constexpr long PANEL = 64, TOGETHER = 64;  // columns and rows of an item

enum Type : int64_t { of_floats, of_halves, of_bytes };

INLINE long each(const Affine& affine) { return affine.by.type == of_bytes ? 4 : affine.by.type == of_halves ? 2 : 1; }
INLINE long deep(const Affine& affine) { return (affine.by.k + each(affine) - 1) / each(affine); }

// Bytes from one row that is ready to the next: no power of two, for rows would share cache sets. The last are its scale.
INLINE long ready_row(const Affine& affine) { return (affine.by.k + 63) / 64 * 64 * 4 / each(affine) + 64; }
INLINE float* scale_of(const Affine& affine, int64_t r) {
    return reinterpret_cast<float*>(static_cast<char*>(affine.ready) + (r + 1) * ready_row(affine)) - 1;
}
INLINE int64_t affine_scratch(const Affine&) { return TOGETHER * PANEL; }

// A row of x, or of x normed: `each` gives its registers, the last with zeros behind its end.
class Row {
    const float *from, *gain, *shift;
    long size;
    float mean = 0, factor = 1;

    struct Whole {
        ALWAYS Floats operator()(const float* row, long c) const { return load(row + c); }
        ALWAYS Floats operator()(float number, long) const { return all(number); }
    };
    struct Rest {
        long count;
        ALWAYS Floats operator()(const float* row, long c) const {
            Floats found{};
            for (long i = 0; i < count; i++) found[i] = row[c + i];
            return found;
        }
        ALWAYS Floats operator()(float number, long) const {
            Floats found{};
            for (long i = 0; i < count; i++) found[i] = number;
            return found;
        }
    };

    ALWAYS auto as_it_is() const {
        return [this](auto part, long c) { return part(from, c); };
    }

    // What `value` makes of whole registers, and of what is left over.
    template <class Work, class Value>
    ALWAYS void each_as(Work work, Value value) const {
        long c = 0;
        for (; c + LANES <= size; c += LANES) work(c, value(Whole{}, c));
        if (c < size) work(c, value(Rest{size - c}, c));
    }

   public:
    Row(const Affine& affine, int64_t r)
        : from(affine.x + r * affine.x_row), gain(affine.norm.gain), shift(affine.norm.shift), size(affine.by.k) {
        if (!gain) return;
        Floats sum{}, squares{};
        each_as([&](long, Floats x) { sum += x; }, as_it_is());
        mean = total(sum) / float(size);
        const auto away = [&](auto part, long c) { return part(from, c) - part(mean, c); };
        each_as([&](long, Floats x) { squares += x * x; }, away);
        factor = 1 / std::sqrt(total(squares) / float(size) + float(affine.norm.eps));
    }

    template <class Work>
    ALWAYS void each(Work work) const {
        const auto normed = [&](auto part, long c) {
            return (part(from, c) - part(mean, c)) * all(factor) * part(gain, c) + part(shift, c);
        };
        gain ? each_as(work, normed) : each_as(work, as_it_is());
    }
};

INLINE void put_ready(float* to, Floats value) { store(to, value); }
INLINE void put_ready(Half* to, Floats value) { narrow(to, value); }

template <class Number>
void make_ready(const Affine& affine, int64_t r) {
    auto* to = reinterpret_cast<Number*>(static_cast<char*>(affine.ready) + r * ready_row(affine));
    Row(affine, r).each([=](long c, Floats x) { put_ready(to + c, x); });
}

// The greatest number of a row, whatever its sign: among numbers without one the order is that of their bits, and behind
// all of them are infinity and what is no number.
INLINE float peak_of(const Row& row) {
    Ints top{};
    row.each([&](long, Floats x) {
        const Ints bits = (Ints)x & 0x7fffffff;
        top = bits > top ? bits : top;
    });
    int32_t found = 0;
    for (int i = 0; i < LANES; i++) found = top[i] > found ? top[i] : found;
    float peak;
    std::memcpy(&peak, &found, sizeof peak);
    return peak;
}

void bytes_ready(const Affine& affine, int64_t r) {
    auto* to = static_cast<Byte*>(affine.ready) + r * ready_row(affine);
    const Row row(affine, r);
    const float peak = peak_of(row), factor = peak > 0 ? 127 / peak : 0.0f;
    *scale_of(affine, r) = peak <= std::numeric_limits<float>::max() ? peak / 127 : std::nanf("");
    row.each([&](long c, Floats x) {
        const Ints whole = __builtin_convertvector(x * all(factor) + all(128.5f), Ints);
        store(to + c, __builtin_convertvector(whole, EightBits));
    });
}

void affine_ready(const Affine& affine, int64_t row, float*) {
    if (affine.by.type == of_floats) return make_ready<float>(affine, row);
    if (affine.by.type == of_halves) return make_ready<Half>(affine, row);
    bytes_ready(affine, row);
}

// An item: its rows first, …, first + rows − 1 of x, and `columns` columns of a panel.
struct Area {
    long panel, first, rows, columns;

    Area(const Affine& affine, int64_t item) {
        const long groups = (affine.rows + TOGETHER - 1) / TOGETHER;
        panel = item / groups, first = item % groups * TOGETHER;
        rows = least(TOGETHER, affine.rows - first), columns = least(PANEL, padded(affine.by.n) - panel * PANEL);
    }
};

// What a panel does to its sums: of bytes they are whole numbers, that become floats; then the bias.
template <int Across, bool whole>
struct Panel {
    Ints higher[Across];
    Floats scales[Across], bias[Across];

    Panel(const Matrix& by, long from) {
#pragma GCC unroll 4
        for (int v = 0; v < Across; v++) {
            const long at = from + v * LANES;
            if (whole) higher[v] = load(by.higher + at), scales[v] = load(by.scales + at);
            bias[v] = by.bias ? load(by.bias + at) : Floats{};
        }
    }

    ALWAYS Floats found(const float* sums, int v, Floats scale) const {
        if (!whole) return load(sums + v * LANES) + bias[v];
        const Ints sum = load(reinterpret_cast<const int32_t*>(sums) + v * LANES) - higher[v];
        return __builtin_convertvector(sum, Floats) * scale * scales[v] + bias[v];
    }
};

// Rows of y, or of a room for the columns of one panel.
struct To {
    float* at;
    long row;
};

// Sums to where they go; what is below zero left out, if so asked; what is there added, if so asked.
template <int Across, bool whole, bool onto>
INLINE void finish_columns(const Affine& affine, const Area& area, long from, const float* sums, To to) {
    const Panel<Across, whole> panel(affine.by, area.panel * PANEL + from);
    const Floats lowest = all(affine.relu ? 0.0f : -INFINITE);
    float* y = to.at + from;
    for (long r = 0; r < area.rows; r++, sums += PANEL, y += to.row) {
        const Floats scale = whole ? all(*scale_of(affine, area.first + r)) : Floats{};
#pragma GCC unroll 4
        for (int v = 0; v < Across; v++) {
            Floats found = panel.found(sums + from, v, scale);
            if (onto) found += load(y + v * LANES);
            store(y + v * LANES, greater(lowest, found));  // NaN stays
        }
    }
}

template <bool whole, bool onto>
INLINE void finish(const Affine& affine, const Area& area, const float* sums, To to) {
    long c = 0;
    for (; c + WIDE * LANES <= area.columns; c += WIDE * LANES)
        finish_columns<WIDE, whole, onto>(affine, area, c, sums, to);
    for (; c < area.columns; c += LANES) finish_columns<1, whole, onto>(affine, area, c, sums, to);
}

template <class Number>
INLINE void multiply(const Affine& affine, const Area& area, float* sums) {
    const bool raw = !affine.ready;  // float32 as it lies
    const void* at = raw ? static_cast<const void*>(affine.x) : affine.ready;
    const long row = raw ? affine.x_row : ready_row(affine) / long(sizeof(Number));
    const auto* b = static_cast<const Lane<Number>*>(affine.by.weight) + area.panel * deep(affine) * PANEL;
    const Numbers<Number> left{static_cast<const Number*>(at) + area.first * row, row, EACH<Number>};
    const long rows = TILED && !raw ? (area.rows + 15) / 16 * 16 : area.rows;  // whole tiles: what is beyond has no meaning
    product<Into::fresh, Number>(rows, area.columns, left, b, PANEL, deep(affine), {sums, PANEL});
}

INLINE void multiply_bytes(const Affine& affine, const Area& area, float* sums) {
    const long row = ready_row(affine);
    const auto* b = static_cast<const int32_t*>(affine.by.weight) + area.panel * deep(affine) * PANEL;
    auto* whole = reinterpret_cast<int32_t*>(sums);
    byte_product(area.rows, area.columns, static_cast<const Byte*>(affine.ready) + area.first * row, row, b, PANEL, deep(affine),
                 whole, PANEL);
}

// The numbers of an area, by way of a scratch of floats.
template <bool onto>
INLINE void fill(const Affine& affine, const Area& area, float* scratch, To to) {
    if (affine.by.type == of_floats) {
        multiply<float>(affine, area, scratch);
        return finish<false, onto>(affine, area, scratch, to);
    }
    [[maybe_unused]] const Tiles tiles;
    if (affine.by.type == of_halves) {
        multiply<Half>(affine, area, scratch);
        return finish<false, onto>(affine, area, scratch, to);
    }
    multiply_bytes(affine, area, scratch);
    finish<true, onto>(affine, area, scratch, to);
}

void affine_item(const Affine& affine, int64_t item, float* scratch) {
    const Area area(affine, item);
    const To to{affine.y + area.first * affine.y_row + area.panel * PANEL, affine.y_row};
    affine.onto ? fill<true>(affine, area, scratch, to) : fill<false>(affine, area, scratch, to);
}

}  // namespace
