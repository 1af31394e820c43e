/*
 * fiber.h: C stacks beside the thread's own, and going from one to another.
 *
 *     low                          base              end
 *      │ guard │ C stack  ◀────────── │ side ─────▶  │
 *
 * A fiber comes with memory of its owner's choice, the side, that grows the
 * other way.  Both begin in the same page, so that a fiber that has run little
 * holds little memory: the host backs what is used.
 *
 * Exists for the machines that fiber.c has instructions for; elsewhere
 * fiber_pool_new returns NULL.
 */
#ifndef ESP_BASE_FIBER_H
#define ESP_BASE_FIBER_H

#include "framework/base/cc.h"

#include <stddef.h>
#include <stdint.h>

typedef struct esp_fiber_pool esp_fiber_pool;

typedef struct esp_fiber {
    char *low, *base, *end;     /* of a thread's own stack: not known */
    char *sp;                   /* while it is suspended; NULL: it runs */
    struct esp_fiber *next;     /* free ones */
    void *asan, *tsan;          /* what the sanitizers keep */
    uint32_t uses;
} esp_fiber;

/* All fibers of a pool have gone when it is freed. */
esp_fiber_pool *fiber_pool_new(void);
void fiber_pool_free(esp_fiber_pool *p);

/* A fiber that has not been started; NULL: the host has no memory.  16 MB of
 * stack and of side, or 1 MB and 5 MB where the host has no such room. */
esp_fiber *fiber_get(esp_fiber_pool *p);
/* It will not go on: it has ended, or nobody wants it to. */
void fiber_put(esp_fiber_pool *p, esp_fiber *f);

/* What runs in a fiber.  It never returns: it leaves with fiber_leave. */
typedef void fiber_fn(void *arg);

/* The first fiber_switch to f calls fn(arg). */
void fiber_start(esp_fiber *f, fiber_fn *fn, void *arg);

/* fn begins with this. */
void fiber_begin(esp_fiber *f, esp_fiber *from);

/* Machine code: pushes registers, *save = sp, sp = to, pops them, returns. */
void fiber_swap(char **save, char *to);

/* Goes on in `to`; returns when somebody goes back to `from`, which is what
 * runs now: a fiber, or a zeroed struct that stands for the thread's stack.
 * Inline: behind the swap the processor has no idea where a return goes, so
 * each C frame between two who switch costs a wrong guess. */
CC_INLINE void fiber_switch(esp_fiber *from, esp_fiber *to)
{
    const void *low;
    size_t size;

    CC_FIBER_LEAVE(&from->asan, to->low, (size_t)(to->base - to->low));
    CC_FIBER_GO(from->tsan, to->tsan);
    fiber_swap(&from->sp, to->sp);
    from->sp = NULL;
    CC_FIBER_ARRIVED(from->asan, &low, &size);
}

/* The same at the end of a fiber. */
_Noreturn void fiber_leave(esp_fiber *from, esp_fiber *to);

/* The innermost C frame of a suspended fiber: a frame pointer. */
void *fiber_frame(const esp_fiber *f);

#endif
