/*
 * The pieces of a switch.
 */
#include "backend/x64/x64.h"

static void compare(emitter *e, unsigned size, unsigned x, uint64_t value)
{
    int64_t v = size == 4 ? (int32_t)value : (int64_t)value;

    if (v == (int32_t)v) {
        x64_ri(e->a, X64_cmp, size, x, v);
    } else {
        x64_imm(e->a, X64_R11, value, false);
        x64_rr(e->a, X64_cmp, size, x, X64_R11);
    }
}

static void jump_equal(emitter *e, esp_label to)
{
    x64_jcc(e->a, X64_E, to);
}

static void jump_not_below(emitter *e, esp_label to)
{
    x64_jcc(e->a, X64_AE, to);
}

static void table(emitter *e, const isa_table *t)
{
    x64_rm(e->a, X64_lea, t->size, t->tmp, x64_at(t->x, -(int32_t)t->first));
    x64_ri(e->a, X64_cmp, t->size, t->tmp, t->n - 1);
    x64_jcc(e->a, X64_A, t->other);
    x64_jump_table(e->a, t->tmp, X64_R11, t->to, t->n);
}

const isa_switch x64_switch = {
    .compare = compare, .jump_equal = jump_equal,
    .jump_not_below = jump_not_below, .table = table
};
