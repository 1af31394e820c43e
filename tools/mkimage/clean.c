/*
 * Cleaning: a draft with fewer blocks, parameters and instructions.
 *
 * LLVM's own simplifycfg is not used because it turns branches into selects
 * and merges conditions, and the evaluator wants the branches: it follows the
 * sides of a branch one by one, with what it knows there.  For the same reason
 * a return stands at the end of every path that can have one of its own: the
 * evaluator then knows more of the results than where the paths have met.
 *
 * Each step below looks at one block; all are repeated until nothing changes.
 */
#include "tools/mkimage/draft.h"

#include <string.h>

enum { MAX_ROUNDS = 20 };

/* ---- uses -------------------------------------------------------------- */

static esp_ref *input(draft *d, esp_ref r, unsigned k)
{
    esp_ins *i = &d->ins.at[r].i;

    return k == 0 ? &i->a : k == 1 ? &i->b : &i->c;
}

static void resolve_refs(draft *d, draft_refs *refs)
{
    for (uint32_t k = 0; k < refs->n; k++)
        refs->at[k] = draft_real(d, refs->at[k]);
}

static void resolve_ins(draft *d, esp_ref r)
{
    unsigned n = draft_inputs(d, r);
    draft_call *call;

    for (unsigned k = 0; k < n; k++)
        *input(d, r, k) = draft_real(d, *input(d, r, k));
    if (draft_at(d, r)->op == IR_call) {
        call = &d->calls.at[draft_at(d, r)->a];
        call->callee = draft_real(d, call->callee);
        resolve_refs(d, &call->args);
    }
}

/* Uses of copies become uses of what was copied; what can now be folded is. */
static void resolve(draft *d)
{
    for (uint32_t b = 0; b < d->blocks.n; b++) {
        draft_block *block = &d->blocks.at[b];
        uint32_t kept = 0;

        for (uint32_t k = 0; k < block->code.n; k++) {
            esp_ref r = block->code.at[k], folded;

            if (draft_at(d, r)->op == IR_copy)
                continue;
            resolve_ins(d, r);
            folded = op_info[draft_at(d, r)->op].flags & OP_PURE &&
                     draft_at(d, r)->op != IR_second
                         ? draft_fold(d, &d->ins.at[r].i) : 0;
            if (folded)
                d->ins.at[r].i = (esp_ins){ .op = IR_copy, .a = folded };
            else
                block->code.at[kept++] = r;
        }
        block->code.n = kept;
        for (uint32_t e = 0; e < block->edges.n; e++)
            resolve_refs(d, &block->edges.at[e].args);
    }
}

/* ---- what a block is like ---------------------------------------------- */

static const esp_ins *terminator(const draft *d, uint32_t b)
{
    const draft_block *block = &d->blocks.at[b];

    return draft_at(d, block->code.at[block->code.n - 1]);
}

/* Is r used outside of block b?  Only asked for parameters of tiny blocks. */
static bool used_elsewhere(const draft *d, esp_ref r, uint32_t b)
{
    for (uint32_t o = 0; o < d->blocks.n; o++) {
        const draft_block *block = &d->blocks.at[o];

        if (o == b || !block->npreds)
            continue;
        for (uint32_t k = 0; k < block->code.n; k++) {
            const esp_ins *i = draft_at(d, block->code.at[k]);
            unsigned n = draft_inputs(d, block->code.at[k]);

            if ((n > 0 && i->a == r) || (n > 1 && i->b == r) ||
                (n > 2 && i->c == r))
                return true;
            if (i->op != IR_call)
                continue;
            if (d->calls.at[i->a].callee == r)
                return true;
            for (uint32_t j = 0; j < d->calls.at[i->a].args.n; j++)
                if (d->calls.at[i->a].args.at[j] == r)
                    return true;
        }
        for (uint32_t e = 0; e < block->edges.n; e++)
            for (uint32_t j = 0; j < block->edges.at[e].args.n; j++)
                if (block->edges.at[e].args.at[j] == r)
                    return true;
    }
    return false;
}

static bool params_stay_inside(const draft *d, uint32_t b)
{
    const draft_block *block = &d->blocks.at[b];

    for (uint32_t k = 0; k < block->params.n; k++)
        if (used_elsewhere(d, block->params.at[k], b))
            return false;
    return true;
}

/* r as it is for control that comes over this edge into block b. */
static esp_ref over_edge(const draft *d, const draft_edge *e, uint32_t b,
                         esp_ref r)
{
    const draft_block *block = &d->blocks.at[b];

    for (uint32_t k = 0; k < block->params.n; k++)
        if (block->params.at[k] == r)
            return e->args.at[k];
    return r;
}

/* ---- steps: each says whether it changed something --------------------- */

static void to_jump(draft *d, uint32_t b, uint32_t edge)
{
    draft_block *block = &d->blocks.at[b];
    esp_ref term = block->code.at[block->code.n - 1];

    d->ins.at[term].i = (esp_ins){ .op = IR_jump };
    block->edges.at[0] = block->edges.at[edge];
    block->edges.at[0].value = 0;
    block->edges.n = 1;
}

static bool same_edges(const draft_edge *a, const draft_edge *b)
{
    return a->to == b->to &&
           (!a->args.n || !memcmp(a->args.at, b->args.at,
                                  a->args.n * sizeof *a->args.at));
}

/* br not c, x, y => br c, y, x */
static void turn(draft *d, uint32_t b)
{
    draft_block *block = &d->blocks.at[b];
    esp_ins *t = &d->ins.at[block->code.at[block->code.n - 1]].i;
    const esp_ins *c = draft_at(d, t->a);
    draft_edge first;

    if (t->op != IR_br || c->op != IR_xor ||
        draft_at(d, c->b)->op != IR_const)
        return;
    t->a = c->a;
    first = block->edges.at[0];
    block->edges.at[0] = block->edges.at[1];
    block->edges.at[1] = first;
}

/* br 1, x, y => jump x; br c, x, x => jump x; the same for switch */
static bool decide(draft *d, uint32_t b)
{
    draft_block *block = &d->blocks.at[b];
    const esp_ins *t = terminator(d, b), *c;
    uint32_t e;

    if (t->op != IR_br && t->op != IR_switch)
        return false;
    for (e = 1; e < block->edges.n; e++)
        if (!same_edges(&block->edges.at[0], &block->edges.at[e]))
            break;
    if (e == block->edges.n) {
        to_jump(d, b, 0);
        return true;
    }
    c = draft_at(d, t->a);
    if (c->op != IR_const || c->c)
        return false;
    if (t->op == IR_br)
        e = c->a ? 0 : 1;
    else
        for (e = 0; e < block->edges.n - 1; e++)
            if (block->edges.at[e].value == (c->a | (uint64_t)c->b << 32))
                break;
    to_jump(d, b, e);
    return true;
}

/* The edge goes where the empty block behind it would go: a block that only
 * jumps, or that only branches on something this edge decides.  The latter not
 * at the start of a loop: the loop would get a second entry. */
static bool skip(draft *d, draft_edge *e)
{
    uint32_t b = e->to;
    draft_block *block = &d->blocks.at[b];
    const esp_ins *t = terminator(d, b), *c;
    const draft_edge *next;
    draft_refs args = { 0 };

    if (block->code.n != 1 || (t->op != IR_jump && t->op != IR_br))
        return false;
    next = &block->edges.at[0];
    if (t->op == IR_br) {
        c = draft_at(d, over_edge(d, e, b, t->a));
        if (c->op != IR_const || block->header)
            return false;
        next = &block->edges.at[c->a ? 0 : 1];
    }
    if (next->to == b || !params_stay_inside(d, b))
        return false;
    for (uint32_t k = 0; k < next->args.n; k++)
        VEC_PUSH(d->arena, &args, over_edge(d, e, b, next->args.at[k]));
    e->to = next->to;
    e->args = args;
    return true;
}

static bool skip_all(draft *d, uint32_t b)
{
    draft_block *block = &d->blocks.at[b];
    bool changed = false;

    for (uint32_t e = 0; e < block->edges.n; e++)
        changed |= skip(d, &block->edges.at[e]);
    return changed;
}

/* jump x; x: ret y => ret y */
static bool return_early(draft *d, uint32_t b)
{
    draft_block *block = &d->blocks.at[b];
    const draft_block *to;
    const draft_edge *e;
    draft_ins *jump;
    esp_ref ret;
    esp_ins i;

    if (terminator(d, b)->op != IR_jump)
        return false;
    e = &block->edges.at[0];
    to = &d->blocks.at[e->to];
    ret = to->code.at[0];
    i = *draft_at(d, ret);
    if (i.op != IR_ret)
        return false;
    if (d->sig.nresults > 0)
        i.a = over_edge(d, e, e->to, i.a);
    if (d->sig.nresults > 1)
        i.b = over_edge(d, e, e->to, i.b);
    jump = &d->ins.at[block->code.at[block->code.n - 1]];
    jump->i = i;
    if (!jump->line) {
        jump->line = d->ins.at[ret].line;
        jump->file = d->ins.at[ret].file;
    }
    block->edges.n = 0;
    return true;
}

/* The same for branches: an edge with arguments to a block that only returns
 * them gets such a block of its own. */
static void own_return(draft *d, uint32_t b, uint32_t edge)
{
    const draft_edge *e = &d->blocks.at[b].edges.at[edge];
    const draft_block *to = &d->blocks.at[e->to];
    draft_ins copy = d->ins.at[to->code.at[0]];
    uint32_t new;

    if (copy.i.op != IR_ret || !to->params.n)
        return;
    copy.i.a = over_edge(d, e, e->to, copy.i.a);
    copy.i.b = over_edge(d, e, e->to, copy.i.b);
    new = draft_add_block(d);
    VEC_PUSH(d->arena, &d->ins, copy);
    VEC_PUSH(d->arena, &d->blocks.at[new].code, d->ins.n - 1);
    d->blocks.at[d->blocks.at[b].edges.at[edge].to].npreds--;
    d->blocks.at[b].edges.at[edge] = (draft_edge){
        .to = new, .value = d->blocks.at[b].edges.at[edge].value };
}

static void own_returns(draft *d)
{
    uint32_t n = d->blocks.n;

    for (uint32_t b = 0; b < n; b++)
        for (uint32_t e = 0; e < d->blocks.at[b].edges.n; e++)
            if (d->blocks.at[b].npreds)
                own_return(d, b, e);
    resolve(d);
}

/* jump to a block that nobody else goes to: one block */
static bool join(draft *d, uint32_t b)
{
    draft_block *block = &d->blocks.at[b], *to;
    draft_edge *e;

    if (terminator(d, b)->op != IR_jump)
        return false;
    e = &block->edges.at[0];
    to = &d->blocks.at[e->to];
    if (to->npreds != 1 || e->to == b || e->to == 0)
        return false;
    for (uint32_t k = 0; k < to->params.n; k++)
        d->ins.at[to->params.at[k]].i =
            (esp_ins){ .op = IR_copy, .a = e->args.at[k] };
    block->code.n--;
    for (uint32_t k = 0; k < to->code.n; k++)
        VEC_PUSH(d->arena, &block->code, to->code.at[k]);
    block->edges.at = to->edges.at;
    block->edges.n = to->edges.n;
    block->edges.cap = to->edges.cap;
    to->npreds = 0;
    return true;
}

/* ---- parameters -------------------------------------------------------- */

static void drop_param(draft *d, uint32_t b, uint32_t k)
{
    draft_block *block = &d->blocks.at[b];

    memmove(block->params.at + k, block->params.at + k + 1,
            (--block->params.n - k) * sizeof *block->params.at);
    for (uint32_t o = 0; o < d->blocks.n; o++)
        for (uint32_t e = 0; e < d->blocks.at[o].edges.n; e++) {
            draft_edge *edge = &d->blocks.at[o].edges.at[e];

            if (edge->to == b && d->blocks.at[o].npreds)
                memmove(edge->args.at + k, edge->args.at + k + 1,
                        (--edge->args.n - k) * sizeof *edge->args.at);
        }
}

/* What all edges pass for parameter k of block b (or the parameter itself,
 * around a loop); 0 when they differ. */
static esp_ref only_arg(const draft *d, uint32_t b, uint32_t k)
{
    esp_ref param = d->blocks.at[b].params.at[k], only = 0;

    for (uint32_t o = 0; o < d->blocks.n; o++)
        for (uint32_t e = 0; e < d->blocks.at[o].edges.n; e++) {
            const draft_edge *edge = &d->blocks.at[o].edges.at[e];
            esp_ref arg;

            if (edge->to != b || !d->blocks.at[o].npreds)
                continue;
            arg = draft_real(d, edge->args.at[k]);
            if (arg == param || arg == only)
                continue;
            if (only)
                return 0;
            only = arg;
        }
    return only;
}

static bool drop_needless_params(draft *d)
{
    bool changed = false;

    for (uint32_t b = 1; b < d->blocks.n; b++) {
        draft_block *block = &d->blocks.at[b];

        for (uint32_t k = block->params.n; block->npreds && k-- > 0;) {
            esp_ref arg = only_arg(d, b, k);

            if (!arg)
                continue;
            d->ins.at[block->params.at[k]].i =
                (esp_ins){ .op = IR_copy, .a = arg };
            drop_param(d, b, k);
            changed = true;
        }
    }
    return changed;
}

/* ---- what nobody needs ------------------------------------------------- */

typedef struct marking {
    draft *d;
    bool *needed;               /* by ref */
    draft_refs work;
} marking;

static void need(marking *m, esp_ref r)
{
    if (!r || m->needed[r])
        return;
    m->needed[r] = true;
    VEC_PUSH(m->d->arena, &m->work, r);
}

static void need_inputs(marking *m, esp_ref r)
{
    const esp_ins *i = draft_at(m->d, r);
    unsigned n = draft_inputs(m->d, r);

    if (n > 0)
        need(m, i->a);
    if (n > 1)
        need(m, i->b);
    if (n > 2)
        need(m, i->c);
    if (i->op == IR_call) {
        const draft_call *call = &m->d->calls.at[i->a];

        need(m, call->callee);
        for (uint32_t k = 0; k < call->args.n; k++)
            need(m, call->args.at[k]);
    }
}

/* A parameter is needed: so is what the edges pass for it. */
static void need_args(marking *m, esp_ref param)
{
    uint32_t b = draft_at(m->d, param)->a, k = 0;
    const draft *d = m->d;

    while (d->blocks.at[b].params.at[k] != param)
        k++;
    for (uint32_t o = 0; o < d->blocks.n; o++)
        for (uint32_t e = 0; e < d->blocks.at[o].edges.n; e++)
            if (d->blocks.at[o].edges.at[e].to == b && d->blocks.at[o].npreds)
                need(m, d->blocks.at[o].edges.at[e].args.at[k]);
}

static bool has_effect(const esp_ins *i)
{
    switch (i->op) {
    case IR_load:
        return i->flags & INS_VOLATILE;
    case IR_alloca: case IR_second:
        return false;
    default:
        return !(op_info[i->op].flags & OP_PURE);
    }
}

static void drop_unneeded(draft *d)
{
    marking m = { d, ARENA_ARRAY(d->arena, bool, d->ins.n), { 0 } };

    for (uint32_t b = 0; b < d->blocks.n; b++)
        for (uint32_t k = 0; k < d->blocks.at[b].code.n; k++)
            if (d->blocks.at[b].npreds &&
                has_effect(draft_at(d, d->blocks.at[b].code.at[k])))
                need(&m, d->blocks.at[b].code.at[k]);
    while (m.work.n) {
        esp_ref r = m.work.at[--m.work.n];

        if (draft_at(d, r)->op != IR_param)
            need_inputs(&m, r);
        else if (draft_at(d, r)->a != 0)
            need_args(&m, r);
    }
    for (uint32_t b = 0; b < d->blocks.n; b++) {
        draft_block *block = &d->blocks.at[b];
        uint32_t kept = 0;

        if (!block->npreds)
            continue;
        for (uint32_t k = 0; k < block->code.n; k++)
            if (m.needed[block->code.at[k]])
                block->code.at[kept++] = block->code.at[k];
        block->code.n = kept;
        for (uint32_t k = block->params.n; b && k-- > 0;)
            if (!m.needed[block->params.at[k]])
                drop_param(d, b, k);
    }
}

void draft_clean(draft *d)
{
    bool changed = true;

    for (int round = 0; changed && round < MAX_ROUNDS; round++) {
        changed = false;
        resolve(d);
        draft_order(d);
        for (uint32_t b = 0; b < d->blocks.n; b++) {
            if (!d->blocks.at[b].npreds)
                continue;
            turn(d, b);
            changed |= decide(d, b);
            changed |= skip_all(d, b);
            changed |= return_early(d, b);
        }
        draft_order(d);
        for (uint32_t b = 0; b < d->blocks.n; b++)
            while (d->blocks.at[b].npreds && join(d, b))
                changed = true;
        resolve(d);
        changed |= drop_needless_params(d);
        resolve(d);
        drop_unneeded(d);
    }
    draft_order(d);
    own_returns(d);
    draft_order(d);
}
