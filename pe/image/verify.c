/*
 * What holds of a function in an image.
 *
 *   - Blocks are not empty; each ends in a terminator and has no other.
 *   - Operands have the types that their operation asks for.
 *   - A value is defined, in its own block or in one that dominates it, before
 *     it is used.
 *   - Edges pass one argument for each parameter, of its type; block 0 has the
 *     function's arguments as parameters and no edge comes to it.
 *   - Loops nest, an edge enters one only at its first block, and only edges
 *     to the first block of a loop, from within it, go back.
 *   - Calls pass what their signatures say.
 *   - The live lists name, in ascending order, all that is used behind them
 *     and was defined before; nothing else.
 *
 * Everything that reads an image (the evaluator, the IR interpreter) relies on
 * this and checks none of it again.
 */
#include "framework/base/bits.h"
#include "pe/image/image.h"

#include <string.h>

typedef struct check {
    const esp_ifunc *f;
    esp_arena *arena;
    const char *wrong;
    uint32_t *block_of;         /* by instruction */
    uint32_t *idom;             /* by block */
    esp_bits live;              /* instructions, at the point looked at */
} check;

static bool want(check *c, bool holds, const char *what)
{
    if (!holds && !c->wrong)
        c->wrong = what;
    return holds;
}

static bool is_const(const check *c, uint32_t v)
{
    return v < c->f->nconsts;
}

static esp_type type_of(const check *c, uint32_t v)
{
    return is_const(c, v) ? c->f->const_ty[v]
                          : c->f->code[v - c->f->nconsts].ty;
}

static const esp_ins *terminator(const check *c, uint32_t b)
{
    return &c->f->code[c->f->blocks[b].end - 1];
}

static bool has_edges(const esp_ins *i)
{
    return i->op == IR_jump || i->op == IR_br || i->op == IR_switch;
}

/* ---- blocks and edges -------------------------------------------------- */

static void check_blocks(check *c)
{
    const esp_ifunc *f = c->f;

    for (uint32_t b = 0; b < f->nblocks; b++)
        for (uint32_t k = f->blocks[b].first; k < f->blocks[b].end; k++) {
            bool last = k + 1 == f->blocks[b].end;
            bool param = k - f->blocks[b].first < f->blocks[b].nparams;

            c->block_of[k] = b;
            want(c, !(op_info[f->code[k].op].flags & OP_TERM) == !last,
                 "a terminator is not last, or the last is none");
            want(c, (f->code[k].op == IR_param) == param,
                 "a parameter does not stand first");
        }
}

static void check_entry(check *c)
{
    const esp_ifunc *f = c->f;

    if (!want(c, f->blocks[0].nparams == f->sig.nargs,
              "the entry's parameters are not the function's"))
        return;
    for (uint32_t k = 0; k < f->sig.nargs; k++)
        want(c, f->code[k].ty == f->sig.arg[k],
             "a parameter of the entry has another type");
}

static void check_edge(check *c, uint32_t from, const esp_edge *e)
{
    const esp_iblock *to = &c->f->blocks[e->block];

    want(c, e->block != 0, "an edge to the entry");
    want(c, e->block > from || to->loop_end > from, "an edge back that is not "
                                                    "to its loop");
    if (!want(c, e->nargs == to->nparams, "an edge lacks arguments"))
        return;
    for (uint32_t k = 0; k < e->nargs; k++)
        want(c, type_of(c, c->f->refs[e->args + k]) ==
                    c->f->code[to->first + k].ty,
             "an argument of an edge has another type");
}

static void check_edges(check *c)
{
    for (uint32_t b = 0; b < c->f->nblocks; b++) {
        const esp_ins *t = terminator(c, b);

        if (!has_edges(t))
            continue;
        want(c, t->c == (t->op == IR_jump ? 1u : t->op == IR_br ? 2u : t->c) &&
                    t->c > 0, "a terminator lacks edges");
        for (uint32_t k = 0; k < t->c; k++)
            check_edge(c, b, &c->f->edges[t->b + k]);
    }
}

/* Loops are nested intervals of blocks.  Fills in the innermost loop around
 * each block and the next one around each loop, as 1 + the header. */
static void check_nesting(check *c, uint32_t *loop, uint32_t *outer)
{
    const esp_iblock *blocks = c->f->blocks;
    uint32_t inner = 0;

    for (uint32_t b = 0; b < c->f->nblocks; b++) {
        while (inner && blocks[inner - 1].loop_end <= b)
            inner = outer[inner - 1];
        if (blocks[b].loop_end) {
            want(c, blocks[b].loop_end > b &&
                        (!inner || blocks[b].loop_end <=
                                       blocks[inner - 1].loop_end),
                 "loops that do not nest");
            outer[b] = inner;
            inner = b + 1;
        }
        loop[b] = inner;
    }
}

/* All loops around the end of an edge that are not around its start begin
 * with that block. */
static void check_loops(check *c)
{
    const esp_ifunc *f = c->f;
    uint32_t *loop = ARENA_ARRAY(c->arena, uint32_t, f->nblocks);
    uint32_t *outer = ARENA_ARRAY(c->arena, uint32_t, f->nblocks);

    if (!want(c, loop && outer, "no memory"))
        return;
    check_nesting(c, loop, outer);
    for (uint32_t b = 0; b < f->nblocks && !c->wrong; b++) {
        const esp_ins *t = terminator(c, b);

        for (uint32_t k = 0; has_edges(t) && k < t->c; k++) {
            uint32_t to = f->edges[t->b + k].block, h = loop[to];

            for (; h && (b < h - 1 || b >= f->blocks[h - 1].loop_end);
                 h = outer[h - 1])
                want(c, h - 1 == to, "a loop is entered in its middle");
        }
    }
}

/* ---- dominators -------------------------------------------------------- */

enum { NONE = UINT32_MAX };

static uint32_t common(const uint32_t *idom, uint32_t x, uint32_t y)
{
    while (x != y)
        if (x > y)
            x = idom[x];
        else
            y = idom[y];
    return x;
}

/* Forward edges alone decide: an edge back comes from a block that its target
 * dominates. */
static void find_dominators(check *c)
{
    const esp_ifunc *f = c->f;

    for (uint32_t b = 1; b < f->nblocks; b++)
        c->idom[b] = NONE;
    for (uint32_t b = 0; b < f->nblocks; b++) {
        const esp_ins *t = terminator(c, b);

        if (!want(c, b == 0 || c->idom[b] != NONE,
                  "a block that is not reached"))
            return;
        for (uint32_t k = 0; has_edges(t) && k < t->c; k++) {
            uint32_t to = f->edges[t->b + k].block;

            if (to > b)
                c->idom[to] = c->idom[to] == NONE
                                  ? b : common(c->idom, c->idom[to], b);
        }
    }
}

static bool dominates(const check *c, uint32_t x, uint32_t y)
{
    while (y > x)
        y = c->idom[y];
    return x == y;
}

/* v may be used by instruction k. */
static void check_use(check *c, uint32_t v, uint32_t k)
{
    uint32_t def = v - c->f->nconsts;

    if (is_const(c, v))
        return;
    want(c, c->f->code[def].ty != TY_void, "a use of something without value");
    want(c, c->block_of[def] == c->block_of[k]
                ? def < k : dominates(c, c->block_of[def], c->block_of[k]),
         "a use that its definition does not dominate");
}

/* ---- instructions ------------------------------------------------------ */

static bool is_int(esp_type t)
{
    return t >= TY_i1 && t <= TY_i64;
}

static void check_conversion(check *c, const esp_ins *i)
{
    esp_type from = type_of(c, i->a), to = i->ty;
    bool ok;

    switch (i->op) {
    case IR_zext: case IR_sext:
        ok = is_int(from) && is_int(to) && from < to;
        break;
    case IR_trunc:
        ok = is_int(from) && is_int(to) && from > to;
        break;
    case IR_bitcast:
        ok = type_size[from] == type_size[to] &&
             type_is_float(from) != type_is_float(to);
        break;
    case IR_sitofp: case IR_uitofp:
        ok = is_int(from) && from != TY_i1 && type_is_float(to);
        break;
    case IR_fptosi: case IR_fptoui:
        ok = type_is_float(from) && is_int(to) && to != TY_i1;
        break;
    case IR_fpext:
        ok = from == TY_f32 && to == TY_f64;
        break;
    default:
        ok = from == TY_f64 && to == TY_f32;
        break;
    }
    want(c, ok, "a conversion between types that it cannot convert");
}

static bool wants_floats(esp_op op)
{
    return (op >= IR_feq && op <= IR_fle) || (op >= IR_fadd && op <= IR_ftrunc);
}

static void check_types(check *c, const esp_ins *i)
{
    switch (i->op) {
    case IR_load: case IR_store:
        want(c, type_of(c, i->a) == TY_i64, "an address that is no i64");
        want(c, i->op != IR_load || i->ty != TY_i1, "a load of a single bit");
        want(c, i->op != IR_store || type_of(c, i->b) != TY_i1,
             "a store of a single bit");
        return;
    case IR_select:
        want(c, type_of(c, i->a) == TY_i1 &&
                    type_of(c, i->b) == type_of(c, i->c),
             "a select of different types, or not on a bit");
        return;
    case IR_br:
        want(c, type_of(c, i->a) == TY_i1, "a branch not on a bit");
        return;
    case IR_switch:
        want(c, is_int(type_of(c, i->a)) && type_of(c, i->a) != TY_i1,
             "a switch not on an integer");
        return;
    case IR_ret:
        if (c->f->sig.nresults > 0)
            want(c, type_of(c, i->a) == c->f->sig.result[0],
                 "a result of another type");
        if (c->f->sig.nresults > 1)
            want(c, type_of(c, i->b) == c->f->sig.result[1],
                 "a result of another type");
        return;
    case IR_alloca: case IR_frameaddr:
        want(c, i->ty == TY_i64, "an address that is no i64");
        return;
    case IR_call: case IR_second: case IR_param: case IR_jump:
    case IR_unreachable:
        return;
    }
    if (op_info[i->op].result == RESULT_ANY) {
        check_conversion(c, i);
        return;
    }
    want(c, type_is_float(type_of(c, i->a)) == wants_floats(i->op),
         "an operation on the wrong kind of number");
    if (op_info[i->op].inputs == 2)
        want(c, type_of(c, i->a) == type_of(c, i->b),
             "an operation on different types");
}

static void check_call(check *c, const esp_icall *call, uint32_t k)
{
    check_use(c, call->callee, k);
    want(c, type_of(c, call->callee) == TY_i64, "a callee that is no i64");
    want(c, call->nargs == call->sig.nargs, "a call lacks arguments");
    for (uint32_t j = 0; j < call->nargs; j++) {
        check_use(c, c->f->refs[call->args + j], k);
        want(c, type_of(c, c->f->refs[call->args + j]) == call->sig.arg[j],
             "an argument of another type");
    }
}

/* Operations that an image may hold. */
static bool belongs(esp_op op)
{
    switch (op) {
    case IR_none: case IR_const: case IR_copy: case IR_vobj: case IR_slot:
    case IR_guard: case IR_valid: case IR_deopt:
        return false;
    default:
        return op < IR_COUNT;
    }
}

static unsigned inputs(const check *c, const esp_ins *i)
{
    return i->op == IR_ret ? c->f->sig.nresults : op_info[i->op].inputs;
}

static void check_ins(check *c, uint32_t k)
{
    const esp_ins *i = &c->f->code[k];
    unsigned n = inputs(c, i);

    if (!want(c, belongs(i->op), "an operation that images do not have"))
        return;
    if (n > 0)
        check_use(c, i->a, k);
    if (n > 1)
        check_use(c, i->b, k);
    if (n > 2)
        check_use(c, i->c, k);
    if (i->op == IR_call)
        check_call(c, &c->f->calls[i->a], k);
    if (i->op == IR_alloca)
        want(c, i->b && !(i->b & (i->b - 1)), "an odd alignment");
    for (uint32_t e = 0; has_edges(i) && e < i->c; e++)
        for (uint32_t j = 0; j < c->f->edges[i->b + e].nargs; j++)
            check_use(c, c->f->refs[c->f->edges[i->b + e].args + j], k);
    check_types(c, i);
}

/* ---- liveness ---------------------------------------------------------- */

static void use(check *c, uint32_t v)
{
    if (!is_const(c, v) && want(c, v - c->f->nconsts < c->f->ncode,
                                "a list names a value that is none"))
        bits_set(c->live, v - c->f->nconsts);
}

static void use_all(check *c, uint32_t at, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        use(c, c->f->refs[at + k]);
}

static void use_inputs(check *c, const esp_ins *i)
{
    unsigned n = inputs(c, i);

    if (n > 0)
        use(c, i->a);
    if (n > 1)
        use(c, i->b);
    if (n > 2)
        use(c, i->c);
    if (i->op == IR_call) {
        use(c, c->f->calls[i->a].callee);
        use_all(c, c->f->calls[i->a].args, c->f->calls[i->a].nargs);
    }
    for (uint32_t e = 0; has_edges(i) && e < i->c; e++) {
        const esp_edge *edge = &c->f->edges[i->b + e];
        const esp_iblock *to = &c->f->blocks[edge->block];

        use_all(c, to->live, to->nlive);
        use_all(c, edge->args, edge->nargs);
    }
}

/* Is what is live now what the list says?  Lists are ascending, so it is
 * enough that all of the list is live and that there are as many. */
static bool same(const check *c, uint32_t at, uint32_t n)
{
    uint32_t count = 0, last = 0;

    for (uint32_t k = 0; k < c->live.n; k++)
        count += (uint32_t)__builtin_popcountll(c->live.word[k]);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t v = c->f->refs[at + k];

        if (is_const(c, v) || v - c->f->nconsts >= c->f->ncode ||
            (k && v <= last) || !bits_get(c->live, v - c->f->nconsts))
            return false;
        last = v;
    }
    return count == n;
}

static void check_live_behind(check *c, uint32_t k, bool last)
{
    const esp_icall *call = &c->f->calls[c->f->code[k].a];

    if (!last && c->f->code[k + 1].op == IR_second)
        bits_clear(c->live, k + 1);
    want(c, same(c, call->live, call->nlive),
         "the live list of a call is wrong");
}

/* The lists are consistent if each follows from those of the blocks behind
 * it; then they have everything that is used.  (A value that is carried around
 * a loop for nothing would pass; it would do no harm.) */
static void check_live(check *c)
{
    const esp_ifunc *f = c->f;

    c->live = bits_new(c->arena, f->ncode);
    if (!want(c, c->live.word != NULL, "no memory"))
        return;
    for (uint32_t b = 0; b < f->nblocks && !c->wrong; b++) {
        const esp_iblock *block = &f->blocks[b];

        memset(c->live.word, 0, c->live.n * sizeof *c->live.word);
        for (uint32_t k = block->end; k-- > block->first;) {
            bits_clear(c->live, k);
            if (f->code[k].op == IR_call)
                check_live_behind(c, k, k + 1 == block->end);
            if (f->code[k].op != IR_second)
                use_inputs(c, &f->code[k]);
        }
        want(c, same(c, block->live, block->nlive),
             "the live list of a block is wrong");
    }
}

const char *image_verify(const esp_ifunc *f, esp_arena *a)
{
    check c = { .f = f, .arena = a,
                .block_of = ARENA_ARRAY(a, uint32_t, f->ncode),
                .idom = ARENA_ARRAY(a, uint32_t, f->nblocks) };

    if (!c.block_of || !c.idom)
        return "no memory";
    check_blocks(&c);
    if (!c.wrong)
        check_entry(&c);
    if (!c.wrong)
        check_edges(&c);
    if (!c.wrong)
        check_loops(&c);
    if (!c.wrong)
        find_dominators(&c);
    for (uint32_t k = 0; k < f->ncode && !c.wrong; k++)
        check_ins(&c, k);
    if (!c.wrong)
        check_live(&c);
    return c.wrong;
}
