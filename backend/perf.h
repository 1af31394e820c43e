/*
 * Names of our code for perf.
 *
 * The map is a line of text for each unit, and enough for reports with names:
 *
 *     perf record -g espalier --perf-map prog.sl; perf report
 *
 * The dump has the code itself and guest lines, so that instructions can be
 * annotated, and addresses that were used twice are told apart by time:
 *
 *     perf record -k mono espalier --perf-dump prog.sl
 *     perf inject --jit -i perf.data -o jit.data; perf report -i jit.data
 */
#ifndef ESP_BACKEND_PERF_H
#define ESP_BACKEND_PERF_H

#include "backend/code.h"
#include "framework/base/text.h"

enum perf_what {
    PERF_MAP = 1,               /* /tmp/perf-PID.map */
    PERF_DUMP = 2               /* $JITDUMPDIR/jit-PID.dump, or here */
};

typedef struct esp_perf esp_perf;

/* NULL if a file cannot be written; `error` says which. */
esp_perf *perf_open(int what, const asm_target *target, esp_text *error);

/* Tells of a published unit; any thread. */
void perf_add(esp_perf *p, const esp_code *code);

void perf_close(esp_perf *p);

#endif
