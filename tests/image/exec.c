/*
 * The IR interpreter on functions made by hand: what clang seldom or never
 * writes.  That it runs C correctly is for csem.c.
 */
#include "pe/image/exec.h"

#include <stdio.h>
#include <string.h>

static uint32_t passed, failed;

static void is(const char *what, uint64_t got, uint64_t want)
{
    if (got == want) {
        passed++;
        return;
    }
    failed++;
    printf("%s: %#llx instead of %#llx\n", what, (unsigned long long)got,
           (unsigned long long)want);
}

static const uint8_t words[SIG_MAX_ARGS] = {
    TY_i64, TY_i64, TY_i64, TY_i64, TY_i64, TY_i64, TY_i64, TY_i64,
    TY_i64, TY_i64, TY_i64, TY_i64, TY_i64, TY_i64, TY_i64, TY_i64
};

static esp_sig sig_of(uint8_t nargs, uint8_t nresults)
{
    esp_sig sig = { .nargs = nargs, .nresults = nresults,
                    .result = { TY_i64, TY_i64 } };

    memcpy(sig.arg, words, sizeof words);
    return sig;
}

/* Words shift along the parameters of a loop: more of them than are moved
 * without memory from elsewhere, and each onto the next to be read.
 *
 *     b0(p0 ... p11)           jump b1(p0 ... p11)
 *     b1(q0 ... q11)           q11 == 0 ? b2 : b1(q11 - 100, q0 ... q10)
 *     b2                       return q10, q0
 */
static void check_rotation(void)
{
    enum { N = 12, P0 = 2, J = P0 + N, Q0 = J + 1, EQ = Q0 + N, SUB, BR, RET };
    const uint64_t consts[] = { 0, 100 };
    const uint8_t const_ty[] = { TY_i64, TY_i64 };
    esp_ins code[2 * N + 5] = { { 0 } };
    uint32_t refs[2 * N];
    const esp_edge edges[] = {
        { .block = 1, .args = 0, .nargs = N },
        { .block = 2 }, { .block = 1, .args = N, .nargs = N },
    };
    const esp_iblock blocks[] = {
        { .first = 0, .end = N + 1, .nparams = N },
        { .first = N + 1, .end = 2 * N + 4, .nparams = N },
        { .first = 2 * N + 4, .end = 2 * N + 5 },
    };
    const esp_ifunc fn = {
        .name = "rotation", .sig = sig_of(N, 2), .nconsts = 2,
        .consts = consts, .const_ty = const_ty, .code = code,
        .ncode = 2 * N + 5, .blocks = blocks, .nblocks = 3, .edges = edges,
        .refs = refs
    };
    uint64_t args[N];
    esp_exec x = { 0 };
    esp_exec_result r;

    for (uint32_t k = 0; k < N; k++) {
        code[k] = (esp_ins){ .op = IR_param, .ty = TY_i64, .b = k };
        code[N + 1 + k] = (esp_ins){ .op = IR_param, .ty = TY_i64, .b = k };
        refs[k] = P0 + k;
        refs[N + k] = k ? Q0 + k - 1 : SUB;
        args[k] = N - k;
    }
    args[N - 4] = 0;
    code[J - 2] = (esp_ins){ .op = IR_jump, .b = 0, .c = 1 };
    code[EQ - 2] = (esp_ins){ .op = IR_eq, .ty = TY_i1,
                              .a = Q0 + N - 1, .b = 0 };
    code[SUB - 2] = (esp_ins){ .op = IR_sub, .ty = TY_i64,
                               .a = Q0 + N - 1, .b = 1 };
    code[BR - 2] = (esp_ins){ .op = IR_br, .a = EQ, .b = 1, .c = 2 };
    code[RET - 2] = (esp_ins){ .op = IR_ret, .a = Q0 + N - 2, .b = Q0 };
    r = exec_call(&x, &fn, args);
    is("rotation, last but one", r.r[0], 5);
    is("rotation, first word", r.r[1], (uint64_t)-97);
    is("rotation, steps", x.steps, N + 1 + 4 * (N + 3) + 1);
}

/* One pure instruction on two parameters of a type. */
static uint64_t apply(esp_op op, esp_type ty, uint64_t a, uint64_t b)
{
    const esp_ins code[] = {
        { .op = IR_param, .ty = ty }, { .op = IR_param, .ty = ty, .b = 1 },
        { .op = op, .ty = ty, .a = 0, .b = 1 }, { .op = IR_ret, .a = 2 }
    };
    const esp_iblock block = { .end = 4, .nparams = 2 };
    const esp_ifunc fn = {
        .name = "apply", .code = code, .ncode = 4, .blocks = &block,
        .nblocks = 1,
        .sig = { .nargs = 2, .arg = { ty, ty }, .nresults = 1,
                 .result = { ty } }
    };
    esp_exec x = { 0 };

    return exec_call(&x, &fn, (uint64_t[]){ a, b }).r[0];
}

static void check_edges(void)
{
    is("bits above the type", apply(IR_add, TY_i8, 0x1ff, 0xabcd02), 1);
    is("shl", apply(IR_shl, TY_i32, 1, 32), 0);
    is("lshr", apply(IR_lshr, TY_i64, ~(uint64_t)0, 64), 0);
    is("ashr", apply(IR_ashr, TY_i16, 0x8000, 200), 0xffff);
    is("sdiv by 0", apply(IR_sdiv, TY_i64, 7, 0), 0);
    is("urem by 0", apply(IR_urem, TY_i32, 7, 0), 0);
    is("MIN / -1", apply(IR_sdiv, TY_i32, 1u << 31, ~(uint64_t)0), 1u << 31);
    is("MIN % -1", apply(IR_srem, TY_i64, (uint64_t)1 << 63, ~(uint64_t)0), 0);
}

/* What an image cannot have is an error, not the end. */
static void check_errors(void)
{
    static const esp_op ops[] = { IR_guard, IR_deopt, IR_unreachable, IR_vobj };

    for (uint32_t k = 0; k < sizeof ops / sizeof *ops; k++) {
        const esp_ins code[] = { { .op = ops[k], .ty = TY_i64 } };
        const esp_iblock block = { .end = 1 };
        const esp_ifunc fn = { .name = "error", .code = code, .ncode = 1,
                               .blocks = &block, .nblocks = 1,
                               .sig = sig_of(0, 1) };
        esp_exec x = { 0 };
        esp_exec_result r = exec_call(&x, &fn, NULL);
        is("an error is told", x.error != NULL, 1);
        is("and gives 0", r.r[0], 0);
    }
}

struct two { int64_t a, b; };

static struct two callee(int64_t x)
{
    return (struct two){ x + 1, x * 10 };
}

static bool replace(esp_exec *x, const esp_ifunc *fn, uint32_t point,
                    const uint64_t *values, esp_exec_result *result)
{
    *(uint64_t *)x->arg = values[fn->nconsts + point - 1];
    result->r[0]++;
    return false;
}

static bool end(esp_exec *x, const esp_ifunc *fn, uint32_t point,
                const uint64_t *values, esp_exec_result *result)
{
    (void)x, (void)fn, (void)point, (void)values;
    *result = (esp_exec_result){ { 77, 0 } };
    return true;
}

/*
 *     p: i64, q: i8       two results of callee(p + 3), and q
 *     s = p + 3           return first * second + q, first
 *     call callee(s)
 *     second
 */
static void check_calls(void)
{
    const uint64_t consts[] = { 3, (uintptr_t)callee };
    const uint8_t const_ty[] = { TY_i64, TY_i64 };
    const esp_ins code[] = {
        { .op = IR_param, .ty = TY_i64 },
        { .op = IR_param, .ty = TY_i8, .b = 1 },
        { .op = IR_add, .ty = TY_i64, .a = 2, .b = 0 },
        { .op = IR_call, .ty = TY_i64, .a = 0 },
        { .op = IR_second, .ty = TY_i64, .a = 5 },
        { .op = IR_mul, .ty = TY_i64, .a = 5, .b = 6 },
        { .op = IR_zext, .ty = TY_i64, .a = 3 },
        { .op = IR_add, .ty = TY_i64, .a = 7, .b = 8 },
        { .op = IR_ret, .a = 9, .b = 5 }
    };
    const uint32_t refs[] = { 4, 3 };
    const esp_icall call = {
        .callee = 1, .args = 0, .nargs = 1, .live = 1, .nlive = 1,
        .sig = sig_of(1, 2)
    };
    const esp_iblock block = { .end = 9, .nparams = 2 };
    esp_ifunc fn = {
        .name = "calls", .sig = sig_of(2, 2), .nconsts = 2, .consts = consts,
        .const_ty = const_ty, .code = code, .ncode = 9, .blocks = &block,
        .nblocks = 1, .refs = refs, .calls = &call, .ncalls = 1
    };
    uint64_t seen = 0, values[11];
    esp_exec x = { .arg = &seen };
    const uint64_t args[] = { 4, 9 };
    esp_exec_result r;

    fn.sig.arg[1] = TY_i8;
    r = exec_call(&x, &fn, args);
    is("call", r.r[0], 8 * 70 + 9);
    is("call, second result", r.r[1], 8);

    memset(values, 0xa5, sizeof values);
    values[3] = 0xffffffffffffff09;
    r = exec_resume(&x, &fn, 3, values, (esp_exec_result){ { 5, 6 } });
    is("resume", r.r[0], 5 * 6 + 9);

    x.behind_call = replace;
    r = exec_call(&x, &fn, args);
    is("a result changed behind a call", r.r[1], 9);
    is("a value seen behind a call", seen, 7);
    x.behind_call = end;
    is("a return behind a call", exec_call(&x, &fn, args).r[0], 77);
}

/* alloca 3 aligned to 64, another of 8; store, load with displacements,
 * volatile and not, from any address. */
static void check_memory(void)
{
    const uint64_t consts[] = { 0x1122334455667788 };
    const uint8_t const_ty[] = { TY_i64 };
    const esp_ins code[] = {
        { .op = IR_alloca, .ty = TY_i64, .a = 24, .b = 64 },            /* 1 */
        { .op = IR_alloca, .ty = TY_i64, .a = 8, .b = 1 },              /* 2 */
        { .op = IR_store, .a = 1, .b = 0, .c = 5 },                     /* 3 */
        { .op = IR_load, .ty = TY_i32, .a = 1, .b = 7 },                /* 4 */
        { .op = IR_store, .a = 2, .b = 4, .c = 4,
          .flags = INS_VOLATILE },                                      /* 5 */
        { .op = IR_load, .ty = TY_i16, .a = 2, .b = 4,
          .flags = INS_VOLATILE },                                      /* 6 */
        { .op = IR_add, .ty = TY_i64, .a = 2, .b = 0 },                 /* 7 */
        { .op = IR_sub, .ty = TY_i64, .a = 7, .b = 0 },                 /* 8 */
        { .op = IR_load, .ty = TY_i1, .a = 8, .b = (uint32_t)5 },       /* 9 */
        { .op = IR_zext, .ty = TY_i64, .a = 9 },                        /* 10 */
        { .op = IR_zext, .ty = TY_i64, .a = 6 },                        /* 11 */
        { .op = IR_add, .ty = TY_i64, .a = 10, .b = 11 },               /* 12 */
        { .op = IR_ret, .a = 12, .b = 1 }
    };
    const esp_iblock block = { .end = 13 };
    const esp_ifunc fn = {
        .name = "memory", .sig = sig_of(0, 2), .nconsts = 1, .consts = consts,
        .const_ty = const_ty, .code = code, .ncode = 13, .blocks = &block,
        .nblocks = 1
    };
    esp_exec x = { 0 };
    esp_exec_result r = exec_call(&x, &fn, NULL);

    is("memory", r.r[0], 0x5566 + (0x55 & 1));
    is("alignment", r.r[1] % 64, 0);
}

int main(void)
{
    check_rotation();
    check_edges();
    check_errors();
    check_calls();
    check_memory();
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
