/*
 * Dead code: what nothing needs, and what cannot be reached, goes.
 *
 * Pure instructions go by themselves, since nobody places them.  This is about
 * what stands somewhere: loads, divisions, and block parameters with the
 * arguments that are passed for them.  An instruction is needed if it has an
 * effect; whatever is needed needs its inputs, and a parameter its arguments.
 * So a variable that is only carried around a loop goes, too.
 *
 * A division that nothing needs goes although it might have trapped: in C that
 * is undefined, and the interpreter that would have run it is C.
 *
 * needs   predecessors
 * keeps   control flow
 * breaks  users
 * cost    linear
 */
#include "pe/graph/state.h"
#include "pe/opt/edit.h"
#include "pe/opt/opt.h"

struct marker {
    esp_graph *g;
    esp_bits live, states;
    VEC(esp_ref) work;
};

static void mark(void *arg, esp_ref r)
{
    struct marker *m = arg;

    if (graph_is_const(m->g, r) || bits_get(m->live, r))
        return;
    bits_set(m->live, r);
    VEC_PUSH(&m->g->unit->scratch, &m->work, r);
}

static bool has_effect(const esp_graph *g, esp_ref r)
{
    const esp_ins *i = graph_at(g, r);

    if (i->flags & INS_PINNED)
        return false;
    return (i->op != IR_load && i->op != IR_valid)
        || (i->flags & INS_VOLATILE);
}

/* What an instruction with effect needs; edge arguments wait for their
 * parameters. */
static void mark_inputs(struct marker *m, esp_ref r)
{
    const esp_ins *i = graph_at(m->g, r);

    switch (i->op) {
    case IR_jump:
        break;
    case IR_br: case IR_switch:
        mark(m, i->a);
        break;
    default:
        graph_operands(m->g, r, mark, m);
        state_values_once(m->g, graph_state(m->g, r), m->states, mark, m);
    }
}

static void mark_args(struct marker *m, esp_ref param)
{
    const struct graph_props *p = m->g->props;
    const esp_ins *i = graph_at(m->g, param);

    for (uint32_t k = p->pred_first.at[i->a];
         k < p->pred_first.at[i->a + 1]; k++) {
        const esp_edge *e = &m->g->edges.at[p->pred.at[k].edge];

        mark(m, m->g->refs.at[e->args + i->b]);
    }
}

static void mark_all(struct marker *m)
{
    esp_graph *g = m->g;

    for (uint32_t i = 0; i < g->props->order.n; i++) {
        const esp_block *k = &g->blocks.at[g->props->order.at[i]];

        for (uint32_t j = 0; j < k->code.n; j++)
            if (has_effect(g, k->code.at[j])) {
                bits_set(m->live, k->code.at[j]);
                mark_inputs(m, k->code.at[j]);
            }
    }
    while (m->work.n) {
        esp_ref r = m->work.at[--m->work.n];

        if (graph_at(g, r)->op == IR_param)
            mark_args(m, r);
        else
            graph_operands(g, r, mark, m);
    }
}

static void sweep_code(struct marker *m, esp_block *k)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < k->code.n; i++)
        if (bits_get(m->live, k->code.at[i]))
            k->code.at[n++] = k->code.at[i];
    k->code.n = n;
}

static void sweep(struct marker *m)
{
    esp_graph *g = m->g;
    esp_bits drop = bits_new(&g->unit->scratch, g->ins.n);

    edit_kill_unreachable(g);
    for (uint32_t i = 0; i < g->props->order.n; i++) {
        uint32_t b = g->props->order.at[i];
        esp_block *k = &g->blocks.at[b];

        sweep_code(m, k);
        for (uint32_t j = 0; b != 0 && j < k->params.n; j++)
            if (!bits_get(m->live, k->params.at[j]))
                bits_set(drop, k->params.at[j]);
    }
    edit_drop_params(g, drop);
}

void opt_dce(esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark start = arena_mark(scratch);
    struct marker m = { .g = g, .live = bits_new(scratch, g->ins.n),
                        .states = bits_new(scratch, g->states.n) };

    mark_all(&m);
    sweep(&m);
    arena_release(scratch, start);
}
