/*
 * Lua as the launcher sees it: starting, running a program, ending.
 */
#include "languages/lua/base.h"
#include "languages/lua/build.h"
#include "languages/lua/library.h"
#include "languages/lua/command.h"
#include "languages/lua/nodes.h"

#include "framework/base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- starting ---------------------------------------------------------- */

static bool name_metamethods(lua_state *lua)
{
    static const char *const names[] = {
#define META(word) "__" #word,
#include "languages/lua/meta.def"
#undef META
    };

    for (int i = 0; i < LUA_METAS; i++) {
        lua->meta_names[i] = lua_name(lua, names[i], strlen(names[i]));
        if (!lua->meta_names[i])
            return false;
    }
    return true;
}

static bool open_libraries(lua_state *lua)
{
#define LIBRARY(name)                                                       \
    if (!lua_open_##name(lua))                                              \
        return false;
#include "languages/lua/libraries.def"
#undef LIBRARY
    return true;
}

static bool open_tables(lua_state *lua)
{
    lua->globals = lua_table_new(lua);
    lua->loaded = lua_table_new(lua);
    lua->registry = lua_table_new(lua);
    return lua->globals && lua->loaded && lua->registry &&
           lua_table_open_cells(lua, lua->globals);
}

/* Tail calls are ordinary calls while most of the stack is free. */
void lua_set_tail_limit(lua_state *lua)
{
    char *here = (char *)__builtin_frame_address(0);
    size_t room = (size_t)(here - lua->context->stack_limit);

    lua->tail_limit = here - room / 8;
}

static bool open_lua(esp_context *context)
{
    lua_state *lua = ESP_CONTEXT_ARRAY(context, lua_state, 1);

    if (!lua)
        return false;
    lua->context = context;
    lua->out = stdout;
    lua->program = "lua";
    esp_context_set_language(context, lua);
    lua->builtin_layout = esp_layout_new(context, 0, lua_nil(), lua_nil(),
                                         NULL);
    lua_set_tail_limit(lua);
    lua->no_memory = lua_name(lua, "not enough memory", 17);
    return lua->builtin_layout && lua->no_memory && name_metamethods(lua) &&
           open_tables(lua) && open_libraries(lua);
}

/* ---- errors that nobody caught ----------------------------------------- */

/* The stack as it is when the error is thrown. */
static void remember_trace(lua_state *lua, esp_value v)
{
    esp_text text = { 0 };
    void (*on_error)(lua_state *, esp_value) = lua->on_error;

    (void)v;
    lua->on_error = NULL;
    lua_traceback(lua, esp_coroutine_running(lua->context), &text, 0);
    lua->trace = lua_text(lua, text_get(&text));
    text_free(&text);
    lua->on_error = on_error;
}

/* What the message of an error value is, as the lua command shows it. */
static esp_value message_of(lua_state *lua, esp_value v)
{
    if (v.tag == LUA_STRING || lua_is_number(v) ||
        lua_metamethod(lua, v, LUA_META_tostring).tag != LUA_NIL) {
        if (v.tag == LUA_TABLE || v.tag == LUA_USERDATA)
            lua->trace = lua_nil();
        v = lua_tostring(lua, v);
        if (v.tag == LUA_STRING)
            return v;
        esp_catch(lua->context);
        return lua_nil();
    }
    return lua_textf(lua, "(error object is a %s value)",
                     lua_type_name(v));
}

static void print_error(lua_state *lua, esp_value v)
{
    esp_engine *e = lua->context->engine;

    v = message_of(lua, v);
    fflush(lua->out);
    if (lua->program)
        esp_printf(e, "%s: ", lua->program);
    if (v.tag == LUA_STRING)
        esp_write(e, lua_bytes(lua_string_of(v)),
                  lua_length(lua_string_of(v)));
    esp_printf(e, "\n");
    if (lua->trace.tag == LUA_STRING) {
        esp_write(e, lua_bytes(lua_string_of(lua->trace)),
                  lua_length(lua_string_of(lua->trace)));
        esp_printf(e, "\n");
    }
}

/* Reports what was thrown; the exit code. */
int lua_report(lua_state *lua)
{
    esp_error *e = esp_thrown_error(lua->context);
    int code = e ? e->exit_code : 1;
    esp_value v;

    fflush(lua->out);
    lua->on_error = NULL;
    if (lua_catch(lua, &v)) {
        print_error(lua, v);
        return code;
    }
    if (e->kind != ESP_ERROR_EXIT)
        esp_printf(lua->context->engine, "lua: %s\n", e->message);
    esp_catch(lua->context);
    return e->exit_code;
}

/* ---- running ----------------------------------------------------------- */

static bool put_argument(lua_state *lua, lua_table *arg, int64_t i,
                         const char *text)
{
    esp_value v = lua_text(lua, text);

    return !esp_is_abrupt(v) && lua_table_put_int(lua, arg, i, v);
}

bool lua_set_arguments(lua_state *lua, int argc, char **argv, int script)
{
    lua_table *arg = lua_table_new(lua);

    if (!arg || !lua_table_put_text(lua, lua->globals, "arg",
                                    lua_pointer(arg, LUA_TABLE)) ||
        !put_argument(lua, arg, -script - 1, "lua"))
        return false;
    for (int i = 0; i < argc; i++)
        if (!put_argument(lua, arg, i - script, argv[i]))
            return false;
    return true;
}

static bool set_script(lua_state *lua, const char *script, int argc,
                       char **argv)
{
    esp_value arg;

    if (!lua_set_arguments(lua, argc, argv, -1))
        return false;
    arg = lua_table_get_text(lua, lua->globals, "arg");
    return put_argument(lua, lua_table_of(arg), -1, "lua") &&
           put_argument(lua, lua_table_of(arg), 0, script);
}

static lua_function *load_program(lua_state *lua, const esp_source *source)
{
    char chunk[512];
    const char *text = source->text;
    size_t n = source->length;
    bool standard = !strcmp(source->name, "-");

    snprintf(chunk, sizeof chunk, standard ? "=stdin" : "@%s", source->name);
    lua_skip_shebang(&text, &n);
    return lua_compile(lua, text, n, chunk,
                       lua_pointer(lua->globals, LUA_TABLE));
}

esp_value lua_run(lua_state *lua, esp_value f, const esp_value *args,
                  uint64_t n)
{
    esp_value v;

    lua->trace = lua_nil();
    lua->on_error = remember_trace;
    v = lua_call(lua, f, args, n);
    lua->on_error = NULL;
    return v;
}

static esp_value run_program(lua_state *lua, lua_function *f, int argc,
                             char **argv)
{
    esp_value *args = (esp_value *)esp_alloc(
        lua->context, ((size_t)argc + 1) * sizeof *args);

    if (!args)
        return esp_abrupt(ESP_THROW);
    for (int i = 0; i < argc; i++)
        args[i] = ESP_TRY(lua_text(lua, argv[i]));
    return lua_run(lua, lua_pointer(f, LUA_FUNCTION), args, (uint64_t)argc);
}

static int run_lua(esp_context *context, esp_source *source, int argc,
                   char **argv)
{
    lua_state *lua = lua_of(context);
    lua_function *f;
    esp_value v = esp_abrupt(ESP_THROW);
    int code = 0;

    f = set_script(lua, source->name, argc, argv) ? load_program(lua, source)
                                                  : NULL;
    if (f)
        v = run_program(lua, f, argc, argv);
    if (esp_is_abrupt(v))
        code = lua_report(lua);
    fflush(lua->out);
    return code;
}

static void close_lua(esp_context *context)
{
    lua_gc_close(lua_of(context));
    fflush(lua_of(context)->out);
}

static void show_lua(esp_context *context, esp_value v, char *to, size_t n)
{
    char text[LUA_NUMBER_TEXT];

    (void)context;
    if (lua_is_number(v)) {
        lua_number_text(v, text);
        snprintf(to, n, "%s", text);
    } else if (v.tag == LUA_STRING) {
        snprintf(to, n, "\"%.*s\"", (int)lua_length(lua_string_of(v)),
                 lua_bytes(lua_string_of(v)));
    } else if (v.tag == LUA_BOOLEAN) {
        snprintf(to, n, "%s", v.as.i ? "true" : "false");
    } else {
        snprintf(to, n, "%s", lua_type_name(v));
    }
}

const esp_language lua_language = {
    .name = "lua", .suffix = ".lua", .version = "Lua 5.4",
    .open = open_lua, .run = run_lua, .command = lua_command,
    .close = close_lua, .show = show_lua,
};
