/*
 * A string that grows, and printing into it.
 */
#ifndef ESP_BASE_TEXT_H
#define ESP_BASE_TEXT_H

#include "framework/base/cc.h"

#include <stdarg.h>
#include <stddef.h>

typedef struct esp_text {
    char *s;                /* NULL, or ended by a zero byte */
    size_t n, cap;
} esp_text;

/* Memory comes from the C library; when it runs out, text is cut off. */
void text_printf(esp_text *t, const char *format, ...) CC_PRINTF(2, 3);
void text_vprintf(esp_text *t, const char *format, va_list args);
void text_add(esp_text *t, const char *s, size_t n);
void text_char(esp_text *t, char c);

/* The text as a C string, "" when empty; belongs to the text. */
const char *text_get(const esp_text *t);

void text_free(esp_text *t);

#endif
