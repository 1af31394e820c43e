/*
 * Arenas, as a list of chunks that double in size up to a megabyte.  Large ones
 * are the system's, not the C library's: that would keep their memory when they
 * are freed, and a process that compiles now and then would stay as large as it
 * was at most.  An array that has grown large has pages of its own, which move
 * to where there is room: nothing is copied, and nothing left behind.
 *
 *     chunk start       next            clean              end
 *       | allocated ..... | zeroed ....... | anything ...... |
 *
 * Zeroing runs ahead of the requests in steps, so that most of these only move
 * a pointer.  `clean` and `end` are multiples of 16, as all sizes are.
 *
 * If the address sanitizer watches, each request has a chunk of its own, which
 * is freed when it is released: so nobody can get beside what is theirs, nor at
 * an array that has grown elsewhere.
 */
#define _GNU_SOURCE
#include "framework/base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct arena_chunk {
    struct arena_chunk *older;
    char *end;
};

/* The array stands behind it. */
struct arena_array {
    struct arena_array *older;
    size_t size;                /* of all */
    uint32_t number;
};

enum {
    FIRST_CHUNK = 8 << 10,
    LAST_CHUNK = 1 << 20,
    MAPPED = 128 << 10,         /* a chunk of so many bytes is the system's */
    ARRAY = 64 << 10,           /* an array that grows to so many is, too */
    ALIGNMENT = 16,
    STEP = 1 << 10              /* zeroed at a time, at least */
};

static size_t round_up(size_t size)
{
    return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

static char *chunk_start(struct arena_chunk *c)
{
    return (char *)c + round_up(sizeof *c);
}

static size_t chunk_size(const struct arena_chunk *c)
{
    return (size_t)(c->end - (const char *)c);
}

void arena_init(esp_arena *a)
{
    memset(a, 0, sizeof *a);
}

/* Allocation goes on in the newest chunk, behind `next`. */
static void go_on(esp_arena *a, char *next)
{
    a->next = a->clean = next;
    a->end = a->chunk ? a->chunk->end : NULL;
}

/* ---- chunks ------------------------------------------------------------ */

static void take_chunk(esp_arena *a, struct arena_chunk *c)
{
    c->older = a->chunk;
    a->chunk = c;
    a->total += chunk_size(c);
    go_on(a, chunk_start(c));
}

static struct arena_chunk *drop_newest(esp_arena *a)
{
    struct arena_chunk *c = a->chunk;

    a->chunk = c->older;
    a->total -= chunk_size(c);
    return c;
}

static void *map(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

static bool is_mapped(size_t size)
{
    return size >= MAPPED && !CC_CHECKS_ADDRESSES;
}

static struct arena_chunk *make_chunk(size_t size)
{
    size_t whole = size / ALIGNMENT * ALIGNMENT;
    struct arena_chunk *c = is_mapped(whole) ? map(whole) : malloc(size);

    if (c)
        c->end = (char *)c + whole;
    return c;
}

static void free_chunk(struct arena_chunk *c)
{
    if (is_mapped(chunk_size(c)))
        munmap(c, chunk_size(c));
    else
        free(c);
}

static void spare_chunk(esp_arena *a, struct arena_chunk *c)
{
    if (CC_CHECKS_ADDRESSES) {
        free_chunk(c);
        return;
    }
    c->older = a->spare;
    a->spare = c;
}

void arena_trim(esp_arena *a, size_t most)
{
    struct arena_chunk **at = &a->spare, *c;
    size_t kept = 0;

    while ((c = *at)) {
        if (kept + chunk_size(c) <= most) {
            kept += chunk_size(c);
            at = &c->older;
        } else {
            *at = c->older;
            free_chunk(c);
        }
    }
}

/* A spare chunk that has room for `size` bytes. */
static bool reuse_chunk(esp_arena *a, size_t size)
{
    struct arena_chunk **at = &a->spare, *c;

    while (*at && (size_t)((*at)->end - chunk_start(*at)) < size)
        at = &(*at)->older;
    c = *at;
    if (!c)
        return false;
    *at = c->older;
    take_chunk(a, c);
    return true;
}

static bool new_chunk(esp_arena *a, size_t size)
{
    size_t want = a->total < a->first ? a->first : a->total;
    struct arena_chunk *c;

    if (size > SIZE_MAX / 2)
        return false;
    if (reuse_chunk(a, size))
        return true;
    if (want < FIRST_CHUNK && !a->first)
        want = FIRST_CHUNK;
    if (want > LAST_CHUNK && want > a->first)
        want = LAST_CHUNK;
    if (want < size + 2 * ALIGNMENT + sizeof *c)
        want = size + 2 * ALIGNMENT + sizeof *c;
    if (CC_CHECKS_ADDRESSES)
        want = size + round_up(sizeof *c);
    c = make_chunk(want);
    if (c)
        take_chunk(a, c);
    return c != NULL;
}

/* ---- large arrays ------------------------------------------------------ */

static char *array_start(struct arena_array *x)
{
    return (char *)x + round_up(sizeof *x);
}

static struct arena_array **find_array(esp_arena *a, const char *start)
{
    struct arena_array **at = &a->arrays;

    while (*at && array_start(*at) != start)
        at = &(*at)->older;
    return at;
}

static char *make_array(esp_arena *a, const char *old, size_t old_size,
                        size_t size)
{
    struct arena_array *x = map(size);

    if (!x)
        return NULL;
    *x = (struct arena_array){ a->arrays, size, ++a->narrays };
    a->arrays = x;
    return old_size ? memcpy(array_start(x), old, old_size) : array_start(x);
}

static char *grow_array(esp_arena *a, const char *old, size_t old_size,
                        size_t new_size)
{
    struct arena_array **at = find_array(a, old), *x = *at;
    size_t size = new_size + round_up(sizeof *x);

    if (!x)
        return make_array(a, old, old_size, size);
    x = mremap(x, x->size, size, MREMAP_MAYMOVE);
    if (x == MAP_FAILED)
        return NULL;
    x->size = size;
    *at = x;
    return array_start(x);
}

/* Those that were made when there had been so many. */
static void free_arrays(esp_arena *a, uint32_t before)
{
    while (a->arrays && a->arrays->number > before) {
        struct arena_array *x = a->arrays;

        a->arrays = x->older;
        munmap(x, x->size);
    }
}

/* ---- memory ------------------------------------------------------------ */

static void *out_of_memory(esp_arena *a)
{
    if (a->exhausted)
        a->exhausted(a->arg);
    return NULL;
}

static bool make_room(esp_arena *a, size_t size)
{
    if (!CC_CHECKS_ADDRESSES && a->next && size <= (size_t)(a->end - a->next))
        return true;
    return new_chunk(a, size);
}

void *arena_alloc_slowly(esp_arena *a, size_t size)
{
    size_t rounded = round_up(size), ahead;
    char *p;

    if (rounded < size || !make_room(a, rounded))
        return out_of_memory(a);
    p = a->next;
    a->next += rounded;
    ahead = (size_t)(a->end - a->next);
    if (ahead > STEP)
        ahead = STEP;
    memset(a->clean, 0, (size_t)(a->next + ahead - a->clean));
    a->clean = a->next + ahead;
    return p;
}

/* As arena_alloc, but nothing is zeroed. */
static char *alloc_dirty(esp_arena *a, size_t size)
{
    size_t rounded = round_up(size);

    if (rounded < size || !make_room(a, rounded))
        return out_of_memory(a);
    a->next += rounded;
    if (a->clean < a->next)
        a->clean = a->next;
    return a->next - rounded;
}

static bool is_newest(const esp_arena *a, const char *array, size_t size)
{
    return array && array + round_up(size) == a->next;
}

void *arena_grow(esp_arena *a, void *old, size_t old_size, size_t new_size)
{
    size_t more = round_up(new_size) - round_up(old_size);
    char *p;

    if (new_size >= ARRAY && new_size < SIZE_MAX / 2 && !CC_CHECKS_ADDRESSES) {
        p = grow_array(a, old, old_size, new_size);
        return p ? p : out_of_memory(a);
    }
    if (is_newest(a, old, old_size) && more <= (size_t)(a->end - a->next)) {
        alloc_dirty(a, more);
        return old;
    }
    p = alloc_dirty(a, new_size);
    if (p && old_size) {
        memcpy(p, old, old_size);
        CC_POISON(old, old_size);
    }
    return p;
}

char *arena_strdup(esp_arena *a, const char *s)
{
    size_t n = strlen(s) + 1;
    char *p = arena_alloc(a, n);

    return p ? memcpy(p, s, n) : NULL;
}

/* ---- ends -------------------------------------------------------------- */

void arena_free(esp_arena *a)
{
    while (a->chunk)
        spare_chunk(a, drop_newest(a));
    free_arrays(a, 0);
    arena_trim(a, 0);
    a->first = 0;
    go_on(a, NULL);
}

void arena_reset(esp_arena *a, size_t most)
{
    struct arena_chunk *c = a->chunk;
    size_t first = a->total < most ? a->total : most;

    if (c && !c->older && chunk_size(c) <= most) {
        free_arrays(a, 0);
        arena_trim(a, 0);
        go_on(a, chunk_start(c));
        return;
    }
    arena_free(a);
    a->first = first;
}

esp_arena_mark arena_mark(esp_arena *a)
{
    return (esp_arena_mark){ a->chunk, a->next, a->narrays };
}

void arena_release(esp_arena *a, esp_arena_mark m)
{
    while (a->chunk != m.chunk)
        spare_chunk(a, drop_newest(a));
    free_arrays(a, m.narrays);
    go_on(a, m.next);
}
