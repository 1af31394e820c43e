/*
 * No collector: memory is handed out, and goes with the context.
 */
#include "config.h"

#ifndef HAVE_GC

#include "framework/collector.h"

#include <stdlib.h>
#include <string.h>

/* Objects come out of blocks; large ones have a block each. */
struct block { struct block *older; };

enum { BLOCK = 256 << 10, LARGE = BLOCK / 8, MANY = 64 };

struct esp_collector {
    struct block *blocks;
    char *next, *end;
    uint64_t in_use;
};

void *lasting_alloc(size_t size)
{
    return calloc(1, size);
}

void lasting_free(void *p)
{
    free(p);
}

esp_collector *collector_open(esp_context *c)
{
    (void)c;
    return calloc(1, sizeof(esp_collector));
}

void collector_close(esp_collector *g)
{
    while (g->blocks) {
        struct block *older = g->blocks->older;

        free(g->blocks);
        g->blocks = older;
    }
    free(g);
}

void collector_attach(esp_collector *g)
{
    (void)g;
}

static char *new_block(esp_collector *g, size_t size)
{
    struct block *b = calloc(1, 16 + size);

    if (!b)
        return NULL;
    b->older = g->blocks;
    g->blocks = b;
    return (char *)b + 16;
}

void *collector_alloc(esp_collector *g, size_t size, bool flat)
{
    size_t rounded = (size + 15) & ~(size_t)15;
    char *p;

    (void)flat;
    g->in_use += rounded;
    if (rounded >= LARGE)
        return new_block(g, rounded);
    if (rounded > (size_t)(g->end - g->next)) {
        p = new_block(g, BLOCK);
        if (!p)
            return NULL;
        g->next = p;
        g->end = p + BLOCK;
    }
    p = g->next;
    g->next += rounded;
    return p;
}

void *collector_many(esp_collector *g, size_t size)
{
    char *p = collector_alloc(g, MANY * size, false);

    if (!p)
        return NULL;
    for (int i = 0; i < MANY - 1; i++) {
        void *next = p + (size_t)(i + 1) * size;

        memcpy(p + (size_t)i * size, &next, sizeof next);
    }
    return p;
}

void collector_watch(esp_collector *g, heap_finalizer *f)
{
    (void)g, (void)f;
}

void *collector_unwatch(heap_finalizer *f)
{
    return f->object;
}

bool collector_weak_set(void **link, void *object, bool until_freed)
{
    (void)until_freed;
    *link = object;
    return true;
}

void *collector_weak_get(void **link)
{
    return *link;
}

void collector_weak_clear(void **link)
{
    *link = NULL;
}

/* Nothing has to be kept. */
collector_stack *collector_stack_open(const esp_fiber *f, void **keeper)
{
    collector_stack *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->fiber = f;
    *keeper = s;
    return s;
}

void collector_stack_close(collector_stack *s)
{
    free(s);
}

void collector_leave_stack(esp_collector *g, char *base, bool outermost)
{
    (void)g, (void)base, (void)outermost;
}

void collector_on_stack(esp_collector *g)
{
    (void)g;
}

void collector_collect(esp_collector *g)
{
    (void)g;
}

void *collector_exclusive(void *(*fn)(void *), void *arg)
{
    return fn(arg);
}

bool collector_alive(const void *object)
{
    return object != NULL;
}

uint64_t collector_in_use(esp_collector *g)
{
    return g->in_use;
}

uint64_t collector_count(esp_collector *g)
{
    (void)g;
    return 0;
}

double collector_ms(esp_collector *g)
{
    (void)g;
    return 0;
}

#endif
