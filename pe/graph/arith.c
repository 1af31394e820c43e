/*
 * What pure instructions compute, on constants.
 *
 * Floating point is done in the type itself with the host's instructions: the
 * host is the target, and C's operators round as the machine does.
 */
#include "pe/graph/arith.h"

#include <math.h>
#include <string.h>

static double f64_of(uint64_t bits)
{
    double d;

    memcpy(&d, &bits, sizeof d);
    return d;
}

static float f32_of(uint64_t bits)
{
    uint32_t low = (uint32_t)bits;
    float f;

    memcpy(&f, &low, sizeof f);
    return f;
}

static bool give_f64(double d, uint64_t *result)
{
    memcpy(result, &d, sizeof d);
    return !isnan(d);
}

static bool give_f32(float f, uint64_t *result)
{
    uint32_t low;

    memcpy(&low, &f, sizeof low);
    *result = low;
    return !isnan(f);
}

static uint64_t shift(esp_op op, esp_type ty, uint64_t x, uint64_t y)
{
    unsigned width = arith_width(ty);

    if (op == IR_ashr)
        return (uint64_t)(arith_signed(ty, x) >> (y >= width ? width - 1 : y));
    if (y >= width)
        return 0;
    return op == IR_shl ? x << y : x >> y;
}

static bool divide(esp_op op, esp_type ty, uint64_t x, uint64_t y,
                   uint64_t *result)
{
    int64_t sx = arith_signed(ty, x), sy = arith_signed(ty, y);

    if (y == 0)
        return false;
    if ((op == IR_sdiv || op == IR_srem) && sx == arith_min(ty) && sy == -1)
        return false;
    switch (op) {
    case IR_sdiv: *result = (uint64_t)(sx / sy); break;
    case IR_srem: *result = (uint64_t)(sx % sy); break;
    case IR_udiv: *result = x / y; break;
    default:      *result = x % y; break;
    }
    return true;
}

static bool overflows(esp_op op, esp_type ty, uint64_t x, uint64_t y)
{
    int64_t sx = arith_signed(ty, x), sy = arith_signed(ty, y), s = 0;
    uint64_t u = 0;

    switch (op) {
    case IR_addo:
        return __builtin_add_overflow(sx, sy, &s) || arith_signed(ty, s) != s;
    case IR_subo:
        return __builtin_sub_overflow(sx, sy, &s) || arith_signed(ty, s) != s;
    case IR_mulo:
        return __builtin_mul_overflow(sx, sy, &s) || arith_signed(ty, s) != s;
    case IR_uaddo:
        return __builtin_add_overflow(x, y, &u) || u > arith_mask(ty);
    case IR_usubo:
        return x < y;
    default:
        return __builtin_mul_overflow(x, y, &u) || u > arith_mask(ty);
    }
}

static uint64_t count(esp_op op, esp_type ty, uint64_t x)
{
    unsigned width = arith_width(ty);

    switch (op) {
    case IR_clz:
        return x ? (unsigned)__builtin_clzll(x) - (64 - width) : width;
    case IR_ctz:
        return x ? (unsigned)__builtin_ctzll(x) : width;
    case IR_popcnt:
        return (unsigned)__builtin_popcountll(x);
    default:
        return __builtin_bswap64(x) >> (64 - width);
    }
}

static bool compare(esp_op op, esp_type ty, uint64_t x, uint64_t y)
{
    switch (op) {
    case IR_eq:  return x == y;
    case IR_ne:  return x != y;
    case IR_slt: return arith_signed(ty, x) < arith_signed(ty, y);
    case IR_sle: return arith_signed(ty, x) <= arith_signed(ty, y);
    case IR_ult: return x < y;
    default:     return x <= y;
    }
}

static bool float_compare(esp_op op, esp_type ty, uint64_t x, uint64_t y)
{
    /* exact: every f32 is an f64 */
    double dx = ty == TY_f32 ? (double)f32_of(x) : f64_of(x);
    double dy = ty == TY_f32 ? (double)f32_of(y) : f64_of(y);

    switch (op) {
    case IR_feq: return dx == dy;
    case IR_flt: return dx < dy;
    default:     return dx <= dy;
    }
}

static bool eval_f64(esp_op op, double x, double y, uint64_t *result)
{
    switch (op) {
    case IR_fadd:   return give_f64(x + y, result);
    case IR_fsub:   return give_f64(x - y, result);
    case IR_fmul:   return give_f64(x * y, result);
    case IR_fdiv:   return give_f64(x / y, result);
    case IR_fsqrt:  return give_f64(sqrt(x), result);
    case IR_ffloor: return give_f64(floor(x), result);
    case IR_fceil:  return give_f64(ceil(x), result);
    default:        return give_f64(trunc(x), result);
    }
}

static bool eval_f32(esp_op op, float x, float y, uint64_t *result)
{
    switch (op) {
    case IR_fadd:   return give_f32(x + y, result);
    case IR_fsub:   return give_f32(x - y, result);
    case IR_fmul:   return give_f32(x * y, result);
    case IR_fdiv:   return give_f32(x / y, result);
    case IR_fsqrt:  return give_f32(sqrtf(x), result);
    case IR_ffloor: return give_f32(floorf(x), result);
    case IR_fceil:  return give_f32(ceilf(x), result);
    default:        return give_f32(truncf(x), result);
    }
}

static bool float_to_int(esp_op op, esp_type from, esp_type to, uint64_t x,
                         uint64_t *result)
{
    double d = trunc(from == TY_f32 ? (double)f32_of(x) : f64_of(x));
    unsigned width = arith_width(to);

    if (op == IR_fptosi) {
        if (!(d >= -ldexp(1, (int)width - 1) && d < ldexp(1, (int)width - 1)))
            return false;
        *result = (uint64_t)(int64_t)d;
    } else {
        if (!(d >= 0 && d < ldexp(1, (int)width)))
            return false;
        *result = (uint64_t)d;
    }
    return true;
}

static bool int_to_float(esp_op op, esp_type from, esp_type to, uint64_t x,
                         uint64_t *result)
{
    int64_t s = arith_signed(from, x);

    if (to == TY_f64)
        return give_f64(op == IR_sitofp ? (double)s : (double)x, result);
    return give_f32(op == IR_sitofp ? (float)s : (float)x, result);
}

static uint64_t sign_bit(esp_type ty)
{
    return (uint64_t)1 << (arith_width(ty) - 1);
}

static bool eval(esp_op op, esp_type from, esp_type to,
                 uint64_t x, uint64_t y, uint64_t *result)
{
    switch (op) {
    case IR_add: *result = x + y; return true;
    case IR_sub: *result = x - y; return true;
    case IR_mul: *result = x * y; return true;
    case IR_and: *result = x & y; return true;
    case IR_or:  *result = x | y; return true;
    case IR_xor: *result = x ^ y; return true;
    case IR_sdiv: case IR_udiv: case IR_srem: case IR_urem:
        return divide(op, from, x, y, result);
    case IR_shl: case IR_lshr: case IR_ashr:
        *result = shift(op, from, x, y);
        return true;
    case IR_addo: case IR_subo: case IR_mulo:
    case IR_uaddo: case IR_usubo: case IR_umulo:
        *result = overflows(op, from, x, y);
        return true;
    case IR_bswap:
        if (from == TY_i1)
            return false;
        /* fallthrough */
    case IR_clz: case IR_ctz: case IR_popcnt:
        *result = count(op, from, x);
        return true;
    case IR_eq: case IR_ne: case IR_slt: case IR_sle: case IR_ult: case IR_ule:
        *result = compare(op, from, x, y);
        return true;
    case IR_feq: case IR_flt: case IR_fle:
        *result = float_compare(op, from, x, y);
        return true;
    case IR_fadd: case IR_fsub: case IR_fmul: case IR_fdiv: case IR_fsqrt:
    case IR_ffloor: case IR_fceil: case IR_ftrunc:
        return from == TY_f64 ? eval_f64(op, f64_of(x), f64_of(y), result)
                              : eval_f32(op, f32_of(x), f32_of(y), result);
    case IR_fneg: *result = x ^ sign_bit(from); return true;
    case IR_fabs: *result = x & ~sign_bit(from); return true;
    case IR_zext: case IR_trunc: case IR_bitcast: *result = x; return true;
    case IR_sext: *result = (uint64_t)arith_signed(from, x); return true;
    case IR_sitofp: case IR_uitofp:
        return int_to_float(op, from, to, x, result);
    case IR_fptosi: case IR_fptoui:
        return float_to_int(op, from, to, x, result);
    case IR_fpext:   return give_f64((double)f32_of(x), result);
    case IR_fptrunc: return give_f32((float)f64_of(x), result);
    default: return false;
    }
}

bool arith_eval(esp_op op, esp_type from, esp_type to,
                uint64_t x, uint64_t y, uint64_t *result)
{
    if (!eval(op, from, to, x, y, result))
        return false;
    *result &= arith_mask(to);
    return true;
}
