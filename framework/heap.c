/*
 * Guest objects: lists of free ones, the limit, finalizers.
 *
 * Counting happens where the lists are refilled, so that a pop from a list
 * costs nothing more.  How much is in use is asked for after each sixteenth of
 * the limit; when that is too much even after a collection, the guest gets an
 * error at its next poll, and meanwhile allocation goes on.
 */
#include "framework/collector.h"

#include <string.h>

enum { RESERVE = 16 << 10 };

/* No host has memory for a larger object. */
#define LARGEST ((size_t)1 << 40)

struct esp_heap {
    esp_collector *collector;
    uint64_t limit;             /* 0: none */
    uint64_t next_check;        /* when context->allocated gets here */
    int64_t external;
    heap_finalizer *finalizers;     /* newest first */
    heap_finalizer *waiting;        /* to be run */
    bool finalizer_due;
    esp_value thrown;               /* by a finalizer, for a poll */
    void (*after)(void *arg);       /* see esp_after_collections; or NULL */
    void *after_arg;
    bool collected;
    uint64_t collections;       /* that have been traced */
    char *reserve;              /* for when the host has no memory */
    uint32_t reserve_used;
};

bool heap_open(esp_context *c, uint64_t limit)
{
    esp_heap *h = esp_context_alloc(c, sizeof *h);

    if (!h)
        return false;
    h->collector = collector_open(c);
    h->reserve = lasting_alloc(RESERVE);
    h->limit = limit;
    h->next_check = limit / 16;
    h->thrown = esp_nothing();
    c->heap = h;
    return h->collector && h->reserve;
}

/* Moves those that are due behind the others that wait to be run, in their
 * order; all: due or not. */
static void take_due(esp_heap *h, bool all)
{
    heap_finalizer **at = &h->finalizers, **last = &h->waiting;

    while (*last)
        last = &(*last)->next;
    while (*at) {
        heap_finalizer *f = *at;

        if (!all && !__atomic_load_n(&f->due, __ATOMIC_ACQUIRE)) {
            at = &f->next;
            continue;
        }
        *at = f->next;
        f->next = NULL;
        *last = f;
        last = &f->next;
    }
}

/* What it throws is for the program, which may be throwing something itself. */
static void run_finalizer(esp_context *c, heap_finalizer *f)
{
    esp_value thrown = esp_catch(c);

    f->fn(collector_unwatch(f), f->arg);
    if (c->thrown.tag != ESP_NOTHING)
        c->heap->thrown = c->thrown;
    c->thrown = thrown;
    lasting_free(f);
}

/* What a finalizer runs may poll, and so come here again. */
static void run_finalizers(esp_context *c, bool all)
{
    esp_heap *h = c->heap;

    take_due(h, all);
    while (h->waiting) {
        heap_finalizer *f = h->waiting;

        h->waiting = f->next;
        run_finalizer(c, f);
    }
}

/* Those that finalizers have made at the end of the context. */
static void drop_finalizers(esp_heap *h)
{
    while (h->finalizers) {
        heap_finalizer *f = h->finalizers;

        h->finalizers = f->next;
        collector_unwatch(f);
        lasting_free(f);
    }
}

void heap_close(esp_context *c)
{
    esp_heap *h = c->heap;

    if (!h)
        return;
    run_finalizers(c, true);
    drop_finalizers(h);
    tier_stop_reading(c->engine, "context closed");
    lasting_free(h->reserve);
    if (h->collector)
        collector_close(h->collector);
}

void heap_attach(esp_context *c)
{
    collector_attach(c->heap->collector);
}

/* ---- the limit --------------------------------------------------------- */

static uint64_t in_use(const esp_heap *h)
{
    int64_t n = (int64_t)collector_in_use(h->collector) + h->external;

    return n > 0 ? (uint64_t)n : 0;
}

struct esp_collector *heap_collector(esp_context *c)
{
    return c->heap->collector;
}

void heap_collect(esp_context *c)
{
    collector_collect(c->heap->collector);
    coroutine_sweep(c);
}

/* Is there room for `more` bytes?  Collects if there seems to be none. */
static bool has_room(esp_context *c, uint64_t more)
{
    const esp_heap *h = c->heap;

    if (!h->limit)
        return true;
    if (more > h->limit)
        return false;
    if (in_use(h) <= h->limit - more)
        return true;
    heap_collect(c);
    return in_use(h) <= h->limit - more;
}

/* Some time may have passed since that was seen, and memory come back. */
bool heap_is_exhausted(esp_context *c)
{
    return c->heap->reserve_used || !has_room(c, 0);
}

static void trace_collections(esp_context *c)
{
    esp_heap *h = c->heap;
    uint64_t n = collector_count(h->collector);

    if (n == h->collections)
        return;
    h->collections = n;
    esp_trace(c->engine, ESP_TRACE_gc, "collection %llu: %llu KB in use, "
              "%.0f ms so far", (unsigned long long)n,
              (unsigned long long)in_use(h) >> 10,
              collector_ms(h->collector));
}

/* More was allocated. */
static void account(esp_context *c, size_t size)
{
    esp_heap *h = c->heap;

    c->allocated += size;
    if (ESP_UNLIKELY(esp_tracing(c->engine, ESP_TRACE_gc)))
        trace_collections(c);
    if (ESP_LIKELY(!h->limit || c->allocated < h->next_check))
        return;
    h->next_check = c->allocated + h->limit / 16;
    if (!has_room(c, 0))
        engine_ask_poll(c, ESP_POLL_HEAP);
}

static void *exhausted(esp_context *c)
{
    esp_value v = { .as.p = esp_error_new(c, c->frame ? c->frame->site : NULL,
                                          ESP_ERROR_HEAP, "out of memory"),
                    .tag = ESP_ERROR };

    esp_throw(c, v);
    return NULL;
}

/* ---- allocation -------------------------------------------------------- */

static void *take(esp_context *c, size_t size, bool flat)
{
    esp_heap *h = c->heap;

    if (c->engine->options.collect)
        collector_collect(h->collector);
    if (size > LARGEST ||
        (h->limit && size > h->limit / 16 && !has_room(c, size)))
        return NULL;
    account(c, size);
    return collector_alloc(h->collector, size, flat);
}

void *esp_alloc(esp_context *context, size_t size)
{
    void *p = take(context, size, false);

    return p ? p : exhausted(context);
}

void *esp_alloc_flat(esp_context *context, size_t size)
{
    void *p = take(context, size, true);

    return p ? p : exhausted(context);
}

void *heap_reserve(esp_context *c, size_t size)
{
    esp_heap *h = c->heap;
    void *p = collector_alloc(h->collector, size, false);
    size_t rounded = (size + 15) & ~(size_t)15;

    if (p || rounded > RESERVE - h->reserve_used)
        return p;
    engine_ask_poll(c, ESP_POLL_HEAP);
    p = h->reserve + h->reserve_used;
    h->reserve_used += (uint32_t)rounded;
    return p;
}

/* Takes one object from a fresh list and leaves the rest to esp_new. */
static void *refill(esp_context *c, uint32_t list)
{
    void **first = collector_many(c->heap->collector, 16 * (size_t)list);
    size_t n = 0;

    if (!first)
        return heap_reserve(c, 16 * (size_t)list);
    for (void **p = first; p; p = *p)
        n++;
    account(c, 16 * n * list);
    c->free[list] = first[0];
    first[0] = NULL;
    return first;
}

void *esp_new_slow(esp_context *context, const esp_heap_type *type)
{
    uint32_t list = (type->size + 15) / 16;
    void *p;

    if (!type->flat && list < ESP_FREE_LISTS &&
        !context->engine->options.collect)
        return refill(context, list);
    p = take(context, type->size, type->flat);
    if (!p)
        p = heap_reserve(context, type->size);
    return p && type->flat ? memset(p, 0, type->size) : p;
}

void esp_heap_add_external(esp_context *context, int64_t bytes)
{
    context->heap->external += bytes;
    if (bytes > 0)
        account(context, (size_t)bytes);
}

/* ---- finalizers -------------------------------------------------------- */

void esp_finalizer(esp_context *context, void *object,
                   void (*fn)(void *object, void *arg), void *arg)
{
    esp_heap *h = context->heap;
    heap_finalizer *f = lasting_alloc(sizeof *f);

    if (!f)
        return;
    *f = (heap_finalizer){ h->finalizers, context, object, fn, arg, false };
    h->finalizers = f;
    collector_watch(h->collector, f);
}

void heap_finalizer_due(esp_context *c)
{
    __atomic_store_n(&c->heap->finalizer_due, true, __ATOMIC_RELEASE);
    engine_ask_poll(c, ESP_POLL_FINALIZER);
}

/* In any thread, which may hold the collector's lock. */
void heap_collected(esp_context *c)
{
    if (!c->heap || !c->heap->after)
        return;
    __atomic_store_n(&c->heap->collected, true, __ATOMIC_RELEASE);
    engine_ask_poll(c, ESP_POLL_FINALIZER);
}

void esp_after_collections(esp_context *context, void (*fn)(void *arg),
                           void *arg)
{
    context->heap->after_arg = arg;
    context->heap->after = fn;
}

void esp_clear_stack(esp_context *context)
{
    enum { WORDS = 2048 };
    volatile uintptr_t room[WORDS];

    if ((char *)(uintptr_t)room > context->stack_limit)
        for (size_t i = 0; i < WORDS; i++)
            room[i] = 0;
}

/* A loop that waits for a finalizer comes here after each collection, and its
 * next iteration finds a stack without the words that have kept the object. */
void heap_poll(esp_context *c)
{
    esp_heap *h = c->heap;

    if (__atomic_exchange_n(&h->finalizer_due, false, __ATOMIC_ACQUIRE))
        run_finalizers(c, false);
    if (__atomic_exchange_n(&h->collected, false, __ATOMIC_ACQUIRE)) {
        esp_clear_stack(c);
        if (h->after)
            h->after(h->after_arg);
    }
}

bool heap_throws(esp_context *c)
{
    esp_heap *h = c->heap;

    if (h->thrown.tag == ESP_NOTHING)
        return false;
    esp_throw(c, h->thrown);
    h->thrown = esp_nothing();
    return true;
}

/* ---- weak references --------------------------------------------------- */

bool esp_weak_set(esp_weak *w, void *object, bool until_freed)
{
    return collector_weak_set(&w->link, object, until_freed);
}

void *esp_weak_get(esp_weak *w)
{
    return collector_weak_get(&w->link);
}

void esp_weak_clear(esp_weak *w)
{
    collector_weak_clear(&w->link);
}

/* ---- the rest ---------------------------------------------------------- */

void esp_collect_quietly(esp_context *context)
{
    heap_collect(context);
}

void esp_collect(esp_context *context)
{
    heap_collect(context);
    heap_poll(context);
    if (context->heap->thrown.tag != ESP_NOTHING)
        engine_ask_poll(context, ESP_POLL_FINALIZER);
}

void esp_heap_stats_get(esp_context *context, esp_heap_stats *to)
{
    esp_heap *h = context->heap;

    to->allocated = context->allocated;
    to->in_use = in_use(h);
    to->collections = collector_count(h->collector);
    to->ms = collector_ms(h->collector);
}
