/*
 * espalier.h: what the framework offers to a guest language.
 *
 * A language defines node classes, whose execute functions are plain C, builds
 * trees of nodes under call targets, and calls them.  espcc keeps the C of the
 * execute functions, and of the inline functions below, where the compiler can
 * find it; there is nothing else to write.  annotate.h has the marks that tell
 * the compiler what is constant.
 *
 * This file has values, nodes, frames, contexts and call targets; at its end
 * it includes the rest, a file for each subject:
 *
 *   heap.h     guest objects                     string.h   strings, symbols
 *   throw.h    guest errors, stack walks         assume.h   assumptions
 *   special.h  specialization                    profile.h  profiles
 *   icache.h   inline caches                     call.h     calling targets
 *   loop.h     loops                             shape.h    object layouts
 *   object.h   objects with properties           array.h    arrays
 *   source.h   sources, positions                engine.h   start and stop
 *   coroutine.h  activations that wait
 *
 * Threads: an engine and everything that belongs to it is used by one thread at
 * a time.  Engines share nothing.
 */
#ifndef ESPALIER_H
#define ESPALIER_H

#include "framework/annotate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct esp_engine esp_engine;
typedef struct esp_context esp_context;
typedef struct esp_node esp_node;
typedef struct esp_node_class esp_node_class;
typedef struct esp_frame esp_frame;
typedef struct esp_layout esp_layout;
typedef struct esp_target esp_target;
typedef struct esp_source esp_source;
typedef struct esp_assumption esp_assumption;
typedef struct esp_heap esp_heap;

/* ---- values ------------------------------------------------------------ */

/*
 * A guest value: a payload and a tag, returned in two registers.  Tags are
 * small integers that the language chooses; those from ESP_ABRUPT on are not
 * values but ways to leave: they stand in place of a result, and ESP_TRY
 * passes them up.  The few below ESP_ABRUPT are reserved, too.
 */
typedef struct esp_value {
    union { int64_t i; double d; void *p; } as;
    uint64_t tag;
} esp_value;

enum {
    ESP_NOTHING = 0x3ffffffe,   /* no value: not a property, slot not set */
    ESP_ERROR = 0x3fffffff,     /* as.p is an esp_error of the framework's */

    ESP_ABRUPT = 0x40000000,
    ESP_BREAK = ESP_ABRUPT,     /* leave the innermost loop */
    ESP_CONTINUE,               /* its next iteration */
    ESP_RETURN,                 /* leave the function; value: frame->result */
    ESP_THROW,                  /* a guest error; value: context->thrown */
    ESP_TAIL                    /* leave the function, then do context->tail */
};

ESP_INLINE esp_value esp_abrupt(uint64_t how)
{
    return (esp_value){ .as.i = 0, .tag = how };
}

ESP_INLINE bool esp_is_abrupt(esp_value v)
{
    return v.tag >= ESP_ABRUPT;
}

ESP_INLINE esp_value esp_nothing(void)
{
    return (esp_value){ .as.i = 0, .tag = ESP_NOTHING };
}

/* A value as two words, as calls pass it, and back. */
#define ESP_WORDS(v)    (uint64_t)(v).as.i, (v).tag
#define ESP_VALUE(p, t) ((esp_value){ .as.i = (int64_t)(p), .tag = (t) })

/* The value of an expression; leaves the C function if that is abrupt. */
#define ESP_TRY(expression)                                                 \
    ({                                                                      \
        esp_value esp_tried = (expression);                                 \
        if (ESP_UNLIKELY(esp_is_abrupt(esp_tried)))                         \
            return esp_tried;                                               \
        esp_tried;                                                          \
    })

/* ---- nodes ------------------------------------------------------------- */

/* A piece of a source; length 0 and source NULL where there is none. */
typedef struct esp_section {
    esp_source *source;
    uint32_t start, length;     /* in units of the source's text */
} esp_section;

struct esp_node {
    ESP_FINAL const esp_node_class *class;
    esp_node *parent;           /* NULL for the body of a target */
    esp_target *target;         /* of a target's body: that target */
    esp_section section;
};

typedef esp_value esp_execute_fn(esp_node *node, esp_frame *frame);

/* Where a class keeps children: a field, or an array with its length. */
typedef struct esp_child_field {
    uint16_t offset;            /* of the pointer, or of the array's pointer */
    uint16_t count;             /* offset of a uint32_t length; 0: one child */
} esp_child_field;

#define ESP_ONE(type, field)        { offsetof(type, field), 0 }
#define ESP_MANY(type, field, n)    { offsetof(type, field), offsetof(type, n) }
#define ESP_CHILDREN(...)                                                   \
    .children = (const esp_child_field[]){ __VA_ARGS__ },                   \
    .nchildren = sizeof (esp_child_field[]){ __VA_ARGS__ } /                \
                 sizeof (esp_child_field)

/* Standard tags: so that tools find nodes. */
enum {
    ESP_IS_ROOT = 1, ESP_IS_STATEMENT = 2, ESP_IS_CALL = 4,
    ESP_IS_EXPRESSION = 8, ESP_IS_READ = 16, ESP_IS_WRITE = 32
};

/* A node class is a constant; languages may embed it in a larger one that has
 * more entry points. */
struct esp_node_class {
    const char *name;           /* for dumps and messages */
    uint32_t size;              /* bytes of the node's struct */
    uint32_t tags;
    esp_execute_fn *execute;
    const esp_child_field *children;
    uint32_t nchildren;
    /* Makes a fresh copy forget what the original learned; NULL: nothing to
     * forget.  For splitting. */
    void (*forget)(esp_node *copy);
    /* Words for the state, for traces; NULL: none.  Writes at most n bytes. */
    void (*describe)(const esp_node *node, char *to, size_t n);
};

ESP_INLINE esp_value esp_execute(esp_node *node, esp_frame *frame)
{
    return node->class->execute(node, frame);
}

/* A new node, zeroed but for its class and section.  It lives as long as the
 * context. */
esp_node *esp_node_new(esp_context *context, const esp_node_class *class,
                       esp_section section);
#define ESP_NEW_NODE(context, type, class, section) \
    ((type *)esp_node_new((context), (class), (section)))

/* Memory that lives as long as the context, zeroed; the collector looks for
 * pointers in it.  For child arrays, symbol tables, the language's state.
 * NULL only when the host has no memory. */
void *esp_context_alloc(esp_context *context, size_t size);
#define ESP_CONTEXT_ARRAY(context, type, n) \
    ((type *)esp_context_alloc((context), sizeof(type) * (size_t)(n)))

/* Tells the nodes below `node` who their parents are.  esp_target_new does it
 * for the whole body. */
void esp_node_adopt(esp_node *node);

/* Puts `new` in the place of `old`, which must have a parent or be the body of
 * a target, and may be a child of `new`; returns `new`.  Compiled code that contains `old` is discarded:
 * call esp_deopt_invalidate() first.  `why` is for traces. */
ESP_BOUNDARY esp_node *esp_node_replace(esp_node *old, esp_node *new,
                                        const char *why);

/* A child that was made late: returns `child`, adopted by `parent`, to be
 * stored into a child field of it.  Code that contains the parent is discarded.
 *     esp_deopt_invalidate();
 *     self->slow = esp_node_insert(node, slow_node_new(...));
 * What it was told in esp_node_changing holds until the next safepoint. */
ESP_BOUNDARY esp_node *esp_node_insert(esp_node *parent, esp_node *child);

/* A final field of the node, or of something that belongs to it, is about to
 * change; and just did: code that contains the node is discarded.
 *     esp_deopt_invalidate();
 *     esp_node_changing(node);
 *     self->state |= NEW_CASE;
 *     esp_node_changed(node, "why, for traces");
 * Between the two no guest code runs and nothing is thrown.  The first waits
 * until nobody in another thread reads the tree; without it, it may be read
 * half changed (--check tells). */
ESP_BOUNDARY void esp_node_changing(esp_node *node);
ESP_BOUNDARY void esp_node_changed(esp_node *node, const char *why);

/* The target in whose body the node is; NULL when it is not in a tree. */
esp_target *esp_node_target(const esp_node *node);

/* The n-th child in the order of the class's table, or NULL behind the last.
 * Fields that hold NULL are left out. */
esp_node *esp_node_child(const esp_node *node, uint32_t n);

/* Calls `visit` for the node and everything below it, parents first, until it
 * returns false; false then. */
typedef bool esp_visit_fn(void *arg, esp_node *node, uint32_t depth);
bool esp_node_walk(esp_node *node, esp_visit_fn *visit, void *arg);

uint32_t esp_node_count(const esp_node *node);

/* The first node at or below `node` that has all of these tags, or NULL. */
esp_node *esp_node_find(esp_node *node, uint32_t tags);

/* The innermost node at or above `node` that has a section. */
esp_section esp_node_section(const esp_node *node);

/* A copy of the tree that has learned nothing (class->forget); it is not in a
 * tree yet. */
esp_node *esp_node_clone(esp_context *context, const esp_node *node);

/* The tree as indented text: class, state, line; to the engine's output. */
void esp_node_print(esp_context *context, const esp_node *node);

/* ---- frames ------------------------------------------------------------ */

enum { ESP_MOST_SLOTS = 1 << 16 };      /* of a frame */

/* What the frames of a target look like; final once frames exist. */
struct esp_layout {
    ESP_FINAL uint32_t nslots;
    ESP_FINAL uint32_t size;            /* bytes of a frame */
    ESP_FINAL esp_value initial;        /* of every slot */
    ESP_FINAL esp_value missing;        /* of a parameter without argument */
    const char *const *names;           /* of the slots, or NULL */
};

/* Names may be NULL, or have a NULL for each slot without a name; the array
 * is not copied. */
esp_layout *esp_layout_new(esp_context *context, uint32_t nslots,
                           esp_value initial, esp_value missing,
                           const char *const *names);

/*
 * A guest activation.  Lives on the context's frame stack, in compiled code
 * nowhere: its slots are registers.  Arguments arrive in the first slots.
 */
struct esp_frame {
    esp_frame *caller;                  /* the next older one */
    const esp_layout *layout;
    esp_target *target;
    void *machine;                      /* where on the C stack it belongs */
    esp_node *site;                     /* the call that is running in it */
    esp_value result;                   /* of ESP_RETURN */
    uint64_t argc;                      /* all arguments: variadic targets; */
    const esp_value *args;              /* the caller's, do not keep them */
    esp_value slots[];
};

/* A new frame on top.  Slots of parameters are the caller's to set, others have
 * the layout's initial value.  The caller has checked that there is room
 * (esp_enter). */
ESP_INTRINSIC esp_frame *esp_frame_push(esp_context *context,
                                        const esp_layout *layout,
                                        esp_target *target);
/* The end of the newest frame. */
ESP_INTRINSIC void esp_frame_pop(esp_context *context, esp_frame *frame);

/* ---- contexts ---------------------------------------------------------- */

enum { ESP_FREE_LISTS = 17 };           /* sizes up to 256 bytes */

/* What running guest code needs at hand.  The addresses of these fields are
 * constants in compiled code. */
struct esp_context {
    ESP_FINAL esp_engine *engine;
    esp_frame *frame;                   /* newest on the frame stack */
    char *frame_next, *frame_limit;     /* its free part */
    char *stack_limit;                  /* C stack: no calls below this */
    volatile uintptr_t enter_limit;     /* the same, or the highest address
                                         * while poll is not 0: calls ask for
                                         * both at once */
    volatile uint32_t poll;             /* not 0: esp_poll has work to do */
    esp_value thrown;                   /* of ESP_THROW */
    ESP_FINAL void *language;           /* the language's own state */
    struct {                            /* of ESP_TAIL */
        esp_target *target;
        uint64_t argc, cap;
        esp_value *args;
    } tail;
    void *free[ESP_FREE_LISTS];         /* heap objects by size: esp_new */
    uint64_t allocated;                 /* bytes handed out, ever */
    ESP_FINAL esp_heap *heap;
    struct esp_context_private *own;    /* framework/private.h */
};

/* The word in context->poll. */
enum {
    ESP_POLL_INTERRUPT = 1,             /* somebody called esp_interrupt */
    ESP_POLL_TIME = 2,                  /* --max-time is over */
    ESP_POLL_HEAP = 4,                  /* --max-heap is exceeded */
    ESP_POLL_FINALIZER = 8,             /* an object is gone */
    ESP_POLL_COMPILER = 16              /* code is ready */
};

/* Work that others asked for.  False: an error was thrown, leave with
 * ESP_THROW.  Call it at least once in each loop and each call; esp_run and
 * esp_back_edge do. */
ESP_BOUNDARY ESP_COLD bool esp_poll_slow(esp_context *context);

ESP_INLINE bool esp_poll(esp_context *context)
{
    uint32_t word = __atomic_load_n(&context->poll, __ATOMIC_RELAXED);

    return ESP_LIKELY(!word) || esp_poll_slow(context);
}

/* Makes the guest program stop with an error at its next poll.  May be called
 * from any thread and from signal handlers. */
void esp_interrupt(esp_context *context);

/* ---- call targets ------------------------------------------------------ */

/* In esp_target.returns, where no tag is. */
enum {
    ESP_RETURNS_NOTHING_YET = ESP_BREAK,
    ESP_RETURNS_MANY = ESP_CONTINUE     /* for good */
};

/*
 * Something that can be called: a tree with its frame layout.  Code reaches it
 * through the entry cells, which hold the interpreter's entry (esp_run1, ...)
 * or compiled code with the same C signature.  A cell for another number of
 * arguments than the target's arity holds an adapter, so every cell is always
 * callable.  Values are passed as words: payload, tag.
 */
struct esp_target {
    ESP_ENTRY esp_value (*call0)(esp_target *);
    ESP_ENTRY esp_value (*call1)(esp_target *, uint64_t, uint64_t);
    ESP_ENTRY esp_value (*call2)(esp_target *, uint64_t, uint64_t, uint64_t,
                                 uint64_t);
    ESP_ENTRY esp_value (*call3)(esp_target *, uint64_t, uint64_t, uint64_t,
                                 uint64_t, uint64_t, uint64_t);
    ESP_ENTRY esp_value (*calln)(esp_target *, uint64_t argc,
                                 const esp_value *args);
    ESP_FINAL esp_context *context;
    ESP_CHILD esp_node *body;
    ESP_FINAL const esp_layout *layout;
    ESP_FINAL uint32_t arity;
    ESP_FINAL bool variadic;            /* takes any number: frame->args */
    uint64_t returns;                   /* the tag of all results so far, */
    esp_assumption *steady;             /* while this is valid */
    const char *name;
    uint32_t heat;                      /* calls and back edges */
    uint32_t hot;                       /* at this heat something happens */
    uint32_t call_heat;                 /* for who calls it: see call.h */
    bool splits;                        /* call sites should have copies */
    struct esp_tiering *tiering;        /* framework/tier.h */
    void *user;                         /* the language's */
    esp_section section;
    esp_target *next;                   /* of the context */
};

ESP_INTRINSIC esp_frame *esp_frame_push(esp_context *context,
                                        const esp_layout *layout,
                                        esp_target *target)
{
    esp_frame *f = (esp_frame *)context->frame_next;

    f->caller = context->frame;
    f->layout = layout;
    f->target = target;
    f->machine = __builtin_frame_address(0);
    f->site = NULL;
    f->argc = 0;
    f->args = NULL;
    for (uint32_t i = target->arity; i < layout->nslots; i++)
        f->slots[i] = layout->initial;
    context->frame = f;
    context->frame_next += layout->size;
    return f;
}

ESP_INTRINSIC void esp_frame_pop(esp_context *context, esp_frame *frame)
{
    context->frame = frame->caller;
    context->frame_next = (char *)frame;
}

/* What a target is made of; what is left out is zero. */
typedef struct esp_target_spec {
    const char *name;                   /* not copied */
    esp_section section;
    uint32_t arity;                     /* parameters: the first slots */
    bool variadic;
    const esp_layout *layout;
    esp_node *body;
    void *user;
} esp_target_spec;

/* A target that is called through its entry cells from now on.  Lives as long
 * as the context. */
esp_target *esp_target_new(esp_context *context, const esp_target_spec *spec);

/* A target of its own with a copy of the tree that has learned nothing. */
esp_target *esp_target_clone(const esp_target *t);

/* All targets of a context, newest first: the first; then t->next. */
esp_target *esp_context_targets(esp_context *context);

/* Has it compiled code, for now? */
bool esp_target_compiled(const esp_target *t);

/* Calls with arguments in an array; with a constant number of arguments this
 * is one C call with the arguments in registers.  Nodes call through call.h,
 * C programs through esp_enter_guest. */
ESP_INLINE esp_value esp_call(esp_target *t, uint64_t argc,
                              const esp_value *a)
{
    switch (argc) {
    case 0: return t->call0(t);
    case 1: return t->call1(t, ESP_WORDS(a[0]));
    case 2: return t->call2(t, ESP_WORDS(a[0]), ESP_WORDS(a[1]));
    case 3: return t->call3(t, ESP_WORDS(a[0]), ESP_WORDS(a[1]),
                            ESP_WORDS(a[2]));
    default: return t->calln(t, argc, a);
    }
}

#include "framework/heap.h"
#include "framework/string.h"
#include "framework/source.h"
#include "framework/throw.h"
#include "framework/assume.h"
#include "framework/special.h"
#include "framework/profile.h"
#include "framework/icache.h"
#include "framework/call.h"
#include "framework/loop.h"
#include "framework/shape.h"
#include "framework/object.h"
#include "framework/array.h"
#include "framework/coroutine.h"
#include "framework/engine.h"

#endif
