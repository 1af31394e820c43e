/*
 * AArch64: registers, names, and the table that the rest of the backend sees.
 *
 * x16, x17 and v31 are never allocated: the emitter reaches what is far away
 * through x16, and moves go through the others.  x18 belongs to the platform.
 * Registers that the C ABI lets us change come first.
 */
#include "backend/a64/a64.h"

static const char *const reg_name[] = {
    "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7",
    "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
    "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23",
    "x24", "x25", "x26", "x27", "x28", "x29", "x30", "sp",
    "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7",
    "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15",
    "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23",
    "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31"
};

static const char *const form_name[] = {
    "", "rr", "cbz", "cbnz", "tbz", "tbnz", "rri", "rrrr", "bits", "select",
    "fcmp", "fcmpz", "cvt4", "cvt8", "rrr", "lsl", "lsr", "asr", "uxtb",
    "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx", "mem", "memuxtw",
    "memsxtw", NULL
};

static const char *const cc_name[] = {
    "", "eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt",
    "gt", "le", NULL
};

static const char *op_name(unsigned op)
{
    return a64_op_name[op - LIR_TARGET];
}

static unsigned op_flags(unsigned op)
{
    switch ((a64_op)(op - LIR_TARGET)) {
    case A64_adds:
    case A64_subs:
    case A64_ands:
    case A64_fcmp:
        return LIR_SETS;
    case A64_csel:
    case A64_csinc:
    case A64_csinv:
    case A64_csneg:
    case A64_fcsel:
        return LIR_READS;
    default:
        return 0;
    }
}

static const esp_machine machine = {
    .name = "AArch64", .nregs = 64, .reg_name = reg_name,
    .reg_class = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                   1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                   1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
    .order = {
        { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
          19, 20, 21, 22, 23, 24, 25, 26, 27, 28 },
        { 32, 33, 34, 35, 36, 37, 38, 39,
          48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
          40, 41, 42, 43, 44, 45, 46, 47 }
    },
    .norder = { 26, 31 },
    .callee_saved = UINT64_C(0x3ff) << 19 | UINT64_C(0xff) << (A64_V + 8),
    .scratch = { A64_IP1, A64_V + 31 },
    .nops = A64_COUNT,
    .op_name = op_name, .op_flags = op_flags,
    .form_name = form_name, .cc_name = cc_name
};

static esp_loc loc(unsigned reg)
{
    if (reg < A64_V)
        return (esp_loc){ .kind = LOC_GPR, .value = reg };
    return (esp_loc){ .kind = LOC_FPR, .value = reg - A64_V };
}

/* What is no operand costs an instruction or more, but for zero. */
static bool keeps(unsigned op, uint64_t bits)
{
    (void)op;
    return bits != 0;
}

const esp_isa a64_isa = {
    .name = "AArch64", .machine = &machine, .assembler = &a64_asm_target,
    .abi = &a64_abi, .rules = &a64_rules,
    .keeps = keeps, .pairs = true,
    .emission = &a64_emission, .loc = loc
};
