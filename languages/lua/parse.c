/*
 * The parser: recursive descent, and names are resolved on the way.
 *
 * The tree has all that the builder needs: which variables closures share and
 * which of them are assigned again, what each closure captures, and where each
 * goto leads.
 */
#include "languages/lua/parse.h"

#include "languages/lua/builtin.h"

#include <string.h>

enum { MOST_LEVELS = 195, MOST_LOCALS = 200, MOST_UPVALUES = 255,
       MOST_VALUES = 254, MOST_ARMS = 1000 };

/* A goto whose label has not been seen. */
typedef struct pending {
    syntax *node;
    lua_var *vars;                  /* visible there */
} pending;

/* A block that is being read. */
typedef struct scope {
    struct scope *outer;            /* of the same function */
    lua_var *vars;                  /* visible before it */
    VEC(syntax_label *) labels;
    uint32_t first_goto;            /* its own in parser->gotos */
    bool loop;
} scope;

typedef struct parser {
    lua_lexer x;
    lua_state *lua;
    esp_arena *arena;
    lua_func *func;
    lua_var *vars;                  /* visible, innermost first */
    scope *scope;
    VEC(pending) gotos;
    bool shares;                /* boxes for all captured variables */
    uint32_t levels;
    esp_string *env, *self;
} parser;

static syntax *read_expression(parser *p);
static syntax *read_statements(parser *p);

/* ---- small things ------------------------------------------------------ */

static int now(const parser *p)
{
    return p->x.now.kind;
}

static void advance(parser *p)
{
    lua_lex_next(&p->x);
}

static bool accept(parser *p, int kind)
{
    if (now(p) != kind)
        return false;
    advance(p);
    return true;
}

static _Noreturn void expected(parser *p, int kind)
{
    char text[32], message[64];

    lua_token_text(kind, text);
    snprintf(message, sizeof message, "%s expected", text);
    lua_lex_fail(&p->x, message);
}

static void expect(parser *p, int kind)
{
    if (!accept(p, kind))
        expected(p, kind);
}

/* The end of what began with `opening` on that line. */
static void expect_match(parser *p, int kind, int opening, uint32_t line)
{
    char text[32], open[32], message[128];

    if (accept(p, kind))
        return;
    if (line == p->x.now.line)
        expected(p, kind);
    lua_token_text(kind, text);
    lua_token_text(opening, open);
    snprintf(message, sizeof message, "%s expected (to close %s at line %u)",
             text, open, line);
    lua_lex_fail(&p->x, message);
}

static esp_string *read_name(parser *p)
{
    esp_string *name;

    if (now(p) != TOK_NAME)
        expected(p, TOK_NAME);
    name = lua_string_of(p->x.now.value);
    advance(p);
    return name;
}

/* Its place is the current token. */
static syntax *new_syntax(parser *p, syntax_kind kind)
{
    syntax *s = ARENA_NEW(p->arena, syntax);

    s->kind = kind;
    s->start = p->x.now.start;
    s->end = p->x.now.end;
    s->line = p->x.now.line;
    return s;
}

static void place_at(syntax *s, const syntax *at)
{
    s->start = at->start;
    s->end = at->end;
    s->line = at->line;
}

static syntax *literal(parser *p, esp_value v)
{
    syntax *s = new_syntax(p, SYN_LITERAL);

    s->value = v;
    return s;
}

static syntax *string_literal(parser *p, esp_string *string)
{
    return literal(p, lua_pointer(string, LUA_STRING));
}

static _Noreturn void overflow(parser *p)
{
    lua_throw(p->lua, lua_text(p->lua, "C stack overflow"));
    longjmp(p->x.failed, 1);
}

static void enter_level(parser *p)
{
    if (++p->levels > MOST_LEVELS)
        overflow(p);
}

static _Noreturn void over_limit(parser *p, const char *what, int limit)
{
    char message[128], where[48] = "main function";

    if (p->func->outer)
        snprintf(where, sizeof where, "function at line %u", p->func->line);
    snprintf(message, sizeof message, "too many %s (limit is %d) in %s", what,
             limit, where);
    lua_lex_fail(&p->x, message);
}

static _Noreturn void fail_about(parser *p, const char *format,
                                 const esp_string *name, uint32_t line)
{
    char message[256];

    snprintf(message, sizeof message, format, lua_bytes(name), line);
    lua_lex_fail_plain(&p->x, message);
}

/* ---- variables --------------------------------------------------------- */

static uint32_t new_slot(parser *p, esp_string *name)
{
    lua_func *f = p->func;

    VEC_PUSH(p->arena, &f->slot_names, name);
    if (f->nslots == ESP_MOST_SLOTS)
        over_limit(p, "local variables", ESP_MOST_SLOTS);
    return f->nslots++;
}

/* There are n more, now that their names are read. */
static void count_locals(parser *p, uint32_t n)
{
    p->func->active += n;
    if (p->func->active > MOST_LOCALS)
        over_limit(p, "local variables", MOST_LOCALS);
}

/* Counted, and not visible before declare. */
static lua_var *new_var(parser *p, esp_string *name)
{
    lua_var *v = ARENA_NEW(p->arena, lua_var);

    v->name = name;
    v->func = p->func;
    v->assigned = p->shares;
    v->slot = new_slot(p, name);
    return v;
}

static lua_var *read_new_var(parser *p)
{
    esp_string *name = read_name(p);

    count_locals(p, 1);
    return new_var(p, name);
}

static void declare(parser *p, lua_var *v)
{
    v->outer = p->vars;
    v->from = p->x.now.start;
    p->vars = v;
}

/* For debug.  Constants of the compiler are nowhere at run time. */
static void note_local(parser *p, const lua_var *v)
{
    lua_local l = { lua_bytes(v->name), v->slot, v->from, p->x.now.start };

    if (v->kind == VAR_KNOWN)
        return;
    VEC_PUSH(p->arena, &v->func->locals, l);
}

/* Of a loop: debug shows what it remembers as variables, too. */
static void note_hidden(parser *p, uint32_t slot, uint32_t n, uint32_t from)
{
    for (uint32_t i = 0; i < n; i++) {
        lua_local l = { "(for state)", slot + i, from, p->x.now.start };

        VEC_PUSH(p->arena, &p->func->locals, l);
    }
}

static uint32_t find_upvalue(const lua_func *f, const lua_var *var)
{
    for (uint32_t i = 0; i < f->upvalues.n; i++)
        if (f->upvalues.at[i].var == var)
            return i;
    return UINT32_MAX;
}

/* The number by which the function knows a variable of a function around it;
 * NULL: _ENV of the chunk. */
static uint32_t capture(parser *p, lua_func *f, lua_var *var,
                        esp_string *name)
{
    uint32_t i = find_upvalue(f, var);
    lua_upvalue u = { .var = var, .name = name };

    if (i != UINT32_MAX)
        return i;
    if (f->upvalues.n == MOST_UPVALUES)
        over_limit(p, "upvalues", MOST_UPVALUES);
    u.outer_local = var && var->func == f->outer;
    if (!u.outer_local && f->outer)
        u.outer_index = capture(p, f->outer, var, name);
    VEC_PUSH(p->arena, &f->upvalues, u);
    return f->upvalues.n - 1;
}

static lua_var *find_var(const parser *p, const esp_string *name)
{
    lua_var *v = p->vars;

    while (v && v->name != name)
        v = v->outer;
    return v;
}

/* LOCAL, UPVALUE or LITERAL for a visible variable; var NULL: _ENV. */
static syntax *variable(parser *p, lua_var *v, esp_string *name)
{
    syntax *s;

    if (v && v->kind == VAR_KNOWN) {
        s = literal(p, v->known);
        s->var = v;
        return s;
    }
    s = new_syntax(p, v && v->func == p->func ? SYN_LOCAL : SYN_UPVALUE);
    s->var = v;
    s->value = lua_pointer(name, LUA_STRING);
    if (s->kind == SYN_UPVALUE) {
        if (v)
            v->captured = true;
        s->n = capture(p, p->func, v, name);
    }
    return s;
}

/* A name that is no variable is a field of _ENV. */
static syntax *read_variable(parser *p)
{
    esp_string *name;
    lua_var *v;
    syntax *s;

    if (now(p) != TOK_NAME)
        expected(p, TOK_NAME);
    name = lua_string_of(p->x.now.value);
    v = find_var(p, name);
    if (v || name == p->env) {
        s = variable(p, v, name);
    } else {
        s = new_syntax(p, SYN_INDEX);
        s->a = variable(p, find_var(p, p->env), p->env);
        s->b = string_literal(p, name);
        s->n = 1;
    }
    advance(p);
    return s;
}

/* ---- expressions ------------------------------------------------------- */

/* Items separated by commas; at least one. */
static syntax *read_list(parser *p)
{
    syntax *first = read_expression(p), **last = &first->next;
    bool more;

    for (uint32_t n = 1;; n++) {
        more = accept(p, ',');
        if (n > MOST_VALUES)
            lua_lex_fail(&p->x, "function or expression needs too many "
                         "registers");
        if (!more)
            return first;
        *last = read_expression(p);
        last = &(*last)->next;
    }
}

static syntax *read_item(parser *p, syntax *table)
{
    syntax *s = new_syntax(p, SYN_ITEM);

    if (now(p) == '[') {
        advance(p);
        s->a = read_expression(p);
        expect(p, ']');
    } else if (now(p) == TOK_NAME && lua_lex_ahead(&p->x) == '=') {
        s->a = string_literal(p, lua_string_of(p->x.now.value));
        advance(p);
    } else {
        table->n++;
        s->b = read_expression(p);
        return s;
    }
    expect(p, '=');
    s->b = read_expression(p);
    return s;
}

static syntax *read_table(parser *p)
{
    syntax *s = new_syntax(p, SYN_TABLE), **last = &s->a;

    expect(p, '{');
    while (now(p) != '}') {
        *last = read_item(p, s);
        last = &(*last)->next;
        if (!accept(p, ',') && !accept(p, ';'))
            break;
    }
    expect_match(p, '}', '{', s->line);
    return s;
}

static void open_scope(parser *p, scope *s, bool loop)
{
    *s = (scope){ .outer = p->scope, .vars = p->vars, .loop = loop,
                  .first_goto = p->gotos.n };
    p->scope = s;
}

static void undefined_label(parser *p, const syntax *s)
{
    fail_about(p, "no visible label '%s' for <goto> at line %u",
               lua_string_of(s->value), s->line);
}

/* Its variables are not visible any longer; gotos that found no label look
 * for one further out. */
static void close_scope(parser *p)
{
    scope *s = p->scope;

    for (uint32_t i = s->first_goto; i < p->gotos.n; i++) {
        if (!s->outer)
            undefined_label(p, p->gotos.at[i].node);
        p->gotos.at[i].vars = s->vars;
    }
    while (p->vars != s->vars) {
        p->func->active--;
        note_local(p, p->vars);
        p->vars = p->vars->outer;
    }
    p->scope = s->outer;
}

static void read_parameters(parser *p, lua_func *f)
{
    syntax **last = &f->params;

    while (*last)
        last = &(*last)->next;
    expect(p, '(');
    while (now(p) != ')') {
        if (accept(p, TOK_DOTS)) {
            f->variadic = true;
            break;
        }
        if (now(p) != TOK_NAME)
            lua_lex_fail(&p->x, "<name> or '...' expected");
        *last = new_syntax(p, SYN_LOCAL);
        (*last)->var = read_new_var(p);
        declare(p, (*last)->var);
        last = &(*last)->next;
        if (!accept(p, ','))
            break;
        if (now(p) == ')')
            lua_lex_fail(&p->x, "<name> or '...' expected");
    }
    expect(p, ')');
}

static void add_self(parser *p, lua_func *f)
{
    count_locals(p, 1);
    f->method = true;
    f->params = new_syntax(p, SYN_LOCAL);
    f->params->var = new_var(p, p->self);
    declare(p, f->params->var);
}

/* The part behind `function` and the name, which began at `start`. */
static syntax *read_function(parser *p, const syntax *start, bool method)
{
    syntax *s = new_syntax(p, SYN_FUNCTION);
    lua_func *f = ARENA_NEW(p->arena, lua_func);
    scope inner, *outer = p->scope;
    uint32_t active;

    place_at(s, start);
    s->func = f;
    f->outer = p->func;
    f->line = s->line;
    f->start = s->start;
    p->func = f;
    p->scope = NULL;
    active = p->gotos.n;
    new_slot(p, NULL);                  /* the closure */
    open_scope(p, &inner, false);
    if (method)
        add_self(p, f);
    read_parameters(p, f);
    f->body = read_statements(p);
    f->last_line = p->x.now.line;
    f->end = p->x.now.end;
    expect_match(p, TOK_END, TOK_FUNCTION, s->line);
    close_scope(p);
    p->gotos.n = active;
    p->scope = outer;
    p->func = f->outer;
    return s;
}

static syntax *read_primary(parser *p)
{
    syntax *s, *inner;

    if (now(p) == TOK_NAME)
        return read_variable(p);
    if (now(p) != '(')
        lua_lex_fail(&p->x, "unexpected symbol");
    s = new_syntax(p, SYN_PAREN);
    advance(p);
    inner = read_expression(p);
    expect_match(p, ')', '(', s->line);
    /* Parentheses matter around what has several values, and to tell an
     * assignment. */
    s->a = inner;
    return s;
}

static syntax *read_arguments(parser *p)
{
    syntax *args = NULL;
    uint32_t line = p->x.now.line;

    if (now(p) == TOK_STRING) {
        args = literal(p, p->x.now.value);
        advance(p);
    } else if (now(p) == '{') {
        args = read_table(p);
    } else if (accept(p, '(')) {
        if (now(p) != ')')
            args = read_list(p);
        expect_match(p, ')', '(', line);
    } else {
        lua_lex_fail(&p->x, "function arguments expected");
    }
    return args;
}

static syntax *read_suffixed(parser *p)
{
    syntax *first = read_primary(p), *s = first, *t;

    for (;;) {
        switch (now(p)) {
        case '.':
            advance(p);
            t = new_syntax(p, SYN_INDEX);
            t->b = string_literal(p, NULL);
            t->b->value = lua_pointer(read_name(p), LUA_STRING);
            break;
        case '[':
            advance(p);
            t = new_syntax(p, SYN_INDEX);
            t->b = read_expression(p);
            expect(p, ']');
            break;
        case ':':
            advance(p);
            t = new_syntax(p, SYN_METHOD);
            t->value = lua_pointer(read_name(p), LUA_STRING);
            t->b = read_arguments(p);
            place_at(t, first);
            break;
        case '(': case TOK_STRING: case '{':
            t = new_syntax(p, SYN_CALL);
            t->b = read_arguments(p);
            place_at(t, first);
            break;
        default:
            return s;
        }
        t->a = s;
        s = t;
    }
}

static syntax *read_simple(parser *p)
{
    syntax *s;

    switch (now(p)) {
    case TOK_NUMBER: case TOK_STRING:
        s = literal(p, p->x.now.value);
        break;
    case TOK_NIL:
        s = literal(p, lua_nil());
        break;
    case TOK_TRUE: case TOK_FALSE:
        s = literal(p, lua_boolean(now(p) == TOK_TRUE));
        break;
    case TOK_DOTS:
        if (!p->func->variadic)
            lua_lex_fail(&p->x, "cannot use '...' outside a vararg function");
        s = new_syntax(p, SYN_VARARG);
        break;
    case '{':
        return read_table(p);
    case TOK_FUNCTION:
        s = new_syntax(p, SYN_FUNCTION);
        advance(p);
        return read_function(p, s, false);
    default:
        return read_suffixed(p);
    }
    advance(p);
    return s;
}

enum { UNARY_PRIORITY = 12 };

/* Operators with two operands: how strongly they bind to the left and to the
 * right. */
static const struct operator {
    int token;
    syntax_op op;
    uint8_t left, right;
} operators[] = {
    { TOK_OR, OP_OR, 1, 1 }, { TOK_AND, OP_AND, 2, 2 },
    { '<', OP_LT, 3, 3 }, { '>', OP_GT, 3, 3 }, { TOK_LE, OP_LE, 3, 3 },
    { TOK_GE, OP_GE, 3, 3 }, { TOK_NE, OP_NE, 3, 3 }, { TOK_EQ, OP_EQ, 3, 3 },
    { '|', OP_BOR, 4, 4 }, { '~', OP_BXOR, 5, 5 }, { '&', OP_BAND, 6, 6 },
    { TOK_SHL, OP_SHL, 7, 7 }, { TOK_SHR, OP_SHR, 7, 7 },
    { TOK_CONCAT, OP_CONCAT, 9, 8 }, { '+', OP_ADD, 10, 10 },
    { '-', OP_SUB, 10, 10 }, { '*', OP_MUL, 11, 11 }, { '/', OP_DIV, 11, 11 },
    { TOK_IDIV, OP_IDIV, 11, 11 }, { '%', OP_MOD, 11, 11 },
    { '^', OP_POW, 14, 13 },
};

static const struct operator *find_operator(int token)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (operators[i].token == token)
            return &operators[i];
    return NULL;
}

static syntax *read_binary(parser *p, int limit);

/* A sign before a number is a part of it. */
static syntax *negate(parser *p, syntax *s, syntax_op op)
{
    syntax *a = s->a;

    (void)p;
    if (op == OP_UNM && a->kind == SYN_LITERAL && a->value.tag == LUA_INT) {
        a->value.as.i = (int64_t)-(uint64_t)a->value.as.i;
        return a;
    }
    if (op == OP_UNM && a->kind == SYN_LITERAL && a->value.tag == LUA_FLOAT) {
        a->value.as.d = -a->value.as.d;
        return a;
    }
    s->op = op;
    return s;
}

static syntax *read_unary(parser *p)
{
    syntax_op op;
    syntax *s;

    switch (now(p)) {
    case TOK_NOT: op = OP_NOT; break;
    case '-':     op = OP_UNM; break;
    case '~':     op = OP_BNOT; break;
    case '#':     op = OP_LEN; break;
    default:      return read_simple(p);
    }
    s = new_syntax(p, SYN_UNARY);
    advance(p);
    s->a = read_binary(p, UNARY_PRIORITY);
    return negate(p, s, op);
}

static syntax *read_binary(parser *p, int limit)
{
    const struct operator *o;
    syntax *s;

    enter_level(p);
    s = read_unary(p);
    while ((o = find_operator(now(p))) && o->left > limit) {
        syntax *t = new_syntax(p, SYN_BINARY);

        advance(p);
        t->op = o->op;
        t->a = s;
        t->b = read_binary(p, o->right);
        s = t;
    }
    p->levels--;
    return s;
}

static syntax *read_expression(parser *p)
{
    return read_binary(p, 0);
}

/* ---- blocks ------------------------------------------------------------ */

static syntax *read_block_of(parser *p, bool loop)
{
    syntax *s = new_syntax(p, SYN_BLOCK);
    scope inner;

    open_scope(p, &inner, loop);
    s->a = read_statements(p);
    close_scope(p);
    return s;
}

static bool ends_block(const parser *p, bool until)
{
    switch (now(p)) {
    case TOK_ELSE: case TOK_ELSEIF: case TOK_END: case TOK_EOF:
        return true;
    case TOK_UNTIL:
        return until;
    default:
        return false;
    }
}

/* ---- goto -------------------------------------------------------------- */

static syntax_label *find_label(const parser *p, const esp_string *name)
{
    for (const scope *s = p->scope; s; s = s->outer)
        for (uint32_t i = 0; i < s->labels.n; i++)
            if (s->labels.at[i]->name == name)
                return s->labels.at[i];
    return NULL;
}

static _Noreturn void jumps_into(parser *p, const pending *g, lua_var *vars)
{
    char message[256];

    while (vars->outer != g->vars)
        vars = vars->outer;
    snprintf(message, sizeof message,
             "<goto %s> at line %u jumps into the scope of local '%s'",
             lua_bytes(lua_string_of(g->node->value)), g->node->line,
             lua_bytes(vars->name));
    lua_lex_fail_plain(&p->x, message);
}

/* Is v one of the variables that are visible where `in` is the newest? */
static bool is_visible(const lua_var *v, const lua_var *in)
{
    while (in && in != v)
        in = in->outer;
    return in == v;
}

/* Gotos of this block that wait for the label. */
static void resolve_gotos(parser *p, syntax_label *label)
{
    uint32_t kept = p->scope->first_goto;

    for (uint32_t i = kept; i < p->gotos.n; i++) {
        pending *g = &p->gotos.at[i];

        if (lua_string_of(g->node->value) != label->name) {
            p->gotos.at[kept++] = *g;
            continue;
        }
        if (!is_visible(label->vars, g->vars))
            jumps_into(p, g, label->vars);
        g->node->label = label;
        label->used = true;
    }
    p->gotos.n = kept;
}

/* With the labels right behind it: they too may be at the end of the block. */
static syntax *read_label(parser *p)
{
    syntax *s = new_syntax(p, SYN_LABEL);
    syntax_label *label = ARENA_NEW(p->arena, syntax_label), *old;

    advance(p);
    label->line = s->line;
    label->name = read_name(p);
    expect(p, TOK_LABEL);
    while (accept(p, ';'))
        ;
    if (now(p) == TOK_LABEL) {
        enter_level(p);
        s->next = read_label(p);
        p->levels--;
    }
    old = find_label(p, label->name);
    if (old)
        fail_about(p, "label '%s' already defined on line %u", label->name,
                   old->line);
    s->label = label;
    label->id = p->func->nlabels++;
    /* At the end of a block its variables are gone already. */
    label->vars = ends_block(p, false) ? p->scope->vars : p->vars;
    VEC_PUSH(p->arena, &p->scope->labels, label);
    resolve_gotos(p, label);
    return s;
}

static syntax *read_goto(parser *p)
{
    syntax *s = new_syntax(p, SYN_GOTO);

    advance(p);
    s->value = lua_pointer(read_name(p), LUA_STRING);
    s->label = find_label(p, lua_string_of(s->value));
    if (s->label) {
        s->label->used = s->label->backward = true;
        return s;
    }
    VEC_PUSH(p->arena, &p->gotos, ((pending){ s, p->vars }));
    return s;
}

static syntax *read_break(parser *p)
{
    syntax *s = new_syntax(p, SYN_BREAK);
    const scope *in = p->scope;
    char message[64];

    advance(p);
    while (in && !in->loop)
        in = in->outer;
    if (!in) {
        snprintf(message, sizeof message, "break outside loop at line %u",
                 s->line);
        lua_lex_fail_plain(&p->x, message);
    }
    return s;
}

/* ---- statements -------------------------------------------------------- */

/* One arm: if or elseif, to its last statement. */
static syntax *read_arm(parser *p)
{
    syntax *s = new_syntax(p, SYN_IF);

    advance(p);
    s->a = read_expression(p);
    expect(p, TOK_THEN);
    s->b = read_block_of(p, false);
    return s;
}

/* Each arm is what else there is in the arm before it. */
static syntax *read_if(parser *p, uint32_t line)
{
    syntax *first = read_arm(p), *last = first;

    for (uint32_t arms = 1; now(p) == TOK_ELSEIF; arms++) {
        if (arms == MOST_ARMS)
            overflow(p);
        last->c = read_arm(p);
        last = last->c;
    }
    if (accept(p, TOK_ELSE))
        last->c = read_block_of(p, false);
    expect_match(p, TOK_END, TOK_IF, line);
    return first;
}

static syntax *read_while(parser *p)
{
    syntax *s = new_syntax(p, SYN_WHILE);

    advance(p);
    s->a = read_expression(p);
    expect(p, TOK_DO);
    s->b = read_block_of(p, true);
    expect_match(p, TOK_END, TOK_WHILE, s->line);
    return s;
}

/* The condition sees the variables of the block. */
static syntax *read_repeat(parser *p)
{
    syntax *s = new_syntax(p, SYN_REPEAT);
    scope loop, inner;

    advance(p);
    open_scope(p, &loop, true);
    s->b = new_syntax(p, SYN_BLOCK);
    open_scope(p, &inner, false);
    s->b->a = read_statements(p);
    expect_match(p, TOK_UNTIL, TOK_REPEAT, s->line);
    s->a = read_expression(p);
    close_scope(p);
    close_scope(p);
    return s;
}

/* What loops remember counts as variables, too. */
enum { NUMERIC_HIDDEN = 3, GENERIC_HIDDEN = 4 };

/* The first `hidden` of its slots are not variables of the program. */
static void read_loop_body(parser *p, syntax *s, syntax **body,
                           const syntax *vars, uint32_t hidden)
{
    scope inner;
    uint32_t from = p->x.now.start;

    expect(p, TOK_DO);
    open_scope(p, &inner, false);
    for (; vars; vars = vars->next)
        declare(p, vars->var);
    *body = new_syntax(p, SYN_BLOCK);
    (*body)->a = read_statements(p);
    close_scope(p);
    note_hidden(p, s->n, hidden, from);
    expect_match(p, TOK_END, TOK_FOR, s->line);
}

static void read_numeric_for(parser *p, syntax *s, esp_string *name)
{
    syntax *var = new_syntax(p, SYN_LOCAL), **last;

    s->kind = SYN_FOR;
    count_locals(p, NUMERIC_HIDDEN + 1);
    expect(p, '=');
    s->a = read_expression(p);
    last = &s->a->next;
    expect(p, ',');
    *last = read_expression(p);
    if (accept(p, ','))
        (*last)->next = read_expression(p);
    s->n = new_slot(p, NULL);
    new_slot(p, NULL);
    new_slot(p, NULL);
    s->var = var->var = new_var(p, name);
    read_loop_body(p, s, &s->b, var, NUMERIC_HIDDEN);
}

static void read_generic_for(parser *p, syntax *s, esp_string *name)
{
    syntax **last = &s->a;

    s->kind = SYN_FOR_IN;
    count_locals(p, GENERIC_HIDDEN);
    for (;;) {
        count_locals(p, 1);
        *last = new_syntax(p, SYN_LOCAL);
        (*last)->value = lua_pointer(name, LUA_STRING);
        last = &(*last)->next;
        if (!accept(p, ','))
            break;
        name = read_name(p);
    }
    expect(p, TOK_IN);
    s->b = read_list(p);
    s->n = new_slot(p, NULL);
    for (int i = 1; i < 5; i++)
        new_slot(p, NULL);
    for (syntax *v = s->a; v; v = v->next)
        v->var = new_var(p, lua_string_of(v->value));
    read_loop_body(p, s, &s->c, s->a, GENERIC_HIDDEN);
}

static syntax *read_for(parser *p)
{
    syntax *s = new_syntax(p, SYN_FOR);
    uint32_t active = p->func->active;
    esp_string *name;
    scope loop;

    advance(p);
    open_scope(p, &loop, true);
    name = read_name(p);
    if (now(p) == '=')
        read_numeric_for(p, s, name);
    else if (now(p) == ',' || now(p) == TOK_IN)
        read_generic_for(p, s, name);
    else
        lua_lex_fail(&p->x, "'=' or 'in' expected");
    close_scope(p);
    p->func->active = active;
    return s;
}

/* _ENV of the chunk is no variable of any function, but s may be that too. */
static void note_assigned(parser *p, const syntax *s)
{
    lua_var *v = s->var;
    lua_func *f = p->func;

    if (v && v->kind != VAR_PLAIN)
        fail_about(p, "attempt to assign to const variable '%s'", v->name, 0);
    if (v)
        v->assigned = true;
    while (f->outer)
        f = f->outer;
    f->assigns_env |= s->kind == SYN_UPVALUE && !v;
}

static syntax *read_function_statement(parser *p)
{
    syntax *start = new_syntax(p, SYN_ASSIGN), *s, *t;
    bool method = false;

    advance(p);
    s = read_variable(p);
    while (now(p) == '.' || now(p) == ':') {
        method = now(p) == ':';
        advance(p);
        t = new_syntax(p, SYN_INDEX);
        t->b = string_literal(p, NULL);
        t->b->value = lua_pointer(read_name(p), LUA_STRING);
        t->a = s;
        s = t;
        if (method)
            break;
    }
    note_assigned(p, s);
    start->a = s;
    start->b = read_function(p, start, method);
    return start;
}

static syntax *read_local_function(parser *p, syntax *start)
{
    start->kind = SYN_LOCAL_FUNCTION;
    start->var = read_new_var(p);
    declare(p, start->var);
    start->a = read_function(p, start, false);
    return start;
}

static void read_attribute(parser *p, lua_var *v)
{
    const char *word;
    char message[256];

    if (!accept(p, '<'))
        return;
    word = lua_bytes(read_name(p));
    expect(p, '>');
    if (!strcmp(word, "const")) {
        v->kind = VAR_CONST;
    } else if (!strcmp(word, "close")) {
        v->kind = VAR_CLOSE;
    } else {
        snprintf(message, sizeof message, "unknown attribute '%s'", word);
        lua_lex_fail_plain(&p->x, message);
    }
}

/* One variable that is constant and known needs no slot. */
static void note_known(const syntax *s)
{
    lua_var *v = s->a->var;

    if (s->a->next || v->kind != VAR_CONST || !s->b || s->b->next ||
        s->b->kind != SYN_LITERAL)
        return;
    v->kind = VAR_KNOWN;
    v->known = s->b->value;
}

static syntax *read_local(parser *p)
{
    syntax *s = new_syntax(p, SYN_LOCALS), **last = &s->a;
    bool closes = false;

    advance(p);
    if (accept(p, TOK_FUNCTION))
        return read_local_function(p, s);
    do {
        *last = new_syntax(p, SYN_LOCAL);
        (*last)->var = read_new_var(p);
        read_attribute(p, (*last)->var);
        if ((*last)->var->kind == VAR_CLOSE) {
            if (closes)
                lua_lex_fail_plain(&p->x, "multiple to-be-closed variables "
                                   "in local list");
            closes = true;
        }
        last = &(*last)->next;
    } while (accept(p, ','));
    if (accept(p, '='))
        s->b = read_list(p);
    note_known(s);
    for (syntax *v = s->a; v; v = v->next)
        declare(p, v->var);
    if (closes) {
        p->func->needs_close = true;
        s->n = 1;
        s->c = new_syntax(p, SYN_BLOCK);
        s->c->a = read_statements(p);
    }
    return s;
}

static void check_target(parser *p, syntax *s)
{
    if (s->kind != SYN_LOCAL && s->kind != SYN_UPVALUE &&
        s->kind != SYN_INDEX && !(s->kind == SYN_LITERAL && s->var))
        lua_lex_fail(&p->x, "syntax error");
    note_assigned(p, s);
}

static syntax *read_expression_statement(parser *p)
{
    syntax *s = new_syntax(p, SYN_EXPRESSION), **last;
    uint32_t levels = p->levels;

    s->a = read_suffixed(p);
    if (now(p) != '=' && now(p) != ',') {
        if (s->a->kind != SYN_CALL && s->a->kind != SYN_METHOD)
            lua_lex_fail(&p->x, "syntax error");
        return s;
    }
    s->kind = SYN_ASSIGN;
    check_target(p, s->a);
    last = &s->a->next;
    while (accept(p, ',')) {
        *last = read_suffixed(p);
        check_target(p, *last);
        last = &(*last)->next;
        enter_level(p);
    }
    p->levels = levels;
    expect(p, '=');
    s->b = read_list(p);
    return s;
}

static syntax *read_return(parser *p)
{
    syntax *s = new_syntax(p, SYN_RETURN);

    advance(p);
    if (!ends_block(p, true) && now(p) != ';')
        s->a = read_list(p);
    accept(p, ';');
    return s;
}

static syntax *read_do(parser *p)
{
    syntax *s = new_syntax(p, SYN_DO);

    advance(p);
    s->a = read_block_of(p, false);
    expect_match(p, TOK_END, TOK_DO, s->line);
    return s;
}

static syntax *read_statement(parser *p)
{
    switch (now(p)) {
    case TOK_IF:       return read_if(p, p->x.now.line);
    case TOK_WHILE:    return read_while(p);
    case TOK_DO:       return read_do(p);
    case TOK_FOR:      return read_for(p);
    case TOK_REPEAT:   return read_repeat(p);
    case TOK_FUNCTION: return read_function_statement(p);
    case TOK_LOCAL:    return read_local(p);
    case TOK_LABEL:    return read_label(p);
    case TOK_RETURN:   return read_return(p);
    case TOK_BREAK:    return read_break(p);
    case TOK_GOTO:     return read_goto(p);
    default:           return read_expression_statement(p);
    }
}

/* To the end of the block. */
static syntax *read_statements(parser *p)
{
    syntax *first = NULL, **last = &first;

    while (!ends_block(p, true)) {
        bool final = now(p) == TOK_RETURN;

        if (accept(p, ';'))
            continue;
        enter_level(p);
        *last = read_statement(p);
        p->levels--;
        while (*last)                   /* labels come together */
            last = &(*last)->next;
        if (final)
            break;
    }
    return first;
}

/* ---- the chunk --------------------------------------------------------- */

static lua_func *read_chunk(parser *p)
{
    lua_func *f = ARENA_NEW(p->arena, lua_func);
    scope outer;

    p->func = f;
    f->variadic = true;
    new_slot(p, NULL);
    VEC_PUSH(p->arena, &f->upvalues, ((lua_upvalue){ .name = p->env }));
    open_scope(p, &outer, false);
    advance(p);
    f->body = read_statements(p);
    if (now(p) != TOK_EOF)
        expected(p, TOK_EOF);
    f->end = p->x.source->length;
    f->last_line = p->x.last_line;
    close_scope(p);
    return f;
}

/* Does the text speak of functions by which programs can tell a captured
 * variable from its value?  Then it gets what they expect. */
static bool tells_variables(const esp_source *source)
{
    static const char *const words[] = { "upvalueid", "upvaluejoin",
                                         "setupvalue" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(source->text, words[i]))
            return true;
    return false;
}

lua_func *lua_parse(lua_state *lua, esp_source *source, const char *chunk,
                    esp_arena *arena)
{
    parser p = { .lua = lua, .arena = arena,
                 .shares = tells_variables(source) };
    lua_func *volatile f = NULL;

    p.env = lua_name(lua, "_ENV", 4);
    p.self = lua_name(lua, "self", 4);
    lua_lex_open(&p.x, lua, source);
    p.x.chunk = chunk;
    if (setjmp(p.x.failed) == 0)
        f = read_chunk(&p);
    lua_lex_close(&p.x);
    return f;
}
