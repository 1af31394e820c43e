/*
 * Local variables: slots of the frame, known when the tree is built.
 */
#include "languages/sl/sl.h"

static esp_value read_execute(esp_node *node, esp_frame *frame)
{
    return frame->slots[((local_node *)node)->slot];
}

static esp_value write_execute(esp_node *node, esp_frame *frame)
{
    local_node *self = (local_node *)node;
    esp_value v = SL_TRY(self->value);

    frame->slots[self->slot] = v;
    return v;
}

const esp_node_class sl_read_local_class = {
    .name = "read_local", .size = sizeof(local_node),
    .tags = ESP_IS_EXPRESSION | ESP_IS_READ, .execute = read_execute,
};

static const esp_node_class write_class = {
    .name = "write_local", .size = sizeof(local_node),
    .tags = ESP_IS_EXPRESSION | ESP_IS_WRITE, .execute = write_execute,
    ESP_CHILDREN(ESP_ONE(local_node, value)),
};

esp_node *sl_read_local_node(esp_context *c, esp_section at, uint32_t slot)
{
    local_node *n = ESP_NEW_NODE(c, local_node, &sl_read_local_class, at);

    n->slot = slot;
    return &n->base;
}

esp_node *sl_write_local_node(esp_context *c, esp_section at, uint32_t slot,
                              esp_node *value)
{
    local_node *n = ESP_NEW_NODE(c, local_node, &write_class, at);

    n->slot = slot;
    n->value = value;
    return &n->base;
}
