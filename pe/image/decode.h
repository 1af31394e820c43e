/*
 * An image as it lies in memory, and the decoding of its functions: between
 * image.c and decode.c.
 */
#ifndef ESP_IMAGE_DECODE_H
#define ESP_IMAGE_DECODE_H

#include "pe/image/format.h"

/* One object file's image, its tables found and checked. */
typedef struct image_tables {
    image_part d;
    const image_header *header;
    const image_func_row *funcs;
    const image_symbol_row *syms;
    const esp_sig *sigs;
    const char *strings;
    uint32_t first;             /* number of its first function */
} image_tables;

/* A function in arena a; NULL when the bytes make no sense or memory ran
 * out.  It is not verified yet. */
esp_ifunc *image_decode(const image_tables *p, const image_func_row *record,
                        esp_arena *a);

#endif
