/*
 * SimpleLanguage as the launcher sees it: starting, running a source, ending.
 */
#include "languages/sl/sl.h"

#include "languages/sl/build.h"
#include "languages/sl/launch.h"
#include "languages/sl/lex.h"

#include <string.h>

/* Properties that begin as one of these mostly stay that. */
enum {
    FIXED = 1 << SL_BOOLEAN | 1 << SL_INT | 1 << SL_STRING |
            1 << SL_FUNCTION | 1 << SL_OBJECT
};

static const esp_kind object_kind = ESP_KIND_TAGS("Object", sl_object, slots,
                                                  FIXED, 1 << SL_FUNCTION);

/* ---- functions --------------------------------------------------------- */

static void remember(sl_state *sl, sl_function *f)
{
    if (sl->nfunctions == sl->cap_functions) {
        uint32_t cap = sl->cap_functions ? sl->cap_functions * 2 : 64;
        sl_function **all = ESP_CONTEXT_ARRAY(sl->context, sl_function *, cap);

        if (sl->nfunctions)
            memcpy(all, sl->functions, sl->nfunctions * sizeof *all);
        sl->functions = all;
        sl->cap_functions = cap;
    }
    sl->functions[sl->nfunctions++] = f;
}

sl_function *sl_function_named(sl_state *sl, esp_symbol *name)
{
    if (!name->user) {
        sl_function *f = ESP_CONTEXT_ARRAY(sl->context, sl_function, 1);

        f->name = name;
        f->stable = esp_assumption_new(sl->context, name->bytes);
        remember(sl, f);
        name->user = sl->nfunctions;
    }
    return sl->functions[name->user - 1];
}

void sl_define(sl_function *f, esp_context *context, esp_target *target)
{
    esp_assumption_invalidate(f->stable, "function redefined");
    f->target = target;
    ESP_PUBLISH(f->stable, esp_assumption_new(context, f->name->bytes));
}

/* ---- sources ----------------------------------------------------------- */

static void throw_parse_error(sl_state *sl, esp_source *source, uint32_t at,
                              const char *message)
{
    uint32_t line, column;
    sl_text text = { 0 };

    sl_position(source->text, at, &line, &column);
    sl_text_string(&text, "Error(s) parsing script:\n-- line ");
    sl_text_number(&text, line);
    sl_text_string(&text, " col ");
    sl_text_number(&text, column);
    sl_text_string(&text, ": ");
    sl_text_string(&text, message);
    sl_throw(sl->context, NULL, &text);
}

/* Functions are defined only when the whole source is right. */
static bool define_all(sl_state *sl, const sl_built *built,
                       sl_function **main)
{
    esp_symbol *name = esp_intern_string(sl->context, "main");

    for (uint32_t i = 0; i < built->n; i++) {
        sl_define(built->functions[i], sl->context, built->targets[i]);
        if (built->functions[i]->name == name)
            *main = built->functions[i];
    }
    return true;
}

static bool load(sl_state *sl, esp_source *source, sl_arena *arena,
                 sl_function **main)
{
    sl_text message = { 0 };
    const char *error = NULL;
    uint32_t at = 0;
    sl_built built;
    syntax *functions = sl_parse(arena, source->text, source->length, &message,
                                 &at);

    if (functions && sl_build(sl, source, arena, functions, &built, &error,
                              &at))
        return define_all(sl, &built, main);
    throw_parse_error(sl, source, at, functions ? error : message.s);
    sl_text_free(&message);
    return false;
}

bool sl_load(sl_state *sl, esp_source *source, sl_function **main)
{
    jmp_buf no_memory;
    sl_arena arena = { .no_memory = &no_memory };
    bool ok;

    *main = NULL;
    source->utf16 = true;
    if (setjmp(no_memory) == 0) {
        ok = load(sl, source, &arena, main);
    } else {
        esp_throw_error(sl->context, NULL, "out of memory");
        ok = false;
    }
    sl_arena_free(&arena);
    return ok;
}

/* ---- the launcher's side ----------------------------------------------- */

static bool open_sl(esp_context *context)
{
    sl_state *sl = ESP_CONTEXT_ARRAY(context, sl_state, 1);

    if (!sl)
        return false;
    sl->context = context;
    sl->in = stdin;
    sl->out = stdout;
    esp_context_set_language(context, sl);
    sl->shape = esp_shape_root(context, &object_kind, NULL);
    sl_define_builtins(sl);
    return true;
}

void sl_add_test_builtins(esp_context *context)
{
    sl_define_test_builtins(sl_of(context));
}

/* Prints what was thrown, after what the program has printed; the result is
 * the exit code. */
static int report(sl_state *sl)
{
    esp_error *e = esp_thrown_error(sl->context);

    fflush(sl->out);
    if (e->kind != ESP_ERROR_EXIT) {
        esp_write(sl->context->engine, e->message, strlen(e->message));
        esp_write(sl->context->engine, "\n", 1);
    }
    esp_catch(sl->context);
    return e->exit_code;
}

/* A source is run as if typed in: a result that is not NULL is printed. */
static int run_main(sl_state *sl, esp_source *source)
{
    sl_function *main;
    sl_text text = { 0 };
    esp_value v;

    if (!sl_load(sl, source, &main))
        return report(sl);
    if (!main)
        return 0;
    v = esp_enter_guest(main->target, 0, NULL);
    if (esp_is_abrupt(v) ||
        (v.tag != SL_NULL && !sl_display(sl->context, v, &text)))
        return report(sl);
    if (v.tag != SL_NULL) {
        sl_text_char(&text, '\n');
        fwrite(text.s, 1, text.n, sl->out);
    }
    sl_text_free(&text);
    return 0;
}

/* The first failure decides how the process ends. */
static int run_hooks(sl_state *sl, int code)
{
    for (uint32_t i = 0; i < sl->nhooks; i++) {
        const sl_function *f = (const sl_function *)sl->hooks[i].as.p;
        esp_value v = f->target
                          ? esp_enter_guest(f->target, 0, NULL)
                          : sl_undefined_function(sl->context, NULL,
                                                  sl->hooks[i]);

        if (esp_is_abrupt(v)) {
            int failed = report(sl);
            code = code ? code : failed;
        }
    }
    return code;
}

static int run_sl(esp_context *context, esp_source *source, int argc,
                  char **argv)
{
    sl_state *sl = sl_of(context);
    int code = run_main(sl, source);

    (void)argc, (void)argv;
    code = run_hooks(sl, code);
    fflush(sl->out);
    return code;
}

static void close_sl(esp_context *context)
{
    fflush(sl_of(context)->out);
}

static void show_sl(esp_context *context, esp_value v, char *to, size_t n)
{
    sl_text text = { 0 };

    if (sl_display(context, v, &text))
        snprintf(to, n, "%s", text.s ? text.s : "");
    sl_text_free(&text);
}

const esp_language sl_language = {
    .name = "sl", .suffix = ".sl", .version = "SimpleLanguage",
    .open = open_sl, .run = run_sl, .close = close_sl, .show = show_sl,
};
