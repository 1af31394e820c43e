/*
 * Drafts: constants, instructions, blocks.
 */
#include "tools/mkimage/draft.h"

#include <string.h>

draft *draft_new(esp_arena *a)
{
    draft *d = ARENA_NEW(a, draft);

    d->arena = a;
    VEC_PUSH(a, &d->ins, (draft_ins){ 0 });
    return d;
}

uint32_t draft_add_block(draft *d)
{
    VEC_PUSH(d->arena, &d->blocks, (draft_block){ 0 });
    return d->blocks.n - 1;
}

static esp_ref add_ins(draft *d, esp_ins i)
{
    draft_ins n = { .i = i, .line = d->line, .file = d->line_file };

    VEC_PUSH(d->arena, &d->ins, n);
    return d->ins.n - 1;
}

esp_ref draft_param(draft *d, uint32_t block, esp_type ty)
{
    esp_ref r = add_ins(d, (esp_ins){ .op = IR_param, .ty = ty, .a = block });

    VEC_PUSH(d->arena, &d->blocks.at[block].params, r);
    return r;
}

/* ---- constants --------------------------------------------------------- */

static esp_ref constant(draft *d, esp_ins i)
{
    uint32_t h = (i.a * 31 + i.b * 17 + i.c * 7 + i.ty) % DRAFT_HASH;
    esp_ref r;

    for (r = d->hash[h]; r; r = d->ins.at[r].next)
        if (!memcmp(&d->ins.at[r].i, &i, sizeof i))
            return r;
    r = add_ins(d, i);
    d->ins.at[r].next = d->hash[h];
    d->hash[h] = r;
    return r;
}

esp_ref draft_const(draft *d, esp_type ty, uint64_t bits)
{
    if (ty == TY_i1)
        bits &= 1;
    else if (type_size[ty] < 8)
        bits &= ((uint64_t)1 << type_size[ty] * 8) - 1;
    return constant(d, (esp_ins){ .op = IR_const, .ty = ty,
                                  .a = (uint32_t)bits,
                                  .b = (uint32_t)(bits >> 32) });
}

esp_ref draft_symbol(draft *d, uint32_t symbol, int64_t addend)
{
    return constant(d, (esp_ins){ .op = IR_const, .ty = TY_i64,
                                  .a = (uint32_t)addend,
                                  .b = (uint32_t)((uint64_t)addend >> 32),
                                  .c = symbol + 1 });
}

/* ---- instructions ------------------------------------------------------ */

esp_ref draft_real(const draft *d, esp_ref r)
{
    while (d->ins.at[r].i.op == IR_copy)
        r = d->ins.at[r].i.a;
    return r;
}

unsigned draft_inputs(const draft *d, esp_ref r)
{
    const esp_ins *i = draft_at(d, r);

    return i->op == IR_ret ? d->sig.nresults : op_info[i->op].inputs;
}

esp_ref draft_emit(draft *d, esp_ins i)
{
    esp_ref r = draft_fold(d, &i);

    if (r)
        return r;
    r = add_ins(d, i);
    VEC_PUSH(d->arena, &d->blocks.at[d->block].code, r);
    return r;
}

esp_ref draft_op1(draft *d, esp_op op, esp_type ty, esp_ref a)
{
    return draft_emit(d, (esp_ins){ .op = op, .ty = ty, .a = a });
}

esp_ref draft_op2(draft *d, esp_op op, esp_ref a, esp_ref b)
{
    esp_type ty = op_info[op].result == RESULT_BOOL ? TY_i1 : draft_type(d, a);

    return draft_emit(d, (esp_ins){ .op = op, .ty = ty, .a = a, .b = b });
}

esp_ref draft_select(draft *d, esp_ref cond, esp_ref a, esp_ref b)
{
    return draft_emit(d, (esp_ins){ .op = IR_select, .ty = draft_type(d, a),
                                    .a = cond, .b = a, .c = b });
}

/* A displacement that does not fit becomes part of the address. */
static esp_ref reach(draft *d, esp_ref address, int64_t *disp)
{
    if (*disp == (int32_t)*disp)
        return address;
    address = draft_op2(d, IR_add, address,
                        draft_const(d, TY_i64, (uint64_t)*disp));
    *disp = 0;
    return address;
}

esp_ref draft_load(draft *d, esp_type ty, esp_ref address, int64_t disp,
                   uint16_t flags)
{
    address = reach(d, address, &disp);
    return draft_emit(d, (esp_ins){ .op = IR_load, .ty = ty, .flags = flags,
                                    .a = address, .b = (uint32_t)disp });
}

void draft_store(draft *d, esp_ref address, esp_ref value, int64_t disp,
                 uint16_t flags)
{
    address = reach(d, address, &disp);
    draft_emit(d, (esp_ins){ .op = IR_store, .ty = TY_void, .flags = flags,
                             .a = address, .b = value, .c = (uint32_t)disp });
}

draft_edge *draft_add_edge(draft *d, uint32_t to)
{
    draft_block *b = &d->blocks.at[d->block];

    VEC_PUSH(d->arena, &b->edges, (draft_edge){ .to = to });
    return &b->edges.at[b->edges.n - 1];
}

/* ---- order ------------------------------------------------------------- */

enum { UNSEEN, OPEN, DONE };

typedef struct visit {
    uint32_t block, edge;       /* the next edge to follow */
} visit;

/* Depth first: an edge back to a block that is still open ends a loop.  The
 * blocks are collected as they are done, that is, in reverse. */
draft_refs draft_order(draft *d)
{
    uint8_t *state = ARENA_ARRAY(d->arena, uint8_t, d->blocks.n);
    VEC(visit) stack = { 0 };
    draft_refs order = { 0 };

    for (uint32_t b = 0; b < d->blocks.n; b++) {
        d->blocks.at[b].npreds = 0;
        d->blocks.at[b].header = false;
    }
    d->blocks.at[0].npreds = 1;
    state[0] = OPEN;
    VEC_PUSH(d->arena, &stack, ((visit){ 0, 0 }));
    while (stack.n) {
        visit *v = &stack.at[stack.n - 1];
        draft_block *block = &d->blocks.at[v->block], *to;
        uint32_t t;

        if (v->edge == block->edges.n) {
            state[v->block] = DONE;
            VEC_PUSH(d->arena, &order, v->block);
            stack.n--;
            continue;
        }
        t = block->edges.at[v->edge++].to;
        to = &d->blocks.at[t];
        to->npreds++;
        if (state[t] == OPEN)
            to->header = true;
        if (state[t] != UNSEEN)
            continue;
        state[t] = OPEN;
        VEC_PUSH(d->arena, &stack, ((visit){ t, 0 }));
    }
    for (uint32_t k = 0; k < order.n / 2; k++) {
        uint32_t b = order.at[k];

        order.at[k] = order.at[order.n - 1 - k];
        order.at[order.n - 1 - k] = b;
    }
    return order;
}
