/*
 * Bit sets of a fixed size in an arena.
 */
#ifndef ESP_BASE_BITS_H
#define ESP_BASE_BITS_H

#include "framework/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct esp_bits {
    uint64_t *word;
    uint32_t n;             /* words */
} esp_bits;

static inline esp_bits bits_new(esp_arena *a, uint32_t size)
{
    uint32_t n = (size + 63) / 64;
    return (esp_bits){ ARENA_ARRAY(a, uint64_t, n), n };
}

static inline bool bits_get(esp_bits s, uint32_t i)
{
    return s.word[i / 64] >> (i % 64) & 1;
}

static inline void bits_set(esp_bits s, uint32_t i)
{
    s.word[i / 64] |= (uint64_t)1 << (i % 64);
}

static inline void bits_clear(esp_bits s, uint32_t i)
{
    s.word[i / 64] &= ~((uint64_t)1 << (i % 64));
}

/* Adds what is in `from`; says whether `to` grew. */
static inline bool bits_add(esp_bits to, esp_bits from)
{
    uint64_t grew = 0;

    for (uint32_t i = 0; i < to.n; i++) {
        grew |= from.word[i] & ~to.word[i];
        to.word[i] |= from.word[i];
    }
    return grew != 0;
}

#endif
