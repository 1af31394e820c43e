/*
 * Lists, equal ones only once: a hash table of where they begin.
 */
#include "backend/pool.h"

#include <string.h>
#include <xxhash.h>

void pool_init(esp_pool *p, esp_arena *a)
{
    *p = (esp_pool){ .arena = a, .size = 64 };
    p->table = ARENA_ARRAY(a, pool_entry, p->size);
    for (int k = 0; k < POOL_FIRST; k++)
        VEC_PUSH(a, &p->bytes, 0);
}

/* The entry of this list, or the free one where it belongs. */
static pool_entry *find(const esp_pool *p, const void *list, uint32_t n,
                        uint32_t hash)
{
    for (uint32_t i = hash;; i++) {
        pool_entry *e = &p->table[i & (p->size - 1)];

        if (!e->at || (e->hash == hash && n <= p->bytes.n - e->at &&
                       !memcmp(p->bytes.at + e->at, list, n)))
            return e;
    }
}

static void grow(esp_pool *p)
{
    const pool_entry *old = p->table;
    uint32_t n = p->size;

    p->size *= 2;
    p->table = ARENA_ARRAY(p->arena, pool_entry, p->size);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t i = old[k].hash;

        while (old[k].at && p->table[i & (p->size - 1)].at)
            i++;
        if (old[k].at)
            p->table[i & (p->size - 1)] = old[k];
    }
}

uint32_t pool_add(esp_pool *p, const void *list, uint32_t n)
{
    uint32_t hash = (uint32_t)XXH3_64bits(list, n);
    pool_entry *e;

    if (!n)
        return POOL_FIRST;
    if (p->used > p->size / 2)
        grow(p);
    e = find(p, list, n, hash);
    if (!e->at) {
        *e = (pool_entry){ hash, p->bytes.n };
        p->used++;
        VEC_RESERVE(p->arena, &p->bytes, n);
        memcpy(p->bytes.at + p->bytes.n, list, n);
        p->bytes.n += n;
    }
    return e->at;
}
