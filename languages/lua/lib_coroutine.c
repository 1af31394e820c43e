/*
 * coroutine: threads of Lua are coroutines of the framework.
 *
 * What Lua keeps for the running code alone (the handler of xpcall, say) is
 * exchanged where one thread resumes another.  Values go through the thread:
 * one by itself, any other number in an array.
 *
 * A thread dies of an error that nobody in it catches where that is thrown:
 * debug can look at its stack, and its variables wait for coroutine.close.
 */
#include "languages/lua/library.h"

#include <string.h>

/* The part of the state that each thread has for itself. */
typedef struct own_state {
    esp_value handler, thread;
    uint32_t handling, depth, catchers;
    char *tail_limit;
    void (*on_error)(lua_state *lua, esp_value v);
    bool in_coroutine;
} own_state;

struct lua_thread {
    esp_coroutine *coroutine;   /* NULL: the main thread */
    esp_value function;
    own_state own;              /* while it does not run */
    esp_value *values;          /* on their way in or out */
    uint64_t cap;
    esp_value error;            /* it died of this, */
    bool failed;                /* and nobody has asked for it; its stack may
                                 * still be there, with variables to close */
};

static const esp_heap_type thread_type = {
    "thread", sizeof(lua_thread), false
};

static esp_value value_of(const lua_thread *t)
{
    return lua_pointer(t, LUA_THREAD);
}

esp_coroutine *lua_thread_coroutine(const lua_thread *t)
{
    return t->coroutine;
}

/* ---- the running thread ------------------------------------------------ */

/* NULL: no memory, an error was thrown. */
lua_thread *lua_thread_main(lua_state *lua)
{
    lua_thread *t = (lua_thread *)lua->library[LUA_STATE_COROUTINE];

    if (!t)
        t = (lua_thread *)esp_new(lua->context, &thread_type);
    lua->library[LUA_STATE_COROUTINE] = t;
    return t;
}

lua_thread *lua_thread_running(lua_state *lua)
{
    if (lua->thread.tag == LUA_THREAD)
        return (lua_thread *)lua->thread.as.p;
    return lua_thread_main(lua);
}

ESP_INLINE void save(const lua_state *lua, own_state *to)
{
    *to = (own_state){
        .handler = lua->handler, .thread = lua->thread,
        .handling = lua->handling, .depth = lua->depth,
        .catchers = lua->catchers,
        .tail_limit = lua->tail_limit, .on_error = lua->on_error,
        .in_coroutine = lua->in_coroutine
    };
}

ESP_INLINE void restore(lua_state *lua, const own_state *from)
{
    lua->handler = from->handler;
    lua->thread = from->thread;
    lua->handling = from->handling;
    lua->depth = from->depth;
    lua->catchers = from->catchers;
    lua->tail_limit = from->tail_limit;
    lua->on_error = from->on_error;
    lua->in_coroutine = from->in_coroutine;
}

/* ---- values on their way ----------------------------------------------- */

/* What to pass for n values: one of them, or a LUA_MULTI of the thread's; or
 * ESP_THROW. */
ESP_INLINE esp_value pass(lua_state *lua, lua_thread *t,
                          const esp_value *values, uint64_t n)
{
    if (n == 1)
        return values[0];
    if (n > t->cap) {
        uint64_t cap = n < 8 ? 8 : 2 * n;

        t->values = (esp_value *)esp_alloc(lua->context,
                                           cap * sizeof *values);
        t->cap = t->values ? cap : 0;
        if (!t->values)
            return esp_abrupt(ESP_THROW);
    }
    if (n)
        memcpy(t->values, values, n * sizeof *values);
    return lua_multi(n);
}

/* The same values as results of a builtin. */
ESP_INLINE esp_value arrived(lua_state *lua, const lua_thread *t,
                             esp_value v)
{
    if (v.tag != LUA_MULTI)
        return v;
    return lua_return(lua, (uint64_t)v.as.i, t->values);
}

/* ---- the body ---------------------------------------------------------- */

static esp_value body(esp_context *context, void *arg, esp_value first)
{
    lua_state *lua = lua_of(context);
    lua_thread *t = (lua_thread *)arg;
    const esp_value *args = &first;
    esp_value one, v;
    uint64_t n = 1;

    lua_set_tail_limit(lua);
    if (first.tag == LUA_MULTI) {
        args = t->values;
        n = (uint64_t)first.as.i;
    }
    v = ESP_TRY(lua_call(lua, t->function, args, n));
    args = lua_returned(lua, v, &one, &n);
    return pass(lua, t, args, n);
}

/* NULL: an error was thrown. */
static lua_thread *new_thread(lua_state *lua, esp_value function)
{
    lua_thread *t = (lua_thread *)esp_new(lua->context, &thread_type);

    if (!t)
        return NULL;
    t->function = function;
    t->own.handler = lua_nil();
    t->own.thread = value_of(t);
    t->own.in_coroutine = true;
    t->coroutine = esp_coroutine_new(lua->context, body, t);
    return t->coroutine ? t : NULL;
}

/* ---- resume ------------------------------------------------------------ */

static const char *const status_names[] = {
    [ESP_COROUTINE_NEW] = "suspended", [ESP_COROUTINE_SUSPENDED] = "suspended",
    [ESP_COROUTINE_RUNNING] = "running", [ESP_COROUTINE_NORMAL] = "normal",
    [ESP_COROUTINE_DEAD] = "dead"
};

static esp_coroutine_state state_of(lua_state *lua, const lua_thread *t)
{
    esp_coroutine_state state;

    if (t->coroutine) {
        state = esp_coroutine_state_of(t->coroutine);
        return t->failed && state == ESP_COROUTINE_SUSPENDED
                   ? ESP_COROUTINE_DEAD : state;
    }
    return esp_coroutine_running(lua->context) ? ESP_COROUTINE_NORMAL
                                               : ESP_COROUTINE_RUNNING;
}

/* Why it cannot be resumed, or NULL. */
static const char *obstacle(lua_state *lua, const lua_thread *t)
{
    esp_coroutine_state state = state_of(lua, t);

    if (state == ESP_COROUTINE_DEAD)
        return "cannot resume dead coroutine";
    if (state > ESP_COROUTINE_SUSPENDED)
        return "cannot resume non-suspended coroutine";
    if (esp_coroutine_depth(lua->context) >= LUA_CALL_DEPTH)
        return "C stack overflow";
    return NULL;
}

/* Runs it, with its own part of the state. */
ESP_INLINE esp_value run(lua_state *lua, lua_thread *t, esp_value passed,
                         bool closing)
{
    own_state outside;
    esp_value v;

    save(lua, &outside);
    restore(lua, &t->own);
    v = closing ? esp_coroutine_close(t->coroutine)
                : esp_coroutine_resume(t->coroutine, passed);
    save(lua, &t->own);
    restore(lua, &outside);
    return v;
}

/* The resumer gets the error.  Who closes the thread comes back here, and the
 * error goes on its way. */
static esp_value fail(lua_state *lua, esp_value v)
{
    lua_thread *t = (lua_thread *)lua->thread.as.p;

    if (!t->failed)
        esp_coroutine_suspend(lua->context, esp_throw(lua->context, v));
    return esp_throw(lua->context, v);
}

/* Closes what has failed, or is suspended: its variables are closed.  ESP_THROW
 * and the last error if there was one.  Errors on the way do not stop again. */
static esp_value close_thread(lua_state *lua, lua_thread *t)
{
    esp_value v;

    t->failed = true;
    v = run(lua, t, lua_nil(), true);
    t->failed = false;
    return v;
}

/* A value, a LUA_MULTI of the thread's, or ESP_THROW; the error stays with the
 * thread, too. */
ESP_INLINE esp_value resume(lua_state *lua, lua_thread *t,
                            const esp_value *args, uint64_t n)
{
    esp_value v = run(lua, t, ESP_TRY(pass(lua, t, args, n)), false);

    if (!esp_is_abrupt(v))
        return v;
    t->failed = lua_catch(lua, &t->error);
    return v;
}

static esp_value two(lua_state *lua, bool ok, esp_value v)
{
    return esp_is_abrupt(v) ? v : lua_two(lua, lua_boolean(ok), v);
}

/* true and what came; false and the error. */
static esp_value with_status(lua_state *lua, const lua_thread *t, esp_value v)
{
    esp_value *results;
    uint64_t n;

    if (v.tag != LUA_MULTI)
        return lua_two(lua, lua_boolean(true), v);
    n = (uint64_t)v.as.i;
    results = lua_results(lua, n + 1);
    if (!results)
        return esp_abrupt(ESP_THROW);
    if (n)
        memcpy(results + 1, t->values, n * sizeof *results);
    results[0] = lua_boolean(true);
    return n ? lua_multi(n + 1) : results[0];
}

ESP_INLINE bool thread_argument(lua_state *lua, const esp_value *args,
                                uint64_t n, uint32_t i, lua_thread **to)
{
    if (ESP_UNLIKELY(i >= n || args[i].tag != LUA_THREAD)) {
        lua_arg_type_error(lua, args, n, i, "thread");
        return false;
    }
    *to = (lua_thread *)args[i].as.p;
    return true;
}

static esp_value coroutine_resume(lua_state *lua, const esp_value *args,
                                  uint64_t n)
{
    lua_thread *t;
    const char *why;
    esp_value v;

    if (!thread_argument(lua, args, n, 0, &t))
        return esp_abrupt(ESP_THROW);
    why = obstacle(lua, t);
    if (why)
        return two(lua, false, lua_text(lua, why));
    v = resume(lua, t, args + 1, n - 1);
    if (!esp_is_abrupt(v))
        return with_status(lua, t, v);
    return t->failed ? two(lua, false, t->error) : v;
}

/* ---- wrap -------------------------------------------------------------- */

/* Text gets the caller's position in front of it. */
static esp_value throw_again(lua_state *lua, esp_value v)
{
    if (v.tag == LUA_STRING) {
        char where[256];

        lua_where(lua, 1, where, sizeof where);
        v = ESP_TRY(lua_concat(lua, ESP_TRY(lua_text(lua, where)), v));
    }
    return lua_throw(lua, v);
}

static esp_value wrapped(lua_state *lua, const esp_value *args, uint64_t n)
{
    lua_thread *t = (lua_thread *)lua_self(args)->upvalues[0].as.p;
    const char *why = obstacle(lua, t);
    esp_value v;

    if (why)
        return lua_error(lua, "%s", why);
    v = resume(lua, t, args, n);
    if (!esp_is_abrupt(v))
        return arrived(lua, t, v);
    if (!t->failed)
        return v;
    if (esp_is_abrupt(close_thread(lua, t)) && !lua_catch(lua, &t->error))
        return esp_abrupt(ESP_THROW);
    return throw_again(lua, t->error);
}

static esp_value coroutine_wrap(lua_state *lua, const esp_value *args,
                                uint64_t n)
{
    lua_thread *t;
    lua_function *f;
    esp_value up;

    (void)LUA_ARG_FUNCTION(0);
    t = new_thread(lua, args[0]);
    if (!t)
        return esp_abrupt(ESP_THROW);
    up = value_of(t);
    f = lua_builtin_new(lua, NULL, wrapped, &up, 1);
    return f ? lua_pointer(f, LUA_FUNCTION) : esp_abrupt(ESP_THROW);
}

/* ---- the others -------------------------------------------------------- */

static esp_value coroutine_create(lua_state *lua, const esp_value *args,
                                  uint64_t n)
{
    lua_thread *t;

    (void)LUA_ARG_FUNCTION(0);
    t = new_thread(lua, args[0]);
    return t ? value_of(t) : esp_abrupt(ESP_THROW);
}

/* Nobody's line is to blame: the message has no position. */
static esp_value cannot_yield(lua_state *lua, const char *why)
{
    return lua_throw(lua, ESP_TRY(lua_text(lua, why)));
}

static esp_value coroutine_yield(lua_state *lua, const esp_value *args,
                                 uint64_t n)
{
    esp_context *c = lua->context;
    lua_thread *t;

    if (ESP_UNLIKELY(!esp_coroutine_can_yield(c)))
        return cannot_yield(lua, esp_coroutine_running(c)
                                 ? "attempt to yield across a C-call boundary"
                                 : "attempt to yield from outside a coroutine");
    t = (lua_thread *)lua->thread.as.p;
    return arrived(lua, t, ESP_TRY(esp_coroutine_yield(
        c, ESP_TRY(pass(lua, t, args, n)))));
}

static esp_value coroutine_status(lua_state *lua, const esp_value *args,
                                  uint64_t n)
{
    lua_thread *t;

    if (!thread_argument(lua, args, n, 0, &t))
        return esp_abrupt(ESP_THROW);
    return lua_text(lua, status_names[state_of(lua, t)]);
}

static esp_value coroutine_running(lua_state *lua, const esp_value *args,
                                   uint64_t n)
{
    lua_thread *t = lua_thread_running(lua);

    (void)args, (void)n;
    if (!t)
        return esp_abrupt(ESP_THROW);
    return lua_two(lua, value_of(t), lua_boolean(!t->coroutine));
}

static esp_value coroutine_isyieldable(lua_state *lua, const esp_value *args,
                                       uint64_t n)
{
    lua_thread *t = lua_thread_running(lua);

    if (n && args[0].tag == LUA_THREAD)
        t = (lua_thread *)args[0].as.p;
    if (!t || state_of(lua, t) != ESP_COROUTINE_RUNNING)
        return lua_boolean(t && t->coroutine);
    return lua_boolean(esp_coroutine_can_yield(lua->context));
}

/* Its variables are closed; false and the error if that fails, or if it died
 * of one that nobody has seen. */
static esp_value coroutine_close(lua_state *lua, const esp_value *args,
                                 uint64_t n)
{
    esp_coroutine_state state;
    esp_value error;
    lua_thread *t;
    bool failed;

    if (!thread_argument(lua, args, n, 0, &t))
        return esp_abrupt(ESP_THROW);
    state = state_of(lua, t);
    if (state == ESP_COROUTINE_RUNNING || state == ESP_COROUTINE_NORMAL)
        return lua_error(lua, "cannot close a %s coroutine",
                         status_names[state]);
    failed = t->failed;
    error = t->error;
    if (!esp_is_abrupt(close_thread(lua, t)))
        return failed ? two(lua, false, error) : lua_boolean(true);
    if (!lua_catch(lua, &error))
        return esp_abrupt(ESP_THROW);
    return two(lua, false, error);
}

/* ---- the library ------------------------------------------------------- */

static const lua_entry entries[] = {
    { "close", coroutine_close, 0 },
    { "create", coroutine_create, 0 },
    { "isyieldable", coroutine_isyieldable, 0 },
    { "resume", coroutine_resume, 0 },
    { "running", coroutine_running, 0 },
    { "status", coroutine_status, 0 },
    { "wrap", coroutine_wrap, 0 },
    { "yield", coroutine_yield, 0 },
    { NULL, NULL, 0 }
};

bool lua_open_coroutine(lua_state *lua)
{
    lua->thread = lua_nil();
    lua->on_failure = fail;
    return lua_library(lua, "coroutine", entries) != NULL;
}
