/*
 * Replacing values all over a graph.
 */
#include "pe/graph/state.h"
#include "pe/opt/rewrite.h"

#include <string.h>

void rewrite_init(opt_rewrite *w, esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;

    *w = (opt_rewrite){ .g = g, .b = { g, 0 }, .n = g->ins.n,
                        .nstates = g->states.n };
    w->to = ARENA_ARRAY(scratch, esp_ref, w->n);
    w->state_to = ARENA_ARRAY(scratch, uint32_t, w->nstates);
}

void rewrite_to(opt_rewrite *w, esp_ref from, esp_ref to)
{
    if (from < w->n)
        w->to[from] = to;
}

static bool is_known(const opt_rewrite *w, esp_ref r)
{
    return r == 0 || r >= w->n || w->to[r] != 0;
}

static esp_ref known(const opt_rewrite *w, esp_ref r)
{
    return r == 0 || r >= w->n ? r : w->to[r];
}

static void push_unknown(void *arg, esp_ref r)
{
    opt_rewrite *w = arg;

    if (!is_known(w, r))
        VEC_PUSH(&w->g->unit->scratch, &w->stack, r);
}

/* An instruction with what stands for its inputs; they are all known. */
static esp_ins with_inputs(const opt_rewrite *w, esp_ins i)
{
    unsigned n = op_info[i.op].inputs;

    if (n > 0)
        i.a = known(w, i.a);
    if (n > 1)
        i.b = known(w, i.b);
    if (n > 2)
        i.c = known(w, i.c);
    return i;
}

static bool same_inputs(esp_ins x, esp_ins y)
{
    return x.a == y.a && x.b == y.b && x.c == y.c;
}

/* Is it up to the leaf function to say what stands for a value?  A second
 * result is like its call. */
static bool is_leaf(const opt_rewrite *w, esp_ref r)
{
    return !graph_floats(w->g, r)
        || (w->leaf && graph_at(w->g, r)->op == IR_second);
}

/* What has been floating may float: its new inputs have the same values. */
static esp_ref renew(opt_rewrite *w, esp_ref r)
{
    esp_ins i = *graph_at(w->g, r), new = with_inputs(w, i);

    if (i.op == IR_copy)
        return new.a;
    if (same_inputs(i, new) && !(w->refold && op_info[i.op].inputs))
        return r;
    return build_pure(&w->b, new);
}

esp_ref rewrite_value(opt_rewrite *w, esp_ref r)
{
    if (is_known(w, r))
        return known(w, r);
    push_unknown(w, r);
    while (w->stack.n) {
        uint32_t n = w->stack.n;
        esp_ref top = w->stack.at[n - 1];

        if (!w->to[top] && !is_leaf(w, top))
            graph_inputs(w->g, top, push_unknown, w);
        if (w->stack.n > n)
            continue;
        w->stack.n--;
        if (!w->to[top] && !is_leaf(w, top))
            w->to[top] = renew(w, top);
        else if (!w->to[top])
            w->to[top] = w->leaf ? w->leaf(w->arg, top) : top;
    }
    return known(w, r);
}

/* ---- states ----------------------------------------------------------- */

typedef VEC(uint32_t) words;

static void push(opt_rewrite *w, words *list, uint32_t x)
{
    VEC_PUSH(&w->g->unit->scratch, list, x);
}

struct change { opt_rewrite *w; bool any; };

static void note_change(void *arg, esp_ref r)
{
    struct change *c = arg;

    c->any |= rewrite_value(c->w, r) != r;
}

/* `n` pairs from graph->refs, with what stands for their values. */
static void copy_pairs(opt_rewrite *w, words *out, uint32_t at, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        push(w, out, w->g->refs.at[at + 2 * k]);
        push(w, out, rewrite_value(w, w->g->refs.at[at + 2 * k + 1]));
    }
}

static void copy_objects(opt_rewrite *w, words *out, const esp_state *s)
{
    uint32_t at = s->objects;

    for (uint32_t k = 0; k < s->nobjects; k++) {
        uint32_t n = w->g->refs.at[at + 1];

        push(w, out, w->g->refs.at[at]);
        push(w, out, n);
        copy_pairs(w, out, at + 2, n);
        at += 2 + 2 * n;
    }
}

/* A state whose parent is up to date.  Mostly nothing changes, so that is asked
 * first. */
static uint32_t renew_state(opt_rewrite *w, uint32_t state, uint32_t parent)
{
    esp_arena *scratch = &w->g->unit->scratch;
    esp_state s = w->g->states.at[state];
    struct change change = { w, s.parent != parent };
    words live = { 0 }, objects = { 0 };

    state_own_inputs(w->g, state, note_change, &change);
    if (!change.any)
        return state;
    VEC_RESERVE(scratch, &live, 2 * s.nlive + 1);
    s.parent = parent;
    s.result[0] = rewrite_value(w, s.result[0]);
    s.result[1] = rewrite_value(w, s.result[1]);
    copy_pairs(w, &live, s.live, s.nlive);
    copy_objects(w, &objects, &s);
    return state_make(w->g, &s, live.at, s.nlive, objects.at, s.nobjects);
}

/* Arrays of the graph may move while a value is rewritten. */
static void change_result(opt_rewrite *w, uint32_t state, int k)
{
    esp_ref to = rewrite_value(w, w->g->states.at[state].result[k]);

    w->g->states.at[state].result[k] = to;
}

static void change_pairs(opt_rewrite *w, uint32_t at, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        esp_ref to = rewrite_value(w, w->g->refs.at[at + 2 * k + 1]);

        w->g->refs.at[at + 2 * k + 1] = to;
    }
}

/* Changes a state and its parents.  They are no longer found by what they
 * were; that two may have become equal does no harm. */
static void change_states(opt_rewrite *w, uint32_t state)
{
    for (; state && !w->state_to[state];
         state = w->g->states.at[state].parent) {
        const esp_state s = w->g->states.at[state];
        uint32_t at = s.objects;

        w->state_to[state] = state;
        change_result(w, state, 0);
        change_result(w, state, 1);
        change_pairs(w, s.live, s.nlive);
        for (uint32_t k = 0; k < s.nobjects; k++) {
            uint32_t n = w->g->refs.at[at + 1];

            change_pairs(w, at + 2, n);
            at += 2 + 2 * n;
        }
    }
}

uint32_t rewrite_state(opt_rewrite *w, uint32_t state)
{
    words chain = { 0 };
    uint32_t parent;

    if (w->in_place) {
        change_states(w, state);
        return state;
    }
    while (state && state < w->nstates && !w->state_to[state]) {
        push(w, &chain, state);
        state = w->g->states.at[state].parent;
    }
    parent = state && state < w->nstates ? w->state_to[state] : state;
    while (chain.n) {
        state = chain.at[--chain.n];
        parent = w->state_to[state] = renew_state(w, state, parent);
    }
    return parent;
}

/* ---- pinned instructions ---------------------------------------------- */

static void rewrite_list(opt_rewrite *w, uint32_t at, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        esp_ref new = rewrite_value(w, w->g->refs.at[at + k]);

        w->g->refs.at[at + k] = new;    /* the array may have moved */
    }
}

/* While a leaf function is asked the edge may get another list. */
static void rewrite_edge(opt_rewrite *w, uint32_t edge)
{
    esp_graph *g = w->g;

    for (uint32_t k = 0; k < g->edges.at[edge].nargs; k++) {
        esp_ref new = rewrite_value(w, g->refs.at[g->edges.at[edge].args + k]);

        g->refs.at[g->edges.at[edge].args + k] = new;
    }
}

static void rewrite_call(opt_rewrite *w, uint32_t call)
{
    esp_ccall c = w->g->calls.at[call];

    c.callee = rewrite_value(w, c.callee);
    rewrite_list(w, c.args, c.nargs);
    c.state = rewrite_state(w, c.state);
    w->g->calls.at[call] = c;
}

/* A new base may have constants in it. */
static void rewrite_address(opt_rewrite *w, esp_ins *i)
{
    uint32_t *disp = i->op == IR_load ? &i->b : &i->c;
    int64_t offset = (int32_t)*disp;

    i->a = build_address(&w->b, i->a, &offset);
    *disp = (uint32_t)offset;
}

void rewrite_inputs(opt_rewrite *w, esp_ref r)
{
    esp_graph *g = w->g;
    esp_ins i = *graph_at(g, r);
    unsigned n = op_info[i.op].inputs;

    if (n > 0)
        i.a = rewrite_value(w, i.a);
    if (n > 1)
        i.b = rewrite_value(w, i.b);
    switch (i.op) {
    case IR_load: case IR_store:
        rewrite_address(w, &i);
        break;
    case IR_call:
        rewrite_call(w, i.a);
        break;
    case IR_guard: case IR_deopt:
        i.b = rewrite_state(w, i.b);
        break;
    case IR_jump: case IR_br: case IR_switch:
        for (uint32_t k = 0; k < i.c; k++)
            rewrite_edge(w, i.b + k);
        break;
    default:
        break;
    }
    *graph_at(g, r) = i;
}

esp_ref rewrite_trapping(opt_rewrite *w, esp_ref r)
{
    esp_ins i;
    esp_ref to;

    rewrite_inputs(w, r);
    i = *graph_at(w->g, r);
    i.flags = 0;
    to = fold(&w->b, i);
    if (!to && !fold_may_trap(w->g, i))
        to = build_number(w->g, i);
    if (to)
        rewrite_to(w, r, to);
    return to;
}

void rewrite_reset(opt_rewrite *w)
{
    memset(w->to, 0, w->n * sizeof *w->to);
    memset(w->state_to, 0, w->nstates * sizeof *w->state_to);
}

void rewrite_vobjs(opt_rewrite *w)
{
    for (uint32_t v = 0; v < w->g->vobjs.n; v++)
        for (unsigned k = 0; k < 4; k++)
            w->g->vobjs.at[v].arg[k] =
                rewrite_value(w, w->g->vobjs.at[v].arg[k]);
}
