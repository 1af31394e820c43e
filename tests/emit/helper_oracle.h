/*
 * Our bytes against LLVM's: a batch of instructions, each with the text that
 * it is meant to be.
 *
 * llvm-mc assembles the texts and disassembles both its bytes and ours; the
 * two disassemblies have to agree line by line.  So nothing depends on how
 * LLVM likes to print an instruction.  One batch is three runs of llvm-mc,
 * whatever its size.
 */
#ifndef ESP_TEST_ORACLE_H
#define ESP_TEST_ORACLE_H

#include "framework/base/vec.h"

#include <stdbool.h>

typedef struct oracle_case {
    const char *text;
    uint8_t bytes[16];
    uint8_t n;                  /* bytes of ours */
    uint8_t theirs_n;           /* bytes of LLVM's */
    uint8_t theirs[16];
} oracle_case;

typedef struct oracle {
    esp_arena arena;
    const char *triple;         /* x86_64, aarch64 */
    const char *options;        /* for both directions */
    VEC(oracle_case) cases;
    /* Is this difference in length or bytes one we know of? */
    bool (*accept)(const oracle_case *c);
    uint32_t failures;
} oracle;

/* Is there an llvm-mc?  LLVM_MC in the environment names another one. */
bool oracle_available(void);

void oracle_init(oracle *o, const char *triple, const char *options);
void oracle_add(oracle *o, const uint8_t *bytes, uint32_t n,
                const char *format, ...);

/* Compares what was added, says what differs, and empties the batch.  Adds to
 * `failures`. */
void oracle_check(oracle *o);
void oracle_free(oracle *o);

#endif
