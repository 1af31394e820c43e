/*
 * The bytes of an image: what tools/mkimage writes and image.c reads.
 *
 * Each object file has one image, an array of bytes that nothing relocates:
 *
 *     header | functions | symbols | signatures | strings | bodies
 *
 * Addresses stand beside it, in a table of pointers that the linker fills in:
 * symbol i of the image is at symbols[i].  A descriptor in the section
 * `esp_image` joins the two, so the program's images are an array from
 * __start_esp_image to __stop_esp_image.  The bytes have a section of their own,
 * too, `esp_image_bytes`: nothing else is on their pages.
 *
 * The tables have fixed-size records, little-endian, and are read in place.
 * Bodies are streams of variable-length integers (LEB128; signed ones with the
 * sign in the lowest bit), read once, when a function is first asked for:
 *
 *     file, signature, counts: constants, instructions, blocks, edges, calls
 *     constants   byte: type, and IMAGE_CONST_SYMBOL; value, or symbol and
 *                 addend
 *     blocks      instructions behind the parameters, parameters, their types;
 *                 length of the loop that starts here, flags, live list
 *     code        block by block, without the parameters
 *     lines       runs: change of line since the last one of that file, with
 *                 one bit below it that says that the number of another file
 *                 follows (and its name, if that is new); length
 *
 * A live list is told by how it differs from another: a block's from that of
 * the block before it, a call's from that of its block.
 *
 * An instruction is its operation (with IMAGE_HAS_FLAGS: its flags follow), a
 * type where the operation leaves it open, and its operands.  An operand is
 * how many values back it is, or the number of a constant; the lowest bit says
 * which.  So most operands, and most instructions' lines, take a byte or less.
 */
#ifndef ESP_IMAGE_FORMAT_H
#define ESP_IMAGE_FORMAT_H

#include "pe/image/image.h"

enum { IMAGE_VERSION = 4, IMAGE_X64 = 1, IMAGE_A64 = 2 };

#define IMAGE_MAGIC "espimage"

/* In section esp_image. */
typedef struct image_part {
    const uint8_t *bytes;
    uint64_t size;
    const void *const *symbols;
    uint64_t nsymbols;
    const char *source;         /* for messages; outside of what the checksum
                                 * covers, so that they can still name it */
} image_part;

typedef struct image_header {
    char magic[8];
    uint64_t checksum;          /* XXH3 of all that follows it */
    uint64_t abi;               /* image_abi() of mkimage */
    uint32_t version, machine;
    uint32_t size;
    uint32_t nfuncs, nsyms, nsigs;      /* counts of records */
    uint32_t funcs, syms, sigs;         /* where they start */
    uint32_t strings, nstrings;         /* bytes */
    uint32_t bodies, nbodies;
    uint32_t unused;
} image_header;

typedef struct image_func_row {
    uint32_t symbol;
    uint32_t body;              /* offset in the bodies, or of the reason in
                                 * the strings when size is 0 */
    uint32_t size;              /* bytes of the body; 0: a boundary */
    uint32_t nrefs;             /* how many the body fills in */
    uint32_t flags;
} image_func_row;

typedef struct image_symbol_row {
    uint32_t name;              /* offset in the strings */
    uint16_t flags, intrinsic;
    uint64_t size;              /* of a global */
} image_symbol_row;

enum image_func_flag { IMAGE_MARKED = 1 };
enum image_symbol_flag { IMAGE_FUNCTION = 1, IMAGE_CONSTANT = 2 };
enum image_block_flag { IMAGE_EXPLODE = 1, IMAGE_DEOPTS = 2 };
enum {
    IMAGE_MAX_FILES = 32,       /* that a function has lines of */
    IMAGE_MAX_REFS = 1 << 22    /* arguments and live values of a function */
};
enum { IMAGE_CONST_SYMBOL = 0x80, IMAGE_HAS_FLAGS = 0x80 };

_Static_assert(sizeof(image_header) == 80, "no padding in images");
_Static_assert(sizeof(image_func_row) == 20 && sizeof(image_symbol_row) == 16,
               "no padding in images");
_Static_assert(sizeof(esp_sig) == 38, "no padding in images");
_Static_assert(IR_COUNT < 128, "an operation and one bit are a byte");

/* Says whether operations, types and intrinsics have the meaning they had:
 * a hash of their tables. */
uint64_t image_abi(void);

/* Opens these parts instead of the program's own: for mkimage and tests. */
esp_image *image_open_parts(const image_part *parts, uint32_t n,
                            esp_text *error);

/* The number of an intrinsic by its name, or 0. */
esp_intrinsic image_intrinsic(const char *name);

#endif
