/*
 * The mini language's arrays.
 */
#include "tests/framework/mini.h"

#include <string.h>

typedef struct array_node {
    esp_node base;
    ESP_CHILD esp_node *a, *b, *c;
    esp_array_site site;
} array_node;

const esp_array_kind mini_arrays = {
    "array", 1u << MINI_INT | 1u << MINI_DOUBLE | 1u << MINI_OBJECT,
    1u << MINI_INT | 1u << MINI_DOUBLE, { .tag = MINI_NULL }
};

static const esp_heap_type array_type = {
    "array", sizeof(esp_array), false
};

static esp_value array_execute(esp_node *node, esp_frame *frame)
{
    (void)node;
    return (esp_value){ .as.p = esp_new(frame->target->context, &array_type),
                        .tag = MINI_ARRAY };
}

static esp_value fail(esp_node *node, esp_frame *frame)
{
    return esp_throw_error(frame->target->context, node,
                           "no array or no index");
}

static bool is_index(esp_value v)
{
    return v.tag == MINI_INT;
}

static esp_value aget_execute(esp_node *node, esp_frame *frame)
{
    array_node *self = (array_node *)node;
    esp_value a = ESP_TRY(esp_execute(self->a, frame));
    esp_value i = ESP_TRY(esp_execute(self->b, frame));

    if (a.tag != MINI_ARRAY || !is_index(i))
        return fail(node, frame);
    return esp_array_get(node, &self->site, &mini_arrays, a.as.p,
                         (uint64_t)i.as.i);
}

static esp_value aset_execute(esp_node *node, esp_frame *frame)
{
    array_node *self = (array_node *)node;
    esp_value a = ESP_TRY(esp_execute(self->a, frame));
    esp_value i = ESP_TRY(esp_execute(self->b, frame));
    esp_value v = ESP_TRY(esp_execute(self->c, frame));

    if (a.tag != MINI_ARRAY || !is_index(i) ||
        (uint64_t)i.as.i >= ESP_MOST_ELEMENTS)
        return fail(node, frame);
    if (!esp_array_set(node, &self->site, frame->target->context,
                       &mini_arrays, a.as.p, (uint64_t)i.as.i, v))
        return esp_abrupt(ESP_THROW);
    return v;
}

static esp_value push_execute(esp_node *node, esp_frame *frame)
{
    array_node *self = (array_node *)node;
    esp_value a = ESP_TRY(esp_execute(self->a, frame));
    esp_value v = ESP_TRY(esp_execute(self->b, frame));

    if (a.tag != MINI_ARRAY)
        return fail(node, frame);
    if (!esp_array_append(node, &self->site, frame->target->context,
                          &mini_arrays, a.as.p, v))
        return esp_abrupt(ESP_THROW);
    return v;
}

static esp_value pop_execute(esp_node *node, esp_frame *frame)
{
    array_node *self = (array_node *)node;
    esp_value a = ESP_TRY(esp_execute(self->a, frame));

    if (a.tag != MINI_ARRAY)
        return fail(node, frame);
    return esp_array_pop(node, &self->site, &mini_arrays, a.as.p);
}

static esp_value alen_execute(esp_node *node, esp_frame *frame)
{
    esp_value a = ESP_TRY(esp_execute(((array_node *)node)->a, frame));

    if (a.tag != MINI_ARRAY)
        return fail(node, frame);
    return mini_int(((esp_array *)a.as.p)->length);
}

static void array_forget(esp_node *node)
{
    ((array_node *)node)->site = (esp_array_site){ 0 };
}

#define FORM(word, fn, count)                                               \
    { count, { .name = word, .size = sizeof(array_node),                    \
               .tags = ESP_IS_EXPRESSION, .execute = fn,                    \
               ESP_CHILDREN(ESP_ONE(array_node, a), ESP_ONE(array_node, b), \
                            ESP_ONE(array_node, c)),                        \
               .forget = array_forget } }

static const struct form {
    uint32_t n;
    esp_node_class class;
} forms[] = {
    FORM("array", array_execute, 0), FORM("aget", aget_execute, 2),
    FORM("aset", aset_execute, 3), FORM("push", push_execute, 2),
    FORM("pop", pop_execute, 1), FORM("alen", alen_execute, 1)
};

esp_node *mini_array_form(esp_context *c, esp_section s, const char *name,
                          uint32_t n, esp_node **children)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        array_node *node;

        if (strcmp(forms[i].class.name, name) || forms[i].n != n)
            continue;
        node = ESP_NEW_NODE(c, array_node, &forms[i].class, s);
        node->a = n > 0 ? children[0] : NULL;
        node->b = n > 1 ? children[1] : NULL;
        node->c = n > 2 ? children[2] : NULL;
        return &node->base;
    }
    return NULL;
}
