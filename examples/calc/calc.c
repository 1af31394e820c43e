/*
 * calc: a calculator with variables, loops and functions, in one file.
 *
 *     def fib(n) { if n < 2 { return n } return fib(n - 1) + fib(n - 2) }
 *     print fib(30) / 2
 *
 * A number is an integer as long as it can be, and a double from then on.
 * Variables belong to the function, or to the program outside of functions, and
 * begin as 0.  A condition holds if it is not 0.
 *
 * First the nodes, which are all that Espalier needs to compile such programs;
 * then a parser that makes trees of them; then a program around it.
 */
#include <espalier.h>
#include <espalier/jit.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- values ------------------------------------------------------------ */

enum { INTEGER = 1, REAL };             /* tags */

ESP_INLINE esp_value integer(int64_t i)
{
    return (esp_value){ .as.i = i, .tag = INTEGER };
}

ESP_INLINE esp_value real(double d)
{
    return (esp_value){ .as.d = d, .tag = REAL };
}

ESP_INLINE double number(esp_value v)
{
    return v.tag == INTEGER ? (double)v.as.i : v.as.d;
}

ESP_INLINE bool holds(esp_value v)
{
    return v.tag == INTEGER ? v.as.i != 0 : v.as.d != 0;
}

/* ---- literals and variables -------------------------------------------- */

typedef struct literal_node {
    esp_node base;
    ESP_FINAL esp_value value;
} literal_node;

static esp_value literal_execute(esp_node *node, esp_frame *frame)
{
    (void)frame;
    return ((literal_node *)node)->value;
}

static const esp_node_class literal_class = {
    .name = "literal", .size = sizeof(literal_node), .execute = literal_execute,
};

typedef struct variable_node {
    esp_node base;
    ESP_FINAL uint32_t slot;
    ESP_CHILD esp_node *value;          /* of an assignment */
} variable_node;

static esp_value read_execute(esp_node *node, esp_frame *frame)
{
    return frame->slots[((variable_node *)node)->slot];
}

static const esp_node_class read_class = {
    .name = "read", .size = sizeof(variable_node), .execute = read_execute,
};

static esp_value write_execute(esp_node *node, esp_frame *frame)
{
    variable_node *self = (variable_node *)node;

    return frame->slots[self->slot] = ESP_TRY(esp_execute(self->value, frame));
}

static const esp_node_class write_class = {
    .name = "write", .size = sizeof(variable_node), .execute = write_execute,
    ESP_CHILDREN(ESP_ONE(variable_node, value)),
};

/* ---- arithmetic -------------------------------------------------------- */

typedef struct binary_node {
    esp_node base;
    ESP_CHILD esp_node *left, *right;
    ESP_FINAL uint32_t state;           /* the cases that were needed so far */
} binary_node;

enum { INTEGERS = 1, REALS = 2 };       /* cases */

/* Divisions that leave nothing are those of integers. */
ESP_INLINE bool divide_overflow(int64_t l, int64_t r, int64_t *quotient)
{
    if (r == 0 || r == -1 || l % r != 0)
        return true;
    *quotient = l / r;
    return false;
}

/* A node whose integers have once overflowed goes on with doubles: the code
 * that was compiled for integers is left for good and made anew. */
#define ARITHMETIC(word, overflow, operator)                                \
    static esp_value word##_execute(esp_node *node, esp_frame *frame)       \
    {                                                                       \
        binary_node *self = (binary_node *)node;                            \
        esp_value l = ESP_TRY(esp_execute(self->left, frame));              \
        esp_value r = ESP_TRY(esp_execute(self->right, frame));             \
                                                                            \
        ESP_SPECIALIZE(node, self->state) {                                 \
        ESP_CASE(INTEGERS, l.tag == INTEGER && r.tag == INTEGER) {          \
            int64_t result;                                                 \
                                                                            \
            if (!overflow(l.as.i, r.as.i, &result))                         \
                return integer(result);                                     \
            ESP_GENERALIZE(INTEGERS, REALS);                                \
        }                                                                   \
        ESP_CASE(REALS, true)                                               \
            return real(number(l) operator number(r));                      \
        }                                                                   \
    }                                                                       \
    BINARY_CLASS(word)

#define BINARY_CLASS(word)                                                  \
    static const esp_node_class word##_class = {                            \
        .name = #word, .size = sizeof(binary_node),                         \
        .execute = word##_execute,                                          \
        ESP_CHILDREN(ESP_ONE(binary_node, left),                            \
                     ESP_ONE(binary_node, right)),                          \
    }

ARITHMETIC(add, __builtin_add_overflow, +);
ARITHMETIC(subtract, __builtin_sub_overflow, -);
ARITHMETIC(multiply, __builtin_mul_overflow, *);
ARITHMETIC(divide, divide_overflow, /);

/* The one operation that can fail. */
static esp_value remainder_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value l = ESP_TRY(esp_execute(self->left, frame));
    esp_value r = ESP_TRY(esp_execute(self->right, frame));

    if (ESP_UNLIKELY(l.tag != INTEGER || r.tag != INTEGER || r.as.i == 0))
        return esp_throw_error(frame->target->context, node,
                               "only integers leave a remainder, and not "
                               "divided by 0");
    return integer(r.as.i == -1 ? 0 : l.as.i % r.as.i);
}

BINARY_CLASS(remainder);

#define COMPARISON(word, operator)                                          \
    static esp_value word##_execute(esp_node *node, esp_frame *frame)       \
    {                                                                       \
        binary_node *self = (binary_node *)node;                            \
        esp_value l = ESP_TRY(esp_execute(self->left, frame));              \
        esp_value r = ESP_TRY(esp_execute(self->right, frame));             \
                                                                            \
        ESP_SPECIALIZE(node, self->state) {                                 \
        ESP_CASE(INTEGERS, l.tag == INTEGER && r.tag == INTEGER)            \
            return integer(l.as.i operator r.as.i);                         \
        ESP_CASE(REALS, true)                                               \
            return integer(number(l) operator number(r));                   \
        }                                                                   \
    }                                                                       \
    BINARY_CLASS(word)

COMPARISON(less, <);
COMPARISON(equal, ==);

/* ---- statements -------------------------------------------------------- */

typedef struct block_node {
    esp_node base;
    ESP_CHILD_ARRAY esp_node **statements;
    ESP_FINAL uint32_t n;
} block_node;

static esp_value block_execute(esp_node *node, esp_frame *frame)
{
    block_node *self = (block_node *)node;

    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;                    /* no loop is left in compiled code */
        ESP_TRY(esp_execute(self->statements[i], frame));
    }
    return integer(0);
}

static const esp_node_class block_class = {
    .name = "block", .size = sizeof(block_node), .execute = block_execute,
    ESP_CHILDREN(ESP_MANY(block_node, statements, n)),
};

typedef struct control_node {
    esp_node base;
    ESP_CHILD esp_node *value, *body, *otherwise;   /* NULL where there is */
    esp_condition profile;                          /* none */
} control_node;

static esp_value if_execute(esp_node *node, esp_frame *frame)
{
    control_node *self = (control_node *)node;
    bool so = holds(ESP_TRY(esp_execute(self->value, frame)));

    if (esp_condition_profile(&self->profile, node, so))
        return esp_execute(self->body, frame);
    return self->otherwise ? esp_execute(self->otherwise, frame) : integer(0);
}

ESP_INLINE esp_value while_step(esp_node *node, esp_frame *frame)
{
    control_node *self = (control_node *)node;

    if (!holds(ESP_TRY(esp_execute(self->value, frame))))
        return esp_abrupt(ESP_BREAK);
    return esp_execute(self->body, frame);
}

static esp_value while_execute(esp_node *node, esp_frame *frame)
{
    return esp_loop_execute(node, frame, while_step);
}

static esp_value return_execute(esp_node *node, esp_frame *frame)
{
    control_node *self = (control_node *)node;

    frame->result = ESP_TRY(esp_execute(self->value, frame));
    return esp_abrupt(ESP_RETURN);
}

ESP_BOUNDARY static void print(esp_value v)
{
    if (v.tag == INTEGER)
        printf("%lld\n", (long long)v.as.i);
    else
        printf("%.15g\n", v.as.d);
}

static esp_value print_execute(esp_node *node, esp_frame *frame)
{
    esp_value v = ESP_TRY(esp_execute(((control_node *)node)->value, frame));

    print(v);
    return v;
}

#define CONTROL_CLASS(word)                                                 \
    static const esp_node_class word##_class = {                            \
        .name = #word, .size = sizeof(control_node),                        \
        .execute = word##_execute,                                          \
        ESP_CHILDREN(ESP_ONE(control_node, value),                          \
                     ESP_ONE(control_node, body),                           \
                     ESP_ONE(control_node, otherwise)),                     \
    }

CONTROL_CLASS(if);
CONTROL_CLASS(while);
CONTROL_CLASS(return);
CONTROL_CLASS(print);

/* ---- functions --------------------------------------------------------- */

enum { MOST = 3 };                      /* parameters of a function */

typedef struct function {
    const char *name;
    ESP_FINAL esp_target *target;       /* NULL before it is defined */
    struct function *next;
} function;

typedef struct call_node {
    esp_node base;
    ESP_FINAL function *callee;
    ESP_CHILD_ARRAY esp_node **args;
    ESP_FINAL uint32_t nargs;
    struct call_node *next;             /* in the program */
} call_node;

/* The body of a function gives 0, unless a return left its result. */
static esp_value body_execute(esp_node *node, esp_frame *frame)
{
    esp_value v = esp_execute(((control_node *)node)->body, frame);

    return v.tag == ESP_RETURN ? frame->result : v;
}

CONTROL_CLASS(body);

static esp_value call_execute(esp_node *node, esp_frame *frame)
{
    call_node *self = (call_node *)node;
    esp_value args[MOST];

    for (uint32_t i = 0; i < self->nargs; i++) {
        ESP_EXPLODE;
        args[i] = ESP_TRY(esp_execute(self->args[i], frame));
    }
    return esp_invoke(node, frame, self->callee->target, self->nargs, args);
}

static const esp_node_class call_class = {
    .name = "call", .size = sizeof(call_node), .tags = ESP_IS_CALL,
    .execute = call_execute,
    ESP_CHILDREN(ESP_MANY(call_node, args, nargs)),
};

/* ---- parser ------------------------------------------------------------ */

enum { NAMES = 250, NAME = 32 };

typedef struct parser {
    esp_context *context;
    esp_source *source;
    const char *at;
    bool failed;                        /* and at is the end of the text */
    char names[NAMES][NAME];            /* of this function's variables */
    uint32_t nnames;
    function *functions;
    call_node *calls;
} parser;

static esp_section here(const parser *p)
{
    return (esp_section){ p->source, (uint32_t)(p->at - p->source->text), 1 };
}

/* The first error counts.  Behind it the text seems to end. */
static void fail_at(parser *p, esp_section at, const char *what)
{
    esp_position place = esp_section_position(at);

    if (!p->failed)
        fprintf(stderr, "%s:%u:%u: %s\n", p->source->name, place.line,
                place.column, what);
    p->failed = true;
    p->at = p->source->text + p->source->length;
}

static void skip(parser *p)
{
    while (isspace((unsigned char)*p->at) || *p->at == '#') {
        if (*p->at == '#')
            p->at += strcspn(p->at, "\n");
        else
            p->at++;
    }
}

static bool is_name_part(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Goes behind a sign or a word, if it is there. */
static bool accept(parser *p, const char *what)
{
    size_t n = strlen(what);

    skip(p);
    if (strncmp(p->at, what, n) != 0 ||
        (isalpha((unsigned char)*what) && is_name_part(p->at[n])))
        return false;
    p->at += n;
    return true;
}

static void expect(parser *p, const char *what)
{
    char message[64];

    if (accept(p, what))
        return;
    snprintf(message, sizeof message, "'%s' is missing here", what);
    fail_at(p, here(p), message);
}

static void name(parser *p, char to[NAME])
{
    size_t n = 0;

    skip(p);
    if (!isalpha((unsigned char)*p->at))
        fail_at(p, here(p), "a name is missing here");
    while (is_name_part(p->at[n]) && n < NAME - 1)
        n++;
    snprintf(to, NAME, "%.*s", (int)n, p->at);
    p->at += n;
}

static uint32_t slot_of(parser *p, const char *name)
{
    for (uint32_t i = 0; i < p->nnames; i++)
        if (!strcmp(p->names[i], name))
            return i;
    if (p->nnames == NAMES) {
        fail_at(p, here(p), "too many variables");
        return 0;
    }
    snprintf(p->names[p->nnames], NAME, "%s", name);
    return p->nnames++;
}

static function *function_of(parser *p, const char *name)
{
    function *f = p->functions;
    char *copy;

    while (f && strcmp(f->name, name) != 0)
        f = f->next;
    if (f)
        return f;
    copy = esp_context_alloc(p->context, NAME);
    f = esp_context_alloc(p->context, sizeof *f);
    snprintf(copy, NAME, "%s", name);
    *f = (function){ copy, NULL, p->functions };
    return p->functions = f;
}

static esp_node *expression(parser *p);
static esp_node *statement(parser *p);

static esp_node *literal(parser *p)
{
    literal_node *n = ESP_NEW_NODE(p->context, literal_node, &literal_class,
                                   here(p));
    char *end;
    double d = strtod(p->at, &end);

    if (end == p->at)
        fail_at(p, here(p), "a number or a name is missing here");
    else
        p->at = end;
    n->value = d == (double)(int64_t)d ? integer((int64_t)d) : real(d);
    return &n->base;
}

static esp_node *call(parser *p, esp_section at, const char *name)
{
    call_node *n = ESP_NEW_NODE(p->context, call_node, &call_class, at);

    n->callee = function_of(p, name);
    n->args = ESP_CONTEXT_ARRAY(p->context, esp_node *, MOST);
    n->next = p->calls;
    p->calls = n;
    while (!accept(p, ")") && !p->failed) {
        if (n->nargs)
            expect(p, ",");
        if (n->nargs == MOST)
            fail_at(p, here(p), "too many arguments");
        else
            n->args[n->nargs++] = expression(p);
    }
    return &n->base;
}

static esp_node *variable(parser *p, esp_section at, const char *name,
                          const esp_node_class *class, esp_node *value)
{
    variable_node *n = ESP_NEW_NODE(p->context, variable_node, class, at);

    n->slot = slot_of(p, name);
    n->value = value;
    return &n->base;
}

static esp_node *factor(parser *p)
{
    esp_section at;
    char word[NAME];
    esp_node *n;

    skip(p);
    at = here(p);
    if (accept(p, "(")) {
        n = expression(p);
        expect(p, ")");
        return n;
    }
    if (!isalpha((unsigned char)*p->at))
        return literal(p);
    name(p, word);
    return accept(p, "(") ? call(p, at, word)
                          : variable(p, at, word, &read_class, NULL);
}

static esp_node *binary(parser *p, const esp_node_class *class, esp_node *left,
                        esp_node *right(parser *))
{
    binary_node *n = ESP_NEW_NODE(p->context, binary_node, class, here(p));

    n->left = left;
    n->right = right(p);
    return &n->base;
}

static esp_node *term(parser *p)
{
    esp_node *n = factor(p);

    for (;;) {
        if (accept(p, "*"))
            n = binary(p, &multiply_class, n, factor);
        else if (accept(p, "/"))
            n = binary(p, &divide_class, n, factor);
        else if (accept(p, "%"))
            n = binary(p, &remainder_class, n, factor);
        else
            return n;
    }
}

static esp_node *sum(parser *p)
{
    esp_node *n = term(p);

    for (;;) {
        if (accept(p, "+"))
            n = binary(p, &add_class, n, term);
        else if (accept(p, "-"))
            n = binary(p, &subtract_class, n, term);
        else
            return n;
    }
}

static esp_node *expression(parser *p)
{
    esp_node *n = sum(p);

    if (accept(p, "<"))
        return binary(p, &less_class, n, sum);
    if (accept(p, "=="))
        return binary(p, &equal_class, n, sum);
    return n;
}

/* Statements up to '}', or to the end of the text. */
static esp_node *block(parser *p, bool braces)
{
    block_node *n = ESP_NEW_NODE(p->context, block_node, &block_class,
                                 here(p));
    uint32_t room = 0;

    while (skip(p), braces ? !accept(p, "}") : *p->at != '\0') {
        esp_node *s = statement(p);

        if (p->failed)
            break;
        if (!s)
            continue;
        if (n->n == room) {
            esp_node **old = n->statements;

            room = room ? 2 * room : 4;
            n->statements = ESP_CONTEXT_ARRAY(p->context, esp_node *, room);
            if (old)
                memcpy(n->statements, old, n->n * sizeof *old);
        }
        n->statements[n->n++] = s;
    }
    return &n->base;
}

static esp_node *braces(parser *p)
{
    expect(p, "{");
    return block(p, true);
}

static control_node *control(parser *p, const esp_node_class *class)
{
    return ESP_NEW_NODE(p->context, control_node, class, here(p));
}

static esp_target *target(parser *p, const char *name, uint32_t arity,
                          esp_node *statements)
{
    control_node *body = control(p, &body_class);

    body->body = statements;
    return esp_target_new(p->context, &(esp_target_spec){
        .name = name, .section = statements->section, .arity = arity,
        .layout = esp_layout_new(p->context, p->nnames, integer(0),
                                 integer(0), NULL),
        .body = &body->base,
    });
}

/* Functions have variables of their own. */
static void definition(parser *p)
{
    parser own = *p;
    char word[NAME];
    function *f;
    uint32_t arity;

    own.nnames = 0;
    name(&own, word);
    f = function_of(&own, word);
    if (f->target)
        fail_at(&own, here(&own), "there is a function of this name");
    expect(&own, "(");
    while (!accept(&own, ")") && !own.failed) {
        if (own.nnames)
            expect(&own, ",");
        name(&own, word);
        if (own.nnames == MOST)
            fail_at(&own, here(&own), "too many parameters");
        slot_of(&own, word);
    }
    arity = own.nnames;
    f->target = target(&own, f->name, arity, braces(&own));
    p->at = own.at;
    p->failed = own.failed;
    p->functions = own.functions;
    p->calls = own.calls;
}

static esp_node *statement(parser *p)
{
    esp_section at = here(p);
    control_node *n;
    char word[NAME];

    if (accept(p, "def"))
        return definition(p), NULL;
    if (accept(p, "print") || accept(p, "return")) {
        n = control(p, p->at[-1] == 't' ? &print_class : &return_class);
        n->value = expression(p);
        return &n->base;
    }
    if (accept(p, "if") || accept(p, "while")) {
        n = control(p, p->at[-1] == 'f' ? &if_class : &while_class);
        n->value = expression(p);
        n->body = braces(p);
        if (n->base.class == &if_class && accept(p, "else"))
            n->otherwise = braces(p);
        return &n->base;
    }
    name(p, word);
    expect(p, "=");
    return variable(p, at, word, &write_class, expression(p));
}

/* NULL: the text has an error, which has been printed. */
static esp_target *parse(esp_context *context, esp_source *source)
{
    parser p = { .context = context, .source = source, .at = source->text };
    esp_node *program = block(&p, false);

    for (call_node *c = p.calls; c && !p.failed; c = c->next) {
        if (!c->callee->target)
            fail_at(&p, c->base.section, "nobody defines this function");
        else if (c->callee->target->arity != c->nargs)
            fail_at(&p, c->base.section, "wrong number of arguments");
    }
    return p.failed ? NULL : target(&p, "program", 0, program);
}

/* ---- the program around it --------------------------------------------- */

static int run(esp_context *context, const char *path)
{
    char error[256];
    esp_source *source = esp_source_read(context, path, error, sizeof error);
    esp_target *program;

    if (!source)
        return fprintf(stderr, "calc: %s\n", error), 2;
    program = parse(context, source);
    if (!program)
        return 1;
    if (!esp_is_abrupt(esp_enter_guest(program, 0, NULL)))
        return 0;
    esp_error_print(context, esp_thrown_error(context));
    return esp_thrown_error(context)->exit_code;
}

/* Options are in ESP_OPTIONS, as in ESP_OPTIONS=--trace=compile. */
int main(int argc, char **argv)
{
    char error[256];
    esp_engine *engine = esp_jit_engine_new(getenv("ESP_OPTIONS"), error,
                                            sizeof error);
    esp_context *context = NULL;
    int code = 2;

    if (*error)
        fprintf(stderr, "calc: %s\n", error);
    if (engine)
        context = esp_context_new(engine, error, sizeof error);
    if (engine && !context)
        fprintf(stderr, "calc: %s\n", error);
    else if (context && argc != 2)
        fprintf(stderr, "usage: calc FILE\n");
    else if (context)
        code = run(context, argv[1]);
    if (context)
        esp_context_free(context);
    if (engine)
        esp_engine_free(engine);
    return code;
}
