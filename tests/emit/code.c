/*
 * Code memory: what is published can be called, found and freed; the limit
 * holds; nothing is ever writable and executable.
 */
#include "backend/code.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static esp_code_cache *cache;
static esp_arena arena;

static void setup(void)
{
    const char *error;

    arena_init(&arena);
    cache = code_cache_new(1 << 20, &error);
    cr_assert(cache, "%s", error);
}

static void teardown(void)
{
    code_cache_free(cache);
    arena_free(&arena);
}

TestSuite(code, .init = setup, .fini = teardown);

/* ---- a function that returns a number ---------------------------------- */

/* The assembler is not what is tested here: the bytes are given. */
static esp_asm constant_function(esp_arena *in, uint32_t value, uint32_t size)
{
    esp_asm a = { .arena = in, .size = size };

    a.bytes = arena_alloc(in, size);
#if defined __x86_64__
    a.bytes[0] = 0xb8;                                  /* mov eax, value */
    memcpy(a.bytes + 1, &value, 4);
    a.bytes[5] = 0xc3;                                  /* ret */
#elif defined __aarch64__
    uint32_t code[] = { 0x52800000 | (value & 0xffff) << 5,     /* movz w0 */
                        0x72a00000 | (value >> 16) << 5,        /* movk w0 */
                        0xd65f03c0 };                           /* ret */
    memcpy(a.bytes, code, sizeof code);
#else
    (void)value;
#endif
    return a;
}

static esp_code *publish(uint32_t value, uint32_t size)
{
    esp_code *code = code_new(cache, "test", 1);
    esp_asm a = constant_function(&arena, value, size);
    const char *error = code_publish(cache, code, &a, 0);

    cr_assert(!error, "%s", error);
    return code;
}

static uint32_t call(const esp_code *code)
{
    uint32_t (*f)(void) = (uint32_t (*)(void))(uintptr_t)code->entry;

    return f();
}

/* ---- publishing -------------------------------------------------------- */

Test(code, runs)
{
    esp_code *a = publish(7, 16), *b = publish(65536 * 3 + 9, 16);

    cr_expect_eq(call(a), 7);
    cr_expect_eq(call(b), 65536 * 3 + 9);
    cr_expect_str_eq(a->name, "test");
    cr_expect_eq(a->valid, 1);
    code_invalidate(a);
    cr_expect_eq(a->valid, 0);
    cr_expect_eq(b->valid, 1);
}

static unsigned flushes;
static void *flushed_from, *flushed_to;

static void count_flush(void *from, void *to)
{
    flushes++;
    flushed_from = from;
    flushed_to = to;
    __builtin___clear_cache(from, to);
}

/* Emulators do not notice when it is missing, so this has to be asked. */
Test(code, instruction_caches_are_told)
{
    cache->flush = count_flush;
    esp_code *code = publish(1, 5000);
    cr_expect_eq(flushes, 1);
    cr_expect_eq(flushed_from, (const void *)code->start);
    cr_expect_eq(flushed_to, (const void *)(code->start + 5000));
}

static void apply(uint8_t *bytes, uint64_t address, uint64_t target)
{
    uint64_t distance = target - address;

    memcpy(bytes, &distance, sizeof distance);
}

static void pad(uint8_t *to, uint32_t n)
{
    memset(to, 0, n);
}

Test(code, relocations)
{
    esp_code *code = code_new(cache, "test", 1);
    asm_target target = { .pad = pad };
    esp_asm a;
    uint64_t distance;

    asm_init(&a, &arena, &target);
    asm_put(&a, (const uint8_t *)"0123456789abcdef", 16);
    asm_reloc(&a, 0x123456789abc, apply);
    asm_put(&a, (const uint8_t *)"01234567", 8);
    cr_assert(!asm_finish(&a));
    cr_assert(!code_publish(cache, code, &a, 0));
    memcpy(&distance, code->start + 16, sizeof distance);
    cr_expect_eq((uint64_t)(uintptr_t)code->start + 16 + distance,
                 0x123456789abc);
    cr_expect_eq(memcmp(code->start, "0123456789abcdef", 16), 0);
}

static const char *protection(const void *address)
{
    static char rights[8];
    FILE *f = fopen("/proc/self/maps", "r");
    unsigned long from, to;
    char line[512];

    while (f && fgets(line, sizeof line, f)) {
        if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) == 3
            && (uintptr_t)address >= from && (uintptr_t)address < to)
            break;
        rights[0] = 0;
    }
    if (f)
        fclose(f);
    return rights;
}

Test(code, never_writable_and_executable)
{
    esp_code *code = publish(1, 16);

    if (!*protection(cache->base))
        cr_skip_test("no /proc/self/maps");
    cr_expect_str_eq(protection(code->start), "r-xp");
    cr_expect_str_eq(protection(cache->base + cache->size - 1), "---p");
    const uint8_t *was = code->start;
    code_free(cache, code);
    cr_expect_str_eq(protection(was), "---p");
}

/* Free pages are writable ahead of need; what got there by mistake is not
 * there any more when they become executable. */
Test(code, nothing_but_units_becomes_executable)
{
    uint8_t *page = cache->base + publish(1, 16)->pages * cache->page;
    esp_code *code;

    if (!*protection(cache->base))
        cr_skip_test("no /proc/self/maps");
    cr_assert_str_eq(protection(page), "rw-p");
    memset(page, 0xcc, cache->page);
    code = publish(2, 100);
    cr_expect_str_eq(protection(page), "r-xp");
    for (uint8_t *p = page; p < page + cache->page; p++)
        if (p < code->start || p >= code->start + 100)
            cr_assert_eq(*p, 0);
    cr_expect_eq(call(code), 2);
}

/* What is writable ahead belongs to nobody, and gaps that units left may be
 * smaller than that. */
Test(code, pages_ahead_stop_at_other_units)
{
    uint32_t size = (uint32_t)cache->page;
    esp_code *a = publish(1, size), *b = publish(2, size),
             *c = publish(3, size);

    cache->next_page = b->first_page;
    code_free(cache, b);
    b = publish(4, size);
    cr_expect_eq(b->start, a->start + size);
    cr_expect_str_eq(protection(b->start), "r-xp");
    cr_expect_str_eq(protection(c->start), "r-xp");
    cr_expect_eq(call(a), 1);
    cr_expect_eq(call(b), 4);
    cr_expect_eq(call(c), 3);
    cr_expect_eq(call(publish(5, 3 * size)), 5);
}

/* Units start at different lines of their pages. */
Test(code, units_are_spread_over_the_cache_lines)
{
    uint64_t lines = 0;

    for (unsigned i = 0; i < 64; i++) {
        esp_code *code = publish(i, 16);
        cr_expect_eq((uintptr_t)code->start % 64, 0);
        cr_expect_eq(call(code), i);
        lines |= UINT64_C(1) << (uintptr_t)code->start / 64 % 64;
    }
    cr_expect_geq(__builtin_popcountll(lines), 60);
}

/* ---- finding ----------------------------------------------------------- */

Test(code, find)
{
    esp_code *a = publish(1, 100), *b = publish(2, 10000);
    int local;

    cr_expect_eq(code_find(cache, a->start), a);
    cr_expect_eq(code_find(cache, a->start + 99), a);
    cr_expect_null(code_find(cache, a->start + 100));
    cr_expect_null(code_find(cache, a->start - 1));
    cr_expect_eq(code_find(cache, b->start), b);
    cr_expect_eq(code_find(cache, b->start + 5000), b);
    cr_expect_eq(code_find(cache, b->start + 9999), b);
    cr_expect_null(code_find(cache, b->start + 10000));
    cr_expect_null(code_find(cache, &local));
    cr_expect_null(code_find(cache, NULL));
    cr_expect_null(code_find(cache, cache->base + cache->size));
    const uint8_t *was = b->start;
    code_free(cache, b);
    cr_expect_null(code_find(cache, was));
    cr_expect_eq(code_find(cache, a->start), a);
}

Test(code, points)
{
    esp_code *code = publish(1, 100);
    esp_point calls[] = {
        { .pc = 5, .state = 1 }, { .pc = 9, .state = 2 },
        { .pc = 70, .state = 3 },
    };

    code->calls = calls;
    for (unsigned n = 0; n <= 3; n++) {
        code->ncalls = n;
        for (unsigned pc = 0; pc < 100; pc++) {
            const esp_point *p = code_call_at(code, code->start + pc);
            const esp_point *want = NULL;
            for (unsigned i = 0; i < n; i++)
                if (calls[i].pc == pc)
                    want = &calls[i];
            cr_expect_eq(p, want);
        }
    }
}

Test(code, locations)
{
    esp_loc locs[] = {
        { 90, LOC_GPR, 0, 1 },
        { 11, LOC_GPR, 0, 3 }, { 12, LOC_FPR, 0, 15 }, { 13, LOC_SLOT, 0, -16 },
    };
    esp_code code = { .locs = locs, .nlocs = 4 };
    esp_point point = { .locs = 1, .nlocs = 3 };
    uint64_t gpr[16] = { [3] = 33 }, fpr[16] = { [15] = 44 };
    uint64_t frame[4] = { 0, 55, 0, 0 };
    code_regs regs = { gpr, fpr };
    uint64_t expected[] = { 33, 44, 55 };

    for (uint32_t i = 0; i < 3; i++) {
        const esp_loc *l = code_loc(&code, &point, 11 + i);
        cr_assert_eq(l, &locs[i + 1]);
        cr_expect_eq(code_read(l, &regs, &frame[3]), expected[i]);
    }
    cr_expect_null(code_loc(&code, &point, 90));
}

/* ---- limits ------------------------------------------------------------ */

Test(code, full_and_free_again)
{
    size_t page = cache->page;
    uint32_t n = (uint32_t)(cache->size / page);
    esp_code **units = arena_alloc(&arena, n * sizeof *units);
    esp_asm a = constant_function(&arena, 5, (uint32_t)(2 * page));

    for (uint32_t i = 0; i < n; i++)
        units[i] = publish(i, 64);
    esp_code *more = code_new(cache, "more", 1);
    cr_expect_eq(code_publish(cache, more, &a, 0), code_cache_full);
    cr_expect_null(more->start);
    /* two pages that are no neighbours are not enough */
    code_free(cache, units[3]);
    code_free(cache, units[5]);
    cr_expect_eq(code_publish(cache, more, &a, 0), code_cache_full);
    code_free(cache, units[4]);
    cr_expect_null(code_publish(cache, more, &a, 0));
    cr_expect_eq(call(more), 5);
    cr_expect_eq(call(units[2]), 2);
    cr_expect_eq(call(units[6]), 6);
    /* three pages were freed and two of them taken */
    publish(1, 64);
    a.size = 64;
    esp_code *last = code_new(cache, "last", 1);
    cr_expect_eq(code_publish(cache, last, &a, 0), code_cache_full);
}

Test(code, statistics)
{
    esp_code *a = publish(1, 100), *b = publish(2, (uint32_t)cache->page + 1);
    code_stats s;

    code_new(cache, "never published", 1);
    code_free(cache, a);
    s = code_get_stats(cache);
    cr_expect_eq(s.units, 1);
    cr_expect_eq(s.published, 2);
    cr_expect_eq(s.freed, 1);
    cr_expect_eq(s.bytes, b->size);
    cr_expect_eq(s.page_bytes, 2 * cache->page);
    cr_expect_eq(s.peak_page_bytes, 3 * cache->page);
}

Test(code, sizes)
{
    const char *error = NULL;
    esp_code_cache *c = code_cache_new(1, &error);

    cr_assert(c);
    cr_expect_eq(c->size, c->page);
    code_cache_free(c);
    c = code_cache_new(0, &error);
    cr_assert(c);
    cr_expect_eq(c->size, CODE_CACHE_DEFAULT);
    code_cache_free(c);
    cr_expect_null(code_cache_new((size_t)CODE_CACHE_MAX + 1, &error));
    cr_expect_str_eq(error, "a code cache can have at most 1 GB");
    code_cache_free(NULL);
}

/* ---- processes and threads --------------------------------------------- */

/* A child that frees its code and makes other code at the same address does
 * not change ours. */
Test(code, fork)
{
    esp_code *code = publish(1, 64);
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        code_free(cache, code);
        for (uint32_t i = 0; i < cache->npages; i++)
            if (call(publish(2, 64)) != 2)
                _exit(1);
        _exit(0);
    }
    cr_assert_gt(child, 0);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect_eq(status, 0);
    cr_expect_eq(call(code), 1);
}

static void *publish_and_free(void *arg)
{
    uint32_t value = (uint32_t)(uintptr_t)arg, wrong = 0;
    esp_arena mine;

    arena_init(&mine);
    for (unsigned i = 0; i < 300; i++) {
        esp_asm a = constant_function(&mine, value, 64);
        esp_code *code = code_new(cache, "thread", 1);
        if (code_publish(cache, code, &a, 0)) {
            wrong++;
            continue;
        }
        if (code_find(cache, code->entry) != code || call(code) != value)
            wrong++;
        if (i % 3)
            code_free(cache, code);
    }
    arena_free(&mine);
    return (void *)(uintptr_t)wrong;
}

Test(code, two_threads)
{
    pthread_t other;
    void *wrong = NULL;

    cr_assert(!pthread_create(&other, NULL, publish_and_free, (void *)1));
    cr_expect_eq(publish_and_free((void *)2), NULL);
    pthread_join(other, &wrong);
    cr_expect_eq(wrong, NULL);
}
