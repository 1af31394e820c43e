/*
 * collector.h: what heap.c needs of a collector.
 *
 * collector_libgc.c has it from libgc; collector_none.c has no collector and
 * frees everything when the context closes.  By config.h, one of the two files
 * is empty.
 */
#ifndef ESP_COLLECTOR_H
#define ESP_COLLECTOR_H

#include "framework/private.h"

typedef struct esp_collector esp_collector;

/* A finalizer and what it is for. */
typedef struct heap_finalizer {
    struct heap_finalizer *next;
    esp_context *context;
    void *object;               /* the collector may hide it until it is due */
    void (*fn)(void *object, void *arg);
    void *arg;
    bool due;
} heap_finalizer;

/* For the calling thread.  NULL: the host has no memory. */
esp_collector *collector_open(esp_context *c);
void collector_close(esp_collector *g);
/* The context is used by the calling thread now. */
void collector_attach(esp_collector *g);

/* Zeroed memory that is kept if it is found; flat: not zeroed, not looked
 * into.  NULL: the host has no memory. */
void *collector_alloc(esp_collector *g, size_t size, bool flat);

/* Several objects of one size, linked through their first words. */
void *collector_many(esp_collector *g, size_t size);

/* Sets f->due, and calls heap_finalizer_due, when f->object is unreachable; f
 * is memory of lasting_alloc. */
void collector_watch(esp_collector *g, heap_finalizer *f);
/* Not any longer, so that f may be freed; returns the object. */
void *collector_unwatch(heap_finalizer *f);

/* See esp_weak. */
bool collector_weak_set(void **link, void *object, bool until_freed);
void *collector_weak_get(void **link);
void collector_weak_clear(void **link);

/* ---- stacks ---- */
/* A C stack that guest code runs on, with its guest frames. */
typedef struct collector_stack {
    const esp_fiber *fiber;     /* NULL: none any longer */
    char *frame_next;           /* frames lie from fiber->base to here */
    struct collector_stack *next;       /* the collector's */
} collector_stack;

/* *keeper is an object that keeps what lies on the stack when that is
 * suspended.  NULL: no memory. */
collector_stack *collector_stack_open(const esp_fiber *f, void **keeper);
void collector_stack_close(collector_stack *s);

/* The thread goes to another stack, whose base is this; NULL: back to where
 * it was when it left for the first one (`outermost`).  No collection happens
 * between the two calls; the second one is made on the new stack. */
void collector_leave_stack(esp_collector *g, char *base, bool outermost);
void collector_on_stack(esp_collector *g);

void collector_collect(esp_collector *g);

/* Calls fn(arg) while no collection is under way, and returns its result; fn
 * allocates nothing.  For what looks at references that keep nothing. */
void *collector_exclusive(void *(*fn)(void *), void *arg);

/* For intern_sweep: has the last collection found the object? */
bool collector_alive(const void *object);

/* Bytes that are neither free nor known to be garbage. */
uint64_t collector_in_use(esp_collector *g);
uint64_t collector_count(esp_collector *g);
double collector_ms(esp_collector *g);

/* ---- heap.c ---- */
/* Asks the context to run finalizers; from any thread, which may hold the
 * collector's lock. */
void heap_finalizer_due(esp_context *c);

/* ---- intern.c ---- */
/* Forgets the strings that are gone.  Called at the end of a collection, as if
 * by collector_exclusive, from any thread. */
void intern_sweep(esp_context *c);

#endif
