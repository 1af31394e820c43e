/*
 * What an instruction says about its result, whatever its inputs are.
 *
 * Bits above an instruction's type count as known zeros.
 */
#include "pe/graph/facts.h"
#include "pe/graph/arith.h"

/* How many instructions deep to look: the builder asks all the time. */
enum { DEPTH = 3 };

static esp_known bits(const esp_graph *g, esp_ref r, int depth);

/* The range that is assumed for a value, or NULL. */
static const esp_range *assumed(const esp_graph *g, esp_ref r)
{
    const esp_assumed *a = g->assumed;

    if (!a || r >= a->n || !a->index[r])
        return NULL;
    return &a->range.at[a->index[r]];
}

static esp_known nothing(esp_type ty)
{
    return (esp_known){ ~arith_mask(ty), 0 };
}

static esp_known exactly(uint64_t x)
{
    return (esp_known){ ~x, x };
}

/* Below 2^n. */
static esp_known below_power(unsigned n)
{
    return (esp_known){ n >= 64 ? 0 : ~(uint64_t)0 << n, 0 };
}

static unsigned bit_length(uint64_t x)
{
    return x ? 64 - (unsigned)__builtin_clzll(x) : 0;
}

/* Low bits in which nothing is unknown. */
static unsigned known_low(esp_known k)
{
    uint64_t unknown = ~(k.zero | k.one);

    return unknown ? (unsigned)__builtin_ctzll(unknown) : 64;
}

static unsigned low_zeros(esp_known k)
{
    return ~k.zero ? (unsigned)__builtin_ctzll(~k.zero) : 64;
}

static uint64_t low_mask(unsigned n)
{
    return n >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << n) - 1;
}

/* The low bits of a result are known as far as those of both inputs are; the
 * high ones are zero if the largest result is small. */
static esp_known bits_sum(esp_type ty, esp_known x, esp_known y)
{
    unsigned nx = known_low(x), ny = known_low(y);
    uint64_t low = low_mask(nx < ny ? nx : ny) & arith_mask(ty);
    uint64_t sum = (x.one + y.one) & low, most;
    esp_known k = nothing(ty);

    if (!__builtin_add_overflow(facts_most(x), facts_most(y), &most))
        k.zero |= below_power(bit_length(most)).zero;
    k.one = sum;
    k.zero |= low & ~sum;
    return k;
}

static esp_known bits_product(esp_type ty, esp_known x, esp_known y)
{
    esp_known k = nothing(ty);
    unsigned zeros = low_zeros(x) + low_zeros(y);
    uint64_t most;

    if (!__builtin_mul_overflow(facts_most(x), facts_most(y), &most))
        k.zero |= below_power(bit_length(most)).zero;
    k.zero |= low_mask(zeros);
    return k;
}

static esp_known bits_shift(const esp_graph *g, const esp_ins *i, esp_known x)
{
    esp_type ty = (esp_type)i->ty;
    uint64_t n = graph_const(g, i->b), mask = arith_mask(ty), sign;

    if (n >= arith_width(ty))
        return nothing(ty);             /* fold.c has its own rule */
    switch (i->op) {
    case IR_shl:
        return (esp_known){ x.zero << n | low_mask((unsigned)n) | ~mask,
                            x.one << n & mask };
    case IR_lshr:
        return (esp_known){ x.zero >> n | ~(mask >> n), x.one >> n };
    default:
        sign = (uint64_t)1 << (arith_width(ty) - 1);
        if (x.zero & sign)
            return (esp_known){ x.zero >> n | ~(mask >> n), x.one >> n };
        return nothing(ty);
    }
}

static esp_known bits_sext(esp_type from, esp_type to, esp_known x)
{
    uint64_t sign = (uint64_t)1 << (arith_width(from) - 1);
    uint64_t high = arith_mask(to) & ~arith_mask(from);

    if (x.zero & sign)
        return x;
    x.zero &= ~high;
    if (x.one & sign)
        x.one |= high;
    return x;
}

static esp_known bits_address(uint64_t align)
{
    return (esp_known){ align ? align - 1 : 0, 0 };
}

static esp_known bits_binary(const esp_graph *g, const esp_ins *i, int depth)
{
    esp_type ty = (esp_type)i->ty;
    esp_known x = bits(g, i->a, depth), y = bits(g, i->b, depth);

    switch (i->op) {
    case IR_add:
        return bits_sum(ty, x, y);
    case IR_mul:
        return bits_product(ty, x, y);
    case IR_and:
        return (esp_known){ x.zero | y.zero, x.one & y.one };
    case IR_or:
        return (esp_known){ x.zero & y.zero, x.one | y.one };
    case IR_xor:
        return (esp_known){ (x.zero & y.zero) | (x.one & y.one),
                            (x.zero & y.one) | (x.one & y.zero) };
    case IR_udiv:
        if (facts_least(y) == 0)
            return nothing(ty);
        return below_power(bit_length(facts_most(x) / facts_least(y)));
    default:                            /* urem */
        if (facts_most(x) < facts_most(y))
            return below_power(bit_length(facts_most(x)));
        return below_power(bit_length(facts_most(y) - 1));
    }
}

static esp_known bits_select(const esp_graph *g, const esp_ins *i, int depth)
{
    esp_known x = bits(g, i->b, depth), y = bits(g, i->c, depth);

    return (esp_known){ x.zero & y.zero, x.one & y.one };
}

static esp_known bits_of_op(const esp_graph *g, const esp_ins *i, int depth)
{
    esp_type ty = (esp_type)i->ty;

    switch (i->op) {
    case IR_add: case IR_mul: case IR_and: case IR_or: case IR_xor:
    case IR_udiv: case IR_urem:
        return bits_binary(g, i, depth);
    case IR_shl: case IR_lshr: case IR_ashr:
        if (graph_is_const(g, i->b))
            return bits_shift(g, i, bits(g, i->a, depth));
        return nothing(ty);
    case IR_zext:
        return bits(g, i->a, depth);
    case IR_sext:
        return bits_sext((esp_type)graph_at(g, i->a)->ty, ty,
                         bits(g, i->a, depth));
    case IR_trunc: {
        esp_known k = bits(g, i->a, depth);
        return (esp_known){ k.zero | ~arith_mask(ty),
                            k.one & arith_mask(ty) };
    }
    case IR_clz: case IR_ctz: case IR_popcnt: {
        esp_known k = below_power(bit_length(arith_width(ty)));
        k.zero |= ~arith_mask(ty);
        return k;
    }
    case IR_select:
        return bits_select(g, i, depth);
    case IR_copy:
        return bits(g, i->a, depth);
    case IR_vobj:
        return bits_address(g->vobjs.at[i->a].align);
    case IR_slot:
        return bits_address(g->slots.at[i->a].align);
    default:
        return nothing(ty);
    }
}

static esp_known bits(const esp_graph *g, esp_ref r, int depth)
{
    const esp_ins *i = graph_at(g, r);
    const esp_range *range = assumed(g, r);
    esp_known k;

    if (i->op == IR_const)
        return exactly(graph_const(g, r));
    k = depth > 0 ? bits_of_op(g, i, depth - 1) : nothing((esp_type)i->ty);
    if (range && range->low >= 0)
        k.zero |= below_power(bit_length((uint64_t)range->high)).zero & ~k.one;
    return k;
}

esp_known facts_bits(const esp_graph *g, esp_ref r)
{
    return bits(g, r, DEPTH);
}

/* ---- signed ranges ---------------------------------------------------- */

static esp_range range(const esp_graph *g, esp_ref r, int depth);

static esp_range everything(esp_type ty)
{
    return (esp_range){ arith_min(ty), arith_max(ty) };
}

static esp_range range_of_bits(esp_type ty, esp_known k)
{
    uint64_t sign = (uint64_t)1 << (arith_width(ty) - 1);
    uint64_t low = k.one, high = ~k.zero & arith_mask(ty);

    if (!(k.zero & sign))
        low |= sign;
    if (!(k.one & sign))
        high &= ~sign;
    return (esp_range){ arith_signed(ty, low), arith_signed(ty, high) };
}

static bool fits(esp_type ty, esp_range r)
{
    return r.low >= arith_min(ty) && r.high <= arith_max(ty);
}

static esp_range range_product(esp_type ty, esp_range x, esp_range y)
{
    int64_t corner[4];
    esp_range r;

    if (__builtin_mul_overflow(x.low, y.low, &corner[0])
        || __builtin_mul_overflow(x.low, y.high, &corner[1])
        || __builtin_mul_overflow(x.high, y.low, &corner[2])
        || __builtin_mul_overflow(x.high, y.high, &corner[3]))
        return everything(ty);
    r = (esp_range){ corner[0], corner[0] };
    for (int i = 1; i < 4; i++) {
        r.low = corner[i] < r.low ? corner[i] : r.low;
        r.high = corner[i] > r.high ? corner[i] : r.high;
    }
    return fits(ty, r) ? r : everything(ty);
}

static esp_range range_binary(const esp_graph *g, const esp_ins *i, int depth)
{
    esp_type ty = (esp_type)i->ty;
    esp_range x = range(g, i->a, depth), y = range(g, i->b, depth), r;

    switch (i->op) {
    case IR_add:
        if (__builtin_add_overflow(x.low, y.low, &r.low)
            || __builtin_add_overflow(x.high, y.high, &r.high))
            return everything(ty);
        return fits(ty, r) ? r : everything(ty);
    case IR_sub:
        if (__builtin_sub_overflow(x.low, y.high, &r.low)
            || __builtin_sub_overflow(x.high, y.low, &r.high))
            return everything(ty);
        return fits(ty, r) ? r : everything(ty);
    default:
        return range_product(ty, x, y);
    }
}

/* x % c lies between -(|c| - 1) and |c| - 1, with the sign of x. */
static esp_range range_rem(const esp_graph *g, const esp_ins *i, int depth)
{
    esp_range x = range(g, i->a, depth), r;
    int64_t c = arith_signed((esp_type)i->ty, graph_const(g, i->b));

    if (c == 0 || c == INT64_MIN)
        return everything((esp_type)i->ty);
    c = c < 0 ? -c : c;
    r = (esp_range){ x.low < 0 ? 1 - c : 0, x.high > 0 ? c - 1 : 0 };
    if (x.low > r.low && x.low < 0)
        r.low = x.low;
    if (x.high < r.high && x.high > 0)
        r.high = x.high;
    return r;
}

/* The divisor of a quotient of x, or 0. */
static esp_ref divisor_of(const esp_graph *g, esp_ref quotient, esp_ref x)
{
    const esp_ins *i = graph_at(g, quotient);

    return i->op == IR_sdiv && i->a == x ? i->b : 0;
}

esp_ref facts_divisor(const esp_graph *g, esp_ref r, esp_ref x)
{
    const esp_ins *i = graph_at(g, r);
    esp_ref y = 0;

    if (i->op == IR_shl && graph_is_const(g, i->b)) {
        y = divisor_of(g, i->a, x);
        if (!y || !graph_is_const(g, y) || graph_const(g, i->b) >= 64
            || graph_const(g, y) != (uint64_t)1 << graph_const(g, i->b))
            return 0;
        return y;
    }
    if (i->op != IR_mul)
        return 0;
    y = divisor_of(g, i->a, x);
    if (y && y == i->b)
        return y;
    y = divisor_of(g, i->b, x);
    return y && y == i->a ? y : 0;
}

/* x / c lies between the quotients of the ends. */
static esp_range range_quotient(const esp_graph *g, const esp_ins *i,
                                int depth)
{
    esp_range x = range(g, i->a, depth);
    int64_t c = arith_signed((esp_type)i->ty, graph_const(g, i->b));

    if (c >= -1 && c <= 0)
        return everything((esp_type)i->ty);
    return c > 0 ? (esp_range){ x.low / c, x.high / c }
                 : (esp_range){ x.high / c, x.low / c };
}

/* x - x / c * c is x % c: i becomes that. */
static bool is_remainder(const esp_graph *g, esp_ins *i)
{
    esp_ref c = facts_divisor(g, i->b, i->a);

    if (!c || !graph_is_const(g, c))
        return false;
    i->op = IR_srem;
    i->b = c;
    return true;
}

static esp_range both(esp_range x, esp_range y)
{
    return (esp_range){ x.low > y.low ? x.low : y.low,
                        x.high < y.high ? x.high : y.high };
}

static esp_range either(esp_range x, esp_range y)
{
    return (esp_range){ x.low < y.low ? x.low : y.low,
                        x.high > y.high ? x.high : y.high };
}

static esp_range range_of_op(const esp_graph *g, const esp_ins *i, int depth)
{
    esp_type ty = (esp_type)i->ty;
    esp_ins rem = *i;

    switch (i->op) {
    case IR_add: case IR_mul:
        return range_binary(g, i, depth);
    case IR_sub:
        return is_remainder(g, &rem) ? range_rem(g, &rem, depth)
                                     : range_binary(g, i, depth);
    case IR_sext:
        return range(g, i->a, depth);
    case IR_trunc: {
        esp_range x = range(g, i->a, depth);
        return fits(ty, x) ? x : everything(ty);
    }
    case IR_ashr:
        if (graph_is_const(g, i->b) && graph_const(g, i->b) < arith_width(ty)) {
            esp_range x = range(g, i->a, depth);
            unsigned n = (unsigned)graph_const(g, i->b);
            return (esp_range){ x.low >> n, x.high >> n };
        }
        return everything(ty);
    case IR_sdiv:
        return graph_is_const(g, i->b) ? range_quotient(g, i, depth)
                                       : everything(ty);
    case IR_srem:
        return graph_is_const(g, i->b) ? range_rem(g, i, depth)
                                       : everything(ty);
    case IR_select:
        return either(range(g, i->b, depth), range(g, i->c, depth));
    default:
        return everything(ty);
    }
}

static esp_range range(const esp_graph *g, esp_ref r, int depth)
{
    const esp_ins *i = graph_at(g, r);
    const esp_range *here = assumed(g, r);
    esp_range x = range_of_bits((esp_type)i->ty, bits(g, r, depth));

    if (here)
        x = both(x, *here);
    if (depth > 0)
        x = both(x, range_of_op(g, i, depth - 1));
    return x.low <= x.high ? x : everything((esp_type)i->ty);
}

esp_range facts_signed(const esp_graph *g, esp_ref r)
{
    return range(g, r, DEPTH);
}

/* ---- addresses -------------------------------------------------------- */

esp_place facts_place(const esp_graph *g, esp_ref address)
{
    uint64_t offset = 0;
    const esp_ins *i = graph_at(g, address);

    while (i->op == IR_add && graph_is_const(g, i->b)) {
        offset += graph_const(g, i->b);
        address = i->a;
        i = graph_at(g, address);
    }
    switch (i->op) {
    case IR_vobj: case IR_slot: case IR_frameaddr:
        return (esp_place){ address, offset };
    case IR_const:
        return (esp_place){ address, graph_const(g, address) + offset };
    default:
        return (esp_place){ 0, 0 };
    }
}
