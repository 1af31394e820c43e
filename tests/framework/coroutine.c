/*
 * Coroutines: switching, collection, limits, walks, closing.
 */
#include "tests/framework/mini.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

/* ---- from guest code --------------------------------------------------- */

enum { SLOTS = 16 };

/* The coroutines of a test, by number, where the collector looks for them. */
static __thread esp_coroutine **slots;

static esp_value run_target(esp_context *context, void *arg, esp_value first)
{
    (void)context;
    return esp_enter_guest(arg, 1, &first);
}

/* (native create i f) (native resume i v) (native yield v) (native close i)
 * (native state i) (native drop i) (native collect) (native depth) */
static esp_value native_create(esp_context *context, uint32_t argc,
                               const esp_value *args)
{
    mini_function *f = args[1].as.p;
    esp_coroutine *co = esp_coroutine_new(context, run_target, f->target);

    (void)argc;
    slots[args[0].as.i] = co;
    return co ? mini_null() : esp_abrupt(ESP_THROW);
}

static esp_value native_resume(esp_context *context, uint32_t argc,
                               const esp_value *args)
{
    (void)context, (void)argc;
    return esp_coroutine_resume(slots[args[0].as.i], args[1]);
}

static esp_value native_yield(esp_context *context, uint32_t argc,
                              const esp_value *args)
{
    (void)argc;
    return esp_coroutine_yield(context, args[0]);
}

static esp_value native_close(esp_context *context, uint32_t argc,
                              const esp_value *args)
{
    esp_value v = esp_coroutine_close(slots[args[0].as.i]);

    (void)context, (void)argc;
    return esp_is_abrupt(v) ? v : mini_null();
}

static esp_value native_state(esp_context *context, uint32_t argc,
                              const esp_value *args)
{
    (void)context, (void)argc;
    return mini_int(esp_coroutine_state_of(slots[args[0].as.i]));
}

static esp_value native_collect(esp_context *context, uint32_t argc,
                                const esp_value *args)
{
    (void)argc, (void)args;
    esp_collect(context);
    return mini_null();
}

static bool count_one(void *arg, const esp_activation *a)
{
    (void)a;
    ++*(int *)arg;
    return true;
}

static esp_value native_depth(esp_context *context, uint32_t argc,
                              const esp_value *args)
{
    int n = 0;

    (void)argc, (void)args;
    esp_walk(context, ESP_READ_ONLY, count_one, &n);
    return mini_int(n);
}

static const mini_native_row natives[] = {
    { "create", native_create }, { "resume", native_resume },
    { "yield", native_yield }, { "close", native_close },
    { "state", native_state }, { "collect", native_collect },
    { "depth", native_depth }, { NULL, NULL }
};

static esp_context *start(const esp_options *options)
{
    esp_context *c;

    mini_set_natives(natives);
    c = mini_start(options);
    slots = ESP_CONTEXT_ARRAY(c, esp_coroutine *, SLOTS);
    return c;
}

static void values(void)
{
    esp_context *c = start(NULL);

    mini_define(c,
        "(def body (a) (set b (native yield (+ a 1)))"
        "    (set c (native yield (+ b 10))) (+ (+ a b) c))"
        "(def f (n) (native create 0 body)"
        "    (set s (native state 0))"
        "    (set x (native resume 0 n))"
        "    (set y (native resume 0 100))"
        "    (set s (+ s (native state 0)))"
        "    (set z (native resume 0 1000))"
        "    (set s (+ s (native state 0)))"
        "    (+ (+ x y) (+ z (+ s 100000))))");
    /* 6, 110, 1105; states 0, 1, 4 */
    CHECK_INT(mini_run1(c, "f", 5), 6 + 110 + 1105 + 5 + 100000);
    mini_close(c);
}

/* A coroutine in a coroutine; both wait at different depths. */
static void nested(void)
{
    esp_context *c = start(NULL);

    mini_define(c,
        "(def deep (n) (if (== n 0) (native yield 1)"
        "    (+ 1 (deep (- n 1)))))"
        "(def inner (a) (+ (deep a) (deep (+ a a))))"
        "(def outer (a) (native create 1 inner)"
        "    (set x (native resume 1 a))"
        "    (set y (native yield x))"
        "    (set z (native resume 1 y))"
        "    (+ z (native resume 1 (+ y z))))"
        "(def f (n) (native create 0 outer)"
        "    (+ (native resume 0 n) (native resume 0 7)))");
    /* inner: 3 + 7, 6 + 8 = 24; outer: 1 + 24; f: 1 + 25 */
    CHECK_INT(mini_run1(c, "f", 3), 1 + 1 + 24);
    mini_close(c);
}

static void errors(void)
{
    esp_context *c = start(NULL);

    mini_define(c,
        "(def body (a) (do (native yield 1) (throw 42)))"
        "(def f (n) (native create 0 body) (native resume 0 1)"
        "    (set e (try (native resume 0 2) 5))"
        "    (+ e (native state 0)))"
        "(def again (n) (native resume 0 1))"
        "(def outside (n) (native yield 1))");
    CHECK_INT(mini_run1(c, "f", 0), 5 + ESP_COROUTINE_DEAD);
    CHECK(mini_run1(c, "again", 0).tag == ESP_THROW);
    CHECK(!strcmp(mini_message(c),
                  "cannot resume: the coroutine is not suspended"));
    CHECK(mini_run1(c, "outside", 0).tag == ESP_THROW);
    CHECK(!strcmp(mini_message(c), "cannot yield outside of coroutines"));
    mini_close(c);
}

static esp_value cleans(esp_context *context, void *arg, esp_value first)
{
    esp_value v = esp_coroutine_yield(context, first);
    const esp_error *e;

    if (!esp_is_abrupt(v))
        return v;
    e = esp_thrown_error(context);
    CHECK(e && e->kind == ESP_ERROR_CLOSED && !esp_error_catchable(e));
    ++*(int *)arg;
    if (*(int *)arg == 2)
        return esp_throw(context, mini_int(3));
    return *(int *)arg == 3 ? esp_coroutine_yield(context, v) : v;
}

static esp_value close_one(esp_context *c, int *cleaned)
{
    esp_coroutine *co = esp_coroutine_new(c, cleans, cleaned);
    esp_value v;

    esp_coroutine_resume(co, mini_int(1));
    v = esp_coroutine_close(co);
    CHECK(esp_coroutine_state_of(co) == ESP_COROUTINE_DEAD);
    CHECK(esp_coroutine_close(co).tag == ESP_NOTHING);
    return v;
}

static void closing(void)
{
    esp_context *c = start(NULL);
    int cleaned = 0;

    mini_define(c,
        "(def plain (a) (try (native yield a) 1))"
        "(def f (n) (native create 0 plain) (native resume 0 1)"
        "    (native close 0) (native state 0))"
        "(def g (n) (native create 0 plain) (native close 0)"
        "    (native state 0))");
    CHECK_INT(mini_run1(c, "f", 0), ESP_COROUTINE_DEAD);
    CHECK_INT(mini_run1(c, "g", 0), ESP_COROUTINE_DEAD);
    CHECK(close_one(c, &cleaned).tag == ESP_NOTHING && cleaned == 1);
    CHECK(close_one(c, &cleaned).tag == ESP_THROW && cleaned == 2);
    CHECK_INT(esp_catch(c), 3);
    CHECK(close_one(c, &cleaned).tag == ESP_THROW && cleaned == 3);
    CHECK(!strcmp(mini_message(c), "cannot yield here"));
    mini_close(c);
}

/* ---- limits ------------------------------------------------------------ */

static void overflow(void)
{
    esp_context *c = start(NULL);

    mini_define(c,
        "(def deep (n) (if (== n 0) 0 (+ 1 (deep (- n 1)))))"
        "(def body (a) (try (deep 100000000) 77))"
        "(def fine (a) (deep a))"
        "(def f (n) (native create 0 body) (native create 1 fine)"
        "    (+ (native resume 0 1) (native resume 1 5000)))"
        "(def outside (n) (deep n))");
    CHECK_INT(mini_run1(c, "f", 0), 77 + 5000);
    CHECK_INT(mini_run1(c, "outside", 5000), 5000);
    mini_close(c);
}

/* ---- collection -------------------------------------------------------- */

/* What only a suspended coroutine refers to stays: frames and C stack. */
static void suspended_are_roots(void)
{
    esp_options options = { .collect = true };
    esp_context *c = start(&options);

    mini_define(c,
        "(def chain (n) (set top null) (while (< 0 n)"
        "    (set o (new)) (put o next top) (put o n n) (set top o)"
        "    (set n (- n 1))) top)"
        "(def sum (o) (set s 0) (while (if (== o null) false true)"
        "    (set s (+ s (get o n))) (set o (get o next))) s)"
        "(def body (n) (set o (chain n)) (native yield 0)"
        "    (chain n) (native yield 0) (sum o))"
        "(def outer (n) (set o (chain n)) (native create 1 body)"
        "    (native resume 1 n) (native yield 0) (native collect)"
        "    (native resume 1 0) (native yield 0)"
        "    (+ (sum o) (native resume 1 0)))"
        "(def f (n) (set o (chain n)) (native create 0 outer)"
        "    (native resume 0 n) (native collect) (chain 50)"
        "    (native resume 0 0) (native collect) (chain 50)"
        "    (+ (sum o) (native resume 0 0)))");
    CHECK_INT(mini_run1(c, "f", 20), 3 * 210);
    mini_close(c);
}

static esp_value waits(esp_context *context, void *arg, esp_value first)
{
    void *volatile kept = esp_alloc(context, 64 << 10);

    (void)arg, (void)kept;
    return esp_coroutine_yield(context, first);
}

static void note_gone(void *object, void *arg)
{
    (void)object;
    ++*(int *)arg;
}

static NOINLINE void abandon(esp_context *c, int n, int *gone)
{
    for (int i = 0; i < n; i++) {
        esp_coroutine *co = esp_coroutine_new(c, waits, NULL);

        esp_finalizer(c, co, note_gone, gone);
        esp_coroutine_resume(co, mini_int(i));
    }
}

/* Abandoned coroutines go, and with them what they hold: 3000 of 64 KB. */
static void abandoned(void)
{
    esp_context *c = start(NULL);
    esp_heap_stats stats;
    int gone = 0;

    abandon(c, 3000, &gone);
    for (int i = 0; i < 3; i++)
        esp_collect(c);
    esp_heap_stats_get(c, &stats);
    CHECK(gone > 2900 || stats.collections == 0);
    CHECK(stats.in_use < (60 << 20) || stats.collections == 0);
    mini_close(c);
    CHECK(gone == 3000);
}

static esp_value adds(esp_context *context, void *arg, esp_value first)
{
    int64_t sum = (int64_t)(intptr_t)arg;

    for (;;) {
        sum += first.as.i;
        first = esp_coroutine_yield(context, mini_int(sum));
        if (esp_is_abrupt(first))
            return first;
    }
}

/* Many at the same time, each with its own state. */
static void many(int n)
{
    esp_context *c = start(NULL);
    esp_coroutine **all = ESP_CONTEXT_ARRAY(c, esp_coroutine *, n);
    bool right = true;

    for (int i = 0; i < n; i++) {
        all[i] = esp_coroutine_new(c, adds, (void *)(intptr_t)i);
        right = right &&
                esp_coroutine_resume(all[i], mini_int(1)).as.i == i + 1;
    }
    for (int i = n - 1; i >= 0; i--)
        right = right &&
                esp_coroutine_resume(all[i], mini_int(2)).as.i == i + 3;
    CHECK(right);
    for (int i = 0; i < n; i++)
        right = right && !esp_is_abrupt(esp_coroutine_close(all[i]));
    CHECK(right && esp_coroutine_depth(c) == 0);
    mini_close(c);
}

/* ---- walks ------------------------------------------------------------- */

static void walks(void)
{
    esp_context *c = start(NULL);
    int n = 0;

    mini_define(c,
        "(def deep (n) (if (== n 0) (native yield (native depth))"
        "    (+ 0 (deep (- n 1)))))"
        "(def body (n) (deep n))"
        "(def more (n) (native resume 0 n))"
        "(def f (n) (native create 0 body) (+ 0 (more n)))");
    /* body and deep(5) to deep(0) */
    CHECK_INT(mini_run1(c, "f", 5), 7);
    esp_coroutine_walk(c, slots[0], ESP_READ_ONLY, count_one, &n);
    CHECK(n == 7);
    CHECK(esp_coroutine_running(c) == NULL);
    mini_close(c);
}

static esp_value pinned(esp_context *context, void *arg, esp_value first)
{
    (void)arg;
    esp_coroutine_pin(context);
    if (esp_coroutine_can_yield(context))
        return mini_int(0);
    esp_coroutine_unpin(context);
    return esp_coroutine_yield(context, first);
}

static void pins(void)
{
    esp_context *c = start(NULL);
    esp_coroutine *co = esp_coroutine_new(c, pinned, NULL);

    CHECK(!esp_coroutine_can_yield(c));
    CHECK_INT(esp_coroutine_resume(co, mini_int(3)), 3);
    CHECK_INT(esp_coroutine_resume(co, mini_int(4)), 4);
    CHECK(esp_coroutine_state_of(co) == ESP_COROUTINE_DEAD);
    mini_close(c);
}

/* ---- threads ----------------------------------------------------------- */

/* Each collects while the others are somewhere between two stacks. */
static void *thread_body(void *running)
{
    for (int i = 0; i < 2; i++) {
        suspended_are_roots();
        many(50);
    }
    __atomic_fetch_sub((int *)running, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

/* Goes to and fro while the process gets a second thread, and a third. */
static void switch_while(const int *running)
{
    esp_context *c = start(NULL);
    esp_coroutine *co = esp_coroutine_new(c, adds, NULL);
    bool right = true;

    for (int64_t n = 1; __atomic_load_n(running, __ATOMIC_SEQ_CST); n++)
        right = right && esp_coroutine_resume(co, mini_int(1)).as.i == n;
    CHECK(right);
    CHECK(!esp_is_abrupt(esp_coroutine_close(co)));
    mini_close(c);
}

static void threads(void)
{
    pthread_t others[2];
    int running = 2;

    for (int i = 0; i < 2; i++)
        pthread_create(&others[i], NULL, thread_body, &running);
    switch_while(&running);
    for (int i = 0; i < 2; i++)
        pthread_join(others[i], NULL);
}

int main(void)
{
    values();
    nested();
    errors();
    closing();
    overflow();
    suspended_are_roots();
    abandoned();
    many(2000);
    walks();
    pins();
    threads();
    return mini_finish();
}
