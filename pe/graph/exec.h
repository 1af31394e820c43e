/*
 * The reference executor: runs any graph, slowly and obviously.
 *
 * It shares no code with the folding rules nor with any target, and is what
 * they are compared with.  Memory is real memory.
 */
#ifndef ESP_GRAPH_EXEC_H
#define ESP_GRAPH_EXEC_H

#include "pe/graph/graph.h"

typedef enum esp_run_end {
    RUN_RETURNED,       /* r: the results */
    RUN_GUARD,          /* a guard failed */
    RUN_DEOPT,          /* came to a deopt */
    RUN_UNREACHABLE,    /* came to an unreachable */
    RUN_TRAP,           /* a division that traps */
    RUN_STEPS,          /* max_steps were not enough */
    RUN_CANNOT          /* met something that cannot be run: see why */
} esp_run_end;

enum { RUN_VALUES = 256 };

typedef struct esp_run {
    /* given: */
    uint64_t max_steps;         /* instructions in blocks */
    bool valid;                 /* what `valid` answers */
    /* Makes a call; NULL calls the address as a function of up to six
     * integers.  False: cannot. */
    bool (*call)(void *arg, const esp_ccall *call, uint64_t callee,
                 const uint64_t *args, uint64_t result[2]);
    void *arg;
    /* found: */
    esp_run_end end;
    const char *why;
    uint64_t steps;
    bool unspecified;           /* something was computed that may come out
                                 * otherwise: a conversion out of range, or
                                 * which of two different NaNs is handed on */
    uint64_t r[2];
    uint32_t block;             /* where it ended */
    uint32_t state, reason;     /* of the guard or deopt */
    uint32_t nvalues;           /* of graph_state_refs(state), in order; at most
                                 * RUN_VALUES are there */
    uint64_t values[RUN_VALUES];
} esp_run;

/* Runs g on one word for each argument: the low bits of an integer or the bits
 * of a float.  Slots are on the C stack's side of the world, fresh and zero. */
void graph_run(esp_graph *g, esp_run *run, const uint64_t *args);

#endif
