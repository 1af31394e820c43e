/*
 * Tiers: when a target is hot, and what happens to its code.
 *
 * The framework does not know the compiler: whoever starts an engine may give
 * it this table (backend/jit.c has one).  Without it everything is interpreted.
 *
 * The rest of this file is for that compiler: install and remove code, and say
 * what the code rests on.
 */
#ifndef ESP_TIER_H
#define ESP_TIER_H

#include "framework/espalier.h"

typedef enum esp_answer { ESP_DECLINED, ESP_LATER, ESP_COMPILED } esp_answer;

typedef struct esp_compiler {
    void *self;

    /* Compiles a target and installs the code in its entry cell, now or later.
     * If that was declined the compiler has counted and traced why.  Unless it
     * is compiled, t->hot says when to ask again (UINT32_MAX: never). */
    esp_answer (*compile)(void *self, esp_target *t, int tier);

    /* Compiles a loop node whose loop is running in `frame`: code with the
     * signature of its execute, to be entered at once.  NULL: not yet, or
     * declined; t->hot is when to ask again. */
    void *(*compile_loop)(void *self, esp_target *t, esp_node *loop,
                          esp_frame *frame, int tier);

    /* Would compile_loop do more than answer "not yet"?  NULL: always. */
    bool (*loop_due)(void *self, esp_target *t, const esp_node *loop);

    /* A safepoint of a context that esp_tier_ring was called for: no final
     * field is being changed.  NULL: never asked for. */
    void (*poll)(void *self, esp_context *context);

    /* Something that the evaluation which reads beside the guest has looked
     * at is about to change: returns when it has stopped.  NULL: no evaluation
     * ever runs beside the guest. */
    void (*stop)(void *self, const char *why);

    /* A final field of this node changed, and nobody had been told before.
     * NULL: never asked for. */
    void (*told_late)(void *self, const esp_node *node, const char *why);

    /* Throws code away that was registered with esp_depend: entry cells go
     * back to the interpreter, activations leave it when they next can.
     * `why` is NULL when the context is closing, which is no news. */
    void (*discard)(void *self, void *code, const char *why);

    /* The compiled frames between the machine addresses `from` (newer) and
     * `to` (older), newest first: calls `found` with a frame rebuilt from the
     * registers and spill slots.  `keep`: the rebuilt frame is to become the
     * real one (somebody will write to it): the activation will deoptimize
     * when it gets control back, and then uses this very frame.
     *
     * `from` is a machine frame that stands; `to` need not be one.  Returns
     * the frame from which the walk goes on behind `to`. */
    void *(*walk)(void *self, void *from, void *to, bool keep,
                  bool (*found)(void *arg, esp_frame *frame), void *arg);

    /* The C stack between these addresses is given up with the activations on
     * it: none of them gets control back.  May be NULL. */
    void (*abandon)(void *self, void *from, void *to);

    /* The context is about to go, and all code of it has been discarded.  May
     * be NULL. */
    void (*leave)(void *self, esp_context *context);

    void (*close)(void *self);

    /* Not NULL: runs a call from C into guest code in a way of its own. */
    esp_value (*enter)(void *self, esp_target *t, uint64_t argc,
                       const esp_value *args);
} esp_compiler;

/* The compiler of an engine, or NULL. */
const esp_compiler *esp_engine_compiler(const esp_engine *e);

/* Code that rests on something: kept by targets and assumptions. */
typedef struct esp_dependents {
    void **code;
    uint32_t n, cap;
    uint32_t changed, claimed;  /* in which reading, the last time; atomic */
} esp_dependents;

/* A target's life, beside its entry cells. */
typedef struct esp_tiering {
    void *code;                 /* installed code, or NULL */
    int tier;                   /* of that code */
    uint32_t compilations, deopts, invalidations;
    uint32_t version;           /* of the tree: counts its changes */
    bool loops_vary;            /* a guess about tags in a loop was wrong */
    bool never;                 /* given up; the reason has been traced */
    bool waiting;               /* for the compile thread, or in it */
    uint8_t abandoned;          /* readings in a row that a change ended */
    uint32_t changing;          /* changes that were told, and are not over */
    uint32_t asked;             /* times that loops in tier-1 code were due */
    esp_dependents dependents;  /* units that have this tree folded in */
    esp_target *original;       /* of a copy: whose; else NULL (split.c) */
    const esp_node *site;       /* that it was called from when it learned
                                 * first */
    uint32_t copies;
} esp_tiering;

/* The esp_run function of a target: what the compiler evaluates, with the
 * target as its known first argument. */
void *esp_target_run(const esp_target *t);

/* Where the address of that function, or of compiled code in its place, is. */
void *esp_target_cell(esp_target *t);

/* Entry cells lead to compiled code from now on: `entry` has the signature of
 * esp_target_run(t).  The next tier's heat is set. */
void esp_tier_install(esp_target *t, void *code, void *entry, int tier);

/* Entry cells lead to the interpreter again, which counts anew.  For the
 * compiler's discard. */
void esp_tier_remove(esp_target *t);

/* `code` rests on d.  False: no memory. */
bool esp_depend(esp_dependents *d, void *code);
/* It does not any longer: before the code's memory is given back. */
void esp_undepend(esp_dependents *d, const void *code);

/* The lists of a target's tree and of an assumption. */
esp_dependents *esp_target_dependents(esp_target *t);
esp_dependents *esp_assumption_dependents(esp_assumption *a);

/*
 * Reading beside the guest: one evaluation at a time looks at trees that the
 * guest may be about to change.  A reading begins and ends on the guest's
 * thread, at safepoints; each has a number, which is never 0.  Before the
 * evaluation looks at a target's tree, or takes an assumption for valid, it
 * claims it; before the guest changes one, it says so.  Whoever comes second
 * sees that he does: the evaluation gives up, or the guest has it stopped and
 * waits until it has.  docs/lifecycle.md has the whole protocol.
 */
uint32_t esp_reading_begin(esp_engine *e);
void esp_reading_end(esp_engine *e);

/* In any thread.  False: it has changed in this reading, or is about to. */
bool esp_claim(esp_dependents *d, uint32_t reading);
/* What was claimed was not used.  Not for what had been claimed before. */
void esp_unclaim(esp_dependents *d);
bool esp_claimed(const esp_dependents *d, uint32_t reading);

/* A copy of `n` words where the collector finds the objects that they point to;
 * NULL: no memory. */
void *esp_keep(const uint64_t *words, uint32_t n);
void esp_unkeep(void *kept);

/* Calls `look` for what is in use, from the newest byte to the oldest, of each
 * C stack that guest code of the context is on: the one that runs now, from
 * `here` on, and those of coroutines that wait.  False, without a call: not all
 * of them are known. */
typedef void esp_look_fn(void *arg, const void *newest, const void *oldest);
bool esp_look_at_stacks(esp_context *context, const void *here,
                        esp_look_fn *look, void *arg);

/* Lets the context poll, in esp_compiler.poll; from any thread. */
void esp_tier_ring(void *context);

/* Discards all code that has the target's tree in it. */
void esp_target_invalidate(esp_target *t, const char *why);

/* The target is hot: compiles it for its next tier.  True: its entry cells
 * lead to new code. */
ESP_BOUNDARY bool esp_target_hot(esp_target *t);

/* A guest value in words, through the language. */
void esp_show(esp_context *context, esp_value v, char *to, size_t n);

/* "name:line" of a target, and of a node: "name:line class". */
void esp_target_where(const esp_target *t, char *to, size_t n);
void esp_node_where(const esp_node *node, char *to, size_t n);

#endif
