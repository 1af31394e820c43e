/*
 * require, and the table package.
 *
 * Modules are Lua files found along package.path; there are no C modules.
 */
#include "languages/lua/base.h"

#include "framework/base/text.h"

#include <stdlib.h>
#include <string.h>

#define DIRECTORY "/usr/local/share/lua/5.4/"
#define LIBRARY_DIRECTORY "/usr/local/lib/lua/5.4/"

#define NO_LIBRARIES "dynamic libraries not enabled; check your Lua " \
                     "installation"

static const char default_path[] =
    DIRECTORY "?.lua;" DIRECTORY "?/init.lua;" LIBRARY_DIRECTORY "?.lua;"
    LIBRARY_DIRECTORY "?/init.lua;/usr/share/lua/5.4/?.lua;"
    "/usr/share/lua/5.4/?/init.lua;./?.lua;./?/init.lua";

/* ---- along a path ------------------------------------------------------ */

/* Every `what` becomes `with`. */
static void replace_all(esp_text *to, const char *s, size_t n,
                        const char *what, const char *with)
{
    size_t skip = strlen(what);

    for (size_t i = 0; i < n;) {
        if (skip && i + skip <= n && !memcmp(s + i, what, skip)) {
            text_add(to, with, strlen(with));
            i += skip;
        } else {
            text_char(to, s[i++]);
        }
    }
}

static bool readable(const char *path)
{
    FILE *file = fopen(path, "r");

    if (file)
        fclose(file);
    return file != NULL;
}

/* The first template that names a file: in `found`; or what was tried.  An
 * empty path has one template, which is empty. */
static bool search_path(const char *name, const char *path, const char *sep,
                        const char *rep, esp_text *found, esp_text *tried)
{
    esp_text file_name = { 0 };
    bool ok = false;

    replace_all(&file_name, name, strlen(name), sep, rep);
    for (size_t n; path && !ok; path = path[n] ? path + n + 1 : NULL) {
        n = strcspn(path, ";");
        text_free(found);
        *found = (esp_text){ 0 };
        replace_all(found, path, n, "?", text_get(&file_name));
        ok = readable(text_get(found));
        if (!ok)
            text_printf(tried, "%sno file '%s'", tried->n ? "\n\t" : "",
                        text_get(found));
    }
    text_free(&file_name);
    return ok;
}

static esp_value package_searchpath(lua_state *lua, const esp_value *args,
                                    uint64_t n)
{
    const char *name = LUA_ARG_TEXT(0), *path = LUA_ARG_TEXT(1);
    const char *sep = LUA_OPT_TEXT(2, "."), *rep = LUA_OPT_TEXT(3, "/");
    esp_text found = { 0 }, tried = { 0 };
    esp_value v;

    if (search_path(name, path, sep, rep, &found, &tried)) {
        v = lua_text(lua, text_get(&found));
    } else {
        v = lua_text(lua, text_get(&tried));
        if (!esp_is_abrupt(v))
            v = lua_two(lua, lua_nil(), v);
    }
    text_free(&found);
    text_free(&tried);
    return v;
}

/* ---- searchers --------------------------------------------------------- */

static lua_table *package_of(lua_state *lua)
{
    return (lua_table *)lua->library[LUA_STATE_PACKAGE];
}

static esp_value search_preload(lua_state *lua, const esp_value *args,
                                uint64_t n)
{
    const char *name = LUA_ARG_TEXT(0);
    esp_value preload = lua_table_get_text(lua, package_of(lua), "preload");
    esp_value loader = ESP_TRY(lua_index(lua, preload, args[0])), where;

    if (loader.tag == LUA_NIL)
        return lua_textf(lua, "no field package.preload['%s']", name);
    where = ESP_TRY(lua_text(lua, ":preload:"));
    return lua_two(lua, loader, where);
}

static esp_value load_module(lua_state *lua, const char *name,
                             const char *path)
{
    esp_value f = ESP_TRY(lua_load_file(lua, path, NULL,
                                        lua_pointer(lua->globals, LUA_TABLE)));
    esp_value where;

    if (f.tag == LUA_MULTI)
        return lua_error(lua, "error loading module '%s' from file '%s':\n\t"
                         "%s", name, path,
                         lua->few[1].tag == LUA_STRING
                             ? lua_bytes(lua_string_of(lua->few[1])) : "?");
    where = ESP_TRY(lua_text(lua, path));
    return lua_two(lua, f, where);
}

/* A string, which may be a number in the table.  NULL: an error was thrown. */
static const char *path_of(lua_state *lua, const char *field)
{
    esp_value v = lua_table_get_text(lua, package_of(lua), field);

    if (lua_is_number(v))
        v = lua_tostring(lua, v);
    else if (v.tag != LUA_STRING)
        v = lua_error(lua, "'package.%s' must be a string", field);
    return esp_is_abrupt(v) ? NULL
                            : esp_string_c(lua->context, lua_string_of(v));
}

static esp_value search_file(lua_state *lua, const esp_value *args,
                             uint64_t n)
{
    const char *name = LUA_ARG_TEXT(0), *path = path_of(lua, "path");
    esp_text found = { 0 }, tried = { 0 };
    esp_value v;

    if (!path)
        return esp_abrupt(ESP_THROW);
    if (search_path(name, path, ".", "/", &found, &tried))
        v = load_module(lua, name, text_get(&found));
    else
        v = lua_text(lua, text_get(&tried));
    text_free(&found);
    text_free(&tried);
    return v;
}

/* There is no C interface: a library that is there cannot be loaded. */
static esp_value search_library(lua_state *lua, const char *module,
                                const char *name)
{
    const char *path = path_of(lua, "cpath");
    esp_text found = { 0 }, tried = { 0 };
    esp_value v;

    if (!path)
        return esp_abrupt(ESP_THROW);
    if (search_path(name, path, ".", "/", &found, &tried))
        v = lua_error(lua, "error loading module '%s' from file '%s':\n\t"
                      NO_LIBRARIES, module, text_get(&found));
    else
        v = tried.n ? lua_text(lua, text_get(&tried)) : lua_nil();
    text_free(&found);
    text_free(&tried);
    return v;
}

static esp_value search_module(lua_state *lua, const esp_value *args,
                               uint64_t n)
{
    const char *name = LUA_ARG_TEXT(0);

    return search_library(lua, name, name);
}

/* The library that has all modules below its own. */
static esp_value search_root(lua_state *lua, const esp_value *args, uint64_t n)
{
    const char *name = LUA_ARG_TEXT(0), *dot = strchr(name, '.');
    const esp_string *root;

    if (!dot)
        return lua_nil();
    root = lua_string_make(lua, name, (size_t)(dot - name));
    if (!root)
        return esp_abrupt(ESP_THROW);
    return search_library(lua, name, lua_bytes(root));
}

/* ---- require ----------------------------------------------------------- */

/* The loader and where it is from, in *to; or an error. */
static esp_value find_loader(lua_state *lua, esp_value name, esp_value to[2])
{
    esp_value searchers = lua_table_get_text(lua, package_of(lua),
                                             "searchers");
    esp_text tried = { 0 };
    esp_value v;

    if (searchers.tag != LUA_TABLE)
        return lua_error(lua, "'package.searchers' must be a table");
    for (int64_t i = 1;; i++) {
        esp_value f = lua_table_get_int(lua_table_of(searchers), i), one;
        const esp_value *values;
        uint64_t n;

        if (f.tag == LUA_NIL)
            break;
        v = lua_call(lua, f, &name, 1);
        if (esp_is_abrupt(v)) {
            text_free(&tried);
            return v;
        }
        values = lua_returned(lua, v, &one, &n);
        to[0] = lua_arg(values, n, 0);
        to[1] = lua_arg(values, n, 1);
        if (to[0].tag == LUA_FUNCTION) {
            text_free(&tried);
            return lua_nil();
        }
        if (to[0].tag == LUA_STRING)
            text_printf(&tried, "\n\t%.*s",
                        (int)lua_length(lua_string_of(to[0])),
                        lua_bytes(lua_string_of(to[0])));
    }
    v = lua_error(lua, "module '%.*s' not found:%s",
                  (int)lua_length(lua_string_of(name)),
                  lua_bytes(lua_string_of(name)), text_get(&tried));
    text_free(&tried);
    return v;
}

static esp_value package_require(lua_state *lua, const esp_value *args,
                                 uint64_t n)
{
    esp_value name = lua_pointer(LUA_ARG_STRING(0), LUA_STRING);
    esp_value loaded = lua_table_get(lua, lua->loaded, name);
    esp_value loader[2], v, call[2];

    if (lua_is_true(loaded))
        return loaded;
    ESP_TRY(find_loader(lua, name, loader));
    call[0] = name;
    call[1] = loader[1];
    v = ESP_TRY(lua_call1(lua, loader[0], call, 2));
    if (v.tag != LUA_NIL && !lua_table_put(lua, lua->loaded, name, v))
        return esp_abrupt(ESP_THROW);
    v = lua_table_get(lua, lua->loaded, name);
    if (v.tag == LUA_NIL) {
        v = lua_boolean(true);
        if (!lua_table_put(lua, lua->loaded, name, v))
            return esp_abrupt(ESP_THROW);
    }
    return lua_two(lua, v, loader[1]);
}

/* ---- the table --------------------------------------------------------- */

static esp_value package_loadlib(lua_state *lua, const esp_value *args,
                                 uint64_t n)
{
    esp_value message, kind;

    LUA_ARG_STRING(0);
    LUA_ARG_STRING(1);
    message = ESP_TRY(lua_text(lua, NO_LIBRARIES));
    kind = ESP_TRY(lua_text(lua, "absent"));
    return lua_three(lua, lua_nil(), message, kind);
}

static const lua_entry entries[] = {
    { "loadlib", package_loadlib, 0 },
    { "searchpath", package_searchpath, 0 },
    { NULL, NULL, 0 }
};

static const lua_entry globals[] = {
    { "require", package_require, 0 },
    { NULL, NULL, 0 }
};

/* ";;" in the environment's path stands for the default one. */
static esp_value initial_path(lua_state *lua)
{
    const char *path = getenv("LUA_PATH_5_4"), *both;
    esp_text text = { 0 };
    esp_value v;

    if (!path)
        path = getenv("LUA_PATH");
    if (!path)
        return lua_text(lua, default_path);
    both = strstr(path, ";;");
    if (both) {
        text_add(&text, path, (size_t)(both - path));
        text_printf(&text, "%s%s%s%s", both == path ? "" : ";", default_path,
                    both[2] ? ";" : "", both + 2);
        path = text_get(&text);
    }
    v = lua_text(lua, path);
    text_free(&text);
    return v;
}

static bool put_searchers(lua_state *lua, lua_table *package)
{
    lua_table *t = lua_table_new(lua);
    lua_builtin *const all[] = { search_preload, search_file, search_module,
                                 search_root };

    for (int i = 0; t && i < 4; i++) {
        lua_function *f = lua_builtin_new(lua, "searcher", all[i], NULL, 0);

        if (!f || !lua_table_put_int(lua, t, i + 1,
                                     lua_pointer(f, LUA_FUNCTION)))
            return false;
    }
    return t && lua_table_put_text(lua, package, "searchers",
                                   lua_pointer(t, LUA_TABLE));
}

bool lua_open_package(lua_state *lua)
{
    lua_table *package = lua_library(lua, "package", entries);
    lua_table *preload = lua_table_new(lua);

    if (!package || !preload || !lua_library(lua, "_G", globals) ||
        !put_searchers(lua, package))
        return false;
    lua->library[LUA_STATE_PACKAGE] = package;
    return lua_table_put_text(lua, package, "path", initial_path(lua)) &&
           lua_table_put_text(lua, package, "cpath", lua_text(lua, "")) &&
           lua_table_put_text(lua, package, "config",
                              lua_text(lua, "/\n;\n?\n!\n-\n")) &&
           lua_table_put_text(lua, package, "preload",
                              lua_pointer(preload, LUA_TABLE)) &&
           lua_table_put_text(lua, package, "loaded",
                              lua_pointer(lua->loaded, LUA_TABLE));
}
