/*
 * Nodes that look for hooks: around statements, loop bodies, functions.
 */
#include "languages/lua/hook.h"

#include <stdlib.h>

typedef struct hook_node {
    esp_node base;
    ESP_CHILD esp_node *inner;
    ESP_FINAL int64_t line;             /* -1: unknown */
    ESP_FINAL int64_t last;             /* of a function, where it ends */
} hook_node;

/* Is there any hook? */
ESP_INLINE bool hooked(const esp_frame *frame)
{
    return ESP_UNLIKELY(lua_here(frame)->hooks);
}

/* ---- statements and loops ---------------------------------------------- */

static esp_value statement_execute(esp_node *node, esp_frame *frame)
{
    hook_node *self = (hook_node *)node;

    if (hooked(frame) && !lua_hook_statement(lua_at(frame, node), self->line))
        return esp_abrupt(ESP_THROW);
    return esp_execute(self->inner, frame);
}

/* A whole iteration ends where the loop begins. */
static esp_value iteration_execute(esp_node *node, esp_frame *frame)
{
    hook_node *self = (hook_node *)node;
    esp_value v = ESP_TRY(esp_execute(self->inner, frame));

    if (hooked(frame) && !lua_hook_again(lua_at(frame, node), self->line))
        return esp_abrupt(ESP_THROW);
    return v;
}

/* ---- functions --------------------------------------------------------- */

/* The values wait where no hook gets at them. */
ESP_BOUNDARY static esp_value tell_return(lua_state *lua, esp_value v)
{
    esp_value one, *copy;
    uint64_t n;
    const esp_value *values = lua_returned(lua, v, &one, &n);

    copy = (esp_value *)esp_alloc(lua->context, (n + 1) * sizeof *copy);
    if (!copy)
        return esp_abrupt(ESP_THROW);
    for (uint64_t i = 0; i < n; i++)
        copy[i] = values[i];
    if (!lua_hook_return(lua))
        return esp_abrupt(ESP_THROW);
    return lua_return(lua, n, copy);
}

ESP_BOUNDARY static esp_value finish(lua_state *lua, const hook_node *self,
                                     esp_value v, esp_value *result)
{
    esp_value told;

    if (v.tag == ESP_THROW || v.tag == ESP_TAIL)
        return v;
    if (v.tag == LUA_MULTI && !v.as.i && self->last >= 0 &&
        !lua_hook_end(lua, self->last))
        return esp_abrupt(ESP_THROW);
    told = ESP_TRY(tell_return(lua, v.tag == ESP_RETURN ? *result : v));
    if (v.tag != ESP_RETURN)
        return told;
    *result = told;
    return v;
}

/* There may be a hook when it ends, though there was none when it began. */
static esp_value function_execute(esp_node *node, esp_frame *frame)
{
    hook_node *self = (hook_node *)node;
    esp_value v;

    if (hooked(frame) && !lua_hook_enter(lua_at(frame, node)))
        return esp_abrupt(ESP_THROW);
    v = esp_execute(self->inner, frame);
    if (!hooked(frame))
        return v;
    v = finish(lua_at(frame, node), self, v, &frame->result);
    lua_hook_leave(lua_here(frame));
    return v;
}

#define HOOK_CLASS(word, more)                                              \
    static const esp_node_class word##_class = {                            \
        .name = #word "_hook", .size = sizeof(hook_node), .tags = more,     \
        .execute = word##_execute,                                          \
        ESP_CHILDREN(ESP_ONE(hook_node, inner)),                            \
    }
HOOK_CLASS(statement, ESP_IS_STATEMENT);
HOOK_CLASS(iteration, 0);
HOOK_CLASS(function, ESP_IS_ROOT);

bool lua_is_hook(const esp_node *node)
{
    return node->class == &statement_class ||
           node->class == &iteration_class || node->class == &function_class;
}

/* ---- putting them in --------------------------------------------------- */

static hook_node *put_around(esp_node *node, const esp_node_class *class)
{
    esp_target *t = esp_node_target(node);
    hook_node *h = ESP_NEW_NODE(t->context, hook_node, class,
                                lua_statement_section(node));

    h->inner = node;
    h->line = lua_line(h->base.section);
    h->last = -1;
    esp_node_replace(node, &h->base, "hook");
    return h;
}

/* Of a tree that changes while it is walked over. */
typedef struct nodes {
    esp_node **at;
    size_t n, cap;
} nodes;

static bool note_node(void *arg, esp_node *node, uint32_t depth)
{
    nodes *all = (nodes *)arg;

    (void)depth;
    if (!node->parent || !lua_place_of(node))
        return true;
    if (all->n == all->cap) {
        size_t cap = 2 * all->cap + 64;
        esp_node **more = (esp_node **)realloc(all->at, cap * sizeof *more);

        if (!more)
            return false;
        all->at = more;
        all->cap = cap;
    }
    all->at[all->n++] = node;
    return true;
}

static void hook_node_at(esp_node *node)
{
    int place = lua_place_of(node);
    esp_section loop = place & LUA_BODY ? lua_loop_section(node)
                                        : node->section;

    if (place & LUA_STATEMENT)
        node = &put_around(node, &statement_class)->base;
    if (place & LUA_BODY)
        put_around(node, &iteration_class)->line = lua_line(loop);
}

/* There parameters are visible, and nothing else. */
static uint32_t behind_parameters(const lua_proto *p, const hook_node *h)
{
    uint32_t at = h->base.section.start;

    for (uint32_t i = 0; i < p->nlocals; i++)
        if (p->locals[i].slot <= p->nparams && p->locals[i].from > at)
            at = p->locals[i].from;
    return at;
}

void lua_hook_target(esp_target *t)
{
    const lua_proto *p = (const lua_proto *)t->user;
    nodes all = { 0 };
    hook_node *function;

    if (t->body->class == &function_class)
        return;
    esp_node_walk(t->body, note_node, &all);
    for (size_t i = 0; i < all.n; i++)
        hook_node_at(all.at[i]);
    free(all.at);
    function = put_around(t->body, &function_class);
    function->base.section.start = behind_parameters(p, function);
    if (!p->builtin && p->source->name != lua_unknown_source)
        function->last = p->last_line;
}
