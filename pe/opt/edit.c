/*
 * Changes of control flow that more than one pass makes.
 */
#include "pe/graph/build.h"
#include "pe/graph/loop.h"
#include "pe/opt/edit.h"

#include <string.h>

static void drop_args(esp_graph *g, esp_edge *e, esp_bits drop)
{
    const esp_block *to = &g->blocks.at[e->block];
    uint32_t n = 0;

    for (uint32_t k = 0; k < e->nargs; k++)
        if (!bits_get(drop, to->params.at[k]))
            g->refs.at[e->args + n++] = g->refs.at[e->args + k];
    e->nargs = n;
}

void edit_drop_params(esp_graph *g, esp_bits drop)
{
    for (uint32_t b = 0; b < g->blocks.n; b++) {
        uint32_t n;
        esp_edge *e = graph_edges(g, b, &n);

        for (uint32_t k = 0; k < n; k++)
            drop_args(g, &e[k], drop);
    }
    for (uint32_t b = 0; b < g->blocks.n; b++) {
        esp_block *k = &g->blocks.at[b];
        uint32_t n = 0;

        for (uint32_t i = 0; i < k->params.n; i++)
            if (!bits_get(drop, k->params.at[i])) {
                k->params.at[n] = k->params.at[i];
                graph_at(g, k->params.at[n])->b = n;
                n++;
            }
        k->params.n = n;
    }
}

/* The list may be followed by another one, so it moves to the end. */
void edit_add_arg(esp_graph *g, uint32_t edge, esp_ref arg)
{
    esp_edge *e = &g->edges.at[edge];
    uint32_t at = g->refs.n;

    VEC_RESERVE(g->arena, &g->refs, e->nargs + 1);
    if (e->nargs)
        memcpy(g->refs.at + at, g->refs.at + e->args,
               e->nargs * sizeof *g->refs.at);
    g->refs.at[at + e->nargs] = arg;
    e->args = at;
    e->nargs++;
    g->refs.n += e->nargs;
}

void edit_jump(esp_graph *g, uint32_t block, uint32_t edge)
{
    *graph_at(g, graph_term(g, block)) =
        (esp_ins){ .op = IR_jump, .b = edge, .c = 1 };
}

void edit_deopt(esp_graph *g, uint32_t block, uint32_t index,
                uint32_t state, uint32_t reason)
{
    esp_block *k = &g->blocks.at[block];

    *graph_at(g, k->code.at[index]) =
        (esp_ins){ .op = IR_deopt, .b = state, .c = reason };
    k->code.n = index + 1;
}

void edit_kill_unreachable(esp_graph *g)
{
    for (uint32_t b = 0; b < g->blocks.n; b++)
        if (g->props->number.at[b] == NO_BLOCK) {
            g->blocks.at[b].dead = true;
            g->blocks.at[b].code.n = g->blocks.at[b].params.n = 0;
        }
}

bool edit_same_edge(const esp_graph *g, const esp_edge *e, const esp_edge *f)
{
    return e->block == f->block
        && (e->nargs == 0
            || !memcmp(g->refs.at + e->args, g->refs.at + f->args,
                       e->nargs * sizeof *g->refs.at));
}

/* The block gets the arguments, in a list of its own. */
uint32_t edit_split(esp_graph *g, uint32_t edge, bool cold)
{
    esp_build b = { g, graph_block(g, cold) };
    esp_edge e = g->edges.at[edge];

    build_jump(&b, e.block, NULL, 0);
    g->edges.at[g->edges.n - 1].args = e.args;
    g->edges.at[g->edges.n - 1].nargs = e.nargs;
    g->edges.at[edge].block = b.block;
    g->edges.at[edge].nargs = 0;
    return b.block;
}

uint32_t edit_front(esp_graph *g, uint32_t loop)
{
    const struct graph_props *p = g->props;
    uint32_t header = p->loops.at[loop].header;
    esp_build b = { g, graph_block(g, false) };
    uint32_t n = g->blocks.at[header].params.n;

    for (uint32_t k = 0; k < n; k++)
        graph_param(g, b.block, (esp_type)graph_at(
            g, g->blocks.at[header].params.at[k])->ty);
    for (uint32_t k = p->pred_first.at[header];
         k < p->pred_first.at[header + 1]; k++)
        if (!loop_contains(g, loop, p->pred.at[k].block))
            g->edges.at[p->pred.at[k].edge].block = b.block;
    build_jump(&b, header, g->blocks.at[b.block].params.at, n);
    return b.block;
}
