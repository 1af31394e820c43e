/*
 * What the parts of the x86-64 target share.
 */
#ifndef ESP_X64_H
#define ESP_X64_H

#include "backend/emit.h"
#include "backend/lir/select.h"
#include "backend/x64/encode.h"

/* How an instruction's operands are read: the function of encode.h. */
enum x64_form {
    X64_FORM_0, X64_FORM_RR, X64_FORM_RM, X64_FORM_MR, X64_FORM_RI,
    X64_FORM_MI, X64_FORM_RRI, X64_FORM_RMI, X64_FORM_R, X64_FORM_M
};

enum x64_pseudo {
    X64_PSEUDO_FIRST = LIR_TARGET + X64_COUNT - 1,
#define PSEUDO(name, flags, meaning) X64_PSEUDO_##name,
#include "backend/x64/pseudo.def"
#undef PSEUDO
    X64_PSEUDO_END
};

/* In LIR a condition is one of x64_cc plus one, so that 0 is none; floats add
 * "equal and ordered" and its opposite. */
enum { CC_NONE = 0, CC_FEQ = 17, CC_FNE = 18 };

static inline unsigned cc_of(x64_cc cc) { return (unsigned)cc + 1; }

static inline x64_cc cc_raw(unsigned cc) { return (x64_cc)(cc - 1); }

static inline unsigned cc_not(unsigned cc)
{
    return ((cc - 1) ^ 1) + 1;
}

/* Machine registers: general ones are 0 to 15, xmm ones 16 to 31. */
enum { X64_XMM = 16 };

#define X64(name) (LIR_TARGET + X64_##name)

/* What this processor has beyond the first x86-64. */
bool x64_has_round(void);       /* SSE4.1 */
bool x64_has_counts(void);      /* lzcnt, tzcnt, popcnt */

/* The second operand of an instruction: a small constant, memory, or a
 * register or spill slot. */
typedef struct x64_source {
    enum { SOURCE_IMM, SOURCE_MEM, SOURCE_REG } kind;
    int32_t imm;
    sel_address m;
    uint32_t v;
} x64_source;

extern const isa_rules x64_rules;                /* select.c */

/* select.c.  `size` of the memory that may stand for it; 0: only a register
 * or constant. */
x64_source x64_source_of(selector *s, esp_ref r, unsigned size);
sel_address x64_address_of(selector *s, esp_ref r, int64_t disp);
unsigned x64_flags(selector *s, esp_ref cond);
void x64_two(selector *s, unsigned op, unsigned size, uint32_t d, uint32_t x,
             const x64_source *y);
uint32_t x64_two_new(selector *s, unsigned op, unsigned size, uint32_t x,
                     const x64_source *y);
void x64_ri_def(selector *s, unsigned op, unsigned size, uint32_t d,
                uint32_t x, int64_t imm);
uint32_t x64_ri_new(selector *s, unsigned op, unsigned size, uint32_t x,
                    int64_t imm);
void x64_unary(selector *s, unsigned op, unsigned size, uint32_t d,
               uint32_t x);
void x64_set(selector *s, uint32_t d, unsigned cc);
x64_source x64_reg(uint32_t v);
/* A value with zeros or its sign up to 32 bits at least. */
uint32_t x64_zero_extended(selector *s, esp_ref r);
uint32_t x64_sign_extended(selector *s, esp_ref r);

extern const isa_integers x64_integers;          /* integer.c */
unsigned x64_overflow(selector *s, esp_ref r);  /* integer.c: leaves flags */
extern const isa_division x64_division;          /* divide.c */

/* x - x / y * y: the rest that the division gives anyhow, if its quotient has
 * no other use; else false. */
bool x64_rest(selector *s, esp_ref r);
void x64_float(selector *s, esp_ref r);         /* float.c */
unsigned x64_compare_floats(selector *s, esp_ref r);    /* float.c */
extern const isa_abi x64_abi;                    /* abi.c */
/* A call of a C function of one float and with a float result. */
void x64_call_helper(selector *s, const void *f, uint32_t d, uint32_t x);

void x64_enter(emitter *e);                     /* stubs.c */
void x64_return(emitter *e);
void x64_exit(emitter *e, uint32_t number, esp_label all);
void x64_leave(emitter *e, const void *shared);
void x64_shared_leave(esp_asm *a, const void *runtime);
extern const isa_emission x64_emission;          /* emit.c */
extern const isa_switch x64_switch;              /* switch.c */

#endif
