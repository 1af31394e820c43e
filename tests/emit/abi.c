/*
 * The C calling convention: compiled code between a C caller and a C callee.
 *
 * For each signature there is a unit that calls a C function with just the
 * arguments it got and returns just what that returned.  The C compiler makes
 * the caller and the callee, so both sides of the unit are checked against it:
 * the callee sees the values that the caller gave, and the caller gets the
 * callee's result.
 */
#include "backend/compile.h"
#include "pe/graph/build.h"
#include "pe/graph/print.h"
#include "pe/graph/state.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static unsigned passed, failed;
static esp_code_cache *cache;
static bool good;               /* the callee has seen what it should */

static void check(const char *what, bool ok)
{
    *(ok ? &passed : &failed) += 1;
    if (!ok)
        printf("FAIL %s\n", what);
}

/* What C makes of a struct of three words, and of a result of two kinds: on
 * AArch64 the first is the address of a copy, the second lies in integer
 * registers. */
#if defined(__x86_64__)
#define BIG "MMM"
#define LD "ld"
#define DL "dl"
#else
#define BIG "l"
#define LD "ll"
#define DL "ll"
#endif

/* "il|fd" and so on: results, a bar, parameters.  b bool, c i8, C u8, s i16,
 * S u16, i i32, l i64, f float, d double; M a word of a struct in memory,
 * R the address of the result. */
static esp_type type_of(char c, uint8_t *flags)
{
    *flags = c == 'c' || c == 's' ? ARG_SEXT
           : c == 'C' || c == 'S' || c == 'b' ? ARG_ZEXT
           : c == 'M' ? ARG_STACK : c == 'R' ? ARG_SRET : 0;
    switch (c) {
    case 'b': return TY_i1;
    case 'c': case 'C': return TY_i8;
    case 's': case 'S': return TY_i16;
    case 'i': return TY_i32;
    case 'f': return TY_f32;
    case 'd': return TY_f64;
    default: return TY_i64;
    }
}

static esp_sig signature(const char *text)
{
    esp_sig sig = { 0 };
    uint8_t flags;

    for (; *text != '|'; text++)
        sig.result[sig.nresults++] = (uint8_t)type_of(*text, &flags);
    for (text++; *text; text++) {
        sig.arg[sig.nargs] = (uint8_t)type_of(*text,
                                              &sig.arg_flags[sig.nargs]);
        sig.nargs++;
    }
    return sig;
}

static esp_graph *pass_on(esp_unit *u, const char *text, void *callee,
                          int fixed)
{
    esp_graph *g = graph_new(u);
    esp_build b = { g, graph_block(g, false) };
    esp_ccall call = { 0 };
    esp_ref args[SIG_MAX_ARGS], r, second = 0;

    g->sig = call.sig = signature(text);
    if (fixed >= 0) {
        call.sig.variadic = 1;
        call.sig.fixed = (uint8_t)fixed;
    }
    for (unsigned k = 0; k < g->sig.nargs; k++)
        args[k] = graph_param(g, 0, (esp_type)g->sig.arg[k]);
    call.callee = build_const(g, TY_i64, (uintptr_t)callee);
    call.args = graph_refs(g, args, g->sig.nargs);
    call.nargs = g->sig.nargs;
    call.leaf = true;
    r = build_call(&b, &call);
    if (g->sig.nresults > 1)
        second = build_second(g, r, (esp_type)g->sig.result[1]);
    build_ret(&b, g->sig.nresults ? r : 0, second);
    return g;
}

/* The unit for a signature and a callee, as a function. */
static const void *unit(const char *text, void *callee, int fixed)
{
    static esp_unit u;
    struct compile_env env = { .cache = cache };
    esp_code *code;

    unit_init(&u, text);
    u.check = 1;
    if (setjmp(u.declined)) {
        printf("FAIL %s: %s\n", text, u.detail);
        exit(1);
    }
    code = compile_graph(&u, pass_on(&u, text, callee, fixed), &env);
    unit_free(&u);
    good = false;
    return code->entry;
}

/* One test: name, signature, result type, parameter list, whether they are
 * right, what is returned, arguments, whether the result is right. */
#define PASS_ON(name, text, type, params, seen, result, args, back)         \
    static type callee_##name params                                        \
    {                                                                       \
        type r = result;                                                    \
        good = (seen);                                                      \
        return r;                                                           \
    }                                                                       \
    static void test_##name(void)                                           \
    {                                                                       \
        type (*f) params = (type (*) params)(uintptr_t)                     \
            unit(text, (void *)callee_##name, -1);                          \
        type r = f args;                                                    \
        check(#name " arguments", good);                                    \
        check(#name " result", (back));                                     \
    }

struct ll { long a, b; };
struct ld { long a; double b; };
struct dl { double a; long b; };
struct dd { double a, b; };
struct ff { float a; };
struct big { long a, b, c; };

PASS_ON(none, "l|", long, (void), true, 42, (), r == 42)
PASS_ON(one, "l|l", long, (long a), a == -5, -a, (-5), r == 5)
PASS_ON(six, "l|llllll", long, (long a, long b, long c, long d, long e, long f),
        a == 1 && b == 2 && c == 3 && d == 4 && e == 5 && f == 6, a + f,
        (1, 2, 3, 4, 5, 6), r == 7)
PASS_ON(nine, "l|lllllllll", long,
        (long a, long b, long c, long d, long e, long f, long g, long h,
         long i),
        a == 1 && b == 2 && c == 3 && d == 4 && e == 5 && f == 6 && g == 7
        && h == 8 && i == 9, i - g, (1, 2, 3, 4, 5, 6, 7, 8, 9), r == 2)
PASS_ON(narrow, "l|bcCsSil", long,
        (_Bool a, signed char b, unsigned char c, short d, unsigned short e,
         int f, long g),
        a == 1 && b == -3 && c == 200 && d == -300 && e == 60000 && f == -7
        && g == 1L << 40, b + c + d + e + f,
        (1, -3, 200, -300, 60000, -7, 1L << 40),
        r == -3 + 200 - 300 + 60000 - 7)
PASS_ON(narrow_stack, "l|llllllbcCsSi", long,
        (long a, long b, long c, long d, long e, long f, _Bool g,
         signed char h, unsigned char i, short j, unsigned short k, int l),
        a + b + c + d + e + f == 21 && g == 1 && h == -3 && i == 200
        && j == -300 && k == 60000 && l == -7, h + i + j + k + l,
        (1, 2, 3, 4, 5, 6, 1, -3, 200, -300, 60000, -7),
        r == -3 + 200 - 300 + 60000 - 7)
PASS_ON(bool_result, "b|l", _Bool, (long a), a == 8, a == 8, (8), r == 1)
PASS_ON(char_result, "c|l", signed char, (long a), a == 300,
        (signed char)-100, (300), r == -100)
PASS_ON(short_result, "S|l", unsigned short, (long a), a == 300, 65000, (300),
        r == 65000)
PASS_ON(int_result, "i|i", int, (int a), a == -2147483647, a, (-2147483647),
        r == -2147483647)
PASS_ON(doubles, "d|dddddddddd", double,
        (double a, double b, double c, double d, double e, double f, double g,
         double h, double i, double j),
        a == 1 && b == 2 && c == 3 && d == 4 && e == 5 && f == 6 && g == 7
        && h == 8 && i == 9.5 && j == 10.5, a + j,
        (1, 2, 3, 4, 5, 6, 7, 8, 9.5, 10.5), r == 11.5)
PASS_ON(floats, "f|ffdffffff", float,
        (float a, float b, double c, float d, float e, float f, float g,
         float h, float i),
        a == 1.5f && b == 2 && c == 3.25 && d == 4 && e == 5 && f == 6
        && g == 7 && h == 8 && i == 9.5f, a + i,
        (1.5f, 2, 3.25, 4, 5, 6, 7, 8, 9.5f), r == 11)
PASS_ON(mixed, "d|ldildfldsldl", double,
        (long a, double b, int c, long d, double e, float f, long g, double h,
         short i, long j, double k, long l),
        a == 1 && b == 2.5 && c == -3 && d == 4 && e == 5.5 && f == 6.5f
        && g == 7 && h == 8.5 && i == -9 && j == 10 && k == 11.5 && l == 12,
        b + k, (1, 2.5, -3, 4, 5.5, 6.5f, 7, 8.5, -9, 10, 11.5, 12), r == 14)
PASS_ON(pair_ll, "ll|l", struct ll, (long a), a == 3,
        ((struct ll){ 7, -8 }), (3), r.a == 7 && r.b == -8)
PASS_ON(pair_ld, LD "|d", struct ld, (double a), a == 3,
        ((struct ld){ 7, -8.5 }), (3), r.a == 7 && r.b == -8.5)
PASS_ON(pair_dl, DL "|d", struct dl, (double a), a == 3,
        ((struct dl){ 7.5, -8 }), (3), r.a == 7.5 && r.b == -8)
PASS_ON(pair_dd, "dd|dd", struct dd, (double a, double b), a == 3 && b == 4,
        ((struct dd){ 7.5, -8.5 }), (3, 4), r.a == 7.5 && r.b == -8.5)
PASS_ON(small_float, "f|l", struct ff, (long a), a == 3,
        ((struct ff){ 7.5f }), (3), r.a == 7.5f)
PASS_ON(large_result, "|Rl", struct big, (long a), a == 3,
        ((struct big){ 1, a, 5 }), (3), r.a == 1 && r.b == 3 && r.c == 5)
PASS_ON(in_memory, "l|l" BIG "l", long, (long a, struct big b, long c),
        a == 1 && b.a == 2 && b.b == 3 && b.c == 4 && c == 5, b.c + c,
        (1, (struct big){ 2, 3, 4 }, 5), r == 9)
PASS_ON(memory_and_rest, "l|llllll" BIG "ldl", long,
        (long a, long b, long c, long d, long e, long f, struct big s, long g,
         double h, long i),
        a + b + c + d + e + f == 21 && s.a == 7 && s.b == 8 && s.c == 9
        && g == 10 && h == 11.5 && i == 12, s.b, (1, 2, 3, 4, 5, 6,
        (struct big){ 7, 8, 9 }, 10, 11.5, 12), r == 8)
PASS_ON(words, "ll|lllll", struct ll, (struct ll a, long b, struct ll c),
        a.a == 1 && a.b == 2 && b == 3 && c.a == 4 && c.b == 5,
        ((struct ll){ c.b, a.a }), ((struct ll){ 1, 2 }, 3,
        (struct ll){ 4, 5 }), r.a == 5 && r.b == 1)

/* A variadic callee is called by the unit; the unit itself is not variadic. */
static double callee_variadic(int n, ...)
{
    double sum = 0;
    va_list args;

    va_start(args, n);
    for (int k = 0; k < n; k++)
        sum += k & 1 ? va_arg(args, double) : (double)va_arg(args, long);
    va_end(args);
    return sum;
}

static void test_variadic(void)
{
    double (*f)(int, long, double, long, double, long, double, long, double) =
        (double (*)(int, long, double, long, double, long, double, long,
                    double))(uintptr_t)
        unit("d|ildldldld", (void *)callee_variadic, 1);

    check("variadic", f(8, 1, 2.5, 3, 4.5, 5, 6.5, 7, 8.5) == 38);
}

/* ------------------------------------------------------- calls of itself */

/* Adds n + ... + 1, and a step each time, to the last argument, which comes on
 * the stack on x86-64.  The arguments between them are wanted by nobody. */
static const char sum[] =
    "graph \"sum\" (i64, f64, i64, i64, i64, i64, i64, i64, i64, i64) -> i64\n"
    "\n"
    "b0(%1: i64, %2: f64, %3: i64, %4: i64, %5: i64, %6: i64, %7: i64,"
    " %8: i64, %9: i64, %10: i64):\n"
    "    %11: i1 = eq %1, 0\n"
    "    br %11, b1, b2\n"
    "\n"
    "b1:\n"
    "    ret %10\n"
    "\n"
    "b2:\n"
    "    %12: i64 = add %1, -1\n"
    "    %13: i64 = add %10, %4\n"
    "    %14: i64 = call 0 (%12, f64 0, 0, %4, 0, 0, 0, 0, 0, %13) -> i64"
    " leaf cell self\n"
    "    %15: i64 = add %14, %1\n"
    "    ret %15\n";

static void test_self(void)
{
    static esp_unit u;
    struct compile_env env = { .cache = cache };
    esp_text error = { 0 };
    esp_graph *g;
    esp_code *code;
    long (*f)(long, double, long, long, long, long, long, long, long, long);

    unit_init(&u, "sum");
    u.check = 1;
    if (setjmp(u.declined)) {
        check(u.detail, false);
        return;
    }
    g = graph_parse(&u, sum, &error);
    if (!g) {
        check(text_get(&error), false);
        return;
    }
    code = compile_graph(&u, g, &env);
    unit_free(&u);
    f = (long (*)(long, double, long, long, long, long, long, long, long,
                  long))(uintptr_t)code->entry;
    check("calls itself", f(10, 0.5, 1, 3, 1, 1, 1, 1, 1, 5) == 90);
}

/* ------------------------------------------------ results after an exit */

static struct deopt_result leave(const struct deopt_regs *regs, void *machine,
                                 esp_code *code, uint32_t exit)
{
    double d = 2.5;
    struct deopt_result r = { 0, 77 };

    (void)regs;
    (void)machine;
    (void)code;
    good = exit == 0;
    memcpy(&r.first, &d, sizeof d);
    return r;
}

/* A unit of this signature that is left at once. */
static const void *left_at_once(const char *text)
{
    static esp_unit u;
    struct compile_env env = { .cache = cache, .deopt_entry = (void *)leave };
    esp_state state = { .point = 1 };
    esp_graph *g;
    esp_build b;
    esp_code *code;

    unit_init(&u, text);
    if (setjmp(u.declined)) {
        printf("FAIL %s: %s\n", text, u.detail);
        exit(1);
    }
    g = graph_new(&u);
    b = (esp_build){ g, graph_block(g, false) };
    g->sig = signature(text);
    for (unsigned k = 0; k < g->sig.nargs; k++)
        graph_param(g, 0, (esp_type)g->sig.arg[k]);
    build_deopt(&b, state_make(g, &state, NULL, 0, NULL, 0), 0);
    code = compile_graph(&u, g, &env);
    unit_free(&u);
    good = false;
    return code->entry;
}

static void test_exits(void)
{
    double d = ((double (*)(void))(uintptr_t)left_at_once("d|"))();
    struct ld ld;
    struct dl dl;
    struct dd dd;
    struct big big;
    uint64_t bits;

    check("exit with a double", good && d == 2.5);
    dl = ((struct dl (*)(void))(uintptr_t)left_at_once(DL "|"))();
    check("exit with a double and an integer",
          good && dl.a == 2.5 && dl.b == 77);
    ld = ((struct ld (*)(void))(uintptr_t)left_at_once(LD "|"))();
    memcpy(&bits, &ld.b, sizeof bits);
    check("exit with an integer and a double", good && bits == 77);
    dd = ((struct dd (*)(void))(uintptr_t)left_at_once("dd|"))();
    memcpy(&bits, &dd.b, sizeof bits);
    check("exit with two doubles", good && dd.a == 2.5 && bits == 77);
    big = ((struct big (*)(long))(uintptr_t)left_at_once("|Rl"))(5);
    (void)big;                  /* its address came back, or we had crashed */
    check("exit with a result in memory", good);
}

int main(void)
{
    const char *error;

    cache = code_cache_new(4 << 20, &error);
    if (!cache) {
        printf("%s\n", error);
        return 2;
    }
    test_none();
    test_one();
    test_six();
    test_nine();
    test_narrow();
    test_narrow_stack();
    test_bool_result();
    test_char_result();
    test_short_result();
    test_int_result();
    test_doubles();
    test_floats();
    test_mixed();
    test_pair_ll();
    test_pair_ld();
    test_pair_dl();
    test_pair_dd();
    test_small_float();
    test_large_result();
    test_in_memory();
    test_memory_and_rest();
    test_words();
    test_variadic();
    test_self();
    test_exits();
    code_cache_free(cache);
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
