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

typedef struct esp_compiler {
    void *self;

    /* Compiles a target and installs the code in its entry cell.  False if
     * that was declined; the compiler has counted and traced why, and has set
     * t->hot to when to try again (UINT32_MAX: never). */
    bool (*compile)(void *self, esp_target *t, int tier);

    /* Compiles a loop node whose loop is running in `frame`: code with the
     * signature of its execute, to be entered at once, or NULL. */
    void *(*compile_loop)(void *self, esp_target *t, esp_node *loop,
                          esp_frame *frame, int tier);

    /* Throws code away that was registered with esp_depend: entry cells go
     * back to the interpreter, activations leave it when they next can. */
    void (*discard)(void *self, void *code, const char *why);

    /* The compiled frames between the machine addresses `from` (newer) and
     * `to` (older), newest first: calls `found` with a frame rebuilt from the
     * registers and spill slots.  `keep`: the rebuilt frame is to become the
     * real one (somebody will write to it): the activation will deoptimize
     * when it gets control back, and then uses this very frame. */
    void (*walk)(void *self, void *from, void *to, bool keep,
                 bool (*found)(void *arg, esp_frame *frame), void *arg);

    /* The C stack between these addresses is given up with the activations on
     * it: none of them gets control back. */
    void (*abandon)(void *self, void *from, void *to);

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
} esp_dependents;

/* A target's life, beside its entry cells. */
typedef struct esp_tiering {
    void *code;                 /* installed code, or NULL */
    int tier;                   /* of that code */
    uint32_t compilations, deopts, invalidations;
    uint32_t version;           /* of the tree: counts its changes */
    bool loops_vary;            /* a guess about tags in a loop was wrong */
    bool never;                 /* given up; the reason has been traced */
    esp_dependents dependents;  /* units that have this tree folded in */
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

/* Discards all code that has the target's tree in it. */
void esp_target_invalidate(esp_target *t, const char *why);

/* The target is hot: compiles it for its next tier.  True: its entry cells
 * lead to new code. */
ESP_BOUNDARY bool esp_target_hot(esp_target *t);

/* All targets of a context, newest first: the first; then t->next. */
esp_target *esp_context_targets(esp_context *context);

/* A guest value in words, through the language. */
void esp_show(esp_context *context, esp_value v, char *to, size_t n);

/* "name:line" of a target, and of a node: "name:line class". */
void esp_target_where(const esp_target *t, char *to, size_t n);
void esp_node_where(const esp_node *node, char *to, size_t n);

#endif
