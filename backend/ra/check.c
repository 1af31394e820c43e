/*
 * The allocation checker: does each use find its value?
 *
 * Runs the allocated code on symbols.  A state says for each place which
 * virtual registers it holds; a move copies what a place holds, a definition
 * replaces it, a call empties all registers.  On an edge a parameter is
 * wherever its argument is.  Where paths meet, a place holds what it holds on
 * all of them; that is repeated until nothing changes.  The allocator's own
 * notes are not consulted, only operands and instructions.
 *
 * see  Fallin, "Cranelift, part 4: a new register allocator", 2022
 */
#include "backend/ra/ra.h"

#include "backend/machine.h"
#include "framework/base/bits.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Facts "this place holds this virtual register", sorted. */
typedef struct facts {
    uint64_t *at;               /* place << 32 | virtual register */
    uint32_t n, cap;
    bool known;                 /* false: not reached yet */
} facts;

typedef struct checker {
    const lir *l;
    esp_arena *a;
    esp_bits *live;             /* at the start of each block: found here, not
                                 * by the allocator */
    facts *in;
    facts now, next;
    bool quiet;                 /* facts are not final yet */
    const char *error;
} checker;

static uint64_t fact(lir_place p, uint32_t v)
{
    return (uint64_t)p << 32 | v;
}

static void push(checker *c, facts *f, uint64_t x)
{
    if (f->n == f->cap) {
        uint32_t cap = f->cap ? f->cap * 2 : 64;

        f->at = arena_grow(c->a, f->at, f->n * sizeof *f->at,
                           cap * sizeof *f->at);
        f->cap = cap;
    }
    f->at[f->n++] = x;
}

static void CC_PRINTF(2, 3) wrong(checker *c, const char *format, ...)
{
    esp_text t = { 0 };
    va_list args;

    if (c->error || c->quiet)
        return;
    va_start(args, format);
    text_vprintf(&t, format, args);
    va_end(args);
    c->error = arena_strdup(&c->l->unit->arena, text_get(&t));
    text_free(&t);
}

/* The first fact that is not before x. */
static uint32_t lower_bound(const checker *c, uint64_t x)
{
    uint32_t lo = 0, hi = c->now.n;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (c->now.at[mid] < x)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static bool holds(const checker *c, lir_place p, uint32_t v)
{
    uint32_t i = lower_bound(c, fact(p, v));

    return i < c->now.n && c->now.at[i] == fact(p, v);
}

/* A new v: where it was there is something else now. */
static void forget(checker *c, uint32_t v)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < c->now.n; i++)
        if ((uint32_t)c->now.at[i] != v)
            c->now.at[n++] = c->now.at[i];
    c->now.n = n;
}

/* Place p holds the n virtual registers of `v` and nothing else. */
static void hold(checker *c, lir_place p, const uint64_t *v, uint32_t n)
{
    uint32_t from = lower_bound(c, fact(p, 0));
    uint32_t to = lower_bound(c, fact(p + 1, 0));
    uint32_t behind = c->now.n - to;

    for (uint32_t i = to - from; i < n; i++)
        push(c, &c->now, 0);
    if (behind)
        memmove(c->now.at + from + n, c->now.at + to, behind * sizeof *v);
    for (uint32_t i = 0; i < n; i++)
        c->now.at[from + i] = fact(p, (uint32_t)v[i]);
    c->now.n = from + n + behind;
}

static void forget_registers(checker *c)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < c->now.n; i++)
        if (place_is_slot((lir_place)(c->now.at[i] >> 32)))
            c->now.at[n++] = c->now.at[i];
    c->now.n = n;
}

static void run_move(checker *c, const lir_ins *ins)
{
    const lir_operand *o = lir_ops(c->l, ins);
    lir_place to = o[0].loc, from = o[1].loc;

    uint32_t first = lower_bound(c, fact(from, 0));
    uint32_t end = lower_bound(c, fact(from + 1, 0));

    if (place_is_reg(from) && place_is_reg(to)
        && c->l->machine->reg_class[from - PLACE_REG]
           != c->l->machine->reg_class[to - PLACE_REG])
        wrong(c, "a move between registers of different classes");
    c->next.n = 0;
    for (uint32_t i = first; i < end; i++)
        push(c, &c->next, c->now.at[i]);
    hold(c, to, c->next.at, c->next.n);
}

static void check_place(checker *c, uint32_t i, const lir_operand *o)
{
    const lir *l = c->l;
    bool ok;

    switch (o->need) {
    case LIR_NEED_FIXED:
        ok = o->loc == PLACE_REG + (lir_place)o->reg;
        break;
    case LIR_NEED_ANY:
        ok = place_is_reg(o->loc) || place_is_slot(o->loc);
        break;
    case LIR_NEED_SLOT:
        ok = place_is_slot(o->loc);
        break;
    default:
        ok = place_is_reg(o->loc);
        break;
    }
    if (ok && place_is_reg(o->loc))
        ok = l->machine->reg_class[o->loc - PLACE_REG]
          == l->vregs.at[o->v].cls;
    if (!ok)
        wrong(c, "instruction %" PRIu32 ": %" PRIu32
              " is not where it has to be", i, o->v);
}

/* No two operands that are there at the same time share a register, unless
 * they are the same value. */
static void check_conflicts(checker *c, uint32_t i)
{
    const lir_ins *ins = &c->l->ins.at[i];
    const lir_operand *o = lir_ops(c->l, ins);

    for (uint32_t x = 0; x < ins->nops; x++)
        for (uint32_t y = 0; y < ins->nops; y++) {
            bool late = o[x].role == LIR_LATE || o[x].role == LIR_TEMP;
            bool writes = o[y].role >= LIR_DEF;

            if (x == y || o[x].loc != o[y].loc || !place_is_reg(o[x].loc))
                continue;
            if (o[x].role == LIR_DEF && o[y].role == LIR_DEF)
                wrong(c, "instruction %" PRIu32 ": two results in a register",
                      i);
            if (late && writes)
                wrong(c, "instruction %" PRIu32 ": an operand is overwritten",
                      i);
            if (o[x].role == LIR_USE && o[x].need != LIR_NEED_REUSE
                && (o[y].role == LIR_TEMP
                    || (o[y].role == LIR_DEF && o[y].need == LIR_NEED_REUSE)))
                wrong(c, "instruction %" PRIu32 ": an operand is overwritten",
                      i);
        }
}

static void run_ins(checker *c, uint32_t i)
{
    const lir *l = c->l;
    const lir_ins *ins = &l->ins.at[i];
    const lir_operand *o = lir_ops(l, ins);
    bool call = lir_op_flags(l, ins->op) & LIR_CALL;

    if (ins->op == LIR_move) {
        run_move(c, ins);
        return;
    }
    for (uint32_t k = 0; k < ins->nops; k++)
        if (o[k].role <= LIR_LATE) {
            check_place(c, i, &o[k]);
            if (!holds(c, o[k].loc, o[k].v))
                wrong(c, "instruction %" PRIu32 ": %" PRIu32
                      " is not in its place", i, o[k].v);
        }
    check_conflicts(c, i);
    if (call)
        forget_registers(c);
    for (uint32_t k = 0; k < ins->nops; k++)
        if (o[k].role == LIR_TEMP)
            hold(c, o[k].v ? o[k].loc : PLACE_REG + (lir_place)o[k].reg,
                 NULL, 0);
    for (uint32_t k = 0; k < ins->nops; k++)
        if (o[k].role == LIR_DEF) {
            if (!(lir_op_flags(l, ins->op) & LIR_REMAT)) {
                check_place(c, i, &o[k]);
                forget(c, o[k].v);
            }
            hold(c, o[k].loc, &(uint64_t){ o[k].v }, 1);
        }
}

/* ------------------------------------------------------------- liveness */

static void reads(const lir *l, const lir_block *b, esp_bits set)
{
    for (uint32_t k = 0; k < b->nedges; k++) {
        const lir_edge *e = &l->edges.at[b->edges + k];

        for (uint32_t i = 0; i < e->nargs; i++)
            bits_set(set, l->args.at[e->args + i]);
    }
    for (uint32_t i = b->end; i-- > b->first;) {
        const lir_operand *o = lir_ops(l, &l->ins.at[i]);

        if (l->ins.at[i].op == LIR_move)
            continue;
        for (uint32_t k = 0; k < l->ins.at[i].nops; k++)
            if (o[k].role == LIR_DEF)
                bits_clear(set, o[k].v);
        for (uint32_t k = 0; k < l->ins.at[i].nops; k++)
            if (o[k].role <= LIR_LATE)
                bits_set(set, o[k].v);
    }
    for (uint32_t i = 0; i < b->nparams; i++)
        bits_clear(set, l->args.at[b->params + i]);
}

static void find_live(checker *c)
{
    const lir *l = c->l;
    bool grew = true;

    c->live = ARENA_ARRAY(c->a, esp_bits, l->blocks.n);
    for (uint32_t n = 0; n < l->blocks.n; n++)
        c->live[n] = bits_new(c->a, l->vregs.n);
    while (grew) {
        grew = false;
        for (uint32_t n = l->blocks.n; n-- > 0;) {
            const lir_block *b = &l->blocks.at[n];
            esp_arena_mark mark = arena_mark(c->a);
            esp_bits set = bits_new(c->a, l->vregs.n);

            for (uint32_t k = 0; k < b->nedges; k++)
                bits_add(set, c->live[l->edges.at[b->edges + k].block]);
            reads(l, b, set);
            grew |= bits_add(c->live[n], set);
            arena_release(c->a, mark);
        }
    }
}

/* --------------------------------------------------------------- blocks */

/* The state `now` as it arrives in the edge's block, in `next`; what nobody
 * will read is left behind. */
static void cross(checker *c, const lir_edge *e)
{
    const lir *l = c->l;
    const uint32_t *args = l->args.at;          /* NULL: no block has any */
    const uint32_t *param = args ? args + l->blocks.at[e->block].params : NULL;
    const uint32_t *arg = args ? args + e->args : NULL;
    esp_bits live = c->live[e->block];

    c->next.n = 0;
    for (uint32_t i = 0; i < c->now.n; i++) {
        uint64_t x = c->now.at[i];
        bool replaced = false;

        for (uint32_t k = 0; k < e->nargs; k++)
            replaced |= param[k] == (uint32_t)x;
        if (!replaced && bits_get(live, (uint32_t)x))
            push(c, &c->next, x);
        for (uint32_t k = 0; k < e->nargs; k++)
            if (arg[k] == (uint32_t)x)
                push(c, &c->next, fact((lir_place)(x >> 32), param[k]));
    }
}

static int ascending(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

    return a < b ? -1 : a > b;
}

/* Keeps of `to` what is in `next` as well; says whether it changed. */
static bool meet(checker *c, facts *to)
{
    uint32_t n = 0, k = 0;
    bool changed;

    if (c->next.n)
        qsort(c->next.at, c->next.n, sizeof *c->next.at, ascending);
    if (!to->known) {
        to->known = true;
        for (uint32_t i = 0; i < c->next.n; i++)
            push(c, to, c->next.at[i]);
        return true;
    }
    for (uint32_t i = 0; i < to->n; i++) {
        while (k < c->next.n && c->next.at[k] < to->at[i])
            k++;
        if (k < c->next.n && c->next.at[k] == to->at[i])
            to->at[n++] = to->at[i];
    }
    changed = n != to->n;
    to->n = n;
    return changed;
}

static void start_block(checker *c, uint32_t n)
{
    c->now.n = 0;
    for (uint32_t i = 0; i < c->in[n].n; i++)
        push(c, &c->now, c->in[n].at[i]);
}

/* Runs a block and says whether a successor learned something new. */
static bool run_block(checker *c, uint32_t n)
{
    const lir_block *b = &c->l->blocks.at[n];
    bool changed = false;

    start_block(c, n);
    for (uint32_t i = b->first; i < b->end; i++)
        run_ins(c, i);
    for (uint32_t k = 0; k < b->nedges; k++) {
        const lir_edge *e = &c->l->edges.at[b->edges + k];

        cross(c, e);
        changed |= meet(c, &c->in[e->block]);
    }
    return changed;
}

const char *ra_check(const lir *l)
{
    esp_arena_mark mark = arena_mark(&l->unit->scratch);
    checker c = { .l = l, .a = &l->unit->scratch };
    bool changed = true;

    c.quiet = true;
    find_live(&c);
    c.in = ARENA_ARRAY(c.a, facts, l->blocks.n);
    c.in[0].known = true;
    while (changed) {
        changed = false;
        for (uint32_t n = 0; n < l->blocks.n; n++)
            if (c.in[n].known)
                changed |= run_block(&c, n);
    }
    c.quiet = false;
    for (uint32_t n = 0; n < l->blocks.n; n++)
        if (c.in[n].known)
            run_block(&c, n);
    arena_release(c.a, mark);
    return c.error;
}
