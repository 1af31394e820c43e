/*
 * Arenas, as a list of chunks that double in size up to a megabyte.
 */
#include "framework/base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct arena_chunk {
    struct arena_chunk *older;
    char *end;
};

enum { FIRST_CHUNK = 8 << 10, LAST_CHUNK = 1 << 20, ALIGNMENT = 16 };

static char *chunk_start(struct arena_chunk *c)
{
    return (char *)c + (sizeof *c + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void arena_init(esp_arena *a)
{
    memset(a, 0, sizeof *a);
}

static void drop_newest(esp_arena *a)
{
    struct arena_chunk *c = a->chunk;

    a->chunk = c->older;
    a->total -= (size_t)(c->end - (char *)c);
    free(c);
}

void arena_free(esp_arena *a)
{
    while (a->chunk)
        drop_newest(a);
    a->next = a->end = NULL;
}

static void *out_of_memory(esp_arena *a)
{
    if (a->exhausted)
        a->exhausted(a->arg);
    return NULL;
}

static void *alloc_in_new_chunk(esp_arena *a, size_t size)
{
    size_t want = a->total < FIRST_CHUNK ? FIRST_CHUNK : a->total;
    struct arena_chunk *c;

    if (want > LAST_CHUNK)
        want = LAST_CHUNK;
    if (size > SIZE_MAX / 2)
        return out_of_memory(a);
    if (want < size + 2 * ALIGNMENT + sizeof *c)
        want = size + 2 * ALIGNMENT + sizeof *c;
    c = malloc(want);
    if (!c)
        return out_of_memory(a);
    c->older = a->chunk;
    c->end = (char *)c + want;
    a->chunk = c;
    a->total += want;
    a->next = chunk_start(c);
    a->end = c->end;
    return arena_alloc(a, size);
}

void *arena_alloc(esp_arena *a, size_t size)
{
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    char *p = a->next;

    if (!p || rounded < size || rounded > (size_t)(a->end - p))
        return alloc_in_new_chunk(a, size);
    a->next = p + rounded;
    return memset(p, 0, rounded);
}

void *arena_grow(esp_arena *a, void *old, size_t old_size, size_t new_size)
{
    void *p = arena_alloc(a, new_size);

    if (p && old_size)
        memcpy(p, old, old_size);
    return p;
}

char *arena_strdup(esp_arena *a, const char *s)
{
    size_t n = strlen(s) + 1;
    char *p = arena_alloc(a, n);

    return p ? memcpy(p, s, n) : NULL;
}

esp_arena_mark arena_mark(esp_arena *a)
{
    return (esp_arena_mark){ a->chunk, a->next };
}

void arena_release(esp_arena *a, esp_arena_mark m)
{
    while (a->chunk != m.chunk)
        drop_newest(a);
    a->next = m.next;
    a->end = a->chunk ? a->chunk->end : NULL;
}
