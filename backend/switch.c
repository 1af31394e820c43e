/*
 * switch: a table where the cases are dense, else a tree of comparisons.
 *
 * The target makes the pieces (isa_switch); which pieces a switch is made of is
 * the same for all.
 */
#include "backend/emit.h"

#include <stdlib.h>

typedef struct choice { uint64_t value; uint32_t block; } choice;

enum { FEW = 4 };               /* cases that are compared one by one */

typedef struct switcher {
    emitter *e;
    const isa_switch *isa;
    unsigned x, tmp, size;      /* the value, zero-extended; a register */
    uint32_t other;             /* the block for everything else */
} switcher;

static int by_value(const void *a, const void *b)
{
    uint64_t x = ((const choice *)a)->value, y = ((const choice *)b)->value;

    return x < y ? -1 : x > y;
}

static void one_by_one(const switcher *s, const choice *c, uint32_t n,
                       bool last)
{
    for (uint32_t k = 0; k < n; k++) {
        s->isa->compare(s->e, s->size, s->x, c[k].value);
        s->isa->jump_equal(s->e, s->e->block[c[k].block]);
    }
    if (!last || s->other != s->e->next)
        s->e->isa->emission->jump(s->e, s->e->block[s->other]);
}

static bool is_dense(const choice *c, uint32_t n)
{
    uint64_t range = c[n - 1].value - c[0].value;

    return n > FEW && range < 4 * (uint64_t)n && c[0].value <= INT32_MAX;
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
    s->isa->table(e, &(isa_table){
        .size = s->size, .x = s->x, .tmp = s->tmp,
        .first = (uint32_t)c[0].value, .n = range, .to = to,
        .other = e->block[s->other] });
}

static void choose(const switcher *s, const choice *c, uint32_t n, bool last)
{
    esp_label upper;

    if (n <= FEW) {
        one_by_one(s, c, n, last);
    } else if (is_dense(c, n)) {
        by_table(s, c, n);
    } else {
        upper = asm_label(s->e->a);
        s->isa->compare(s->e, s->size, s->x, c[n / 2].value);
        s->isa->jump_not_below(s->e, upper);
        choose(s, c, n / 2, false);
        asm_bind(s->e->a, upper);
        choose(s, c + n / 2, n - n / 2, last);
    }
}

void emit_switch(emitter *e, const lir_ins *i, const lir_block *b)
{
    const lir_operand *o = lir_ops(e->l, i);
    uint32_t n = b->nedges - 1;
    choice *c = ARENA_ARRAY(&e->l->unit->scratch, choice, n + 1);
    switcher s = { .e = e, .isa = e->isa->emission->on_switch,
                   .x = o[0].loc - PLACE_REG,
                   .tmp = o[1].loc - PLACE_REG, .size = i->size,
                   .other = emit_successor(e, b, n) };

    for (uint32_t k = 0; k < n; k++)
        c[k] = (choice){ e->l->edges.at[b->edges + k].value,
                         emit_successor(e, b, k) };
    qsort(c, n, sizeof *c, by_value);
    choose(&s, c, n, true);
}
