/*
 * Is this LIR what register allocation and emission expect?
 *
 * Checks structure, operands and that each use is dominated by its definition;
 * the last by a forward pass over sets of what is certainly defined.
 */
#include "backend/lir/lir.h"

#include "backend/machine.h"
#include "framework/base/bits.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

typedef struct checker {
    const lir *l;
    const char *error;
    uint32_t *def;              /* instruction that defines it, + 1 */
    esp_bits *out;              /* defined at the end of each block */
    bool *seen;
} checker;

static void CC_PRINTF(2, 3) wrong(checker *c, const char *format, ...)
{
    esp_text t = { 0 };
    va_list args;

    if (c->error)
        return;
    va_start(args, format);
    text_vprintf(&t, format, args);
    va_end(args);
    c->error = arena_strdup(&c->l->unit->arena, text_get(&t));
    text_free(&t);
}

static void define(checker *c, uint32_t v, uint32_t i)
{
    if (v == 0 || v >= c->l->vregs.n)
        wrong(c, "instruction %" PRIu32 ": no such virtual register", i);
    else if (c->def[v])
        wrong(c, "instruction %" PRIu32 ": %" PRIu32 " is defined twice", i,
              v);
    else
        c->def[v] = i + 1;
}

static void check_operand(checker *c, uint32_t i, const lir_operand *o)
{
    const lir *l = c->l;
    bool fixed = o->need == LIR_NEED_FIXED;

    if (o->v >= l->vregs.n) {
        wrong(c, "instruction %" PRIu32 ": no such virtual register", i);
        return;
    }
    if (o->v == 0 && !(o->role == LIR_TEMP && fixed))
        wrong(c, "instruction %" PRIu32 ": an operand names nothing", i);
    if (fixed && (o->reg >= l->machine->nregs
                  || (o->v && l->machine->reg_class[o->reg]
                              != l->vregs.at[o->v].cls)))
        wrong(c, "instruction %" PRIu32 ": wrong class of register", i);
    if ((o->role == LIR_DEF || o->role == LIR_TEMP)
        && (o->need == LIR_NEED_ANY || o->need == LIR_NEED_SLOT))
        wrong(c, "instruction %" PRIu32 ": a definition in memory", i);
    if (o->need == LIR_NEED_SLOT && l->ins.at[i].op != LIR_call)
        wrong(c, "instruction %" PRIu32 ": slot is for calls", i);
    if ((o->role == LIR_DEF || o->role == LIR_TEMP) && o->v)
        define(c, o->v, i);
}

/* As many reused inputs as definitions that reuse one: one or none. */
static void check_reuse(checker *c, uint32_t i)
{
    const lir *l = c->l;
    const lir_ins *ins = &l->ins.at[i];
    uint32_t defs = 0, uses = 0;

    for (uint32_t k = 0; k < ins->nops; k++) {
        const lir_operand *o = &lir_ops(l, ins)[k];

        if (o->need != LIR_NEED_REUSE)
            continue;
        if (o->role == LIR_DEF)
            defs++;
        else if (o->role == LIR_USE)
            uses++;
        else
            wrong(c, "instruction %" PRIu32 ": reuse of a temporary", i);
    }
    if (defs != uses || defs > 1)
        wrong(c, "instruction %" PRIu32 ": reuse without a partner", i);
}

static void check_ins(checker *c, const lir_block *b, uint32_t i)
{
    const lir *l = c->l;
    const lir_ins *ins = &l->ins.at[i];
    unsigned flags = lir_op_flags(l, ins->op);

    if (((flags & LIR_TERM) != 0) != (i + 1 == b->end))
        wrong(c, "instruction %" PRIu32 ": terminator out of place", i);
    if ((ins->op == LIR_block) != (i == b->first))
        wrong(c, "instruction %" PRIu32 ": start of a block out of place", i);
    if ((flags & LIR_READS) && ins->cc
        && !(lir_op_flags(l, l->ins.at[i - 1].op) & (LIR_SETS | LIR_READS)))
        wrong(c, "instruction %" PRIu32 ": no flags to read", i);
    if (ins->op == LIR_call && ins->info >= l->calls.n)
        wrong(c, "instruction %" PRIu32 ": no such call", i);
    if ((flags & LIR_EXIT) && ins->info >= l->exits.n)
        wrong(c, "instruction %" PRIu32 ": no such exit", i);
    for (uint32_t k = 0; k < ins->nops; k++)
        check_operand(c, i, &lir_ops(l, ins)[k]);
    check_reuse(c, i);
}

static void check_edges(checker *c, uint32_t n)
{
    const lir *l = c->l;
    const lir_block *b = &l->blocks.at[n];
    unsigned op = l->ins.at[b->end - 1].op;
    uint32_t want = op == LIR_jump ? 1 : op == LIR_br ? 2 : 0;

    if (op != LIR_switch && b->nedges != want)
        wrong(c, "b%" PRIu32 " has the wrong number of edges", n);
    for (uint32_t k = 0; k < b->nedges; k++) {
        const lir_edge *e = &l->edges.at[b->edges + k];
        const lir_block *to = &l->blocks.at[e->block];

        if (e->nargs != to->nparams)
            wrong(c, "b%" PRIu32 " passes too few or many arguments", n);
        if (b->nedges > 1 && to->npreds > 1)
            wrong(c, "the edge b%" PRIu32 " to b%" PRIu32 " is critical", n,
                  e->block);
        if (b->nedges > 1 && to->nparams)
            wrong(c, "b%" PRIu32 " has parameters but one predecessor",
                  e->block);
        for (uint32_t i = 0; !c->error && i < e->nargs; i++)
            if (l->vregs.at[l->args.at[e->args + i]].cls
                != l->vregs.at[l->args.at[to->params + i]].cls)
                wrong(c, "b%" PRIu32 " passes an argument of another class",
                      n);
    }
}

static void check_block(checker *c, uint32_t n)
{
    const lir_block *b = &c->l->blocks.at[n];

    if (b->first + 1 >= b->end || b->end > c->l->ins.n) {
        wrong(c, "b%" PRIu32 " is empty", n);
        return;
    }
    for (uint32_t i = 0; i < b->nparams; i++)
        define(c, c->l->args.at[b->params + i], b->first);
    for (uint32_t i = b->first; !c->error && i < b->end; i++)
        check_ins(c, b, i);
    if (!c->error)
        check_edges(c, n);
}

static void check_use(checker *c, esp_bits have, uint32_t v, uint32_t i)
{
    if (v && !bits_get(have, v))
        wrong(c, "instruction %" PRIu32 ": %" PRIu32 " may be undefined here",
              i, v);
}

/* What is defined at the end of a block, given what is at its start. */
static void flow_block(checker *c, uint32_t n, esp_bits have)
{
    const lir *l = c->l;
    const lir_block *b = &l->blocks.at[n];

    for (uint32_t i = 0; i < b->nparams; i++)
        bits_set(have, l->args.at[b->params + i]);
    for (uint32_t i = b->first; i < b->end; i++) {
        const lir_ins *ins = &l->ins.at[i];

        for (uint32_t k = 0; k < ins->nops; k++)
            if (lir_ops(l, ins)[k].role <= LIR_LATE)
                check_use(c, have, lir_ops(l, ins)[k].v, i);
        for (uint32_t k = 0; k < ins->nops; k++)
            if (lir_ops(l, ins)[k].role == LIR_DEF)
                bits_set(have, lir_ops(l, ins)[k].v);
    }
    for (uint32_t k = 0; k < b->nedges; k++) {
        const lir_edge *e = &l->edges.at[b->edges + k];

        for (uint32_t i = 0; i < e->nargs; i++)
            check_use(c, have, l->args.at[e->args + i], b->end - 1);
    }
}

static void meet(esp_bits to, esp_bits from)
{
    for (uint32_t i = 0; i < to.n; i++)
        to.word[i] &= from.word[i];
}

/* Blocks are in an order in which definitions come before uses, loops aside,
 * so a block's forward predecessors decide. */
static void check_flow(checker *c)
{
    const lir *l = c->l;

    for (uint32_t n = 0; !c->error && n < l->blocks.n; n++) {
        const lir_block *b = &l->blocks.at[n];
        esp_bits have = bits_new(&l->unit->scratch, l->vregs.n);
        bool first = true;

        for (uint32_t p = 0; p < b->npreds; p++) {
            uint32_t from = l->preds.at[b->preds + p];

            if (!c->seen[from])
                continue;
            if (first)
                memcpy(have.word, c->out[from].word, have.n * 8);
            else
                meet(have, c->out[from]);
            first = false;
        }
        if (n && first)
            wrong(c, "b%" PRIu32 " comes before all its predecessors", n);
        flow_block(c, n, have);
        c->out[n] = have;
        c->seen[n] = true;
    }
}

const char *lir_verify(const lir *l)
{
    esp_arena *scratch = &l->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    checker c = { .l = l };

    c.def = ARENA_ARRAY(scratch, uint32_t, l->vregs.n);
    c.out = ARENA_ARRAY(scratch, esp_bits, l->blocks.n);
    c.seen = ARENA_ARRAY(scratch, bool, l->blocks.n);
    if (l->blocks.n == 0 || l->blocks.at[0].npreds)
        wrong(&c, "no entry block");
    for (uint32_t n = 0; !c.error && n < l->blocks.n; n++)
        check_block(&c, n);
    if (!c.error)
        check_flow(&c);
    arena_release(scratch, mark);
    return c.error;
}
