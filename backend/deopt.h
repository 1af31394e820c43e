/*
 * Deoptimization: from the registers of a machine frame to the C frames that
 * the compiled code stood for, and on in the IR interpreter.
 *
 * docs/deopt.md follows one failed guard through all of this.
 */
#ifndef ESP_BACKEND_DEOPT_H
#define ESP_BACKEND_DEOPT_H

#include "backend/code.h"
#include "framework/espalier.h"
#include "pe/graph/graph.h"
#include "pe/image/exec.h"

/* What remains of a graph's frame states when the graph is gone; in the code's
 * arena. */
typedef struct deopt_tables deopt_tables;

/* Copies what the code's exits and calls refer to: before the graph goes. */
void deopt_keep_states(esp_code *code, const esp_graph *g);

/* Where compiled code has stopped. */
typedef struct deopt_stop {
    const esp_code *code;
    const esp_point *point;
    const code_regs *regs;      /* as the exit found them; NULL at a call */
    char *machine;              /* frame pointer of the machine frame */
} deopt_stop;

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

deopt_place deopt_where(const esp_code *code, uint32_t state);

/* Rebuilds the C frames of a state and runs them to their end, the innermost
 * first; the result is what the compiled function returns. */
esp_exec_result deopt_finish(const deopt_stop *stop, esp_context *context,
                             const deopt_kept *kept, esp_exec *x);

/* The guest frames of a stopped unit, newest first, as copies that `found`
 * takes over: memory from malloc.  `object` names one for deopt_kept.  A frame
 * that the unit borrowed is brought up to date first; it is no copy, and its
 * object is DEOPT_BORROWED.  Stops when `found` returns false, and returns
 * false then. */
enum { DEOPT_BORROWED = 0xffffffffu };

typedef bool deopt_found(void *arg, esp_frame *copy, uint32_t object);
bool deopt_frames(const deopt_stop *stop, const deopt_kept *kept,
                  deopt_found *found, void *arg);

#endif
