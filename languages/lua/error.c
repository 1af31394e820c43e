/*
 * Errors: how they are worded, where they were, who called whom.
 *
 * Levels count activations, as Lua does.  An activation that called a function
 * of the program by a tail call is gone as far as programs know: walks leave it
 * out.  (One that called a builtin so is still there: PUC Lua's C functions do
 * not replace their callers.)  And so are activations that an error leaves:
 * while it closes their variables, who catches it is all there is.
 */
#include "languages/lua/hook.h"
#include "languages/lua/nodes.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- names ------------------------------------------------------------- */

void lua_describe(const esp_node *node, char *to, size_t n)
{
    char name[128];

    to[0] = '\0';
    if (lua_local_name(node))
        snprintf(to, n, " (local '%s')", lua_local_name(node));
    else if (lua_upvalue_name(node))
        snprintf(to, n, " (upvalue '%s')", lua_upvalue_name(node));
    else if (lua_index_name(node, name, sizeof name))
        snprintf(to, n, " (%s)", name);
    else if (node->class == &lua_literal_class &&
             ((const literal_node *)node)->value.tag == LUA_STRING)
        snprintf(to, n, " (constant '%s')",
                 lua_bytes(lua_string_of(((const literal_node *)node)
                                             ->value)));
}

static int meta_of(const esp_node *node)
{
    int meta = lua_operation_meta(node);

    if (meta < 0)
        meta = lua_tables_meta(node);
    if (meta < 0)
        meta = lua_index_meta(node);
    return meta < 0 ? lua_close_meta(node) : meta;
}

static bool metamethod_name(const esp_node *site, const char **kind,
                            char *name, size_t n)
{
    static const char *const names[] = {
#define META(word) #word,
#include "languages/lua/meta.def"
#undef META
    };
    int meta = meta_of(site);

    if (meta < 0)
        return false;
    *kind = "metamethod";
    snprintf(name, n, "%s", names[meta]);
    return true;
}

bool lua_call_name(const esp_node *site, const char **kind, char *name,
                   size_t n)
{
    const esp_node *callee = lua_callee(site);
    const esp_string *method = lua_method_name(site);
    char text[160], *quote;

    if (lua_is_hook(site)) {
        *kind = "hook";
        snprintf(name, n, "?");
        return true;
    }
    if (lua_is_each(site)) {
        *kind = "for iterator";
        snprintf(name, n, "for iterator");
        return true;
    }
    if (method) {
        *kind = "method";
        snprintf(name, n, "%s", lua_bytes(method));
        return true;
    }
    if (!callee)
        return metamethod_name(site, kind, name, n);
    lua_describe(callee, text, sizeof text);
    quote = strchr(text, '\'');
    if (!quote || !strncmp(text, " (constant", 10))
        return false;
    *kind = !strncmp(text, " (global", 8)  ? "global"
            : !strncmp(text, " (local", 7) ? "local"
            : !strncmp(text, " (upva", 6)  ? "upvalue"
                                           : "field";
    snprintf(name, n, "%s", quote + 1);
    name[strcspn(name, "'")] = '\0';
    return true;
}

/* ---- levels ------------------------------------------------------------ */

bool lua_is_gone(lua_gone *g, const esp_activation *a)
{
    const lua_proto *p = (const lua_proto *)a->target->user;
    const lua_proto *callee = g->callee;

    g->callee = p;
    g->tail = false;
    if (g->leaving && !p->catches)
        return true;
    g->leaving = a->site && lua_is_leaving(a->site);
    if (g->leaving)
        return true;
    g->tail = callee && !callee->builtin && a->site && lua_is_tail(a->site);
    return g->tail;
}

typedef struct find {
    uint32_t level;
    lua_activation *to;
    lua_gone gone;
    bool found;
} find;

static bool find_level(void *arg, const esp_activation *a)
{
    find *f = (find *)arg;
    bool gone = lua_is_gone(&f->gone, a);

    if (f->found && gone && !f->gone.tail)
        return true;
    if (f->found) {
        f->to->tail = gone;
        f->to->caller = gone ? NULL : a->site;
        return false;
    }
    if (gone || f->level--)
        return true;
    f->to->proto = (lua_proto *)a->target->user;
    f->to->site = a->site;
    f->to->frame = a->frame;
    f->found = true;
    return true;
}

bool lua_level(lua_state *lua, uint32_t level, lua_activation *to)
{
    find f = { .level = level, .to = to };

    *to = (lua_activation){ 0 };
    esp_walk(lua->context, ESP_READ_ONLY, find_level, &f);
    return f.found;
}

const char lua_unknown_source[] = "?";

int64_t lua_line(esp_section at)
{
    if (!at.source || at.source->name == lua_unknown_source)
        return -1;
    return esp_section_position(at).line;
}

static void section_where(esp_section at, char *to, size_t size)
{
    if (at.source)
        snprintf(to, size, "%s:%lld: ", at.source->name,
                 (long long)lua_line(at));
    else
        to[0] = '\0';
}

void lua_where(lua_state *lua, uint32_t level, char *to, size_t size)
{
    lua_activation a;

    to[0] = '\0';
    if (lua_level(lua, level, &a) && a.site && !a.proto->builtin)
        section_where(esp_node_section(a.site), to, size);
}

/* ---- throwing ---------------------------------------------------------- */

enum { MOST_HANDLERS = 10 };    /* of errors in handlers, one in another */

/* The handler of xpcall runs where the error is, before anything is left. */
static esp_value handle(lua_state *lua, esp_value v)
{
    esp_value handler = lua->handler, result;

    if (lua->handling >= MOST_HANDLERS) {
        lua->handling = 0;
        lua->handler = lua_nil();
        return esp_throw(lua->context,
                         lua_text(lua, "error in error handling"));
    }
    lua->handling++;
    result = lua_call1(lua, handler, &v, 1);
    if (lua->handling)
        lua->handling--;
    lua->handler = handler;
    return esp_is_abrupt(result) ? result : esp_throw(lua->context, result);
}

esp_value lua_throw(lua_state *lua, esp_value v)
{
    if (esp_is_abrupt(v))
        return v;
    if (lua->handler.tag != LUA_NIL)
        return handle(lua, v);
    if (lua->on_error)
        lua->on_error(lua, v);
    if (lua->in_coroutine && !lua->catchers)
        return lua->on_failure(lua, v);
    return esp_throw(lua->context, v);
}

static esp_value throw_text(lua_state *lua, const char *where,
                            const char *format, va_list args)
{
    va_list again;
    char few[512], *text = few;
    size_t at = strlen(where);
    int n;
    esp_value v;

    va_copy(again, args);
    n = vsnprintf(few, sizeof few, format, args);
    if (n < 0)
        n = 0;
    text = (char *)malloc(at + (size_t)n + 1);
    if (!text) {
        va_end(again);
        return esp_throw_error(lua->context, NULL, "not enough memory");
    }
    memcpy(text, where, at);
    vsnprintf(text + at, (size_t)n + 1, format, again);
    va_end(again);
    v = lua_string_new(lua, text, at + (size_t)n);
    free(text);
    return lua_throw(lua, v);
}

esp_value lua_error(lua_state *lua, const char *format, ...)
{
    char where[256];
    va_list args;
    esp_value v;

    lua_where(lua, 1, where, sizeof where);
    va_start(args, format);
    v = throw_text(lua, where, format, args);
    va_end(args);
    return v;
}

esp_value lua_error_at(lua_state *lua, const esp_node *node,
                       const char *format, ...)
{
    char where[256];
    va_list args;
    esp_value v;

    where[0] = '\0';
    if (node)
        section_where(esp_node_section((esp_node *)(uintptr_t)node), where,
                      sizeof where);
    va_start(args, format);
    v = throw_text(lua, where, format, args);
    va_end(args);
    return v;
}

esp_value lua_operand_error(lua_state *lua, const esp_node *node,
                            const char *what, esp_value v,
                            const esp_node *culprit)
{
    char name[160];

    name[0] = '\0';
    if (culprit)
        lua_describe(culprit, name, sizeof name);
    return lua_error_at(lua, node, "attempt to %s a %s value%s", what,
                        lua_type_name_of(lua, v), name);
}

/* The name by which the running builtin was called. */
static bool called_as(lua_state *lua, char *name, size_t n, bool *method)
{
    lua_activation a;
    const char *kind = "";

    name[0] = '\0';
    *method = false;
    if (!lua_level(lua, 0, &a))
        return false;
    if (a.caller && lua_call_name(a.caller, &kind, name, n)) {
        *method = !strcmp(kind, "method");
        return true;
    }
    snprintf(name, n, "%s", a.proto->name ? a.proto->name : "?");
    return true;
}

esp_value lua_arg_error(lua_state *lua, uint32_t i, const char *message)
{
    char name[128];
    bool method;

    called_as(lua, name, sizeof name, &method);
    if (method && i == 0)
        return lua_error(lua, "calling '%s' on bad self (%s)", name, message);
    return lua_error(lua, "bad argument #%u to '%s' (%s)", i + !method, name,
                     message);
}

/* ---- catching ---------------------------------------------------------- */

static esp_value framework_error(lua_state *lua, const esp_error *e)
{
    char where[256];
    esp_value v;

    if (e->kind == ESP_ERROR_HEAP)
        return lua_pointer(lua->no_memory, LUA_STRING);
    section_where(e->section, where, sizeof where);
    v = lua_textf(lua, "%s%s", where, e->message);
    if (esp_is_abrupt(v)) {
        esp_catch(lua->context);
        return lua_nil();
    }
    return v;
}

bool lua_catch(lua_state *lua, esp_value *to)
{
    const esp_error *e = esp_thrown_error(lua->context);

    if (!e) {
        *to = esp_catch(lua->context);
        return true;
    }
    if (!esp_error_catchable(e))
        return false;
    esp_catch(lua->context);
    *to = framework_error(lua, e);
    return true;
}

/* ---- variables that are closed ----------------------------------------- */

esp_value lua_check_closable(lua_state *lua, const esp_node *node, esp_value v,
                             const esp_string *name)
{
    if (v.tag == LUA_NIL || (v.tag == LUA_BOOLEAN && !v.as.i) ||
        lua_metamethod(lua, v, LUA_META_close).tag != LUA_NIL)
        return lua_nil();
    return lua_error_at(lua, node, "variable '%s' got a non-closable value",
                        name ? lua_bytes(name) : "(for state)");
}

esp_value lua_close(lua_state *lua, esp_value v, esp_value error)
{
    esp_value args[] = { v, error };
    lua_activation at;
    esp_value f;

    if (v.tag == LUA_NIL || (v.tag == LUA_BOOLEAN && !v.as.i))
        return lua_nil();
    f = lua_metamethod(lua, v, LUA_META_close);
    if (f.tag != LUA_FUNCTION &&
        lua_metamethod(lua, f, LUA_META_call).tag == LUA_NIL)
        return lua_error_at(lua, lua_level(lua, 0, &at) ? at.site : NULL,
                            "attempt to call a %s value "
                            "(metamethod 'close')", lua_type_name_of(lua, f));
    return lua_call1(lua, f, args, 2);
}

/* Results wait outside the buffer while __close runs. */
static esp_value close_with_results(lua_state *lua, esp_value closing,
                                    esp_value *result)
{
    esp_value one, *copy, v;
    uint64_t n;
    const esp_value *values = lua_returned(lua, *result, &one, &n);

    copy = (esp_value *)esp_alloc(lua->context, (n + 1) * sizeof *copy);
    if (!copy)
        return esp_abrupt(ESP_THROW);
    if (n)
        memcpy(copy, values, n * sizeof *copy);
    ESP_TRY(lua_close(lua, closing, lua_nil()));
    v = lua_return(lua, n, copy);
    *result = v;
    return v;
}

esp_value lua_close_after(lua_state *lua, esp_value closing, esp_value v,
                          esp_value *result)
{
    esp_value thrown;

    if (v.tag == ESP_RETURN) {
        if (esp_is_abrupt(close_with_results(lua, closing, result)))
            return esp_abrupt(ESP_THROW);
        return v;
    }
    if (v.tag != ESP_THROW) {
        ESP_TRY(lua_close(lua, closing, lua_nil()));
        return v;
    }
    thrown = lua->context->thrown;
    if (esp_thrown_error(lua->context) &&
        esp_thrown_error(lua->context)->kind == ESP_ERROR_CLOSED) {
        ESP_TRY(lua_close(lua, closing, lua_nil()));
        return esp_throw(lua->context, thrown);
    }
    if (esp_thrown_error(lua->context) &&
        !esp_error_catchable(esp_thrown_error(lua->context)))
        return v;
    if (!lua_catch(lua, &thrown))
        return v;
    ESP_TRY(lua_close(lua, closing, thrown));
    return esp_throw(lua->context, thrown);
}
