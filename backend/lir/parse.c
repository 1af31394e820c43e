/*
 * LIR from text: what print.c writes.
 *
 * Virtual registers keep their numbers, so that what a test expects can name
 * them; blocks must come in order.
 */
#include "backend/lir/lir.h"

#include "backend/machine.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
    lir *l;
    const char *at;
    int line;
    esp_text *error;
    jmp_buf wrong;
} reader;

CC_NORETURN static void wrong(reader *r, const char *what)
{
    text_printf(r->error, "line %d: %s before `%.16s'", r->line, what, r->at);
    longjmp(r->wrong, 1);
}

static void blanks(reader *r)
{
    while (*r->at == ' ' || *r->at == ',')
        r->at++;
}

static bool eat(reader *r, const char *s)
{
    size_t n = strlen(s);

    if (strncmp(r->at, s, n) != 0)
        return false;
    r->at += n;
    return true;
}

static void expect(reader *r, const char *s)
{
    if (!eat(r, s))
        wrong(r, s);
}

static int64_t number(reader *r)
{
    char *end;
    int64_t n = *r->at == '-' ? strtoll(r->at, &end, 0)
                              : (int64_t)strtoull(r->at, &end, 0);

    if (end == r->at)
        wrong(r, "a number");
    r->at = end;
    return n;
}

/* A name up to a character that names do not have. */
static size_t word(const reader *r)
{
    return strspn(r->at, "abcdefghijklmnopqrstuvwxyz_0123456789");
}

static uint8_t from_list(reader *r, const char *const *list, uint32_t n,
                         const char *what)
{
    size_t len = word(r);

    for (uint32_t i = 0; i < n && list[i]; i++)
        if (strlen(list[i]) == len && memcmp(list[i], r->at, len) == 0) {
            r->at += len;
            return (uint8_t)i;
        }
    wrong(r, what);
}

static uint32_t vreg(reader *r)
{
    uint32_t n;
    uint8_t cls;

    if (eat(r, "-"))
        return 0;
    cls = *r->at == 'f' ? LIR_FLOAT : LIR_INT;
    if (*r->at != 'f' && *r->at != 'v')
        wrong(r, "a virtual register");
    r->at++;
    n = (uint32_t)number(r);
    if (n == 0 || n > 1 << 20)
        wrong(r, "a number of a virtual register");
    while (r->l->vregs.n <= n)
        lir_new_vreg(r->l, LIR_INT);
    if (cls == LIR_FLOAT)
        r->l->vregs.at[n].cls = LIR_FLOAT;
    return n;
}

static uint32_t args(reader *r, uint32_t *first)
{
    uint32_t n = 0;

    *first = r->l->args.n;
    if (!eat(r, "("))
        return 0;
    for (blanks(r); !eat(r, ")"); blanks(r), n++) {
        uint32_t v = vreg(r);

        VEC_PUSH(r->l->arena, &r->l->args, v);
    }
    return n;
}

static lir_place where(reader *r)
{
    if (*r->at == 's' && r->at[1] >= '0' && r->at[1] <= '9') {
        uint32_t slot;

        r->at++;
        slot = (uint32_t)number(r);
        if (slot >= r->l->nslots)
            r->l->nslots = slot + 1;
        return PLACE_SLOT + slot;
    }
    return PLACE_REG + from_list(r, r->l->machine->reg_name,
                               r->l->machine->nregs, "a register");
}

static void need(reader *r, lir_operand *o)
{
    if (!eat(r, "{"))
        return;
    if (eat(r, "reuse"))
        o->need = LIR_NEED_REUSE;
    else if (eat(r, "any"))
        o->need = LIR_NEED_ANY;
    else if (eat(r, "slot"))
        o->need = LIR_NEED_SLOT;
    else {
        o->need = LIR_NEED_FIXED;
        o->reg = from_list(r, r->l->machine->reg_name,
                           r->l->machine->nregs, "a register");
    }
    expect(r, "}");
}

static void operand(reader *r)
{
    static const char *const parts[LIR_PARTS] = {
        "implied", "dst", "src", "base", "index", "tmp", "state"
    };
    lir_operand o = { 0 };

    if (eat(r, "="))
        o.role = LIR_DEF;
    else if (eat(r, "~"))
        o.role = LIR_TEMP;
    o.v = vreg(r);
    if (eat(r, "+"))
        o.role = LIR_LATE;
    if (eat(r, "."))
        o.part = from_list(r, parts, LIR_PARTS, "a part");
    need(r, &o);
    if (eat(r, "/"))
        o.loc = where(r);
    VEC_PUSH(r->l->arena, &r->l->ops, o);
}

static void edge(reader *r, lir_block *b)
{
    lir_edge e = { 0 };

    if (*r->at != 'b') {
        e.value = (uint64_t)number(r);
        expect(r, ":");
    }
    expect(r, "b");
    e.block = (uint32_t)number(r);
    e.nargs = args(r, &e.args);
    VEC_PUSH(r->l->arena, &r->l->edges, e);
    b->nedges++;
}

static uint16_t op(reader *r)
{
    size_t n = word(r);
    uint32_t count = LIR_TARGET + r->l->machine->nops;

    for (uint32_t i = 0; i < count; i++) {
        const char *name = lir_op_name(r->l, i);

        if (strlen(name) == n && memcmp(name, r->at, n) == 0) {
            r->at += n;
            return (uint16_t)i;
        }
    }
    wrong(r, "an operation");
}

/* Calls and exits that a text names exist, with nothing in them. */
static void make_info(reader *r, const lir_ins *i)
{
    lir *l = r->l;

    if (i->op == LIR_call)
        while (l->calls.n <= i->info)
            VEC_PUSH(l->arena, &l->calls, (lir_call){ 0 });
    if (lir_op_flags(l, i->op) & LIR_EXIT)
        while (l->exits.n <= i->info)
            VEC_PUSH(l->arena, &l->exits, (lir_exit){ 0 });
}

static bool starts_edge(const reader *r)
{
    return *r->at == 'b' || (*r->at >= '0' && *r->at <= '9');
}

static void instruction(reader *r, lir_block *b)
{
    lir *l = r->l;
    lir_ins i = { .op = op(r), .ops = l->ops.n };

    while (eat(r, "."))
        if (*r->at >= '0' && *r->at <= '9')
            i.size = (uint8_t)number(r);
        else
            i.form = from_list(r, l->machine->form_name, 256, "a form");
    if (eat(r, "?"))
        i.cc = from_list(r, l->machine->cc_name, 256, "a condition");
    for (blanks(r); *r->at && *r->at != '\n'; blanks(r)) {
        if (eat(r, "frame"))
            i.mem = LIR_MEM_FRAME;
        else if (eat(r, "stack"))
            i.mem = LIR_MEM_STACK;
        else if (eat(r, "pool"))
            i.mem = LIR_MEM_POOL;
        else if (eat(r, "*"))
            i.scale = (uint8_t)number(r);
        else if (eat(r, "#"))
            i.imm = number(r);
        else if (eat(r, "@"))
            i.info = (uint32_t)number(r);
        else if (*r->at == '+' || (*r->at == '-' && r->at[1] >= '0'
                                   && r->at[1] <= '9'))
            i.disp = (int32_t)number(r);
        else if (starts_edge(r))
            edge(r, b);
        else
            operand(r);
    }
    i.nops = (uint16_t)(l->ops.n - i.ops);
    make_info(r, &i);
    VEC_PUSH(l->arena, &l->ins, i);
}

static void block(reader *r)
{
    lir *l = r->l;
    lir_block b = { .first = l->ins.n, .edges = l->edges.n };

    expect(r, "b");
    if (number(r) != l->blocks.n)
        wrong(r, "blocks in order");
    b.nparams = args(r, &b.params);
    for (blanks(r); !eat(r, ":"); blanks(r)) {
        if (eat(r, "header"))
            b.header = true;
        else if (eat(r, "cold"))
            b.cold = true;
        else if (eat(r, "depth "))
            b.depth = (uint8_t)number(r);
        else
            wrong(r, "`:'");
    }
    VEC_PUSH(l->arena, &l->ins, (lir_ins){ .op = LIR_block });
    VEC_PUSH(l->arena, &l->blocks, b);
}

static void line(reader *r)
{
    lir *l = r->l;

    blanks(r);
    if (*r->at == 'b' && r->at[1] >= '0' && r->at[1] <= '9') {
        block(r);
    } else if (*r->at && *r->at != '\n' && *r->at != ';') {
        if (l->blocks.n == 0)
            wrong(r, "a block");
        instruction(r, &l->blocks.at[l->blocks.n - 1]);
        l->blocks.at[l->blocks.n - 1].end = l->ins.n;
    }
    if (*r->at == ';')
        r->at += strcspn(r->at, "\n");
    blanks(r);
    if (*r->at && *r->at != '\n')
        wrong(r, "the end of the line");
}

lir *lir_parse(esp_unit *u, const esp_machine *m, const char *text,
               esp_text *error)
{
    reader r = { .l = lir_new(u, m), .at = text, .error = error };

    if (setjmp(r.wrong))
        return NULL;
    while (*r.at) {
        r.line++;
        line(&r);
        if (*r.at)
            r.at++;
    }
    for (uint32_t e = 0; e < r.l->edges.n; e++)
        if (r.l->edges.at[e].block >= r.l->blocks.n)
            wrong(&r, "all blocks that edges lead to");
    lir_link(r.l);
    return r.l;
}
