/*
 * The text form of a graph: see print.h.
 */
#include "framework/base/bits.h"
#include "pe/graph/arith.h"
#include "pe/graph/dom.h"
#include "pe/graph/print.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- constants and operands ------------------------------------------- */

/* The shortest decimal that reads back as the same number. */
static void print_number(esp_type ty, uint64_t bits, esp_text *out)
{
    uint32_t low = (uint32_t)bits;
    double d;
    float f;
    char text[40];

    memcpy(&d, &bits, sizeof d);
    memcpy(&f, &low, sizeof f);
    if (ty == TY_f32)
        d = f;
    if (!isfinite(d)) {
        text_printf(out, "0x%" PRIx64, bits);
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        double back;

        snprintf(text, sizeof text, "%.*g", digits, d);
        back = strtod(text, NULL);
        if (back == d || (ty == TY_f32 && (float)back == f))
            break;
    }
    text_printf(out, "%s", text);
}

static void print_const(esp_type ty, uint64_t bits, esp_text *out)
{
    int64_t s = arith_signed(ty, bits);

    if (ty == TY_i1) {
        text_printf(out, "%s", bits ? "true" : "false");
        return;
    }
    if (ty != TY_i64)
        text_printf(out, "%s ", type_name[ty]);
    if (type_is_float(ty))
        print_number(ty, bits, out);
    else if (s == (int32_t)s)
        text_printf(out, "%" PRId64, s);
    else
        text_printf(out, "0x%" PRIx64, bits);
}

void graph_print_ref(const esp_graph *g, esp_ref r, esp_text *out)
{
    const esp_ins *i = graph_at(g, r);

    switch (i->op) {
    case IR_none:
        text_printf(out, "none");
        break;
    case IR_const:
        print_const((esp_type)i->ty, graph_const(g, r), out);
        break;
    case IR_vobj: case IR_slot:
        text_printf(out, "%s%u", op_info[i->op].name, i->a);
        break;
    case IR_frameaddr:
        text_printf(out, "frameaddr");
        break;
    default:
        text_printf(out, "%%%u", r);
    }
}

static void print_list(const esp_graph *g, uint32_t at, uint32_t n,
                       esp_text *out)
{
    for (uint32_t k = 0; k < n; k++) {
        text_printf(out, k ? ", " : "");
        graph_print_ref(g, g->refs.at[at + k], out);
    }
}

static void print_string(const char *s, esp_text *out)
{
    text_char(out, '"');
    for (; *s; s++)
        if (*s == '"' || *s == '\\' || (unsigned char)*s < ' ')
            text_printf(out, "\\%02x", (unsigned char)*s);
        else
            text_char(out, *s);
    text_char(out, '"');
}

/* ---- instructions ----------------------------------------------------- */

const struct graph_word graph_ins_flags[] = {
    { INS_VOLATILE, "volatile" }, { INS_ORDERED, "ordered" },
    { INS_PINNED, "pinned" }, { INS_FINAL, "final" },
    { INS_FROZEN, "frozen" }, { INS_CHILD, "child" },
    { INS_ENTRY, "entry" }, { INS_ELEMENT, "element" },
    { INS_SUNK, "sunk" },
    { 0, NULL }
};

const struct graph_word graph_arg_flags[] = {
    { ARG_STACK, "stack" }, { ARG_SRET, "sret" },
    { ARG_SEXT, "sext" }, { ARG_ZEXT, "zext" }, { 0, NULL }
};

const struct graph_word graph_vobj_kinds[] = {
    { VOBJ_ALLOCA, "alloca" }, { VOBJ_FRAME, "frame" },
    { VOBJ_BORROWED, "borrowed" }, { VOBJ_NEW, "new" }, { 0, NULL }
};

static void print_flags(uint16_t flags, esp_text *out)
{
    for (const struct graph_word *w = graph_ins_flags; w->word; w++)
        if (flags & w->value)
            text_printf(out, " %s", w->word);
}

static void print_address(const esp_graph *g, esp_ref base, uint32_t disp,
                          esp_text *out)
{
    int64_t d = (int32_t)disp;

    text_char(out, ' ');
    graph_print_ref(g, base, out);
    if (d)
        text_printf(out, " %c %" PRId64, d < 0 ? '-' : '+', d < 0 ? -d : d);
}

static void print_arg_flags(uint8_t flags, esp_text *out)
{
    for (const struct graph_word *w = graph_arg_flags; w->word; w++)
        if (flags & w->value)
            text_printf(out, "%s ", w->word);
}

static void print_results(const esp_sig *sig, esp_text *out)
{
    for (unsigned k = 0; k < sig->nresults; k++)
        text_printf(out, "%s%s", k ? ", " : " -> ", type_name[sig->result[k]]);
}

/* call 0x5566 "name" (%1, zext %2) -> i64, i64 leaf cold cell variadic 1, state 2 */
static void print_call(const esp_graph *g, const esp_ccall *c, esp_text *out)
{
    text_char(out, ' ');
    graph_print_ref(g, c->callee, out);
    if (c->name) {
        text_char(out, ' ');
        print_string(c->name, out);
    }
    text_printf(out, " (");
    for (uint32_t k = 0; k < c->nargs; k++) {
        text_printf(out, k ? ", " : "");
        if (k < SIG_MAX_ARGS)
            print_arg_flags(c->sig.arg_flags[k], out);
        graph_print_ref(g, g->refs.at[c->args + k], out);
    }
    text_char(out, ')');
    print_results(&c->sig, out);
    text_printf(out, "%s%s%s%s", c->leaf ? " leaf" : "",
                c->cold ? " cold" : "", c->cell ? " cell" : "", c->self ? " self" : "");
    if (c->sig.variadic)
        text_printf(out, " variadic %u", c->sig.fixed);
    if (c->state)
        text_printf(out, ", state %u", c->state);
}

static void print_edge(const esp_graph *g, const esp_edge *e, esp_text *out)
{
    text_printf(out, "b%u", e->block);
    if (e->nargs) {
        text_char(out, '(');
        print_list(g, e->args, e->nargs, out);
        text_char(out, ')');
    }
}

static void print_edges(const esp_graph *g, const esp_ins *i, esp_text *out)
{
    for (uint32_t k = 0; k < i->c; k++) {
        const esp_edge *e = &g->edges.at[i->b + k];

        text_printf(out, k || i->op != IR_jump ? ", " : " ");
        if (i->op == IR_switch && k < i->c - 1)
            text_printf(out, "%" PRIu64 ": ", e->value);
        else if (i->op == IR_switch)
            text_printf(out, "else ");
        print_edge(g, e, out);
    }
}

static void print_speculation(const esp_ins *i, const char *comma,
                              esp_text *out)
{
    if (i->b)
        text_printf(out, "%s state %u", comma, i->b);
    if (i->c)
        text_printf(out, "%s reason %u", i->b ? "," : comma, i->c);
}

static void print_inputs(const esp_graph *g, const esp_ins *i, esp_text *out)
{
    const uint32_t in[3] = { i->a, i->b, i->c };

    for (unsigned k = 0; k < op_info[i->op].inputs; k++) {
        text_printf(out, k ? ", " : " ");
        graph_print_ref(g, in[k], out);
    }
}

static void print_operands(const esp_graph *g, const esp_ins *i, esp_text *out)
{
    switch (i->op) {
    case IR_load:
        print_address(g, i->a, i->b, out);
        if (i->c)
            text_printf(out, ", known %u", i->c);
        break;
    case IR_store:
        print_address(g, i->a, i->c, out);
        text_printf(out, ", ");
        graph_print_ref(g, i->b, out);
        break;
    case IR_call:
        print_call(g, &g->calls.at[i->a], out);
        break;
    case IR_guard:
        print_inputs(g, i, out);
        print_speculation(i, ",", out);
        break;
    case IR_deopt:
        print_speculation(i, "", out);
        break;
    case IR_jump: case IR_br: case IR_switch:
        print_inputs(g, i, out);
        print_edges(g, i, out);
        break;
    case IR_ret:
        if (i->a)
            print_inputs(g, &(esp_ins){ .op = i->b ? IR_add : IR_copy,
                                        .a = i->a, .b = i->b }, out);
        break;
    default:
        print_inputs(g, i, out);
    }
}

void graph_print_ins(const esp_graph *g, esp_ref r, esp_text *out)
{
    const esp_ins *i = graph_at(g, r);

    if (i->ty != TY_void)
        text_printf(out, "%%%u: %s = ", r, type_name[i->ty]);
    text_printf(out, "%s", op_info[i->op].name);
    print_flags(i->flags, out);
    print_operands(g, i, out);
}

/* ---- what stands above the blocks ------------------------------------- */

static void print_signature(const esp_graph *g, esp_text *out)
{
    text_printf(out, "graph ");
    print_string(g->unit->name ? g->unit->name : "", out);
    text_printf(out, " (");
    for (unsigned k = 0; k < g->sig.nargs; k++) {
        text_printf(out, k ? ", " : "");
        print_arg_flags(g->sig.arg_flags[k], out);
        text_printf(out, "%s", type_name[g->sig.arg[k]]);
    }
    text_char(out, ')');
    print_results(&g->sig, out);
    text_char(out, '\n');
}

static void print_pointer(const char *word, const void *p, esp_text *out)
{
    if (p)
        text_printf(out, ", %s 0x%" PRIxPTR, word, (uintptr_t)p);
}

static const char *vobj_kind(uint8_t kind)
{
    const struct graph_word *w = graph_vobj_kinds;

    while (w->word && w->value != kind)
        w++;
    return w->word ? w->word : "?";
}

static void print_vobj(const esp_graph *g, uint32_t id, esp_text *out)
{
    const esp_vobj *v = &g->vobjs.at[id];
    unsigned n = 4;

    text_printf(out, "vobj%u: %s, size %u, align %u", id,
                vobj_kind(v->kind), v->size, v->align);
    if (v->slot)
        text_printf(out, ", slot %u", v->slot - 1);
    print_pointer("what", v->what, out);
    print_pointer("fn", v->fn, out);
    if (v->call)
        text_printf(out, ", call %u", v->call);
    while (n && !v->arg[n - 1])
        n--;
    for (unsigned k = 0; k < n; k++) {
        text_printf(out, k ? ", " : ", args ");
        graph_print_ref(g, v->arg[k], out);
    }
    text_char(out, '\n');
}

static const uint32_t *print_object(const esp_graph *g, const uint32_t *p,
                                    esp_text *out)
{
    uint32_t n = p[1];

    text_printf(out, ", vobj%u {", p[0]);
    for (uint32_t k = 0; k < n; k++) {
        text_printf(out, k ? ", " : " ");
        if (p[2 + 2 * k] == OBJECT_IS_REAL)
            text_printf(out, "real = ");
        else
            text_printf(out, "%u = ", p[2 + 2 * k]);
        graph_print_ref(g, p[3 + 2 * k], out);
    }
    text_printf(out, n ? " }" : "}");
    return p + 2 + 2 * n;
}

static void print_state(const esp_graph *g, uint32_t id, esp_text *out)
{
    const esp_state *s = &g->states.at[id];
    const uint32_t *p = g->refs.at + s->objects;

    text_printf(out, "state %u: ", id);
    if (s->parent)
        text_printf(out, "parent %u, ", s->parent);
    text_printf(out, "point %u", s->point);
    print_pointer("fn", s->fn, out);
    print_pointer("node", s->node, out);
    for (uint32_t k = 0; k < s->nlive; k++) {
        text_printf(out, "%s%u = ", k ? ", " : ", live ",
                    g->refs.at[s->live + 2 * k]);
        graph_print_ref(g, g->refs.at[s->live + 2 * k + 1], out);
    }
    for (uint32_t k = 0; k < 2; k++)
        if (s->result[k]) {
            text_printf(out, k ? ", second " : ", result ");
            graph_print_ref(g, s->result[k], out);
        }
    for (uint32_t k = 0; k < s->nobjects; k++)
        p = print_object(g, p, out);
    text_char(out, '\n');
}

/* States that no instruction has any more are not printed. */
static void print_states(const esp_graph *g, esp_text *out)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    esp_bits used = bits_new(scratch, g->states.n);

    for (uint32_t b = 0; b < g->blocks.n; b++)
        for (uint32_t k = 0; k < g->blocks.at[b].code.n; k++) {
            uint32_t s = graph_state(g, g->blocks.at[b].code.at[k]);

            for (; s && !bits_get(used, s); s = g->states.at[s].parent)
                bits_set(used, s);
        }
    for (uint32_t s = 1; s < g->states.n; s++)
        if (bits_get(used, s))
            print_state(g, s, out);
    arena_release(scratch, mark);
}

void graph_print_head(const esp_graph *g, esp_text *out)
{
    print_signature(g, out);
    for (uint32_t s = 0; s < g->slots.n; s++)
        text_printf(out, "slot%u: size %u, align %u\n", s,
                    g->slots.at[s].size, g->slots.at[s].align);
    for (uint32_t v = 0; v < g->vobjs.n; v++)
        print_vobj(g, v, out);
    print_states(g, out);
}

void graph_print_block(const esp_graph *g, uint32_t block, esp_text *out)
{
    const esp_block *k = &g->blocks.at[block];

    text_printf(out, "\nb%u", block);
    for (uint32_t i = 0; i < k->params.n; i++) {
        esp_ref r = k->params.at[i];

        text_printf(out, "%s%%%u: %s", i ? ", " : "(", r,
                    type_name[graph_at(g, r)->ty]);
    }
    text_printf(out, "%s%s:\n", k->params.n ? ")" : "", k->cold ? " cold" : "");
}

/* ---- blocks ----------------------------------------------------------- */

struct printer {
    const esp_graph *g;
    esp_text *out;
    esp_bits done;              /* pure instructions that have been printed */
    VEC(esp_ref) stack;
};

static void want(void *arg, esp_ref r)
{
    struct printer *p = arg;

    if (graph_floats(p->g, r) && !graph_is_leaf(p->g, r)
        && !bits_get(p->done, r))
        VEC_PUSH(&p->g->unit->scratch, &p->stack, r);
}

static void print_line(struct printer *p, esp_ref r)
{
    text_printf(p->out, "    ");
    graph_print_ins(p->g, r, p->out);
    text_char(p->out, '\n');
}

/* The pure instructions that an instruction needs, inputs first. */
static void print_needed(struct printer *p, esp_ref r)
{
    graph_inputs(p->g, r, want, p);
    while (p->stack.n) {
        uint32_t n = p->stack.n;
        esp_ref top = p->stack.at[n - 1];

        if (!bits_get(p->done, top))
            graph_inputs(p->g, top, want, p);
        if (p->stack.n > n)
            continue;
        p->stack.n--;
        if (!bits_get(p->done, top)) {
            bits_set(p->done, top);
            print_line(p, top);
        }
    }
}

static void print_block(struct printer *p, uint32_t block)
{
    const esp_block *k = &p->g->blocks.at[block];

    graph_print_block(p->g, block, p->out);
    for (uint32_t i = 0; i < k->code.n; i++) {
        print_needed(p, k->code.at[i]);
        print_line(p, k->code.at[i]);
    }
}

void graph_print(const esp_graph *g, esp_text *out)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    struct printer p = { .g = g, .out = out };
    esp_bits printed;

    dom_order((esp_graph *)g);      /* the graph may be under construction */
    p.done = bits_new(scratch, g->ins.n);
    printed = bits_new(scratch, g->blocks.n);
    graph_print_head(g, out);
    for (uint32_t i = 0; i < g->props->order.n; i++) {
        bits_set(printed, g->props->order.at[i]);
        print_block(&p, g->props->order.at[i]);
    }
    for (uint32_t b = 0; b < g->blocks.n; b++)
        if (!g->blocks.at[b].dead && !bits_get(printed, b))
            print_block(&p, b);
    arena_release(scratch, mark);
}
