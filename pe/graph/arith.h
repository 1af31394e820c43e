/*
 * What pure instructions compute, on bits.
 *
 * Bits are kept in one form everywhere: an integer stands zero-extended in
 * its word, an f32 in the low half, the rest is zero.
 */
#ifndef ESP_GRAPH_ARITH_H
#define ESP_GRAPH_ARITH_H

#include "pe/graph/graph.h"

static inline unsigned arith_width(esp_type ty)
{
    return ty == TY_i1 ? 1 : 8u * type_size[ty];
}

/* All bits of a type. */
static inline uint64_t arith_mask(esp_type ty)
{
    return ~(uint64_t)0 >> (64 - arith_width(ty));
}

/* The low bits of x that a type has; the form described above. */
static inline uint64_t arith_narrow(esp_type ty, uint64_t x)
{
    return x & arith_mask(ty);
}

/* The low bits of x, as an integer of that type with sign. */
static inline int64_t arith_signed(esp_type ty, uint64_t x)
{
    unsigned up = 64 - arith_width(ty);

    return (int64_t)(x << up) >> up;
}

static inline int64_t arith_min(esp_type ty)
{
    return INT64_MIN >> (64 - arith_width(ty));
}

static inline int64_t arith_max(esp_type ty)
{
    return INT64_MAX >> (64 - arith_width(ty));
}

/* The result, of type ty, of a pure instruction on values; `in` is the type
 * of a.  Never faults: division by zero gives 0, MIN / -1 gives MIN with the
 * remainder 0; floating point out of an integer's range gives its MIN. */
uint64_t arith(esp_op op, esp_type ty, esp_type in,
               uint64_t a, uint64_t b, uint64_t c);

/* The result of `op` on constants x and y of type `from`, as a constant of
 * type `to`.  False where the machine decides: traps, conversions out of range,
 * and arithmetic that yields a NaN, whose bits differ between targets. */
bool arith_eval(esp_op op, esp_type from, esp_type to,
                uint64_t x, uint64_t y, uint64_t *result);

static inline bool power_of_two(uint64_t c)
{
    return c && !(c & (c - 1));
}

#endif
