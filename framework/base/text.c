/*
 * A string that grows.
 */
#include "framework/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int reserve(esp_text *t, size_t extra)
{
    size_t cap = t->cap ? t->cap : 64;
    char *s;

    if (t->n + extra + 1 <= t->cap)
        return 1;
    while (cap < t->n + extra + 1)
        cap *= 2;
    s = realloc(t->s, cap);
    if (!s)
        return 0;
    t->s = s;
    t->cap = cap;
    return 1;
}

void text_add(esp_text *t, const char *s, size_t n)
{
    if (!reserve(t, n))
        return;
    if (n)
        memcpy(t->s + t->n, s, n);
    t->n += n;
    t->s[t->n] = 0;
}

void text_char(esp_text *t, char c)
{
    text_add(t, &c, 1);
}

void text_vprintf(esp_text *t, const char *format, va_list args)
{
    va_list again;
    int n;

    va_copy(again, args);
    n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0 || !reserve(t, (size_t)n))
        return;
    vsnprintf(t->s + t->n, (size_t)n + 1, format, args);
    t->n += (size_t)n;
}

void text_printf(esp_text *t, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    text_vprintf(t, format, args);
    va_end(args);
}

const char *text_get(const esp_text *t)
{
    return t->s ? t->s : "";
}

void text_free(esp_text *t)
{
    free(t->s);
    *t = (esp_text){ 0 };
}
