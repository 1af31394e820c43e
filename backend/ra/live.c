/*
 * Liveness, and the intervals that follow from it.
 *
 * Sets hold only the virtual registers that live across blocks; most do not.
 * They are brought to their fixed point backwards over the blocks, so that
 * loops and the order of blocks do not matter.  Then one walk from the last
 * instruction to the first builds ranges and uses in front of those that are
 * there already, which leaves both sorted.
 */
#include "backend/ra/interval.h"

static uint32_t find_group(ra *r, uint32_t v)
{
    while (r->value[v].group != v) {
        r->value[v].group = r->value[r->value[v].group].group;
        v = r->value[v].group;
    }
    return v;
}

/* A parameter and its arguments would like to share a register. */
static void join_groups(ra *r)
{
    const lir *l = r->l;

    for (uint32_t v = 0; v < l->vregs.n; v++)
        r->value[v].group = v;
    for (uint32_t e = 0; e < l->edges.n; e++) {
        const lir_edge *edge = &l->edges.at[e];
        const lir_block *to = &l->blocks.at[edge->block];

        for (uint32_t k = 0; k < edge->nargs; k++) {
            uint32_t v = l->args.at[edge->args + k];
            uint32_t p = l->args.at[to->params + k];

            r->value[v].flows_to = p;
            r->value[find_group(r, v)].group = find_group(r, p);
        }
    }
    for (uint32_t v = 0; v < l->vregs.n; v++)
        r->value[v].group = find_group(r, v);
}

/* Which block defines what, and which values leave their block. */
static void note_definitions(ra *r)
{
    const lir *l = r->l;

    for (uint32_t n = 0; n < l->blocks.n; n++) {
        const lir_block *b = &l->blocks.at[n];

        for (uint32_t i = b->first; i < b->end; i++) {
            const lir_ins *ins = &l->ins.at[i];
            bool remat = lir_op_flags(l, ins->op) & LIR_REMAT;

            r->block_of[i] = n;
            for (uint32_t k = 0; k < ins->nops; k++) {
                const lir_operand *o = &lir_ops(l, ins)[k];

                if (o->role >= LIR_DEF) {
                    r->value[o->v].def = i;
                    r->value[o->v].remat = remat;
                }
            }
        }
        for (uint32_t k = 0; k < b->nparams; k++)
            r->value[l->args.at[b->params + k]].def = b->first;
    }
}

static void note_use(ra *r, uint32_t v, uint32_t block)
{
    ra_value *x = &r->value[v];

    if (v && !x->global && r->block_of[x->def] != block) {
        x->global = ++r->nglobal;
        r->global[x->global] = v;
    }
}

static void find_globals(ra *r)
{
    const lir *l = r->l;

    r->global = ARENA_ARRAY(r->a, uint32_t, l->vregs.n + 1);
    for (uint32_t n = 0; n < l->blocks.n; n++) {
        const lir_block *b = &l->blocks.at[n];

        for (uint32_t i = b->first; i < b->end; i++) {
            const lir_ins *ins = &l->ins.at[i];

            for (uint32_t k = 0; k < ins->nops; k++)
                if (lir_ops(l, ins)[k].role <= LIR_LATE)
                    note_use(r, lir_ops(l, ins)[k].v, n);
        }
        for (uint32_t e = 0; e < b->nedges; e++) {
            const lir_edge *edge = &l->edges.at[b->edges + e];

            for (uint32_t k = 0; k < edge->nargs; k++)
                note_use(r, l->args.at[edge->args + k], n);
        }
    }
}

static void need_global(ra *r, esp_bits live, uint32_t v)
{
    if (r->value[v].global)
        bits_set(live, r->value[v].global);
}

/* What a block needs of others, given nothing of its successors: uses of
 * values that it does not define. */
static void upward_exposed(ra *r, uint32_t n)
{
    const lir *l = r->l;
    const lir_block *b = &l->blocks.at[n];
    esp_bits in = r->live_in[n];

    for (uint32_t i = b->first; i < b->end; i++) {
        const lir_ins *ins = &l->ins.at[i];

        for (uint32_t k = 0; k < ins->nops; k++) {
            const lir_operand *o = &lir_ops(l, ins)[k];

            if (o->role <= LIR_LATE
                && r->block_of[r->value[o->v].def] != n)
                need_global(r, in, o->v);
        }
    }
    for (uint32_t e = 0; e < b->nedges; e++) {
        const lir_edge *edge = &l->edges.at[b->edges + e];

        for (uint32_t k = 0; k < edge->nargs; k++) {
            uint32_t v = l->args.at[edge->args + k];

            if (r->block_of[r->value[v].def] != n)
                need_global(r, in, v);
        }
    }
}

/* Adds to live_in what successors need, unless it is defined here; says
 * whether that is news. */
static bool flow_edge(ra *r, uint32_t n, esp_bits from)
{
    esp_bits in = r->live_in[n];
    bool grew = false;

    for (uint32_t w = 0; w < from.n; w++)
        for (uint64_t m = from.word[w] & ~in.word[w]; m; m &= m - 1) {
            uint32_t g = w * 64 + (uint32_t)CC_CTZ64(m);

            if (r->block_of[r->value[r->global[g]].def] == n)
                continue;
            bits_set(in, g);
            grew = true;
        }
    return grew;
}

static bool flow(ra *r, uint32_t n)
{
    const lir *l = r->l;
    const lir_block *b = &l->blocks.at[n];
    bool grew = false;

    for (uint32_t e = 0; e < b->nedges; e++)
        grew |= flow_edge(r, n, r->live_in[l->edges.at[b->edges + e].block]);
    return grew;
}

static void find_live(ra *r)
{
    uint32_t nblocks = r->l->blocks.n;
    bool grew = true;

    r->live_in = ARENA_ARRAY(r->a, esp_bits, nblocks);
    for (uint32_t n = 0; n < nblocks; n++) {
        r->live_in[n] = bits_new(r->a, r->nglobal + 1);
        upward_exposed(r, n);
    }
    while (grew) {
        grew = false;
        for (uint32_t n = nblocks; n-- > 0;)
            grew |= flow(r, n);
    }
}

/* Loops by their headers: from the header to the last block, cold ones aside,
 * that jumps back to it. */
static void find_loops(ra *r)
{
    const lir *l = r->l;
    uint32_t open[64], depth = 0;

    VEC_PUSH(r->a, &r->loops, ((ra_loop){ 0, 4 * l->ins.n }));
    open[0] = 0;
    for (uint32_t n = 0; n < l->blocks.n; n++) {
        const lir_block *b = &l->blocks.at[n];
        uint32_t last = n;

        while (depth && r->loops.at[open[depth]].to <= 4 * b->first)
            depth--;
        for (uint32_t p = 0; b->header && p < b->npreds; p++) {
            uint32_t from = l->preds.at[b->preds + p];

            if (from > last && !l->blocks.at[from].cold)
                last = from;
        }
        if (b->header && depth < 63) {
            ra_loop loop = { 4 * b->first, 4 * l->blocks.at[last].end };

            open[++depth] = r->loops.n;
            VEC_PUSH(r->a, &r->loops, loop);
        }
        r->loop_of[n] = open[depth];
    }
}

static void find_cold(ra *r)
{
    const lir *l = r->l;
    uint32_t n = l->blocks.n;

    while (n > 1 && l->blocks.at[n - 1].cold)
        n--;
    r->cold = n < l->blocks.n ? 4 * l->blocks.at[n].first : RA_NEVER;
}

static ra_interval *interval_of(ra *r, uint32_t v)
{
    if (!r->value[v].first) {
        r->value[v].first = ARENA_NEW(r->a, ra_interval);
        r->value[v].first->v = v;
    }
    return r->value[v].first;
}

/* Ranges arrive from the last to the first. */
static void add_range(ra *r, uint32_t v, uint32_t from, uint32_t to)
{
    ra_interval *it = interval_of(r, v);
    ra_range *g = it->ranges;

    if (g && to >= g->from) {
        if (from < g->from)
            g->from = from;
        if (to > g->to)
            g->to = to;
        return;
    }
    g = ARENA_NEW(r->a, ra_range);
    *g = (ra_range){ from, to, it->ranges };
    it->ranges = g;
}

static void add_use(ra *r, uint32_t v, uint32_t pos, ra_kind kind,
                    uint32_t operand, uint8_t reg)
{
    ra_use **at = &interval_of(r, v)->uses;
    ra_use *u = ARENA_NEW(r->a, ra_use);

    while (*at && (*at)->pos < pos)     /* of the same instruction */
        at = &(*at)->next;
    *u = (ra_use){ pos, operand, (uint8_t)kind, reg, *at };
    *at = u;
}

static void block_reg(ra *r, unsigned reg, uint32_t from, uint32_t to)
{
    ra_range *g = r->fixed[reg];

    if (g && to >= g->from) {
        if (from < g->from)
            g->from = from;
        return;
    }
    g = ARENA_NEW(r->a, ra_range);
    *g = (ra_range){ from, to, r->fixed[reg] };
    r->fixed[reg] = g;
}

static void define(ra *r, uint32_t v, uint32_t pos)
{
    ra_interval *it = interval_of(r, v);

    if (!it->ranges || it->ranges->from > pos)
        add_range(r, v, pos, pos + 1);      /* nobody reads it */
    it->ranges->from = pos;
}

static void add_def(ra *r, uint32_t i, uint32_t operand)
{
    const lir_operand *o = &r->l->ops.at[operand];

    switch (o->need) {
    case LIR_NEED_FIXED:
        define(r, o->v, 4 * i + 3);
        add_use(r, o->v, 4 * i + 3, RA_MOVE, operand, o->reg);
        block_reg(r, o->reg, 4 * i + 2, 4 * i + 3);
        break;
    case LIR_NEED_REUSE:
        define(r, o->v, 4 * i + 1);
        add_use(r, o->v, 4 * i + 2, RA_MUST, RA_NEVER, RA_NO_REG);
        add_use(r, o->v, 4 * i + 1, RA_MUST, operand, RA_NO_REG);
        break;
    default:
        define(r, o->v, 4 * i + 2);
        /* a constant that nobody needs in a register is never made */
        add_use(r, o->v, 4 * i + 2, r->value[o->v].remat ? RA_ANY : RA_MUST,
                operand, RA_NO_REG);
        break;
    }
}

static void add_temp(ra *r, uint32_t i, uint32_t operand)
{
    const lir_operand *o = &r->l->ops.at[operand];

    if (o->need == LIR_NEED_FIXED) {
        block_reg(r, o->reg, 4 * i + 1, 4 * i + 3);
        return;
    }
    add_range(r, o->v, 4 * i + 1, 4 * i + 3);
    add_use(r, o->v, 4 * i + 2, RA_MUST, RA_NEVER, RA_NO_REG);
    add_use(r, o->v, 4 * i + 1, RA_MUST, operand, RA_NO_REG);
}

static bool in_gap(const lir_operand *o)
{
    return o->need == LIR_NEED_FIXED || o->need == LIR_NEED_REUSE;
}

/* Reads in place; from where the value is. */
static void add_read(ra *r, uint32_t i, uint32_t operand, uint32_t start)
{
    const lir_operand *o = &r->l->ops.at[operand];
    ra_kind kind = o->part == LIR_STATE ? RA_ANY
                 : o->need == LIR_NEED_REG || r->value[o->v].remat ? RA_MUST
                 : RA_SHOULD;

    if (o->role == LIR_LATE) {
        add_range(r, o->v, start, 4 * i + 3);
        if (kind == RA_MUST)
            add_use(r, o->v, 4 * i + 2, RA_MUST, RA_NEVER, RA_NO_REG);
    } else {
        add_range(r, o->v, start, 4 * i + 2);
    }
    add_use(r, o->v, 4 * i + 1, kind, operand, RA_NO_REG);
    if (o->part == LIR_STATE)
        r->value[o->v].remat = false;
}

/* Reads by a move in the gap. */
static void add_gap_read(ra *r, uint32_t i, uint32_t operand, uint32_t start)
{
    const lir_operand *o = &r->l->ops.at[operand];
    bool fixed = o->need == LIR_NEED_FIXED;
    bool make = fixed || r->value[o->v].remat;

    add_range(r, o->v, start, 4 * i + 1);
    add_use(r, o->v, 4 * i, make ? RA_MOVE : RA_SHOULD, operand,
            fixed ? o->reg : RA_NO_REG);
    if (fixed)
        block_reg(r, o->reg, 4 * i + 1,
                  o->role == LIR_LATE ? 4 * i + 3 : 4 * i + 2);
}

static void note_reuse(ra *r, const lir_ins *ins)
{
    uint32_t def = 0, use = 0;

    for (uint32_t k = 0; k < ins->nops; k++) {
        const lir_operand *o = &lir_ops(r->l, ins)[k];

        if (o->need == LIR_NEED_REUSE)
            *(o->role == LIR_DEF ? &def : &use) = o->v;
    }
    if (def) {
        r->value[def].reuses = use;
        r->value[use].reused = def;
    }
}

/* Uses of one instruction, those at later positions first. */
static void add_ins(ra *r, uint32_t i, uint32_t start)
{
    const lir_ins *ins = &r->l->ins.at[i];

    for (uint32_t k = ins->ops; k < ins->ops + ins->nops; k++)
        if (r->l->ops.at[k].role == LIR_DEF)
            add_def(r, i, k);
    for (uint32_t k = ins->ops; k < ins->ops + ins->nops; k++)
        if (r->l->ops.at[k].role == LIR_TEMP)
            add_temp(r, i, k);
    for (uint32_t k = ins->ops; k < ins->ops + ins->nops; k++)
        if (r->l->ops.at[k].role <= LIR_LATE && !in_gap(&r->l->ops.at[k]))
            add_read(r, i, k, start);
    for (uint32_t k = ins->ops; k < ins->ops + ins->nops; k++)
        if (r->l->ops.at[k].role <= LIR_LATE && in_gap(&r->l->ops.at[k]))
            add_gap_read(r, i, k, start);
    note_reuse(r, ins);
}

static void live_through(ra *r, esp_bits live, uint32_t start, uint32_t end)
{
    for (uint32_t w = 0; w < live.n; w++)
        for (uint64_t m = live.word[w]; m; m &= m - 1) {
            uint32_t g = w * 64 + (uint32_t)CC_CTZ64(m);

            add_range(r, r->global[g], start, end);
        }
}

/* What is read further down in the block, or in others, has a range from the
 * start of the block by now. */
bool ra_lives_on(const ra *r, uint32_t v, uint32_t i)
{
    const ra_interval *it = r->value[v].first;

    return it && it->ranges && it->ranges->from < 4 * i
        && it->ranges->to > 4 * i + 3;
}

static void build_block(ra *r, uint32_t n)
{
    const lir *l = r->l;
    const lir_block *b = &l->blocks.at[n];
    uint32_t start = 4 * b->first, end = 4 * b->end;

    for (uint32_t e = 0; e < b->nedges; e++) {
        const lir_edge *edge = &l->edges.at[b->edges + e];

        live_through(r, r->live_in[edge->block], start, end);
        for (uint32_t k = 0; k < edge->nargs; k++) {
            uint32_t v = l->args.at[edge->args + k];

            add_range(r, v, start, end);
            add_use(r, v, end - 1, RA_MOVE, RA_NEVER, RA_NO_REG);
        }
    }
    for (uint32_t i = b->end; i-- > b->first;) {
        if (lir_op_flags(l, l->ins.at[i].op) & LIR_CALL)
            r->calls[r->ncalls++] = i;
        if (l->ins.at[i].op == LIR_sumguard)
            ra_undo(r, i);
        add_ins(r, i, start);
    }
    for (uint32_t k = 0; k < b->nparams; k++)
        define(r, l->args.at[b->params + k], start);
}

static void finish_intervals(ra *r)
{
    for (uint32_t v = 1; v < r->l->vregs.n; v++) {
        ra_interval *it = r->value[v].first;
        ra_range *g = it ? it->ranges : NULL;

        if (!g)
            continue;
        it->start = g->from;
        it->current = g;
        while (g->next)
            g = g->next;
        it->end = g->to;
    }
    for (uint32_t i = 0; i < r->ncalls / 2; i++) {
        uint32_t x = r->calls[i];

        r->calls[i] = r->calls[r->ncalls - 1 - i];
        r->calls[r->ncalls - 1 - i] = x;
    }
}

void ra_live(ra *r)
{
    const lir *l = r->l;

    r->value = ARENA_ARRAY(r->a, ra_value, l->vregs.n);
    r->block_of = ARENA_ARRAY(r->a, uint32_t, l->ins.n + 1);
    r->loop_of = ARENA_ARRAY(r->a, uint32_t, l->blocks.n);
    r->calls = ARENA_ARRAY(r->a, uint32_t, l->ins.n);
    for (uint32_t v = 0; v < l->vregs.n; v++) {
        r->value[v].group_reg = RA_NO_REG;
        r->value[v].last_reg = RA_NO_REG;
    }
    note_definitions(r);
    find_globals(r);
    find_live(r);
    join_groups(r);
    find_loops(r);
    find_cold(r);
    for (uint32_t n = l->blocks.n; n-- > 0;)
        build_block(r, n);
    finish_intervals(r);
}
