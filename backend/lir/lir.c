/*
 * LIR: construction and look-up.
 */
#include "backend/lir/lir.h"

#include "backend/machine.h"

static const struct { const char *name; uint8_t flags; } common[] = {
#define TERM  LIR_TERM
#define CALL  LIR_CALL
#define SETS  LIR_SETS
#define READS LIR_READS
#define REMAT LIR_REMAT
#define EXIT  LIR_EXIT
#define LOP(name, flags, meaning) { #name, flags },
#include "backend/lir/ops.def"
#undef LOP
#undef TERM
#undef CALL
#undef SETS
#undef READS
#undef REMAT
#undef EXIT
};

lir *lir_new(esp_unit *u, const esp_machine *m)
{
    lir *l = ARENA_NEW(&u->notes, lir);

    l->unit = u;
    l->arena = &u->notes;
    l->machine = m;
    VEC_PUSH(l->arena, &l->vregs, (lir_vreg){ 0 });
    VEC_RESERVE(l->arena, &l->ops, 1);          /* so that lir_ops may be */
    VEC_RESERVE(l->arena, &l->args, 1);         /* asked when there are none */
    return l;
}

uint32_t lir_new_vreg(lir *l, lir_class cls)
{
    VEC_PUSH(l->arena, &l->vregs, (lir_vreg){ (uint8_t)cls });
    return l->vregs.n - 1;
}

static void find_preds(lir *l)
{
    uint32_t next = 0;

    for (uint32_t b = 0; b < l->blocks.n; b++)
        l->blocks.at[b].npreds = 0;
    for (uint32_t e = 0; e < l->edges.n; e++)
        l->blocks.at[l->edges.at[e].block].npreds++;
    for (uint32_t b = 0; b < l->blocks.n; b++) {
        l->blocks.at[b].preds = next;
        next += l->blocks.at[b].npreds;
        l->blocks.at[b].npreds = 0;
    }
    l->preds.n = 0;
    VEC_RESERVE(l->arena, &l->preds, next);
    l->preds.n = next;
    for (uint32_t b = 0; b < l->blocks.n; b++)
        for (uint32_t e = 0; e < l->blocks.at[b].nedges; e++) {
            uint32_t to = l->edges.at[l->blocks.at[b].edges + e].block;
            lir_block *t = &l->blocks.at[to];

            l->preds.at[t->preds + t->npreds++] = b;
        }
}

static unsigned levels(const lir_block *b) { return b->depth < 5 ? b->depth : 5; }

/* What a block gives to each successor that stays in its loops and is not
 * cold; what leaves a loop runs as often as the loop was entered. */
static uint32_t share(const lir *l, const lir_block *b)
{
    uint32_t n = 0;

    for (uint32_t k = 0; k < b->nedges; k++) {
        const lir_block *t = &l->blocks.at[l->edges.at[b->edges + k].block];

        n += !t->cold && t->depth >= b->depth;
    }
    return n ? b->weight / n : b->weight;
}

/* Definitions come before uses in the order of blocks, so one walk is enough;
 * what comes from behind are back edges and cold blocks. */
static void find_weights(lir *l)
{
    for (uint32_t n = 0; n < l->blocks.n; n++)
        l->blocks.at[n].weight = n ? 0 : LIR_WEIGHT;
    for (uint32_t n = 0; n < l->blocks.n; n++) {
        lir_block *b = &l->blocks.at[n];
        uint32_t most = (uint32_t)LIR_WEIGHT << 3 * levels(b), part;

        if (b->header)
            b->weight *= 8;
        if (b->weight > most)
            b->weight = most;
        if (b->weight < 2)
            b->weight = 2;
        if (b->cold)
            b->weight = 1;
        part = share(l, b);
        for (uint32_t k = 0; k < b->nedges; k++) {
            lir_block *t = &l->blocks.at[l->edges.at[b->edges + k].block];
            unsigned out = levels(b) > levels(t) ? levels(b) - levels(t) : 0;

            if (t > b)
                t->weight += out ? b->weight >> 3 * out : part;
        }
    }
}

void lir_link(lir *l)
{
    find_preds(l);
    find_weights(l);
}

unsigned lir_op_flags(const lir *l, unsigned op)
{
    return op < LIR_TARGET ? common[op].flags : l->machine->op_flags(op);
}

const char *lir_op_name(const lir *l, unsigned op)
{
    return op < LIR_TARGET ? common[op].name : l->machine->op_name(op);
}
