/*
 * The x86-64 assembler.
 *
 * An instruction is an operation from insn.def, an operand size in bytes, and
 * operands; the function called says of which kinds they are:
 *
 *     x64_rr(a, X64_add, 8, X64_RAX, X64_RCX)             add rax, rcx
 *     x64_rm(a, X64_mov, 4, X64_RAX, x64_at(X64_RBX, 8))  mov eax, [rbx + 8]
 *     x64_mr(a, X64_mov, 8, x64_at(X64_RBP, -8), X64_RDI) mov [rbp - 8], rdi
 *     x64_ri(a, X64_cmp, 8, X64_RAX, 42)                  cmp rax, 42
 *     x64_mi(a, X64_mov, 1, x64_at(X64_RBX, 0), 1)        mov byte [rbx], 1
 *     x64_rr(a, X64_adds, 8, 0, 1)                        addsd xmm0, xmm1
 *     x64_rm(a, X64_xorp, 8, 0, x64_const(label))         xorpd xmm0, [rip+..]
 *
 * The first operand is the one that is written.  Registers are numbers 0 to
 * 15; whether one is a general register or an xmm register follows from the
 * operation.  A size of 1 means the low byte (sil, dil, spl, bpl included; ah
 * to bh do not exist here).  The sizes of SSE operations are 4 for single and
 * 8 for double precision; conversions between integer and floating point name
 * the latter and take the size of the integer.
 *
 * A combination that no row of insn.def describes, and an immediate that does
 * not fit, make asm_finish fail; nothing is encoded wrongly in silence.
 */
#ifndef ESP_X64_ENCODE_H
#define ESP_X64_ENCODE_H

#include "backend/asm.h"

enum x64_reg {
    X64_RAX, X64_RCX, X64_RDX, X64_RBX, X64_RSP, X64_RBP, X64_RSI, X64_RDI,
    X64_R8, X64_R9, X64_R10, X64_R11, X64_R12, X64_R13, X64_R14, X64_R15,
    X64_NOREG = 0xff
};

/* Conditions, as encoded; x ^ 1 is the opposite.  After ucomis: A, AE, B, BE
 * compare, P is unordered. */
typedef enum x64_cc {
    X64_O, X64_NO, X64_B, X64_AE, X64_E, X64_NE, X64_BE, X64_A,
    X64_S, X64_NS, X64_P, X64_NP, X64_L, X64_GE, X64_LE, X64_G
} x64_cc;

typedef enum x64_op {
#define INSN(name, meaning) X64_##name,
#define FORM(name, shape, sizes, prefix, opcode, ext, flags)
#include "backend/x64/insn.def"
#undef INSN
#undef FORM
    X64_COUNT
} x64_op;

extern const char *const x64_op_name[X64_COUNT];

/* Is there such a form?  For selectors and tests. */
typedef enum x64_shape {
    X64_RM,         /* register <- register or memory */
    X64_MR,         /* register or memory <- register */
    X64_MI,         /* register or memory, immediate */
    X64_RMI,        /* register <- register or memory, immediate */
    X64_M,          /* one operand: register or memory */
    X64_LOW,        /* one register, in the opcode */
    X64_LI,         /* register in the opcode, immediate as wide as it */
    X64_NONE,       /* no operand */
    X64_SHAPES
} x64_shape;
bool x64_has(x64_op op, x64_shape shape, unsigned size);

/* [base + index * scale + disp], [label + disp], or [disp] with neither base
 * nor index.  The index cannot be rsp. */
typedef struct x64_mem {
    uint8_t base, index;        /* X64_NOREG for none */
    uint8_t scale;              /* 1, 2, 4, 8 */
    bool relative;              /* to the label */
    int32_t disp;
    esp_label label;
} x64_mem;

static inline x64_mem x64_at(unsigned base, int32_t disp)
{
    return (x64_mem){ .base = (uint8_t)base, .index = X64_NOREG, .scale = 1,
                      .disp = disp };
}

static inline x64_mem x64_indexed(unsigned base, unsigned index,
                                  unsigned scale, int32_t disp)
{
    return (x64_mem){ .base = (uint8_t)base, .index = (uint8_t)index,
                      .scale = (uint8_t)scale, .disp = disp };
}

/* The memory at a label: constants and tables. */
static inline x64_mem x64_const(esp_label label)
{
    return (x64_mem){ .base = X64_NOREG, .index = X64_NOREG, .scale = 1,
                      .relative = true, .label = label };
}

extern const asm_target x64_asm_target;         /* for asm_init */

/* Instructions by the kinds of their operands; see above. */
void x64_rr(esp_asm *a, x64_op op, unsigned size, unsigned dst, unsigned src);
void x64_rm(esp_asm *a, x64_op op, unsigned size, unsigned dst, x64_mem src);
void x64_mr(esp_asm *a, x64_op op, unsigned size, x64_mem dst, unsigned src);
void x64_ri(esp_asm *a, x64_op op, unsigned size, unsigned dst, int64_t imm);
void x64_mi(esp_asm *a, x64_op op, unsigned size, x64_mem dst, int64_t imm);
void x64_rri(esp_asm *a, x64_op op, unsigned size, unsigned dst, unsigned src,
             int64_t imm);
void x64_rmi(esp_asm *a, x64_op op, unsigned size, unsigned dst, x64_mem src,
             int64_t imm);
void x64_r(esp_asm *a, x64_op op, unsigned size, unsigned reg);
void x64_m(esp_asm *a, x64_op op, unsigned size, x64_mem mem);
void x64_0(esp_asm *a, x64_op op, unsigned size);

/* With a condition.  setcc writes the low byte only. */
void x64_setcc(esp_asm *a, x64_cc cc, unsigned reg);
void x64_setcc_m(esp_asm *a, x64_cc cc, x64_mem mem);
void x64_cmov(esp_asm *a, x64_cc cc, unsigned size, unsigned dst, unsigned src);
void x64_cmov_m(esp_asm *a, x64_cc cc, unsigned size, unsigned dst,
                x64_mem src);
void x64_jcc(esp_asm *a, x64_cc cc, esp_label to);

void x64_jmp(esp_asm *a, esp_label to);
void x64_call(esp_asm *a, esp_label to);
void x64_ret(esp_asm *a);

/* Calls (jumps to) an absolute address: directly if it can be reached from
 * wherever the code will lie (a->lo, a->hi), else through `scratch`.  The
 * caller loads al for variadic functions. */
void x64_call_to(esp_asm *a, const void *address, unsigned scratch);
void x64_jmp_to(esp_asm *a, const void *address, unsigned scratch);

/* Compares the byte at an absolute address with 0: relative to the instruction
 * if that reaches, else through `scratch`. */
void x64_test_byte(esp_asm *a, const void *address, unsigned scratch);

/* reg = value, in the shortest form.  Zero is an xor, which changes the flags,
 * unless they must be kept. */
void x64_imm(esp_asm *a, unsigned reg, uint64_t value, bool keep_flags);

/* xmm register = the bits; size 4 or 8.  +0.0 is an xor (flags unchanged). */
void x64_fimm(esp_asm *a, unsigned size, unsigned xmm, uint64_t bits);

/* Copies between registers; nothing if they are the same.  Writing 4 bytes
 * clears the upper half; smaller sizes copy 4. */
void x64_copy(esp_asm *a, unsigned size, unsigned dst, unsigned src);
void x64_fcopy(esp_asm *a, unsigned dst, unsigned src);

/* dst = the address of a label. */
void x64_address(esp_asm *a, unsigned dst, esp_label label);

/* Jumps to labels[index], where `index` is a full 64-bit register, below n;
 * `scratch` and `index` are lost. */
void x64_jump_table(esp_asm *a, unsigned index, unsigned scratch,
                    const esp_label *labels, uint32_t n);

/* Bits, sizes 4 and 8; the width for zero where that is the question.  With
 * `fast` (lzcnt, bmi1, popcnt: the caller asks the processor) one instruction.
 * All change the flags; dst may be src, tmp must be neither. */
void x64_clz(esp_asm *a, bool fast, unsigned size, unsigned dst, unsigned src);
void x64_ctz(esp_asm *a, bool fast, unsigned size, unsigned dst, unsigned src);
void x64_popcount(esp_asm *a, bool fast, unsigned size, unsigned dst,
                  unsigned src, unsigned tmp);

/* n bytes that do nothing, in as few instructions as possible. */
void x64_nop(esp_asm *a, uint32_t n);

#endif
