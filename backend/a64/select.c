/*
 * Selection for AArch64: operands, addresses, memory, comparisons, control.
 *
 * An i1 is 0 or 1 in all of its register.  Of other integers only the bits of
 * their type mean something; those that are 32 bits wide, or loaded, have
 * zeros above (sel_is_clean).
 */
#include "backend/a64/a64.h"

#include "pe/graph/arith.h"
#include "pe/graph/facts.h"

/* Of an address that several accesses have: how many make it, or a part of it,
 * each for itself; and the shifts that come with an addition for nothing. */
enum { MOST_USERS = 4, MOST_SCALE = 4 };

/* ------------------------------------------------------ instructions */

a64_source a64_reg(uint32_t v)
{
    return (a64_source){ .form = A64_FORM_RRR, .v = v };
}

void a64_two(selector *s, unsigned op, unsigned size, uint32_t d, uint32_t x,
             const a64_source *y)
{
    ins_start(s, op, size, y->form)->imm = y->imm;
    if (d)
        ins_def(s, d);
    if (x)
        ins_use(s, x, LIR_SRC);
    if (y->v)
        ins_use(s, y->v, LIR_INDEX);
    ins_end(s);
}

uint32_t a64_two_new(selector *s, unsigned op, unsigned size, uint32_t x,
                     const a64_source *y)
{
    uint32_t d = sel_temp(s, LIR_INT);

    a64_two(s, op, size, d, x, y);
    return d;
}

void a64_ri(selector *s, unsigned op, unsigned size, uint32_t d, uint32_t x,
            int64_t imm)
{
    a64_two(s, op, size, d, x,
            &(a64_source){ .form = A64_FORM_RRI, .imm = imm });
}

uint32_t a64_ri_new(selector *s, unsigned op, unsigned size, uint32_t x,
                    int64_t imm)
{
    uint32_t d = sel_temp(s, LIR_INT);

    a64_ri(s, op, size, d, x, imm);
    return d;
}

void a64_unary(selector *s, unsigned op, unsigned size, uint32_t d, uint32_t x)
{
    ins_start(s, op, size, A64_FORM_RR);
    ins_def(s, d);
    ins_use(s, x, LIR_SRC);
    ins_end(s);
}

/* d = the field of x that begins at bit `lsb`: op is ubfm or sbfm. */
void a64_field(selector *s, unsigned op, unsigned size, uint32_t d,
               uint32_t x, unsigned lsb, unsigned width)
{
    ins_start(s, op, size, A64_FORM_BITS)->imm = lsb << 6 | (lsb + width - 1);
    ins_def(s, d);
    ins_use(s, x, LIR_SRC);
    ins_end(s);
}

/* d = a + x * y and the like */
void a64_four(selector *s, unsigned op, unsigned size, uint32_t d, uint32_t x,
              uint32_t y, uint32_t a)
{
    ins_start(s, op, size, A64_FORM_RRRR);
    ins_def(s, d);
    ins_use(s, x, LIR_SRC);
    ins_use(s, y, LIR_INDEX);
    ins_use(s, a, LIR_BASE);
    ins_end(s);
}

/* d = condition ? x : y, in the manner of csel or csinc; 0 is zero */
void a64_choice(selector *s, unsigned op, unsigned size, unsigned cc,
                uint32_t d, uint32_t x, uint32_t y)
{
    ins_start(s, op, size, A64_FORM_SELECT)->cc = (uint8_t)cc;
    ins_def(s, d);
    if (x)
        ins_use(s, x, LIR_SRC);
    if (y)
        ins_use(s, y, LIR_INDEX);
    ins_end(s);
}

void a64_set(selector *s, uint32_t d, unsigned cc)
{
    a64_choice(s, A64(csinc), 4, cc_not(cc), d, 0, 0);
}

void a64_mov(selector *s, unsigned size, uint32_t d, uint32_t x)
{
    a64_source y = a64_reg(x);

    a64_two(s, A64(orr), size, d, 0, &y);
}

uint32_t a64_zero_extended(selector *s, esp_ref r)
{
    esp_type ty = sel_type(s, r);

    if (ty == TY_i1 || ty == TY_i32 || ty == TY_i64 || sel_is_clean(s, r)
        || graph_is_const(s->g, sel_value(s, r)))
        return sel_use(s, r);
    return a64_ri_new(s, A64(and), 4, sel_use(s, r), (int64_t)arith_mask(ty));
}

uint32_t a64_sign_extended(selector *s, esp_ref r)
{
    esp_type ty = sel_type(s, r);
    uint32_t d, x;

    if (ty == TY_i32 || ty == TY_i64)
        return sel_use(s, r);
    x = sel_use(s, r);
    d = sel_temp(s, LIR_INT);
    a64_field(s, A64(sbfm), 4, d, x, 0, arith_width(ty));
    return d;
}

/* ---------------------------------------------------- second operands */

bool a64_can_take(const selector *s, esp_ref v)
{
    return sel_only_use(s, v) && s->s->block[v] == s->here;
}

static bool take_constant(const selector *s, esp_ref r, unsigned size,
                          a64_takes takes, a64_source *y)
{
    esp_type ty = sel_type(s, r);
    int64_t k;

    if (takes == A64_TAKES_REG || takes == A64_TAKES_SHIFTED
        || type_is_float(ty) || !sel_const(s, r, &k))
        return false;
    if (takes == A64_TAKES_LOGIC)
        k = (int64_t)arith_narrow(ty, (uint64_t)k);
    else if (ty != TY_i1)
        k = arith_signed(ty, (uint64_t)k);
    if (!a64_has_imm(takes == A64_TAKES_LOGIC ? A64_and : A64_add, size, k))
        return false;
    *y = (a64_source){ .form = A64_FORM_RRI, .imm = k };
    return true;
}

/* A few users of an index may each scale it by themselves: that costs nothing,
 * and nobody has to do it for all. */
bool a64_can_take_shift(const selector *s, esp_ref v, int64_t by)
{
    return a64_can_take(s, v)
        || (sel_at(s, v)->op == IR_shl && by <= MOST_SCALE && !s->vreg[v]
            && s->uses[v] <= MOST_USERS && s->s->block[v] == s->here);
}

/* x << k, x >> k.  Shifts to the left of narrow types leave bits above that
 * nobody looks at. */
static bool take_shift(selector *s, esp_ref v, unsigned size, a64_source *y)
{
    const esp_ins *i = sel_at(s, v);
    bool left = i->op == IR_shl;
    int64_t k;

    if ((!left && i->op != IR_lshr && i->op != IR_ashr)
        || !sel_const(s, i->b, &k) || k < 0
        || k >= (int64_t)arith_width((esp_type)i->ty) || i->ty == TY_i1
        || !a64_can_take_shift(s, v, k))
        return false;
    if (type_size[i->ty] != size && !(left && type_size[i->ty] < size
                                      && size == 4))
        return false;
    y->form = left ? A64_FORM_LSL : i->op == IR_lshr ? A64_FORM_LSR
                                                     : A64_FORM_ASR;
    y->imm = k;
    y->v = sel_use(s, i->a);
    return true;
}

/* Values that are wider than what they were made from. */
static bool take_extension(selector *s, esp_ref v, unsigned size,
                           a64_source *y)
{
    const esp_ins *i = sel_at(s, v);
    unsigned from;

    if ((i->op != IR_sext && i->op != IR_zext) || type_size[i->ty] != size
        || sel_type(s, i->a) == TY_i1 || !a64_can_take(s, v)
        || sel_can_fuse_load(s, sel_value(s, i->a)))
        return false;
    from = type_size[sel_type(s, i->a)];
    y->form = (uint8_t)((i->op == IR_sext ? A64_FORM_SXTB : A64_FORM_UXTB)
                        + (from == 1 ? 0 : from == 2 ? 1 : 2));
    y->v = sel_use(s, i->a);
    return true;
}

a64_source a64_source_of(selector *s, esp_ref r, unsigned size,
                         a64_takes takes)
{
    a64_source y = { 0 };
    esp_ref v = sel_value(s, r);

    if (take_constant(s, r, size, takes, &y))
        return y;
    if (takes != A64_TAKES_REG && take_shift(s, v, size, &y))
        return y;
    if (takes == A64_TAKES_ARITH && take_extension(s, v, size, &y))
        return y;
    return a64_reg(sel_use(s, r));
}

/* ----------------------------------------------------------- addresses */

static bool fits(int64_t x) { return x == (int32_t)x; }

/* y of `x + y` as an index that counts units of the size. */
static bool is_scaled(const selector *s, esp_ref r, unsigned size)
{
    esp_ref v = sel_value(s, r);
    const esp_ins *i = sel_at(s, v);
    int64_t k;

    return size > 1 && !s->vreg[v] && i->op == IR_shl && i->ty == TY_i64
        && sel_const(s, i->b, &k) && k == CC_CTZ64(size);
}

/* A shift by something else is the business of an addition. */
static bool is_shift(const selector *s, esp_ref r)
{
    esp_ref v = sel_value(s, r);

    return sel_at(s, v)->op == IR_shl && !s->vreg[v];
}

/* Is a sum better left to the access?  A constant is a base that can be kept
 * in its register. */
static bool is_indexed(const selector *s, const esp_ins *sum, unsigned size)
{
    int64_t k;

    return sel_const(s, sum->b, &k) || is_scaled(s, sum->a, size)
        || is_scaled(s, sum->b, size)
        || !(is_shift(s, sum->a) || is_shift(s, sum->b));
}

static void add_index(selector *s, a64_place *m, esp_ref r, unsigned size)
{
    esp_ref v = sel_value(s, r);
    const esp_ins *i;

    m->m.scale = 1;
    if (is_scaled(s, r, size)) {
        m->m.scale = (uint8_t)size;
        v = sel_value(s, sel_at(s, v)->a);
    }
    i = sel_at(s, v);
    if ((i->op == IR_sext || i->op == IR_zext) && !s->vreg[v]
        && i->ty == TY_i64 && sel_type(s, i->a) == TY_i32
        && !sel_can_fuse_load(s, sel_value(s, i->a))) {
        m->form = i->op == IR_sext ? A64_FORM_MEM_SXTW : A64_FORM_MEM_UXTW;
        v = i->a;
    }
    m->m.index = sel_use(s, v);
}

/* Constant parts go into the displacement if it can hold them, or if they
 * would have to be added for this one access. */
static esp_ref take_displacement(const selector *s, esp_ref r, unsigned size,
                                 int64_t *disp)
{
    const esp_ins *i = sel_at(s, r);
    int64_t k;

    while (i->op == IR_add && !s->vreg[r] && sel_const(s, i->b, &k)
           && fits(*disp + k)
           && (a64_has_offset(size, *disp + k) || a64_can_take(s, r))) {
        *disp += k;
        r = sel_value(s, i->a);
        i = sel_at(s, r);
    }
    return r;
}

/* Addresses of one page have their base in common. */
static a64_place absolute(selector *s, uint64_t at, unsigned size)
{
    a64_place m = { .form = A64_FORM_MEM };
    uint64_t low = at & 4095;

    if (!a64_has_offset(size, (int64_t)low))
        low = 0;
    m.m.base = sel_imm(s, at - low);
    m.m.disp = (int32_t)low;
    return m;
}

a64_place a64_memory_of(selector *s, esp_ref r, int64_t disp, unsigned size)
{
    a64_place m = { .form = A64_FORM_MEM };
    const esp_ins *i;
    int64_t k;

    r = sel_value(s, r);
    if (sel_const(s, r, &k))
        return absolute(s, (uint64_t)(k + disp), size);
    r = take_displacement(s, r, size, &disp);
    i = sel_at(s, r);
    m.m.disp = (int32_t)disp;
    if (i->op == IR_slot || i->op == IR_frameaddr) {
        m.m.mem = LIR_MEM_FRAME;
        m.m.disp += i->op == IR_slot ? s->slot_at[i->a] : 0;
    } else if (i->op == IR_add && !s->vreg[r] && i->ty == TY_i64 && disp == 0
               && s->uses[r] <= MOST_USERS && is_indexed(s, i, size)) {
        bool swap = sel_const(s, i->b, &k)
                 || (is_scaled(s, i->a, size) && !is_scaled(s, i->b, size));

        m.m.base = sel_use(s, swap ? i->b : i->a);
        add_index(s, &m, swap ? i->a : i->b, size);
    } else {
        m.m.base = sel_use(s, r);
    }
    return m;
}

/* The address of an instruction that has been started. */
void a64_memory(selector *s, const a64_place *m)
{
    ins_address(s, &m->m);
    s->draft.form = m->form;
}

/* --------------------------------------------------------------- memory */

static void load_into(selector *s, unsigned op, unsigned size, uint32_t d,
                      const a64_place *m)
{
    ins_start(s, op, size, 0);
    ins_def(s, d);
    a64_memory(s, m);
    ins_end(s);
}

static void barrier(selector *s, unsigned op)
{
    ins_start(s, op, 8, A64_FORM_0);
    ins_end(s);
}

static void load(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type ty = (esp_type)i->ty;
    unsigned size = type_size[ty];
    a64_place m = a64_memory_of(s, i->a, (int32_t)i->b, size);
    uint32_t d = sel_def(s, r), t = ty == TY_i1 ? sel_temp(s, LIR_INT) : d;

    load_into(s, type_is_float(ty) ? A64(ldrf) : A64(ldr), size, t, &m);
    if (ty == TY_i1)            /* of whatever byte, one bit */
        a64_ri(s, A64(and), 4, d, t, 1);
    if (i->flags & INS_ORDERED)
        barrier(s, A64(dmbld));
}

/* Zero, of any type, is a register. */
static void store(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type ty = sel_type(s, i->b);
    unsigned size = type_size[ty];
    a64_place m = a64_memory_of(s, i->a, (int32_t)i->c, size);
    int64_t k;
    bool zero = sel_const(s, i->b, &k) && arith_narrow(ty, (uint64_t)k) == 0;
    uint32_t v = zero ? 0 : sel_use(s, i->b);

    if (i->flags & INS_ORDERED)
        barrier(s, A64(dmb));
    ins_start(s, v && type_is_float(ty) ? A64(strf) : A64(str), size, 0);
    a64_memory(s, &m);
    if (v)
        ins_use(s, v, LIR_SRC);
    ins_end(s);
}

/* ---------------------------------------------------------- comparisons */

static const uint8_t int_cc[IR_COUNT] = {
    [IR_eq] = A64_EQ + 1, [IR_ne] = A64_NE + 1, [IR_slt] = A64_LT + 1,
    [IR_sle] = A64_LE + 1, [IR_ult] = A64_LO + 1, [IR_ule] = A64_LS + 1
};

/* The same question with the operands exchanged. */
static unsigned turned(unsigned cc)
{
    switch (cc_raw(cc)) {
    case A64_LT: return cc_of(A64_GT);
    case A64_LE: return cc_of(A64_GE);
    case A64_LO: return cc_of(A64_HI);
    case A64_LS: return cc_of(A64_HS);
    default: return cc;
    }
}

static unsigned op_size(esp_type ty) { return ty == TY_i64 ? 8 : 4; }

static bool is_zero(const selector *s, esp_ref r)
{
    int64_t k;

    return sel_const(s, r, &k)
        && arith_narrow(sel_type(s, r), (uint64_t)k) == 0;
}

/* (x & y) == 0 without the `and` */
static bool test_bits(selector *s, esp_ref r)
{
    esp_ref v = sel_value(s, r);
    const esp_ins *i = sel_at(s, v);
    unsigned size = op_size((esp_type)i->ty);
    a64_source y;
    uint32_t x;

    if (i->op != IR_and || v != r || !a64_can_take(s, v)
        || (type_size[i->ty] < 4 && !sel_is_clean(s, i->a)
            && !graph_is_const(s->g, sel_value(s, i->b))))
        return false;
    x = sel_use(s, i->a);
    y = a64_source_of(s, i->b, size, A64_TAKES_LOGIC);
    a64_two(s, A64(ands), size, 0, x, &y);
    return true;
}

/* The second operand of a comparison of narrow integers. */
static a64_source narrow_source(selector *s, esp_ref r, bool is_signed)
{
    esp_type ty = sel_type(s, r);
    int64_t k;

    if (sel_const(s, r, &k)) {
        k = is_signed ? arith_signed(ty, (uint64_t)k)
                      : (int64_t)arith_narrow(ty, (uint64_t)k);
        if (a64_has_imm(A64_add, 4, k))
            return (a64_source){ .form = A64_FORM_RRI, .imm = k };
        return a64_reg(sel_imm(s, (uint32_t)k));
    }
    if (!is_signed && sel_is_clean(s, r))
        return a64_reg(sel_use(s, r));
    return (a64_source){
        .form = (uint8_t)((is_signed ? A64_FORM_SXTB : A64_FORM_UXTB)
                          + (type_size[ty] == 2)),
        .v = sel_use(s, r)
    };
}

static void compare_operands(selector *s, esp_ref x, esp_ref y, bool is_signed)
{
    esp_type ty = sel_type(s, x);
    a64_source w;
    uint32_t v;

    if (ty == TY_i8 || ty == TY_i16) {
        v = is_signed ? a64_sign_extended(s, x) : a64_zero_extended(s, x);
        w = narrow_source(s, y, is_signed);
    } else {
        v = sel_use(s, x);
        w = a64_source_of(s, y, op_size(ty), A64_TAKES_ARITH);
    }
    a64_two(s, A64(subs), op_size(ty), 0, v, &w);
}

typedef struct comparison {
    esp_ref x, y;
    unsigned cc;
} comparison;

static void exchange(comparison *c, unsigned cc)
{
    esp_ref t = c->x;

    c->x = c->y;
    c->y = t;
    c->cc = cc;
}

/* Constants to the right; of signed bits, 1 is the smaller one. */
static comparison look_at(const selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    comparison c = { i->a, i->b, int_cc[i->op] };
    int64_t k;

    if (sel_type(s, c.x) == TY_i1 && (i->op == IR_slt || i->op == IR_sle))
        exchange(&c, i->op == IR_slt ? cc_of(A64_LO) : cc_of(A64_LS));
    if (sel_const(s, c.x, &k) && !sel_const(s, c.y, &k))
        exchange(&c, turned(c.cc));
    return c;
}

/* x < 2^k and its opposite, where 2^k is no operand: is a bit from k on set? */
static bool test_above(selector *s, comparison *c)
{
    esp_type ty = sel_type(s, c->x);
    bool below = c->cc == cc_of(A64_LO) || c->cc == cc_of(A64_LS);
    bool equal = c->cc == cc_of(A64_LS) || c->cc == cc_of(A64_HI);
    unsigned size = op_size(ty);
    uint64_t bound;
    int64_t k;

    if (type_size[ty] < 4 || !sel_const(s, c->y, &k)
        || !(below || equal || c->cc == cc_of(A64_HS))
        || a64_has_imm(A64_add, size, arith_signed(ty, (uint64_t)k)))
        return false;
    bound = arith_narrow(ty, (uint64_t)k + equal);
    if (bound == 0 || (bound & (bound - 1)))
        return false;
    a64_ri(s, A64(ands), size, 0, sel_use(s, c->x),
           (int64_t)arith_narrow(ty, -bound));
    c->cc = below ? cc_of(A64_EQ) : cc_of(A64_NE);
    return true;
}

static unsigned compare_integers(selector *s, esp_ref r)
{
    comparison c = look_at(s, r);
    bool is_signed = c.cc >= cc_of(A64_GE);

    if (test_above(s, &c))
        return c.cc;
    if (is_zero(s, c.y) && (c.cc == cc_of(A64_EQ) || c.cc == cc_of(A64_NE))
        && test_bits(s, c.x))
        return c.cc;
    compare_operands(s, c.x, c.y, is_signed);
    return c.cc;
}

/* The valid flag of the unit: a byte at a known place. */
static void valid(selector *s, esp_ref r)
{
    a64_place m = absolute(s, (uintptr_t)s->valid, 1);

    load_into(s, A64(ldr), 1, sel_def(s, r), &m);
}

/* May the question be asked where its answer is used?  What it compares has to
 * live until then, so not across blocks unless that costs nothing. */
static bool ask_here(const selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);

    if (s->s->block[r] == s->here && s->uses[r] <= 2)
        return true;
    if (s->vreg[r])
        return false;           /* somebody needs the answer in a register */
    return s->uses[r] == 1
        && (graph_is_const(s->g, sel_value(s, i->b))
            || s->s->block[r] == s->here);
}

/* x == 0, x < 0, (x & 2^k) == 0 need no flags to branch on. */
static bool ask_register(selector *s, esp_ref r, a64_test *t)
{
    comparison c = look_at(s, r);
    esp_type ty = sel_type(s, c.x);
    bool equal = c.cc == cc_of(A64_EQ);
    esp_ref v = sel_value(s, c.x);
    const esp_ins *i = sel_at(s, v);
    int64_t k;

    if (!is_zero(s, c.y))
        return false;
    if (c.cc == cc_of(A64_LT) || c.cc == cc_of(A64_GE)) {
        t->form = c.cc == cc_of(A64_LT) ? A64_FORM_TBNZ : A64_FORM_TBZ;
        t->bit = (uint8_t)(arith_width(ty) - 1);
        t->v = sel_use(s, c.x);
        return true;
    }
    if (!equal && c.cc != cc_of(A64_NE))
        return false;
    if (i->op == IR_and && v == c.x && a64_can_take(s, v)) {
        if (!sel_const(s, i->b, &k))
            return false;
        k = (int64_t)arith_narrow(ty, (uint64_t)k);
        if (k == 0 || (k & (k - 1)))
            return false;
        t->form = equal ? A64_FORM_TBZ : A64_FORM_TBNZ;
        t->bit = (uint8_t)CC_CTZ64((uint64_t)k);
        t->v = sel_use(s, i->a);
        return true;
    }
    t->form = equal ? A64_FORM_CBZ : A64_FORM_CBNZ;
    t->size = (uint8_t)op_size(ty);
    t->v = a64_zero_extended(s, c.x);
    return true;
}

static a64_test in_flags(unsigned cc)
{
    return (a64_test){ .cc = (uint8_t)cc };
}

static a64_test in_register(uint32_t v)
{
    return (a64_test){ .form = A64_FORM_CBNZ, .size = 4, .v = v };
}

/* Asks a condition; if `branch`, a register may have the answer. */
static a64_test ask(selector *s, esp_ref cond, bool branch)
{
    bool negated = false;
    esp_ref r = sel_condition(s, cond, &negated);
    const esp_ins *i = sel_at(s, r);
    a64_test t = { 0 };

    if (int_cc[i->op] && ask_here(s, r)) {
        if (!branch || !ask_register(s, r, &t))
            t = in_flags(compare_integers(s, r));
    } else if (i->op >= IR_feq && i->op <= IR_fle && ask_here(s, r)) {
        t = in_flags(a64_compare_floats(s, r));
    } else if (i->op >= IR_addo && i->op <= IR_umulo && ask_here(s, r)
               && !s->vreg[r]) {
        t = in_flags(a64_overflow(s, r));
    } else {
        t = in_register(sel_use(s, r));
        if (!branch) {
            a64_ri(s, A64(subs), 4, 0, t.v, 0);
            t = in_flags(cc_of(A64_NE));
        }
    }
    if (negated && t.cc)
        t.cc = (uint8_t)cc_not(t.cc);
    else if (negated)
        t.form ^= 1;
    return t;
}

/* Leaves the answer to a condition in the flags; says which condition. */
unsigned a64_flags(selector *s, esp_ref cond)
{
    return ask(s, cond, false).cc;
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
        cc = a64_compare_floats(s, r);
    else
        cc = a64_overflow(s, r);
    a64_set(s, d, cc);
}

/* -------------------------------------------------------------- choices */

/* A condition as a number, and 1 more than zero, need no register. */
static void choose(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    esp_type ty = (esp_type)i->ty;
    bool is_float = type_is_float(ty);
    unsigned size = ty == TY_i64 || ty == TY_f64 ? 8 : 4;
    int64_t k;
    bool one = !is_float && sel_const(s, i->b, &k)
            && arith_narrow(ty, (uint64_t)k) == 1;
    uint32_t d = sel_def(s, r);
    uint32_t x = one || (!is_float && is_zero(s, i->b)) ? 0
                                                        : sel_use(s, i->b);
    uint32_t y = !is_float && is_zero(s, i->c) ? 0 : sel_use(s, i->c);
    unsigned cc = a64_flags(s, i->a);

    if (one)
        a64_choice(s, A64(csinc), size, cc_not(cc), d, y, 0);
    else
        a64_choice(s, is_float ? A64(fcsel) : A64(csel), size, cc, d, x, y);
}

/* -------------------------------------------------------------- control */

/* A br or guard on the answer. */
static void start_on(selector *s, unsigned op, const a64_test *t)
{
    ins_start(s, op, t->size, t->form)->cc = t->cc;
    s->draft.imm = t->bit;
    if (!t->cc)
        ins_use(s, t->v, LIR_SRC);
}

static void branch(selector *s, esp_ref r)
{
    a64_test t;

    sel_edges(s);
    t = ask(s, sel_at(s, r)->a, true);
    start_on(s, LIR_br, &t);
    ins_end(s);
}

/* A guard against the overflow of the sum that was selected last can be one
 * that takes it back; see ra/undo.c. */
static bool start_on_sum(selector *s, const a64_test *t)
{
    const lir_ins sum = s->out.at[s->out.n - 1];
    const lir_operand *o = lir_ops(s->l, &sum);
    lir_ins *g;

    if (t->cc != cc_of(A64_VC)
        || (sum.op != A64(adds) && sum.op != A64(subs)) || sum.nops < 2
        || o[0].part != LIR_DST || o[1].part != LIR_SRC)
        return false;
    g = ins_start(s, LIR_sumguard, sum.size, sum.form);
    g->cc = t->cc;
    g->disp = sum.op == A64(adds) ? 1 : -1;
    g->imm = sum.imm;
    ins_use(s, o[0].v, LIR_DST);
    if (sum.nops > 2)
        ins_use(s, o[2].v, LIR_INDEX);
    return true;
}

static void start_guard(selector *s, esp_ref cond)
{
    a64_test t = ask(s, cond, true);

    if (!start_on_sum(s, &t))
        start_on(s, LIR_guard, &t);
}

const isa_rules a64_rules = {
    .load = load, .store = store, .start_guard = start_guard, .valid = valid,
    .branch = branch, .choose = choose, .answer = answer,
    .division = &a64_division, .floats = a64_float, .integers = &a64_integers,
    .sign_extended = a64_sign_extended, .zero_extended = a64_zero_extended
};
