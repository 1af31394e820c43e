/*
 * Encoding of AArch64 instructions, from the table in insn.def.
 *
 * An instruction is the word of its row, bits for the size, and operands in
 * their fields; most have d in bits 0 to 4, n in 5 to 9, m in 16 to 20.
 */
#include "backend/a64/encode.h"

#include <elf.h>
#include <string.h>

enum form_flag {
    SF = 1, N = 2, TYPE = 4, TEN = 8, SCALE = 16, SHIFT = 32, ROTATE = 64,
    ARITH = 128, LOGIC = 256, COUNT = 512
};

struct form {
    uint32_t word;
    uint16_t flags;
    uint8_t sizes;
};

static const struct form forms[A64_COUNT][A64_SHAPES] = {
#define INSN(name, meaning)
#define FORM(name, shape, sizes, word, flags) \
    [A64_##name][A64_##shape] = { word, flags, sizes },
#include "backend/a64/insn.def"
#undef INSN
#undef FORM
};

const char *const a64_op_name[A64_COUNT] = {
#define INSN(name, meaning) #name,
#define FORM(name, shape, sizes, word, flags)
#include "backend/a64/insn.def"
#undef INSN
#undef FORM
};

static unsigned log2_of(unsigned size)
{
    return (unsigned)__builtin_ctz(size);
}

/* ---- words and fields -------------------------------------------------- */

static const struct form *form(a64_op op, a64_shape shape)
{
    return &forms[op][shape];
}

bool a64_has(a64_op op, a64_shape shape, unsigned size)
{
    return op < A64_COUNT && (form(op, shape)->sizes & size) != 0;
}

static void put(esp_asm *a, uint32_t word)
{
    uint8_t bytes[4] = { (uint8_t)word, (uint8_t)(word >> 8),
                         (uint8_t)(word >> 16), (uint8_t)(word >> 24) };

    asm_put(a, bytes, sizeof bytes);
}

static uint32_t field(uint32_t value, unsigned bits, unsigned at)
{
    return (value & (UINT32_MAX >> (32 - bits))) << at;
}

static uint32_t rd(unsigned r) { return field(r, 5, 0); }
static uint32_t rn(unsigned r) { return field(r, 5, 5); }
static uint32_t ra(unsigned r) { return field(r, 5, 10); }
static uint32_t rm(unsigned r) { return field(r, 5, 16); }

static uint32_t size_bits(const struct form *f, unsigned size)
{
    uint32_t bits = 0;

    if (f->flags & SCALE)
        return size == 16 ? UINT32_C(1) << 23 : log2_of(size) << 30;
    if (size != 8)
        return 0;
    if (f->flags & SF)
        bits |= UINT32_C(1) << 31;
    if (f->flags & (N | TYPE))
        bits |= UINT32_C(1) << 22;
    if (f->flags & TEN)
        bits |= UINT32_C(1) << 10;
    return bits;
}

/* The word of a form without its operands; says so if there is none. */
static uint32_t word(esp_asm *a, a64_op op, a64_shape shape, unsigned size)
{
    const struct form *f = form(op, shape);

    if (!(f->sizes & size) || size & (size - 1)) {
        asm_wrong(a, "no such form of an instruction");
        return 0;
    }
    return f->word | size_bits(f, size);
}

static void check(esp_asm *a, bool ok, const char *what)
{
    if (!ok)
        asm_wrong(a, what);
}

static const char out_of_range[] = "an immediate is out of range";

/* ---- fixups ------------------------------------------------------------ */

/* What does not reach becomes: a branch on the opposite condition over an
 * unconditional one; an address in three steps; an address in x16 and a load
 * from there. */
enum { FIX_ALIGN, FIX_B, FIX_COND, FIX_TEST, FIX_ADR, FIX_LITERAL };

enum { MB = 1 << 20, FAR_B = 128 * MB, FAR_ADR = 16 * MB };

static const asm_kind kinds[] = {
    [FIX_B]       = { 4, 4, 0, 0 },
    [FIX_COND]    = { 4, 8, -MB, MB - 4 },
    [FIX_TEST]    = { 4, 8, -(1 << 15), (1 << 15) - 4 },
    [FIX_ADR]     = { 4, 12, -MB, MB - 1 },
    [FIX_LITERAL] = { 4, 16, -MB, MB - 4 },
};

static void put_at(uint8_t *to, unsigned i, uint32_t word)
{
    for (unsigned j = 0; j < 4; j++)
        to[4 * i + j] = (uint8_t)(word >> 8 * j);
}

static uint32_t b_field(int64_t distance)
{
    return field((uint32_t)(distance >> 2), 26, 0);
}

/* b.cond, cbz, cbnz and literals; in tbz and tbnz the field is shorter. */
static uint32_t short_field(unsigned kind, int64_t distance)
{
    return field((uint32_t)(distance >> 2), kind == FIX_TEST ? 14 : 19, 5);
}

static uint32_t adr_field(int64_t distance)
{
    return field((uint32_t)distance, 2, 29)
        | field((uint32_t)(distance >> 2), 19, 5);
}

/* b.cond has its condition in the low bits; the others have one bit. */
static uint32_t opposite(uint32_t word)
{
    bool cond = word >> 24 == 0x54;

    return word ^ (cond ? UINT32_C(1) : UINT32_C(1) << 24);
}

enum base_word {
    WORD_B = 0x14000000, WORD_BL = (int)0x94000000u, WORD_BCC = 0x54000000,
    WORD_CBZ = 0x34000000, WORD_CBNZ = 0x35000000, WORD_TBZ = 0x36000000,
    WORD_TBNZ = 0x37000000, WORD_ADR = 0x10000000, WORD_ADRP = (int)0x90000000u
};

static bool write_b(uint8_t *to, uint32_t word, int64_t distance)
{
    put_at(to, 0, word | b_field(distance));
    return distance >= -FAR_B && distance < FAR_B;
}

static bool write_far_branch(uint8_t *to, const asm_fixup *f, int64_t distance)
{
    put_at(to, 0, opposite(f->data) | short_field(f->kind, 8));
    return write_b(to + 4, WORD_B, distance - 4);
}

/* adr d, here; add or sub d, d, the high part; add d, d, the low part */
static bool write_far_adr(uint8_t *to, unsigned d, int64_t distance)
{
    int64_t high = distance >> 12;
    uint32_t add = forms[A64_add][A64_RRI].word | UINT32_C(1) << 31;
    uint32_t sub = forms[A64_sub][A64_RRI].word | UINT32_C(1) << 31;
    uint32_t change = high < 0 ? sub : add;

    put_at(to, 0, WORD_ADR | rd(d));
    put_at(to, 1, change | rd(d) | rn(d) | UINT32_C(1) << 22
           | field((uint32_t)(high < 0 ? -high : high), 12, 10));
    put_at(to, 2, add | rd(d) | rn(d) | field((uint32_t)distance, 12, 10));
    return distance >= -FAR_ADR + 4096 && distance < FAR_ADR;
}

/* The load from [x16] that does what a load of a literal does. */
static uint32_t load_for_literal(uint32_t literal)
{
    switch (literal >> 24) {
    case 0x18: return 0xb9400000;       /* ldr w */
    case 0x58: return 0xf9400000;       /* ldr x */
    case 0x98: return 0xb9800000;       /* ldrsw */
    case 0x1c: return 0xbd400000;       /* ldr s */
    case 0x5c: return 0xfd400000;       /* ldr d */
    default:   return 0x3dc00000;       /* ldr q */
    }
}

static bool write_far_literal(uint8_t *to, const asm_fixup *f, int64_t distance)
{
    bool ok = write_far_adr(to, A64_IP0, distance);

    put_at(to, 3, load_for_literal(f->data) | rd(f->data) | rn(A64_IP0));
    return ok;
}

static bool write_fixup(uint8_t *to, const asm_fixup *f, int64_t distance)
{
    if (f->kind == FIX_B)
        return write_b(to, f->data, distance);
    if (!f->is_long) {
        bool adr = f->kind == FIX_ADR;
        put_at(to, 0, f->data | (adr ? adr_field(distance)
                                     : short_field(f->kind, distance)));
        return true;
    }
    switch (f->kind) {
    case FIX_ADR:     return write_far_adr(to, f->data & 31, distance);
    case FIX_LITERAL: return write_far_literal(to, f, distance);
    default:          return write_far_branch(to, f, distance);
    }
}

static void pad(uint8_t *to, uint32_t n)
{
    memset(to, 0, n & 3);
    for (uint32_t i = 0; i < n / 4; i++)
        put_at(to + (n & 3), i, forms[A64_nop][A64_NONE].word);
}

const asm_target a64_asm_target = {
    .kinds = kinds, .write = write_fixup, .pad = pad,
    .elf_machine = EM_AARCH64, .dwarf_fp = A64_FP, .dwarf_ra = A64_LR,
};

/* ---- immediates -------------------------------------------------------- */

static bool arith_fits(uint64_t imm)
{
    return imm <= 0xfff || (!(imm & 0xfff) && imm <= 0xfff000);
}

static int64_t signed_of(unsigned size, int64_t imm)
{
    return size == 4 ? (int32_t)imm : imm;
}

static uint64_t magnitude(int64_t imm)
{
    return imm < 0 ? -(uint64_t)imm : (uint64_t)imm;
}

/* A run of ones, `ones` long, rotated right by `rotate`, repeated in each
 * `width` bits: the fields N, immr and imms, or -1.  Neither all zeros nor all
 * ones is one. */
static int32_t logic_fields(unsigned size, uint64_t imm)
{
    unsigned width = 64, ones, rotate;
    uint64_t element;

    if (size == 4)
        imm = (uint32_t)imm | imm << 32;
    if (imm == 0 || imm == UINT64_MAX)
        return -1;
    while (width > 2) {
        uint64_t half = UINT64_MAX >> (64 - width / 2);
        if ((imm & half) != (imm >> width / 2 & half))
            break;
        width /= 2;
    }
    /* Turn it until the lowest bit begins the run: the highest is 0 then. */
    element = imm & UINT64_MAX >> (64 - width);
    for (rotate = 0; rotate < width; rotate++) {
        if (element & 1 && !(element >> (width - 1)))
            break;
        element = (element << 1 | element >> (width - 1))
            & UINT64_MAX >> (64 - width);
    }
    ones = (unsigned)__builtin_popcountll(element);
    if (rotate == width || element != UINT64_MAX >> (64 - ones))
        return -1;
    return (int32_t)(field(width == 64, 1, 12) | field(rotate, 6, 6)
                     | field((0u - width) << 1 | (ones - 1), 6, 0));
}

static bool logic_fits(unsigned size, int64_t imm)
{
    return logic_fields(size, (uint64_t)imm) >= 0
        && (size == 8 || imm == (int32_t)imm || imm == (uint32_t)imm);
}

bool a64_has_imm(a64_op op, unsigned size, int64_t imm)
{
    unsigned flags = form(op, A64_RRI)->flags;

    if (!a64_has(op, A64_RRI, size))
        return false;
    if (flags & ARITH)
        return arith_fits(magnitude(signed_of(size, imm)))
            && (size == 8 || imm == (int32_t)imm || imm == (uint32_t)imm);
    if (flags & LOGIC)
        return logic_fits(size, imm);
    return imm >= 0 && imm < 8 * (int64_t)size;
}

/* A number of 8 bits, abcdefgh: sign a, exponent not-b b..b c d, fraction e f
 * g h 0..0.  Or -1. */
static int fimm_field(unsigned size, uint64_t bits)
{
    unsigned fraction = size == 8 ? 52 : 23;    /* bits of it */
    unsigned repeated = size == 8 ? 8 : 5;      /* of b, below its opposite */
    unsigned sign = 8 * size - 1;
    uint64_t bs = bits >> (fraction + 2) & ((UINT64_C(2) << repeated) - 1);
    uint64_t b = bs & 1;
    uint64_t wanted = b ? (UINT64_C(1) << repeated) - 1
                        : UINT64_C(1) << repeated;

    if (bits & ((UINT64_C(1) << (fraction - 4)) - 1) || bs != wanted)
        return -1;
    return (int)((bits >> sign & 1) << 7 | b << 6
                 | (bits >> (fraction - 4) & 63));
}

bool a64_has_fimm(unsigned size, uint64_t bits)
{
    return fimm_field(size, bits) >= 0;
}

/* ---- registers --------------------------------------------------------- */

void a64_rrr(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
             unsigned m)
{
    put(a, word(a, op, A64_RRR, size) | rd(d) | rn(n) | rm(m));
}

void a64_shifted(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
                 unsigned m, a64_shift shift, unsigned count)
{
    unsigned flags = form(op, A64_RRR)->flags;

    check(a, flags & (shift == A64_ROR ? ROTATE : SHIFT) && count < 8 * size,
          "this shift is not there");
    put(a, word(a, op, A64_RRR, size) | rd(d) | rn(n) | rm(m)
        | field(shift, 2, 22) | field(count, 6, 10));
}

void a64_extended(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
                  unsigned m, a64_extend extend, unsigned left)
{
    check(a, left <= 4, "an extended register can be shifted by at most 4");
    put(a, word(a, op, A64_RRX, size) | rd(d) | rn(n) | rm(m)
        | field(extend, 3, 13) | field(left, 3, 10));
}

void a64_rrrr(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
              unsigned m, unsigned add)
{
    put(a, word(a, op, A64_RRRR, size) | rd(d) | rn(n) | rm(m) | ra(add));
}

void a64_rr(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n)
{
    put(a, word(a, op, A64_RR, size) | rd(d) | rn(n));
}

void a64_r(esp_asm *a, a64_op op, unsigned reg)
{
    if (a64_has(op, A64_R0, 8))
        put(a, word(a, op, A64_R0, 8) | rd(reg));
    else
        put(a, word(a, op, A64_R, 8) | rn(reg));
}

void a64_0(esp_asm *a, a64_op op)
{
    put(a, word(a, op, A64_NONE, 8));
}

/* ---- with immediates --------------------------------------------------- */

/* The opposite operation takes a negative number; the flags are the same. */
static a64_op negated(a64_op op)
{
    switch (op) {
    case A64_add:  return A64_sub;
    case A64_sub:  return A64_add;
    case A64_adds: return A64_subs;
    default:       return A64_adds;
    }
}

static uint32_t arith_field(uint64_t imm)
{
    bool high = imm > 0xfff;

    return field(high, 1, 22) | field((uint32_t)(high ? imm >> 12 : imm), 12,
                                      10);
}

static uint32_t count_fields(a64_op op, unsigned size, unsigned n,
                             unsigned count)
{
    unsigned top = 8 * size - 1;

    switch (op) {
    case A64_lsl:
        return field((0u - count) & top, 6, 16) | field(top - count, 6, 10);
    case A64_ror:
        return rm(n) | field(count, 6, 10);
    default:
        return field(count, 6, 16) | field(top, 6, 10);
    }
}

void a64_rri(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
             int64_t imm)
{
    unsigned flags = form(op, A64_RRI)->flags;
    uint32_t fields;

    if (!a64_has_imm(op, size, imm)) {
        asm_wrong(a, out_of_range);
        return;
    }
    if (flags & ARITH) {
        imm = signed_of(size, imm);
        fields = arith_field(magnitude(imm));
        op = imm < 0 ? negated(op) : op;
    } else if (flags & LOGIC) {
        fields = (uint32_t)logic_fields(size, (uint64_t)imm) << 10;
    } else {
        fields = count_fields(op, size, n, (unsigned)imm);
    }
    put(a, word(a, op, A64_RRI, size) | rd(d) | rn(n) | fields);
}

void a64_rrri(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
              unsigned m, unsigned imm)
{
    check(a, imm < 8 * size, out_of_range);
    put(a, word(a, op, A64_RRRI, size) | rd(d) | rn(n) | rm(m)
        | field(imm, 6, 10));
}

void a64_wide(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned bits,
              unsigned shift)
{
    check(a, bits <= UINT16_MAX && shift % 16 == 0 && shift < 8 * size,
          out_of_range);
    put(a, word(a, op, A64_WIDE, size) | rd(d) | field(bits, 16, 5)
        | field(shift / 16, 2, 21));
}

/* ---- bit fields -------------------------------------------------------- */

void a64_bits(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
              unsigned r, unsigned s)
{
    check(a, r < 8 * size && s < 8 * size, out_of_range);
    put(a, word(a, op, A64_BITS, size) | rd(d) | rn(n) | field(r, 6, 16)
        | field(s, 6, 10));
}

/* To bit 0 from `lsb`, or from bit 0 to `lsb`. */
static void extract(esp_asm *a, a64_op op, unsigned size, unsigned d,
                    unsigned n, unsigned lsb, unsigned width)
{
    check(a, width && lsb + width <= 8 * size, out_of_range);
    a64_bits(a, op, size, d, n, lsb, lsb + width - 1);
}

static void insert(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
                   unsigned lsb, unsigned width)
{
    check(a, width && lsb + width <= 8 * size, out_of_range);
    a64_bits(a, op, size, d, n, (0u - lsb) & (8 * size - 1), width - 1);
}

void a64_ubfx(esp_asm *a, unsigned size, unsigned d, unsigned n, unsigned lsb,
              unsigned width)
{
    extract(a, A64_ubfm, size, d, n, lsb, width);
}

void a64_sbfx(esp_asm *a, unsigned size, unsigned d, unsigned n, unsigned lsb,
              unsigned width)
{
    extract(a, A64_sbfm, size, d, n, lsb, width);
}

void a64_bfxil(esp_asm *a, unsigned size, unsigned d, unsigned n, unsigned lsb,
               unsigned width)
{
    extract(a, A64_bfm, size, d, n, lsb, width);
}

void a64_ubfiz(esp_asm *a, unsigned size, unsigned d, unsigned n, unsigned lsb,
               unsigned width)
{
    insert(a, A64_ubfm, size, d, n, lsb, width);
}

void a64_sbfiz(esp_asm *a, unsigned size, unsigned d, unsigned n, unsigned lsb,
               unsigned width)
{
    insert(a, A64_sbfm, size, d, n, lsb, width);
}

void a64_bfi(esp_asm *a, unsigned size, unsigned d, unsigned n, unsigned lsb,
             unsigned width)
{
    insert(a, A64_bfm, size, d, n, lsb, width);
}

/* ---- conditions -------------------------------------------------------- */

static uint32_t condition(a64_cc cc)
{
    return field(cc, 4, 12);
}

void a64_select(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
                unsigned m, a64_cc cc)
{
    put(a, word(a, op, A64_RRRC, size) | rd(d) | rn(n) | rm(m)
        | condition(cc));
}

void a64_cset(esp_asm *a, unsigned size, unsigned d, a64_cc cc)
{
    a64_select(a, A64_csinc, size, d, A64_ZR, A64_ZR, cc ^ 1);
}

void a64_csetm(esp_asm *a, unsigned size, unsigned d, a64_cc cc)
{
    a64_select(a, A64_csinv, size, d, A64_ZR, A64_ZR, cc ^ 1);
}

void a64_ccmp(esp_asm *a, a64_op op, unsigned size, unsigned n, unsigned m,
              unsigned flags, a64_cc cc)
{
    put(a, word(a, op, A64_CCR, size) | rn(n) | rm(m) | field(flags, 4, 0)
        | condition(cc));
}

void a64_ccmp_imm(esp_asm *a, a64_op op, unsigned size, unsigned n,
                  unsigned imm, unsigned flags, a64_cc cc)
{
    check(a, imm < 32, out_of_range);
    put(a, word(a, op, A64_CCI, size) | rn(n) | field(imm, 5, 16)
        | field(flags, 4, 0) | condition(cc));
}

/* ---- floating point ---------------------------------------------------- */

void a64_convert(esp_asm *a, a64_op op, unsigned size, unsigned fsize,
                 unsigned d, unsigned n)
{
    check(a, fsize == 4 || fsize == 8, "no such form of an instruction");
    put(a, word(a, op, A64_CVT, size) | rd(d) | rn(n)
        | field(fsize == 8, 2, 22));
}

void a64_fcmp(esp_asm *a, unsigned size, unsigned n, unsigned m)
{
    put(a, word(a, A64_fcmp, A64_FCMP, size) | rn(n) | rm(m));
}

void a64_fcmp_zero(esp_asm *a, unsigned size, unsigned n)
{
    put(a, word(a, A64_fcmp, A64_FCMP, size) | rn(n) | UINT32_C(1) << 3);
}

void a64_fimm(esp_asm *a, unsigned size, unsigned freg, uint64_t bits)
{
    int imm = fimm_field(size, bits);

    if (bits == 0)
        a64_r(a, A64_fzero, freg);
    else if (imm >= 0)
        put(a, word(a, A64_fmov, A64_FI, size) | rd(freg)
            | field((uint32_t)imm, 8, 13));
    else
        a64_rm(a, A64_ldrf, size, freg,
               a64_literal(asm_const(a, bits, 0, size)));
}

/* ---- memory ------------------------------------------------------------ */

/* What the bits of addressing are beside the offset; `word` has those of an
 * offset in units of the size. */
enum {
    UNITS = 1 << 24, POST = 1 << 10, PRE = 3 << 10,
    INDEXED = 1 << 21 | 2 << 10, INDEX_SCALED = 1 << 12,
    PAIR_POST = 1 << 23, PAIR_OFFSET = 2 << 23, PAIR_PRE = 3 << 23
};

static bool fits_units(unsigned size, int64_t disp)
{
    return disp >= 0 && disp % size == 0 && disp / size < 4096;
}

static bool fits_bytes(int64_t disp)
{
    return disp >= -256 && disp < 256;
}

bool a64_has_offset(unsigned size, int64_t disp)
{
    return fits_units(size, disp) || fits_bytes(disp);
}

static uint32_t offset_field(unsigned size, int32_t disp)
{
    if (fits_units(size, disp))
        return UNITS | field((uint32_t)disp / size, 12, 10);
    return field((uint32_t)disp, 9, 12);
}

static uint32_t address_fields(esp_asm *a, unsigned size, const a64_mem *m)
{
    uint32_t fields = rn(m->base);

    switch ((a64_mode)m->mode) {
    case A64_OFFSET:
        check(a, a64_has_offset(size, m->disp), out_of_range);
        return fields | offset_field(size, m->disp);
    case A64_PRE:
    case A64_POST:
        check(a, fits_bytes(m->disp), out_of_range);
        return fields | field((uint32_t)m->disp, 9, 12)
            | (m->mode == A64_PRE ? PRE : POST);
    case A64_INDEX:
        check(a, (m->extend & 2) != 0, "an index has 32 or 64 bits");
        return fields | rm(m->index) | INDEXED | field(m->extend, 3, 13)
            | (m->scaled ? INDEX_SCALED : 0);
    case A64_LABEL:
        break;
    }
    return fields;
}

static uint32_t literal_size(a64_op op, unsigned size)
{
    if (op == A64_ldr)
        return field(size == 8, 1, 30);
    return op == A64_ldrf ? field(log2_of(size) - 2, 2, 30) : 0;
}

void a64_rm(esp_asm *a, a64_op op, unsigned size, unsigned d, a64_mem mem)
{
    if (mem.mode == A64_LABEL)
        asm_fix(a, FIX_LITERAL, mem.label,
                word(a, op, A64_LIT, size) | literal_size(op, size) | rd(d));
    else
        put(a, (word(a, op, A64_MEM, size) & ~(uint32_t)UNITS) | rd(d)
            | address_fields(a, size, &mem));
}

void a64_rrm(esp_asm *a, a64_op op, unsigned size, unsigned d, unsigned n,
             a64_mem mem)
{
    static const uint32_t modes[] = {
        [A64_OFFSET] = PAIR_OFFSET, [A64_PRE] = PAIR_PRE,
        [A64_POST] = PAIR_POST,
    };
    int32_t units = mem.disp / (int32_t)size;
    uint32_t w = word(a, op, A64_PAIR, size);

    check(a, mem.mode <= A64_POST, "a pair has neither index nor label");
    check(a, mem.disp % (int32_t)size == 0 && units >= -64 && units < 64,
          out_of_range);
    if (op == A64_ldpf || op == A64_stpf)
        w |= field(log2_of(size) - 2, 2, 30);
    put(a, w | modes[mem.mode % 3] | rd(d) | ra(n) | rn(mem.base)
        | field((uint32_t)units, 7, 15));
}

a64_mem a64_reach(esp_asm *a, unsigned size, unsigned base, int64_t disp,
                  unsigned scratch)
{
    if (a64_has_offset(size, disp))
        return a64_at(base, (int32_t)disp);
    a64_imm(a, 8, scratch, (uint64_t)disp);
    return a64_indexed(base, scratch, A64_UXTX, false);
}

/* ---- control ----------------------------------------------------------- */

void a64_b(esp_asm *a, esp_label to)
{
    asm_fix(a, FIX_B, to, WORD_B);
}

void a64_bl(esp_asm *a, esp_label to)
{
    asm_fix(a, FIX_B, to, (uint32_t)WORD_BL);
}

void a64_bcc(esp_asm *a, a64_cc cc, esp_label to)
{
    asm_fix(a, FIX_COND, to, WORD_BCC | cc);
}

static void compare_and_branch(esp_asm *a, uint32_t w, unsigned size,
                               unsigned reg, esp_label to)
{
    check(a, size == 4 || size == 8, "no such form of an instruction");
    asm_fix(a, FIX_COND, to, w | field(size == 8, 1, 31) | rd(reg));
}

void a64_cbz(esp_asm *a, unsigned size, unsigned reg, esp_label to)
{
    compare_and_branch(a, WORD_CBZ, size, reg, to);
}

void a64_cbnz(esp_asm *a, unsigned size, unsigned reg, esp_label to)
{
    compare_and_branch(a, WORD_CBNZ, size, reg, to);
}

static void test_and_branch(esp_asm *a, uint32_t w, unsigned reg, unsigned bit,
                            esp_label to)
{
    check(a, bit < 64, out_of_range);
    asm_fix(a, FIX_TEST, to,
            w | field(bit >> 5, 1, 31) | field(bit, 5, 19) | rd(reg));
}

void a64_tbz(esp_asm *a, unsigned reg, unsigned bit, esp_label to)
{
    test_and_branch(a, WORD_TBZ, reg, bit, to);
}

void a64_tbnz(esp_asm *a, unsigned reg, unsigned bit, esp_label to)
{
    test_and_branch(a, WORD_TBNZ, reg, bit, to);
}

void a64_ret(esp_asm *a)
{
    a64_r(a, A64_ret, A64_LR);
}

/* Both ends of where the code may lie have to be near. */
static bool reachable(const esp_asm *a, uint64_t target, int64_t limit)
{
    int64_t from_lo = (int64_t)(target - a->lo);
    int64_t from_hi = (int64_t)(target - a->hi);

    return a->hi && from_lo > -limit && from_lo < limit && from_hi > -limit
        && from_hi < limit;
}

static uint32_t get(const uint8_t *from)
{
    return (uint32_t)from[0] | (uint32_t)from[1] << 8
        | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static void apply_branch(uint8_t *bytes, uint64_t address, uint64_t target)
{
    put_at(bytes, 0, get(bytes) | b_field((int64_t)(target - address)));
}

static void transfer(esp_asm *a, uint32_t near, a64_op far, const void *address,
                     unsigned scratch)
{
    uint64_t target = (uint64_t)(uintptr_t)address;

    if (target % 4 == 0 && reachable(a, target, FAR_B)) {
        asm_reloc(a, target, apply_branch);
        put(a, near);
    } else {
        a64_imm(a, 8, scratch, target);
        a64_r(a, far, scratch);
    }
}

void a64_call_to(esp_asm *a, const void *address, unsigned scratch)
{
    transfer(a, (uint32_t)WORD_BL, A64_blr, address, scratch);
}

void a64_jmp_to(esp_asm *a, const void *address, unsigned scratch)
{
    transfer(a, WORD_B, A64_br, address, scratch);
}

/* ---- short sequences --------------------------------------------------- */

static unsigned part(uint64_t value, unsigned i)
{
    return (unsigned)(value >> 16 * i & UINT16_MAX);
}

/* How many of the 16-bit parts are not `what`. */
static unsigned parts_other_than(unsigned size, uint64_t value, unsigned what)
{
    unsigned n = 0;

    for (unsigned i = 0; i < size / 2; i++)
        n += part(value, i) != what;
    return n;
}

/* movz or movn, whichever leaves less to do, and a movk for each part that
 * this has not made right. */
static void imm_by_parts(esp_asm *a, unsigned size, unsigned reg,
                         uint64_t value)
{
    bool ones = parts_other_than(size, value, UINT16_MAX)
        < parts_other_than(size, value, 0);
    unsigned rest = ones ? UINT16_MAX : 0;
    bool first = true;

    for (unsigned i = 0; i < size / 2; i++) {
        unsigned bits = part(value, i);
        if (bits == rest)
            continue;
        if (!first)
            a64_wide(a, A64_movk, size, reg, bits, 16 * i);
        else if (ones)
            a64_wide(a, A64_movn, size, reg, bits ^ UINT16_MAX, 16 * i);
        else
            a64_wide(a, A64_movz, size, reg, bits, 16 * i);
        first = false;
    }
    if (first)
        a64_wide(a, ones ? A64_movn : A64_movz, size, reg, 0, 0);
}

/* A value whose upper half is zero can be made as a 32-bit one. */
static unsigned imm_size(unsigned size, uint64_t value)
{
    return value <= UINT32_MAX ? 4 : size;
}

static unsigned length_by_parts(unsigned size, uint64_t value)
{
    unsigned zeros = parts_other_than(size, value, 0);
    unsigned ones = parts_other_than(size, value, UINT16_MAX);
    unsigned n = ones < zeros ? ones : zeros;

    return n ? n : 1;
}

unsigned a64_imm_length(unsigned size, uint64_t value)
{
    if (size == 4)
        value = (uint32_t)value;
    size = imm_size(size, value);
    return logic_fields(size, value) >= 0 ? 1 : length_by_parts(size, value);
}

void a64_imm(esp_asm *a, unsigned size, unsigned reg, uint64_t value)
{
    if (size == 4)
        value = (uint32_t)value;
    size = imm_size(size, value);
    if (length_by_parts(size, value) > 1 && logic_fields(size, value) >= 0)
        a64_rri(a, A64_orr, size, reg, A64_ZR, (int64_t)value);
    else
        imm_by_parts(a, size, reg, value);
}

void a64_copy(esp_asm *a, unsigned size, unsigned dst, unsigned src)
{
    if (dst != src)
        a64_rrr(a, A64_orr, size == 8 ? 8 : 4, dst, A64_ZR, src);
}

void a64_fcopy(esp_asm *a, unsigned size, unsigned dst, unsigned src)
{
    if (dst != src)
        a64_rr(a, A64_fmov, size, dst, src);
}

void a64_add_any(esp_asm *a, unsigned dst, unsigned src, int64_t n,
                 unsigned scratch)
{
    uint64_t size = magnitude(n);
    a64_op op = n < 0 ? A64_sub : A64_add;

    if (a64_has_imm(A64_add, 8, n)) {
        a64_rri(a, A64_add, 8, dst, src, n);
    } else if (size < 1 << 24) {
        a64_rri(a, op, 8, dst, src, (int64_t)(size & ~UINT64_C(0xfff)));
        a64_rri(a, op, 8, dst, dst, (int64_t)(size & 0xfff));
    } else {
        a64_imm(a, 8, scratch, (uint64_t)n);
        a64_extended(a, A64_add, 8, dst, src, scratch, A64_UXTX, 0);
    }
}

void a64_address(esp_asm *a, unsigned dst, esp_label label)
{
    asm_fix(a, FIX_ADR, label, WORD_ADR | rd(dst));
}

/* adrp counts pages of 4 KB from the one that it stands in. */
static void apply_page(uint8_t *bytes, uint64_t address, uint64_t target)
{
    int64_t pages = (int64_t)((target >> 12) - (address >> 12));

    put_at(bytes, 0, get(bytes) | adr_field(pages));
}

static void apply_adrp(uint8_t *bytes, uint64_t address, uint64_t target)
{
    apply_page(bytes, address, target);
    put_at(bytes, 1, get(bytes + 4) | field((uint32_t)target, 12, 10));
}

enum { ADRP_LIMIT_BITS = 32 };

void a64_address_of(esp_asm *a, unsigned dst, const void *address)
{
    uint64_t target = (uint64_t)(uintptr_t)address;
    int64_t limit = (INT64_C(1) << ADRP_LIMIT_BITS) - 4096;
    bool page = (target & 4095) == 0;

    if (a64_imm_length(8, target) <= (page ? 1 : 2)
        || !reachable(a, target, limit)) {
        a64_imm(a, 8, dst, target);
        return;
    }
    asm_reloc(a, target, page ? apply_page : apply_adrp);
    put(a, (uint32_t)WORD_ADRP | rd(dst));
    if (!page)
        put(a, word(a, A64_add, A64_RRI, 8) | rd(dst) | rn(dst));
}

void a64_jump_table(esp_asm *a, unsigned index, unsigned scratch,
                    const esp_label *labels, uint32_t n)
{
    a64_address(a, scratch, asm_table(a, labels, n));
    a64_rm(a, A64_ldrs, 4, index, a64_indexed(scratch, index, A64_UXTX, true));
    a64_rrr(a, A64_add, 8, index, index, scratch);
    a64_r(a, A64_br, index);
}

void a64_ctz(esp_asm *a, unsigned size, unsigned dst, unsigned src)
{
    a64_rr(a, A64_rbit, size, dst, src);
    a64_rr(a, A64_clz, size, dst, dst);
}

void a64_popcount(esp_asm *a, unsigned size, unsigned dst, unsigned src,
                  unsigned ftmp)
{
    a64_rr(a, A64_fmovgx, size, ftmp, src);
    a64_rr(a, A64_cnt, 8, ftmp, ftmp);
    a64_rr(a, A64_addv, 8, ftmp, ftmp);
    a64_rr(a, A64_fmovxg, 4, dst, ftmp);
}
