/*
 * Binary operations on tables: metamethods.
 *
 * A binary node that meets a table becomes one of these.  For each operand it
 * keeps a cache from shapes to the cell of the metamethod in the metatable
 * (field.h), and for the call one of the targets that were met; so what the
 * metamethod does can become a part of compiled code.  With anything but tables
 * and numbers it goes the long way (meta.c).
 */
#include "languages/lua/field.h"
#include "languages/lua/nodes.h"

typedef struct meta_node {
    lua_operands base;
    ESP_FINAL uint32_t op;
    ESP_FINAL uint32_t meta;
    field_cache of_first, of_second;
    esp_callees callees;
} meta_node;

/* a > b is b < a. */
ESP_INLINE bool is_swapped(uint32_t op)
{
    return op == OP_GT || op == OP_GE;
}

ESP_INLINE bool is_arithmetic(uint32_t op)
{
    return op <= OP_BNOT;
}

ESP_INLINE bool is_equality(uint32_t op)
{
    return op == OP_EQ || op == OP_NE;
}

static esp_value without(meta_node *self, esp_frame *frame, esp_value l,
                         esp_value r)
{
    esp_node *node = &self->base.base;
    lua_state *lua = lua_at(frame, node);
    esp_value v;

    if (is_arithmetic(self->op))
        return lua_arith_slow(lua, node, (int)self->op, l, r);
    if (!is_equality(self->op))
        return lua_compare_slow(lua, node, (int)self->op, l, r);
    if (lua_same_by_payload(l, r))
        v = lua_boolean(l.as.i == r.as.i);
    else
        v = ESP_TRY(lua_equal_slow(lua, l, r));
    return self->op == OP_EQ ? v : lua_boolean(!v.as.i);
}

/* The same in a node that has cached metamethods so far. */
ESP_INLINE esp_value do_without(meta_node *self, esp_frame *frame, esp_value l,
                                esp_value r)
{
    if (!is_equality(self->op) || !lua_same_by_payload(l, r))
        lua_field_unusual(&self->base.base, &self->of_first);
    return without(self, frame, l, r);
}

ESP_INLINE esp_value call_it(meta_node *self, esp_frame *frame, esp_value f,
                             esp_value a, esp_value b)
{
    esp_value v = ESP_TRY(esp_indirect3(&self->base.base, frame,
                                        &self->callees,
                                        lua_function_of(f)->target, f, a, b));

    v = lua_first(lua_here(frame), v);
    if (is_arithmetic(self->op))
        return v;
    return lua_boolean(lua_is_true(v) != (self->op == OP_NE));
}

/* Tables and numbers, one of them a table; equality is of two tables only. */
ESP_INLINE bool is_for_tables(const meta_node *self, const lua_state *lua,
                              esp_value a, esp_value b)
{
    if (is_equality(self->op))
        return a.tag == LUA_TABLE && b.tag == LUA_TABLE && a.as.p != b.as.p;
    if (a.tag == LUA_TABLE)
        return b.tag == LUA_TABLE || lua_is_number(b);
    return b.tag == LUA_TABLE && lua_is_number(a) &&
           !lua->type_metatables[a.tag];
}

static esp_value meta_execute(esp_node *node, esp_frame *frame)
{
    meta_node *self = (meta_node *)node;
    lua_state *lua = lua_here(frame);
    esp_value l = LUA_TRY(self->base.left), r = LUA_TRY(self->base.right);
    esp_value a = is_swapped(self->op) ? r : l;
    esp_value b = is_swapped(self->op) ? l : r;
    esp_value f = lua_nil();

    if (!is_for_tables(self, lua, a, b))
        return do_without(self, frame, l, r);
    if (a.tag == LUA_TABLE)
        f = lua_meta_get(node, &self->of_first, lua, a, (int)self->meta);
    if (f.tag == LUA_NIL && b.tag == LUA_TABLE)
        f = lua_meta_get(node, &self->of_second, lua, b, (int)self->meta);
    if (ESP_LIKELY(f.tag == LUA_FUNCTION))
        return call_it(self, frame, f, a, b);
    if (f.tag == LUA_NIL && is_equality(self->op))
        return lua_boolean(self->op == OP_NE);
    return do_without(self, frame, l, r);
}

static void meta_forget(esp_node *copy)
{
    meta_node *self = (meta_node *)copy;

    self->of_first = (field_cache){ 0 };
    self->of_second = (field_cache){ 0 };
    self->callees = (esp_callees){ 0 };
}

static const esp_node_class meta_class = {
    .name = "metamethod", .size = sizeof(meta_node),
    .tags = ESP_IS_CALL | ESP_IS_EXPRESSION, .execute = meta_execute,
    ESP_CHILDREN(ESP_ONE(lua_operands, left), ESP_ONE(lua_operands, right)),
    .forget = meta_forget,
};

int lua_meta_of(int op)
{
    switch (op) {
    case OP_EQ: case OP_NE: return LUA_META_eq;
    case OP_LT: case OP_GT: return LUA_META_lt;
    case OP_LE: case OP_GE: return LUA_META_le;
    default:                return LUA_META_add + op;
    }
}

int lua_tables_meta(const esp_node *node)
{
    return node->class == &meta_class ? (int)((const meta_node *)node)->meta
                                      : -1;
}

esp_value lua_meet_table(esp_node *node, esp_frame *frame, int op, esp_value l,
                         esp_value r)
{
    esp_context *c = lua_context(frame);
    lua_operands *old = (lua_operands *)node;
    meta_node *new = ESP_NEW_NODE(c, meta_node, &meta_class, node->section);

    if (!new)
        return esp_abrupt(ESP_THROW);
    new->op = (uint32_t)op;
    new->meta = (uint32_t)lua_meta_of(op);
    new->base.left = old->left;
    new->base.right = old->right;
    esp_node_replace(node, &new->base.base, "a table");
    return without(new, frame, l, r);
}
