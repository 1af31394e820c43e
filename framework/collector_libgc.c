/*
 * libgc as the collector.
 *
 * A process has one libgc, shared by all contexts.  It finds the C stacks of
 * registered threads and the memory of lasting_alloc by itself; the used parts
 * of the frame stacks are shown to it while the world is stopped.
 */
#include "config.h"

#ifdef HAVE_GC

#define _GNU_SOURCE
#define GC_THREADS
#define GC_NO_THREAD_REDIRECTS
#include "framework/collector.h"

#include <gc/gc.h>
#include <gc/gc_mark.h>
#include <stdlib.h>
#include <unistd.h>

/* Bytes that are allocated at least between two collections.  libgc's own
 * choice makes 2000 collections of 100 MB of short-lived objects; twice as many bytes
 * are hardly faster, half as many cost a tenth. */
enum { EAGERNESS = 4 << 20 };

struct esp_collector {
    esp_context *context;
    esp_collector *next;
};

/* What the process has one of: libgc's roots, and the key whose destructor
 * takes a thread out of libgc.  Under libgc's lock. */
static struct {
    esp_collector *open;
    pthread_once_t once;
    pthread_key_t thread;
    GC_push_other_roots_proc others;
    GC_on_collection_event_proc events;
} process = { .once = PTHREAD_ONCE_INIT };

static void push_frames(void)
{
    for (esp_collector *g = process.open; g; g = g->next)
        if (g->context->own->frames)
            GC_push_all(g->context->own->frames, g->context->frame_next);
    if (process.others)
        process.others();
}

/* The marks are there until the next collection, and libgc's lock is held. */
static void event(GC_EventType type)
{
    if (type == GC_EVENT_END)
        for (esp_collector *g = process.open; g; g = g->next)
            intern_sweep(g->context);
    if (process.events)
        process.events(type);
}

static void leave_thread(void *ignored)
{
    (void)ignored;
    GC_unregister_my_thread();
}

static void ignore_warning(char *message, GC_word argument)
{
    (void)message, (void)argument;
}

/* libgc takes the thread that starts it for the main one, whose stack it
 * knows.  When it is another, it has to be told. */
static void start(void)
{
    struct GC_stack_base stack;

    GC_set_all_interior_pointers(0);
    GC_set_dont_precollect(1);
    GC_set_markers_count(1);
    GC_set_warn_proc(ignore_warning);
    GC_INIT();
    GC_set_min_bytes_allocd(EAGERNESS);
    GC_start_performance_measurement();
    process.others = GC_get_push_other_roots();
    GC_set_push_other_roots(push_frames);
    process.events = GC_get_on_collection_event();
    GC_set_on_collection_event(event);
    GC_allow_register_threads();
    pthread_key_create(&process.thread, leave_thread);
    if (getpid() != gettid() && GC_get_stack_base(&stack) == GC_SUCCESS) {
        GC_set_stackbottom(NULL, &stack);
        pthread_setspecific(process.thread, &process);
    }
}

static void enter_thread(void)
{
    struct GC_stack_base stack;

    pthread_once(&process.once, start);
    if (GC_thread_is_registered() ||
        GC_get_stack_base(&stack) != GC_SUCCESS)
        return;
    GC_register_my_thread(&stack);
    pthread_setspecific(process.thread, &process);
}

void *lasting_alloc(size_t size)
{
    enter_thread();
    return GC_malloc_uncollectable(size);
}

void lasting_free(void *p)
{
    GC_free(p);
}

/* ---- contexts ---------------------------------------------------------- */

static void *add_open(void *g)
{
    ((esp_collector *)g)->next = process.open;
    process.open = g;
    return NULL;
}

static void *remove_open(void *g)
{
    esp_collector **at = &process.open;

    while (*at != g)
        at = &(*at)->next;
    *at = (*at)->next;
    return NULL;
}

esp_collector *collector_open(esp_context *c)
{
    esp_collector *g = calloc(1, sizeof *g);

    if (!g)
        return NULL;
    enter_thread();
    g->context = c;
    GC_call_with_alloc_lock(add_open, g);
    return g;
}

void collector_close(esp_collector *g)
{
    GC_call_with_alloc_lock(remove_open, g);
    free(g);
}

void collector_attach(esp_collector *g)
{
    (void)g;
    enter_thread();
}

/* ---- memory ------------------------------------------------------------ */

void *collector_alloc(esp_collector *g, size_t size, bool flat)
{
    (void)g;
    return flat ? GC_malloc_atomic(size) : GC_malloc(size);
}

void *collector_many(esp_collector *g, size_t size)
{
    (void)g;
    return GC_malloc_many(size);
}

/* libgc calls this from any allocation, in any thread: the object's own
 * context runs the finalizer at a poll. */
static void object_gone(void *object, void *arg)
{
    heap_finalizer *f = arg;

    f->object = object;
    __atomic_store_n(&f->due, true, __ATOMIC_RELEASE);
    heap_finalizer_due(f);
}

void collector_watch(esp_collector *g, heap_finalizer *f)
{
    (void)g;
    GC_register_finalizer_no_order(f->object, object_gone, f, NULL, NULL);
    f->object = (void *)GC_HIDE_POINTER(f->object);
}

void *collector_unwatch(heap_finalizer *f)
{
    void *object = GC_REVEAL_POINTER((GC_hidden_pointer)f->object);

    GC_register_finalizer_no_order(object, NULL, NULL, NULL, NULL);
    return object;
}

void collector_collect(esp_collector *g)
{
    (void)g;
    GC_gcollect();
}

void *collector_exclusive(void *(*fn)(void *), void *arg)
{
    return GC_call_with_alloc_lock(fn, arg);
}

bool collector_alive(const void *object)
{
    return GC_base((void *)object) == object && GC_is_marked(object);
}

uint64_t collector_in_use(esp_collector *g)
{
    GC_word size, unused;

    (void)g;
    GC_get_heap_usage_safe(&size, &unused, NULL, NULL, NULL);
    return size - unused;
}

static void *collection_number(void *ignored)
{
    (void)ignored;
    return (void *)(uintptr_t)GC_get_gc_no();
}

uint64_t collector_count(esp_collector *g)
{
    (void)g;
    return (uintptr_t)GC_call_with_alloc_lock(collection_number, NULL);
}

double collector_ms(esp_collector *g)
{
    (void)g;
    return (double)GC_get_full_gc_total_time();
}

#endif
