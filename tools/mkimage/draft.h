/*
 * A draft: one function on its way from LLVM into an image.
 *
 * mkimage.c adds instructions in the order in which LLVM has them; they are
 * folded as they come.  draft_clean() then makes the function small, since the
 * evaluator's time is proportional to what it has to visit, and
 * mkimage/write.c puts it into the image.
 *
 * An instruction is named by its index, 0 is none; constants are instructions
 * that stand in no block.
 */
#ifndef ESP_MKIMAGE_DRAFT_H
#define ESP_MKIMAGE_DRAFT_H

#include "framework/base/vec.h"
#include "pe/graph/graph.h"
#include "pe/image/format.h"

/* The fields of esp_ins as in an image, but operands are refs.
 *
 *   const   a, b: bits, or addend of a symbol; c: 0, or 1 + its number
 *   copy    a: the instruction that took its place
 *   call    a: index into calls; second: a: the call
 */
typedef struct draft_ins {
    esp_ins i;
    uint32_t line, file;        /* file: offset in the image's strings */
    uint32_t next;              /* const: next in its hash chain */
} draft_ins;

typedef VEC(esp_ref) draft_refs;

typedef struct draft_edge {
    uint32_t to;
    draft_refs args;
    uint64_t value;             /* switch: the case; the last edge has none */
} draft_edge;

typedef struct draft_block {
    draft_refs params;
    draft_refs code;            /* the last is the terminator */
    VEC(draft_edge) edges;
    uint32_t npreds;            /* edges that come here; 0: unreachable */
    bool header;                /* of a loop */
} draft_block;

typedef struct draft_call {
    esp_ref callee;
    draft_refs args;
    esp_sig sig;
    esp_intrinsic intrinsic;
    bool leaf, cold;
} draft_call;

enum { DRAFT_HASH = 256 };

typedef struct draft {
    esp_arena *arena;
    VEC(draft_ins) ins;
    VEC(draft_block) blocks;    /* 0 is the entry */
    VEC(draft_call) calls;
    esp_sig sig;
    uint32_t file;
    uint32_t block;             /* where draft_emit puts things */
    uint32_t line, line_file;   /* and what it says of their origin */
    uint32_t hash[DRAFT_HASH];  /* constants */
} draft;

draft *draft_new(esp_arena *a);
uint32_t draft_add_block(draft *d);
esp_ref draft_param(draft *d, uint32_t block, esp_type ty);
esp_ref draft_const(draft *d, esp_type ty, uint64_t bits);
esp_ref draft_symbol(draft *d, uint32_t symbol, int64_t addend);

/* An instruction at the end of the current block, or what it folds to. */
esp_ref draft_emit(draft *d, esp_ins i);
esp_ref draft_op1(draft *d, esp_op op, esp_type ty, esp_ref a);
esp_ref draft_op2(draft *d, esp_op op, esp_ref a, esp_ref b);
esp_ref draft_select(draft *d, esp_ref cond, esp_ref a, esp_ref b);
esp_ref draft_load(draft *d, esp_type ty, esp_ref address, int64_t disp,
                   uint16_t flags);
void draft_store(draft *d, esp_ref address, esp_ref value, int64_t disp,
                 uint16_t flags);

/* An edge of the current block; its arguments are filled in by the caller. */
draft_edge *draft_add_edge(draft *d, uint32_t to);

/* What stands in the place of r after folding. */
esp_ref draft_real(const draft *d, esp_ref r);

static inline const esp_ins *draft_at(const draft *d, esp_ref r)
{
    return &d->ins.at[r].i;
}

static inline esp_type draft_type(const draft *d, esp_ref r)
{
    return d->ins.at[r].i.ty;
}

/* The operands of an instruction that are instructions: how many of a, b, c.
 * Calls have theirs in the call. */
unsigned draft_inputs(const draft *d, esp_ref r);

/* The blocks that are reached, each behind those that dominate it; fills in
 * npreds and header of every block. */
draft_refs draft_order(draft *d);

/* fold.c: what i comes to without a new instruction, or 0.  May change *i to
 * something simpler. */
esp_ref draft_fold(draft *d, esp_ins *i);

/* clean.c: fewer blocks, parameters and instructions. */
void draft_clean(draft *d);

#endif
