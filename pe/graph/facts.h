/*
 * What an instruction says about its result, whatever its inputs are.
 */
#ifndef ESP_GRAPH_FACTS_H
#define ESP_GRAPH_FACTS_H

#include "pe/graph/graph.h"

/* Bits that are known to be 0, and to be 1. */
typedef struct esp_known { uint64_t zero, one; } esp_known;

/* Both ends belong to the range. */
typedef struct esp_range { int64_t low, high; } esp_range;

/*
 * What a pass knows for the moment: below a branch, a few values have narrower
 * ranges than their instructions tell.  While graph->assumed is set, facts and
 * with them the folding rules take that into account; what is built then is
 * good only where the assumptions hold.
 */
typedef struct esp_assumed {
    uint32_t n;                 /* instructions that `index` knows */
    uint32_t *index;            /* by instruction: into range; 0 none */
    VEC(esp_range) range;
} esp_assumed;

/* They look a few instructions deep; integers only. */
esp_known facts_bits(const esp_graph *g, esp_ref r);
esp_range facts_signed(const esp_graph *g, esp_ref r);

/* The y of r = x / y * y, signed, or 0: r lies between 0 and x. */
esp_ref facts_divisor(const esp_graph *g, esp_ref r, esp_ref x);

/* Largest and smallest value when read as unsigned. */
static inline uint64_t facts_most(esp_known k) { return ~k.zero; }
static inline uint64_t facts_least(esp_known k) { return k.one; }

/* The virtual object, slot, machine frame or constant that an address is based
 * on, and how far it is from there; base 0: something else. */
typedef struct esp_place { esp_ref base; uint64_t offset; } esp_place;
esp_place facts_place(const esp_graph *g, esp_ref address);

#endif
