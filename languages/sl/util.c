/*
 * Memory that is freed at once, arrays and text that grow.
 */
#include "languages/sl/util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sl_chunk { struct sl_chunk *older; };

enum { CHUNK = 32 << 10, ALIGN = 16 };

static void new_chunk(sl_arena *a, size_t size)
{
    size_t all = size + ALIGN > CHUNK ? size + ALIGN : CHUNK;
    struct sl_chunk *c = malloc(all);

    if (!c)
        longjmp(*a->no_memory, 1);
    c->older = a->chunk;
    a->chunk = c;
    a->next = (char *)c + ALIGN;
    a->end = (char *)c + all;
}

void *sl_arena_alloc(sl_arena *a, size_t size)
{
    char *p;

    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (size > (size_t)(a->end - a->next))
        new_chunk(a, size);
    p = a->next;
    a->next += size;
    return memset(p, 0, size);
}

void sl_arena_free(sl_arena *a)
{
    while (a->chunk) {
        struct sl_chunk *older = a->chunk->older;

        free(a->chunk);
        a->chunk = older;
    }
    a->next = a->end = NULL;
}

void *sl_list_grow(sl_arena *a, void *old, uint32_t *cap, size_t element)
{
    uint32_t larger = *cap ? *cap * 2 : 8;
    void *p = sl_arena_alloc(a, larger * element);

    if (*cap)
        memcpy(p, old, *cap * element);
    *cap = larger;
    return p;
}

void sl_text_add(sl_text *t, const char *s, size_t n)
{
    if (t->n + n + 1 > t->cap) {
        size_t cap = (t->n + n + 1) * 2;
        char *larger = realloc(t->s, cap);

        if (!larger)
            return;
        t->s = larger;
        t->cap = cap;
    }
    memcpy(t->s + t->n, s, n);
    t->n += n;
    t->s[t->n] = '\0';
}

void sl_text_string(sl_text *t, const char *s)
{
    sl_text_add(t, s, strlen(s));
}

void sl_text_char(sl_text *t, char c)
{
    sl_text_add(t, &c, 1);
}

void sl_text_number(sl_text *t, int64_t i)
{
    char digits[24];

    sl_text_add(t, digits, (size_t)snprintf(digits, sizeof digits, "%lld",
                                            (long long)i));
}

void sl_text_free(sl_text *t)
{
    free(t->s);
    *t = (sl_text){ 0 };
}
