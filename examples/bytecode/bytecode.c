/*
 * bytecode: a stack machine, in one file.
 *
 *     function fib 1 1              # parameters, variables
 *             load 0  push 2  less  branch small
 *             load 0  push 1  subtract  call fib 1
 *             load 0  push 2  subtract  call fib 1
 *             add  return
 *     small:  load 0  return
 *
 * A function is one node: a loop that takes one instruction after the other.
 * In compiled code neither the loop is left nor the instructions, nor the
 * stack.  The evaluator follows the loop as far as it knows the place in the
 * code, and comes to each place once (ESP_EXPLODE_MERGE): what remains is what
 * the instructions do, in machine registers.  This is the first Futamura
 * projection, on an interpreter that does not know of it.
 *
 * Values are integers that wrap around.  A program starts in its function main.
 */
#include <espalier.h>
#include <espalier/jit.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INTEGER = 1 };                   /* the only tag */
enum { STACK = 16 };                    /* values that a function can push */
enum { MOST = 3 };                      /* parameters */

ESP_INLINE esp_value integer(int64_t i)
{
    return (esp_value){ .as.i = i, .tag = INTEGER };
}

/* ---- instructions ------------------------------------------------------ */

/* OP(word, what its operand is, values it takes, values it leaves) */
#define OPS(OP)                                                             \
    OP(push,     NUMBER,   0, 1)                                            \
    OP(load,     VARIABLE, 0, 1)                                            \
    OP(store,    VARIABLE, 1, 0)                                            \
    OP(add,      NOTHING,  2, 1)                                            \
    OP(subtract, NOTHING,  2, 1)                                            \
    OP(multiply, NOTHING,  2, 1)                                            \
    OP(less,     NOTHING,  2, 1)                                            \
    OP(jump,     LABEL,    0, 0)                                            \
    OP(branch,   LABEL,    1, 0)                                            \
    OP(call,     FUNCTION, 0, 1)                                            \
    OP(print,    NOTHING,  1, 0)                                            \
    OP(return,   NOTHING,  1, 0)

typedef enum op {
#define OP(word, operand, takes, leaves) OP_##word,
    OPS(OP)
#undef OP
    OP_COUNT
} op;

enum { NOTHING, NUMBER, VARIABLE, LABEL, FUNCTION };    /* operands */

static const struct op_row {
    const char *word;
    int operand, takes, leaves;
} op_rows[] = {
#define OP(word, operand, takes, leaves) { #word, operand, takes, leaves },
    OPS(OP)
#undef OP
};

typedef struct instruction {
    uint32_t op;
    uint32_t depth;                     /* of the stack before it */
    int64_t operand;                    /* of a call: the number of arguments */
    struct function *callee;
} instruction;

typedef struct function {
    char name[32];
    ESP_FINAL esp_target *target;       /* NULL before it is defined */
    uint32_t arity;
    struct function *next;
} function;

/* ---- the machine ------------------------------------------------------- */

typedef struct code_node {
    esp_node base;
    ESP_FINAL_ELEMENTS const instruction *code;
    ESP_FINAL uint32_t nslots;          /* variables; the stack is behind */
} code_node;

ESP_BOUNDARY static void print(int64_t i)
{
    printf("%lld\n", (long long)i);
}

static esp_value code_execute(esp_node *node, esp_frame *frame)
{
    code_node *self = (code_node *)node;
    uint32_t at = 0;

    for (;;) {
        ESP_EXPLODE_MERGE(at);
        const instruction *i = &self->code[at];
        esp_value *top = &frame->slots[self->nslots + i->depth];

        at++;
        switch (i->op) {
        case OP_push:
            top[0] = integer(i->operand);
            break;
        case OP_load:
            top[0] = frame->slots[i->operand];
            break;
        case OP_store:
            frame->slots[i->operand] = top[-1];
            break;
        case OP_add:
            top[-2] = integer(top[-2].as.i + top[-1].as.i);
            break;
        case OP_subtract:
            top[-2] = integer(top[-2].as.i - top[-1].as.i);
            break;
        case OP_multiply:
            top[-2] = integer(top[-2].as.i * top[-1].as.i);
            break;
        case OP_less:
            top[-2] = integer(top[-2].as.i < top[-1].as.i);
            break;
        case OP_branch:
            if (!top[-1].as.i)
                break;
            /* fall through */
        case OP_jump:
            if ((uint32_t)i->operand < at && !esp_back_edge(frame))
                return esp_abrupt(ESP_THROW);
            at = (uint32_t)i->operand;
            break;
        case OP_call:
            top[-i->operand] = ESP_TRY(esp_invoke(node, frame,
                                                  i->callee->target,
                                                  (uint64_t)i->operand,
                                                  top - i->operand));
            break;
        case OP_print:
            print(top[-1].as.i);
            break;
        default:
            return top[-1];
        }
    }
}

static const esp_node_class code_class = {
    .name = "code", .size = sizeof(code_node), .execute = code_execute,
};

/* ---- from text --------------------------------------------------------- */

enum { CODE = 1000, LABELS = 100, WORD = 32 };

typedef struct label {
    char name[WORD];
    int64_t at;                         /* -1: not met yet */
    uint32_t depth;                     /* of the stack there */
} label;

typedef struct reader {
    esp_context *context;
    esp_source *source;
    const char *at;
    char word[WORD];                    /* the last one, and where it began */
    uint32_t start;
    bool failed;
    function *functions;
    label labels[LABELS];               /* of this function */
    uint32_t nlabels;
} reader;

static void fail(reader *r, const char *what)
{
    esp_position p = esp_source_position(r->source, r->start);

    if (!r->failed)
        fprintf(stderr, "%s:%u:%u: %s: '%s'\n", r->source->name, p.line,
                p.column, what, r->word);
    r->failed = true;
}

/* False at the end of the text, or behind a mistake. */
static bool next(reader *r)
{
    size_t n = 0;

    while (isspace((unsigned char)*r->at) || *r->at == '#')
        r->at += *r->at == '#' ? strcspn(r->at, "\n") : 1;
    r->start = (uint32_t)(r->at - r->source->text);
    while (r->at[n] && !isspace((unsigned char)r->at[n]))
        n++;
    snprintf(r->word, WORD, "%.*s", (int)n, r->at);
    r->at += n;
    return n && !r->failed;
}

static int64_t number(reader *r, int64_t least, int64_t most)
{
    char *end;
    long long n;

    next(r);
    n = strtoll(r->word, &end, 10);
    if (*end || end == r->word || n < least || n > most)
        fail(r, "not a number, or not one for this place");
    return r->failed ? least : n;
}

static function *find_function(reader *r)
{
    function *f = r->functions;

    while (f && strcmp(f->name, r->word) != 0)
        f = f->next;
    if (f)
        return f;
    f = esp_context_alloc(r->context, sizeof *f);
    memcpy(f->name, r->word, WORD);
    f->next = r->functions;
    return r->functions = f;
}

/* The stack has to be as deep on all ways to a label. */
static int64_t find_label(reader *r, uint32_t depth)
{
    for (uint32_t i = 0; i < r->nlabels; i++) {
        if (strcmp(r->labels[i].name, r->word) != 0)
            continue;
        if (r->labels[i].depth != depth)
            fail(r, "the stack has another depth elsewhere");
        return i;
    }
    if (r->nlabels == LABELS) {
        fail(r, "too many labels");
        return 0;
    }
    memcpy(r->labels[r->nlabels].name, r->word, WORD);
    r->labels[r->nlabels].at = -1;
    r->labels[r->nlabels].depth = depth;
    return r->nlabels++;
}

/* One instruction; how deep the stack is behind it. */
static uint32_t read_instruction(reader *r, instruction *to, uint32_t nslots,
                                 uint32_t depth)
{
    uint32_t which = 0, takes;

    while (which < OP_COUNT && strcmp(op_rows[which].word, r->word) != 0)
        which++;
    if (which == OP_COUNT) {
        fail(r, "no instruction");
        return depth;
    }
    takes = (uint32_t)op_rows[which].takes;
    *to = (instruction){ .op = which, .depth = depth };
    if (depth >= takes)
        depth -= takes;
    else
        fail(r, "nothing is on the stack");
    switch (op_rows[which].operand) {
    case NUMBER:   to->operand = number(r, INT64_MIN, INT64_MAX); break;
    case VARIABLE: to->operand = number(r, 0, nslots - 1); break;
    case LABEL:    next(r), to->operand = find_label(r, depth); break;
    case FUNCTION:
        next(r);
        to->callee = find_function(r);
        to->operand = number(r, 0, depth < MOST ? depth : MOST);
        depth -= (uint32_t)to->operand;
        break;
    default: break;
    }
    depth += (uint32_t)op_rows[which].leaves;
    if (depth > STACK)
        fail(r, "the stack is full");
    return depth;
}

/* The code of a function, up to its end or to the next "function". */
static const instruction *read_code(reader *r, uint32_t nslots)
{
    instruction *code = ESP_CONTEXT_ARRAY(r->context, instruction, CODE);
    uint32_t n = 0, depth = 0;

    r->nlabels = 0;
    while (next(r) && strcmp(r->word, "function") != 0) {
        size_t length = strlen(r->word);

        if (n == CODE - 1) {
            fail(r, "too long");
        } else if (r->word[length - 1] == ':') {
            r->word[length - 1] = '\0';
            r->labels[find_label(r, depth)].at = n;
        } else {
            depth = read_instruction(r, &code[n++], nslots, depth);
        }
    }
    if (!n || (code[n - 1].op != OP_return && code[n - 1].op != OP_jump))
        fail(r, "the function before has no end");
    for (uint32_t i = 0; i < n && !r->failed; i++) {
        if (op_rows[code[i].op].operand != LABEL)
            continue;
        code[i].operand = r->labels[code[i].operand].at;
        if (code[i].operand < 0)
            fail(r, "a label is missing before this place");
    }
    return code;
}

static void read_function(reader *r)
{
    esp_section at = { r->source, r->start, 8 };
    code_node *body = ESP_NEW_NODE(r->context, code_node, &code_class, at);
    function *f;
    uint32_t arity;

    next(r);
    f = find_function(r);
    if (f->target)
        fail(r, "there is a function of this name");
    arity = (uint32_t)number(r, 0, MOST);
    body->nslots = (uint32_t)number(r, arity, CODE);
    body->code = read_code(r, body->nslots);
    f->arity = arity;
    f->target = esp_target_new(r->context, &(esp_target_spec){
        .name = f->name, .section = at, .arity = arity,
        .layout = esp_layout_new(r->context, body->nslots + STACK + 1,
                                 integer(0), integer(0), NULL),
        .body = &body->base,
    });
}

/* The function main; NULL: there is a mistake, which has been printed. */
static esp_target *read_program(esp_context *context, esp_source *source)
{
    reader r = { .context = context, .source = source, .at = source->text };
    function *f;

    next(&r);
    while (!r.failed && *r.word) {
        if (strcmp(r.word, "function") != 0)
            fail(&r, "'function' is missing");
        else
            read_function(&r);
    }
    for (f = r.functions; f && !r.failed; f = f->next)
        if (!f->target)
            memcpy(r.word, f->name, WORD), fail(&r, "nobody defines it");
    strcpy(r.word, "main");
    f = r.failed ? NULL : find_function(&r);
    if (f && !f->target)
        fail(&r, "nobody defines it");
    return r.failed ? NULL : f->target;
}

/* ---- the program around it --------------------------------------------- */

static int run(esp_context *context, const char *path)
{
    char error[256];
    esp_source *source = esp_source_read(context, path, error, sizeof error);
    esp_target *program;

    if (!source)
        return fprintf(stderr, "bytecode: %s\n", error), 2;
    program = read_program(context, source);
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
        fprintf(stderr, "bytecode: %s\n", error);
    if (engine)
        context = esp_context_new(engine, error, sizeof error);
    if (engine && !context)
        fprintf(stderr, "bytecode: %s\n", error);
    else if (context && argc != 2)
        fprintf(stderr, "usage: bytecode FILE\n");
    else if (context)
        code = run(context, argv[1]);
    if (context)
        esp_context_free(context);
    if (engine)
        esp_engine_free(engine);
    return code;
}
