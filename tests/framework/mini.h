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
 *     (array) (aget a i) (aset a i e) (push a e) (pop a) (alen a)
 *     (f e...) (call e e...) (tail f e...) (native name e...)
 *     (rest i)                    argument i of a variadic function, defined
 *                                 with (def name (a b ...) ...)
 *
 * subject_*.c have the nodes, helper_mini.c the parser and what tests need.
 */
#ifndef MINI_H
#define MINI_H

#include "framework/base/text.h"
#include "framework/espalier.h"

enum { MINI_NULL, MINI_INT, MINI_DOUBLE, MINI_BOOL, MINI_OBJECT, MINI_FUNCTION,
       MINI_NAME, MINI_ARRAY };

/* A function by name; its target may be replaced. */
typedef struct mini_function {
    const char *name;
    ESP_FINAL esp_target *target;       /* while `stable` is valid */
    ESP_FINAL esp_assumption *stable;
    struct mini_function *next;
} mini_function;

struct mini_object {
    esp_object base;
    esp_value slots[4];
};

typedef esp_value mini_native(esp_context *context, uint32_t argc,
                             const esp_value *args);

/* The language's state in a context. */
typedef struct mini {
    esp_context *context;
    mini_function *functions;
    ESP_FINAL esp_shape *root;  /* of objects */
    esp_layout *layout;
} mini;

ESP_INLINE esp_value mini_int(int64_t i)
{
    return (esp_value){ .as.i = i, .tag = MINI_INT };
}

ESP_INLINE esp_value mini_bool(bool b)
{
    return (esp_value){ .as.i = b, .tag = MINI_BOOL };
}

ESP_INLINE esp_value mini_null(void)
{
    return (esp_value){ .as.i = 0, .tag = MINI_NULL };
}

/* ---- nodes (subject_mini.c) --------------------------------------------- */

esp_node *mini_literal(esp_context *c, esp_section s, esp_value v);
esp_node *mini_function_node(esp_context *c, esp_section s, mini_function *f);
esp_node *mini_local(esp_context *c, esp_section s, uint32_t slot);
esp_node *mini_set_local(esp_context *c, esp_section s, uint32_t slot,
                        esp_node *value);
esp_node *mini_rest(esp_context *c, esp_section s, esp_node *index);

/* Nodes with a fixed number of children, by name: + - < == if throw try return
 * break continue new at atput; NULL: no such name, or another number. */
esp_node *mini_form(esp_context *c, esp_section s, const char *name,
                   uint32_t n, esp_node **children);
/* Those of subject_arrays.c. */
esp_node *mini_array_form(esp_context *c, esp_section s, const char *name,
                          uint32_t n, esp_node **children);
esp_node *mini_block(esp_context *c, esp_section s, uint32_t n,
                    esp_node **children);
esp_node *mini_while(esp_context *c, esp_section s, esp_node *condition,
                    esp_node *body);
esp_node *mini_get(esp_context *c, esp_section s, esp_node *object,
                  const esp_symbol *key);
esp_node *mini_put(esp_context *c, esp_section s, esp_node *object,
                  const esp_symbol *key, esp_node *value);

/* callee: a function that is called directly, or NULL, when the first child
 * is what to call. */
esp_node *mini_call(esp_context *c, esp_section s, mini_function *callee,
                   bool tail, uint32_t n, esp_node **children);
esp_node *mini_native_call(esp_context *c, esp_section s, mini_native *fn,
                          uint32_t n, esp_node **children);

/* The active cases of the first node with this class name in the function. */
uint32_t mini_state(mini *t, const char *function, const char *class_name);

extern const esp_kind mini_kind;
extern const esp_array_kind mini_arrays;

/* ---- programs (helper_mini.c) ------------------------------------------- */

/* An engine and a context with the language in it.  Exits when that fails.
 * mini_close closes both. */
esp_context *mini_start(const esp_options *options);
esp_context *mini_open(esp_engine *e);
void mini_close(esp_context *c);

/* Defines the functions of a program; exits with a message if it has an
 * error. */
void mini_define(esp_context *c, const char *text);

/* Names that (native name ...) calls. */
typedef struct mini_native_row {
    const char *name;
    mini_native *fn;
} mini_native_row;

void mini_set_natives(const mini_native_row *rows);

mini_function *mini_find(esp_context *c, const char *name);

/* Calls a function from outside. */
esp_value mini_run(esp_context *c, const char *name, uint32_t n,
                  const esp_value *args);
esp_value mini_run1(esp_context *c, const char *name, int64_t argument);

/* What went wrong in the last run, "" if that was no esp_error. */
const char *mini_message(esp_context *c);

/* Collects what the engine writes: options.write = mini_write, write_arg = an
 * esp_text. */
void mini_write(void *text, const char *s, size_t n);

/* ---- checks ------------------------------------------------------------ */

/* Counts, and says what was wrong. */
#define CHECK(condition) mini_check((condition), __FILE__, __LINE__, #condition)
bool mini_check(bool condition, const char *file, int line, const char *what);
#define CHECK_INT(value, wanted)                                            \
    mini_check_int((value), (wanted), __FILE__, __LINE__, #value)
bool mini_check_int(esp_value v, int64_t wanted, const char *file, int line,
                   const char *what);

/* What cannot be tested here. */
void mini_skip(const char *what, const char *why);

/* The last line of a test; its exit code. */
int mini_finish(void);

#endif
