/*
 * What an opened image answers about addresses and names.
 */
#include "pe/image/image.h"
#include "tests/image/little.h"

#include <stdio.h>
#include <string.h>

static uint32_t passed, failed;

static void is(bool ok, const char *what)
{
    if (ok) {
        passed++;
        return;
    }
    failed++;
    printf("not so: %s\n", what);
}

#define IS(condition) is((condition), #condition)

static bool same(const char *a, const char *b)
{
    return a && b && !strcmp(a, b);
}

static void ask_functions(esp_image *m)
{
    const esp_ifunc *f = image_function(m, (void *)little_sum);

    IS(f != NULL);
    IS(f && same(f->name, "little_sum"));
    IS(f && f->native == (void *)little_sum);
    IS(f && strstr(f->file, "subject_little.c") != NULL);
    IS(f == image_find(m, "little_sum"));
    IS(f == image_function(m, (void *)little_sum));
    IS(!image_boundary(m, (void *)little_sum));
    IS(!image_function(m, (void *)little_left_out));
    IS(same(image_boundary(m, (void *)little_left_out), "inline assembly"));
    IS(same(image_boundary(m, (void *)little_boundary),
            "marked as a boundary"));
    IS(!image_function(m, (void *)printf));
    IS(!image_boundary(m, (void *)printf));
    IS(!image_function(m, NULL));
    IS(!image_function(m, (char *)(void *)little_sum + 1));
    IS(!image_find(m, "no such function"));
    IS(same(image_symbol(m, (void *)little_sum), "little_sum"));
    IS(image_find(m, "little_helper") != NULL);
}

/* The table is static: its address comes from the code that uses it. */
static const char *table_of(const esp_ifunc *helper)
{
    for (uint32_t k = 0; helper && k < helper->nconsts; k++)
        if (same(helper->const_symbol[k].name, "little_table"))
            return (const char *)helper->consts[k] -
                   helper->const_symbol[k].addend;
    return NULL;
}

static void ask_globals(esp_image *m)
{
    const char *table = table_of(image_find(m, "little_helper"));
    int two;

    IS(table != NULL);
    if (!table)
        return;
    memcpy(&two, table, sizeof two);
    IS(two == 2);
    IS(image_constant(m, table, 16));
    IS(image_constant(m, table + 12, 4));
    IS(!image_constant(m, table + 12, 5));
    IS(!image_constant(m, table - 1, 2));
    IS(!image_constant(m, &little_counter, 8));
    IS(!image_constant(m, &two, 4));
    IS(same(image_symbol(m, table + 3), "little_table"));
    IS(same(image_symbol(m, &little_counter), "little_counter"));
    IS(!image_symbol(m, &two));
}

static void ask_contents(esp_image *m)
{
    const esp_ifunc *f = image_find(m, "little_sum");
    bool exploded = false, intrinsic = false, final = false;

    for (uint32_t k = 0; f && k < f->nblocks; k++)
        exploded |= f->blocks[k].explode;
    for (uint32_t k = 0; f && k < f->ncalls; k++)
        intrinsic |= f->calls[k].intrinsic &&
                     same(f->calls[k].name, "esp_explode_loop");
    for (uint32_t k = 0; f && k < f->ncode; k++)
        final |= f->code[k].op == IR_load && (f->code[k].flags & INS_FINAL);
    IS(exploded);
    IS(intrinsic);
    IS(final);
    f = image_find(m, "little_both");
    IS(f && f->sig.nargs == 3 && f->sig.nresults == 2);
    IS(f && f->sig.arg[2] == TY_f64 && f->sig.result[1] == TY_i64);
    IS(image_count(m) > 5);
    for (uint32_t k = 0; k < image_count(m); k++)
        IS(!image_info(m, k).boundary == (image_nth(m, k) != NULL));
    IS(!image_nth(m, image_count(m)));
}

int main(void)
{
    esp_text error = { 0 };
    esp_image *m = image_open(&error), *second;

    if (!m) {
        printf("%s\n", text_get(&error));
        return 1;
    }
    if (!image_count(m)) {
        printf("no images in this program\n");
        return 77;
    }
    ask_functions(m);
    ask_globals(m);
    ask_contents(m);
    second = image_open(&error);
    IS(second &&
       image_find(second, "little_sum") != image_find(m, "little_sum"));
    image_close(second);
    image_close(m);
    text_free(&error);
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
