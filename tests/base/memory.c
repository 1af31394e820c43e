/*
 * Arenas, growable arrays and bit sets.
 */
#include "framework/base/arena.h"
#include "framework/base/bits.h"
#include "framework/base/vec.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static esp_arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_free(&a);
}

TestSuite(arena, .init = setup, .fini = teardown);
TestSuite(vec, .init = setup, .fini = teardown);
TestSuite(bits, .init = setup, .fini = teardown);

static bool all_zero(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i])
            return false;
    return true;
}

Test(arena, zeroed_and_aligned)
{
    for (size_t n = 0; n < 5000; n += 7) {
        char *p = arena_alloc(&a, n);

        cr_assert_not_null(p);
        cr_assert_eq((uintptr_t)p % 16, 0);
        cr_assert(all_zero(p, n));
        memset(p, 0xff, n);
    }
}

Test(arena, one_larger_than_a_chunk)
{
    size_t n = 5 << 20;
    char *p = arena_alloc(&a, n);

    cr_assert(all_zero(p, n));
    cr_assert_geq(a.total, n);
    arena_free(&a);
    cr_assert_eq(a.total, 0);
    cr_assert_not_null(arena_alloc(&a, 1));
}

Test(arena, release_goes_back_over_chunks, .disabled = CC_CHECKS_ADDRESSES)
{
    char *before = arena_alloc(&a, 16);
    esp_arena_mark m = arena_mark(&a);
    char *first = arena_alloc(&a, 16);
    size_t total = a.total;

    memset(first, 0xff, 16);
    for (int i = 0; i < 100; i++)
        memset(arena_alloc(&a, 10000), 0xff, 10000);
    cr_assert_gt(a.total, total);
    arena_release(&a, m);
    cr_assert_eq(a.total, total);
    cr_assert_eq(arena_alloc(&a, 16), first);
    cr_assert(all_zero(first, 16));
    cr_assert(all_zero(before, 16));
}

Test(arena, release_to_empty)
{
    esp_arena_mark m = arena_mark(&a);

    arena_alloc(&a, 100);
    arena_release(&a, m);
    cr_assert_eq(a.total, 0);
    cr_assert_not_null(arena_alloc(&a, 100));
}

/* Chunks that were released serve the next requests, zeroed. */
Test(arena, released_chunks_are_used_again, .disabled = CC_CHECKS_ADDRESSES)
{
    esp_arena_mark m;
    char *first;

    arena_alloc(&a, 16);
    m = arena_mark(&a);
    first = memset(arena_alloc(&a, 100000), 0xff, 100000);
    arena_release(&a, m);
    cr_assert_eq(arena_alloc(&a, 90000), first);
    cr_assert(all_zero(first, 90000));
}

Test(arena, reset_keeps_one_chunk, .disabled = CC_CHECKS_ADDRESSES)
{
    char *first;
    size_t total;

    for (int i = 0; i < 10; i++)
        arena_alloc(&a, 10000);
    total = a.total;
    arena_reset(&a, 1 << 20);
    cr_assert_eq(a.total, 0);
    first = memset(arena_alloc(&a, 10000), 0xff, 10000);
    cr_assert_geq(a.total, total);
    for (int i = 0; i < 5; i++)
        arena_alloc(&a, 10000);
    arena_reset(&a, 1 << 20);
    cr_assert_geq(a.total, total);
    cr_assert_eq(arena_alloc(&a, 10000), first);
    cr_assert(all_zero(first, 10000));
    arena_alloc(&a, 4 << 20);
    arena_reset(&a, 1 << 20);
    cr_assert_eq(a.total, 0);
}

/* The second time the C library would keep it, below what is allocated next. */
Test(arena, large_chunks_are_given_back, .disabled = CC_CHECKS_ADDRESSES)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    unsigned char resident;

    for (size_t size = 4 << 20; size > 1 << 20; size /= 2) {
        uintptr_t p = (uintptr_t)arena_alloc(&a, size);
        void *next = malloc(64);

        arena_free(&a);
        cr_assert_eq(mincore((void *)(p / page * page), 1, &resident), -1);
        cr_assert_eq(errno, ENOMEM);
        free(next);
    }
}

/* The newest array stays where it is, and no other does. */
Test(arena, grow_in_place, .disabled = CC_CHECKS_ADDRESSES)
{
    char *p = memset(arena_alloc(&a, 100), 1, 100), *q;

    cr_assert_eq(arena_grow(&a, p, 100, 2000), p);
    cr_assert(all_zero(arena_alloc(&a, 100), 100));
    q = arena_grow(&a, p, 2000, 3000);
    cr_assert_neq(q, p);
    cr_assert_eq(memcmp(p, q, 2000), 0);
    cr_assert(all_zero(arena_alloc(&a, 5000), 5000));
}

/* Nothing is left where a large array was, and it goes with the mark. */
Test(arena, large_arrays_move, .disabled = CC_CHECKS_ADDRESSES)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    esp_arena_mark mark = arena_mark(&a);
    size_t size = 1000;
    char *p = memset(arena_alloc(&a, size), 1, size), *other = p;
    unsigned char resident;

    for (; size < 1 << 20; size *= 3) {
        p = arena_grow(&a, p, size, 3 * size);
        other = arena_grow(&a, NULL, 0, 1 << 18);
        memset(p + size, 1, 2 * size);
        memset(other, 2, 1 << 18);
    }
    for (size_t i = 0; i < size; i++)
        cr_assert_eq(p[i], 1);
    cr_assert_lt(a.total, 1 << 18);
    arena_release(&a, mark);
    cr_assert_eq(mincore((void *)((uintptr_t)p / page * page), 1, &resident),
                 -1);
    cr_assert(all_zero(arena_alloc(&a, 5000), 5000));
}

Test(arena, trim, .disabled = CC_CHECKS_ADDRESSES)
{
    esp_arena_mark mark = arena_mark(&a);
    char *p = memset(arena_alloc(&a, 300 << 10), 1, 300 << 10);

    arena_release(&a, mark);
    arena_trim(&a, 1 << 20);
    cr_assert_eq(arena_alloc(&a, 300 << 10), p);
    arena_release(&a, mark);
    arena_trim(&a, 100 << 10);
    cr_assert_null(a.spare);
}

static void count_call(void *arg)
{
    ++*(int *)arg;
}

Test(arena, impossible_sizes)
{
    int calls = 0;

    cr_assert_null(arena_alloc(&a, SIZE_MAX));
    cr_assert_null(arena_alloc(&a, SIZE_MAX - 16));
    a.exhausted = count_call;
    a.arg = &calls;
    cr_assert_null(arena_alloc(&a, SIZE_MAX / 2 + 1));
    cr_assert_eq(calls, 1);
}

Test(arena, strdup)
{
    char text[] = "espalier";
    char *copy = arena_strdup(&a, text);

    text[0] = 'E';
    cr_assert_str_eq(copy, "espalier");
}

Test(vec, grows_and_keeps)
{
    VEC(uint32_t) v = { 0 };

    for (uint32_t i = 0; i < 1000; i++)
        VEC_PUSH(&a, &v, i * i);
    cr_assert_eq(v.n, 1000);
    for (uint32_t i = 0; i < 1000; i++)
        cr_assert_eq(v.at[i], i * i);
    VEC_RESERVE(&a, &v, 5000);
    cr_assert_geq(v.cap, 6000);
    cr_assert_eq(v.at[999], 999 * 999);
}

Test(bits, set_clear_get)
{
    esp_bits s = bits_new(&a, 130);

    cr_assert_eq(s.n, 3);
    for (uint32_t i = 0; i < 130; i += 3)
        bits_set(s, i);
    bits_clear(s, 63);
    for (uint32_t i = 0; i < 130; i++)
        cr_assert_eq(bits_get(s, i), i % 3 == 0 && i != 63, "%u", i);
}

Test(bits, add_says_whether_it_grew)
{
    esp_bits s = bits_new(&a, 100), t = bits_new(&a, 100);

    bits_set(t, 70);
    cr_assert(bits_add(s, t));
    cr_assert(bits_get(s, 70));
    cr_assert_not(bits_add(s, t));
    bits_set(s, 3);
    cr_assert_not(bits_add(s, t));
    cr_assert(bits_get(s, 3));
}
