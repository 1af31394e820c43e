/*
 * The pieces of a switch.
 */
#include "backend/a64/a64.h"

/* d = x - value, and flags */
static void subtract(emitter *e, unsigned size, unsigned d, unsigned x,
                     uint64_t value)
{
    int64_t v = size == 4 ? (int32_t)value : (int64_t)value;

    if (a64_has_imm(A64_subs, size, v)) {
        a64_rri(e->a, A64_subs, size, d, x, v);
    } else {
        a64_imm(e->a, size, A64_IP0, value);
        a64_rrr(e->a, A64_subs, size, d, x, A64_IP0);
    }
}

static void compare(emitter *e, unsigned size, unsigned x, uint64_t value)
{
    subtract(e, size, A64_ZR, x, value);
}

static void jump_equal(emitter *e, esp_label to)
{
    a64_bcc(e->a, A64_EQ, to);
}

static void jump_not_below(emitter *e, esp_label to)
{
    a64_bcc(e->a, A64_HS, to);
}

static void table(emitter *e, const isa_table *t)
{
    subtract(e, t->size, t->tmp, t->x, t->first);
    compare(e, t->size, t->tmp, t->n - 1);
    a64_bcc(e->a, A64_HI, t->other);
    a64_jump_table(e->a, t->tmp, A64_IP0, t->to, t->n);
}

const isa_switch a64_switch = {
    .compare = compare, .jump_equal = jump_equal,
    .jump_not_below = jump_not_below, .table = table
};
