/*
 * switch: a table where the cases are dense, else a tree of comparisons.
 */
#include "backend/x64/x64.h"

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

static void compare(const switcher *s, unsigned x, uint64_t value)
{
    esp_asm *a = s->e->a;
    int64_t v = s->size == 4 ? (int32_t)value : (int64_t)value;

    if (v == (int32_t)v) {
        x64_ri(a, X64_cmp, s->size, x, v);
    } else {
        x64_imm(a, X64_R11, value, false);
        x64_rr(a, X64_cmp, s->size, x, X64_R11);
    }
}

static void one_by_one(const switcher *s, const choice *c, uint32_t n,
                       bool last)
{
    for (uint32_t k = 0; k < n; k++) {
        compare(s, s->x, c[k].value);
        x64_jcc(s->e->a, X64_E, s->e->block[c[k].block]);
    }
    if (!last || s->other != s->e->next)
        x64_jmp(s->e->a, s->e->block[s->other]);
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
    x64_rm(e->a, X64_lea, s->size, s->tmp,
           x64_at(s->x, -(int32_t)c[0].value));
    x64_ri(e->a, X64_cmp, s->size, s->tmp, range - 1);
    x64_jcc(e->a, X64_A, e->block[s->other]);
    x64_jump_table(e->a, s->tmp, X64_R11, to, range);
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
        x64_jcc(s->e->a, X64_AE, upper);
        choose(s, c, n / 2, false);
        asm_bind(s->e->a, upper);
        choose(s, c + n / 2, n - n / 2, last);
    }
}

/* Operands: the value and a temporary register. */
void x64_emit_switch(emitter *e, const lir_ins *i, const lir_block *b)
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
