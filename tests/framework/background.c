/*
 * Compiling beside the guest: results stay the same whatever is compiled when,
 * and everything may end at any time.
 */
#include "backend/jit.h"
#include "framework/base/diag.h"
#include "tests/framework/mini.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ThreadSanitizer: children that start threads are what is tested here. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "die_after_fork=0";
}

/* f calls functions that are hot at different times, and changes its mind about
 * types and callees. */
static const char *const program =
    "(def fib (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))"
    "(def add (a b) (+ a b))"
    "(def sum (n) (set s 0) (set i 0) (while (< i n)"
    "    (set s (add s i)) (set i (+ i 1))) s)"
    "(def make (a) (set o (new)) (put o v a) o)"
    "(def chain (n) (set o (make 0)) (set i 0) (while (< i n)"
    "    (put o v (add (get o v) 2)) (set i (+ i 1))) (get o v))"
    "(def f (n) (+ (+ (fib 10) (sum (+ n 300))) (+ (chain (+ n 50))"
    "    (if (== n 20) (if (< (add 0.5 0.25) 1.0) 1 2) 0))))";

static int64_t expected(int64_t n)
{
    return 55 + (n + 300) * (n + 299) / 2 + 2 * (n + 50) + (n == 20);
}

typedef struct session {
    esp_settings settings;
    esp_engine *engine;
    esp_context *context;
} session;

static void open_session(session *s, const char *how)
{
    esp_text error = { 0 };
    char why[200];

    esp_settings_init(&s->settings);
    if (!esp_settings_read(&s->settings, how, &error)) {
        printf("%s\n", text_get(&error));
        exit(2);
    }
    s->engine = esp_engine_new(&(esp_options){
        .tier = (int)s->settings.tier,
        .compile = (esp_compile_mode)(s->settings.compile -
                                      OPT_compile_background),
        .heat1 = (uint32_t)s->settings.threshold1,
        .heat2 = (uint32_t)s->settings.threshold2,
        .trace = (uint32_t)SETTING_TRACES(&s->settings),
        .max_stack = 512 << 10,
    }, why, sizeof why);
    CHECK(esp_jit_attach(s->engine, &s->settings, &error));
    s->context = mini_open(s->engine);
    mini_define(s->context, program);
    text_free(&error);
}

static void close_session(session *s)
{
    mini_close(s->context);
    esp_settings_free(&s->settings);
}

/* A number from the statistics. */
static long stat_of(const session *s, const char *name)
{
    esp_text text = { 0 };
    const char *at;
    long n = 0;

    esp_jit_stats(s->engine, true, &text);
    at = strstr(text_get(&text), name);
    if (at)
        n = strtol(at + strlen(name) + 2, NULL, 10);
    text_free(&text);
    return n;
}

static void run_some(session *s, int from, int to)
{
    for (int n = from; n < to; n++)
        CHECK_INT(mini_run1(s->context, "f", n), expected(n));
}

static const char eager[] = "--threshold1=2 --threshold2=30";
static const char slow[] = "--threshold1=2 --threshold2=30 --stress=delay";

/* ---- together and alone ------------------------------------------------ */

static void *in_thread(void *how)
{
    for (int i = 0; i < 4; i++) {
        session s;

        open_session(&s, how);
        run_some(&s, 0, 25);
        close_session(&s);
    }
    return NULL;
}

static void many_engines(void)
{
    enum { THREADS = 4 };
    pthread_t thread[THREADS];

    for (int i = 0; i < THREADS; i++)
        CHECK(!pthread_create(&thread[i], NULL, in_thread, (void *)eager));
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
}

/* Two contexts of one engine share its compile thread. */
static void two_contexts(void)
{
    session s;
    esp_context *first;

    open_session(&s, eager);
    first = s.context;
    s.context = mini_open(s.engine);
    mini_define(s.context, program);
    run_some(&s, 0, 10);
    for (int n = 0; n < 22; n++)
        CHECK_INT(mini_run1(first, "f", n), expected(n));
    esp_context_free(first);
    run_some(&s, 10, 25);
    close_session(&s);
}

/* ---- ends at any time -------------------------------------------------- */

static void closed_while_compiling(void)
{
    for (int runs = 1; runs < 20; runs++) {
        session s;

        open_session(&s, runs % 2 ? slow : "--threshold1=1 --threshold2=2");
        run_some(&s, 0, runs);
        close_session(&s);
    }
}

/* Does the compile thread still do what it is asked for? */
static bool gets_compiled(session *s)
{
    esp_target *t;

    mini_define(s->context, "(def late (n) (+ n 1))");
    t = mini_find(s->context, "late")->target;
    for (int i = 0; i < 5000 && !esp_target_compiled(t); i++) {
        CHECK_INT(mini_run1(s->context, "late", i), i + 1);
        usleep(1000);
    }
    return esp_target_compiled(t);
}

#if !defined(__SANITIZE_ADDRESS__)
static void *until_closed(void *fd)
{
    char c;

    return read(*(int *)fd, &c, 1) == 0 ? NULL : fd;
}

static void *nothing(void *arg) { return arg; }

/* May a process that is forked beside a thread start threads?  Some emulators
 * fall over. */
static bool children_have_threads(void)
{
    int fd[2], status = -1;
    pthread_t thread;
    pid_t child;

    if (pipe(fd) || pthread_create(&thread, NULL, until_closed, &fd[0]))
        return false;
    child = fork();
    if (child == 0)
        _exit(pthread_create(&thread, NULL, nothing, NULL)
              || pthread_join(thread, NULL));
    if (child > 0)
        waitpid(child, &status, 0);
    close(fd[1]);
    pthread_join(thread, NULL);
    close(fd[0]);
    return status == 0;
}

/* A child has no compile thread; it starts one of its own. */
static void forked_while_compiling(void)
{
    if (!children_have_threads()) {
        mini_skip("fork", "no thread starts in a forked child here");
        return;
    }
    for (int runs = 1; runs < 10; runs++) {
        session s;
        pid_t child;
        int status = 0;

        open_session(&s, runs % 2 ? eager : slow);
        run_some(&s, 0, runs);
        child = fork();
        if (child == 0) {
            run_some(&s, 0, 22);
            CHECK(gets_compiled(&s));
            close_session(&s);
            fflush(stdout);
            _exit(mini_finish());
        }
        CHECK(child > 0);
        run_some(&s, runs, 25);
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        close_session(&s);
    }
}
#endif

/* ---- changes meanwhile ------------------------------------------------- */

static esp_value run_add(session *s, esp_value a, esp_value b)
{
    esp_value args[] = { a, b };

    return mini_run(s->context, "add", 2, args);
}

/* A tree that changes while it is compiled is compiled again. */
static void changed_while_compiling(void)
{
    const esp_value half = { .as.d = 0.5, .tag = MINI_DOUBLE };
    session s;

    open_session(&s, "--threshold1=3 --stress=delay --seed=5");
    for (int i = 0; i < 3; i++)
        CHECK_INT(run_add(&s, mini_int(i), mini_int(1)), i + 1);
    CHECK(run_add(&s, half, half).as.d == 1.0);
    for (int i = 0; i < 5000 && !stat_of(&s, "\"changed\""); i++) {
        CHECK_INT(run_add(&s, mini_int(i), mini_int(1)), i + 1);
        usleep(200);
    }
    CHECK(stat_of(&s, "\"changed\"") == 1);
    CHECK(gets_compiled(&s));
    close_session(&s);
}

/* Trees, caches, shapes and functions change all the time, also while they are
 * evaluated; and all that is told before. */
static void changes_everywhere(void)
{
    static const char *const steps[] = {
        "(def step (n) (+ n 1))", "(def step (n) (- n -1))",
        "(def step (n) (do (set o (new)) (put o v n) (+ (get o v) 1)))"
    };
    static const char *const more =
        "(def step (n) (+ n 1))"
        "(def plus (a b) (+ a b))"
        "(def read (o) (get o v))"
        "(def fill (n) (set o (new)) (if (== n 0) null (put o w 1))"
        "    (if (< n 2) null (put o x 0.5)) (put o v n)"
        "    (put o v (plus (get o v) (step n))) o)"
        "(def round (n) (set i 0) (set s 0) (while (< i 40)"
        "    (set s (plus s (read (fill n)))) (set i (+ i 1)))"
        "    (if (< (plus 0.5 0.5) 2.0) (set s (plus s 1)) null) s)";
    long changed = 0;

    for (int seed = 1; seed < 12; seed++) {
        char how[100];
        session s;

        snprintf(how, sizeof how, "--threshold1=3 --threshold2=40 --check "
                 "--stress=delay --seed=%d", seed);
        open_session(&s, how);
        mini_define(s.context, more);
        for (int n = 0; n < 30; n++) {
            int k = n % 4;

            if (n % 7 == 6)
                mini_define(s.context, steps[n % 3]);
            CHECK_INT(mini_run1(s.context, "round", k), 40 * (2 * k + 1) + 1);
            if (n % 5 == 4)
                usleep(500);
        }
        CHECK(esp_engine_stats(s.engine)->told_late == 0);
        changed += stat_of(&s, "\"changed\"");
        close_session(&s);
    }
    CHECK(changed > 0);
}

/* Code that was discarded, or replaced by a better tier, is freed. */
static void freed(void)
{
    session s;

    open_session(&s, "--compile=sync --threshold1=2 --threshold2=30 "
                     "--stress=reclaim");
    for (int i = 0; i < 5; i++)
        run_some(&s, 0, 25);
    CHECK(stat_of(&s, "\"freed\"") > 0);
    CHECK(stat_of(&s, "\"retired\"") <= 3);
    close_session(&s);
}

/* Recursion on top of code that is discarded below it. */
static void freed_below(void)
{
    session s;

    open_session(&s, "--compile=now --stress=reclaim");
    mini_define(s.context,
                "(def g (n) (if (== n 0) 0.5 (if (< n 0) 0 (+ 1 (g (- n 1))))))"
                "(def h (n) (if (< (g n) 100.0) 5 6))");
    CHECK_INT(mini_run1(s.context, "h", 50), 5);
    CHECK_INT(mini_run1(s.context, "h", 150), 6);
    close_session(&s);
}

int main(void)
{
    many_engines();
    two_contexts();
    closed_while_compiling();
#if !defined(__SANITIZE_ADDRESS__)      /* its malloc may hang in a child */
    forked_while_compiling();
#endif
    changed_while_compiling();
    changes_everywhere();
    freed();
    freed_below();
    return mini_finish();
}
