/*
 * Every form of every x86-64 instruction against LLVM: all registers in each
 * operand, immediates at their limits, random addresses.
 *
 * The test's own knowledge is in `specs`: how an operation is spelled and what
 * its operands are.  Which forms exist is asked of the encoder, so a row that
 * is added to insn.def is tested or fails for want of a spelling.
 */
#include "backend/x64/encode.h"
#include "tests/emit/helper_oracle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `name`: * stands for s or d (single, double); cc for a condition.
 * `reg`, `rm`: general, xmm.  rm_size: 0 if it is the size of the operation;
 * mem_size: of the operand in memory, where it is another. */
struct spec {
    const char *name;
    char reg, rm;
    uint8_t rm_size, mem_size;
};

static const struct spec specs[X64_COUNT] = {
    [X64_mov] = { "mov", 'g', 'g', 0, 0 },
    [X64_movzx8] = { "movzx", 'g', 'g', 1, 1 },
    [X64_movzx16] = { "movzx", 'g', 'g', 2, 2 },
    [X64_movsx8] = { "movsx", 'g', 'g', 1, 1 },
    [X64_movsx16] = { "movsx", 'g', 'g', 2, 2 },
    [X64_movsxd] = { "movsxd", 'g', 'g', 4, 4 },
    [X64_lea] = { "lea", 'g', 'g', 0, 0 },
    [X64_xchg] = { "xchg", 'g', 'g', 0, 0 },
    [X64_add] = { "add", 'g', 'g', 0, 0 },
    [X64_or] = { "or", 'g', 'g', 0, 0 },
    [X64_adc] = { "adc", 'g', 'g', 0, 0 },
    [X64_sbb] = { "sbb", 'g', 'g', 0, 0 },
    [X64_and] = { "and", 'g', 'g', 0, 0 },
    [X64_sub] = { "sub", 'g', 'g', 0, 0 },
    [X64_xor] = { "xor", 'g', 'g', 0, 0 },
    [X64_cmp] = { "cmp", 'g', 'g', 0, 0 },
    [X64_test] = { "test", 'g', 'g', 0, 0 },
    [X64_bt] = { "bt", 'g', 'g', 0, 0 },
    [X64_inc] = { "inc", 'g', 'g', 0, 0 },
    [X64_dec] = { "dec", 'g', 'g', 0, 0 },
    [X64_not] = { "not", 'g', 'g', 0, 0 },
    [X64_neg] = { "neg", 'g', 'g', 0, 0 },
    [X64_mul] = { "mul", 'g', 'g', 0, 0 },
    [X64_imul1] = { "imul", 'g', 'g', 0, 0 },
    [X64_div] = { "div", 'g', 'g', 0, 0 },
    [X64_idiv] = { "idiv", 'g', 'g', 0, 0 },
    [X64_imul] = { "imul", 'g', 'g', 0, 0 },
    [X64_cqo] = { "cqo", 0, 0, 0, 0 },
    [X64_rol] = { "rol", 'g', 'g', 0, 0 },
    [X64_ror] = { "ror", 'g', 'g', 0, 0 },
    [X64_shl] = { "shl", 'g', 'g', 0, 0 },
    [X64_shr] = { "shr", 'g', 'g', 0, 0 },
    [X64_sar] = { "sar", 'g', 'g', 0, 0 },
    [X64_bsf] = { "bsf", 'g', 'g', 0, 0 },
    [X64_bsr] = { "bsr", 'g', 'g', 0, 0 },
    [X64_tzcnt] = { "tzcnt", 'g', 'g', 0, 0 },
    [X64_lzcnt] = { "lzcnt", 'g', 'g', 0, 0 },
    [X64_popcnt] = { "popcnt", 'g', 'g', 0, 0 },
    [X64_bswap] = { "bswap", 'g', 'g', 0, 0 },
    [X64_set] = { "setcc", 'g', 'g', 1, 1 },
    [X64_cmov] = { "cmovcc", 'g', 'g', 0, 0 },
    [X64_push] = { "push", 'g', 'g', 0, 0 },
    [X64_pop] = { "pop", 'g', 'g', 0, 0 },
    [X64_call] = { "call", 'g', 'g', 0, 0 },
    [X64_jmp] = { "jmp", 'g', 'g', 0, 0 },
    [X64_ret] = { "ret", 0, 0, 0, 0 },
    [X64_leave] = { "leave", 0, 0, 0, 0 },
    [X64_ud2] = { "ud2", 0, 0, 0, 0 },
    [X64_int3] = { "int3", 0, 0, 0, 0 },
    [X64_pause] = { "pause", 0, 0, 0, 0 },
    [X64_movs] = { "movs*", 'x', 'x', 0, 0 },
    [X64_movap] = { "movap*", 'x', 'x', 0, 16 },
    [X64_movup] = { "movup*", 'x', 'x', 0, 16 },
    [X64_movgx] = { "mov", 'x', 'g', 0, 0 },
    [X64_movxg] = { "mov", 'x', 'g', 0, 0 },
    [X64_adds] = { "adds*", 'x', 'x', 0, 0 },
    [X64_subs] = { "subs*", 'x', 'x', 0, 0 },
    [X64_muls] = { "muls*", 'x', 'x', 0, 0 },
    [X64_divs] = { "divs*", 'x', 'x', 0, 0 },
    [X64_mins] = { "mins*", 'x', 'x', 0, 0 },
    [X64_maxs] = { "maxs*", 'x', 'x', 0, 0 },
    [X64_sqrts] = { "sqrts*", 'x', 'x', 0, 0 },
    [X64_rounds] = { "rounds*", 'x', 'x', 0, 0 },
    [X64_ucomis] = { "ucomis*", 'x', 'x', 0, 0 },
    [X64_andp] = { "andp*", 'x', 'x', 0, 16 },
    [X64_andnp] = { "andnp*", 'x', 'x', 0, 16 },
    [X64_orp] = { "orp*", 'x', 'x', 0, 16 },
    [X64_xorp] = { "xorp*", 'x', 'x', 0, 16 },
    [X64_cvtsi2ss] = { "cvtsi2ss", 'x', 'g', 0, 0 },
    [X64_cvtsi2sd] = { "cvtsi2sd", 'x', 'g', 0, 0 },
    [X64_cvttss2si] = { "cvttss2si", 'g', 'x', 0, 4 },
    [X64_cvttsd2si] = { "cvttsd2si", 'g', 'x', 0, 8 },
    [X64_cvtss2sd] = { "cvtss2sd", 'x', 'x', 0, 4 },
    [X64_cvtsd2ss] = { "cvtsd2ss", 'x', 'x', 0, 8 },
};

static const char *const cc_names[16] = {
    "o", "no", "b", "ae", "e", "ne", "be", "a",
    "s", "ns", "p", "np", "l", "ge", "le", "g",
};

static const char *const reg_names[4][16] = {
    { "al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil",
      "r8b", "r9b", "r10b", "r11b", "r12b", "r13b", "r14b", "r15b" },
    { "ax", "cx", "dx", "bx", "sp", "bp", "si", "di",
      "r8w", "r9w", "r10w", "r11w", "r12w", "r13w", "r14w", "r15w" },
    { "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi",
      "r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d", "r15d" },
    { "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
      "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15" },
};

/* What is being tested now. */
struct form {
    x64_op op;
    x64_cc cc;
    unsigned size;
    const struct spec *spec;
};

struct test {
    oracle oracle;
    uint64_t random;
};

static uint32_t random_below(struct test *t, uint32_t n)
{
    t->random = t->random * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(t->random >> 33) % n;
}

/* ---- texts ------------------------------------------------------------- */

static const char *mnemonic(const struct form *f, char *out)
{
    static const char *const extend[] = { [2] = "cwd", [4] = "cdq",
                                          [8] = "cqo" };
    const char *name = f->op == X64_cqo ? extend[f->size] : f->spec->name;
    size_t n = strlen(name);

    if (f->op == X64_movgx || f->op == X64_movxg)
        sprintf(out, "mov%c", f->size == 4 ? 'd' : 'q');
    else if (n > 2 && !strcmp(name + n - 2, "cc"))
        sprintf(out, "%.*s%s", (int)n - 2, name, cc_names[f->cc]);
    else if (name[n - 1] == '*')
        sprintf(out, "%.*s%c", (int)n - 1, name, f->size == 4 ? 's' : 'd');
    else
        strcpy(out, name);
    return out;
}

static const char *reg_text(char class, unsigned size, unsigned reg, char *out)
{
    if (class == 'x')
        sprintf(out, "xmm%u", reg);
    else
        strcpy(out, reg_names[__builtin_ctz(size)][reg]);
    return out;
}

static const char *rm_reg_text(const struct form *f, unsigned reg, char *out)
{
    unsigned size = f->spec->rm_size ? f->spec->rm_size : f->size;

    return reg_text(f->spec->rm, size, reg, out);
}

static const char *mem_text(const struct form *f, const x64_mem *m, char *out)
{
    static const char *const sizes[] = { "byte", "word", "dword", "qword",
                                         "xmmword" };
    unsigned size = f->spec->mem_size ? f->spec->mem_size : f->size;
    char *s = out;

    if (f->op != X64_lea)
        s += sprintf(s, "%s ptr ", sizes[__builtin_ctz(size)]);
    s += sprintf(s, "[");
    if (m->base != X64_NOREG)
        s += sprintf(s, "%s + ", reg_names[3][m->base]);
    if (m->index != X64_NOREG)
        s += sprintf(s, "%u*%s + ", m->scale, reg_names[3][m->index]);
    sprintf(s, "%d]", m->disp);
    return out;
}

/* ---- one instruction --------------------------------------------------- */

static void finish(struct test *t, esp_asm *a, const char *text)
{
    const char *wrong = asm_finish(a);

    if (wrong) {
        printf("%s: %s\n", text, wrong);
        t->oracle.failures++;
    } else {
        oracle_add(&t->oracle, a->bytes, a->size, "%s", text);
    }
}

/* Bytes are needed no longer than until they are in the batch. */
#define ONE(t, text, ...)                                                   \
    do {                                                                    \
        esp_arena arena_;                                                   \
        esp_asm a_, *a = &a_;                                               \
        arena_init(&arena_);                                                \
        asm_init(a, &arena_, &x64_asm_target);                              \
        __VA_ARGS__;                                                        \
        finish((t), a, (text));                                             \
        arena_free(&arena_);                                                \
    } while (0)

static void emit_rr(esp_asm *a, const struct form *f, unsigned dst,
                    unsigned src)
{
    if (f->op == X64_cmov)
        x64_cmov(a, f->cc, f->size, dst, src);
    else
        x64_rr(a, f->op, f->size, dst, src);
}

static void emit_rm(esp_asm *a, const struct form *f, unsigned dst, x64_mem m)
{
    if (f->op == X64_cmov)
        x64_cmov_m(a, f->cc, f->size, dst, m);
    else
        x64_rm(a, f->op, f->size, dst, m);
}

static void emit_r(esp_asm *a, const struct form *f, unsigned reg)
{
    if (f->op == X64_set)
        x64_setcc(a, f->cc, reg);
    else
        x64_r(a, f->op, f->size, reg);
}

static void emit_m(esp_asm *a, const struct form *f, x64_mem m)
{
    if (f->op == X64_set)
        x64_setcc_m(a, f->cc, m);
    else
        x64_m(a, f->op, f->size, m);
}

static void one_rr(struct test *t, const struct form *f, unsigned reg,
                   unsigned rm)
{
    char name[32], x[16], y[16], text[128];
    bool rm_first = x64_has(f->op, X64_MR, f->size)
        && !x64_has(f->op, X64_RM, f->size);

    mnemonic(f, name);
    reg_text(f->spec->reg, f->size, reg, x);
    rm_reg_text(f, rm, y);
    if (f->op == X64_cvtss2sd || f->op == X64_cvtsd2ss)
        sprintf(text, "%s xmm%u, xmm%u", name, reg, rm);
    else
        sprintf(text, "%s %s, %s", name, rm_first ? y : x, rm_first ? x : y);
    if (rm_first)
        ONE(t, text, emit_rr(a, f, rm, reg));
    else
        ONE(t, text, emit_rr(a, f, reg, rm));
}

static void one_rm(struct test *t, const struct form *f, unsigned reg,
                   x64_mem m)
{
    char name[32], x[16], y[64], text[128];

    sprintf(text, "%s %s, %s", mnemonic(f, name),
            reg_text(f->spec->reg, f->size, reg, x), mem_text(f, &m, y));
    ONE(t, text, emit_rm(a, f, reg, m));
}

static void one_mr(struct test *t, const struct form *f, x64_mem m,
                   unsigned reg)
{
    char name[32], x[16], y[64], text[128];

    sprintf(text, "%s %s, %s", mnemonic(f, name), mem_text(f, &m, y),
            reg_text(f->spec->reg, f->size, reg, x));
    ONE(t, text, x64_mr(a, f->op, f->size, m, reg));
}

static void one_ri(struct test *t, const struct form *f, unsigned reg,
                   int64_t imm)
{
    char name[32], x[16], text[128];
    bool wide = f->op == X64_mov && f->size == 8 && imm != (int32_t)imm;

    sprintf(text, "%s %s, %" PRId64, wide ? "movabs" : mnemonic(f, name),
            rm_reg_text(f, reg, x), imm);
    ONE(t, text, x64_ri(a, f->op, f->size, reg, imm));
}

static void one_mi(struct test *t, const struct form *f, x64_mem m, int64_t imm)
{
    char name[32], x[64], text[128];

    sprintf(text, "%s %s, %" PRId64, mnemonic(f, name), mem_text(f, &m, x),
            imm);
    ONE(t, text, x64_mi(a, f->op, f->size, m, imm));
}

static void one_rri(struct test *t, const struct form *f, unsigned reg,
                    unsigned rm, int64_t imm)
{
    char name[32], x[16], y[16], text[128];

    sprintf(text, "%s %s, %s, %" PRId64, mnemonic(f, name),
            reg_text(f->spec->reg, f->size, reg, x), rm_reg_text(f, rm, y),
            imm);
    ONE(t, text, x64_rri(a, f->op, f->size, reg, rm, imm));
}

static void one_rmi(struct test *t, const struct form *f, unsigned reg,
                    x64_mem m, int64_t imm)
{
    char name[32], x[16], y[64], text[128];

    sprintf(text, "%s %s, %s, %" PRId64, mnemonic(f, name),
            reg_text(f->spec->reg, f->size, reg, x), mem_text(f, &m, y), imm);
    ONE(t, text, x64_rmi(a, f->op, f->size, reg, m, imm));
}

/* Shifts by cl name it. */
static const char *count_text(const struct form *f)
{
    bool shift = f->op >= X64_rol && f->op <= X64_sar;

    return shift ? ", cl" : "";
}

static void one_r(struct test *t, const struct form *f, unsigned reg)
{
    char name[32], x[16], text[128];

    sprintf(text, "%s %s%s", mnemonic(f, name), rm_reg_text(f, reg, x),
            count_text(f));
    ONE(t, text, emit_r(a, f, reg));
}

static void one_m(struct test *t, const struct form *f, x64_mem m)
{
    char name[32], x[64], text[128];
    bool no_register = m.base == X64_NOREG && m.index == X64_NOREG;

    /* LLVM reads jmp qword ptr [8] as jmp 8 */
    if (no_register && (f->op == X64_jmp || f->op == X64_call))
        return;
    sprintf(text, "%s %s%s", mnemonic(f, name), mem_text(f, &m, x),
            count_text(f));
    ONE(t, text, emit_m(a, f, m));
}

/* ---- operands ---------------------------------------------------------- */

static const int32_t displacements[] = {
    0, 1, -1, 8, 127, 128, -128, -129, 4096, INT32_MAX, INT32_MIN,
};
enum { DISPLACEMENTS = sizeof displacements / sizeof *displacements,
       RANDOM_MEMS = 12 };

static x64_mem random_mem(struct test *t)
{
    x64_mem m = { .base = (uint8_t)random_below(t, 17),
                  .index = (uint8_t)random_below(t, 17),
                  .scale = (uint8_t)(1 << random_below(t, 4)) };

    m.disp = displacements[random_below(t, DISPLACEMENTS)];
    if (random_below(t, 2))
        m.disp = (int32_t)(random_below(t, 1u << 31) * 2 + random_below(t, 2));
    if (m.base == 16)
        m.base = X64_NOREG;
    if (m.index == 16 || m.index == X64_RSP)
        m.index = X64_NOREG;
    return m;
}

/* Calls `one` on: each base with each kind of displacement, each index, and
 * random combinations. */
#define EACH_MEM(t, m, one)                                                 \
    do {                                                                    \
        for (unsigned base_ = 0; base_ < 16; base_++) {                     \
            x64_mem m = x64_at(base_, 0);                                   \
            one;                                                            \
            m = x64_at(base_, displacements[random_below((t),               \
                                                         DISPLACEMENTS)]);  \
            one;                                                            \
            if (base_ == X64_RSP)                                           \
                continue;                                                   \
            m = x64_indexed(random_below((t), 16), base_,                   \
                            1u << random_below((t), 4), 0);                 \
            one;                                                            \
        }                                                                   \
        for (unsigned i_ = 0; i_ < RANDOM_MEMS; i_++) {                     \
            x64_mem m = random_mem(t);                                      \
            one;                                                            \
        }                                                                   \
    } while (0)

static uint32_t immediates(const struct form *f, bool byte, int64_t *out)
{
    static const int64_t all[] = {
        0, 1, 2, -1, 42, 127, 128, -128, 255,                   /* 1 */
        -129, 256, 32767, 32768, -32768, 65535,                 /* 2 */
        -32769, 65536, INT32_MAX, INT32_MIN,                    /* 4, 8 */
        INT32_MAX + INT64_C(1), UINT32_MAX,                     /* 4 */
        INT64_C(1) << 32, INT64_MAX, INT64_MIN, INT64_C(0x123456789abcdef0),
    };
    unsigned size = byte ? 1 : f->size;
    unsigned n = size == 1 ? 9 : size == 2 ? 15 : size == 4 ? 21 : 19;

    if (f->op == X64_mov && size == 8)
        n = 25;
    memcpy(out, all, n * sizeof *all);
    return n;
}

enum { MAX_IMMEDIATES = 32 };

static bool byte_immediate(x64_op op)
{
    return (op >= X64_rol && op <= X64_sar) || op == X64_bt || op == X64_rounds;
}

/* LLVM has no negative shift counts. */
static bool sensible(const struct form *f, int64_t imm)
{
    return !byte_immediate(f->op) || imm >= 0;
}

/* ---- forms ------------------------------------------------------------- */

/* LLVM prints xchg with the accumulator in an order of its own. */
static void test_registers(struct test *t, const struct form *f)
{
    for (unsigned r = 0; r < 16; r++)
        for (unsigned s = 0; s < 16; s++)
            if (f->op != X64_xchg || (r && s))
                one_rr(t, f, r, s);
}

static void test_reg_imm(struct test *t, const struct form *f)
{
    int64_t imm[MAX_IMMEDIATES];
    uint32_t n = immediates(f, byte_immediate(f->op), imm);

    for (uint32_t i = 0; i < n; i++)
        for (unsigned r = 0; r < 16; r++)
            if (sensible(f, imm[i]))
                one_ri(t, f, r, imm[i]);
}

static void test_mem_imm(struct test *t, const struct form *f)
{
    int64_t imm[MAX_IMMEDIATES];
    uint32_t n = immediates(f, byte_immediate(f->op), imm);

    for (uint32_t i = 0; i < n; i++) {
        x64_mem m = random_mem(t);
        bool wide = f->size == 8 && imm[i] != (int32_t)imm[i];
        if (sensible(f, imm[i]) && !wide)
            one_mi(t, f, m, imm[i]);
    }
    EACH_MEM(t, m, one_mi(t, f, m, 3));
}

static void test_three(struct test *t, const struct form *f)
{
    int64_t imm[MAX_IMMEDIATES];
    uint32_t n = immediates(f, byte_immediate(f->op), imm);

    for (uint32_t i = 0; i < n; i++)
        for (unsigned r = 0; r < 16; r++) {
            if (!sensible(f, imm[i]))
                continue;
            one_rri(t, f, r, random_below(t, 16), imm[i]);
            one_rri(t, f, random_below(t, 16), r, imm[i]);
            one_rmi(t, f, r, random_mem(t), imm[i]);
        }
}

static void test_one(struct test *t, const struct form *f)
{
    bool mem_only = f->op == X64_push || f->op == X64_pop;

    for (unsigned r = 0; r < 16; r++)
        if (!mem_only)
            one_r(t, f, r);
    EACH_MEM(t, m, one_m(t, f, m));
}

static void test_low(struct test *t, const struct form *f)
{
    for (unsigned r = 0; r < 16; r++)
        one_r(t, f, r);
}

static void test_plain(struct test *t, const struct form *f)
{
    char name[32];

    ONE(t, mnemonic(f, name), x64_0(a, f->op, f->size));
}

static void test_form(struct test *t, const struct form *f)
{
    bool rm = x64_has(f->op, X64_RM, f->size);
    bool mr = x64_has(f->op, X64_MR, f->size);
    bool no_mem = f->op == X64_movgx || f->op == X64_movxg;

    if ((rm || mr) && f->op != X64_lea)
        test_registers(t, f);
    if (rm && !no_mem)
        EACH_MEM(t, m, one_rm(t, f, random_below(t, 16), m));
    if (mr && !no_mem)
        EACH_MEM(t, m, one_mr(t, f, m, random_below(t, 16)));
    if (x64_has(f->op, X64_MI, f->size)) {
        test_reg_imm(t, f);
        test_mem_imm(t, f);
    }
    if (x64_has(f->op, X64_RMI, f->size))
        test_three(t, f);
    if (x64_has(f->op, X64_M, f->size))
        test_one(t, f);
    if (x64_has(f->op, X64_LOW, f->size))
        test_low(t, f);
    if (x64_has(f->op, X64_NONE, f->size))
        test_plain(t, f);
}

static void test_op(struct test *t, x64_op op)
{
    struct form f = { op, X64_O, 0, &specs[op] };
    bool conditional = op == X64_set || op == X64_cmov;

    if (!f.spec->name) {
        printf("%s: not tested\n", x64_op_name[op]);
        t->oracle.failures++;
        return;
    }
    for (unsigned cc = 0; cc < (conditional ? 16 : 1); cc++)
        for (unsigned size = 1; size <= 8; size *= 2) {
            f.cc = (x64_cc)cc;
            f.size = size;
            test_form(t, &f);
        }
}

/* LLVM takes opcodes without modrm for the accumulator and for mov to a byte
 * register, which saves a byte and is not worth the rows. */
static bool has_short_opcode(const char *text)
{
    static const char *const names[] = { "al,", "ax,", "eax,", "rax," };
    const char *operands = strchr(text, ' ');

    for (size_t i = 0; operands && i < 4; i++)
        if (!strncmp(operands + 1, names[i], strlen(names[i])))
            return true;
    return !strncmp(text, "mov ", 4) && strpbrk(text, "lb");
}

/* Elsewhere ours must not be longer. */
static bool accept(const oracle_case *c)
{
    if (c->n <= c->theirs_n)
        return true;
    return c->n == c->theirs_n + 1 && has_short_opcode(c->text);
}

int main(void)
{
    struct test t = { .random = 1 };
    uint32_t n = 0;

    if (!oracle_available())
        return 77;
    oracle_init(&t.oracle, "x86_64", "--x86-asm-syntax=intel "
                "--output-asm-variant=1 --mattr=+lzcnt,+bmi,+popcnt,+sse4.1");
    t.oracle.accept = accept;
    for (unsigned op = 0; op < X64_COUNT; op++)
        test_op(&t, (x64_op)op);
    n = t.oracle.cases.n;
    oracle_check(&t.oracle);
    oracle_free(&t.oracle);
    printf("%u instructions, %u wrong\n", n, t.oracle.failures);
    return t.oracle.failures != 0;
}
