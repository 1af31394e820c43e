/*
 * Lists in one array of bytes, equal ones only once: what the tables of a unit
 * are made of.  Guards that stand together mostly want the same values, in the
 * same places.
 *
 *     pool_init(&p, scratch);
 *     at = pool_add(&p, list, size);          list == p.bytes.at + at, later on
 */
#ifndef ESP_BACKEND_POOL_H
#define ESP_BACKEND_POOL_H

#include "framework/base/vec.h"

typedef struct pool_entry { uint32_t hash, at; } pool_entry;

typedef struct esp_pool {
    esp_arena *arena;
    VEC(uint8_t) bytes;         /* the first POOL_FIRST belong to no list */
    pool_entry *table;          /* a power of two; at 0: free */
    uint32_t size, used;
} esp_pool;

enum { POOL_FIRST = 8 };

void pool_init(esp_pool *p, esp_arena *a);

/* Where these bytes stand; they may be the beginning of a longer list, too. */
uint32_t pool_add(esp_pool *p, const void *list, uint32_t n);

#endif
