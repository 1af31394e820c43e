/*
 * The AArch64 assembler.
 *
 * An instruction is an operation from insn.def, a size in bytes, and operands;
 * the function called says of which kinds they are:
 *
 *     a64_rrr(a, A64_add, 8, 0, 1, 2)                     add x0, x1, x2
 *     a64_rri(a, A64_subs, 4, A64_ZR, 3, 10)              cmp w3, #10
 *     a64_shifted(a, A64_add, 8, 0, 1, 2, A64_LSL, 3)     add x0, x1, x2, lsl 3
 *     a64_rm(a, A64_ldr, 8, 0, a64_at(A64_FP, -16))       ldur x0, [x29, -16]
 *     a64_rrm(a, A64_stp, 8, A64_FP, A64_LR,
 *             a64_pre(A64_SP, -16))                       stp x29, x30, [sp..]!
 *     a64_rrr(a, A64_fadd, 8, 0, 1, 2)                    fadd d0, d1, d2
 *
 * Registers are numbers 0 to 31; whether one is a general or a floating-point
 * register follows from the operation, and whether 31 is the stack pointer or
 * zero from the form: it is the stack pointer as a base of memory, as d and n
 * of add and sub with an immediate or an extended register (as d only if the
 * flags are not set), and as d of and, orr, eor with an immediate.
 *
 * Conditional branches, addresses of labels and literals reach everywhere; see
 * the kinds of fixups in encode.c.  A literal more than 1 MB away costs x16.
 *
 * A combination that no row of insn.def describes, and an immediate that does
 * not fit, make asm_finish fail; nothing is encoded wrongly in silence.
 */
#ifndef ESP_A64_ENCODE_H
#define ESP_A64_ENCODE_H

#include "backend/asm.h"

enum a64_reg {
    A64_IP0 = 16, A64_IP1 = 17, A64_FP = 29, A64_LR = 30,
    A64_SP = 31, A64_ZR = 31
};

/* Conditions, as encoded; x ^ 1 is the opposite.  After fcmp: EQ, MI (less),
 * LS (less or equal), GT, GE, are false when unordered; VS is unordered. */
typedef enum a64_cc {
    A64_EQ, A64_NE, A64_HS, A64_LO, A64_MI, A64_PL, A64_VS, A64_VC,
    A64_HI, A64_LS, A64_GE, A64_LT, A64_GT, A64_LE, A64_AL
} a64_cc;

typedef enum a64_shift { A64_LSL, A64_LSR, A64_ASR, A64_ROR } a64_shift;

typedef enum a64_extend {
    A64_UXTB, A64_UXTH, A64_UXTW, A64_UXTX,
    A64_SXTB, A64_SXTH, A64_SXTW, A64_SXTX
} a64_extend;

typedef enum a64_op {
#define INSN(name, meaning) A64_##name,
#define FORM(name, shape, sizes, word, flags)
#include "backend/a64/insn.def"
#undef INSN
#undef FORM
    A64_COUNT
} a64_op;

extern const char *const a64_op_name[A64_COUNT];

typedef enum a64_shape {
    A64_NONE,       /* no operand */
    A64_R,          /* n */
    A64_R0,         /* d */
    A64_RR,         /* d, n */
    A64_RRR,        /* d, n, m; m perhaps shifted */
    A64_RRX,        /* d, n, m extended */
    A64_RRI,        /* d, n, immediate */
    A64_RRRI,       /* d, n, m, immediate */
    A64_RRRR,       /* d, n, m, a */
    A64_RRRC,       /* d, n, m, condition */
    A64_CCR,        /* n, m, flags, condition */
    A64_CCI,        /* n, immediate, flags, condition */
    A64_BITS,       /* d, n, r, s */
    A64_WIDE,       /* d, 16 bits, shift */
    A64_FI,         /* d, floating-point immediate */
    A64_FCMP,       /* n, m */
    A64_CVT,        /* d, n of two sizes */
    A64_MEM,        /* d, memory */
    A64_LIT,        /* d, label */
    A64_PAIR,       /* d, n, memory */
    A64_SHAPES
} a64_shape;

/* Is there such a form?  For selectors and tests. */
bool a64_has(a64_op op, a64_shape shape, unsigned size);

typedef enum a64_mode {
    A64_OFFSET,     /* [base, disp] */
    A64_PRE,        /* base += disp, then [base] */
    A64_POST,       /* [base], then base += disp */
    A64_INDEX,      /* [base, index extended, shifted by the size or not] */
    A64_LABEL       /* the memory at a label */
} a64_mode;

typedef struct a64_mem {
    uint8_t mode, base, index;
    uint8_t extend;             /* of the index: UXTW, UXTX, SXTW, SXTX */
    bool scaled;                /* the index counts units of the size */
    int32_t disp;
    esp_label label;
} a64_mem;

static inline a64_mem a64_at(unsigned base, int32_t disp)
{
    return (a64_mem){ .mode = A64_OFFSET, .base = (uint8_t)base, .disp = disp };
}

static inline a64_mem a64_pre(unsigned base, int32_t disp)
{
    return (a64_mem){ .mode = A64_PRE, .base = (uint8_t)base, .disp = disp };
}

static inline a64_mem a64_post(unsigned base, int32_t disp)
{
    return (a64_mem){ .mode = A64_POST, .base = (uint8_t)base, .disp = disp };
}

/* UXTX for a full index. */
static inline a64_mem a64_indexed(unsigned base, unsigned index,
                                  a64_extend extend, bool scaled)
{
    return (a64_mem){ .mode = A64_INDEX, .base = (uint8_t)base,
                      .index = (uint8_t)index, .extend = (uint8_t)extend,
                      .scaled = scaled };
}

static inline a64_mem a64_literal(esp_label label)
{
    return (a64_mem){ .mode = A64_LABEL, .label = label };
}

extern const asm_target a64_asm_target;         /* for asm_init */

/* ---- what fits --------------------------------------------------------- */

/* Can rri take it?  add and sub: 12 bits, perhaps shifted by 12, of either
 * sign; and, orr, eor, ands: a repeated, rotated run of ones; shifts: a count
 * below the width. */
bool a64_has_imm(a64_op op, unsigned size, int64_t imm);

/* Can ldr, str (of this size) and their kin take it as a displacement? */
bool a64_has_offset(unsigned size, int64_t disp);

/* Can fmov take these bits as an immediate? */
bool a64_has_fimm(unsigned size, uint64_t bits);

/* ---- instructions by the kinds of their operands ----------------------- */

void a64_rrr(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
             unsigned m);
void a64_shifted(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
                 unsigned m, a64_shift shift, unsigned count);
void a64_extended(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
                  unsigned m, a64_extend extend, unsigned left);
void a64_rri(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
             int64_t imm);
void a64_rrri(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
              unsigned m, unsigned imm);
void a64_rrrr(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
              unsigned m, unsigned ra);
void a64_rr(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n);
void a64_r(esp_asm *a, a64_op op, unsigned reg);
void a64_0(esp_asm *a, a64_op op);

/* d = condition ? n : m in the manner of the operation, csel to csneg, fcsel */
void a64_select(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
                unsigned m, a64_cc cc);
/* d = condition, 0 or 1; or 0 or all ones */
void a64_cset(esp_asm *a, unsigned size, unsigned d, a64_cc cc);
void a64_csetm(esp_asm *a, unsigned size, unsigned d, a64_cc cc);
/* `flags` are NZCV from high to low; the immediate has 5 bits */
void a64_ccmp(esp_asm *a, a64_op op, unsigned size, unsigned n, unsigned m,
              unsigned flags, a64_cc cc);
void a64_ccmp_imm(esp_asm *a, a64_op op, unsigned size, unsigned n,
                  unsigned imm, unsigned flags, a64_cc cc);

/* The sizes are those of the integer and of the floating-point register. */
void a64_convert(esp_asm *a, a64_op op, unsigned size, unsigned fsize,
                 unsigned d, unsigned n);
void a64_fcmp(esp_asm *a, unsigned size, unsigned n, unsigned m);
void a64_fcmp_zero(esp_asm *a, unsigned size, unsigned n);

/* ubfm, sbfm, bfm as the architecture has them, and what they mean: the field
 * of `width` bits from bit `lsb` of n to bit 0 of d, zeros (its sign) above;
 * the lowest bits of n to a field of d, zeros (the sign) around it; the same
 * with the rest of d kept. */
void a64_bits(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
              unsigned r, unsigned s);
void a64_ubfx(esp_asm *a, unsigned size, unsigned d, unsigned n, unsigned lsb,
              unsigned width);
void a64_sbfx(esp_asm *a, unsigned size, unsigned d, unsigned n, unsigned lsb,
              unsigned width);
void a64_ubfiz(esp_asm *a, unsigned size, unsigned d, unsigned n, unsigned lsb,
               unsigned width);
void a64_sbfiz(esp_asm *a, unsigned size, unsigned d, unsigned n, unsigned lsb,
               unsigned width);
void a64_bfi(esp_asm *a, unsigned size, unsigned d, unsigned n, unsigned lsb,
             unsigned width);
void a64_bfxil(esp_asm *a, unsigned size, unsigned d, unsigned n, unsigned lsb,
               unsigned width);

/* movz, movn, movk: 16 bits at `shift`, a multiple of 16 */
void a64_wide(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned bits,
              unsigned shift);

/* ---- memory ------------------------------------------------------------ */

void a64_rm(esp_asm *a, a64_op op, unsigned size, unsigned d, a64_mem mem);
/* pairs: no index, no label; the displacement is 7 bits of the size */
void a64_rrm(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
             a64_mem mem);

/* [base, disp] for accesses of a size, whatever the displacement: if it does
 * not fit it is put into `scratch`. */
a64_mem a64_reach(esp_asm *a, unsigned size, unsigned base, int64_t disp,
                  unsigned scratch);

/* ---- control ----------------------------------------------------------- */

void a64_b(esp_asm *a, esp_label to);
void a64_bl(esp_asm *a, esp_label to);
void a64_bcc(esp_asm *a, a64_cc cc, esp_label to);
void a64_cbz(esp_asm *a, unsigned size, unsigned reg, esp_label to);
void a64_cbnz(esp_asm *a, unsigned size, unsigned reg, esp_label to);
void a64_tbz(esp_asm *a, unsigned reg, unsigned bit, esp_label to);
void a64_tbnz(esp_asm *a, unsigned reg, unsigned bit, esp_label to);
void a64_ret(esp_asm *a);

/* Calls (jumps to) an absolute address: directly if it can be reached from
 * wherever the code will lie (a->lo, a->hi), else through `scratch`. */
void a64_call_to(esp_asm *a, const void *address, unsigned scratch);
void a64_jmp_to(esp_asm *a, const void *address, unsigned scratch);

/* ---- short sequences --------------------------------------------------- */

/* reg = value, in the fewest instructions. */
void a64_imm(esp_asm *a, unsigned size, unsigned reg, uint64_t value);
unsigned a64_imm_length(unsigned size, uint64_t value);     /* how many */

/* Floating-point register = the bits; size 4 or 8. */
void a64_fimm(esp_asm *a, unsigned size, unsigned freg, uint64_t bits);

/* Copies between registers, neither of them the stack pointer; nothing if they
 * are the same.  Writing 4 bytes clears the upper half. */
void a64_copy(esp_asm *a, unsigned size, unsigned dst, unsigned src);
void a64_fcopy(esp_asm *a, unsigned size, unsigned dst, unsigned src);

/* dst = src + n, for any n and the stack pointer too; `scratch` for those that
 * do not fit, it may be dst if dst is neither src nor the stack pointer. */
void a64_add_any(esp_asm *a, unsigned dst, unsigned src, int64_t n,
                 unsigned scratch);

/* dst = the address of a label; dst = an absolute address, by adrp if that can
 * be reached from wherever the code will lie. */
void a64_address(esp_asm *a, unsigned dst, esp_label label);
void a64_address_of(esp_asm *a, unsigned dst, const void *address);

/* Jumps to labels[index], where `index` is a full register, below n;
 * `scratch` and `index` are lost. */
void a64_jump_table(esp_asm *a, unsigned index, unsigned scratch,
                    const esp_label *labels, uint32_t n);

/* Bits, sizes 4 and 8; the width for zero where that is the question. */
void a64_ctz(esp_asm *a, unsigned size, unsigned dst, unsigned src);
void a64_popcount(esp_asm *a, unsigned size, unsigned dst, unsigned src,
                  unsigned ftmp);

#endif
