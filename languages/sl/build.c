/*
 * From a syntax tree to nodes: names become slots or functions.
 *
 * Locals are not declared.  A block owns every name that is assigned in its
 * own expressions, unless that name is visible there already; a name that is
 * no visible local is a function's.  So `x` in two sibling blocks is two
 * variables, and an assignment after a block makes the one inside the same.
 */
#include "languages/sl/build.h"

#include "languages/sl/lex.h"

typedef struct local {
    esp_symbol *name;
    uint32_t slot;
} local;

typedef struct builder {
    sl_state *sl;
    esp_context *context;
    esp_source *source;
    sl_arena *arena;
    SL_LIST(local) visible;             /* innermost last */
    SL_LIST(const char *) slots;        /* names of the function's slots */
    bool in_loop;
    const char *error;                  /* the first; NULL: none */
    uint32_t error_at;
} builder;

static esp_node *build(builder *b, const syntax *s);

static void fail(builder *b, const char *error, uint32_t at)
{
    if (b->error)
        return;
    b->error = error;
    b->error_at = at;
}

static esp_section section(const builder *b, const syntax *s)
{
    return (esp_section){ b->source, s->start, s->end - s->start };
}

static esp_symbol *name_of(builder *b, const syntax *s)
{
    return esp_intern(b->context, b->source->text + s->name_start,
                      s->name_end - s->name_start);
}

/* ---- locals ------------------------------------------------------------ */

static const local *find_local(const builder *b, const esp_symbol *name)
{
    for (uint32_t i = b->visible.n; i-- > 0; )
        if (b->visible.at[i].name == name)
            return &b->visible.at[i];
    return NULL;
}

static void add_local(builder *b, esp_symbol *name)
{
    SL_PUSH(b->arena, &b->visible, ((local){ name, b->slots.n }));
    SL_PUSH(b->arena, &b->slots, name->bytes);
}

/* The names that an expression assigns, in the order of the text.  Of `if` and
 * `while` only the condition belongs to the block around them. */
static void collect(builder *b, const syntax *s)
{
    if (!s || s->kind == SYN_BLOCK)
        return;
    if (s->kind == SYN_ASSIGN && !find_local(b, name_of(b, s)))
        add_local(b, name_of(b, s));
    collect(b, s->a);
    if (s->kind == SYN_CALL) {
        for (const syntax *a = s->b; a; a = a->next)
            collect(b, a);
        return;
    }
    collect(b, s->b);
    collect(b, s->c);
}

/* ---- expressions ------------------------------------------------------- */

static uint32_t count(const syntax *list)
{
    uint32_t n = 0;

    for (; list; list = list->next)
        n++;
    return n;
}

static esp_node **build_list(builder *b, const syntax *list, uint32_t *n)
{
    esp_node **nodes;

    *n = count(list);
    nodes = ESP_CONTEXT_ARRAY(b->context, esp_node *, *n);
    for (uint32_t i = 0; i < *n; i++, list = list->next)
        nodes[i] = build(b, list);
    return nodes;
}

/* Memory that is missing here was the guest's: NULL stands for the value, and
 * the error comes at the next poll. */
static esp_node *build_literal(builder *b, const syntax *s)
{
    const char *text = b->source->text + s->name_start;
    size_t n = s->name_end - s->name_start;
    esp_value v = s->kind == SYN_NUMBER ? sl_number(b->context, text, n)
                                        : sl_string_new(b->context, text, n);

    return sl_literal_node(b->context, section(b, s),
                           esp_is_abrupt(v) ? sl_null() : v);
}

static esp_node *build_name(builder *b, const syntax *s)
{
    esp_symbol *name = name_of(b, s);
    const local *l = find_local(b, name);

    if (l)
        return sl_read_local_node(b->context, section(b, s), l->slot);
    return sl_literal_node(b->context, section(b, s),
                           sl_pointer(sl_function_named(b->sl, name),
                                      SL_FUNCTION));
}

static esp_node *build_assignment(builder *b, const syntax *s)
{
    uint32_t slot = find_local(b, name_of(b, s))->slot;

    return sl_write_local_node(b->context, section(b, s), slot,
                               build(b, s->a));
}

static esp_node *build_call(builder *b, const syntax *s)
{
    esp_node *callee = build(b, s->a);
    uint32_t n;
    esp_node **args = build_list(b, s->b, &n);

    return sl_call_node(b->context, section(b, s), callee, args, n);
}

static esp_node *build_binary(builder *b, const syntax *s)
{
    esp_node *left = build(b, s->a);

    return sl_binary_node(b->context, section(b, s), s->op, left,
                          build(b, s->b));
}

static esp_node *build_read(builder *b, const syntax *s)
{
    esp_node *receiver = build(b, s->a);

    return sl_read_property_node(b->context, section(b, s), receiver,
                                 build(b, s->b));
}

static esp_node *build_write(builder *b, const syntax *s)
{
    esp_node *receiver = build(b, s->a), *key = build(b, s->b);

    return sl_write_property_node(b->context, section(b, s), receiver, key,
                                  build(b, s->c));
}

/* ---- statements -------------------------------------------------------- */

static esp_node *build_block(builder *b, const syntax *s, bool is_body)
{
    uint32_t visible = b->visible.n, n;
    esp_node **statements;

    for (const syntax *t = s->a; t; t = t->next)
        collect(b, t);
    statements = build_list(b, s->a, &n);
    b->visible.n = visible;
    if (is_body)
        return sl_body_node(b->context, section(b, s), statements, n);
    if (n == 1)
        return statements[0];
    return sl_block_node(b->context, section(b, s), statements, n);
}

static esp_node *build_if(builder *b, const syntax *s)
{
    esp_node *condition = build(b, s->a), *then = build(b, s->b);

    return sl_if_node(b->context, section(b, s), condition, then,
                      s->c ? build(b, s->c) : NULL);
}

static esp_node *build_while(builder *b, const syntax *s)
{
    esp_node *condition = build(b, s->a), *body;
    bool outer = b->in_loop;

    b->in_loop = true;
    body = build(b, s->b);
    b->in_loop = outer;
    return sl_while_node(b->context, section(b, s), condition, body);
}

static esp_node *build_jump(builder *b, const syntax *s)
{
    bool is_break = s->kind == SYN_BREAK;

    if (!b->in_loop)
        fail(b, is_break ? "break used outside of loop"
                         : "continue used outside of loop", s->start);
    return is_break ? sl_break_node(b->context, section(b, s))
                    : sl_continue_node(b->context, section(b, s));
}

static esp_node *build(builder *b, const syntax *s)
{
    switch (s->kind) {
    case SYN_BLOCK:    return build_block(b, s, false);
    case SYN_IF:       return build_if(b, s);
    case SYN_WHILE:    return build_while(b, s);
    case SYN_BREAK:
    case SYN_CONTINUE: return build_jump(b, s);
    case SYN_DEBUGGER: return sl_debugger_node(b->context, section(b, s));
    case SYN_RETURN:
        return sl_return_node(b->context, section(b, s),
                              s->a ? build(b, s->a) : NULL);
    case SYN_NUMBER:
    case SYN_STRING:   return build_literal(b, s);
    case SYN_NAME:     return build_name(b, s);
    case SYN_BINARY:   return build_binary(b, s);
    case SYN_CALL:     return build_call(b, s);
    case SYN_READ:     return build_read(b, s);
    case SYN_WRITE:    return build_write(b, s);
    case SYN_ASSIGN:   return build_assignment(b, s);
    default:                            /* SYN_BAD_ASSIGN */
        fail(b, "invalid assignment target", s->a->start);
        return build(b, s->a);
    }
}

/* ---- functions --------------------------------------------------------- */

static esp_target *build_function(builder *b, const syntax *s)
{
    esp_context *c = b->context;
    esp_value unset = { .as.i = 1, .tag = SL_NULL };
    esp_target_spec spec = { .name = name_of(b, s)->bytes,
                             .section = section(b, s),
                             .arity = count(s->a) };
    const char **names;

    b->visible.n = b->slots.n = 0;
    for (const syntax *p = s->a; p; p = p->next)
        add_local(b, name_of(b, p));
    spec.body = build_block(b, s->b, true);
    names = ESP_CONTEXT_ARRAY(c, const char *, b->slots.n);
    for (uint32_t i = 0; i < b->slots.n; i++)
        names[i] = b->slots.at[i];
    spec.layout = esp_layout_new(c, b->slots.n, unset, sl_null(), names);
    return b->error ? NULL : esp_target_new(c, &spec);
}

bool sl_build(sl_state *sl, esp_source *source, sl_arena *arena,
              const syntax *functions, sl_built *built, const char **error,
              uint32_t *error_at)
{
    builder b = { .sl = sl, .context = sl->context, .source = source,
                  .arena = arena };
    uint32_t n = count(functions);

    built->n = n;
    built->functions = ESP_CONTEXT_ARRAY(b.context, sl_function *, n);
    built->targets = ESP_CONTEXT_ARRAY(b.context, esp_target *, n);
    for (uint32_t i = 0; i < n && !b.error; i++, functions = functions->next) {
        built->functions[i] = sl_function_named(sl, name_of(&b, functions));
        built->targets[i] = build_function(&b, functions);
    }
    *error = b.error;
    *error_at = b.error_at;
    return !b.error;
}
