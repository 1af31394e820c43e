/*
 * A language for tests of the framework: expressions in parentheses.
 *
 *     (def fib (n)
 *         (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
 *
 *     1 2.5 true null name        constants, variables, functions
 *     (+ a b) (- a b) (< a b)     integers, which become doubles when they
 *                                 overflow, or doubles; not mixed
 *     (do e...) (if c e e) (while c e...) (set name e)
 *     (break) (continue) (return e) (throw e) (try e handler)
 *     (new) (get o name) (put o name e) (at o e) (atput o e e) (quote name)
 *     (f e...) (call e e...) (tail f e...) (native name e...)
 *     (rest i)                    argument i of a variadic function, defined
 *                                 with (def name (a b ...) ...)
 *
 * subject_toy.c has the nodes, helper_toy.c the parser and what tests need.
 */
#ifndef TOY_H
#define TOY_H

#include "framework/base/text.h"
#include "framework/espalier.h"

enum { TOY_NULL, TOY_INT, TOY_DOUBLE, TOY_BOOL, TOY_OBJECT, TOY_FUNCTION,
       TOY_NAME };

/* A function by name; its target may be replaced. */
typedef struct toy_function {
    const char *name;
    ESP_FINAL esp_target *target;       /* while `stable` is valid */
    ESP_FINAL esp_assumption *stable;
    struct toy_function *next;
} toy_function;

struct toy_object {
    esp_object base;
    esp_value slots[4];
};

typedef esp_value toy_native(esp_context *context, uint32_t argc,
                             const esp_value *args);

/* The language's state in a context. */
typedef struct toy {
    esp_context *context;
    toy_function *functions;
    esp_shape *root;            /* of objects */
    esp_layout *layout;
} toy;

ESP_INLINE esp_value toy_int(int64_t i)
{
    return (esp_value){ .as.i = i, .tag = TOY_INT };
}

ESP_INLINE esp_value toy_bool(bool b)
{
    return (esp_value){ .as.i = b, .tag = TOY_BOOL };
}

ESP_INLINE esp_value toy_null(void)
{
    return (esp_value){ .as.i = 0, .tag = TOY_NULL };
}

/* ---- nodes (subject_toy.c) --------------------------------------------- */

esp_node *toy_literal(esp_context *c, esp_section s, esp_value v);
esp_node *toy_function_node(esp_context *c, esp_section s, toy_function *f);
esp_node *toy_local(esp_context *c, esp_section s, uint32_t slot);
esp_node *toy_set_local(esp_context *c, esp_section s, uint32_t slot,
                        esp_node *value);
esp_node *toy_rest(esp_context *c, esp_section s, esp_node *index);

/* Nodes with a fixed number of children, by name: + - < == if throw try return
 * break continue new at atput; NULL: no such name, or another number. */
esp_node *toy_form(esp_context *c, esp_section s, const char *name,
                   uint32_t n, esp_node **children);
esp_node *toy_block(esp_context *c, esp_section s, uint32_t n,
                    esp_node **children);
esp_node *toy_while(esp_context *c, esp_section s, esp_node *condition,
                    esp_node *body);
esp_node *toy_get(esp_context *c, esp_section s, esp_node *object,
                  const esp_symbol *key);
esp_node *toy_put(esp_context *c, esp_section s, esp_node *object,
                  const esp_symbol *key, esp_node *value);

/* callee: a function that is called directly, or NULL, when the first child
 * is what to call. */
esp_node *toy_call(esp_context *c, esp_section s, toy_function *callee,
                   bool tail, uint32_t n, esp_node **children);
esp_node *toy_native_call(esp_context *c, esp_section s, toy_native *fn,
                          uint32_t n, esp_node **children);

/* The active cases of the first node with this class name in the function. */
uint32_t toy_state(toy *t, const char *function, const char *class_name);

extern const esp_kind toy_kind;

/* ---- programs (helper_toy.c) ------------------------------------------- */

/* An engine and a context with the language in it.  Exits when that fails.
 * toy_close closes both. */
esp_context *toy_start(const esp_options *options);
esp_context *toy_open(esp_engine *e);
void toy_close(esp_context *c);

/* Defines the functions of a program; exits with a message if it has an
 * error. */
void toy_define(esp_context *c, const char *text);

/* Names that (native name ...) calls. */
typedef struct toy_native_row {
    const char *name;
    toy_native *fn;
} toy_native_row;

void toy_set_natives(const toy_native_row *rows);

toy_function *toy_find(esp_context *c, const char *name);

/* Calls a function from outside. */
esp_value toy_run(esp_context *c, const char *name, uint32_t n,
                  const esp_value *args);
esp_value toy_run1(esp_context *c, const char *name, int64_t argument);

/* What went wrong in the last run, "" if that was no esp_error. */
const char *toy_message(esp_context *c);

/* Collects what the engine writes: options.write = toy_write, write_arg = an
 * esp_text. */
void toy_write(void *text, const char *s, size_t n);

/* ---- checks ------------------------------------------------------------ */

/* Counts, and says what was wrong. */
#define CHECK(condition) toy_check((condition), __FILE__, __LINE__, #condition)
bool toy_check(bool condition, const char *file, int line, const char *what);
#define CHECK_INT(value, wanted)                                            \
    toy_check_int((value), (wanted), __FILE__, __LINE__, #value)
bool toy_check_int(esp_value v, int64_t wanted, const char *file, int line,
                   const char *what);

/* The last line of a test; its exit code. */
int toy_finish(void);

#endif
