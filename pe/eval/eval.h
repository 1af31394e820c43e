/*
 * The partial evaluator: C functions and what is known about their arguments
 * in, a graph out.
 *
 * One pass over the image of each C function in reverse post-order.  Calls
 * with a known target are entered; loads from memory that is final are
 * answered from the live objects; branches on constants are followed one way.
 * What remains is emitted through graph/build.h, so that nothing that folds is
 * ever created.  This is online partial evaluation, the first Futamura
 * projection on plain C (see Wuerthinger et al., "Practical partial evaluation
 * for high-performance dynamic language runtimes", PLDI 2017).
 */
#ifndef ESP_EVAL_H
#define ESP_EVAL_H

#include "framework/espalier.h"
#include "pe/graph/graph.h"
#include "pe/image/image.h"

/* What the residual code rests on, beside the tree it was made from. */
typedef struct eval_result {
    esp_graph *graph;
    VEC(esp_assumption *) assumptions;  /* were valid, must stay so */
    VEC(esp_target *) targets;          /* whose trees were folded in */
    VEC(struct eval_final) finals;      /* --check: the loads that were folded */
    VEC(struct eval_remark) remarks;
    VEC(struct eval_inline) inlines;    /* guest calls, in tier 2 */
    uint32_t visited;                   /* image instructions */
    uint32_t nodes;                     /* of the trees in it: how large it is */
} eval_result;

/* A load that was answered at compile time. */
typedef struct eval_final {
    const void *address;
    uint64_t bits;
    uint8_t size;
    const char *fn;             /* the C function that reads it */
    uint32_t line;
    const void *node;
} eval_final;

/* A call of a known target: a part of this code, or not. */
typedef struct eval_inline {
    const esp_target *target;
    const void *node;           /* esp_node that calls, or NULL */
    const char *why_not;        /* NULL: inlined */
} eval_inline;

/* Something that makes the code slower than its author may think. */
typedef struct eval_remark {
    enum { REMARK_INDIRECT_CALL, REMARK_FRAME_ESCAPE, REMARK_TAG_CHECK,
           REMARK_CALL } kind;
    const char *fn;             /* C function */
    uint32_t line;              /* C line */
    const void *node;           /* esp_node being executed, or NULL */
    const char *name;           /* of the callee, when known */
    esp_ref tag;                /* REMARK_TAG_CHECK: what is compared, */
    esp_ref constant;           /* and with what */
} eval_remark;

/* An argument of the function to evaluate. */
typedef struct eval_arg {
    bool known;
    uint64_t bits;
    const esp_frame *frame;     /* not NULL: a frame that exists and, on entry,
                                 * has slots with the same tags as this one */
} eval_arg;

/* Evaluates fn.  `args` has one entry for each argument word of fn->sig;
 * `target` is what fn is a call of, or NULL.  Declines through unit_bail. */
void eval_root(esp_unit *u, esp_image *image, const esp_ifunc *fn,
               const eval_arg *args, esp_target *target, eval_result *result);

const char *remark_name(int kind);

/* Does it still hold for the optimized graph?  A tag that was different on
 * different ways when it was compared may have become known since.  Needs
 * predecessors and uses. */
bool eval_remark_holds(const eval_result *r, const eval_remark *m);

#endif
