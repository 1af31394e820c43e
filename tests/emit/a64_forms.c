/*
 * Every form of every AArch64 instruction against LLVM, byte by byte: all
 * registers in each operand, all logical and floating-point immediates, the
 * others at their limits, branches at theirs.
 *
 * The test's own knowledge is in `specs` and in how each shape is written down.
 * Which forms exist is asked of the encoder, so a row that is added to insn.def
 * is tested or fails for want of a spelling.
 */
#include "backend/a64/encode.h"
#include "tests/emit/helper_oracle.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How an operation is spelled where it is not by its name, and what its
 * registers are: g general, f floating-point, w, x general of that size, s, d
 * floating-point of that size, v the 8 bytes of a vector, b its lowest. */
struct spec {
    const char *name;
    const char *regs;
};

static const struct spec specs[A64_COUNT] = {
    [A64_smull] = { NULL, "xww" }, [A64_umull] = { NULL, "xww" },
    [A64_fadd] = { NULL, "fff" }, [A64_fsub] = { NULL, "fff" },
    [A64_fmul] = { NULL, "fff" }, [A64_fnmul] = { NULL, "fff" },
    [A64_fdiv] = { NULL, "fff" }, [A64_fmax] = { NULL, "fff" },
    [A64_fmin] = { NULL, "fff" }, [A64_fmaxnm] = { NULL, "fff" },
    [A64_fminnm] = { NULL, "fff" }, [A64_fmadd] = { NULL, "ffff" },
    [A64_fmsub] = { NULL, "ffff" }, [A64_fmov] = { NULL, "ff" },
    [A64_fabs] = { NULL, "ff" }, [A64_fneg] = { NULL, "ff" },
    [A64_fsqrt] = { NULL, "ff" }, [A64_frintn] = { NULL, "ff" },
    [A64_frintp] = { NULL, "ff" }, [A64_frintm] = { NULL, "ff" },
    [A64_frintz] = { NULL, "ff" }, [A64_frinta] = { NULL, "ff" },
    [A64_fcvtsd] = { "fcvt", "ds" }, [A64_fcvtds] = { "fcvt", "sd" },
    [A64_fcmp] = { NULL, "ff" }, [A64_fcsel] = { NULL, "fff" },
    [A64_fmovxg] = { "fmov", "gf" }, [A64_fmovgx] = { "fmov", "fg" },
    [A64_fcvtzs] = { NULL, "gf" }, [A64_fcvtzu] = { NULL, "gf" },
    [A64_fcvtms] = { NULL, "gf" }, [A64_fcvtps] = { NULL, "gf" },
    [A64_scvtf] = { NULL, "fg" }, [A64_ucvtf] = { NULL, "fg" },
    [A64_cnt] = { NULL, "vv" }, [A64_addv] = { NULL, "bv" },
    [A64_udf] = { "udf #0", "" }, [A64_brk] = { "brk #0", "" },
    [A64_dmb] = { "dmb ish", "" }, [A64_dmbld] = { "dmb ishld", "" },
    [A64_dmbst] = { "dmb ishst", "" },
};

static const char *const cc_names[] = {
    "eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc",
    "hi", "ls", "ge", "lt", "gt", "le", "al",
};
static const char *const shift_names[] = { "lsl", "lsr", "asr", "ror" };
static const char *const extend_names[] = {
    "uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx",
};

struct test {
    oracle oracle;
    esp_arena arena;
    esp_asm as;
    uint64_t random;
    /* of the form that is being tested */
    a64_op op;
    unsigned size;
};

enum { RANDOMS = 64 };

static uint64_t random_bits(struct test *t)
{
    t->random = t->random * UINT64_C(6364136223846793005) + 1442695040888963407;
    return t->random ^ t->random >> 31;
}

static uint32_t random_below(struct test *t, uint32_t n)
{
    return (uint32_t)(random_bits(t) >> 32) % n;
}

static unsigned any(struct test *t)
{
    return random_below(t, 32);
}

/* ---- texts ------------------------------------------------------------- */

/* Texts are needed until the batch is checked, and are freed with it. */
static char *text(struct test *t, const char *format, ...)
{
    char buffer[128];
    va_list args;

    va_start(args, format);
    vsnprintf(buffer, sizeof buffer, format, args);
    va_end(args);
    return arena_strdup(&t->oracle.arena, buffer);
}

static const char *mnemonic(struct test *t)
{
    const char *name = specs[t->op].name;

    return name ? name : a64_op_name[t->op];
}

static const char *general(struct test *t, unsigned size, unsigned r,
                           const char *name_of_31)
{
    char c = size == 8 ? 'x' : 'w';

    if (r == 31 && !strcmp(name_of_31, "sp"))
        return size == 8 ? "sp" : "wsp";
    return r == 31 ? text(t, "%czr", c) : text(t, "%c%u", c, r);
}

/* The i-th register operand of the operation. */
static const char *reg(struct test *t, unsigned i, unsigned r)
{
    const char *regs = specs[t->op].regs;
    char class = regs ? regs[i] : 'g';
    const char *scalar = " bh s   d       q";

    switch (class) {
    case 'w': return general(t, 4, r, "zr");
    case 'x': return general(t, 8, r, "zr");
    case 'f': return text(t, "%c%u", scalar[t->size], r);
    case 'v': return text(t, "v%u.8b", r);
    case 'g': return general(t, t->size, r, "zr");
    default:  return text(t, "%c%u", class, r);
    }
}

/* 31 is the stack pointer. */
static const char *reg_sp(struct test *t, unsigned r)
{
    return general(t, t->size, r, "sp");
}

static bool sets_flags(a64_op op)
{
    return op == A64_adds || op == A64_subs || op == A64_ands;
}

/* ---- one instruction --------------------------------------------------- */

static esp_asm *begin(struct test *t)
{
    arena_free(&t->arena);
    asm_init(&t->as, &t->arena, &a64_asm_target);
    return &t->as;
}

static void end(struct test *t, const char *text)
{
    const char *wrong = asm_finish(&t->as);

    if (wrong) {
        printf("%s: %s\n", text, wrong);
        t->oracle.failures++;
    } else {
        oracle_add(&t->oracle, t->as.bytes, t->as.size, "%s", text);
    }
}

/* Runs `statement` for registers d, n, m, r: each through all its values while
 * the others are random, and all random. */
#define EACH_REG(t, statement)                                              \
    do {                                                                    \
        for (unsigned i_ = 0; i_ < 4 * 32 + RANDOMS; i_++) {                \
            unsigned d = i_ / 32 == 0 ? i_ % 32 : any(t);                   \
            unsigned n = i_ / 32 == 1 ? i_ % 32 : any(t);                   \
            unsigned m = i_ / 32 == 2 ? i_ % 32 : any(t);                   \
            unsigned r = i_ / 32 == 3 ? i_ % 32 : any(t);                   \
            (void)d, (void)n, (void)m, (void)r;                             \
            statement;                                                      \
        }                                                                   \
    } while (0)

/* ---- registers --------------------------------------------------------- */

static void one_rrr(struct test *t, unsigned d, unsigned n, unsigned m)
{
    a64_rrr(begin(t), t->op, t->size, d, n, m);
    end(t, text(t, "%s %s, %s, %s", mnemonic(t), reg(t, 0, d), reg(t, 1, n),
                reg(t, 2, m)));
}

static void one_shifted(struct test *t, unsigned d, unsigned n, unsigned m,
                        a64_shift shift, unsigned count)
{
    a64_shifted(begin(t), t->op, t->size, d, n, m, shift, count);
    end(t, text(t, "%s %s, %s, %s, %s #%u", mnemonic(t), reg(t, 0, d),
                reg(t, 1, n), reg(t, 2, m), shift_names[shift], count));
}

static void test_rrr(struct test *t)
{
    bool arith = a64_has(t->op, A64_RRX, 8);
    bool logic = t->op >= A64_and && t->op <= A64_bics;

    EACH_REG(t, one_rrr(t, d, n, m));
    if (!arith && !logic)
        return;
    for (unsigned shift = 0; shift <= (logic ? A64_ROR : A64_ASR); shift++)
        for (unsigned count = 0; count < 8 * t->size; count++)
            one_shifted(t, any(t), any(t), any(t), (a64_shift)shift, count);
}

static void one_rrx(struct test *t, unsigned d, unsigned n, unsigned m,
                    a64_extend extend, unsigned left)
{
    bool wide = t->size == 8 && (extend == A64_UXTX || extend == A64_SXTX);

    a64_extended(begin(t), t->op, t->size, d, n, m, extend, left);
    end(t, text(t, "%s %s, %s, %s, %s #%u", mnemonic(t),
                sets_flags(t->op) ? reg(t, 0, d) : reg_sp(t, d), reg_sp(t, n),
                general(t, wide ? 8 : 4, m, "zr"), extend_names[extend], left));
}

static void test_rrx(struct test *t)
{
    for (unsigned extend = 0; extend < 8; extend++)
        for (unsigned left = 0; left <= 4; left++)
            one_rrx(t, any(t), any(t), any(t), (a64_extend)extend, left);
    EACH_REG(t, one_rrx(t, d, n, m, (a64_extend)random_below(t, 8),
                        random_below(t, 5)));
}

static void one_rrrr(struct test *t, unsigned d, unsigned n, unsigned m,
                     unsigned r)
{
    a64_rrrr(begin(t), t->op, t->size, d, n, m, r);
    end(t, text(t, "%s %s, %s, %s, %s", mnemonic(t), reg(t, 0, d), reg(t, 1, n),
                reg(t, 2, m), reg(t, 3, r)));
}

static void one_rr(struct test *t, unsigned d, unsigned n)
{
    static const char *const suffix[] = { [1] = "b", [2] = "h", [4] = "",
                                          [8] = "" };

    a64_rr(begin(t), t->op, t->size, d, n);
    if (t->op == A64_ldar || t->op == A64_stlr)
        end(t, text(t, "%s%s %s, [%s]", mnemonic(t), suffix[t->size],
                    reg(t, 0, d), general(t, 8, n, "sp")));
    else
        end(t, text(t, "%s %s, %s", mnemonic(t), reg(t, 0, d), reg(t, 1, n)));
}

static void one_r(struct test *t, unsigned n)
{
    a64_r(begin(t), t->op, n);
    if (t->op == A64_fzero)
        end(t, text(t, "movi d%u, #0", n));
    else
        end(t, text(t, "%s %s", mnemonic(t), reg(t, 0, n)));
}

static void one_plain(struct test *t)
{
    a64_0(begin(t), t->op);
    end(t, mnemonic(t));
}

/* ---- immediates -------------------------------------------------------- */

static bool is_arith(a64_op op)
{
    return op >= A64_add && op <= A64_subs;
}

static bool is_logic(a64_op op)
{
    return op >= A64_and && op <= A64_ands;
}

static void one_rri(struct test *t, unsigned d, unsigned n, int64_t imm)
{
    bool sp_d = (is_arith(t->op) || is_logic(t->op)) && !sets_flags(t->op);

    a64_rri(begin(t), t->op, t->size, d, n, imm);
    if (is_logic(t->op) && t->size == 4)
        imm = (uint32_t)imm;
    end(t, text(t, "%s %s, %s, #%" PRId64, mnemonic(t),
                sp_d ? reg_sp(t, d) : reg(t, 0, d),
                is_arith(t->op) ? reg_sp(t, n) : reg(t, 1, n), imm));
}

static void test_arith(struct test *t)
{
    static const int64_t imm[] = {
        0, 1, 2, 4094, 4095, 4096, 8192, 0xfff000, 0xabc000,
        -1, -4095, -4096, -0xfff000,
    };

    for (unsigned i = 0; i < sizeof imm / sizeof *imm; i++)
        EACH_REG(t, one_rri(t, d, n, imm[i]));
}

static uint64_t repeated_run(unsigned width, unsigned ones, unsigned rotate)
{
    uint64_t run = UINT64_MAX >> (64 - ones), all = 0;

    if (rotate)
        run = (run >> rotate | run << (width - rotate))
            & UINT64_MAX >> (64 - width);
    for (unsigned i = 0; i < 64; i += width)
        all |= run << i;
    return all;
}

/* All of them: 5334 of 64 and 1302 of 32 bits. */
static void test_logic(struct test *t)
{
    unsigned count = 0;

    for (unsigned width = 2; width <= 8 * t->size; width *= 2)
        for (unsigned ones = 1; ones < width; ones++)
            for (unsigned rotate = 0; rotate < width; rotate++) {
                uint64_t imm = repeated_run(width, ones, rotate);
                if (t->size == 4)
                    imm = count % 2 ? (uint32_t)imm
                                    : (uint64_t)(int32_t)(uint32_t)imm;
                one_rri(t, any(t), any(t), (int64_t)imm);
                count++;
            }
    if (count != (t->size == 8 ? 5334 : 1302)) {
        printf("%u logical immediates\n", count);
        t->oracle.failures++;
    }
}

static void test_rri(struct test *t)
{
    if (is_arith(t->op))
        test_arith(t);
    else if (is_logic(t->op))
        test_logic(t);
    else
        for (unsigned count = 0; count < 8 * t->size; count++)
            one_rri(t, any(t), any(t), count);
}

static void one_rrri(struct test *t, unsigned d, unsigned n, unsigned m,
                     unsigned imm)
{
    a64_rrri(begin(t), t->op, t->size, d, n, m, imm);
    end(t, text(t, "%s %s, %s, %s, #%u", mnemonic(t), reg(t, 0, d),
                reg(t, 1, n), reg(t, 2, m), imm));
}

static void test_wide(struct test *t)
{
    static const unsigned imm[] = { 0, 1, 0x8000, 0xffff, 0x1234 };

    for (unsigned i = 0; i < 5; i++)
        for (unsigned shift = 0; shift < 8 * t->size; shift += 16)
            for (unsigned d = 0; d < 32; d++) {
                a64_wide(begin(t), t->op, t->size, d, imm[i], shift);
                end(t, text(t, "%s %s, #%u, lsl #%u", mnemonic(t),
                            reg(t, 0, d), imm[i], shift));
            }
}

static void one_field(struct test *t, const char *name, unsigned lsb,
                      unsigned width,
                      void (*emit)(esp_asm *, unsigned, unsigned, unsigned,
                                   unsigned, unsigned))
{
    unsigned d = any(t), n = any(t);

    emit(begin(t), t->size, d, n, lsb, width);
    end(t, text(t, "%s %s, %s, #%u, #%u", name, reg(t, 0, d), reg(t, 1, n), lsb,
                width));
}

static void test_fields(struct test *t)
{
    unsigned bits = 8 * t->size;

    for (unsigned lsb = 0; lsb < bits; lsb++)
        for (unsigned i = 0; i < 4; i++) {
            unsigned width = i == 0 ? 1 : i == 1 ? bits - lsb
                : 1 + random_below(t, bits - lsb);
            if (t->op == A64_ubfm) {
                one_field(t, "ubfx", lsb, width, a64_ubfx);
                one_field(t, "ubfiz", lsb, width, a64_ubfiz);
            } else if (t->op == A64_sbfm) {
                one_field(t, "sbfx", lsb, width, a64_sbfx);
                one_field(t, "sbfiz", lsb, width, a64_sbfiz);
            } else {
                one_field(t, "bfi", lsb, width, a64_bfi);
                one_field(t, "bfxil", lsb, width, a64_bfxil);
            }
        }
}

static void one_bits(struct test *t, unsigned d, unsigned n, unsigned r,
                     unsigned s)
{
    a64_bits(begin(t), t->op, t->size, d, n, r, s);
    end(t, text(t, "%s %s, %s, #%u, #%u", mnemonic(t), reg(t, 0, d),
                reg(t, 1, n), r, s));
}

/* ---- conditions -------------------------------------------------------- */

static void one_select(struct test *t, unsigned d, unsigned n, unsigned m,
                       a64_cc cc)
{
    a64_select(begin(t), t->op, t->size, d, n, m, cc);
    end(t, text(t, "%s %s, %s, %s, %s", mnemonic(t), reg(t, 0, d),
                reg(t, 1, n), reg(t, 2, m), cc_names[cc]));
}

/* The others have an alias of their own for equal operands. */
static void test_cset(struct test *t)
{
    for (unsigned cc = 0; cc < A64_AL; cc++) {
        unsigned d = any(t);
        a64_cset(begin(t), t->size, d, (a64_cc)cc);
        end(t, text(t, "cset %s, %s", reg(t, 0, d), cc_names[cc]));
        a64_csetm(begin(t), t->size, d, (a64_cc)cc);
        end(t, text(t, "csetm %s, %s", reg(t, 0, d), cc_names[cc]));
    }
}

static void test_select(struct test *t)
{
    for (unsigned cc = 0; cc <= A64_AL; cc++)
        one_select(t, any(t), any(t), any(t), (a64_cc)cc);
    EACH_REG(t, one_select(t, d, n, m, (a64_cc)random_below(t, 15)));
    if (t->op == A64_csinc)
        test_cset(t);
}

static void one_ccmp(struct test *t, unsigned n, unsigned m)
{
    unsigned flags = random_below(t, 16), cc = random_below(t, 15);

    a64_ccmp(begin(t), t->op, t->size, n, m, flags, (a64_cc)cc);
    end(t, text(t, "%s %s, %s, #%u, %s", mnemonic(t), reg(t, 0, n),
                reg(t, 1, m), flags, cc_names[cc]));
}

static void one_ccmp_imm(struct test *t, unsigned n, unsigned imm)
{
    unsigned flags = random_below(t, 16), cc = random_below(t, 15);

    a64_ccmp_imm(begin(t), t->op, t->size, n, imm, flags, (a64_cc)cc);
    end(t, text(t, "%s %s, #%u, #%u, %s", mnemonic(t), reg(t, 0, n), imm, flags,
                cc_names[cc]));
}

/* ---- floating point ---------------------------------------------------- */

/* All 256, from the value that the text gives to LLVM. */
static void test_fimm(struct test *t)
{
    for (unsigned i = 0; i < 256; i++) {
        double value = (16 + i % 16) / 16.0;
        union { double d; uint64_t bits; } d;
        union { float f; uint32_t bits; } f;
        unsigned r = any(t);

        for (unsigned e = 0; e < 7 - (i / 16 % 8); e++)
            value /= 2;
        value = i >= 128 ? -value * 16 : value * 16;
        d.d = value;
        f.f = (float)value;
        a64_fimm(begin(t), t->size, r, t->size == 8 ? d.bits : f.bits);
        end(t, text(t, "fmov %s, #%.12f", reg(t, 0, r), value));
    }
}

static void one_fcmp(struct test *t, unsigned n, unsigned m)
{
    a64_fcmp(begin(t), t->size, n, m);
    end(t, text(t, "fcmp %s, %s", reg(t, 0, n), reg(t, 1, m)));
    a64_fcmp_zero(begin(t), t->size, n);
    end(t, text(t, "fcmp %s, #0.0", reg(t, 0, n)));
}

static void one_convert(struct test *t, unsigned fsize, unsigned d, unsigned n)
{
    char f = fsize == 8 ? 'd' : 's';
    bool to_integer = specs[t->op].regs[0] == 'g';

    a64_convert(begin(t), t->op, t->size, fsize, d, n);
    if (to_integer)
        end(t, text(t, "%s %s, %c%u", mnemonic(t), reg(t, 0, d), f, n));
    else
        end(t, text(t, "%s %c%u, %s", mnemonic(t), f, d, reg(t, 1, n)));
}

/* ---- memory ------------------------------------------------------------ */

static const char *memory_text(struct test *t, const a64_mem *m)
{
    const char *base = general(t, 8, m->base, "sp");
    unsigned shift = (unsigned)__builtin_ctz(t->size);
    bool wide = m->extend == A64_UXTX || m->extend == A64_SXTX;
    const char *extend = m->extend == A64_UXTX ? "lsl"
                                               : extend_names[m->extend];

    switch ((a64_mode)m->mode) {
    case A64_PRE:
        return text(t, "[%s, #%d]!", base, m->disp);
    case A64_POST:
        return text(t, "[%s], #%d", base, m->disp);
    case A64_INDEX:
        if (!m->scaled && m->extend == A64_UXTX)
            return text(t, "[%s, %s]", base, general(t, 8, m->index, "zr"));
        if (!m->scaled)
            return text(t, "[%s, %s, %s]", base,
                        general(t, wide ? 8 : 4, m->index, "zr"), extend);
        return text(t, "[%s, %s, %s #%u]", base,
                    general(t, wide ? 8 : 4, m->index, "zr"), extend, shift);
    default:
        return text(t, "[%s, #%d]", base, m->disp);
    }
}

/* The name of a load or store and its register. */
static const char *access_text(struct test *t, unsigned d)
{
    static const char suffix[] = { [1] = 'b', [2] = 'h', [4] = 'w' };
    const char *const fregs = "    s   d       q";

    switch (t->op) {
    case A64_ldrs:
        return text(t, "ldrs%c %s", suffix[t->size], general(t, 8, d, "zr"));
    case A64_ldrs32:
        return text(t, "ldrs%c %s", suffix[t->size], general(t, 4, d, "zr"));
    case A64_ldrf:
    case A64_strf:
        return text(t, "%.3s %c%u", mnemonic(t), fregs[t->size], d);
    default:
        if (t->size < 4)
            return text(t, "%s%c %s", mnemonic(t), suffix[t->size],
                        reg(t, 0, d));
        return text(t, "%s %s", mnemonic(t), reg(t, 0, d));
    }
}

/* Writing back to a register that is also loaded or stored means nothing. */
static bool sensible(struct test *t, const a64_mem *m, unsigned d)
{
    bool back = m->mode == A64_PRE || m->mode == A64_POST;

    return !back || m->base == 31 || t->op == A64_ldrf || t->op == A64_strf
        || t->op == A64_ldpf || t->op == A64_stpf || m->base != d;
}

static void one_mem(struct test *t, unsigned d, a64_mem m)
{
    if (!sensible(t, &m, d))
        return;
    a64_rm(begin(t), t->op, t->size, d, m);
    end(t, text(t, "%s, %s", access_text(t, d), memory_text(t, &m)));
}

static void test_offsets(struct test *t)
{
    int32_t s = (int32_t)t->size;
    const int32_t offsets[] = {
        0, 1, 255, -1, -255, -256, s, 2 * s, 4095 * s, 256 * s, 257 * s, -s,
    };

    for (unsigned i = 0; i < sizeof offsets / sizeof *offsets; i++)
        for (unsigned r = 0; r < 32; r++) {
            one_mem(t, r, a64_at(any(t), offsets[i]));
            one_mem(t, any(t), a64_at(r, offsets[i]));
        }
    for (int32_t i = -256; i < 256; i += 17) {
        one_mem(t, any(t), a64_pre(any(t), i));
        one_mem(t, any(t), a64_post(any(t), i));
    }
    one_mem(t, any(t), a64_pre(any(t), 255));
    one_mem(t, any(t), a64_post(any(t), 255));
}

static void test_indices(struct test *t)
{
    static const a64_extend extends[] = { A64_UXTW, A64_UXTX, A64_SXTW,
                                          A64_SXTX };

    for (unsigned i = 0; i < 8; i++) {
        a64_extend extend = extends[i % 4];
        EACH_REG(t, one_mem(t, d, a64_indexed(n, m, extend, i >= 4)));
    }
}

static void one_pair(struct test *t, unsigned d, unsigned n, a64_mem m)
{
    const char *fregs = "    s   d       q";
    bool fp = t->op == A64_ldpf || t->op == A64_stpf;

    if (d == n || !sensible(t, &m, d) || !sensible(t, &m, n))
        return;
    a64_rrm(begin(t), t->op, t->size, d, n, m);
    if (fp)
        end(t, text(t, "%.3s %c%u, %c%u, %s", mnemonic(t), fregs[t->size], d,
                    fregs[t->size], n, memory_text(t, &m)));
    else
        end(t, text(t, "%s %s, %s, %s", mnemonic(t), reg(t, 0, d), reg(t, 0, n),
                    memory_text(t, &m)));
}

static void test_pairs(struct test *t)
{
    static const int32_t units[] = { 0, 1, 63, -64, -1, 17 };

    for (unsigned i = 0; i < sizeof units / sizeof *units; i++) {
        int32_t disp = units[i] * (int32_t)t->size;
        EACH_REG(t, one_pair(t, d, n, a64_at(m, disp)));
        EACH_REG(t, one_pair(t, d, n, a64_pre(m, disp)));
        EACH_REG(t, one_pair(t, d, n, a64_post(m, disp)));
    }
}

/* ---- branches and labels ----------------------------------------------- */

typedef void emit_relative(esp_asm *a, unsigned r, esp_label l);

/* An instruction that refers to a label with `apart` bytes between the two;
 * the label is behind it or, if `apart` is negative, before.  Returns the
 * bytes of the instruction, or NULL. */
static const uint8_t *relative(struct test *t, int32_t apart,
                               emit_relative *emit, unsigned r)
{
    static const uint8_t zeros[4096];
    uint32_t size = (uint32_t)abs(apart);
    esp_asm *a = begin(t);
    esp_label to = asm_label(a), here = asm_here(a);
    const char *wrong;

    if (apart < 0)
        asm_bind(a, to);
    else
        emit(a, r, to);
    for (uint32_t at = 0; at < size; at += sizeof zeros)
        asm_put(a, zeros, size - at < sizeof zeros ? size - at : sizeof zeros);
    if (apart < 0)
        here = asm_here(a), emit(a, r, to);
    else
        asm_bind(a, to);
    wrong = asm_finish(a);
    if (wrong) {
        printf("%d apart: %s\n", apart, wrong);
        t->oracle.failures++;
        return NULL;
    }
    return a->bytes + asm_offset(a, here);
}

/* As one instruction, from its first byte. */
static void one_relative(struct test *t, int32_t distance, const char *text,
                         emit_relative *emit, unsigned r)
{
    const uint8_t *bytes = relative(t, distance > 0 ? distance - 4 : distance,
                                    emit, r);

    if (bytes)
        oracle_add(&t->oracle, bytes, 4, "%s", text);
}

static void emit_b(esp_asm *a, unsigned r, esp_label l)
{
    if (r)
        a64_bl(a, l);
    else
        a64_b(a, l);
}

static void emit_bcc(esp_asm *a, unsigned cc, esp_label l)
{
    a64_bcc(a, (a64_cc)cc, l);
}

/* r: the register, with 32 for cbnz and 64 for 8 bytes */
static void emit_cbz(esp_asm *a, unsigned r, esp_label l)
{
    unsigned size = r & 64 ? 8 : 4;

    if (r & 32)
        a64_cbnz(a, size, r & 31, l);
    else
        a64_cbz(a, size, r & 31, l);
}

/* r: the register, with 32 for tbnz, and the bit from 64 on */
static void emit_tbz(esp_asm *a, unsigned r, esp_label l)
{
    if (r & 32)
        a64_tbnz(a, r & 31, r >> 6, l);
    else
        a64_tbz(a, r & 31, r >> 6, l);
}

static void emit_adr(esp_asm *a, unsigned r, esp_label l)
{
    a64_address(a, r, l);
}

/* r: the register, with the kind of literal from 32 on */
static void emit_literal(esp_asm *a, unsigned r, esp_label l)
{
    static const struct { a64_op op; unsigned size; } kinds[] = {
        { A64_ldr, 4 }, { A64_ldr, 8 }, { A64_ldrs, 4 },
        { A64_ldrf, 4 }, { A64_ldrf, 8 }, { A64_ldrf, 16 },
    };

    a64_rm(a, kinds[r >> 5].op, kinds[r >> 5].size, r & 31, a64_literal(l));
}

static void test_near(struct test *t, int32_t distance)
{
    one_relative(t, distance, text(t, "b #%d", distance), emit_b, 0);
    one_relative(t, distance, text(t, "bl #%d", distance), emit_b, 1);
    for (unsigned cc = 0; cc < 15; cc++)
        one_relative(t, distance, text(t, "b.%s #%d", cc_names[cc], distance),
                     emit_bcc, cc);
    for (unsigned i = 0; i < 128; i++)
        one_relative(t, distance,
                     text(t, "%s %s, #%d", i & 32 ? "cbnz" : "cbz",
                          general(t, i & 64 ? 8 : 4, i & 31, "zr"), distance),
                     emit_cbz, i);
    for (unsigned i = 0; i < 32; i++)
        one_relative(t, distance, text(t, "adr %s, #%d",
                                       general(t, 8, i, "zr"), distance),
                     emit_adr, i);
}

static void test_literals(struct test *t, int32_t distance)
{
    static const char *const names[] = { "ldr w%u", "ldr x%u", "ldrsw x%u",
                                         "ldr s%u", "ldr d%u", "ldr q%u" };

    for (unsigned kind = 0; kind < 6; kind++)
        for (unsigned r = 0; r < 31; r++) {
            char name[32];
            snprintf(name, sizeof name, names[kind], r);
            one_relative(t, distance, text(t, "%s, #%d", name, distance),
                         emit_literal, r | kind << 5);
        }
}

static void test_bits_and_branch(struct test *t, int32_t distance)
{
    for (unsigned bit = 0; bit < 64; bit++)
        for (unsigned i = 0; i < 4; i++) {
            unsigned r = any(t), not = i & 1;
            one_relative(t, distance,
                         text(t, "%s %s, #%u, #%d", not ? "tbnz" : "tbz",
                              general(t, bit < 32 ? 4 : 8, r, "zr"), bit,
                              distance),
                         emit_tbz, r | not << 5 | bit << 6);
        }
}

static void test_relative(struct test *t)
{
    test_near(t, 4);
    test_near(t, -4);
    test_near(t, 4096);
    test_literals(t, 4);
    test_literals(t, -1024);
    test_bits_and_branch(t, 4);
    test_bits_and_branch(t, -(1 << 15));
    test_bits_and_branch(t, (1 << 15) - 4);
    /* the limits, for one register: such code is large */
    for (int i = 0; i < 2; i++) {
        int32_t far = i ? (1 << 20) - 4 : -(1 << 20);
        one_relative(t, far, text(t, "b.lt #%d", far), emit_bcc, A64_LT);
        one_relative(t, far, text(t, "cbnz x7, #%d", far), emit_cbz,
                     7 | 32 | 64);
        one_relative(t, far, text(t, "adr x9, #%d", far), emit_adr, 9);
        one_relative(t, far, text(t, "ldr d3, #%d", far), emit_literal,
                     3 | 4 << 5);
        one_relative(t, 4 * far, text(t, "bl #%d", 4 * far), emit_b, 1);
    }
}

/* ---- what is beyond a limit -------------------------------------------- */

/* The instructions of the long forms, `n` of them. */
static void one_far(struct test *t, int32_t apart, unsigned n,
                    const char *const *texts, emit_relative *emit, unsigned r)
{
    const uint8_t *bytes = relative(t, apart, emit, r);

    for (unsigned i = 0; bytes && i < n; i++)
        oracle_add(&t->oracle, bytes + 4 * i, 4, "%s", texts[i]);
}

static void test_far(struct test *t)
{
    const char *cond[] = { "b.ge #8", text(t, "b #%d", (1 << 20) + 4) };
    const char *test[] = { "tbz x3, #40, #8", text(t, "b #%d", -32772 - 4) };
    const char *zero[] = { "cbnz w8, #8", text(t, "b #%d", -(1 << 20) - 8) };
    const char *adr[] = { "adr x4, #0", "add x4, x4, #0x100, lsl #12",
                          "add x4, x4, #0x34" };
    const char *back[] = { "adr x4, #0", "sub x4, x4, #0x101, lsl #12",
                           "add x4, x4, #0xffc" };
    const char *literal[] = { "adr x16, #0", "add x16, x16, #0x123, lsl #12",
                              "add x16, x16, #0x468", "ldr d5, [x16]" };

    one_far(t, 1 << 20, 2, cond, emit_bcc, A64_LT);
    one_far(t, -32772, 2, test, emit_tbz, 3 | 32 | 40 << 6);
    one_far(t, -(1 << 20) - 4, 2, zero, emit_cbz, 8);
    one_far(t, 0x100028, 3, adr, emit_adr, 4);
    one_far(t, -0x100004, 3, back, emit_adr, 4);
    one_far(t, 0x123458, 4, literal, emit_literal, 5 | 4 << 5);
}

/* ---- numbers of any size ----------------------------------------------- */

/* The value that movz, movn, movk and orr make, computed from the bytes. */
static uint64_t run_immediate(const uint8_t *bytes, uint32_t n, bool *ok)
{
    uint64_t x = 0x5555aaaa5555aaaa;

    *ok = true;
    for (uint32_t i = 0; i < n; i += 4) {
        uint32_t w;
        memcpy(&w, bytes + i, 4);
        uint64_t imm = (uint64_t)(w >> 5 & 0xffff) << 16 * (w >> 21 & 3);
        uint64_t mask = (uint64_t)0xffff << 16 * (w >> 21 & 3);
        switch (w >> 23 & 0xff) {
        case 0xa5: x = imm; break;
        case 0x25: x = ~imm; break;
        case 0xe5: x = (x & ~mask) | imm; break;
        default:   *ok = false; return 0;       /* orr: compared with LLVM */
        }
        if (!(w >> 31))
            x = (uint32_t)x;
    }
    return x;
}

static void one_number(struct test *t, unsigned size, uint64_t value)
{
    esp_asm *a = begin(t);
    bool ok;

    a64_imm(a, size, 11, value);
    if (size == 4)
        value = (uint32_t)value;
    if (asm_finish(a) || a->size != 4 * a64_imm_length(size, value)) {
        printf("%" PRIx64 ": %u bytes\n", value, a->size);
        t->oracle.failures++;
    }
    if (run_immediate(a->bytes, a->size, &ok) != value && ok) {
        printf("%" PRIx64 " is made wrongly\n", value);
        t->oracle.failures++;
    }
    /* LLVM's mov is one instruction as well, if there is one */
    if (a->size == 4 && (size == 4 || value > UINT32_MAX))
        oracle_add(&t->oracle, a->bytes, 4, "mov %s, #%" PRId64,
                   general(t, size, 11, "zr"), (int64_t)value);
    else if (a->size == 4)
        oracle_add(&t->oracle, a->bytes, 4, "mov w11, #%" PRIu64, value);
}

/* Parts of 16 bits that are zeros, ones, and others, in all orders. */
static void test_numbers(struct test *t)
{
    static const uint64_t parts[] = { 0, 0xffff, 1, 0x8000, 0x1234 };

    for (unsigned i = 0; i < 5 * 5 * 5 * 5; i++) {
        uint64_t value = parts[i % 5] | parts[i / 5 % 5] << 16
            | parts[i / 25 % 5] << 32 | parts[i / 125] << 48;
        one_number(t, 8, value);
        one_number(t, 4, value);
    }
    for (unsigned i = 0; i < 1000; i++) {
        unsigned from = random_below(t, 64), to = random_below(t, 64);
        uint64_t ones = UINT64_MAX >> from << to;
        one_number(t, 8, ones);
        one_number(t, 4, ones);
        one_number(t, 8, random_bits(t) >> from << to);
        one_number(t, 4, random_bits(t) >> from << to);
    }
}

/* ---- all --------------------------------------------------------------- */

static void test_form(struct test *t, a64_shape shape)
{
    switch (shape) {
    case A64_NONE: one_plain(t); break;
    case A64_R:
    case A64_R0:   EACH_REG(t, one_r(t, d)); break;
    case A64_RR:   EACH_REG(t, one_rr(t, d, n)); break;
    case A64_RRR:  test_rrr(t); break;
    case A64_RRX:  test_rrx(t); break;
    case A64_RRI:  test_rri(t); break;
    case A64_RRRI:
        EACH_REG(t, one_rrri(t, d, n, m, random_below(t, 8 * t->size)));
        break;
    case A64_RRRR: EACH_REG(t, one_rrrr(t, d, n, m, r)); break;
    case A64_RRRC: test_select(t); break;
    case A64_CCR:  EACH_REG(t, one_ccmp(t, n, m)); break;
    case A64_CCI:  EACH_REG(t, one_ccmp_imm(t, n, m)); break;
    case A64_BITS:
        test_fields(t);
        EACH_REG(t, one_bits(t, d, n, random_below(t, 8 * t->size),
                             random_below(t, 8 * t->size)));
        break;
    case A64_WIDE: test_wide(t); break;
    case A64_FI:   test_fimm(t); break;
    case A64_FCMP: EACH_REG(t, one_fcmp(t, n, m)); break;
    case A64_CVT:
        EACH_REG(t, one_convert(t, 4, d, n));
        EACH_REG(t, one_convert(t, 8, d, n));
        break;
    case A64_MEM:
        test_offsets(t);
        test_indices(t);
        break;
    case A64_PAIR: test_pairs(t); break;
    case A64_LIT:       /* test_relative */
    case A64_SHAPES: break;
    }
}

static void expect(struct test *t, bool ok, const char *what)
{
    if (ok)
        return;
    printf("wrong: %s\n", what);
    t->oracle.failures++;
}

#define REFUSED(t, ...)                                                     \
    do {                                                                    \
        esp_asm *a = begin(t);                                              \
        __VA_ARGS__;                                                        \
        expect((t), asm_finish(a), #__VA_ARGS__);                           \
    } while (0)

static void test_refusals(struct test *t)
{
    REFUSED(t, a64_rrr(a, A64_ret, 8, 0, 0, 0));
    REFUSED(t, a64_rrr(a, A64_smulh, 4, 0, 0, 0));
    REFUSED(t, a64_shifted(a, A64_add, 8, 0, 0, 0, A64_ROR, 1));
    REFUSED(t, a64_shifted(a, A64_mul, 8, 0, 0, 0, A64_LSL, 1));
    REFUSED(t, a64_shifted(a, A64_add, 4, 0, 0, 0, A64_LSL, 32));
    REFUSED(t, a64_extended(a, A64_add, 8, 0, 0, 0, A64_UXTW, 5));
    REFUSED(t, a64_rri(a, A64_add, 8, 0, 0, 4097));
    REFUSED(t, a64_rri(a, A64_add, 8, 0, 0, 0x1000000));
    REFUSED(t, a64_rri(a, A64_and, 8, 0, 0, 0));
    REFUSED(t, a64_rri(a, A64_and, 8, 0, 0, -1));
    REFUSED(t, a64_rri(a, A64_and, 8, 0, 0, 5));
    REFUSED(t, a64_rri(a, A64_and, 4, 0, 0, INT64_C(1) << 32));
    REFUSED(t, a64_rri(a, A64_lsl, 4, 0, 0, 32));
    REFUSED(t, a64_wide(a, A64_movz, 4, 0, 1, 32));
    REFUSED(t, a64_wide(a, A64_movz, 8, 0, 65536, 0));
    REFUSED(t, a64_ubfx(a, 4, 0, 0, 31, 2));
    REFUSED(t, a64_rm(a, A64_ldr, 8, 0, a64_at(0, 32768)));
    REFUSED(t, a64_rm(a, A64_ldr, 8, 0, a64_at(0, 257)));
    REFUSED(t, a64_rm(a, A64_ldr, 8, 0, a64_at(0, -257)));
    REFUSED(t, a64_rm(a, A64_ldr, 8, 0, a64_pre(0, 256)));
    REFUSED(t, a64_rm(a, A64_ldrs, 8, 0, a64_at(0, 0)));
    REFUSED(t, a64_rm(a, A64_ldr, 8, 0, a64_indexed(0, 1, A64_UXTB, false)));
    REFUSED(t, a64_rm(a, A64_str, 8, 0, a64_literal(asm_here(a))));
    REFUSED(t, a64_rrm(a, A64_ldp, 8, 0, 1, a64_at(0, 512)));
    REFUSED(t, a64_rrm(a, A64_ldp, 8, 0, 1, a64_at(0, 4)));
    REFUSED(t, a64_rrm(a, A64_ldp, 8, 0, 1,
                       a64_indexed(0, 1, A64_UXTX, false)));
    REFUSED(t, a64_ccmp_imm(a, A64_ccmp, 8, 0, 32, 0, A64_EQ));
    REFUSED(t, a64_tbz(a, 0, 64, asm_here(a)));
    REFUSED(t, a64_b(a, asm_label(a)));
    expect(t, !a64_has_fimm(8, 0), "0.0 is no immediate");
    expect(t, !a64_has_fimm(4, 0x3f800001), "nor is a long fraction");
}

static void test_op(struct test *t, a64_op op)
{
    t->op = op;
    for (unsigned shape = 0; shape < A64_SHAPES; shape++)
        for (t->size = 1; t->size <= 16; t->size *= 2)
            if (a64_has(op, (a64_shape)shape, t->size))
                test_form(t, (a64_shape)shape);
}

int main(void)
{
    struct test t = { .random = 1 };
    uint32_t n;

    if (!oracle_available())
        return 77;
    arena_init(&t.arena);
    oracle_init(&t.oracle, "aarch64", "");
    for (unsigned op = 0; op < A64_COUNT; op++)
        test_op(&t, (a64_op)op);
    test_numbers(&t);
    test_refusals(&t);
    t.op = A64_add;
    test_relative(&t);
    test_far(&t);
    n = t.oracle.cases.n;
    oracle_check(&t.oracle);
    oracle_free(&t.oracle);
    arena_free(&t.arena);
    printf("%u instructions, %u wrong\n", n, t.oracle.failures);
    return t.oracle.failures != 0;
}
