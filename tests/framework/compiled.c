/*
 * The same programs in the interpreter and compiled in several ways: all
 * results have to be equal.  Here is what SL does not have: tail calls,
 * variadic functions, handlers, floating point, dynamic keys.
 */
#include "backend/jit.h"
#include "framework/base/diag.h"
#include "tests/framework/mini.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct program {
    const char *name;
    const char *text;           /* function f of one integer is run */
    const char *again;          /* defined in the middle of the runs, or NULL */
} programs[] = {
    { "fib",
      "(def f (n) (if (< n 2) n (+ (f (- n 1)) (f (- n 2)))))", NULL },
    { "overflow",
      "(def g (a b) (+ a b))"
      "(def f (n) (g (g 9223372036854775800 n) (- 0 n)))", NULL },
    { "doubles",
      "(def f (n) (set s 0.5) (set i 0) (while (< i n)"
      "    (set s (+ s 0.25)) (set i (+ i 1)))"
      "    (if (< s 3.0) s (- s 1.5)))", NULL },
    { "types come late",
      "(def add (a b) (+ a b))"
      "(def f (n) (if (< n 10) (add n 1) (if (< n 12) (add 0.5 0.25)"
      "    (try (add n null) 77))))", NULL },
    { "loops",
      "(def f (n) (set s 0) (set i 0) (while true"
      "    (set i (+ i 1)) (if (< n i) (break) null)"
      "    (if (== i 3) (continue) null)"
      "    (set j 0) (while (< j i) (if (== j 7) (return (+ s 1000)) null)"
      "        (set s (+ s j)) (set j (+ j 1)))) s)", NULL },
    { "long loop",
      "(def f (n) (set s 0) (set i 0) (while (< i 3000)"
      "    (set s (+ s (if (< i n) 1 i))) (set i (+ i 1))) s)", NULL },
    { "tail calls",
      "(def even (n) (if (== n 0) 1 (tail odd (- n 1))))"
      "(def odd (n) (if (== n 0) 0 (tail even (- n 1))))"
      "(def add (n a b c) (if (== n 0) (+ a (+ b c))"
      "    (tail add (- n 1) b c (+ a 1))))"
      "(def f (n) (+ (even (+ n 200)) (add n 1 2 3)))", NULL },
    { "arity",
      "(def two (a b) (if (== b null) (+ a 100) (+ a b)))"
      "(def five (a b c d e) (if (== e null) (two a b) (+ a e)))"
      "(def f (n) (+ (+ (two n) (two n 1)) (+ (two n 1 2)"
      "    (+ (five n n) (five n 1 2 3 4 5)))))", NULL },
    { "variadic",
      "(def nth (i ...) (rest i))"
      "(def all (a b ...) (set s (+ a b)) (set i 2)"
      "    (while (if (== (rest i) null) false true)"
      "        (set s (+ s (rest i))) (set i (+ i 1))) s)"
      "(def f (n) (+ (nth 2 n (+ n 1) 5) (all n 1 2 3 4 n)))", NULL },
    { "indirect",
      "(def a (x) (+ x 1)) (def b (x) (+ x 2)) (def c (x) (+ x 3))"
      "(def d (x y) (+ x 4)) (def e (...) (+ (rest 0) 5)) (def g () 6)"
      "(def pick (i) (if (< i 1) a (if (< i 2) b (if (< i 3) c"
      "    (if (< i 4) d (if (< i 5) e g))))))"
      "(def each (n) (call (pick n) n))"
      "(def f (n) (set s 0) (set i 0) (while (< i n)"
      "    (set s (+ s (each i))) (set i (+ i 1))) s)", NULL },
    { "errors",
      "(def bad (n) (if (< n 5) n (throw n)))"
      "(def mid (n) (+ (bad n) 1))"
      "(def f (n) (try (mid n) (+ 1000 n)))", NULL },
    { "errors through loops",
      "(def bad (n) (if (== n 6) (throw 1) n))"
      "(def f (n) (set s 0) (set i 0) (while (< i n)"
      "    (try (set s (+ s (bad i))) (set s (+ s 100)))"
      "    (set i (+ i 1))) s)", NULL },
    { "properties",
      "(def make (a b) (set o (new)) (put o a a) (put o b b) o)"
      "(def sum (o) (+ (get o a) (get o b)))"
      "(def f (n) (set o (make n 2)) (put o a (+ (get o a) 1))"
      "    (if (< 8 n) (put o c 5) null) (put o d 1) (put o e 2)"
      "    (put o g 3) (put o h 4)"
      "    (+ (sum o) (if (== (get o c) null) 0 (get o h))))", NULL },
    { "many shapes",
      "(def make (i) (set o (new))"
      "    (if (< i 1) (put o a 0) null) (if (< i 2) (put o b 0) null)"
      "    (if (< i 3) (put o c 0) null) (if (< i 4) (put o d 0) null)"
      "    (if (< i 5) (put o e 0) null) (if (< i 6) (put o f 0) null)"
      "    (if (< i 7) (put o g 0) null) (if (< i 8) (put o h 0) null)"
      "    (if (< i 9) (put o i 0) null) (put o x (+ i 1000)) o)"
      "(def f (n) (get (make n) x))", NULL },
    { "objects of loops",
      "(def make (a b) (set o (new)) (put o a a) (put o b b) o)"
      "(def f (n) (set p (make n 1)) (set i 0) (while (< i 40)"
      "    (set p (make (+ (get p a) (get p b)) (+ i n)))"
      "    (set i (+ i 1))) (- (get p a) (get p b)))", NULL },
    { "objects of some iterations",
      "(def make (a b) (set o (new)) (put o a a) (put o b b) o)"
      "(def f (n) (set p (make 1 2)) (set q p) (set i 0) (while (< i 40)"
      "    (if (< i n) (set p (make i (get p a))) (set q (make (get p b) 7)))"
      "    (if (== i 30) (put p a null) null)"
      "    (if (== (get p a) null) (put p a 9) null)"
      "    (put q b (+ (get q b) 1))"
      "    (set i (+ i 1)))"
      "    (+ (if (== p q) 1000 0) (+ (get p b) (get q b))))", NULL },
    { "objects change places",
      "(def make (a) (set o (new)) (put o a a) o)"
      "(def f (n) (set p (make n)) (set q (make 100)) (set i 0)"
      "    (while (< i 33) (set t p) (set p q) (set q t)"
      "        (put p a (+ (get p a) (get q a)))"
      "        (if (== i n) (set q (make 1)) null)"
      "        (if (== i 20) (set p q) null)"
      "        (set i (+ i 1)))"
      "    (+ (if (== p q) 5 0) (- (get p a) (get q a))))", NULL },
    { "objects in objects of loops",
      "(def pair (a b) (set o (new)) (put o a a) (put o b b) o)"
      "(def f (n) (set p (pair (pair 1 2) (pair 3 4))) (set i 0)"
      "    (while (< i 40)"
      "        (set p (pair (pair (get (get p b) a) i) (get p a)))"
      "        (if (< n i) (put (get p a) b n) null)"
      "        (set i (+ i 1)))"
      "    (+ (get (get p a) a) (+ (get (get p a) b)"
      "        (get (get p b) b))))", NULL },
    { "chains of objects",
      "(def f (n) (set l null) (set m null) (set i 0) (while (< i 30)"
      "        (set e (new)) (put e a i) (put e b l) (set l e)"
      "        (if (< i n) (set m e) null) (set i (+ i 1)))"
      "    (set s 0) (while (if (== l null) false true)"
      "        (set s (+ (+ s s) (get l a))) (if (== l m) (break) null)"
      "        (set l (get l b))) s)", NULL },
    { "objects of inner loops",
      "(def f (n) (set s 0) (set p (new)) (put p a n) (set i 0)"
      "    (while (< i 8) (set j 0) (while (< j 6)"
      "            (set q (new)) (put q a (+ (get p a) j))"
      "            (if (== j 3) (set p q) null)"
      "            (set s (+ s (get q a))) (set j (+ j 1)))"
      "        (set r (new)) (put r a (get p a)) (set p r)"
      "        (set i (+ i 1))) (+ s (get p a)))", NULL },
    { "dynamic keys",
      "(def key (i) (if (< i 3) (quote a) (if (< i 6) (quote b)"
      "    (quote c))))"
      "(def f (n) (set o (new)) (set i 0) (while (< i n)"
      "    (atput o (key i) i) (set i (+ i 1)))"
      "    (if (== (at o (key (- n 1))) null) 0 (at o (key (- n 1)))))",
      NULL },
    { "methods",
      "(def one (x) (+ x 1)) (def two (x) (+ x 2))"
      "(def make (n) (set o (new)) (put o a n) (put o m one)"
      "    (put o b (if (< n 9) one two)) o)"
      "(def run (o n) (+ (call (get o m) n) (call (get o b) (get o a))))"
      "(def f (n) (set o (make n)) (set s (run o n))"
      "    (if (== n 12) (put o m two) null)"
      "    (if (== n 13) (put o m one) null)"
      "    (if (== n 14) (do (put o m 5) (set s (+ s (get o m)))"
      "        (put o m two)) null)"
      "    (+ s (run o n)))", NULL },
    { "redefinition",
      "(def g (n) (+ n 1)) (def f (n) (+ (g n) (g (g n))))",
      "(def g (n) (+ n 100))" },
    { "writes into callers",
      "(def inner (x) (native poke 5) x)"
      "(def mid (n) (set x (+ n 1)) (set y (inner x)) (+ (+ x x) y))"
      "(def f (n) (if (< n 8) n (+ (mid n) 1)))", NULL },
    { "reads callers",
      "(def inner (a) (native peek))"
      "(def mid (n) (set b (+ n 1)) (+ (inner (+ b b)) 0))"
      "(def f (n) (+ (mid n) 1))", NULL },
    { "arrays",
      "(def fill (n) (set a (array)) (set i 0) (while (< i n)"
      "    (push a (+ i 100)) (set i (+ i 1))) a)"
      "(def sum (a) (set s 0) (set i 0) (while (< i (alen a))"
      "    (set s (+ s (aget a i))) (set i (+ i 1))) s)"
      "(def f (n) (set a (fill (+ n 40))) (aset a 3 n)"
      "    (+ (sum a) (+ (pop a) (alen a))))", NULL },
    { "arrays of several kinds",
      "(def pick (n i) (if (< n 4) i (if (< n 8) 0.25 (if (< n 11) (new)"
      "    (if (< n 13) (< i 2) null)))))"
      "(def fill (n) (set a (array)) (set i 0) (while (< i 20)"
      "    (aset a i (pick n i)) (set i (+ i 1))) a)"
      "(def f (n) (set a (fill n)) (set v (aget a n)) (pop a)"
      "    (aset a (+ n 2) n) (if (< n 2) (aset a 0 null) null)"
      "    (set w (aget a (- n 1)))"
      "    (+ (if (== v null) 0 1) (+ (if (== w null) 20 30)"
      "    (+ (alen a) (if (== (aget a (+ n 2)) n) 1000 2000)))))", NULL },
    { "arrays that become mixed",
      "(def each (a n) (set i 0) (set k 0) (while (< i (alen a))"
      "    (if (== (aget a i) i) (set k (+ k 1)) null)"
      "    (if (== i n) (aset a i 0.5) (aset a i (+ i n)))"
      "    (set i (+ i 1))) k)"
      "(def f (n) (set a (array)) (set i 0) (while (< i 10)"
      "    (push a i) (set i (+ i 1)))"
      "    (+ (each a (if (< n 7) 50 n)) (if (== (aget a 9) (+ 9 50)) 1 2)))",
      NULL },
    { "deep",
      "(def down (n) (+ 1 (down (+ n 1))))"
      "(def ok (n) (if (== n 0) 0 (+ 1 (ok (- n 1)))))"
      "(def f (n) (+ (try (down n) 7) (ok (+ n 50))))", NULL },
};

/* ---- natives ----------------------------------------------------------- */

struct peek {
    int64_t sum;
    esp_value write;
    uint32_t n;
};

static bool look(void *arg, const esp_activation *a)
{
    struct peek *p = arg;

    for (uint32_t i = 0; i < a->frame->layout->nslots; i++) {
        esp_value *v = &a->frame->slots[i];

        if (p->write.tag == ESP_NOTHING && v->tag == MINI_INT)
            p->sum = 3 * p->sum + v->as.i;
        else if (v->tag == MINI_INT && p->n == 1 &&
                 !strcmp(a->frame->layout->names[i], "x"))
            *v = p->write;
    }
    p->n++;
    return p->n < 3;
}

static esp_value native_peek(esp_context *context, uint32_t argc,
                             const esp_value *args)
{
    struct peek p = { 0, argc ? args[0] : esp_nothing(), 0 };

    esp_walk(context, argc ? ESP_WRITE : ESP_READ_ONLY, look, &p);
    return mini_int(p.sum);
}

/* ---- runs -------------------------------------------------------------- */

static void show(esp_text *to, esp_context *c, esp_value v)
{
    switch (v.tag) {
    case MINI_INT: text_printf(to, "%lld ", (long long)v.as.i); break;
    case MINI_DOUBLE: text_printf(to, "%g ", v.as.d); break;
    case ESP_THROW: text_printf(to, "throw:%s ", mini_message(c)); break;
    default: text_printf(to, "tag%llu ", (unsigned long long)v.tag);
    }
}

/* All results of a program, as text. */
static void run(const struct program *p, const char *how, esp_text *to)
{
    esp_settings settings;
    esp_text error = { 0 };
    char why[200];
    esp_engine *e;
    esp_context *c;

    esp_settings_init(&settings);
    if (!esp_settings_read(&settings, how, &error)) {
        printf("%s\n", text_get(&error));
        exit(2);
    }
    e = esp_engine_new(&(esp_options){
        .tier = (int)settings.tier,
        .compile = (esp_compile_mode)(settings.compile -
                                      OPT_compile_background),
        .heat1 = (uint32_t)settings.threshold1,
        .heat2 = (uint32_t)settings.threshold2,
        .trace = (uint32_t)SETTING_TRACES(&settings),
        .generic = SETTING_HAS(&settings, stress, generic),
        .osr = SETTING_HAS(&settings, stress, osr),
        .max_stack = 512 << 10,
    }, why, sizeof why);
    if (settings.tier)
        CHECK(esp_jit_attach(e, &settings, &error));
    c = mini_open(e);
    mini_define(c, p->text);
    for (int i = 0; i < 60; i++) {
        if (i == 30 && p->again)
            mini_define(c, p->again);
        show(to, c, mini_run1(c, "f", i % 15));
    }
    CHECK(c->frame == NULL);
    mini_close(c);
    esp_settings_free(&settings);
    text_free(&error);
}

static const char *const ways[] = {
    "--tier=0 --stress=generic",
    "--tier=1 --compile=now",
    "--tier=2 --compile=now",
    "--tier=2 --compile=sync --threshold1=5 --threshold2=20",
    "--tier=2 --compile=now --stress=generic",
    "--tier=2 --compile=now --stress=deopt --seed=1",
    "--tier=2 --compile=sync --threshold1=5 --stress=deopt --seed=2",
    "--tier=2 --compile=sync --stress=osr",
    "--tier=2 --compile=sync --stress=osr,deopt --seed=4",
    "--tier=2 --compile=now --threshold2=1 --inlining=all",
    "--tier=2 --compile=now --threshold2=1 --inlining=off",
    "--tier=2 --threshold1=3 --threshold2=20",
    "--tier=2 --threshold1=3 --threshold2=20 --stress=delay,reclaim --seed=3",
};

int main(int argc, char **argv)
{
    static const mini_native_row natives[] = {
        { "peek", native_peek }, { "poke", native_peek }, { NULL, NULL }
    };

    mini_set_natives(natives);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        const struct program *p = &programs[i];
        esp_text wanted = { 0 };

        /* compiled NAME OPTIONS: one program, one way, with its output. */
        if (argc > 1 && strcmp(argv[1], p->name))
            continue;
        run(p, "--tier=0", &wanted);
        for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
            const char *way = argc > 2 ? argv[2] : ways[k];
            esp_text got = { 0 };

            run(p, way, &got);
            if (!CHECK(!strcmp(text_get(&wanted), text_get(&got))))
                printf("    %s, %s\n    %s\n    %s\n", p->name, way,
                       text_get(&wanted), text_get(&got));
            text_free(&got);
            if (argc > 2)
                break;
        }
        text_free(&wanted);
    }
    return mini_finish();
}
