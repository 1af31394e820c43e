/*
 * Functions: builtins, arguments, results, calls from C.
 */
#include "languages/lua/nodes.h"

#include <string.h>

/* ---- results ----------------------------------------------------------- */

esp_value *lua_results(lua_state *lua, uint64_t n)
{
    if (n <= LUA_FEW_RESULTS)
        return lua->few;
    if (n > lua->cap_many) {
        esp_value *room = NULL;

        if (n < UINT32_MAX / 2)
            room = (esp_value *)esp_alloc(lua->context, 2 * n * sizeof *room);
        else
            lua_error_at(lua, NULL, "too many results");
        if (!room)
            return NULL;
        if (lua->many)
            memcpy(room, lua->many, lua->cap_many * sizeof *room);
        lua->many = room;
        lua->cap_many = 2 * n;
    }
    return lua->many;
}

esp_value lua_return(lua_state *lua, uint64_t n, const esp_value *values)
{
    esp_value *to;

    if (n == 1)
        return values[0];
    to = lua_results(lua, n);
    if (!to)
        return esp_abrupt(ESP_THROW);
    if (n)
        memmove(to, values, n * sizeof *to);
    return lua_multi(n);
}

/* ---- builtins ---------------------------------------------------------- */

/* The body of a builtin's target. */
typedef struct builtin_node {
    esp_node base;
    ESP_FINAL lua_builtin *visible;     /* entered by the evaluator, or NULL */
    lua_builtin *builtin;
} builtin_node;

static esp_value builtin_execute(esp_node *node, esp_frame *frame)
{
    builtin_node *self = (builtin_node *)node;

    if (self->visible)
        return self->visible(lua_here(frame), frame->args + 1,
                             frame->argc - 1);
    return self->builtin(lua_here(frame), frame->args + 1, frame->argc - 1);
}

static const esp_node_class builtin_class = {
    .name = "builtin", .size = sizeof(builtin_node), .tags = ESP_IS_ROOT,
    .execute = builtin_execute,
};

static esp_target *builtin_target(lua_state *lua, const char *name,
                                  lua_builtin *builtin, uint32_t flags)
{
    esp_context *c = lua->context;
    builtin_node *body = ESP_NEW_NODE(c, builtin_node, &builtin_class,
                                      (esp_section){ 0 });
    esp_target_spec spec = { .name = name ? name : "?", .variadic = true,
                             .layout = lua->builtin_layout,
                             .body = &body->base };

    if (!body)
        return NULL;
    body->builtin = builtin;
    if (flags & LUA_VISIBLE)
        body->visible = builtin;
    return esp_target_new(c, &spec);
}

static lua_proto *builtin_proto(lua_state *lua, const char *name,
                                lua_builtin *builtin, uint32_t flags,
                                uint32_t nupvalues)
{
    lua_proto *p = ESP_CONTEXT_ARRAY(lua->context, lua_proto, 1);

    if (!p)
        return NULL;
    p->name = name;
    p->builtin = builtin;
    p->variadic = true;
    p->catches = (flags & LUA_CATCHES) != 0;
    p->many = true;
    p->nupvalues = nupvalues;
    p->closure.name = "builtin";
    p->closure.size = (uint32_t)(sizeof(lua_function) +
                                 nupvalues * sizeof(esp_value));
    p->target = builtin_target(lua, name, builtin, flags);
    if (p->target)
        p->target->user = p;
    return p->target ? p : NULL;
}

/* Builtins with upvalues are made at run time, again and again: they share
 * what they are made from. */
typedef struct made {
    struct made *next;
    lua_builtin *builtin;
    const char *name;
    uint32_t nupvalues;
    lua_proto *proto;
} made;

static lua_proto *shared_proto(lua_state *lua, const char *name,
                               lua_builtin *builtin, uint32_t nupvalues)
{
    made *m = (made *)lua->made;

    while (m && !(m->builtin == builtin && m->nupvalues == nupvalues &&
                  m->name == name))
        m = m->next;
    if (m)
        return m->proto;
    m = ESP_CONTEXT_ARRAY(lua->context, made, 1);
    if (!m)
        return NULL;
    m->builtin = builtin;
    m->name = name;
    m->nupvalues = nupvalues;
    m->proto = builtin_proto(lua, name, builtin, 0, nupvalues);
    m->next = (made *)lua->made;
    lua->made = m;
    return m->proto;
}

lua_function *lua_builtin_new(lua_state *lua, const char *name,
                              lua_builtin *builtin, const esp_value *upvalues,
                              uint32_t nupvalues)
{
    lua_proto *p = shared_proto(lua, name, builtin, nupvalues);
    lua_function *f = p ? lua_closure_new(lua->context, p) : NULL;

    if (!f)
        return NULL;
    for (uint32_t i = 0; i < nupvalues; i++)
        f->upvalues[i] = upvalues[i];
    return f;
}

/* "string.rep", but the base library's functions have no table. */
static const char *full_name(lua_state *lua, const char *library,
                             const char *name)
{
    char text[128];
    esp_symbol *symbol;

    if (!strcmp(library, "_G"))
        return name;
    snprintf(text, sizeof text, "%s.%s", library, name);
    symbol = esp_intern_string(lua->context, text);
    return symbol ? symbol->bytes : name;
}

static bool fill_library(lua_state *lua, lua_table *t, const char *library,
                         const lua_entry *entries)
{
    for (; entries->name; entries++) {
        lua_proto *p = builtin_proto(lua, full_name(lua, library,
                                                    entries->name),
                                     entries->builtin, entries->flags, 0);
        lua_function *f = p ? lua_closure_new(lua->context, p) : NULL;

        if (!f || !lua_table_put_text(lua, t, entries->name,
                                      lua_pointer(f, LUA_FUNCTION)))
            return false;
    }
    return true;
}

lua_table *lua_library(lua_state *lua, const char *name,
                       const lua_entry *entries)
{
    bool globals = !strcmp(name, "_G");
    lua_table *t = globals ? lua->globals : lua_table_new(lua);
    esp_value v = lua_pointer(t, LUA_TABLE);

    if (!t || (!globals && !lua_table_open_cells(lua, t)) ||
        !lua_table_put_text(lua, lua->globals, name, v) ||
        !lua_table_put_text(lua, lua->loaded, name, v))
        return NULL;
    return fill_library(lua, t, name, entries) ? t : NULL;
}

bool lua_library_add(lua_state *lua, const char *name,
                     const lua_entry *entries)
{
    esp_value t = lua_table_get_text(lua, lua->loaded, name);

    return fill_library(lua, lua_table_of(t), name, entries);
}

/* ---- captured variables, for debug ------------------------------------- */

esp_value lua_upvalue_get(const lua_function *f, uint32_t i)
{
    esp_value v = f->upvalues[i];

    return v.tag == LUA_BOX ? ((lua_box *)v.as.p)->value : v;
}

/* Compiled code knows the upvalues of a function that is the only one of its
 * code. */
static void forget_upvalues(lua_proto *p)
{
    if (p->once)
        esp_assumption_invalidate(p->once, "upvalue set");
    ESP_PUBLISH(p->many, true);
    ESP_PUBLISH(p->once, NULL);
    ESP_PUBLISH(p->only, NULL);
}

void lua_upvalue_set(lua_function *f, uint32_t i, esp_value v)
{
    if (f->upvalues[i].tag == LUA_BOX) {
        ((lua_box *)f->upvalues[i].as.p)->value = v;
        return;
    }
    forget_upvalues(f->proto);
    f->upvalues[i] = v;
}

void lua_upvalue_join(lua_function *f, uint32_t i, const lua_function *g,
                      uint32_t k)
{
    if (f->upvalues[i].tag != LUA_BOX || g->upvalues[k].tag != LUA_BOX) {
        lua_upvalue_set(f, i, lua_upvalue_get(g, k));
        return;
    }
    forget_upvalues(f->proto);
    f->upvalues[i] = g->upvalues[k];
}

/* ---- calling ----------------------------------------------------------- */

static esp_value call_array(lua_state *lua, lua_function *f,
                            const esp_value *args, uint64_t n)
{
    enum { FEW = 16 };
    esp_value few[FEW], *all = few;

    if (n + 1 > FEW) {
        all = (esp_value *)esp_alloc(lua->context, (n + 1) * sizeof *all);
        if (!all)
            return esp_abrupt(ESP_THROW);
    }
    all[0] = lua_pointer(f, LUA_FUNCTION);
    if (n)
        memcpy(all + 1, args, n * sizeof *all);
    return esp_enter_guest(f->target, n + 1, all);
}

/* C called what cannot be called: for the program itself, or for an operation
 * of it, as its metamethod. */
static esp_value uncallable(lua_state *lua, esp_value f)
{
    const char *kind = "", *type = lua_type_name_of(lua, f);
    char name[160];
    lua_activation a;

    if (!lua_level(lua, 0, &a) || a.proto->builtin || !a.site ||
        !lua_call_name(a.site, &kind, name, sizeof name) ||
        strcmp(kind, "metamethod"))
        return lua_error_at(lua, NULL, "attempt to call a %s value", type);
    return lua_error_at(lua, a.site, "attempt to call a %s value (%s '%s')",
                        type, kind, name);
}

/* The call at the node is of what cannot be called, itself or at the end of a
 * chain of __call; C calls without a node. */
static esp_value refuse(lua_state *lua, esp_node *node, esp_value f)
{
    char what[160] = "";
    const esp_node *named;
    const esp_string *method;

    if (!node)
        return uncallable(lua, f);
    named = lua_callee(node);
    method = lua_method_name(node);
    if (method)
        snprintf(what, sizeof what, " (method '%s')", lua_bytes(method));
    else if (named)
        lua_describe(named, what, sizeof what);
    return lua_error_at(lua, node, "attempt to call a %s value%s",
                        lua_type_name_of(lua, f), what);
}

/* A value with __call becomes the first argument of that; and so on. */
static esp_value call_value(lua_state *lua, esp_node *node, esp_value callee,
                            const esp_value *args, uint64_t n)
{
    enum { MOST = 200 };
    esp_value *all = (esp_value *)esp_alloc(lua->context,
                                            (n + MOST) * sizeof *all);
    esp_value *first;

    if (!all)
        return esp_abrupt(ESP_THROW);
    first = all + MOST;
    if (n)
        memcpy(first, args, n * sizeof *all);
    while (callee.tag != LUA_FUNCTION) {
        *--first = callee;
        n++;
        callee = lua_metamethod(lua, callee, LUA_META_call);
        if (callee.tag == LUA_NIL || first == all + 1)
            return refuse(lua, node, *first);
    }
    *--first = lua_pointer(lua_function_of(callee), LUA_FUNCTION);
    return esp_call_any(lua_function_of(callee)->target, n + 1, first);
}

esp_value lua_call(lua_state *lua, esp_value f, const esp_value *args,
                   uint64_t n)
{
    esp_value v;

    if (f.tag != LUA_FUNCTION &&
        lua_metamethod(lua, f, LUA_META_call).tag == LUA_NIL)
        return uncallable(lua, f);
    if (lua->depth >= LUA_CALL_DEPTH)
        return lua_error_at(lua, NULL, "C stack overflow");
    lua->depth++;
    v = f.tag == LUA_FUNCTION ? call_array(lua, lua_function_of(f), args, n)
                              : call_value(lua, NULL, f, args, n);
    lua->depth--;
    return v;
}

esp_value lua_call1(lua_state *lua, esp_value f, const esp_value *args,
                    uint64_t n)
{
    esp_value v = ESP_TRY(lua_call(lua, f, args, n));

    return lua_first(lua, v);
}

esp_value lua_call_other(lua_state *lua, esp_node *node, esp_value callee,
                         const esp_value *args, uint64_t n)
{
    if (lua_metamethod(lua, callee, LUA_META_call).tag != LUA_NIL)
        return call_value(lua, node, callee, args, n);
    return refuse(lua, node, callee);
}

esp_value lua_call_iterator(lua_state *lua, const esp_node *node, esp_value f,
                            esp_value state, esp_value control)
{
    esp_value args[] = { state, control };

    if (lua_metamethod(lua, f, LUA_META_call).tag != LUA_NIL)
        return lua_call(lua, f, args, 2);
    return lua_error_at(lua, node, "attempt to call a %s value (for iterator "
                        "'for iterator')", lua_type_name_of(lua, f));
}

/* ---- arguments --------------------------------------------------------- */

esp_value lua_arg_type_error(lua_state *lua, const esp_value *args,
                             uint64_t n, uint32_t i, const char *expected)
{
    char message[160];

    snprintf(message, sizeof message, "%s expected, got %s", expected,
             i < n ? lua_type_name_of(lua, args[i]) : "no value");
    return lua_arg_error(lua, i, message);
}

bool lua_arg_missing(lua_state *lua, uint32_t i)
{
    lua_arg_error(lua, i, "value expected");
    return false;
}

bool lua_arg_number_slow(lua_state *lua, const esp_value *args, uint64_t n,
                         uint32_t i, esp_value *to)
{
    if (i < n && lua_to_number(args[i], to))
        return true;
    lua_arg_type_error(lua, args, n, i, "number");
    return false;
}

bool lua_arg_int_slow(lua_state *lua, const esp_value *args, uint64_t n,
                      uint32_t i, int64_t *to)
{
    esp_value number;

    if (i < n && lua_to_int(args[i], to))
        return true;
    if (i < n && lua_to_number(args[i], &number))
        lua_arg_error(lua, i, "number has no integer representation");
    else
        lua_arg_type_error(lua, args, n, i, "number");
    return false;
}

bool lua_arg_float_slow(lua_state *lua, const esp_value *args, uint64_t n,
                        uint32_t i, double *to)
{
    if (i < n && lua_to_float(args[i], to))
        return true;
    lua_arg_type_error(lua, args, n, i, "number");
    return false;
}

bool lua_arg_string_slow(lua_state *lua, const esp_value *args, uint64_t n,
                         uint32_t i, esp_string **to)
{
    char text[LUA_NUMBER_TEXT];

    if (i < n && lua_is_number(args[i])) {
        size_t length = lua_number_text(args[i], text);

        *to = lua_string_make(lua, text, length);
        return *to != NULL;
    }
    lua_arg_type_error(lua, args, n, i, "string");
    return false;
}

bool lua_arg_text(lua_state *lua, const esp_value *args, uint64_t n,
                  uint32_t i, const char **to)
{
    esp_string *s;

    if (!lua_arg_string(lua, args, n, i, &s))
        return false;
    *to = esp_string_c(lua->context, s);
    return *to != NULL;
}

/* ---- userdata ---------------------------------------------------------- */

lua_userdata *lua_userdata_new(lua_state *lua, const void *kind, size_t size,
                               lua_table *metatable)
{
    lua_userdata *u = (lua_userdata *)esp_alloc(lua->context,
                                                sizeof *u + size);

    if (!u)
        return NULL;
    u->kind = kind;
    u->size = size;
    u->metatable = metatable;
    return u;
}
