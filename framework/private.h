/*
 * private.h: what the framework's files know of engines and contexts and
 * languages need not.
 */
#ifndef ESP_PRIVATE_H
#define ESP_PRIVATE_H

#include "framework/base/cc.h"
#include "framework/base/fiber.h"
#include "framework/base/text.h"
#include "framework/espalier.h"
#include "framework/tier.h"

#include <pthread.h>
#include <time.h>

enum {
    STACK_RESERVE = 256 << 10,      /* C stack below the limit */
    FRAMES_RESERVE = 4 << 20        /* frame stack behind the limit */
};

struct esp_engine {
    esp_options options;
    esp_compiler compiler;          /* compile == NULL: there is none */
    esp_stats stats;
    struct timespec started;
    uint32_t readings, reading;     /* the last one; that is going on, or 0 */
};

/* Sets a poll bit when the time is over. */
typedef struct esp_watchdog {
    bool running, stop;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct timespec until;
} esp_watchdog;

/* A loop that runs in compiled code, or did until it was left. */
struct entered_loop { esp_node *node; esp_frame *frame; };

struct esp_context_private {
    struct context_chunk *chunks;   /* of esp_context_alloc, newest first */
    char *chunk_next, *chunk_end;
    esp_target *targets;            /* newest first */
    esp_source *sources;
    esp_assumption *assumptions;
    uint64_t split_nodes;           /* in copies of targets; split.c */
    char *frames;                   /* the frame stack's reservation */
    size_t frames_size;
    char *stack_base;               /* C stack: the limit counts from here */
    uint32_t attached;              /* how often: each time it is another stack,
                                     * or may be */
    char *entered;                  /* C frame of the outermost call from C
                                     * into guest code; NULL: none */
    struct entered_loop loop;       /* the innermost one, on this C stack */
    esp_execute_fn *loop_code;      /* for run_loop, which is about to start */
    esp_watchdog watchdog;
    esp_shared_cache *properties;   /* of megamorphic nodes; object.c */
    struct shape_family *families;  /* shape.c */
    struct symbol_table *symbols;   /* intern.c */
    struct coroutines *coroutines;  /* NULL before the first one */
    esp_error *spare;               /* for when there is no memory */
    void (*show)(esp_context *, esp_value, char *, size_t);
};

/* ---- engine.c ---- */
double engine_ms(const esp_engine *e);
/* The next poll has work to do: ESP_POLL bits.  From any thread, and from
 * signal handlers. */
void engine_ask_poll(esp_context *c, uint32_t bits);
/* No calls below this address of the C stack from now on. */
void engine_limit_stack(esp_context *c, char *limit);

/* ---- heap.c ---- */
/* False: the host has no memory. */
bool heap_open(esp_context *c, uint64_t limit);
void heap_close(esp_context *c);
/* As esp_alloc, but beyond the limit and without throwing: for errors.  NULL
 * only when the host has no memory. */
void *heap_reserve(esp_context *c, size_t size);
/* A full collection; finalizers run at the next poll. */
void heap_collect(esp_context *c);
struct esp_collector *heap_collector(esp_context *c);
/* Work for a poll: runs finalizers. */
void heap_poll(esp_context *c);
/* Throws what a finalizer has thrown; false: there is nothing. */
bool heap_throws(esp_context *c);
/* Is --max-heap exceeded, or the host's memory used up? */
bool heap_is_exhausted(esp_context *c);
/* There was a collection. */
void heap_collected(esp_context *c);
/* The context is used by the calling thread from here on. */
void heap_attach(esp_context *c);

/* ---- collector_libgc.c or collector_none.c ---- */
/* Memory that the collector scans and never frees; zeroed. */
void *lasting_alloc(size_t size);
void lasting_free(void *p);

/* ---- intern.c, source.c ---- */
void intern_close(esp_context *c);
void source_close(esp_context *c);

/* ---- shape.c ---- */
/* Shapes that differ from this one by a link; NULL: too many, or no memory.
 * The first value of a new property decides about its location. */
esp_shape *shape_add(esp_shape *shape, esp_key key, uint32_t flags,
                     esp_value first);
esp_shape *shape_widen(esp_shape *shape, const esp_property *p);
esp_shape *shape_set_flags(esp_shape *shape, const esp_property *p,
                           uint32_t flags);
esp_shape *shape_set_dynamic(esp_shape *shape, void *dynamic);
/* The shape of dictionaries of the same kind and dynamic type. */
esp_shape *shape_dictionary(esp_shape *shape);

/* ---- throw.c ---- */
/* A walk from the frame pointer `from` and the frame `newest` on, up to
 * `entered`; see esp_walk. */
void throw_walk(esp_context *c, char *from, esp_frame *newest, char *entered,
                esp_access access, esp_activation_fn *visit, void *arg);

/* ---- coroutine.c ---- */
/* The state that guest code has for each C stack it runs on: the thread's own
 * and one for each coroutine.  What runs has it in the context. */
typedef struct coroutine_activity {
    esp_frame *frame;
    char *frame_next, *frame_limit;
    char *stack_limit, *stack_base, *entered;
    struct entered_loop loop;
} coroutine_activity;

typedef struct coroutines {
    struct esp_fiber_pool *fibers;
    struct esp_collector *collector;
    esp_coroutine *running;         /* NULL: the thread's stack */
    uint32_t depth;                 /* coroutines up to that */
    esp_fiber thread;               /* while a coroutine runs, */
    coroutine_activity outside;     /* both for the thread's stack */
    struct coroutine_stack *used, *unused;
    uint32_t nused, collect_at;
} coroutines;

/* The fiber of a coroutine that has one. */
const esp_fiber *coroutine_fiber(const esp_coroutine *co);
/* Gives up the stacks of coroutines that are gone: after a collection. */
void coroutine_sweep(esp_context *c);
/* The C stacks that wait; see esp_look_at_stacks. */
void coroutine_look(esp_context *c, esp_look_fn *look, void *arg);
void coroutine_close_all(esp_context *c);

/* ---- call.c ---- */
/* Fills the entry cells: `entry` in the cell of the target's arity, adapters
 * in the others. */
void call_set_entry(esp_target *t, void *entry);

/* ---- split.c ---- */
/* A node has met the first thing that it specializes for; and one more. */
void split_first(esp_node *node);
void split_polymorphic(esp_node *node);

/* ---- tier.c ---- */
bool tier_open_target(esp_target *t);
void tier_close(esp_context *c);
void tier_invalidate(esp_engine *e, esp_dependents *d, const char *why);
/* What `d` stands for is about to change: nobody reads it any more. */
void tier_changing(esp_engine *e, esp_dependents *d, const char *why);
void tier_stop_reading(esp_engine *e, const char *why);

#endif
