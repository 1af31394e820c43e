/*
 * Calls, frames, control flow, errors, and walks over the stack.
 */
#include "tests/framework/mini.h"

#include <pthread.h>
#include <string.h>

/* ---- arguments --------------------------------------------------------- */

/* Joins its parameters as decimal digits; null is 9. */
static const char *const joiners =
    "(def digit (d) (if (== d null) 9 d))"
    "(def ten (n) (do (set i 0) (set s 0)"
    "    (while (< i 10) (set s (+ s n)) (set i (+ i 1))) s))"
    "(def j0 () 1)"
    "(def j1 (a) (digit a))"
    "(def j2 (a b) (+ (ten (j1 a)) (digit b)))"
    "(def j3 (a b c) (+ (ten (j2 a b)) (digit c)))"
    "(def j5 (a b c d e)"
    "    (+ (ten (+ (ten (j3 a b c)) (digit d))) (digit e)))"
    "(def rest0 (...) (rest 2))"
    "(def rest2 (a b ...) (+ (ten (j2 a b)) (digit (rest 2))))";

static void arity(void)
{
    esp_context *c = mini_start(NULL);
    esp_value a[8];
    static const int64_t wanted[6][6] = {
        { 1, 1, 1, 1, 1, 1 },                           /* j0 */
        { 9, 1, 1, 1, 1, 1 },                           /* j1 */
        { 99, 19, 12, 12, 12, 12 },                     /* j2 */
        { 999, 199, 129, 123, 123, 123 },               /* j3 */
        { 99999, 19999, 12999, 12399, 12349, 12345 },   /* j5 */
        { 999, 199, 129, 123, 123, 123 },               /* rest2 */
    };
    static const char *const names[] = { "j0", "j1", "j2", "j3", "j5",
                                         "rest2" };

    for (int i = 0; i < 8; i++)
        a[i] = mini_int(i + 1);
    mini_define(c, joiners);
    for (uint32_t f = 0; f < 6; f++)
        for (uint32_t n = 0; n < 6; n++)
            CHECK_INT(mini_run(c, names[f], n, a), wanted[f][n]);
    CHECK(mini_run(c, "rest0", 2, a).tag == MINI_NULL);
    CHECK_INT(mini_run(c, "rest0", 3, a), 3);
    CHECK_INT(mini_run(c, "rest0", 8, a), 3);

    /* The same from nodes, direct and indirect, with any number. */
    mini_define(c, "(def d0 () (j2)) (def d1 () (j2 1)) (def d2 () (j2 1 2))"
                  "(def d3 () (j2 1 2 3)) (def d4 () (j2 1 2 3 4))"
                  "(def i0 () (call j3)) (def i1 () (call j3 1))"
                  "(def i2 () (call j3 1 2)) (def i3 () (call j3 1 2 3))"
                  "(def i4 () (call j3 1 2 3 4))"
                  "(def i5 () (call j5 1 2 3 4 5 6))");
    CHECK_INT(mini_run(c, "d0", 0, NULL), 99);
    CHECK_INT(mini_run(c, "d1", 0, NULL), 19);
    CHECK_INT(mini_run(c, "d2", 0, NULL), 12);
    CHECK_INT(mini_run(c, "d3", 0, NULL), 12);
    CHECK_INT(mini_run(c, "d4", 0, NULL), 12);
    CHECK_INT(mini_run(c, "i0", 0, NULL), 999);
    CHECK_INT(mini_run(c, "i1", 0, NULL), 199);
    CHECK_INT(mini_run(c, "i2", 0, NULL), 129);
    CHECK_INT(mini_run(c, "i3", 0, NULL), 123);
    CHECK_INT(mini_run(c, "i4", 0, NULL), 123);
    CHECK_INT(mini_run(c, "i5", 0, NULL), 12345);
    mini_close(c);
}

static void indirect_caches(void)
{
    esp_context *c = mini_start(NULL);

    mini_define(c, "(def a (x) (+ x 1)) (def b (x) (+ x 2))"
                  "(def k (x) (+ x 3)) (def d (x) (+ x 4))"
                  "(def e (x) (+ x 5)) (def g (x) (+ x 6))"
                  "(def h (x) (+ x 7)) (def l (x) (+ x 8))"
                  "(def m (x) (+ x 9))"
                  "(def pick (i) (if (< i 1) a (if (< i 2) b (if (< i 3) k"
                  "    (if (< i 4) d (if (< i 5) e (if (< i 6) g"
                  "    (if (< i 7) h (if (< i 8) l m)))))))))"
                  "(def f (i) (call (pick i) 10))");
    for (int i = 0; i < ESP_CALLEES_LIMIT; i++)
        CHECK_INT(mini_run1(c, "f", i), 11 + i);
    CHECK(esp_engine_stats(c->engine)->megamorphic == 0);
    for (int round = 0; round < 3; round++)
        for (int i = 0; i <= ESP_CALLEES_LIMIT; i++)
            CHECK_INT(mini_run1(c, "f", i), 11 + i);
    CHECK(esp_engine_stats(c->engine)->megamorphic == 1);
    mini_close(c);
}

static void redefinition(void)
{
    esp_context *c = mini_start(NULL);

    mini_define(c, "(def g (x) (+ x 1)) (def f (x) (g x))");
    CHECK_INT(mini_run1(c, "f", 1), 2);
    mini_define(c, "(def g (x) (+ x 100))");
    CHECK_INT(mini_run1(c, "f", 1), 101);
    CHECK(esp_engine_stats(c->engine)->assumptions == 3);
    mini_define(c, "(def u () (nobody 1))");
    CHECK(mini_run(c, "u", 0, NULL).tag == ESP_THROW);
    CHECK(!strcmp(mini_message(c), "undefined function"));
    mini_close(c);
}

/* ---- control flow ------------------------------------------------------ */

static void loops(void)
{
    esp_context *c = mini_start(NULL);

    mini_define(c,
        "(def sum (n) (set i 0) (set s 0)"
        "    (while (< i n) (set s (+ s i)) (set i (+ i 1))) s)"
        "(def odd (n) (set i 0) (set s 0)"
        "    (while true"
        "        (set i (+ i 1))"
        "        (if (< n i) (break) null)"
        "        (if (even i) (continue) null)"
        "        (set s (+ s i))) s)"
        "(def even (n) (while (< 1 n) (set n (- n 2))) (== n 0))"
        "(def early (n) (set i 0) (while true (set i (+ i 1))"
        "    (if (== i n) (return (+ i 1000)) null)))"
        "(def nested (n) (set s 0) (set i 0) (while (< i n)"
        "    (set j 0) (while true (if (== j i) (break) null)"
        "        (set s (+ s 1)) (set j (+ j 1))) (set i (+ i 1))) s)");
    CHECK_INT(mini_run1(c, "sum", 1000), 499500);
    CHECK_INT(mini_run1(c, "sum", 0), 0);
    CHECK_INT(mini_run1(c, "odd", 10), 25);
    CHECK_INT(mini_run1(c, "early", 7), 1007);
    CHECK_INT(mini_run1(c, "nested", 20), 190);
    /* 20 inner loops went round 190 times, the outer one 20 times. */
    CHECK(mini_find(c, "nested")->target->heat == 1 + 190 + 20);
    mini_close(c);
}

static void escapes(void)
{
    esp_context *c = mini_start(NULL);

    mini_define(c, "(def f () (break)) (def g () (continue))");
    CHECK(mini_run(c, "f", 0, NULL).tag == ESP_THROW);
    CHECK(esp_thrown_error(c)->kind == ESP_ERROR_INTERNAL);
    CHECK(!strcmp(mini_message(c), "break outside of a loop"));
    CHECK(mini_run(c, "g", 0, NULL).tag == ESP_THROW);
    CHECK(!strcmp(mini_message(c), "continue outside of a loop"));
    CHECK(c->frame == NULL);
    mini_close(c);
}

static void tail_calls(void)
{
    esp_context *c = mini_start(NULL);

    mini_define(c,
        "(def even (n) (if (== n 0) true (tail odd (- n 1))))"
        "(def odd (n) (if (== n 0) false (tail even (- n 1))))"
        "(def three (n a b) (if (== n 0) (+ a b)"
        "    (tail three (- n 1) (+ a 1) b)))"
        "(def many (a b d e f) (if (== a 0) f"
        "    (tail many (- a 1) b d e (+ f 1))))"
        "(def f (n) (+ (three n 0 5) 1))");
    CHECK(mini_run1(c, "even", 1000001).as.i == 0);
    CHECK(mini_run1(c, "even", 1000000).as.i == 1);
    CHECK_INT(mini_run1(c, "f", 300000), 300006);
    mini_define(c, "(def g (n) (many n 1 1 1 1))");
    CHECK_INT(mini_run1(c, "g", 1000), 1001);
    CHECK(c->frame == NULL);
    mini_close(c);
}

static void errors(void)
{
    esp_context *c = mini_start(NULL);
    esp_value v;

    mini_define(c, "(def f (x) (throw x)) (def g (x) (+ (f x) 1))"
                  "(def h (x) (try (g x) (+ x 100)))"
                  "(def k (x) (try (+ x null) 5))");
    v = mini_run1(c, "g", 42);
    CHECK(v.tag == ESP_THROW && c->thrown.as.i == 42);
    CHECK(esp_thrown_error(c) == NULL);
    CHECK_INT(esp_catch(c), 42);
    CHECK(c->thrown.tag == ESP_NOTHING);
    CHECK_INT(mini_run1(c, "h", 42), 142);
    CHECK_INT(mini_run1(c, "k", 42), 5);
    CHECK(c->frame == NULL);
    mini_close(c);
}

/* ---- limits ------------------------------------------------------------ */

static void recursion(uint64_t max_stack)
{
    esp_options options = { .max_stack = max_stack };
    esp_context *c = mini_start(&options);

    mini_define(c, "(def down (n) (+ 1 (down (+ n 1))))"
                  "(def depth (n) (if (== n 0) 0 (+ 1 (depth (- n 1)))))"
                  "(def saved (n) (try (down 0) 7))"
                  "(def wide (a b d e f g) (+ 1 (wide a b d e f g)))");
    for (int i = 0; i < 3; i++) {
        CHECK(mini_run1(c, "down", 0).tag == ESP_THROW);
        CHECK(esp_thrown_error(c)->kind == ESP_ERROR_STACK);
        CHECK(esp_thrown_error(c)->exit_code == 1);
        CHECK(esp_thrown_error(c)->omitted > 10);
        CHECK(c->frame == NULL);
    }
    CHECK_INT(mini_run1(c, "saved", 0), 7);
    CHECK_INT(mini_run1(c, "depth", 50), 50);
    CHECK(mini_run1(c, "wide", 0).tag == ESP_THROW);
    mini_close(c);
}

/* The frame stack ends before the C stack does. */
static void frame_stack(void)
{
    esp_context *c = mini_start(NULL);

    mini_define(c, "(def down (n) (+ 1 (down (+ n 1))))");
    c->frame_limit = c->frame_next + 4096;
    CHECK(mini_run1(c, "down", 0).tag == ESP_THROW);
    CHECK(!strcmp(mini_message(c), "stack overflow"));
    mini_close(c);
}

static void stack_too_large(void)
{
    esp_options options = { .max_stack = 1ull << 40 };
    char error[200] = "";
    esp_engine *e = esp_engine_new(&options, error, sizeof error);

    CHECK(esp_context_new(e, error, sizeof error) == NULL);
    CHECK(strstr(error, "max-stack=1099511627776: this thread has "));
    esp_engine_free(e);
}

/* A thread's stack may be smaller than that of the thread that opened. */
static void *on_small_stack(void *arg)
{
    esp_context *c = arg;

    esp_context_attach(c);
    CHECK(mini_run1(c, "down", 0).tag == ESP_THROW);
    CHECK(!strcmp(mini_message(c), "stack overflow"));
    return NULL;
}

static void other_thread(void)
{
    esp_context *c = mini_start(NULL);
    pthread_attr_t attributes;
    pthread_t thread;

    mini_define(c, "(def down (n) (+ 1 (down (+ n 1))))");
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 1 << 20);
    CHECK(!pthread_create(&thread, &attributes, on_small_stack, c));
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    esp_context_attach(c);
    CHECK(mini_run1(c, "down", 0).tag == ESP_THROW);
    mini_close(c);
}

static void *interrupt(void *context)
{
    esp_interrupt(context);
    return NULL;
}

static void interrupts(void)
{
    esp_options options = { .max_time = 30 };
    esp_context *c = mini_start(&options);
    pthread_t thread;

    mini_define(c, "(def forever () (try (while true 1) 2))"
                  "(def calls (n) (if (== n 0) 0 (calls (- n 1))))"
                  "(def f () (while true (calls 3)))");
    CHECK(mini_run(c, "forever", 0, NULL).tag == ESP_THROW);
    CHECK(esp_thrown_error(c)->kind == ESP_ERROR_TIME);
    CHECK(esp_thrown_error(c)->exit_code == 3);
    CHECK(!strcmp(mini_message(c), "time limit exceeded"));

    pthread_create(&thread, NULL, interrupt, c);
    CHECK(mini_run(c, "f", 0, NULL).tag == ESP_THROW);
    CHECK(esp_thrown_error(c)->kind == ESP_ERROR_INTERRUPT);
    pthread_join(thread, NULL);
    CHECK_INT(mini_run1(c, "calls", 3), 0);
    mini_close(c);
}

/* ---- the stack --------------------------------------------------------- */

struct seen {
    esp_text text;
    esp_value write;            /* to slots named x */
};

static bool see(void *arg, const esp_activation *a)
{
    struct seen *s = arg;
    const esp_layout *layout = a->frame->layout;

    text_printf(&s->text, "%s:%u", a->target->name,
                a->site ? esp_section_position(a->site->section).line : 0);
    for (uint32_t i = 0; i < layout->nslots; i++) {
        esp_value *v = &a->frame->slots[i];

        if (v->tag == MINI_INT)
            text_printf(&s->text, " %s=%d", layout->names[i], (int)v->as.i);
        if (s->write.tag != ESP_NOTHING && !strcmp(layout->names[i], "x"))
            *v = s->write;
    }
    text_char(&s->text, '\n');
    return strcmp(a->target->name, "last") != 0;
}

static esp_text seen_text;

static esp_value native_walk(esp_context *context, uint32_t argc,
                             const esp_value *args)
{
    struct seen s = { { 0 }, argc ? args[0] : esp_nothing() };

    esp_walk(context, argc ? ESP_WRITE : ESP_READ_ONLY, see, &s);
    text_free(&seen_text);
    seen_text = s.text;
    return mini_null();
}

static esp_value native_exit(esp_context *context, uint32_t argc,
                             const esp_value *args)
{
    return esp_throw_exit(context, argc ? (int)args[0].as.i : 0);
}

static void walks(void)
{
    esp_context *c = mini_start(NULL);

    mini_define(c, "(def inner (x)\n (native walk))\n"
                  "(def middle (a)\n (set x (+ a 1))\n (inner (+ x 1))\n x)\n"
                  "(def outer (a)\n (+ 1\n (middle (+ a 1))))");
    CHECK_INT(mini_run1(c, "outer", 1), 4);
    CHECK(!strcmp(text_get(&seen_text), "inner:2 x=4\nmiddle:5 a=2 x=3\n"
                                        "outer:9 a=1\n"));
    /* A visitor that writes, and one that stops. */
    mini_define(c, "(def inner (x) (native walk 50) x)"
                  "(def last (a) (+ 100 (middle a)))"
                  "(def outer (a) (last a))");
    CHECK_INT(mini_run1(c, "outer", 1), 150);
    CHECK(!strcmp(text_get(&seen_text), "inner:1 x=3\nmiddle:5 a=1 x=2\n"
                                        "last:1 a=1\n"));
    mini_close(c);
    text_free(&seen_text);
}

static void traces(void)
{
    esp_text text = { 0 };
    esp_options options = { .write = mini_write, .write_arg = &text };
    esp_context *c = mini_start(&options);
    esp_error *e;

    mini_define(c, "(def bad (x)\n (+ x null))\n"
                  "(def middle (x)\n (bad x))\n"
                  "(def outer (x)\n (+ 1\n  (middle x)))");
    CHECK(mini_run1(c, "outer", 1).tag == ESP_THROW);
    e = esp_thrown_error(c);
    CHECK(e->kind == ESP_ERROR_GUEST && e->exit_code == 1);
    CHECK(e->ntrace == 3 && e->omitted == 0);
    esp_error_print(c, e);
    CHECK(!strcmp(text_get(&text), "mini:2:2: + needs numbers\n"
                                   "    mini:2:2: in bad\n"
                                   "    mini:4:2: in middle\n"
                                   "    mini:7:3: in outer\n"));
    mini_define(c, "(def stop (n) (try (native exit n) 1))");
    CHECK(mini_run1(c, "stop", 5).tag == ESP_THROW);
    CHECK(esp_thrown_error(c)->kind == ESP_ERROR_EXIT);
    CHECK(esp_thrown_error(c)->exit_code == 5);
    mini_close(c);
    text_free(&text);
}

int main(void)
{
    static const mini_native_row natives[] = {
        { "walk", native_walk }, { "exit", native_exit }, { NULL, NULL }
    };

    mini_set_natives(natives);
    arity();
    indirect_caches();
    redefinition();
    loops();
    escapes();
    tail_calls();
    errors();
    recursion(0);
    recursion(256 << 10);
    frame_stack();
    stack_too_large();
    other_thread();
    interrupts();
    walks();
    traces();
    return mini_finish();
}
