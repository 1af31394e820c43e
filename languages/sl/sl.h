/*
 * sl.h: values, state and nodes of SimpleLanguage.
 *
 *   lex.c parse.c               text to a syntax tree
 *   diagnose.c network.c predict.c  or to the words of its first error
 *   build.c                     syntax tree to nodes; names to slots
 *   node_*.c                    what the nodes do
 *   number.c string.c object.c value.c  what the values do
 *   builtins.c builtins.def     functions that every program has
 *   sl.c                        the language as the launcher sees it
 */
#ifndef SL_H
#define SL_H

#include "framework/espalier.h"
#include "languages/sl/util.h"

#include <stdio.h>

#define SL_HIDDEN __attribute__((visibility("hidden")))

/* ---- values ------------------------------------------------------------ */

/* Tags.  Integers that fit are SL_INT, others SL_BIG: never both. */
enum {
    SL_NULL,            /* payload: 0, or 1 in a local that was not assigned */
    SL_BOOLEAN,         /* 0 or 1 */
    SL_INT,
    SL_BIG,             /* sl_big */
    SL_STRING,          /* esp_string */
    SL_FUNCTION,        /* sl_function */
    SL_OBJECT,          /* sl_object */
    SL_TYPE             /* enum sl_type */
};

/* What typeOf tells apart, in the order in which it asks. */
enum sl_type {
    SL_TYPE_NULL, SL_TYPE_NUMBER, SL_TYPE_STRING, SL_TYPE_BOOLEAN,
    SL_TYPE_FUNCTION, SL_TYPE_OBJECT, SL_TYPES
};

/* A name for its code.  There is one for each name, whether the function has
 * been defined or not, and it stays; its code may change at any time. */
typedef struct sl_function {
    esp_symbol *name;
    ESP_FINAL esp_target *target;       /* NULL: not defined */
    ESP_FINAL esp_assumption *stable;   /* the target is still this one */
} sl_function;

/* Properties whose names are small numbers are elements, unless there are large
 * gaps between them: then all of them have names, and the array is marked. */
typedef struct sl_object {
    esp_object base;
    esp_array elements;
    int64_t slots[3];
} sl_object;

_Static_assert(sizeof(sl_object) == 64, "what the collector rounds up to");

extern SL_HIDDEN const esp_array_kind sl_elements;

typedef struct sl_big sl_big;           /* number.c */

ESP_INLINE esp_value sl_null(void)
{
    return (esp_value){ .as.i = 0, .tag = SL_NULL };
}

ESP_INLINE esp_value sl_boolean(bool b)
{
    return (esp_value){ .as.i = b, .tag = SL_BOOLEAN };
}

ESP_INLINE esp_value sl_int(int64_t i)
{
    return (esp_value){ .as.i = i, .tag = SL_INT };
}

ESP_INLINE esp_value sl_pointer(void *p, uint64_t tag)
{
    return (esp_value){ .as.p = p, .tag = tag };
}

ESP_INLINE bool sl_is_int(esp_value v)
{
    return v.tag == SL_INT;
}

ESP_INLINE bool sl_is_number(esp_value v)
{
    return v.tag == SL_INT || v.tag == SL_BIG;
}

/* ---- the language's state ---------------------------------------------- */

typedef struct sl_state {
    esp_context *context;
    sl_function **functions;            /* in the order of their creation; */
    uint32_t nfunctions, cap_functions; /* symbol->user is the number, from 1 */
    esp_value *hooks;                   /* for the end of the run */
    uint32_t nhooks, cap_hooks;
    ESP_FINAL esp_shape *shape;         /* of an object without properties */
    FILE *in, *out;
} sl_state;

ESP_INLINE sl_state *sl_of(esp_context *context)
{
    return (sl_state *)context->language;
}

/* The function with a name; there is one afterwards. */
sl_function *sl_function_named(sl_state *sl, esp_symbol *name);
/* Gives it code, or other code. */
void sl_define(sl_function *f, esp_context *context, esp_target *target);

/* Its code, or NULL.  Where the function is a constant, so is the code. */
ESP_INLINE esp_target *sl_function_target(const sl_function *f)
{
    if (esp_is_constant((uint64_t)(uintptr_t)f) &&
        !esp_assumption_valid(f->stable))
        esp_deopt_invalidate();
    return f->target;
}

/* Parses and defines what is in a source; *main is its function main, or NULL
 * if it has none.  False: an error was thrown. */
bool sl_load(sl_state *sl, esp_source *source, sl_function **main);

/* All builtins; those for tests of the compiler only if asked for. */
void sl_define_builtins(sl_state *sl);
void sl_define_test_builtins(sl_state *sl);

/* ---- numbers (number.c) ------------------------------------------------ */

/* Exact results; the operands are numbers.  They may throw. */
ESP_BOUNDARY esp_value sl_add(esp_context *c, esp_value l, esp_value r);
ESP_BOUNDARY esp_value sl_sub(esp_context *c, esp_value l, esp_value r);
ESP_BOUNDARY esp_value sl_mul(esp_context *c, esp_value l, esp_value r);
/* Truncates toward zero; the divisor is not 0. */
ESP_BOUNDARY esp_value sl_div(esp_context *c, esp_value l, esp_value r);
/* Less than 0, 0, or more, as l is less than r, equal, or greater. */
ESP_NATIVE int sl_compare(esp_value l, esp_value r);

/* From decimal digits. */
esp_value sl_number(esp_context *c, const char *digits, size_t n);
void sl_big_text(const sl_big *b, sl_text *to);

/* ---- strings (string.c) ------------------------------------------------ */

/* A string; or an abrupt value: there was no memory, an error was thrown. */
esp_value sl_string_new(esp_context *c, const char *bytes, size_t n);
/* Has it these bytes?  Not if there is no memory to find out. */
bool sl_string_is(esp_context *c, esp_string *s, const char *word);

/* Of two values of which one is a string at least. */
ESP_NATIVE esp_value sl_concat(esp_context *c, esp_value l, esp_value r);

ESP_INLINE esp_value sl_string_equal(esp_context *c, esp_value l, esp_value r)
{
    int equal = esp_string_equal(c, (esp_string *)l.as.p,
                                 (esp_string *)r.as.p);

    if (ESP_UNLIKELY(equal < 0))
        return esp_abrupt(ESP_THROW);
    return sl_boolean(equal);
}

/* ---- any value (value.c) ----------------------------------------------- */

/* The display string, as println shows it; false: an error was thrown. */
bool sl_display(esp_context *c, esp_value v, sl_text *to);
/* The text that + makes of it: not the same for objects and types. */
bool sl_text_of(esp_context *c, esp_value v, sl_text *to);

/* The text as a property key; NULL: an error was thrown. */
ESP_NATIVE esp_string *sl_key(esp_context *c, esp_value v);

/* A Boolean; or an abrupt value. */
ESP_BOUNDARY esp_value sl_equal(esp_context *c, esp_value l, esp_value r);
bool sl_has_type(esp_value v, enum sl_type type);

/* Throws a guest error and frees the text. */
esp_value sl_throw(esp_context *c, esp_node *node, sl_text *text);

/* ---- properties (object.c) --------------------------------------------- */

/* Any key; ESP_NOTHING: there is no such property; or an abrupt value. */
ESP_NATIVE esp_value sl_property_get(esp_context *c, sl_object *o,
                                     esp_value key);
/* False: an error was thrown. */
ESP_BOUNDARY bool sl_property_put(esp_context *c, sl_object *o, esp_value key,
                                  esp_value v);

/* ---- errors (value.c) -------------------------------------------------- */

/* Errors; all throw, and return what leaves the function.  `node` is where it
 * went wrong; with a node that has no source no place is mentioned. */
ESP_BOUNDARY esp_value sl_throw_type_error1(esp_context *c, esp_node *node,
                                            const char *operation,
                                            esp_value v);
ESP_BOUNDARY esp_value sl_throw_type_error2(esp_context *c, esp_node *node,
                                            const char *operation,
                                            esp_value l, esp_value r);
ESP_BOUNDARY esp_value sl_throw_undefined_function(esp_context *c,
                                                   esp_node *node,
                                                   esp_value v);
ESP_BOUNDARY esp_value sl_throw_undefined_property(esp_context *c,
                                                   esp_node *node,
                                                   esp_value key);
ESP_BOUNDARY esp_value sl_throw_zero_division(esp_context *c, esp_node *node);

/* For nodes.  An error ends the program, so compiled code has none of it: it
 * is left in front of the throw. */
ESP_INLINE esp_value sl_type_error1(esp_context *c, esp_node *node,
                                    const char *operation, esp_value v)
{
    esp_deopt();
    return sl_throw_type_error1(c, node, operation, v);
}

ESP_INLINE esp_value sl_type_error2(esp_context *c, esp_node *node,
                                    const char *operation, esp_value l,
                                    esp_value r)
{
    esp_deopt();
    return sl_throw_type_error2(c, node, operation, l, r);
}

ESP_INLINE esp_value sl_undefined_function(esp_context *c, esp_node *node,
                                           esp_value v)
{
    esp_deopt();
    return sl_throw_undefined_function(c, node, v);
}

ESP_INLINE esp_value sl_undefined_property(esp_context *c, esp_node *node,
                                           esp_value key)
{
    esp_deopt();
    return sl_throw_undefined_property(c, node, key);
}

ESP_INLINE esp_value sl_zero_division(esp_context *c, esp_node *node)
{
    esp_deopt();
    return sl_throw_zero_division(c, node);
}

/* ---- nodes ------------------------------------------------------------- */

/* A value that is in the program's text, and a local variable. */
typedef struct literal_node {
    esp_node base;
    ESP_FINAL esp_value value;
} literal_node;

typedef struct local_node {
    esp_node base;
    ESP_FINAL uint32_t slot;
    ESP_CHILD esp_node *value;          /* of a write */
} local_node;

extern SL_HIDDEN const esp_node_class sl_literal_class, sl_read_local_class;

/* Half of the nodes of a program are leaves: a local or a literal.  They never
 * leave early, and to ask for their classes is cheaper than to call them; in
 * compiled code it is free. */
ESP_INLINE bool sl_is_leaf(const esp_node *node)
{
    return node->class == &sl_read_local_class ||
           node->class == &sl_literal_class;
}

ESP_INLINE esp_value sl_leaf(esp_node *node, const esp_frame *frame)
{
    if (node->class == &sl_read_local_class)
        return frame->slots[((local_node *)node)->slot];
    return ((literal_node *)node)->value;
}

/* As ESP_TRY(esp_execute(node, frame)). */
#define SL_TRY(node)                                                        \
    ({                                                                      \
        esp_node *sl_n = (node);                                            \
        esp_value sl_v;                                                     \
        if (sl_n->class == &sl_read_local_class) {                          \
            sl_v = frame->slots[((local_node *)sl_n)->slot];                \
            esp_assume(!esp_is_abrupt(sl_v));                               \
        } else if (sl_n->class == &sl_literal_class) {                      \
            sl_v = ((literal_node *)sl_n)->value;                           \
        } else {                                                            \
            sl_v = esp_execute(sl_n, frame);                                \
            if (ESP_UNLIKELY(esp_is_abrupt(sl_v)))                          \
                return sl_v;                                                \
        }                                                                   \
        sl_v;                                                               \
    })

/* Some nodes know their context only through the frame. */
ESP_INLINE esp_context *sl_context(const esp_frame *frame)
{
    return frame->target->context;
}

/* `op` of binary nodes is an enum syntax_op of parse.h. */
esp_node *sl_literal_node(esp_context *c, esp_section at, esp_value value);
esp_node *sl_binary_node(esp_context *c, esp_section at, int op,
                         esp_node *left, esp_node *right);
esp_node *sl_read_local_node(esp_context *c, esp_section at, uint32_t slot);
esp_node *sl_write_local_node(esp_context *c, esp_section at, uint32_t slot,
                              esp_node *value);
esp_node *sl_call_node(esp_context *c, esp_section at, esp_node *callee,
                       esp_node **args, uint32_t nargs);
esp_node *sl_read_property_node(esp_context *c, esp_section at,
                                esp_node *receiver, esp_node *key);
esp_node *sl_write_property_node(esp_context *c, esp_section at,
                                 esp_node *receiver, esp_node *key,
                                 esp_node *value);
esp_node *sl_block_node(esp_context *c, esp_section at, esp_node **statements,
                        uint32_t n);
esp_node *sl_body_node(esp_context *c, esp_section at, esp_node **statements,
                       uint32_t n);
esp_node *sl_if_node(esp_context *c, esp_section at, esp_node *condition,
                     esp_node *then, esp_node *otherwise);
esp_node *sl_while_node(esp_context *c, esp_section at, esp_node *condition,
                        esp_node *body);
esp_node *sl_break_node(esp_context *c, esp_section at);
esp_node *sl_continue_node(esp_context *c, esp_section at);
esp_node *sl_debugger_node(esp_context *c, esp_section at);
esp_node *sl_return_node(esp_context *c, esp_section at, esp_node *value);

#endif
