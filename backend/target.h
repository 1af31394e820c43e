/*
 * What a target provides, so that selection, allocation and emission are the
 * same files for all of them.
 */
#ifndef ESP_BACKEND_TARGET_H
#define ESP_BACKEND_TARGET_H

#include "backend/asm.h"
#include "backend/code.h"
#include "backend/machine.h"
#include "pe/graph/graph.h"

struct selector;
struct emitter;

/* A jump through a table: to[x - first], where that is below n. */
typedef struct isa_table {
    unsigned size, x, tmp;      /* bytes of x; registers */
    uint32_t first, n;
    const esp_label *to;
    esp_label other;            /* where all else goes */
} isa_table;

/* The pieces of a switch; see switch.c. */
typedef struct isa_switch {
    void (*compare)(struct emitter *e, unsigned size, unsigned x,
                    uint64_t value);
    /* By the last comparison, which was of unsigned numbers. */
    void (*jump_equal)(struct emitter *e, esp_label to);
    void (*jump_not_below)(struct emitter *e, esp_label to);
    void (*jump)(struct emitter *e, esp_label to);
    void (*table)(struct emitter *e, const isa_table *t);
} isa_switch;

typedef struct esp_isa {
    const char *name;
    const esp_machine *machine;
    const asm_target *assembler;

    /* Selection; see lir/select.h.  `params` makes the entry instruction;
     * `ins` makes those for one instruction of the graph. */
    void (*params)(struct selector *s);
    void (*ins)(struct selector *s, esp_ref r);
    /* Is a constant that LIR_imm or LIR_fimm makes better kept in a register
     * over a loop than made in each turn? */
    bool (*keeps)(unsigned op, uint64_t bits);

    /* Emission; see emit.h. */
    void (*prologue)(struct emitter *e);
    void (*emit)(struct emitter *e, const lir_ins *i, const lir_block *b);
    void (*stubs)(struct emitter *e);
    const isa_switch *on_switch;

    int32_t (*slot)(const struct emitter *e, lir_place at);
                                    /* offset from the frame pointer */
    /* What the runtime calls register `reg` of the machine. */
    esp_loc (*loc)(unsigned reg);
} esp_isa;

extern const esp_isa x64_isa, a64_isa;

/* That of the machine we run on; NULL if there is none. */
const esp_isa *isa_here(void);

#endif
