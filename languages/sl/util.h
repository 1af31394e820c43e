/*
 * util.h: memory that is freed at once, arrays and text that grow: what the
 * parser and the diagnosis need and no guest value ever lives in.
 */
#ifndef SL_UTIL_H
#define SL_UTIL_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sl_arena {
    jmp_buf *no_memory;             /* where to go without */
    struct sl_chunk *chunk;         /* newest first */
    char *next, *end;
} sl_arena;

/* `size` bytes, zeroed.  When the host has none left, does not return: a
 * parser that asked after each node would be about little else. */
void *sl_arena_alloc(sl_arena *a, size_t size);
/* The arena is empty and usable again. */
void sl_arena_free(sl_arena *a);

#define SL_NEW(arena, type) ((type *)sl_arena_alloc((arena), sizeof(type)))
#define SL_ARRAY(arena, type, n) \
    ((type *)sl_arena_alloc((arena), sizeof(type) * (size_t)(n)))

#define SL_LIST(type) struct { type *at; uint32_t n, cap; }

#define SL_PUSH(arena, list, x)                                             \
    do {                                                                    \
        if ((list)->n == (list)->cap)                                       \
            (list)->at = sl_list_grow((arena), (list)->at, &(list)->cap,    \
                                      sizeof *(list)->at);                  \
        (list)->at[(list)->n++] = (x);                                      \
    } while (0)

void *sl_list_grow(sl_arena *a, void *old, uint32_t *cap, size_t element);

/* A string that grows; cut off when the host has no memory left. */
typedef struct sl_text {
    char *s;                        /* NULL, or ended by a zero byte */
    size_t n, cap;
} sl_text;

void sl_text_add(sl_text *t, const char *s, size_t n);
void sl_text_string(sl_text *t, const char *s);
void sl_text_char(sl_text *t, char c);
void sl_text_number(sl_text *t, int64_t i);
void sl_text_free(sl_text *t);

#endif
