/*
 * What can be asked of any value, and the errors about values.
 */
#include "languages/sl/sl.h"

#include <string.h>

static const char *const type_names[SL_TYPES] = {
    "NULL", "Number", "String", "Boolean", "Function", "Object",
};

bool sl_has_type(esp_value v, enum sl_type type)
{
    switch (type) {
    case SL_TYPE_NULL:     return v.tag == SL_NULL;
    case SL_TYPE_NUMBER:   return sl_is_number(v);
    case SL_TYPE_STRING:   return v.tag == SL_STRING;
    case SL_TYPE_BOOLEAN:  return v.tag == SL_BOOLEAN;
    case SL_TYPE_FUNCTION: return v.tag == SL_FUNCTION;
    default:               return v.tag == SL_OBJECT;
    }
}

/* ---- text -------------------------------------------------------------- */

static bool add_string(esp_context *c, esp_string *s, sl_text *to)
{
    const char *bytes = esp_string_bytes(c, s);

    if (!bytes)
        return false;
    sl_text_add(to, bytes, s->length);
    return true;
}

bool sl_display(esp_context *c, esp_value v, sl_text *to)
{
    switch (v.tag) {
    case SL_BOOLEAN:
        sl_text_string(to, v.as.i ? "true" : "false");
        break;
    case SL_INT:
        sl_text_number(to, v.as.i);
        break;
    case SL_BIG:
        sl_big_text((const sl_big *)v.as.p, to);
        break;
    case SL_STRING:
        return add_string(c, (esp_string *)v.as.p, to);
    case SL_FUNCTION:
        sl_text_string(to, ((sl_function *)v.as.p)->name->bytes);
        break;
    case SL_OBJECT:
        sl_text_string(to, "Object");
        break;
    case SL_TYPE:
        sl_text_string(to, type_names[v.as.i]);
        break;
    default:
        sl_text_string(to, "NULL");
    }
    return true;
}

bool sl_text_of(esp_context *c, esp_value v, sl_text *to)
{
    if (v.tag != SL_OBJECT && v.tag != SL_TYPE)
        return sl_display(c, v, to);
    sl_text_string(to, "[foreign object]");
    return true;
}

/* ---- equality ---------------------------------------------------------- */

esp_value sl_equal(esp_context *c, esp_value l, esp_value r)
{
    if (l.tag != r.tag)
        return sl_boolean(false);
    switch (l.tag) {
    case SL_NULL:   return sl_boolean(true);
    case SL_BIG:    return sl_boolean(sl_compare(l, r) == 0);
    case SL_STRING: return sl_string_equal(c, l, r);
    case SL_TYPE:   return sl_boolean(false);   /* even the same one */
    default:        return sl_boolean(l.as.i == r.as.i);
    }
}

/* ---- errors ------------------------------------------------------------ */

/* A guest error with a message of any length; the text is freed. */
esp_value sl_throw(esp_context *c, esp_node *node, sl_text *text)
{
    esp_error *e = esp_error_new(c, node, ESP_ERROR_GUEST, "%s", text->s);
    char *message = (char *)esp_alloc_flat(c, text->n + 1);

    if (message)
        e->message = memcpy(message, text->s, text->n + 1);
    sl_text_free(text);
    return esp_throw(c, (esp_value){ .as.p = e, .tag = ESP_ERROR });
}

/* The value as type errors show it. */
static bool add_operand(esp_context *c, esp_value v, sl_text *to)
{
    const char *quote = v.tag == SL_STRING ? "\"" : "";

    for (int type = SL_TYPE_NUMBER; type < SL_TYPES; type++)
        if (sl_has_type(v, type)) {
            sl_text_string(to, type_names[type]);
            sl_text_char(to, ' ');
        }
    sl_text_string(to, quote);
    if (!sl_display(c, v, to))
        return false;
    sl_text_string(to, quote);
    return true;
}

/* The name of a source without its folders. */
static const char *base_name(const char *name)
{
    const char *slash = strrchr(name, '/');

    return slash ? slash + 1 : name;
}

static void add_place(esp_node *node, sl_text *to)
{
    esp_section at = esp_node_section(node);
    esp_position p = esp_section_position(at);

    if (!at.source)
        return;
    sl_text_string(to, " at ");
    sl_text_string(to, base_name(at.source->name));
    sl_text_string(to, " line ");
    sl_text_number(to, p.line);
    sl_text_string(to, " col ");
    sl_text_number(to, p.column);
}

static esp_value type_error(esp_context *c, esp_node *node,
                            const char *operation, const esp_value *operands,
                            int n)
{
    sl_text text = { 0 };

    sl_text_string(&text, "Type error");
    add_place(node, &text);
    sl_text_string(&text, ": operation \"");
    sl_text_string(&text, operation);
    sl_text_string(&text, "\" not defined for ");
    for (int i = 0; i < n; i++) {
        sl_text_string(&text, i ? ", " : "");
        if (!add_operand(c, operands[i], &text)) {
            sl_text_free(&text);
            return esp_abrupt(ESP_THROW);
        }
    }
    return sl_throw(c, node, &text);
}

esp_value sl_throw_type_error1(esp_context *c, esp_node *node,
                         const char *operation, esp_value v)
{
    return type_error(c, node, operation, &v, 1);
}

esp_value sl_throw_type_error2(esp_context *c, esp_node *node,
                         const char *operation, esp_value v, esp_value w)
{
    esp_value operands[] = { v, w };

    return type_error(c, node, operation, operands, 2);
}

esp_value sl_throw_undefined_function(esp_context *c, esp_node *node,
                                      esp_value v)
{
    bool type = v.tag == SL_TYPE;
    sl_text text = { 0 };

    sl_text_string(&text, "Undefined function: ");
    sl_text_string(&text, type ? "SLType[" : "");
    if (!sl_display(c, v, &text)) {
        sl_text_free(&text);
        return esp_abrupt(ESP_THROW);
    }
    sl_text_string(&text, type ? "]" : "");
    return sl_throw(c, node, &text);
}

esp_value sl_throw_undefined_property(esp_context *c, esp_node *node,
                                      esp_value key)
{
    sl_text text = { 0 };

    sl_text_string(&text, "Undefined property: ");
    if (!sl_text_of(c, key, &text)) {
        sl_text_free(&text);
        return esp_abrupt(ESP_THROW);
    }
    return sl_throw(c, node, &text);
}

esp_value sl_throw_zero_division(esp_context *c, esp_node *node)
{
    sl_text text = { 0 };

    sl_text_string(&text, "Division by zero");
    add_place(node, &text);
    return sl_throw(c, node, &text);
}
