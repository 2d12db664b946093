// Rows of states times a matrix that was packed once:   y = x · Wᵀ + b,   or onto y, of x as it is or normed.
//
// What a library does at every call for a matrix that it has not seen is done once here: W lies in panels of 64 columns,
// each (k, 64), of bfloat16 (k / 2, 64) pairs, as the products of attention read their second factor (pairs.h, tiles.h).
// So a step of a decoder, a few rows times many matrices, costs little more than to read them.
//
//     norm(x) = (x − mean) / √(variance + eps) · gain + shift
//
// First each row of x is made ready: normed, rounded where W is; then an item is a panel and up to 64 rows.
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

// A row of x, or of x normed: register c of it, with zeros behind its end.
struct Row {
    const float *from, *gain, *shift;
    long size;
    float mean = 0, factor = 1;

    Row(const Affine& affine, int64_t r)
        : from(affine.x + r * affine.x_row), gain(affine.norm.gain), shift(affine.norm.shift), size(affine.by.k) {
        if (!gain) return;
        Floats sum{}, squares{};
        for (long c = 0; c < size; c += LANES) sum += part(from, c);
        mean = total(sum) / float(size);
        for (long c = 0; c < size; c += LANES) {
            const Floats away = part(from, c) - part(nullptr, c, mean);
            squares += away * away;
        }
        factor = 1 / std::sqrt(total(squares) / float(size) + float(affine.norm.eps));
    }

    // Numbers c, c + 1, … of a row, or of one number again and again.
    ALWAYS Floats part(const float* row, long c, float number = 0) const {
        if (c + LANES <= size) return row ? load(row + c) : all(number);
        Floats found{};
        for (long i = 0; c + i < size; i++) found[i] = row ? row[c + i] : number;
        return found;
    }

    ALWAYS Floats at(long c) const {
        const Floats x = part(from, c);
        return gain ? (x - part(nullptr, c, mean)) * all(factor) * part(gain, c) + part(shift, c) : x;
    }
};

INLINE void put_ready(float* to, Floats value) { store(to, value); }
INLINE void put_ready(Half* to, Floats value) { narrow(to, value); }

template <class Number>
void make_ready(const Affine& affine, int64_t r) {
    auto* to = reinterpret_cast<Number*>(static_cast<char*>(affine.ready) + r * ready_row(affine));
    const Row row(affine, r);
    for (long c = 0; c < affine.by.k; c += LANES) put_ready(to + c, row.at(c));
}

void bytes_ready(const Affine& affine, int64_t r) {
    auto* to = static_cast<Byte*>(affine.ready) + r * ready_row(affine);
    const Row row(affine, r);
    Floats top{}, none{};  // none: NaN once there is one, or infinity
    for (long c = 0; c < affine.by.k; c += LANES) {
        const Floats x = row.at(c);
        top = greater(greater(x, -x), top), none += x * all(0.0f);
    }
    float peak = 0;
    for (int i = 0; i < LANES; i++) peak = top[i] > peak ? top[i] : peak;
    const float factor = peak > 0 ? 127 / peak : 0.0f;
    *scale_of(affine, r) = peak / 127 + total(none);
    for (long c = 0; c < affine.by.k; c += LANES) {
        const Floats value = row.at(c) * all(factor) + all(128.5f);
        const Ints whole = __builtin_convertvector(lesser(greater(value, Floats{}), all(255.0f)), Ints);
        for (int i = 0; i < LANES; i++) to[c + i] = Byte(whole[i]);
    }
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

// Sums to where they go, with the bias; what is below zero left out, if so asked; y itself added, if so asked.
template <bool onto>
INLINE void finish(const Affine& affine, const Area& area, const float* sums) {
    const Floats lowest = all(affine.relu ? 0.0f : -INFINITE);
    const float* bias = affine.by.bias ? affine.by.bias + area.panel * PANEL : nullptr;
    float* y = affine.y + area.first * affine.y_row + area.panel * PANEL;
    for (long r = 0; r < area.rows; r++, sums += PANEL, y += affine.y_row)
        for (long c = 0; c < area.columns; c += LANES) {
            Floats found = load(sums + c);
            if (bias) found += load(bias + c);
            if constexpr (onto) found += load(y + c);
            store(y + c, greater(lowest, found));  // NaN stays
        }
}

template <class Number>
INLINE void multiply(const Affine& affine, const Area& area, float* sums) {
    const bool raw = !affine.ready;  // float32 as it lies
    const void* at = raw ? static_cast<const void*>(affine.x) : affine.ready;
    const long row = raw ? affine.x_row : ready_row(affine) / long(sizeof(Number));
    const auto* b = static_cast<const Lane<Number>*>(affine.by.weight) + area.panel * deep(affine) * PANEL;
    const Numbers<Number> left{static_cast<const Number*>(at) + area.first * row, row, EACH<Number>};
    product<Into::fresh, Number>(area.rows, area.columns, left, b, PANEL, deep(affine), {sums, PANEL});
}

INLINE void multiply_bytes(const Affine& affine, const Area& area, float* sums) {
    const long row = ready_row(affine);
    const auto* b = static_cast<const int32_t*>(affine.by.weight) + area.panel * deep(affine) * PANEL;
    auto* whole = reinterpret_cast<int32_t*>(sums);
    byte_product(area.rows, area.columns, static_cast<const Byte*>(affine.ready) + area.first * row, row, b, PANEL, deep(affine),
                 whole, PANEL);
    const float* scales = affine.by.scales + area.panel * PANEL;
    const int32_t* higher = affine.by.higher + area.panel * PANEL;
    for (long r = 0; r < area.rows; r++) {
        const Floats scale = all(*scale_of(affine, area.first + r));
        for (long c = 0; c < area.columns; c += LANES) {
            const Ints sum = load(whole + r * PANEL + c) - load(higher + c);
            store(sums + r * PANEL + c, __builtin_convertvector(sum, Floats) * scale * load(scales + c));
        }
    }
}

void affine_item(const Affine& affine, int64_t item, float* scratch) {
    const Area area(affine, item);
    if (affine.by.type == of_floats) {
        multiply<float>(affine, area, scratch);
    } else {
        [[maybe_unused]] const Tiles tiles;
        if (affine.by.type == of_halves)
            multiply<Half>(affine, area, scratch);
        else
            multiply_bytes(affine, area, scratch);
    }
    if (affine.onto)
        finish<true>(affine, area, scratch);
    else
        finish<false>(affine, area, scratch);
}

}  // namespace
