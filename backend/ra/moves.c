/*
 * The moves of a gap happen at once; here they become instructions, in an
 * order in which none overwrites what another still has to read.
 *
 * A move can go as soon as nobody reads its target.  What remains then are
 * cycles; each is opened through a scratch register.  Moves between two spill
 * slots go through the scratch register of the other class, so that both fit.
 */
#include "backend/ra/interval.h"

typedef struct pending {
    lir_place from, to;
    uint32_t v;
} pending;

typedef struct writer {
    ra *r;
    VEC(lir_ins) ins;           /* the new instructions */
    VEC(pending) gap;
    uint16_t *readers;          /* for each place: pending moves from there */
    uint32_t *writer;           /* for each place: pending move to there, + 1 */
} writer;

static void emit_move(writer *w, lir_place from, lir_place to, uint32_t v)
{
    lir *l = w->r->l;
    lir_ins i = { .op = LIR_move, .size = 8, .ops = l->ops.n, .nops = 2 };
    lir_operand d = { .v = v, .role = LIR_DEF, .part = LIR_DST,
                      .need = LIR_NEED_ANY, .loc = to };
    lir_operand s = { .v = v, .role = LIR_USE, .part = LIR_SRC,
                      .need = LIR_NEED_ANY, .loc = from };

    VEC_PUSH(l->arena, &l->ops, d);
    VEC_PUSH(l->arena, &l->ops, s);
    VEC_PUSH(l->arena, &w->ins, i);
}

static lir_place scratch(const writer *w, lir_class c)
{
    return PLACE_REG + w->r->m->scratch[c];
}

/* `other`: the scratch register that is free. */
static void emit_step(writer *w, const pending *m, lir_class other)
{
    if (place_is_slot(m->from) && place_is_slot(m->to)) {
        emit_move(w, m->from, scratch(w, other), m->v);
        emit_move(w, scratch(w, other), m->to, m->v);
    } else {
        emit_move(w, m->from, m->to, m->v);
    }
}

/* The constant v, once more. */
static void emit_constant(writer *w, const pending *m)
{
    lir *l = w->r->l;
    lir_ins i = l->ins.at[w->r->value[m->v].def];
    lir_operand d = l->ops.at[i.ops];
    lir_class c = l->vregs.at[m->v].cls;

    i.ops = l->ops.n;
    d.loc = place_is_slot(m->to) ? scratch(w, c) : m->to;
    VEC_PUSH(l->arena, &l->ops, d);
    VEC_PUSH(l->arena, &w->ins, i);
    if (place_is_slot(m->to))
        emit_move(w, d.loc, m->to, m->v);
}

/* Does move k, and what its going makes possible. */
static void go(writer *w, uint32_t k, lir_class other)
{
    while (k != RA_NEVER) {
        pending m = w->gap.at[k];

        emit_step(w, &m, other);
        w->writer[m.to] = 0;
        k = RA_NEVER;
        if (--w->readers[m.from] == 0 && w->writer[m.from])
            k = w->writer[m.from] - 1;
    }
}

/* All that is left are cycles; m is part of one. */
static void open_cycle(writer *w, uint32_t k)
{
    pending *m = &w->gap.at[k];
    lir_class c = (lir_class)w->r->l->vregs.at[m->v].cls;
    lir_place saved = scratch(w, c);
    uint32_t next = w->writer[m->from] - 1;

    emit_move(w, m->from, saved, m->v);
    w->readers[m->from] = 0;
    w->readers[saved] = 1;
    m->from = saved;
    go(w, next, c == LIR_INT ? LIR_FLOAT : LIR_INT);
}

static void emit_gap(writer *w, uint32_t first)
{
    const ra *r = w->r;
    uint32_t n;

    w->gap.n = 0;
    for (uint32_t k = first; k; k = r->moves.at[k].next) {
        const ra_move *m = &r->moves.at[k];

        if (m->from == PLACE_NONE)
            continue;
        VEC_PUSH(r->a, &w->gap, ((pending){ m->from, m->to, m->v }));
        w->readers[m->from]++;
        unit_assert(r->l->unit, w->writer[m->to] == 0,
                    "two moves to one place");
        w->writer[m->to] = w->gap.n;
    }
    n = w->gap.n;
    for (uint32_t k = 0; k < n; k++)
        if (w->writer[w->gap.at[k].to] == k + 1
            && w->readers[w->gap.at[k].to] == 0)
            go(w, k, LIR_INT);
    for (uint32_t k = 0; k < n; k++)
        if (w->writer[w->gap.at[k].to] == k + 1)
            open_cycle(w, k);
    for (uint32_t k = first; k; k = r->moves.at[k].next)
        if (r->moves.at[k].from == PLACE_NONE)
            emit_constant(w, &(pending){ PLACE_NONE, r->moves.at[k].to,
                                         r->moves.at[k].v });
}

/* A constant that is made elsewhere only. */
static bool not_made(const lir *l, const lir_ins *i)
{
    return (lir_op_flags(l, i->op) & LIR_REMAT)
        && lir_ops(l, i)->loc == PLACE_NONE;
}

void ra_rewrite(ra *r)
{
    lir *l = r->l;
    uint32_t places = PLACE_SLOT + l->nslots;
    writer w = { .r = r };

    w.readers = ARENA_ARRAY(r->a, uint16_t, places);
    w.writer = ARENA_ARRAY(r->a, uint32_t, places);
    VEC_RESERVE(l->arena, &w.ins, l->ins.n + r->moves.n);
    for (uint32_t n = 0; n < l->blocks.n; n++) {
        lir_block *b = &l->blocks.at[n];
        uint32_t first = w.ins.n;

        for (uint32_t i = b->first; i < b->end; i++) {
            bool last = i + 1 == b->end;

            emit_gap(&w, r->gap[2 * i]);
            if (last)           /* edges are left behind the moves */
                emit_gap(&w, r->gap[2 * i + 1]);
            if (!not_made(l, &l->ins.at[i]))
                VEC_PUSH(l->arena, &w.ins, l->ins.at[i]);
            if (!last)
                emit_gap(&w, r->gap[2 * i + 1]);
        }
        b->first = first;
        b->end = w.ins.n;
    }
    l->ins.at = w.ins.at;
    l->ins.n = w.ins.n;
    l->ins.cap = w.ins.cap;
}
