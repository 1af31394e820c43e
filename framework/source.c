/*
 * Sources and positions.
 *
 * The table of lines is made when somebody first asks for a position, which
 * in most runs nobody does.
 */
#include "framework/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *copy_text(esp_context *context, const char *text, size_t length)
{
    char *copy = esp_context_alloc(context, length + 1);

    if (copy && length)
        memcpy(copy, text, length);
    return copy;
}

esp_source *esp_source_new(esp_context *context, const char *name,
                           const char *text, size_t length)
{
    esp_source *source = esp_context_alloc(context, sizeof *source);

    if (!source || length >= UINT32_MAX)
        return NULL;
    source->name = copy_text(context, name, strlen(name));
    source->text = copy_text(context, text, length);
    source->length = (uint32_t)length;
    if (!source->name || !source->text)
        return NULL;
    source->next = context->own->sources;
    context->own->sources = source;
    return source;
}

/* Everything from a file.  False: errno says why. */
static bool read_all(FILE *file, esp_text *to)
{
    char buffer[1 << 14];
    size_t n;

    while ((n = fread(buffer, 1, sizeof buffer, file)) > 0)
        text_add(to, buffer, n);
    return !ferror(file);
}

esp_source *esp_source_read(esp_context *context, const char *path,
                            char *error, size_t n)
{
    bool standard = !strcmp(path, "-");
    FILE *file = standard ? stdin : fopen(path, "rb");
    esp_text text = { 0 };
    esp_source *source = NULL;

    if (!file) {
        snprintf(error, n, "%s: %s", path, strerror(errno));
        return NULL;
    }
    if (!read_all(file, &text))
        snprintf(error, n, "%s: %s", path, strerror(errno));
    else if (!(source = esp_source_new(context, standard ? "stdin" : path,
                                       text_get(&text), text.n)))
        snprintf(error, n, "%s: too large", path);
    if (!standard)
        fclose(file);
    text_free(&text);
    return source;
}

/* ---- positions --------------------------------------------------------- */

static uint32_t count_lines(const esp_source *s)
{
    uint32_t n = 1;

    for (uint32_t i = 0; i < s->length; i++)
        n += s->text[i] == '\n';
    return n;
}

static void make_lines(esp_source *s)
{
    uint32_t n = 0;

    s->nlines = count_lines(s);
    s->lines = malloc(s->nlines * sizeof *s->lines);
    if (!s->lines) {
        s->nlines = 0;
        return;
    }
    s->lines[n++] = 0;
    for (uint32_t i = 0; i < s->length; i++)
        if (s->text[i] == '\n')
            s->lines[n++] = i + 1;
}

/* The last line that starts at or before the offset, from 0. */
static uint32_t find_line(const esp_source *s, uint32_t offset)
{
    uint32_t low = 0, high = s->nlines;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (s->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* UTF-16 units of a piece of UTF-8: one for each character, two for those of
 * four bytes. */
static uint32_t utf16_units(const char *from, const char *to)
{
    uint32_t n = 0;

    for (; from < to; from++) {
        uint8_t c = (uint8_t)*from;

        n += (c & 0xc0) != 0x80;
        n += c >= 0xf0;
    }
    return n;
}

esp_position esp_source_position(esp_source *source, uint32_t offset)
{
    uint32_t line, start;

    if (!source->lines)
        make_lines(source);
    if (!source->lines)
        return (esp_position){ 0, 0 };
    if (offset > source->length)
        offset = source->length;
    line = find_line(source, offset);
    start = source->lines[line];
    return (esp_position){
        line + 1,
        1 + (source->utf16 ? utf16_units(source->text + start,
                                         source->text + offset)
                           : offset - start)
    };
}

esp_position esp_section_position(esp_section section)
{
    if (!section.source)
        return (esp_position){ 0, 0 };
    return esp_source_position(section.source, section.start);
}

const char *esp_source_line(esp_source *source, uint32_t line,
                            uint32_t *length)
{
    uint32_t start, end;

    *length = 0;
    if (!source->lines)
        make_lines(source);
    if (!line || line > source->nlines)
        return "";
    start = source->lines[line - 1];
    end = line < source->nlines ? source->lines[line] - 1 : source->length;
    *length = end - start;
    return source->text + start;
}

void source_close(esp_context *c)
{
    for (esp_source *s = c->own->sources; s; s = s->next)
        free(s->lines);
}
