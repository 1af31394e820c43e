/*
 * The part of selection that no target differs in.
 */
#include "backend/lir/select.h"

#include "pe/graph/arith.h"
#include "pe/graph/build.h"
#include "pe/graph/facts.h"
#include "pe/graph/props.h"

#include <string.h>

/* -------------------------------------------------- what the graph says */

bool sel_const(const selector *s, esp_ref r, int64_t *value)
{
    r = sel_value(s, r);
    if (!graph_is_const(s->g, r))
        return false;
    *value = (int64_t)graph_const(s->g, r);
    return true;
}

bool sel_small(const selector *s, esp_ref r, int32_t *value)
{
    esp_type ty = sel_type(s, r);
    int64_t x;

    if (type_is_float(ty) || !sel_const(s, r, &x))
        return false;
    if (ty != TY_i1)
        x = arith_signed(ty, (uint64_t)x);
    *value = (int32_t)x;
    return x == (int32_t)x;
}

/* The type of a value before extensions that cost nothing says how much of its
 * register is certain. */
bool sel_is_clean(const selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);

    switch (i->op) {
    case IR_const:
    case IR_zext:
        return true;
    case IR_load:
        return i->ty != TY_i64;
    case IR_param:
    case IR_copy:
    case IR_trunc:
    case IR_call:
    case IR_second:
        return i->ty == TY_i1;
    default:
        return i->ty == TY_i1 || i->ty == TY_i32;
    }
}

/* What r is another name for, or r itself. */
static esp_ref step(const selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);

    if (s->alias[r])
        return s->alias[r];
    if (i->op == IR_copy)
        return i->a;
    if (i->op == IR_trunc && i->ty != TY_i1 && !graph_is_const(s->g, i->a))
        return i->a;
    if (i->op == IR_zext && sel_is_clean(s, i->a)
        && !graph_is_const(s->g, i->a))
        return i->a;
    return r;
}

esp_ref sel_value(const selector *s, esp_ref r)
{
    esp_ref next;

    while ((next = step(s, r)) != r)
        r = next;
    return r;
}

bool sel_is_used(const selector *s, esp_ref r)
{
    return s->vreg[r] != 0;
}

bool sel_lives_on(const selector *s, esp_ref r)
{
    r = sel_value(s, r);
    if (s->vreg[r])
        return true;
    /* in a loop it is used again in the next round */
    return s->s->block[r] != NO_BLOCK
        && props_loop_depth(s->g, s->s->block[r])
           < props_loop_depth(s->g, s->here);
}

bool sel_only_use(const selector *s, esp_ref r)
{
    return s->uses[r] == 1 && s->vreg[r] == 0;
}

bool sel_wants_param(const selector *s, uint32_t k)
{
    esp_ref p = s->g->blocks.at[0].params.at[k];

    return s->uses[p] || (s->g->sig.arg_flags[k] & ARG_SRET);
}

/* A volatile load stays where it is among all that has effects. */
static bool comes_next(const selector *s, esp_ref r)
{
    if (s->again)
        return false;
    for (uint32_t k = s->index[r] + 1; k < s->now; k++)
        if (!graph_floats(s->g, s->s->list[k]))
            return false;
    return true;
}

bool sel_can_fuse_load(const selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);

    return i->op == IR_load
        && (!(i->flags & INS_VOLATILE) || comes_next(s, r))
        && i->ty != TY_i1 && sel_only_use(s, r) && s->s->block[r] == s->here
        && s->level[r] == s->now_level;
}

void sel_fuse(selector *s, esp_ref r)
{
    s->fused[r] = true;
}

/* Does anything between two places of the list use r, or might it? */
static bool used_between(const selector *s, esp_ref r, uint32_t from,
                         uint32_t to)
{
    for (uint32_t k = from + 1; k < to; k++) {
        const esp_ins *i = sel_at(s, s->s->list[k]);
        unsigned inputs = op_info[i->op].inputs;

        if (!graph_floats(s->g, s->s->list[k])
            || (inputs > 0 && i->a == r) || (inputs > 1 && i->b == r)
            || (inputs > 2 && i->c == r))
            return true;
    }
    return false;
}

esp_ref sel_twin(const selector *s, esp_ref r)
{
    esp_ref t = build_find_result(s->g, r);

    if (!t || !s->vreg[t] || s->done[t] || s->s->block[t] != s->here
        || s->index[t] > s->now || used_between(s, t, s->index[t], s->now))
        return 0;
    return t;
}

esp_ref sel_condition(const selector *s, esp_ref r, bool *negated)
{
    for (;;) {
        const esp_ins *i;
        int64_t x;

        r = sel_value(s, r);
        i = sel_at(s, r);
        if (i->ty != TY_i1)
            return r;
        if (i->op == IR_xor && sel_const(s, i->b, &x) && (x & 1))
            *negated = !*negated;
        else if (i->op == IR_eq && sel_type(s, i->a) == TY_i1
                 && sel_const(s, i->b, &x) && !(x & 1))
            *negated = !*negated;
        else
            return r;
        r = i->a;
    }
}

/* -------------------------------------------------------- instructions */

lir_ins *ins_start(selector *s, unsigned op, unsigned size, unsigned form)
{
    s->draft = (lir_ins){ .op = (uint16_t)op, .size = (uint8_t)size,
                          .form = (uint8_t)form };
    s->draft_ops.n = 0;
    return &s->draft;
}

static void add_operand(selector *s, lir_operand o)
{
    VEC_PUSH(s->a, &s->draft_ops, o);
}

void ins_def(selector *s, uint32_t v)
{
    add_operand(s, (lir_operand){ .v = v, .role = LIR_DEF, .part = LIR_DST });
}

void ins_def_at(selector *s, uint32_t v, unsigned reg)
{
    add_operand(s, (lir_operand){ .v = v, .role = LIR_DEF,
                                  .need = LIR_NEED_FIXED,
                                  .reg = (uint8_t)reg });
}

void ins_reuse(selector *s, uint32_t def, uint32_t use)
{
    add_operand(s, (lir_operand){ .v = def, .role = LIR_DEF, .part = LIR_DST,
                                  .need = LIR_NEED_REUSE });
    add_operand(s, (lir_operand){ .v = use, .role = LIR_USE,
                                  .need = LIR_NEED_REUSE });
}

void ins_use(selector *s, uint32_t v, lir_part part)
{
    add_operand(s, (lir_operand){ .v = v, .role = LIR_USE,
                                  .part = (uint8_t)part });
}

void ins_use_any(selector *s, uint32_t v, lir_part part)
{
    add_operand(s, (lir_operand){ .v = v, .role = LIR_USE,
                                  .part = (uint8_t)part,
                                  .need = LIR_NEED_ANY });
}

void ins_use_at(selector *s, uint32_t v, unsigned reg)
{
    add_operand(s, (lir_operand){ .v = v, .role = LIR_USE,
                                  .need = LIR_NEED_FIXED,
                                  .reg = (uint8_t)reg });
}

void ins_late(selector *s, uint32_t v, lir_part part)
{
    add_operand(s, (lir_operand){ .v = v, .role = LIR_LATE,
                                  .part = (uint8_t)part });
}

void ins_temp(selector *s, lir_class c)
{
    add_operand(s, (lir_operand){ .v = lir_new_vreg(s->l, c),
                                  .role = LIR_TEMP, .part = LIR_TMP });
}

void ins_clobber(selector *s, unsigned reg)
{
    add_operand(s, (lir_operand){ .role = LIR_TEMP, .need = LIR_NEED_FIXED,
                                  .reg = (uint8_t)reg });
}

void ins_address(selector *s, const sel_address *m)
{
    if (m->base)
        ins_use(s, m->base, LIR_BASE);
    if (m->index)
        ins_use(s, m->index, LIR_INDEX);
    s->draft.mem = m->mem;
    s->draft.scale = m->scale;
    s->draft.disp = m->disp;
}

void ins_end(selector *s)
{
    lir *l = s->l;

    unit_assert(s->unit, s->draft_ops.n < 0xffff, "too many operands");
    s->draft.ops = l->ops.n;
    s->draft.nops = (uint16_t)s->draft_ops.n;
    for (uint32_t k = 0; k < s->draft_ops.n; k++)
        VEC_PUSH(l->arena, &l->ops, s->draft_ops.at[k]);
    VEC_PUSH(s->a, &s->out, s->draft);
}

/* -------------------------------------------------------------- values */

lir_class sel_class(const selector *s, esp_ref r)
{
    return type_is_float(sel_type(s, r)) ? LIR_FLOAT : LIR_INT;
}

uint32_t sel_temp(selector *s, lir_class c)
{
    return lir_new_vreg(s->l, c);
}

/* The block in front of the innermost loop, or NO_BLOCK: where no register
 * survives a turn, nothing is kept. */
static uint32_t before_loop(const selector *s)
{
    const struct graph_props *p = s->g->props;
    uint32_t loop = p->loop_of.at[s->here];

    if (!loop || s->calls_in[loop] || s->s->cold[s->here])
        return NO_BLOCK;
    return p->idom.at[p->loops.at[loop].header];
}

static void make_constant(selector *s, const sel_wanted *w)
{
    ins_start(s, w->op, w->size, 0)->imm = (int64_t)w->bits;
    ins_def(s, w->v);
    ins_end(s);
}

/* A register for a constant: one definition for the whole loop, in front of
 * it, or for the whole block, at its start.  Allocation keeps it there as long
 * as there are registers, and makes the constant where it is needed
 * otherwise. */
static uint32_t constant(selector *s, sel_wanted w)
{
    enum { MANY = 12 };
    lir_class c = w.op == LIR_imm ? LIR_INT : LIR_FLOAT;
    uint32_t block = before_loop(s), n = 0;
    uint32_t *list = block != NO_BLOCK ? &s->wanted_in[block]
                                       : &s->wanted_here;
    bool keep = s->isa->keeps(w.op, w.bits);

    for (uint32_t k = keep ? *list : 0; k; n++) {
        const sel_wanted *o = &s->wanted.at[k];

        if (o->bits == w.bits && o->op == w.op && o->size == w.size)
            return o->v;
        k = o->next;
    }
    w.v = sel_temp(s, c);
    if (!keep || n == MANY) {
        make_constant(s, &w);
        return w.v;
    }
    w.next = *list;
    *list = s->wanted.n;
    VEC_PUSH(s->a, &s->wanted, w);
    return w.v;
}

static void make_wanted(selector *s, uint32_t list)
{
    for (; list; list = s->wanted.at[list].next)
        make_constant(s, &s->wanted.at[list]);
}

uint32_t sel_imm(selector *s, uint64_t bits)
{
    return constant(s, (sel_wanted){ .bits = bits, .op = LIR_imm, .size = 8 });
}

static uint32_t float_constant(selector *s, esp_ref r)
{
    return constant(s, (sel_wanted){ .bits = graph_const(s->g, r),
                                     .op = LIR_fimm,
                                     .size = type_size[sel_type(s, r)] });
}

/* Integer constants stand zero-extended, which is what every reader of a
 * register may rely on. */
static uint32_t leaf(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    uint32_t v;

    if (i->op == IR_const && type_is_float((esp_type)i->ty))
        return float_constant(s, r);
    if (i->op == IR_const)
        return sel_imm(s, arith_narrow((esp_type)i->ty,
                                       graph_const(s->g, r)));
    unit_assert(s->unit, i->op == IR_slot || i->op == IR_frameaddr,
                "%s where code is selected", op_info[i->op].name);
    v = sel_temp(s, LIR_INT);
    ins_start(s, LIR_frame, 8, 0)->mem = LIR_MEM_FRAME;
    s->draft.disp = i->op == IR_slot ? s->slot_at[i->a] : 0;
    ins_def(s, v);
    ins_end(s);
    return v;
}

uint32_t sel_use(selector *s, esp_ref r)
{
    r = sel_value(s, r);
    if (graph_is_leaf(s->g, r))
        return leaf(s, r);
    if (!s->vreg[r])
        s->vreg[r] = sel_temp(s, sel_class(s, r));
    return s->vreg[r];
}

uint32_t sel_def(selector *s, esp_ref r)
{
    s->done[r] = true;
    if (!s->vreg[r])
        s->vreg[r] = sel_temp(s, sel_class(s, r));
    return s->vreg[r];
}

/* -------------------------------------------------------------- states */

static void find_state(selector *s, uint32_t state)
{
    lir *l = s->l;
    uint32_t n, cap = 64;

    if (l->state_first[state])
        return;
    do {
        VEC_RESERVE(l->arena, &l->state_refs, cap);
        n = graph_state_refs(s->g, state,
                             l->state_refs.at + l->state_refs.n, cap);
    } while (n > cap && (cap = n));
    l->state_first[state] = l->state_refs.n;
    s->state_n[state] = n;
    l->state_refs.n += n;
}

static const esp_ref *state_refs(const selector *s, uint32_t state)
{
    return s->l->state_refs.at + s->l->state_first[state];
}

/* Slot addresses are the only leaves that a state needs in a place. */
void sel_state(selector *s, uint32_t state)
{
    find_state(s, state);
    for (uint32_t k = 0; k < s->state_n[state]; k++) {
        esp_ref r = sel_value(s, state_refs(s, state)[k]);

        if (!graph_is_leaf(s->g, r) || !s->vreg[r])
            s->vreg[r] = sel_use(s, r);
    }
}

void ins_state(selector *s, uint32_t state, lir_role role, lir_need need)
{
    const esp_ref *refs = state_refs(s, state);

    for (uint32_t k = 0; k < s->state_n[state]; k++)
        add_operand(s, (lir_operand){ .v = s->vreg[sel_value(s, refs[k])],
                                      .role = (uint8_t)role,
                                      .need = (uint8_t)need,
                                      .part = LIR_STATE });
    /* Leaves are made anew for the next state; several parameters may stand
     * for the same one. */
    for (uint32_t k = 0; k < s->state_n[state]; k++)
        if (graph_is_leaf(s->g, sel_value(s, refs[k])))
            s->vreg[sel_value(s, refs[k])] = 0;
}

uint32_t sel_exit(selector *s, uint32_t state, uint32_t reason)
{
    VEC_PUSH(s->l->arena, &s->l->exits, ((lir_exit){ state, reason }));
    return s->l->exits.n - 1;
}

/* --------------------------------------------------------------- edges */

static uint32_t live_params(const selector *s, uint32_t block)
{
    uint32_t n = 0;

    for (uint32_t k = 0; k < s->g->blocks.at[block].params.n; k++) {
        esp_ref p = s->g->blocks.at[block].params.at[k];

        n += s->uses[p] && !s->alias[p];
    }
    return n;
}

/* An edge as LIR has it, with or without its arguments. */
static void add_edge(selector *s, uint32_t to, const esp_edge *e, bool args)
{
    lir *l = s->l;
    lir_edge edge = { .block = to, .value = e->value };
    const esp_block *b = &s->g->blocks.at[e->block];
    uint32_t *v;

    if (args)
        edge.nargs = live_params(s, e->block);
    v = ARENA_ARRAY(s->a, uint32_t, edge.nargs + 1);
    for (uint32_t k = 0, n = 0; n < edge.nargs; k++) {
        esp_ref p = b->params.at[k];

        if (s->uses[p] && !s->alias[p])
            v[n++] = sel_use(s, s->g->refs.at[e->args + k]);
    }
    edge.args = l->args.n;
    for (uint32_t k = 0; k < edge.nargs; k++)
        VEC_PUSH(l->arena, &l->args, v[k]);
    VEC_PUSH(l->arena, &l->edges, edge);
}

void sel_edges(selector *s)
{
    uint32_t n;
    esp_edge *e = graph_edges(s->g, s->here, &n);

    for (uint32_t k = 0; k < n; k++) {
        uint32_t split = s->split[e + k - s->g->edges.at];

        if (split != NO_EDGE)
            add_edge(s, split, &e[k], false);
        else
            add_edge(s, s->number[e[k].block], &e[k], true);
    }
}

/* ------------------------------------------------------------- prepare */

/* A block with one predecessor needs no parameters. */
static void alias_params(selector *s)
{
    const struct graph_props *p = s->g->props;

    for (uint32_t k = 0; k < s->s->nblocks; k++) {
        uint32_t b = s->s->order[k];
        const esp_block *block = &s->g->blocks.at[b];
        const esp_edge *e;

        if (b == 0 || sel_preds(s, b) != 1)
            continue;
        e = &s->g->edges.at[p->pred.at[p->pred_first.at[b]].edge];
        for (uint32_t i = 0; i < block->params.n; i++)
            s->alias[block->params.at[i]] = s->g->refs.at[e->args + i];
    }
}

static void count_use(void *arg, esp_ref r)
{
    selector *s = arg;

    if (s->uses[r] < 255)
        s->uses[r]++;
}

static void count_state(selector *s, uint32_t state)
{
    find_state(s, state);
    for (uint32_t k = 0; k < s->state_n[state]; k++)
        s->uses[state_refs(s, state)[k]] = 255;
}

/* The loops around a call that is not out of the way. */
static void note_call(selector *s, uint32_t block)
{
    const struct graph_props *p = s->g->props;
    uint32_t loop = s->s->cold[block] ? 0 : p->loop_of.at[block];

    for (; loop; loop = p->loops.at[loop].parent)
        s->calls_in[loop] = true;
}

/* Uses, without those that only states have: these are counted apart. */
static void count_inputs(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    uint32_t state = graph_state(s->g, r);
    const esp_ccall *c;

    if (i->op == IR_guard) {
        count_use(s, i->a);
    } else if (i->op == IR_call) {
        c = &s->g->calls.at[i->a];
        count_use(s, c->callee);
        for (uint32_t k = 0; k < c->nargs; k++)
            count_use(s, s->g->refs.at[c->args + k]);
    } else if (i->op != IR_deopt) {
        graph_inputs(s->g, r, count_use, s);
    }
    if (state)
        count_state(s, state);
}

/* The uses of another name are uses of what it stands for. */
static void move_uses(selector *s, esp_ref r)
{
    esp_ref v = step(s, r);
    unsigned n = (unsigned)s->uses[v] + s->uses[r];

    if (v != r && s->uses[r] && s->uses[v] < 255)
        s->uses[v] = (uint8_t)(n > 255 ? 255 : n - 1);
}

static void look_at_block(selector *s, uint32_t b)
{
    uint32_t level = 0;

    for (uint32_t k = s->s->first[b]; k < s->s->end[b]; k++) {
        esp_ref r = s->s->list[k];

        s->index[r] = k;
        s->level[r] = level;
        if (op_info[sel_at(s, r)->op].flags & OP_WRITES)
            level++;
        if (sel_at(s, r)->op == IR_call)
            note_call(s, b);
        count_inputs(s, r);
    }
}

static void look_ahead(selector *s)
{
    for (uint32_t k = 0; k < s->s->nblocks; k++)
        look_at_block(s, s->s->order[k]);
    for (uint32_t k = s->s->nblocks; k-- > 0;) {
        uint32_t b = s->s->order[k];
        const esp_block *block = &s->g->blocks.at[b];

        for (uint32_t i = s->s->end[b]; i-- > s->s->first[b];)
            move_uses(s, s->s->list[i]);
        for (uint32_t i = 0; i < block->params.n; i++)
            move_uses(s, block->params.at[i]);
    }
}

static void lay_out_slots(selector *s)
{
    uint32_t at = 0;

    s->slot_at = ARENA_ARRAY(s->a, int32_t, s->g->slots.n + 1);
    for (uint32_t k = 0; k < s->g->slots.n; k++) {
        const esp_slot *slot = &s->g->slots.at[k];
        uint32_t align = slot->align < 8 ? 8 : slot->align;

        if (align > 16 || slot->size > 1u << 20)
            unit_bail(s->unit, BAIL_too_big,
                      "a C variable of %u bytes, aligned to %u", slot->size,
                      slot->align);
        at = (at + slot->size + align - 1) / align * align;
        s->slot_at[k] = -(int32_t)at;
    }
    for (uint32_t k = 0; k < s->g->sig.nargs; k++)
        if (s->g->sig.arg_flags[k] & ARG_SRET) {
            at += 8;
            s->result_at = -(int32_t)at;
        }
    s->l->frame = at;
    s->l->result_at = s->result_at;
}

/* -------------------------------------------------------------- blocks */

static void turn_around(selector *s, uint32_t from)
{
    for (uint32_t i = from, k = s->out.n; i + 1 < k; i++) {
        lir_ins x = s->out.at[i];

        s->out.at[i] = s->out.at[--k];
        s->out.at[k] = x;
    }
}

static bool is_needed(const selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    unsigned flags = op_info[i->op].flags;

    if (s->done[r])
        return false;
    if (i->op == IR_load)
        return s->vreg[r] || ((i->flags & INS_VOLATILE) && !s->fused[r]);
    if ((flags & OP_PURE) || i->op == IR_valid)
        return s->vreg[r] != 0;
    return true;
}

static void select_ins(selector *s, uint32_t k)
{
    esp_ref r = s->s->list[k];
    uint32_t mark = s->out.n;

    if (!is_needed(s, r))
        return;
    s->now = k;
    s->now_level = s->level[r];
    s->again = false;
    sel_ins(s, r);
    s->done[r] = true;
    turn_around(s, mark);
}

static void select_jump(selector *s, uint32_t edge)
{
    esp_edge *e = &s->g->edges.at[edge];
    uint32_t mark = s->out.n;

    add_edge(s, s->number[e->block], e, true);
    ins_start(s, LIR_jump, 0, 0);
    ins_end(s);
    turn_around(s, mark);
}

static void add_params(selector *s, lir_block *to, uint32_t block)
{
    const esp_block *b = &s->g->blocks.at[block];

    to->params = s->l->args.n;
    for (uint32_t k = 0; block && k < b->params.n; k++) {
        esp_ref p = b->params.at[k];

        if (s->uses[p] && !s->alias[p]) {
            VEC_PUSH(s->l->arena, &s->l->args, sel_def(s, p));
            to->nparams++;
        }
    }
}

static uint32_t depth_of(const selector *s, const sel_block *b)
{
    uint32_t depth = props_loop_depth(s->g, b->block), to;

    if (b->edge == NO_EDGE)
        return depth;
    to = props_loop_depth(s->g, s->g->edges.at[b->edge].block);
    return to < depth ? to : depth;
}

static bool is_header(const selector *s, uint32_t b)
{
    const struct graph_props *p = s->g->props;
    uint32_t loop = p->loop_of.at[b];

    return loop && p->loops.at[loop].header == b;
}

static void select_block(selector *s, uint32_t n)
{
    const sel_block *b = &s->blocks.at[n];
    lir_block *to = &s->l->blocks.at[n];
    uint32_t depth = depth_of(s, b), mark;

    s->here = b->block;
    s->wanted_here = 0;
    *to = (lir_block){ .edges = s->l->edges.n, .cold = b->cold,
                       .depth = (uint8_t)(depth < 255 ? depth : 255) };
    to->end = s->out.n;
    if (b->edge != NO_EDGE) {
        select_jump(s, b->edge);
    } else {
        to->header = is_header(s, b->block);
        for (uint32_t k = s->s->end[b->block]; k-- > s->s->first[b->block];) {
            select_ins(s, k);
            if (k + 1 == s->s->end[b->block])
                make_wanted(s, s->wanted_in[b->block]);
        }
        add_params(s, to, b->block);
    }
    make_wanted(s, s->wanted_here);
    to->nedges = s->l->edges.n - to->edges;
    if (n == 0) {
        mark = s->out.n;
        sel_params(s);
        turn_around(s, mark);
    }
    ins_start(s, LIR_block, 0, 0);
    ins_end(s);
    to->first = s->out.n;
}

/* Everything was made backwards. */
static void put_in_order(selector *s)
{
    lir *l = s->l;
    uint32_t n = s->out.n;

    VEC_RESERVE(l->arena, &l->ins, n);
    for (uint32_t k = 0; k < n; k++)
        l->ins.at[k] = s->out.at[n - 1 - k];
    l->ins.n = n;
    for (uint32_t b = 0; b < l->blocks.n; b++) {
        l->blocks.at[b].first = n - l->blocks.at[b].first;
        l->blocks.at[b].end = n - l->blocks.at[b].end;
    }
}

lir *select_graph(esp_graph *g, const esp_schedule *sched, const esp_isa *isa,
                  const uint8_t *valid)
{
    esp_arena *a = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(a);
    selector s = { .unit = g->unit, .g = g, .s = sched, .isa = isa, .a = a,
                   .l = lir_new(g->unit, isa->machine), .valid = valid };
    uint32_t n = g->ins.n;

    props_need(g, PROP_PREDS | PROP_DOM | PROP_LOOPS);
    s.vreg = ARENA_ARRAY(a, uint32_t, n);
    s.uses = ARENA_ARRAY(a, uint8_t, n);
    s.level = ARENA_ARRAY(a, uint32_t, n);
    s.index = ARENA_ARRAY(a, uint32_t, n);
    s.done = ARENA_ARRAY(a, bool, n);
    s.fused = ARENA_ARRAY(a, bool, n);
    s.alias = ARENA_ARRAY(a, esp_ref, n);
    s.l->state_first = ARENA_ARRAY(s.l->arena, uint32_t, g->states.n + 1);
    s.state_n = ARENA_ARRAY(a, uint32_t, g->states.n + 1);
    s.wanted_in = ARENA_ARRAY(a, uint32_t, g->blocks.n);
    s.calls_in = ARENA_ARRAY(a, bool, g->props->loops.n + 1);
    VEC_PUSH(s.l->arena, &s.l->state_refs, 0);
    VEC_PUSH(a, &s.wanted, (sel_wanted){ 0 });
    sel_plan_blocks(&s);
    alias_params(&s);
    look_ahead(&s);
    lay_out_slots(&s);
    VEC_RESERVE(s.l->arena, &s.l->blocks, s.blocks.n);
    s.l->blocks.n = s.blocks.n;
    for (uint32_t k = s.blocks.n; k-- > 0;)
        select_block(&s, k);
    put_in_order(&s);
    lir_link(s.l);
    arena_release(a, mark);
    return s.l;
}
