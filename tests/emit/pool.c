/*
 * Lists that are stored once: what was added stands where it was said to, and
 * added again it stands there, too.
 */
#include "backend/pool.h"

#include <criterion/criterion.h>
#include <string.h>

enum { LISTS = 3000, LONGEST = 40 };

static uint32_t make_list(uint32_t k, uint8_t *list)
{
    uint32_t n = k % LONGEST;

    for (uint32_t i = 0; i < n; i++)
        list[i] = (uint8_t)((k / 7 * 2654435761u) >> (i % 24));
    return n;
}

Test(pool, lists_are_kept_and_found_again)
{
    uint32_t at[LISTS], bytes;
    uint8_t list[LONGEST];
    esp_arena arena;
    esp_pool p;

    arena_init(&arena);
    pool_init(&p, &arena);
    for (uint32_t k = 0; k < LISTS; k++)
        at[k] = pool_add(&p, list, make_list(k, list));
    bytes = p.bytes.n;
    for (uint32_t k = 0; k < LISTS; k++) {
        uint32_t n = make_list(k, list);

        cr_assert_eq(memcmp(p.bytes.at + at[k], list, n), 0, "list %u", k);
        cr_assert_eq(pool_add(&p, list, n), at[k], "list %u again", k);
    }
    cr_assert_eq(p.bytes.n, bytes);
    arena_free(&arena);
}

/* Places in tables are counted in records: none may be cut. */
Test(pool, lists_of_records_stay_aligned)
{
    uint64_t list[LONGEST];
    esp_arena arena;
    esp_pool p;

    arena_init(&arena);
    pool_init(&p, &arena);
    for (uint32_t k = 1; k < LISTS; k++) {
        uint32_t n = k % LONGEST;

        for (uint32_t i = 0; i < n; i++)
            list[i] = k / 50 * i;
        cr_assert_eq(pool_add(&p, list, n * 8) % 8, 0);
    }
    arena_free(&arena);
}
