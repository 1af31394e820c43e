/*
 * Properties of objects.
 *
 * Each access with a name has an inline cache from the shapes that it has met
 * to where the property is in objects of that shape: compiled code is a compare
 * and a load.  An access with a computed key that is a small number goes to the
 * object's elements; other computed keys become interned strings first, and the
 * cache compares these, too.
 */
#include "languages/sl/sl.h"

typedef struct property_node {
    esp_node base;
    ESP_CHILD esp_node *receiver, *key, *value; /* key: NULL if it is known */
    ESP_FINAL esp_value name;           /* the key that is known, a string */
    ESP_FINAL esp_string *symbol;       /* the same, interned */
    ESP_FINAL uint32_t state;           /* if it is not: what keys came */
    esp_property_cache cache;
    esp_array_site site;
    esp_branch sparse;                  /* an index was not among elements */
} property_node;

enum { INT = 1, NAME = 2 };

/* A string that cannot be a number. */
ESP_INLINE bool is_name(esp_value key)
{
    esp_string *s = (esp_string *)key.as.p;

    return key.tag == SL_STRING && s->form != ESP_STRING_ROPE && s->length &&
           (uint8_t)(esp_string_bytes(NULL, s)[0] - '0') > 9;
}

ESP_INLINE esp_value read_property(property_node *self, esp_frame *frame,
                                   sl_object *o, esp_value key,
                                   esp_string *symbol)
{
    esp_value v = esp_property_get(&self->base, &self->cache,
                                   sl_context(frame), &o->base, symbol);

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
    return read_property(self, frame, (sl_object *)receiver.as.p, self->name,
                         self->symbol);
}

ESP_INLINE esp_value read_slowly(esp_node *node, esp_frame *frame,
                                 sl_object *o, esp_value key)
{
    esp_value v = ESP_TRY(sl_property_get(sl_context(frame), o, key));

    if (ESP_UNLIKELY(v.tag == ESP_NOTHING))
        return sl_undefined_property(sl_context(frame), node, key);
    return v;
}

/* An integer that is no index is not among the elements. */
ESP_INLINE esp_value read_element(property_node *self, esp_frame *frame,
                                  sl_object *o, esp_value key)
{
    esp_value v = esp_array_get(&self->base, &self->site, &sl_elements,
                                &o->elements, (uint64_t)key.as.i);

    if (ESP_LIKELY(v.tag != ESP_NOTHING))
        return v;
    esp_branch_enter(&self->sparse, &self->base);
    return read_slowly(&self->base, frame, o, key);
}

/* receiver[key] */
static esp_value read_key_execute(esp_node *node, esp_frame *frame)
{
    property_node *self = (property_node *)node;
    esp_value receiver = SL_TRY(self->receiver);
    esp_value key = SL_TRY(self->key);
    sl_object *o = (sl_object *)receiver.as.p;

    if (ESP_UNLIKELY(receiver.tag != SL_OBJECT))
        return sl_type_error2(sl_context(frame), node, ".", receiver, key);
    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INT, sl_is_int(key))
        return read_element(self, frame, o, key);
    ESP_CASE(NAME, is_name(key)) {
        esp_string *symbol = sl_key(sl_context(frame), key);
        if (ESP_UNLIKELY(!symbol))
            return esp_abrupt(ESP_THROW);
        return read_property(self, frame, o, key, symbol);
    }
    ESP_FALLBACK
        return read_slowly(node, frame, o, key);
    }
}

ESP_INLINE esp_value write_property(property_node *self, esp_frame *frame,
                                    esp_value receiver, esp_string *symbol,
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

ESP_INLINE esp_value write_slowly(esp_frame *frame, sl_object *o,
                                  esp_value key, esp_value v)
{
    if (ESP_UNLIKELY(!sl_property_put(sl_context(frame), o, key, v)))
        return esp_abrupt(ESP_THROW);
    return v;
}

/* What is not there yet may have to be elsewhere. */
ESP_INLINE esp_value write_element(property_node *self, esp_frame *frame,
                                   sl_object *o, esp_value key, esp_value v)
{
    uint64_t i = (uint64_t)key.as.i;

    if (i >= o->elements.length) {
        if (!esp_array_grows(&self->site))
            esp_deopt_invalidate();
        if (ESP_UNLIKELY(o->elements.mark ||
                         !esp_array_takes(&o->elements, i))) {
            esp_branch_enter(&self->sparse, &self->base);
            return write_slowly(frame, o, key, v);
        }
    }
    if (ESP_UNLIKELY(!esp_array_set(&self->base, &self->site,
                                    sl_context(frame), &sl_elements,
                                    &o->elements, i, v)))
        return esp_abrupt(ESP_THROW);
    return v;
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
    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INT, sl_is_int(key))
        return write_element(self, frame, (sl_object *)receiver.as.p, key, v);
    ESP_CASE(NAME, is_name(key)) {
        esp_string *symbol = sl_key(sl_context(frame), key);
        if (ESP_UNLIKELY(!symbol))
            return esp_abrupt(ESP_THROW);
        return write_property(self, frame, receiver, symbol, v);
    }
    ESP_FALLBACK
        return write_slowly(frame, (sl_object *)receiver.as.p, key, v);
    }
}

static void property_forget(esp_node *copy)
{
    property_node *n = (property_node *)copy;

    n->state = 0;
    n->cache = (esp_property_cache){ 0 };
    n->site = (esp_array_site){ 0 };
    n->sparse = (esp_branch){ 0 };
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
    bool is_known = is_name(name);
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
