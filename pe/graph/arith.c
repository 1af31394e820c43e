/*
 * What pure instructions compute, on bits.
 *
 * One function a family; each has a switch over its instructions.  This is
 * the meaning of ops.def in C, for folding and for the interpreters.
 */
#include "pe/graph/arith.h"

#include <math.h>
#include <string.h>

/* -- integers ------------------------------------------------------------ */

static uint64_t divide(esp_op op, esp_type ty, uint64_t a, uint64_t b)
{
    int64_t x = arith_signed(ty, a), y = arith_signed(ty, b);

    if (b == 0)
        return 0;
    switch (op) {
    case IR_udiv: return a / b;
    case IR_urem: return a % b;
    case IR_sdiv: return y == -1 ? -a : (uint64_t)(x / y);
    default:      return y == -1 ? 0 : (uint64_t)(x % y);
    }
}

static uint64_t shift(esp_op op, esp_type ty, uint64_t a, uint64_t by)
{
    uint64_t last = arith_width(ty) - 1u;

    switch (op) {
    case IR_shl:  return by > last ? 0 : a << by;
    case IR_lshr: return by > last ? 0 : a >> by;
    default: return (uint64_t)(arith_signed(ty, a) >> (by > last ? last : by));
    }
}

static bool overflows(esp_op op, esp_type in, uint64_t a, uint64_t b)
{
    int64_t x = arith_signed(in, a), y = arith_signed(in, b), s;
    uint64_t u;
    bool wraps;

    switch (op) {
    case IR_usubo: return a < b;
    case IR_uaddo: return CC_ADD_WRAPS(a, b, &u) || u > arith_mask(in);
    case IR_umulo: return CC_MUL_WRAPS(a, b, &u) || u > arith_mask(in);
    case IR_addo:  wraps = CC_ADD_WRAPS(x, y, &s); break;
    case IR_subo:  wraps = CC_SUB_WRAPS(x, y, &s); break;
    default:       wraps = CC_MUL_WRAPS(x, y, &s); break;
    }
    return wraps || arith_signed(in, (uint64_t)s) != s;
}

static uint64_t count_bits(esp_op op, esp_type ty, uint64_t a)
{
    int w = (int)arith_width(ty);

    switch (op) {
    case IR_clz:    return (uint64_t)(a ? CC_CLZ64(a) - (64 - w) : w);
    case IR_ctz:    return (uint64_t)(a ? CC_CTZ64(a) : w);
    case IR_popcnt: return (uint64_t)CC_POPCOUNT64(a);
    default:        return CC_BSWAP64(a) >> (64 - w);
    }
}

static bool compare(esp_op op, esp_type in, uint64_t a, uint64_t b)
{
    switch (op) {
    case IR_eq:  return a == b;
    case IR_ne:  return a != b;
    case IR_ult: return a < b;
    case IR_ule: return a <= b;
    case IR_slt: return arith_signed(in, a) < arith_signed(in, b);
    default:     return arith_signed(in, a) <= arith_signed(in, b);
    }
}

/* -- floating point ------------------------------------------------------ */

static double f64_of(uint64_t bits)
{
    double d;

    memcpy(&d, &bits, sizeof d);
    return d;
}

static uint64_t of_f64(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    return bits;
}

static float f32_of(uint64_t bits)
{
    uint32_t low = (uint32_t)bits;
    float f;

    memcpy(&f, &low, sizeof f);
    return f;
}

static uint64_t of_f32(float f)
{
    uint32_t bits;

    memcpy(&bits, &f, sizeof bits);
    return bits;
}

static uint64_t f64_arith(esp_op op, double a, double b)
{
    switch (op) {
    case IR_fadd:   return of_f64(a + b);
    case IR_fsub:   return of_f64(a - b);
    case IR_fmul:   return of_f64(a * b);
    case IR_fdiv:   return of_f64(a / b);
    case IR_fsqrt:  return of_f64(sqrt(a));
    case IR_ffloor: return of_f64(floor(a));
    case IR_fceil:  return of_f64(ceil(a));
    default:        return of_f64(trunc(a));
    }
}

/* Rounding to f32 after each instruction is what makes it different. */
static uint64_t f32_arith(esp_op op, float a, float b)
{
    switch (op) {
    case IR_fadd:   return of_f32(a + b);
    case IR_fsub:   return of_f32(a - b);
    case IR_fmul:   return of_f32(a * b);
    case IR_fdiv:   return of_f32(a / b);
    case IR_fsqrt:  return of_f32(sqrtf(a));
    case IR_ffloor: return of_f32(floorf(a));
    case IR_fceil:  return of_f32(ceilf(a));
    default:        return of_f32(truncf(a));
    }
}

/* Either type as f64, which holds every f32. */
static double widest(esp_type in, uint64_t a)
{
    return in == TY_f32 ? (double)f32_of(a) : f64_of(a);
}

static bool fcompare(esp_op op, esp_type in, uint64_t a, uint64_t b)
{
    double x = widest(in, a), y = widest(in, b);

    switch (op) {
    case IR_feq: return x == y;
    case IR_flt: return x < y;
    default:     return x <= y;
    }
}

/* -- conversions --------------------------------------------------------- */

static uint64_t to_integer(esp_op op, esp_type ty, double d)
{
    int w = (int)arith_width(ty);
    uint64_t min = (uint64_t)1 << (w - 1);
    double whole = trunc(d);

    if (op == IR_fptosi) {
        double end = ldexp(1, w - 1);
        return whole >= -end && whole < end ? (uint64_t)(int64_t)whole : min;
    }
    return whole >= 0 && whole < ldexp(1, w) ? (uint64_t)whole : min;
}

/* From an integer in one step: by way of f64 an f32 would be rounded twice. */
static uint64_t to_float(esp_op op, esp_type ty, esp_type in, uint64_t a)
{
    int64_t s = arith_signed(in, a);

    if (op == IR_sitofp)
        return ty == TY_f32 ? of_f32((float)s) : of_f64((double)s);
    return ty == TY_f32 ? of_f32((float)a) : of_f64((double)a);
}

/* -- all ----------------------------------------------------------------- */

/* May leave bits above the type. */
static uint64_t compute(esp_op op, esp_type ty, esp_type in,
                        uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t sign = (uint64_t)1 << (arith_width(ty) - 1);

    switch (op) {
    case IR_add: return a + b;
    case IR_sub: return a - b;
    case IR_mul: return a * b;
    case IR_and: return a & b;
    case IR_or:  return a | b;
    case IR_xor: return a ^ b;
    case IR_sdiv: case IR_udiv: case IR_srem: case IR_urem:
        return divide(op, ty, a, b);
    case IR_shl: case IR_lshr: case IR_ashr:
        return shift(op, ty, a, b);
    case IR_addo: case IR_subo: case IR_mulo:
    case IR_uaddo: case IR_usubo: case IR_umulo:
        return overflows(op, in, a, b);
    case IR_clz: case IR_ctz: case IR_popcnt: case IR_bswap:
        return count_bits(op, ty, a);
    case IR_eq: case IR_ne: case IR_slt: case IR_sle: case IR_ult: case IR_ule:
        return compare(op, in, a, b);
    case IR_feq: case IR_flt: case IR_fle:
        return fcompare(op, in, a, b);
    case IR_fneg: return a ^ sign;
    case IR_fabs: return a & ~sign;
    case IR_fadd: case IR_fsub: case IR_fmul: case IR_fdiv:
    case IR_fsqrt: case IR_ffloor: case IR_fceil: case IR_ftrunc:
        return ty == TY_f32 ? f32_arith(op, f32_of(a), f32_of(b))
                            : f64_arith(op, f64_of(a), f64_of(b));
    case IR_copy: case IR_zext: case IR_trunc: case IR_bitcast:
        return a;
    case IR_sext: return (uint64_t)arith_signed(in, a);
    case IR_sitofp: case IR_uitofp: return to_float(op, ty, in, a);
    case IR_fptosi: case IR_fptoui: return to_integer(op, ty, widest(in, a));
    case IR_fpext:   return of_f64(f32_of(a));
    case IR_fptrunc: return of_f32((float)f64_of(a));
    case IR_select:  return a ? b : c;
    default: return 0;
    }
}

uint64_t arith(esp_op op, esp_type ty, esp_type in,
               uint64_t a, uint64_t b, uint64_t c)
{
    return arith_narrow(ty, compute(op, ty, in, a, b, c));
}

/* -- folding ------------------------------------------------------------- */

static bool traps(esp_op op, esp_type ty, uint64_t a, uint64_t b)
{
    if (!(op_info[op].flags & OP_TRAPS))
        return false;
    return b == 0 || ((op == IR_sdiv || op == IR_srem) &&
                      arith_signed(ty, a) == arith_min(ty) &&
                      arith_signed(ty, b) == -1);
}

/* Does the number, cut to an integer, have a place in the type? */
static bool in_range(esp_op op, esp_type ty, double d)
{
    int w = (int)arith_width(ty);
    double whole = trunc(d);

    if (op == IR_fptosi)
        return whole >= -ldexp(1, w - 1) && whole < ldexp(1, w - 1);
    return whole >= 0 && whole < ldexp(1, w);
}

/* Not the sign operations: they move bits, whatever these are. */
static bool makes_nan(esp_op op, esp_type ty, uint64_t bits)
{
    return type_is_float(ty) && op != IR_fneg && op != IR_fabs &&
           op != IR_bitcast && isnan(widest(ty, bits));
}

bool arith_eval(esp_op op, esp_type from, esp_type to,
                uint64_t x, uint64_t y, uint64_t *result)
{
    if (!(op_info[op].flags & OP_PURE) || traps(op, from, x, y))
        return false;
    if ((op == IR_fptosi || op == IR_fptoui) &&
        !in_range(op, to, widest(from, x)))
        return false;
    if (op == IR_bswap && from == TY_i1)
        return false;
    *result = arith(op, to, from, x, y, 0);
    return !makes_nan(op, to, *result);
}
