/*
 * collectgarbage, __gc and __mode.
 *
 * The collector keeps what a weak table refers to, as it does for any table.
 * So a full collection that the program asks for begins by taking the entries
 * that may go out of all weak tables: what remains of them is a list that the
 * collector does not see into, with weak references.  Afterwards those whose
 * objects are still there are put back, where they were.  When as much was
 * allocated since as there is in use, the same is done after the collector's
 * next collection.
 *
 *     weak table ──▶ { key ┄▶, value ┄▶ } ──▶ collection ──▶ what is left
 *
 * A value whose key is weak must live as long as the key and no longer, even
 * if it refers to the key.  For the collection it becomes an element of the
 * key, when that is a table; for other keys the list keeps it.
 */
#include "languages/lua/base.h"
#include "languages/lua/library.h"
#include "languages/lua/table.h"

#include <stdlib.h>
#include <string.h>

enum { WEAK_KEYS = 1, WEAK_VALUES = 2, LEAST = 4 << 20 };

/* An entry that was taken out of a weak table. */
typedef struct entry {
    esp_value key, value;       /* a payload that is weak is in a link */
    esp_weak weak_key, weak_value;
    bool key_is_weak, value_is_weak, value_at_key;
    esp_value *place;           /* of key and value in the table; or NULL */
} entry;

/* A weak table. */
typedef struct weak {
    struct weak *next;
    esp_weak table;
    int mode;
    entry *entries;             /* while there is a collection */
    size_t n, cap;
} weak;

typedef struct gc_state {
    lua_state *lua;
    weak *tables;
    lua_table *finalized;       /* tables that have a finalizer, by number */
    lua_table *chain;           /* the key of values that are at their keys */
    uint64_t enough;            /* bytes allocated that ask for a collection */
    int64_t pause, step;
    uint32_t finalizing;        /* calls of __gc that are running */
    bool stopped;
    bool generational;          /* as the lua command begins */
    bool ended;                 /* __gc does not run any longer */
    bool closing;               /* and nothing new is watched */
} gc_state;

static gc_state *gc_of(lua_state *lua)
{
    return (gc_state *)lua->library[LUA_STATE_GC];
}

void lua_gc_end(lua_state *lua)
{
    gc_of(lua)->ended = true;
}

/* ---- __gc -------------------------------------------------------------- */

/* Finalizers run between any two instructions of the program, which must not
 * notice. */
static void call_finalizer(lua_state *lua, esp_value f, esp_value object)
{
    esp_value few[LUA_FEW_RESULTS], *many = lua->many, ignored;
    uint64_t cap = lua->cap_many;
    lua_protection p;

    memcpy(few, lua->few, sizeof few);
    lua->many = NULL;
    lua->cap_many = 0;
    lua_protect(lua, &p, lua_nil());
    esp_coroutine_pin(lua->context);
    if (esp_is_abrupt(lua_call(lua, f, &object, 1)))
        lua_catch(lua, &ignored);
    esp_coroutine_unpin(lua->context);
    lua_unprotect(lua, &p);
    memcpy(lua->few, few, sizeof few);
    lua->many = many;
    lua->cap_many = cap;
}

/* A number that the collector does not take for the table's address. */
static int64_t number_of(const void *table)
{
    return (int64_t)~(uintptr_t)table;
}

static void finalize(void *object, void *arg)
{
    gc_state *g = (gc_state *)arg;
    lua_state *lua = g->lua;
    esp_value v = lua_pointer(object, LUA_TABLE);
    esp_value f = lua_metamethod(lua, v, LUA_META_gc);

    lua_table_put_int(lua, g->finalized, number_of(object), lua_nil());
    if (g->ended || f.tag != LUA_FUNCTION)
        return;
    g->finalizing++;
    call_finalizer(lua, f, v);
    g->finalizing--;
}

static void watch(gc_state *g, lua_table *t)
{
    if (g->closing ||
        lua_table_get_int(g->finalized, number_of(t)).tag != LUA_NIL)
        return;
    lua_table_put_int(g->lua, g->finalized, number_of(t), lua_boolean(true));
    esp_finalizer(g->lua->context, t, finalize, g);
}

/* ---- weak tables ------------------------------------------------------- */

static void add_weak(gc_state *g, lua_table *t)
{
    weak *w;

    for (w = g->tables; w; w = w->next)
        if (esp_weak_get(&w->table) == t)
            return;
    w = (weak *)calloc(1, sizeof *w);
    if (!w || !esp_weak_set(&w->table, t, true)) {
        free(w);
        return;
    }
    w->next = g->tables;
    g->tables = w;
}

static void on_metatable(lua_state *lua, lua_table *t, lua_table *mt)
{
    gc_state *g = gc_of(lua);

    if (lua_table_get_name(mt, lua->meta_names[LUA_META_gc]).tag != LUA_NIL)
        watch(g, t);
    if (lua_table_get_name(mt, lua->meta_names[LUA_META_mode]).tag ==
        LUA_STRING)
        add_weak(g, t);
}

/* As its metatable says now. */
static int mode_of(lua_state *lua, lua_table *t)
{
    esp_value v = lua_metamethod(lua, lua_pointer(t, LUA_TABLE),
                                 LUA_META_mode);
    const esp_string *s = v.tag == LUA_STRING ? lua_string_of(v) : NULL;

    if (!s)
        return 0;
    return (memchr(lua_bytes(s), 'k', lua_length(s)) ? WEAK_KEYS : 0) |
           (memchr(lua_bytes(s), 'v', lua_length(s)) ? WEAK_VALUES : 0);
}

/* Strings are values: nothing else remembers which one it was. */
static bool may_go(esp_value v)
{
    return v.tag >= LUA_TABLE && v.tag <= LUA_THREAD;
}

static entry *new_entry(weak *w)
{
    size_t cap = w->cap ? 2 * w->cap : 16;
    entry *more;

    if (w->n < w->cap)
        return &w->entries[w->n++];
    more = (entry *)realloc(w->entries, cap * sizeof *more);
    if (!more)
        return NULL;
    w->entries = more;
    w->cap = cap;
    return &w->entries[w->n++];
}

/* ---- taking entries out ------------------------------------------------ */

/* The value as an element of its key, in front of others of the same kind. */
static bool put_at_key(gc_state *g, esp_value key, esp_value value)
{
    lua_table *link = lua_table_new(g->lua), *t = lua_table_of(key);
    esp_value name = lua_pointer(g->chain, LUA_TABLE);

    return link && lua_table_put_int(g->lua, link, 1, value) &&
           lua_table_put_int(g->lua, link, 2,
                             lua_table_get(g->lua, t, name)) &&
           lua_table_put(g->lua, t, name, lua_pointer(link, LUA_TABLE));
}

static void note_entry(gc_state *g, weak *w, esp_value key, esp_value value)
{
    bool weak_key = (w->mode & WEAK_KEYS) && may_go(key);
    bool weak_value = (w->mode & WEAK_VALUES) && may_go(value);
    entry *e = weak_key || weak_value ? new_entry(w) : NULL;

    if (!e)
        return;
    *e = (entry){ .key = key, .value = value, .key_is_weak = weak_key,
                  .value_is_weak = weak_value };
    if (weak_key && !weak_value && key.tag == LUA_TABLE && may_go(value))
        e->value_at_key = put_at_key(g, key, value);
}

static void find_entries(gc_state *g, weak *w)
{
    lua_table *t = (lua_table *)esp_weak_get(&w->table);
    esp_value key = lua_nil(), value;

    w->n = 0;
    w->mode = t ? mode_of(g->lua, t) : 0;
    while (w->mode && lua_table_next(g->lua, t, &key, &value) > 0)
        note_entry(g, w, key, value);
}

/* The list is not the collector's memory: what is weak in it gets a link, what
 * is strong has to be shown elsewhere. */
static void hide(gc_state *g, esp_value *v, esp_weak *link, bool until_freed,
                 lua_table *kept)
{
    if (link && esp_weak_set(link, v->as.p, until_freed))
        v->as.p = NULL;
    else
        lua_table_put_int(g->lua, kept, lua_table_length(kept) + 1, *v);
}

static void hide_entries(gc_state *g, weak *w, lua_table *kept)
{
    for (size_t i = 0; i < w->n; i++) {
        entry *e = &w->entries[i];

        hide(g, &e->key, e->key_is_weak ? &e->weak_key : NULL, true, kept);
        hide(g, &e->value,
             e->value_is_weak || e->value_at_key ? &e->weak_value : NULL,
             e->value_at_key, kept);
    }
}

/* Until here the tables have kept everything. */
static void remove_entries(gc_state *g, weak *w)
{
    lua_table *t = (lua_table *)esp_weak_get(&w->table);

    for (size_t i = 0; i < w->n; i++) {
        entry *e = &w->entries[i];
        esp_value key = e->key;

        if (e->key_is_weak && !key.as.p) {
            key.as.p = esp_weak_get(&e->weak_key);
            e->place = lua_table_place(t, key);
        }
        if (e->place) {
            e->place[0].as.p = NULL;
            e->place[1] = lua_nil();
        } else {
            lua_table_put(g->lua, t, key, lua_nil());
        }
    }
}

/* ---- putting them back ------------------------------------------------- */

static bool reveal(esp_value *v, bool is_weak, esp_weak *link)
{
    if (!is_weak || v->as.p)
        return true;
    v->as.p = esp_weak_get(link);
    esp_weak_clear(link);
    return v->as.p != NULL;
}

static void put_back(gc_state *g, weak *w, entry *e)
{
    lua_table *t = (lua_table *)esp_weak_get(&w->table);
    bool key = reveal(&e->key, e->key_is_weak, &e->weak_key);
    bool value = reveal(&e->value, e->value_is_weak || e->value_at_key,
                        &e->weak_value);

    if (key && e->value_at_key)
        lua_table_put(g->lua, lua_table_of(e->key),
                      lua_pointer(g->chain, LUA_TABLE), lua_nil());
    if (!t || !key || !value)
        return;
    if (e->place) {
        e->place[0] = e->key;
        e->place[1] = e->value;
    } else {
        lua_table_put(g->lua, t, e->key, e->value);
    }
}

static void put_entries_back(gc_state *g, weak *w)
{
    for (size_t i = 0; i < w->n; i++)
        put_back(g, w, &w->entries[i]);
    free(w->entries);
    w->entries = NULL;
    w->n = w->cap = 0;
}

/* Forgets weak tables that are gone. */
static void sweep_tables(gc_state *g)
{
    weak **at = &g->tables;

    while (*at) {
        weak *w = *at;

        if (esp_weak_get(&w->table)) {
            at = &w->next;
            continue;
        }
        *at = w->next;
        free(w);
    }
}

/* In a function of its own: the collection is not to find on the C stack what
 * this had in hand. */
ESP_BOUNDARY static void take_all(gc_state *g, lua_table *kept)
{
    for (weak *w = g->tables; w; w = w->next)
        find_entries(g, w);
    for (weak *w = g->tables; w; w = w->next)
        hide_entries(g, w, kept);
    for (weak *w = g->tables; w; w = w->next)
        remove_entries(g, w);
}

static uint64_t in_use(lua_state *lua)
{
    esp_heap_stats stats;

    esp_heap_stats_get(lua->context, &stats);
    return stats.in_use;
}

static uint64_t allocated(lua_state *lua)
{
    esp_heap_stats stats;

    esp_heap_stats_get(lua->context, &stats);
    return stats.allocated;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* A walk over the stack that forgets variables. */
typedef struct forgetting {
    uint32_t level;
    bool interrupted;           /* by a finalizer */
} forgetting;

/* Variables whose scope the function has left.  All functions but the newest
 * stand where they call the next one; and but one that a finalizer has
 * interrupted. */
static bool forget_variables(void *arg, const esp_activation *a)
{
    const lua_proto *p = (const lua_proto *)a->target->user;
    forgetting *f = (forgetting *)arg;
    uint32_t here = a->site ? esp_node_section(a->site).start : 0;

    if (f->level++ == 0)
        return true;
    for (uint32_t i = 0; i < p->nlocals; i++)
        if (p->locals[i].to <= here)
            a->frame->slots[p->locals[i].slot] = lua_nil();
    return !f->interrupted;
}

/* Finalizers wait for the next poll, when the entries are back. */
static void collect(gc_state *g)
{
    lua_table *kept = g->tables ? lua_table_new(g->lua) : NULL;
    forgetting f = { .interrupted = g->finalizing > 0 };

    esp_walk(g->lua->context, ESP_READ_ONLY, forget_variables, &f);
    if (kept)
        take_all(g, kept);
    esp_clear_stack(g->lua->context);
    esp_collect_quietly(g->lua->context);
    if (!kept)
        return;
    for (weak *w = g->tables; w; w = w->next)
        put_entries_back(g, w);
    sweep_tables(g);
    g->enough = allocated(g->lua) + larger(in_use(g->lua), LEAST);
}

/* ---- collections that the program does not ask for --------------------- */

static void after_collection(void *arg)
{
    gc_state *g = (gc_state *)arg;

    if (g->tables && !g->stopped && allocated(g->lua) > g->enough)
        collect(g);
}

void lua_gc_close(lua_state *lua)
{
    gc_state *g = gc_of(lua);

    if (!g)
        return;
    g->closing = true;
    esp_after_collections(lua->context, NULL, NULL);
    while (g->tables) {
        weak *w = g->tables;

        g->tables = w->next;
        esp_weak_clear(&w->table);
        free(w);
    }
}

/* ---- collectgarbage ---------------------------------------------------- */

typedef enum what {
    COLLECT, COUNT, STEP, STOP, RESTART, RUNNING, INCREMENTAL, GENERATIONAL,
    PAUSE, STEP_SIZE
} what;

static const char *const names[] = {
    "collect", "count", "step", "stop", "restart", "isrunning", "incremental",
    "generational", "setpause", "setstepmul", NULL
};

/* What was chosen before; the collector has no such choice. */
static esp_value change_mode(gc_state *g, bool generational)
{
    bool before = g->generational;

    g->generational = generational;
    return lua_text(g->lua, before ? "generational" : "incremental");
}

/* Results of a call that nobody will look at any more. */
static void forget_results(lua_state *lua)
{
    memset(lua->few, 0, sizeof lua->few);
    lua->many = NULL;
    lua->cap_many = 0;
}

static esp_value change(int64_t *parameter, int64_t to)
{
    int64_t before = *parameter;

    *parameter = to;
    return lua_int(before);
}

static esp_value perform(gc_state *g, what w, int64_t argument)
{
    switch (w) {
    case COLLECT:
    case STEP:
        forget_results(g->lua);
        collect(g);
        if (!esp_poll(g->lua->context))
            return esp_abrupt(ESP_THROW);
        return w == STEP ? lua_boolean(true) : lua_int(0);
    case COUNT:        return lua_float((double)in_use(g->lua) / 1024);
    case STOP:
    case RESTART:
        g->stopped = w == STOP;
        return lua_int(0);
    case RUNNING:      return lua_boolean(!g->stopped);
    case INCREMENTAL:  return change_mode(g, false);
    case GENERATIONAL: return change_mode(g, true);
    case PAUSE:        return change(&g->pause, argument);
    default:           return change(&g->step, argument);
    }
}

static esp_value base_collectgarbage(lua_state *lua, const esp_value *args,
                                     uint64_t n)
{
    const char *s = LUA_OPT_TEXT(0, "collect");
    int64_t argument = LUA_OPT_INT(1, 0);
    char message[128];

    for (int i = 0; names[i]; i++)
        if (!strcmp(names[i], s))
            return perform(gc_of(lua), (what)i, argument);
    snprintf(message, sizeof message, "invalid option '%.80s'", s);
    return lua_arg_error(lua, 0, message);
}

static const lua_entry entries[] = {
    { "collectgarbage", base_collectgarbage, 0 },
    { NULL, NULL, 0 }
};

bool lua_open_gc(lua_state *lua)
{
    gc_state *g = ESP_CONTEXT_ARRAY(lua->context, gc_state, 1);

    if (!g || !lua_library(lua, "_G", entries))
        return false;
    *g = (gc_state){ .lua = lua, .finalized = lua_table_new(lua),
                     .chain = lua_table_new(lua), .enough = LEAST,
                     .pause = 200, .step = 100, .generational = true };
    lua->library[LUA_STATE_GC] = g;
    lua->on_metatable = on_metatable;
    esp_after_collections(lua->context, after_collection, g);
    return g->finalized && g->chain;
}
