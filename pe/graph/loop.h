/*
 * The loop nest: natural loops, by their headers.
 */
#ifndef ESP_GRAPH_LOOP_H
#define ESP_GRAPH_LOOP_H

#include "pe/graph/props.h"

/* For props.c. */
void loop_nest(esp_graph *g);

/* Is a block in a loop, or in one inside of it? */
bool loop_contains(const esp_graph *g, uint32_t loop, uint32_t block);

#endif
