/*
 * What does not change in a loop.
 */
#ifndef ESP_OPT_INVARIANT_H
#define ESP_OPT_INVARIANT_H

#include "pe/graph/graph.h"

/* Is a value the same in all iterations, because it is made from what stands
 * outside?  Looks a few instructions deep.  Needs loops and places. */
bool invariant_in(const esp_graph *g, uint32_t loop, esp_ref r);

/* The same for all that an instruction needs, its frame state included. */
bool invariant_inputs(const esp_graph *g, uint32_t loop, esp_ref r);

#endif
