/*
 * The reference executor: runs any graph, slowly and obviously.
 *
 * A pure instruction is evaluated when somebody asks for it, and remembered
 * until control enters another block: within one visit of a block nothing that
 * it can legally depend on changes.  Integers are computed exactly, in 128
 * bits, and then cut to their type; a result overflows if the cut changes it.
 */
#include "pe/graph/exec.h"
#include "pe/graph/print.h"

#include <math.h>
#include <setjmp.h>
#include <string.h>

typedef __int128 wide;

struct machine {
    esp_graph *g;
    esp_run *run;
    jmp_buf stop;
    uint64_t *value;            /* by instruction */
    uint64_t *when;             /* by pure instruction: the visit it is from */
    uint64_t visit;
    char **slot;
    VEC(esp_ref) stack;
};

static CC_NORETURN void stop(struct machine *m, esp_run_end end,
                             const char *why)
{
    m->run->end = end;
    m->run->why = why;
    longjmp(m->stop, 1);
}

/* ---- types ------------------------------------------------------------ */

static unsigned width_of(esp_type ty)
{
    return ty == TY_i1 ? 1 : 8u * type_size[ty];
}

/* 2 to the width of a type */
static wide modulus(esp_type ty)
{
    return (wide)1 << width_of(ty);
}

static uint64_t cut(esp_type ty, wide x)
{
    wide m = modulus(ty);

    return (uint64_t)((x % m + m) % m);
}

static wide as_signed(esp_type ty, uint64_t x)
{
    return (wide)x >= modulus(ty) / 2 ? (wide)x - modulus(ty) : (wide)x;
}

static bool fits_signed(esp_type ty, wide x)
{
    return x >= -(modulus(ty) / 2) && x < modulus(ty) / 2;
}

static bool fits_unsigned(esp_type ty, wide x)
{
    return x >= 0 && x < modulus(ty);
}

static double as_double(esp_type ty, uint64_t bits)
{
    double d;
    float f;

    if (ty == TY_f32) {
        memcpy(&f, &bits, sizeof f);
        return f;
    }
    memcpy(&d, &bits, sizeof d);
    return d;
}

static float as_float(uint64_t bits)
{
    float f;

    memcpy(&f, &bits, sizeof f);
    return f;
}

static uint64_t double_bits(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    return bits;
}

static uint64_t float_bits(float f)
{
    uint32_t bits;

    memcpy(&bits, &f, sizeof bits);
    return bits;
}

/* ---- pure instructions ------------------------------------------------ */

static uint64_t divide(struct machine *m, esp_op op, esp_type ty,
                       uint64_t x, uint64_t y)
{
    bool is_signed = op == IR_sdiv || op == IR_srem;
    wide p = is_signed ? as_signed(ty, x) : (wide)x;
    wide q = is_signed ? as_signed(ty, y) : (wide)y;

    if (q == 0)
        stop(m, RUN_TRAP, "division by zero");
    if (is_signed && !fits_signed(ty, p / q))
        stop(m, RUN_TRAP, "the quotient does not fit");
    return cut(ty, op == IR_sdiv || op == IR_udiv ? p / q : p % q);
}

/* One bit at a time. */
static uint64_t shift(esp_op op, esp_type ty, uint64_t x, uint64_t n)
{
    uint64_t sign = (uint64_t)1 << (width_of(ty) - 1);

    for (uint64_t i = 0; i < n && i < width_of(ty); i++)
        if (op == IR_shl)
            x = cut(ty, (wide)x * 2);
        else if (op == IR_ashr && (x & sign))
            x = x / 2 | sign;
        else
            x = x / 2;
    return x;
}

static uint64_t count(esp_op op, esp_type ty, uint64_t x)
{
    unsigned width = width_of(ty), n = 0;

    switch (op) {
    case IR_clz:
        while (n < width && !(x >> (width - 1 - n) & 1))
            n++;
        return n;
    case IR_ctz:
        while (n < width && !(x >> n & 1))
            n++;
        return n;
    default:
        for (unsigned i = 0; i < width; i++)
            n += x >> i & 1;
        return n;
    }
}

static uint64_t swap_bytes(esp_type ty, uint64_t x)
{
    uint64_t y = 0;

    for (unsigned i = 0; i < width_of(ty); i += 8)
        y = y << 8 | (x >> i & 0xff);
    return y;
}

static uint64_t int_binary(struct machine *m, esp_op op, esp_type ty,
                           uint64_t x, uint64_t y)
{
    wide sx = as_signed(ty, x), sy = as_signed(ty, y);

    switch (op) {
    case IR_add:   return cut(ty, sx + sy);
    case IR_sub:   return cut(ty, sx - sy);
    case IR_mul:   return cut(ty, sx * sy);
    case IR_and:   return x & y;
    case IR_or:    return x | y;
    case IR_xor:   return x ^ y;
    case IR_addo:  return !fits_signed(ty, sx + sy);
    case IR_subo:  return !fits_signed(ty, sx - sy);
    case IR_mulo:  return !fits_signed(ty, sx * sy);
    case IR_uaddo: return !fits_unsigned(ty, (wide)x + (wide)y);
    case IR_usubo: return !fits_unsigned(ty, (wide)x - (wide)y);
    case IR_umulo:
        return (unsigned __int128)x * y >= (unsigned __int128)modulus(ty);
    case IR_eq:    return x == y;
    case IR_ne:    return x != y;
    case IR_slt:   return sx < sy;
    case IR_sle:   return sx <= sy;
    case IR_ult:   return x < y;
    case IR_ule:   return x <= y;
    case IR_shl: case IR_lshr: case IR_ashr:
        return shift(op, ty, x, y);
    default:
        return divide(m, op, ty, x, y);
    }
}

static uint64_t float_binary(struct machine *m, esp_op op, esp_type ty,
                             uint64_t x, uint64_t y)
{
    double p = as_double(ty, x), q = as_double(ty, y);

    switch (op) {
    case IR_feq: return p == q;
    case IR_flt: return p < q;
    case IR_fle: return p <= q;
    default: break;
    }
    if (isnan(p) && isnan(q) && x != y)
        m->run->unspecified = true;
    if (ty == TY_f32) {
        float a = as_float(x), b = as_float(y);

        switch (op) {
        case IR_fadd: return float_bits(a + b);
        case IR_fsub: return float_bits(a - b);
        case IR_fmul: return float_bits(a * b);
        default:      return float_bits(a / b);
        }
    }
    switch (op) {
    case IR_fadd: return double_bits(p + q);
    case IR_fsub: return double_bits(p - q);
    case IR_fmul: return double_bits(p * q);
    default:      return double_bits(p / q);
    }
}

static uint64_t float_unary(esp_op op, esp_type ty, uint64_t x)
{
    uint64_t sign = (uint64_t)1 << (width_of(ty) - 1);
    double d = as_double(ty, x);

    switch (op) {
    case IR_fneg: return x ^ sign;
    case IR_fabs: return x & ~sign;
    case IR_fsqrt:
        return ty == TY_f32 ? float_bits(sqrtf(as_float(x)))
                            : double_bits(sqrt(d));
    case IR_ffloor: d = floor(d); break;
    case IR_fceil:  d = ceil(d); break;
    default:        d = trunc(d); break;
    }
    return ty == TY_f32 ? float_bits((float)d) : double_bits(d);
}

/* Out of range, any value is right; the smallest integer is what x86 gives. */
static uint64_t to_int(struct machine *m, esp_op op, esp_type from,
                       esp_type to, uint64_t x)
{
    double d = trunc(as_double(from, x));
    double limit = ldexp(1, (int)width_of(to));

    if (op == IR_fptosi && d >= -limit / 2 && d < limit / 2)
        return cut(to, (wide)d);
    if (op == IR_fptoui && d >= 0 && d < limit)
        return cut(to, (wide)d);
    m->run->unspecified = true;
    return (uint64_t)1 << (width_of(to) - 1);
}

static uint64_t from_int(esp_op op, esp_type from, esp_type to, uint64_t x)
{
    wide s = as_signed(from, x);

    if (op == IR_sitofp)
        return to == TY_f32 ? float_bits((float)s) : double_bits((double)s);
    return to == TY_f32 ? float_bits((float)x) : double_bits((double)x);
}

static uint64_t unary(struct machine *m, esp_op op, esp_type from, esp_type to,
                      uint64_t x)
{
    switch (op) {
    case IR_clz: case IR_ctz: case IR_popcnt:
        return count(op, from, x);
    case IR_bswap:
        return swap_bytes(from, x);
    case IR_copy: case IR_zext: case IR_bitcast:
        return x;
    case IR_trunc:
        return cut(to, (wide)x);
    case IR_sext:
        return cut(to, as_signed(from, x));
    case IR_sitofp: case IR_uitofp:
        return from_int(op, from, to, x);
    case IR_fptosi: case IR_fptoui:
        return to_int(m, op, from, to, x);
    case IR_fpext:
        return double_bits((double)as_float(x));
    case IR_fptrunc:
        return float_bits((float)as_double(from, x));
    default:
        return float_unary(op, from, x);
    }
}

/* The value of an instruction whose inputs have theirs. */
static uint64_t compute(struct machine *m, const esp_ins *i)
{
    esp_type ty;
    uint64_t x;

    switch (i->op) {
    case IR_const:
        return i->a | (uint64_t)i->b << 32;
    case IR_slot:
        return (uint64_t)(uintptr_t)m->slot[i->a];
    case IR_frameaddr:
        return (uint64_t)(uintptr_t)m->slot;
    case IR_select:
        return m->value[m->value[i->a] ? i->b : i->c];
    case IR_vobj:
        stop(m, RUN_CANNOT, "a virtual object has no address");
    case IR_second:
        stop(m, RUN_CANNOT, "a second result before its call");
    default:
        break;
    }
    ty = (esp_type)graph_at(m->g, i->a)->ty;
    x = m->value[i->a];
    if (op_info[i->op].inputs == 1)
        return unary(m, (esp_op)i->op, ty, (esp_type)i->ty, x);
    if (type_is_float(ty))
        return float_binary(m, (esp_op)i->op, ty, x, m->value[i->b]);
    return int_binary(m, (esp_op)i->op, ty, x, m->value[i->b]);
}

static void push_unknown(void *arg, esp_ref r)
{
    struct machine *m = arg;

    if (graph_floats(m->g, r) && m->when[r] != m->visit
        && graph_at(m->g, r)->op != IR_second)
        VEC_PUSH(&m->g->unit->scratch, &m->stack, r);
}

/* Inputs first; the same instruction may come to lie on the stack twice. */
static uint64_t eval(struct machine *m, esp_ref r)
{
    push_unknown(m, r);
    while (m->stack.n) {
        uint32_t n = m->stack.n;
        esp_ref top = m->stack.at[n - 1];

        if (m->when[top] != m->visit)
            graph_inputs(m->g, top, push_unknown, m);
        if (m->stack.n > n)
            continue;
        m->stack.n--;
        if (m->when[top] != m->visit) {
            m->value[top] = compute(m, graph_at(m->g, top));
            m->when[top] = m->visit;
        }
    }
    return m->value[r];
}

/* ---- effects ---------------------------------------------------------- */

static char *address(struct machine *m, esp_ref base, uint32_t disp)
{
    return (char *)(uintptr_t)(eval(m, base) + (uint64_t)(int32_t)disp);
}

static uint64_t load(struct machine *m, const esp_ins *i)
{
    uint64_t x = 0;

    memcpy(&x, address(m, i->a, i->b), type_size[i->ty]);
    return cut((esp_type)i->ty, (wide)x);
}

static void store(struct machine *m, const esp_ins *i)
{
    uint64_t x = eval(m, i->b);

    memcpy(address(m, i->a, i->c), &x, type_size[graph_at(m->g, i->b)->ty]);
}

struct two { uint64_t r[2]; };
typedef struct two native(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                          uint64_t);

static bool call_native(const esp_ccall *c, uint64_t callee,
                        const uint64_t *args, uint64_t result[2])
{
    uint64_t a[6] = { 0 };
    struct two two;

    if (c->nargs > 6)
        return false;
    for (uint32_t k = 0; k < c->nargs; k++) {
        if (type_is_float((esp_type)c->sig.arg[k]) || c->sig.arg_flags[k])
            return false;
        a[k] = args[k];
    }
    for (unsigned k = 0; k < c->sig.nresults; k++)
        if (type_is_float((esp_type)c->sig.result[k]))
            return false;
    two = ((native *)(uintptr_t)callee)(a[0], a[1], a[2], a[3], a[4], a[5]);
    memcpy(result, two.r, sizeof two.r);
    return true;
}

static void set_second(struct machine *m, esp_ref call, uint64_t x)
{
    esp_graph *g = m->g;

    for (esp_ref r = call + 1; r < g->ins.n; r++)
        if (graph_at(g, r)->op == IR_second && graph_at(g, r)->a == call)
            m->value[r] = cut((esp_type)graph_at(g, r)->ty, (wide)x);
}

static void call(struct machine *m, esp_ref r)
{
    const esp_ccall *c = &m->g->calls.at[graph_at(m->g, r)->a];
    uint64_t callee = eval(m, c->callee);
    uint64_t args[SIG_MAX_ARGS], result[2] = { 0 };
    bool done;

    for (uint32_t k = 0; k < c->nargs; k++)
        args[k] = eval(m, m->g->refs.at[c->args + k]);
    done = m->run->call ? m->run->call(m->run->arg, c, callee, args, result)
                        : call_native(c, callee, args, result);
    if (!done)
        stop(m, RUN_CANNOT, "a call that cannot be made");
    if (c->sig.nresults > 0)
        m->value[r] = cut((esp_type)c->sig.result[0], (wide)result[0]);
    if (c->sig.nresults > 1)
        set_second(m, r, result[1]);
}

static CC_NORETURN void leave(struct machine *m, esp_run_end end,
                              const esp_ins *i)
{
    esp_ref refs[RUN_VALUES];

    m->run->state = i->b;
    m->run->reason = i->c;
    m->run->nvalues = i->b ? graph_state_refs(m->g, i->b, refs, RUN_VALUES) : 0;
    for (uint32_t k = 0; k < m->run->nvalues && k < RUN_VALUES; k++)
        m->run->values[k] = eval(m, refs[k]);
    stop(m, end, NULL);
}

/* All arguments are computed before the first parameter is set. */
static uint32_t follow(struct machine *m, const esp_edge *e)
{
    esp_arena *scratch = &m->g->unit->scratch;
    esp_arena_mark mark;
    const esp_block *to = &m->g->blocks.at[e->block];
    uint64_t *args;

    for (uint32_t k = 0; k < e->nargs; k++)
        eval(m, m->g->refs.at[e->args + k]);
    mark = arena_mark(scratch);
    args = ARENA_ARRAY(scratch, uint64_t, e->nargs);
    for (uint32_t k = 0; k < e->nargs; k++)
        args[k] = m->value[m->g->refs.at[e->args + k]];
    for (uint32_t k = 0; k < e->nargs; k++)
        m->value[to->params.at[k]] = args[k];
    arena_release(scratch, mark);
    return e->block;
}

static uint32_t branch(struct machine *m, const esp_ins *i)
{
    const esp_edge *e = &m->g->edges.at[i->b];
    uint32_t k = 0;

    if (i->op == IR_br)
        k = eval(m, i->a) ? 0 : 1;
    if (i->op == IR_switch) {
        uint64_t x = eval(m, i->a);

        while (k < i->c - 1 && e[k].value != x)
            k++;
    }
    return follow(m, &e[k]);
}

/* Runs an instruction that stands in a block; a terminator says which block
 * comes next, the others NO_BLOCK. */
static uint32_t step(struct machine *m, esp_ref r)
{
    const esp_ins *i = graph_at(m->g, r);

    switch (i->op) {
    case IR_load:  m->value[r] = load(m, i); break;
    case IR_store: store(m, i); break;
    case IR_call:  call(m, r); break;
    case IR_valid: m->value[r] = m->run->valid; break;
    case IR_guard:
        if (!eval(m, i->a))
            leave(m, RUN_GUARD, i);
        break;
    case IR_deopt:
        leave(m, RUN_DEOPT, i);
    case IR_ret:
        m->run->r[0] = i->a ? eval(m, i->a) : 0;
        m->run->r[1] = i->b ? eval(m, i->b) : 0;
        stop(m, RUN_RETURNED, NULL);
    case IR_unreachable:
        stop(m, RUN_UNREACHABLE, NULL);
    case IR_jump: case IR_br: case IR_switch:
        return branch(m, i);
    default:                            /* a division that may trap */
        eval(m, i->a);
        eval(m, i->b);
        m->value[r] = compute(m, i);
    }
    return UINT32_MAX;
}

static void run_blocks(struct machine *m)
{
    uint32_t block = 0, next;

    for (;; block = next) {
        const esp_block *k = &m->g->blocks.at[block];

        m->visit++;
        m->run->block = block;
        next = UINT32_MAX;
        for (uint32_t i = 0; i < k->code.n && next == UINT32_MAX; i++) {
            if (m->run->steps++ == m->run->max_steps)
                stop(m, RUN_STEPS, "too many steps");
            next = step(m, k->code.at[i]);
        }
        if (next == UINT32_MAX)
            stop(m, RUN_CANNOT, "a block without terminator");
    }
}

static void make_slots(struct machine *m)
{
    esp_graph *g = m->g;
    esp_arena *scratch = &g->unit->scratch;

    m->slot = ARENA_ARRAY(scratch, char *, g->slots.n + 1);
    for (uint32_t s = 0; s < g->slots.n; s++) {
        uintptr_t align = g->slots.at[s].align ? g->slots.at[s].align : 1;
        uintptr_t at = (uintptr_t)arena_alloc(scratch,
                                              g->slots.at[s].size + align);

        m->slot[s] = (char *)((at + align - 1) / align * align);
    }
}

void graph_run(esp_graph *g, esp_run *run, const uint64_t *args)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    struct machine *m = ARENA_NEW(scratch, struct machine);
    const esp_block *entry = &g->blocks.at[0];

    m->g = g;
    m->run = run;
    m->value = ARENA_ARRAY(scratch, uint64_t, g->ins.n);
    m->when = ARENA_ARRAY(scratch, uint64_t, g->ins.n);
    make_slots(m);
    run->steps = 0;
    run->unspecified = false;
    run->state = run->reason = run->nvalues = 0;
    run->why = NULL;
    for (uint32_t k = 0; k < entry->params.n; k++)
        m->value[entry->params.at[k]] =
            cut((esp_type)graph_at(g, entry->params.at[k])->ty, (wide)args[k]);
    if (!setjmp(m->stop))
        run_blocks(m);
    arena_release(scratch, mark);
}
