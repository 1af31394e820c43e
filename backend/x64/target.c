/*
 * x86-64: registers, names, and the table that the rest of the backend sees.
 *
 * r11 and xmm15 are never allocated: moves and far calls go through them.
 * Registers that the C ABI lets us change come first.
 */
#include "backend/x64/x64.h"

static const char *const reg_name[] = {
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
    "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
    "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
    "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"
};

static const char *const form_name[] = {
    "", "rr", "rm", "mr", "ri", "mi", "rri", "rmi", "r", "m", NULL
};

static const char *const cc_name[] = {
    "", "o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l",
    "ge", "le", "g", "feq", "fne", NULL
};

static const struct { const char *name; uint8_t flags; } pseudo[] = {
#define READS LIR_READS
#define SETS LIR_SETS
#define PSEUDO(name, flags, meaning) { #name, flags },
#include "backend/x64/pseudo.def"
#undef PSEUDO
#undef READS
#undef SETS
};

static const char *op_name(unsigned op)
{
    if (op > X64_PSEUDO_FIRST)
        return pseudo[op - X64_PSEUDO_FIRST - 1].name;
    return x64_op_name[op - LIR_TARGET];
}

static unsigned op_flags(unsigned op)
{
    if (op > X64_PSEUDO_FIRST)
        return pseudo[op - X64_PSEUDO_FIRST - 1].flags;
    switch ((x64_op)(op - LIR_TARGET)) {
    case X64_add:
    case X64_or:
    case X64_and:
    case X64_sub:
    case X64_xor:
    case X64_cmp:
    case X64_test:
    case X64_bt:
    case X64_neg:
    case X64_imul:
    case X64_mul:
    case X64_imul1:
    case X64_ucomis:
        return LIR_SETS;
    case X64_cmov:
        return LIR_READS;
    case X64_sbb:
    case X64_adc:
        return LIR_READS | LIR_SETS;
    default:
        return 0;
    }
}

static const esp_machine machine = {
    .name = "x86-64", .nregs = 32, .reg_name = reg_name,
    .reg_class = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                   1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
    .order = {
        { X64_RAX, X64_RCX, X64_RDX, X64_RSI, X64_RDI, X64_R8, X64_R9,
          X64_R10, X64_RBX, X64_R12, X64_R13, X64_R14, X64_R15 },
        { 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30 }
    },
    .norder = { 13, 15 },
    .callee_saved = 1u << X64_RBX | 1u << X64_R12 | 1u << X64_R13
                  | 1u << X64_R14 | 1u << X64_R15,
    .scratch = { X64_R11, 31 },
    .nops = X64_PSEUDO_END - LIR_TARGET,
    .op_name = op_name, .op_flags = op_flags,
    .form_name = form_name, .cc_name = cc_name
};

/* Elsewhere, code for this machine is only looked at. */
#if defined(__x86_64__)
#define SUPPORTS(feature) __builtin_cpu_supports(feature)
#else
#define SUPPORTS(feature) false
#endif

bool x64_has_round(void)
{
    return SUPPORTS("sse4.1");
}

/* clang 14 cannot be asked for lzcnt; all that have avx2 have it. */
bool x64_has_counts(void)
{
    return SUPPORTS("avx2") && SUPPORTS("bmi") && SUPPORTS("popcnt");
}

static esp_loc loc(unsigned reg)
{
    if (reg < X64_XMM)
        return (esp_loc){ .kind = LOC_GPR, .value = reg };
    return (esp_loc){ .kind = LOC_FPR, .value = reg - X64_XMM };
}

/* Those that fit 32 bits are operands, or made in no time. */
static bool keeps(unsigned op, uint64_t bits)
{
    return op == LIR_imm && (int64_t)bits != (int32_t)bits;
}

const esp_isa x64_isa = {
    .name = "x86-64", .machine = &machine, .assembler = &x64_asm_target,
    .abi = &x64_abi, .rules = &x64_rules, .keeps = keeps,
    .emission = &x64_emission, .loc = loc
};
