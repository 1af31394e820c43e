/*
 * Where the time of compilations goes: the times of units, added up by step.
 */
#ifndef ESP_BACKEND_TIMES_H
#define ESP_BACKEND_TIMES_H

#include "framework/base/text.h"
#include "pe/graph/unit.h"

typedef struct step_times {
    esp_step_time at[UNIT_STEPS];
    uint32_t n;
} step_times;

/* Adds what the unit's steps have taken; the last of them ends here. */
void times_add(step_times *to, esp_unit *u);

/* All steps together, in nanoseconds. */
uint64_t times_total(const step_times *t);

/* Milliseconds by step: a line, or the members of a JSON object. */
void times_print(const step_times *t, bool json, esp_text *out);

#endif
