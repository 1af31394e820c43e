/*
 * The walk: entered functions, their blocks, their instructions.
 *
 * An entered C function is an eval_inst.  Its blocks are visited in reverse
 * post-order, so that all forward edges into a block are there when its turn
 * comes; where several meet they are joined (flow.c).  A block is visited more
 * than once when its loop is exploded or guessed wrongly, and its rest is
 * visited once for each kind of result that a call in it can have.
 *
 *     eval_function        b0 ─ instructions ─ call ──▶ eval_function (callee)
 *       eval_range         b1        ┌────── result tag int ◀──┤
 *         eval_block       b2        ├────── result tag throw ◀┘
 *           instruction    b3        └─ the rest of b0, once for each
 */
#include "pe/eval/internal.h"

#include "pe/graph/dom.h"

#include "framework/tier.h"
#include "pe/graph/state.h"

#include <string.h>

static eval_val *env_at(eval_inst *in, uint32_t value)
{
    return &in->env[value - in->fn->nconsts];
}

/* The graph's constant for one of the function.  Remembered, but a loop that is
 * evaluated again may have taken it back. */
static esp_ref constant(eval *e, eval_inst *in, uint32_t value)
{
    const esp_ifunc *f = in->fn;
    esp_ref r = in->consts[value];
    const esp_ins *i = graph_at(e->g, r);

    if (r && r < e->g->ins.n && i->op == IR_const &&
        i->ty == f->const_ty[value] && graph_const(e->g, r) == f->consts[value])
        return r;
    return in->consts[value] =
        build_const(e->g, f->const_ty[value], f->consts[value]);
}

eval_val eval_get(eval *e, eval_inst *in, uint32_t value)
{
    eval_val v;

    if (value < in->fn->nconsts)
        return constant(e, in, value);
    v = *env_at(in, value);
    return eval_may_be_address(e->g, v) ? eval_resolve(e, e->flow, v) : v;
}

/* ---- edges --------------------------------------------------------------- */

/* What a branch has just proved: `from` is `to` on this side. */
typedef struct fact { esp_ref from, to; } fact;

static eval_val apply(const fact *facts, uint32_t n, eval_val v)
{
    for (uint32_t i = 0; i < n; i++)
        if (val_ref(v) == facts[i].from)
            return facts[i].to | (v & VAL_FROZEN);
    return v;
}

/* Objects rarely have a word with a fact about it: copy only then. */
static void apply_to_objects(eval *e, eval_flow *flow, const fact *facts,
                             uint32_t n)
{
    for (uint32_t i = 0; i < flow->n; i++) {
        eval_object *o = flow->object[i];

        for (uint32_t w = 0; w < o->nwords; w++) {
            eval_val v = o->word[w].val, known = apply(facts, n, v);

            if (v && known != v) {
                o = flow_write(e, flow, o->id);
                o->word[w].val = known;
            }
        }
    }
}

static void learn(eval *e, eval_flow *flow, const fact *facts, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        flow_learn(e, flow, facts[i].from, facts[i].to);
    if (n)
        apply_to_objects(e, flow, facts, n);
}

/* Control leaves the current place along an image edge. */
static void add_edge(eval *e, eval_inst *in, const esp_edge *to, uint32_t block,
                     eval_flow *flow, const fact *facts, uint32_t nfacts)
{
    const esp_ifunc *f = in->fn;
    const esp_iblock *b = &f->blocks[to->block];
    eval_edge x = { block, in->pending[to->block], to->block, flow, NULL };
    uint32_t n = 0;

    x.vals = ARENA_ARRAY(&e->unit->scratch, eval_val, b->nparams + b->nlive);
    for (uint32_t i = 0; i < b->nparams; i++)
        x.vals[n++] = apply(facts, nfacts,
                            eval_get(e, in, f->refs[to->args + i]));
    for (uint32_t i = 0; i < b->nlive; i++)
        x.vals[n++] = apply(facts, nfacts,
                            *env_at(in, f->refs[b->live + i]));
    learn(e, flow, facts, nfacts);
    VEC_PUSH(&e->unit->scratch, &in->edges, x);
    in->pending[to->block] = in->edges.n;
}

uint32_t eval_pending(eval *e, eval_inst *in, uint32_t block)
{
    uint32_t n = 0;

    (void)e;
    for (uint32_t i = in->pending[block]; i; i = in->edges.at[i - 1].next)
        n++;
    return n;
}

void eval_take_pending(eval *e, eval_inst *in, uint32_t block,
                       eval_edge **edges, uint32_t n)
{
    (void)e;
    for (uint32_t i = in->pending[block]; i; i = in->edges.at[i - 1].next)
        edges[--n] = &in->edges.at[i - 1];
    in->pending[block] = 0;
}

static void set_live_values(eval_inst *in, const esp_iblock *b,
                            const eval_val *vals)
{
    for (uint32_t i = 0; i < b->nparams; i++)
        in->env[b->first + i] = vals[i];
    for (uint32_t i = 0; i < b->nlive; i++)
        *env_at(in, in->fn->refs[b->live + i]) = vals[b->nparams + i];
}

/* The usual case: nothing to join. */
static void follow_edge(eval *e, eval_inst *in, uint32_t block)
{
    const eval_edge *x = &in->edges.at[in->pending[block] - 1];

    in->pending[block] = 0;
    e->b.block = x->block;
    e->flow = x->flow;
    set_live_values(in, &in->fn->blocks[block], x->vals);
}

static bool is_single(const eval_inst *in, uint32_t block)
{
    return !in->edges.at[in->pending[block] - 1].next;
}

void eval_enter_edges(eval *e, eval_inst *in, uint32_t block,
                      eval_edge *const *edges, uint32_t n)
{
    const esp_iblock *b = &in->fn->blocks[block];
    uint32_t nvals = b->nparams + b->nlive;
    esp_arena *a = &e->unit->scratch;
    esp_arena_mark mark = arena_mark(a);
    uint32_t *blocks = ARENA_ARRAY(a, uint32_t, n);
    eval_flow **flows = ARENA_ARRAY(a, eval_flow *, n);
    eval_val **vals = ARENA_ARRAY(a, eval_val *, n);
    eval_val *out = ARENA_ARRAY(a, eval_val, nvals);

    for (uint32_t i = 0; i < n; i++) {
        blocks[i] = edges[i]->block;
        flows[i] = edges[i]->flow;
        vals[i] = edges[i]->vals;
    }
    eval_join(e, &(eval_join_spec){ in->caller, in->call, n, blocks, flows,
                                    vals, nvals }, out);
    set_live_values(in, b, out);
    arena_release(a, mark);
}

void eval_enter_block(eval *e, eval_inst *in, uint32_t block)
{
    uint32_t n = eval_pending(e, in, block);
    eval_edge **edges;

    if (n == 1) {
        follow_edge(e, in, block);
        return;
    }
    edges = ARENA_ARRAY(&e->unit->scratch, eval_edge *, n);
    eval_take_pending(e, in, block, edges, n);
    eval_enter_edges(e, in, block, edges, n);
}

/* ---- separate visits ------------------------------------------------------- */

/*
 * Edges with different constants for a value that decides a branch (a tag, a
 * condition) are not joined: the block is visited once for each, and the branch
 * folds.  That is how a "break" that a callee returned becomes a jump.
 */
enum { MAX_GROUPS = 10, MAX_VISITS = 24 };

static bool controls(const eval_inst *in, uint32_t value)
{
    return bits_get(in->fn->controls, value - in->fn->nconsts);
}

static bool same_constant(const eval *e, eval_val a, eval_val b)
{
    bool ca = graph_is_const(e->g, val_ref(a));
    bool cb = graph_is_const(e->g, val_ref(b));

    return ca || cb ? val_ref(a) == val_ref(b) : true;
}

/* May two edges to the block be joined without losing a decision? */
static bool together(const eval *e, const eval_inst *in, const esp_iblock *b,
                     const eval_edge *x, const eval_edge *y)
{
    for (uint32_t i = 0; i < b->nparams; i++)
        if (controls(in, in->fn->nconsts + b->first + i) &&
            !same_constant(e, x->vals[i], y->vals[i]))
            return false;
    for (uint32_t i = 0; i < b->nlive; i++)
        if (controls(in, in->fn->refs[b->live + i]) &&
            !same_constant(e, x->vals[b->nparams + i],
                           y->vals[b->nparams + i]))
            return false;
    return true;
}

/* The group of each edge; returns how many there are. */
static uint32_t group_edges(const eval *e, const eval_inst *in,
                            const esp_iblock *b, eval_edge *const *edges,
                            uint32_t n, uint32_t *group)
{
    uint32_t groups = 0;

    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = 0;

        while (k < i && !together(e, in, b, edges[k], edges[i]))
            k++;
        group[i] = k < i ? group[k] : groups++;
    }
    return groups;
}

static void visit_block(eval *e, eval_inst *in, uint32_t block)
{
    const esp_iblock *b = &in->fn->blocks[block];
    uint32_t n = eval_pending(e, in, block), groups = 1;
    uint32_t forks = in->forks;
    esp_arena *a = &e->unit->scratch;
    eval_edge **edges = ARENA_ARRAY(a, eval_edge *, n);
    eval_edge **some = ARENA_ARRAY(a, eval_edge *, n);
    eval_edge *copies = ARENA_ARRAY(a, eval_edge, n);
    uint32_t *group = ARENA_ARRAY(a, uint32_t, n);

    eval_take_pending(e, in, block, edges, n);
    for (uint32_t i = 0; i < n; i++) {      /* the list of edges may move */
        copies[i] = *edges[i];
        edges[i] = &copies[i];
    }
    if (n > 1 && in->visits[block] < MAX_VISITS)
        groups = group_edges(e, in, b, edges, n, group);
    if (groups > MAX_GROUPS)
        groups = 1;
    for (uint32_t k = 0; k < groups; k++) {
        uint32_t members = 0;

        for (uint32_t i = 0; i < n; i++)
            if (groups == 1 || group[i] == k)
                some[members++] = edges[i];
        in->visits[block] += in->visits[block] < MAX_VISITS;
        in->forks = forks + groups - 1 - k;
        eval_enter_edges(e, in, block, some, members);
        eval_block(e, in, block, b->first + b->nparams);
    }
}

/* ---- terminators ---------------------------------------------------------- */

static uint32_t facts_of(eval *e, esp_ref cond, bool holds, fact *facts)
{
    const esp_ins *c = graph_at(e->g, cond);
    uint32_t n = 0;

    facts[n++] = (fact){ cond, build_const(e->g, TY_i1, holds) };
    c = graph_at(e->g, cond);
    if (c->op == (holds ? IR_eq : IR_ne) && graph_is_const(e->g, c->b) &&
        !graph_is_const(e->g, c->a))
        facts[n++] = (fact){ c->a, c->b };
    return n;
}

/* Can nobody else come to this block, in front of which the walk stands?  In
 * reverse post-order others would come from here once more, or from a block
 * in between. */
static bool is_last_way(const eval_inst *in, uint32_t block)
{
    if (in->fn->blocks[block].npreds == 1)
        return true;
    if (in->forks)
        return false;
    for (uint32_t b = in->block + 1; b <= block; b++)
        if (in->pending[b])
            return false;
    return true;
}

/* Control goes along an edge without a choice.  If nobody else can come where
 * it leads, and that is not a loop's header or outside of the loop that is
 * being walked, the walk goes on there at once: no edge has to wait. */
static void go_along(eval *e, eval_inst *in, const esp_edge *to)
{
    const esp_ifunc *f = in->fn;
    const esp_iblock *b = &f->blocks[to->block];

    if (b->loop_end || to->block >= in->end || !is_last_way(in, to->block)) {
        add_edge(e, in, to, e->b.block, e->flow, NULL, 0);
        return;
    }
    for (uint32_t i = 0; i < b->nparams; i++)
        in->env[b->first + i] = eval_get(e, in, f->refs[to->args + i]);
    e->next = to->block;
}

static void eval_br(eval *e, eval_inst *in, const esp_ins *i)
{
    const esp_edge *edge = &in->fn->edges[i->b];
    esp_ref cond = flow_decided(e, eval_real(e, eval_get(e, in, i->a)));
    eval_flow *other;
    uint32_t yes, no;
    fact facts[2];

    if (graph_is_const(e->g, cond)) {
        go_along(e, in, graph_const(e->g, cond) & 1 ? edge : edge + 1);
        return;
    }
    eval_note_branch(e, in, (uint32_t)(i - in->fn->code), cond);
    yes = graph_block(e->g, false);
    no = graph_block(e->g, false);
    build_br(&e->b, cond, yes, NULL, 0, no, NULL, 0);
    other = flow_share(e, e->flow);
    e->b.block = yes;
    add_edge(e, in, edge, yes, e->flow, facts, facts_of(e, cond, true, facts));
    e->b.block = no;
    e->flow = other;
    add_edge(e, in, edge + 1, no, other, facts,
             facts_of(e, cond, false, facts));
}

static void eval_switch_known(eval *e, eval_inst *in, const esp_ins *i,
                              uint64_t x)
{
    const esp_edge *edge = &in->fn->edges[i->b];
    uint32_t k = 0;

    while (k + 1 < i->c && edge[k].value != x)
        k++;
    go_along(e, in, &edge[k]);
}

static void eval_switch(eval *e, eval_inst *in, const esp_ins *i)
{
    const esp_edge *edge = &in->fn->edges[i->b];
    esp_ref x = flow_known(e, eval_real(e, eval_get(e, in, i->a)));
    esp_type ty = graph_at(e->g, x)->ty;
    uint32_t *blocks;
    uint64_t *values;
    eval_flow *flow = e->flow;

    if (graph_is_const(e->g, x)) {
        eval_switch_known(e, in, i, graph_const(e->g, x));
        return;
    }
    blocks = ARENA_ARRAY(&e->unit->notes, uint32_t, i->c);
    values = ARENA_ARRAY(&e->unit->notes, uint64_t, i->c);
    for (uint32_t k = 0; k < i->c; k++) {
        blocks[k] = graph_block(e->g, false);
        values[k] = edge[k].value;
    }
    build_switch(&e->b, x, values, blocks, i->c);
    for (uint32_t k = 0; k < i->c; k++) {
        fact known = { x, 0 };

        e->b.block = blocks[k];
        e->flow = flow_share(e, flow);
        if (k + 1 < i->c)
            known.to = build_const(e->g, ty, values[k]);
        add_edge(e, in, &edge[k], blocks[k], e->flow, &known, k + 1 < i->c);
    }
}

static void eval_ret(eval *e, eval_inst *in, const esp_ins *i)
{
    eval_return r = { e->b.block, e->flow, { 0, 0 } };

    if (in->fn->sig.nresults > 0)
        r.val[0] = eval_get(e, in, i->a);
    if (in->fn->sig.nresults > 1)
        r.val[1] = eval_get(e, in, i->b);
    VEC_PUSH(&e->unit->notes, &in->returns, r);
}

static void eval_terminator(eval *e, eval_inst *in, const esp_ins *i)
{
    switch (i->op) {
    case IR_jump:
        go_along(e, in, &in->fn->edges[i->b]);
        break;
    case IR_br:
        eval_br(e, in, i);
        break;
    case IR_switch:
        eval_switch(e, in, i);
        break;
    case IR_ret:
        eval_ret(e, in, i);
        break;
    default:
        build_unreachable(&e->b);
        break;
    }
    e->open = false;
}

/* ---- instructions ---------------------------------------------------------- */

static eval_val eval_alloca(eval *e, const esp_ins *i)
{
    esp_vobj v = { .kind = VOBJ_ALLOCA, .size = i->a, .align = i->b };
    uint32_t id = e->g->vobjs.n;
    bool large = v.size > 4096;

    VEC_PUSH(e->g->arena, &e->g->vobjs, v);
    flow_add(e, e->flow, id, v.size);
    if (large)
        eval_materialize(e, id);
    return eval_resolve(e, e->flow, build_vobj(e->g, id));
}

static bool address_arithmetic(eval *e, const esp_ins *i, eval_val a,
                               eval_val b)
{
    uint32_t id;
    int64_t offset;

    return i->op == IR_add && eval_virtual(e, a, &id, &offset) &&
           graph_is_const(e->g, val_ref(b));
}

/* Comparing addresses does not make objects exist. */
static bool is_comparison(const esp_ins *i)
{
    return i->op == IR_eq || i->op == IR_ne;
}

/* Is one the address of an object that does not exist yet, and the other one
 * not made from its name?  Then they differ: nobody has that address. */
static bool is_nobodys(eval *e, eval_val a, eval_val b)
{
    uint32_t id, other;
    int64_t offset;

    return eval_virtual(e, a, &id, &offset) &&
           e->g->vobjs.at[id].kind != VOBJ_BORROWED &&
           !eval_address(e->g, b, &other, &offset);
}

static eval_val eval_pure(eval *e, eval_inst *in, const esp_ins *i)
{
    const esp_op_info *info = &op_info[i->op];
    eval_val v[3] = { 0 };
    esp_ins out = *i;
    eval_val frozen = 0;

    for (uint32_t k = 0; k < info->inputs; k++)
        v[k] = eval_get(e, in, (&i->a)[k]);
    if (!is_comparison(i) && !address_arithmetic(e, i, v[0], v[1]))
        for (uint32_t k = 0; k < info->inputs; k++)
            if (eval_may_be_address(e->g, v[k]))
                v[k] = eval_real(e, v[k]) | (v[k] & VAL_FROZEN);
    if (is_comparison(i) && (is_nobodys(e, v[0], v[1]) ||
                             is_nobodys(e, v[1], v[0])))
        return build_const(e->g, TY_i1, i->op == IR_ne);
    if (i->op == IR_add)
        frozen = (v[0] | v[1]) & VAL_FROZEN;
    out.a = info->inputs > 0 ? val_ref(v[0]) : i->a;
    out.b = info->inputs > 1 ? val_ref(v[1]) : i->b;
    out.c = info->inputs > 2 ? val_ref(v[2]) : i->c;
    out.flags = 0;
    return build_ins(&e->b, out) | frozen;
}

/* One instruction that is neither call nor terminator. */
static void eval_instruction(eval *e, eval_inst *in, uint32_t at)
{
    const esp_ins *i = &in->fn->code[at];
    eval_val *result = &in->env[at];

    switch (i->op) {
    case IR_load:
        *result = eval_load(e, in, at, i->ty, eval_get(e, in, i->a),
                            (int32_t)i->b, i->flags);
        break;
    case IR_store:
        eval_store(e, eval_get(e, in, i->a), (int32_t)i->c,
                   eval_get(e, in, i->b), i->flags);
        break;
    case IR_alloca:
        *result = eval_alloca(e, i);
        break;
    case IR_frameaddr:
        *result = build_frameaddr(e->g);
        break;
    case IR_second:     /* written with the call's first result */
    case IR_param:
        break;
    default:
        *result = eval_pure(e, in, i);
        break;
    }
}

/* Names the C function and the guest node that used the budget up. */
CC_NORETURN static void over_budget(eval *e, const eval_inst *in,
                                    esp_bailout why)
{
    char where[128] = "no node";

    if (in->node)
        esp_node_where(in->node, where, sizeof where);
    unit_bail(e->unit, why, "%u visited, %u residual, in %s at %s",
              e->result->visited, e->g->ins.n, in->fn->name, where);
}

/* `n` instructions have been visited since this was asked last: those of a
 * block, up to a call. */
static void budget(eval *e, const eval_inst *in, uint32_t n)
{
    eval_look_for_stop(e);
    e->result->visited += n;
    if (e->result->visited > e->unit->max_visited)
        over_budget(e, in, BAIL_too_long);
    if (e->g->ins.n > e->unit->max_residual)
        over_budget(e, in, BAIL_too_big);
}

/* --stress=deopt: before each block that may deoptimize, a guard that fails
 * when a counter in memory has run down; the block then runs again in the IR
 * interpreter. */
static void stress(eval *e, eval_inst *in, uint32_t block)
{
    const esp_iblock *b = &in->fn->blocks[block];
    const esp_ins *last = &in->fn->code[b->end - 1];
    const esp_edge *edge = &in->fn->edges[last->b];
    esp_ref cell, count, zero;

    if (last->op != IR_br || (!in->fn->blocks[edge[0].block].deopts &&
                              !in->fn->blocks[edge[1].block].deopts))
        return;
    cell = build_const(e->g, TY_i64, (uintptr_t)e->unit->stress);
    count = build_load(&e->b, TY_i32, cell, 0, INS_VOLATILE);
    zero = build_const(e->g, TY_i32, 0);
    build_guard(&e->b, build_binary(&e->b, IR_ne, count, zero),
                eval_state_at_block(e, in, block), REASON_stress);
    count = build_binary(&e->b, IR_sub, count, build_const(e->g, TY_i32, 1));
    build_store(&e->b, cell, 0, count, INS_VOLATILE);
}

/* The instructions of a block.  True: the walk goes on in e->next. */
static bool walk_block(eval *e, eval_inst *in, uint32_t block, uint32_t from)
{
    const esp_ifunc *f = in->fn;
    const esp_iblock *b = &f->blocks[block];
    uint32_t last = b->end - 1;

    e->open = true;
    e->inst = in;
    in->block = block;
    if (e->unit->stress && from == b->first + b->nparams)
        stress(e, in, block);
    for (uint32_t at = from; at < last; at++) {
        if (f->code[at].op == IR_call) {
            budget(e, in, at + 1 - from);
            eval_call(e, in, block, at);
            return false;
        }
        eval_instruction(e, in, at);
    }
    budget(e, in, last + 1 - from);
    e->next = 0;
    eval_terminator(e, in, &f->code[last]);
    return e->next != 0;
}

void eval_block(eval *e, eval_inst *in, uint32_t block, uint32_t from)
{
    const esp_iblock *b;

    while (walk_block(e, in, block, from)) {
        block = e->next;
        b = &in->fn->blocks[block];
        from = b->first + b->nparams;
    }
}

void eval_range(eval *e, eval_inst *in, uint32_t first, uint32_t end)
{
    for (uint32_t block = first; block < end; block++) {
        const esp_iblock *b = &in->fn->blocks[block];

        if (!in->pending[block])
            continue;
        if (b->loop_end) {
            eval_loop(e, in, block);
            block = b->loop_end - 1;
        } else {
            if (!is_single(in, block)) {
                visit_block(e, in, block);
                continue;
            }
            follow_edge(e, in, block);
            eval_block(e, in, block, b->first + b->nparams);
        }
    }
}

/* The constants of a function serve all its activations.  A table that another
 * function's takes the place of is made again when it is wanted. */
static esp_ref *constants_of(eval *e, const esp_ifunc *f)
{
    eval_consts *c = &e->consts[(uintptr_t)f / 16 % EVAL_CONSTS];

    if (c->fn != f)
        *c = (eval_consts){ f, ARENA_ARRAY(&e->unit->notes, esp_ref,
                                           f->nconsts) };
    return c->refs;
}

void eval_open(eval *e, eval_inst *in)
{
    const esp_ifunc *f = in->fn;
    esp_arena *a = &e->unit->scratch;

    in->env = ARENA_ARRAY(a, eval_val, f->ncode);
    in->pending = ARENA_ARRAY(a, uint32_t, f->nblocks);
    in->consts = constants_of(e, f);
    in->visits = ARENA_ARRAY(a, uint8_t, f->nblocks);
}

void eval_function(eval *e, eval_inst *in)
{
    const esp_iblock *entry = &in->fn->blocks[0];

    in->end = in->fn->nblocks;
    eval_block(e, in, 0, entry->first + entry->nparams);
    eval_range(e, in, 1, in->fn->nblocks);
    e->inst = in->caller;
}

/* ---- the root --------------------------------------------------------------- */

/* The frame that a loop runs in, brought into registers.  Its tags are taken
 * to be what they are now; where they differ, the interpreter goes on. */
static void borrow_frame(eval *e, eval_inst *in, uint32_t param, esp_ref p,
                         const esp_frame *now)
{
    const uint32_t first = offsetof(esp_frame, slots) / 8;
    esp_vobj v = { .kind = VOBJ_BORROWED, .size = now->layout->size,
                   .align = 8, .what = now->layout, .arg = { p } };
    uint32_t id = e->g->vobjs.n, state;
    const uint64_t *memory = (const uint64_t *)now;
    eval_object *o;

    in->env[param] = p;
    state = eval_state_at_block(e, in, 0);
    VEC_PUSH(e->g->arena, &e->g->vobjs, v);
    o = flow_add(e, e->flow, id, v.size);
    for (uint32_t w = 0; w < o->nwords; w++) {
        bool tag = w >= first && (w - first) % 2 == 1;
        esp_ref r = build_load(&e->b, TY_i64, p, (int64_t)w * 8, 0);
        esp_ref known = r;

        if (tag || w * 8 == offsetof(esp_frame, layout) ||
            w * 8 == offsetof(esp_frame, target))
            known = build_const(e->g, TY_i64, memory[w]);
        if (tag)
            build_guard(&e->b, build_binary(&e->b, IR_eq, r, known), state,
                        REASON_invalidate);
        o->word[w].val = known;
    }
    e->borrowed = o;
    e->flow = flow_share(e, e->flow);
    in->env[param] = build_vobj(e->g, id);
}

/* What the loop changed goes back into the frame when it ends. */
static void return_frame(eval *e)
{
    eval_object *o = e->borrowed ? flow_find(e->flow, e->borrowed->id) : NULL;

    if (o)
        eval_materialize(e, o->id);
}

static void build_returns(eval *e, eval_inst *in)
{
    for (uint32_t i = 0; i < in->returns.n; i++) {
        eval_return *r = &in->returns.at[i];
        esp_ref a, b;

        e->b.block = r->block;
        e->flow = r->flow;
        a = r->val[0] ? eval_real(e, r->val[0]) : 0;
        b = r->val[1] ? eval_real(e, r->val[1]) : 0;
        return_frame(e);
        build_ret(&e->b, a, b);
    }
}

void eval_root(esp_unit *u, esp_image *image, const esp_ifunc *fn,
               const eval_arg *args, esp_target *target, eval_result *result)
{
    eval e = { .unit = u, .image = image, .result = result };
    eval_inst in = { .fn = fn, .path = 1469598103934665603u,
                     .target = target, .room = EVAL_ROOM,
                     .whole = EVAL_ROOM };
    const esp_iblock *entry = &fn->blocks[0];
    const esp_node *tree;
    esp_arena_mark mark = arena_mark(&u->scratch);
    esp_arena_mark notes = arena_mark(&u->notes);

    memset(result, 0, sizeof *result);
    unit_step(u, "eval");
    e.g = result->graph = graph_new(u);
    e.g->sig = fn->sig;
    e.b = (esp_build){ e.g, graph_block(e.g, false) };
    e.flow = flow_new(&e);
    eval_open(&e, &in);
    for (uint32_t i = 0; i < entry->nparams; i++) {
        esp_type ty = fn->sig.arg[i];
        esp_ref p = graph_param(e.g, 0, ty);

        in.env[entry->first + i] =
            args[i].known ? build_const(e.g, ty, args[i].bits) : p;
    }
    if (target)
        eval_claim(&e, target);
    tree = target ? target->body : NULL;
    for (uint32_t i = 0; i < entry->nparams; i++)
        if (args[i].frame) {
            tree = (const esp_node *)args[0].bits;
            in.node = (const void *)args[0].bits;
            borrow_frame(&e, &in, entry->first + i,
                         e.g->blocks.at[0].params.at[i], args[i].frame);
        }
    result->nodes = tree ? esp_node_count(tree) : 0;
    if (result->nodes > u->max_nodes)
        unit_bail(u, BAIL_too_many, "%u nodes", result->nodes);
    eval_function(&e, &in);
    build_returns(&e, &in);
    if (e.merged && !dom_reducible(e.g))
        unit_bail(u, BAIL_merge, "a loop with two entries");
    e.g->folded = true;
    arena_release(&u->scratch, mark);
    arena_release(&u->notes, notes);
}
