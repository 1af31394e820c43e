/*
 * One compilation: its memory, its options, and how it is declined.
 */
#ifndef ESP_GRAPH_UNIT_H
#define ESP_GRAPH_UNIT_H

#include "framework/base/arena.h"
#include "framework/base/cc.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef enum esp_bailout {
#define BAILOUT(name, permanent, meaning) BAIL_##name,
#include "pe/graph/bailouts.def"
#undef BAILOUT
    BAIL_COUNT
} esp_bailout;

/* Which guest functions become a part of their callers: by default small ones,
 * while the unit is small. */
typedef enum esp_inlining { INLINE_SMALL, INLINE_NONE, INLINE_ALL } esp_inlining;

/* What a step took, all its runs together. */
typedef struct esp_step_time {
    const char *step;
    uint64_t ns;
} esp_step_time;

enum { UNIT_STEPS = 24 };       /* that have times of their own */

typedef struct esp_unit {
    esp_arena arena;            /* lives as long as the compilation */
    esp_arena notes;            /* of the evaluator, and what it leaves is for
                                 * the LIR: the graph outlives the former */
    esp_arena scratch;          /* emptied when a pass returns */
    jmp_buf declined;           /* unit_bail goes here; set by the driver */
    esp_bailout bailout;
    char detail[256];           /* why, in words: the culprit */
    const char *step;           /* pass or phase that is running */
    uint64_t started;           /* ... since when, in nanoseconds */
    esp_step_time times[UNIT_STEPS];
    uint32_t ntimes;
    const char *name;           /* of the target, for dumps and names */
    int tier;
    bool counts;                /* the code counts calls and loops: there is a
                                 * higher tier to come */
    int check;                  /* --check: 0, 1: verify, 2: and shuffle */
    bool loops_vary;            /* tags before a loop are not what they are in
                                 * it: do not test them in front of it */
    esp_inlining inlining;
    uint64_t seed;
    uint32_t *stress;           /* --stress=deopt: guards fail when this cell
                                 * has counted down to 0; else NULL */
    uint32_t reading;           /* what is evaluated may be changed meanwhile:
                                 * number of this reading; 0: nobody does */
    uint64_t dawdle;            /* --stress=delay: that takes its time; a random
                                 * number; or 0 */
    const bool *stop;           /* another thread sets it when the unit is no
                                 * longer wanted; NULL: nobody does */
    uint32_t max_nodes;         /* of the tree; more are not even begun with */
    uint32_t max_visited;       /* budgets, in instructions */
    uint32_t max_residual;
} esp_unit;

void unit_init(esp_unit *u, const char *name);
void unit_free(esp_unit *u);

/* The memory of a compilation that has ended, for one to come: it is in the
 * caches, and the system need not be asked for it again. */
typedef struct esp_unit_memory {
    esp_arena arena, notes, scratch;
} esp_unit_memory;

void unit_take_memory(esp_unit *u, esp_unit_memory *from);
void unit_keep_memory(esp_unit *u, esp_unit_memory *to);    /* then it ends */
void unit_free_memory(esp_unit_memory *m);

/* Gives back most of what has been released: another phase begins. */
void unit_trim(esp_unit *u);

/* Another step begins: the one before has ended.  Names are compared as
 * pointers; those that find no room are not timed. */
void unit_step(esp_unit *u, const char *step);

/* The step has ended, and the next one begins later. */
void unit_rest(esp_unit *u);

/* Gives the compilation up; does not return to the caller. */
CC_NORETURN void unit_bail(esp_unit *u, esp_bailout reason,
                           const char *format, ...) CC_PRINTF(3, 4);

const char *bailout_name(esp_bailout reason);
bool bailout_permanent(esp_bailout reason);

/* A broken promise of the compiler itself declines the unit; with the
 * environment variable ESP_ABORT set it stops the process, for debuggers. */
#define unit_assert(u, cond, ...)                                           \
    do {                                                                    \
        if (CC_UNLIKELY(!(cond)))                                           \
            unit_broken((u), __FILE__, __LINE__, #cond, __VA_ARGS__);       \
    } while (0)

CC_NORETURN void unit_broken(esp_unit *u, const char *file, int line,
                             const char *cond, const char *format, ...)
    CC_PRINTF(5, 6);

#endif
