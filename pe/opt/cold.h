/*
 * Which blocks are rarely run.
 */
#ifndef ESP_OPT_COLD_H
#define ESP_OPT_COLD_H

#include "pe/graph/props.h"

/* Says it for each block; `cold` has an element for each and is all false.
 * What is not said may be guessed.  Needs predecessors and loops. */
void cold_find(const esp_graph *g, bool *cold, bool guess);

#endif
