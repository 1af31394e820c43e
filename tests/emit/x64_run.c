/*
 * What the x86-64 assembler makes of labels, and its short sequences, by
 * running them.
 */
#include "backend/code.h"
#include "backend/x64/encode.h"

#include <criterion/criterion.h>
#include <inttypes.h>

#ifdef __x86_64__

static esp_arena arena;
static esp_asm as;
static esp_code_cache *cache;

static void setup(void)
{
    const char *error;

    arena_init(&arena);
    cache = code_cache_new(4 << 20, &error);
    cr_assert(cache, "%s", error);
}

static void teardown(void)
{
    code_cache_free(cache);
    arena_free(&arena);
}

TestSuite(x64_run, .init = setup, .fini = teardown);

static esp_asm *begin(void)
{
    asm_init(&as, &arena, &x64_asm_target);
    code_place(cache, &as);
    return &as;
}

typedef uint64_t function(uint64_t x, uint64_t y);

static function *end(void)
{
    const char *error = asm_finish(&as);
    esp_code *code = code_new(cache, "test", 1);

    cr_assert(!error, "%s", error);
    error = code_publish(cache, code, &as, 0);
    cr_assert(!error, "%s", error);
    return (function *)(uintptr_t)code->entry;
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return *seed ^ *seed >> 29;
}

/* A number with a random number of leading and of trailing zeros. */
static uint64_t any_bits(uint64_t *seed)
{
    uint64_t x = next_random(seed);
    unsigned right = next_random(seed) % 64, left = next_random(seed) % 64;

    return x >> right << left;
}

/* ---- constants --------------------------------------------------------- */

static uint32_t size_of_imm(uint64_t value, bool keep_flags)
{
    esp_asm *a = begin();
    uint32_t size;

    x64_imm(a, X64_RAX, value, keep_flags);
    size = a->raw.n;
    x64_ret(a);
    cr_expect_eq(end()(0, 0), value, "%" PRIx64, value);
    return size;
}

Test(x64_run, immediates_take_the_shortest_form)
{
    cr_expect_eq(size_of_imm(0, false), 2);
    cr_expect_eq(size_of_imm(0, true), 5);
    cr_expect_eq(size_of_imm(1, false), 5);
    cr_expect_eq(size_of_imm(UINT32_MAX, false), 5);
    cr_expect_eq(size_of_imm(UINT64_MAX, false), 7);
    cr_expect_eq(size_of_imm((uint64_t)INT32_MIN, false), 7);
    cr_expect_eq(size_of_imm((uint64_t)INT32_MIN - 1, false), 10);
    cr_expect_eq(size_of_imm(UINT64_C(1) << 32, false), 10);
}

/* Each constant of its size and place, whatever stands around it. */
Test(x64_run, constants)
{
    esp_asm *a = begin();
    esp_label big = asm_const(a, 0x1111, 0x2222, 16);

    x64_nop(a, 3);
    cr_expect_eq(asm_const(a, 0x1111, 0x2222, 16).i, big.i);
    x64_fimm(a, 8, 0, 0x4004000000000000);              /* 2.5 */
    x64_fimm(a, 4, 1, 0x3f800000);                      /* 1.0f */
    x64_rr(a, X64_cvtss2sd, 8, 1, 1);
    x64_rr(a, X64_adds, 8, 0, 1);
    x64_rr(a, X64_cvttsd2si, 8, X64_RAX, 0);            /* 3 */
    x64_rm(a, X64_movap, 4, 2, x64_const(big));
    x64_rr(a, X64_movxg, 8, X64_RCX, 2);
    x64_rr(a, X64_add, 8, X64_RAX, X64_RCX);
    x64_mem high = x64_const(big);
    high.disp = 8;
    x64_rm(a, X64_add, 8, X64_RAX, high);
    x64_mi(a, X64_cmp, 4, high, 0x2222);                /* trailing bytes */
    esp_label bad = asm_label(a);
    x64_jcc(a, X64_NE, bad);
    x64_mi(a, X64_cmp, 2, high, 0x2222);
    x64_jcc(a, X64_NE, bad);
    x64_mi(a, X64_cmp, 1, high, 0x22);
    x64_jcc(a, X64_NE, bad);
    x64_ret(a);
    asm_bind(a, bad);
    x64_0(a, X64_ud2, 8);
    cr_expect_eq(end()(0, 0), 3 + 0x1111 + 0x2222);
}

/* ---- jumps ------------------------------------------------------------- */

/* A jump over and a jump back across n bytes; returns the size of the code. */
static uint32_t jump_across(uint32_t n)
{
    esp_asm *a = begin();
    esp_label over = asm_label(a), back = asm_label(a), out = asm_label(a);

    x64_imm(a, X64_RAX, 7, true);
    x64_rr(a, X64_test, 8, X64_RDI, X64_RDI);
    x64_jcc(a, X64_E, over);
    asm_bind(a, back);
    x64_ri(a, X64_add, 8, X64_RAX, 1);
    x64_jmp(a, out);
    for (uint32_t i = 0; i < n; i++)
        x64_0(a, X64_int3, 8);
    asm_bind(a, over);
    x64_ri(a, X64_add, 8, X64_RAX, 100);
    x64_jmp(a, back);
    asm_bind(a, out);
    x64_ret(a);
    function *f = end();
    cr_expect_eq(f(0, 0), 108, "over %u bytes", n);
    cr_expect_eq(f(1, 0), 8, "over %u bytes", n);
    return a->size - n;
}

Test(x64_run, jumps_are_as_short_as_they_can)
{
    enum { REST = 5 + 3 + 4 + 4 + 1 };

    /* The jump back spans n + 12 bytes, the one out n + 4 and the jump back,
     * the first n + 4 and the one out: at 117 the jump back becomes long, at
     * 119 for that reason the one out, and for that reason the first. */
    cr_expect_eq(jump_across(0), REST + 2 + 2 + 2);
    cr_expect_eq(jump_across(116), REST + 2 + 2 + 2);
    cr_expect_eq(jump_across(117), REST + 2 + 2 + 5);
    cr_expect_eq(jump_across(118), REST + 2 + 2 + 5);
    cr_expect_eq(jump_across(119), REST + 6 + 5 + 5);
    cr_expect_eq(jump_across(100000), REST + 6 + 5 + 5);
}

/* Every length around the limit has to work; lengthening one jump pushes
 * others over it. */
Test(x64_run, jumps_of_all_lengths)
{
    for (uint32_t n = 90; n < 140; n++)
        jump_across(n);
}

/* Jump i leads over all later ones into a column of additions. */
Test(x64_run, many_jumps)
{
    enum { JUMPS = 300 };
    static esp_label to[JUMPS];
    esp_asm *a = begin();

    x64_imm(a, X64_RAX, 0, false);
    for (unsigned i = 0; i < JUMPS; i++) {
        to[i] = asm_label(a);
        x64_ri(a, X64_cmp, 8, X64_RDI, i);
        x64_jcc(a, X64_E, to[i]);
    }
    x64_ret(a);
    for (unsigned i = 0; i < JUMPS; i++) {
        asm_align(a, i % 5 == 0 ? 16 : 1);
        asm_bind(a, to[i]);
        x64_ri(a, X64_add, 8, X64_RAX, 1);
    }
    x64_ret(a);
    function *f = end();
    for (unsigned i = 0; i < JUMPS; i++)
        cr_expect_eq(f(i, 0), JUMPS - i);
    cr_expect_eq(f(JUMPS, 0), 0);
    for (unsigned i = 0; i < JUMPS; i += 5)
        cr_expect_eq(asm_offset(a, to[i]) % 16, 0);
}

Test(x64_run, jump_table)
{
    enum { CASES = 9 };
    esp_label label[CASES];
    esp_asm *a = begin();

    for (unsigned i = 0; i < CASES; i++)
        label[i] = asm_label(a);
    asm_const(a, 1, 0, 4);                      /* not only tables back there */
    x64_jump_table(a, X64_RDI, X64_RDX, label, CASES);
    for (unsigned i = 0; i < CASES; i++) {
        asm_bind(a, label[i]);
        x64_imm(a, X64_RAX, i * i, false);
        x64_ret(a);
    }
    function *f = end();
    for (unsigned i = 0; i < CASES; i++)
        cr_expect_eq(f(i, 0), i * i);
}

/* ---- calls ------------------------------------------------------------- */

static uint64_t callee(uint64_t x)
{
    return x * 3;
}

static uint32_t call_from(uint64_t lo, uint64_t hi)
{
    esp_asm *a = begin();

    a->lo = lo;
    a->hi = hi;
    x64_r(a, X64_push, 8, X64_RBP);
    x64_call_to(a, (const void *)(uintptr_t)callee, X64_RAX);
    x64_r(a, X64_pop, 8, X64_RBP);
    x64_jmp_to(a, (const void *)(uintptr_t)callee, X64_RAX);
    cr_expect_eq(end()(5, 0), 15);
    return a->size;
}

Test(x64_run, calls_near_and_far)
{
    uint64_t lo = (uint64_t)(uintptr_t)cache->base;
    uint32_t far = call_from(0, 0);

    cr_expect_geq(far, 2 + 2 * 8);
    /* the cache lies beside the program where the system has not refused */
    if (lo - (uint64_t)(uintptr_t)callee + (1 << 30) < UINT64_C(2) << 30)
        cr_expect_eq(call_from(lo, lo + cache->size), 2 + 2 * 5);
}

static uint8_t flag;

/* Says whether the flag is 0, wherever it lies. */
static uint32_t flag_from(uint64_t lo, uint64_t hi)
{
    esp_asm *a = begin();
    function *f;

    a->lo = lo;
    a->hi = hi;
    x64_imm(a, X64_RAX, 0, false);
    x64_test_byte(a, &flag, X64_R11);
    x64_setcc(a, X64_E, X64_RAX);
    x64_ret(a);
    f = end();
    flag = 0;
    cr_expect_eq(f(0, 0), 1);
    flag = 128;
    cr_expect_eq(f(0, 0), 0);
    return a->size;
}

Test(x64_run, bytes_near_and_far)
{
    uint64_t lo = (uint64_t)(uintptr_t)cache->base;
    uint32_t far = flag_from(0, 0);

    if (lo - (uint64_t)(uintptr_t)&flag + (1 << 30) < UINT64_C(2) << 30)
        cr_expect_lt(flag_from(lo, lo + cache->size), far);
}

Test(x64_run, calls_inside)
{
    esp_asm *a = begin();
    esp_label f = asm_label(a);

    x64_rr(a, X64_mov, 8, X64_RAX, X64_RDI);
    x64_call(a, f);
    x64_call(a, f);
    x64_ret(a);
    asm_bind(a, f);
    x64_ri(a, X64_shl, 8, X64_RAX, 1);
    x64_ret(a);
    cr_expect_eq(end()(5, 0), 20);
}

/* ---- bits -------------------------------------------------------------- */

static uint64_t clz_of(unsigned size, uint64_t x)
{
    if (size == 4)
        return (uint32_t)x ? (uint64_t)__builtin_clz((uint32_t)x) : 32;
    return x ? (uint64_t)__builtin_clzll(x) : 64;
}

static uint64_t ctz_of(unsigned size, uint64_t x)
{
    if (size == 4)
        return (uint32_t)x ? (uint64_t)__builtin_ctz((uint32_t)x) : 32;
    return x ? (uint64_t)__builtin_ctzll(x) : 64;
}

static uint64_t popcount_of(unsigned size, uint64_t x)
{
    return (uint64_t)__builtin_popcountll(size == 4 ? (uint32_t)x : x);
}

static void check_bits(function *f, unsigned size,
                       uint64_t (*expected)(unsigned, uint64_t))
{
    uint64_t seed = size;

    for (unsigned i = 0; i <= 64; i++) {
        uint64_t x = i == 64 ? 0 : UINT64_C(1) << i;
        cr_expect_eq(f(x, 0), expected(size, x), "%" PRIx64, x);
    }
    for (unsigned i = 0; i < 1000; i++) {
        uint64_t x = any_bits(&seed);
        cr_expect_eq(f(x, 0), expected(size, x), "%" PRIx64, x);
    }
}

static void test_bits(bool fast, unsigned size, unsigned src)
{
    esp_asm *a = begin();

    x64_rr(a, X64_mov, 8, src, X64_RDI);
    x64_clz(a, fast, size, X64_RAX, src);
    x64_ret(a);
    check_bits(end(), size, clz_of);
    a = begin();
    x64_rr(a, X64_mov, 8, src, X64_RDI);
    x64_ctz(a, fast, size, X64_RAX, src);
    x64_ret(a);
    check_bits(end(), size, ctz_of);
    a = begin();
    x64_rr(a, X64_mov, 8, src, X64_RDI);
    x64_popcount(a, fast, size, X64_RAX, src, X64_R9);
    x64_ret(a);
    check_bits(end(), size, popcount_of);
}

Test(x64_run, bits_without_the_instructions)
{
    for (unsigned size = 4; size <= 8; size += 4) {
        test_bits(false, size, X64_RDI);
        test_bits(false, size, X64_RAX);        /* the result's register */
    }
}

Test(x64_run, bits_with_the_instructions)
{
    /* not all compilers can ask for lzcnt; it came with AVX2 */
    if (!__builtin_cpu_supports("popcnt") || !__builtin_cpu_supports("avx2"))
        cr_skip_test("an older processor");
    for (unsigned size = 4; size <= 8; size += 4) {
        test_bits(true, size, X64_RDI);
        test_bits(true, size, X64_RAX);
    }
}

/* ---- faults ------------------------------------------------------------ */

#define REFUSED(...)                                                        \
    do {                                                                    \
        esp_asm *a = begin();                                               \
        __VA_ARGS__;                                                        \
        cr_expect(asm_finish(a), #__VA_ARGS__);                             \
    } while (0)

Test(x64_run, what_does_not_exist_is_refused)
{
    x64_mem m = x64_at(X64_RAX, 0);

    REFUSED(x64_rr(a, X64_ret, 8, 0, 0));
    REFUSED(x64_rr(a, X64_movsxd, 4, 0, 0));
    REFUSED(x64_rr(a, X64_add, 3, 0, 0));
    REFUSED(x64_rr(a, X64_adds, 2, 0, 0));
    REFUSED(x64_rr(a, X64_lea, 8, 0, 0));
    REFUSED(x64_rm(a, X64_movgx, 8, 0, m));
    REFUSED(x64_ri(a, X64_add, 8, 0, INT64_C(1) << 31));
    REFUSED(x64_ri(a, X64_add, 4, 0, INT64_C(1) << 32));
    REFUSED(x64_ri(a, X64_add, 1, 0, 256));
    REFUSED(x64_ri(a, X64_shl, 8, 0, 256));
    REFUSED(x64_mi(a, X64_mov, 8, m, INT64_MAX));
    REFUSED(x64_rm(a, X64_mov, 8, 0, x64_indexed(0, X64_RSP, 1, 0)));
    REFUSED(x64_rm(a, X64_mov, 8, 0, x64_indexed(0, 1, 3, 0)));
    REFUSED(x64_jmp(a, asm_label(a)));
    REFUSED(esp_label l = asm_here(a); asm_bind(a, l));
}

#else

Test(x64_run, elsewhere)
{
    cr_skip_test("not x86-64");
}

#endif
