/*
 * The graph's arrays, and what is asked of them most.
 */
#include "pe/graph/graph.h"
#include "pe/graph/props.h"
#include "pe/graph/state.h"
#include "pe/graph/table.h"

#include <string.h>

_Static_assert(sizeof(esp_ins) == 16, "instructions are hashed as two words");

enum { FIRST_NUMBERS = 512, FIRST_STATES = 64 };

esp_graph *graph_new(esp_unit *u)
{
    esp_graph *g = ARENA_NEW(&u->arena, esp_graph);

    g->unit = u;
    g->arena = &u->arena;
    VEC_RESERVE(g->arena, &g->ins, FIRST_NUMBERS);
    VEC_PUSH(g->arena, &g->ins, (esp_ins){ 0 });
    VEC_PUSH(g->arena, &g->states, (esp_state){ 0 });
    VEC_PUSH(g->arena, &g->refs, 0);
    g->numbers = table_new(g->arena, FIRST_NUMBERS);
    g->state_numbers = table_new(g->arena, FIRST_STATES);
    g->props = ARENA_NEW(g->arena, struct graph_props);
    return g;
}

uint32_t graph_block(esp_graph *g, bool cold)
{
    VEC_PUSH(g->arena, &g->blocks, ((esp_block){ .cold = cold }));
    return g->blocks.n - 1;
}

esp_ref graph_ins(esp_graph *g, esp_ins i)
{
    VEC_PUSH(g->arena, &g->ins, i);
    return g->ins.n - 1;
}

esp_ref graph_param(esp_graph *g, uint32_t block, esp_type ty)
{
    esp_block *k = &g->blocks.at[block];
    esp_ref r = graph_ins(g, (esp_ins){ .op = IR_param, .ty = (uint8_t)ty,
                                        .a = block, .b = k->params.n });

    VEC_PUSH(g->arena, &k->params, r);
    return r;
}

uint32_t graph_refs(esp_graph *g, const uint32_t *refs, uint32_t n)
{
    uint32_t at = g->refs.n;

    VEC_RESERVE(g->arena, &g->refs, n);
    if (n)
        memcpy(g->refs.at + at, refs, n * sizeof *refs);
    g->refs.n += n;
    return at;
}

esp_ref graph_negated(const esp_graph *g, esp_ref cond)
{
    const esp_ins *i = graph_at(g, cond);

    return i->op == IR_xor && i->ty == TY_i1 && graph_is_const(g, i->b)
        && graph_const(g, i->b) ? i->a : 0;
}

esp_ref graph_term(const esp_graph *g, uint32_t block)
{
    const esp_block *k = &g->blocks.at[block];
    esp_ref last = k->code.n ? k->code.at[k->code.n - 1] : 0;

    return op_info[g->ins.at[last].op].flags & OP_TERM ? last : 0;
}

esp_edge *graph_edges(const esp_graph *g, uint32_t block, uint32_t *n)
{
    const esp_ins *t = graph_at(g, graph_term(g, block));

    switch (t->op) {
    case IR_jump: case IR_br: case IR_switch:
        *n = t->c;
        return &g->edges.at[t->b];
    default:
        *n = 0;
        return NULL;
    }
}

uint32_t graph_state(const esp_graph *g, esp_ref r)
{
    const esp_ins *i = graph_at(g, r);

    switch (i->op) {
    case IR_guard: case IR_deopt: return i->b;
    case IR_call:                 return g->calls.at[i->a].state;
    default:                      return 0;
    }
}

static void visit_list(const esp_graph *g, uint32_t at, uint32_t n,
                       graph_visit *visit, void *arg)
{
    for (uint32_t k = 0; k < n; k++)
        visit(arg, g->refs.at[at + k]);
}

void graph_operands(const esp_graph *g, esp_ref r, graph_visit *visit,
                    void *arg)
{
    const esp_ins i = *graph_at(g, r);
    unsigned n = op_info[i.op].inputs;

    if (n > 0 && i.a)
        visit(arg, i.a);
    if (n > 1 && i.b)
        visit(arg, i.b);
    if (n > 2 && i.c)
        visit(arg, i.c);
    if (i.op == IR_call) {
        const esp_ccall *call = &g->calls.at[i.a];

        visit(arg, call->callee);
        visit_list(g, call->args, call->nargs, visit, arg);
    }
    if (i.op == IR_jump || i.op == IR_br || i.op == IR_switch)
        for (uint32_t k = 0; k < i.c; k++)
            visit_list(g, g->edges.at[i.b + k].args,
                       g->edges.at[i.b + k].nargs, visit, arg);
}

void graph_inputs(const esp_graph *g, esp_ref r, graph_visit *visit, void *arg)
{
    uint32_t state = graph_state(g, r);

    graph_operands(g, r, visit, arg);
    if (state)
        state_inputs(g, state, visit, arg);
}

esp_graph_mark graph_mark(const esp_graph *g, uint32_t block)
{
    return (esp_graph_mark){
        g->ins.n, g->blocks.n, g->edges.n, g->refs.n, g->calls.n,
        g->states.n, g->vobjs.n, g->slots.n,
        block, g->blocks.at[block].code.n
    };
}

void graph_release(esp_graph *g, esp_graph_mark m)
{
    g->ins.n = m.ins;
    g->blocks.n = m.blocks;
    g->edges.n = m.edges;
    g->refs.n = m.refs;
    g->calls.n = m.calls;
    g->states.n = m.states;
    g->vobjs.n = m.vobjs;
    g->slots.n = m.slots;
    g->blocks.at[m.block].code.n = m.code;
}
