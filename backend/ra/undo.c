/*
 * Guards behind sums: the exit takes back what the sum has done.
 *
 *     =v3.dst = add v1 v2.src                 v1 + v2, best in the place of v1
 *     sumguard?no v3.dst v2.src  v1.state     deoptimize if it overflows
 *
 * The frame state is the one before the sum, so it needs v1, of which nobody
 * else has any use; keeping it costs a move before the sum and, in a loop, one
 * more behind it.  But v1 is v3 - v2, whether or not the sum wrapped around.
 * So the state refers to v3 instead, and the stub of the exit, which runs once
 * in a long time, subtracts v2 before it hands the registers over.
 *
 * Where v1 is needed later on, or not by the state, this is a plain guard.
 */
#include "backend/ra/interval.h"

/* The value that the sum in front of the guard overwrites, or could: its first
 * operand. */
static uint32_t overwritten(const lir *l, uint32_t i)
{
    const lir_ins *sum = &l->ins.at[i - 1];

    for (uint32_t k = 0; k < sum->nops; k++) {
        const lir_operand *o = &lir_ops(l, sum)[k];

        if (o->role == LIR_USE)
            return o->v;
    }
    return 0;
}

static bool is_in_state(const lir *l, const lir_ins *guard, uint32_t v)
{
    for (uint32_t k = 0; k < guard->nops; k++) {
        const lir_operand *o = &lir_ops(l, guard)[k];

        if (o->part == LIR_STATE && o->v == v)
            return true;
    }
    return false;
}

/* Without the operands that are not the state's. */
static void make_plain(lir *l, lir_ins *guard)
{
    lir_operand *o = lir_ops(l, guard);
    uint16_t n = 0;

    for (uint32_t k = 0; k < guard->nops; k++)
        if (o[k].part == LIR_STATE)
            o[n++] = o[k];
    *guard = (lir_ins){ .op = LIR_guard, .cc = guard->cc, .nops = n,
                        .ops = guard->ops, .info = guard->info };
}

void ra_undo(ra *r, uint32_t i)
{
    lir *l = r->l;
    lir_ins *guard = &l->ins.at[i];
    uint32_t old = overwritten(l, i), sum = 0;

    if (!old || ra_lives_on(r, old, i) || !is_in_state(l, guard, old)) {
        make_plain(l, guard);
        return;
    }
    for (uint32_t k = 0; k < guard->nops; k++) {
        lir_operand *o = &lir_ops(l, guard)[k];

        if (o->part == LIR_DST)
            sum = o->v;
        if ((o->part == LIR_SRC || o->part == LIR_INDEX) && o->v == old)
            sum = 0;            /* twice the value: gone for good */
    }
    if (!sum) {
        make_plain(l, guard);
        return;
    }
    for (uint32_t k = 0; k < guard->nops; k++) {
        lir_operand *o = &lir_ops(l, guard)[k];

        if (o->part == LIR_STATE && o->v == old)
            o->v = sum;
    }
}
