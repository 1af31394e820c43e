/*
 * Which values of a C function decide where control goes.
 *
 * Those that are compared with constants, switched on, or returned to a caller
 * who does so; and what becomes one of them at a join.  Edges that bring
 * different constants for such a value are kept apart (eval.c).
 */
#include "pe/eval/internal.h"

typedef struct known_controls {
    const esp_ifunc *fn;
    esp_bits values;            /* by instruction */
} known_controls;

typedef struct walk {
    const esp_ifunc *fn;
    esp_bits values;
    bool changed;
} walk;

static void mark(walk *w, uint32_t value)
{
    if (value < w->fn->nconsts)
        return;
    value -= w->fn->nconsts;
    if (!bits_get(w->values, value)) {
        bits_set(w->values, value);
        w->changed = true;
    }
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

static void mark_instruction(walk *w, uint32_t at)
{
    const esp_ins *i = &w->fn->code[at];

    if (i->op >= IR_eq && i->op <= IR_ule) {
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

    for (uint32_t k = 0; k < to->nparams; k++)
        if (bits_get(w->values, to->first + k))
            mark(w, w->fn->refs[e->args + k]);
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

static known_controls *find_controls(eval *e, const esp_ifunc *fn)
{
    known_controls *c = ARENA_NEW(e->g->arena, known_controls);
    walk w = { fn, bits_new(e->g->arena, fn->ncode), true };

    while (w.changed) {
        w.changed = false;
        for (uint32_t b = fn->nblocks; b-- > 0;)
            mark_block(&w, &fn->blocks[b]);
    }
    *c = (known_controls){ fn, w.values };
    return c;
}

/* ---- each function once a compilation --------------------------------------- */

static uint32_t place(known_controls *const *table, uint32_t cap,
                      const esp_ifunc *fn)
{
    uint32_t i = (uint32_t)((uintptr_t)fn >> 4) * 2654435761u & (cap - 1);

    while (table[i] && table[i]->fn != fn)
        i = (i + 1) & (cap - 1);
    return i;
}

static void grow(eval *e)
{
    uint32_t cap = e->controls_cap ? 2 * e->controls_cap : 64;
    known_controls **table = ARENA_ARRAY(e->g->arena, known_controls *, cap);

    for (uint32_t i = 0; i < e->controls_cap; i++)
        if (e->controls[i])
            table[place(table, cap, e->controls[i]->fn)] = e->controls[i];
    e->controls = table;
    e->controls_cap = cap;
}

const esp_bits *eval_controls(eval *e, const esp_ifunc *fn)
{
    uint32_t i;

    if (2 * e->ncontrols >= e->controls_cap)
        grow(e);
    i = place(e->controls, e->controls_cap, fn);
    if (!e->controls[i]) {
        e->controls[i] = find_controls(e, fn);
        e->ncontrols++;
    }
    return &e->controls[i]->values;
}
