/*
 * Hash tables of numbers.
 */
#include "pe/graph/table.h"

graph_table *table_new(esp_arena *a, uint32_t size)
{
    graph_table *t = ARENA_NEW(a, graph_table);

    t->at = ARENA_ARRAY(a, struct table_entry, size);
    t->mask = size - 1;
    return t;
}

void table_grow(esp_arena *a, graph_table *t, uint32_t end)
{
    struct table_entry *old = t->at;
    uint32_t size = t->mask + 1;

    t->at = ARENA_ARRAY(a, struct table_entry, 2 * size);
    t->mask = 2 * size - 1;
    t->used = 0;
    for (uint32_t i = 0; i < size; i++)
        if (old[i].index && old[i].index < end)
            table_put(t, old[i].hash, old[i].index, end);
}
