/*
 * diagnose.h: the first error of a source that does not parse.
 */
#ifndef SL_DIAGNOSE_H
#define SL_DIAGNOSE_H

#include "languages/sl/util.h"

#include <stdint.h>

/* Appends what is wrong with a text and returns the place, a byte offset.  If
 * nothing is wrong, nothing is appended and the result is the text's size. */
uint32_t sl_diagnose(const char *source, uint32_t size, jmp_buf *no_memory,
                     sl_text *message);

#endif
