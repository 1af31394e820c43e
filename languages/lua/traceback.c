/*
 * Tracebacks, worded as PUC Lua words them.
 */
#include "languages/lua/nodes.h"

#include "framework/base/text.h"

#include <string.h>

/* Levels that are shown of more than MOST. */
enum { FIRST = 10, LAST = 11, MOST = FIRST + LAST + 1 };

/* ---- names of functions ------------------------------------------------ */

static bool same_function(esp_value v, const lua_proto *p)
{
    return v.tag == LUA_FUNCTION && lua_function_of(v)->proto == p;
}

/* As a field of a library: "string.rep"; globals without "_G.". */
static bool library_name(lua_state *lua, const lua_proto *p, char *to,
                         size_t n)
{
    esp_value module = lua_nil(), t, key, v;

    while (lua_table_next(lua, lua->loaded, &module, &t) > 0) {
        if (t.tag != LUA_TABLE || module.tag != LUA_STRING)
            continue;
        key = lua_nil();
        while (lua_table_next(lua, lua_table_of(t), &key, &v) > 0) {
            const char *in = lua_bytes(lua_string_of(module));

            if (!same_function(v, p) || key.tag != LUA_STRING)
                continue;
            if (strcmp(in, "_G"))
                snprintf(to, n, "%s.%s", in, lua_bytes(lua_string_of(key)));
            else
                snprintf(to, n, "%s", lua_bytes(lua_string_of(key)));
            return true;
        }
    }
    return false;
}

static void add_function(lua_state *lua, esp_text *text, const lua_proto *p,
                         const esp_node *caller)
{
    char name[160];
    const char *kind;

    if (library_name(lua, p, name, sizeof name))
        text_printf(text, "function '%s'", name);
    else if (caller && lua_call_name(caller, &kind, name, sizeof name))
        text_printf(text, "%s '%s'", kind, name);
    else if (!p->builtin && !p->line)
        text_printf(text, "main chunk");
    else if (!p->builtin)
        text_printf(text, "function <%s:%u>", p->source->name, p->line);
    else
        text_printf(text, "?");
}

/* ---- levels ------------------------------------------------------------ */

typedef struct level {
    const lua_proto *proto;
    const esp_node *site, *caller;
    bool tail;
} level;

typedef struct levels {
    level first[MOST], last[LAST];      /* last: a ring */
    level left_out;
    uint32_t before;                    /* levels to leave out, still */
    uint32_t n;                         /* the others */
    level *newest;
    lua_gone gone;
} levels;

static level *level_at(levels *l, uint32_t i)
{
    return i < MOST ? &l->first[i] : &l->last[i % LAST];
}

static level *room_for(levels *l)
{
    if (l->before == 0)
        return level_at(l, l->n++);
    l->before--;
    return &l->left_out;
}

static bool note_level(void *arg, const esp_activation *a)
{
    levels *l = (levels *)arg;
    bool gone = lua_is_gone(&l->gone, a);
    level *to;

    if (gone && !l->gone.tail)
        return true;
    if (l->newest) {
        l->newest->tail |= gone;
        if (!l->newest->tail)
            l->newest->caller = a->site;
        if (gone)
            return true;
    }
    to = room_for(l);
    *to = (level){ .proto = (const lua_proto *)a->target->user,
                   .site = a->site };
    l->newest = to;
    return true;
}

static void add_level(lua_state *lua, esp_text *text, const level *v)
{
    text_printf(text, "\n\t");
    if (v->proto->builtin) {
        text_printf(text, "[C]: in ");
    } else {
        int64_t line = v->site ? lua_line(esp_node_section(v->site))
                               : (int64_t)v->proto->line;

        if (line < 0)
            text_printf(text, "%s: in ", v->proto->source->name);
        else
            text_printf(text, "%s:%lld: in ", v->proto->source->name,
                        (long long)line);
    }
    add_function(lua, text, v->proto, v->caller);
    if (v->tail)
        text_printf(text, "\n\t(...tail calls...)");
}

static void add_levels(lua_state *lua, esp_text *text, levels *l,
                       uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        add_level(lua, text, level_at(l, i));
}

/* The main program was called from C, which is a level, too. */
void lua_traceback(lua_state *lua, esp_coroutine *of, esp_text *text,
                   uint32_t from)
{
    levels l = { .before = from };
    uint32_t outermost;

    esp_coroutine_walk(lua->context, of, ESP_READ_ONLY, note_level, &l);
    outermost = !of && l.before == 0;
    text_printf(text, "stack traceback:");
    if (l.n + outermost <= MOST) {
        add_levels(lua, text, &l, 0, l.n);
    } else {
        add_levels(lua, text, &l, 0, FIRST);
        text_printf(text, "\n\t...\t(skipping %u levels)",
                    l.n + outermost - MOST);
        add_levels(lua, text, &l, l.n + outermost - LAST, l.n);
    }
    if (outermost)
        text_printf(text, "\n\t[C]: in ?");
}
