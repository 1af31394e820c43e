/*
 * Contexts of Lua: two in two threads at once, and thousands in a row, whose
 * memory comes back.  With the JIT, all of this is compiled.
 */
#include "config.h"
#include "framework/espalier.h"
#if ESP_JIT
#include "backend/jit.h"
#endif

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

extern const esp_language lua_language;

static unsigned passed, failed;

static void check(bool ok, const char *what)
{
    if (ok) {
        passed++;
    } else {
        printf("FAIL %s\n", what);
        failed++;
    }
}

static esp_engine *new_engine(const char *options)
{
    char error[256];
    esp_engine *e;

#if ESP_JIT
    e = esp_jit_engine_new(options, error, sizeof error);
#else
    (void)options;
    e = esp_engine_new(NULL, error, sizeof error);
#endif
    if (!e)
        printf("%s\n", error);
    return e;
}

/* Runs a text in a context of its own; its exit code. */
static int run_text(esp_engine *e, const char *text)
{
    char error[256];
    esp_context *c = esp_context_new(e, error, sizeof error);
    esp_source *source;
    int code = -1;

    if (!c)
        return code;
    if (lua_language.open(c)) {
        source = esp_source_new(c, "test", text, strlen(text));
        if (source)
            code = lua_language.run(c, source, 0, NULL);
        lua_language.close(c);
    }
    esp_context_free(c);
    return code;
}

/* ---- two threads ------------------------------------------------------- */

/* Of everything a little: calls, objects, coroutines, strings, weak tables,
 * finalizers, errors, collections. */
static const char busy[] =
    "local Point = {} Point.__index = Point\n"
    "function Point.new(x, y) return setmetatable({x = x, y = y}, Point) end\n"
    "function Point:add(p) return Point.new(self.x + p.x, self.y + p.y) end\n"
    "local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end\n"
    "assert(fib(20) == 6765)\n"
    "local sum = Point.new(0, 0)\n"
    "for i = 1, 20000 do sum = sum:add(Point.new(i, 0.5)) end\n"
    "assert(sum.x == 200010000 and sum.y == 10000.0)\n"
    "local function numbers(n)\n"
    "  return coroutine.wrap(function()\n"
    "    for i = 1, n do coroutine.yield(i, tostring(i)) end\n"
    "  end)\n"
    "end\n"
    "local bytes = 0\n"
    "for round = 1, 20 do\n"
    "  for i, s in numbers(100) do bytes = bytes + #s end\n"
    "end\n"
    "assert(bytes == 20 * 192)\n"
    "local finalized = 0\n"
    "local weak = setmetatable({}, {__mode = 'k'})\n"
    "for i = 1, 300 do\n"
    "  weak[setmetatable({}, {__gc = function()\n"
    "    finalized = finalized + 1\n"
    "  end})] = i\n"
    "  if i % 100 == 0 then collectgarbage() end\n"
    "end\n"
#ifdef HAVE_GC
    "assert(finalized > 200)\n"
#endif
    "local words = {}\n"
    "for w in ('the quick brown fox '):rep(200):gmatch('%a+') do\n"
    "  words[w] = (words[w] or 0) + 1\n"
    "end\n"
    "assert(words.fox == 200)\n"
    "for i = 1, 200 do\n"
    "  local ok, m = pcall(function(t) return t.x.y end, {})\n"
    "  assert(not ok and m:find('field \\'x\\''))\n"
    "end\n"
    "assert(load('return ' .. ('1 + '):rep(50) .. '1')() == 51)\n";

static void *run_busy(void *options)
{
    esp_engine *e = new_engine(options);
    intptr_t bad = e ? 0 : 1;

    for (int i = 0; e && i < 3; i++)
        bad += run_text(e, busy) != 0;
    if (e)
        esp_engine_free(e);
    return (void *)bad;
}

/* The first contexts of the process are not the main thread's. */
static void test_threads(const char *one, const char *other)
{
    enum { THREADS = 2 };
    const char *options[THREADS] = { one, other };
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        check(!pthread_create(&threads[i], NULL, run_busy,
                              (void *)(uintptr_t)options[i]), "a thread");
    for (int i = 0; i < THREADS; i++) {
        void *bad = NULL;

        pthread_join(threads[i], &bad);
        check(!bad, options[i]);
    }
}

static void *run_engines(void *text)
{
    intptr_t bad = 0;

    for (int i = 0; i < 40; i++) {
        esp_engine *e = new_engine("--tier=0");

        bad += !e || run_text(e, text) != 0;
        if (e)
            esp_engine_free(e);
    }
    return (void *)bad;
}

/* A context ends while another thread, which collects all the time, is about to
 * tell it of objects that are gone. */
static void test_ends(void)
{
    static const char gone[] =
        "for i = 1, 500 do\n"
        "  setmetatable({}, {__gc = function(t)\n"
        "    setmetatable(t, getmetatable(t))\n"
        "  end})\n"
        "end\n";
    static const char collecting[] =
        "for i = 1, 20 do\n"
        "  local t = {}\n"
        "  for k = 1, 500 do t[k] = {k} end\n"
        "  collectgarbage()\n"
        "end\n";
    const char *texts[] = { gone, collecting };
    pthread_t threads[2];

    for (int i = 0; i < 2; i++)
        check(!pthread_create(&threads[i], NULL, run_engines,
                              (void *)(uintptr_t)texts[i]), "a thread");
    for (int i = 0; i < 2; i++) {
        void *bad = NULL;

        pthread_join(threads[i], &bad);
        check(!bad, "contexts that end while objects go");
    }
}

/* ---- many contexts ----------------------------------------------------- */

static const char small[] =
    "local t = {}\n"
    "local function f(i) t[#t + 1] = 'x' .. i return #t end\n"
    "for i = 1, 100 do assert(f(i) == i) end\n"
    "local co = coroutine.wrap(function(a) coroutine.yield(a + 1) end)\n"
    "assert(co(1) == 2)\n"
    "setmetatable(t, {__gc = function() end, __mode = 'v'})\n";

static long peak_kb(void)
{
    struct rusage r;

    return getrusage(RUSAGE_SELF, &r) == 0 ? r.ru_maxrss : -1;
}

/* An emulator keeps notes about each page that the process ever had, which
 * count as its memory. */
static bool is_emulated(void)
{
    const char *exec = getenv("ESP_TEST_EXEC");

    return exec && *exec;
}

/* Engines live for a hundred contexts each.  What a process has taken after the
 * first tenth has to do for the rest. */
static void test_many(int n)
{
    enum { EACH = 100, SLACK_KB = 1024 };
    long early = 0, late;
    int bad = 0;

    for (int i = 0; i < n; i += EACH) {
        esp_engine *e = new_engine("--compile=now");

        for (int k = 0; e && k < EACH; k++)
            bad += run_text(e, small) != 0;
        bad += !e;
        if (e)
            esp_engine_free(e);
        if (i < n / 10)
            early = peak_kb();
    }
    late = peak_kb();
    check(!bad, "many contexts");
    check(is_emulated() || (early > 0 && late <= early + SLACK_KB),
          "memory comes back");
    printf("%d contexts: %ld KB after the first tenth, %ld KB in the end\n", n,
           early, late);
}

int main(void)
{
    const char *is_long = getenv("ESP_TEST_LONG");

    test_threads("--compile=now", "--compile=sync --threshold1=10");
    test_threads("--compile=background --threshold1=5 --threshold2=50",
                 "--tier=0");
    test_ends();
    test_many(is_long && *is_long == '1' ? 10000 : is_emulated() ? 200 : 1000);
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
