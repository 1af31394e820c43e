/*
 * The IR interpreter: runs image functions, from their start or from any call.
 *
 * It is the definition of what an image means, the engine that finishes C
 * frames after a deoptimization, and the oracle of the tests.  A call goes to
 * native code, whatever its signature, unless `everything` says that image
 * functions are to be interpreted as well.
 *
 * Values and allocas live on the C stack: a collector that scans stacks finds
 * them, and guest code that measures the stack by the address of a local
 * measures the right one.
 */
#ifndef ESP_IMAGE_EXEC_H
#define ESP_IMAGE_EXEC_H

#include "pe/image/image.h"

struct esp_exec_result;

typedef struct esp_exec {
    esp_image *image;
    bool everything;            /* interpret callees that are in the image, too,
                                 * also through function pointers */
    const char *stack_limit;    /* address below which recursion must not go;
                                 * informational: guest code checks by itself */
    uint64_t steps;             /* instructions run, for statistics */
    const char *error;          /* set when something cannot be run; what runs
                                 * then returns zeros */

    /* For tests and stress, else NULL: these see each call that has returned
     * and each block that is entered from another, as exec_resume and
     * exec_resume_block would be told of them.  True: *result is what the
     * function returns, now. */
    bool (*behind_call)(struct esp_exec *x, const esp_ifunc *fn,
                        uint32_t point, const uint64_t *values,
                        struct esp_exec_result *result);
    bool (*at_block)(struct esp_exec *x, const esp_ifunc *fn,
                     uint32_t block, const uint64_t *values,
                     struct esp_exec_result *result);
    void *arg;                  /* for the two */
} esp_exec;

typedef struct esp_exec_result { uint64_t r[2]; } esp_exec_result;

/* Calls fn.  One word for each argument of the signature: integers in the low
 * bits (whatever above), floats as bits. */
esp_exec_result exec_call(esp_exec *x, const esp_ifunc *fn,
                          const uint64_t *args);

/* Goes on behind the call instruction `point` (index into fn->code) that has
 * just returned `result`.  values[fn->nconsts + i] belongs to code[i]; only
 * those in the call's live list need to be there, constants need not.  The
 * array is the interpreter's from now on until this returns; it has
 * fn->nconsts + fn->ncode entries. */
esp_exec_result exec_resume(esp_exec *x, const esp_ifunc *fn, uint32_t point,
                            uint64_t *values, esp_exec_result result);

/* The same from the start of a block: its parameters and what is in its live
 * list are in `values`. */
esp_exec_result exec_resume_block(esp_exec *x, const esp_ifunc *fn,
                                  uint32_t block, uint64_t *values);

/* native.c: calls native code with a signature.  Arguments are as above;
 * those narrower than a register are extended as the signature says. */
esp_exec_result exec_native(void *address, const esp_sig *sig,
                            const uint64_t *args);

/* The same by way of libffi, which exec_native uses where it must; here for
 * the tests.  With ARG_STACK only where that is so because registers have run
 * out, as on AArch64. */
esp_exec_result exec_native_ffi(void *address, const esp_sig *sig,
                                const uint64_t *args);

#endif
