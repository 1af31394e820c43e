/*
 * Arenas: memory that is freed all at once.
 *
 * A compilation owns one for what it builds and one for notes that a pass
 * drops when it returns.  Nothing in an arena is freed alone.
 */
#ifndef ESP_BASE_ARENA_H
#define ESP_BASE_ARENA_H

#include "framework/base/cc.h"

#include <stddef.h>
#include <stdint.h>

struct arena_chunk;
struct arena_array;

typedef struct esp_arena {
    char *next, *clean, *end;       /* free part of the newest chunk: zeroed */
                                    /* as far as `clean` */
    struct arena_chunk *chunk;      /* newest first */
    struct arena_chunk *spare;      /* released, for the next requests */
    struct arena_array *arrays;     /* large ones that have grown: newest first */
    uint32_t narrays;               /* that there ever were */
    size_t total;                   /* bytes in `chunk` and below */
    size_t first;                   /* ... and in the first, when it comes; 0:
                                     * some */
    void (*exhausted)(void *arg);   /* called when memory runs out; must not */
    void *arg;                      /* return.  NULL: alloc returns NULL */
} esp_arena;

typedef struct esp_arena_mark {
    struct arena_chunk *chunk;
    char *next;
    uint32_t narrays;
} esp_arena_mark;

/* An empty arena; nothing is allocated before the first request. */
void arena_init(esp_arena *a);

/* Gives all memory back; the arena is empty and usable again. */
void arena_free(esp_arena *a);

/* Empties the arena, and keeps one chunk of up to `most` bytes for what comes:
 * large enough for all that was in it, if possible. */
void arena_reset(esp_arena *a, size_t most);

/* The part of arena_alloc that is rare: zeroes more, or takes a new chunk. */
void *arena_alloc_slowly(esp_arena *a, size_t size);

/* `size` bytes, zeroed, aligned to 16. */
static inline void *arena_alloc(esp_arena *a, size_t size)
{
    if (CC_UNLIKELY(size >= (size_t)(a->clean - a->next)))
        return arena_alloc_slowly(a, size);
    a->next += (size + 15) & ~(size_t)15;
    return a->next - ((size + 15) & ~(size_t)15);
}

/* A larger copy of an array that lives in the arena; what is new in it may hold
 * anything.  The newest array may grow where it is, and a large one takes its
 * memory along; that of others is left. */
void *arena_grow(esp_arena *a, void *old, size_t old_size, size_t new_size);

/* A copy of a C string. */
char *arena_strdup(esp_arena *a, const char *s);

/* What was allocated after a mark is given up by arena_release. */
esp_arena_mark arena_mark(esp_arena *a);
void arena_release(esp_arena *a, esp_arena_mark m);

/* Gives back what was released, but for `most` bytes. */
void arena_trim(esp_arena *a, size_t most);

#define ARENA_NEW(a, type)         ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) \
    ((type *)arena_alloc((a), sizeof(type) * (size_t)(n)))

#endif
