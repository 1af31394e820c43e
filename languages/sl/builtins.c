/*
 * Builtins: the functions that every program has.
 *
 * Each is a function like any other, which programs can redefine: a target
 * whose body is one node, and the node calls a C function with the arguments.
 * That is a final function pointer, so the evaluator goes into the small ones;
 * those that talk to the world or allocate text are boundaries.
 */
#define _GNU_SOURCE     /* getline, unlocked output */
#include "languages/sl/sl.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- nodes ------------------------------------------------------------- */

typedef struct builtin_node {
    esp_node base;
    ESP_FINAL union {
        esp_value (*of0)(esp_context *, esp_node *);
        esp_value (*of1)(esp_context *, esp_node *, esp_value);
        esp_value (*of2)(esp_context *, esp_node *, esp_value, esp_value);
    } call;
} builtin_node;

static esp_value builtin0_execute(esp_node *node, esp_frame *frame)
{
    return ((builtin_node *)node)->call.of0(sl_context(frame), node);
}

static esp_value builtin1_execute(esp_node *node, esp_frame *frame)
{
    return ((builtin_node *)node)->call.of1(sl_context(frame), node,
                                            frame->slots[0]);
}

static esp_value builtin2_execute(esp_node *node, esp_frame *frame)
{
    return ((builtin_node *)node)->call.of2(sl_context(frame), node,
                                            frame->slots[0], frame->slots[1]);
}

#define BUILTIN_CLASS(word)                                                 \
    {                                                                       \
        .name = #word, .size = sizeof(builtin_node), .tags = ESP_IS_ROOT,   \
        .execute = word##_execute,                                          \
    }
static const esp_node_class builtin_classes[] = {
    BUILTIN_CLASS(builtin0), BUILTIN_CLASS(builtin1), BUILTIN_CLASS(builtin2),
};

static bool is_builtin(const esp_target *t)
{
    const esp_node_class *class = t->body->class;

    return class >= builtin_classes && class <= &builtin_classes[2];
}

/* No combination of arguments fits: the error names the builtin itself. */
static esp_value wrong1(esp_context *c, esp_node *node, esp_value v)
{
    return sl_type_error1(c, node, esp_node_target(node)->name, v);
}

static esp_value wrong2(esp_context *c, esp_node *node, esp_value v,
                        esp_value w)
{
    return sl_type_error2(c, node, esp_node_target(node)->name, v, w);
}

static esp_value wrong(esp_context *c, esp_node *node, const char *message)
{
    return esp_throw_error(c, node, "%s", message);
}

/* ---- input and output -------------------------------------------------- */

ESP_BOUNDARY static esp_value println_builtin(esp_context *c, esp_node *node,
                                              esp_value v)
{
    FILE *out = sl_of(c)->out;
    sl_text text = { 0 };

    (void)node;
    if (!sl_display(c, v, &text)) {
        sl_text_free(&text);
        return esp_abrupt(ESP_THROW);
    }
    sl_text_char(&text, '\n');
    fwrite_unlocked(text.s, 1, text.n, out);
    sl_text_free(&text);
    return v;
}

ESP_BOUNDARY static esp_value readln_builtin(esp_context *c, esp_node *node)
{
    sl_state *sl = sl_of(c);
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    esp_value v;

    (void)node;
    fflush(sl->out);
    n = getline(&line, &cap, sl->in);
    if (n > 0 && line[n - 1] == '\n')
        n--;
    if (n > 0 && line[n - 1] == '\r')
        n--;
    v = sl_string_new(c, line ? line : "", n > 0 ? (size_t)n : 0);
    free(line);
    return v;
}

ESP_BOUNDARY static esp_value nanoTime_builtin(esp_context *c, esp_node *node)
{
    struct timespec t;

    (void)c, (void)node;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return sl_int((int64_t)t.tv_sec * 1000000000 + t.tv_nsec);
}

/* ---- code at run time -------------------------------------------------- */

/* Defines what is in a text.  *main: see sl_load. */
static esp_value load_text(esp_context *c, const char *name, esp_value code,
                           sl_function **main)
{
    esp_string *text = (esp_string *)code.as.p;
    const char *bytes = esp_string_bytes(c, text);

    if (!bytes)
        return esp_abrupt(ESP_THROW);
    esp_source *source = esp_source_new(c, name, bytes, text->length);
    return sl_load(sl_of(c), source, main) ? code : esp_abrupt(ESP_THROW);
}

ESP_BOUNDARY static esp_value defineFunction_builtin(esp_context *c,
                                                     esp_node *node,
                                                     esp_value code)
{
    sl_function *main;

    if (code.tag != SL_STRING)
        return wrong1(c, node, code);
    return load_text(c, "[defineFunction]", code, &main);
}

static esp_value no_language(esp_context *c, esp_node *node, esp_string *name)
{
    const char *bytes = esp_string_bytes(c, name);

    if (!bytes)
        return esp_abrupt(ESP_THROW);
    return esp_throw_error(c, node, "No language: %.*s", (int)name->length,
                           bytes);
}

ESP_BOUNDARY static esp_value eval_builtin(esp_context *c, esp_node *node,
                                           esp_value language, esp_value code)
{
    sl_function *main;

    if (language.tag != SL_STRING || code.tag != SL_STRING)
        return wrong2(c, node, language, code);
    if (!sl_string_is(c, (esp_string *)language.as.p, "sl"))
        return no_language(c, node, (esp_string *)language.as.p);
    ESP_TRY(load_text(c, "(eval)", code, &main));
    return main ? esp_enter_guest(main->target, 0, NULL) : sl_null();
}

/* ---- the guest stack --------------------------------------------------- */

struct stacktrace {
    esp_context *context;
    sl_text text;
    bool failed;
};

static bool add_activation(void *arg, const esp_activation *a)
{
    struct stacktrace *s = arg;
    const esp_layout *l = a->target->layout;

    if (is_builtin(a->target))
        return true;
    sl_text_string(&s->text, s->text.n ? "\nFrame: root " : "Frame: root ");
    sl_text_string(&s->text, a->target->name);
    for (uint32_t i = 0; i < l->nslots && !s->failed; i++) {
        esp_value v = a->frame->slots[i];

        if (v.tag == l->initial.tag && v.as.i == l->initial.as.i)
            continue;
        sl_text_string(&s->text, ", ");
        sl_text_string(&s->text, l->names[i]);
        sl_text_char(&s->text, '=');
        s->failed = !sl_display(s->context, v, &s->text);
    }
    return !s->failed;
}

ESP_BOUNDARY static esp_value stacktrace_builtin(esp_context *c,
                                                 esp_node *node)
{
    struct stacktrace s = { .context = c };
    esp_value v = esp_abrupt(ESP_THROW);

    (void)node;
    esp_walk(c, ESP_READ_ONLY, add_activation, &s);
    if (!s.failed)
        v = sl_string_new(c, s.text.n ? s.text.s : "", s.text.n);
    sl_text_free(&s.text);
    return v;
}

struct hello { esp_value world; };

/* The newest activation that is no builtin's is the caller. */
static bool set_hello(void *arg, const esp_activation *a)
{
    const struct hello *h = arg;
    const esp_layout *l = a->target->layout;

    if (is_builtin(a->target))
        return true;
    for (uint32_t i = 0; i < l->nslots; i++)
        if (strcmp(l->names[i], "hello") == 0) {
            a->frame->slots[i] = h->world;
            break;
        }
    return false;
}

ESP_BOUNDARY static esp_value helloEqualsWorld_builtin(esp_context *c,
                                                       esp_node *node)
{
    struct hello h = { ESP_TRY(sl_string_new(c, "world", 5)) };

    (void)node;
    esp_walk(c, ESP_WRITE, set_hello, &h);
    return h.world;
}

/* ---- objects and types ------------------------------------------------- */

static esp_value new_builtin(esp_context *c, esp_node *node, esp_value v)
{
    if (ESP_UNLIKELY(v.tag != SL_NULL))
        return sl_undefined_function(c, node, v);
    return sl_pointer(esp_object_new(c, sl_of(c)->shape), SL_OBJECT);
}

static esp_value typeOf_builtin(esp_context *c, esp_node *node, esp_value v)
{
    (void)c, (void)node;
    for (int type = 0; type < SL_TYPES; type++)
        if (sl_has_type(v, type))
            return (esp_value){ .as.i = type, .tag = SL_TYPE };
    return sl_null();
}

static esp_value isInstance_builtin(esp_context *c, esp_node *node,
                                    esp_value type, esp_value v)
{
    if (type.tag != SL_TYPE)
        return wrong2(c, node, type, v);
    return sl_boolean(sl_has_type(v, (enum sl_type)type.as.i));
}

static esp_value getSize_builtin(esp_context *c, esp_node *node, esp_value v)
{
    (void)v;
    return wrong(c, node, "Element is not a valid array.");
}

static esp_value hasSize_builtin(esp_context *c, esp_node *node, esp_value v)
{
    (void)c, (void)node, (void)v;
    return sl_boolean(false);
}

static esp_value isExecutable_builtin(esp_context *c, esp_node *node,
                                      esp_value v)
{
    (void)c, (void)node;
    return sl_boolean(v.tag == SL_FUNCTION);
}

static esp_value isNull_builtin(esp_context *c, esp_node *node, esp_value v)
{
    (void)c, (void)node;
    return sl_boolean(v.tag == SL_NULL);
}

static esp_value wrapPrimitive_builtin(esp_context *c, esp_node *node,
                                       esp_value v)
{
    (void)c, (void)node;
    return v;
}

/* ---- the end of the run, and the outside ------------------------------- */

static esp_value exit_builtin(esp_context *c, esp_node *node, esp_value code)
{
    if (!sl_is_number(code))
        return wrong1(c, node, code);
    return esp_throw_exit(c, sl_is_int(code) ? (int)(code.as.i & 0xff) : 0xff);
}

ESP_BOUNDARY static esp_value registerShutdownHook_builtin(esp_context *c,
                                                           esp_node *node,
                                                           esp_value f)
{
    sl_state *sl = sl_of(c);

    if (f.tag != SL_FUNCTION)
        return wrong1(c, node, f);
    if (sl->nhooks == sl->cap_hooks) {
        uint32_t cap = sl->cap_hooks ? sl->cap_hooks * 2 : 4;
        esp_value *hooks = (esp_value *)esp_alloc(c, cap * sizeof *hooks);

        if (!hooks)
            return esp_abrupt(ESP_THROW);
        if (sl->nhooks)
            memcpy(hooks, sl->hooks, sl->nhooks * sizeof *hooks);
        sl->hooks = hooks;
        sl->cap_hooks = cap;
    }
    sl->hooks[sl->nhooks++] = f;
    return sl_null();
}

static esp_value import_builtin(esp_context *c, esp_node *node, esp_value name)
{
    (void)c, (void)node, (void)name;
    return sl_null();
}

static esp_value java_builtin(esp_context *c, esp_node *node, esp_value name)
{
    (void)name;
    return wrong(c, node, "There is no Java here.");
}

static esp_value addToHostClassPath_builtin(esp_context *c, esp_node *node,
                                            esp_value path)
{
    (void)path;
    return wrong(c, node, "There is no Java here.");
}

/* Programs for a Java host ask this before they use it. */
static esp_value inNativeImage_builtin(esp_context *c, esp_node *node)
{
    (void)c, (void)node;
    return sl_boolean(true);
}

/* ---- for tests of the compiler ----------------------------------------- */

/* The code of the function that a test is about, or NULL. */
static esp_target *subject(esp_value f)
{
    if (f.tag != SL_FUNCTION)
        return NULL;
    return ((const sl_function *)f.as.p)->target;
}

ESP_BOUNDARY static esp_value isOptimized_builtin(esp_context *c,
                                                  esp_node *node, esp_value f)
{
    esp_target *t = subject(f);

    if (!t)
        return wrong1(c, node, f);
    return sl_boolean(esp_target_compiled(t));
}

ESP_BOUNDARY static esp_value waitForOptimization_builtin(esp_context *c,
                                                          esp_node *node,
                                                          esp_value f,
                                                          esp_value timeout)
{
    int64_t ms = sl_is_int(timeout) ? timeout.as.i : 1000;
    esp_target *t = subject(f);

    if (!t)
        return wrong2(c, node, f, timeout);
    for (; ms > 0 && !esp_target_compiled(t); ms--) {
        if (!esp_poll(c))
            return esp_abrupt(ESP_THROW);
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
    return sl_boolean(esp_target_compiled(t));
}

enum { MANY_CALLS = 20000 };

ESP_BOUNDARY static esp_value callUntilOptimized_builtin(esp_context *c,
                                                         esp_node *node,
                                                         esp_value f,
                                                         esp_value check)
{
    esp_target *t = subject(f);
    esp_value v = sl_null();

    if (!t)
        return wrong2(c, node, f, check);
    for (int i = 0; i < MANY_CALLS && !esp_target_compiled(t); i++)
        v = ESP_TRY(esp_enter_guest(t, 0, NULL));
    if (check.tag == SL_BOOLEAN && check.as.i && !esp_target_compiled(t))
        return wrong(c, node, "The function was not compiled.");
    return v;
}

static esp_value deoptimizeWhenCompiled_builtin(esp_context *c, esp_node *node)
{
    (void)c, (void)node;
    if (!esp_in_interpreter())
        esp_deopt_invalidate();
    return sl_null();
}

static esp_value isCompilationConstant_builtin(esp_context *c, esp_node *node,
                                               esp_value v)
{
    (void)c, (void)node;
    return sl_boolean(esp_is_constant((uint64_t)v.as.i));
}

ESP_BOUNDARY static esp_value failed_assertion(esp_context *c, esp_node *node,
                                               esp_value message)
{
    sl_text text = { 0 };

    sl_text_string(&text, "Assertion failed: ");
    if (!sl_display(c, message, &text)) {
        sl_text_free(&text);
        return esp_abrupt(ESP_THROW);
    }
    return sl_throw(c, node, &text);
}

static esp_value assertTrue_builtin(esp_context *c, esp_node *node,
                                    esp_value v, esp_value message)
{
    if (v.tag != SL_BOOLEAN || !v.as.i)
        return failed_assertion(c, node, message);
    return v;
}

static esp_value assertFalse_builtin(esp_context *c, esp_node *node,
                                     esp_value v, esp_value message)
{
    if (v.tag != SL_BOOLEAN || v.as.i)
        return failed_assertion(c, node, message);
    return v;
}

ESP_BOUNDARY static esp_value callFunctionsWith_builtin(esp_context *c,
                                                        esp_node *node,
                                                        esp_value which,
                                                        esp_value argument)
{
    sl_state *sl = sl_of(c);
    esp_value v = sl_null();
    esp_string *prefix;

    if (subject(which))
        return esp_enter_guest(subject(which), 1, &argument);
    if (which.tag != SL_STRING)
        return wrong2(c, node, which, argument);
    prefix = esp_string_intern(c, (esp_string *)which.as.p);
    if (!prefix)
        return esp_abrupt(ESP_THROW);
    for (uint32_t i = 0; i < sl->nfunctions; i++) {
        sl_function *f = sl->functions[i];

        if (f->target && f->name->length >= prefix->length &&
            memcmp(f->name->bytes, prefix->bytes, prefix->length) == 0)
            v = ESP_TRY(esp_enter_guest(f->target, 1, &argument));
    }
    return v;
}

static esp_value disableSplitting_builtin(esp_context *c, esp_node *node,
                                          esp_value f)
{
    (void)c, (void)node, (void)f;
    return sl_null();
}

ESP_BOUNDARY static esp_value getOption_builtin(esp_context *c, esp_node *node,
                                                esp_value name)
{
    const esp_options *o = esp_engine_options(c->engine);
    const struct { const char *name; int64_t value; } options[] = {
        { "tier", o->tier },
        { "compile", o->compile },
        { "threshold1", o->heat1 },
        { "threshold2", o->heat2 },
    };
    if (name.tag != SL_STRING)
        return wrong1(c, node, name);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (sl_string_is(c, (esp_string *)name.as.p, options[i].name))
            return sl_int(options[i].value);
    return sl_null();
}

ESP_BOUNDARY static esp_value testBoundary_builtin(esp_context *c,
                                                   esp_node *node, esp_value v)
{
    (void)c, (void)node;
    return v;
}

/* ---- the table --------------------------------------------------------- */

typedef struct builtin {
    const char *name;
    uint32_t arity;
    builtin_node node;      /* only its function */
} builtin;

#define ROW(name, arity) \
    { #name, arity, { .call.of##arity = name##_builtin } },

static const builtin builtins[] = {
#define BUILTIN(name, arity, meaning) ROW(name, arity)
#include "languages/sl/builtins.def"
};

static const builtin test_builtins[] = {
#define TEST_BUILTIN(name, arity, meaning) ROW(name, arity)
#include "languages/sl/builtins.def"
};

static void define(sl_state *sl, const builtin *b)
{
    static const char *const names[] = { "0", "1" };
    esp_context *c = sl->context;
    builtin_node *n = ESP_NEW_NODE(c, builtin_node, &builtin_classes[b->arity],
                                   (esp_section){ 0 });

    n->call = b->node.call;
    sl_define(sl_function_named(sl, esp_intern_string(c, b->name)), c,
        esp_target_new(c, &(esp_target_spec){
            .name = b->name, .arity = b->arity, .body = &n->base,
            .layout = esp_layout_new(c, b->arity, sl_null(), sl_null(), names)
        }));
}

void sl_define_builtins(sl_state *sl)
{
    for (size_t i = 0; i < sizeof builtins / sizeof builtins[0]; i++)
        define(sl, &builtins[i]);
}

void sl_define_test_builtins(sl_state *sl)
{
    for (size_t i = 0; i < sizeof test_builtins / sizeof test_builtins[0]; i++)
        define(sl, &test_builtins[i]);
}
