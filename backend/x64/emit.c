/*
 * From LIR to x86-64 instructions.
 *
 * Most operations are one function of the encoder, which the form names; an
 * operand that may be in memory turns a register form into a memory one.
 */
#include "backend/x64/x64.h"

static bool is_xmm(lir_place at)
{
    return place_is_reg(at) && at - PLACE_REG >= X64_XMM;
}

/* The encoder's number. */
static unsigned reg(lir_place at)
{
    return (at - PLACE_REG) % X64_XMM;
}

static x64_mem slot(const emitter *e, lir_place at)
{
    return x64_at(X64_RBP, emit_slot(e, at));
}

static x64_mem pool(emitter *e, const lir_ins *i)
{
    uint64_t bits = (uint64_t)i->imm;

    if (i->info == 16)
        return x64_const(asm_const(e->a, bits, bits, 16));
    return x64_const(asm_const(e->a, bits, 0, i->size));
}

static x64_mem memory(emitter *e, const lir_ins *i, const emit_parts *p)
{
    x64_mem m = { .index = X64_NOREG, .base = X64_NOREG,
                  .scale = i->scale ? i->scale : 1, .disp = i->disp };

    if (i->mem == LIR_MEM_POOL)
        return pool(e, i);
    if (i->mem == LIR_MEM_FRAME)
        m.base = X64_RBP;
    else if (i->mem == LIR_MEM_STACK)
        m.base = X64_RSP;
    else if (p->base)
        m.base = (uint8_t)reg(p->base);
    if (p->index)
        m.index = (uint8_t)reg(p->index);
    return m;
}

/* ---------------------------------------------------------------- moves */

static void move(emitter *e, lir_place to, lir_place from)
{
    if (place_is_reg(to) && place_is_reg(from)) {
        if (is_xmm(to))
            x64_fcopy(e->a, reg(to), reg(from));
        else
            x64_copy(e->a, 8, reg(to), reg(from));
    } else if (place_is_reg(to)) {
        x64_rm(e->a, is_xmm(to) ? X64_movs : X64_mov, 8, reg(to),
               slot(e, from));
    } else {
        x64_mr(e->a, is_xmm(from) ? X64_movs : X64_mov, 8, slot(e, to),
               reg(from));
    }
}

static void frame_address(emitter *e, lir_place to, int32_t disp)
{
    if (disp)
        x64_rm(e->a, X64_lea, 8, reg(to), x64_at(X64_RBP, disp));
    else
        x64_rr(e->a, X64_mov, 8, reg(to), X64_RBP);
}

/* -------------------------------------------------------- encoder's forms */

/* These write part of their result, or wait for what was there: clearing it
 * ends that. */
static void break_dependency(emitter *e, x64_op op, const emit_parts *p)
{
    if (op != X64_cvtsi2sd && op != X64_cvtsi2ss && op != X64_sqrts
        && op != X64_rounds && op != X64_cvtss2sd && op != X64_cvtsd2ss)
        return;
    if (p->dst != p->src)
        x64_rr(e->a, X64_xorp, 4, reg(p->dst), reg(p->dst));
}

static void two_registers(emitter *e, const lir_ins *i, const emit_parts *p)
{
    x64_op op = (x64_op)(i->op - LIR_TARGET);

    if (place_is_slot(p->src))
        x64_rm(e->a, op, i->size, reg(p->dst), slot(e, p->src));
    else if (place_is_slot(p->dst))
        x64_mr(e->a, op, i->size, slot(e, p->dst), reg(p->src));
    else
        x64_rr(e->a, op, i->size, reg(p->dst), reg(p->src));
}

static void register_and_imm(emitter *e, const lir_ins *i, const emit_parts *p)
{
    x64_op op = (x64_op)(i->op - LIR_TARGET);

    if (place_is_slot(p->dst))
        x64_mi(e->a, op, i->size, slot(e, p->dst), i->imm);
    else
        x64_ri(e->a, op, i->size, reg(p->dst), i->imm);
}

static void by_form(emitter *e, const lir_ins *i, const emit_parts *p)
{
    x64_op op = (x64_op)(i->op - LIR_TARGET);

    break_dependency(e, op, p);
    switch ((enum x64_form)i->form) {
    case X64_FORM_0:
        x64_0(e->a, op, i->size);
        break;
    case X64_FORM_RR:
        two_registers(e, i, p);
        break;
    case X64_FORM_RM:
        x64_rm(e->a, op, i->size, reg(p->dst), memory(e, i, p));
        break;
    case X64_FORM_MR:
        x64_mr(e->a, op, i->size, memory(e, i, p), reg(p->src));
        break;
    case X64_FORM_RI:
        register_and_imm(e, i, p);
        break;
    case X64_FORM_MI:
        x64_mi(e->a, op, i->size, memory(e, i, p), i->imm);
        break;
    case X64_FORM_RRI:
        if (place_is_slot(p->src))
            x64_rmi(e->a, op, i->size, reg(p->dst), slot(e, p->src), i->imm);
        else
            x64_rri(e->a, op, i->size, reg(p->dst), reg(p->src), i->imm);
        break;
    case X64_FORM_RMI:
        x64_rmi(e->a, op, i->size, reg(p->dst), memory(e, i, p), i->imm);
        break;
    case X64_FORM_R:
        x64_r(e->a, op, i->size, reg(p->dst));
        break;
    case X64_FORM_M:
        x64_m(e->a, op, i->size, memory(e, i, p));
        break;
    }
}

/* ----------------------------------------------------------- conditions */

static void cmov_raw(emitter *e, x64_cc cc, unsigned size, const emit_parts *p)
{
    if (place_is_slot(p->src))
        x64_cmov_m(e->a, cc, size, reg(p->dst), slot(e, p->src));
    else
        x64_cmov(e->a, cc, size, reg(p->dst), reg(p->src));
}

static void cmov(emitter *e, const lir_ins *i, const emit_parts *p)
{
    if (i->cc == CC_FNE) {
        cmov_raw(e, X64_NE, i->size, p);
        cmov_raw(e, X64_P, i->size, p);
    } else {
        cmov_raw(e, cc_raw(i->cc), i->size, p);
    }
}

static void setcc(emitter *e, const lir_ins *i, const emit_parts *p)
{
    unsigned d = reg(p->dst);

    if (i->cc == CC_FEQ || i->cc == CC_FNE) {
        bool equal = i->cc == CC_FEQ;

        x64_setcc(e->a, equal ? X64_E : X64_NE, d);
        x64_setcc(e->a, equal ? X64_NP : X64_P, reg(p->tmp[0]));
        x64_rr(e->a, equal ? X64_and : X64_or, 4, d, reg(p->tmp[0]));
    } else {
        x64_setcc(e->a, cc_raw(i->cc), d);
    }
    x64_rr(e->a, X64_movzx8, 4, d, d);
}

static void jump_if(emitter *e, unsigned cc, const emit_fork *f)
{
    if (cc == CC_FEQ) {
        jump_if(e, CC_FNE, &(emit_fork){ f->no, f->yes, f->no_next,
                                         f->yes_next });
        return;
    }
    if (cc == CC_FNE) {
        x64_jcc(e->a, X64_P, f->yes);
        x64_jcc(e->a, X64_NE, f->yes);
    } else if (f->yes_next) {
        x64_jcc(e->a, cc_raw(cc_not(cc)), f->no);
        return;
    } else {
        x64_jcc(e->a, cc_raw(cc), f->yes);
    }
    if (!f->no_next)
        x64_jmp(e->a, f->no);
}

static void fselect(emitter *e, const lir_ins *i, const emit_parts *p)
{
    esp_label yes = asm_label(e->a), done = asm_label(e->a);

    jump_if(e, i->cc, &(emit_fork){ yes, done, true, false });
    asm_bind(e->a, yes);
    x64_fcopy(e->a, reg(p->dst), reg(p->src));
    asm_bind(e->a, done);
}

static void branch(emitter *e, const lir_ins *i, const emit_parts *p,
                   const emit_fork *f)
{
    (void)p;
    jump_if(e, i->cc, f);
}

static void jump(emitter *e, esp_label to)
{
    x64_jmp(e->a, to);
}

static void call(emitter *e, const lir_ins *i, const lir_call *c)
{
    if (c->variadic)
        x64_imm(e->a, X64_RAX, c->floats, false);
    if (c->self)
        x64_call(e->a, e->entry);
    else if (c->address)
        x64_call_to(e->a, c->address, X64_R11);
    else if (i->form == X64_FORM_M)
        x64_m(e->a, X64_call, 8, x64_at(X64_R10, i->disp));
    else
        x64_r(e->a, X64_call, 8, X64_R10);
}

/* --------------------------------------------------------------- pseudos */

static void divide_in_full(emitter *e, const lir_ins *i, unsigned by)
{
    if (i->op == X64_PSEUDO_idiv) {
        x64_0(e->a, X64_cqo, i->size);
        x64_r(e->a, X64_idiv, i->size, by);
    } else {
        x64_rr(e->a, X64_xor, 4, X64_RDX, X64_RDX);
        x64_r(e->a, X64_div, i->size, by);
    }
}

/* Most numbers have no high half, and division by 32 bits takes half as long,
 * or a quarter on older machines. */
static void divide(emitter *e, const lir_ins *i, const emit_parts *p)
{
    unsigned by = reg(p->src);
    esp_label large, done;

    if (i->size < 8) {
        divide_in_full(e, i, by);
        return;
    }
    large = asm_label(e->a);
    done = asm_label(e->a);
    x64_rr(e->a, X64_mov, 8, X64_RDX, X64_RAX);
    x64_rr(e->a, X64_or, 8, X64_RDX, by);
    x64_ri(e->a, X64_shr, 8, X64_RDX, 32);
    x64_jcc(e->a, X64_NE, large);
    x64_r(e->a, X64_div, 4, by);        /* rdx is 0 */
    x64_jmp(e->a, done);
    asm_bind(e->a, large);
    divide_in_full(e, i, by);
    asm_bind(e->a, done);
}

/* A number with the top bit set is halved, rounding to odd so that nothing is
 * lost in the rounding that follows, converted, and doubled. */
static void uitofp(emitter *e, const lir_ins *i, const emit_parts *p)
{
    x64_op convert = i->size == 8 ? X64_cvtsi2sd : X64_cvtsi2ss;
    unsigned d = reg(p->dst), x = reg(p->src), t = reg(p->tmp[0]);
    esp_label large = asm_label(e->a), done = asm_label(e->a);

    x64_rr(e->a, X64_xorp, 4, d, d);
    x64_rr(e->a, X64_test, 8, x, x);
    x64_jcc(e->a, X64_S, large);
    x64_rr(e->a, convert, 8, d, x);
    x64_jmp(e->a, done);
    asm_bind(e->a, large);
    x64_rr(e->a, X64_mov, 8, t, x);
    x64_ri(e->a, X64_shr, 8, t, 1);
    x64_rr(e->a, X64_mov, 4, X64_R11, x);
    x64_ri(e->a, X64_and, 4, X64_R11, 1);
    x64_rr(e->a, X64_or, 8, t, X64_R11);
    x64_rr(e->a, convert, 8, d, t);
    x64_rr(e->a, X64_adds, i->size, d, d);
    asm_bind(e->a, done);
}

/* What is too large for a signed number gives MIN; then 2^63 is taken away
 * before, and put back after by that very bit. */
static void fptoui(emitter *e, const lir_ins *i, const emit_parts *p)
{
    x64_op convert = i->size == 8 ? X64_cvttsd2si : X64_cvttss2si;
    uint64_t limit = i->size == 8 ? 0x43e0000000000000u : 0x5f000000u;
    unsigned d = reg(p->dst), x = reg(p->src);
    unsigned f = reg(p->tmp[0]), t = reg(p->tmp[1]);

    x64_rr(e->a, convert, 8, d, x);
    x64_fcopy(e->a, f, x);
    x64_rm(e->a, X64_subs, i->size, f,
           x64_const(asm_const(e->a, limit, 0, i->size)));
    x64_rr(e->a, convert, 8, X64_R11, f);
    x64_rr(e->a, X64_mov, 8, t, d);
    x64_ri(e->a, X64_sar, 8, t, 63);
    x64_rr(e->a, X64_and, 8, t, X64_R11);
    x64_rr(e->a, X64_or, 8, d, t);
}

static void pseudo(emitter *e, const lir_ins *i, const emit_parts *p)
{
    bool fast = x64_has_counts();

    switch (i->op) {
    case X64_PSEUDO_setcc:
        setcc(e, i, p);
        break;
    case X64_PSEUDO_flag:
        x64_test_byte(e->a, (const void *)(uintptr_t)i->imm, X64_R11);
        break;
    case X64_PSEUDO_fselect:
        fselect(e, i, p);
        break;
    case X64_PSEUDO_idiv:
    case X64_PSEUDO_div:
        divide(e, i, p);
        break;
    case X64_PSEUDO_clz:
        x64_clz(e->a, fast, i->size, reg(p->dst), reg(p->src));
        break;
    case X64_PSEUDO_ctz:
        x64_ctz(e->a, fast, i->size, reg(p->dst), reg(p->src));
        break;
    case X64_PSEUDO_popcount:
        x64_popcount(e->a, fast, i->size, reg(p->dst), reg(p->src),
                     reg(p->tmp[0]));
        break;
    case X64_PSEUDO_uitofp:
        uitofp(e, i, p);
        break;
    case X64_PSEUDO_fptoui:
        fptoui(e, i, p);
        break;
    }
}

static void plain(emitter *e, const lir_ins *i, const emit_parts *p)
{
    switch (i->op) {
    case LIR_move:
        move(e, p->dst, p->src);
        break;
    case LIR_imm:
        x64_imm(e->a, reg(p->dst), (uint64_t)i->imm, emit_keeps_flags(e));
        break;
    case LIR_fimm:
        x64_fimm(e->a, i->size, reg(p->dst), (uint64_t)i->imm);
        break;
    case LIR_frame:
        frame_address(e, p->dst, i->disp);
        break;
    case LIR_unreachable:
        x64_0(e->a, X64_ud2, 8);
        break;
    default:
        if (i->op > X64_PSEUDO_FIRST)
            pseudo(e, i, p);
        else if (i->op == X64(cmov))
            cmov(e, i, p);
        else
            by_form(e, i, p);
        break;
    }
}

static void undo(emitter *e, const lir_ins *i, const emit_parts *p)
{
    x64_op op = i->disp > 0 ? X64_sub : X64_add;

    if (i->form == X64_FORM_RI)
        x64_ri(e->a, op, i->size, reg(p->dst), i->imm);
    else
        x64_rr(e->a, op, i->size, reg(p->dst), reg(p->src));
}

const isa_emission x64_emission = {
    .enter = x64_enter, .ret = x64_return, .jump = jump, .branch = branch,
    .call = call, .plain = plain, .on_switch = &x64_switch,
    .undo = undo, .exit = x64_exit, .leave = x64_leave,
    .shared_leave = x64_shared_leave
};
