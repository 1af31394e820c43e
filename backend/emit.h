/*
 * Emission: from allocated LIR to bytes and to what the runtime knows of them.
 *
 * This part lays out the frame and the blocks, says where control goes, and
 * fills the tables of the code; the target's part (isa_emission) writes
 * instructions.
 *
 * Frames are the same everywhere; what a caller pushes is above:
 *
 *     fp + 16    arguments on the stack
 *     fp + 8     return address
 *     fp         the caller's frame pointer
 *                slots of the graph, in lir->frame bytes
 *                registers that belong to the caller, those that are used
 *                spill slots
 *     sp         arguments of calls on the stack
 */
#ifndef ESP_BACKEND_EMIT_H
#define ESP_BACKEND_EMIT_H

#include "backend/target.h"

/* A point where control leaves for the runtime. */
typedef struct emit_point {
    esp_label at;               /* exits: the stub; calls: where they return */
    uint32_t ins;               /* operands with part state are its values */
} emit_point;

typedef struct emitter {
    const lir *l;
    const esp_graph *g;
    const esp_isa *isa;
    esp_asm *a;
    esp_code *code;
    const void *deopt_entry;
    esp_label entry;
    esp_label *block;           /* by block */
    uint32_t *goes_to;          /* by block: past those that only jump */
    uint32_t *order;            /* blocks as they are laid out */
    bool *aligned;              /* by block: many jumps go there */
    emit_point *exits;          /* by exit */
    VEC(emit_point) calls;      /* those with a state, in the order of code */
    uint32_t next;              /* the block laid out behind the one in hand */
    uint32_t index, end;        /* instruction in hand; end of its block */
} emitter;

/* The operands of an instruction by what they are to the encoder. */
typedef struct emit_parts {
    lir_place dst, src, base, index, tmp[2];
} emit_parts;

/* Two ways on, either of which may be what comes next anyway. */
typedef struct emit_fork {
    esp_label yes, no;
    bool yes_next, no_next;
} emit_fork;

/* Emits, fills the tables of `code` and publishes it; declines the unit if
 * there is no room. */
void emit_code(const lir *l, const esp_graph *g, const esp_isa *isa,
               esp_code_cache *cache, esp_code *code, const void *deopt_entry);

emit_parts emit_parts_of(const lir *l, const lir_ins *i);

/* The block that edge k of a block really leads to. */
uint32_t emit_successor(const emitter *e, const lir_block *b, uint32_t k);

/* Operands: the value and a temporary register. */
void emit_switch(emitter *e, const lir_ins *i, const lir_block *b);

/* For targets: does the instruction in hand have to leave the flags alone? */
bool emit_keeps_flags(const emitter *e);

/* The machine frame: frame.c.  Offsets are from the frame pointer. */
uint32_t emit_frame_bytes(const emitter *e);
int32_t emit_slot(const emitter *e, lir_place at);
code_frame emit_frame(const emitter *e);

/* Calls `access` for each register of the caller that the frame keeps. */
void emit_each_saved(emitter *e,
                     void (*access)(emitter *e, unsigned reg, int32_t at));

#endif
