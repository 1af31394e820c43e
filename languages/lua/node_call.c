/*
 * Calls.
 *
 * Every function is a target whose first argument is the closure itself.  A
 * call keeps an inline cache of the targets that it has met (framework/call.h);
 * with up to two arguments they travel in registers, with more in an array.
 *
 * Each class exists three times: for the first value of the call, for all of
 * them, and as a tail call.  A tail call is made as an ordinary one while there
 * is plenty of C stack, since that is faster and can be inlined; walks over the
 * stack leave the caller out (error.c).
 */
#include "languages/lua/field.h"
#include "languages/lua/nodes.h"

#include <string.h>

enum { FEW = 8, SPREAD = 24 };

typedef struct call_node {
    esp_node base;
    ESP_CHILD esp_node *callee;         /* or the receiver */
    ESP_FINAL esp_symbol *method;       /* or NULL */
    ESP_CHILD_ARRAY esp_node **args;
    ESP_FINAL uint32_t nargs;           /* without a last one that is multi: */
    ESP_CHILD esp_node *rest;           /* this, or NULL */
    field_cache cache;                  /* of the method, or of stamps */
    esp_callees callees;
} call_node;

/* ---- what is called ---------------------------------------------------- */

/* A tail call leaves its caller first when there is little C stack. */
ESP_INLINE bool leaves_first(call_node *self, const esp_frame *frame, bool tail)
{
    if (!tail || ESP_LIKELY((char *)__builtin_frame_address(0) >=
                            lua_here(frame)->tail_limit))
        return false;
    lua_field_unusual(&self->base, &self->cache);
    return true;
}

/* What has no target of its own. */
ESP_INLINE esp_value call_other(call_node *self, esp_frame *frame, esp_value f,
                                const esp_value *args, uint64_t n)
{
    lua_field_unusual(&self->base, &self->cache);
    return lua_call_other(lua_at(frame, &self->base), &self->base, f, args, n);
}

ESP_INLINE esp_value find_method(call_node *self, esp_frame *frame,
                                 esp_value receiver)
{
    return lua_field_get(&self->base, &self->cache,
                         lua_at(frame, &self->base), receiver, self->method);
}

ESP_INLINE esp_value call_one(call_node *self, esp_frame *frame, bool tail,
                              esp_value f)
{
    if (ESP_UNLIKELY(f.tag != LUA_FUNCTION))
        return call_other(self, frame, f, NULL, 0);
    if (leaves_first(self, frame, tail))
        return esp_tail_call(lua_context(frame), lua_function_of(f)->target,
                             1, (esp_value[]){ f });
    return esp_indirect1(&self->base, frame, &self->callees,
                         lua_function_of(f)->target, f);
}

ESP_INLINE esp_value call_two(call_node *self, esp_frame *frame, bool tail,
                              esp_value f, esp_value a)
{
    if (ESP_UNLIKELY(f.tag != LUA_FUNCTION))
        return call_other(self, frame, f, (esp_value[]){ a }, 1);
    if (leaves_first(self, frame, tail))
        return esp_tail_call(lua_context(frame), lua_function_of(f)->target,
                             2, (esp_value[]){ f, a });
    return esp_indirect2(&self->base, frame, &self->callees,
                         lua_function_of(f)->target, f, a);
}

ESP_INLINE esp_value call_three(call_node *self, esp_frame *frame, bool tail,
                                esp_value f, esp_value a, esp_value b)
{
    if (ESP_UNLIKELY(f.tag != LUA_FUNCTION))
        return call_other(self, frame, f, (esp_value[]){ a, b }, 2);
    if (leaves_first(self, frame, tail))
        return esp_tail_call(lua_context(frame), lua_function_of(f)->target,
                             3, (esp_value[]){ f, a, b });
    return esp_indirect3(&self->base, frame, &self->callees,
                         lua_function_of(f)->target, f, a, b);
}

/* all[0] is the function, arguments follow. */
ESP_INLINE esp_value call_all(call_node *self, esp_frame *frame, bool tail,
                              const esp_value *all, uint64_t n)
{
    if (ESP_UNLIKELY(all[0].tag != LUA_FUNCTION))
        return call_other(self, frame, all[0], all + 1, n - 1);
    if (leaves_first(self, frame, tail))
        return esp_tail_call(lua_context(frame),
                             lua_function_of(all[0])->target, n, all);
    return esp_indirect(&self->base, frame, &self->callees,
                        lua_function_of(all[0])->target, n, all);
}

/* ---- calls of values --------------------------------------------------- */

ESP_INLINE esp_value call0(call_node *self, esp_frame *frame, bool tail)
{
    esp_value f = LUA_TRY(self->callee);

    return call_one(self, frame, tail, f);
}

ESP_INLINE esp_value call1(call_node *self, esp_frame *frame, bool tail)
{
    esp_value f = LUA_TRY(self->callee);
    esp_value a = LUA_TRY(self->args[0]);

    return call_two(self, frame, tail, f, a);
}

ESP_INLINE esp_value call2(call_node *self, esp_frame *frame, bool tail)
{
    esp_value f = LUA_TRY(self->callee);
    esp_value a = LUA_TRY(self->args[0]);
    esp_value b = LUA_TRY(self->args[1]);

    return call_three(self, frame, tail, f, a, b);
}

/* Something called setmetatable, which mostly is just that: what it does to a
 * new object is seen by the evaluator. */
ESP_INLINE esp_value call_stamp(call_node *self, esp_frame *frame, bool tail)
{
    esp_value f = LUA_TRY(self->callee);
    esp_value a = LUA_TRY(self->args[0]);
    esp_value b = LUA_TRY(self->args[1]);

    if (f.tag == LUA_FUNCTION && f.as.p == lua_here(frame)->setmetatable &&
        a.tag == LUA_TABLE && b.tag == LUA_TABLE &&
        lua_stamp(&self->base, &self->cache, lua_here(frame), lua_table_of(a),
                  lua_table_of(b)))
        return a;
    lua_field_unusual(&self->base, &self->cache);
    return call_three(self, frame, tail, f, a, b);
}

ESP_INLINE esp_value call_few(call_node *self, esp_frame *frame, bool tail)
{
    esp_value all[FEW + 1];

    all[0] = LUA_TRY(self->callee);
    for (uint32_t i = 0; i < self->nargs; i++) {
        ESP_EXPLODE;
        all[i + 1] = LUA_TRY(self->args[i]);
    }
    return call_all(self, frame, tail, all, self->nargs + 1);
}

/* ---- calls of methods -------------------------------------------------- */

ESP_INLINE esp_value method0(call_node *self, esp_frame *frame, bool tail)
{
    esp_value receiver = LUA_TRY(self->callee);
    esp_value f = ESP_TRY(find_method(self, frame, receiver));

    return call_two(self, frame, tail, f, receiver);
}

ESP_INLINE esp_value method1(call_node *self, esp_frame *frame, bool tail)
{
    esp_value receiver = LUA_TRY(self->callee);
    esp_value f = ESP_TRY(find_method(self, frame, receiver));
    esp_value a = LUA_TRY(self->args[0]);

    return call_three(self, frame, tail, f, receiver, a);
}

ESP_INLINE esp_value method_few(call_node *self, esp_frame *frame, bool tail)
{
    esp_value all[FEW + 2];

    all[1] = LUA_TRY(self->callee);
    all[0] = ESP_TRY(find_method(self, frame, all[1]));
    for (uint32_t i = 0; i < self->nargs; i++) {
        ESP_EXPLODE;
        all[i + 2] = LUA_TRY(self->args[i]);
    }
    return call_all(self, frame, tail, all, self->nargs + 2);
}

/* ---- any number of arguments ------------------------------------------- */

/* The values of the last argument come behind the others: in the array if it
 * has room, else in one of the heap.  NULL: an error was thrown. */
ESP_BOUNDARY static esp_value *add_rest(lua_state *lua, esp_value *all,
                                        uint32_t room, uint32_t n,
                                        const esp_value *more, uint64_t nmore)
{
    esp_value *to = all;

    if (n + nmore > room) {
        to = (esp_value *)esp_alloc(lua->context, (n + nmore) * sizeof *to);
        if (!to)
            return NULL;
        for (uint32_t i = 0; i < n; i++)
            to[i] = all[i];
    }
    for (uint64_t i = 0; i < nmore; i++)
        to[n + i] = more[i];
    return to;
}

/* Behind the first n values in `all` come those of self->rest. */
ESP_INLINE esp_value call_with_rest(call_node *self, esp_frame *frame,
                                    bool tail, esp_value *all, uint32_t room,
                                    uint32_t n)
{
    lua_state *lua = lua_here(frame);
    const esp_value *more;
    esp_value one;
    uint64_t nmore = 0;

    if (!self->rest)
        return call_all(self, frame, tail, all, n);
    if (self->rest->class == &lua_varargs_class) {
        uint32_t first = lua_vararg_first(self->rest);

        more = frame->args + first;
        nmore = frame->argc > first ? frame->argc - first : 0;
    } else {
        esp_value v = ESP_TRY(esp_execute(self->rest, frame));

        more = lua_returned(lua, v, &one, &nmore);
    }
    all = add_rest(lua, all, room, n, more, nmore);
    if (!all)
        return esp_abrupt(ESP_THROW);
    return call_all(self, frame, tail, all, n + nmore);
}

ESP_INLINE esp_value call_rest_with(call_node *self, esp_frame *frame,
                                    bool tail, esp_value *all, uint32_t room)
{
    uint32_t n = 0;

    all[n++] = LUA_TRY(self->callee);
    if (self->method) {
        all[1] = all[0];
        all[0] = ESP_TRY(find_method(self, frame, all[1]));
        n = 2;
    }
    for (uint32_t i = 0; i < self->nargs; i++) {
        ESP_EXPLODE;
        all[n + i] = LUA_TRY(self->args[i]);
    }
    return call_with_rest(self, frame, tail, all, room, n + self->nargs);
}

ESP_INLINE esp_value call_rest(call_node *self, esp_frame *frame, bool tail)
{
    esp_value all[SPREAD];

    return call_rest_with(self, frame, tail, all, SPREAD);
}

ESP_INLINE esp_value call_many(call_node *self, esp_frame *frame, bool tail)
{
    uint32_t room = self->nargs + 2;
    esp_value *all = (esp_value *)esp_alloc(lua_context(frame),
                                            room * sizeof *all);

    if (!all)
        return esp_abrupt(ESP_THROW);
    return call_rest_with(self, frame, tail, all, room);
}

/* ---- classes ----------------------------------------------------------- */

static void call_forget(esp_node *copy)
{
    ((call_node *)copy)->callees = (esp_callees){ 0 };
    ((call_node *)copy)->cache = (field_cache){ 0 };
}

#define ONE_CLASS(word, shown)                                              \
    static const esp_node_class word##_class = {                            \
        .name = shown, .size = sizeof(call_node),                           \
        .tags = ESP_IS_CALL | ESP_IS_EXPRESSION,                            \
        .execute = word##_execute,                                          \
        ESP_CHILDREN(ESP_ONE(call_node, callee),                            \
                     ESP_MANY(call_node, args, nargs),                      \
                     ESP_ONE(call_node, rest)),                             \
        .forget = call_forget,                                              \
    }

#define CALL_CLASS(word)                                                    \
    static esp_value word##_execute(esp_node *node, esp_frame *frame)       \
    {                                                                       \
        esp_value v = ESP_TRY(word((call_node *)node, frame, false));       \
                                                                            \
        return lua_first(lua_here(frame), v);                               \
    }                                                                       \
    static esp_value word##_multi_execute(esp_node *node, esp_frame *frame) \
    {                                                                       \
        return word((call_node *)node, frame, false);                       \
    }                                                                       \
    static esp_value word##_tail_execute(esp_node *node, esp_frame *frame)  \
    {                                                                       \
        return word((call_node *)node, frame, true);                        \
    }                                                                       \
    ONE_CLASS(word, #word);                                                 \
    ONE_CLASS(word##_multi, #word);                                         \
    ONE_CLASS(word##_tail, #word "_tail")
CALL_CLASS(call0);
CALL_CLASS(call1);
CALL_CLASS(call2);
CALL_CLASS(call_stamp);
CALL_CLASS(call_few);
CALL_CLASS(method0);
CALL_CLASS(method1);
CALL_CLASS(method_few);
CALL_CLASS(call_rest);
CALL_CLASS(call_many);

/* ---- nodes ------------------------------------------------------------- */

/* One value, all values, tail call. */
#define ROW(word) { &word##_class, &word##_multi_class, &word##_tail_class }
static const esp_node_class *const classes[][3] = {
    ROW(call0), ROW(call1), ROW(call2), ROW(call_few), ROW(method0),
    ROW(method1), ROW(method_few), ROW(call_rest), ROW(call_many),
    ROW(call_stamp),
};

enum {
    CALL0, CALL2 = 2, CALL_FEW, METHOD0, METHOD_FEW = 6, CALL_REST, CALL_MANY,
    CALL_STAMP, KINDS
};

static int kind_of(uint32_t n, bool method, bool rest)
{
    if (rest)
        return n + 2 <= SPREAD ? CALL_REST : CALL_MANY;
    if (n > FEW)
        return CALL_MANY;
    if (method)
        return n < 2 ? METHOD0 + (int)n : METHOD_FEW;
    return n < 3 ? CALL0 + (int)n : CALL_FEW;
}

static bool is_named(const esp_node *callee, const char *name)
{
    char text[160];
    const char *quote;

    lua_describe(callee, text, sizeof text);
    quote = strchr(text, '\'');
    return quote && !strncmp(quote + 1, name, strlen(name)) &&
           quote[1 + strlen(name)] == '\'';
}

esp_node *lua_call_node(esp_context *c, esp_section at, esp_node *callee,
                        esp_symbol *method, esp_node **args, uint32_t n,
                        esp_node *rest)
{
    int kind = kind_of(n, method, rest);
    bool stamp = kind == CALL2 && is_named(callee, "setmetatable");
    const esp_node_class *class = classes[stamp ? CALL_STAMP : kind][0];
    call_node *node = ESP_NEW_NODE(c, call_node, class, at);

    node->callee = callee;
    node->args = args;
    node->nargs = n;
    node->rest = rest;
    node->method = method;
    return &node->base;
}

/* Its row in the table and which of the three; false: it is no call. */
static bool find_class(const esp_node *node, int *kind, int *form)
{
    for (*kind = 0; *kind < KINDS; ++*kind)
        for (*form = 0; *form < 3; ++*form)
            if (node->class == classes[*kind][*form])
                return true;
    return false;
}

esp_node *lua_make_multi(esp_node *node)
{
    int kind, form;

    if (lua_is_vararg(node))
        node->class = &lua_varargs_class;
    else if (find_class(node, &kind, &form))
        node->class = classes[kind][1];
    return node;
}

esp_node *lua_make_tail(esp_node *node)
{
    int kind, form;

    if (find_class(node, &kind, &form))
        node->class = classes[kind][2];
    return node;
}

bool lua_is_tail(const esp_node *node)
{
    int kind, form;

    return find_class(node, &kind, &form) && form == 2;
}

const esp_node *lua_callee(const esp_node *node)
{
    int kind, form;

    return find_class(node, &kind, &form) ? ((const call_node *)node)->callee
                                          : NULL;
}

esp_symbol *lua_method_name(const esp_node *node)
{
    int kind, form;

    return find_class(node, &kind, &form) ? ((const call_node *)node)->method
                                          : NULL;
}
