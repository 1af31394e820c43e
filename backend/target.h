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
struct sel_address;
struct emitter;
struct emit_parts;
struct emit_fork;

/* Who is called: the address if it is known, or what the call goes through;
 * nothing, for a unit that calls itself. */
typedef struct isa_callee {
    const void *address;
    uint32_t v;                 /* virtual register; 0: none */
    uint8_t form;               /* of the call */
    int32_t disp;
} isa_callee;

/* The C calling convention; see lir/call.c. */
typedef struct isa_abi {
    uint8_t int_arg[8], nints, nfloats; /* registers that take arguments; */
    uint8_t first_float;        /* float ones from here on, results, too */
    uint8_t int_result[2];
    uint8_t sret;               /* the address of a result struct: it is passed
                                 * here; or, if it returns, it is passed as an
                                 * integer argument and comes back here */
    bool sret_returns;
    uint8_t callee_reg;         /* of isa_callee.v */

    /* Words of the stack and the frame; small constants as such, or NULL. */
    void (*load)(struct selector *s, esp_type ty, uint32_t d,
                 const struct sel_address *m);
    void (*store)(struct selector *s, esp_type ty, uint32_t v,
                  const struct sel_address *m);
    void (*store_small)(struct selector *s, int32_t imm,
                        const struct sel_address *m);
    /* d = x without what may stand above a bool */
    void (*clean_bit)(struct selector *s, uint32_t d, uint32_t x);
    /* A callee that is not known. */
    void (*callee)(struct selector *s, esp_ref r, isa_callee *to);
} isa_abi;

/* Selects an instruction of the graph. */
typedef void isa_rule(struct selector *s, esp_ref r);

typedef struct isa_integers {
    isa_rule *sum, *logic, *shift;      /* products are sums, too */
    isa_rule *bits, *byte_swap;
    isa_rule *extend, *cut;
} isa_integers;

/* The pieces of divisions, of integers of 4 or 8 bytes in virtual registers;
 * see lir/divide.c. */
typedef struct isa_division {
    bool shifts_operands;       /* sum_shifted is one instruction */
    /* d = x, d = -x */
    void (*copy)(struct selector *s, unsigned size, uint32_t d, uint32_t x);
    void (*negate)(struct selector *s, unsigned size, uint32_t d, uint32_t x);
    /* shl, lshr, ashr by at least one bit; add, sub; of a shifted y */
    void (*shift)(struct selector *s, esp_op op, unsigned size, uint32_t d,
                  uint32_t x, unsigned by);
    void (*sum)(struct selector *s, esp_op op, unsigned size, uint32_t d,
                uint32_t x, uint32_t y);
    void (*sum_shifted)(struct selector *s, esp_op op, unsigned size,
                        uint32_t d, uint32_t x, uint32_t y, esp_op shift,
                        unsigned by);
    /* d = x & bits, all ones from the lowest on */
    void (*mask)(struct selector *s, unsigned size, uint32_t d, uint32_t x,
                 uint64_t bits);
    /* d = x >= limit, unsigned: 0 or 1 */
    void (*at_least)(struct selector *s, unsigned size, uint32_t d, uint32_t x,
                     uint64_t limit);
    /* d = x * factor: of 4 bytes all 8, where the factor is not negative; of
     * 8 bytes the high half */
    void (*product)(struct selector *s, bool is_signed, unsigned size,
                    uint32_t d, uint32_t x, uint64_t factor);
    /* d = x - q * by */
    void (*less_product)(struct selector *s, unsigned size, uint32_t d,
                         uint32_t x, uint32_t q, uint64_t by);
    /* By something that is not known; defines r. */
    void (*divide)(struct selector *s, esp_ref r, unsigned size, uint32_t x,
                   uint32_t y);
} isa_division;

/* See lir/rules.c. */
typedef struct isa_rules {
    isa_rule *load, *store, *valid, *branch, *choose;
    const isa_division *division;
    isa_rule *answer;           /* to a question, as a value */
    isa_rule *floats;
    const isa_integers *integers;
    /* Asks the condition, and starts the guard on the answer. */
    void (*start_guard)(struct selector *s, esp_ref cond);
    /* A value with its sign or zeros up to 32 bits at least. */
    uint32_t (*sign_extended)(struct selector *s, esp_ref r);
    uint32_t (*zero_extended)(struct selector *s, esp_ref r);
} isa_rules;

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
    void (*table)(struct emitter *e, const isa_table *t);
} isa_switch;

/* Writes instructions; see emit.h. */
typedef struct isa_emission {
    void (*enter)(struct emitter *e);   /* the frame is made, */
    void (*ret)(struct emitter *e);     /* and left */
    void (*jump)(struct emitter *e, esp_label to);
    /* By the condition of a br or guard. */
    void (*branch)(struct emitter *e, const lir_ins *i,
                   const struct emit_parts *p, const struct emit_fork *f);
    void (*call)(struct emitter *e, const lir_ins *i, const lir_call *c);
    /* Moves, constants, and the operations of the target. */
    void (*plain)(struct emitter *e, const lir_ins *i,
                  const struct emit_parts *p);
    const isa_switch *on_switch;

    /* An exit: takes back the sum that a sumguard was about; notes the exit's
     * number and goes where all of the unit go: there is room made for a
     * struct deopt_regs, and the piece of code called that all units share,
     * with the number where the stack pointer would be saved.  That saves the
     * registers and calls the runtime; what it returns is returned. */
    void (*undo)(struct emitter *e, const lir_ins *i,
                 const struct emit_parts *p);
    void (*exit)(struct emitter *e, uint32_t number, esp_label all);
    void (*leave)(struct emitter *e, const void *shared);
    void (*shared_leave)(esp_asm *a, const void *runtime);
} isa_emission;

typedef struct esp_isa {
    const char *name;
    const esp_machine *machine;
    const asm_target *assembler;

    /* Selection; see lir/select.h. */
    const isa_rules *rules;
    const isa_abi *abi;
    /* Is a constant that LIR_imm or LIR_fimm makes better kept in a register
     * over a loop than made in each turn? */
    bool (*keeps)(unsigned op, uint64_t bits);
    bool pairs;                 /* one instruction loads two neighbours */

    const isa_emission *emission;
    /* What the runtime calls register `reg` of the machine. */
    esp_loc (*loc)(unsigned reg);
} esp_isa;

extern const esp_isa x64_isa, a64_isa;

/* That of the machine we run on; NULL if there is none. */
const esp_isa *isa_here(void);

#endif
