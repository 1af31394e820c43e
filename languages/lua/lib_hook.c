/*
 * debug.sethook and debug.gethook: which thread has which hook, and calling it.
 */
#include "languages/lua/hook.h"
#include "languages/lua/library.h"

#include <string.h>

/* The hook of a thread. */
typedef struct hook {
    struct hook *next;
    esp_coroutine *thread;      /* NULL: none, the main one */
    esp_value owner;            /* keeps it */
    esp_value function;         /* nil: none any longer */
    int events;
    int64_t count, left;
    int64_t line;               /* of the newest activation; -1: unknown */
    bool again;                 /* that line begins once more */
    bool replaced;              /* who returned last was called by a tail call:
                                 * its caller is gone already */
    bool running;
} hook;

typedef struct hook_state {
    hook *hooks;
    bool put_in;                /* trees have the nodes */
} hook_state;

static hook_state *state_of(lua_state *lua)
{
    return (hook_state *)lua->library[LUA_STATE_HOOK];
}

static hook *hook_of(lua_state *lua, const esp_coroutine *thread)
{
    hook *h = state_of(lua)->hooks;

    while (h && h->thread != thread)
        h = h->next;
    return h;
}

/* Of what runs, unless the hook itself does. */
static hook *here(lua_state *lua)
{
    hook *h = hook_of(lua, esp_coroutine_running(lua->context));

    return h && h->function.tag != LUA_NIL && !h->running ? h : NULL;
}

/* ---- events ------------------------------------------------------------ */

static bool call_hook(lua_state *lua, hook *h, const char *event,
                      int64_t line)
{
    esp_value args[] = { lua_text(lua, event), lua_nil() }, v;

    if (line >= 0)
        args[1] = lua_int(line);
    if (esp_is_abrupt(args[0]))
        return false;
    h->running = true;
    v = lua_call(lua, h->function, args, 2);
    h->running = false;
    return !esp_is_abrupt(v);
}

static bool count_down(lua_state *lua, hook *h)
{
    if (!(h->events & LUA_HOOK_COUNT) || --h->left > 0)
        return true;
    h->left = h->count;
    return call_hook(lua, h, "count", -1);
}

static bool tell_line(lua_state *lua, hook *h, int64_t line)
{
    if (line == h->line && line >= 0 && !h->again)
        return true;
    h->line = line;
    h->again = false;
    return !(h->events & LUA_HOOK_LINE) || call_hook(lua, h, "line", line);
}

bool lua_hook_statement(lua_state *lua, int64_t line)
{
    hook *h = here(lua);

    return !h || (count_down(lua, h) && tell_line(lua, h, line));
}

/* A loop in one line begins that line again. */
bool lua_hook_again(lua_state *lua, int64_t line)
{
    hook *h = here(lua);

    if (!h)
        return true;
    if (!count_down(lua, h))
        return false;
    if (line != h->line)
        return tell_line(lua, h, line);
    h->again = true;
    return true;
}

bool lua_hook_end(lua_state *lua, int64_t line)
{
    hook *h = here(lua);

    if (h)
        h->again = false;
    return !h || tell_line(lua, h, line);
}

static bool is_tail_called(lua_state *lua)
{
    lua_activation a;

    return lua_level(lua, 0, &a) && a.tail;
}

bool lua_hook_enter(lua_state *lua)
{
    hook *h = here(lua);

    if (!h)
        return true;
    h->line = -1;
    return !(h->events & LUA_HOOK_CALL) ||
           call_hook(lua, h, is_tail_called(lua) ? "tail call" : "call", -1);
}

/* The caller goes on in the line of its call. */
void lua_hook_leave(lua_state *lua)
{
    hook *h = here(lua);
    lua_activation a;
    uint32_t level = 1;

    if (!h)
        return;
    while (lua_level(lua, level, &a) && a.proto->builtin)
        level++;
    h->line = a.proto && a.site ? lua_line(esp_node_section(a.site)) : -1;
}

/* Of functions that called each other by tail calls the last one returns for
 * all of them. */
bool lua_hook_return(lua_state *lua)
{
    hook *h = here(lua);
    bool gone;

    if (!h || !(h->events & LUA_HOOK_RETURN))
        return true;
    gone = h->replaced;
    h->replaced = is_tail_called(lua);
    return gone || call_hook(lua, h, "return", -1);
}

/* ---- the functions ----------------------------------------------------- */

static const struct { char letter; int event; } letters[] = {
    { 'c', LUA_HOOK_CALL }, { 'r', LUA_HOOK_RETURN }, { 'l', LUA_HOOK_LINE },
};

enum { LETTERS = sizeof letters / sizeof *letters };

static int read_events(const char *mask, int64_t count)
{
    int events = count > 0 ? LUA_HOOK_COUNT : 0;

    for (int i = 0; i < LETTERS; i++)
        if (strchr(mask, letters[i].letter))
            events |= letters[i].event;
    return events;
}

void lua_hook_all(lua_state *lua)
{
    if (state_of(lua)->put_in)
        return;
    state_of(lua)->put_in = true;
    lua->on_target = lua_hook_target;
    for (esp_target *t = esp_context_targets(lua->context); t; t = t->next)
        lua_hook_target(t);
}

/* NULL: no memory. */
static hook *new_hook(lua_state *lua, esp_coroutine *thread)
{
    hook *h = ESP_CONTEXT_ARRAY(lua->context, hook, 1);

    if (!h)
        return NULL;
    h->thread = thread;
    h->function = lua_nil();
    h->next = state_of(lua)->hooks;
    state_of(lua)->hooks = h;
    return h;
}

static bool any_hook(const hook_state *s)
{
    for (const hook *h = s->hooks; h; h = h->next)
        if (h->function.tag != LUA_NIL)
            return true;
    return false;
}

static esp_value debug_sethook(lua_state *lua, const esp_value *args,
                               uint64_t n)
{
    uint32_t first;
    esp_coroutine *of = lua_thread_argument(lua, args, n, &first);
    esp_value function = lua_arg(args, n, first);
    hook *h = hook_of(lua, of);
    const char *mask;

    if (function.tag == LUA_NIL) {
        if (h)
            h->function = lua_nil();
        lua->hooks = any_hook(state_of(lua));
        return lua_none();
    }
    mask = LUA_ARG_TEXT(first + 1);
    (void)LUA_ARG_FUNCTION(first);
    if (!h && !(h = new_hook(lua, of)))
        return lua_error(lua, "not enough memory");
    lua_hook_all(lua);
    h->owner = first ? args[0] : lua->thread;
    h->count = h->left = LUA_OPT_INT(first + 2, 0);
    h->events = read_events(mask, h->count);
    h->function = h->events ? function : lua_nil();
    h->line = -1;
    h->replaced = false;
    lua->hooks = any_hook(state_of(lua));
    lua_hook_leave(lua);
    return lua_none();
}

static esp_value debug_gethook(lua_state *lua, const esp_value *args,
                               uint64_t n)
{
    uint32_t first;
    const hook *h = hook_of(lua, lua_thread_argument(lua, args, n, &first));
    char mask[LETTERS + 1], *to = mask;
    esp_value text;

    if (!h || h->function.tag == LUA_NIL)
        return lua_nil();
    for (int i = 0; i < LETTERS; i++)
        if (h->events & letters[i].event)
            *to++ = letters[i].letter;
    *to = '\0';
    text = ESP_TRY(lua_text(lua, mask));
    return lua_three(lua, h->function, text, lua_int(h->count));
}

static const lua_entry entries[] = {
    { "gethook", debug_gethook, 0 },
    { "sethook", debug_sethook, 0 },
    { NULL, NULL, 0 }
};

bool lua_open_hook(lua_state *lua)
{
    hook_state *s = ESP_CONTEXT_ARRAY(lua->context, hook_state, 1);

    lua->library[LUA_STATE_HOOK] = s;
    return s && lua_library_add(lua, "debug", entries);
}
