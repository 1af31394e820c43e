/*
 * Emission: from allocated LIR to bytes and to what the runtime knows of them.
 *
 * This part lays out blocks and fills the tables of the code; the target's
 * part writes instructions.
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
    uint32_t index;             /* instruction in hand */
} emitter;

/* Emits, fills the tables of `code` and publishes it; declines the unit if
 * there is no room. */
void emit_code(const lir *l, const esp_graph *g, const esp_isa *isa,
               esp_code_cache *cache, esp_code *code, const void *deopt_entry);

/* For targets: the block that edge k of a block really leads to. */
uint32_t emit_successor(const emitter *e, const lir_block *b, uint32_t k);

/* Does the instruction in hand have to leave the flags alone? */
bool emit_keeps_flags(const emitter *e);

/* Operands: the value and a temporary register. */
void emit_switch(emitter *e, const lir_ins *i, const lir_block *b);

/* The call in hand returns here; `ins` as in emit_point. */
void emit_returns(emitter *e, uint32_t state);

#endif
