/*
 * exec_native: signatures of every kind, against calls that the C compiler
 * made itself.
 */
#include "pe/graph/arith.h"
#include "pe/image/exec.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t passed, failed;

static uint64_t of_f64(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    return bits;
}

static uint64_t of_f32(float f)
{
    uint32_t bits;

    memcpy(&bits, &f, sizeof bits);
    return bits;
}

/* A signature in letters: b h w l integers of 8 to 64 bits, upper case signed;
 * f d floats; s a word on the stack; r address of the result struct; '.' where
 * the named parameters end.  Behind the colon, the results. */
static esp_sig parse(const char *text)
{
    static const char letters[] = "bhwlfdBHWLsr";
    static const uint8_t types[] = {
        TY_i8, TY_i16, TY_i32, TY_i64, TY_f32, TY_f64,
        TY_i8, TY_i16, TY_i32, TY_i64, TY_i64, TY_i64
    };
    esp_sig sig = { 0 };
    bool results = false;

    for (; *text; text++) {
        const char *at = strchr(letters, *text);
        if (*text == ':') {
            results = true;
        } else if (*text == '.') {
            sig.variadic = 1;
            sig.fixed = sig.nargs;
        } else if (results) {
            sig.result[sig.nresults++] = types[at - letters];
        } else {
            sig.arg_flags[sig.nargs] =
                *text == 's' ? ARG_STACK : *text == 'r' ? ARG_SRET
                : at - letters < 4 ? ARG_ZEXT : at - letters > 5 ? ARG_SEXT : 0;
            sig.arg[sig.nargs++] = types[at - letters];
        }
    }
    return sig;
}

static void is(const char *what, const char *how, esp_exec_result got,
               uint64_t r, uint64_t s)
{
    if (got.r[0] == r && got.r[1] == s) {
        passed++;
        return;
    }
    failed++;
    printf("%s, %s: %#llx %#llx instead of %#llx %#llx\n", what, how,
           (unsigned long long)got.r[0], (unsigned long long)got.r[1],
           (unsigned long long)r, (unsigned long long)s);
}

static bool stack_words(const esp_sig *sig)
{
    for (uint32_t k = 0; k < sig->nargs; k++)
        if (sig->arg_flags[k] & ARG_STACK)
            return true;
    return false;
}

#define CHECK(fn, signature, r, s, ...)                                     \
    do {                                                                    \
        esp_sig sig = parse(signature);                                     \
        const uint64_t args[] = { __VA_ARGS__ };                            \
        is(#fn, "direct", exec_native((void *)fn, &sig, args), r, s);       \
        if (!stack_words(&sig))                                             \
            is(#fn, "libffi", exec_native_ffi((void *)fn, &sig, args),      \
               r, s);                                                       \
    } while (0)

struct pair { int64_t a, b; };
struct mixed { int64_t a; double b; };
struct mixed2 { double a; int64_t b; };
struct point { double x, y; };
struct short_pair { double a; int32_t b; };
struct large { int64_t a[5]; };

static uint64_t none_seen;
static void none(void) { none_seen++; }
static int64_t one(int64_t x) { return x + 1; }
static int8_t bytes(int8_t a, uint8_t b) { return (int8_t)(a * 2 + b); }
static uint16_t halves(int16_t a, uint16_t b) { return (uint16_t)(a + b); }
static int32_t words(int32_t a, uint32_t b) { return a + (int32_t)b; }
static int64_t signs(int8_t a, uint8_t b, int16_t c, uint16_t d, int32_t e)
{
    return a + b * 2 + c * 3 + d * 4 + e * 5ll;
}
static float single(float a, float b) { return a - b; }
static double twice(double a) { return a * 2; }
static double both(int32_t a, double b, int64_t c, float d)
{
    return a + b + (double)c + d;
}
static struct pair pair(int64_t a, int64_t b)
{
    return (struct pair){ b, a };
}
static struct point point(double x, double y)
{
    return (struct point){ y, x };
}
#ifdef __x86_64__       /* elsewhere these are no two results of two kinds */
static struct mixed mixed(int64_t a, double b)
{
    return (struct mixed){ a * 2, b * 2 };
}
static struct mixed2 mixed2(int64_t a, double b)
{
    return (struct mixed2){ b, a };
}
static struct short_pair short_pair(double a, int32_t b)
{
    return (struct short_pair){ a, b };
}
static int64_t by_value(int64_t x, struct large l, int64_t y)
{
    return x + l.a[0] * 2 + l.a[4] * 3 + y * 4;
}
static int64_t two_by_value(struct large l, double d, struct large m)
{
    return l.a[1] + m.a[2] * 2 + (int64_t)d;
}
static int64_t split(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e,
                     struct pair p, int64_t f, int64_t g)
{
    return a + b * 2 + c * 3 + d * 4 + e * 5 + p.a * 6 + p.b * 7 + f * 8
         + g * 9;
}
#endif
static struct large large(int64_t x)
{
    return (struct large){ { x, x + 1, x + 2, x + 3, x + 4 } };
}
static int64_t ten(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e,
                   int64_t f, int64_t g, int64_t h, int64_t i, int32_t j)
{
    return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9
         + j * 10;
}
static double ten_floats(double a, double b, double c, double d, double e,
                         double f, double g, double h, double i, float j)
{
    return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9
         + j * 10;
}
static double sixteen(int64_t a, double b, int64_t c, double d, int64_t e,
                      double f, int64_t g, double h, int64_t i, double j,
                      int64_t k, double l, int64_t m, double n, int64_t o,
                      double p)
{
    return (double)(a + c * 2 + e * 3 + g * 4 + i * 5 + k * 6 + m * 7 + o * 8)
         + b + d * 3 + f * 5 + h * 7 + j * 9 + l * 11 + n * 13 + p * 15;
}
static double variadic(int n, ...)
{
    va_list list;
    double s = 0;

    va_start(list, n);
    while (n--) {
        s = s * 2 + va_arg(list, int);
        s += va_arg(list, double);
    }
    va_end(list);
    return s;
}

static void check_narrow(void)
{
    CHECK(bytes, "Bb:B", (uint8_t)-56, 0, (uint8_t)-128, 200);
    CHECK(bytes, "Bb:B", 8, 0, 0xabcdef00 + 4, 0xff00);
    CHECK(halves, "Hh:h", 65534, 0, (uint16_t)-1, 65535);
    CHECK(words, "Ww:W", (uint32_t)-3, 0, (uint32_t)-5, 2);
    CHECK(signs, "BbHhW:l", (uint64_t)(-1 + 510 - 3 + 4 * 65535 - 5), 0,
          0xff, 0xff, 0xffff, 0xffff, 0xffffffff);
    CHECK(signs, "BbHhW:l", (uint64_t)(-1 + 510 - 3 + 4 * 65535 - 5), 0,
          0x12ff, 0x12ff, 0x12ffff, 0x12ffff, 0x12ffffffff);
}

static void check_floats(void)
{
    CHECK(single, "ff:f", of_f32(-1.5f), 0, of_f32(1), of_f32(2.5f));
    CHECK(twice, "d:d", of_f64(-3), 0, of_f64(-1.5));
    CHECK(both, "WdLf:d", of_f64(-1 + 0.5 + 10 + 0.25), 0,
          (uint32_t)-1, of_f64(0.5), 10, of_f32(0.25f));
    CHECK(ten_floats, "dddddddddf:d", of_f64(385), 0, of_f64(1), of_f64(2),
          of_f64(3), of_f64(4), of_f64(5), of_f64(6), of_f64(7), of_f64(8),
          of_f64(9), of_f32(10));
}

static void check_two_results(void)
{
    CHECK(pair, "ll:ll", 7, 5, 5, 7);
    CHECK(point, "dd:dd", of_f64(7), of_f64(5), of_f64(5), of_f64(7));
#ifdef __x86_64__
    CHECK(mixed, "ld:ld", 10, of_f64(14), 5, of_f64(7));
    CHECK(mixed2, "ld:dl", of_f64(7), 5, 5, of_f64(7));
    CHECK(short_pair, "dw:dw", of_f64(7), 0xfffffffb, of_f64(7), (uint32_t)-5);
#endif
}

static void check_long_lists(void)
{
    CHECK(ten, "lllllllllW:l", (uint64_t)(285 - 100), 0,
          1, 2, 3, 4, 5, 6, 7, 8, 9, (uint32_t)-10);
    CHECK(sixteen, "ldldldldldldldld:d",
          of_f64(sixteen(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
                         16)), 0,
          1, of_f64(2), 3, of_f64(4), 5, of_f64(6), 7, of_f64(8), 9,
          of_f64(10), 11, of_f64(12), 13, of_f64(14), 15, of_f64(16));
}

static void check_structs(void)
{
    struct large to;
    uint64_t at = (uintptr_t)&to;
#ifdef __x86_64__
    CHECK(by_value, "lsssssl:l", 1 + 20 + 150 + 400, 0,
          1, 10, 20, 30, 40, 50, 100);
    CHECK(two_by_value, "sssssdsssss:l", 2 + 16 + 9, 0,
          1, 2, 3, 4, 5, of_f64(9), 6, 7, 8, 9, 10);
    CHECK(split, "lllllssll:l", 285, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
#endif
    memset(&to, 0, sizeof to);
    CHECK(large, "rl:", 0, 0, at, 5);
    is("large", "what it wrote",
       (esp_exec_result){ { (uint64_t)to.a[0], (uint64_t)to.a[4] } }, 5, 9);
}

static void check_variadic(void)
{
    char to[64];
    uint64_t at = (uintptr_t)to;
    esp_sig sig = parse("lll.Wdll:W");
    const uint64_t args[] = {
        at, sizeof to, (uintptr_t)"%d %g %s %lld", (uint32_t)-3, of_f64(2.5),
        (uintptr_t)"text", 1ull << 40
    };

    CHECK(variadic, "W.WdWdWdWdWd:d", of_f64(196), 0,
          5, 1, of_f64(0.5), 2, of_f64(1.5), 3, of_f64(2), 4, of_f64(3), 10,
          of_f64(100));
    is("snprintf", "length", exec_native((void *)snprintf, &sig, args), 25, 0);
    is("snprintf", "text",
       (esp_exec_result){ { (uint64_t)strcmp(to, "-3 2.5 text 1099511627776"),
                            0 } }, 0, 0);
}

int main(void)
{
    CHECK(none, ":", 0, 0, 0);
    is("none", "how often", (esp_exec_result){ { none_seen, 0 } }, 2, 0);
    CHECK(one, "l:l", 0, 0, ~(uint64_t)0);
    check_narrow();
    check_floats();
    check_two_results();
    check_long_lists();
    check_structs();
    check_variadic();
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
