/*
 * source.h: program texts and positions in them.
 */
#ifndef ESP_SOURCE_H
#define ESP_SOURCE_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

struct esp_source {
    const char *name;           /* as messages show it */
    const char *text;           /* ends with a 0 that is not counted */
    uint32_t length;            /* bytes */
    uint32_t nlines;            /* 0: the line table has not been made */
    uint32_t *lines;            /* where each line starts */
    bool utf16;                 /* columns count UTF-16 units, not bytes */
    esp_source *next;           /* of the context */
};

/* A source with copies of name and text; text NULL only with length 0.  Lives
 * as long as the context. */
esp_source *esp_source_new(esp_context *context, const char *name,
                           const char *text, size_t length);

/* Reads a file; "-" is the standard input.  NULL and a message in `error`
 * (of `n` bytes) if that fails. */
esp_source *esp_source_read(esp_context *context, const char *path,
                            char *error, size_t n);

typedef struct esp_position {
    uint32_t line, column;      /* from 1; 0, 0: unknown */
} esp_position;

/* Where an offset is.  Lines end at LF; offsets behind the text are its end;
 * columns count bytes, or UTF-16 units of UTF-8 text if source->utf16. */
esp_position esp_source_position(esp_source *source, uint32_t offset);
esp_position esp_section_position(esp_section section);

/* A line's text without its end: *length bytes. */
const char *esp_source_line(esp_source *source, uint32_t line,
                            uint32_t *length);

#endif
