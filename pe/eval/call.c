/*
 * Calls: entered, or kept.
 *
 * Entered are functions of an image that were reached through a final function
 * pointer (a node's execute), that are marked, or that are small.  Everything
 * else stays a call: safe by default.
 *
 * An entered function may return in several ways: an integer here, "break"
 * there.  Returns are put into groups by the constant that comes back as tag,
 * and the caller goes on separately for each, so that testing the tag costs
 * nothing.
 */
#include "pe/eval/internal.h"

#include "framework/tier.h"
#include "pe/graph/state.h"

#include <string.h>

enum {
    SMALL = 60,                 /* instructions of a function to enter unasked */
    MAX_DEPTH = 1000,           /* C functions inside each other */
    MAX_GROUPS = 6
};

/* ---- entry cells ------------------------------------------------------------- */

/* The address of an entry cell that the callee was loaded from, and the
 * target; NULL if it is something else or not known. */
static void *entry_cell(eval *e, eval_inst *in, const esp_icall *c,
                        esp_target **t)
{
    const esp_ins *cell =
        graph_at(e->g, val_ref(eval_get(e, in, c->callee)));
    esp_ref first;

    if (cell->op != IR_load || !(cell->flags & INS_ENTRY) || !c->nargs)
        return NULL;
    first = val_ref(eval_get(e, in, in->fn->refs[c->args]));
    if (!graph_is_const(e->g, first) || !graph_is_const(e->g, cell->a))
        return NULL;
    *t = (esp_target *)graph_const(e->g, first);
    return (char *)(graph_const(e->g, cell->a) + (uint64_t)(int32_t)cell->b);
}

/* The target of a call through an entry cell, if it is known and the cell is
 * the one for its number of arguments. */
static esp_target *guest_target(eval *e, eval_inst *in, const esp_icall *c)
{
    esp_target *t;
    void *cell = entry_cell(e, in, c, &t);

    return cell && cell == esp_target_cell(t) ? t : NULL;
}

/* ---- kept ------------------------------------------------------------------- */

static uint32_t real_arguments(eval *e, eval_inst *in, const esp_icall *c)
{
    uint32_t args[SIG_MAX_ARGS];

    for (uint32_t i = 0; i < c->nargs; i++)
        args[i] = eval_real(e, eval_get(e, in, in->fn->refs[c->args + i]));
    return graph_refs(e->g, args, c->nargs);
}

/* Is the callee what an entry cell at a known address holds? */
static bool from_cell(const esp_graph *g, esp_ref callee)
{
    const esp_ins *i = graph_at(g, callee);

    return i->op == IR_load && graph_is_const(g, i->a);
}

/* Does the call lead back to the unit that is being compiled?  A unit that
 * asks is valid: it has looked since guest code ran last.  Not in tier 1, whose
 * calls are to find tier 2 in the cell. */
static bool calls_itself(eval *e, eval_inst *in, const esp_icall *c)
{
    const eval_inst *root = in;
    const esp_target *t = guest_target(e, in, c);

    while (root->caller)
        root = root->caller;
    return t && t == root->target && !e->unit->counts
        && root->fn == image_function(e->image, esp_target_run(t));
}

static void set_results(eval_inst *in, uint32_t at, eval_val a, eval_val b)
{
    in->env[at] = a;
    if (at + 1 < in->fn->ncode && in->fn->code[at + 1].op == IR_second)
        in->env[at + 1] = b;
}

/* While guest code ran, this code may have been thrown away. */
static void check_still_valid(eval *e, eval_inst *in, uint32_t at, esp_ref a,
                              esp_ref b)
{
    uint32_t state = eval_state(e, in, at, a, b);

    build_guard(&e->b, build_valid(&e->b), state, REASON_invalid);
}

void eval_keep_call(eval *e, eval_inst *in, uint32_t at)
{
    const esp_icall *ic = &in->fn->calls[in->fn->code[at].a];
    esp_ccall c = { .sig = ic->sig, .name = ic->name, .leaf = ic->leaf,
                   .cold = ic->cold, .nargs = ic->nargs };
    esp_ref a = 0, b = 0;

    c.callee = eval_real(e, eval_get(e, in, ic->callee));
    c.args = real_arguments(e, in, ic);
    c.cell = from_cell(e->g, c.callee);
    c.self = c.cell && calls_itself(e, in, ic);
    if (!c.name && graph_is_const(e->g, c.callee))
        c.name = image_symbol(e->image,
                              (void *)graph_const(e->g, c.callee));
    if (!c.cell && !graph_is_const(e->g, c.callee))
        eval_remark_at(e, in, at, REMARK_INDIRECT_CALL, c.name);
    if (!c.leaf)
        c.state = eval_state(e, in, at, 0, 0);
    a = build_call(&e->b, &c);
    if (c.sig.nresults > 1)
        b = build_second(e->g, a, c.sig.result[1]);
    if (c.sig.nresults == 0)
        a = 0;
    set_results(in, at, a, b);
    if (!c.leaf)
        check_still_valid(e, in, at, a, b);
}

/* ---- entered ------------------------------------------------------------------ */

static bool same_signature(const esp_sig *a, const esp_sig *b)
{
    return a->nargs == b->nargs && a->nresults == b->nresults &&
           !a->variadic && !b->variadic &&
           !memcmp(a->arg, b->arg, a->nargs) &&
           !memcmp(a->result, b->result, a->nresults);
}

/* What is called, if it is known.  Of a target's cells only one ever changes;
 * the others hold adapters. */
static const void *known_callee(eval *e, eval_inst *in, const esp_icall *c)
{
    esp_ref callee = val_ref(eval_get(e, in, c->callee));
    esp_target *t;
    void **cell;

    if (graph_is_const(e->g, callee))
        return (const void *)graph_const(e->g, callee);
    cell = entry_cell(e, in, c, &t);
    return cell && cell != esp_target_cell(t) ? *cell : NULL;
}

static const esp_ifunc *callee_to_enter(eval *e, eval_inst *in,
                                        const esp_icall *c)
{
    const void *callee = known_callee(e, in, c);
    const esp_ifunc *fn;

    if (!callee)
        return NULL;
    fn = image_function(e->image, callee);
    if (!fn || !same_signature(&fn->sig, &c->sig))
        return NULL;
    if (c->name && !fn->marked && fn->ncode > SMALL)
        return NULL;
    return fn;
}

/* ---- guest calls -------------------------------------------------------------- */

static const esp_ifunc *guest_to_enter(eval *e, eval_inst *in,
                                       const esp_icall *c, esp_target **target)
{
    esp_target *t = guest_target(e, in, c);
    const esp_ifunc *fn;

    *target = NULL;
    if (!t || !eval_worth_inlining(e, in, t))
        return NULL;
    fn = image_function(e->image, esp_target_run(t));
    if (!fn || !same_signature(&fn->sig, &c->sig))
        return NULL;
    *target = t;
    return fn;
}

/* The guest node that a function reached through its class executes. */
static const void *node_of(eval *e, eval_inst *in, const esp_icall *c)
{
    esp_ref first;
    const esp_node_class *class;

    if (c->name || c->nargs == 0)
        return in->node;
    first = val_ref(eval_get(e, in, in->fn->refs[c->args]));
    if (!graph_is_const(e->g, first) || graph_const(e->g, first) % 8 ||
        graph_const(e->g, first) < 4096)
        return in->node;
    class = eval_class_at((const void *)graph_const(e->g, first));
    if (!image_constant(e->image, class, sizeof *class))
        return in->node;
    return (const void *)graph_const(e->g, first);
}

static eval_inst *new_inst(eval *e, eval_inst *in, uint32_t at,
                           const esp_ifunc *fn)
{
    const esp_icall *c = &in->fn->calls[in->fn->code[at].a];
    eval_inst *callee = ARENA_NEW(&e->unit->notes, eval_inst);

    callee->fn = fn;
    callee->caller = in;
    callee->call = at;
    callee->depth = in->depth + 1;
    callee->path = (in->path ^ at) * 1099511628211u + 0x632be59bd9b4e019u;
    callee->node = node_of(e, in, c);
    eval_open(e, callee);
    for (uint32_t i = 0; i < c->nargs; i++)
        callee->env[fn->blocks[0].first + i] =
            eval_get(e, in, in->fn->refs[c->args + i]);
    if (callee->depth > MAX_DEPTH)
        unit_bail(e->unit, BAIL_too_deep, "in %s", fn->name);
    return callee;
}

/* C variables end with their function. */
static void end_variables(eval *e, eval_flow *flow, uint32_t first)
{
    for (uint32_t i = flow->n; i-- > 0;) {
        uint32_t id = flow->object[i]->id;

        if (id >= first && e->g->vobjs.at[id].kind == VOBJ_ALLOCA)
            flow_drop(flow, id);
    }
}

/* ---- returns --------------------------------------------------------------------- */

/* The result that returns are told apart by: the tag of a value, or the only
 * one.  0: not a constant. */
static esp_ref group_key(eval *e, const eval_inst *callee, const eval_return *r)
{
    uint32_t n = callee->fn->sig.nresults;
    esp_ref key = n ? val_ref(r->val[n - 1]) : 0;

    return key && graph_is_const(e->g, key) ? key : 0;
}

static bool too_many_groups(eval *e, const eval_inst *callee)
{
    esp_ref seen[MAX_GROUPS];
    uint32_t n = 0;

    for (uint32_t i = 0; i < callee->returns.n; i++) {
        esp_ref key = group_key(e, callee, &callee->returns.at[i]);
        uint32_t k = 0;

        while (k < n && seen[k] != key)
            k++;
        if (k < n)
            continue;
        if (n == MAX_GROUPS)
            return true;
        seen[n++] = key;
    }
    return false;
}

/* Joins the returns of one group; they become the current place. */
static void join_group(eval *e, eval_inst *in, uint32_t at, eval_inst *callee,
                       const uint32_t *members, uint32_t n)
{
    esp_arena *a = &e->unit->scratch;
    esp_arena_mark mark = arena_mark(a);
    uint32_t *blocks = ARENA_ARRAY(a, uint32_t, n);
    eval_flow **flows = ARENA_ARRAY(a, eval_flow *, n);
    eval_val **vals = ARENA_ARRAY(a, eval_val *, n), out[2] = { 0, 0 };

    for (uint32_t i = 0; i < n; i++) {
        eval_return *r = &callee->returns.at[members[i]];

        blocks[i] = r->block;
        flows[i] = r->flow;
        vals[i] = r->val;
    }
    eval_join(e, &(eval_join_spec){ in, at, n, blocks, flows, vals,
                                    callee->fn->sig.nresults }, out);
    arena_release(a, mark);
    set_results(in, at, out[0], out[1]);
}

static uint32_t behind(const eval_inst *in, uint32_t at)
{
    bool second = at + 1 < in->fn->ncode &&
                  in->fn->code[at + 1].op == IR_second;

    return at + 1 + second;
}

/* The caller goes on, once for each group. */
static void continue_groups(eval *e, eval_inst *in, uint32_t block,
                            uint32_t at, eval_inst *callee)
{
    uint32_t n = callee->returns.n, left = n;
    bool *done = ARENA_ARRAY(&e->unit->scratch, bool, n);
    uint32_t *members = ARENA_ARRAY(&e->unit->scratch, uint32_t, n);
    bool one = too_many_groups(e, callee);
    uint32_t forks = in->forks;

    for (uint32_t first = 0; left; first++) {
        esp_ref key;
        uint32_t k = 0;

        if (done[first])
            continue;
        key = group_key(e, callee, &callee->returns.at[first]);
        for (uint32_t i = first; i < n; i++)
            if (!done[i] &&
                (one || group_key(e, callee, &callee->returns.at[i]) == key)) {
                done[i] = true;
                members[k++] = i;
            }
        left -= k;
        in->forks = forks + left;
        join_group(e, in, at, callee, members, k);
        eval_block(e, in, block, behind(in, at));
    }
}

static void continue_caller(eval *e, eval_inst *in, uint32_t block, uint32_t at,
                            eval_inst *callee)
{
    if (callee->returns.n == 1) {
        const eval_return *r = &callee->returns.at[0];

        e->b.block = r->block;
        e->flow = r->flow;
        set_results(in, at, r->val[0], r->val[1]);
        eval_block(e, in, block, behind(in, at));
    } else {
        continue_groups(e, in, block, at, callee);
    }
}

static void enter(eval *e, eval_inst *in, uint32_t block, uint32_t at,
                  const esp_ifunc *fn, esp_target *target)
{
    uint32_t first_object = e->g->vobjs.n;
    esp_arena_mark mark = arena_mark(&e->unit->scratch);
    eval_inst *callee = new_inst(e, in, at, fn);

    callee->target = target;
    if (target) {
        VEC_PUSH(e->g->arena, &e->result->targets, target);
        e->result->nodes += esp_node_count(target->body);
        eval_take_room(in, callee);
    }
    eval_function(e, callee);
    if (target)
        eval_give_room(in, callee);
    arena_release(&e->unit->scratch, mark);     /* all but its returns */
    e->open = false;
    for (uint32_t i = 0; i < callee->returns.n; i++)
        end_variables(e, callee->returns.at[i].flow, first_object);
    continue_caller(e, in, block, at, callee);
}

void eval_call(eval *e, eval_inst *in, uint32_t block, uint32_t at)
{
    const esp_icall *c = &in->fn->calls[in->fn->code[at].a];
    const esp_ifunc *fn;
    esp_target *target = NULL;

    if (c->intrinsic && eval_intrinsic(e, in, at)) {
        if (e->open)
            eval_block(e, in, block, behind(in, at));
        return;
    }
    fn = c->intrinsic ? NULL : callee_to_enter(e, in, c);
    if (!fn)
        fn = guest_to_enter(e, in, c, &target);
    if (fn) {
        enter(e, in, block, at, fn, target);
        return;
    }
    eval_keep_call(e, in, at);
    eval_block(e, in, block, behind(in, at));
}
