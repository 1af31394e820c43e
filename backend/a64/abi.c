/*
 * The AArch64 calling convention (AAPCS64, as Linux has it).
 *
 * Eight integer and eight float registers take arguments in order, each kind by
 * itself; those of variadic functions are passed like all others.  The address
 * of a result struct is in x8, and does not come back.  Callers leave anything
 * above narrow arguments, callees above narrow results.
 */
#include "backend/a64/a64.h"

static void load(selector *s, esp_type ty, uint32_t d, const sel_address *at)
{
    bool is_float = type_is_float(ty);
    a64_place m = { .form = A64_FORM_MEM, .m = *at };

    ins_start(s, is_float ? A64(ldrf) : A64(ldr),
              is_float ? type_size[ty] : 8, 0);
    ins_def(s, d);
    a64_memory(s, &m);
    ins_end(s);
}

static void store(selector *s, esp_type ty, uint32_t v, const sel_address *at)
{
    bool is_float = type_is_float(ty);
    a64_place m = { .form = A64_FORM_MEM, .m = *at };

    ins_start(s, is_float ? A64(strf) : A64(str),
              is_float ? type_size[ty] : 8, 0);
    a64_memory(s, &m);
    ins_use(s, v, LIR_SRC);
    ins_end(s);
}

static void clean_bit(selector *s, uint32_t d, uint32_t x)
{
    a64_ri(s, A64(and), 4, d, x, 1);
}

static void find_callee(selector *s, esp_ref r, isa_callee *to)
{
    to->v = sel_use(s, r);
}

const isa_abi a64_abi = {
    .int_arg = { 0, 1, 2, 3, 4, 5, 6, 7 },
    .nints = 8, .nfloats = 8, .first_float = A64_V, .int_result = { 0, 1 },
    .sret = 8, .callee_reg = A64_CALLEE,
    .load = load, .store = store, .clean_bit = clean_bit,
    .callee = find_callee
};
