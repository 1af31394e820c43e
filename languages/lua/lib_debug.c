/*
 * debug: what programs may know and change of running functions.
 *
 * Functions and variables of an activation are looked at during a walk over
 * the stack.  To change one, the walk is one that writes: compiled code notices
 * when it gets control back.
 */
#include "languages/lua/library.h"
#include "languages/lua/nodes.h"

#include "framework/base/text.h"

#include <string.h>

/* ---- threads ----------------------------------------------------------- */

/* Functions take a thread in front of their other arguments, which begin at
 * *first then. */
esp_coroutine *lua_thread_argument(lua_state *lua, const esp_value *args,
                                   uint64_t n, uint32_t *first)
{
    *first = n && args[0].tag == LUA_THREAD;
    return *first ? lua_thread_coroutine((const lua_thread *)args[0].as.p)
                  : esp_coroutine_running(lua->context);
}

/* ---- levels ------------------------------------------------------------ */

typedef struct look look;
typedef void look_fn(look *l, const esp_activation *a);

/* What is looked for on a stack, and what to do with it; lua_level explains
 * why tail calls are left out. */
struct look {
    lua_state *lua;
    int64_t level;
    look_fn *fn;
    lua_gone gone;
    bool found;
    lua_activation at;
    esp_value function;
    int64_t index;              /* of a variable */
    const char *name;           /* of the variable; NULL: there is none */
    esp_value value;            /* its value, before or after */
};

static bool visit(void *arg, const esp_activation *a)
{
    look *l = (look *)arg;
    bool gone = lua_is_gone(&l->gone, a);

    if (l->found && gone && !l->gone.tail)
        return true;
    if (l->found) {
        l->at.tail = gone;
        l->at.caller = gone ? NULL : a->site;
        return false;
    }
    if (gone || l->level--)
        return true;
    l->at.proto = (lua_proto *)a->target->user;
    l->at.site = a->site;
    l->found = true;
    if (l->fn)
        l->fn(l, a);
    return true;
}

static bool look_at(look *l, esp_coroutine *of, esp_access access)
{
    if (l->level >= 0)
        esp_coroutine_walk(l->lua->context, of, access, visit, l);
    return l->found;
}

static void note_function(look *l, const esp_activation *a)
{
    if (!l->at.proto->builtin)
        l->function = a->frame->slots[0];
    else if (a->frame->args)
        l->function = a->frame->args[0];
}

/* ---- variables --------------------------------------------------------- */

/* The index-th variable that is visible where the activation stands; they have
 * their slots in the order of their declarations. */
static const lua_local *visible(const lua_activation *at, int64_t index)
{
    const lua_proto *p = at->proto;
    uint32_t here = at->site ? esp_node_section(at->site).start : p->locals
                    ? UINT32_MAX : 0;
    const lua_local *best = NULL;
    uint32_t below = 0;

    while (index-- > 0) {
        best = NULL;
        for (uint32_t i = 0; i < p->nlocals; i++) {
            const lua_local *l = &p->locals[i];

            if (l->slot > below && l->from <= here && here < l->to &&
                (!best || l->slot < best->slot))
                best = l;
        }
        if (!best)
            return NULL;
        below = best->slot;
    }
    return best;
}

/* A negative index means an extra argument of a variadic function. */
static esp_value *variable(look *l, const esp_activation *a)
{
    const lua_local *found;
    uint64_t extra;

    if (l->at.proto->builtin)
        return NULL;
    if (l->index < 0) {
        extra = l->at.proto->nparams + (uint64_t)-l->index;
        if (!l->at.proto->variadic || !a->frame->args ||
            extra >= a->frame->argc)
            return NULL;
        l->name = "(vararg)";
        return (esp_value *)(uintptr_t)&a->frame->args[extra];
    }
    found = visible(&l->at, l->index);
    if (!found)
        return NULL;
    l->name = found->name;
    return &a->frame->slots[found->slot];
}

static void read_variable(look *l, const esp_activation *a)
{
    const esp_value *v = variable(l, a);

    if (v)
        l->value = v->tag == LUA_BOX ? ((lua_box *)v->as.p)->value : *v;
}

static void write_variable(look *l, const esp_activation *a)
{
    esp_value *v = variable(l, a);

    if (v && v->tag == LUA_BOX)
        ((lua_box *)v->as.p)->value = l->value;
    else if (v)
        *v = l->value;
}

/* The name of a parameter; nil if there are not so many. */
static esp_value parameter_name(lua_state *lua, const lua_function *f,
                                int64_t index)
{
    const lua_proto *p = f->proto;

    if (p->builtin || index < 1 || index > p->nparams)
        return lua_nil();
    return lua_text(lua, p->target->layout->names[index]);
}

static esp_value debug_getlocal(lua_state *lua, const esp_value *args,
                                uint64_t n)
{
    uint32_t first;
    esp_coroutine *of = lua_thread_argument(lua, args, n, &first);
    look l = { .lua = lua, .fn = read_variable };

    l.index = LUA_ARG_INT(first + 1);
    if (n > first && args[first].tag == LUA_FUNCTION)
        return parameter_name(lua, lua_function_of(args[first]), l.index);
    l.level = LUA_ARG_INT(first);
    if (!look_at(&l, of, ESP_READ_ONLY))
        return lua_arg_error(lua, first, "level out of range");
    if (!l.name)
        return lua_nil();
    return lua_two(lua, ESP_TRY(lua_text(lua, l.name)), l.value);
}

static esp_value debug_setlocal(lua_state *lua, const esp_value *args,
                                uint64_t n)
{
    uint32_t first;
    esp_coroutine *of = lua_thread_argument(lua, args, n, &first);
    look l = { .lua = lua, .fn = write_variable };

    l.level = LUA_ARG_INT(first);
    l.index = LUA_ARG_INT(first + 1);
    l.value = LUA_ARG_ANY(first + 2);
    if (!look_at(&l, of, ESP_WRITE))
        return lua_arg_error(lua, first, "level out of range");
    return l.name ? lua_text(lua, l.name) : lua_nil();
}

/* ---- getinfo ----------------------------------------------------------- */

typedef struct info {
    lua_state *lua;
    lua_table *t;
    const lua_activation *at;   /* NULL: a function that need not run */
    esp_value function;
    const lua_proto *proto;
} info;

static bool put(const info *i, const char *name, esp_value v)
{
    return !esp_is_abrupt(v) && lua_table_put_text(i->lua, i->t, name, v);
}

static bool put_source(const info *i)
{
    const lua_proto *p = i->proto;
    const char *what = p->builtin ? "C" : p->line ? "Lua" : "main";
    lua_state *lua = i->lua;

    return put(i, "source", lua_text(lua, p->builtin ? "=[C]" : p->chunk)) &&
           put(i, "short_src",
               lua_text(lua, p->builtin ? "[C]" : p->source->name)) &&
           put(i, "linedefined",
               lua_int(p->builtin ? -1 : (int64_t)p->line)) &&
           put(i, "lastlinedefined",
               lua_int(p->builtin ? -1
                       : p->line ? (int64_t)p->last_line : 0)) &&
           put(i, "what", lua_text(lua, what));
}

static bool put_line(const info *i)
{
    int64_t line = -1;

    if (i->at && !i->proto->builtin)
        line = i->at->site ? lua_line(esp_node_section(i->at->site))
                           : i->proto->line;
    return put(i, "currentline", lua_int(line));
}

static bool put_upvalues(const info *i)
{
    const lua_proto *p = i->proto;

    return put(i, "nups", lua_int(p->nupvalues)) &&
           put(i, "nparams", lua_int(p->builtin ? 0 : p->nparams)) &&
           put(i, "isvararg", lua_boolean(p->builtin || p->variadic));
}

static bool put_name(const info *i)
{
    char name[160];
    const char *kind;

    if (!i->at || !i->at->caller ||
        !lua_call_name(i->at->caller, &kind, name, sizeof name))
        return put(i, "namewhat", lua_text(i->lua, ""));
    return put(i, "name", lua_text(i->lua, name)) &&
           put(i, "namewhat", lua_text(i->lua, kind));
}

typedef struct lines {
    const info *info;
    lua_table *t;
    bool ok;
} lines;

/* Lines that have something to do.  Blocks have not; they have no tags. */
static bool note_line(void *arg, esp_node *node, uint32_t depth)
{
    lines *l = (lines *)arg;
    int64_t line = lua_line(node->section);

    (void)depth;
    if ((node->class->tags & ~ESP_IS_ROOT) && line >= 0 &&
        line != l->info->proto->line)
        l->ok = l->ok && lua_table_put_int(l->info->lua, l->t, line,
                                           lua_boolean(true));
    return l->ok;
}

static bool put_lines(const info *i)
{
    lines l = { i, NULL, true };

    if (i->proto->builtin)
        return true;
    l.t = lua_table_new(i->lua);
    if (!l.t)
        return false;
    esp_node_walk(i->proto->target->body, note_line, &l);
    if (l.ok && i->proto->line && i->proto->source->name != lua_unknown_source)
        l.ok = lua_table_put_int(i->lua, l.t, i->proto->last_line,
                                 lua_boolean(true));
    return l.ok && put(i, "activelines", lua_pointer(l.t, LUA_TABLE));
}

static bool put_option(const info *i, char option)
{
    switch (option) {
    case 'S': return put_source(i);
    case 'l': return put_line(i);
    case 'u': return put_upvalues(i);
    case 'n': return put_name(i);
    case 't': return put(i, "istailcall", lua_boolean(i->at && i->at->tail));
    case 'r': return put(i, "ftransfer", lua_int(0)) &&
                     put(i, "ntransfer", lua_int(0));
    case 'L': return put_lines(i);
    default:  return put(i, "func", i->function);
    }
}

static esp_value fill(info *i, const char *options)
{
    i->t = lua_table_new(i->lua);
    for (; i->t && *options; options++)
        if (!put_option(i, *options))
            return esp_abrupt(ESP_THROW);
    return i->t ? lua_pointer(i->t, LUA_TABLE) : esp_abrupt(ESP_THROW);
}

static esp_value debug_getinfo(lua_state *lua, const esp_value *args,
                               uint64_t n)
{
    uint32_t first;
    esp_coroutine *of = lua_thread_argument(lua, args, n, &first);
    const char *options = LUA_OPT_TEXT(first + 1, "flnSrtu");
    look l = { .lua = lua, .fn = note_function };
    info i = { .lua = lua };

    if (*options == '>')
        return lua_arg_error(lua, first + 1, "invalid option '>'");
    if (n > first && args[first].tag == LUA_FUNCTION) {
        i.function = args[first];
        i.proto = lua_function_of(i.function)->proto;
    } else {
        l.level = LUA_ARG_INT(first);
        if (!look_at(&l, of, ESP_READ_ONLY))
            return lua_nil();
        i.at = &l.at;
        i.proto = l.at.proto;
        i.function = l.function;
    }
    if (options[strspn(options, "SlnrutLf")])
        return lua_arg_error(lua, first + 1, "invalid option");
    return fill(&i, options);
}

/* ---- upvalues ---------------------------------------------------------- */

/* Argument i is the number of one of f's upvalues; false: it has no such. */
static bool has_upvalue(const lua_function *f, int64_t index)
{
    return index >= 1 && index <= f->proto->nupvalues;
}

static esp_value upvalue_name(lua_state *lua, const lua_function *f,
                              int64_t index)
{
    return lua_text(lua, f->proto->builtin
                             ? "" : f->proto->upvalue_names[index - 1]);
}

static esp_value debug_getupvalue(lua_state *lua, const esp_value *args,
                                  uint64_t n)
{
    int64_t index = LUA_ARG_INT(1);
    lua_function *f = LUA_ARG_FUNCTION(0);

    if (!has_upvalue(f, index))
        return lua_none();
    return lua_two(lua, ESP_TRY(upvalue_name(lua, f, index)),
                   lua_upvalue_get(f, (uint32_t)index - 1));
}

static esp_value debug_setupvalue(lua_state *lua, const esp_value *args,
                                  uint64_t n)
{
    esp_value v = LUA_ARG_ANY(2);
    int64_t index = LUA_ARG_INT(1);
    lua_function *f = LUA_ARG_FUNCTION(0);

    if (!has_upvalue(f, index))
        return lua_none();
    lua_upvalue_set(f, (uint32_t)index - 1, v);
    return upvalue_name(lua, f, index);
}

/* What stands for a captured variable: a userdata for each, kept by its
 * address. */
static const char variable_kind;

static esp_value identity(lua_state *lua, const void *variable)
{
    lua_table *known = (lua_table *)lua->library[LUA_STATE_DEBUG];
    int64_t key = (int64_t)(uintptr_t)variable;
    esp_value v = lua_table_get_int(known, key);
    lua_userdata *u;

    if (v.tag == LUA_USERDATA)
        return v;
    u = lua_userdata_new(lua, &variable_kind, 0, NULL);
    if (!u)
        return esp_abrupt(ESP_THROW);
    u->user = lua_pointer(variable, LUA_BOX);   /* keeps the variable */
    v = lua_pointer(u, LUA_USERDATA);
    return lua_table_put_int(lua, known, key, v) ? v : esp_abrupt(ESP_THROW);
}

static esp_value debug_upvalueid(lua_state *lua, const esp_value *args,
                                 uint64_t n)
{
    int64_t index = LUA_ARG_INT(1);
    lua_function *f = LUA_ARG_FUNCTION(0);
    const esp_value *v;

    if (!has_upvalue(f, index))
        return lua_nil();
    v = &f->upvalues[index - 1];
    return identity(lua, v->tag == LUA_BOX ? v->as.p : (const void *)v);
}

static esp_value debug_upvaluejoin(lua_state *lua, const esp_value *args,
                                   uint64_t n)
{
    int64_t i = LUA_ARG_INT(1), k = LUA_ARG_INT(3);
    lua_function *f = LUA_ARG_FUNCTION(0), *g = LUA_ARG_FUNCTION(2);

    if (!has_upvalue(f, i))
        return lua_arg_error(lua, 1, "invalid upvalue index");
    if (!has_upvalue(g, k))
        return lua_arg_error(lua, 3, "invalid upvalue index");
    if (f->proto->builtin)
        return lua_arg_error(lua, 0, "Lua function expected");
    if (g->proto->builtin)
        return lua_arg_error(lua, 2, "Lua function expected");
    lua_upvalue_join(f, (uint32_t)i - 1, g, (uint32_t)k - 1);
    return lua_none();
}

/* ---- metatables and such ----------------------------------------------- */

static esp_value debug_getmetatable(lua_state *lua, const esp_value *args,
                                    uint64_t n)
{
    lua_table *mt = lua_metatable(lua, LUA_ARG_ANY(0));

    return mt ? lua_pointer(mt, LUA_TABLE) : lua_nil();
}

static esp_value debug_setmetatable(lua_state *lua, const esp_value *args,
                                    uint64_t n)
{
    esp_value v = lua_arg(args, n, 0), to = lua_arg(args, n, 1);
    lua_table *mt = to.tag == LUA_TABLE ? lua_table_of(to) : NULL;

    if (n < 2 || (to.tag != LUA_TABLE && to.tag != LUA_NIL))
        return lua_arg_type_error(lua, args, n, 1, "nil or table");
    if (v.tag == LUA_USERDATA)
        lua_userdata_of(v)->metatable = mt;
    else if (v.tag != LUA_TABLE)
        lua_set_type_metatable(lua, v.tag, mt);
    else if (!lua_table_set_metatable(lua, lua_table_of(v), mt))
        return esp_abrupt(ESP_THROW);
    else if (mt && lua->on_metatable)
        lua->on_metatable(lua, lua_table_of(v), mt);
    return v;
}

/* No userdata of ours has user values. */
static esp_value debug_getuservalue(lua_state *lua, const esp_value *args,
                                    uint64_t n)
{
    (void)LUA_OPT_INT(1, 1);
    return lua_nil();
}

static esp_value debug_setuservalue(lua_state *lua, const esp_value *args,
                                    uint64_t n)
{
    esp_value v = lua_arg(args, n, 0);

    (void)LUA_OPT_INT(2, 1);
    if (v.tag != LUA_USERDATA)
        return lua_arg_type_error(lua, args, n, 0, "userdata");
    if (lua_userdata_of(v)->kind == &variable_kind)
        return lua_arg_error(lua, 0, "userdata expected, got light userdata");
    (void)LUA_ARG_ANY(1);
    return lua_nil();
}

static esp_value debug_getregistry(lua_state *lua, const esp_value *args,
                                   uint64_t n)
{
    (void)args, (void)n;
    return lua_pointer(lua->registry, LUA_TABLE);
}

/* ---- traceback --------------------------------------------------------- */

static esp_value debug_traceback(lua_state *lua, const esp_value *args,
                                 uint64_t n)
{
    uint32_t first;
    esp_coroutine *of = lua_thread_argument(lua, args, n, &first);
    bool other = of != esp_coroutine_running(lua->context);
    esp_value message = lua_arg(args, n, first), result;
    int64_t level;
    esp_text text = { 0 };

    if (message.tag != LUA_NIL && message.tag != LUA_STRING &&
        !lua_is_number(message))
        return message;
    level = LUA_OPT_INT(first + 1, !other);
    if (message.tag != LUA_NIL) {
        char room[LUA_NUMBER_TEXT];
        size_t length;
        const char *bytes = lua_to_bytes(message, &length, room);

        text_add(&text, bytes, length);
        text_char(&text, '\n');
    }
    lua_traceback(lua, of, &text,
                  level < 0 || level > UINT32_MAX ? UINT32_MAX
                                                  : (uint32_t)level);
    result = lua_string_new(lua, text_get(&text), text.n);
    text_free(&text);
    return result;
}

/* ---- the library ------------------------------------------------------- */

static const lua_entry entries[] = {
    { "getinfo", debug_getinfo, 0 },
    { "getlocal", debug_getlocal, 0 },
    { "getmetatable", debug_getmetatable, 0 },
    { "getregistry", debug_getregistry, 0 },
    { "getupvalue", debug_getupvalue, 0 },
    { "getuservalue", debug_getuservalue, 0 },
    { "setlocal", debug_setlocal, 0 },
    { "setmetatable", debug_setmetatable, 0 },
    { "setupvalue", debug_setupvalue, 0 },
    { "setuservalue", debug_setuservalue, 0 },
    { "traceback", debug_traceback, 0 },
    { "upvalueid", debug_upvalueid, 0 },
    { "upvaluejoin", debug_upvaluejoin, 0 },
    { NULL, NULL, 0 }
};

bool lua_open_debug(lua_state *lua)
{
    lua->library[LUA_STATE_DEBUG] = lua_table_new(lua);
    return lua->library[LUA_STATE_DEBUG] &&
           lua_library(lua, "debug", entries) != NULL;
}
