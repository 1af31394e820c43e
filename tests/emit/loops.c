/*
 * Loops in plain C, evaluated from their image and compiled, against what the
 * C compiler made of the same lines.
 *
 *     loops                   all of them
 *     loops NAME [native]     runs one of them and prints its result; for
 *                             counting its instructions, see bench/README.md
 */
#include "backend/compile.h"
#include "pe/eval/eval.h"
#include "tests/emit/loops.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static esp_code_cache *cache;
static esp_image *image;

static loop_function *compile(const loop_row *row)
{
    static esp_unit u;
    struct compile_env env = { .cache = cache };
    eval_arg args[SIG_MAX_ARGS] = { { false, 0, NULL } };
    eval_result r;
    esp_code *code;

    unit_init(&u, row->name);
    u.tier = 2;
    u.check = 1;
    if (setjmp(u.declined)) {
        printf("FAIL %s: %s\n", row->name, u.detail);
        exit(1);
    }
    eval_root(&u, image, image_function(image, (void *)row->run), args, NULL,
              &r);
    code = compile_graph(&u, r.graph, &env);
    unit_free(&u);
    return (loop_function *)(uintptr_t)code->entry;
}

static double run(const loop_row *row, bool native, int64_t n)
{
    loop_function *f = native ? row->run : compile(row);

    loops_fill();
    return f(n);
}

/* So often that starting the program is nothing to it: bench/count counts. */
static int run_one(const char *name, bool native)
{
    for (const loop_row *row = loop_rows; row->name; row++) {
        loop_function *f;

        if (strcmp(row->name, name) != 0)
            continue;
        f = native ? row->run : compile(row);
        for (int k = 0; k < LOOP_TIMES; k++) {
            loops_fill();
            printf("%.17g\n", f(row->n));
        }
        return 0;
    }
    printf("no loop %s\n", name);
    return 2;
}

static int run_all(void)
{
    unsigned passed = 0, failed = 0;

    for (const loop_row *row = loop_rows; row->name; row++) {
        int64_t n = row->n < 60 ? row->n : 60;
        double x = run(row, false, n), y = run(row, true, n);

        if (memcmp(&x, &y, sizeof x) == 0) {
            passed++;
            continue;
        }
        failed++;
        printf("FAIL %s: %.17g instead of %.17g\n", row->name, x, y);
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}

int main(int argc, char **argv)
{
    const char *error;
    esp_text why = { 0 };
    int status;

    image = image_open(&why);
    cache = code_cache_new(4 << 20, &error);
    if (!image || !cache) {
        printf("%s\n", image ? error : text_get(&why));
        return 2;
    }
    status = argc > 1 ? run_one(argv[1], argc > 2) : run_all();
    code_cache_free(cache);
    image_close(image);
    return status;
}
