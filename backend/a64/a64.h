/*
 * What the parts of the AArch64 target share.
 */
#ifndef ESP_A64_H
#define ESP_A64_H

#include "backend/a64/encode.h"
#include "backend/emit.h"
#include "backend/lir/select.h"

/* How an instruction's operands are read: the function of encode.h.
 *
 * d is the operand with part dst, n is src, m is index, a is base; a store's
 * register is src.  Where n, m or a is missing, or d of what only sets flags,
 * the zero register stands. */
enum a64_form {
    A64_FORM_0, A64_FORM_RR,
    /* br and guard that ask a register and no flags; x ^ 1 is the opposite */
    A64_FORM_CBZ, A64_FORM_CBNZ, A64_FORM_TBZ, A64_FORM_TBNZ,
    A64_FORM_RRI, A64_FORM_RRRR, A64_FORM_BITS,
    A64_FORM_SELECT, A64_FORM_FCMP, A64_FORM_FCMPZ,
    A64_FORM_CVT4, A64_FORM_CVT8,       /* by size of the float */
    /* m may be shifted or extended; see a64_source */
    A64_FORM_RRR, A64_FORM_LSL, A64_FORM_LSR, A64_FORM_ASR,
    A64_FORM_UXTB, A64_FORM_UXTH, A64_FORM_UXTW, A64_FORM_UXTX,
    A64_FORM_SXTB, A64_FORM_SXTH, A64_FORM_SXTW, A64_FORM_SXTX,
    /* memory, by what the index is */
    A64_FORM_MEM, A64_FORM_MEM_UXTW, A64_FORM_MEM_SXTW
};
_Static_assert(A64_FORM_CBZ % 2 == 0, "opposites differ in their lowest bit");

/* In LIR a condition is one of a64_cc plus one, so that 0 is none. */
static inline unsigned cc_of(a64_cc cc) { return (unsigned)cc + 1; }

static inline a64_cc cc_raw(unsigned cc) { return (a64_cc)(cc - 1); }

static inline unsigned cc_not(unsigned cc)
{
    return ((cc - 1) ^ 1) + 1;
}

/* Machine registers: general ones are 0 to 31, floating-point ones 32 to 63. */
enum { A64_V = 32 };

/* Where calls have the address of a callee that is not known. */
enum { A64_CALLEE = 9 };

#define A64(name) (LIR_TARGET + A64_##name)

/* The second operand of an instruction: a constant (form RRI), or a register,
 * perhaps shifted or extended. */
typedef struct a64_source {
    uint8_t form;
    uint32_t v;
    int64_t imm;                /* the constant, or by how much */
} a64_source;

/* Which second operands an instruction takes. */
typedef enum a64_takes {
    A64_TAKES_REG, A64_TAKES_ARITH, A64_TAKES_LOGIC,
    A64_TAKES_SHIFTED           /* but no constant and nothing extended */
} a64_takes;

typedef struct a64_place {
    sel_address m;
    uint8_t form;
} a64_place;

/* The answer to a condition: in the flags, or in a register that a branch may
 * ask. */
typedef struct a64_test {
    uint8_t cc;                 /* 0: form, v, size and bit say what */
    uint8_t form, size, bit;
    uint32_t v;
} a64_test;

extern const isa_rules a64_rules;                /* select.c */

/* May an instruction take this value's own into itself? */
bool a64_can_take(const selector *s, esp_ref v);
bool a64_can_take_shift(const selector *s, esp_ref v, int64_t by);
a64_source a64_source_of(selector *s, esp_ref r, unsigned size,
                         a64_takes takes);
a64_source a64_reg(uint32_t v);
a64_place a64_memory_of(selector *s, esp_ref r, int64_t disp,
                           unsigned size);
void a64_memory(selector *s, const a64_place *m);
unsigned a64_flags(selector *s, esp_ref cond);

/* d = x op y; x 0: zero; d 0: for the flags only. */
void a64_two(selector *s, unsigned op, unsigned size, uint32_t d, uint32_t x,
             const a64_source *y);
uint32_t a64_two_new(selector *s, unsigned op, unsigned size, uint32_t x,
                     const a64_source *y);
void a64_ri(selector *s, unsigned op, unsigned size, uint32_t d, uint32_t x,
            int64_t imm);
uint32_t a64_ri_new(selector *s, unsigned op, unsigned size, uint32_t x,
                    int64_t imm);
void a64_unary(selector *s, unsigned op, unsigned size, uint32_t d,
               uint32_t x);
void a64_field(selector *s, unsigned op, unsigned size, uint32_t d,
               uint32_t x, unsigned lsb, unsigned width);
void a64_four(selector *s, unsigned op, unsigned size, uint32_t d, uint32_t x,
              uint32_t y, uint32_t a);
void a64_choice(selector *s, unsigned op, unsigned size, unsigned cc,
                uint32_t d, uint32_t x, uint32_t y);
void a64_set(selector *s, uint32_t d, unsigned cc);
void a64_mov(selector *s, unsigned size, uint32_t d, uint32_t x);

/* A value with zeros or its sign up to 32 bits at least. */
uint32_t a64_zero_extended(selector *s, esp_ref r);
uint32_t a64_sign_extended(selector *s, esp_ref r);

extern const isa_integers a64_integers;          /* integer.c */
unsigned a64_overflow(selector *s, esp_ref r);  /* integer.c: leaves flags */
extern const isa_division a64_division;          /* divide.c */
void a64_float(selector *s, esp_ref r);         /* float.c */
unsigned a64_compare_floats(selector *s, esp_ref r);    /* float.c */
extern const isa_abi a64_abi;                    /* abi.c */

void a64_enter(emitter *e);                     /* stubs.c */
void a64_return(emitter *e);
void a64_exit(emitter *e, uint32_t number, esp_label all);
void a64_leave(emitter *e, const void *shared);
void a64_shared_leave(esp_asm *a, const void *runtime);
/* An access of `size` bytes to the machine frame, from the frame pointer. */
a64_mem a64_in_frame(emitter *e, unsigned size, int32_t disp);
extern const isa_emission a64_emission;          /* emit.c */
extern const isa_switch a64_switch;              /* switch.c */

#endif
