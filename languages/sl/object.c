/*
 * Objects: which properties are elements, and keys of every kind.
 *
 * A name that is the text of a number below ESP_MOST_ELEMENTS is an index,
 * whether the program wrote o[1] or o["1"].  Indices are elements of the
 * object; one that is far behind the others makes it sparse: from then on it
 * has no elements, and indices are names like all others.
 */
#include "languages/sl/sl.h"

#include <string.h>

const esp_array_kind sl_elements = {
    "elements",
    1u << SL_NULL | 1u << SL_BOOLEAN | 1u << SL_INT | 1u << SL_BIG |
        1u << SL_STRING | 1u << SL_FUNCTION | 1u << SL_OBJECT | 1u << SL_TYPE,
    1u << SL_NULL | 1u << SL_BOOLEAN | 1u << SL_INT | 1u << SL_TYPE,
    { .tag = ESP_NOTHING }
};

/* ---- keys -------------------------------------------------------------- */

/* Is the text that of an index? */
static bool text_index(const char *s, size_t n, uint64_t *index)
{
    uint64_t i = 0;

    if (n == 0 || n > 10 || (n > 1 && s[0] == '0'))
        return false;
    for (size_t k = 0; k < n; k++) {
        if (s[k] < '0' || s[k] > '9')
            return false;
        i = 10 * i + (uint64_t)(s[k] - '0');
    }
    *index = i;
    return i < ESP_MOST_ELEMENTS;
}

/* Is the key an index?  False, too, when there is no memory to find out: then
 * an error was thrown. */
static bool is_index(esp_context *c, esp_value key, uint64_t *index)
{
    const char *bytes;

    if (sl_is_int(key)) {
        *index = (uint64_t)key.as.i;
        return *index < ESP_MOST_ELEMENTS;
    }
    if (key.tag != SL_STRING)
        return false;
    bytes = esp_string_bytes(c, (esp_string *)key.as.p);
    return bytes &&
           text_index(bytes, ((esp_string *)key.as.p)->length, index);
}

esp_string *sl_key(esp_context *c, esp_value v)
{
    sl_text text = { 0 };
    esp_string *key = NULL;

    if (v.tag == SL_STRING)
        return esp_string_intern(c, (esp_string *)v.as.p);
    if (sl_text_of(c, v, &text))
        key = esp_string_new(c, text.s, text.n);
    sl_text_free(&text);
    return key ? esp_string_intern(c, key) : NULL;
}

/* ---- properties -------------------------------------------------------- */

esp_value sl_property_get(esp_context *c, sl_object *o, esp_value key)
{
    esp_string *name;
    uint64_t i;

    if (is_index(c, key, &i) && !o->elements.mark)
        return esp_array_at(&sl_elements, &o->elements, i);
    name = sl_key(c, key);
    return name ? esp_object_get(&o->base, name) : esp_abrupt(ESP_THROW);
}

/* All elements get names. */
static bool make_sparse(esp_context *c, sl_object *o)
{
    esp_value v;

    for (uint64_t i = 0;
         esp_array_next(&sl_elements, &o->elements, &i, &v); i++) {
        esp_string *name = sl_key(c, sl_int((int64_t)i));

        if (!name || !esp_object_put(c, &o->base, name, v))
            return false;
    }
    o->elements = (esp_array){ 0 };
    o->elements.mark = true;
    return true;
}

bool sl_property_put(esp_context *c, sl_object *o, esp_value key, esp_value v)
{
    esp_string *name;
    uint64_t i;

    if (is_index(c, key, &i) && !o->elements.mark) {
        if (esp_array_takes(&o->elements, i))
            return esp_array_put(c, &sl_elements, &o->elements, i, v);
        if (!make_sparse(c, o))
            return false;
    }
    name = sl_key(c, key);
    return name && esp_object_put(c, &o->base, name, v);
}
