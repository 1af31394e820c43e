/*
 * Local variables, captured variables, closures, `...`.
 *
 * A local is a slot of the frame.  One that closures share and that is
 * assigned again is in a box, and the slot has the box; others are captured by
 * value.  While a function has had one closure only, what that one captured is
 * constant in compiled code.
 */
#include "languages/lua/hook.h"
#include "languages/lua/nodes.h"

static const esp_heap_type box_type = { "box", sizeof(lua_box), false };

/* ---- locals ------------------------------------------------------------ */

static esp_value read_execute(esp_node *node, esp_frame *frame)
{
    return frame->slots[((local_node *)node)->slot];
}

static esp_value write_execute(esp_node *node, esp_frame *frame)
{
    local_node *self = (local_node *)node;

    frame->slots[self->slot] = LUA_TRY(self->value);
    return lua_nil();
}

ESP_INLINE lua_box *box_in(const esp_frame *frame, uint32_t slot)
{
    return (lua_box *)frame->slots[slot].as.p;
}

static esp_value read_box_execute(esp_node *node, esp_frame *frame)
{
    esp_value v = box_in(frame, ((local_node *)node)->slot)->value;

    esp_assume(!esp_is_abrupt(v));
    return v;
}

static esp_value write_box_execute(esp_node *node, esp_frame *frame)
{
    local_node *self = (local_node *)node;
    esp_value v = LUA_TRY(self->value);

    box_in(frame, self->slot)->value = v;
    return lua_nil();
}

/* The variable begins: each time it is another. */
static esp_value fresh_box_execute(esp_node *node, esp_frame *frame)
{
    local_node *self = (local_node *)node;
    esp_value v = LUA_TRY(self->value);
    lua_box *box = (lua_box *)esp_new(lua_context(frame), &box_type);

    box->value = v;
    frame->slots[self->slot] = lua_pointer(box, LUA_BOX);
    return lua_nil();
}

#define LOCAL_CLASS(linkage, class_name, shown, the_tags, function)         \
    linkage const esp_node_class class_name = {                             \
        .name = shown, .size = sizeof(local_node), .tags = the_tags,        \
        .execute = function, ESP_CHILDREN(ESP_ONE(local_node, value)),      \
    }
LOCAL_CLASS(, lua_read_local_class, "read_local",
            ESP_IS_EXPRESSION | ESP_IS_READ, read_execute);
LOCAL_CLASS(static, write_class, "write_local", ESP_IS_WRITE, write_execute);
LOCAL_CLASS(static, read_box_class, "read_box",
            ESP_IS_EXPRESSION | ESP_IS_READ, read_box_execute);
LOCAL_CLASS(static, write_box_class, "write_box", ESP_IS_WRITE,
            write_box_execute);
LOCAL_CLASS(static, fresh_box_class, "fresh_box", ESP_IS_WRITE,
            fresh_box_execute);

esp_node *lua_local_node(esp_context *c, esp_section at, esp_string *name,
                         uint32_t slot, enum lua_access access,
                         esp_node *value)
{
    const esp_node_class *class =
        access == LUA_FRESH   ? &fresh_box_class
        : access == LUA_BOXED ? (value ? &write_box_class : &read_box_class)
                              : (value ? &write_class : &lua_read_local_class);
    local_node *n = ESP_NEW_NODE(c, local_node, class, at);

    n->slot = slot;
    n->value = value;
    n->name = name;
    return &n->base;
}

/* ---- captured variables ------------------------------------------------ */

typedef struct upvalue_node {
    esp_node base;
    ESP_FINAL lua_proto *proto;         /* of the function that reads */
    ESP_FINAL uint32_t index;
    ESP_CHILD esp_node *value;          /* of a write */
    esp_string *name;
} upvalue_node;

esp_value lua_box_new(esp_context *c, esp_value v)
{
    lua_box *box = (lua_box *)esp_new(c, &box_type);

    if (!box)
        return esp_nothing();
    box->value = v;
    return lua_pointer(box, LUA_BOX);
}

/* The running closure. */
ESP_INLINE lua_function *running(const lua_proto *proto,
                                 const esp_frame *frame)
{
    if (!esp_in_interpreter() && proto->once &&
        esp_assumption_valid(proto->once))
        return proto->only;
    return (lua_function *)frame->slots[0].as.p;
}

static esp_value read_upvalue_execute(esp_node *node, esp_frame *frame)
{
    upvalue_node *self = (upvalue_node *)node;
    esp_value v = running(self->proto, frame)->upvalues[self->index];

    esp_assume(!esp_is_abrupt(v));
    return v;
}

static esp_value read_shared_execute(esp_node *node, esp_frame *frame)
{
    upvalue_node *self = (upvalue_node *)node;
    const lua_function *f = running(self->proto, frame);
    esp_value v = ((lua_box *)f->upvalues[self->index].as.p)->value;

    esp_assume(!esp_is_abrupt(v));
    return v;
}

static esp_value write_shared_execute(esp_node *node, esp_frame *frame)
{
    upvalue_node *self = (upvalue_node *)node;
    esp_value v = LUA_TRY(self->value);
    const lua_function *f = running(self->proto, frame);

    ((lua_box *)f->upvalues[self->index].as.p)->value = v;
    return lua_nil();
}

static const esp_node_class read_upvalue_class = {
    .name = "read_upvalue", .size = sizeof(upvalue_node),
    .tags = ESP_IS_EXPRESSION | ESP_IS_READ, .execute = read_upvalue_execute,
};

static const esp_node_class read_shared_class = {
    .name = "read_shared", .size = sizeof(upvalue_node),
    .tags = ESP_IS_EXPRESSION | ESP_IS_READ, .execute = read_shared_execute,
};

static const esp_node_class write_shared_class = {
    .name = "write_shared", .size = sizeof(upvalue_node),
    .tags = ESP_IS_WRITE, .execute = write_shared_execute,
    ESP_CHILDREN(ESP_ONE(upvalue_node, value)),
};

esp_node *lua_upvalue_node(esp_context *c, esp_section at, esp_string *name,
                           lua_proto *proto, uint32_t index, bool boxed,
                           esp_node *value)
{
    const esp_node_class *class = value   ? &write_shared_class
                                  : boxed ? &read_shared_class
                                          : &read_upvalue_class;
    upvalue_node *n = ESP_NEW_NODE(c, upvalue_node, class, at);

    n->proto = proto;
    n->index = index;
    n->value = value;
    n->name = name;
    return &n->base;
}

/* ---- closures ---------------------------------------------------------- */

/* Where a captured value comes from. */
typedef struct origin {
    ESP_FINAL bool local;               /* a slot, else an upvalue */
    ESP_FINAL uint32_t index;
} origin;

typedef struct closure_node {
    esp_node base;
    ESP_FINAL lua_proto *inner, *outer;
    ESP_FINAL_ELEMENTS origin *origins;
    ESP_FINAL uint32_t n;
    ESP_FINAL uint32_t self;            /* the slot that gets the closure and
                                         * is captured, too; or UINT32_MAX */
} closure_node;

/* The first closure is the only one, until there is a second. */
ESP_BOUNDARY static void count_closure(esp_node *node, lua_proto *proto,
                                       lua_function *f)
{
    esp_node_changing(node);
    if (!proto->once) {
        ESP_PUBLISH(proto->only, f);
        ESP_PUBLISH(proto->once,
                    esp_assumption_new(f->target->context, "one closure"));
        esp_node_changed(node, "first closure");
        return;
    }
    esp_assumption_invalidate(proto->once, "another closure");
    ESP_PUBLISH(proto->many, true);
    ESP_PUBLISH(proto->once, NULL);
    ESP_PUBLISH(proto->only, NULL);
    esp_node_changed(node, "another closure");
}

static esp_value closure_execute(esp_node *node, esp_frame *frame)
{
    closure_node *self = (closure_node *)node;
    lua_function *f = lua_closure_new(lua_context(frame), self->inner);

    if (ESP_UNLIKELY(!f))
        return esp_abrupt(ESP_THROW);
    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        uint32_t index = self->origins[i].index;

        if (!self->origins[i].local)
            f->upvalues[i] = running(self->outer, frame)->upvalues[index];
        else if (index == self->self)
            f->upvalues[i] = lua_pointer(f, LUA_FUNCTION);
        else
            f->upvalues[i] = frame->slots[index];
    }
    if (ESP_UNLIKELY(!self->inner->many)) {
        esp_deopt_invalidate();
        count_closure(node, self->inner, f);
    }
    return lua_pointer(f, LUA_FUNCTION);
}

static const esp_node_class closure_class = {
    .name = "closure", .size = sizeof(closure_node),
    .tags = ESP_IS_EXPRESSION, .execute = closure_execute,
};

esp_node *lua_closure_node(esp_context *c, esp_section at, lua_proto *inner,
                           lua_proto *outer, const lua_upvalue *upvalues,
                           uint32_t n, uint32_t self)
{
    closure_node *node = ESP_NEW_NODE(c, closure_node, &closure_class, at);
    origin *origins = ESP_CONTEXT_ARRAY(c, origin, n + 1);

    for (uint32_t i = 0; i < n; i++) {
        origins[i].local = upvalues[i].outer_local;
        origins[i].index = upvalues[i].outer_local ? upvalues[i].var->slot
                                                   : upvalues[i].outer_index;
    }
    node->inner = inner;
    node->outer = outer;
    node->origins = origins;
    node->n = n;
    node->self = self;
    return &node->base;
}

const lua_proto *lua_local_function(const esp_node *node)
{
    const esp_node_class *c = node->class;
    const esp_node *value = c == &write_class || c == &write_box_class ||
                                    c == &fresh_box_class
                                ? ((const local_node *)node)->value
                                : NULL;

    return value && value->class == &closure_class
        ? ((const closure_node *)value)->inner : NULL;
}

/* ---- several values ---------------------------------------------------- */

typedef struct vararg_node {
    esp_node base;
    ESP_FINAL uint32_t first;           /* behind the parameters */
} vararg_node;

static esp_value vararg_execute(esp_node *node, esp_frame *frame)
{
    uint32_t first = ((vararg_node *)node)->first;

    return first < frame->argc ? frame->args[first] : lua_nil();
}

static esp_value varargs_execute(esp_node *node, esp_frame *frame)
{
    uint32_t first = ((vararg_node *)node)->first;
    uint64_t n = frame->argc > first ? frame->argc - first : 0;

    return lua_return(lua_here(frame), n, frame->args + first);
}

static const esp_node_class vararg_class = {
    .name = "vararg", .size = sizeof(vararg_node), .tags = ESP_IS_EXPRESSION,
    .execute = vararg_execute,
};

const esp_node_class lua_varargs_class = {
    .name = "varargs", .size = sizeof(vararg_node), .tags = ESP_IS_EXPRESSION,
    .execute = varargs_execute,
};

esp_node *lua_vararg_node(esp_context *c, esp_section at, uint32_t first)
{
    vararg_node *n = ESP_NEW_NODE(c, vararg_node, &vararg_class, at);

    n->first = first;
    return &n->base;
}

bool lua_is_vararg(const esp_node *node)
{
    return node->class == &vararg_class || node->class == &lua_varargs_class;
}

uint32_t lua_vararg_first(const esp_node *node)
{
    return ((const vararg_node *)node)->first;
}

typedef struct spread_node {
    esp_node base;
    ESP_CHILD esp_node *value;
    ESP_FINAL_ELEMENTS uint32_t *slots;
    ESP_FINAL uint32_t n;
} spread_node;

static esp_value spread_execute(esp_node *node, esp_frame *frame)
{
    spread_node *self = (spread_node *)node;
    esp_value v = ESP_TRY(esp_execute(self->value, frame)), one;
    uint64_t n;
    const esp_value *values = lua_returned(lua_here(frame), v, &one, &n);

    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        if (i < n)
            frame->slots[self->slots[i]] = values[i];
        else
            frame->slots[self->slots[i]] = lua_nil();
    }
    return lua_nil();
}

static const esp_node_class spread_class = {
    .name = "spread", .size = sizeof(spread_node), .tags = ESP_IS_WRITE,
    .execute = spread_execute, ESP_CHILDREN(ESP_ONE(spread_node, value)),
};

esp_node *lua_spread_node(esp_context *c, esp_section at, esp_node *value,
                          const uint32_t *slots, uint32_t n)
{
    spread_node *node = ESP_NEW_NODE(c, spread_node, &spread_class, at);
    uint32_t *copy = ESP_CONTEXT_ARRAY(c, uint32_t, n);

    for (uint32_t i = 0; i < n; i++)
        copy[i] = slots[i];
    node->value = value;
    node->slots = copy;
    node->n = n;
    return &node->base;
}

/* ---- names of variables, for messages ---------------------------------- */

const char *lua_local_name(const esp_node *node)
{
    const esp_string *name = NULL;      /* temporaries have none */

    if (node->class == &lua_read_local_class ||
        node->class == &read_box_class)
        name = ((const local_node *)node)->name;
    return name ? lua_bytes(name) : NULL;
}

const char *lua_upvalue_name(const esp_node *node)
{
    if (node->class == &read_upvalue_class ||
        node->class == &read_shared_class)
        return lua_bytes(((const upvalue_node *)node)->name);
    return NULL;
}
