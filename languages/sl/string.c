/*
 * What SL does with strings: the framework's, in UTF-8.
 */
#include "languages/sl/sl.h"

#include <string.h>

static esp_value checked(esp_string *s)
{
    return s ? sl_pointer(s, SL_STRING) : esp_abrupt(ESP_THROW);
}

esp_value sl_string_new(esp_context *c, const char *bytes, size_t n)
{
    return checked(esp_string_make(c, bytes, n));
}

bool sl_string_is(esp_context *c, esp_string *s, const char *word)
{
    const char *bytes = esp_string_bytes(c, s);

    return bytes && s->length == strlen(word) &&
           memcmp(bytes, word, s->length) == 0;
}

/* ---- concatenation ----------------------------------------------------- */

/* The text that + makes of it; not interned, for it is gone soon. */
static esp_string *as_string(esp_context *c, esp_value v)
{
    sl_text text = { 0 };
    esp_string *s = NULL;

    if (v.tag == SL_STRING)
        return (esp_string *)v.as.p;
    if (sl_text_of(c, v, &text))
        s = esp_string_new(c, text.s, text.n);
    sl_text_free(&text);
    return s;
}

static esp_value join(esp_context *c, esp_string *l, esp_string *r)
{
    if (!l || !r)
        return esp_abrupt(ESP_THROW);
    if (l->length + r->length > ESP_LONGEST_STRING)
        return esp_throw_error(c, NULL, "String too long");
    return checked(esp_string_concat(c, l, r));
}

esp_value sl_concat(esp_context *c, esp_value l, esp_value r)
{
    char digits[ESP_INT_DIGITS];
    esp_string *s;

    if (sl_is_int(r)) {
        s = (esp_string *)l.as.p;
        if (s->length < ESP_LONGEST_STRING - ESP_INT_DIGITS)
            return checked(esp_string_append(c, s, digits,
                                             esp_int_digits(r.as.i, digits)));
    }
    if (sl_is_int(l)) {
        s = (esp_string *)r.as.p;
        if (s->length < ESP_LONGEST_STRING - ESP_INT_DIGITS)
            return checked(esp_string_prepend(c, digits,
                                              esp_int_digits(l.as.i, digits),
                                              s));
    }
    s = as_string(c, l);
    return join(c, s, s ? as_string(c, r) : NULL);
}
