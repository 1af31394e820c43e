/*
 * Resolution: places go into the operands, and moves into the gaps wherever a
 * value changes its place: between its children within a block, on edges, at
 * operands that need a certain register.
 *
 * Stores into spill slots are the one choice to make.  Every move from a
 * register to the value's own slot can be done where it happens; or all of
 * them at once, at the definition, because in SSA the slot then stays valid.
 * Whatever runs less often is taken, so that a loop whose only call is in a
 * cold block does not store at every turn.
 */
#include "backend/ra/interval.h"

/* A store that is wanted unless the value is stored at its definition. */
typedef struct store {
    uint32_t v, gap;
    lir_place from;
} store;

typedef struct resolver {
    ra *r;
    VEC(store) stores;
    uint64_t *cost;             /* for each value: of its stores */
} resolver;

enum { GAP_BEFORE, GAP_BEHIND };

static uint32_t gap_number(uint32_t ins, unsigned side)
{
    return 2 * ins + side;
}

static void add_move(ra *r, uint32_t gap, lir_place from, lir_place to, uint32_t v)
{
    ra_move m = { from, to, v, r->gap[gap] };

    if (from == to || to == PLACE_NONE)
        return;
    r->gap[gap] = r->moves.n;
    VEC_PUSH(r->a, &r->moves, m);
}

static uint32_t weight_at(const ra *r, uint32_t gap)
{
    return r->l->blocks.at[r->block_of[gap / 2]].weight;
}

/* From one place of v to another; constants have no slot. */
static void change_place(resolver *s, uint32_t gap, lir_place from, lir_place to,
                         uint32_t v)
{
    ra *r = s->r;

    if (place_is_slot(to) && place_is_reg(from)) {
        store st = { v, gap, from };

        VEC_PUSH(r->a, &s->stores, st);
        s->cost[v] += weight_at(r, gap);
        return;
    }
    add_move(r, gap, from, to, v);
}

static lir_place place(const ra *r, const ra_interval *it)
{
    return it->loc == RA_SPILLED ? r->value[it->v].slot : it->loc;
}

ra_interval *ra_child_at(const ra *r, uint32_t v, uint32_t pos)
{
    const ra_value *x = &r->value[v];
    uint32_t lo = 0, hi = x->child.n;
    ra_interval *it = x->first;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (x->child.at[mid]->end > pos)
            hi = mid;
        else
            lo = mid + 1;
    }
    if (x->child.n)
        it = lo < x->child.n ? x->child.at[lo] : NULL;
    return it && it->start <= pos && pos < it->end ? it : NULL;
}

static lir_place place_at(const ra *r, uint32_t v, uint32_t pos)
{
    const ra_interval *it = ra_child_at(r, v, pos);

    unit_assert(r->l->unit, it, "%u has no place at %u", v, pos);
    return place(r, it);
}

/* -------------------------------------------------------------- operands */

/* Operands whose place is that of their child. */
static void place_operands(ra *r)
{
    for (uint32_t v = 1; v < r->l->vregs.n; v++)
        for (ra_interval *it = r->value[v].first; it; it = it->next)
            for (ra_use *u = it->uses; u; u = u->next)
                if (u->operand != RA_NEVER)
                    r->l->ops.at[u->operand].loc = place(r, it);
}

/* Brings an operand to its register, or takes it from there. */
static void move_operand(ra *r, uint32_t i, lir_operand *o, lir_place reused)
{
    lir_place at = o->loc;

    if (o->need == LIR_NEED_FIXED) {
        o->loc = PLACE_REG + o->reg;
        r->l->used |= (uint64_t)1 << o->reg;
        if (o->role == LIR_DEF)
            add_move(r, gap_number(i, GAP_BEHIND), o->loc, at, o->v);
        else if (o->role <= LIR_LATE)
            add_move(r, gap_number(i, GAP_BEFORE), at, o->loc, o->v);
    } else if (o->need == LIR_NEED_REUSE && o->role == LIR_USE) {
        o->loc = reused;
        add_move(r, gap_number(i, GAP_BEFORE), at, reused, o->v);
    }
}

static void move_operands(ra *r)
{
    for (uint32_t i = 0; i < r->l->ins.n; i++) {
        lir_ins *ins = &r->l->ins.at[i];
        lir_operand *ops = lir_ops(r->l, ins);
        lir_place reused = PLACE_NONE;

        for (uint32_t k = 0; k < ins->nops; k++)
            if (ops[k].need == LIR_NEED_REUSE && ops[k].role == LIR_DEF)
                reused = ops[k].loc;
        for (uint32_t k = 0; k < ins->nops; k++)
            move_operand(r, i, &ops[k], reused);
    }
}

/* -------------------------------------------------------------- children */

/* Between the children a and b, which touch, within a block.  What came before
 * a matters when a begins in the gap in which it is left again. */
static void between(resolver *s, const ra_interval *before,
                    const ra_interval *a, const ra_interval *b)
{
    ra *r = s->r;
    uint32_t i = b->start / 4;
    uint32_t side = b->start % 4 == 3 ? GAP_BEHIND : GAP_BEFORE;
    const ra_interval *from = a;

    if (side == GAP_BEFORE && a->start / 4 == i && a->start % 4) {
        unit_assert(r->l->unit, before && before->end == a->start,
                    "%u is defined and given up at once", a->v);
        if (before->loc == RA_SPILLED)
            return;             /* it came from its slot */
        from = before;
    }
    change_place(s, gap_number(i, side), place(r, from), place(r, b), a->v);
}

static void connect_children(resolver *s)
{
    const ra *r = s->r;

    for (uint32_t v = 1; v < r->l->vregs.n; v++) {
        const ra_interval *before = NULL, *a = r->value[v].first;

        for (; a && a->next; before = a, a = a->next) {
            const ra_interval *b = a->next;
            uint32_t block = ra_block_at(r, b->start);

            if (a->end == b->start && b->start != ra_block_start(r, block)
                && a->loc != b->loc)
                between(s, before, a, b);
        }
    }
}

/* ----------------------------------------------------------------- edges */

/* Positions at ends of blocks are asked for in order, so a cursor finds them;
 * what follows is often the same child. */
static void connect_value(resolver *s, uint32_t v, uint32_t end,
                          uint32_t start, uint32_t gap)
{
    const ra *r = s->r;
    ra_value *x = &r->value[v];
    const ra_interval *a;

    while (x->child.at[x->cursor]->end <= end)
        x->cursor++;
    a = x->child.at[x->cursor];
    if (a->start <= start && start < a->end)
        return;
    change_place(s, gap, place(r, a), place_at(r, v, start), v);
}

/* Values that live on and have several places. */
static void connect_live(resolver *s, const esp_bits several, uint32_t from,
                         uint32_t to, uint32_t gap)
{
    const ra *r = s->r;
    esp_bits live = r->live_in[to];

    for (uint32_t w = 0; w < live.n; w++)
        for (uint64_t m = live.word[w] & several.word[w]; m; m &= m - 1) {
            uint32_t v = r->global[w * 64 + (uint32_t)CC_CTZ64(m)];

            connect_value(s, v, ra_block_end(r, from) - 1,
                          ra_block_start(r, to), gap);
        }
}

static void connect_params(ra *r, uint32_t from, const lir_edge *e,
                           uint32_t gap)
{
    const lir *l = r->l;
    const lir_block *to = &l->blocks.at[e->block];

    for (uint32_t k = 0; k < e->nargs; k++) {
        uint32_t p = l->args.at[to->params + k];
        uint32_t v = l->args.at[e->args + k];

        add_move(r, gap, place_at(r, v, ra_block_end(r, from) - 1),
                 place_at(r, p, ra_block_start(r, e->block)), v);
    }
}

static void connect_blocks(resolver *s)
{
    ra *r = s->r;
    const lir *l = r->l;
    esp_bits several = bits_new(r->a, r->nglobal + 1);

    for (uint32_t g = 1; g <= r->nglobal; g++)
        if (r->value[r->global[g]].child.n)
            bits_set(several, g);
    for (uint32_t n = 0; n < l->blocks.n; n++) {
        const lir_block *b = &l->blocks.at[n];

        for (uint32_t k = 0; k < b->nedges; k++) {
            const lir_edge *e = &l->edges.at[b->edges + k];
            const lir_block *to = &l->blocks.at[e->block];
            uint32_t gap = b->nedges == 1
                         ? gap_number(b->end - 1, GAP_BEHIND)
                         : gap_number(to->first, GAP_BEHIND);

            connect_live(s, several, n, e->block, gap);
            connect_params(r, n, e, gap);
        }
    }
}

/* ---------------------------------------------------------------- stores */

/* Where the value is right behind its definition. */
static lir_place defined_in(const ra *r, uint32_t v)
{
    const ra_value *x = &r->value[v];
    const lir_ins *ins = &r->l->ins.at[x->def];

    for (uint32_t k = 0; k < ins->nops; k++) {
        const lir_operand *o = &lir_ops(r->l, ins)[k];

        if (o->v == v && o->role == LIR_DEF)
            return o->loc;
    }
    return place(r, x->first);
}

static void place_stores(resolver *s)
{
    ra *r = s->r;
    bool *at_def = ARENA_ARRAY(r->a, bool, r->l->vregs.n);

    for (uint32_t v = 1; v < r->l->vregs.n; v++) {
        const ra_value *x = &r->value[v];
        uint32_t gap = gap_number(x->def, GAP_BEHIND);

        if (s->cost[v] == 0)
            continue;
        if (x->first->loc == RA_SPILLED) {
            at_def[v] = true;   /* defined in its slot */
        } else if (s->cost[v] >= weight_at(r, gap)) {
            at_def[v] = true;
            add_move(r, gap, defined_in(r, v), x->slot, v);
        }
    }
    for (uint32_t i = 0; i < s->stores.n; i++) {
        const store *st = &s->stores.at[i];

        if (!at_def[st->v])
            add_move(r, st->gap, st->from, r->value[st->v].slot, st->v);
    }
}

void ra_resolve(ra *r)
{
    resolver s = { .r = r };

    s.cost = ARENA_ARRAY(r->a, uint64_t, r->l->vregs.n);
    r->gap = ARENA_ARRAY(r->a, uint32_t, 2 * r->l->ins.n);
    VEC_PUSH(r->a, &r->moves, (ra_move){ 0 });
    place_operands(r);
    connect_children(&s);
    connect_blocks(&s);
    move_operands(r);
    place_stores(&s);
}
