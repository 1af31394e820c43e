/*
 * Factors for division by multiplication.
 *
 * With l = ceil(log2 d), any factor between 2^(N+l) / d and that plus
 * 2^(N+l-p) / d gives the right quotient for numbers of p bits; the one with
 * the most trailing zeros is taken and shifted down.
 *
 * see  Granlund and Montgomery, "Division by invariant integers using
 *      multiplication", PLDI 1994, figure 6.2
 */
#include "backend/lir/select.h"

static sel_magic choose(uint64_t d, unsigned bits, unsigned precision)
{
    unsigned shift = 64 - (unsigned)CC_CLZ64(d - 1);
    cc_u128 low = ((cc_u128)1 << (bits + shift)) / d;
    cc_u128 high = (((cc_u128)1 << (bits + shift))
                    + ((cc_u128)1 << (bits + shift - precision))) / d;

    while (low >> 1 < high >> 1 && shift > 0) {
        low >>= 1;
        high >>= 1;
        shift--;
    }
    return (sel_magic){
        .factor = (uint64_t)(bits == 64 ? high
                                        : high & (((cc_u128)1 << bits) - 1)),
        .shift = shift,
        .add = high >> (precision == bits ? bits : bits - 1) != 0
    };
}

sel_magic sel_magic_unsigned(uint64_t d, unsigned bits)
{
    return choose(d, bits, bits);
}

sel_magic sel_magic_signed(int64_t d, unsigned bits)
{
    return choose((uint64_t)d, bits, bits - 1);
}
