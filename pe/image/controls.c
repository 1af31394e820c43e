/*
 * Which values of a C function decide where control goes.
 *
 * Those that are compared with constants, switched on, or returned to a caller
 * who does so; and what becomes one of them at a join.  And those that say which
 * function is called: the pointer itself, and what it was loaded from, such as
 * the node in `return esp_execute(c ? a : b, frame)`.  And the keys of exploded
 * loops.  Edges that bring
 * different constants for such a value are kept apart by the evaluator.
 */
#include "pe/image/image.h"

enum {
    NO_INTRINSIC,
#define INTRINSIC(name, meaning) IS_##name,
#include "pe/eval/intrinsics.def"
#undef INTRINSIC
};

typedef struct walk {
    const esp_ifunc *fn;
    esp_bits values;
    esp_bits callees;           /* of these: those that a callee depends on */
    bool changed;
} walk;

static void mark_in(walk *w, esp_bits set, uint32_t value)
{
    if (value < w->fn->nconsts)
        return;
    value -= w->fn->nconsts;
    if (!bits_get(set, value)) {
        bits_set(set, value);
        w->changed = true;
    }
}

static void mark(walk *w, uint32_t value)
{
    mark_in(w, w->values, value);
}

static void mark_callee(walk *w, uint32_t value)
{
    mark(w, value);
    mark_in(w, w->callees, value);
}

static bool is_const(const walk *w, uint32_t value)
{
    return value < w->fn->nconsts;
}

/* Operations through which a constant stays a constant that decides. */
static bool passes_on(esp_op op)
{
    return op == IR_zext || op == IR_sext || op == IR_trunc || op == IR_xor ||
           op == IR_and || op == IR_or || op == IR_select;
}

static void mark_inputs(walk *w, const esp_ins *i)
{
    for (uint32_t k = 0; k < op_info[i->op].inputs; k++)
        mark(w, (&i->a)[k]);
}

/* What a function pointer was loaded from, or chosen by, at `at`. */
static void mark_source(walk *w, uint32_t at)
{
    const esp_ins *i = &w->fn->code[at];

    if (!bits_get(w->callees, at))
        return;
    if (i->op == IR_load || i->op == IR_add || i->op == IR_sub ||
        i->op == IR_shl || i->op == IR_mul || passes_on(i->op))
        for (uint32_t k = 0; k < op_info[i->op].inputs; k++)
            mark_callee(w, (&i->a)[k]);
}

static void mark_instruction(walk *w, uint32_t at)
{
    const esp_ins *i = &w->fn->code[at];

    mark_source(w, at);
    if (i->op == IR_call) {
        mark_callee(w, w->fn->calls[i->a].callee);
        if (w->fn->calls[i->a].intrinsic == IS_esp_explode_key)
            mark(w, w->fn->refs[w->fn->calls[i->a].args]);
    } else if (i->op >= IR_eq && i->op <= IR_ule) {
        if (is_const(w, i->a) || is_const(w, i->b))
            mark_inputs(w, i);
    } else if (i->op == IR_br || i->op == IR_switch) {
        mark(w, i->a);
    } else if (i->op == IR_ret) {
        if (w->fn->sig.nresults)
            mark(w, w->fn->sig.nresults == 2 ? i->b : i->a);
    } else if (passes_on(i->op) && bits_get(w->values, at)) {
        mark_inputs(w, i);
    }
}

static void mark_arguments(walk *w, const esp_edge *e)
{
    const esp_iblock *to = &w->fn->blocks[e->block];

    for (uint32_t k = 0; k < to->nparams; k++) {
        if (bits_get(w->values, to->first + k))
            mark(w, w->fn->refs[e->args + k]);
        if (bits_get(w->callees, to->first + k))
            mark_callee(w, w->fn->refs[e->args + k]);
    }
}

static uint32_t edges_of(const esp_ins *i)
{
    return i->op == IR_jump ? 1 : i->op == IR_br ? 2
         : i->op == IR_switch ? i->c : 0;
}

static void mark_block(walk *w, const esp_iblock *b)
{
    const esp_ins *last = &w->fn->code[b->end - 1];

    for (uint32_t k = 0; k < edges_of(last); k++)
        mark_arguments(w, &w->fn->edges[last->b + k]);
    for (uint32_t at = b->end; at-- > b->first;)
        mark_instruction(w, at);
}

esp_bits image_controls(const esp_ifunc *fn, esp_arena *a)
{
    walk w = { fn, bits_new(a, fn->ncode), bits_new(a, fn->ncode), true };

    while (w.changed) {
        w.changed = false;
        for (uint32_t b = fn->nblocks; b-- > 0;)
            mark_block(&w, &fn->blocks[b]);
    }
    return w.values;
}
