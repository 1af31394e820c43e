/*
 * libgc as the collector.
 *
 * A process has one libgc, shared by all contexts.  It finds the C stacks of
 * registered threads and the memory of lasting_alloc by itself; the used parts
 * of the frame stacks are shown to it while the world is stopped.  Stacks of
 * suspended coroutines are marked through an object of a kind of its own.
 *
 * A collection must not find a thread on one stack while libgc is told of
 * another.  While no thread but one has ever been here, nobody else collects,
 * and that one changes stacks without libgc's lock, which would cost more than
 * the rest.  The second thread ends that: it says so, has the host make all
 * processors see it, and waits for who is between two stacks.
 */
#include "config.h"

#ifdef HAVE_GC

#define _GNU_SOURCE
#define GC_THREADS
#define GC_NO_THREAD_REDIRECTS
#include "framework/collector.h"

#include <gc/gc.h>
#include <gc/gc_mark.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Bytes that are allocated at least between two collections.  libgc's own
 * choice makes 2000 collections of 100 MB of short-lived objects.  Small
 * programs should stay small, so it begins with few; when a collection took
 * more than one in BUSY parts of the time since the last, there are more from
 * then on.  The heap of a program with little in use becomes about half as
 * large again as these bytes.  One that makes linked lists took an eighth
 * longer with FEW for ever.  4 MB instead of MOST made the Lua programs 1 %
 * faster, and 3 to 4 MB larger those that allocate much. */
enum { FEW_BYTES = 1 << 20, MOST_BYTES = 3 << 19, BUSY = 8 };

struct esp_collector {
    esp_context *context;
    esp_collector *next;
    void *thread;                   /* libgc's handle, and */
    struct GC_stack_base bottom;    /* the end of its stack, which it left */
    bool moving;                    /* between two stacks, without the lock */
    bool locked;                    /* the same, with it */
};

/* What the process has one of: libgc's roots, and the key whose destructor
 * takes a thread out of libgc.  Under libgc's lock. */
static struct {
    esp_collector *open;
    pthread_once_t once;
    pthread_key_t thread;
    GC_push_other_roots_proc others;
    void **keepers;                 /* free objects of that kind */
    unsigned keeper_kind;
    collector_stack *stacks;        /* free records */
    GC_on_collection_event_proc events;
    size_t bytes;                   /* between collections, at least */
    uint64_t began, ended;          /* the last one, in nanoseconds */
    bool alone;                     /* only one thread has been here, with */
    void *only;                     /* this handle, on the stack */
    struct GC_stack_base bottom;    /* that ends here */
} process = { .once = PTHREAD_ONCE_INIT };

/* While a coroutine runs, libgc scans its C stack as the thread's; where the
 * thread comes from is ours to show.  The contexts of other threads are read,
 * too; these threads are stopped. */
static CC_READS_ANYTHING void push_context(const esp_collector *g)
{
    const esp_context *c = g->context;
    const coroutines *co = c->own->coroutines;

    if (!c->own->frames)
        return;
    if (co && co->running) {
        GC_push_all(coroutine_fiber(co->running)->base, c->frame_next);
        GC_push_all(c->own->frames, co->outside.frame_next);
        GC_push_all_eager(co->thread.sp, g->bottom.mem_base);
    } else
        GC_push_all(c->own->frames, c->frame_next);
}

static void push_roots(void)
{
    for (esp_collector *g = process.open; g; g = g->next)
        push_context(g);
    if (process.others)
        process.others();
}

/* ---- suspended stacks -------------------------------------------------- */

/* libgc links free objects through their first words. */
typedef struct keeper {
    void *link;
    const collector_stack *stack;
} keeper;

typedef struct GC_ms_entry mark_stack;

/* On a C stack, pointers into an object keep it, too. */
static CC_READS_ANYTHING mark_stack *
mark_c_stack(const esp_fiber *f, mark_stack *top, mark_stack *limit)
{
    for (void **p = (void **)(void *)f->sp; (char *)p < f->base; p++) {
        void *object = (GC_word)*p >= (GC_word)GC_least_plausible_heap_addr &&
                       (GC_word)*p <= (GC_word)GC_greatest_plausible_heap_addr
                       ? GC_base(*p) : NULL;

        if (object)
            top = GC_MARK_AND_PUSH(object, top, limit, p);
    }
    return top;
}

static mark_stack *mark_keeper(GC_word *address, mark_stack *top,
                               mark_stack *limit, GC_word environment)
{
    const collector_stack *s = ((const keeper *)(void *)address)->stack;

    (void)environment;
    if (!s || !s->fiber || !s->fiber->sp)
        return top;
    for (void **p = (void **)(void *)s->fiber->base;
         (char *)p < s->frame_next; p++)
        top = GC_MARK_AND_PUSH(*p, top, limit, p);
    return mark_c_stack(s->fiber, top, limit);
}

static void *take_record(void *ignored)
{
    collector_stack *s = process.stacks;

    (void)ignored;
    if (s)
        process.stacks = s->next;
    return s;
}

static void *give_record(void *record)
{
    collector_stack *s = record;

    s->fiber = NULL;
    s->next = process.stacks;
    process.stacks = s;
    return NULL;
}

/* Garbage may be taken for alive later, by a word that looks like its address;
 * so what a keeper refers to is never freed. */
collector_stack *collector_stack_open(const esp_fiber *f, void **keeper)
{
    collector_stack *s = GC_call_with_alloc_lock(take_record, NULL);
    struct keeper *k = GC_generic_malloc(sizeof *k, (int)process.keeper_kind);

    if (!s)
        s = calloc(1, sizeof *s);
    if (!k || !s) {
        if (s)
            collector_stack_close(s);
        return NULL;
    }
    s->fiber = f;
    s->frame_next = f->base;
    k->stack = s;
    *keeper = k;
    return s;
}

void collector_stack_close(collector_stack *s)
{
    GC_call_with_alloc_lock(give_record, s);
}

/* Moving first, then a look: see end_alone. */
static bool move_alone(esp_collector *g)
{
    __atomic_store_n(&g->moving, true, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (CC_LIKELY(__atomic_load_n(&process.alone, __ATOMIC_ACQUIRE)))
        return true;
    __atomic_store_n(&g->moving, false, __ATOMIC_RELEASE);
    return false;
}

void collector_leave_stack(esp_collector *g, char *base, bool outermost)
{
    struct GC_stack_base to = { .mem_base = base };

    if (move_alone(g)) {
        if (outermost && base) {
            g->thread = process.only;
            g->bottom = process.bottom;
        }
        process.bottom = base ? to : g->bottom;
        GC_set_stackbottom(g->thread, &process.bottom);
        return;
    }
    if (outermost && base)
        g->thread = GC_get_my_stackbottom(&g->bottom);
    GC_alloc_lock();
    g->locked = true;
    GC_set_stackbottom(g->thread, base ? &to : &g->bottom);
}

void collector_on_stack(esp_collector *g)
{
    if (CC_LIKELY(!g->locked)) {
        __atomic_store_n(&g->moving, false, __ATOMIC_RELEASE);
        return;
    }
    g->locked = false;
    GC_alloc_unlock();
}

/* ---- threads ----------------------------------------------------------- */

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* A collection is over. */
static void set_pace(void)
{
    uint64_t before = process.ended;

    process.ended = now_ns();
    if (process.bytes < MOST_BYTES &&
        (process.ended - process.began) * BUSY > process.ended - before)
        GC_set_min_bytes_allocd(process.bytes = MOST_BYTES);
}

/* The marks are there until the next collection, and libgc's lock is held. */
static void event(GC_EventType type)
{
    if (type == GC_EVENT_START)
        process.began = now_ns();
    if (type == GC_EVENT_END) {
        for (esp_collector *g = process.open; g; g = g->next) {
            intern_sweep(g->context);
            heap_collected(g->context);
        }
        set_pace();
    }
    if (process.events)
        process.events(type);
}

static long barrier(int command)
{
    return syscall(SYS_membarrier, command, 0, 0);
}

/* By the second thread, under libgc's lock.  Whoever moves has said so before
 * it looked whether it is alone; the barrier orders the two for it. */
static void *end_alone(void *ignored)
{
    (void)ignored;
    if (!process.alone)
        return NULL;
    __atomic_store_n(&process.alone, false, __ATOMIC_SEQ_CST);
    barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
    for (esp_collector *g = process.open; g; g = g->next)
        while (__atomic_load_n(&g->moving, __ATOMIC_ACQUIRE))
            sched_yield();
    return NULL;
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
 * knows.  When it is another, it has to be told.  If somebody else has started
 * libgc, there may be threads that never come here. */
static void start(void)
{
    struct GC_stack_base stack;

    process.alone = !GC_is_init_called() &&
        barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
    GC_set_all_interior_pointers(0);
    GC_set_dont_precollect(1);
    GC_set_markers_count(1);
    GC_set_warn_proc(ignore_warning);
    GC_INIT();
    GC_set_min_bytes_allocd(process.bytes = FEW_BYTES);
    GC_start_performance_measurement();
    process.others = GC_get_push_other_roots();
    GC_set_push_other_roots(push_roots);
    process.keepers = GC_new_free_list();
    process.keeper_kind = GC_new_kind(process.keepers,
        GC_MAKE_PROC(GC_new_proc(mark_keeper), 0), 0, 1);
    process.events = GC_get_on_collection_event();
    GC_set_on_collection_event(event);
    GC_allow_register_threads();
    pthread_key_create(&process.thread, leave_thread);
    if (getpid() != gettid() && GC_get_stack_base(&stack) == GC_SUCCESS) {
        GC_set_stackbottom(NULL, &stack);
        pthread_setspecific(process.thread, &process);
    }
    process.only = GC_get_my_stackbottom(&process.bottom);
}

static void enter_thread(void)
{
    struct GC_stack_base stack;

    pthread_once(&process.once, start);
    if (GC_thread_is_registered() ||
        GC_get_stack_base(&stack) != GC_SUCCESS)
        return;
    GC_call_with_alloc_lock(end_alone, NULL);
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

static void *hidden_object(const heap_finalizer *f)
{
    return GC_REVEAL_POINTER((GC_hidden_pointer)f->object);
}

/* Under libgc's lock, which a context takes before it ends. */
static void *note_gone(void *finalizer)
{
    heap_finalizer *f = finalizer;
    esp_context *c = f->context;

    f->object = hidden_object(f);
    __atomic_store_n(&f->due, true, __ATOMIC_RELEASE);
    heap_finalizer_due(c);
    return NULL;
}

/* libgc calls this from any allocation, in any thread: the object's own
 * context runs the finalizer at a poll. */
static void object_gone(void *object, void *finalizer)
{
    (void)object;
    GC_call_with_alloc_lock(note_gone, finalizer);
}

void collector_watch(esp_collector *g, heap_finalizer *f)
{
    void *object = f->object;

    (void)g;
    f->object = (void *)GC_HIDE_POINTER(object);
    GC_register_finalizer_no_order(object, object_gone, f, NULL, NULL);
}

/* NULL: it is due. */
static void *watched(void *finalizer)
{
    heap_finalizer *f = finalizer;

    return f->due ? NULL : hidden_object(f);
}

/* An object that was found to be gone is no longer watched, but object_gone
 * may still have to hear of it, here or in another thread. */
void *collector_unwatch(heap_finalizer *f)
{
    void *object = GC_call_with_alloc_lock(watched, f);
    GC_finalization_proc was = NULL;

    if (object)
        GC_register_finalizer_no_order(object, NULL, NULL, &was, NULL);
    if (was)
        return object;
    while (!__atomic_load_n(&f->due, __ATOMIC_ACQUIRE)) {
        GC_invoke_finalizers();
        sched_yield();
    }
    return f->object;
}

/* ---- weak links -------------------------------------------------------- */

/* libgc clears links of one kind when an object has become unreachable, and of
 * the other when it is freed. */
bool collector_weak_set(void **link, void *object, bool until_freed)
{
    *link = (void *)GC_HIDE_POINTER(object);
    return (until_freed ? GC_register_long_link(link, object)
                        : GC_general_register_disappearing_link(link, object))
           == GC_SUCCESS;
}

/* Under the lock: an object that is unhidden on the way cannot vanish. */
static void *reveal(void *link)
{
    void *hidden = *(void **)link;

    return hidden ? GC_REVEAL_POINTER((GC_hidden_pointer)hidden) : NULL;
}

void *collector_weak_get(void **link)
{
    return GC_call_with_alloc_lock(reveal, link);
}

void collector_weak_clear(void **link)
{
    if (*link && !GC_unregister_long_link(link))
        GC_unregister_disappearing_link(link);
    *link = NULL;
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
