/*
 * The loop nest: natural loops, by their headers.
 */
#ifndef ESP_GRAPH_LOOP_H
#define ESP_GRAPH_LOOP_H

#include "framework/base/bits.h"
#include "pe/graph/props.h"

/* For props.c. */
void loop_nest(esp_graph *g);

/* Is a block in a loop, or in one inside of it? */
bool loop_contains(const esp_graph *g, uint32_t loop, uint32_t block);

/* The next loop without loops inside of it whose header is not marked, later
 * ones first; 0 none.  Blocks that are too new to have a mark are left out. */
uint32_t loop_next_innermost(const esp_graph *g, esp_bits tried);

#endif
