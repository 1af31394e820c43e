/*
 * Copies of blocks of a loop, and which values are meant behind them.
 */
#include "pe/opt/edit.h"
#include "pe/opt/invariant.h"
#include "pe/opt/region.h"

#include <string.h>

enum { MOST_TOPS = 64 };

static uint32_t *filled(esp_graph *g, uint32_t n)
{
    uint32_t *a = ARENA_ARRAY(&g->unit->scratch, uint32_t, n);

    memset(a, 0xff, n * sizeof *a);
    return a;
}

void region_init(opt_region *r, esp_graph *g, uint32_t loop)
{
    esp_arena *scratch = &g->unit->scratch;

    *r = (opt_region){ .g = g, .loop = loop };
    r->header = r->back = g->props->loops.at[loop].header;
    r->in = bits_new(scratch, g->blocks.n + 1);
    r->entries = bits_new(scratch, g->blocks.n + 1);
}

void region_add(opt_region *r, uint32_t block)
{
    bits_set(r->in, block);
    VEC_PUSH(&r->g->unit->scratch, &r->blocks, block);
}

/* ---- can it be copied? ------------------------------------------------ */

static bool in_loop(const opt_region *r, uint32_t block)
{
    return r->g->props->loop_of.at[block] == r->loop;
}

/* The block in which a pinned instruction, a parameter or a second result is
 * computed, if it is in the region, else NO_BLOCK. */
static uint32_t place_in(const opt_region *r, esp_ref value)
{
    const struct graph_props *props = r->g->props;
    const esp_ins *i = graph_at(r->g, value);
    esp_ref at = i->op == IR_second ? i->a : value;
    uint32_t block = at < props->place.n ? props->place.at[at] : NO_BLOCK;

    return region_has(r, block) ? block : NO_BLOCK;
}

/* Finds the tops; false if there are too many. */
static bool find_tops(opt_region *r)
{
    const struct graph_props *props = r->g->props;
    uint32_t tops = 0;

    r->top = filled(r->g, r->g->blocks.n);
    for (uint32_t i = 1; i < props->dom_order.n; i++) {
        uint32_t block = props->dom_order.at[i], up = props->idom.at[block];

        if (in_loop(r, block))
            continue;
        if (in_loop(r, up)) {
            r->top[block] = block;
            tops++;
        } else {
            r->top[block] = r->top[up];
        }
    }
    return tops <= MOST_TOPS;
}

/* Blocks are copied in their order, so none may lead to one before it. */
static bool has_cycle(const opt_region *r)
{
    const uint32_t *number = r->g->props->number.at;

    for (uint32_t i = 0; i < r->blocks.n; i++) {
        uint32_t from = r->blocks.at[i], n;
        const esp_edge *e = graph_edges(r->g, from, &n);

        for (uint32_t k = 0; k < n; k++)
            if (e[k].block != r->header && region_has(r, e[k].block)
                && number[e[k].block] <= number[from])
                return true;
    }
    return false;
}

/* The arguments of virtual objects belong to no copy. */
static bool makes_vobj(const opt_region *r)
{
    const esp_graph *g = r->g;

    for (uint32_t v = 0; v < g->vobjs.n; v++)
        for (unsigned k = 0; k < 4; k++)
            if (g->vobjs.at[v].arg[k]
                && !invariant_in(g, r->loop, g->vobjs.at[v].arg[k]))
                return true;
    return false;
}

bool region_possible(opt_region *r)
{
    return !has_cycle(r) && !makes_vobj(r) && find_tops(r);
}

/* ---- which value is meant --------------------------------------------- */

static esp_ref stand_in_of(const opt_region *r, uint32_t block, esp_ref value)
{
    for (uint32_t k = r->stand_ins[block]; k; k = r->list.at[k].next)
        if (r->list.at[k].value == value)
            return r->list.at[k].param;
    return 0;
}

static void note_stand_in(opt_region *r, uint32_t block, esp_ref value,
                          esp_ref param)
{
    VEC_PUSH(&r->g->unit->scratch, &r->list,
             ((struct stand_in){ r->stand_ins[block], value, param }));
    r->stand_ins[block] = r->list.n - 1;
}

static esp_ref at_start(opt_region *r, uint32_t block, esp_ref value);

/* The copy of a value; that of a second result is made when it is wanted. */
static esp_ref copy_of_value(opt_region *r, esp_ref value)
{
    esp_ins i = *graph_at(r->g, value);

    if (i.op == IR_second && !r->copied[value]) {
        i.a = r->copied[i.a];
        r->copied[value] = build_pure(&r->copy.b, i);
    }
    return r->copied[value];
}

/* A value of the region at the end of the copy of a block. */
static esp_ref at_end(opt_region *r, uint32_t block, esp_ref value)
{
    return !r->many || place_in(r, value) == block
         ? copy_of_value(r, value) : at_start(r, block, value);
}

/* How many edges lead to the copy of a block, and the block from whose copy
 * the last one comes, NO_BLOCK if it comes from no copy. */
static uint32_t edges_to_copy(const opt_region *r, uint32_t block,
                              uint32_t *from)
{
    const struct graph_props *props = r->g->props;
    uint32_t n = 0;

    for (uint32_t k = props->pred_first.at[block];
         k < props->pred_first.at[block + 1]; k++) {
        uint32_t b = props->pred.at[k].block;

        if (bits_get(r->entries, b)) {
            n++;
            *from = NO_BLOCK;
        }
        if (region_has(r, b)) {
            n++;
            *from = b;
        }
    }
    return n;
}

/* The same at its start.  Entries are no copies, they have the value itself. */
static esp_ref at_start(opt_region *r, uint32_t block, esp_ref value)
{
    esp_graph *g = r->g;
    const struct graph_props *props = g->props;
    esp_ref param = stand_in_of(r, block, value);
    uint32_t from = NO_BLOCK;

    if (param)
        return param;
    if (edges_to_copy(r, block, &from) == 1)
        return from == NO_BLOCK ? value : at_end(r, from, value);
    param = graph_param(g, r->copy_of[block],
                        (esp_type)graph_at(g, value)->ty);
    note_stand_in(r, block, value, param);
    for (uint32_t k = props->pred_first.at[block];
         k < props->pred_first.at[block + 1]; k++) {
        esp_pred p = props->pred.at[k];

        if (bits_get(r->entries, p.block))
            edit_add_arg(g, p.edge, value);
        if (region_has(r, p.block))
            edit_add_arg(g, r->copy_edge[p.edge], at_end(r, p.block, value));
    }
    return param;
}

static esp_ref in_copy(void *arg, esp_ref value)
{
    opt_region *r = arg;

    return place_in(r, value) != NO_BLOCK ? at_end(r, r->at, value) : value;
}

/* What stands for a value of the region below a top: a parameter of it. */
static esp_ref stand_in(opt_region *r, uint32_t top, esp_ref value)
{
    esp_graph *g = r->g;
    const struct graph_props *props = g->props;
    esp_ref param = stand_in_of(r, top, value);

    if (param)
        return param;
    param = graph_param(g, top, (esp_type)graph_at(g, value)->ty);
    note_stand_in(r, top, value, param);
    for (uint32_t k = props->pred_first.at[top];
         k < props->pred_first.at[top + 1]; k++) {
        esp_pred p = props->pred.at[k];

        if (region_has(r, p.block)) {
            edit_add_arg(g, p.edge, value);
            edit_add_arg(g, r->copy_edge[p.edge], at_end(r, p.block, value));
        } else {
            edit_add_arg(g, p.edge, stand_in(r, r->top[p.block], value));
        }
    }
    return param;
}

static esp_ref behind_loop(void *arg, esp_ref value)
{
    opt_region *r = arg;

    return place_in(r, value) != NO_BLOCK ? stand_in(r, r->at, value) : value;
}

/* ---- the copy --------------------------------------------------------- */

static void copy_params(opt_region *r, uint32_t block)
{
    esp_graph *g = r->g;
    uint32_t to = graph_block(g, g->blocks.at[block].cold || r->many);

    r->copy_of[block] = to;
    for (uint32_t i = 0; i < g->blocks.at[block].params.n; i++) {
        esp_ref p = g->blocks.at[block].params.at[i];

        r->copied[p] = graph_param(g, to, (esp_type)graph_at(g, p)->ty);
    }
}

/* Where an edge of the copy goes. */
static uint32_t target(const opt_region *r, uint32_t block)
{
    return block == r->header ? r->back
         : region_has(r, block) ? r->copy_of[block] : block;
}

static uint32_t copy_list(opt_region *r, uint32_t at, uint32_t n)
{
    esp_graph *g = r->g;
    uint32_t to = g->refs.n;

    VEC_RESERVE(g->arena, &g->refs, n);
    for (uint32_t k = 0; k < n; k++)
        g->refs.at[to + k] = g->refs.at[at + k];
    g->refs.n += n;
    return to;
}

static void copy_edges(opt_region *r, esp_ins *i)
{
    esp_graph *g = r->g;
    uint32_t first = g->edges.n;

    for (uint32_t k = 0; k < i->c; k++) {
        esp_edge e = g->edges.at[i->b + k];

        e.args = copy_list(r, e.args, e.nargs);
        e.block = target(r, e.block);
        r->copy_edge[i->b + k] = first + k;
        VEC_PUSH(g->arena, &g->edges, e);
    }
    i->b = first;
}

/* The copy has edges and arguments of its own, which can be rewritten. */
static void copy_ins(opt_region *r, esp_ref from, uint32_t to)
{
    esp_graph *g = r->g;
    esp_ins i = *graph_at(g, from);

    if (i.op == IR_jump || i.op == IR_br || i.op == IR_switch) {
        copy_edges(r, &i);
    } else if (i.op == IR_call) {
        esp_ccall c = g->calls.at[i.a];

        c.args = copy_list(r, c.args, c.nargs);
        VEC_PUSH(g->arena, &g->calls, c);
        i.a = g->calls.n - 1;
    }
    r->copied[from] = graph_ins(g, i);
    VEC_PUSH(g->arena, &g->blocks.at[to].code, r->copied[from]);
    rewrite_inputs(&r->copy, r->copied[from]);
}

static void copy_block(opt_region *r, uint32_t block)
{
    esp_graph *g = r->g;

    r->at = block;
    if (r->many)
        rewrite_reset(&r->copy);
    for (uint32_t k = 0; k < g->blocks.at[block].code.n; k++)
        copy_ins(r, g->blocks.at[block].code.at[k], r->copy_of[block]);
}

/* From an entry one goes on in the copy. */
static void redirect(opt_region *r, uint32_t block)
{
    uint32_t n;
    esp_edge *e = graph_edges(r->g, block, &n);

    for (uint32_t k = 0; k < n; k++)
        e[k].block = target(r, e[k].block);
}

void region_copy(opt_region *r)
{
    esp_graph *g = r->g;
    esp_arena *scratch = &g->unit->scratch;
    uint32_t blocks = g->blocks.n;

    r->copy_of = filled(g, blocks);
    r->copy_edge = filled(g, g->edges.n);
    r->copied = ARENA_ARRAY(scratch, esp_ref, g->ins.n);
    r->stand_ins = ARENA_ARRAY(scratch, uint32_t, blocks);
    VEC_PUSH(scratch, &r->list, (struct stand_in){ 0 });
    rewrite_init(&r->copy, g);
    r->copy.leaf = in_copy;
    r->copy.arg = r;
    for (uint32_t i = 0; i < r->blocks.n; i++)
        copy_params(r, r->blocks.at[i]);
    for (uint32_t b = 0; b < blocks; b++)
        if (bits_get(r->entries, b) && !region_has(r, b))
            redirect(r, b);
    for (uint32_t i = 0; i < r->blocks.n; i++) {
        copy_block(r, r->blocks.at[i]);
        if (bits_get(r->entries, r->blocks.at[i]))
            redirect(r, r->blocks.at[i]);
    }
}

/* ---- behind the loop -------------------------------------------------- */

/* Blocks below one top follow each other in the dominator tree's order. */
void region_behind(opt_region *r)
{
    esp_graph *g = r->g;
    const struct graph_props *props = g->props;

    r->at = NO_BLOCK;
    rewrite_init(&r->behind, g);
    r->behind.leaf = behind_loop;
    r->behind.arg = r;
    for (uint32_t i = 0; i < props->dom_order.n; i++) {
        uint32_t block = props->dom_order.at[i];
        uint32_t n = g->blocks.at[block].code.n;

        if (r->top[block] == NO_BLOCK)
            continue;
        if (r->top[block] != r->at) {
            r->at = r->top[block];
            rewrite_reset(&r->behind);
        }
        for (uint32_t k = 0; k < n; k++)
            rewrite_inputs(&r->behind, g->blocks.at[block].code.at[k]);
    }
}
