/*
 * What csem.c needs to know of a file of C functions to try: see there.
 */
#ifndef ESP_TESTS_CSEM_H
#define ESP_TESTS_CSEM_H

#include <stddef.h>

/* A function, and what to call it with: a letter for each word of its
 * signature, without the address of a result struct; '.' where it ends early.
 * A '!' before them: may be missing from the image.
 *
 *     .  any value of the type, edge values often
 *     p  address of the buffer, CSEM_BUFFER bytes of noise
 *     q  address of its second half
 *     s  address of a string in the buffer, up to 40 characters
 *     n  0 to 20
 *     f  floating point, finite, at most 1000 away from 0
 *     b  a large struct by value: all of its words, or on some machines the
 *        address of a copy
 */
struct csem_row {
    const char *name;
    void *fn;
    const char *args;
};

enum { CSEM_BUFFER = 1024 };

/* The end has no name. */
extern const struct csem_row csem_rows[];

/* The variables that the functions write; they start each run as zeros. */
struct csem_region {
    void *at;
    size_t size;
};
extern const struct csem_region csem_regions[];     /* the end: size 0 */

#endif
