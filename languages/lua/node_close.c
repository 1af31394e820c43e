/*
 * Variables that are closed.
 *
 * The rest of the block behind such a variable is a child of its node, so
 * whatever comes out of it comes by here.
 */
#include "languages/lua/nodes.h"

/* ---- leaving ----------------------------------------------------------- */

/* Where a frame is while an error closes its variables: for programs it, and
 * all up to who catches the error, is gone then. */
static esp_value leaving_execute(esp_node *node, esp_frame *frame)
{
    (void)node, (void)frame;
    return lua_nil();
}

static const esp_node_class leaving_class = {
    .name = "leaving", .size = sizeof(esp_node), .execute = leaving_execute,
};

esp_node *lua_leaving_node(esp_context *c, esp_section at)
{
    return esp_node_new(c, &leaving_class, at);
}

bool lua_is_leaving(const esp_node *node)
{
    return node->class == &leaving_class;
}

esp_value lua_close_variable(esp_frame *frame, esp_node *node,
                             esp_node *leaving, esp_value closing, esp_value v)
{
    frame->site = v.tag == ESP_THROW ? leaving : node;
    return lua_close_after(lua_here(frame), closing, v, &frame->result);
}

/* ---- the node ---------------------------------------------------------- */

typedef struct close_node {
    esp_node base;
    ESP_CHILD esp_node *variable;       /* reads it */
    ESP_CHILD esp_node *rest;
    ESP_CHILD esp_node *leaving;
    esp_string *name;
} close_node;

static esp_value close_execute(esp_node *node, esp_frame *frame)
{
    close_node *self = (close_node *)node;
    esp_value closing = ESP_TRY(esp_execute(self->variable, frame)), v;

    ESP_TRY(lua_check_closable(lua_at(frame, node), node, closing,
                               self->name));
    v = esp_execute(self->rest, frame);
    return lua_close_variable(frame, node, self->leaving, closing, v);
}

static const esp_node_class close_class = {
    .name = "close", .size = sizeof(close_node), .execute = close_execute,
    ESP_CHILDREN(ESP_ONE(close_node, variable), ESP_ONE(close_node, rest),
                 ESP_ONE(close_node, leaving)),
};

const esp_node *lua_close_rest(const esp_node *node)
{
    return node->class == &close_class ? ((const close_node *)node)->rest
                                       : NULL;
}

int lua_close_meta(const esp_node *node)
{
    return node->class == &close_class || lua_is_for_in(node) ? LUA_META_close
                                                              : -1;
}

esp_node *lua_close_node(esp_context *c, esp_section at, esp_string *name,
                         uint32_t slot, enum lua_access access, esp_node *rest)
{
    close_node *n = ESP_NEW_NODE(c, close_node, &close_class, at);

    n->variable = lua_local_node(c, at, name, slot, access, NULL);
    n->rest = rest;
    n->leaving = lua_leaving_node(c, at);
    n->name = name;
    return &n->base;
}
