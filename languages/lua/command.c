/*
 * The options of the lua command.
 *
 *     espalier --lang=lua -e 'print(1)'
 *     espalier --lang=lua -l module script.lua args
 *     espalier --lang=lua -i
 */
#include "languages/lua/command.h"

#include "languages/lua/base.h"
#include "languages/lua/build.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- chunks ------------------------------------------------------------ */

/* Runs a function and reports its error; the exit code. */
static int run_function(lua_state *lua, esp_value f, const esp_value *args,
                        uint64_t n)
{
    esp_value v = lua_run(lua, f, args, n);

    return esp_is_abrupt(v) ? lua_report(lua) : 0;
}

static int run_text(lua_state *lua, const char *text, const char *chunk)
{
    lua_function *f = lua_compile(lua, text, strlen(text), chunk,
                                  lua_pointer(lua->globals, LUA_TABLE));

    if (!f)
        return lua_report(lua);
    return run_function(lua, lua_pointer(f, LUA_FUNCTION), NULL, 0);
}

static int run_script(lua_state *lua, const char *path, int argc, char **argv)
{
    bool standard = !strcmp(path, "-");
    esp_value f = lua_load_file(lua, standard ? NULL : path, NULL,
                                lua_pointer(lua->globals, LUA_TABLE));
    esp_value *args;

    if (f.tag == LUA_MULTI) {
        lua_throw(lua, lua->few[1]);
        return lua_report(lua);
    }
    args = (esp_value *)esp_alloc(lua->context,
                                  ((size_t)argc + 1) * sizeof *args);
    if (!args)
        return lua_report(lua);
    for (int i = 0; i < argc; i++)
        args[i] = lua_text(lua, argv[i]);
    return run_function(lua, f, args, (uint64_t)argc);
}

/* -l module, or -l variable=module: the module becomes a global variable,
 * too. */
static int load_module(lua_state *lua, const char *text)
{
    esp_value require = lua_table_get_text(lua, lua->globals, "require");
    const char *equals = strchr(text, '=');
    size_t n = equals ? (size_t)(equals - text) : strlen(text);
    esp_value arg = lua_text(lua, equals ? equals + 1 : text), v;
    esp_string *variable = lua_name(lua, text, n);

    v = esp_is_abrupt(arg) ? arg : lua_run(lua, require, &arg, 1);
    v = lua_first(lua, v);
    if (esp_is_abrupt(v) || !variable ||
        !lua_table_put(lua, lua->globals, lua_pointer(variable, LUA_STRING),
                       v))
        return lua_report(lua);
    return 0;
}

/* LUA_INIT: a text, or @ and a file. */
static int run_init(lua_state *lua)
{
    const char *name = "LUA_INIT_5_4", *init = getenv(name);
    char chunk[32];

    if (!init)
        init = getenv(name = "LUA_INIT");
    if (!init)
        return 0;
    if (*init == '@')
        return run_script(lua, init + 1, 0, NULL);
    snprintf(chunk, sizeof chunk, "=%s", name);
    return run_text(lua, init, chunk);
}

/* ---- options ----------------------------------------------------------- */

typedef struct options {
    bool interactive, version, any, plain;      /* plain: no LUA_INIT */
    int script;                 /* where in argv; argc if there is none */
} options;

static int bad_option(lua_state *lua, const char *option)
{
    esp_printf(lua->context->engine,
               "lua: unrecognized option '%s'\n"
               "usage: lua [options] [script [args]]\n"
               "Available options are:\n"
               "  -e stat   execute string 'stat'\n"
               "  -i        enter interactive mode after executing 'script'\n"
               "  -l mod    require library 'mod' into global 'mod'\n"
               "  -v        show version information\n"
               "  -E        ignore environment variables\n"
               "  -W        turn warnings on\n"
               "  --        stop handling options\n"
               "  -         stop handling options and execute stdin\n",
               option);
    return 1;
}

/* Options up to the script, in the order in which they stand; -e and -l are
 * done at once, when `run` says so.  0, or an exit code. */
static int read_options(lua_state *lua, int argc, char **argv, options *o,
                        bool run)
{
    int i = 0, code = 0;

    for (; i < argc && argv[i][0] == '-' && argv[i][1] && !code; i++) {
        char letter = argv[i][1];
        const char *value = argv[i] + 2;

        if (!strcmp(argv[i], "--")) {
            i++;
            break;
        }
        if (letter == 'e' || letter == 'l') {
            if (!*value)
                value = i + 1 < argc ? argv[++i] : NULL;
            if (!value)
                return bad_option(lua, argv[i]);
            o->any = true;
            if (run)
                code = letter == 'e' ? run_text(lua, value, "=(command line)")
                                     : load_module(lua, value);
        } else if (strchr("ivEW", letter) && !*value) {
            o->interactive |= letter == 'i';
            o->version |= letter == 'v' || letter == 'i';
            o->plain |= letter == 'E';
            if (letter == 'W' && run)
                lua->warnings = true;
        } else {
            return bad_option(lua, argv[i]);
        }
    }
    o->script = i;
    return code;
}

int lua_command(esp_context *context, int argc, char **argv)
{
    lua_state *lua = lua_of(context);
    options o = { 0 };
    int code = read_options(lua, argc, argv, &o, false);

    if (code)
        return code;
    if (o.version)
        fprintf(lua->out, "Lua 5.4 on Espalier\n");
    if (!lua_set_arguments(lua, argc, argv,
                           o.script < argc ? o.script : -1))
        return lua_report(lua);
    code = o.plain ? 0 : run_init(lua);
    if (!code)
        code = read_options(lua, argc, argv, &o, true);
    if (!code && o.script < argc)
        code = run_script(lua, argv[o.script], argc - o.script - 1,
                          argv + o.script + 1);
    else if (!code && !o.any && !o.version && !isatty(0))
        code = run_script(lua, "-", 0, NULL);
    else if (!code && !o.any && !o.version)
        o.interactive = true;
    if (!code && o.interactive)
        code = lua_type_in(lua);
    fflush(lua->out);
    return code;
}
