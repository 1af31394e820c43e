/*
 * Passes over graphs, and what each needs and breaks.
 */
#ifndef ESP_OPT_H
#define ESP_OPT_H

#include "pe/graph/props.h"

#define PASS(name, needs, breaks, meaning) void opt_##name(esp_graph *g);
#include "pe/opt/passes.def"
#undef PASS

typedef struct opt_pass {
    const char *name;
    void (*run)(esp_graph *g);
    unsigned needs, breaks;
} opt_pass;

/* In the order of passes.def; the last has no name. */
extern const opt_pass opt_passes[];

/* What runs in a tier, in order; ends with NULL. */
const opt_pass *const *opt_pipeline(int tier);

/* Why the order is as it is: in each pipeline that has both, `first` stands
 * somewhere before `then`.  The last has no names. */
typedef struct opt_reason { const char *first, *then, *why; } opt_reason;
extern const opt_reason opt_reasons[];

/* Brings what a pass needs up to date, runs it, forgets what it broke, and
 * under --check verifies the graph; under --check=2 it is shuffled first. */
void opt_run(esp_graph *g, const opt_pass *pass);

/* Instructions whose order does not matter get another one. */
void opt_shuffle(esp_graph *g);

/* The pass of that name, or NULL. */
const opt_pass *opt_find(const char *name);

#endif
