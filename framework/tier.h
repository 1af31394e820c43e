/*
 * Tiers: when a target is hot, and what happens to its code.
 *
 * The framework does not know the compiler: whoever starts an engine may give
 * it this table (backend/jit.c has one).  Without it everything is interpreted.
 */
#ifndef ESP_TIER_H
#define ESP_TIER_H

#include "framework/espalier.h"

/* One frame that a stack walk found, compiled or not. */
typedef struct esp_walked esp_walked;

typedef struct esp_compiler {
    void *self;

    /* Compiles a target and installs the code in its entry cell.  False if
     * that was declined; the compiler has counted and traced why, and has set
     * t->hot to when to try again (UINT32_MAX: never). */
    bool (*compile)(void *self, esp_target *t, int tier);

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

    void (*close)(void *self);
} esp_compiler;

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
    bool never;                 /* given up; the reason has been traced */
    esp_dependents dependents;  /* units that have this tree folded in */
} esp_tiering;

#endif
