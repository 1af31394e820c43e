/*
 * Encoding of x86-64 instructions, from the table in insn.def.
 *
 *     [0x66] [prefix] [REX] [0f [38|3a]] opcode modrm [sib] [disp] [imm]
 *
 * All forms go through encode(); the functions above it only choose the form
 * and say which operand goes where.  A displacement relative to the program
 * counter and the distance of a jump are fixups, see backend/asm.h.
 */
#include "backend/x64/encode.h"

#include <elf.h>
#include <string.h>

enum form_flag {
    LESS1 = 1, SHORT = 2, IMM8 = 4, ONE = 8, XREG = 16, XRM = 32, BYTE = 64,
    PLAIN = 128, MEM = 256, NOMEM = 512
};

/* What `prefix` says beside a prefix byte. */
enum { SCALAR = 1, PACKED = 2 };

enum { SIZE_PREFIX = 0x66, REX = 0x40, REX_W = 8, REX_R = 4, REX_X = 2,
       REX_B = 1 };

struct form {
    uint32_t opcode;
    uint16_t flags;
    uint8_t sizes, prefix, ext;
};

static const struct form forms[X64_COUNT][X64_SHAPES] = {
#define INSN(name, meaning)
#define FORM(name, shape, sizes, prefix, opcode, ext, flags) \
    [X64_##name][X64_##shape] = { opcode, flags, sizes, prefix, ext },
#include "backend/x64/insn.def"
#undef INSN
#undef FORM
};

const char *const x64_op_name[X64_COUNT] = {
#define INSN(name, meaning) #name,
#define FORM(name, shape, sizes, prefix, opcode, ext, flags)
#include "backend/x64/insn.def"
#undef INSN
#undef FORM
};

/* One operand in the r/m field, and what follows it. */
struct rm {
    bool is_reg;
    uint8_t reg;
    x64_mem mem;
};

struct imm {
    int64_t value;
    uint8_t size;           /* bytes; 0: none */
};

/* Bytes being put together: no instruction has more than 15. */
struct bytes {
    uint8_t at[ASM_SHORT];
    uint32_t n;
};

static void put(struct bytes *b, uint8_t x)
{
    b->at[b->n++] = x;
}

/* The n low bytes of x; n is 0, 1, 2, 4 or 8. */
static void put_le(struct bytes *b, uint64_t x, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        put(b, (uint8_t)(x >> 8 * i));
}

static struct rm rm_reg(unsigned reg)
{
    return (struct rm){ .is_reg = true, .reg = (uint8_t)reg };
}

static struct rm rm_mem(x64_mem mem)
{
    return (struct rm){ .mem = mem };
}

/* ---- fixups ------------------------------------------------------------ */

enum { FIX_ALIGN, FIX_JMP, FIX_JCC, FIX_CALL, FIX_RIP };

static const asm_kind kinds[] = {
    [FIX_JMP]  = { 2, 5, INT8_MIN + 2, INT8_MAX + 2 },
    [FIX_JCC]  = { 2, 6, INT8_MIN + 2, INT8_MAX + 2 },
    [FIX_CALL] = { 5, 5, 0, 0 },
    [FIX_RIP]  = { 4, 4, 0, 0 },
};

/* The data of FIX_RIP: how many bytes of immediate follow the displacement,
 * and a number to be added to it. */
enum { RIP_TRAILING_BITS = 3, RIP_ADD_LIMIT = 1 << 28 };

static uint32_t rip_data(int32_t add, unsigned trailing)
{
    return (uint32_t)add << RIP_TRAILING_BITS | trailing;
}

static int64_t rip_distance(uint32_t data, int64_t distance)
{
    int32_t add = (int32_t)data >> RIP_TRAILING_BITS;
    unsigned trailing = data & ((1 << RIP_TRAILING_BITS) - 1);

    return distance - 4 - trailing + add;
}

static void write_fixup_opcode(struct bytes *b, const asm_fixup *f)
{
    switch (f->kind) {
    case FIX_JMP:
        put(b, f->is_long ? 0xe9 : 0xeb);
        break;
    case FIX_JCC:
        if (f->is_long)
            put(b, 0x0f);
        put(b, (uint8_t)((f->is_long ? 0x80 : 0x70) | f->data));
        break;
    case FIX_CALL:
        put(b, 0xe8);
        break;
    }
}

static bool write_fixup(uint8_t *to, const asm_fixup *f, int64_t distance)
{
    const asm_kind *k = &kinds[f->kind];
    unsigned size = f->is_long ? k->long_size : k->short_size;
    struct bytes b = { .n = 0 };

    write_fixup_opcode(&b, f);
    distance = f->kind == FIX_RIP ? rip_distance(f->data, distance)
                                  : distance - size;
    put_le(&b, (uint64_t)distance, size - b.n);
    memcpy(to, b.at, b.n);
    return distance == (int32_t)distance;
}

/* ---- nops -------------------------------------------------------------- */

enum { LONGEST_NOP = 9 };

static void pad(uint8_t *to, uint32_t n)
{
    static const uint8_t nops[LONGEST_NOP][LONGEST_NOP] = {
        { 0x90 },
        { 0x66, 0x90 },
        { 0x0f, 0x1f, 0x00 },
        { 0x0f, 0x1f, 0x40, 0 },
        { 0x0f, 0x1f, 0x44, 0, 0 },
        { 0x66, 0x0f, 0x1f, 0x44, 0, 0 },
        { 0x0f, 0x1f, 0x80, 0, 0, 0, 0 },
        { 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0 },
        { 0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0 },
    };

    while (n) {
        uint32_t take = n < LONGEST_NOP ? n : LONGEST_NOP;
        memcpy(to, nops[take - 1], take);
        to += take;
        n -= take;
    }
}

void x64_nop(esp_asm *a, uint32_t n)
{
    while (n) {
        uint8_t nop[LONGEST_NOP];
        uint32_t take = n < LONGEST_NOP ? n : LONGEST_NOP;
        pad(nop, take);
        asm_put(a, nop, take);
        n -= take;
    }
}

const asm_target x64_asm_target = {
    .kinds = kinds, .write = write_fixup, .pad = pad,
    .elf_machine = EM_X86_64, .dwarf_fp = 6, .dwarf_ra = 16,
};

/* ---- the encoder ------------------------------------------------------- */

static const struct form *form(x64_op op, x64_shape shape)
{
    return &forms[op][shape];
}

bool x64_has(x64_op op, x64_shape shape, unsigned size)
{
    return op < X64_COUNT && (form(op, shape)->sizes & size) != 0;
}

static uint8_t prefix_byte(const struct form *f, unsigned size)
{
    switch (f->prefix) {
    case SCALAR: return size == 4 ? 0xf3 : 0xf2;
    case PACKED: return size == 4 ? 0 : 0x66;
    default:     return f->prefix;
    }
}

/* Without a REX prefix 4 to 7 would be ah to bh. */
static bool is_high_byte(unsigned reg)
{
    return reg >= X64_RSP && reg <= X64_RDI;
}

static bool needs_bare_rex(const struct form *f, unsigned size, unsigned reg,
                           const struct rm *rm)
{
    bool has_reg = size == 1 && reg != X64_NOREG && !(f->flags & BYTE);
    bool has_rm = (size == 1 || f->flags & BYTE) && rm->is_reg;

    return (has_reg && is_high_byte(reg)) || (has_rm && is_high_byte(rm->reg));
}

static uint8_t rex(const struct form *f, unsigned size, unsigned reg,
                   const struct rm *rm)
{
    uint8_t r = 0;

    if (size == 8 && !(f->flags & PLAIN))
        r |= REX | REX_W;
    if (reg != X64_NOREG && reg & 8)
        r |= REX | REX_R;
    if (rm->is_reg) {
        if (rm->reg & 8)
            r |= REX | REX_B;
    } else {
        if (rm->mem.index != X64_NOREG && rm->mem.index & 8)
            r |= REX | REX_X;
        if (rm->mem.base != X64_NOREG && rm->mem.base & 8)
            r |= REX | REX_B;
    }
    if (needs_bare_rex(f, size, reg, rm))
        r |= REX;
    return r;
}

static void put_opcode(struct bytes *b, uint32_t opcode)
{
    if (opcode > 0xffff)
        put(b, (uint8_t)(opcode >> 16));
    if (opcode > 0xff)
        put(b, (uint8_t)(opcode >> 8));
    put(b, (uint8_t)opcode);
}

static void put_head(struct bytes *b, const struct form *f, unsigned size,
                     uint32_t opcode, unsigned reg, const struct rm *rm)
{
    uint8_t prefix = prefix_byte(f, size);
    uint8_t r = rex(f, size, reg, rm);

    if (size == 2 && !(f->flags & PLAIN))
        put(b, SIZE_PREFIX);
    if (prefix)
        put(b, prefix);
    if (r)
        put(b, r);
    put_opcode(b, opcode);
}

static uint8_t modrm(unsigned mod, unsigned reg, unsigned rm)
{
    return (uint8_t)(mod << 6 | (reg & 7) << 3 | (rm & 7));
}

static unsigned log2_of_scale(esp_asm *a, unsigned scale)
{
    switch (scale) {
    case 1: return 0;
    case 2: return 1;
    case 4: return 2;
    case 8: return 3;
    }
    asm_wrong(a, "an index can be scaled by 1, 2, 4 and 8 only");
    return 0;
}

/* In the r/m field rsp and r12 announce a SIB byte; as an index rsp is none.
 * As a base without displacement rbp and r13 mean none. */
enum { RM_SIB = 4, SIB_NO_INDEX = 4, NO_BASE = 5, RM_RIP = 5 };

static unsigned displacement_mod(const x64_mem *m)
{
    if (m->base == X64_NOREG)
        return 0;
    if (m->disp == 0 && (m->base & 7) != NO_BASE)
        return 0;
    return m->disp == (int8_t)m->disp ? 1 : 2;
}

static void put_memory(esp_asm *a, struct bytes *b, unsigned reg,
                       const x64_mem *m)
{
    unsigned mod = displacement_mod(m);
    unsigned base = m->base == X64_NOREG ? NO_BASE : m->base;
    unsigned disp_size = mod == 1 ? 1 : mod == 2 || m->base == X64_NOREG ? 4
                                                                         : 0;

    if (m->index == X64_RSP)
        asm_wrong(a, "rsp cannot be an index");
    if (m->index == X64_NOREG && m->base != X64_NOREG && (base & 7) != RM_SIB) {
        put(b, modrm(mod, reg, base));
    } else {
        bool indexed = m->index != X64_NOREG;
        put(b, modrm(mod, reg, RM_SIB));
        put(b, modrm(indexed ? log2_of_scale(a, m->scale) : 0,
                     indexed ? m->index : SIB_NO_INDEX, base));
    }
    put_le(b, (uint32_t)m->disp, disp_size);
}

static void put_relative(esp_asm *a, struct bytes *b, unsigned reg,
                         const x64_mem *m, unsigned trailing)
{
    if (m->base != X64_NOREG || m->index != X64_NOREG)
        asm_wrong(a, "an address relative to a label has no registers");
    if (m->disp >= RIP_ADD_LIMIT || m->disp < -RIP_ADD_LIMIT)
        asm_wrong(a, "too far from a label");
    put(b, modrm(0, reg, RM_RIP));
    asm_put_short(a, b->at, b->n);
    b->n = 0;
    asm_fix(a, FIX_RIP, m->label, rip_data(m->disp, trailing));
}

static void encode_opcode(esp_asm *a, const struct form *f, unsigned size,
                          uint32_t opcode, unsigned reg, struct rm rm,
                          struct imm imm)
{
    struct bytes b = { .n = 0 };
    unsigned digit = reg == X64_NOREG ? f->ext : reg;

    put_head(&b, f, size, opcode, reg, &rm);
    if (rm.is_reg)
        put(&b, modrm(3, digit, rm.reg));
    else if (rm.mem.relative)
        put_relative(a, &b, digit, &rm.mem, imm.size);
    else
        put_memory(a, &b, digit, &rm.mem);
    put_le(&b, (uint64_t)imm.value, imm.size);
    asm_put_short(a, b.at, b.n);
}

static uint32_t opcode_for(const struct form *f, unsigned size)
{
    unsigned smallest = f->sizes & -f->sizes;

    return f->opcode - (f->flags & LESS1 && size == smallest ? 1 : 0);
}

static bool can(esp_asm *a, const struct form *f, unsigned size,
                const struct rm *rm)
{
    if (!(f->sizes & size) || size & (size - 1)) {
        asm_wrong(a, "no such form of an instruction");
        return false;
    }
    if (rm && f->flags & (rm->is_reg ? MEM : NOMEM)) {
        asm_wrong(a, rm->is_reg ? "the operand must be in memory"
                                : "the operand cannot be in memory");
        return false;
    }
    return true;
}

static void encode(esp_asm *a, const struct form *f, unsigned size,
                   unsigned reg, struct rm rm)
{
    if (can(a, f, size, &rm))
        encode_opcode(a, f, size, opcode_for(f, size), reg, rm,
                      (struct imm){ 0 });
}

/* ---- immediates -------------------------------------------------------- */

/* Both readings of a narrow immediate are accepted, as in every assembler:
 * 255 and -1 are the same byte. */
static bool fits(int64_t value, unsigned size)
{
    switch (size) {
    case 1: return value >= INT8_MIN && value <= UINT8_MAX;
    case 2: return value >= INT16_MIN && value <= UINT16_MAX;
    case 4: return value >= INT32_MIN && value <= UINT32_MAX;
    default: return value == (int32_t)value;
    }
}

static int64_t sign_extended(int64_t value, unsigned size)
{
    switch (size) {
    case 1: return (int8_t)value;
    case 2: return (int16_t)value;
    case 4: return (int32_t)value;
    default: return value;
    }
}

static void encode_imm(esp_asm *a, const struct form *f, unsigned size,
                       unsigned reg, struct rm rm, int64_t value)
{
    unsigned width = f->flags & IMM8 ? 1 : size;
    uint32_t opcode;

    if (!can(a, f, size, &rm))
        return;
    if (!fits(value, width)) {
        asm_wrong(a, "an immediate is out of range");
        return;
    }
    opcode = opcode_for(f, size);
    value = sign_extended(value, width);
    if (f->flags & ONE && value == 1) {
        encode_opcode(a, f, size, opcode | 16, reg, rm, (struct imm){ 0 });
    } else if (f->flags & SHORT && size > 1 && value == (int8_t)value) {
        encode_opcode(a, f, size, opcode | 2, reg, rm,
                      (struct imm){ value, 1 });
    } else {
        uint8_t bytes = width == 8 ? 4 : (uint8_t)width;
        encode_opcode(a, f, size, opcode, reg, rm,
                      (struct imm){ value, bytes });
    }
}

/* The register in the low bits of the opcode, an immediate of full width. */
static void encode_low(esp_asm *a, const struct form *f, unsigned size,
                       unsigned reg, struct imm imm)
{
    struct bytes b = { .n = 0 };
    struct rm rm = rm_reg(reg);

    if (!can(a, f, size, NULL))
        return;
    put_head(&b, f, size, f->opcode | (reg & 7), X64_NOREG, &rm);
    put_le(&b, (uint64_t)imm.value, imm.size);
    asm_put_short(a, b.at, b.n);
}

/* ---- by operands ------------------------------------------------------- */

/* Between registers either direction will do; we take the one that the
 * disassemblers and assemblers of this world expect. */
void x64_rr(esp_asm *a, x64_op op, unsigned size, unsigned dst, unsigned src)
{
    const struct form *rm = form(op, X64_RM), *mr = form(op, X64_MR);

    if (rm->sizes && (!mr->sizes || rm->flags & XREG))
        encode(a, rm, size, dst, rm_reg(src));
    else
        encode(a, mr, size, src, rm_reg(dst));
}

void x64_rm(esp_asm *a, x64_op op, unsigned size, unsigned dst, x64_mem src)
{
    encode(a, form(op, X64_RM), size, dst, rm_mem(src));
}

void x64_mr(esp_asm *a, x64_op op, unsigned size, x64_mem dst, unsigned src)
{
    encode(a, form(op, X64_MR), size, src, rm_mem(dst));
}

void x64_ri(esp_asm *a, x64_op op, unsigned size, unsigned dst, int64_t imm)
{
    bool full = size == 8 ? !fits(imm, 8) : fits(imm, size);

    if (full && x64_has(op, X64_LI, size))
        encode_low(a, form(op, X64_LI), size, dst,
                   (struct imm){ imm, (uint8_t)size });
    else
        encode_imm(a, form(op, X64_MI), size, X64_NOREG, rm_reg(dst), imm);
}

void x64_mi(esp_asm *a, x64_op op, unsigned size, x64_mem dst, int64_t imm)
{
    encode_imm(a, form(op, X64_MI), size, X64_NOREG, rm_mem(dst), imm);
}

void x64_rri(esp_asm *a, x64_op op, unsigned size, unsigned dst, unsigned src,
             int64_t imm)
{
    encode_imm(a, form(op, X64_RMI), size, dst, rm_reg(src), imm);
}

void x64_rmi(esp_asm *a, x64_op op, unsigned size, unsigned dst, x64_mem src,
             int64_t imm)
{
    encode_imm(a, form(op, X64_RMI), size, dst, rm_mem(src), imm);
}

void x64_r(esp_asm *a, x64_op op, unsigned size, unsigned reg)
{
    if (form(op, X64_LOW)->sizes)
        encode_low(a, form(op, X64_LOW), size, reg, (struct imm){ 0 });
    else
        encode(a, form(op, X64_M), size, X64_NOREG, rm_reg(reg));
}

void x64_m(esp_asm *a, x64_op op, unsigned size, x64_mem mem)
{
    encode(a, form(op, X64_M), size, X64_NOREG, rm_mem(mem));
}

void x64_0(esp_asm *a, x64_op op, unsigned size)
{
    const struct form *f = form(op, X64_NONE);
    struct bytes b = { .n = 0 };
    struct rm none = rm_reg(0);

    if (!can(a, f, size, NULL))
        return;
    put_head(&b, f, size, f->opcode, X64_NOREG, &none);
    asm_put_short(a, b.at, b.n);
}

/* ---- conditions and jumps ---------------------------------------------- */

static void encode_cc(esp_asm *a, x64_op op, x64_shape shape, x64_cc cc,
                      unsigned size, unsigned reg, struct rm rm)
{
    struct form f = *form(op, shape);

    f.opcode |= cc;
    encode(a, &f, size, reg, rm);
}

void x64_setcc(esp_asm *a, x64_cc cc, unsigned reg)
{
    encode_cc(a, X64_set, X64_M, cc, 1, X64_NOREG, rm_reg(reg));
}

void x64_setcc_m(esp_asm *a, x64_cc cc, x64_mem mem)
{
    encode_cc(a, X64_set, X64_M, cc, 1, X64_NOREG, rm_mem(mem));
}

void x64_cmov(esp_asm *a, x64_cc cc, unsigned size, unsigned dst, unsigned src)
{
    encode_cc(a, X64_cmov, X64_RM, cc, size, dst, rm_reg(src));
}

void x64_cmov_m(esp_asm *a, x64_cc cc, unsigned size, unsigned dst, x64_mem src)
{
    encode_cc(a, X64_cmov, X64_RM, cc, size, dst, rm_mem(src));
}

void x64_jcc(esp_asm *a, x64_cc cc, esp_label to)
{
    asm_fix(a, FIX_JCC, to, cc);
}

void x64_jmp(esp_asm *a, esp_label to)
{
    asm_fix(a, FIX_JMP, to, 0);
}

void x64_call(esp_asm *a, esp_label to)
{
    asm_fix(a, FIX_CALL, to, 0);
}

void x64_ret(esp_asm *a)
{
    x64_0(a, X64_ret, 8);
}

static bool near_enough(uint64_t from, uint64_t to)
{
    int64_t distance = (int64_t)(to - from);

    return distance > INT32_MIN + 16 && distance < INT32_MAX - 16;
}

static bool reachable(const esp_asm *a, uint64_t target)
{
    return a->hi && near_enough(a->lo, target) && near_enough(a->hi, target);
}

/* A call or jump of five bytes. */
static void apply_rel32(uint8_t *bytes, uint64_t address, uint64_t target)
{
    uint32_t distance = (uint32_t)(target - address - 5);

    memcpy(bytes + 1, &distance, 4);
}

static void transfer(esp_asm *a, x64_op op, uint8_t opcode, const void *address,
                     unsigned scratch)
{
    uint64_t target = (uint64_t)(uintptr_t)address;

    if (reachable(a, target)) {
        uint8_t bytes[5] = { opcode };
        asm_reloc(a, target, apply_rel32);
        asm_put(a, bytes, sizeof bytes);
    } else {
        x64_imm(a, scratch, target, true);
        x64_r(a, op, 8, scratch);
    }
}

void x64_call_to(esp_asm *a, const void *address, unsigned scratch)
{
    transfer(a, X64_call, 0xe8, address, scratch);
}

void x64_jmp_to(esp_asm *a, const void *address, unsigned scratch)
{
    transfer(a, X64_jmp, 0xe9, address, scratch);
}

/* cmp byte [rip + distance], 0 */
static void apply_cmp(uint8_t *bytes, uint64_t address, uint64_t target)
{
    uint32_t distance = (uint32_t)(target - address - 7);

    memcpy(bytes + 2, &distance, 4);
}

void x64_test_byte(esp_asm *a, const void *address, unsigned scratch)
{
    static const uint8_t cmp[7] = { 0x80, 0x3d };
    uint64_t target = (uint64_t)(uintptr_t)address;

    if (reachable(a, target)) {
        asm_reloc(a, target, apply_cmp);
        asm_put(a, cmp, sizeof cmp);
    } else {
        x64_imm(a, scratch, target, true);
        x64_mi(a, X64_cmp, 1, x64_at(scratch, 0), 0);
    }
}

/* ---- short sequences --------------------------------------------------- */

void x64_imm(esp_asm *a, unsigned reg, uint64_t value, bool keep_flags)
{
    if (value == 0 && !keep_flags)
        x64_rr(a, X64_xor, 4, reg, reg);
    else if (value <= UINT32_MAX)
        x64_ri(a, X64_mov, 4, reg, (int64_t)value);
    else
        x64_ri(a, X64_mov, 8, reg, (int64_t)value);
}

void x64_fimm(esp_asm *a, unsigned size, unsigned xmm, uint64_t bits)
{
    if (bits == 0)
        x64_rr(a, X64_xorp, 4, xmm, xmm);
    else
        x64_rm(a, X64_movs, size, xmm, x64_const(asm_const(a, bits, 0, size)));
}

void x64_copy(esp_asm *a, unsigned size, unsigned dst, unsigned src)
{
    if (dst != src)
        x64_rr(a, X64_mov, size == 8 ? 8 : 4, dst, src);
}

void x64_fcopy(esp_asm *a, unsigned dst, unsigned src)
{
    if (dst != src)
        x64_rr(a, X64_movap, 4, dst, src);
}

void x64_address(esp_asm *a, unsigned dst, esp_label label)
{
    x64_rm(a, X64_lea, 8, dst, x64_const(label));
}

void x64_jump_table(esp_asm *a, unsigned index, unsigned scratch,
                    const esp_label *labels, uint32_t n)
{
    x64_address(a, scratch, asm_table(a, labels, n));
    x64_rm(a, X64_movsxd, 8, index, x64_indexed(scratch, index, 4, 0));
    x64_rr(a, X64_add, 8, index, scratch);
    x64_r(a, X64_jmp, 8, index);
}

/* bsr and bsf set ZF for an input of zero and leave the result undefined. */
static void scan_or(esp_asm *a, x64_op scan, unsigned size, unsigned dst,
                    unsigned src, unsigned for_zero)
{
    esp_label done = asm_label(a);

    x64_rr(a, scan, size, dst, src);
    x64_jcc(a, X64_NE, done);
    x64_imm(a, dst, for_zero, true);
    asm_bind(a, done);
}

void x64_clz(esp_asm *a, bool fast, unsigned size, unsigned dst, unsigned src)
{
    unsigned top = 8 * size - 1;

    if (fast) {
        x64_rr(a, X64_lzcnt, size, dst, src);
    } else {
        scan_or(a, X64_bsr, size, dst, src, 2 * top + 1);
        x64_ri(a, X64_xor, 4, dst, top);
    }
}

void x64_ctz(esp_asm *a, bool fast, unsigned size, unsigned dst, unsigned src)
{
    if (fast)
        x64_rr(a, X64_tzcnt, size, dst, src);
    else
        scan_or(a, X64_bsf, size, dst, src, 8 * size);
}

static x64_mem repeated(esp_asm *a, unsigned size, uint8_t byte)
{
    uint64_t bits = byte * UINT64_C(0x0101010101010101);

    if (size == 4)
        bits = (uint32_t)bits;
    return x64_const(asm_const(a, bits, 0, size));
}

/* Sums of neighbours: of 2 bits, of 4, of 8, and all bytes by a product. */
static void count_by_halves(esp_asm *a, unsigned size, unsigned dst,
                            unsigned src, unsigned tmp)
{
    x64_copy(a, size, tmp, src);
    x64_copy(a, size, dst, src);
    x64_ri(a, X64_shr, size, tmp, 1);
    x64_rm(a, X64_and, size, tmp, repeated(a, size, 0x55));
    x64_rr(a, X64_sub, size, dst, tmp);
    x64_copy(a, size, tmp, dst);
    x64_ri(a, X64_shr, size, tmp, 2);
    x64_rm(a, X64_and, size, tmp, repeated(a, size, 0x33));
    x64_rm(a, X64_and, size, dst, repeated(a, size, 0x33));
    x64_rr(a, X64_add, size, dst, tmp);
    x64_copy(a, size, tmp, dst);
    x64_ri(a, X64_shr, size, tmp, 4);
    x64_rr(a, X64_add, size, dst, tmp);
    x64_rm(a, X64_and, size, dst, repeated(a, size, 0x0f));
    x64_rm(a, X64_imul, size, dst, repeated(a, size, 0x01));
    x64_ri(a, X64_shr, size, dst, 8 * size - 8);
}

void x64_popcount(esp_asm *a, bool fast, unsigned size, unsigned dst,
                  unsigned src, unsigned tmp)
{
    if (fast)
        x64_rr(a, X64_popcnt, size, dst, src);
    else
        count_by_halves(a, size, dst, src, tmp);
}
