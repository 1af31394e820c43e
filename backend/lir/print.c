/*
 * LIR as text.
 *
 *     b1(v3, f4) depth 1 header:
 *         add.8.rr =v5.dst{reuse} v3{reuse} v1.src
 *         mov.8.rm =v6.dst v5.base v2.index *8 +16
 *         cmp.8.ri v6.dst #10
 *         br?l b2 b3
 *
 * v is an integer, f a float; `=` marks a definition, `~` a temporary, `+`
 * behind a name a late use; in braces what the operand needs, behind a dot
 * what it is to the encoder, behind a slash where it is.
 */
#include "backend/lir/lir.h"

#include "backend/machine.h"

#include <inttypes.h>

static const char *const part_name[LIR_PARTS] = {
    "", ".dst", ".src", ".base", ".index", ".tmp", ".state"
};

static const char *const mem_name[] = { "", " frame", " stack", " pool" };

static void print_vreg(const lir *l, uint32_t v, esp_text *out)
{
    if (v == 0)
        text_char(out, '-');
    else
        text_printf(out, "%c%" PRIu32,
                    l->vregs.at[v].cls == LIR_FLOAT ? 'f' : 'v', v);
}

static void print_place(const lir *l, lir_place at, esp_text *out)
{
    if (place_is_reg(at))
        text_printf(out, "/%s", l->machine->reg_name[at - PLACE_REG]);
    else if (place_is_slot(at))
        text_printf(out, "/s%" PRIu32, at - PLACE_SLOT);
}

static void print_operand(const lir *l, const lir_operand *o, esp_text *out)
{
    text_char(out, ' ');
    if (o->role == LIR_DEF)
        text_char(out, '=');
    if (o->role == LIR_TEMP)
        text_char(out, '~');
    print_vreg(l, o->v, out);
    if (o->role == LIR_LATE)
        text_char(out, '+');
    text_printf(out, "%s", part_name[o->part]);
    switch ((lir_need)o->need) {
    case LIR_NEED_REG:
        break;
    case LIR_NEED_FIXED:
        text_printf(out, "{%s}", l->machine->reg_name[o->reg]);
        break;
    case LIR_NEED_REUSE:
        text_printf(out, "{reuse}");
        break;
    case LIR_NEED_ANY:
        text_printf(out, "{any}");
        break;
    case LIR_NEED_SLOT:
        text_printf(out, "{slot}");
        break;
    }
    print_place(l, o->loc, out);
}

static void print_args(const lir *l, uint32_t first, uint32_t n, esp_text *out)
{
    if (n == 0)
        return;
    text_char(out, '(');
    for (uint32_t i = 0; i < n; i++) {
        if (i)
            text_printf(out, ", ");
        print_vreg(l, l->args.at[first + i], out);
    }
    text_char(out, ')');
}

static void print_edges(const lir *l, const lir_ins *i, const lir_block *b,
                        esp_text *out)
{
    for (uint32_t e = 0; e < b->nedges; e++) {
        const lir_edge *to = &l->edges.at[b->edges + e];

        text_char(out, ' ');
        if (i->op == LIR_switch && e + 1 < b->nedges)
            text_printf(out, "%" PRIu64 ":", to->value);
        text_printf(out, "b%" PRIu32, to->block);
        print_args(l, to->args, to->nargs, out);
    }
}

static void print_ins(const lir *l, const lir_ins *i, const lir_block *b,
                      esp_text *out)
{
    text_printf(out, "    %s", lir_op_name(l, i->op));
    if (i->size)
        text_printf(out, ".%d", i->size);
    if (i->form)
        text_printf(out, ".%s", l->machine->form_name[i->form]);
    if (i->cc)
        text_printf(out, "?%s", l->machine->cc_name[i->cc]);
    for (uint32_t k = 0; k < i->nops; k++)
        print_operand(l, &lir_ops(l, i)[k], out);
    text_printf(out, "%s", mem_name[i->mem]);
    if (i->scale > 1)
        text_printf(out, " *%d", i->scale);
    if (i->disp)
        text_printf(out, " %+" PRId32, i->disp);
    if (i->imm)
        text_printf(out, " #%" PRId64, i->imm);
    if (i->info)
        text_printf(out, " @%" PRIu32, i->info);
    if (lir_op_flags(l, i->op) & LIR_TERM)
        print_edges(l, i, b, out);
    text_char(out, '\n');
}

void lir_print(const lir *l, esp_text *out)
{
    for (uint32_t k = 0; k < l->blocks.n; k++) {
        const lir_block *b = &l->blocks.at[k];

        text_printf(out, "b%" PRIu32, k);
        print_args(l, b->params, b->nparams, out);
        if (b->depth)
            text_printf(out, " depth %d", b->depth);
        if (b->header)
            text_printf(out, " header");
        if (b->cold)
            text_printf(out, " cold");
        text_printf(out, ":\n");
        for (uint32_t i = b->first; i < b->end; i++)
            if (l->ins.at[i].op != LIR_block)
                print_ins(l, &l->ins.at[i], b, out);
    }
}
