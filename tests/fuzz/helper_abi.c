/*
 * Compiled code between a C caller and a C callee: see gen_abi.c.
 *
 * Each function of the rows is evaluated from its image and compiled, in both
 * tiers and with few registers.  Those with arguments or results that an image
 * does not describe are left out, and counted.
 */
#include "tests/fuzz/helper_abi.h"

#include "backend/compile.h"
#include "pe/eval/eval.h"

#include <stdio.h>

typedef struct rig {
    esp_image *image;
    esp_code_cache *cache;
    unsigned passed, failed, left_out;
} rig;

static void *compile(rig *t, const abi_row *row, const esp_ifunc *f, int tier,
                     uint32_t few)
{
    static esp_unit u;
    struct compile_env env = { .cache = t->cache, .few = few };
    eval_arg args[SIG_MAX_ARGS] = { { false, 0, NULL } };
    eval_result r;
    esp_code *code;

    unit_init(&u, row->name);
    u.tier = tier;
    u.check = 1;
    if (setjmp(u.declined)) {
        printf("%s: %s\n", row->name, u.detail);
        unit_free(&u);
        return NULL;
    }
    eval_root(&u, t->image, f, args, NULL, &r);
    code = compile_graph(&u, r.graph, &env);
    unit_free(&u);
    return (void *)code->entry;
}

static void is_good(rig *t, const abi_row *row, const char *how, void *pass)
{
    if (pass && row->drive(pass)) {
        t->passed++;
        return;
    }
    t->failed++;
    printf("FAIL %s, %s\n", row->name, how);
}

static void try_row(rig *t, const abi_row *row)
{
    const esp_ifunc *f = image_function(t->image, row->pass);

    is_good(t, row, "native", row->pass);
    if (!f) {
        t->left_out++;
        return;
    }
    is_good(t, row, "tier 1", compile(t, row, f, 1, 0));
    is_good(t, row, "tier 2", compile(t, row, f, 2, 0));
    is_good(t, row, "few registers", compile(t, row, f, 2, 6));
}

int abi_run(const abi_row *rows)
{
    const char *error = NULL;
    esp_text why = { 0 };
    rig t = { .image = image_open(&why) };

    t.cache = code_cache_new(4 << 20, &error);
    if (!t.image || !t.cache) {
        printf("%s\n", error ? error : text_get(&why));
        return 2;
    }
    for (; rows->name; rows++)
        try_row(&t, rows);
    code_cache_free(t.cache);
    image_close(t.image);
    printf("%u left out\n%u passed, %u failed\n", t.left_out, t.passed,
           t.failed);
    return t.failed != 0;
}
