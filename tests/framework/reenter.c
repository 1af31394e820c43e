/*
 * Loops that leave compiled code and enter it again, over and over, do not pile
 * up on the C stack.
 */
#include "backend/jit.h"
#include "framework/base/diag.h"
#include "tests/framework/mini.h"

#include <stdio.h>

/* The lowest and the highest place on the C stack where `here` was called. */
struct places { char *low, *high; };
static struct places seen;

static esp_value here(esp_context *context, uint32_t argc, const esp_value *args)
{
    char *at = __builtin_frame_address(0);

    (void)context;
    (void)argc;
    (void)args;
    if (!seen.low || at < seen.low)
        seen.low = at;
    if (!seen.high || at > seen.high)
        seen.high = at;
    return mini_int(1);
}

static const char *const programs[] = {
    "(def f (n) (set s 0) (set i 0) (while (< i n)"
    "    (set s (+ s (native here))) (set i (+ i 1))) s)",
    "(def f (n) (set s 0) (set i 0) (while (< i 100) (set j 0)"
    "    (while (< j (native here)) (set k 0)"
    "        (while (< k 1000) (set s (+ s 1)) (set k (+ k 1)))"
    "        (set j (+ j 1))) (set i (+ i 1))) s)",
};

static void run(const char *program)
{
    esp_settings settings;
    esp_text error = { 0 };
    char why[200];
    esp_engine *e;
    esp_context *c;

    esp_settings_init(&settings);
    CHECK(esp_settings_read(&settings, "--stress=deopt --threshold1=5",
                            &error));
    e = esp_engine_new(&(esp_options){
        .tier = 2, .compile = ESP_COMPILE_SYNC, .heat1 = 5, .heat2 = 20,
        .max_stack = 512 << 10
    }, why, sizeof why);
    CHECK(e && esp_jit_attach(e, &settings, &error));
    c = mini_open(e);
    mini_define(c, program);
    seen = (struct places){ 0 };
    CHECK_INT(mini_run1(c, "f", 100000), 100000);
    if (!CHECK(seen.high - seen.low < 100 << 10))
        printf("    %ld bytes\n", (long)(seen.high - seen.low));
    mini_close(c);
    esp_settings_free(&settings);
    text_free(&error);
}

int main(void)
{
    static const mini_native_row natives[] = {
        { "here", here }, { NULL, NULL }
    };

    mini_set_natives(natives);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        run(programs[i]);
    return mini_finish();
}
