/*
 * Hash tables of numbers.
 */
#include "pe/graph/graph.h"
#include "pe/graph/table.h"

graph_table *table_new(esp_arena *a, uint32_t size)
{
    graph_table *t = ARENA_NEW(a, graph_table);

    t->at = ARENA_ARRAY(a, struct table_entry, size);
    t->mask = size - 1;
    return t;
}

/* Empties the places of what stands for nothing; how many others there are. */
static uint32_t drop_stale(const struct esp_graph *g, graph_table *t,
                           uint32_t end, table_hash_of *hash_of)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i <= t->mask; i++) {
        struct table_entry *x = &t->at[i];

        if (!x->index)
            continue;
        if (x->index < end && hash_of(g, x->index) == x->hash)
            n++;
        else
            x->index = 0;
    }
    return n;
}

void table_clean(struct esp_graph *g, graph_table *t, uint32_t end,
                 table_hash_of *hash_of)
{
    struct table_entry *old = t->at;
    uint32_t old_size = t->mask + 1;
    bool many = drop_stale(g, t, end, hash_of) > old_size / 4;
    uint32_t size = many ? 2 * old_size : old_size;

    t->at = ARENA_ARRAY(g->arena, struct table_entry, size);
    t->mask = size - 1;
    t->used = 0;
    for (uint32_t i = 0; i < old_size; i++)
        if (old[i].index)
            table_put(t, old[i].hash, old[i].index, end);
}
