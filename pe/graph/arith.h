/*
 * What pure instructions compute, on bits.
 *
 * Bits are kept in one form everywhere: an integer stands zero-extended in
 * its word, an f32 in the low half, the rest is zero.
 */
#ifndef ESP_GRAPH_ARITH_H
#define ESP_GRAPH_ARITH_H

#include "pe/graph/graph.h"

/* The low bits of x that a type has; the form described above. */
uint64_t arith_narrow(esp_type ty, uint64_t x);

/* The integer that x stands for, with its sign. */
int64_t arith_signed(esp_type ty, uint64_t x);

/* The result, of type ty, of a pure instruction on values; `in` is the type
 * of a.  Never faults: division by zero gives 0, MIN / -1 gives MIN with the
 * remainder 0; floating point out of an integer's range gives its MIN. */
uint64_t arith(esp_op op, esp_type ty, esp_type in,
               uint64_t a, uint64_t b, uint64_t c);

#endif
