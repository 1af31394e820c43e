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

    int32_t (*slot)(const struct emitter *e, lir_place at);
                                    /* offset from the frame pointer */
    /* What the runtime calls register `reg` of the machine. */
    esp_loc (*loc)(unsigned reg);
} esp_isa;

extern const esp_isa x64_isa, a64_isa;

/* That of the machine we run on; NULL if there is none. */
const esp_isa *isa_here(void);

#endif
