/*
 * Selection for x86-64: addresses, memory, comparisons, control.
 *
 * An i1 is 0 or 1 in all of its register.  Of other integers only the bits of
 * their type mean something; those that are 32 bits wide, or loaded, have
 * zeros above (sel_is_clean).
 */
#include "backend/x64/x64.h"

#include "pe/graph/arith.h"

/* ----------------------------------------------------------- addresses */

/* y of `x + y` as a scaled index: y << 0..3. */
static uint32_t index_of(selector *s, esp_ref r, uint8_t *scale)
{
    const esp_ins *i;
    int64_t k;

    r = sel_value(s, r);
    i = sel_at(s, r);
    *scale = 1;
    if (s->vreg[r])
        return sel_use(s, r);   /* somebody needs it as it is */
    if (i->op == IR_shl && sel_const(s, i->b, &k) && k >= 1 && k <= 3) {
        *scale = (uint8_t)(1 << k);
        return sel_use(s, i->a);
    }
    if (i->op == IR_mul && sel_const(s, i->b, &k)
        && (k == 2 || k == 4 || k == 8)) {
        *scale = (uint8_t)k;
        return sel_use(s, i->a);
    }
    return sel_use(s, r);
}

static bool is_scaled(const selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, sel_value(s, r));
    int64_t k;

    if (s->vreg[sel_value(s, r)])
        return false;
    return (i->op == IR_shl && sel_const(s, i->b, &k) && k >= 1 && k <= 3)
        || (i->op == IR_mul && sel_const(s, i->b, &k)
            && (k == 2 || k == 4 || k == 8));
}

static sel_address absolute(selector *s, uint64_t at)
{
    if ((int64_t)at == (int32_t)at)
        return (sel_address){ .disp = (int32_t)at };
    return (sel_address){ .base = sel_imm(s, at) };
}

static bool fits(int64_t x) { return x == (int32_t)x; }

sel_address x64_address_of(selector *s, esp_ref r, int64_t disp)
{
    sel_address m = { 0 };
    const esp_ins *i;
    int64_t k;

    r = sel_value(s, r);
    i = sel_at(s, r);
    if (sel_const(s, r, &k))
        return absolute(s, (uint64_t)(k + disp));
    while (i->op == IR_add && !s->vreg[r] && sel_const(s, i->b, &k)
           && fits(disp + k)) {
        disp += k;
        r = sel_value(s, i->a);
        i = sel_at(s, r);
    }
    m.disp = (int32_t)disp;
    if (i->op == IR_slot || i->op == IR_frameaddr) {
        m.mem = LIR_MEM_FRAME;
        m.disp += i->op == IR_slot ? s->slot_at[i->a] : 0;
    } else if (i->op == IR_add && !s->vreg[r] && i->ty == TY_i64
               && !sel_const(s, i->b, &k) && s->uses[r] <= 4) {
        esp_ref x = i->a, y = i->b;

        if (is_scaled(s, x) && !is_scaled(s, y)) {
            x = i->b;
            y = i->a;
        }
        m.base = sel_use(s, x);
        m.index = index_of(s, y, &m.scale);
    } else {
        m.base = sel_use(s, r);
    }
    return m;
}

/* A load, taken into its only user. */
static sel_address fused_load(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);

    sel_fuse(s, r);
    return x64_address_of(s, i->a, (int32_t)i->b);
}

/* --------------------------------------------------------- second operands */

x64_source x64_reg(uint32_t v)
{
    return (x64_source){ .kind = SOURCE_REG, .v = v };
}

x64_source x64_source_of(selector *s, esp_ref r, unsigned size)
{
    x64_source y = { 0 };
    esp_ref v = sel_value(s, r);

    if (sel_small(s, r, &y.imm)) {
        y.kind = SOURCE_IMM;
    } else if (sel_can_fuse_load(s, v) && size
               && type_size[sel_type(s, v)] == size) {
        y.kind = SOURCE_MEM;
        y.m = fused_load(s, v);
    } else if (graph_is_const(s->g, v) && type_is_float(sel_type(s, v))
               && graph_const(s->g, v)) {
        y.kind = SOURCE_MEM;
        y.m = (sel_address){ .mem = LIR_MEM_POOL };
        y.imm = (int32_t)v;     /* whose bits */
    } else if (graph_is_const(s->g, v) && !type_is_float(sel_type(s, v))) {
        y = x64_reg(sel_imm(s, arith_narrow(sel_type(s, r),
                                                 graph_const(s->g, v))));
    } else {
        y = x64_reg(sel_use(s, r));
    }
    return y;
}

/* The source operand of an instruction that has been started. */
static void add_source(selector *s, const x64_source *y)
{
    static const uint8_t form[] = { X64_FORM_RI, X64_FORM_RM, X64_FORM_RR };

    s->draft.form = form[y->kind];
    switch (y->kind) {
    case SOURCE_IMM:
        s->draft.imm = y->imm;
        break;
    case SOURCE_MEM:
        ins_address(s, &y->m);
        if (y->m.mem == LIR_MEM_POOL)
            s->draft.imm = (int64_t)graph_const(s->g, (esp_ref)y->imm);
        break;
    case SOURCE_REG:
        ins_use_any(s, y->v, LIR_SRC);
        break;
    }
}

void x64_two(selector *s, unsigned op, unsigned size, uint32_t d, uint32_t x,
             const x64_source *y)
{
    ins_start(s, op, size, 0);
    ins_reuse(s, d, x);
    add_source(s, y);
    ins_end(s);
}

uint32_t x64_two_new(selector *s, unsigned op, unsigned size, uint32_t x,
                     const x64_source *y)
{
    uint32_t d = sel_temp(s, (lir_class)s->l->vregs.at[x].cls);

    x64_two(s, op, size, d, x, y);
    return d;
}

void x64_ri_def(selector *s, unsigned op, unsigned size, uint32_t d,
                uint32_t x, int64_t imm)
{
    ins_start(s, op, size, X64_FORM_RI)->imm = imm;
    ins_reuse(s, d, x);
    ins_end(s);
}

uint32_t x64_ri_new(selector *s, unsigned op, unsigned size, uint32_t x,
                    int64_t imm)
{
    uint32_t d = sel_temp(s, LIR_INT);

    x64_ri_def(s, op, size, d, x, imm);
    return d;
}

/* d = op x, where the result does not take the place of x. */
void x64_unary(selector *s, unsigned op, unsigned size, uint32_t d, uint32_t x)
{
    ins_start(s, op, size, X64_FORM_RR);
    ins_def(s, d);
    ins_use_any(s, x, LIR_SRC);
    ins_end(s);
}

void x64_set(selector *s, uint32_t d, unsigned cc)
{
    ins_start(s, X64_PSEUDO_setcc, 1, 0)->cc = (uint8_t)cc;
    ins_def(s, d);
    if (cc == CC_FEQ || cc == CC_FNE)
        ins_temp(s, LIR_INT);
    ins_end(s);
}

uint32_t x64_zero_extended(selector *s, esp_ref r)
{
    esp_type ty = sel_type(s, r);
    uint32_t d;

    if (ty == TY_i32 || ty == TY_i64 || sel_is_clean(s, r)
        || graph_is_const(s->g, sel_value(s, r)))
        return sel_use(s, r);
    d = sel_temp(s, LIR_INT);
    x64_unary(s, ty == TY_i8 ? X64(movzx8) : X64(movzx16), 4, d,
              sel_use(s, r));
    return d;
}

uint32_t x64_sign_extended(selector *s, esp_ref r)
{
    esp_type ty = sel_type(s, r);
    uint32_t d, x;

    if (ty == TY_i32 || ty == TY_i64)
        return sel_use(s, r);
    x = sel_use(s, r);
    d = sel_temp(s, LIR_INT);
    if (ty == TY_i1) {
        ins_start(s, X64(neg), 4, X64_FORM_R);
        ins_reuse(s, d, x);
        ins_end(s);
    } else {
        x64_unary(s, ty == TY_i8 ? X64(movsx8) : X64(movsx16), 4, d, x);
    }
    return d;
}

/* --------------------------------------------------------------- memory */

static unsigned load_op(esp_type ty)
{
    switch (ty) {
    case TY_i1:
    case TY_i8:
        return X64(movzx8);
    case TY_i16:
        return X64(movzx16);
    case TY_f32:
    case TY_f64:
        return X64(movs);
    default:
        return X64(mov);
    }
}

static unsigned load_size(esp_type ty)
{
    return ty == TY_i64 || ty == TY_f64 ? 8 : 4;
}

static void load_into(selector *s, unsigned op, unsigned size, uint32_t d,
                      const sel_address *m)
{
    ins_start(s, op, size, X64_FORM_RM);
    ins_def(s, d);
    ins_address(s, m);
    ins_end(s);
}

static void load(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type ty = (esp_type)i->ty;
    sel_address m = x64_address_of(s, i->a, (int32_t)i->b);
    uint32_t d = sel_def(s, r), t = ty == TY_i1 ? sel_temp(s, LIR_INT) : d;

    load_into(s, load_op(ty), load_size(ty), t, &m);
    if (ty == TY_i1)            /* of whatever byte, one bit */
        x64_ri_def(s, X64(and), 4, d, t, 1);
}

static const uint16_t into_memory[IR_COUNT] = {
    [IR_add] = X64(add), [IR_sub] = X64(sub), [IR_and] = X64(and),
    [IR_or] = X64(or), [IR_xor] = X64(xor)
};

/* store p, op (load p), y  as  op [p], y */
static bool store_into(selector *s, const esp_ins *st)
{
    esp_ref v = sel_value(s, st->b), l;
    const esp_ins *i = sel_at(s, v), *from;
    unsigned size = type_size[sel_type(s, st->b)];
    sel_address m;
    uint32_t y = 0;
    int32_t k;

    if (!into_memory[i->op] || sel_type(s, st->b) == TY_i1
        || !sel_only_use(s, v) || s->s->block[v] != s->here
        || v != st->b || (st->flags & INS_VOLATILE))
        return false;
    l = i->a;
    from = sel_at(s, l);
    if (!sel_can_fuse_load(s, l) || (from->flags & INS_VOLATILE)
        || from->ty != i->ty
        || sel_value(s, from->a) != sel_value(s, st->a)
        || from->b != st->c || sel_value(s, i->b) == l)
        return false;
    m = x64_address_of(s, st->a, (int32_t)st->c);
    if (!sel_small(s, i->b, &k))
        y = sel_use(s, i->b);
    ins_start(s, into_memory[i->op], size, y ? X64_FORM_MR : X64_FORM_MI);
    ins_address(s, &m);
    if (y)
        ins_use(s, y, LIR_SRC);
    else
        s->draft.imm = k;
    ins_end(s);
    return true;
}

/* Constants that an instruction can carry, floats by their bits. */
static bool store_immediate(const selector *s, esp_ref r, int32_t *imm)
{
    esp_ref v = sel_value(s, r);
    esp_type ty = sel_type(s, r);

    if (!type_is_float(ty))
        return sel_small(s, r, imm);
    if (!graph_is_const(s->g, v))
        return false;
    *imm = (int32_t)graph_const(s->g, v);
    return ty == TY_f32 || (int64_t)graph_const(s->g, v) == *imm;
}

static void store(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type ty = sel_type(s, i->b);
    unsigned size = type_size[ty];
    bool is_float = type_is_float(ty);
    sel_address m;
    uint32_t v = 0;
    int32_t imm = 0;

    if (store_into(s, i))
        return;
    m = x64_address_of(s, i->a, (int32_t)i->c);
    if (store_immediate(s, i->b, &imm)) {
        ins_start(s, X64(mov), size, X64_FORM_MI)->imm = imm;
        ins_address(s, &m);
        ins_end(s);
        return;
    }
    v = sel_use(s, i->b);
    ins_start(s, is_float ? X64(movs) : X64(mov), size, X64_FORM_MR);
    ins_address(s, &m);
    ins_use(s, v, LIR_SRC);
    ins_end(s);
}

/* ---------------------------------------------------------- comparisons */

static const uint8_t int_cc[IR_COUNT] = {
    [IR_eq] = X64_E + 1, [IR_ne] = X64_NE + 1, [IR_slt] = X64_L + 1,
    [IR_sle] = X64_LE + 1, [IR_ult] = X64_B + 1, [IR_ule] = X64_BE + 1
};

/* The same question with the operands exchanged. */
static unsigned turned(unsigned cc)
{
    switch (cc_raw(cc)) {
    case X64_L: return cc_of(X64_G);
    case X64_LE: return cc_of(X64_GE);
    case X64_B: return cc_of(X64_A);
    case X64_BE: return cc_of(X64_AE);
    default: return cc;
    }
}

/* cmp [memory], y */
static void compare_memory(selector *s, esp_ref x, esp_ref y, unsigned size)
{
    sel_address m;
    uint32_t v = 0;
    int32_t k;

    m = fused_load(s, sel_value(s, x));
    if (!sel_small(s, y, &k))
        v = sel_use(s, y);
    ins_start(s, X64(cmp), size, v ? X64_FORM_MR : X64_FORM_MI);
    ins_address(s, &m);
    if (v)
        ins_use(s, v, LIR_SRC);
    else
        s->draft.imm = k;
    ins_end(s);
}

/* (x & y) == 0 without the `and` */
static bool test_bits(selector *s, esp_ref r, unsigned size)
{
    esp_ref v = sel_value(s, r);
    const esp_ins *i = sel_at(s, v);
    uint32_t x, y = 0;
    int32_t k;

    if (i->op != IR_and || !sel_only_use(s, v) || v != r
        || s->s->block[v] != s->here)
        return false;
    x = sel_use(s, i->a);
    if (!sel_small(s, i->b, &k))
        y = sel_use(s, i->b);
    if (!y && size > 1 && k >= 0 && k < 128)
        size = 1;
    ins_start(s, X64(test), size, y ? X64_FORM_RR : X64_FORM_RI);
    ins_use_any(s, x, LIR_DST);
    if (y)
        ins_use(s, y, LIR_SRC);
    else
        s->draft.imm = k;
    ins_end(s);
    return true;
}

static void compare_registers(selector *s, esp_ref x, esp_ref y,
                              unsigned size)
{
    uint32_t v = sel_use(s, x);
    x64_source w = x64_source_of(s, y, size);

    ins_start(s, X64(cmp), size, 0);
    if (w.kind == SOURCE_IMM && w.imm == 0) {
        s->draft.op = X64(test);
        s->draft.form = X64_FORM_RR;
        ins_use(s, v, LIR_DST);
        ins_use(s, v, LIR_SRC);
    } else {
        if (w.kind == SOURCE_IMM)
            ins_use_any(s, v, LIR_DST);
        else
            ins_use(s, v, LIR_DST);
        add_source(s, &w);
    }
    ins_end(s);
}

static unsigned compare_integers(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_ref x = i->a, y = i->b;
    esp_type ty = sel_type(s, x);
    unsigned size = type_size[ty], cc = int_cc[i->op];
    int32_t k;

    /* 1 is the smaller one of signed bits */
    if (ty == TY_i1 && (i->op == IR_slt || i->op == IR_sle)) {
        esp_ref t = x;

        x = y;
        y = t;
        cc = i->op == IR_slt ? cc_of(X64_B) : cc_of(X64_BE);
    }
    if (sel_small(s, x, &k) && !sel_small(s, y, &k)) {
        esp_ref t = x;

        x = y;
        y = t;
        cc = turned(cc);
    }
    if (sel_small(s, y, &k) && k == 0 && (i->op == IR_eq || i->op == IR_ne)
        && test_bits(s, x, size))
        return cc;
    if (sel_can_fuse_load(s, sel_value(s, x)) && sel_value(s, y) != sel_value(s, x)
        && type_size[sel_type(s, sel_value(s, x))] == size)
        compare_memory(s, x, y, size);
    else
        compare_registers(s, x, y, size);
    return cc;
}

/* The valid flag of the unit: a byte at a known place. */
static sel_address valid_flag(selector *s)
{
    return absolute(s, (uintptr_t)s->valid);
}

static unsigned compare_valid(selector *s)
{
    ins_start(s, X64_PSEUDO_flag, 1, 0)->imm = (intptr_t)s->valid;
    ins_end(s);
    return cc_of(X64_NE);
}

/* Is the question asked where its answer is used, each time?  That is one
 * instruction, and two or three and a register are saved; but what it compares
 * has to live until then. */
static bool ask_here(const selector *s, esp_ref r)
{
    return !s->vreg[r];
}

/* Leaves the answer to a condition in the flags; says which condition. */
unsigned x64_flags(selector *s, esp_ref cond)
{
    bool negated = false;
    esp_ref r = sel_condition(s, cond, &negated);
    const esp_ins *i = sel_at(s, r);
    unsigned cc;
    uint32_t v;

    s->again = s->uses[r] > 1;
    if (int_cc[i->op] && ask_here(s, r)) {
        cc = compare_integers(s, r);
    } else if (i->op >= IR_feq && i->op <= IR_fle && ask_here(s, r)) {
        cc = x64_compare_floats(s, r);
    } else if (i->op >= IR_addo && i->op <= IR_umulo && ask_here(s, r)) {
        cc = x64_overflow(s, r);
    } else if (i->op == IR_valid && sel_only_use(s, r)
               && s->s->block[r] == s->here && s->level[r] == s->now_level) {
        cc = compare_valid(s);
    } else {
        v = sel_use(s, r);
        ins_start(s, X64(test), 4, X64_FORM_RR);
        ins_use(s, v, LIR_DST);
        ins_use(s, v, LIR_SRC);
        ins_end(s);
        cc = cc_of(X64_NE);
    }
    return negated ? cc_not(cc) : cc;
}

/* The answer as a value. */
static void answer(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    uint32_t d = sel_def(s, r);
    unsigned cc;

    if (int_cc[i->op])
        cc = compare_integers(s, r);
    else if (i->op >= IR_feq && i->op <= IR_fle)
        cc = x64_compare_floats(s, r);
    else
        cc = x64_overflow(s, r);
    x64_set(s, d, cc);
}

static void valid(selector *s, esp_ref r)
{
    sel_address m = valid_flag(s);

    load_into(s, X64(movzx8), 4, sel_def(s, r), &m);
}

/* -------------------------------------------------------------- choices */

/* Equality of floats takes two flags at once; its opposite takes either, which
 * is what a choice can do.  So the operands of such a choice change places. */
static bool asks_equal_floats(const selector *s, esp_ref cond)
{
    bool negated = false;
    esp_ref r = sel_condition(s, cond, &negated);

    return sel_at(s, r)->op == IR_feq && ask_here(s, r) && !negated;
}

static void choose(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type ty = (esp_type)i->ty;
    bool is_float = type_is_float(ty);
    bool swap = asks_equal_floats(s, i->a);
    uint32_t d = sel_def(s, r);
    uint32_t x = sel_use(s, swap ? i->c : i->b);
    uint32_t y = sel_use(s, swap ? i->b : i->c);
    unsigned cc = x64_flags(s, i->a);

    if (cc == CC_FEQ)
        cc = CC_FNE;
    ins_start(s, is_float ? X64_PSEUDO_fselect : X64(cmov),
              ty == TY_i64 || ty == TY_f64 ? 8 : 4, X64_FORM_RR)->cc =
        (uint8_t)cc;
    ins_reuse(s, d, y);
    if (is_float)
        ins_use(s, x, LIR_SRC);
    else
        ins_use_any(s, x, LIR_SRC);
    ins_end(s);
}

/* -------------------------------------------------------------- control */

static void branch(selector *s, esp_ref r)
{
    unsigned cc = x64_flags(s, sel_at(s, r)->a);

    ins_start(s, LIR_br, 0, 0)->cc = (uint8_t)cc;
    sel_edges(s);
    ins_end(s);
}

/* A guard against the overflow of the sum that was selected last can be one
 * that takes it back; see ra/undo.c. */
static void start_on(selector *s, unsigned cc)
{
    const lir_ins sum = s->out.at[s->out.n - 1];
    const lir_operand *o = lir_ops(s->l, &sum);
    bool add = sum.op == X64(add);
    lir_ins *g;

    if (cc != cc_of(X64_NO) || !(add || sum.op == X64(sub)) || sum.size < 4
        || (sum.form != X64_FORM_RR && sum.form != X64_FORM_RI)) {
        ins_start(s, LIR_guard, 0, 0)->cc = (uint8_t)cc;
        return;
    }
    g = ins_start(s, LIR_sumguard, sum.size, sum.form);
    g->cc = (uint8_t)cc;
    g->disp = add ? 1 : -1;     /* which of both it was */
    g->imm = sum.imm;
    ins_use(s, o[0].v, LIR_DST);
    if (sum.form == X64_FORM_RR)
        ins_use(s, o[2].v, LIR_SRC);
}

static void start_guard(selector *s, esp_ref cond)
{
    start_on(s, x64_flags(s, cond));
}

const isa_rules x64_rules = {
    .load = load, .store = store, .start_guard = start_guard, .valid = valid,
    .branch = branch, .choose = choose, .answer = answer,
    .division = &x64_division, .floats = x64_float, .integers = &x64_integers,
    .sign_extended = x64_sign_extended, .zero_extended = x64_zero_extended
};
