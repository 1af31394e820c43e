/*
 * The mini language's parser, and what tests need around it.
 */
#include "tests/framework/mini.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LOCALS = 32, MOST_CHILDREN = 16, LONGEST_NAME = 64 };

typedef struct reader {
    esp_context *context;
    esp_source *source;
    const char *at;
    const char *locals[MOST_LOCALS];
    uint32_t nlocals;
    bool variadic;
} reader;

/* Rows for (native ...): tests set them before any thread is made. */
static const mini_native_row *natives;

void mini_set_natives(const mini_native_row *rows)
{
    natives = rows;
}

static _Noreturn void wrong(reader *r, const char *what)
{
    esp_position p = esp_source_position(
        r->source, (uint32_t)(r->at - r->source->text));

    fprintf(stderr, "mini program, line %u: %s\n", p.line, what);
    exit(2);
}

/* ---- words ------------------------------------------------------------- */

static void space(reader *r)
{
    while (isspace((unsigned char)*r->at))
        r->at++;
}

static bool accept(reader *r, char c)
{
    space(r);
    if (*r->at != c)
        return false;
    r->at++;
    return true;
}

static void expect(reader *r, char c)
{
    if (!accept(r, c))
        wrong(r, c == '(' ? "( wanted" : ") wanted");
}

static const char *word(reader *r)
{
    const char *start;

    space(r);
    for (start = r->at; *r->at && !isspace((unsigned char)*r->at) &&
                        *r->at != '(' && *r->at != ')';)
        r->at++;
    if (r->at == start)
        wrong(r, "word wanted");
    return esp_intern(r->context, start, (size_t)(r->at - start))->bytes;
}

/* The symbol whose bytes these are. */
static const esp_symbol *symbol(const char *bytes)
{
    return (const esp_symbol *)(bytes - offsetof(esp_symbol, bytes));
}

static esp_section since(reader *r, const char *start)
{
    return (esp_section){ r->source, (uint32_t)(start - r->source->text),
                          (uint32_t)(r->at - start) };
}

/* ---- names ------------------------------------------------------------- */

static mini *state(esp_context *c)
{
    return (mini *)c->language;
}

mini_function *mini_find(esp_context *c, const char *name)
{
    mini *t = state(c);
    mini_function *f;

    for (f = t->functions; f; f = f->next)
        if (!strcmp(f->name, name))
            return f;
    f = esp_context_alloc(c, sizeof *f);
    f->name = esp_intern_string(c, name)->bytes;
    f->stable = esp_assumption_new(c, "function is not redefined");
    f->next = t->functions;
    return t->functions = f;
}

static int find_local(reader *r, const char *name)
{
    for (uint32_t i = 0; i < r->nlocals; i++)
        if (r->locals[i] == name)
            return (int)i;
    return -1;
}

static uint32_t make_local(reader *r, const char *name)
{
    int i = find_local(r, name);

    if (i >= 0)
        return (uint32_t)i;
    if (r->nlocals == MOST_LOCALS)
        wrong(r, "too many variables");
    r->locals[r->nlocals] = name;
    return r->nlocals++;
}

/* ---- expressions ------------------------------------------------------- */

static esp_node *expression(reader *r);

static uint32_t expressions(reader *r, esp_node **to)
{
    uint32_t n = 0;

    while (!accept(r, ')')) {
        if (n == MOST_CHILDREN || !*r->at)
            wrong(r, "too many, or no )");
        to[n++] = expression(r);
    }
    return n;
}

static esp_node *atom(reader *r)
{
    const char *start = (space(r), r->at);
    const char *w = word(r);
    esp_section s = since(r, start);
    char *end;
    int64_t i = strtoll(w, &end, 10);

    if (!*end && end != w)
        return mini_literal(r->context, s, mini_int(i));
    if (strchr(w, '.') && (isdigit((unsigned char)*w) || *w == '-'))
        return mini_literal(r->context, s, (esp_value){ .as.d = atof(w),
                                                       .tag = MINI_DOUBLE });
    if (!strcmp(w, "null"))
        return mini_literal(r->context, s, mini_null());
    if (!strcmp(w, "true") || !strcmp(w, "false"))
        return mini_literal(r->context, s, mini_bool(*w == 't'));
    if (find_local(r, w) >= 0)
        return mini_local(r->context, s, (uint32_t)find_local(r, w));
    return mini_function_node(r->context, s, mini_find(r->context, w));
}

static mini_native *find_native(reader *r, const char *name)
{
    for (const mini_native_row *row = natives; row && row->name; row++)
        if (!strcmp(row->name, name))
            return row->fn;
    wrong(r, "no such native function");
}

/* Behind "(word": forms that do not just have children. */
static esp_node *special(reader *r, const char *w, const char *start)
{
    esp_context *c = r->context;
    esp_node *child[MOST_CHILDREN], *a;
    const char *name;
    uint32_t n;

    if (!strcmp(w, "set")) {
        n = make_local(r, word(r));
        a = expression(r);
        expect(r, ')');
        return mini_set_local(c, since(r, start), n, a);
    }
    if (!strcmp(w, "quote")) {
        name = word(r);
        expect(r, ')');
        return mini_literal(c, since(r, start),
                           (esp_value){ .as.p = (void *)symbol(name),
                                        .tag = MINI_NAME });
    }
    if (!strcmp(w, "get") || !strcmp(w, "put")) {
        a = expression(r);
        name = word(r);
        n = expressions(r, child);
        if (n != (*w == 'p'))
            wrong(r, "get or put is wrong");
        return n ? mini_put(c, since(r, start), a, symbol(name), child[0])
                 : mini_get(c, since(r, start), a, symbol(name));
    }
    if (!strcmp(w, "while")) {
        a = expression(r);
        n = expressions(r, child);
        return mini_while(c, since(r, start), a,
                         mini_block(c, since(r, start), n, child));
    }
    if (!strcmp(w, "tail") || !strcmp(w, "native")) {
        name = word(r);
        n = expressions(r, child);
        return *w == 't' ? mini_call(c, since(r, start),
                                    mini_find(c, name), true, n, child)
                         : mini_native_call(c, since(r, start),
                                           find_native(r, name), n, child);
    }
    return NULL;
}

static esp_node *expression(reader *r)
{
    esp_context *c = r->context;
    esp_node *child[MOST_CHILDREN], *node;
    const char *start, *w;
    uint32_t n;

    space(r);
    start = r->at;
    if (!accept(r, '('))
        return atom(r);
    w = word(r);
    node = special(r, w, start);
    if (node)
        return node;
    n = expressions(r, child);
    if (!strcmp(w, "do"))
        return mini_block(c, since(r, start), n, child);
    if (!strcmp(w, "rest") && n == 1)
        return mini_rest(c, since(r, start), child[0]);
    if (!strcmp(w, "call"))
        return mini_call(c, since(r, start), NULL, false, n, child);
    node = mini_form(c, since(r, start), w, n, child);
    return node ? node : mini_call(c, since(r, start), mini_find(c, w), false,
                                  n, child);
}

/* ---- functions --------------------------------------------------------- */

static void definition(reader *r)
{
    esp_context *c = r->context;
    const char *start = (space(r), r->at), *name, *w, **names;
    esp_node *child[MOST_CHILDREN];
    esp_target_spec spec = { 0 };
    mini_function *f;
    uint32_t n;

    expect(r, '(');
    if (strcmp(word(r), "def"))
        wrong(r, "def wanted");
    name = word(r);
    r->nlocals = 0;
    expect(r, '(');
    while (!accept(r, ')')) {
        w = word(r);
        if (!strcmp(w, "..."))
            spec.variadic = true;
        else
            make_local(r, w);
    }
    spec.arity = r->nlocals;
    n = expressions(r, child);
    spec.name = name;
    spec.section = since(r, start);
    spec.body = n == 1 ? child[0] : mini_block(c, spec.section, n, child);
    names = ESP_CONTEXT_ARRAY(c, const char *, r->nlocals);
    for (uint32_t i = 0; i < r->nlocals; i++)
        names[i] = r->locals[i];
    spec.layout = esp_layout_new(c, r->nlocals, esp_nothing(), mini_null(),
                                 names);
    f = mini_find(c, name);
    ESP_PUBLISH(f->target, esp_target_new(c, &spec));
    esp_assumption_invalidate(f->stable, "redefined");
    ESP_PUBLISH(f->stable, esp_assumption_new(c, "function is not redefined"));
}

void mini_define(esp_context *c, const char *text)
{
    reader r = { .context = c };

    r.source = esp_source_new(c, "mini", text, strlen(text));
    r.at = r.source->text;
    for (space(&r); *r.at; space(&r))
        definition(&r);
}

static void show(esp_context *c, esp_value v, char *to, size_t n)
{
    (void)c;
    switch (v.tag) {
    case MINI_INT: snprintf(to, n, "%lld", (long long)v.as.i); break;
    case MINI_DOUBLE: snprintf(to, n, "%g", v.as.d); break;
    case MINI_BOOL: snprintf(to, n, "%s", v.as.i ? "true" : "false"); break;
    default: snprintf(to, n, "tag %llu", (unsigned long long)v.tag);
    }
}

static _Noreturn void cannot_start(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(2);
}

esp_context *mini_open(esp_engine *e)
{
    char error[200];
    esp_context *c = esp_context_new(e, error, sizeof error);
    mini *t;

    if (!c)
        cannot_start(error);
    t = esp_context_alloc(c, sizeof *t);
    t->context = c;
    t->root = esp_shape_root(c, &mini_kind, NULL);
    esp_context_set_language(c, t);
    esp_context_set_shower(c, show);
    return c;
}

esp_context *mini_start(const esp_options *options)
{
    char error[200];
    esp_engine *e = esp_engine_new(options, error, sizeof error);

    if (!e)
        cannot_start(error);
    return mini_open(e);
}

void mini_close(esp_context *c)
{
    esp_engine *e = c->engine;

    esp_context_free(c);
    esp_engine_free(e);
}

void mini_write(void *text, const char *s, size_t n)
{
    text_add(text, s, n);
}

const char *mini_message(esp_context *c)
{
    esp_error *e = esp_thrown_error(c);

    return e ? e->message : "";
}

esp_value mini_run(esp_context *c, const char *name, uint32_t n,
                  const esp_value *args)
{
    return esp_enter_guest(mini_find(c, name)->target, n, args);
}

esp_value mini_run1(esp_context *c, const char *name, int64_t argument)
{
    esp_value a = mini_int(argument);

    return mini_run(c, name, 1, &a);
}

/* ---- checks ------------------------------------------------------------ */

static uint32_t passed, failed, skipped;

bool mini_check(bool condition, const char *file, int line, const char *what)
{
    __atomic_fetch_add(condition ? &passed : &failed, 1, __ATOMIC_RELAXED);
    if (!condition)
        printf("%s:%d: %s\n", file, line, what);
    return condition;
}

bool mini_check_int(esp_value v, int64_t wanted, const char *file, int line,
                   const char *what)
{
    bool ok = v.tag == MINI_INT && v.as.i == wanted;

    mini_check(ok, file, line, what);
    if (!ok)
        printf("    is {%lld, tag %#llx} instead of %lld\n",
               (long long)v.as.i, (unsigned long long)v.tag,
               (long long)wanted);
    return ok;
}

void mini_skip(const char *what, const char *why)
{
    skipped++;
    printf("%s: %s\n", what, why);
}

int mini_finish(void)
{
    printf("%u passed, %u failed", passed, failed);
    if (skipped)
        printf(", %u skipped", skipped);
    printf("\n");
    return failed != 0;
}
