/*
 * Images: C functions as SSA, as tools/mkimage left them in our object files.
 *
 * An image function has the instructions of pe/graph/ops.def, but scheduled:
 * blocks in reverse post-order, the blocks of a loop next to each other, each
 * instruction in its place.  A value is named by its number: constants first,
 * then instructions (block parameters are instructions, too; those of block 0
 * are the function's).
 *
 * Functions are decoded when they are first asked for.  An image is read-only
 * and may be shared by threads; decoding takes a lock.
 */
#ifndef ESP_IMAGE_H
#define ESP_IMAGE_H

#include "framework/base/bits.h"
#include "framework/base/text.h"
#include "pe/graph/graph.h"

#include <pthread.h>

typedef struct esp_image esp_image;

/* Calls that mean something to the evaluator: rows of eval/intrinsics.def,
 * which image.c includes for the names only. */
typedef uint16_t esp_intrinsic;         /* 0: an ordinary call */

typedef struct esp_icall {
    uint32_t callee;            /* value: address of the function */
    uint32_t args, nargs;       /* values, in fn->refs */
    uint32_t live, nlive;       /* values live after it without its results,
                                 * in fn->refs, ascending */
    esp_sig sig;
    esp_intrinsic intrinsic;
    const char *name;           /* of a direct callee, else NULL */
    bool leaf;                  /* callee returns without running guest code */
    bool cold;                  /* and is hardly ever called */
} esp_icall;

typedef struct esp_iblock {
    uint32_t first, end;        /* instructions: indices into fn->code; block
                                 * parameters (IR_param) come first */
    uint32_t nparams;
    uint32_t npreds;            /* edges that lead here */
    uint32_t live, nlive;       /* values live on entry, without its parameters
                                 * and without constants; in fn->refs, ascending */
    uint32_t loop_end;          /* a loop header: first block behind the loop;
                                 * else 0.  Blocks [header, loop_end) are the
                                 * loop; an exploded one has blocks in it that
                                 * only its exits come to */
    bool explode;               /* the loop contains esp_explode_loop() in its
                                 * body but not in a loop nested in it */
    bool deopts;                /* without branches or effects this block
                                 * reaches a deopt or an unreachable */
} esp_iblock;

/* A constant that is an address: where it is; name NULL for plain numbers. */
typedef struct esp_isymbol {
    const char *name;
    int64_t addend;
    uint32_t number;            /* in its object file's table */
} esp_isymbol;

typedef struct esp_ifunc {
    const char *name;
    void *native;               /* the same function, compiled by clang */
    const char *file;           /* where it is defined */
    esp_sig sig;
    uint32_t nconsts;
    const uint64_t *consts;     /* bits; symbols already have their address */
    const uint8_t *const_ty;
    const esp_isymbol *const_symbol;
    const esp_ins *code;        /* value of code[i] is nconsts + i; operands
                                 * that are instructions are values */
    const uint32_t *line;       /* for each of code; 0 unknown */
    const char *const *line_file;   /* NULL, or for each of code: the file it is
                                 * in when that is not fn->file, else NULL */
    uint32_t ncode;
    const esp_iblock *blocks;
    uint32_t nblocks;
    const esp_edge *edges;      /* as in a graph: terminators index them */
    const uint32_t *refs;
    const esp_icall *calls;     /* IR_call: a is the index */
    uint32_t ncalls;
    esp_bits controls;          /* by instruction: values that decide branches,
                                 * see controls.c */
    bool marked;                /* ESP_EVAL: enter it whatever its size */
} esp_ifunc;

/* What differs from a graph's instructions:
 *   0        is a value, too: a constant that no instruction uses, so that 0
 *            means none here as well
 *   const    is never among the code
 *   alloca   a: bytes, b: alignment
 *   call     a: index into calls; the result, if any, has the call's type
 *   second   stands right behind its call
 *   switch   as in a graph; the edge values are unsigned, of the type of a
 *   guard, deopt, vobj, slot, valid do not occur */

/* All images linked into this program.  NULL and a message if one is damaged
 * (checksum, version, structure).  One for an engine is cheap: nothing is
 * decoded yet. */
esp_image *image_open(esp_text *error);
void image_close(esp_image *m);

/* Nobody decodes for a while: the bytes that were read need not stay in the
 * process's memory, as they come back from its file. */
void image_rest(esp_image *m);

/* The lock that decoding takes: for whoever forks. */
pthread_mutex_t *image_lock(esp_image *m);

/* The function at this address; NULL when it is not in an image.  A function
 * that does not decode, or in parts that image_open has not found itself fails
 * to verify, counts as not there. */
const esp_ifunc *image_function(esp_image *m, const void *address);

/* By name; for tools and tests.  The first of that name. */
const esp_ifunc *image_find(esp_image *m, const char *name);

/* Every function of the images, in order: for tools. */
uint32_t image_count(esp_image *m);
const esp_ifunc *image_nth(esp_image *m, uint32_t n);   /* NULL: boundary */

/* What is known of the nth without decoding it. */
typedef struct esp_iinfo {
    const char *name, *source;
    const char *boundary;       /* why it was left out, or NULL */
    const void *address;
    uint32_t bytes;             /* of its body */
} esp_iinfo;
esp_iinfo image_info(esp_image *m, uint32_t n);

/* Why the function at this address was left out of the image, or NULL. */
const char *image_boundary(esp_image *m, const void *address);

/* Does [p, p + n) lie in a global constant of C? */
bool image_constant(esp_image *m, const void *p, size_t n);

/* The name of the function or global at this address, or NULL. */
const char *image_symbol(esp_image *m, const void *address);

/* controls.c: which values decide where control goes, here or in a caller. */
esp_bits image_controls(const esp_ifunc *f, esp_arena *a);

/* verify.c of images: NULL or what is wrong (static or in `a`). */
const char *image_verify(const esp_ifunc *f, esp_arena *a);

/* Text form, for espdump and tests. */
void image_print(const esp_ifunc *f, esp_text *out);

#endif
