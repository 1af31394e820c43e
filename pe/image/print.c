/*
 * Images as text, for people, tests and espdump:
 *
 *     function add_execute(i64, i64) -> i64, i64      ; calc.c
 *     b0(%0: i64, %1: i64):
 *         %2 = load i64 [%0 + 40] final child         ; 12
 *         %3, %4 = call @run(%2, %1): i64, i64; live %1
 *         br %5, b1, b2(%3)
 *
 * Instructions are numbered without the constants, which stand where they are
 * used.
 */
#include "pe/image/image.h"

#include <inttypes.h>
#include <string.h>

static void print_float(const esp_ifunc *f, uint32_t v, esp_text *out)
{
    double d;
    float s;

    if (f->const_ty[v] == TY_f32) {
        memcpy(&s, &f->consts[v], sizeof s);
        d = (double)s;
    } else {
        memcpy(&d, &f->consts[v], sizeof d);
    }
    text_printf(out, "%.17g", d);
    if (d > -1e15 && d < 1e15 && d == (double)(int64_t)d)
        text_printf(out, ".0");
}

static void print_const(const esp_ifunc *f, uint32_t v, esp_text *out)
{
    const esp_isymbol *s = &f->const_symbol[v];

    if (s->name) {
        text_printf(out, "@%s", s->name);
        if (s->addend)
            text_printf(out, "%+" PRId64, s->addend);
        return;
    }
    switch (f->const_ty[v]) {
    case TY_i8:  text_printf(out, "%d", (int8_t)f->consts[v]); break;
    case TY_i16: text_printf(out, "%d", (int16_t)f->consts[v]); break;
    case TY_i32: text_printf(out, "%d", (int32_t)f->consts[v]); break;
    case TY_f32: case TY_f64: print_float(f, v, out); break;
    default: text_printf(out, "%" PRId64, (int64_t)f->consts[v]); break;
    }
}

static void print_value(const esp_ifunc *f, uint32_t v, esp_text *out)
{
    if (v < f->nconsts)
        print_const(f, v, out);
    else
        text_printf(out, "%%%u", v - f->nconsts);
}

static void print_list(const esp_ifunc *f, uint32_t at, uint32_t n,
                       esp_text *out)
{
    for (uint32_t k = 0; k < n; k++) {
        if (k)
            text_printf(out, ", ");
        print_value(f, f->refs[at + k], out);
    }
}

static void print_live(const esp_ifunc *f, uint32_t at, uint32_t n,
                       esp_text *out)
{
    if (!n)
        return;
    text_printf(out, "  ; live ");
    print_list(f, at, n, out);
}

static void print_types(const uint8_t *types, unsigned n, esp_text *out)
{
    for (unsigned k = 0; k < n; k++)
        text_printf(out, "%s%s", k ? ", " : "", type_name[types[k]]);
}

static void print_results(const esp_sig *s, esp_text *out)
{
    print_types(s->result, s->nresults, out);
}

static void print_arg_flags(unsigned flags, esp_text *out)
{
    static const char *const names[] = { "stack", "sret", "sext", "zext" };

    for (unsigned k = 0; k < 4; k++)
        if (flags >> k & 1)
            text_printf(out, " %s", names[k]);
}

static void print_sig(const esp_sig *s, esp_text *out)
{
    text_printf(out, "(");
    for (unsigned k = 0; k < s->nargs; k++) {
        if (s->variadic && k == s->fixed)
            text_printf(out, "%s...", k ? ", " : "");
        text_printf(out, "%s%s", k ? ", " : "", type_name[s->arg[k]]);
        print_arg_flags(s->arg_flags[k], out);
    }
    if (s->variadic && s->nargs == s->fixed)
        text_printf(out, "%s...", s->nargs ? ", " : "");
    text_printf(out, ")");
}

static bool has_flags(const esp_sig *s)
{
    unsigned all = s->variadic;

    for (unsigned k = 0; k < s->nargs; k++)
        all |= s->arg_flags[k];
    return all;
}

static void print_call(const esp_ifunc *f, const esp_icall *c, esp_text *out)
{
    text_printf(out, "call%s%s%s ", c->leaf ? " leaf" : "",
                c->cold ? " cold" : "", c->intrinsic ? " intrinsic" : "");
    print_value(f, c->callee, out);
    text_printf(out, "(");
    print_list(f, c->args, c->nargs, out);
    text_printf(out, ")");
    if (has_flags(&c->sig)) {
        text_printf(out, " as ");
        print_sig(&c->sig, out);
    }
    if (c->sig.nresults) {
        text_printf(out, ": ");
        print_results(&c->sig, out);
    }
    print_live(f, c->live, c->nlive, out);
}

static void print_flags(unsigned flags, esp_text *out)
{
    static const struct { unsigned flag; const char *name; } names[] = {
        { INS_VOLATILE, "volatile" }, { INS_ORDERED, "ordered" },
        { INS_FINAL, "final" }, { INS_FROZEN, "frozen" },
        { INS_CHILD, "child" }, { INS_ENTRY, "entry" },
        { INS_ELEMENT, "element" }
    };

    for (unsigned k = 0; k < sizeof names / sizeof *names; k++)
        if (flags & names[k].flag)
            text_printf(out, " %s", names[k].name);
}

static void print_place(const esp_ifunc *f, const esp_ins *i, int32_t disp,
                        esp_text *out)
{
    text_printf(out, "[");
    print_value(f, i->a, out);
    if (disp)
        text_printf(out, " %c %" PRId64, disp < 0 ? '-' : '+',
                    disp < 0 ? -(int64_t)disp : (int64_t)disp);
    text_printf(out, "]");
}

static void print_edges(const esp_ifunc *f, const esp_ins *i, esp_text *out)
{
    for (uint32_t k = 0; k < i->c; k++) {
        const esp_edge *e = &f->edges[i->b + k];

        text_printf(out, "%s", i->op == IR_jump ? " " : ", ");
        if (i->op == IR_switch && k + 1 < i->c)
            text_printf(out, "%" PRIu64 ": ", e->value);
        text_printf(out, "b%u", e->block);
        if (!e->nargs)
            continue;
        text_printf(out, "(");
        print_list(f, e->args, e->nargs, out);
        text_printf(out, ")");
    }
}

static void print_inputs(const esp_ifunc *f, const esp_ins *i, esp_text *out)
{
    const uint32_t input[3] = { i->a, i->b, i->c };
    unsigned n = i->op == IR_ret ? f->sig.nresults : op_info[i->op].inputs;

    for (unsigned k = 0; k < n; k++) {
        text_printf(out, "%s", k ? ", " : " ");
        print_value(f, input[k], out);
    }
}

static void print_ins(const esp_ifunc *f, const esp_ins *i, esp_text *out)
{
    switch (i->op) {
    case IR_call:
        print_call(f, &f->calls[i->a], out);
        return;
    case IR_load:
        text_printf(out, "load %s ", type_name[i->ty]);
        print_place(f, i, (int32_t)i->b, out);
        break;
    case IR_store:
        text_printf(out, "store ");
        print_value(f, i->b, out);
        text_printf(out, " to ");
        print_place(f, i, (int32_t)i->c, out);
        break;
    case IR_alloca:
        text_printf(out, "alloca %u, %u", i->a, i->b);
        break;
    default:
        text_printf(out, "%s", op_info[i->op].name);
        if (i->op != IR_second &&
            op_info[i->op].result == RESULT_ANY)
            text_printf(out, " %s", type_name[i->ty]);
        print_inputs(f, i, out);
        if (op_info[i->op].flags & OP_TERM && i->op != IR_ret)
            print_edges(f, i, out);
        break;
    }
    print_flags(i->flags, out);
}

static void print_block(const esp_ifunc *f, uint32_t b, esp_text *out)
{
    const esp_iblock *block = &f->blocks[b];

    text_printf(out, "b%u", b);
    for (uint32_t k = 0; k < block->nparams; k++)
        text_printf(out, "%s%%%u: %s", k ? ", " : "(", block->first + k,
                    type_name[f->code[block->first + k].ty]);
    text_printf(out, "%s:", block->nparams ? ")" : "");
    if (block->loop_end)
        text_printf(out, " loop to b%u%s", block->loop_end - 1,
                    block->explode ? ", exploded" : "");
    if (block->deopts)
        text_printf(out, " deopts");
    print_live(f, block->live, block->nlive, out);
    text_printf(out, "\n");
}

/* Lines are printed where they change; `last` is the instruction that had one
 * printed, if any. */
static void print_line(const esp_ifunc *f, uint32_t k, uint32_t *last,
                       esp_text *out)
{
    const char *file = f->line_file ? f->line_file[k] : NULL;
    const char *old = f->line_file && *last < f->ncode
                          ? f->line_file[*last] : NULL;

    if (*last < f->ncode && f->line[k] == f->line[*last] && file == old)
        return;
    *last = k;
    text_printf(out, "  ; ");
    if (file)
        text_printf(out, "%s:", file);
    text_printf(out, "%u", f->line[k]);
}

void image_print(const esp_ifunc *f, esp_text *out)
{
    uint32_t last = f->ncode;

    text_printf(out, "function %s", f->name);
    print_sig(&f->sig, out);
    if (f->sig.nresults) {
        text_printf(out, " -> ");
        print_results(&f->sig, out);
    }
    text_printf(out, "%s  ; %s\n", f->marked ? " marked" : "", f->file);
    for (uint32_t b = 0; b < f->nblocks; b++) {
        const esp_iblock *block = &f->blocks[b];

        print_block(f, b, out);
        for (uint32_t k = block->first + block->nparams; k < block->end; k++) {
            text_printf(out, "    ");
            if (f->code[k].ty != TY_void)
                text_printf(out, "%%%u = ", k);
            print_ins(f, &f->code[k], out);
            print_line(f, k, &last, out);
            text_printf(out, "\n");
        }
    }
    text_printf(out, "\n");
}
