/*
 * espalier.h: what the framework offers to a guest language.
 *
 * A language defines node classes, whose execute functions are plain C, builds
 * trees of nodes under call targets, and calls them.  espcc keeps the C of the
 * execute functions, and of the inline functions below, where the compiler can
 * find it; there is nothing else to write.  annotate.h has the marks that tell
 * the compiler what is constant.
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

/* ---- values ------------------------------------------------------------ */

/*
 * A guest value: a payload and a tag, returned in two registers.  Tags are
 * small integers that the language chooses; those from ESP_ABRUPT on are not
 * values but ways to leave: they stand in place of a result, and ESP_TRY
 * passes them up.
 */
typedef struct esp_value {
    union { int64_t i; double d; void *p; } as;
    uint64_t tag;
} esp_value;

enum {
    ESP_ABRUPT = 0x40000000,
    ESP_BREAK = ESP_ABRUPT,     /* leave the innermost loop */
    ESP_CONTINUE,               /* its next iteration */
    ESP_RETURN,                 /* leave the function; value: frame->result */
    ESP_THROW,                  /* a guest error; value: context->thrown */
    ESP_TAIL                    /* leave the function, then call: see tail */
};

ESP_INLINE esp_value esp_abrupt(uint64_t how)
{
    return (esp_value){ .as.i = 0, .tag = how };
}

ESP_INLINE bool esp_is_abrupt(esp_value v)
{
    return v.tag >= ESP_ABRUPT;
}

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

/* ---- frames ------------------------------------------------------------ */

/* What the frames of a target look like; final once frames exist. */
struct esp_layout {
    ESP_FINAL uint32_t nslots;
    ESP_FINAL uint32_t size;            /* bytes of a frame */
    ESP_FINAL esp_value initial;        /* of every slot */
    const char *const *names;           /* of the slots, or NULL */
};

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
    uint64_t argc;                      /* all arguments: variadic targets */
    const esp_value *args;
    esp_value slots[];
};

/* A new frame on top; all slots have the layout's initial value.  The caller
 * has checked that there is room (esp_enter). */
ESP_INTRINSIC esp_frame *esp_frame_push(esp_context *context,
                                        const esp_layout *layout,
                                        esp_target *target);
/* The end of the newest frame. */
ESP_INTRINSIC void esp_frame_pop(esp_context *context, esp_frame *frame);

/* ---- contexts ---------------------------------------------------------- */

/* What running guest code needs at hand.  The addresses of these fields are
 * constants in compiled code. */
struct esp_context {
    ESP_FINAL esp_engine *engine;
    esp_frame *frame;                   /* newest on the frame stack */
    char *frame_next, *frame_limit;     /* its free part */
    char *stack_limit;                  /* C stack: no calls below this */
    volatile uint32_t poll;             /* not 0: esp_poll has work to do */
    esp_value thrown;                   /* of ESP_THROW */
    ESP_FINAL void *language;           /* the language's own state */
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
    for (uint32_t i = 0; i < layout->nslots; i++)
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

/* ---- assumptions ------------------------------------------------------- */

/* Something that compiled code takes for granted until it is no longer so. */
struct esp_assumption {
    bool valid;
    const char *name;           /* for traces */
    struct esp_dependents *dependents;
};

/* In compiled code a constant; the code is thrown away when it changes. */
ESP_INTRINSIC bool esp_assumption_valid(const esp_assumption *a)
{
    return a->valid;
}

/* ---- call targets ------------------------------------------------------ */

/*
 * Something that can be called: a tree with its frame layout.  Code reaches it
 * through the entry cells, which hold the interpreter's entry (esp_run1, ...)
 * or compiled code with the same C signature.  A cell for another number of
 * arguments than the target's arity holds an adapter, so every cell is always
 * callable.  Values are passed as words: payload, tag.
 */
struct esp_target {
    esp_value (*call0)(esp_target *);
    esp_value (*call1)(esp_target *, uint64_t, uint64_t);
    esp_value (*call2)(esp_target *, uint64_t, uint64_t, uint64_t, uint64_t);
    esp_value (*call3)(esp_target *, uint64_t, uint64_t, uint64_t, uint64_t,
                       uint64_t, uint64_t);
    esp_value (*calln)(esp_target *, uint64_t argc, const esp_value *args);
    ESP_FINAL esp_context *context;
    ESP_CHILD esp_node *body;
    ESP_FINAL const esp_layout *layout;
    ESP_FINAL uint32_t arity;
    ESP_FINAL bool variadic;            /* takes any number: frame->args */
    const char *name;
    uint32_t heat;                      /* calls and back edges */
    uint32_t hot;                       /* at this heat something happens */
    struct esp_tiering *tiering;        /* framework/tier.h */
    void *user;                         /* the language's */
};

/* Calls with arguments in an array; with a constant number of arguments this
 * is one C call with the arguments in registers. */
ESP_INLINE esp_value esp_call(esp_target *t, uint64_t argc,
                              const esp_value *a)
{
#define ESP_WORDS(v) (uint64_t)(v).as.i, (v).tag
    switch (argc) {
    case 0: return t->call0(t);
    case 1: return t->call1(t, ESP_WORDS(a[0]));
    case 2: return t->call2(t, ESP_WORDS(a[0]), ESP_WORDS(a[1]));
    case 3: return t->call3(t, ESP_WORDS(a[0]), ESP_WORDS(a[1]),
                            ESP_WORDS(a[2]));
    default: return t->calln(t, argc, a);
    }
#undef ESP_WORDS
}

#endif
