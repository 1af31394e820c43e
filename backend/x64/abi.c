/*
 * The System V calling convention.
 *
 * Six integer and eight float registers take arguments in order, each kind by
 * itself.  The address of a result struct is an integer argument that comes
 * back in rax.
 */
#include "backend/x64/x64.h"

static void load(selector *s, esp_type ty, uint32_t d, const sel_address *m)
{
    bool is_float = type_is_float(ty);

    ins_start(s, is_float ? X64(movs) : X64(mov),
              is_float ? type_size[ty] : 8, X64_FORM_RM);
    ins_def(s, d);
    ins_address(s, m);
    ins_end(s);
}

static void store(selector *s, esp_type ty, uint32_t v, const sel_address *m)
{
    bool is_float = type_is_float(ty);

    ins_start(s, is_float ? X64(movs) : X64(mov),
              is_float ? type_size[ty] : 8, X64_FORM_MR);
    ins_address(s, m);
    ins_use(s, v, LIR_SRC);
    ins_end(s);
}

static void store_small(selector *s, int32_t imm, const sel_address *m)
{
    ins_start(s, X64(mov), 8, X64_FORM_MI)->imm = imm;
    ins_address(s, m);
    ins_end(s);
}

static void clean_bit(selector *s, uint32_t d, uint32_t x)
{
    x64_unary(s, X64(movzx8), 4, d, x);
}

/* In memory that a register points at, or in a register. */
static void find_callee(selector *s, esp_ref r, isa_callee *to)
{
    esp_ref v = sel_value(s, r);

    to->form = X64_FORM_R;
    if (sel_can_fuse_load(s, v) && sel_type(s, v) == TY_i64) {
        const esp_ins *l = sel_at(s, v);
        sel_address m = x64_address_of(s, l->a, (int32_t)l->b);

        if (m.base && !m.index && m.mem == LIR_MEM_REG) {
            to->form = X64_FORM_M;
            to->v = m.base;
            to->disp = m.disp;
            sel_fuse(s, v);
            return;
        }
    }
    to->v = sel_use(s, r);
}

const isa_abi x64_abi = {
    .int_arg = { X64_RDI, X64_RSI, X64_RDX, X64_RCX, X64_R8, X64_R9 },
    .nints = 6, .nfloats = 8, .first_float = X64_XMM,
    .int_result = { X64_RAX, X64_RDX },
    .sret = X64_RAX, .sret_returns = true, .callee_reg = X64_R10,
    .load = load, .store = store, .store_small = store_small,
    .clean_bit = clean_bit, .callee = find_callee
};

void x64_call_helper(selector *s, const void *f, uint32_t d, uint32_t x)
{
    VEC_PUSH(s->l->arena, &s->l->calls, ((lir_call){ .address = f }));
    ins_start(s, LIR_call, 8, X64_FORM_0)->info = s->l->calls.n - 1;
    ins_def_at(s, d, X64_XMM);
    ins_use_at(s, x, X64_XMM);
    ins_end(s);
}
