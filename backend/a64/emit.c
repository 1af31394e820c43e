/*
 * From LIR to AArch64 instructions: each is one function of the encoder, which
 * the form names.  Two accesses to neighbours in memory become one.
 */
#include "backend/a64/a64.h"

static bool is_float(lir_place at)
{
    return place_is_reg(at) && at - PLACE_REG >= A64_V;
}

/* The encoder's number; what is not there is zero. */
static unsigned reg(lir_place at)
{
    return at ? (at - PLACE_REG) % A64_V : (unsigned)A64_ZR;
}

static a64_mem memory(emitter *e, const lir_ins *i, const emit_parts *p)
{
    a64_extend extend = i->form == A64_FORM_MEM_SXTW ? A64_SXTW
                      : i->form == A64_FORM_MEM_UXTW ? A64_UXTW : A64_UXTX;

    if (i->mem == LIR_MEM_FRAME)
        return a64_in_frame(e, i->size, i->disp);
    if (i->mem == LIR_MEM_STACK)
        return a64_reach(e->a, i->size, A64_SP, i->disp, A64_IP0);
    if (p->index)
        return a64_indexed(reg(p->base), reg(p->index), extend, i->scale > 1);
    return a64_reach(e->a, i->size, reg(p->base), i->disp, A64_IP0);
}

/* ---------------------------------------------------------------- moves */

static void move(emitter *e, lir_place to, lir_place from)
{
    esp_asm *a = e->a;

    if (place_is_reg(to) && place_is_reg(from)) {
        if (is_float(to))
            a64_fcopy(a, 8, reg(to), reg(from));
        else
            a64_copy(a, 8, reg(to), reg(from));
    } else if (place_is_reg(to)) {
        a64_rm(a, is_float(to) ? A64_ldrf : A64_ldr, 8, reg(to),
               a64_in_frame(e, 8, emit_slot(e, from)));
    } else {
        a64_rm(a, is_float(from) ? A64_strf : A64_str, 8, reg(from),
               a64_in_frame(e, 8, emit_slot(e, to)));
    }
}

/* -------------------------------------------------------- encoder's forms */

static void constant(emitter *e, const lir_ins *i, const emit_parts *p)
{
    a64_address_of(e->a, reg(p->dst), (void *)(uintptr_t)i->imm);
}

static bool is_store(a64_op op) { return op == A64_str || op == A64_strf; }

static void access(emitter *e, const lir_ins *i, const emit_parts *p)
{
    a64_op op = (a64_op)(i->op - LIR_TARGET);

    a64_rm(e->a, op, i->size, reg(is_store(op) ? p->src : p->dst),
           memory(e, i, p));
}

static void three(emitter *e, const lir_ins *i, const emit_parts *p)
{
    a64_op op = (a64_op)(i->op - LIR_TARGET);
    unsigned d = reg(p->dst), n = reg(p->src), m = reg(p->index);

    if (i->form == A64_FORM_RRR)
        a64_rrr(e->a, op, i->size, d, n, m);
    else if (i->form <= A64_FORM_ASR)
        a64_shifted(e->a, op, i->size, d, n, m,
                    (a64_shift)(A64_LSL + i->form - A64_FORM_LSL),
                    (unsigned)i->imm);
    else
        a64_extended(e->a, op, i->size, d, n, m,
                     (a64_extend)(A64_UXTB + i->form - A64_FORM_UXTB),
                     (unsigned)i->imm);
}

static void by_form(emitter *e, const lir_ins *i, const emit_parts *p)
{
    a64_op op = (a64_op)(i->op - LIR_TARGET);
    unsigned d = reg(p->dst), n = reg(p->src), m = reg(p->index);

    switch ((enum a64_form)i->form) {
    case A64_FORM_0:
        a64_0(e->a, op);
        break;
    case A64_FORM_RR:
        a64_rr(e->a, op, i->size, d, n);
        break;
    case A64_FORM_RRI:
        a64_rri(e->a, op, i->size, d, n, i->imm);
        break;
    case A64_FORM_RRRR:
        a64_rrrr(e->a, op, i->size, d, n, m, reg(p->base));
        break;
    case A64_FORM_BITS:
        a64_bits(e->a, op, i->size, d, n, (unsigned)i->imm >> 6,
                 (unsigned)i->imm & 63);
        break;
    case A64_FORM_SELECT:
        a64_select(e->a, op, i->size, d, n, m, cc_raw(i->cc));
        break;
    case A64_FORM_FCMP:
        a64_fcmp(e->a, i->size, n, m);
        break;
    case A64_FORM_FCMPZ:
        a64_fcmp_zero(e->a, i->size, n);
        break;
    case A64_FORM_CVT4:
        a64_convert(e->a, op, i->size, 4, d, n);
        break;
    case A64_FORM_CVT8:
        a64_convert(e->a, op, i->size, 8, d, n);
        break;
    case A64_FORM_MEM:
    case A64_FORM_MEM_UXTW:
    case A64_FORM_MEM_SXTW:
        access(e, i, p);
        break;
    default:
        three(e, i, p);
        break;
    }
}

/* ---------------------------------------------------------------- pairs */

/* One register to or from memory: an access, or a move to or from a slot. */
typedef struct transfer {
    a64_op op;
    unsigned size, reg;
    uint8_t mem;                /* enum lir_mem */
    unsigned base;
    int64_t disp;
} transfer;

static bool move_transfer(emitter *e, const emit_parts *p, transfer *t)
{
    bool load = place_is_slot(p->src);
    lir_place at = load ? p->dst : p->src, slot = load ? p->src : p->dst;

    if (!place_is_reg(at) || !place_is_slot(slot))
        return false;
    *t = (transfer){
        .op = is_float(at) ? (load ? A64_ldrf : A64_strf)
                           : (load ? A64_ldr : A64_str),
        .size = 8, .reg = reg(at), .mem = LIR_MEM_FRAME,
        .disp = emit_slot(e, slot)
    };
    return true;
}

static bool find_transfer(emitter *e, const lir_ins *i, const emit_parts *p,
                          transfer *t)
{
    a64_op op = (a64_op)(i->op - LIR_TARGET);

    if (i->op == LIR_move)
        return move_transfer(e, p, t);
    if (i->op < LIR_TARGET || (op != A64_ldr && op != A64_ldrf && !is_store(op))
        || i->form != A64_FORM_MEM || p->index || i->size < 4 || i->size > 8)
        return false;
    *t = (transfer){
        .op = op, .size = i->size, .reg = reg(is_store(op) ? p->src : p->dst),
        .mem = i->mem, .base = p->base ? reg(p->base) : 0, .disp = i->disp
    };
    return true;
}

static a64_mem pair_memory(const emitter *e, const transfer *low)
{
    int64_t up = (int64_t)e->code->frame.size + low->disp;

    if (low->mem == LIR_MEM_STACK)
        return a64_at(A64_SP, (int32_t)low->disp);
    if (low->mem == LIR_MEM_REG)
        return a64_at(low->base, (int32_t)low->disp);
    return low->disp < -64 * (int)low->size ? a64_at(A64_SP, (int32_t)up)
                                            : a64_at(A64_FP, (int32_t)low->disp);
}

/* Can both be one instruction?  Two loads into one register cannot, nor may
 * the first change the base of the second. */
static bool makes_pair(const emitter *e, const transfer *x, const transfer *y)
{
    int64_t apart = y->disp - x->disp, size = x->size, disp;

    if (x->op != y->op || x->size != y->size || x->mem != y->mem
        || x->base != y->base || (apart != size && apart != -size)
        || (!is_store(x->op) && x->reg == y->reg)
        || (x->op == A64_ldr && x->mem == LIR_MEM_REG && x->reg == x->base))
        return false;
    disp = pair_memory(e, apart > 0 ? x : y).disp;
    return disp % size == 0 && disp >= -64 * size && disp < 64 * size;
}

static void emit_pair(emitter *e, const transfer *x, const transfer *y)
{
    const transfer *low = x->disp < y->disp ? x : y, *high = low == x ? y : x;
    a64_op op = x->op == A64_ldr ? A64_ldp : x->op == A64_ldrf ? A64_ldpf
              : x->op == A64_str ? A64_stp : A64_stpf;

    a64_rrm(e->a, op, x->size, low->reg, high->reg, pair_memory(e, low));
}

/* A constant between two stores, made for the second, may as well be made
 * before the first. */
static bool is_apart(const lir_ins *i, const emit_parts *p, const transfer *x)
{
    return i->op == LIR_imm && is_store(x->op)
        && (x->op == A64_strf || reg(p->dst) != x->reg)
        && (x->mem != LIR_MEM_REG || reg(p->dst) != x->base);
}

/* The instruction at hand and one behind it as one; false if there is none
 * that fits. */
static bool pair(emitter *e, const lir_ins *i, const emit_parts *p)
{
    uint32_t left = e->end - 1 - e->index;
    const lir_ins *next = i + 1;
    emit_parts q, between;
    transfer x, y;
    bool apart;

    if (left == 0 || !find_transfer(e, i, p, &x))
        return false;
    between = q = emit_parts_of(e->l, next);
    apart = left > 1 && is_apart(next, &between, &x);
    if (apart)
        q = emit_parts_of(e->l, ++next);
    if (!find_transfer(e, next, &q, &y) || !makes_pair(e, &x, &y))
        return false;
    if (apart)
        constant(e, i + 1, &between);
    emit_pair(e, &x, &y);
    e->index += 1 + apart;
    return true;
}

/* ----------------------------------------------------------- conditions */

/* Branches if the answer to a br or guard is yes, or if it is no. */
static void branch_if(emitter *e, const lir_ins *i, const emit_parts *p, bool yes,
                      esp_label to)
{
    unsigned form = yes ? i->form : i->form ^ 1u, r = reg(p->src);

    if (i->cc)
        a64_bcc(e->a, cc_raw(yes ? i->cc : cc_not(i->cc)), to);
    else if (form == A64_FORM_CBZ)
        a64_cbz(e->a, i->size, r, to);
    else if (form == A64_FORM_CBNZ)
        a64_cbnz(e->a, i->size, r, to);
    else if (form == A64_FORM_TBZ)
        a64_tbz(e->a, r, (unsigned)i->imm, to);
    else
        a64_tbnz(e->a, r, (unsigned)i->imm, to);
}

static void branch(emitter *e, const lir_ins *i, const emit_parts *p,
                   const emit_fork *f)
{
    if (f->yes_next) {
        branch_if(e, i, p, false, f->no);
        return;
    }
    branch_if(e, i, p, true, f->yes);
    if (!f->no_next)
        a64_b(e->a, f->no);
}

static void jump(emitter *e, esp_label to)
{
    a64_b(e->a, to);
}

static void call(emitter *e, const lir_ins *i, const lir_call *c)
{
    (void)i;
    if (c->self)
        a64_bl(e->a, e->entry);
    else if (c->address)
        a64_call_to(e->a, c->address, A64_IP0);
    else
        a64_r(e->a, A64_blr, A64_CALLEE);
}

static void plain(emitter *e, const lir_ins *i, const emit_parts *p)
{
    if (pair(e, i, p))
        return;
    switch (i->op) {
    case LIR_move:
        move(e, p->dst, p->src);
        break;
    case LIR_imm:
        constant(e, i, p);
        break;
    case LIR_fimm:
        a64_fimm(e->a, i->size, reg(p->dst), (uint64_t)i->imm);
        break;
    case LIR_frame:
        a64_add_any(e->a, reg(p->dst), A64_FP, i->disp, A64_IP0);
        break;
    case LIR_unreachable:
        a64_0(e->a, A64_udf);
        break;
    default:
        by_form(e, i, p);
        break;
    }
}

/* The sum in front of the guard, turned around; flags do not matter. */
static void undo(emitter *e, const lir_ins *i, const emit_parts *p)
{
    emit_parts q = *p;
    lir_ins back = *i;

    back.op = i->disp > 0 ? A64(sub) : A64(add);
    q.src = p->dst;
    by_form(e, &back, &q);
}

const isa_emission a64_emission = {
    .enter = a64_enter, .ret = a64_return, .jump = jump, .branch = branch,
    .call = call, .plain = plain, .on_switch = &a64_switch,
    .undo = undo, .exit = a64_exit, .leave = a64_leave,
    .shared_leave = a64_shared_leave
};
