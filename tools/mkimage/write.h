/*
 * The writer of images: drafts in, the bytes of pe/image/format.h out.
 */
#ifndef ESP_MKIMAGE_WRITE_H
#define ESP_MKIMAGE_WRITE_H

#include "tools/mkimage/draft.h"

typedef VEC(uint8_t) write_bytes;

typedef struct writer {
    esp_arena arena;            /* lives as long as the image */
    write_bytes strings, bodies;
    VEC(image_func_row) funcs;
    VEC(image_symbol_row) symbols;
    VEC(esp_sig) sigs;
    VEC(uint32_t) string_hash;  /* open addressing: 1 + offset */
    uint32_t nstrings;
    uint64_t instructions;      /* for the figure that -v prints */
} writer;

void write_init(writer *w);
void write_free(writer *w);

/* The offset of a string; equal strings are one. */
uint32_t write_string(writer *w, const char *s, size_t n);

/* A new symbol; its number. */
uint32_t write_symbol(writer *w, const char *name, unsigned flags,
                      uint64_t size);

/* A cleaned draft becomes the function at a symbol.  NULL, or why it cannot
 * be in an image; then nothing was written. */
const char *write_function(writer *w, uint32_t symbol, draft *d, bool marked);

/* The function at a symbol stays out. */
void write_boundary(writer *w, uint32_t symbol, const char *reason);

/* The finished image, in the writer's arena. */
write_bytes write_image(writer *w, uint32_t machine);

#endif
