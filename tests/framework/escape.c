/*
 * Objects that do not escape are not allocated: what compiled loops of the mini
 * language allocate when they run a hundred times as long.
 */
#include "backend/jit.h"
#include "framework/base/diag.h"
#include "tests/framework/mini.h"

#include <stdio.h>
#include <string.h>

#define OPTIONS "--threshold1=5 --threshold2=20"
#define MAKE "(def make (a b) (set o (new)) (put o a a) (put o b b) o)"

static const struct program {
    const char *name;
    bool allocates;             /* in each iteration, all the same */
    const char *text;           /* f of n runs a loop n times */
} programs[] = {
    { "forgotten", false,
      MAKE "(def f (n) (set s 0) (set i 0) (while (< i n)"
      "    (set p (make i 2)) (set s (+ s (- (get p a) (get p b))))"
      "    (set i (+ i 1))) s)" },
    { "replaced", false,
      MAKE "(def f (n) (set p (make 0 0)) (set i 0) (while (< i n)"
      "    (set p (make (+ (get p a) i) (+ (get p b) 1)))"
      "    (set i (+ i 1))) (- (get p a) (get p b)))" },
    { "replaced at times", false,
      MAKE "(def f (n) (set p (make 0 0)) (set k 0) (set i 0) (while (< i n)"
      "    (set k (+ k 1)) (if (== k 3) (do (set k 0)"
      "        (set p (make (+ (get p a) i) k)) null) null)"
      "    (set i (+ i 1))) (get p a))" },
    { "in objects", false,
      MAKE "(def f (n) (set p (make (make 1 2) 3)) (set i 0) (while (< i n)"
      "    (set p (make (make (get p b) i) (get (get p a) b)))"
      "    (set i (+ i 1))) (get p b))" },
    { "in inner loops", false,
      MAKE "(def f (n) (set s 0) (set i 0) (while (< i n) (set j 0)"
      "        (set p (make i 0)) (while (< j 3)"
      "            (set p (make (get p a) (+ (get p b) 1)))"
      "            (set j (+ j 1)))"
      "        (set s (+ s (get p b))) (set i (+ i 1))) s)" },
    { "in a chain", true,
      MAKE "(def f (n) (set l null) (set i 0) (while (< i n)"
      "    (set l (make i l)) (set i (+ i 1))) (get l a))" },
    { "returned", true,
      "(def keep (o) (native keep o))"
      MAKE "(def f (n) (set i 0) (while (< i n)"
      "    (keep (make i i)) (set i (+ i 1))) i)" },
};

static esp_value keep(esp_context *context, uint32_t argc, const esp_value *args)
{
    (void)context;
    return argc ? args[0] : mini_null();
}

static uint64_t bytes_of(esp_context *c, int64_t n)
{
    uint64_t before = c->allocated;

    mini_run1(c, "f", n);
    return c->allocated - before;
}

static void run(const struct program *p, const char *options)
{
    esp_settings settings;
    esp_text error = { 0 };
    char why[200];
    esp_engine *e;
    esp_context *c;
    uint64_t few, many;

    esp_settings_init(&settings);
    CHECK(esp_settings_read(&settings, options, &error));
    e = esp_engine_new(&(esp_options){
        .tier = 2,
        .compile = ESP_COMPILE_SYNC,
        .heat1 = (uint32_t)settings.threshold1,
        .heat2 = (uint32_t)settings.threshold2,
        .trace = (uint32_t)SETTING_TRACES(&settings)
    }, why, sizeof why);
    CHECK(e && esp_jit_attach(e, &settings, &error));
    c = mini_open(e);
    mini_define(c, p->text);
    for (int i = 0; i < 20; i++)        /* until nothing is compiled any more */
        bytes_of(c, 100 + i);
    few = bytes_of(c, 100);
    many = bytes_of(c, 10000);
    if (!CHECK(p->allocates ? many >= 10000 * 2 * sizeof(esp_value)
                            : many == few))
        printf("    %s: %llu bytes, %llu\n", p->name, (unsigned long long)few,
               (unsigned long long)many);
    mini_close(c);
    esp_settings_free(&settings);
    text_free(&error);
}

/* escape NAME OPTIONS: one program, with its traces. */
int main(int argc, char **argv)
{
    static const mini_native_row natives[] = {
        { "keep", keep }, { NULL, NULL }
    };

    mini_set_natives(natives);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (argc < 2 || !strcmp(argv[1], programs[i].name))
            run(&programs[i], argc > 2 ? argv[2] : OPTIONS);
    return mini_finish();
}
