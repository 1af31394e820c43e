/*
 * The compiler behind the evaluator: from a graph to code that can be called.
 */
#ifndef ESP_BACKEND_COMPILE_H
#define ESP_BACKEND_COMPILE_H

#include "backend/code.h"
#include "framework/base/diag.h"
#include "pe/graph/graph.h"

/* The registers as an exit finds them. */
struct deopt_regs {
    uint64_t gpr[32], fpr[32];
};

/* What the compiled function returns after a deoptimization. */
struct deopt_result {
    uint64_t first, second;
};

/* Called when a guard has failed, on top of the unit's machine frame; this is
 * the one in leave.c. */
typedef struct deopt_result deopt_function(const struct deopt_regs *regs,
                                           void *machine, esp_code *code,
                                           uint32_t exit);

struct compile_env {
    esp_code_cache *cache;
    const esp_settings *settings;       /* or NULL */
    /* Called with graph, LIR or code after each step as text; NULL: never. */
    void (*dump)(void *arg, const char *step, const char *name,
                 const char *text);
    void *dump_arg;
    const void *deopt_entry;    /* what exits call, for all units of a cache */
    esp_code *code;             /* the unit to fill in, which stays its owner's
                                 * when it is declined; NULL: a new one */
    const bool *stop;           /* another thread sets it when the unit is no
                                 * longer wanted; NULL: nobody does */
    bool as_it_is;              /* no passes, for tests */
    uint32_t few;               /* registers of each class, for tests; 0: all */
};

/* Optimizes, selects, allocates, emits and publishes.  Declines the unit
 * (unit_bail) when that cannot be done, and leaves nothing behind then. */
esp_code *compile_graph(esp_unit *u, esp_graph *g,
                        const struct compile_env *env);

#endif
