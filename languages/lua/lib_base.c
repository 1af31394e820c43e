/*
 * The base library.
 */
#include "languages/lua/library.h"
#include "languages/lua/base.h"

#include "languages/lua/build.h"
#include "languages/lua/nodes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- output ------------------------------------------------------------ */

static esp_value base_print(lua_state *lua, const esp_value *args, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++) {
        esp_value v = ESP_TRY(lua_tostring(lua, args[i]));
        const esp_string *s = lua_string_of(v);

        if (i)
            putc('\t', lua->out);
        fwrite(lua_bytes(s), 1, lua_length(s), lua->out);
    }
    putc('\n', lua->out);
    return lua_none();
}

/* "@on" and "@off" are for warnings themselves. */
static esp_value base_warn(lua_state *lua, const esp_value *args, uint64_t n)
{
    const char *first = LUA_ARG_TEXT(0);

    for (uint64_t i = 1; i < n; i++)
        LUA_ARG_STRING((uint32_t)i);
    if (n == 1 && *first == '@') {
        if (!strcmp(first, "@on"))
            lua->warnings = true;
        else if (!strcmp(first, "@off"))
            lua->warnings = false;
        return lua_none();
    }
    if (!lua->warnings)
        return lua_none();
    esp_printf(lua->context->engine, "Lua warning: ");
    for (uint64_t i = 0; i < n; i++) {
        const esp_string *s = LUA_ARG_STRING((uint32_t)i);

        esp_write(lua->context->engine, lua_bytes(s), lua_length(s));
    }
    esp_printf(lua->context->engine, "\n");
    return lua_none();
}

/* ---- types ------------------------------------------------------------- */

static esp_value base_type(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_value v = LUA_ARG_ANY(0);

    return lua_pointer(lua->type_names[v.tag], LUA_STRING);
}

static esp_value base_tostring(lua_state *lua, const esp_value *args,
                               uint64_t n)
{
    esp_value v = LUA_ARG_ANY(0);

    return lua_tostring(lua, v);
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static esp_value digits_in_base(const esp_string *s, int64_t base)
{
    const char *p = lua_bytes(s), *end = p + lua_length(s);
    bool negative = false, any = false;
    uint64_t u = 0;

    while (p < end && is_blank(*p))
        p++;
    while (p < end && is_blank(end[-1]))
        end--;
    if (p < end && (*p == '-' || *p == '+'))
        negative = *p++ == '-';
    for (; p < end; p++, any = true) {
        if (digit_value(*p) >= base)
            return lua_nil();
        u = u * (uint64_t)base + (uint64_t)digit_value(*p);
    }
    return any ? lua_int((int64_t)(negative ? -u : u)) : lua_nil();
}

static esp_value base_tonumber(lua_state *lua, const esp_value *args,
                               uint64_t n)
{
    esp_value v = LUA_ARG_ANY(0);
    int64_t base;

    if (lua_arg_absent(args, n, 1))
        return lua_to_number(v, &v) ? v : lua_nil();
    base = LUA_ARG_INT(1);
    if (v.tag != LUA_STRING)
        return lua_arg_type_error(lua, args, n, 0, "string");
    if (base < 2 || base > 36)
        return lua_arg_error(lua, 1, "base out of range");
    return digits_in_base(lua_string_of(v), base);
}

/* ---- tables ------------------------------------------------------------ */

static esp_value base_rawget(lua_state *lua, const esp_value *args,
                             uint64_t n)
{
    lua_table *t = LUA_ARG_TABLE(0);

    return lua_table_get(lua, t, LUA_ARG_ANY(1));
}

static esp_value base_rawset(lua_state *lua, const esp_value *args,
                             uint64_t n)
{
    lua_table *t = LUA_ARG_TABLE(0);
    esp_value key = LUA_ARG_ANY(1), v = LUA_ARG_ANY(2);

    return lua_table_put(lua, t, key, v) ? args[0] : esp_abrupt(ESP_THROW);
}

static esp_value base_rawlen(lua_state *lua, const esp_value *args,
                             uint64_t n)
{
    esp_value v = lua_arg(args, n, 0);

    if (v.tag == LUA_TABLE)
        return lua_int(lua_table_length(lua_table_of(v)));
    if (v.tag == LUA_STRING)
        return lua_int((int64_t)lua_length(lua_string_of(v)));
    return lua_arg_error(lua, 0, "table or string expected");
}

static esp_value base_rawequal(lua_state *lua, const esp_value *args,
                               uint64_t n)
{
    esp_value a = LUA_ARG_ANY(0), b = LUA_ARG_ANY(1);

    return lua_boolean(lua_raw_equal(a, b));
}

esp_value lua_base_next(lua_state *lua, const esp_value *args, uint64_t n)
{
    lua_table *t = LUA_ARG_TABLE(0);
    esp_value key = lua_arg(args, n, 1), v;
    int found = lua_table_next(lua, t, &key, &v);

    if (found < 0)
        return lua_error_at(lua, NULL, "invalid key to 'next'");
    return found ? lua_two(lua, key, v) : lua_nil();
}

static esp_value base_pairs(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_value v = LUA_ARG_ANY(0);
    esp_value f = lua_metamethod(lua, v, LUA_META_pairs), one;
    const esp_value *values;
    uint64_t count;

    if (f.tag == LUA_NIL)
        return lua_three(lua, lua_pointer(lua->next, LUA_FUNCTION), v,
                         lua_nil());
    f = ESP_TRY(lua_call(lua, f, &v, 1));
    values = lua_returned(lua, f, &one, &count);
    return lua_three(lua, lua_arg(values, count, 0), lua_arg(values, count, 1),
                     lua_arg(values, count, 2));
}

esp_value lua_base_inext(lua_state *lua, const esp_value *args, uint64_t n)
{
    int64_t i = (int64_t)((uint64_t)LUA_ARG_INT(1) + 1);
    esp_value v = args[0].tag == LUA_TABLE
                      ? lua_table_get_int(lua_table_of(args[0]), i)
                      : lua_nil();

    if (v.tag == LUA_NIL)
        v = ESP_TRY(lua_index(lua, args[0], lua_int(i)));
    return v.tag == LUA_NIL ? v : lua_two(lua, lua_int(i), v);
}

static esp_value base_ipairs(lua_state *lua, const esp_value *args,
                             uint64_t n)
{
    esp_value v = LUA_ARG_ANY(0);

    return lua_three(lua, lua_pointer(lua->inext, LUA_FUNCTION), v,
                     lua_int(0));
}

static esp_value base_select(lua_state *lua, const esp_value *args,
                             uint64_t n)
{
    int64_t i;

    if (n && args[0].tag == LUA_STRING &&
        lua_bytes(lua_string_of(args[0]))[0] == '#')
        return lua_int((int64_t)n - 1);
    i = LUA_ARG_INT(0);
    if (i < 0)
        i = (int64_t)n + i;
    else if (i > (int64_t)n)
        i = (int64_t)n;
    if (i < 1)
        return lua_arg_error(lua, 0, "index out of range");
    return lua_return(lua, n - (uint64_t)i, args + i);
}

/* ---- metatables -------------------------------------------------------- */

static esp_value base_getmetatable(lua_state *lua, const esp_value *args,
                                   uint64_t n)
{
    esp_value v = LUA_ARG_ANY(0), shown;
    lua_table *mt = lua_metatable(lua, v);

    if (!mt)
        return lua_nil();
    shown = lua_table_get_name(mt, lua->meta_names[LUA_META_metatable]);
    return shown.tag != LUA_NIL ? shown : lua_pointer(mt, LUA_TABLE);
}

static esp_value base_setmetatable(lua_state *lua, const esp_value *args,
                                   uint64_t n)
{
    lua_table *t = LUA_ARG_TABLE(0), *mt = NULL;
    esp_value v = lua_arg(args, n, 1);

    if (n < 2 || (v.tag != LUA_NIL && v.tag != LUA_TABLE))
        return lua_arg_type_error(lua, args, n, 1, "nil or table");
    if (lua_metamethod(lua, args[0], LUA_META_metatable).tag != LUA_NIL)
        return lua_error(lua, "cannot change a protected metatable");
    if (v.tag == LUA_TABLE)
        mt = lua_table_of(v);
    if (!lua_table_set_metatable(lua, t, mt))
        return esp_abrupt(ESP_THROW);
    if (mt && lua->on_metatable)
        lua->on_metatable(lua, t, mt);
    return args[0];
}

/* ---- errors ------------------------------------------------------------ */

/* A message gets the position of that level in front. */
static esp_value throw_at(lua_state *lua, esp_value v, int64_t level)
{
    char where[256];

    if (v.tag == LUA_STRING && level > 0) {
        lua_where(lua, (uint32_t)level, where, sizeof where);
        if (where[0]) {
            esp_value prefix = ESP_TRY(lua_text(lua, where));

            v = ESP_TRY(lua_concat(lua, prefix, v));
        }
    }
    return lua_throw(lua, v);
}

static esp_value base_error(lua_state *lua, const esp_value *args, uint64_t n)
{
    return throw_at(lua, lua_arg(args, n, 0), LUA_OPT_INT(1, 1));
}

static esp_value base_assert(lua_state *lua, const esp_value *args,
                             uint64_t n)
{
    esp_value v = LUA_ARG_ANY(0);

    if (lua_is_true(v))
        return lua_return(lua, n, args);
    return throw_at(lua, n > 1 ? args[1] : lua_text(lua, "assertion failed!"),
                    1);
}

void lua_protect(lua_state *lua, lua_protection *p, esp_value handler)
{
    p->handler = lua->handler;
    p->handling = lua->handling;
    p->on_error = lua->on_error;
    p->depth = lua->depth;
    p->catchers = lua->catchers++;
    lua->handler = handler;
    lua->handling = 0;
    lua->on_error = NULL;
}

void lua_unprotect(lua_state *lua, const lua_protection *p)
{
    lua->handler = p->handler;
    lua->handling = p->handling;
    lua->on_error = p->on_error;
    lua->depth = p->depth;
    lua->catchers = p->catchers;
}

/* true and the results; or false and the error. */
static esp_value protected_results(lua_state *lua, esp_value v)
{
    esp_value one, *to;
    const esp_value *from;
    uint64_t n;

    if (esp_is_abrupt(v)) {
        if (!lua_catch(lua, &one))
            return esp_abrupt(ESP_THROW);
        return lua_two(lua, lua_boolean(false), one);
    }
    if (v.tag != LUA_MULTI)
        return lua_two(lua, lua_boolean(true), v);
    from = lua_returned(lua, v, &one, &n);
    to = lua_results(lua, n + 1);
    if (!to)
        return esp_abrupt(ESP_THROW);
    memmove(to + 1, from, n * sizeof *to);
    to[0] = lua_boolean(true);
    return n ? lua_multi(n + 1) : to[0];
}

static esp_value base_pcall(lua_state *lua, const esp_value *args, uint64_t n)
{
    lua_protection p;
    esp_value f = LUA_ARG_ANY(0), v;

    lua_protect(lua, &p, lua_nil());
    v = lua_call(lua, f, args + 1, n - 1);
    lua_unprotect(lua, &p);
    return protected_results(lua, v);
}

/* An error of the framework's: nobody has handled it. */
static bool is_unhandled(const lua_state *lua, esp_value v)
{
    return v.tag == ESP_THROW && esp_thrown_error(lua->context) &&
           esp_error_catchable(esp_thrown_error(lua->context));
}

/* Errors of the framework's, such as a stack overflow, come without having
 * been handled.  Another in the handler is the end of it. */
static esp_value handle_late(lua_state *lua, esp_value handler)
{
    lua_protection p;
    esp_value v;

    if (!lua_catch(lua, &v))
        return esp_abrupt(ESP_THROW);
    lua_protect(lua, &p, handler);
    lua->handling = 1;
    v = lua_call1(lua, handler, &v, 1);
    lua_unprotect(lua, &p);
    if (is_unhandled(lua, v)) {
        esp_catch(lua->context);
        v = ESP_TRY(lua_text(lua, "error in error handling"));
    } else if (esp_is_abrupt(v) && !lua_catch(lua, &v)) {
        return esp_abrupt(ESP_THROW);
    }
    return lua_two(lua, lua_boolean(false), v);
}

static esp_value base_xpcall(lua_state *lua, const esp_value *args,
                             uint64_t n)
{
    lua_protection p;
    esp_value v;

    if (n < 2 || args[1].tag != LUA_FUNCTION)
        return lua_arg_type_error(lua, args, n, 1, "function");
    lua_protect(lua, &p, args[1]);
    v = lua_call(lua, args[0], args + 2, n - 2);
    lua_unprotect(lua, &p);
    if (is_unhandled(lua, v))
        return handle_late(lua, args[1]);
    return protected_results(lua, v);
}

/* ---- loading ----------------------------------------------------------- */

/* What load catches has been handled as outside of it, but not syntax errors:
 * they are thrown without.  An error that nobody else would catch gets the
 * stack behind it, as lua prints it. */
typedef struct loading {
    lua_protection protection;
    esp_value trace;
} loading;

static void begin_loading(lua_state *lua, loading *l)
{
    lua_protect(lua, &l->protection, lua->handler);
    lua->handling = l->protection.handling;
    lua->on_error = l->protection.on_error;
    l->trace = lua->trace;
    lua->trace = lua_nil();
}

static void end_loading(lua_state *lua, loading *l)
{
    esp_value trace = lua->trace;

    lua_unprotect(lua, &l->protection);
    lua->trace = l->trace;
    l->trace = trace;
}

/* nil and the message of what was thrown. */
static esp_value load_error(lua_state *lua, const loading *l)
{
    esp_value error;

    if (!lua_catch(lua, &error))
        return esp_abrupt(ESP_THROW);
    if (error.tag == LUA_STRING && l->trace.tag == LUA_STRING) {
        error = ESP_TRY(lua_concat(lua, error,
                                   ESP_TRY(lua_text(lua, "\n"))));
        error = ESP_TRY(lua_concat(lua, error, l->trace));
    }
    return lua_two(lua, lua_nil(), error);
}

/* A function, or nil and a message. */
static esp_value load_text(lua_state *lua, const char *text, size_t n,
                           const char *chunk, const char *mode,
                           esp_value env)
{
    loading l;
    lua_function *f;
    esp_value error;
    bool binary = n && text[0] == '\033';

    if (mode && !strchr(mode, binary ? 'b' : 't')) {
        error = ESP_TRY(lua_textf(lua, "attempt to load a %s chunk "
                                  "(mode is '%s')", binary ? "binary" : "text",
                                  mode));
        return lua_two(lua, lua_nil(), error);
    }
    begin_loading(lua, &l);
    f = binary ? lua_undump(lua, text, n, chunk, env)
               : lua_compile(lua, text, n, chunk, env);
    end_loading(lua, &l);
    return f ? lua_pointer(f, LUA_FUNCTION) : load_error(lua, &l);
}

typedef struct pieces {
    char *s;
    size_t n, cap;
} pieces;

static bool add_piece(pieces *p, const char *s, size_t n)
{
    if (p->n + n > p->cap) {
        size_t cap = 2 * (p->n + n) + 64;
        char *room = (char *)realloc(p->s, cap);

        if (!room)
            return false;
        p->s = room;
        p->cap = cap;
    }
    memcpy(p->s + p->n, s, n);
    p->n += n;
    return true;
}

/* Calls until there is no more.  False: an error was thrown. */
static bool read_pieces(lua_state *lua, esp_value reader, pieces *p)
{
    for (;;) {
        esp_value v = lua_call1(lua, reader, NULL, 0);
        char room[LUA_NUMBER_TEXT];
        const char *s;
        size_t n = 0;

        if (esp_is_abrupt(v))
            return false;
        s = lua_to_bytes(v, &n, room);
        if (v.tag == LUA_NIL || (s && !n))
            return true;
        if (!s || !add_piece(p, s, n)) {
            lua_error(lua, s ? "not enough memory"
                             : "reader function must return a string");
            return false;
        }
    }
}

static esp_value load_reader(lua_state *lua, esp_value reader,
                             const char *chunk, const char *mode,
                             esp_value env)
{
    loading l;
    pieces p = { 0 };
    esp_value v;
    bool ok;

    begin_loading(lua, &l);
    ok = read_pieces(lua, reader, &p);
    end_loading(lua, &l);
    v = ok ? load_text(lua, p.s, p.n, chunk, mode, env) : load_error(lua, &l);
    free(p.s);
    return v;
}

static esp_value base_load(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_value chunk = lua_arg(args, n, 0);
    const char *name = LUA_OPT_TEXT(1, NULL), *mode = LUA_OPT_TEXT(2, NULL);
    esp_value env = n > 3 ? args[3] : lua_pointer(lua->globals, LUA_TABLE);

    if (chunk.tag == LUA_STRING || lua_is_number(chunk)) {
        const char *text = LUA_ARG_TEXT(0);

        return load_text(lua, text, lua_length(LUA_ARG_STRING(0)),
                         name ? name : text, mode, env);
    }
    if (chunk.tag != LUA_FUNCTION)
        return lua_arg_type_error(lua, args, n, 0, "function");
    return load_reader(lua, chunk, name ? name : "=(load)", mode, env);
}

/* A whole file, without a first line for the shell; NULL: it cannot be read. */
static char *read_file(const char *path, size_t *n)
{
    FILE *file = path ? fopen(path, "rb") : stdin;
    char *text = NULL;
    size_t cap = 0, got;

    *n = 0;
    if (!file)
        return NULL;
    do {
        if (*n + 4096 > cap) {
            char *room = (char *)realloc(text, cap = 2 * cap + 8192);

            if (!room)
                break;
            text = room;
        }
        got = fread(text + *n, 1, 4096, file);
        *n += got;
    } while (got);
    if (path)
        fclose(file);
    return text;
}

/* Comments the first line out; lines keep their numbers.  Binary chunks have
 * none. */
void lua_skip_shebang(const char **text, size_t *n)
{
    if (*n >= 3 && !memcmp(*text, "\xef\xbb\xbf", 3)) {
        *text += 3;
        *n -= 3;
    }
    if (!*n || **text != '#')
        return;
    while (*n && **text != '\n') {
        ++*text;
        --*n;
    }
    if (*n > 1 && (*text)[1] == '\033') {
        ++*text;
        --*n;
    }
}

esp_value lua_load_file(lua_state *lua, const char *path,
                        const char *mode, esp_value env)
{
    char name[512];
    size_t n;
    char *read = read_file(path, &n);
    const char *text = read;
    esp_value v;

    if (!read) {
        v = ESP_TRY(lua_textf(lua, "cannot open %s: %s", path,
                              strerror(errno)));
        return lua_two(lua, lua_nil(), v);
    }
    snprintf(name, sizeof name, path ? "@%s" : "=stdin", path);
    lua_skip_shebang(&text, &n);
    v = load_text(lua, text, n, name, mode, env);
    free(read);
    return v;
}

static esp_value base_loadfile(lua_state *lua, const esp_value *args,
                               uint64_t n)
{
    const char *path = LUA_OPT_TEXT(0, NULL), *mode = LUA_OPT_TEXT(1, NULL);
    esp_value env = n > 2 ? args[2] : lua_pointer(lua->globals, LUA_TABLE);

    return lua_load_file(lua, path, mode, env);
}

static esp_value base_dofile(lua_state *lua, const esp_value *args,
                             uint64_t n)
{
    esp_value f = ESP_TRY(lua_load_file(
        lua, LUA_OPT_TEXT(0, NULL), NULL,
        lua_pointer(lua->globals, LUA_TABLE)));

    if (f.tag == LUA_MULTI)
        return lua_throw(lua, lua->few[1]);
    return lua_call(lua, f, NULL, 0);
}

/* ---- the table --------------------------------------------------------- */

static const lua_entry entries[] = {
    { "assert", base_assert, 0 },
    { "dofile", base_dofile, 0 },
    { "error", base_error, 0 },
    { "getmetatable", base_getmetatable, 0 },
    { "ipairs", base_ipairs, LUA_VISIBLE },
    { "load", base_load, 0 },
    { "loadfile", base_loadfile, 0 },
    { "next", lua_base_next, 0 },
    { "pairs", base_pairs, 0 },
    { "pcall", base_pcall, LUA_CATCHES },
    { "print", base_print, 0 },
    { "rawequal", base_rawequal, 0 },
    { "rawget", base_rawget, 0 },
    { "rawlen", base_rawlen, 0 },
    { "rawset", base_rawset, 0 },
    { "select", base_select, 0 },
    { "setmetatable", base_setmetatable, 0 },
    { "tonumber", base_tonumber, 0 },
    { "tostring", base_tostring, 0 },
    { "type", base_type, LUA_VISIBLE },
    { "warn", base_warn, 0 },
    { "xpcall", base_xpcall, LUA_CATCHES },
    { NULL, NULL, 0 }
};

static bool name_types(lua_state *lua)
{
    for (uint64_t tag = 0; tag < LUA_TYPES; tag++) {
        const char *name = lua_type_name((esp_value){ .tag = tag });

        lua->type_names[tag] = lua_name(lua, name, strlen(name));
        if (!lua->type_names[tag])
            return false;
    }
    return true;
}

bool lua_open_base(lua_state *lua)
{
    esp_value version = lua_text(lua, "Lua 5.4"), next;

    if (!name_types(lua) || !lua_library(lua, "_G", entries))
        return false;
    lua_table_put_text(lua, lua->globals, "_VERSION", version);
    next = lua_table_get_text(lua, lua->globals, "next");
    lua->next = lua_function_of(next);
    lua->setmetatable = lua_function_of(
        lua_table_get_text(lua, lua->globals, "setmetatable"));
    lua->inext = lua_builtin_new(lua, "ipairs_aux", lua_base_inext, NULL, 0);
    return lua->inext != NULL;
}
