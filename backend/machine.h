/*
 * A target's registers and operations, as far as LIR and register allocation
 * have to know them.
 */
#ifndef ESP_BACKEND_MACHINE_H
#define ESP_BACKEND_MACHINE_H

#include "backend/lir/lir.h"

enum { MACHINE_REGS = 64 };     /* at most; integer and float ones together */

typedef struct esp_machine {
    const char *name;
    uint32_t nregs;
    const char *const *reg_name;
    uint8_t reg_class[MACHINE_REGS];
    /* For each class the registers that may be allocated, best first. */
    uint8_t order[LIR_CLASSES][32];
    uint8_t norder[LIR_CLASSES];
    uint64_t callee_saved;          /* have to be saved by whoever uses them */
    uint8_t scratch[LIR_CLASSES];   /* never allocated: for moves */

    /* The target's operations, from LIR_TARGET on. */
    uint32_t nops;
    const char *(*op_name)(unsigned op);
    unsigned (*op_flags)(unsigned op);
    const char *const *form_name;   /* ended by NULL */
    const char *const *cc_name;     /* ended by NULL */
} esp_machine;

#endif
