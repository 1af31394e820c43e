/*
 * What the AArch64 assembler makes of labels, numbers and absolute addresses,
 * by running it.  A program of its own, because it mostly runs in an emulator
 * where there is little else.
 */
#include "backend/a64/encode.h"
#include "backend/code.h"

#include <inttypes.h>
#include <stdio.h>

#ifdef __aarch64__

struct test {
    esp_arena arena;
    esp_asm as;
    esp_code_cache *cache;
    esp_code *code;
    unsigned done, failures;
    uint64_t random;
};

typedef uint64_t function(uint64_t x, uint64_t y);

static esp_asm *begin(struct test *t)
{
    if (t->code)
        code_free(t->cache, t->code);
    t->code = NULL;
    arena_free(&t->arena);
    asm_init(&t->as, &t->arena, &a64_asm_target);
    code_place(t->cache, &t->as);
    return &t->as;
}

/* Returns nothing that can be called if something was wrong. */
static function *end(struct test *t, const char *what)
{
    const char *error = asm_finish(&t->as);

    t->code = code_new(t->cache, "test", 1);
    if (!error)
        error = code_publish(t->cache, t->code, &t->as, 0);
    if (!error)
        return (function *)(uintptr_t)t->code->entry;
    printf("%s: %s\n", what, error);
    t->failures++;
    return NULL;
}

static void expect(struct test *t, const char *what, uint64_t x, uint64_t got,
                   uint64_t wanted)
{
    t->done++;
    if (got == wanted)
        return;
    t->failures++;
    printf("%s of %" PRIx64 ": %" PRIx64 " instead of %" PRIx64 "\n", what, x,
           got, wanted);
}

static uint64_t random_bits(struct test *t)
{
    t->random = t->random * UINT64_C(6364136223846793005) + 1442695040888963407;
    return t->random ^ t->random >> 31;
}

/* A number with a random number of leading and of trailing zeros. */
static uint64_t any(struct test *t)
{
    uint64_t x = random_bits(t);

    return x >> random_bits(t) % 64 << random_bits(t) % 64;
}

/* ---- numbers ----------------------------------------------------------- */

static void one_number(struct test *t, unsigned size, uint64_t x)
{
    esp_asm *a = begin(t);
    function *f;

    a64_imm(a, size, 0, x);
    a64_ret(a);
    f = end(t, "number");
    if (f)
        expect(t, "number", x, f(0, 0), size == 4 ? (uint32_t)x : x);
}

static void test_numbers(struct test *t)
{
    static const uint64_t parts[] = { 0, 0xffff, 0x1234, 0x00ff };

    for (unsigned i = 0; i < 4 * 4 * 4 * 4; i++)
        one_number(t, 8, parts[i % 4] | parts[i / 4 % 4] << 16
                   | parts[i / 16 % 4] << 32 | parts[i / 64] << 48);
    for (unsigned i = 0; i < 100; i++) {
        one_number(t, 8, any(t));
        one_number(t, 4, any(t));
        one_number(t, 8, UINT64_MAX >> random_bits(t) % 64
                   << random_bits(t) % 64);
    }
}

static void one_fnumber(struct test *t, uint64_t x)
{
    esp_asm *a = begin(t);
    function *f;

    a64_fimm(a, 8, 7, x);
    a64_rr(a, A64_fmovxg, 8, 0, 7);
    a64_fimm(a, 4, 7, x & UINT32_MAX);
    a64_rr(a, A64_fmovxg, 4, 1, 7);
    a64_rrr(a, A64_eor, 8, 0, 0, 1);
    a64_ret(a);
    f = end(t, "floating-point number");
    if (f)
        expect(t, "floating-point number", x, f(0, 0), x ^ (x & UINT32_MAX));
}

static void one_sum(struct test *t, int64_t n)
{
    esp_asm *a = begin(t);
    function *f;

    a64_rri(a, A64_add, 8, 9, A64_SP, 0);
    a64_add_any(a, A64_SP, A64_SP, -0x1000010, 3);
    a64_add_any(a, A64_SP, A64_SP, 0x1000010, 3);
    a64_rri(a, A64_add, 8, 10, A64_SP, 0);
    a64_rrr(a, A64_sub, 8, 9, 9, 10);           /* 0 */
    a64_add_any(a, 2, 0, n, 2);
    a64_rrr(a, A64_add, 8, 0, 2, 9);
    a64_ret(a);
    f = end(t, "sum");
    if (f)
        expect(t, "sum", (uint64_t)n, f(1000, 0), 1000 + (uint64_t)n);
}

static void test_sums(struct test *t)
{
    static const int64_t n[] = {
        0, 1, -1, 4095, 4096, 4097, -4097, 0xfff000, 0xffffff, -0xffffff,
        0x1000000, -0x1000001, INT64_MAX, INT64_MIN, 0x123456789ab,
    };

    for (unsigned i = 0; i < sizeof n / sizeof *n; i++)
        one_sum(t, n[i]);
    one_fnumber(t, 0);
    one_fnumber(t, UINT64_C(0x3ff0000000000000));
    one_fnumber(t, UINT64_C(0x400921fb54442d18));
    one_fnumber(t, UINT64_C(0x7ff00000bf800000));
}

/* ---- bits -------------------------------------------------------------- */

static void test_count(struct test *t, unsigned size)
{
    esp_asm *a = begin(t);
    uint64_t mask = size == 4 ? UINT32_MAX : UINT64_MAX;
    function *f;

    a64_popcount(a, size, 1, 0, 5);
    a64_ctz(a, size, 0, 0);
    a64_bfi(a, 8, 0, 1, 32, 32);
    a64_ret(a);
    f = end(t, "bits");
    for (unsigned i = 0; f && i < 1000; i++) {
        uint64_t x = i < 64 ? UINT64_C(1) << i : i == 64 ? 0 : any(t);
        uint64_t low = x & mask;
        uint64_t zeros = low ? (uint64_t)__builtin_ctzll(low) : 8 * size;
        expect(t, "bits", x, f(x, 0),
               zeros | (uint64_t)__builtin_popcountll(low) << 32);
    }
}

/* ---- labels ------------------------------------------------------------ */

static void test_table(struct test *t)
{
    enum { CASES = 9 };
    esp_label label[CASES];
    esp_asm *a = begin(t);
    function *f;

    for (unsigned i = 0; i < CASES; i++)
        label[i] = asm_label(a);
    asm_const(a, 1, 0, 4);
    a64_jump_table(a, 0, 9, label, CASES);
    for (unsigned i = 0; i < CASES; i++) {
        asm_bind(a, label[i]);
        a64_imm(a, 8, 0, i * i);
        a64_ret(a);
    }
    f = end(t, "table");
    for (unsigned i = 0; f && i < CASES; i++)
        expect(t, "table", i, f(i, 0), i * i);
}

/* 3 if bit 3 of x, else 5 for 0, 7 for 1, and 9; over `n` instructions, which
 * are more than each of the branches reaches. */
static void test_branches(struct test *t, unsigned n)
{
    static const uint64_t wanted[] = { 5, 7, 9, 9, 9, 9, 9, 9, 3, 3 };
    esp_asm *a = begin(t);
    esp_label bit = asm_label(a), zero = asm_label(a), one = asm_label(a);
    esp_label constant = asm_const(a, 9, 0, 8);
    function *f;

    a64_tbnz(a, 0, 3, bit);
    a64_cbz(a, 8, 0, zero);
    a64_rri(a, A64_subs, 8, A64_ZR, 0, 1);
    a64_bcc(a, A64_EQ, one);
    a64_address(a, 1, constant);
    a64_rm(a, A64_ldr, 8, 1, a64_at(1, 0));
    a64_rm(a, A64_ldr, 8, 0, a64_literal(constant));
    a64_rrr(a, A64_and, 8, 0, 0, 1);
    a64_ret(a);
    for (unsigned i = 0; i < n; i++)
        a64_0(a, A64_udf);
    asm_bind(a, bit);
    a64_imm(a, 8, 0, 3);
    a64_ret(a);
    asm_bind(a, zero);
    a64_imm(a, 8, 0, 5);
    a64_ret(a);
    asm_bind(a, one);
    a64_imm(a, 8, 0, 7);
    a64_ret(a);
    f = end(t, "branches");
    for (unsigned i = 0; f && i < 10; i++)
        expect(t, "branches", i, f(i, 0), wanted[i]);
}

/* ---- absolute addresses ------------------------------------------------ */

static uint64_t callee(uint64_t x)
{
    return x * 3;
}

static const uint64_t datum = 0x123456789abcdef;

static uint32_t one_call(struct test *t, bool near)
{
    esp_asm *a = begin(t);
    function *f;

    if (!near)
        a->lo = a->hi = 0;
    a64_rrm(a, A64_stp, 8, A64_FP, A64_LR, a64_pre(A64_SP, -16));
    a64_call_to(a, (const void *)(uintptr_t)callee, A64_IP0);
    a64_address_of(a, 1, &datum);
    a64_rm(a, A64_ldr, 8, 1, a64_at(1, 0));
    a64_rrr(a, A64_add, 8, 0, 0, 1);
    a64_rrm(a, A64_ldp, 8, A64_FP, A64_LR, a64_post(A64_SP, 16));
    a64_jmp_to(a, (const void *)(uintptr_t)callee, A64_IP0);
    f = end(t, "call");
    if (f)
        expect(t, "call", near, f(5, 0), 3 * (15 + datum));
    return a->size;
}

/* Of one page, adrp alone is the address. */
static void test_pages(struct test *t)
{
    static _Alignas(4096) uint64_t page[2] = { 5, 7 };

    for (int near = 0; near < 2; near++) {
        esp_asm *a = begin(t);
        function *f;

        if (!near)
            a->lo = a->hi = 0;
        a64_address_of(a, 0, page);
        a64_address_of(a, 1, page + 1);
        a64_rm(a, A64_ldr, 8, 0, a64_at(0, 0));
        a64_rm(a, A64_ldr, 8, 1, a64_at(1, 0));
        a64_rrr(a, A64_add, 8, 0, 0, 1);
        a64_ret(a);
        f = end(t, "page");
        if (f)
            expect(t, "page", (uint64_t)near, f(0, 0), 12);
    }
}

static void test_calls(struct test *t)
{
    uint32_t far = one_call(t, false), near = one_call(t, true);

    /* the cache is beside the program, unless the system would not */
    if ((uint64_t)(uintptr_t)callee - (uint64_t)(uintptr_t)t->cache->base
        < 120 << 20)
        expect(t, "near calls", far, near, 4 * 8);
}

static void test_reach(struct test *t)
{
    static const int64_t offset[] = { 0, 8, -8, -256, -264, 32760, 32768,
                                      1000003, -1000003 };

    for (unsigned i = 0; i < sizeof offset / sizeof *offset; i++) {
        esp_asm *a = begin(t);
        function *f;
        a64_rm(a, A64_ldr, 8, 0, a64_reach(a, 8, 0, offset[i], 9));
        a64_ret(a);
        f = end(t, "reach");
        if (f)
            expect(t, "reach", (uint64_t)offset[i],
                   f((uint64_t)(uintptr_t)&datum - (uint64_t)offset[i], 0),
                   datum);
    }
}

int main(void)
{
    struct test t = { .random = 1 };
    const char *error;

    t.cache = code_cache_new(0, &error);
    if (!t.cache) {
        printf("%s\n", error);
        return 1;
    }
    arena_init(&t.arena);
    test_numbers(&t);
    test_sums(&t);
    test_count(&t, 4);
    test_count(&t, 8);
    test_table(&t);
    test_branches(&t, 1);
    test_branches(&t, 10000);
    test_branches(&t, 300000);
    test_calls(&t);
    test_pages(&t);
    test_reach(&t);
    code_cache_free(t.cache);
    arena_free(&t.arena);
    printf("%u results, %u wrong\n", t.done, t.failures);
    return t.failures != 0;
}

#else

int main(void)
{
    return 77;
}

#endif
