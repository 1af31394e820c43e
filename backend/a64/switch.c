/*
 * switch: a table where the cases are dense, else a tree of comparisons.
 */
#include "backend/a64/a64.h"

#include <stdlib.h>

typedef struct choice { uint64_t value; uint32_t block; } choice;

typedef struct switcher {
    emitter *e;
    unsigned x, tmp, size;      /* the value, zero-extended; a register */
    uint32_t other;             /* the block for everything else */
} switcher;

static int by_value(const void *a, const void *b)
{
    uint64_t x = ((const choice *)a)->value, y = ((const choice *)b)->value;

    return x < y ? -1 : x > y;
}

/* d = x - value, and flags */
static void subtract(const switcher *s, unsigned d, unsigned x,
                     uint64_t value)
{
    esp_asm *a = s->e->a;
    int64_t v = s->size == 4 ? (int32_t)value : (int64_t)value;

    if (a64_has_imm(A64_subs, s->size, v)) {
        a64_rri(a, A64_subs, s->size, d, x, v);
    } else {
        a64_imm(a, s->size, A64_IP0, value);
        a64_rrr(a, A64_subs, s->size, d, x, A64_IP0);
    }
}

static void compare(const switcher *s, unsigned x, uint64_t value)
{
    subtract(s, A64_ZR, x, value);
}

static void one_by_one(const switcher *s, const choice *c, uint32_t n,
                       bool last)
{
    for (uint32_t k = 0; k < n; k++) {
        compare(s, s->x, c[k].value);
        a64_bcc(s->e->a, A64_EQ, s->e->block[c[k].block]);
    }
    if (!last || s->other != s->e->next)
        a64_b(s->e->a, s->e->block[s->other]);
}

static bool is_dense(const choice *c, uint32_t n)
{
    uint64_t range = c[n - 1].value - c[0].value;

    return n > 4 && range < 4 * (uint64_t)n && c[0].value <= INT32_MAX;
}

/* Jumps through a table, from the lowest case on. */
static void by_table(const switcher *s, const choice *c, uint32_t n)
{
    emitter *e = s->e;
    uint32_t range = (uint32_t)(c[n - 1].value - c[0].value) + 1;
    esp_label *to = ARENA_ARRAY(&e->l->unit->scratch, esp_label, range);

    for (uint32_t k = 0; k < range; k++)
        to[k] = e->block[s->other];
    for (uint32_t k = 0; k < n; k++)
        to[c[k].value - c[0].value] = e->block[c[k].block];
    subtract(s, s->tmp, s->x, c[0].value);
    compare(s, s->tmp, range - 1);
    a64_bcc(e->a, A64_HI, e->block[s->other]);
    a64_jump_table(e->a, s->tmp, A64_IP0, to, range);
}

static void choose(const switcher *s, const choice *c, uint32_t n, bool last)
{
    esp_label upper;

    if (n <= 4) {
        one_by_one(s, c, n, last);
    } else if (is_dense(c, n)) {
        by_table(s, c, n);
    } else {
        upper = asm_label(s->e->a);
        compare(s, s->x, c[n / 2].value);
        a64_bcc(s->e->a, A64_HS, upper);
        choose(s, c, n / 2, false);
        asm_bind(s->e->a, upper);
        choose(s, c + n / 2, n - n / 2, last);
    }
}

/* Operands: the value and a temporary register. */
void a64_emit_switch(emitter *e, const lir_ins *i, const lir_block *b)
{
    const lir_operand *o = lir_ops(e->l, i);
    uint32_t n = b->nedges - 1;
    choice *c = ARENA_ARRAY(&e->l->unit->scratch, choice, n + 1);
    switcher s = { .e = e, .x = o[0].loc - PLACE_REG,
                   .tmp = o[1].loc - PLACE_REG, .size = i->size,
                   .other = emit_successor(e, b, n) };

    for (uint32_t k = 0; k < n; k++)
        c[k] = (choice){ e->l->edges.at[b->edges + k].value,
                         emit_successor(e, b, k) };
    qsort(c, n, sizeof *c, by_value);
    choose(&s, c, n, true);
}
