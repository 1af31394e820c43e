/*
 * math.
 *
 * Random numbers are xoshiro256** (Blackman and Vigna), seeded and projected
 * as PUC Lua does it, so that a program with a seed of its own gets the same
 * numbers here.
 */
#include "languages/lua/library.h"

#include <math.h>
#include <string.h>
#include <time.h>

/* ---- integers and floats ----------------------------------------------- */

/* A float without fraction as an integer, if that fits. */
ESP_INLINE esp_value whole(double d)
{
    int64_t i;

    if (d >= -0x1p63 && d < 0x1p63) {
        i = (int64_t)d;
        return lua_int(i);
    }
    return lua_float(d);
}

static esp_value math_floor(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_value v = LUA_ARG_NUMBER(0);

    return v.tag == LUA_INT ? v : whole(floor(v.as.d));
}

static esp_value math_ceil(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_value v = LUA_ARG_NUMBER(0);

    return v.tag == LUA_INT ? v : whole(ceil(v.as.d));
}

static esp_value math_abs(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_value v = LUA_ARG_NUMBER(0);

    if (v.tag == LUA_FLOAT)
        return lua_float(fabs(v.as.d));
    return lua_int(v.as.i < 0 ? (int64_t)-(uint64_t)v.as.i : v.as.i);
}

static esp_value math_fmod(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_value a = LUA_ARG_NUMBER(0), b = LUA_ARG_NUMBER(1);
    double x = a.tag == LUA_INT ? (double)a.as.i : a.as.d;
    double y = b.tag == LUA_INT ? (double)b.as.i : b.as.d;

    if (a.tag == LUA_FLOAT || b.tag == LUA_FLOAT)
        return lua_float(fmod(x, y));
    if (b.as.i == 0)
        return lua_arg_error(lua, 1, "zero");
    return lua_int(b.as.i == -1 ? 0 : a.as.i % b.as.i);
}

static esp_value math_modf(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_value v = LUA_ARG_NUMBER(0);
    double integer;

    if (v.tag == LUA_INT)
        return lua_two(lua, v, lua_float(0));
    integer = trunc(v.as.d);
    return lua_two(lua, whole(integer),
                   lua_float(v.as.d == integer ? 0 : v.as.d - integer));
}

static esp_value math_tointeger(lua_state *lua, const esp_value *args,
                                uint64_t n)
{
    esp_value v = LUA_ARG_ANY(0);
    int64_t i;

    return lua_to_int(v, &i) ? lua_int(i) : lua_nil();
}

static esp_value math_type(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_value v = LUA_ARG_ANY(0);

    if (v.tag == LUA_INT)
        return lua_text(lua, "integer");
    return v.tag == LUA_FLOAT ? lua_text(lua, "float") : lua_nil();
}

static esp_value math_ult(lua_state *lua, const esp_value *args, uint64_t n)
{
    uint64_t a = (uint64_t)LUA_ARG_INT(0), b = (uint64_t)LUA_ARG_INT(1);

    return lua_boolean(a < b);
}

/* ---- order ------------------------------------------------------------- */

/* Boolean, or ESP_THROW. */
ESP_INLINE esp_value is_less(lua_state *lua, esp_value a, esp_value b)
{
    if (a.tag == LUA_INT && b.tag == LUA_INT)
        return lua_boolean(a.as.i < b.as.i);
    if (a.tag == LUA_FLOAT && b.tag == LUA_FLOAT)
        return lua_boolean(a.as.d < b.as.d);
    return lua_less(lua, a, b);
}

/* As in PUC Lua, anything that can be compared is welcome. */
static esp_value math_max(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_value best = LUA_ARG_ANY(0);

    for (uint32_t i = 1; i < n; i++) {
        ESP_EXPLODE;
        if (ESP_TRY(is_less(lua, best, args[i])).as.i)
            best = args[i];
    }
    return best;
}

static esp_value math_min(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_value best = LUA_ARG_ANY(0);

    for (uint32_t i = 1; i < n; i++) {
        ESP_EXPLODE;
        if (ESP_TRY(is_less(lua, args[i], best)).as.i)
            best = args[i];
    }
    return best;
}

/* ---- functions of the C library ---------------------------------------- */

#define MATH(name, of)                                                      \
    static esp_value math_##name(lua_state *lua, const esp_value *args,     \
                                 uint64_t n)                                \
    {                                                                       \
        double x = LUA_ARG_FLOAT(0);                                        \
                                                                            \
        return lua_float(of);                                               \
    }

MATH(sqrt, sqrt(x))
MATH(sin, sin(x))
MATH(cos, cos(x))
MATH(tan, tan(x))
MATH(asin, asin(x))
MATH(acos, acos(x))
MATH(exp, exp(x))
MATH(deg, x * (180.0 / 3.141592653589793))
MATH(rad, x * (3.141592653589793 / 180.0))

/* What 5.3 had and PUC Lua is usually built to keep. */
MATH(cosh, cosh(x))
MATH(sinh, sinh(x))
MATH(tanh, tanh(x))
MATH(log10, log10(x))

static esp_value math_pow(lua_state *lua, const esp_value *args, uint64_t n)
{
    double x = LUA_ARG_FLOAT(0), y = LUA_ARG_FLOAT(1);

    return lua_float(pow(x, y));
}

static esp_value math_frexp(lua_state *lua, const esp_value *args, uint64_t n)
{
    int e;
    double m = frexp(LUA_ARG_FLOAT(0), &e);

    return lua_two(lua, lua_float(m), lua_int(e));
}

static esp_value math_ldexp(lua_state *lua, const esp_value *args, uint64_t n)
{
    double x = LUA_ARG_FLOAT(0);
    int64_t e = LUA_ARG_INT(1);

    return lua_float(ldexp(x, e > 9999 ? 9999 : e < -9999 ? -9999 : (int)e));
}

static esp_value math_atan(lua_state *lua, const esp_value *args, uint64_t n)
{
    double y = LUA_ARG_FLOAT(0), x = LUA_OPT_FLOAT(1, 1.0);

    return lua_float(atan2(y, x));
}

static esp_value math_log(lua_state *lua, const esp_value *args, uint64_t n)
{
    double x = LUA_ARG_FLOAT(0), base;

    if (lua_arg_absent(args, n, 1))
        return lua_float(log(x));
    base = LUA_ARG_FLOAT(1);
    if (base == 2)
        return lua_float(log2(x));
    return lua_float(base == 10 ? log10(x) : log(x) / log(base));
}

/* ---- random numbers ---------------------------------------------------- */

typedef struct random_state { uint64_t s[4]; } random_state;

ESP_INLINE uint64_t rotate(uint64_t x, int n)
{
    return x << n | x >> (64 - n);
}

ESP_INLINE uint64_t next_random(random_state *r)
{
    uint64_t *s = r->s, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

static void seed(random_state *r, uint64_t a, uint64_t b)
{
    *r = (random_state){ { a, 0xff, b, 0 } };
    for (int i = 0; i < 16; i++)
        next_random(r);
}

/* Evenly into [0, n]: cut off to as many bits as n has, until it fits. */
ESP_INLINE uint64_t project(random_state *r, uint64_t x, uint64_t n)
{
    uint64_t mask = n ? ~(uint64_t)0 >> __builtin_clzll(n) : 0;

    while ((x &= mask) > n)
        x = next_random(r);
    return x;
}

static esp_value math_random(lua_state *lua, const esp_value *args, uint64_t n)
{
    random_state *r = (random_state *)lua->library[LUA_STATE_MATH];
    uint64_t x = next_random(r);
    int64_t low = 1, high;

    if (n == 0)
        return lua_float((double)(x >> 11) * 0x1p-53);
    if (n > 2)
        return lua_error(lua, "wrong number of arguments");
    high = LUA_ARG_INT(0);
    if (n == 1 && high == 0)
        return lua_int((int64_t)x);
    if (n == 2) {
        low = high;
        high = LUA_ARG_INT(1);
    }
    if (low > high)
        return lua_arg_error(lua, 0, "interval is empty");
    x = project(r, x, (uint64_t)high - (uint64_t)low);
    return lua_int((int64_t)(x + (uint64_t)low));
}

static esp_value math_randomseed(lua_state *lua, const esp_value *args,
                                 uint64_t n)
{
    random_state *r = (random_state *)lua->library[LUA_STATE_MATH];
    int64_t a = (int64_t)time(NULL), b = (int64_t)(uintptr_t)r;

    if (n) {
        a = LUA_ARG_INT(0);
        b = LUA_OPT_INT(1, 0);
    }
    seed(r, (uint64_t)a, (uint64_t)b);
    return lua_two(lua, lua_int(a), lua_int(b));
}

/* ---- the library ------------------------------------------------------- */

static const lua_entry entries[] = {
    { "abs", math_abs, LUA_VISIBLE },
    { "acos", math_acos, 0 },
    { "asin", math_asin, 0 },
    { "atan", math_atan, 0 },
    { "ceil", math_ceil, LUA_VISIBLE },
    { "cos", math_cos, LUA_VISIBLE },
    { "deg", math_deg, LUA_VISIBLE },
    { "exp", math_exp, LUA_VISIBLE },
    { "floor", math_floor, LUA_VISIBLE },
    { "fmod", math_fmod, LUA_VISIBLE },
    { "log", math_log, 0 },
    { "max", math_max, LUA_VISIBLE },
    { "min", math_min, LUA_VISIBLE },
    { "modf", math_modf, 0 },
    { "rad", math_rad, LUA_VISIBLE },
    { "random", math_random, LUA_VISIBLE },
    { "randomseed", math_randomseed, 0 },
    { "sin", math_sin, LUA_VISIBLE },
    { "sqrt", math_sqrt, LUA_VISIBLE },
    { "tan", math_tan, LUA_VISIBLE },
    { "tointeger", math_tointeger, 0 },
    { "type", math_type, 0 },
    { "ult", math_ult, LUA_VISIBLE },
    { "atan2", math_atan, 0 },
    { "cosh", math_cosh, 0 },
    { "frexp", math_frexp, 0 },
    { "ldexp", math_ldexp, 0 },
    { "log10", math_log10, 0 },
    { "pow", math_pow, 0 },
    { "sinh", math_sinh, 0 },
    { "tanh", math_tanh, 0 },
    { NULL, NULL, 0 }
};

static bool put_constants(lua_state *lua, lua_table *math)
{
    return lua_table_put_text(lua, math, "pi",
                              lua_float(3.141592653589793)) &&
           lua_table_put_text(lua, math, "huge", lua_float(HUGE_VAL)) &&
           lua_table_put_text(lua, math, "maxinteger", lua_int(INT64_MAX)) &&
           lua_table_put_text(lua, math, "mininteger", lua_int(INT64_MIN));
}

bool lua_open_math(lua_state *lua)
{
    random_state *r = ESP_CONTEXT_ARRAY(lua->context, random_state, 1);
    lua_table *math = lua_library(lua, "math", entries);

    if (!r || !math)
        return false;
    lua->library[LUA_STATE_MATH] = r;
    seed(r, (uint64_t)time(NULL), (uint64_t)(uintptr_t)r);
    return put_constants(lua, math);
}
