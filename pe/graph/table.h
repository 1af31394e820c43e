/*
 * Hash tables of numbers into an array of the graph.
 *
 * What an entry stands for is compared in the array itself.  So nothing has
 * to be done here when the array is cut off (graph_release) or an element is
 * rewritten: the entry lies beyond the end, or does not compare equal, and is
 * passed over.
 */
#ifndef ESP_GRAPH_TABLE_H
#define ESP_GRAPH_TABLE_H

#include "framework/base/arena.h"

#include <stdint.h>

struct table_entry { uint32_t hash, index; };       /* index 0: empty */

typedef struct graph_table {
    struct table_entry *at;
    uint32_t mask;              /* one less than the size, a power of two */
    uint32_t used;              /* entries that are not empty */
} graph_table;

graph_table *table_new(esp_arena *a, uint32_t size);

/* Called when a table is half full: drops the entries that stand for nothing
 * any more, and doubles the size unless these were many. */
struct esp_graph;
typedef uint32_t table_hash_of(const struct esp_graph *g, uint32_t index);
void table_clean(struct esp_graph *g, graph_table *t, uint32_t end,
                 table_hash_of *hash_of);

/* Mixes two words into a hash. */
static inline uint32_t table_hash(uint64_t x, uint64_t y)
{
    uint64_t h = x * 0x9e3779b97f4a7c15u ^ y * 0xc2b2ae3d27d4eb4fu;

    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    return (uint32_t)(h >> 32);
}

/* A place for a new index that was not found from `hash` on. */
static inline void table_put(graph_table *t, uint32_t hash, uint32_t index,
                             uint32_t end)
{
    uint32_t k = hash & t->mask;

    while (t->at[k].index && t->at[k].index < end)
        k = (k + 1) & t->mask;
    t->used += t->at[k].index == 0;
    t->at[k] = (struct table_entry){ hash, index };
}

#endif
