/*
 * A graph from its text: see print.h for the form.
 *
 * Numbers are kept: %7 becomes instruction 7, state 3 state 3, b2 block 2.
 * Constants and instructions without result, which have no number in the text,
 * come behind the highest one.  A semicolon starts a comment.
 */
#include "pe/graph/arith.h"
#include "pe/graph/build.h"
#include "pe/graph/print.h"
#include "pe/graph/state.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_VALUES = 1 << 24, MOST_OTHERS = 1 << 20 };

struct parser {
    esp_unit *u;
    esp_graph *g;
    const char *at;             /* next character */
    const char *text;
    esp_text *error;
    jmp_buf failed;
    uint32_t block;             /* being read */
    const char **value_use;     /* by number: where a value is first used */
    const char **block_use;     /* the same for blocks */
    uint32_t nvalues, nblocks;  /* sizes of these */
};

/* ---- errors and words ------------------------------------------------- */

static CC_NORETURN CC_PRINTF(3, 4)
void fail(struct parser *p, const char *at, const char *format, ...)
{
    unsigned line = 1, column = 1;
    va_list args;

    for (const char *s = p->text; s < at; s++) {
        column = *s == '\n' ? 1 : column + 1;
        line += *s == '\n';
    }
    text_printf(p->error, "%u:%u: ", line, column);
    va_start(args, format);
    text_vprintf(p->error, format, args);
    va_end(args);
    longjmp(p->failed, 1);
}

static void skip_space(struct parser *p)
{
    for (;;) {
        while (isspace((unsigned char)*p->at))
            p->at++;
        if (*p->at != ';')
            return;
        while (*p->at && *p->at != '\n')
            p->at++;
    }
}

/* Takes a mark such as "(" or "->" if it comes next. */
static bool take(struct parser *p, const char *mark)
{
    skip_space(p);
    if (strncmp(p->at, mark, strlen(mark)))
        return false;
    p->at += strlen(mark);
    return true;
}

static void expect(struct parser *p, const char *mark)
{
    if (!take(p, mark))
        fail(p, p->at, "expected '%s'", mark);
}

static size_t word_length(const char *s)
{
    size_t n = 0;

    while (isalnum((unsigned char)s[n]) || s[n] == '_')
        n++;
    return n;
}

/* Takes a whole word if it comes next. */
static bool take_word(struct parser *p, const char *word)
{
    skip_space(p);
    if (word_length(p->at) != strlen(word)
        || strncmp(p->at, word, strlen(word)))
        return false;
    p->at += strlen(word);
    return true;
}

static void expect_word(struct parser *p, const char *word)
{
    if (!take_word(p, word))
        fail(p, p->at, "expected '%s'", word);
}

/* Decimal, with sign, or hexadecimal. */
static uint64_t number(struct parser *p)
{
    const char *digits, *start;
    uint64_t x = 0;
    bool negative, hex;

    skip_space(p);
    start = p->at;
    negative = *p->at == '-';
    digits = p->at + negative;
    hex = digits[0] == '0' && digits[1] == 'x';
    digits += hex ? 2 : 0;
    p->at = digits;
    while (hex ? isxdigit((unsigned char)*p->at)
               : isdigit((unsigned char)*p->at)) {
        int c = tolower((unsigned char)*p->at++);
        uint64_t digit = (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);

        if (__builtin_mul_overflow(x, hex ? 16u : 10u, &x)
            || __builtin_add_overflow(x, digit, &x))
            fail(p, start, "the number is too large");
    }
    if (p->at == digits)
        fail(p, start, "expected a number");
    return negative ? 0 - x : x;
}

static uint32_t number_below(struct parser *p, uint32_t limit)
{
    const char *start;
    uint64_t x;

    skip_space(p);
    start = p->at;
    x = number(p);
    if (x >= limit)
        fail(p, start, "the number is too large");
    return (uint32_t)x;
}

/* A number that belongs to the word before it, as in b3. */
static uint32_t suffix(struct parser *p, uint32_t limit)
{
    if (!isdigit((unsigned char)*p->at))
        fail(p, p->at, "expected a number");
    return number_below(p, limit);
}

static bool take_prefix(struct parser *p, const char *prefix)
{
    size_t n = strlen(prefix);

    skip_space(p);
    if (strncmp(p->at, prefix, n) || !isdigit((unsigned char)p->at[n]))
        return false;
    p->at += n;
    return true;
}

static const char *string(struct parser *p)
{
    const char *start;
    esp_text t = { 0 };
    const char *s;

    expect(p, "\"");
    start = p->at;
    while (*p->at != '"') {
        unsigned c = (unsigned char)*p->at;

        if (!c) {
            text_free(&t);
            fail(p, start, "the string does not end");
        }
        if (c == '\\' && sscanf(p->at + 1, "%2x", &c) == 1)
            p->at += 2;
        text_char(&t, (char)c);
        p->at++;
    }
    p->at++;
    s = arena_strdup(p->g->arena, text_get(&t));
    text_free(&t);
    return s;
}

/* The type if one comes next, else TY_void. */
static esp_type take_type(struct parser *p)
{
    for (int t = TY_i1; t < TY_COUNT; t++)
        if (take_word(p, type_name[t]))
            return (esp_type)t;
    return TY_void;
}

static esp_type type(struct parser *p)
{
    esp_type t = take_type(p);

    if (t == TY_void)
        fail(p, p->at, "expected a type");
    return t;
}

/* ---- operands --------------------------------------------------------- */

static uint64_t float_bits(struct parser *p, esp_type ty)
{
    const char *start;
    char *end;
    double d;
    float f;
    uint64_t bits;
    uint32_t low;

    skip_space(p);
    start = p->at;
    if (start[0] == '0' && start[1] == 'x')
        return number(p);
    d = strtod(start, &end);
    if (end == start)
        fail(p, start, "expected a number");
    p->at = end;
    f = (float)d;
    memcpy(&bits, &d, sizeof bits);
    memcpy(&low, &f, sizeof low);
    return ty == TY_f64 ? bits : low;
}

static esp_ref typed_const(struct parser *p, esp_type ty)
{
    const char *start;
    uint64_t x;

    if (type_is_float(ty))
        return build_const(p->g, ty, float_bits(p, ty));
    skip_space(p);
    start = p->at;
    x = number(p);
    if ((x & arith_mask(ty)) != x
        && (uint64_t)arith_signed(ty, x) != x)
        fail(p, start, "the number does not fit into %s", type_name[ty]);
    return build_const(p->g, ty, x);
}

static esp_ref value(struct parser *p)
{
    const char *start = p->at;
    uint32_t r = suffix(p, p->nvalues);

    if (!p->value_use[r])
        p->value_use[r] = start - 1;
    return r;
}

static uint32_t known_index(struct parser *p, uint32_t n, const char *what)
{
    const char *start = p->at;
    uint32_t i = suffix(p, MOST_OTHERS);

    if (i >= n)
        fail(p, start, "no such %s", what);
    return i;
}

static esp_ref operand(struct parser *p)
{
    esp_type ty;

    if (take(p, "%"))
        return value(p);
    if (take_word(p, "true"))
        return build_const(p->g, TY_i1, 1);
    if (take_word(p, "false"))
        return build_const(p->g, TY_i1, 0);
    if (take_word(p, "frameaddr"))
        return build_frameaddr(p->g);
    if (take_word(p, "none"))
        return 0;
    if (take_prefix(p, "vobj"))
        return build_vobj(p->g, known_index(p, p->g->vobjs.n,
                                            "virtual object"));
    if (take_prefix(p, "slot"))
        return build_slot(p->g, known_index(p, p->g->slots.n, "slot"));
    ty = take_type(p);
    if (ty != TY_void)
        return typed_const(p, ty);
    if (*p->at != '-' && !isdigit((unsigned char)*p->at))
        fail(p, p->at, "expected an operand");
    return typed_const(p, TY_i64);
}

typedef VEC(uint32_t) words;

static void push(struct parser *p, words *w, uint32_t x)
{
    VEC_PUSH(&p->u->scratch, w, x);
}

static uint32_t block_name(struct parser *p)
{
    const char *start;
    uint32_t b;

    skip_space(p);
    start = p->at;
    if (!take_prefix(p, "b"))
        fail(p, start, "expected a block");
    b = suffix(p, p->nblocks);
    if (!p->block_use[b])
        p->block_use[b] = start;
    return b;
}

/* ---- instructions ----------------------------------------------------- */

/* All words of a table that come next. */
static uint32_t take_words(struct parser *p, const struct graph_word *table)
{
    uint32_t flags = 0;
    const struct graph_word *w = table;

    while (w->word)
        if (take_word(p, w->word)) {
            flags |= w->value;
            w = table;
        } else {
            w++;
        }
    return flags;
}

static void results(struct parser *p, esp_sig *sig)
{
    const char *comma;
    esp_type second;

    sig->nresults = 0;
    if (!take(p, "->"))
        return;
    sig->result[sig->nresults++] = (uint8_t)type(p);
    comma = p->at;
    second = take(p, ",") ? take_type(p) : TY_void;
    if (second != TY_void)
        sig->result[sig->nresults++] = (uint8_t)second;
    else
        p->at = comma;                  /* it belongs to what follows */
}

static uint32_t displacement(struct parser *p)
{
    const char *start;
    bool minus;
    uint64_t x;

    minus = take(p, "-");
    if (!minus && !take(p, "+"))
        return 0;
    skip_space(p);
    start = p->at;
    x = number(p);
    if (x > INT32_MAX)
        fail(p, start, "the displacement is too large");
    return (uint32_t)(minus ? 0 - x : x);
}

static uint32_t state_name(struct parser *p)
{
    const char *start;
    uint32_t s;

    skip_space(p);
    start = p->at;
    s = number_below(p, MOST_OTHERS);
    if (s >= p->g->states.n || s == 0)
        fail(p, start, "no such state");
    return s;
}

/* `, state 1, reason 2` of a guard; without the first comma of a deopt */
static void speculation(struct parser *p, esp_ins *i)
{
    do {
        if (take_word(p, "state"))
            i->b = state_name(p);
        else if (take_word(p, "reason"))
            i->c = number_below(p, UINT32_MAX);
        else if (i->op == IR_guard || i->b || i->c)
            fail(p, p->at, "expected 'state' or 'reason'");
    } while (take(p, ","));
}

static void call_arguments(struct parser *p, esp_ccall *c)
{
    words args = { 0 };

    expect(p, "(");
    while (!take(p, ")")) {
        if (args.n)
            expect(p, ",");
        if (args.n == SIG_MAX_ARGS)
            fail(p, p->at, "too many arguments");
        c->sig.arg_flags[args.n] = (uint8_t)take_words(p, graph_arg_flags);
        push(p, &args, operand(p));
    }
    c->args = graph_refs(p->g, args.at, args.n);
    c->nargs = args.n;
    c->sig.nargs = (uint8_t)args.n;
}

static uint32_t call(struct parser *p)
{
    esp_ccall c = { 0 };

    c.callee = operand(p);
    skip_space(p);
    if (*p->at == '"')
        c.name = string(p);
    call_arguments(p, &c);
    results(p, &c.sig);
    c.leaf = take_word(p, "leaf");
    c.cold = take_word(p, "cold");
    c.cell = take_word(p, "cell");
    c.self = take_word(p, "self");
    c.sig.variadic = take_word(p, "variadic");
    if (c.sig.variadic)
        c.sig.fixed = (uint8_t)number_below(p, SIG_MAX_ARGS + 1);
    if (take(p, ",")) {
        expect_word(p, "state");
        c.state = state_name(p);
    }
    VEC_PUSH(p->g->arena, &p->g->calls, c);
    return p->g->calls.n - 1;
}

typedef VEC(esp_edge) edge_list;

static void edge(struct parser *p, edge_list *list, uint64_t value)
{
    words args = { 0 };
    esp_edge e = { .block = block_name(p), .value = value };

    if (take(p, "(")) {
        do
            push(p, &args, operand(p));
        while (take(p, ","));
        expect(p, ")");
    }
    e.args = graph_refs(p->g, args.at, args.n);
    e.nargs = args.n;
    VEC_PUSH(&p->u->scratch, list, e);
}

static void edges(struct parser *p, esp_ins *i)
{
    edge_list list = { 0 };

    if (i->op == IR_jump) {
        edge(p, &list, 0);
    } else if (i->op == IR_br) {
        expect(p, ",");
        edge(p, &list, 0);
        expect(p, ",");
        edge(p, &list, 0);
    } else {
        expect(p, ",");
        while (!take_word(p, "else")) {
            uint64_t value = number(p);

            expect(p, ":");
            edge(p, &list, value);
            expect(p, ",");
        }
        edge(p, &list, 0);
    }
    i->b = p->g->edges.n;
    i->c = list.n;
    for (uint32_t k = 0; k < list.n; k++)
        VEC_PUSH(p->g->arena, &p->g->edges, list.at[k]);
}

static void inputs(struct parser *p, esp_ins *i)
{
    uint32_t in[3] = { 0 };

    for (unsigned k = 0; k < op_info[i->op].inputs; k++) {
        if (k)
            expect(p, ",");
        in[k] = operand(p);
    }
    i->a = in[0];
    i->b = in[1];
    i->c = in[2];
}

static bool at_operand(struct parser *p)
{
    const char *start;
    bool typed;

    skip_space(p);
    start = p->at;
    typed = take_type(p) != TY_void || take_word(p, "true")
         || take_word(p, "false") || take_word(p, "frameaddr")
         || take_prefix(p, "slot") || take_prefix(p, "vobj");
    p->at = start;
    return typed || *start == '%' || *start == '-'
        || isdigit((unsigned char)*start);
}

static void operands(struct parser *p, esp_ins *i)
{
    switch (i->op) {
    case IR_load:
        i->a = operand(p);
        i->b = displacement(p);
        if (take(p, ",")) {
            expect_word(p, "known");
            i->c = number_below(p, UINT32_MAX);
        }
        break;
    case IR_store:
        i->a = operand(p);
        i->c = displacement(p);
        expect(p, ",");
        i->b = operand(p);
        break;
    case IR_call:
        i->a = call(p);
        break;
    case IR_guard:
        i->a = operand(p);
        if (take(p, ","))
            speculation(p, i);
        break;
    case IR_deopt:
        speculation(p, i);
        break;
    case IR_br: case IR_switch:
        i->a = operand(p);
        edges(p, i);
        break;
    case IR_jump:
        edges(p, i);
        break;
    case IR_ret:
        if (at_operand(p))
            i->a = operand(p);
        if (i->a && take(p, ","))
            i->b = operand(p);
        break;
    default:
        inputs(p, i);
    }
}

static esp_op op_name(struct parser *p)
{
    skip_space(p);
    for (int op = 1; op < IR_COUNT; op++)
        if (take_word(p, op_info[op].name))
            return (esp_op)op;
    fail(p, p->at, "expected an instruction");
}

/* The number of a value that is defined here. */
static esp_ref defined(struct parser *p)
{
    const char *start = p->at - 1;
    esp_ref r = suffix(p, p->nvalues);

    if (r == 0)
        fail(p, start, "numbers start at 1");
    if (graph_at(p->g, r)->op != IR_none)
        fail(p, start, "%%%u is there already", r);
    return r;
}

static void instruction(struct parser *p)
{
    esp_ins i = { 0 };
    esp_ref r = 0;
    const char *start;

    if (take(p, "%")) {
        r = defined(p);
        expect(p, ":");
        i.ty = (uint8_t)type(p);
        expect(p, "=");
    }
    skip_space(p);
    start = p->at;
    i.op = (uint8_t)op_name(p);
    if (i.op == IR_param
        || (op_info[i.op].inputs == 0 && (op_info[i.op].flags & OP_PURE)))
        fail(p, start, "does not stand on a line of its own");
    if (op_info[i.op].result == RESULT_VOID ? r != 0
        : i.op != IR_call && r == 0)
        fail(p, start, r ? "has no result" : "has a result");
    i.flags = (uint16_t)take_words(p, graph_ins_flags);
    operands(p, &i);
    if (r)
        p->g->ins.at[r] = i;
    else
        r = graph_ins(p->g, i);
    if (graph_floats(p->g, r))
        build_enter(p->g, r);
    else
        VEC_PUSH(p->g->arena, &p->g->blocks.at[p->block].code, r);
}

/* ---- blocks ----------------------------------------------------------- */

static void parameters(struct parser *p)
{
    esp_block *k = &p->g->blocks.at[p->block];

    do {
        esp_ref r;

        expect(p, "%");
        r = defined(p);
        expect(p, ":");
        p->g->ins.at[r] = (esp_ins){ .op = IR_param, .ty = (uint8_t)type(p),
                                     .a = p->block, .b = k->params.n };
        VEC_PUSH(p->g->arena, &k->params, r);
    } while (take(p, ","));
    expect(p, ")");
}

static void block(struct parser *p)
{
    const char *start = p->at;

    p->block = block_name(p);
    if (!p->g->blocks.at[p->block].dead)
        fail(p, start, "b%u is there already", p->block);
    p->g->blocks.at[p->block].dead = false;
    if (take(p, "("))
        parameters(p);
    p->g->blocks.at[p->block].cold = take_word(p, "cold");
    expect(p, ":");
    do {
        skip_space(p);
        if (!*p->at)
            fail(p, p->at, "the block does not end");
        instruction(p);
    } while (!graph_term(p->g, p->block));
}

/* ---- what stands above the blocks ------------------------------------- */

static void signature(struct parser *p)
{
    esp_sig *sig = &p->g->sig;

    expect_word(p, "graph");
    p->u->name = string(p);
    expect(p, "(");
    while (!take(p, ")")) {
        if (sig->nargs)
            expect(p, ",");
        if (sig->nargs == SIG_MAX_ARGS)
            fail(p, p->at, "too many arguments");
        sig->arg_flags[sig->nargs] = (uint8_t)take_words(p, graph_arg_flags);
        sig->arg[sig->nargs++] = (uint8_t)type(p);
    }
    results(p, sig);
}

static uint32_t next_index(struct parser *p, uint32_t n)
{
    const char *start = p->at;

    if (suffix(p, MOST_OTHERS) != n)
        fail(p, start, "expected number %u", n);
    expect(p, ":");
    return n;
}

static void slot(struct parser *p)
{
    esp_slot s;

    next_index(p, p->g->slots.n);
    expect_word(p, "size");
    s.size = number_below(p, UINT32_MAX);
    expect(p, ",");
    expect_word(p, "align");
    s.align = number_below(p, UINT32_MAX);
    VEC_PUSH(p->g->arena, &p->g->slots, s);
}

static const void *pointer(struct parser *p)
{
    return (const void *)(uintptr_t)number(p);
}

static uint8_t vobj_kind(struct parser *p)
{
    for (const struct graph_word *w = graph_vobj_kinds; w->word; w++)
        if (take_word(p, w->word))
            return (uint8_t)w->value;
    fail(p, p->at, "expected a kind of virtual object");
}

static void vobj(struct parser *p)
{
    esp_vobj v = { 0 };

    next_index(p, p->g->vobjs.n);
    v.kind = vobj_kind(p);
    while (take(p, ",")) {
        if (take_word(p, "size"))
            v.size = number_below(p, UINT32_MAX);
        else if (take_word(p, "align"))
            v.align = number_below(p, UINT32_MAX);
        else if (take_word(p, "slot"))
            v.slot = number_below(p, MOST_OTHERS) + 1;
        else if (take_word(p, "what"))
            v.what = pointer(p);
        else if (take_word(p, "fn"))
            v.fn = pointer(p);
        else if (take_word(p, "call"))
            v.call = number_below(p, UINT32_MAX);
        else {
            expect_word(p, "args");
            v.arg[0] = operand(p);
            for (int k = 1; k < 4 && take(p, ","); k++)
                v.arg[k] = operand(p);
        }
    }
    VEC_PUSH(p->g->arena, &p->g->vobjs, v);
}

static bool at_number(struct parser *p)
{
    skip_space(p);
    return isdigit((unsigned char)*p->at);
}

/* `3 = %1, 4 = %2`; leaves the comma behind the last pair to the caller, who
 * learns whether there was one. */
static bool pairs(struct parser *p, words *w)
{
    bool comma;

    do {
        push(p, w, take_word(p, "real") ? OBJECT_IS_REAL
                                        : number_below(p, UINT32_MAX));
        expect(p, "=");
        push(p, w, operand(p));
        comma = take(p, ",");
    } while (comma && at_number(p));
    return comma;
}

static void object(struct parser *p, words *objects)
{
    uint32_t at;

    push(p, objects, known_index(p, p->g->vobjs.n, "virtual object"));
    at = objects->n;
    push(p, objects, 0);
    expect(p, "{");
    if (take(p, "}"))
        return;
    if (pairs(p, objects))
        fail(p, p->at, "expected an offset");
    expect(p, "}");
    objects->at[at] = (objects->n - at) / 2;
}

/* One part of a state; returns whether another one follows. */
static bool state_part(struct parser *p, esp_state *s, words *live,
                       words *objects)
{
    if (take_word(p, "parent"))
        s->parent = state_name(p);
    else if (take_word(p, "point"))
        s->point = number_below(p, UINT32_MAX);
    else if (take_word(p, "fn"))
        s->fn = pointer(p);
    else if (take_word(p, "node"))
        s->node = pointer(p);
    else if (take_word(p, "live"))
        return pairs(p, live);
    else if (take_word(p, "result"))
        s->result[0] = operand(p);
    else if (take_word(p, "second"))
        s->result[1] = operand(p);
    else {
        if (!take_prefix(p, "vobj"))
            fail(p, p->at, "expected a part of a state");
        object(p, objects);
        s->nobjects++;
    }
    return take(p, ",");
}

static void state(struct parser *p)
{
    esp_graph *g = p->g;
    esp_state s = { 0 };
    words live = { 0 }, objects = { 0 };
    const char *start;
    uint32_t id;

    skip_space(p);
    start = p->at;
    id = number_below(p, MOST_OTHERS);
    if (id < g->states.n)
        fail(p, start, "states stand in order");
    expect(p, ":");
    while (state_part(p, &s, &live, &objects))
        ;
    s.live = graph_refs(g, live.at, live.n);
    s.nlive = live.n / 2;
    s.objects = graph_refs(g, objects.at, objects.n);
    while (g->states.n < id)
        VEC_PUSH(g->arena, &g->states, (esp_state){ 0 });
    VEC_PUSH(g->arena, &g->states, s);
    state_enter(g, id);
}

/* ---- the whole -------------------------------------------------------- */

/* One more than the highest number behind a prefix, outside of strings. */
static uint32_t numbers_used(struct parser *p, char prefix, uint32_t limit)
{
    uint32_t most = 0;
    bool quoted = false, in_word = false;

    for (const char *s = p->text; *s; s++) {
        if (*s == '"')
            quoted = !quoted;
        if (!quoted && *s == ';') {
            s += strcspn(s, "\n");
            if (!*s)
                break;
        }
        if (!quoted && !in_word && *s == prefix
            && isdigit((unsigned char)s[1])) {
            unsigned long n = strtoul(s + 1, NULL, 10);

            if (n >= limit)
                fail(p, s, "the number is too large");
            if (n >= most)
                most = (uint32_t)n + 1;
        }
        in_word = isalnum((unsigned char)*s) || *s == '_';
    }
    return most;
}

static void make_room(struct parser *p)
{
    esp_graph *g = p->g;

    p->nvalues = numbers_used(p, '%', MOST_VALUES);
    p->nblocks = numbers_used(p, 'b', MOST_OTHERS);
    p->value_use = ARENA_ARRAY(&p->u->scratch, const char *, p->nvalues);
    p->block_use = ARENA_ARRAY(&p->u->scratch, const char *, p->nblocks);
    while (g->ins.n < p->nvalues)
        graph_ins(g, (esp_ins){ 0 });
    for (uint32_t b = 0; b < p->nblocks; b++) {
        graph_block(g, false);
        g->blocks.at[b].dead = true;
    }
}

/* What could only be seen at the end: names that stand for nothing, and the
 * types of call arguments. */
static void finish(struct parser *p)
{
    esp_graph *g = p->g;

    for (uint32_t r = 0; r < p->nvalues; r++)
        if (p->value_use[r] && graph_at(g, r)->op == IR_none)
            fail(p, p->value_use[r], "%%%u is not defined", r);
    for (uint32_t b = 0; b < p->nblocks; b++)
        if (p->block_use[b] && g->blocks.at[b].dead)
            fail(p, p->block_use[b], "b%u is not defined", b);
    for (uint32_t k = 0; k < g->calls.n; k++) {
        esp_ccall *c = &g->calls.at[k];

        for (uint32_t a = 0; a < c->nargs; a++)
            c->sig.arg[a] = graph_at(g, g->refs.at[c->args + a])->ty;
    }
    if (p->nblocks == 0 || g->blocks.at[0].dead)
        fail(p, p->at, "there is no b0");
}

static void parse(struct parser *p)
{
    make_room(p);
    signature(p);
    for (;;) {
        if (take_prefix(p, "slot"))
            slot(p);
        else if (take_prefix(p, "vobj"))
            vobj(p);
        else if (take_word(p, "state"))
            state(p);
        else
            break;
    }
    for (skip_space(p); *p->at; skip_space(p))
        block(p);
    finish(p);
}

esp_graph *graph_parse(esp_unit *u, const char *text, esp_text *error)
{
    struct parser *p = ARENA_NEW(&u->arena, struct parser);
    esp_arena_mark mark = arena_mark(&u->scratch);
    esp_graph *g;

    *p = (struct parser){ .u = u, .g = graph_new(u), .at = text, .text = text,
                          .error = error };
    if (setjmp(p->failed)) {
        arena_release(&u->scratch, mark);
        return NULL;
    }
    parse(p);
    g = p->g;
    arena_release(&u->scratch, mark);
    return g;
}
