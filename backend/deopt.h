/*
 * Deoptimization: from the registers of a machine frame to the C frames that
 * the compiled code stood for, and on in the IR interpreter.
 *
 * docs/deopt.md follows one failed guard through all of this.
 */
#ifndef ESP_BACKEND_DEOPT_H
#define ESP_BACKEND_DEOPT_H

#include "framework/espalier.h"
#include "pe/graph/graph.h"
#include "pe/image/exec.h"

/* What remains of a graph's frame states when the graph is gone. */
typedef struct deopt_tables deopt_tables;

/* Copies the states of a graph into an arena that lives with the code. */
deopt_tables *deopt_tables_new(esp_arena *a, const esp_graph *g);

/* Where a value is at one exit: the register or spill slot of the graph
 * instruction `ref`, read from the stopped machine frame. */
typedef struct deopt_reader {
    uint64_t (*read)(const struct deopt_reader *r, esp_ref ref);
    char *machine;              /* frame pointer of the machine frame */
} deopt_reader;

/* A frame that a stack walk has rebuilt and somebody may have written to since:
 * it takes the place of the values in the machine frame. */
typedef struct deopt_kept {
    struct deopt_kept *next;
    char *machine;
    uint32_t object;            /* of the state */
    esp_frame *frame;
} deopt_kept;

/* What the innermost C frame was doing. */
typedef struct deopt_place {
    const esp_ifunc *fn;
    uint32_t line;              /* of the C source */
    const esp_node *node;       /* guest node, or NULL */
} deopt_place;

deopt_place deopt_where(const deopt_tables *t, uint32_t state);

/* Rebuilds the C frames of a state and runs them to their end, the innermost
 * first; the result is what the compiled function returns. */
esp_exec_result deopt_finish(const deopt_tables *t, uint32_t state,
                             const deopt_reader *r, esp_context *context,
                             const deopt_kept *kept, esp_exec *x);

/* The guest frames of a state, newest first, as copies that the caller frees
 * with free().  `object` names one for deopt_kept. */
typedef bool deopt_found(void *arg, esp_frame *copy, uint32_t object);
bool deopt_frames(const deopt_tables *t, uint32_t state, const deopt_reader *r,
                  deopt_found *found, void *arg);

#endif
