/*
 * Frame states: how to rebuild the C frames that compiled code stands for.
 *
 * Hash-consed, because most guards share the state of the one before.
 */
#ifndef ESP_GRAPH_STATE_H
#define ESP_GRAPH_STATE_H

#include "framework/base/bits.h"
#include "pe/graph/graph.h"

/* The state with these contents; `s->live` and `s->objects` are ignored, the
 * pairs and object records are given apart and copied; they must not lie in
 * graph->refs, which may move. */
uint32_t state_make(esp_graph *g, const esp_state *s,
                    const uint32_t *live, uint32_t nlive,
                    const uint32_t *objects, uint32_t nobjects);

/* Enters a state that was not made here (a parsed one) among those that are
 * found again. */
void state_enter(esp_graph *g, uint32_t state);

/* Why compiled code is left: what a guard or deopt has in its field c. */
typedef enum esp_reason {
#define REASON(name, meaning) REASON_##name,
#include "pe/graph/reasons.def"
#undef REASON
    REASON_COUNT
} esp_reason;

const char *reason_name(esp_reason r);

/* Is it a constant, the address of the machine frame, that of a virtual object
 * plus a constant, or sunk (pe/opt/sink.c)?  A deoptimization makes these; no
 * code computes them for states. */
bool state_rebuilt(const esp_graph *g, esp_ref r);

/* Is it made from nothing?  Most of a state is. */
static inline bool state_is_given(const esp_graph *g, esp_ref r)
{
    uint8_t op = graph_at(g, r)->op;

    return op == IR_const || op == IR_vobj || op == IR_frameaddr;
}

/* Calls `visit` for all that a state refers to, as often as it stands there;
 * the arguments of its virtual objects belong to it.  The "own" ones leave out
 * the parents; "values" are not given, and inputs stand for what is sunk.  state_values_once leaves out states
 * that `seen` has, and adds the others to it, for walks over a whole graph. */
void state_inputs(const esp_graph *g, uint32_t state, graph_visit *visit,
                  void *arg);
void state_own_inputs(const esp_graph *g, uint32_t state, graph_visit *visit,
                      void *arg);
void state_own_values(const esp_graph *g, uint32_t state, graph_visit *visit,
                      void *arg);
void state_values_once(const esp_graph *g, uint32_t state, esp_bits seen,
                       graph_visit *visit, void *arg);

#endif
