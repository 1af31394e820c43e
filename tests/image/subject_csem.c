/*
 * C functions that use the language up: subjects of csem.c.
 *
 * None has undefined behaviour for any input, or looks at bytes it has not
 * written (padding!), so each has one right answer.  What is unusual about a
 * function is its name.
 */
#include "tests/image/csem.h"

#include "framework/annotate.h"

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

typedef int8_t i8;
typedef int16_t i16;
typedef int32_t i32;
typedef int64_t i64;
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef float f32;
typedef double f64;

/* -- the operators, at each type ------------------------------------------ */

#define INTEGERS(X) X(i8) X(i16) X(i32) X(i64) X(u8) X(u16) X(u32) X(u64)
#define FLOATS(X) X(f32) X(f64)

#define BITS(T) ((int)sizeof(T) * 8)
#define IS_SIGNED(T) ((T)-1 < (T)1)
/* Division that C defines: not by 0, and not MIN / -1. */
#define DIVIDES(T, y) ((y) != 0 && !(IS_SIGNED(T) && (y) == (T)-1))

#define INTEGER_FUNCTIONS(T)                                                \
static T T##_add(T x, T y) { return (T)(x + y); }                           \
static T T##_sub(T x, T y) { return (T)(x - y); }                           \
static T T##_mul(T x, T y) { return (T)((u64)x * (u64)y); }                 \
static T T##_div(T x, T y) { return DIVIDES(T, y) ? (T)(x / y) : x; }       \
static T T##_rem(T x, T y) { return DIVIDES(T, y) ? (T)(x % y) : y; }       \
static T T##_div10(T x) { return (T)(x / 10); }                             \
static T T##_rem8(T x) { return (T)(x % 8); }                               \
static T T##_and(T x, T y) { return x & y; }                                \
static T T##_or(T x, T y) { return x | y; }                                 \
static T T##_xor(T x, T y) { return x ^ y; }                                \
static T T##_not(T x) { return (T)~x; }                                     \
static T T##_neg(T x) { return (T)-x; }                                     \
static T T##_shl(T x, u8 y) { return (T)((u64)x << (y % BITS(T))); }        \
static T T##_shr(T x, u8 y) { return (T)(x >> (y % BITS(T))); }             \
static T T##_rotate(T x, u8 y)                                              \
{                                                                           \
    u64 u = (u64)x & (~(u64)0 >> (64 - BITS(T)));                           \
    int n = y % BITS(T);                                                    \
    return (T)(n ? u << n | u >> (BITS(T) - n) : u);                        \
}                                                                           \
static bool T##_lt(T x, T y) { return x < y; }                              \
static bool T##_le(T x, T y) { return x <= y; }                             \
static bool T##_gt(T x, T y) { return x > y; }                              \
static bool T##_ge(T x, T y) { return x >= y; }                             \
static bool T##_eq(T x, T y) { return x == y; }                             \
static bool T##_ne(T x, T y) { return x != y; }                             \
static int T##_order(T x, T y) { return (x > y) - (x < y); }                \
static T T##_min(T x, T y) { return x < y ? x : y; }                        \
static T T##_max(T x, T y) { return x > y ? x : y; }                        \
static T T##_magnitude(T x) { return (T)(x < 0 ? -(u64)x : (u64)x); }       \
static u64 T##_add_overflow(T x, T y)                                       \
{                                                                           \
    T r;                                                                    \
    bool over = __builtin_add_overflow(x, y, &r);                           \
    return (u64)r * 2 + over;                                               \
}                                                                           \
static u64 T##_sub_overflow(T x, T y)                                       \
{                                                                           \
    T r;                                                                    \
    bool over = __builtin_sub_overflow(x, y, &r);                           \
    return (u64)r * 2 + over;                                               \
}                                                                           \
static u64 T##_mul_overflow(T x, T y)                                       \
{                                                                           \
    T r;                                                                    \
    bool over = __builtin_mul_overflow(x, y, &r);                           \
    return (u64)r * 2 + over;                                               \
}                                                                           \
static T T##_add_or(T x, T y, T other)                                      \
{                                                                           \
    T r;                                                                    \
    return __builtin_add_overflow(x, y, &r) ? other : r;                    \
}                                                                           \
static T T##_from_f64(f64 x) { return (T)(i64)(x * 4); }                    \
static T T##_from_f32(f32 x) { return (T)(i64)(x * 4); }                    \
static T T##_direct_f64(f64 x) { return (T)(fabs(x) / 10); }                \
static T T##_direct_f32(f32 x) { return (T)(fabsf(x) / 10); }               \
static f64 T##_to_f64(T x) { return (f64)x; }                               \
static f32 T##_to_f32(T x) { return (f32)x; }                               \
static i8 T##_to_i8(T x) { return (i8)x; }                                  \
static u16 T##_to_u16(T x) { return (u16)x; }                               \
static i32 T##_to_i32(T x) { return (i32)x; }                               \
static u64 T##_to_u64(T x) { return (u64)x; }                               \
static bool T##_to_bool(T x) { return x; }                                  \
static T T##_from_bool(bool x, T y) { return (T)(x + y); }                  \
static T T##_load(const u8 *p, u8 at)                                       \
{                                                                           \
    T x;                                                                    \
    memcpy(&x, p + at, sizeof x);                                           \
    return x;                                                               \
}                                                                           \
static void T##_store(u8 *p, u8 at, T x) { memcpy(p + at, &x, sizeof x); }  \
static T T##_element(T *p, u8 at) { return p[at % 50 + 3]; }                \
static void T##_set(T *p, u8 at, T x) { p[at % 50 + 3] = x; }               \
static T T##_bump(T *p, u8 at, T x) { return p[at % 8]++ + (p[3] += x); }   \
static T T##_volatile(T x)                                                  \
{                                                                           \
    volatile T v = x;                                                       \
    v = (T)(v + 1);                                                         \
    v = (T)(v ^ v);                                                         \
    return v;                                                               \
}                                                                           \
static T T##_sum(const T *p, int n)                                         \
{                                                                           \
    T s = 0;                                                                \
    for (int k = 0; k < n; k++)                                             \
        s = (T)(s + p[k]);                                                  \
    return s;                                                               \
}

INTEGERS(INTEGER_FUNCTIONS)

#define INTEGER_ROWS(T)                                                     \
    ROW(T##_add, "") ROW(T##_sub, "") ROW(T##_mul, "") ROW(T##_div, "")     \
    ROW(T##_rem, "") ROW(T##_div10, "") ROW(T##_rem8, "") ROW(T##_and, "")  \
    ROW(T##_or, "") ROW(T##_xor, "") ROW(T##_not, "") ROW(T##_neg, "")      \
    ROW(T##_shl, "") ROW(T##_shr, "") ROW(T##_rotate, "") ROW(T##_lt, "")   \
    ROW(T##_le, "") ROW(T##_gt, "") ROW(T##_ge, "") ROW(T##_eq, "")         \
    ROW(T##_ne, "") ROW(T##_order, "") ROW(T##_min, "") ROW(T##_max, "")    \
    ROW(T##_magnitude, "") ROW(T##_add_overflow, "")                        \
    ROW(T##_sub_overflow, "") ROW(T##_mul_overflow, "")                     \
    ROW(T##_add_or, "") ROW(T##_from_f64, "f") ROW(T##_from_f32, "f")       \
    ROW(T##_direct_f64, "f") ROW(T##_direct_f32, "f")                       \
    ROW(T##_to_f64, "") ROW(T##_to_f32, "") ROW(T##_to_i8, "")              \
    ROW(T##_to_u16, "") ROW(T##_to_i32, "") ROW(T##_to_u64, "")             \
    ROW(T##_to_bool, "") ROW(T##_from_bool, "") ROW(T##_load, "p")          \
    ROW(T##_store, "p") ROW(T##_element, "p") ROW(T##_set, "p")             \
    ROW(T##_bump, "p") ROW(T##_volatile, "") ROW(T##_sum, "pn")

#define FLOAT_FUNCTIONS(T)                                                  \
static T T##_fadd(T x, T y) { return x + y; }                               \
static T T##_fsub(T x, T y) { return x - y; }                               \
static T T##_fmul(T x, T y) { return x * y; }                               \
static T T##_fdiv(T x, T y) { return x / y; }                               \
static T T##_fneg(T x) { return -x; }                                       \
static T T##_muladd(T x, T y, T z) { return x * y + z; }                    \
static bool T##_flt(T x, T y) { return x < y; }                             \
static bool T##_fle(T x, T y) { return x <= y; }                            \
static bool T##_fgt(T x, T y) { return x > y; }                             \
static bool T##_fge(T x, T y) { return x >= y; }                            \
static bool T##_feq(T x, T y) { return x == y; }                            \
static bool T##_fne(T x, T y) { return x != y; }                            \
static bool T##_not_lt(T x, T y) { return !(x < y); }                       \
static bool T##_not_le(T x, T y) { return !(x <= y); }                      \
static bool T##_islessgreater(T x, T y) { return x < y || x > y; }          \
static bool T##_unordered(T x, T y) { return __builtin_isunordered(x, y); } \
static bool T##_isnan(T x) { return x != x; }                               \
static bool T##_isinf(T x) { return __builtin_isinf(x); }                   \
static int T##_signbit(T x) { return !!__builtin_signbit(x); }              \
static T T##_fpick(T x, T y) { return x < y ? x : y; }                      \
static T T##_clamp(T x) { return x < -1 ? -1 : x > 1 ? 1 : x; }             \
static f64 T##_widen(T x) { return x; }                                     \
static f32 T##_thin(T x) { return (f32)x; }                                 \
static bool T##_truth(T x) { return x; }                                    \
static u64 T##_bits(T x)                                                    \
{                                                                           \
    union { T x; u32 w; u64 l; } u = { .l = 0 };                            \
    u.x = x;                                                                \
    return x == x ? u.l : 0;                                                \
}                                                                           \
static T T##_poly(const T *p, T x, int n)                                   \
{                                                                           \
    T s = 0;                                                                \
    while (n-- > 0)                                                         \
        s = s * x + p[n];                                                   \
    return s;                                                               \
}                                                                           \
static void T##_scale(T *p, T by, int n)                                    \
{                                                                           \
    for (int k = 0; k < n; k++)                                             \
        p[k] *= by;                                                         \
}                                                                           \
static T T##_step(T x) { x++; x += 2; x--; return -x / 3; }

FLOATS(FLOAT_FUNCTIONS)

#define FLOAT_ROWS(T)                                                       \
    ROW(T##_fadd, "") ROW(T##_fsub, "") ROW(T##_fmul, "") ROW(T##_fdiv, "") \
    ROW(T##_fneg, "") ROW(T##_muladd, "") ROW(T##_flt, "") ROW(T##_fle, "") \
    ROW(T##_fgt, "") ROW(T##_fge, "") ROW(T##_feq, "") ROW(T##_fne, "")     \
    ROW(T##_not_lt, "") ROW(T##_not_le, "") ROW(T##_islessgreater, "")      \
    ROW(T##_unordered, "") ROW(T##_isnan, "") ROW(T##_isinf, "")            \
    ROW(T##_signbit, "") ROW(T##_fpick, "") ROW(T##_clamp, "")              \
    ROW(T##_widen, "") ROW(T##_thin, "") ROW(T##_truth, "")                 \
    ROW(T##_bits, "") ROW(T##_poly, "p.n") ROW(T##_scale, "p.n")            \
    ROW(T##_step, "")

static f64 math_sqrt(f64 x) { return sqrt(x); }
static f32 math_sqrtf(f32 x) { return sqrtf(x); }
static f64 math_floor(f64 x) { return floor(x); }
static f32 math_floorf(f32 x) { return floorf(x); }
static f64 math_ceil(f64 x) { return ceil(x); }
static f64 math_trunc(f64 x) { return trunc(x); }
static f32 math_truncf(f32 x) { return truncf(x); }
static f64 math_fabs(f64 x) { return fabs(x); }
static f32 math_fabsf(f32 x) { return fabsf(x); }
static f64 math_copysign(f64 x, f64 y) { return copysign(x, y); }
static f64 math_fmin(f64 x, f64 y) { return x == y ? x : fmin(x, y); }
static f64 math_fmax(f64 x, f64 y) { return x == y ? x : fmax(x, y); }
static f64 math_round(f64 x) { return round(x); }
static f64 math_rint(f64 x) { return rint(x); }
static f64 math_fma(f64 x, f64 y, f64 z) { return fma(x, y, z); }
static f64 math_fmod(f64 x, f64 y) { return fmod(x, y); }
static f64 math_pow(f64 x, f64 y) { return pow(x, y); }
static f64 math_trig(f64 x) { return sin(x) + cos(x) * exp(-x * x); }
static long math_lround(f64 x) { return lround(x); }
static f32 math_hypotf(f32 x, f32 y) { return sqrtf(x * x + y * y); }

/* -- bits ----------------------------------------------------------------- */

static int bits_clz32(u32 x) { return x ? __builtin_clz(x) : -1; }
static int bits_clz64(u64 x) { return x ? __builtin_clzll(x) : -1; }
static int bits_ctz32(u32 x) { return x ? __builtin_ctz(x) : -1; }
static int bits_ctz64(u64 x) { return x ? __builtin_ctzll(x) : 77; }
static int bits_popcount32(u32 x) { return __builtin_popcount(x); }
static int bits_popcount64(u64 x) { return __builtin_popcountll(x); }
static int bits_parity(u64 x) { return __builtin_parityll(x); }
static int bits_ffs(i64 x) { return __builtin_ffsll(x); }
static u16 bits_bswap16(u16 x) { return __builtin_bswap16(x); }
static u32 bits_bswap32(u32 x) { return __builtin_bswap32(x); }
static u64 bits_bswap64(u64 x) { return __builtin_bswap64(x); }
static u32 bits_reverse(u32 x) { return __builtin_bitreverse32(x); }
static int bits_clrsb(i32 x) { return __builtin_clrsb(x); }

static u64 bits_log2_loop(u64 x)
{
    u64 n = 0;

    while (x >>= 1)
        n++;
    return n;
}

static u64 bits_mulhi_pieces(u64 x, u64 y)
{
    u64 a = x >> 32, b = (u32)x, c = y >> 32, d = (u32)y;
    u64 mid = a * d + (b * d >> 32), low = (u32)mid + b * c;

    return a * c + (mid >> 32) + (low >> 32);
}

static u64 bits_shift_twice(u64 x, u32 n)
{
    return x << (n & 31) << (n >> 27 & 15) >> (n & 7);
}

static i64 bits_sign_field(u64 x) { return (i64)(x << 13) >> 51; }
static u32 bits_merge(u32 x, u32 y, u32 m) { return (x & m) | (y & ~m); }
static bool bits_power(u64 x) { return x && !(x & (x - 1)); }
static u8 bits_nibbles(u8 x) { return (u8)(x << 4 | x >> 4); }
static bool bits_bool_ops(bool a, bool b, bool c) { return (a & b) ^ (c | !a); }
static int bits_bool_sum(bool a, bool b, i8 c) { return a + b * 2 - (c > 0); }

static i32 saturating_add(i32 x, i32 y)
{
    i64 s = (i64)x + y;

    return s > INT32_MAX ? INT32_MAX : s < INT32_MIN ? INT32_MIN : (i32)s;
}

static u8 saturating_sub8(u8 x, u8 y) { return x > y ? (u8)(x - y) : 0; }
static u32 average(u32 x, u32 y) { return (u32)(((u64)x + y) / 2); }
static u64 constants(u64 x)
{
    return (x ^ 0x8000000000000000u) + 0x123456789abcdef0u * (x | 1);
}

/* -- struct, union, bit-field --------------------------------------------- */

struct pair { i64 a, b; };
struct mixed { i64 a; f64 b; };
struct mixed2 { f64 a; i64 b; };
struct point { f64 x, y; };
struct small { i32 a, b; };
struct tiny { u8 a, b; };
struct odd { u8 a, b, c; };
struct one { i64 a; };
struct one_float { f32 a; };
struct floats2 { f32 a, b; };
struct three { i64 a, b, c; };
struct large { i64 a[7]; };
struct nested { struct small s; struct one o; };
struct bytes { u8 b[11]; };
struct short_then_double { i32 a, b; f64 c; };

static struct pair pair_make(i64 a, i64 b) { return (struct pair){ b, a }; }
static struct pair pair_swap(struct pair p) { return pair_make(p.a, p.b); }
static struct mixed mixed_make(i64 a, f64 b) { return (struct mixed){ a, b }; }
static struct mixed2 mixed2_make(i64 a, f64 b)
{
    return (struct mixed2){ b, a };
}
static struct mixed mixed_turn(struct mixed2 m)
{
    return (struct mixed){ m.b + 1, m.a };
}
static struct point point_make(f64 x, f64 y) { return (struct point){ y, x }; }
static struct point point_add(struct point p, struct point q)
{
    return (struct point){ p.x + q.x, p.y + q.y };
}
static struct small small_make(i32 a, i32 b) { return (struct small){ b, a }; }
static i32 small_sum(struct small s) { return s.a + s.b * 3; }
static struct tiny tiny_make(u8 a, u8 b) { return (struct tiny){ b, a }; }
static u32 odd_sum(struct odd o) { return o.a + o.b * 10u + o.c * 100u; }
static u32 odd_call(u8 a, u8 b)
{
    struct odd o = { a, b, (u8)(a ^ b) };

    return odd_sum(o) + o.c;
}
static struct one one_make(i64 a) { return (struct one){ a + 1 }; }
static struct one_float one_float_make(f32 a)
{
    return (struct one_float){ a * 2 };
}
static f32 floats2_sum(f32 a, f32 b)
{
    struct floats2 f = { a, b }, g = f;

    g.a += f.b;
    return g.a * g.b;
}
static NOINLINE struct floats2 floats2_turn(struct floats2 f)
{
    return (struct floats2){ f.b, f.a + 1 };
}
static f32 floats2_constant(i32 n, f32 a)
{
    struct floats2 f = floats2_turn((struct floats2){ 1, -2 });

    if (n > 0)
        f = floats2_turn((struct floats2){ a, 0.5f });
    for (i32 k = 0; k < (n & 7); k++)
        f = k & 2 ? floats2_turn(f) : (struct floats2){ 3, f.a };
    return f.a * 3 - f.b;
}
struct floats3 { f32 a, b, c; };
static NOINLINE struct floats3 floats3_turn(struct floats3 f)
{
    return (struct floats3){ f.b, f.c * 2, f.a };
}
static f32 floats3_call(f32 a, f32 b)
{
    struct floats3 f = floats3_turn((struct floats3){ 1, a, b });

    return floats3_turn(f).c + f.a * 7;
}
static struct three three_make(i64 a, i64 b)
{
    return (struct three){ a, b, a ^ b };
}
static i64 three_sum(struct three t) { return t.a + 2 * t.b + 4 * t.c; }
static struct three three_turn(struct three t)
{
    return (struct three){ t.c, t.a, t.b };
}
static i64 three_behind(i64 x, struct three t, i64 y)
{
    return x * 3 + t.a + t.c * 5 + y;
}
static struct large large_make(i64 x)
{
    struct large l;

    for (int k = 0; k < 7; k++)
        l.a[k] = x * k;
    return l;
}
static i64 large_sum(struct large l)
{
    i64 s = 0;

    for (int k = 0; k < 7; k++)
        s += l.a[k] * (k + 1);
    return s;
}
static struct large large_change(struct large l, i64 x)
{
    l.a[3] = x;
    l.a[x & 3] ^= 99;
    return l;
}
static i64 large_copy_is_ours(i64 x)
{
    struct large l = large_make(x), m = large_change(l, 5);

    return large_sum(l) - large_sum(m);
}
static struct nested nested_make(i32 a, i64 b)
{
    return (struct nested){ { a, -a }, { b } };
}
static i64 nested_sum(struct nested n) { return n.s.a - n.s.b + n.o.a; }
static i64 nested_call(i32 a, i64 b) { return nested_sum(nested_make(a, b)); }
static u32 bytes_sum(struct bytes b)
{
    u32 s = 0;

    for (u32 k = 0; k < sizeof b.b; k++)
        s = s * 31 + b.b[k];
    return s;
}
static u32 bytes_call(const u8 *p)
{
    struct bytes b;

    memcpy(&b, p, sizeof b);
    b.b[4] = 0;
    return bytes_sum(b);
}
static f64 short_double_sum(struct short_then_double s)
{
    return s.a + s.b + s.c;
}

/* The last struct does not fit into what registers are left. */
static i64 pair_overflows(i64 a, i64 b, i64 c, i64 d, i64 e, struct pair p,
                          i64 f)
{
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * p.a + 7 * p.b + 8 * f;
}
static i64 pair_overflows_call(i64 a, i64 b)
{
    return pair_overflows(a, b, a - b, a + b, 3, (struct pair){ b, a }, a ^ b);
}
static f64 point_overflows(f64 a, f64 b, f64 c, f64 d, f64 e, f64 f, f64 g,
                           struct point p, f64 h)
{
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * p.x
         + 9 * p.y + 10 * h;
}

static f64 point_overflows_call(f64 a, f64 b)
{
    return point_overflows(a, b, a, b, 1, 2, 3, (struct point){ b, a }, a);
}
/* On AArch64 it does not fit either, and a register stays empty. */
static NOINLINE i64 pair_overflows_odd(i64 a, i64 b, i64 c, i64 d, i64 e, i64 f,
                                       i64 g, struct pair p, i32 h, f64 x)
{
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * p.a
         + 9 * p.b + 10 * h + (x > 0);
}
static i64 pair_overflows_odd_call(i64 a, i32 b, f64 x)
{
    return pair_overflows_odd(a, b, 1, 2, 3, 4, 5, (struct pair){ b, a }, b, x);
}
static struct three three_overflows(i64 a, i64 b, i64 c, i64 d, i64 e, i64 f,
                                    i64 g, struct pair p, i64 h)
{
    return (struct three){ a + b + c + d + e + f + g, p.a - p.b, h };
}

#pragma pack(push, 1)
struct packed { u8 a; u64 b; u16 c; };
#pragma pack(pop)
static u64 packed_sum(struct packed p) { return p.a + p.b * 3 + p.c; }
static u64 packed_call(u8 a, u64 b)
{
    return packed_sum((struct packed){ a, b, (u16)(b >> 7) });
}
static void packed_write(struct packed *p, u64 x)
{
    p[1].b = x;
    p[2].c = (u16)p->b;
    p[3].a++;
}

struct flags { u32 a : 3, b : 7, c : 22; };
struct signed_flags { int a : 5, : 3, b : 9; i64 c : 40; unsigned d : 1; };
static u32 flags_get(const struct flags *f) { return f->a + f->b * 8 + f->c; }
static void flags_set(struct flags *f, u32 x)
{
    f->a = x;
    f->b += 5;
    f->c ^= x >> 4;
}
static i64 signed_flags_work(struct signed_flags *f, i64 x)
{
    f->a = (int)x;
    f->b = f->a * 7;
    f->c = x * x;
    f->d = f->a < 0;
    return f->a + f->b + f->c + f->d;
}

union number { i64 i; f64 d; u32 w[2]; u8 b[8]; };
static u64 union_pun(f64 d, u8 at)
{
    union number n = { .d = d == d ? d : 0 };

    n.b[at & 7] ^= 0x55;
    return n.w[1] + (u64)n.i;
}
static f64 union_make(u32 lo, u32 hi)
{
    union number n = { .w = { lo, hi } };

    return n.d;
}

struct value { union { i64 i; f64 d; void *p; } as; u64 tag; };
static struct value value_int(i64 i)
{
    return (struct value){ .as.i = i, .tag = 1 };
}
static struct value value_double(f64 d)
{
    return (struct value){ .as.d = d, .tag = 2 };
}
static struct value value_add(struct value x, struct value y)
{
    i64 sum;

    if (x.tag == 1 && y.tag == 1
        && !__builtin_add_overflow(x.as.i, y.as.i, &sum))
        return value_int(sum);
    if ((x.tag & 3) && (y.tag & 3))
        return value_double((x.tag & 1 ? (f64)x.as.i : x.as.d)
                            + (y.tag & 1 ? (f64)y.as.i : y.as.d));
    return (struct value){ .as.i = 0, .tag = 9 };
}
static struct value value_chain(i64 a, f64 b, u8 how)
{
    struct value x = how & 1 ? value_int(a) : value_double(b);
    struct value y = how & 2 ? value_int(a ^ how) : value_double(b * 2);

    return value_add(value_add(x, y), how & 4 ? x : y);
}

/* -- parameter lists ------------------------------------------------------ */

static NOINLINE i64 many_ints(i8 a, u8 b, i16 c, u16 d, i32 e, u32 f, i64 g,
                              u64 h, i8 i, u16 j, i32 k, bool l, i64 m)
{
    return a + b * 2 + c * 3 + d * 5 + e * 7ll + f * 11ll + g * 13
         + (i64)h * 17 + i * 19 + j * 23 + k * 29ll + l * 31 + m * 37;
}
static i64 many_ints_call(i64 x, i64 y)
{
    return many_ints((i8)x, (u8)y, (i16)x, (u16)y, (i32)x, (u32)y, x, (u64)y,
                     (i8)y, (u16)x, (i32)y, x > y, y);
}
static NOINLINE f64 many_floats(f64 a, f32 b, f64 c, f32 d, f64 e, f32 f,
                                f64 g, f32 h, f64 i, f32 j)
{
    return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9
         + j * 10;
}
static f64 many_floats_call(f64 x, f32 y)
{
    return many_floats(x, y, x + 1, y + 2, x + 3, y * 2, x - 5, y, x * 7, 3);
}
static NOINLINE f64 many_mixed(i32 a, f64 b, i64 c, f32 d, u8 e, f64 f, i64 g,
                               f64 h, i16 i, f32 j, i64 k, f64 l, i64 m)
{
    return a + b * 2 + (f64)c * 3 + d * 4 + e * 5 + f * 6 + (f64)g * 7 + h * 8
         + i * 9 + j * 10 + (f64)k * 11 + l * 12 + (f64)m * 13;
}
static f64 many_mixed_call(i64 x, f64 y)
{
    return many_mixed((i32)x, y, x * 2, (f32)y, (u8)x, y + 1, x - 1, -y,
                      (i16)x, 7.5f, x ^ 7, y * 3, 12);
}
static i64 too_many(i64 a, i64 b, i64 c, i64 d, i64 e, i64 f, i64 g, i64 h,
                    i64 i, i64 j, i64 k, i64 l, i64 m, i64 n, i64 o, i64 p,
                    i64 q, i64 r)
{
    return a - b + c - d + e - f + g - h + i - j + k - l + m - n + o - p + q
         - r * 5;
}
static i64 too_many_call(i64 x)
{
    return too_many(x, x + 1, x * 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, x,
                    15, x, 17);
}
static void nothing(void) { }
static void call_nothing(i64 *p) { nothing(); *p = 3; nothing(); }

/* -- control flow --------------------------------------------------------- */

static i64 fib(i64 n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
static i64 fib_of(u8 n) { return fib(n % 14); }
static i64 fib_loop(u8 n)
{
    i64 a = 0, b = 1;

    while (n--) {
        i64 t = a + b;
        a = b;
        b = t;
    }
    return a;
}
static i64 ackermann(i64 m, i64 n)
{
    return m == 0 ? n + 1
         : n == 0 ? ackermann(m - 1, 1)
                  : ackermann(m - 1, ackermann(m, n - 1));
}
static i64 ackermann_of(u8 m, u8 n) { return ackermann(m % 3, n % 5); }
static bool is_odd(u32 n);
static NOINLINE bool is_even(u32 n) { return n == 0 || is_odd(n - 1); }
static NOINLINE bool is_odd(u32 n) { return n != 0 && is_even(n - 1); }
static bool even_of(u8 n) { return is_even(n); }
static u64 gcd(u64 a, u64 b)
{
    while (b) {
        u64 t = a % b;
        a = b;
        b = t;
    }
    return a;
}
static u64 collatz(u32 n)
{
    u64 x = n | 1, steps = 0;

    while (x != 1 && steps < 1000) {
        x = x & 1 ? 3 * x + 1 : x / 2;
        steps++;
    }
    return steps;
}
static i64 rotate_three(i64 a, i64 b, i64 c, u8 n)
{
    while (n--) {
        i64 t = a;
        a = b;
        b = c;
        c = t;
    }
    return a * 100 + b * 10 + c;
}
static i64 swap_in_loop(i64 a, i64 b, int n)
{
    for (int k = 0; k < n; k++) {
        i64 t = a;
        a = b;
        b = t - k;
    }
    return a - 2 * b;
}
static int switch_dense(int x)
{
    switch (x) {
    case 0: return 7;
    case 1: return -3;
    case 2: case 3: return 12;
    case 4: x += 5; /* falls through */
    case 5: return x * 2;
    case 6: return x;
    case 7: return 1 << 20;
    default: return x > 0 ? 1 : -1;
    }
}
static int switch_sparse(i64 x)
{
    switch (x) {
    case INT64_MIN: return 1;
    case -1: return 2;
    case 0: return 3;
    case 64: return 4;
    case 0x7fffffff: return 5;
    case 0x80000000: return 6;
    case INT64_MAX: return 7;
    }
    return 0;
}
static int switch_char(i8 c)
{
    switch (c) {
    case -128: return 1;
    case -1: return 2;
    case 0 ... 9: return 3;
    case 'a' ... 'z': return 4;
    case 127: return 5;
    }
    return 6;
}
static int switch_bytes(u8 c)
{
    switch (c) {
    case 0: return 1;
    case 128: return 2;
    case 255: return 3;
    case 64: return 4;
    }
    return 5;
}
static const char *switch_to_string(u8 x)
{
    switch (x % 7) {
    case 0: return "zero";
    case 1: return "one";
    case 2: return "two";
    case 3: return "three";
    case 4: return "four";
    case 5: return "five";
    }
    return "many";
}
static u32 string_length_of_switch(u8 x)
{
    return (u32)strlen(switch_to_string(x)) + (u8)switch_to_string(x)[1];
}
static i64 nested_loops(u8 n)
{
    i64 s = 0;

    for (int i = 0; i < n % 12; i++) {
        for (int j = i; j < 12; j++) {
            if ((i ^ j) == 5)
                continue;
            if (j * i > 60)
                break;
            for (int k = 0; k < 3; k++)
                s += i * j - k;
        }
    }
    return s;
}
static int goto_machine(const char *s)
{
    int words = 0, digits = 0;

space:
    if (!*s)
        goto done;
    if (*s == ' ') {
        s++;
        goto space;
    }
    words++;
word:
    if (*s >= '0' && *s <= '9')
        digits++;
    if (!*++s)
        goto done;
    if (*s != ' ')
        goto word;
    goto space;
done:
    return words * 100 + digits;
}
static int irreducible(u8 n, u8 m)
{
    int x = 0;

    if (n & 1)
        goto inside;
    while (x < 100) {
        x += n + 1;
inside:
        x += m + 1;
    }
    return x;
}
static int computed_goto(const u8 *code)
{
    static const void *const labels[] = { &&inc, &&dbl, &&neg, &&end };
    int x = 1, n = 0;

next:
    if (n == 30)
        return x;
    goto *labels[code[n++] & 3];
inc: x += 3; goto next;
dbl: x = (int)((u32)x * 2); goto next;
neg: x = -x; goto next;
end: return x;
}
static void duff(u8 *to, const u8 *from, u8 count)
{
    int n = count % 40 + 1, rounds = (n + 3) / 4;

    switch (n % 4) {
    case 0: do { *to++ = *from++; /* falls through */
    case 3:      *to++ = *from++; /* falls through */
    case 2:      *to++ = *from++; /* falls through */
    case 1:      *to++ = *from++;
            } while (--rounds > 0);
    }
}
static int short_circuit(i32 a, i32 b, i32 *p)
{
    return (a > 0 && (*p += 1) && b < 0) || (b == 7 || (*p -= 2) > a);
}
static i64 ternaries(i64 a, i64 b, i64 c)
{
    return a < b ? (b < c ? a : c < a ? b : c) : b == c ? a * 2 : -b;
}
static int bytecodes(const u8 *code)
{
    i32 stack[8] = { 0 };
    u32 sp = 0;

    for (u32 pc = 0; pc < 200; pc++) {
        u8 op = code[pc];
        i32 *top = &stack[sp & 7], *under = &stack[(sp - 1) & 7];
        switch (op & 15) {
        case 0: sp++; stack[sp & 7] = op >> 4; break;
        case 1: *under = (i32)((u32)*under + (u32)*top); sp--; break;
        case 2: *under = (i32)((u32)*under * (u32)*top); sp--; break;
        case 3: *top = -*top; break;
        case 4: if (*top < 0) pc += op >> 4; break;
        case 5: sp++; stack[sp & 7] = *top; break;
        case 6: *top ^= (i32)pc; break;
        case 7: { i32 t = *top; *top = *under; *under = t; break; }
        case 8: if (op == 0x98) return stack[sp & 7]; break;
        default: *top += op; break;
        }
    }
    return stack[sp & 7];
}

/* -- memory, strings, libc ------------------------------------------------ */

static void sort_insertion(i32 *p, int n)
{
    for (int i = 1; i < n; i++) {
        i32 x = p[i];
        int j = i;
        for (; j > 0 && p[j - 1] > x; j--)
            p[j] = p[j - 1];
        p[j] = x;
    }
}
static int by_value(const void *a, const void *b)
{
    i32 x = *(const i32 *)a, y = *(const i32 *)b;

    return (x > y) - (x < y);
}
static void sort_with_callback(i32 *p, int n)
{
    qsort(p, (size_t)n, sizeof *p, by_value);
}
static u32 crc32_of(const u8 *p, int n)
{
    u32 c = ~0u;

    for (int k = 0; k < n; k++) {
        c ^= p[k];
        for (int bit = 0; bit < 8; bit++)
            c = c >> 1 ^ (c & 1 ? 0xedb88320u : 0);
    }
    return ~c;
}
static u64 hash_string(const char *s)
{
    u64 h = 14695981039346656037u;

    while (*s)
        h = (h ^ (u8)*s++) * 1099511628211u;
    return h;
}
static void string_reverse(char *s)
{
    char *e = s + strlen(s);

    while (s < --e) {
        char t = *s;
        *s++ = *e;
        *e = t;
    }
}
static int string_upper(char *s)
{
    int n = 0;

    for (; *s; s++)
        if (*s >= 'a' && *s <= 'z') {
            *s = (char)(*s - 'a' + 'A');
            n++;
        }
    return n;
}
static int string_compare(const char *s, const char *q)
{
    int c = strcmp(s, q), d = strncmp(s, q, 3);

    return (c > 0) - (c < 0) + 3 * ((d > 0) - (d < 0));
}
static char *string_find(char *s, u8 c)
{
    char *at = strchr(s, 'a' + c % 26);

    return at ? at + 1 : s;
}
static i64 pointer_difference(i32 *p, u8 n, u8 m) { return &p[n] - &p[m]; }
static bool pointer_order(u8 *p, u8 n, u8 m) { return p + n < p + m; }
static i64 pointer_null(u8 *p, u8 n)
{
    u8 *q = n & 1 ? p : NULL;

    return q ? *q : -1;
}
static int print_numbers(char *to, i32 i, u8 c, i64 l, f64 d)
{
    return snprintf(to, 200, "%d %c %lld %.3e|%5u %s %x", i, 'a' + c % 26,
                    (long long)l, d == d ? d : 1.5, c, "text", (u32)l);
}
static int print_many(char *to, f64 a, f32 b, i32 c)
{
    return snprintf(to, 400, "%g %g %g %g %g %g %g %g %d %d %d %d %g",
                    a == a ? a : 0, b == b ? b : 0.f, 1.0, 2.0, 3.0, 4.0, 5.0,
                    6.0, c, c + 1, 2, 3, 9.5);
}
static i64 scan_numbers(char *to, i32 x)
{
    int a = 0;
    long long b = 0;
    double d = 0;

    snprintf(to, 100, "%d %d 2.5", x, -x);
    return sscanf(to, "%d %lld %lf", &a, &b, &d) + a + b + (i64)d;
}
static void copy_bytes(u8 *p, u8 *q, u8 n) { memcpy(p, q, n); }
static void copy_fixed(u8 *p, u8 *q) { memcpy(p + 3, q, 37); }
static void copy_overlapping(u8 *p, u8 n) { memmove(p + 5, p, n); }
static void copy_down(u8 *p, u8 n) { memmove(p, p + 7, n); }
static void fill_bytes(u8 *p, u8 x, u8 n) { memset(p, x, n); }
static void fill_fixed(u8 *p) { memset(p + 1, 0, 100); memset(p + 200, 7, 9); }
static int compare_bytes(u8 *p, u8 *q, u8 n)
{
    int c;

    p[n / 2] = q[n / 2];
    c = memcmp(p, q, n);
    return (c > 0) - (c < 0);
}
static void struct_assign(struct large *p, u8 a, u8 b) { p[a % 5] = p[b % 5]; }
static i64 heap_list(u8 n)
{
    struct cell { i64 x; struct cell *next; } *list = NULL;
    i64 sum = 0;

    for (int k = 0; k < n % 20; k++) {
        struct cell *c = malloc(sizeof *c);
        *c = (struct cell){ k * k, list };
        list = c;
    }
    while (list) {
        struct cell *next = list->next;
        sum = sum * 3 + list->x;
        free(list);
        list = next;
    }
    return sum;
}
static i32 sieve(u16 limit)
{
    bool composite[300] = { false };
    i32 n = 0;

    for (int i = 2; i < limit % 300; i++) {
        if (composite[i])
            continue;
        n++;
        for (int j = i * i; j < 300; j += i)
            composite[j] = true;
    }
    return n;
}
static void matrix(f64 *p, f64 *q)
{
    f64 m[3][3] = { { 0 } };

    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 3; k++)
                m[i][j] += p[i * 3 + k] * q[k * 3 + j];
    memcpy(p, m, sizeof m);
}
static i64 alloca_in_recursion(int n, i64 *up)
{
    i64 here[4] = { n, *up, n * 2, 0 };

    if (n > 0)
        here[3] = alloca_in_recursion(n - 1, here + (n & 3));
    return here[3] + here[1] * 3 + *up;
}
static i64 alloca_call(u8 n)
{
    i64 x = 5;

    return alloca_in_recursion(n % 9, &x);
}
static i64 alloca_aligned(u8 n)
{
    _Alignas(64) u8 a[100];
    _Alignas(32) u64 b[2] = { n, 2 };

    memset(a, n, sizeof a);
    return (i64)(((uintptr_t)a & 63) + ((uintptr_t)b & 31)) * 1000
         + a[99] + (i64)b[0];
}
static NOINLINE void through_pointer(i32 *p) { *p = *p * 2 + 1; }
static i32 address_taken(i32 x)
{
    i32 y = x;

    for (int k = 0; k < 3; k++)
        through_pointer(&y);
    return y;
}
static NOINLINE void divide_into(i64 a, i64 b, i64 *q, i64 *r)
{
    *q = a / b;
    *r = a % b;
}
static i64 out_parameters(i64 a, u8 b)
{
    i64 q, r;

    divide_into(a, b + 1, &q, &r);
    return q * 3 - r;
}
static i64 two_dimensions(u8 i, u8 j)
{
    static const i16 table[4][6] = {
        { 1, -2, 3, -4, 5, -6 }, { 7, 8, 9, 10, 11, 12 },
        { -32768, 32767, 0, 1, 2, 3 }, { 21, 22, 23 }
    };

    return table[i % 4][j % 6] * 2;
}

/* -- variables outside of functions ---------------------------------------- */

static struct state {
    i64 count;
    i32 table[16];
    struct pair pair;
    struct state *self;
    u8 bytes[64];
    f64 average;
} state;

static i64 next_count(void) { return ++state.count; }
static i64 counts(u8 n)
{
    i64 s = 0;

    for (int k = 0; k < n % 10; k++)
        s = s * 2 + next_count();
    return s;
}
static i32 state_table(i32 x, u8 at)
{
    state.table[at % 16] += x;
    state.self = &state;
    state.self->pair.b = x;
    state.pair.a ^= state.self->table[(at + 1) % 16] + 7;
    return state.self->table[at % 16];
}
static void state_text(f64 d)
{
    state.average = (state.average + (d == d ? d : 0)) / 2;
    snprintf((char *)state.bytes, sizeof state.bytes, "<%.6g>", state.average);
}
static i64 *state_pointer(u8 x) { return x & 1 ? &state.count : &state.pair.a; }
static i64 through_state_pointer(u8 x, i64 y)
{
    *state_pointer(x) += y;
    return *state_pointer(x ^ 1) - *state_pointer(x);
}
static const char *const names[] = { "alpha", "beta", "gamma", "delta" };
static int name_character(u8 i, u8 j) { return names[i & 3][j & 3]; }
static const char text_in_array[] = "the quick brown fox";
static u8 text_character(u8 at)
{
    return (u8)text_in_array[at % sizeof text_in_array];
}
static i32 twice(i32 x) { return (i32)((u32)x * 2); }
static i32 minus(i32 x) { return (i32)-(u32)x; }
static NOINLINE i32 constant_function(i32 x) { (void)x; return 42; }
static const struct { const char *name; f64 by; i32 (*fn)(i32); } units[] = {
    { "twice", 2, twice }, { "minus", -1, minus },
    { "constant", 0.5, constant_function },
};
static f64 table_of_functions(u8 at, i32 x)
{
    return units[at % 3].fn(x) * units[at % 3].by + units[at % 3].name[0];
}
static NOINLINE i32 apply(i32 (*fn)(i32), i32 x, int n)
{
    while (n-- > 0)
        x = fn(x);
    return x;
}
static i32 function_pointers(i32 x, u8 how)
{
    i32 (*fn)(i32) = how & 1 ? twice : how & 2 ? minus : units[2].fn;

    return apply(fn, x, how % 5) + apply(abs, x == INT32_MIN ? 0 : x, 1);
}
static f64 math_pointer(f64 x, u8 how)
{
    static f64 (*const fns[])(f64) = { sin, cos, floor, fabs };

    return fns[how & 3](x);
}
static struct value (*const value_makers[])(i64) = { value_int };
static struct value struct_through_pointer(i64 x)
{
    return value_makers[x & 0](x);
}
static struct three (*volatile three_maker)(i64, i64) = three_make;
static i64 sret_through_pointer(i64 a, i64 b)
{
    return three_sum(three_maker(a, b)) + three_maker(b, a).c;
}
static i64 (*volatile large_summer)(struct large) = large_sum;
static i64 byval_through_pointer(i64 a)
{
    return large_summer(large_make(a)) + large_summer((struct large){ { a } });
}
static int compound_literals(u8 at, i32 x)
{
    const i32 *p = (i32[]){ x, x + 1, 5, x ^ 3 };

    return p[at & 3] + (int)sizeof(i32[3]);
}
enum color { RED = -1, GREEN, BLUE = 10 };
static int enumerated(enum color c)
{
    return c == BLUE ? 1 : c > GREEN ? 2 : 3;
}
static long double long_doubles(long double x) { return x * 2; }
static f64 calls_long_double(f64 x) { return (f64)long_doubles(x); }
static u64 wide_product(u64 x, u64 y)
{
    return (u64)((unsigned __int128)x * y >> 64);
}
static u64 calls_wide_product(u64 x, u64 y) { return wide_product(x, y) ^ x; }
static int volatile_flag(i32 x)
{
    volatile struct { i32 a; u8 b; u16 c; i64 d; f64 e; bool f; } v;

    v.a = x;
    v.b = (u8)x;
    v.c = (u16)(v.a + v.b);
    v.d = v.c * -3;
    v.e = (f64)v.d;
    v.f = v.e < -1000;
    return v.a + v.b + v.c + (int)v.d + v.f;
}
static i64 live_across_calls(i64 a, f64 b, i32 c, u8 d)
{
    i64 x = a * 3, y = labs(a >> 1);
    f64 z = b * 2;

    y += strlen("live") + (u64)x;
    z = fabs(z) + (f64)abs(c >> 1);
    return x + y * 5 + (z > 100 ? 7 : z == z ? 1 : 0) + c * d
         + labs((i64)c) + next_count();
}
static i64 calls_in_loop(const char *s, i64 a, u8 n)
{
    i64 x = a, y = 1;

    for (int k = 0; k < n % 8; k++) {
        i64 before = x;
        x += (i64)strlen(s) * k;
        if (x & 1)
            y = y * 3 + labs(before >> 1);
        else
            x ^= next_count();
    }
    return x - y;
}

/* -- what annotate.h has -------------------------------------------------- */

struct node {
    ESP_FINAL u32 kind;
    ESP_CHILD struct node *child[2];
    ESP_FINAL_ELEMENTS const i64 *table;
    i64 hits;
};

static i64 node_value(struct node *n, i64 x)
{
    n->hits++;
    if (n->kind == 0)
        return n->table[x & 3];
    if (n->kind == 1)
        esp_deopt();
    else
        esp_deopt_invalidate();
    return node_value(n->child[0], x) + 3 * node_value(n->child[1], x >> 2);
}
static i64 marked_fields(u8 kind, i64 x)
{
    static const i64 numbers[] = { 3, 1, 4, 1 };
    struct node leaf = { .table = numbers }, other = leaf;
    struct node top = { .kind = kind % 3, .child = { &leaf, &other },
                        .table = numbers + (kind & 0) };

    return node_value(&top, x) + leaf.hits * 100 + other.hits * 1000;
}
static i64 exploded_loops(const u8 *code, u8 n)
{
    i64 x = esp_in_interpreter() * 2 + esp_in_first_tier();

    for (u32 k = 0; k < n % 9u; k++) {
        ESP_EXPLODE;
        x = x * 3 + code[k];
    }
    for (u32 pc = 0, left = 20; left--;) {
        ESP_EXPLODE_MERGE(pc);
        pc = code[pc % 64] % 64;
        x += pc;
    }
    return esp_is_constant((u64)x) ? 0 : x;
}
ESP_INLINE i64 inlined(i64 x) { return x * 7 + 1; }
ESP_BOUNDARY static i64 never_entered(i64 x) { return inlined(x) ^ 5; }
ESP_LEAF static NOINLINE i64 leaf_function(i64 x) { return x - 3; }
ESP_EVAL static NOINLINE i64 always_entered(i64 x)
{
    return leaf_function(never_entered(x)) + inlined(x);
}
static i64 marked_functions(i64 x)
{
    return ESP_LIKELY(x > 3) ? always_entered(x) : leaf_function(x);
}

static _Atomic i64 shared_number;
static _Atomic u8 shared_flag;
static i64 atomics(i64 x, u8 y)
{
    atomic_store_explicit(&shared_number, x, memory_order_release);
    atomic_store_explicit(&shared_flag, y, memory_order_relaxed);
    return atomic_load_explicit(&shared_number, memory_order_acquire)
         + atomic_load(&shared_flag)
         - atomic_load_explicit(&shared_number, memory_order_relaxed) / 2;
}
static i64 atomic_counter(i64 x)
{
    atomic_fetch_add(&shared_number, x);
    atomic_store(&shared_number, x * 2);
    return atomic_load(&shared_number);
}
static int number_kinds(f64 x, f32 y)
{
    return isnan(x) + 2 * isinf(x) + 4 * isfinite(x) + 8 * isnormal(x)
         + 16 * isnan(y) + 32 * isinf(y) + 64 * isfinite(y) + 128 * isnormal(y)
         + 256 * !!signbit(x == x ? x : 1) + 512 * isless(x, y)
         + 1024 * fpclassify(x);
}

#define COMPLEX_ROWS                                                        \
    ROW(math_sqrt, "") ROW(math_sqrtf, "") ROW(math_floor, "")              \
    ROW(math_floorf, "") ROW(math_ceil, "") ROW(math_trunc, "")             \
    ROW(math_truncf, "") ROW(math_fabs, "") ROW(math_fabsf, "")             \
    ROW(math_copysign, "") ROW(math_fmin, "") ROW(math_fmax, "")            \
    ROW(math_round, "") ROW(math_rint, "") ROW(math_fma, "")                \
    ROW(math_fmod, "") ROW(math_pow, "") ROW(math_trig, "f")                \
    ROW(math_lround, "f") ROW(math_hypotf, "")                              \
    ROW(bits_clz32, "") ROW(bits_clz64, "") ROW(bits_ctz32, "")             \
    ROW(bits_ctz64, "") ROW(bits_popcount32, "")                            \
    ROW(bits_popcount64, "") ROW(bits_parity, "") ROW(bits_ffs, "")         \
    ROW(bits_bswap16, "") ROW(bits_bswap32, "") ROW(bits_bswap64, "")       \
    ROW(bits_reverse, "!") ROW(bits_clrsb, "") ROW(bits_log2_loop, "")       \
    ROW(bits_mulhi_pieces, "") ROW(bits_shift_twice, "")                    \
    ROW(bits_sign_field, "") ROW(bits_merge, "") ROW(bits_power, "")        \
    ROW(bits_nibbles, "") ROW(bits_bool_ops, "") ROW(bits_bool_sum, "")     \
    ROW(saturating_add, "") ROW(saturating_sub8, "") ROW(average, "")       \
    ROW(constants, "")                                                      \
    ROW(pair_make, "") ROW(pair_swap, "") ROW(mixed_make, "")               \
    ROW(mixed2_make, "") ROW(mixed_turn, "") ROW(point_make, "")            \
    ROW(point_add, "") ROW(small_make, "") ROW(small_sum, "")               \
    ROW(tiny_make, "") ROW(odd_sum, "!") ROW(odd_call, "!")                   \
    ROW(floats2_constant, "") ROW(floats3_call, "!")                        \
    ROW(one_make, "") ROW(one_float_make, "") ROW(floats2_sum, "")          \
    ROW(three_make, "") ROW(three_sum, "b") ROW(three_turn, "b")              \
    ROW(three_behind, ".b") ROW(large_make, "") ROW(large_sum, "b")            \
    ROW(large_change, "b") ROW(large_copy_is_ours, "")                       \
    ROW(nested_make, "") ROW(nested_sum, "") ROW(nested_call, "")           \
    ROW(bytes_call, "!p") ROW(short_double_sum, "")                          \
    ROW(pair_overflows, "") ROW(pair_overflows_call, "")                    \
    ROW(point_overflows, "") ROW(point_overflows_call, "")                  \
    ROW(pair_overflows_odd, "") ROW(pair_overflows_odd_call, "")            \
    ROW(three_overflows, "")                                                \
    ROW(packed_call, "") ROW(packed_write, "p")                             \
    ROW(packed_sum, "")                                                     \
    ROW(flags_get, "p") ROW(flags_set, "p") ROW(signed_flags_work, "p")     \
    ROW(union_pun, "") ROW(union_make, "") ROW(value_add, "")               \
    ROW(value_chain, "") ROW(many_ints, "") ROW(many_ints_call, "")         \
    ROW(many_floats, "") ROW(many_floats_call, "") ROW(many_mixed, "")      \
    ROW(many_mixed_call, "") ROW(too_many_call, "!") ROW(nothing, "")        \
    ROW(call_nothing, "p")                                                  \
    ROW(fib_of, "") ROW(fib_loop, "") ROW(ackermann_of, "")                 \
    ROW(even_of, "") ROW(gcd, "") ROW(collatz, "") ROW(rotate_three, "")    \
    ROW(swap_in_loop, "..n") ROW(switch_dense, "n") ROW(switch_dense, "")   \
    ROW(switch_sparse, "") ROW(switch_char, "") ROW(switch_bytes, "")       \
    ROW(string_length_of_switch, "") ROW(nested_loops, "")                  \
    ROW(goto_machine, "s") ROW(irreducible, "!") ROW(computed_goto, "!p")     \
    ROW(duff, "!pq") ROW(short_circuit, "..p") ROW(ternaries, "")            \
    ROW(bytecodes, "p")                                                     \
    ROW(sort_insertion, "pn") ROW(sort_with_callback, "pn")                 \
    ROW(crc32_of, "pn") ROW(hash_string, "s") ROW(string_reverse, "s")      \
    ROW(string_upper, "s") ROW(string_compare, "ss") ROW(string_find, "s")  \
    ROW(pointer_difference, "p") ROW(pointer_order, "p")                    \
    ROW(pointer_null, "p") ROW(print_numbers, "p") ROW(print_many, "!p")     \
    ROW(scan_numbers, "p") ROW(copy_bytes, "pq") ROW(copy_fixed, "pq")      \
    ROW(copy_overlapping, "p") ROW(copy_down, "p") ROW(fill_bytes, "p")     \
    ROW(fill_fixed, "p") ROW(compare_bytes, "pq") ROW(struct_assign, "p")   \
    ROW(heap_list, "") ROW(sieve, "") ROW(matrix, "pq")                     \
    ROW(alloca_call, "") ROW(alloca_aligned, "") ROW(address_taken, "")     \
    ROW(out_parameters, "") ROW(two_dimensions, "")                         \
    ROW(counts, "") ROW(state_table, "") ROW(state_text, "")                \
    ROW(through_state_pointer, "") ROW(name_character, "")                  \
    ROW(text_character, "") ROW(table_of_functions, "")                     \
    ROW(function_pointers, "") ROW(math_pointer, "")                        \
    ROW(struct_through_pointer, "") ROW(sret_through_pointer, "")           \
    ROW(byval_through_pointer, "") ROW(compound_literals, "")               \
    ROW(enumerated, "") ROW(calls_long_double, "!")                          \
    ROW(calls_wide_product, "!") ROW(volatile_flag, "")                      \
    ROW(live_across_calls, "") ROW(calls_in_loop, "s")                      \
    ROW(marked_fields, "") ROW(exploded_loops, "p")                         \
    ROW(marked_functions, "") ROW(atomics, "") ROW(atomic_counter, "!")     \
    ROW(number_kinds, "")

#define ROW(name, args) { #name, (void *)name, args },
const struct csem_row csem_rows[] = {
    INTEGERS(INTEGER_ROWS)
    FLOATS(FLOAT_ROWS)
    COMPLEX_ROWS
    { NULL, NULL, NULL }
};

const struct csem_region csem_regions[] = {
    { &state, sizeof state },
    { NULL, 0 }
};
