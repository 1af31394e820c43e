/*
 * Cleanup: what evaluation leaves behind.
 *
 * The evaluator follows the C code block by block, so it makes a parameter
 * wherever control flow joins, and a block for each arm that turns out to hold
 * nothing.  Until nothing changes, but a few times at most:
 *
 *   copies   A parameter that is always the same value is that value.  All are
 *            assumed to be, and taken back until it holds, so parameters that
 *            only feed each other around a loop go together.
 *   folding  Instructions that used those are built again.  Branches and
 *            guards on constants are decided.
 *   edges    A block that only decides where to go next is jumped over: from
 *            where that is known, or where there is no choice.  A branch to a
 *            block that is only a deopt becomes a guard.  A branch between two
 *            edges that differ in constants becomes a select.  A block and its
 *            only successor become one, if nobody else leads there.
 *
 *     br c, b1, b2        guard not c, state 1
 *     b1: deopt state 1   ... what was in b3
 *     b2: jump b3      =>
 *     b3: ...
 *
 * keeps   frame states, the order of effects, reducible loops
 * breaks  control flow, users
 * cost    linear
 */
#include "pe/graph/dom.h"
#include "pe/opt/edit.h"
#include "pe/opt/opt.h"
#include "pe/opt/rewrite.h"

#include <string.h>

enum { ROUNDS = 4, SWEEPS = 12, HOPS = 8 };

/* ---- copies ----------------------------------------------------------- */

/* What an edge passes, seen through the parameters that are copies so far;
 * 0 if that is not known yet. */
static esp_ref passed(const esp_graph *g, const esp_ref *copy_of, esp_ref arg)
{
    return graph_at(g, arg)->op == IR_param ? copy_of[arg] : arg;
}

/* The value that all edges pass for a parameter, itself if they differ, or 0
 * if none has passed anything yet. */
static esp_ref joined(const esp_graph *g, const esp_ref *copy_of, esp_ref param)
{
    const struct graph_props *p = g->props;
    const esp_ins *i = graph_at(g, param);
    esp_ref same = 0;

    for (uint32_t k = p->pred_first.at[i->a];
         k < p->pred_first.at[i->a + 1]; k++) {
        const esp_edge *e = &g->edges.at[p->pred.at[k].edge];
        esp_ref v = passed(g, copy_of, g->refs.at[e->args + i->b]);

        if (v == 0 || v == param)
            continue;
        if (same && v != same)
            return param;
        same = v;
    }
    return same;
}

static bool sweep_copies(esp_graph *g, esp_ref *copy_of)
{
    const struct graph_props *p = g->props;
    bool changed = false;

    for (uint32_t i = 1; i < p->order.n; i++) {
        const esp_block *k = &g->blocks.at[p->order.at[i]];

        for (uint32_t j = 0; j < k->params.n; j++) {
            esp_ref param = k->params.at[j], v;

            if (copy_of[param] == param)
                continue;
            v = joined(g, copy_of, param);
            changed |= v != copy_of[param];
            copy_of[param] = v;
        }
    }
    return changed;
}

/* The parameters that have been found to be copies become such. */
static bool replace_copies(esp_graph *g, const esp_ref *copy_of)
{
    const struct graph_props *p = g->props;
    esp_bits drop = bits_new(&g->unit->scratch, g->ins.n);
    bool any = false;

    for (uint32_t i = 1; i < p->order.n; i++) {
        const esp_block *k = &g->blocks.at[p->order.at[i]];

        for (uint32_t j = 0; j < k->params.n; j++) {
            esp_ref param = k->params.at[j];

            if (copy_of[param] == param || copy_of[param] == 0)
                continue;
            bits_set(drop, param);
            any = true;
        }
    }
    if (!any)
        return false;
    edit_drop_params(g, drop);
    for (esp_ref r = 1; r < drop.n * 64 && r < g->ins.n; r++)
        if (bits_get(drop, r))
            *graph_at(g, r) = (esp_ins){
                .op = IR_copy, .ty = graph_at(g, r)->ty, .a = copy_of[r]
            };
    return true;
}

/* Should the assumptions take too many sweeps to settle, none is used. */
static bool remove_copies(esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    esp_ref *copy_of = ARENA_ARRAY(scratch, esp_ref, g->ins.n);
    const esp_block *entry = &g->blocks.at[0];
    bool any = false;
    int sweeps = 0;

    for (uint32_t j = 0; j < entry->params.n; j++)
        copy_of[entry->params.at[j]] = entry->params.at[j];
    while (sweeps < SWEEPS && sweep_copies(g, copy_of))
        sweeps++;
    if (sweeps < SWEEPS)
        any = replace_copies(g, copy_of);
    arena_release(scratch, mark);
    return any;
}

/* ---- folding ---------------------------------------------------------- */

/* Decides a branch or switch whose condition is known, or does not matter. */
static bool decide(esp_graph *g, uint32_t block)
{
    const esp_ins t = *graph_at(g, graph_term(g, block));
    uint32_t n, k = 0;
    const esp_edge *e = graph_edges(g, block, &n);
    bool same = true;

    if (t.op != IR_br && t.op != IR_switch)
        return false;
    for (uint32_t i = 1; i < n; i++)
        same &= edit_same_edge(g, &e[0], &e[i]);
    if (!same && !graph_is_const(g, t.a))
        return false;
    if (!same && t.op == IR_br)
        k = graph_const(g, t.a) ? 0 : 1;
    if (!same && t.op == IR_switch)
        while (k < n - 1 && e[k].value != graph_const(g, t.a))
            k++;
    edit_jump(g, block, t.b + k);
    return true;
}

/* A branch on `not c` is one on c with the edges exchanged. */
static bool turn_around(esp_graph *g, uint32_t block)
{
    esp_ins *t = graph_at(g, graph_term(g, block));
    esp_edge *e, swap;

    if (t->op != IR_br || !graph_negated(g, t->a))
        return false;
    e = &g->edges.at[t->b];
    t->a = graph_negated(g, t->a);
    swap = e[0];
    e[0] = e[1];
    e[1] = swap;
    return true;
}

/* Rewrites a block's instructions.  Says whether its edges change. */
static bool fold_block(opt_rewrite *w, uint32_t block)
{
    esp_graph *g = w->g;
    esp_block *k = &g->blocks.at[block];
    uint32_t n = 0;
    bool changed;

    for (uint32_t i = 0; i < k->code.n; i++) {
        esp_ref r = k->code.at[i];
        esp_ins ins;

        if (graph_at(g, r)->flags & INS_PINNED) {
            if (!rewrite_trapping(w, r))
                k->code.at[n++] = r;
            continue;
        }
        rewrite_inputs(w, r);
        ins = *graph_at(g, r);
        if (ins.op == IR_guard && graph_is_const(g, ins.a)) {
            if (graph_const(g, ins.a))
                continue;
            k->code.at[n] = r;
            edit_deopt(g, block, n, ins.b, ins.c);
            return true;
        }
        k->code.at[n++] = r;
    }
    k->code.n = n;
    changed = turn_around(g, block);
    return decide(g, block) || changed;
}

static void fold_all(esp_graph *g)
{
    esp_arena_mark mark = arena_mark(&g->unit->scratch);
    bool changed = false;
    opt_rewrite w;

    rewrite_init(&w, g);
    w.in_place = true;
    for (uint32_t i = 0; i < g->props->order.n; i++)
        changed |= fold_block(&w, g->props->order.at[i]);
    rewrite_vobjs(&w);
    arena_release(&g->unit->scratch, mark);
    props_forget(g, changed ? PROPS_ALL : ~(unsigned)PROPS_CFG);
    g->folded = true;
}

/* ---- edges: jumping over blocks --------------------------------------- */

/* Where control comes from an edge, with the arguments it has there. */
struct way {
    esp_graph *g;
    uint32_t block;
    uint32_t args, nargs;       /* in graph->refs */
};

static uint32_t uses_of(const esp_graph *g, esp_ref r)
{
    return g->props->uses.at[r];
}

struct counter { esp_ref r; uint32_t n; };

static void count_same(void *arg, esp_ref input)
{
    struct counter *c = arg;

    c->n += input == c->r;
}

/* Is a block nothing but a decision, whose parameters are used in that
 * decision only?  Instead of leading there an edge can lead on. */
static bool only_decides(const esp_graph *g, uint32_t block)
{
    const esp_block *k = &g->blocks.at[block];
    esp_ref term = graph_term(g, block);
    const esp_ins *t = graph_at(g, term);
    bool test = t->op == IR_br || t->op == IR_switch;

    if (block == 0 || k->code.n != 1 || (t->op != IR_jump && !test))
        return false;
    for (uint32_t i = 0; i < k->params.n; i++) {
        struct counter c = { k->params.at[i], 0 };

        graph_inputs(g, term, count_same, &c);
        if (test && graph_floats(g, t->a) && uses_of(g, t->a) == 1)
            graph_inputs(g, t->a, count_same, &c);
        if (c.n != uses_of(g, c.r))
            return false;
    }
    return true;
}

/* A loop that is entered behind its header would have two entries. */
static bool is_header(const esp_graph *g, uint32_t block)
{
    const struct graph_props *p = g->props;

    for (uint32_t k = p->pred_first.at[block];
         k < p->pred_first.at[block + 1]; k++)
        if (p->number.at[p->pred.at[k].block] >= p->number.at[block])
            return true;
    return false;
}

/* A value, seen by who comes this way. */
static esp_ref on_the_way(const struct way *w, esp_ref r)
{
    const esp_ins *i = graph_at(w->g, r);

    return i->op == IR_param && i->a == w->block
         ? w->g->refs.at[w->args + i->b] : r;
}

/* The condition of a block's terminator on this way; a value that is not a
 * constant if unknown. */
static esp_ref condition(const struct way *w)
{
    esp_graph *g = w->g;
    esp_ref cond = graph_at(g, graph_term(g, w->block))->a;
    esp_ins i = *graph_at(g, cond);
    esp_build b = { g, w->block };
    unsigned n = op_info[i.op].inputs;

    if (i.op == IR_param)
        return on_the_way(w, cond);
    if (!graph_floats(g, cond) || n == 0 || i.op == IR_second
        || (op_info[i.op].flags & OP_TRAPS))
        return cond;
    i.a = on_the_way(w, i.a);
    i.b = n > 1 ? on_the_way(w, i.b) : i.b;
    i.c = n > 2 ? on_the_way(w, i.c) : i.c;
    i.a = build_pure(&b, i);
    return i.a;
}

/* The edge that is taken out of a block on this way, or NO_BLOCK. */
static uint32_t next_edge(const struct way *w, bool header)
{
    const esp_ins t = *graph_at(w->g, graph_term(w->g, w->block));
    uint32_t k = 0;
    esp_ref cond;

    if (t.op == IR_jump)
        return t.b;
    cond = header ? 0 : condition(w);
    if (!cond || !graph_is_const(w->g, cond))
        return NO_BLOCK;
    if (t.op == IR_br)
        return t.b + (graph_const(w->g, cond) ? 0 : 1);
    while (k < t.c - 1 && w->g->edges.at[t.b + k].value
                          != graph_const(w->g, cond))
        k++;
    return t.b + k;
}

/* Leads an edge over one block. */
static bool skip_block(esp_graph *g, uint32_t edge)
{
    esp_edge *e = &g->edges.at[edge];
    struct way w = { g, e->block, e->args, e->nargs };
    uint32_t next = next_edge(&w, is_header(g, e->block)), n, args;
    esp_arena_mark mark;
    esp_ref *list;

    if (next == NO_BLOCK || g->edges.at[next].block == e->block)
        return false;
    n = g->edges.at[next].nargs;
    mark = arena_mark(&g->unit->scratch);
    list = ARENA_ARRAY(&g->unit->scratch, esp_ref, n);
    for (uint32_t k = 0; k < n; k++)
        list[k] = on_the_way(&w, g->refs.at[g->edges.at[next].args + k]);
    args = graph_refs(g, list, n);
    arena_release(&g->unit->scratch, mark);
    e = &g->edges.at[edge];
    e->block = g->edges.at[next].block;
    e->args = args;
    e->nargs = n;
    return true;
}

static bool thread_edges(esp_graph *g)
{
    const struct graph_props *p = g->props;
    esp_arena_mark mark = arena_mark(&g->unit->scratch);
    esp_bits decides = bits_new(&g->unit->scratch, g->blocks.n);
    bool changed = false;

    for (uint32_t i = 0; i < p->order.n; i++)
        if (only_decides(g, p->order.at[i]))
            bits_set(decides, p->order.at[i]);
    for (uint32_t i = 0; i < p->order.n; i++) {
        const esp_ins *t = graph_at(g, graph_term(g, p->order.at[i]));
        uint32_t first = t->b, n;

        graph_edges(g, p->order.at[i], &n);
        for (uint32_t k = first; k < first + n; k++)
            for (int hops = 0; hops < HOPS
                 && bits_get(decides, g->edges.at[k].block)
                 && skip_block(g, k); hops++)
                changed = true;
    }
    arena_release(&g->unit->scratch, mark);
    return changed;
}

/* ---- edges: guards, selects ------------------------------------------- */

/* Is a block only a deopt, whose state has nothing to do with its
 * parameters? */
static bool only_deopts(const esp_graph *g, uint32_t block)
{
    const esp_block *k = &g->blocks.at[block];

    if (k->code.n != 1 || graph_at(g, k->code.at[0])->op != IR_deopt)
        return false;
    for (uint32_t i = 0; i < k->params.n; i++)
        if (uses_of(g, k->params.at[i]))
            return false;
    return true;
}

/* br c, deopt, other => guard not c; jump other */
static bool branch_to_guard(esp_graph *g, uint32_t block)
{
    esp_ref term = graph_term(g, block);
    esp_ins t = *graph_at(g, term), d;
    esp_build b = { g, block };
    uint32_t bad;

    if (t.op != IR_br)
        return false;
    if (only_deopts(g, g->edges.at[t.b].block))
        bad = 0;
    else if (only_deopts(g, g->edges.at[t.b + 1].block))
        bad = 1;
    else
        return false;
    d = *graph_at(g, graph_term(g, g->edges.at[t.b + bad].block));
    if (bad == 0)
        t.a = build_not(&b, t.a);
    *graph_at(g, term) = (esp_ins){ .op = IR_guard, .a = t.a,
                                    .b = d.b, .c = d.c };
    term = graph_ins(g, (esp_ins){ .op = IR_jump, .b = t.b + 1 - bad, .c = 1 });
    VEC_PUSH(g->arena, &g->blocks.at[block].code, term);
    return true;
}

static bool costs_nothing(const esp_graph *g, esp_ref r)
{
    return graph_is_const(g, r)
        && !type_is_float((esp_type)graph_at(g, r)->ty);
}

/* br c, b1(2), b1(3) => jump b1(select c, 2, 3) */
static bool branch_to_select(esp_graph *g, uint32_t block)
{
    const esp_ins t = *graph_at(g, graph_term(g, block));
    const esp_edge *e;
    esp_build b = { g, block };

    if (t.op != IR_br)
        return false;
    e = &g->edges.at[t.b];
    if (e[0].block != e[1].block)
        return false;
    for (uint32_t k = 0; k < e->nargs; k++) {
        esp_ref x = g->refs.at[e[0].args + k], y = g->refs.at[e[1].args + k];

        if (x != y && !(costs_nothing(g, x) && costs_nothing(g, y)))
            return false;
    }
    for (uint32_t k = 0; k < e->nargs; k++) {
        esp_ref x = g->refs.at[e[0].args + k], y = g->refs.at[e[1].args + k];

        if (x != y)
            g->refs.at[e[0].args + k] = build_select(&b, t.a, x, y);
    }
    edit_jump(g, block, t.b);
    return true;
}

static bool simplify_branches(esp_graph *g)
{
    const struct graph_props *p = g->props;
    bool changed = false;

    for (uint32_t i = 0; i < p->order.n; i++)
        changed |= branch_to_guard(g, p->order.at[i])
                || branch_to_select(g, p->order.at[i]);
    return changed;
}

/* ---- edges: merging --------------------------------------------------- */

static bool has_one_pred(const esp_graph *g, uint32_t block)
{
    const uint32_t *first = g->props->pred_first.at;

    return first[block + 1] - first[block] == 1;
}

/* Appends what follows to a block, as long as nobody else leads there.  Where
 * there is a parameter, which is a copy, the next round has to go on: true. */
static bool merge_chain(esp_graph *g, uint32_t block, bool *merged)
{
    for (;;) {
        esp_block *k = &g->blocks.at[block], *next;
        const esp_ins *t = graph_at(g, graph_term(g, block));
        uint32_t to;

        if (t->op != IR_jump)
            return false;
        to = g->edges.at[t->b].block;
        next = &g->blocks.at[to];
        if (to == block || to == 0 || !has_one_pred(g, to))
            return false;
        if (next->params.n)
            return true;
        k->code.n--;
        VEC_RESERVE(g->arena, &k->code, next->code.n);
        memcpy(k->code.at + k->code.n, next->code.at,
               next->code.n * sizeof *k->code.at);
        k->code.n += next->code.n;
        k->cold |= next->cold;
        next->code.n = 0;
        next->dead = true;
        *merged = true;
    }
}

static bool merge_blocks(esp_graph *g)
{
    const struct graph_props *p = g->props;
    bool again = false, merged = false;

    for (uint32_t i = 0; i < p->order.n; i++)
        if (!g->blocks.at[p->order.at[i]].dead)
            again |= merge_chain(g, p->order.at[i], &merged);
    if (merged)
        props_forget(g, PROPS_ALL);
    return again;
}

/* ---- the whole -------------------------------------------------------- */

/* Only of parameters of blocks that are nothing but a decision or a deopt the
 * uses have to be counted.  A block that only returns is in most functions. */
static bool has_short_block(const esp_graph *g)
{
    const struct graph_props *p = g->props;

    for (uint32_t i = 1; i < p->order.n; i++) {
        const esp_block *k = &g->blocks.at[p->order.at[i]];

        if (k->code.n == 1 && k->params.n
            && graph_at(g, k->code.at[0])->op != IR_ret)
            return true;
    }
    return false;
}

/* Says whether another round may find more.  Counts of uses stay good while
 * edges are led over blocks: nothing that had no use gets one. */
static bool simplify_edges(esp_graph *g)
{
    bool again;

    props_need(g, PROP_PREDS);
    if (has_short_block(g))
        props_need(g, PROP_USES);
    again = thread_edges(g);
    again |= simplify_branches(g);
    if (again)
        props_forget(g, PROPS_ALL);
    props_need(g, PROP_PREDS);
    edit_kill_unreachable(g);
    return merge_blocks(g) || again;
}

void opt_cleanup(esp_graph *g)
{
    bool again = true;

    g->folded &= g->unit->tier < 2;
    for (int round = 0; round < ROUNDS && again; round++) {
        props_need(g, PROP_PREDS);
        if (remove_copies(g) || !g->folded)
            fold_all(g);
        again = simplify_edges(g);
    }
    props_need(g, PROP_ORDER);
    edit_kill_unreachable(g);
}
