/*
 * The written contract of a graph.
 *
 *   blocks   Block 0 is the entry, its parameters are the function's, and no
 *            edge leads to it.  A block that can be reached ends in its only
 *            terminator; everything in it is pinned and stands there once.
 *   edges    lead to a block that is not dead and have an argument of the right
 *            type for each of its parameters.
 *   types    are as ops.def says; constants have no bits above their type.
 *   calls    have an argument for each of the signature.
 *   states   refer to values; parents are older; whatever virtual object they
 *            refer to has a record, its entries in order, apart, and inside,
 *            or only the address of the real object.
 *   order    A value that stands in a block (a parameter, or the result of a
 *            pinned instruction) is used only where it has been computed on
 *            every path; the inputs of pure instructions count as used where
 *            the pure instruction is.
 *
 * Blocks that cannot be reached, and pure instructions that nothing needs, may
 * be anything.
 */
#include "framework/base/bits.h"
#include "framework/base/text.h"
#include "pe/graph/arith.h"
#include "pe/graph/dom.h"
#include "pe/graph/facts.h"
#include "pe/graph/print.h"
#include "pe/graph/state.h"

#include <stdarg.h>

/* Where a value is there first: behind the `index`th instruction of a block,
 * 0 meaning its start.  Things that need no input are there in the entry. */
struct place { uint32_t block, index; };

enum { UNSEEN, OPEN, DONE };

struct verifier {
    esp_graph *g;
    uint32_t block;             /* being looked at */
    esp_ref ins;
    struct place *place;        /* by instruction */
    uint8_t *seen;              /* by instruction */
    VEC(esp_ref) stack;
    esp_text message;           /* the first complaint */
};

static CC_PRINTF(2, 3) void complain(struct verifier *v, const char *format,
                                     ...)
{
    va_list args;

    if (v->message.n)
        return;
    text_printf(&v->message, "b%u: ", v->block);
    if (v->ins) {
        graph_print_ins(v->g, v->ins, &v->message);
        text_printf(&v->message, ": ");
    }
    va_start(args, format);
    text_vprintf(&v->message, format, args);
    va_end(args);
}

/* The same about one of its inputs. */
static CC_PRINTF(3, 4) void complain_of(struct verifier *v, esp_ref r,
                                        const char *format, ...)
{
    esp_text about = { 0 }, what = { 0 };
    va_list args;

    va_start(args, format);
    text_vprintf(&what, format, args);
    va_end(args);
    graph_print_ref(v->g, r, &about);
    complain(v, "%s %s", text_get(&about), text_get(&what));
    text_free(&about);
    text_free(&what);
}

/* ---- types ------------------------------------------------------------ */

static bool is_int(esp_type t)
{
    return t >= TY_i1 && t <= TY_i64;
}

static bool known_ref(const struct verifier *v, esp_ref r)
{
    return r > 0 && r < v->g->ins.n;
}

static esp_type type_at(struct verifier *v, esp_ref r)
{
    return (esp_type)graph_at(v->g, r)->ty;
}

static void want_type(struct verifier *v, esp_ref r, esp_type t)
{
    if (known_ref(v, r) && type_at(v, r) != t)
        complain_of(v, r, "is %s, not %s", type_name[type_at(v, r)],
                    type_name[t]);
}

static void want_int(struct verifier *v, esp_ref r)
{
    if (known_ref(v, r) && !is_int(type_at(v, r)))
        complain_of(v, r, "is %s, not an integer", type_name[type_at(v, r)]);
}

static void want_float(struct verifier *v, esp_ref r)
{
    if (known_ref(v, r) && !type_is_float(type_at(v, r)))
        complain_of(v, r, "is %s, not a float", type_name[type_at(v, r)]);
}

static void want_result(struct verifier *v, esp_type t)
{
    if (graph_at(v->g, v->ins)->ty != t)
        complain(v, "the result should be %s", type_name[t]);
}

static void want(struct verifier *v, bool good, const char *what)
{
    if (!good)
        complain(v, "%s", what);
}

static void check_const(struct verifier *v, esp_ins i)
{
    uint64_t bits = graph_const(v->g, v->ins);

    want(v, i.ty != TY_void, "a constant without type");
    if (i.ty != TY_void)
        want(v, !(bits & ~arith_mask((esp_type)i.ty)),
             "bits above the type");
}

static void check_conversion(struct verifier *v, esp_ins i)
{
    esp_type from = type_at(v, i.a), to = (esp_type)i.ty;
    bool good;

    switch (i.op) {
    case IR_zext: case IR_sext:
        good = is_int(from) && is_int(to)
            && arith_width(from) < arith_width(to);
        break;
    case IR_trunc:
        good = is_int(from) && is_int(to)
            && arith_width(from) > arith_width(to);
        break;
    case IR_bitcast:
        good = from != TY_void && to != TY_void
            && arith_width(from) == arith_width(to);
        break;
    case IR_sitofp: case IR_uitofp:
        good = is_int(from) && type_is_float(to);
        break;
    case IR_fptosi: case IR_fptoui:
        good = type_is_float(from) && is_int(to);
        break;
    case IR_fpext:
        good = from == TY_f32 && to == TY_f64;
        break;
    default:
        good = from == TY_f64 && to == TY_f32;
    }
    want(v, good, "no such conversion");
}

static void check_second(struct verifier *v, esp_ins i)
{
    const esp_ins *call = graph_at(v->g, i.a);
    const esp_sig *sig;

    want(v, call->op == IR_call, "the input is not a call");
    if (call->op != IR_call)
        return;
    sig = &v->g->calls.at[call->a].sig;
    want(v, sig->nresults == 2, "the call has no second result");
    want_result(v, (esp_type)sig->result[1]);
}

static void check_call(struct verifier *v, esp_ins i)
{
    const esp_ccall *c = &v->g->calls.at[i.a];

    want_type(v, c->callee, TY_i64);
    if (c->nargs != c->sig.nargs || c->nargs > SIG_MAX_ARGS) {
        complain(v, "%u arguments, %u in the signature",
                 c->nargs, c->sig.nargs);
        return;
    }
    for (uint32_t k = 0; k < c->nargs; k++)
        want_type(v, v->g->refs.at[c->args + k], (esp_type)c->sig.arg[k]);
    want_result(v, c->sig.nresults ? (esp_type)c->sig.result[0] : TY_void);
}

static void check_ret(struct verifier *v, esp_ins i)
{
    const esp_sig *sig = &v->g->sig;
    esp_ref r[2] = { i.a, i.b };

    for (unsigned k = 0; k < 2; k++) {
        if (k < sig->nresults && !r[k])
            complain(v, "a result is missing");
        else if (k < sig->nresults)
            want_type(v, r[k], (esp_type)sig->result[k]);
        else
            want(v, !r[k], "more results than the signature has");
    }
}

/* Inputs and result of the same type. */
static void check_alike(struct verifier *v, esp_ins i)
{
    if (op_info[i.op].result == RESULT_BOOL)
        want_result(v, TY_i1);
    else
        want_result(v, type_at(v, i.a));
    if (op_info[i.op].inputs > 1)
        want_type(v, i.b, type_at(v, i.a));
}

static void check_types(struct verifier *v, esp_ins i)
{
    switch (i.op) {
    case IR_const:
        check_const(v, i);
        break;
    case IR_add: case IR_sub: case IR_mul:
    case IR_sdiv: case IR_udiv: case IR_srem: case IR_urem:
    case IR_and: case IR_or: case IR_xor:
    case IR_shl: case IR_lshr: case IR_ashr:
    case IR_addo: case IR_subo: case IR_mulo:
    case IR_uaddo: case IR_usubo: case IR_umulo:
    case IR_clz: case IR_ctz: case IR_popcnt: case IR_bswap:
    case IR_eq: case IR_ne: case IR_slt: case IR_sle: case IR_ult: case IR_ule:
        want_int(v, i.a);
        check_alike(v, i);
        break;
    case IR_feq: case IR_flt: case IR_fle:
    case IR_fadd: case IR_fsub: case IR_fmul: case IR_fdiv:
    case IR_fneg: case IR_fabs: case IR_fsqrt:
    case IR_ffloor: case IR_fceil: case IR_ftrunc:
        want_float(v, i.a);
        check_alike(v, i);
        break;
    case IR_zext: case IR_sext: case IR_trunc: case IR_bitcast:
    case IR_sitofp: case IR_uitofp: case IR_fptosi: case IR_fptoui:
    case IR_fpext: case IR_fptrunc:
        check_conversion(v, i);
        break;
    case IR_copy:
        check_alike(v, i);
        break;
    case IR_select:
        want_type(v, i.a, TY_i1);
        want_type(v, i.b, (esp_type)i.ty);
        want_type(v, i.c, (esp_type)i.ty);
        break;
    case IR_vobj:
        want(v, i.a < v->g->vobjs.n, "no such virtual object");
        want_result(v, TY_i64);
        break;
    case IR_slot:
        want(v, i.a < v->g->slots.n, "no such slot");
        want_result(v, TY_i64);
        break;
    case IR_frameaddr:
        want_result(v, TY_i64);
        break;
    case IR_load:
        want_type(v, i.a, TY_i64);
        want(v, i.ty != TY_void, "a load without type");
        break;
    case IR_store:
        want_type(v, i.a, TY_i64);
        want(v, type_at(v, i.b) != TY_void, "stores nothing");
        break;
    case IR_call:
        check_call(v, i);
        break;
    case IR_second:
        check_second(v, i);
        break;
    case IR_guard: case IR_br:
        want_type(v, i.a, TY_i1);
        break;
    case IR_switch:
        want_int(v, i.a);
        want(v, i.c > 0, "a switch without default");
        break;
    case IR_valid:
        want_result(v, TY_i1);
        break;
    case IR_ret:
        check_ret(v, i);
        break;
    case IR_param: case IR_jump: case IR_deopt: case IR_unreachable:
        break;
    default:
        complain(v, "does not belong into a graph");
    }
}

/* ---- indices: first of all, so that the rest can follow them ---------- */

static void check_list(struct verifier *v, uint32_t at, uint32_t n,
                       const char *what)
{
    for (uint32_t k = 0; k < n; k++)
        if (!known_ref(v, v->g->refs.at[at + k]))
            complain(v, "%s %u is no instruction", what, k);
}

static void check_operands(struct verifier *v, esp_ins i)
{
    uint32_t in[3] = { i.a, i.b, i.c };
    bool optional = i.op == IR_ret;

    for (unsigned k = 0; k < op_info[i.op].inputs; k++)
        if (!known_ref(v, in[k]) && !(optional && in[k] == 0))
            complain(v, "input %u is no instruction", k);
        else if (in[k] && type_at(v, in[k]) == TY_void)
            complain(v, "input %%%u has no value", in[k]);
}

static void check_indices(struct verifier *v, esp_ins i)
{
    if (i.op == IR_none || i.op >= IR_COUNT || i.ty >= TY_COUNT) {
        complain(v, "op %u, type %u", i.op, i.ty);
        return;
    }
    if (i.flags & INS_DEAD)
        complain(v, "is marked dead");
    check_operands(v, i);
    if (i.op == IR_call && i.a >= v->g->calls.n) {
        complain(v, "no such call");
    } else if (i.op == IR_call) {
        const esp_ccall *c = &v->g->calls.at[i.a];

        if (!known_ref(v, c->callee))
            complain(v, "the callee is no instruction");
        check_list(v, c->args, c->nargs, "argument");
    }
}

/* ---- states ----------------------------------------------------------- */

static void check_value(void *arg, esp_ref r)
{
    struct verifier *v = arg;

    if (!known_ref(v, r))
        complain(v, "the state refers to %%%u", r);
    else if (type_at(v, r) == TY_void)
        complain(v, "the state refers to %%%u, which has no value", r);
}

/* Records in order of what they hold; which objects have one. */
static void check_objects(struct verifier *v, const esp_state *s,
                          esp_bits recorded)
{
    const uint32_t *p = v->g->refs.at + s->objects;

    for (uint32_t k = 0; k < s->nobjects; k++) {
        uint32_t id = p[0], n = p[1], end = 0;

        if (id >= v->g->vobjs.n || bits_get(recorded, id)) {
            complain(v, "vobj%u has no or two records", id);
            return;
        }
        bits_set(recorded, id);
        for (uint32_t e = 0; e < n; e++) {
            uint32_t offset = p[2 + 2 * e];

            check_value(v, p[3 + 2 * e]);
            if (v->message.n)
                return;
            if (offset == OBJECT_IS_REAL && n == 1)
                break;
            want(v, offset >= end, "entries overlap");
            end = offset + type_size[type_at(v, p[3 + 2 * e])];
            want(v, end <= v->g->vobjs.at[id].size, "an entry is outside");
        }
        p += 2 + 2 * n;
    }
}

struct recorded { struct verifier *v; esp_bits records; };

static void check_recorded(void *arg, esp_ref r)
{
    struct recorded *c = arg;
    esp_place p = facts_place(c->v->g, r);

    if (p.base && graph_at(c->v->g, p.base)->op == IR_vobj
        && !bits_get(c->records, graph_at(c->v->g, p.base)->a))
        complain(c->v, "no record of vobj%u in the state",
                 graph_at(c->v->g, p.base)->a);
}

static void check_state(struct verifier *v, uint32_t state)
{
    esp_graph *g = v->g;
    esp_arena_mark mark = arena_mark(&g->unit->scratch);
    struct recorded c = { v, bits_new(&g->unit->scratch, g->vobjs.n) };

    for (uint32_t s = state; s && !v->message.n; s = g->states.at[s].parent) {
        if (s >= g->states.n || g->states.at[s].parent >= s) {
            complain(v, "no such state, or no such parent of state %u", s);
            break;
        }
        check_objects(v, &g->states.at[s], c.records);
        want(v, s == state || g->states.at[s].nobjects == 0,
             "only the innermost state has objects");
    }
    if (!v->message.n)
        state_inputs(g, state, check_value, v);
    if (!v->message.n)
        state_inputs(g, state, check_recorded, &c);
    arena_release(&g->unit->scratch, mark);
}

/* ---- order ------------------------------------------------------------ */

/* The later of two places, or false if neither comes behind the other. */
static bool later(struct verifier *v, struct place a, struct place b,
                  struct place *out)
{
    if (a.block == b.block)
        *out = a.index > b.index ? a : b;
    else if (dom_dominates(v->g, a.block, b.block))
        *out = b;
    else if (dom_dominates(v->g, b.block, a.block))
        *out = a;
    else
        return false;
    return true;
}

static void push_unplaced(void *arg, esp_ref r)
{
    struct verifier *v = arg;

    if (v->seen[r] == OPEN)
        complain(v, "%%%u needs itself", r);
    else if (v->seen[r] == UNSEEN)
        VEC_PUSH(&v->g->unit->scratch, &v->stack, r);
}

struct joining { struct verifier *v; esp_ref r; };

static void join_place(void *arg, esp_ref input)
{
    struct joining *j = arg;
    struct place *mine = &j->v->place[j->r];

    if (!later(j->v, *mine, j->v->place[input], mine))
        complain(j->v, "%%%u is never there together with the other inputs of "
                 "%%%u", input, j->r);
}

/* A pinned value that is not in a reachable block is nowhere. */
static void place_leaf(struct verifier *v, esp_ref r)
{
    if (v->place[r].block == NO_BLOCK) {
        complain(v, "%%%u stands in no block that is reached", r);
        v->place[r].block = 0;
    }
}

static void check_pure(struct verifier *v, esp_ref r)
{
    esp_ref ins = v->ins;

    v->ins = r;
    check_indices(v, *graph_at(v->g, r));
    if (!v->message.n)
        check_types(v, *graph_at(v->g, r));
    v->ins = ins;
}

/* Finds the place of a value, and checks the pure instructions on the way. */
static void find_place(struct verifier *v, esp_ref r)
{
    push_unplaced(v, r);
    while (v->stack.n && !v->message.n) {
        uint32_t n = v->stack.n;
        esp_ref top = v->stack.at[n - 1];

        if (!graph_floats(v->g, top)) {
            place_leaf(v, top);
            v->seen[top] = DONE;
        }
        if (v->seen[top] == UNSEEN) {
            v->seen[top] = OPEN;
            check_pure(v, top);
            if (!v->message.n)
                graph_inputs(v->g, top, push_unplaced, v);
        } else {
            struct joining j = { v, top };

            v->stack.n--;
            if (v->seen[top] == OPEN) {
                v->place[top] = (struct place){ 0, 0 };
                graph_inputs(v->g, top, join_place, &j);
                v->seen[top] = DONE;
            }
        }
    }
    v->stack.n = 0;
}

struct use { struct verifier *v; struct place at; };

static void check_use(void *arg, esp_ref r)
{
    struct use *u = arg;
    struct place p;

    find_place(u->v, r);
    p = u->v->place[r];
    if (u->v->message.n)
        return;
    if (p.block == u->at.block ? p.index > u->at.index
                               : !dom_dominates(u->v->g, p.block, u->at.block))
        complain(u->v, "%%%u is not there yet", r);
}

/* ---- blocks ----------------------------------------------------------- */

static void check_edge(struct verifier *v, const esp_edge *e)
{
    const esp_graph *g = v->g;
    const esp_block *to;

    if (e->block >= g->blocks.n || e->block == 0) {
        complain(v, "leads to block %u", e->block);
        return;
    }
    to = &g->blocks.at[e->block];
    want(v, !to->dead, "leads to a dead block");
    if (e->nargs != to->params.n) {
        complain(v, "%u arguments for the %u parameters of b%u",
                 e->nargs, to->params.n, e->block);
        return;
    }
    check_list(v, e->args, e->nargs, "argument");
    for (uint32_t k = 0; k < e->nargs && !v->message.n; k++)
        want_type(v, g->refs.at[e->args + k], type_at(v, to->params.at[k]));
}

/* What has to hold before the order of blocks can be computed. */
static void check_shape(struct verifier *v, uint32_t block)
{
    const esp_block *k = &v->g->blocks.at[block];
    uint32_t n;
    esp_edge *edges;

    v->block = block;
    v->ins = 0;
    for (uint32_t i = 0; i < k->params.n && !v->message.n; i++) {
        const esp_ins *p = graph_at(v->g, k->params.at[i]);

        want(v, p->op == IR_param && p->a == block && p->b == i
             && p->ty != TY_void, "a parameter of another block");
    }
    want(v, graph_term(v->g, block) != 0, "no terminator");
    for (uint32_t i = 0; i < k->code.n && !v->message.n; i++) {
        v->ins = k->code.at[i];
        if (!known_ref(v, v->ins) || graph_at(v->g, v->ins)->op == IR_param) {
            v->ins = 0;
            complain(v, "instruction %u is none", i);
            return;
        }
        check_indices(v, *graph_at(v->g, v->ins));
        want(v, i == k->code.n - 1
             || !(op_info[graph_at(v->g, v->ins)->op].flags & OP_TERM),
             "a terminator inside of a block");
        want(v, !graph_floats(v->g, v->ins), "a floating instruction");
    }
    if (v->message.n)
        return;
    edges = graph_edges(v->g, block, &n);
    for (uint32_t i = 0; i < n && !v->message.n; i++)
        check_edge(v, &edges[i]);
}

static void check_signature(struct verifier *v)
{
    const esp_graph *g = v->g;
    const esp_block *entry = &g->blocks.at[0];

    v->block = 0;
    v->ins = 0;
    want(v, g->sig.nargs == entry->params.n,
         "as many parameters as the signature has");
    for (uint32_t k = 0; k < entry->params.n && !v->message.n; k++)
        want_type(v, entry->params.at[k], (esp_type)g->sig.arg[k]);
}

static void place_block(struct verifier *v, uint32_t block)
{
    const esp_block *k = &v->g->blocks.at[block];

    v->block = block;
    for (uint32_t i = 0; i < k->params.n; i++)
        v->place[k->params.at[i]] = (struct place){ block, 0 };
    for (uint32_t i = 0; i < k->code.n; i++) {
        v->ins = k->code.at[i];
        want(v, v->place[v->ins].block == NO_BLOCK, "stands there twice");
        v->place[v->ins] = (struct place){ block, i + 1 };
    }
}

static void check_block(struct verifier *v, uint32_t block)
{
    const esp_block *k = &v->g->blocks.at[block];

    v->block = block;
    for (uint32_t i = 0; i < k->code.n && !v->message.n; i++) {
        struct use u = { v, { block, i } };
        uint32_t state;

        v->ins = k->code.at[i];
        check_types(v, *graph_at(v->g, v->ins));
        state = graph_state(v->g, v->ins);
        if (state && !v->message.n)
            check_state(v, state);
        if (!v->message.n)
            graph_inputs(v->g, v->ins, check_use, &u);
    }
}

static void verify(struct verifier *v)
{
    esp_graph *g = v->g;
    esp_arena *scratch = &g->unit->scratch;
    struct graph_props *p = g->props;

    if (g->blocks.n == 0) {
        complain(v, "no entry");
        return;
    }
    for (uint32_t b = 0; b < g->blocks.n && !v->message.n; b++)
        if (!g->blocks.at[b].dead && g->blocks.at[b].code.n)
            check_shape(v, b);
    if (v->message.n)
        return;
    check_signature(v);

    props_forget(g, PROPS_ALL);
    props_need(g, PROP_DOM);
    v->place = ARENA_ARRAY(scratch, struct place, g->ins.n);
    v->seen = ARENA_ARRAY(scratch, uint8_t, g->ins.n);
    for (esp_ref r = 0; r < g->ins.n; r++)
        v->place[r].block = NO_BLOCK;
    for (uint32_t i = 0; i < p->order.n; i++)
        place_block(v, p->order.at[i]);
    for (uint32_t i = 0; i < p->order.n && !v->message.n; i++) {
        v->block = p->order.at[i];
        v->ins = 0;
        want(v, graph_term(g, v->block) != 0, "no terminator");
        check_block(v, v->block);
    }
}

const char *graph_verify(esp_graph *g)
{
    struct verifier v = { .g = g };
    esp_arena_mark mark = arena_mark(&g->unit->scratch);
    const char *message = NULL;

    verify(&v);
    if (v.message.n)
        message = arena_strdup(g->arena, text_get(&v.message));
    text_free(&v.message);
    arena_release(&g->unit->scratch, mark);
    return message;
}
