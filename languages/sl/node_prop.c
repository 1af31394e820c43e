/*
 * Properties of objects.
 *
 * Each access has an inline cache from the shapes that it has met to where the
 * property is in objects of that shape: compiled code is a compare and a load.
 * A name written in the program is a symbol when the tree is built; a computed
 * one becomes a symbol first, and the cache compares that, too.
 */
#include "languages/sl/sl.h"

typedef struct property_node {
    esp_node base;
    ESP_CHILD esp_node *receiver, *key, *value; /* key: NULL if it is known */
    ESP_FINAL esp_value name;           /* the key that is known, a string */
    ESP_FINAL esp_symbol *symbol;       /* the same */
    esp_property_cache cache;
} property_node;

ESP_INLINE esp_value read_property(property_node *self, esp_frame *frame,
                                   esp_value receiver, esp_value key,
                                   esp_symbol *symbol)
{
    esp_value v = esp_property_get(&self->base, &self->cache,
                                   sl_context(frame),
                                   (esp_object *)receiver.as.p, symbol);

    if (ESP_UNLIKELY(v.tag == ESP_NOTHING))
        return sl_undefined_property(sl_context(frame), &self->base, key);
    return v;
}

/* receiver.name */
static esp_value read_name_execute(esp_node *node, esp_frame *frame)
{
    property_node *self = (property_node *)node;
    esp_value receiver = SL_TRY(self->receiver);

    if (ESP_UNLIKELY(receiver.tag != SL_OBJECT))
        return sl_type_error2(sl_context(frame), node, ".", receiver,
                              self->name);
    return read_property(self, frame, receiver, self->name, self->symbol);
}

/* receiver[key] */
static esp_value read_key_execute(esp_node *node, esp_frame *frame)
{
    property_node *self = (property_node *)node;
    esp_value receiver = SL_TRY(self->receiver);
    esp_value key = SL_TRY(self->key);

    if (ESP_UNLIKELY(receiver.tag != SL_OBJECT))
        return sl_type_error2(sl_context(frame), node, ".", receiver, key);
    esp_symbol *symbol = sl_key(sl_context(frame), key);
    if (ESP_UNLIKELY(!symbol))
        return esp_abrupt(ESP_THROW);
    return read_property(self, frame, receiver, key, symbol);
}

ESP_INLINE esp_value write_property(property_node *self, esp_frame *frame,
                                    esp_value receiver, esp_symbol *symbol,
                                    esp_value v)
{
    if (ESP_UNLIKELY(!esp_property_put(&self->base, &self->cache,
                                       sl_context(frame),
                                       (esp_object *)receiver.as.p, symbol,
                                       v)))
        return esp_abrupt(ESP_THROW);
    return v;
}

/* receiver.name = value */
static esp_value write_name_execute(esp_node *node, esp_frame *frame)
{
    property_node *self = (property_node *)node;
    esp_value receiver = SL_TRY(self->receiver);
    esp_value v = SL_TRY(self->value);

    if (ESP_UNLIKELY(receiver.tag != SL_OBJECT))
        return sl_undefined_property(sl_context(frame), node, self->name);
    return write_property(self, frame, receiver, self->symbol, v);
}

/* receiver[key] = value */
static esp_value write_key_execute(esp_node *node, esp_frame *frame)
{
    property_node *self = (property_node *)node;
    esp_value receiver = SL_TRY(self->receiver);
    esp_value key = SL_TRY(self->key);
    esp_value v = SL_TRY(self->value);

    if (ESP_UNLIKELY(receiver.tag != SL_OBJECT))
        return sl_undefined_property(sl_context(frame), node, key);
    esp_symbol *symbol = sl_key(sl_context(frame), key);
    if (ESP_UNLIKELY(!symbol))
        return esp_abrupt(ESP_THROW);
    return write_property(self, frame, receiver, symbol, v);
}

static void property_forget(esp_node *copy)
{
    ((property_node *)copy)->cache = (esp_property_cache){ 0 };
}

#define PROPERTY_CLASS(word)                                                \
    static const esp_node_class word##_class = {                            \
        .name = #word, .size = sizeof(property_node),                       \
        .tags = ESP_IS_EXPRESSION, .execute = word##_execute,               \
        ESP_CHILDREN(ESP_ONE(property_node, receiver),                      \
                     ESP_ONE(property_node, key),                           \
                     ESP_ONE(property_node, value)),                        \
        .forget = property_forget,                                          \
    }
PROPERTY_CLASS(read_name);
PROPERTY_CLASS(read_key);
PROPERTY_CLASS(write_name);
PROPERTY_CLASS(write_key);

/* A literal string is a name that is known, however it was written. */
static esp_node *property(esp_context *c, esp_section at,
                          const esp_node_class *known,
                          const esp_node_class *computed, esp_node *receiver,
                          esp_node *key, esp_node *value)
{
    esp_value name = key->class == &sl_literal_class
                         ? ((literal_node *)key)->value
                         : sl_null();
    bool is_known = name.tag == SL_STRING;
    property_node *n = ESP_NEW_NODE(c, property_node,
                                    is_known ? known : computed, at);

    n->receiver = receiver;
    n->value = value;
    n->key = is_known ? NULL : key;
    if (is_known) {
        n->name = name;
        n->symbol = sl_key(c, name);
    }
    return &n->base;
}

esp_node *sl_read_property_node(esp_context *c, esp_section at,
                                esp_node *receiver, esp_node *key)
{
    return property(c, at, &read_name_class, &read_key_class, receiver, key,
                    NULL);
}

esp_node *sl_write_property_node(esp_context *c, esp_section at,
                                 esp_node *receiver, esp_node *key,
                                 esp_node *value)
{
    return property(c, at, &write_name_class, &write_key_class, receiver, key,
                    value);
}
