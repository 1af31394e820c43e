/*
 * icache.h: polymorphic inline caches.
 *
 * A cache in a node maps the few keys that the node has met (a shape, a
 * target, a class) to what was found out about them.  Its entries form a list
 * that never changes but at its head, so compiled code is a chain of compares
 * with constants.  With too many keys the cache becomes megamorphic: it is
 * emptied for good, and the node asks a table that all nodes share.
 *
 *     typedef struct field_entry { esp_cached base; uint32_t offset; }
 *         field_entry;
 *
 *     ESP_FOR_CACHED(field_entry, e, self->cache, key)
 *         return read(object, e->offset);
 *     if (!esp_icache_megamorphic(&self->cache)) {
 *         esp_deopt_invalidate();
 *         add_entry(self, key);        (esp_icache_add)
 *     }
 *     return read_slowly(object, key);
 */
#ifndef ESP_ICACHE_H
#define ESP_ICACHE_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

enum { ESP_ICACHE_LIMIT = 8 };

/* The head of an entry. */
typedef struct esp_cached {
    ESP_FINAL const void *key;
    ESP_FINAL struct esp_cached *next;
    uint32_t count;             /* hits in tier 1: for inlining */
} esp_cached;

typedef struct esp_icache {
    ESP_FINAL esp_cached *first;
    ESP_FINAL uint32_t n;       /* entries; UINT32_MAX: megamorphic */
} esp_icache;

/* The statement behind it runs with `e`, the entry for `k`, if there is one;
 * it must leave the function (else later entries are looked at, too). */
#define ESP_FOR_CACHED(type, e, icache, k)                                  \
    for (type *e = (type *)(icache).first; e;                               \
         e = (type *)esp_cached_next(&e->base))                             \
        if (e->base.key == (const void *)(k))

ESP_INLINE esp_cached *esp_cached_next(const esp_cached *e)
{
    ESP_EXPLODE;
    return e->next;
}

ESP_INLINE bool esp_icache_megamorphic(const esp_icache *c)
{
    return c->n == UINT32_MAX;
}

/* Adds an entry in front, whose key is set; with more than `limit` of them the
 * cache becomes megamorphic instead, and the answer is false.  Tells the
 * node's target; the caller has deoptimized. */
ESP_BOUNDARY bool esp_icache_add(esp_icache *c, esp_node *node, esp_cached *e,
                                 uint32_t limit);

/* Forgets everything: for class->forget, and when entries became wrong. */
ESP_BOUNDARY void esp_icache_clear(esp_icache *c, esp_node *node);

/* ---- the table for megamorphic nodes ----------------------------------- */

/* From two words to a pointer; direct mapped, so it forgets.  Whoever changes
 * what an entry says removes it (esp_shared_clear). */
typedef struct esp_shared_entry {
    const void *key[2];
    void *value;
} esp_shared_entry;

enum { ESP_SHARED_SIZE = 2048 };

typedef struct esp_shared_cache {
    esp_shared_entry entry[ESP_SHARED_SIZE];
} esp_shared_cache;

ESP_INLINE uint32_t esp_shared_index(const void *a, const void *b)
{
    uint64_t x = (uint64_t)(uintptr_t)a * 0x9e3779b97f4a7c15u;
    uint64_t y = (uint64_t)(uintptr_t)b * 0xc2b2ae3d27d4eb4fu;

    return (uint32_t)((x ^ y) >> 40) & (ESP_SHARED_SIZE - 1);
}

/* NULL: not there. */
ESP_INLINE void *esp_shared_find(const esp_shared_cache *c, const void *a,
                                 const void *b)
{
    const esp_shared_entry *e = &c->entry[esp_shared_index(a, b)];

    return e->key[0] == a && e->key[1] == b ? e->value : NULL;
}

ESP_INLINE void esp_shared_put(esp_shared_cache *c, const void *a,
                               const void *b, void *value)
{
    c->entry[esp_shared_index(a, b)] =
        (esp_shared_entry){ { a, b }, value };
}

#endif
